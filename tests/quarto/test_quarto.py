"""Posts of the target quarto as Pandoc, which Quarto is built on, reads them."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import lxml.html
import pytest
import yaml

from papernotes import bib
from papernotes.export import Settings, apply, plan, publishable
from papernotes.export.dialects.pandoc import heading_id
from papernotes.models import Author, Paper
from tests.exporting import PAPERS, SETTINGS, TODAY, make_note, make_source
from tests.programs import require

if TYPE_CHECKING:
    from collections.abc import Mapping

    from papernotes.models import Note

GOLDEN = Path(__file__).parents[1] / "golden/fastpages/library"
FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


def export(
    root: Path,
    *notes: Note,
    settings: Settings = SETTINGS,
    papers: Mapping[str, Paper] = PAPERS,
) -> Path:
    """Export notes and return the folder of posts."""
    source = make_source(root, notes, papers=papers)
    blog = root / "site"
    apply(plan(source, target="quarto", directory=blog, settings=settings))
    return blog / "posts"


def pandoc(folder: Path) -> lxml.html.HtmlElement:
    """Return what Pandoc makes of the post in a folder. A warning fails the test."""
    asked = "--from markdown --to html --citeproc --mathjax --wrap=preserve --preserve-tabs"
    done = subprocess.run(
        [require("pandoc"), "index.qmd", *asked.split(), "--fail-if-warnings"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), folder.name
    return lxml.html.fromstring(f"<main>{done.stdout}</main>")


def front_of(folder: Path) -> dict[str, object]:
    match = FRONT.match((folder / "index.qmd").read_text("utf-8"))
    assert match
    return dict(yaml.safe_load(match[1]))


def words(element: lxml.html.HtmlElement) -> str:
    """The text as a typewriter has it, with single spaces."""
    text = element.text_content().translate(str.maketrans("“”‘’\u00a0", "\"\"'' "))
    return " ".join(text.replace("—", "---").replace("–", "--").split())


# --- what Pandoc and Quarto read otherwise ------------------------------------------------------

# A paragraph or block of a note → what is to be seen of it.
AS_IT_STANDS = [
    ("mail me@example.org, ask @nobody, (@nobody)", None),
    ("x^2^ and H~2~O, a^b, ~ 5", None),
    ("it costs $5 and $6, or 5 $", None),
    (r"\alpha and C:\new\table, 50\% off", "\\alpha and C:\\new\\table, 50% off"),
    ("a {.class} and [span]{.x} and `code`{=html}", "a {.class} and [span]{.x} and code{=html}"),
    ("{{< include secret.qmd >}} and {{% x %}}", None),
    ("`{{< include secret.qmd >}}` in a line", "{{< include secret.qmd >}} in a line"),
    ("(1) one\n(2) two", "(1) one (2) two"),
    ("a. one\nb. two", "a. one b. two"),
    ("i) one\n#. two", "i) one #. two"),
    ("(@good) an example", None),
    ("Term\n: no definition\n~ none", "Term : no definition ~ none"),
    ("| a line\n| of verse", None),
    ("::: note\nno box\n:::", "::: note no box :::"),
    ("+---+\n| a |\n+---+", "+---+ | a | +---+"),
    ("% no title", None),
    ("**Flatten **is", None),
    ("Li*, Chen*, and _he", None),
    ("**注意：**文字", None),
    ("snake_case, __init__ alone_ and *right*", "snake_case, init alone_ and right"),
    ("![]( a b.png) and [x](y z)", None),
    ("a < b, <notatag, <b", None),
    ("run --force and --all", None),
    ("text before\n- a list\n- of two", "text before a list of two"),
    ("text before\n1. a list\n2. of two", "text before a list of two"),
    ("text before\n> a quote", "text before a quote"),
    ("1986. A great year", "A great year"),
    ("one\n\n---\nname: no metadata\n\n---\n\ntwo", "one name: no metadata two"),
    ("| a | b |\n|---|---|\n| `x\\|y` | $p(x\\|y)$ |", "a b x|y \\(p(x|y)\\)"),
    ("$a$ $$\\text{if $b$}$$ $$c$ d$$ e", "\\(a\\) \\(\\text{if $b$}\\) \\(c\\$ d\\) e"),
    ("` x ` and ` y`", "x and y"),
    ("[A Heading] is no link", None),
    ("~~struck~~ and lone ~~ and ~~one", "struck and lone ~~ and ~~one"),
    ("a ``lone and `x`", "a ``lone and x"),
    ("text before\n~~~\ncode\n~~~", "text before code"),
    ("a note[^1]\n\n[^1]: Its text.\n[^2]: Nobody asks.", "a note1"),
    ("see <https://example.org/a(b>", "see https://example.org/a(b"),
    ("- a\n\n  ```\n  code\n  ```\n- b", "a code b"),
    ("<div>\n*raw*\n</div>", "*raw*"),
    ("<details>\n<summary>S</summary>\n\n*read*\n\n</details>", "S read"),
    ("an HTML <b>tag</b> and <div>an *inner* one</div>", "an HTML tag and an inner one"),
]


@pytest.fixture(scope="module")
def sections(tmp_path_factory: pytest.TempPathFactory) -> list[lxml.html.HtmlElement]:
    """What Pandoc makes of each of them, all in one note."""
    root = tmp_path_factory.mktemp("library")
    body = "".join(
        f"<h2>part {number}</h2>\n\n{source}\n\n" for number, (source, _) in enumerate(AS_IT_STANDS)
    )
    note = make_note("notes/a.md", f"---\ntitle: A\n---\n{body}\n## A Heading\n")
    page = pandoc(export(root, note) / "a")
    found: list[lxml.html.HtmlElement] = []
    for element in list(page):
        if element.tag == "h2":
            found.append(lxml.html.fromstring("<section></section>"))
        elif found:
            found[-1].append(element)
    return found


@pytest.mark.parametrize(
    ("number", "source", "expected"),
    [(number, *pair) for number, pair in enumerate(AS_IT_STANDS)],
)
def test_what_pandoc_reads_otherwise_is_seen_as_it_stands(
    sections: list[lxml.html.HtmlElement], number: int, source: str, expected: str | None
) -> None:
    assert words(sections[number]) == " ".join((expected or source).split())


def test_nothing_is_ever_run(tmp_path: Path) -> None:
    inside = "{{< include /etc/passwd >}}"
    note = make_note(
        "notes/a.md",
        f"---\nslug: a\ntitle: 'T {inside} `r 1+1`'\ndescription: '{inside}'\n"
        f"categories: ['{inside}']\n---\n"
        f"{inside} `{inside}` $x {inside}$ [t](https://x.org/{inside.replace(' ', '%20')})\n\n"
        f"```{{python}}\nimport os\n{inside}\n```\n\n"
        "``` {r, echo=FALSE}\n1\n```\n\n```{=html}\n<script>alert(1)</script>\n```\n\n"
        f"$$\n{inside}\n$$\n\n![{inside}](https://x.org/a.png '{inside}')\n\n"
        f"<p title='{inside}'>{inside}</p>\n\n> [!note] {inside}\n> {inside}\n\n## {inside}\n",
    )
    folder = export(tmp_path, note) / "a"
    text = (folder / "index.qmd").read_text("utf-8")
    assert "{{<" not in text
    fences = re.findall(r"^[`~]{3,}.*$", text, re.MULTILINE)
    assert "```{=html}" in fences  # our own
    assert not [one for one in fences if re.match(r"[`~]+\s*\{(?!\.|=html\}$)", one)]
    assert "alert(1)" in words(pandoc(folder))
    assert front_of(folder)["execute"] == {"enabled": False}
    assert front_of(folder)["engine"] == "markdown"


# --- the whole of a post ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> dict[str, lxml.html.HtmlElement]:
    """The golden library, built: a page for each post by its folder."""
    root = tmp_path_factory.mktemp("blog")
    notes = [
        make_note(path.relative_to(GOLDEN).as_posix(), path.read_text("utf-8"))
        for path in sorted((GOLDEN / "notes").glob("*.md"))
    ]
    source = make_source(GOLDEN, [note for note in notes if publishable(note, "quarto")[0]])
    apply(plan(source, target="quarto", directory=root, settings=SETTINGS))
    return {folder.name: pandoc(folder) for folder in sorted((root / "posts").iterdir())}


def test_links_between_posts_and_on_a_page_lead_to_what_is_there(
    golden: dict[str, lxml.html.HtmlElement],
) -> None:
    checked = 0
    for name, page in golden.items():
        for link in page.iterfind(".//a[@href]"):
            match = re.fullmatch(r"(?:\.\./([^/#]+)/index\.qmd)?(?:#(.+))?", link.get("href"))
            if match is None:
                continue
            target = golden[match[1] or name]
            assert match[2] is None or target.get_element_by_id(match[2]) is not None
            checked += 1
    assert checked > 20


def test_citations_are_pandocs_own(golden: dict[str, lxml.html.HtmlElement]) -> None:
    page = next(page for name, page in golden.items() if name.startswith("everything"))
    shown = words(page)
    assert "As Vaswani et al. (2017) showed (see Kingma and Ba 2014, 3--5; van der Maaten" in shown
    assert "also Kingma and Ba (2014, sec. 2)" in shown
    assert "Unknown: (@nobody2020nothing)." in shown
    references = page.get_element_by_id("refs")
    assert [one.get("id") for one in references] == [
        "ref-kingma2014adam",
        "ref-maaten2008visualizing",
        "ref-vaswani2017attention",
    ]


def test_boxes_figures_and_code_keep_what_they_are(
    golden: dict[str, lxml.html.HtmlElement],
) -> None:
    page = next(page for name, page in golden.items() if name.startswith("everything"))
    boxes = [one.get("class") for one in page.find_class("callout-note")]
    assert boxes == ["callout-note"]
    (box,) = page.find_class("callout-note")
    assert box.get("data-collapse") == "true"
    assert words(box).startswith("Folded Hidden")
    (figure,) = page.iterfind(".//figure")
    assert words(figure) == "The caption"
    assert figure.find(".//img").get("alt") == "A *curve* | drawn"
    code = next(one for one in page.iterfind(".//pre") if "train" not in one.text_content())
    assert code is not None
    assert 'print("{{ x }}", {"a": {"b": 1}})\n\n# {% endraw %}\nx = a | b' in page.text_content()


def test_front_matter(tmp_path: Path) -> None:
    note = make_note(
        "notes/2020-01-31-Old-Name.md",
        '---\ntitle: "A: $x_1$ *of* @me"\ndescription: "Less < \\"more\\""\n'
        "categories: [deep learning, C#]\ncreated: 2020-01-31\nslug: fresh\n---\nText.\n",
    )
    folder = export(tmp_path, note) / "fresh"
    found = front_of(folder)
    assert found["title"] == "A: $x_1$ \\*of\\* \\@me"
    assert found["categories"] == ["deep learning", "C#"]
    assert found["date"] == date(2020, 1, 31)
    assert found["aliases"] == ["/deep learning/c#/2020/01/31/Old-Name.html"]
    assert "bibliography" not in found
    assert sorted(path.name for path in folder.iterdir()) == ["index.qmd"]


def test_a_url_the_note_asks_for_is_an_alias(tmp_path: Path) -> None:
    note = make_note(
        "notes/2020-01-31-a.md",
        "---\npermalink: /markdown/2020/01/31/a.html\nslug: a\n---\nText.\n",
    )
    assert front_of(export(tmp_path, note) / "a")["aliases"] == ["/markdown/2020/01/31/a.html"]


# --- the papers it cites ------------------------------------------------------------------------


def test_only_what_is_cited_is_in_the_bibliography_under_keys_that_are_safe(
    tmp_path: Path,
) -> None:
    odd = {
        key: Paper(key, f"On {number}", (Author("Doe", "J."),), 2000 + number)
        for number, key in enumerate(("fig-one", "doe_2000_", "DBLP:conf/x-1", "ref"))
    }
    note = make_note(
        "notes/a.md",
        "See [@fig-one; @{doe_2000_}, p. 3] and @DBLP:conf/x-1 and [[ref]].\n\n## References\n",
    )
    folder = export(tmp_path, note, papers={**PAPERS, **odd}) / "a"
    papers, problems = bib.parse((folder / "references.bib").read_text("utf-8"), "")
    assert not problems
    assert len(papers) == 4
    assert not [one.citekey for one in papers if re.match(r"fig-", one.citekey)]
    page = pandoc(folder)
    assert words(page).startswith("See (Doe 2000; 2001, 3) and Doe (2002) and On 3. References Doe")
    assert page.find(".//a[@href='#ref-ref']") is not None
    assert page.get_element_by_id("ref-ref") is not None


def test_numbers_and_a_csl_file_are_a_style_beside_the_posts(tmp_path: Path) -> None:
    cited = "See [@kingma2014adam; @maaten2008visualizing] and @kingma2014adam [p. 3].\n"
    note = make_note("notes/a.md", f"---\ntitle: A\n---\n{cited}")
    posts = export(tmp_path, note, settings=Settings(today=TODAY, style="numeric"))
    page = pandoc(posts / "a")
    assert words(page).startswith("See [1, 2] and Kingma and Ba [1, p. 3].")
    assert "[1] Kingma, D. P., & Ba, J. (2014). Adam" in words(page)
    css = Settings(
        today=TODAY, style="author-year", csl=(posts / "citations.csl").read_text("utf-8")
    )
    again = export(tmp_path, note, settings=css)
    assert words(pandoc(again / "a")) == words(page).replace("Kingma and Ba [1, p. 3]", "[1, p. 3]")


def test_ids_of_headings_are_pandocs() -> None:
    headings = [
        *("Code & Liquid", "1. Introduction", "Über-Größe: 注意", "---", "a_b.c", "What's New?"),
        *("C++ and  C#", "Ünïcode ☃ x", "123", "x.y-z", "Two -- dashes"),
    ]
    escaped = (re.sub(r"([-_#])", r"\\\1", heading) for heading in headings)
    text = "".join(f"## {heading}\n\n" for heading in escaped)
    done = subprocess.run(
        [require("pandoc"), "-f", "markdown-smart", "-t", "html"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.findall(r'id="([^"]*)"', done.stdout) == [
        heading_id(heading, repeat)
        for heading, repeat in zip(headings, [0] * 8 + [1] + [0] * 2, strict=True)
    ]


def test_a_csl_file_is_quartos_to_read_and_needs_no_pandoc_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papernotes.export.making.pandoc.find_pandoc", lambda: None)
    note = make_note("notes/a.md", "See [@kingma2014adam].\n")
    style = Settings(today=TODAY, style=str(tmp_path / "x.csl"), csl="<style>…</style>")
    folder = export(tmp_path, note, settings=style) / "a"
    assert front_of(folder)["csl"] == "../citations.csl"
    assert (folder.parent / "citations.csl").read_text("utf-8") == "<style>…</style>"


def test_what_stands_right_below_an_ended_quote_is_outside_of_it(tmp_path: Path) -> None:
    body = "> quote\n>\n- a\n  - b\n\n> # Head\ntext\n\n> > deep\n> >\n> less\n>\nend\n"
    page = pandoc(export(tmp_path, make_note("notes/a.md", f"---\ntitle: A\n---\n{body}")) / "a")
    assert [words(one) for one in page.xpath("./blockquote")] == ["quote", "Head", "deep less"]
    assert page.xpath("string(./ul/li/ul/li)").strip() == "b"
    assert [words(one) for one in page.xpath("./p")] == ["text", "end"]
