from __future__ import annotations

from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from papernotes import notes
from papernotes.errors import FormatError
from papernotes.models import Author, Paper
from papernotes.notes import starting
from papernotes.notes.templates import OWN_KEYS, VARIABLES, parse_template

DAY = date(2026, 11, 22)
PIECES = st.sampled_from(
    (
        *("{{title}}", "{{ author }}", "{{year}}", "{{date:D MMM}}", r"\{{", "{{", "}}", "{{x}}"),
        *("\n", "\r\n", "---", "key: ", "title: ", "tags: ", "- ", "[", "]", "{", "}", "#", "'"),
        *('"', "|\n  ", ": ", ",", "q0q", "qq1qq", "@", "\\", "a", " ", "\x00", "\ufeff", "é"),
    )
)
VALUES = st.lists(PIECES | st.text(max_size=4), max_size=6).map("".join)
QUOTES = st.sampled_from(("{}", '"{}"', "'{}'", "before {} after", "[{}, b]", "|\n  {}"))


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join), st.booleans(), VALUES)
def test_any_text_is_refused_or_gives_a_note_that_reads_back(
    text: str, has_head: bool, value: str
) -> None:
    text = f"---\n{text}\n---\n" if has_head else text
    try:
        template = parse_template(text, "templates/paper.md")
    except FormatError as error:
        told = str(error)
    else:
        told = ""
    if told:
        assert told.startswith("templates/paper.md:")
        return
    paper = Paper("key", value, (Author(value),), 2020)
    note, problems = notes.parse(
        starting.render_paper_note(paper, created=DAY, template=template), "notes/key.md"
    )
    assert [each for each in problems if each.code.startswith("front-matter")] == []
    assert (note.paper, note.meta["year"], note.created) == ("key", 2020, DAY)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(VARIABLES), QUOTES, VALUES)
@example("title", "before {} after", "a: b # c")
@example("title", "'{}'", "it's")
def test_a_value_in_front_matter_is_text_and_only_that(name: str, way: str, value: str) -> None:
    written = way.format(f"{{{{{name}}}}}")
    template = parse_template(f"---\nbefore: 1\nmine: {written}\nafter: x\n---\n")
    paper = Paper(value, value, (Author(value),), doi=value, abstract=value)
    text = starting.render_paper_note(paper, created=DAY, template=template, venue=value)
    note, problems = notes.parse(text, "notes/x.md")
    assert [each for each in problems if each.code.startswith("front-matter")] == []
    assert {key for key in note.meta if key not in OWN_KEYS} == {"before", "mine", "after"}
    assert (note.meta["before"], note.meta["after"]) == (1, "x")
    assert isinstance(note.meta["mine"], (str, list, int, type(None)))
