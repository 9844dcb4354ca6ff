"""Every verb's --json against the schema in docs/json.md; a new verb without one fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
import fastjsonschema
import pytest

from papernotes.cli import COMMANDS, papernotes
from papernotes.cli.shapes import SHAPES, schema_of
from tests.factories import entry

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


@pytest.fixture
def filled(library: Shell) -> Shell:
    """Return a command line inside a library in which every verb has something to say."""
    (library.folder / "bib/mine.bib").write_text(
        entry("doe2020", "On Apples", author="Doe, Jane", year="2020")
        + entry("roe2021", "On Pears", author="Roe, Richard", year="2021")
    )
    (library.folder / "notes/doe2020.md").write_text(
        "---\ntitle: On Apples\npaper: doe2020\ntags: [fruit]\nstatus: reading\n---\n\n"
        "## Taste\n\nLike [@roe2021], and [[nowhere]]. On Pears is good.\n"
    )
    (library.folder / "notes/pie.md").write_text(
        "---\ntitle: Pie\ntags: [fruit]\ncreated: 2026-11-02\npublish: true\n---\n\n"
        "Baked after [@doe2020, p. 3].\n"
    )
    (library.folder / "notes/bad.md").write_text("---\ntitle: x\n")
    return library


CASES: dict[str, list[list[str]]] = {
    "find": [["apples"], ["attention", "--add", "1", "--dry-run"]],
    "add": [["1706.03762", "no-id"], ["1412.6980", "--dry-run"]],
    "adopt": [["blog"]],
    "show": [["doe2020"], ["pie"]],
    "links": [[], ["doe2020"], ["roe2021", "--mentions"]],
    "list": [[], ["tag:fruit"], ["--count", "tag"]],
    "search": [["apples"], ["aples"], ["--like", "notes/pie.md"]],
    "next": [[]],
    "status": [["doe2020", "read"]],
    "tag": [["doe2020", "+x", "-fruit"]],
    "tags": [[]],
    "related": [["doe2020"]],
    "update": [["--dry-run"]],
    "pdf": [["doe2020", "--dry-run"]],
    "rename": [["doe2020", "doe2020apples", "--dry-run"]],
    "remove": [["pie", "--dry-run"], ["--empty-trash", "--dry-run"]],
    "restore": [[]],
    "bib": [[], ["--key", "doe2020", "--key", "nobody"]],
    "export": [["out", "--to", "markdown", "--dry-run"]],
    "publish": [["pie", "--blog", "out", "--to", "markdown", "--dry-run"]],
    "graph": [[], ["doe2020"]],
    "stats": [[]],
    "sync": [[]],
    "doctor": [[], ["--fix", "--dry-run"]],
    "config": [[]],
}
"""Arguments of each verb that prints JSON."""


def test_every_verb_that_prints_json_has_a_schema_and_is_tried() -> None:
    context = click.Context(papernotes)
    commands = {name: papernotes.get_command(context, name) for name in COMMANDS}
    printing = {
        name
        for name, command in commands.items()
        if command is not None and any("--json" in param.opts for param in command.params)
    }
    assert set(SHAPES) == set(CASES) == printing


def test_what_every_verb_prints_is_what_its_schema_says(filled: Shell) -> None:
    (filled.folder / "blog/_posts").mkdir(parents=True)
    (filled.folder / "blog/_config.yml").write_text("title: x\n")
    (filled.folder / "blog/_posts/2020-01-02-old.md").write_text("---\ntitle: Old\n---\nWords.\n")
    for verb, cases in CASES.items():
        holds = fastjsonschema.compile(draft_07(schema_of(verb)))
        for args in cases:
            ended = filled(verb, *args, "--json")
            assert ended.out, (verb, args, ended.err)
            holds(json.loads(ended.out))


def draft_07(schema: Any) -> Any:
    """Return a schema in the draft that the validator knows: pairs were spelled otherwise."""
    if isinstance(schema, list):
        return [draft_07(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    names = {"prefixItems": "items", "$defs": "definitions"}
    kept = {names.get(name, name): draft_07(each) for name, each in schema.items()}
    kept.pop("$schema", None)
    if "$ref" in kept:
        kept["$ref"] = kept["$ref"].replace("$defs", "definitions")
    return kept


@pytest.mark.parametrize("wrong", [{"total": "1"}, {"extra": 1}])
def test_a_schema_refuses_what_is_otherwise(filled: Shell, wrong: dict[str, Any]) -> None:
    printed = json.loads(filled("list", "--json").out)
    printed["data"] |= wrong
    with pytest.raises(fastjsonschema.JsonSchemaException):
        fastjsonschema.validate(draft_07(schema_of("list")), printed)
