"""``--format '{ref}  {title} ({year})'``: a line for each answer, its fields those of ``--json``.

What takes such an option needs this; what a template means is read in ``templates`` only where
there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import click

from papernotes.cli.output import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

LineMaker: TypeAlias = "Callable[[Mapping[str, Any]], str]"
"""Makes a line of a row, which is dicts and lists in each other."""
ROWS = {
    "show": "Card",
    "list": "Hit",
    "search": "Hit",
    "next": "Suggestion",
    "tags": "TagCount",
    "related": "Related",
}
"""The verbs that take a template, and the report that each of their answers is."""


def format_option(verb: str) -> Callable[[Any], Any]:
    """Return the option ``--format``, whose value is a function from a row to its line."""

    def check(_context: click.Context, _param: click.Parameter, value: str | None) -> Any:
        if value is None:
            return None
        from papernotes.cli.templates import line_maker  # noqa: PLC0415 - of few runs

        return line_maker(value, fields_of_rows(verb))

    return click.option(
        "--format",
        "line_of",
        metavar="TEMPLATE",
        callback=check,
        help="Print each so: '{ref} {title:.40} ({year})'; fields are those of --json.",
    )


def check_beside(option: str, given: Mapping[str, object]) -> None:
    """Raise UsageError where one of the options ``given`` has a value beside ``option``."""
    for name, value in given.items():
        if value:
            raise click.UsageError(f"{name} and {option} do not go together")


def print_lines(line_of: LineMaker, rows: Iterable[Any]) -> None:
    """Print a line for each frozen value."""
    for each in rows:
        click.echo(line_of(plain(each)))


def fields_of_rows(verb: str) -> tuple[str, ...]:
    """Return the fields that a template may name."""
    from papernotes.cli import shapes  # noqa: PLC0415 - needs the modules of all reports

    kinds = {each.__name__: each for each in shapes.reports()}
    return shapes.leaves_of(kinds[ROWS[verb]])
