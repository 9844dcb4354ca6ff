from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from papernotes.cli.formats import ROWS, fields_of_rows
from papernotes.cli.templates import line_maker
from tests.factories import entry

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

ROW = {
    "ref": "doe2020",
    "title": "日本 and\n more",
    "authors": ["Jane Doe", "Richard Roe"],
    "year": None,
    "is_withdrawn": False,
    "paper": {"doi": "10.1/x", "authors": [{"family": "Doe"}, {"family": "Roe"}]},
    "note": None,
}
FIELDS = (*(name for name in ROW if name not in {"paper", "note"}), "paper.doi",
          "paper.authors.family", "note.status")  # fmt: skip


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("{ref} ({year})", "doe2020 ()"),
        ("{title}|{authors}", "日本 and more|Jane Doe, Richard Roe"),
        (r"{ref}\t{is_withdrawn}\n\\x\d", "doe2020\tfalse\n\\x\\d"),
        ("{paper.authors.family} {paper.doi}{note.status}", "Doe, Roe 10.1/x"),
        ("[{ref:10}][{ref:>10}][{ref:*^11}]", "[doe2020   ][   doe2020][**doe2020**]"),
        ("[{title:<8.5}]", "[日本…   ]"),
        ("{{{ref}}}", "{doe2020}"),
        ("none", "none"),
    ],
)
def test_a_template_makes_a_line(template: str, line: str) -> None:
    assert line_maker(template, FIELDS)(ROW) == line


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{titel}", "did you mean title?"),
        ("{ref.__class__}", "no field 'ref.__class__'"),
        ("{0}", "no field '0'"),
        ("{}", "no field ''"),
        ("{ref!r}", "expected a width"),
        ("{ref:99999999}", "expected a width"),
        ("{ref:{year}}", "expected a width"),
        ("{ref", "a brace itself is {{ or }}"),
    ],
)
def test_what_is_no_template_is_refused(template: str, said: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        line_maker(template, FIELDS)
    assert said in str(caught.value)


def test_verbs_print_what_was_asked_for(library: Shell) -> None:
    (library.folder / "bib/mine.bib").write_text(
        entry("doe2020", "On Apples", author="Doe, Jane and Roe, Richard", year="2020")
    )
    (library.folder / "notes/doe2020.md").write_text(
        "---\npaper: doe2020\ntags: [fruit]\n---\nTaste of summer.\n"
    )
    (library.folder / "notes/x.md").write_text('---\ntitle: "t\\e[2J"\n---\n')
    assert library("list", "is:note", "--format", "{title}").out == "t\\x1b[2J\n"
    template = "{ref} {title} ({year}) {authors}"
    shown = "doe2020 On Apples (2020) Jane Doe, Richard Roe\n"
    assert library("list", "is:paper", "--format", template).out == shown
    assert library("search", "summer", "--format", template).out == shown
    assert library("next", "--format", template).out == shown
    assert library("show", "doe", "--format", "{paper.year} {note.tags}").out == "2020 fruit\n"
    assert library("tags", "--format", "{tag}={count}").out == "fruit=1\n"
    ended = library("list", "--format", "{autors}")
    assert (ended.status, ended.out) == (2, "")
    assert "did you mean authors?" in ended.err
    assert library("list", "--format", "{ref}", "--json").status == 2


def test_fields_are_those_of_json() -> None:
    assert {"ref", "title", "year", "fragments.text"} <= set(fields_of_rows("list"))
    assert not [name for verb in ROWS for name in fields_of_rows(verb) if "problems" in name]
