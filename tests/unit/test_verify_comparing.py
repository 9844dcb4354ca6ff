"""The parts of the check that need no target: what is compared, and how."""

from __future__ import annotations

import pytest

from papernotes.export.pieces import Code, Fence, Href, Link, Math, Plain, Text
from papernotes.export.post import Placement, Post
from papernotes.export.verify.frontmatter import front_matter_faults, parted
from papernotes.export.verify.meaning import visible_of
from papernotes.export.verify.reading import parse_page, read_visible
from papernotes.export.verify.residue import escaped_marks, note_marks
from papernotes.export.verify.said import first_lost, lost_code, lost_formulas, runs
from papernotes.export.verify.templates import spoken
from papernotes.export.verify.visible import (
    Visible,
    bare_tex,
    canonical_tex,
    differences,
    straight,
)
from tests.exporting import TODAY

PLACED = Placement("a", TODAY, "/notes/a/")


def seen(source: str, captions: frozenset[str] = frozenset()) -> tuple[Visible, Visible]:
    root = parse_page(f"<body>{source}</body>").find(".//body")
    return read_visible(root, link_of=str, image_of=str, captions=captions)


def faults(front: str) -> list[str]:
    post = Post("a", 'A "title": x', (), description="Less < more", tags=("Deep learning", "c#"))
    return list(front_matter_faults(front, post, PLACED))


SOUND = f"title: 'A \"title\": x'\ndate: {TODAY}\ndescription: Less &lt; more\n"


def test_front_matter_that_means_the_same_is_sound() -> None:
    assert faults(f"{SOUND}tags: [deep learning]\ncategories: ['c#', Deep learning]\n") == []
    assert faults(f"{SOUND.replace('&lt;', '<')}tags: [Deep learning, 'c#']\n") == []


def test_front_matter_may_be_escaped_for_another_reader() -> None:
    post = Post("a", "What batch_norm is", ())
    placed = Placement("a", TODAY, "/a%20b/")
    front = f"title: 'What batch\\_norm is'\ndate: {TODAY}\nurl: /a b/\n"
    assert list(front_matter_faults(front, post, placed)) == []


@pytest.mark.parametrize(
    "front",
    [
        SOUND.replace("'", ""),  # a colon that nothing quotes
        f"{SOUND}tags: [Deep learning, 'c#']\ntitle: again\n",
        SOUND.replace(str(TODAY), "2026-01-01") + "tags: [Deep learning, 'c#']\n",
        SOUND.replace("more", "mere") + "tags: [Deep learning, 'c#']\n",
        f"{SOUND}tags: [Deep learning, c]\n",
        f"{SOUND}tags: Deep learning\n",
        f"{SOUND}tags: [true]\n",
        SOUND,
        "- a\n- list\n",
    ],
)
def test_front_matter_that_means_something_else_is_not(front: str) -> None:
    assert len(faults(front)) == 1


def test_a_file_is_parted_at_its_second_line_of_dashes() -> None:
    assert parted("---\na: 1\n---\nbody\n---\n") == ("a: 1\n", "body\n---\n")
    assert parted("body\n---\n") is None


def test_marks_of_notes_are_told_from_what_looks_like_them() -> None:
    marks = "a [[link]] ![[x.png]] %%no%% [@key, p. 2]\n> [!note] x"
    assert len(note_marks(marks)) == 5
    assert not note_marks("[[1]](url) [@x](url) [@x][y] 100% and 5% [!x a[1][2] me@x.org [[ ]]\n")


def test_a_comment_is_no_part_of_a_formula() -> None:
    assert bare_tex("a % b\n\\\\% c\n5\\% d") == "a \n\\\\\n5\\% d"


def test_what_the_author_keeps_from_being_a_mark_is_none() -> None:
    assert escaped_marks(r"\[\[a.b]] and [[left]] \%\%c%%") == {"[[a.b]]": 1, "%%c%%": 1}


def test_what_a_template_would_run_is_told() -> None:
    sound = '{% raw %}{{ a }}{% endraw %} {{ "{%" }} b {{ site.baseurl }}/x'
    assert spoken(sound, "jekyll") == ("{{ a }} {% b /x", ())
    assert spoken("x {{ page.title }}", "jekyll").live == ("{{ page.title }}",)
    assert spoken("{{</* a */>}} {{%/* b */%}}", "hugo") == ("{{< a >}} {{% b %}}", ())
    assert spoken("{{< youtube x >}}", "hugo").live
    assert spoken("```{python}\n1\n```\n", "quarto").live
    assert spoken("```{{python}}\n```{.python}\n```", "quarto").live == ()
    assert spoken("{{< a >}} {{ b }}", "markdown").live == ()


def test_words_are_compared_without_the_marks_between_them() -> None:
    assert runs(r"f**oo** a\_b “x” 1\. `c`d") == ["foo", "ab", "x", "1", "cd"]
    assert first_lost(["a", "c"], ["a", "b", "c"]) == ""
    assert first_lost(["a", "b", "c"], ["a", "c", "b"]) != ""


def test_code_and_formulas_are_compared_as_they_are() -> None:
    pieces = (Fence(("a  b", "", "c")), Math("p(a|b)"), Math(r"\|x\|_2"))
    text = "> ```\n> a  b\n>\n> c\n> ```\n $$p(a\\vert b)$$ $$\\Vert x\\Vert_2$$"
    assert list(lost_code(pieces, text)) == list(lost_formulas(pieces, text)) == []
    assert list(lost_code(pieces, text.replace("a  b", "a b"))) == ["a  b"]
    assert list(lost_code(pieces, text.replace(">\n", ""))) == ["a  b"]
    assert list(lost_formulas(pieces, text.replace("_2", "2"))) == [r"\|x\|_2"]
    assert canonical_tex("\\left| x \\\n\\right|\\ y") == canonical_tex(
        r"\left\vert x\right\vert y"
    )


def test_a_page_is_read_as_a_reader_sees_it() -> None:
    body, notes = seen(
        "<h2 id=a>One <a class=anchor href='#a'>#</a></h2><p>b<em>ol</em>d “q” — <code>x  y</code>"
        '<span class="math inline">\\(a_1\\)</span>-th<sup><a role=doc-noteref href=#n>1</a></sup>'
        '<br>z</p><img src=i.png alt="I"><ul><li><a href="u">l</a></li></ul><pre><code>c\n  d\n'
        "</code></pre><script>no</script><div class=footnotes><ol><li>Note <a class=footnote-back"
        "ref href=#m>↩</a></li></ol></div>"
    )
    assert " ".join(body.words) == 'One bold "q" - x y\x0e-th z \x0f l \x10'
    assert (body.links, body.images) == (("l → u",), ("i.png “I”",))
    assert (body.codes, body.formulas) == (("x  y", "c\n  d"), ("a_1",))
    assert (body.headings, body.blocks) == (("One",), ("ul", "li", "/ul"))
    assert notes.words == ("Note",)


@pytest.mark.parametrize(
    "source",
    [
        '<img src=a title="Two  words">',
        "<figure><img src=a><figcaption>Two words</figcaption></figure>",
        "<img src=a><br><em>Two words</em>",
    ],
)
def test_a_caption_belongs_to_its_image(source: str) -> None:
    body, _ = seen(source, frozenset(["Two words"]))
    assert body.images == ("a “” – Two words",)
    assert body.words == ("\x0f",)


def test_pieces_mean_what_a_reader_is_to_see() -> None:
    pieces = (
        Text("*a* "),
        Code("x"),
        Text(" "),
        Link((Plain("[b]*"),), Href(ref="two", heading="H")),
        Text("\n\n- i\n- [ ] j[^1]\n\n"),
        Fence(("c", "  d"), title="f.py"),
        Text("\n[^1]: k\n"),
    )
    body, notes = visible_of(
        pieces, link_of=lambda href: f"{href.ref}#{href.heading}", image_of=str
    )
    assert body.words == ("a", "x", "[b]*", "i", "j", "f.py", "\x10")
    assert (body.links, body.codes) == (("[b]* → two#H",), ("x", "c\n  d"))
    assert notes.words == ("k",)


def test_what_is_lost_or_between_is_a_difference_and_what_is_around_is_not() -> None:
    wanted = Visible(words=("a", "b", "c"))
    assert list(differences(wanted, Visible(words=("x", "a", "b", "c", "y")))) == []
    for words in (("a", "b"), ("a", "b", "x", "c"), ("a", "c", "b"), ()):
        assert [one.kind for one in differences(wanted, Visible(words=words))] == ["words"]


def test_typography_is_no_difference() -> None:
    assert straight("“a” ‘b’ — c – d … e\u200b") == straight("\"a\" 'b' --- c -- d ... e")
