"""Posts of the target markdown, read as GitHub reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
import yaml
from markdown_it import MarkdownIt

from papernotes.export import Settings, apply, plan
from papernotes.export.dialects.gfm import heading_id
from papernotes.models import Author, Paper
from tests.exporting import TODAY, make_note, make_source
from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from pathlib import Path

BLOG = "https://example.org/blog"


def export(root: Path, base_url: str = "", **bodies: str) -> tuple[str, str]:
    """Return the front matter and the body of the first of the notes."""
    (root / "notes").mkdir(exist_ok=True)
    (root / "notes/fig.png").write_bytes(make_png())
    notes = [
        make_note(f"notes/{name}.md", f"---\ntitle: {name}\ncreated: 2026-01-02\n---\n{text}\n")
        for name, text in bodies.items()
    ]
    settings = Settings(today=TODAY, base_url=base_url)
    source = make_source(root, notes)
    apply(plan(source, target="markdown", directory=root / "blog", settings=settings))
    text = (root / f"blog/notes/{next(iter(bodies))}.md").read_text("utf-8")
    _, front, body = text.split("---\n", 2)
    return front, body.strip()


def test_without_a_base_url_files_lead_to_files(tmp_path: Path) -> None:
    text = "![[fig.png]] [[two#A part]] [[#Here]]\n\n## Here"
    front, body = export(tmp_path, one=text, two="## A *part*")
    assert body.startswith(
        "![fig](../images/papernotes/one/fig.png) [two › A part](two.md#a-part) [Here](#here)"
    )
    assert (tmp_path / "blog/images/papernotes/one/fig.png").is_file()
    assert "canonical_url" not in yaml.safe_load(front)


def test_with_one_they_lead_to_the_blog_that_is_the_original(tmp_path: Path) -> None:
    front, body = export(
        tmp_path, BLOG, one='![[fig.png]] [[two]] <img src="fig.png" alt="x">', two="Text."
    )
    image = f"{BLOG}/images/papernotes/one/fig.png"
    assert body == f"![fig]({image}) [two]({BLOG}/notes/two/) ![x]({image})"
    assert yaml.safe_load(front)["canonical_url"] == f"{BLOG}/notes/one/"


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("a $x_1 + y$ b", "a $x_1 + y$ b"),
        ("a $x_{i}*y$ b", "a $`x_{i}*y`$ b"),
        (r"a $\{x\}$ and $a\,b$", r"a $`\{x\}`$ and $`a\,b`$"),
        (r"$\mathbf{x}_{i}$", r"$`\mathbf{x}_{i}`$"),
        ("64$x$ and the $n$th", "64$`x`$ and the $`n`$th"),
        ("$x$-axis, ($y$).", "$x$-axis, ($y$)."),
        ("in a line $$c$ d$$ too", r"in a line $c\$ d$ too"),
        (r"$$\text{if $d$}$$ too", r"$`\text{if $d$}`$ too"),
        ("it costs $5 and $6", "it costs &#36;5 and &#36;6"),
        ("| a |\n|---|\n| $p(x\\|y)$ |", "| a |\n|---|\n| $p(x\\vert y)$ |"),
        ("$$\nx\n$$", "$$\nx\n$$"),
    ],
)
def test_formulas_and_money(tmp_path: Path, source: str, written: str) -> None:
    assert export(tmp_path, one=source)[1] == written


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("> [!note]\n> Text.", "> [!NOTE]\n>\n> Text."),
        ("> [!bug]- Mind *this*\n> Text.", "> [!CAUTION]\n> **Mind *this***\n>\n> Text."),
        ("> [!quote] Said\n> Text.", "> [!NOTE]\n> **Said**\n>\n> Text."),
        ("> [!tip]", "> [!TIP]"),
        ("- a\n\n  > [!tip] T\n  > Text.", "- a\n\n  > **T**\n  >\n  > Text."),
        (
            "> [!note] N\n> > [!tip]\n> > I.\n> >\n> > > [!bug] B\n> > > Deep.",
            "> [!NOTE]\n> **N**\n>\n> > **Tip**\n> >\n> > I.\n> >\n> > > **B**\n> > >\n> > > Deep.",
        ),
    ],
)
def test_boxes_are_alerts_where_these_may_stand(tmp_path: Path, source: str, written: str) -> None:
    assert export(tmp_path, one=source)[1].replace("]\n>\n>", "]\n>") == written.replace(
        "]\n>\n>", "]\n>"
    )


# A paragraph or block of a note → what is to be seen of it.
@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("mail me@example.org and www.example.org", None),
        ("one ~tilde~, two ~~tildes~~", "one ~tilde~, two <s>tildes</s>"),
        ("wow! [[#Here]]\n\n## Here", 'wow! <a href="#here">Here</a></p>\n<h2>Here</h2>'),
        ("code `` a`b `` and ` x `", "code <code>a`b</code> and <code>x</code>"),
        ("| a |\n|---|\n| `x\\|y` |", "x|y"),
        ("<div>\n*raw*\n</div>\ntext", "<div>\n*raw*\n</div>\n<p>text"),
        ("<hr>\n<br>\n> quoted", "<blockquote>\n<p>quoted"),
        ("- <div>a\n\n  b</div>\n- c", "b</div>"),
        ("<https://example.org/a(b>", ">https://example.org/a(b</a>"),
        ("a < b and <b", "a &lt; b and &lt;b"),
    ],
)
def test_what_github_reads_otherwise_is_seen_as_it_stands(
    tmp_path: Path, source: str, shown: str | None
) -> None:
    reader = MarkdownIt("gfm-like", {"linkify": False})
    html = reader.render(export(tmp_path, one=source)[1])
    assert (shown or source) in html
    assert (shown is not None) or "<a" not in html


def test_an_address_of_the_web_in_plain_text_is_no_link(tmp_path: Path) -> None:
    _, body = export(tmp_path, one="[@unknown, https://x.org and www.x.org and me@x.org]")
    assert not any(mark in body for mark in ("https://", "www.", "@"))


def test_a_fence_of_math_stays_code_and_has_its_title(tmp_path: Path) -> None:
    source = '- ```math title="a *b*"\n  x\n  ```'
    assert export(tmp_path, one=source)[1] == "- **a \\*b\\***\n\n  ```latex\n  x\n  ```"


def test_ids_of_headings_keep_what_github_keeps(tmp_path: Path) -> None:
    headings = {"A & B": "a--b", "x_y-z: 1.": "x_y-z-1", "नमस्ते": "नमस्ते", "½ ☃": "-"}
    text = "".join(f"[[#{heading}]]\n\n## {heading}\n\n" for heading in headings)
    _, body = export(tmp_path, one=text)
    assert [unquote(to) for to in re.findall(r"\]\(#(.*?)\)", body)] == [*headings.values()]
    assert heading_id("नमस्ते") == "नमसत"  # Hugo's reader keeps only letters and digits


def test_formulas_in_the_titles_of_papers_are_formulas(tmp_path: Path) -> None:
    paper = Paper("k", r"On $x_{i}*y$ and $z$", (Author("Doe", "J."),), 2020, arxiv_id="2001.00001")
    note = make_note("notes/a.md", "---\nslug: a\npaper: k\n---\nText [@k].\n")
    source = make_source(tmp_path, [note], papers={"k": paper})
    for target, title in (
        ("markdown", "On $`x_{i}*y`$ and $z$"),
        ("hugo", r"On \(x_{i}*y\) and \(z\)"),
    ):
        blog = tmp_path / target
        apply(plan(source, target=target, directory=blog, settings=Settings(today=TODAY)))
        (file,) = blog.rglob("*.md")
        text = file.read_text("utf-8")
        assert text.count(title) == 2
        assert not re.search(r"[\x00-\x08\x0e-\x1f]", text)


def test_references_are_a_list_with_places_that_citations_lead_to(tmp_path: Path) -> None:
    _, body = export(tmp_path, one="Text [@kingma2014adam].")
    assert '## References\n\n- <a id="ref-kingma2014adam"></a>Kingma, D. P., & Ba, J.' in body
    assert "[Kingma & Ba, 2014](#ref-kingma2014adam)" in body


def test_a_formula_in_the_title_of_a_work_is_one_in_its_entry(tmp_path: Path) -> None:
    paper = Paper("cost2020", "What $O(n^2)$ costs", (Author("Doe", "Jo"),), year=2020)
    note = make_note("notes/one.md", "---\ntitle: One\npaper: cost2020\n---\nAs [@cost2020].\n")
    source = make_source(tmp_path, [note], papers={"cost2020": paper})
    apply(plan(source, target="markdown", directory=tmp_path / "b", settings=Settings(today=TODAY)))
    text = (tmp_path / "b/notes/one.md").read_text("utf-8")
    assert text.count("What $O(n^2)$ costs") == 2
    assert "\x02" not in text
