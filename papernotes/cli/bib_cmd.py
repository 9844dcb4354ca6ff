"""``papernotes bib``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.marks import read_refs
from papernotes.cli.output import json_option, print_json, problem_line
from papernotes.cli.params import TEXT
from papernotes.cli.querying import QueryCommand
from papernotes.cli.streams import read_input
from papernotes.cli.text import one_line, safe

if TYPE_CHECKING:
    from papernotes.reports.writing import BibReport

NOT_FOUND = 3
STANDARD = "-"
_MARKS = {"added": "+", "removed": "-", "changed": "~"}


@click.command("bib", cls=QueryCommand)
@click.argument("query", nargs=-1, type=TEXT)
@click.option(
    "--cited-in",
    "cited_in",
    multiple=True,
    metavar="FILE",
    help="Only what a document cites: LaTeX, .aux, .bcf, Markdown, Typst; - is standard input.",
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    type=TEXT,
    help="Only this paper; may be repeated; - reads keys.",
)
@click.option(
    "--format",
    "to",
    type=click.Choice(["bibtex", "biblatex", "csljson", "ris"]),
    help="The kind of bibliography.  [default: bibtex]",
)
@click.option("-o", "--output", metavar="FILE", help="Write to a file, if it would change.")
@click.option(
    "--with",
    "fields",
    multiple=True,
    metavar="FIELD,...",
    help="Keep private fields: abstract, keywords, file, annote …; all: entries as they stand.",
)
@click.option(
    "--ascii/--unicode",
    "is_ascii",
    default=None,
    help="Letters in LaTeX, as bibtex has by default, or as they are.",
)
@click.option(
    "--sort",
    type=click.Choice(["key", "cited"]),
    default="key",
    show_default=True,
    help="By key, or in order of citation.",
)
@click.option("--force", is_flag=True, help="Replace a file whose entries the library has not.")
@click.option("--dry-run", is_flag=True, help="Say what would change in the file; change nothing.")
@json_option
@common_options
@pass_app
def command(
    app: App,
    query: tuple[str, ...],
    cited_in: tuple[str, ...],
    keys: tuple[str, ...],
    to: str | None,
    output: str | None,
    fields: tuple[str, ...],
    is_ascii: bool | None,
    sort: str,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Write a bibliography of your papers, or of what a document cites.

    QUERY is the same as for list and search. Entries come as they stand in your files, without
    private fields (files, notes, abstracts, keywords), in the words of the format. A file is
    replaced only when it would change, and only if it holds nothing but papers of the library.
    """
    if "" in (output, *cited_in):
        raise click.UsageError("a FILE needs a name")
    path = None if output == STANDARD else output
    with app.library() as library:
        report = library.bib(
            " ".join(query),
            cited_in=cited_in,
            keys=read_refs(keys) if keys else (),
            to=to or "",
            fields=[name for each in fields for name in each.lower().replace(",", " ").split()],
            is_ascii=is_ascii,
            sort=sort,
            output=path,
            is_dry_run=dry_run,
            is_forced=force,
            has_items=as_json,
            standard_input=read_input() if STANDARD in cited_in else "",
        )
    if as_json:
        print_json("bib", _data(report), report.problems)
    elif path is None:
        with app.paged():
            _print_text(report.text)
    else:
        _print_changes(app, report)
    _tell(app, report)
    if report.missing:
        return NOT_FOUND
    return int(bool(report.problems))


def _data(report: BibReport) -> dict[str, object]:
    return {
        "items": list(report.items),
        "keys": list(report.keys),
        "missing": [
            {"key": each.key, "path": each.path, "line": each.line or None, "near": each.near}
            for each in report.missing
        ],
        "path": report.path,
        "outcome": report.outcome,
        "added": list(report.added),
        "removed": list(report.removed),
        "changed": list(report.changed),
    }


def _print_text(text: str) -> None:
    """Print a bibliography: to a program its very bytes, to a person nothing that commands."""
    if sys.stdout.isatty():
        click.echo(safe(text.replace("\r\n", "\n")), nl=False)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()


def _print_changes(app: App, report: BibReport) -> None:
    groups = {"added": report.added, "removed": report.removed, "changed": report.changed}
    if not app.is_quiet:
        for name, keys in groups.items():
            for key in keys:
                click.echo(one_line(f"{_MARKS[name]} {key}"))
    count = "1 entry" if len(report.keys) == 1 else f"{len(report.keys)} entries"
    if report.outcome == "unchanged":
        click.echo(safe(f"{report.path}: unchanged, {count}"))
        return
    verb = "would be " if report.is_dry_run else ""
    done = "written" if report.outcome == "new" else "updated"
    counts = " ".join(f"{_MARKS[name]}{len(keys)}" for name, keys in groups.items())
    click.echo(safe(f"{report.path}: {verb}{done}, {count}, {counts}"))


def _tell(app: App, report: BibReport) -> None:
    """Say on standard error what is missing and what was left out."""
    for missing in report.missing:
        place = f"{missing.path}:{missing.line}: " if missing.path else ""
        near = f"; did you mean {missing.near}?" if missing.near else ""
        app.warn(one_line(f"{place}no paper has the key {missing.key}{near}"))
    for problem in report.problems:
        app.warn(problem_line(problem))
    if not report.keys and not report.missing:
        app.notice("nothing to write: no paper was chosen")
