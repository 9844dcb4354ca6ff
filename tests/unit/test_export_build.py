"""A note as a fastpages body: one construct at a time, and what must never get out."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import pytest

from papernotes.export import plan
from papernotes.models import Note
from tests.exporting import SETTINGS, make_note, make_source
from tests.unit.test_export_metadata import SECRET, make_png, png_chunk

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.models import Problem

OTHER = (
    "---\ntitle: Other Note\naliases: [the other]\ncreated: 2026-01-01\n---\n## Part two\n\nText.\n"
)
PRIVATE = "---\ntitle: Private Matter\naliases: [Codename Zeta]\n---\nplanted-secret body\n"


def export(
    tmp_path: Path, body: str, **more: str
) -> tuple[str, tuple[Problem, ...], dict[str, bytes]]:
    """The exported body of a note, the problems, and all files of the export."""
    notes = [
        make_note("notes/post.md", f"---\ntitle: Post\ncreated: 2026-01-02\n---\n{body}"),
        make_note("notes/other.md", OTHER),
        *(make_note(f"notes/{name}.md", text) for name, text in more.items()),
    ]
    source = make_source(tmp_path, notes, others=[make_note("notes/private-matter.md", PRIVATE)])
    planned = plan(source, target="fastpages", directory=tmp_path / "blog", settings=SETTINGS)
    written = {action.path: action.data for action in planned.actions}
    text = written["_posts/2026-01-02-post.md"].decode().split("\n---\n", 1)[1]
    return text.split("\n\n## References\n")[0].rstrip("\n"), planned.problems, written


URL = "{{ site.baseurl }}/notes/other-note/"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # links
        ("see [[other]]", f"see [Other Note]({URL})"),
        ("see [[the other]]", f"see [the other]({URL})"),
        ("see [[other|it]]", f"see [it]({URL})"),
        ("[[other#Part two]]", f"[Other Note › Part two]({URL}#part-two)"),
        ("[*it*](other.md)", f"[*it*]({URL})"),
        ("[it](other.md#part-two)", f"[it]({URL}#part-two)"),
        ("[[private-matter|a plan]]", "a plan"),
        ("[[nowhere]]", "nowhere"),
        ("[a *file*](data.csv)", "a *file*"),
        ("[x](javascript:alert(1))", "x"),
        ("[x](/about/)", "[x](/about/)"),
        ("[x](https://e.org/a|b)", "[x](https://e.org/a%7Cb)"),
        ("https://e.org/a_b", "<https://e.org/a_b>"),
        (
            "[[vaswani2017attention]]",
            "[Attention Is All You Need](https://arxiv.org/abs/1706.03762)",
        ),
        ("# Here\n\n[[#Here]]", "# Here\n\n[Here](#here)"),
        ("# Post\n\n## Post\n\n[a](#post-1)", "## Post\n\n[a](#post)"),
        ("# Post\n\n[a](#post)", "[a](#)"),
        ("[a [[other]] b](https://e.org)", "[a Other Note b](https://e.org)"),
        ("[a https://e.org b](https://e.org)", "[a https://e.org b](https://e.org)"),
        ('<a href="https://e.org">https://e.org</a>', '<a href="https://e.org">https://e.org</a>'),
        ("<a>x</a> https://e.org <a>y</a>", "<a>x</a> <https://e.org> <a>y</a>"),
        # math
        ("$x$ is", "$$x$$ is"),
        ("$x$", r"\$$x$$"),
        ("a $p(y|x)$", r"a $$p(y\vert x)$$"),
        (r"a $\|w\|$", r"a $$\Vert w\Vert$$"),
        ("a ${{x}}$", "a $${ {x}}$$"),
        ("a\n$$\nx | y\n$$\nb", "a\n\n$$\nx | y\n$$\n\nb"),
        ("costs $5 and $6", "costs <span>$</span>5 and <span>$</span>6"),
        (r"costs \$5", "costs <span>$</span>5"),
        ("a $$x|y$$ b", r"a $$x\vert y$$ b"),
        ("a:\n$$x$$", "a:\n\n$$\nx\n$$"),
        # prose
        ("a | b", r"a \| b"),
        ("==so==", '<mark markdown="span">so</mark>'),
        ("use --force", r"use \-\-force"),
        ("1) a", "1. a"),
        (r"mail\@x \& more", "mail@x &amp; more"),
        ("a\n: b", "a\n\\: b"),
        # what goes
        ("a %%b%% c", "a  c"),
        ("a\n\n%%\nb\n%%\n\nc", "a\n\nc"),
        ("a <!-- b --> c", "a  c"),
        ("a ^block", "a"),
        ("# Post\n\nText", "Text"),
        ("[[other]]\n\n# Post\n\nText", f"[Other Note]({URL})\n\n\nText"),
        # code
        ("`a|b`", "`a|b`"),
        ("`` a`b ``", "`` a`b ``"),
        ("```{.python title='t.py'}\nx\n```", "**t.py**\n\n```python\nx\n```"),
        ("```python\nx", "```python\nx\n```"),
        ("    code | x", "```\ncode | x\n```"),
        ("a\n\n  ```\n  b\n    c\n  ```", "a\n\n```\nb\n  c\n```"),
        ("1. a\n\n    ```\n    b\n    ```", "1. a\n\n   ```\n   b\n   ```"),
        ("-\ta\n\n\t```\n\tb\n\t```", "-\ta\n\n    ```\n    b\n    ```"),
        # blocks
        ("a\n| b | c |\n|---|---|\n| `x\\|y` | 2 |", "a\n\n| b | c |\n|---|---|\n| `x|y` | 2 |"),
        ("a^[b *c*]", "a[^aside-1]\n\n[^aside-1]: b *c*"),
        ("![[other]]", "## Part two\n\nText."),
        ("in a line ![[other]]", f"in a line [Other Note]({URL})"),
        ("![[private-matter]]", ""),
        ("![[other#Part two]]", "## Part two\n\nText."),
    ],
)
def test_constructs(tmp_path: Path, source: str, expected: str) -> None:
    body, _, _ = export(tmp_path, source)
    assert body == expected


def test_callouts_keep_what_is_in_them(tmp_path: Path) -> None:
    body, _, _ = export(tmp_path, "> [!tip] Do *this*\n> and $x|y$\n>\n> ```py\n> a | b\n> ```")
    assert body.startswith('<div class="flash flash-success" style="')
    assert body.endswith(
        'markdown="1">\n**Do *this***\n\nand $$x\\vert y$$\n\n```py\na | b\n```\n\n</div>'
    )


def test_a_note_embedded_in_itself_becomes_a_link(tmp_path: Path) -> None:
    loop = "---\ntitle: Loop\n---\nagain\n\n![[post]]\n"
    body, problems, _ = export(tmp_path, "![[loop]]", loop=loop)
    assert "again" in body
    assert "[Post]({{ site.baseurl }}/notes/post/)" in body
    assert {problem.code for problem in problems} == {"embed"}


@pytest.mark.parametrize(
    ("text", "most"), [("boom\n", 500), ("boom" + " x" * 250_000, 4)], ids=["number", "size"]
)
def test_notes_that_embed_each_other_many_times_make_no_endless_post(
    tmp_path: Path, text: str, most: int
) -> None:
    body, problems, _ = export(tmp_path, "![[many]]\n\n" * 30, many="![[one]]\n\n" * 30, one=text)
    assert 0 < body.count("boom") <= most
    assert "too much is embedded before it; linked" in problems[-1].message


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("[[private-matter]]", "private-title"),
        ("[[Codename Zeta]]", "private-title"),
        ("[[Codename Zeta#Part]]", "private-title"),
        ("<div>[[Codename Zeta]]</div>", "private-title"),
        ('<a href="private-matter.md">Private Matter</a>', "private-title"),
        ("<a href='file:///home/ada/x'>x</a>", "local-link"),
        ("<a href=nowhere.md>x</a>", "dangling-link"),
        ("<file:///home/ada/x>", "local-link"),
        ("<obsidian://open?vault=x>", "local-link"),
        ("<zotero://select/items/1>", "local-link"),
        ("![x](file:///home/ada/x.png)", "image"),
        ('<img src="file:///home/ada/x.png">', "local-link"),
        ('<video src="clip.mp4"></video>', "local-link"),
        ("a {% include x.html %}", "liquid"),
        ("a {{ page.title }}\n\n{{ page.url }}", "liquid"),
        ("[[private-matter|the Private Matter]]", "private-title"),
        ("[[nowhere]]", "dangling-link"),
        ("[[other#No such part]]", "missing-heading"),
        ("[@nobody]", "unknown-citation"),
        ("![[none.png]]", "image"),
        ("![x](../../etc/passwd)", "image"),
        ("![[private-matter]]", "embed"),
        ("[x](file:///etc/passwd)", "local-link"),
    ],
)
def test_what_a_reader_misses_is_reported_with_its_line(
    tmp_path: Path, source: str, code: str
) -> None:
    _, problems, _ = export(tmp_path, f"first\n\n{source}\n")
    assert [(problem.code, problem.path, problem.line) for problem in problems] == [
        (code, "notes/post.md", 7)
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<a href="private-matter.md">x</a>', "<a>x</a>"),
        ("<a href='file:///home/ada'>x</a>", "<a>x</a>"),
        ("<a class=b href=other.md#part-two>x</a>", f'<a class=b href="{URL}#part-two">x</a>'),
        ('<a href="https://e.org/?a&amp;b">x</a>', '<a href="https://e.org/?a&amp;b">x</a>'),
        ('<a href="#part">x</a> <a href="/a">y</a>', '<a href="#part">x</a> <a href="/a">y</a>'),
        ("see <file:///home/ada/a%20b.pdf>", "see a b.pdf"),
        ("see <zotero://select/items/1>.", "see ."),
        ("![x](file:///home/ada/x.png)", "x"),
        ("![x](data:image/png;base64,AAAA)", "x"),
    ],
)
def test_addresses_on_this_computer_stay_here(tmp_path: Path, source: str, expected: str) -> None:
    assert export(tmp_path, source)[0] == expected


@pytest.mark.parametrize(
    "source",
    [
        '<div class="caption">\nImage 1 | costs $5 and $x$ *here* [[other]] -- `a`\n</div>',
        "<p>a | $5\n<b>c | d</b>\n</p>",
        "<table>\n<tr><td>a | b</td></tr>\n\n    <tr><td>$c$</td></tr>\n</table>",
        "<unknown>\na | $b$\n</unknown>",
        "<unknown>a | $b$</unknown>",
        "<div>\n<div>a | b</div>\n| c | d |\n|---|---|\n</div>",
        "- a\n  <div>b | c</div>",
        "<pre>\na | $b$\n</pre>",
        "<script>a || b; '</div>'</script>",
    ],
)
def test_html_that_holds_no_markdown_leaves_as_it_is(tmp_path: Path, source: str) -> None:
    body, problems, _ = export(tmp_path, f"{source}\n\na | b")
    assert (body, problems) == (f"{source}\n\na \\| b", ())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<div>\n\na | b\n\n</div>", '<div markdown="block">\n\na \\| b\n\n</div>'),
        ('<div markdown="1">\na | b\n</div>', '<div markdown="1">\na \\| b\n</div>'),
        ("a <span>b | c</span>", "a <span>b \\| c</span>"),
        ("<div>\n{{ x }}</div>", "<div>\n{% raw %}{{ x }}{% endraw %}</div>"),
        (
            "<div>\n[[private-matter|a plan]] <a href='other.md'>o</a></div>",
            f'<div>\na plan <a href="{URL}">o</a></div>',
        ),
    ],
)
def test_html_is_looked_through(tmp_path: Path, source: str, expected: str) -> None:
    assert export(tmp_path, source)[0] == expected


def test_images_in_html_are_carried_along(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/fig.png").write_bytes(make_png())
    body, problems, written = export(
        tmp_path, '<p>\n<img alt="a" src="fig.png" width=20>\n<img src="no.png" alt="b">\n</p>'
    )
    address = "{{ site.baseurl }}/images/papernotes/post/fig.png"
    assert body == f'<p>\n<img alt="a" src="{address}" width=20>\nb\n</p>'
    assert [(one.code, one.line) for one in problems] == [("image", 7)]
    assert "images/papernotes/post/fig.png" in written


PLACES = [
    "![alt {}](u.png)",
    "![alt {}](https://e.org/u)",
    "![[fig.png|alt {}]]",
    "[[other|my label {}]]",
    "[[other {}|label]]",
    "[[private-matter|label {}]]",
    "[[nowhere {}]]",
    "[label {}](other.md)",
    "[label {}][r]\n\n[r]: other.md",
    "[label {}](private-matter.md)",
    '[x](https://e.org "title {}")',
    '[x][r]\n\n[r]: https://e.org "title {}"',
    '![x](https://e.org "title {}")',
    "[see {} @kingma2014adam]",
    "[see @kingma2014adam, p. 3 {}]",
    "@kingma2014adam [p. 3 {}]",
    "@kingma2014adam {} [p. 3]",
    "[@nobody, p. 3 {}]",
    "<pre>\na {} b\n</pre>",
    "<pre>a {} b</pre>",
    "<div>\na {} b\n</div>",
    '<span title="{}">a</span>',
    '<img alt="{}" src="https://e.org/a.png">',
    '<div title="{}">\na\n</div>',
    "# Heading {}\n\n[[#Heading]]",
    "Heading {}\n=======",
    "> [!note] Title {}\n> body {}\n> [[other|x {}]]",
    "> quote {}",
    "| a {} | b |\n|---|---|\n| {} | [[other\\|l {}]] |",
    "a[^1]\n\n[^1]: note {} more",
    "a^[note {} more]",
    "==marked {}==",
    "- item {}\n  - [ ] task {}",
    "![[other]] {}",
    "```{{.python title='t {}'}}\nx\n```",
    "[[other|a {}]] b %% c",
    "<details>\n<summary>M {}</summary>\n\nx {}\n\n</details>",
]


@pytest.mark.parametrize("comment", ["%% planted %%", "<!-- planted -->", "%%planted\nplanted%%"])
@pytest.mark.parametrize("place", PLACES)
def test_private_comments_stay_wherever_they_stand(
    tmp_path: Path, place: str, comment: str
) -> None:
    if "\n" in comment and ("|" in place or "#" in place or "==" in place or "'t" in place):
        comment = comment.replace("\n", " ")
    _, _, written = export(tmp_path, place.format(*[comment] * 3))
    for path, data in written.items():
        assert b"planted" not in data, (path, data.decode())


@pytest.mark.parametrize(
    "source",
    [
        "[//]: # (planted)",
        "[//]: # 'planted'",
        "[//]: <> (planted (twice) so)",
        "[//]: # planted",
        "text\n[//]: # (planted)\nmore",
        "text\n  [//]: # (planted)",
        "[comment]: # (planted)",
        "[_]: <> (planted\nplanted)",
        "> [//]: # (planted)\n> x",
        "- x\n\n  [//]: # (planted)",
    ],
)
def test_definitions_that_lead_nowhere_are_comments(tmp_path: Path, source: str) -> None:
    body, _, _ = export(tmp_path, source)
    assert "planted" not in body
    assert "//" not in body


def test_a_definition_with_a_target_stays(tmp_path: Path) -> None:
    source = '[a]: https://e.org "A title"\n\n[a]'
    assert export(tmp_path, source)[0] == source


def test_front_matter_is_no_way_out_for_comments(tmp_path: Path) -> None:
    note = make_note(
        "notes/a.md",
        "---\ntitle: 'A %% planted %% title'\ndescription: b <!-- planted -->\n"
        "tags: [c, '%%planted%%']\ncreated: 2026-01-02\n---\n[[a]]\n",
    )
    source = make_source(tmp_path, [note])
    planned = plan(source, target="fastpages", directory=tmp_path / "blog", settings=SETTINGS)
    assert [action.path for action in planned.actions] == ["_posts/2026-01-02-a-title.md"]
    assert b"planted" not in planned.actions[0].data
    assert b'tags: ["c"]' in planned.actions[0].data


@dataclass(frozen=True, slots=True)
class Telling(Note):
    """A note whose description tells what a comment says."""

    def __post_init__(self) -> None:
        told = "told" if "planted words" in self.body else "silent"
        object.__setattr__(self, "description", told)


def test_a_post_that_depends_on_a_comment_is_withheld(tmp_path: Path) -> None:
    front = "---\ntitle: A\ncreated: 2026-01-02\n---\n"
    honest = make_note("notes/a.md", f"{front}[[b]] %% planted words %%\n")
    leaky = Telling(**{one.name: getattr(honest, one.name) for one in fields(honest)})
    other = make_note("notes/b.md", front.replace("A", "B") + "%% harmless words %%\n")
    blog = tmp_path / "blog"
    for note, outcome, codes in (
        (honest, "new", set()),
        (leaky, "blocked", {("private-comment", "notes/a.md")}),
    ):
        source = make_source(tmp_path, [note, other])
        planned = plan(source, target="fastpages", directory=blog, settings=SETTINGS)
        assert {action.ref: action.outcome for action in planned.actions} == {
            "a": outcome,
            "b": "new",
        }
        assert {(one.code, one.path) for one in planned.problems} == codes


def test_titles_with_math_show_it_in_links(tmp_path: Path) -> None:
    fast = "---\ntitle: Sorting in $O(n^2)$\n---\n"
    body, _, _ = export(tmp_path, "[[fast]] [[Sorting in $O(n^2)$]]", fast=fast)
    link = "[Sorting in $$O(n^2)$$]({{ site.baseurl }}/notes/sorting-in-o-n-2/)"
    assert body == f"{link} {link}"


def test_a_label_of_its_own_gives_no_warning(tmp_path: Path) -> None:
    assert export(tmp_path, "[[private-matter|a plan]]")[1] == ()


# --- images ----------------------------------------------------------------------------------


def test_images_are_carried_along_without_metadata(tmp_path: Path) -> None:
    (tmp_path / "notes/fig").mkdir(parents=True)
    (tmp_path / "notes/fig/My Plot.png").write_bytes(make_png(png_chunk(b"tEXt", SECRET)))
    (tmp_path / "notes/other fig.png").write_bytes(make_png())
    body, problems, written = export(tmp_path, "![[My Plot.png|300]]\n\n![b](fig/My%20Plot.png)")
    assert problems == ()
    assert written["images/papernotes/post/my-plot.png"] == make_png()
    assert [path for path in written if path.startswith("images")] == [
        "images/papernotes/post/my-plot.png"
    ]
    address = "{{ site.baseurl }}/images/papernotes/post/my-plot.png"
    assert body == f'![My Plot]({address}){{: width="300"}}\n\n![b]({address})'


@pytest.mark.parametrize("reference", ["![x]({})", "![[{}]]", '<img src="{}" alt="x">'])
def test_no_image_from_outside_and_none_through_a_link(tmp_path: Path, reference: str) -> None:
    library = tmp_path / "library"
    (library / "notes").mkdir(parents=True)
    (tmp_path / "out.png").write_bytes(make_png())
    (library / "notes/link.png").symlink_to(tmp_path / "out.png")
    (library / "notes/folder").symlink_to(tmp_path)
    (library / "notes/.hidden").mkdir()
    (library / "notes/.hidden/h.png").write_bytes(make_png())
    (library / "notes/fake.png").write_bytes(SECRET)
    for name in ("../../out.png", "link.png", "folder/out.png", ".hidden/h.png", "fake.png"):
        _, problems, written = export(library, reference.format(name))
        assert [problem.code for problem in problems] == ["image"], name
        assert not any(path.startswith("images") for path in written), name


def test_nothing_of_an_unpublished_note_gets_out(tmp_path: Path) -> None:
    body = "[[private-matter|plan]] ![[private-matter]] [x](private-matter.md) %%planted-secret%%\n"
    _, _, written = export(tmp_path, body + "<!-- planted-secret -->\n\n%%\nplanted-secret")
    everything = b"\n".join(path.encode() + data for path, data in written.items())
    assert b"planted-secret" not in everything
    assert b"rivate" not in everything


@pytest.mark.parametrize("lead", ["- item\n  ", "- item\n\n  ", "> ", "> text\n> ", "1. ", "> - "])
def test_a_table_inside_of_something_is_a_table(tmp_path: Path, lead: str) -> None:
    marks = lead.rsplit("\n", 1)[-1]
    rest = "".join(char if char == ">" else " " for char in marks)
    rows = f"{lead}| a | b |\n{rest}|---|---|\n{rest}| `c` | d |\n"
    text, problems, _ = export(tmp_path, f"text\n\n{rows}")
    assert "| a | b |" in text
    assert "| `c` | d |" in text
    assert "\\|" not in text
    assert problems == ()
