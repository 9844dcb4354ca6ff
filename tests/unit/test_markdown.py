"""Markdown → spans: blocks, inline constructs, plain text, sentences, headings, hostile input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from papernotes import markdown

if TYPE_CHECKING:
    from papernotes.markdown import Document


def targets(text: str, *kinds: str) -> list[str]:
    links = markdown.parse(text).links
    return [link.target for link in links if not kinds or link.kind in kinds]


def spans(document: Document, kind: str) -> list[str]:
    return [document.text[s.start : s.end] for s in document.spans if s.kind == kind]


def inner(text: str, kind: str) -> list[str]:
    return [text[s.inner_start : s.inner_end] for s in markdown.parse(text).spans if s.kind == kind]


# Where nothing is read


@pytest.mark.parametrize(
    "hidden",
    [
        "`[[no]] #no @no`",
        "``a ` [[no]] ``",
        "```\n[[no]] #no @no\n```",
        "~~~~ py\n[[no]]\n~~~\n#no\n~~~~",
        "> ```\n> [[no]]\n> ```",
        "- a\n\n  ```\n  [[no]] @no\n  ```",
        "1. a\n\n       [[no]] #no",
        "    [[no]] #no @no",
        "\t[[no]]",
        "%%[[no]] #no @no%%",
        "%%\n[[no]]\n\n#no\n%%",
        "text %%\n[[no]]\n\n@no\n%%",
        "<!-- [[no]] #no -->",
        "<!--\n\n[[no]]\n\n-->",
        "$[[no]] #no$",
        "$$\n[[no]]\n\n@no\n$$",
        "<script>\n[[no]] #no @no\n\n</script>",
        '<div class="#no @no">',
        "```\n[[no]] #no (never closed)",
    ],
)
def test_nothing_is_a_link_tag_or_citation_inside_code_comments_math_or_html(hidden: str) -> None:
    document = markdown.parse(f"before [[yes]]\n\n{hidden}\n")
    assert [link.target for link in document.links] == ["yes"]
    assert not document.tags
    assert not document.citations


@pytest.mark.parametrize(
    "shown",
    [
        "a\n    [[yes]] is no code: it goes on with the paragraph",
        "- a\n\n  [[yes]]",
        "10. a\n\n    [[yes]]",
        "> a\n[[yes]] lazily",
        "> ```\n> code\n\n[[yes]]",
        "```\ncode\n```\n[[yes]]",
        "50%% and [[yes]]",
        "a < b [[yes]] c",
        "`not closed [[yes]]",
        "$$ stray\n\n# Heading\n\n[[yes]]",
        "# a [[yes]] #",
        "[[yes]]\n===",
        "| a | [[yes]] |\n|---|---|",
        "[^1]: note\n\n    [[yes]]",
        "\\`[[yes]]\\`",
        "**[[yes]]**",
        "<b>[[yes]]</b>",
    ],
)
def test_a_link_is_found_where_the_text_is_text(shown: str) -> None:
    assert targets(shown) == ["yes"]


def test_a_comment_that_is_never_closed_hides_all_below_it() -> None:
    document = markdown.parse("a\n\n%% private\n\n[[secret]]\n")
    assert not document.links
    assert markdown.plain_text(document).split() == ["a"]
    (comment,) = document.spans
    assert comment.inner_end == comment.end


# Links


def test_offsets_and_lines_count_from_the_beginning_of_the_text() -> None:
    text = "---\na: b\n---\none [[two]]\r\nthree\rfour [five](six)\n"
    document = markdown.parse(text, start=13, line=4)
    assert [(text[x.start : x.end], x.line) for x in document.links] == [
        ("[[two]]", 4),
        ("[five](six)", 6),
    ]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("[a](b)", "b"),
        ("[a](<b c>)", "b c"),
        ("[a](b_(c)_d)", "b_(c)_d"),
        ('[a](b "t")', "b"),
        ("[a](b 't')", "b"),
        ("[a]( b (t) )", "b"),
        ("[a [b] c](d)", "d"),
        ("[a](b\\)c)", "b)c"),
        ("[a](http://x.org/?p=1&amp;q=2)", "http://x.org/?p=1&q=2"),
        ("[a]()", ""),
        ("[a][r]\n\n[r]: b", "b"),
        ("[r][]\n\n[R]: <b>", "b"),
        ("[r]\n\n[r]:\n  b\n  'title'", "b"),
        ("[[pdf]](https://x.org/a.pdf)", "https://x.org/a.pdf"),
        ("> [a\n> b](c)", "c"),
    ],
)
def test_markdown_links(text: str, target: str) -> None:
    (link,) = markdown.parse(text).links
    assert (link.kind, link.target) == ("link", target)


@pytest.mark.parametrize(
    "text", ["[a] (b)", "[a](b c)", "\\[a](b)", "[a]", "[]", "[a][r]", "a](b)"]
)
def test_what_is_no_markdown_link(text: str) -> None:
    assert not markdown.parse(text).links


def test_an_image_may_stand_in_a_link_but_no_link_in_a_link() -> None:
    links = markdown.parse("[![alt](i.png)](u) [a [b](c) d](e)").links
    assert [(link.kind, link.target) for link in links] == [
        ("link", "u"),
        ("image", "i.png"),
        ("link", "c"),
    ]


def test_the_text_of_a_link_is_no_second_link() -> None:
    assert targets("[https://x.org and @me](https://y.org)") == ["https://y.org"]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see https://x.org/a_(b).", ["https://x.org/a_(b)"]),
        ("(https://x.org)", ["https://x.org"]),
        ("**https://x.org**", ["https://x.org"]),
        ("https://x.org。下", ["https://x.org"]),
        ("<https://x.org/a b>", ["https://x.org/a"]),
        ("<https://x.org?a=[b]>", ["https://x.org?a=[b]"]),
        ("<me@x.org> <mailto:me@x.org>", []),
        ("xhttps://x.org", []),
        ("https://", []),
    ],
)
def test_bare_urls(text: str, urls: list[str]) -> None:
    assert targets(text) == urls


def test_a_definition_is_a_span_whose_inside_is_the_target() -> None:
    text = "[t][r]\n\n[r]: old.md 'x'\n"
    assert inner(text, "reference") == ["old.md"]
    assert markdown.plain_text(markdown.parse(text)) == "t\n\n\n"


# Citations


def test_every_key_of_a_citation_is_a_link_of_its_own() -> None:
    text = "[see @a, p. 3; -@b] and @c [p. 4; @d] and @{x y} @{http://x.org/a}"
    document = markdown.parse(text)
    assert [text[link.start : link.end] for link in document.links] == [
        "@a",
        "@b",
        "@c",
        "@d",
        "@{http://x.org/a}",
    ]
    assert [text[c.start : c.end] for c in document.citations] == [
        "[see @a, p. 3; -@b]",
        "@c [p. 4; @d]",
        "@{http://x.org/a}",
    ]
    assert document.citations[1].cites[0].locator == "p. 4"


@pytest.mark.parametrize(
    "text", ["me@x.org", "\\@a", "@me@x.org", "a/@b", "@", "[@a](https://x.org)"]
)
def test_what_is_no_citation(text: str) -> None:
    assert not markdown.parse(text).citations


def test_a_bracket_with_a_part_without_key_is_no_group() -> None:
    citations = markdown.parse("[@a; see also]").citations
    assert [citation.is_bracketed for citation in citations] == [False]


# Blocks


def test_fence() -> None:
    text = "- x\n  ```python title\n  a\n\n  ```\n"
    (span,) = [s for s in markdown.parse(text).spans if s.kind == "fence"]
    assert span.detail == "python title"
    assert text[span.inner_start : span.inner_end] == "  a\n\n"


def test_a_formula_in_a_row_does_not_go_over_its_cells() -> None:
    document = markdown.parse(
        "| Cost ($) | More ($) |\n|---|---|\n| $x$ | $$y$$ |\n| $$a | b$$ |\n"
    )
    assert spans(document, "math") == ["$x$"]
    assert spans(document, "math_block") == ["$$y$$"]
    assert spans(markdown.parse("| a | b |\n|---|---|\n| $p(x|y)$ | 1 |\n"), "math") == ["$p(x|y)$"]


def test_table_rows_are_read_cell_by_cell() -> None:
    text = "head\n| a | b |\n|:--|--:|\n| [[x\\|y]] | `c` |\n\nafter"
    document = markdown.parse(text)
    assert spans(document, "table") == ["| a | b |\n|:--|--:|\n| [[x\\|y]] | `c` |"]
    assert (document.links[0].target, document.links[0].label) == ("x", "y")
    assert not spans(markdown.parse("a | b\n---\n"), "table")


def test_tasks() -> None:
    document = markdown.parse("- [ ] a\n- [x] b\n1. [-] c\n- [y](z)\n- []\n")
    assert [s.detail for s in document.spans if s.kind == "task"] == [" ", "x", "-"]
    assert targets(document.text) == ["z"]


def test_callout_with_body_and_nesting() -> None:
    text = "> [!Tip]- Do it\n> body\n> > [!bug]\n> > inner\n\nout"
    found = [s for s in markdown.parse(text).spans if s.kind == "callout"]
    assert [(s.detail, s.label, s.fold) for s in found] == [
        ("tip", "Do it", "-"),
        ("bug", "Bug", ""),
    ]
    assert text[found[0].end :] == "\n\nout"
    assert text[found[1].inner_start : found[1].inner_end] == "> > inner"


def test_footnotes_are_references_only_where_they_are_defined() -> None:
    text = "a[^1] b[^none] c^[in [[x]] line]\n\n[^1]: def\n    more\n\nout"
    document = markdown.parse(text)
    assert spans(document, "footnote_ref") == ["[^1]"]
    assert spans(document, "footnote") == ["[^1]: def\n    more"]
    assert inner(text, "inline_footnote") == ["in [[x]] line"]
    assert targets(text) == ["x"]


@pytest.mark.parametrize(
    ("text", "level", "title", "slug"),
    [
        ("# A **b** `c` [d](e) #", 1, "A b c d", "a-b-c-d"),
        ("   ### A_b *c* ###   ", 3, "A_b c", "a_b-c"),
        ("Two\nlines\n---", 2, "Two lines", "two-lines"),
        ("> # Quoted", 1, "Quoted", "quoted"),
        ("## Named {#here}", 2, "Named", "here"),
        ("## $x^2$ & y ^id", 2, "x^2 & y", "x2--y"),
        ("# &amp; \\# x", 1, "& # x", "--x"),
    ],
)
def test_headings(text: str, level: int, title: str, slug: str) -> None:
    (heading,) = markdown.parse(text).headings
    assert (heading.level, heading.text, heading.slug) == (level, title, slug)


@pytest.mark.parametrize("text", ["#tag", "####### seven", "\\# no", "    # code", "a\n\n---"])
def test_what_is_no_heading(text: str) -> None:
    assert not markdown.parse(text).headings


def test_heading_path_and_find_heading() -> None:
    text = "# A\n## B\ntext\n### C\n## D\n[[x]]\n# E\n### C\n"
    document = markdown.parse(text)
    assert markdown.heading_path(document, 0) == ("A",)
    assert markdown.heading_path(document, text.index("[[x]]")) == ("A", "D")
    assert markdown.heading_path(markdown.parse("text"), 2) == ()
    for wanted, line in [("c", 4), ("E#C", 8), ("A#B#C", 4), ("D#C", None), ("nope", None)]:
        found = markdown.find_heading(document, wanted)
        assert (found and found.line) == line, wanted


# What a reader sees


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**a** _b_ ~~c~~ ==d== snake_case 2 * 3", "a b c d snake_case 2 * 3"),
        ("see [[key]], [[key|label]] and ![[p.png|100]]", "see key, label and p.png"),
        ("[text](http://x.org) ![alt](i.png) <https://y.org>!", "text alt  !"),
        ("[see @a, p. 3]", "see @a, p. 3"),
        ("`a*b*` and $x*y*z$", "a*b* and x*y*z"),
        ("> - [x] done\n> more", "  done\n more"),
        ("# T #\n\n---\nS\n==", "T \n\n\nS\n"),
        ("```py\na_*b*\n```", "\na_*b*\n"),
        ("a %%b\nc%% d", "a \n d"),
        ("|a|b|\n|-|-|\n|c|d|", " a b \n\n c d "),
        ("a&nbsp;&lt;b&gt; \\* c<br>d", "a\xa0<b> * c d"),
        ("a\r\nb\rc\u2028d", "a\nb\nc d"),
        (r"{\"o} M\"uller \'{e} it\'s \"a\"", '{\\"o} M\\"uller \\\'{e} it\'s "a"'),
    ],
)
def test_plain_text(text: str, plain: str) -> None:
    assert markdown.plain_text(markdown.parse(text)) == plain


def test_a_sentence_keeps_the_addresses_that_a_reader_sees() -> None:
    text = "Old. See https://a.org/x.html, <http://b.org/y> and [c](https://c.org) for it. New."
    document = markdown.parse(text)
    said = "See https://a.org/x.html, http://b.org/y and c for it."
    assert {markdown.sentence_at(document, link.start) for link in document.links} == {said}
    assert "a.org" not in markdown.plain_text(document)


def test_no_sentence_ends_within_a_link() -> None:
    text = "Old. In [[x|Why me? A study]] and [Do. Or not! So](y.md) is @z the clue. New [[Q? A]]."
    document = markdown.parse(text)
    said = "In Why me? A study and Do. Or not! So is @z the clue."
    found = [markdown.sentence_at(document, link.start) for link in document.links]
    assert found == [said, said, said, "New Q? A."]


def test_sentence_at() -> None:
    text = (
        "# H\n\nFirst one. Here *is*\n[[key|the\u00a0paper]], p. 3. Last.\n\n- item [[b]]\n\n"
        "| h | i |\n|---|---|\n| r | [[c]] |\n"
    )
    document = markdown.parse(text)
    assert [markdown.sentence_at(document, link.start) for link in document.links] == [
        "Here is the paper, p. 3.",
        "item b",
        "r c",
    ]


def test_a_long_sentence_is_cut_around_the_place() -> None:
    text = "word " * 200 + "[[here]] " + "word " * 200
    sentence = markdown.sentence_at(markdown.parse(text), text.index("[["))
    assert " here " in sentence
    assert len(sentence) <= 310
    assert sentence.startswith("… ")
    assert sentence.endswith(" …")


# Hostile input: the work must grow with the length of the text

UNITS = [
    "[",
    "![[",
    "[[a [b",
    "$",
    "$a ",
    "`",
    "%%",
    "%% a\n",
    "x %%y\n\n",
    "> ",
    ">\n",
    "- ",
    "- a\n",
    "[a](",
    "![a](",
    "](a)",
    "[^",
    "^[a",
    "<a ",
    '<a "',
    "x <!--\n",
    "@a;",
    "[@a; b",
    "#a",
    "# a\n",
    "http://x)",
    "|a|\n|-|\n",
    "[a]: b\n",
    "$$\n\n",
    "> $$\n",
    "a ^b\n",
    "[a][",
    "&a",
    "**a",
]


def steps(text: str) -> int:
    """Count the lines of Python that parsing ``text`` runs, a measure that no clock disturbs."""
    count = 0

    def trace(*_: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]  # any callable of three will do
    try:
        markdown.plain_text(markdown.parse(text))
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("unit", UNITS)
def test_work_grows_in_step_with_the_text(unit: str) -> None:
    short, long = unit * (1500 // len(unit)), unit * (3000 // len(unit))
    assert steps(long) < 2.5 * steps(short) + 500


@pytest.mark.parametrize("unit", UNITS)
def test_a_hundred_kilobytes_of_anything_are_read(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    assert markdown.plain_text(markdown.parse(text)).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        " ".join("`" * k for k in range(1, 400)),
        "[" * 20_000 + "](a)" * 20_000,
        "![" * 10_000 + "](a)" * 10_000,
        "[" * 10_000 + "@a; b " + "]" * 10_000,
        "- " * 60 + "a\n" + "\n" * 50_000,
        "[a]: b\n\n" + "[" * 50_000 + "]" * 50_000,
    ],
)
def test_nested_things_are_read(text: str) -> None:
    assert markdown.parse(text).text == text


def test_a_heading_is_no_part_of_the_sentence_below_it() -> None:
    text = "Above.\n\n## What I learned\nThe trick of [[x]] is simple. More.\n"
    document = markdown.parse(text)
    sentence = markdown.sentence_at(document, text.index("[[x]]"))
    assert sentence == "The trick of x is simple."
    assert markdown.sentence_at(document, text.index("What")) == "What I learned"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a ![b %%c%%](d) e", "a ![b      ](d) e"),
        ("a [[b|c <!--d-->]] e", "a [[b|c         ]] e"),
        ("`%%a%%` %%b%%", "`%%a%%`      "),
        ("a\n%%\nb\n%%\nc", "a\n  \n \n  \nc"),
        ("<pre>\n%%a%% %%b\nc\n</pre>", "<pre>\n      %%b\nc\n</pre>"),
        ("<pre>\n%%time\na\n%%time\n</pre>", "<pre>\n%%time\na\n%%time\n</pre>"),
        ("```\n<!-- a -->\n```", "```\n<!-- a -->\n```"),
        ("[//]: # (a)\n\nb", "           \n\nb"),
        ("[a]: b 'c'\n\n[a]", "[a]: b 'c'\n\n[a]"),
    ],
)
def test_comments_are_blanked_where_they_stand(text: str, shown: str) -> None:
    document = markdown.parse(text)
    assert markdown.blank_comments(document) == shown
    assert "%%a%%" not in [link.label for link in document.links]


def test_labels_prefixes_and_locators_are_without_comments() -> None:
    document = markdown.parse("[[b|c %%d%% e]] ![f %%g%%](h) [see %%i; j%% @k, p. 3 %%l%%; @m]")
    assert [link.label for link in document.links if link.kind != "citation"] == ["c e", "f"]
    assert document.citations[0].cites == (markdown.Cite("k", "see", "p. 3"), markdown.Cite("m"))


def test_comments_are_found_once_and_in_any_order() -> None:
    text = "[[%%a%% %%b%%]] [x %%c%% y](u)\n\n[//]: # (d)"
    document = markdown.parse(text)
    assert spans(document, "comment") == ["%%a%%", "%%b%%", "%%c%%", "[//]: # (d)"]
    assert [link.label for link in document.links] == ["x y"]


def test_a_comment_that_outlives_a_link_wins() -> None:
    document = markdown.parse("[[a|b %% c]] d %% e <!-- [[f]] --> [[g]]")
    assert [link.target for link in document.links] == ["g"]


def test_words_do_not_grow_together_where_a_footnote_begins() -> None:
    assert (
        markdown.plain_text(markdown.parse("inline^[Inline *note*]. End"))
        == "inline Inline note. End"
    )


def test_a_mark_between_two_line_ends_joins_them_not() -> None:
    assert markdown.plain_text(markdown.parse("\r[r]:x\n")) == "\n\n"
