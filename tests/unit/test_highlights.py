from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from papernotes import markdown
from papernotes.notes import add_highlights, parse


@dataclass(frozen=True)
class Marked:
    page: int
    quote: str
    comment: str = ""
    id: str = "0123456789"


ONE = Marked(3, "All you need is attention.", "Really?", "aaaaaaaaaa")
TWO = Marked(5, "", "Try this on Atari.", "bbbbbbbbbb")
NOTE = "---\ntitle: x\n---\n\nMy words.\n"


def test_a_quote_its_comment_and_a_remark_go_below_a_new_heading() -> None:
    text, added = add_highlights(NOTE, "doe2020", [ONE, TWO])
    assert added == 2
    assert text == (
        "---\ntitle: x\n---\n\nMy words.\n\n## Highlights\n\n"
        "> All you need is attention. [@doe2020, p. 3] %%pdf aaaaaaaaaa%%\n\nReally?\n\n"
        "Try this on Atari. [@doe2020, p. 5] %%pdf bbbbbbbbbb%%\n"
    )


def test_the_same_come_once_though_edited_and_moved() -> None:
    text, _ = add_highlights(NOTE, "doe2020", [ONE, TWO])
    edited = text.replace("All you need is attention.", "… attention").replace("Really?", "Yes.")
    assert add_highlights(edited, "doe2020", [ONE, TWO]) == (edited, 0)
    more = Marked(1, "Third.", id="cccccccccc")
    text, added = add_highlights(edited, "doe2020", [ONE, more, TWO])
    assert added == 1
    assert text == f"{edited}\n> Third. [@doe2020, p. 1] %%pdf cccccccccc%%\n"


def test_they_go_to_the_end_of_their_section_wherever_it_stands() -> None:
    note = "# T\n\n### highlights\n\n> old\n\n#### finer\n\nx\n\n## After\n\nend\n"
    text, _ = add_highlights(note, "doe2020", [ONE])
    head, tail = text.split("x\n", 1)
    assert head == note.split("x\n", maxsplit=1)[0]
    assert tail == (
        "\n> All you need is attention. [@doe2020, p. 3] %%pdf aaaaaaaaaa%%\n\nReally?\n\n"
        "## After\n\nend\n"
    )


def test_line_ends_are_kept_and_keys_that_are_no_citation_are_not_cited() -> None:
    text, _ = add_highlights("a\r\nb", "doe 2020", [ONE])
    assert text.startswith("a\r\nb\r\n\r\n## Highlights\r\n\r\n> All")
    assert "\n" not in text.replace("\r\n", "")
    assert "(p. 3) %%pdf" in text
    assert "@" not in text


def test_spaces_and_empty_lines_of_a_person_stay() -> None:
    for note in ("a  \n\n\n", "a\u00a0", "a\n", "", "## Highlights\n\nx  \n"):
        text, _ = add_highlights(note, "doe2020", [ONE])
        assert text.startswith(note)
        assert "\n\n> All" in f"\n\n{text}"


def test_nothing_new_changes_nothing() -> None:
    assert add_highlights("no end of line", "k", []) == ("no end of line", 0)
    assert add_highlights("x", "k", [Marked(1, "", "")]) == ("x", 0)


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_was_marked_is_words_and_no_more(quote: str, comment: str) -> None:
    marked = Marked(1, quote, comment)
    text, added = add_highlights(NOTE, "doe2020", [marked])
    assert text.startswith(NOTE)
    assert added == bool(quote or comment)
    again, none = add_highlights(text, "doe2020", [marked])
    assert (again, none) == (text, 0)
    note, problems = parse(text, "notes/x.md")
    assert problems == ()
    assert note.tags == ()
    pointing = {link.target for link in note.links if link.kind != "url"}  # one typed is one
    assert pointing <= {"doe2020"}
    headings = [each.text for each in markdown.parse(text).headings]
    assert [each for each in headings if each != "Highlights"] in ([], headings[:1])
