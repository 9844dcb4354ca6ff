"""``papernotes publish``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.hooks import after_export
from papernotes.cli.marks import read_refs
from papernotes.cli.output import json_option, plain, print_json, problem_line
from papernotes.cli.params import REF, TEXT
from papernotes.cli.picker import can_ask
from papernotes.cli.text import one_line, safe
from papernotes.reports.writing import TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.library import Library
    from papernotes.reports.flagging import PublishReport
    from papernotes.reports.writing import ExportReport

CONFLICT = 4
_MARKS = {"new": "+", "changed": "~", "removed": "-", "blocked": "!"}


@click.command("publish")
@click.argument("refs", nargs=-1, required=True, metavar="REF...", type=REF)
@click.option(
    "--blog", default="", metavar="BLOG|DIR", type=TEXT, help="Which blog, or its folder."
)
@click.option("--to", type=click.Choice(TARGETS), help="What kind of blog it is.")
@click.option("--description", type=TEXT, help="One line for the blog's list, for one REF.")
@click.option("--undo", is_flag=True, help="Take the mark away; the next export removes the post.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@json_option
@common_options
@pass_app
def command(
    app: App,
    refs: tuple[str, ...],
    blog: str,
    to: str | None,
    description: str | None,
    undo: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Mark notes as published, and export them to your blog.

    publish: true is written into the front matter; a note that is published on some kinds of
    blogs only gets this one added. On a terminal you are asked for a description where there is
    none (Enter skips), see what the export would do, and are asked. private: true and
    .exportignore win. A REF of - reads refs from standard input, one a line.

    \b
    papernotes publish vaswani2017attention
    papernotes publish my-experiment --description "Why warm-up helps"
    papernotes publish my-experiment --undo
    """  # noqa: D301 - click wants the character itself
    is_asking = can_ask() and not (yes or dry_run)
    with app.library() as library:
        names = _resolved(library, read_refs(refs))
        if description is not None and len(names) > 1:
            raise click.UsageError("--description is for one REF")
        descriptions = {} if description is None else {names[0]: description}

        def publish(*, is_dry_run: bool) -> PublishReport:
            return library.publish(
                names,
                blog,
                to=to or "",
                descriptions=descriptions,
                is_undone=undo,
                is_dry_run=is_dry_run,
            )

        if dry_run or is_asking:
            report = publish(is_dry_run=True)
        if is_asking and not _agrees(app, report, descriptions, is_undone=undo):
            app.notice("nothing was changed")
            return 0
        if not dry_run:
            report = publish(is_dry_run=False)
    if as_json:
        _print_json(report)
    else:
        _print(app, report, has_shown=is_asking)
    hooked = after_export(app, library, report.export)
    return _status(report.export) or hooked


def _resolved(library: Library, words: Sequence[str]) -> tuple[str, ...]:
    """Return refs in full, each once; a person at a terminal picks where one means several."""
    found = [chosen(lambda ref: library.resolve([ref])[0], word) for word in words]
    return tuple(dict.fromkeys(found))


def _agrees(
    app: App, plan: PublishReport, descriptions: dict[str, str], *, is_undone: bool
) -> bool:
    """Ask for what is missing, show what would be done, ask."""
    app.clear_progress()
    for note in plan.notes:
        if not (is_undone or note.description or note.ref in descriptions):
            question = f"description of {one_line(note.title)} (Enter: none)"
            said = click.prompt(question, default="", show_default=False, err=True).strip()
            if said:
                descriptions[note.ref] = said
    for line in _lines(plan, descriptions):
        app.notice(line)
    _advise(app, plan, descriptions)
    if plan.export is not None:
        for problem in plan.export.problems:
            app.notice(problem_line(problem))
        for mark, path in _changed(plan.export):
            click.echo(one_line(f"{mark} {path}"), err=True)
    if is_undone and all(note.outcome == "same" for note in plan.notes):
        return True
    what = "take the mark away?" if is_undone else "mark and export?"
    return click.confirm(what, default=True, err=True)


def _lines(report: PublishReport, descriptions: dict[str, str] | None = None) -> Iterator[str]:
    would = "would " if report.is_dry_run else ""
    for note in report.notes:
        if note.outcome == "same" and note.ref not in (descriptions or {}):
            yield f"{note.path}: says so already"
        else:
            change = f"publish: {note.before or '-'} -> {note.after or '-'}"
            yield f"{would}change {note.path}: {change}" if would else f"{note.path}: {change}"
    for path in report.leaving:
        yield f"the next export removes {path}"


def _advise(app: App, report: PublishReport, descriptions: dict[str, str] | None = None) -> None:
    described = {note.path for note in report.notes if note.ref in (descriptions or {})}
    for one in report.advice:
        if not (one.path in described and one.message.startswith("no description")):
            app.notice(problem_line(one))


def _changed(report: ExportReport) -> Iterator[tuple[str, str]]:
    for file in report.files:
        if file.outcome in _MARKS:
            yield _MARKS[file.outcome], file.path


def _print(app: App, report: PublishReport, *, has_shown: bool) -> None:
    """Say what became of notes and files; advice that was just shown is not repeated."""
    for line in _lines(report):
        app.notice(line)
    if not has_shown:
        _advise(app, report)
    if report.export is None:
        return
    for file in report.export.files:
        if file.message:
            app.warn(f"{report.export.directory}/{file.path}: {file.message}")
    if not app.is_quiet:
        for mark, path in _changed(report.export):
            click.echo(one_line(f"{mark} {path}"))
    if not has_shown:
        for problem in report.export.problems:
            app.notice(problem_line(problem))
    counts = Counter(file.outcome for file in report.export.files)
    what = ", ".join(f"{counts[name]} {name}" for name in (*_MARKS, "unchanged") if counts[name])
    verb = "would be " if report.is_dry_run else ""
    click.echo(safe(f"{report.export.directory}: {verb}{what}"))


def _print_json(report: PublishReport) -> None:
    data = {
        "notes": [plain(note) for note in report.notes],
        "leaving": list(report.leaving),
        "dry_run": report.is_dry_run,
    }
    problems = list(report.advice)
    if report.export is not None:
        export = plain(report.export)
        del export["problems"]
        data["export"] = export
        problems += report.export.problems
    print_json("publish", data, problems)


def _status(export: ExportReport | None) -> int:
    blocked = [file for file in export.files if file.outcome == "blocked"] if export else []
    if export is None or not blocked:
        return 0
    return CONFLICT if len(blocked) == len(export.files) else 1
