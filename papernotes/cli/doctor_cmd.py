"""``papernotes doctor``."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import is_terminal, json_option, plain, print_json, problem_line
from papernotes.cli.params import FOLDER
from papernotes.cli.text import one_line, safe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.reports.checking import DoctorReport, Finding, FixedLine

_MOST_SHOWN = 20  # findings of one code on a terminal


@click.command("doctor")
@click.option("--fix", is_flag=True, help="Show what can be put right, ask, and do it.")
@click.option("-y", "--yes", is_flag=True, help="With --fix: do not ask.")
@click.option("--dry-run", is_flag=True, help="With --fix: show it; change nothing.")
@click.option("--blog", type=FOLDER, metavar="DIR", help="Compare the posts in this blog too.")
@json_option
@common_options
@pass_app
def command(app: App, fix: bool, yes: bool, dry_run: bool, blog: str | None, as_json: bool) -> int:
    """Check everything: links, papers, notes, files, store and index.

    Each finding has a place and a code; docs/doctor.md says what each means and what to do. Hints
    may be meant, and do not count. Exits with 1 when something is found, or after --fix is left.
    """
    if not fix and (yes or dry_run):
        raise click.UsageError(f"{'--yes' if yes else '--dry-run'} goes with --fix")
    if fix and not (yes or dry_run or _can_ask()):
        raise click.UsageError("--fix changes files: add --yes, or see --dry-run first")

    def agree(plan: DoctorReport) -> bool:
        app.clear_progress()
        _show_fixes(plan.fixes)
        return click.confirm(_question(plan.fixes), err=True)

    with app.library() as library:
        report = library.doctor(
            fix=fix, blog=blog, is_dry_run=dry_run, agree=agree if fix and not yes else None
        )
    app.clear_progress()
    if dry_run or yes:
        _show_fixes(report.fixes)
    with app.paged():
        if as_json:
            print_json("doctor", _data(report), report.problems)
        elif is_terminal():
            _print_groups(report.findings)
        else:
            for each in report.findings:
                click.echo(_line(each))
        _tell(app, report, is_asked=fix and not (yes or dry_run))
    return int(bool(report.problems))


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _question(fixes: tuple[FixedLine, ...]) -> str:
    paths = {each.path for each in fixes}
    return f"change {_counted(len(fixes), 'place')} in {_counted(len(paths), 'file')}?"


def _show_fixes(fixes: tuple[FixedLine, ...]) -> None:
    """Say on standard error which lines change: before and after."""
    for each in fixes:
        if each.line is None:
            click.echo(one_line(f"{each.path}: {each.after}"), err=True)
            continue
        click.echo(one_line(f"{each.path}:{each.line}"), err=True)
        click.echo(click.style(f"  - {safe(each.before)}", fg="red"), err=True)
        click.echo(click.style(f"  + {safe(each.after)}", fg="green"), err=True)


def _line(finding: Finding) -> str:
    """Return ``path:line: message [code]``, a hint marked as one."""
    line = problem_line(finding.problem())
    return f"{line[:-1]}, hint]" if finding.is_hint else line


def _print_groups(findings: tuple[Finding, ...]) -> None:
    """Print findings by code, what is wrong before what may be meant, the most frequent first."""
    counts = Counter(each.code for each in findings)

    def order(each: Finding) -> tuple[bool, int, str]:
        return each.is_hint, -counts[each.code], each.code

    for code, group in groupby(sorted(findings, key=order), key=attrgetter("code")):
        same = list(group)
        count = _counted(len(same), "hint") if same[0].is_hint else str(len(same))
        fixable = sum(each.can_be_fixed for each in same)
        how_many = f"{fixable} " if fixable < len(same) else ""
        more = f", {how_many}can be put right" if fixable else ""
        click.echo(f"{click.style(code, bold=True)}  ({count}{more})")
        for each in same[:_MOST_SHOWN]:
            place = each.path if each.line is None else f"{each.path}:{each.line}"
            click.echo(f"  {click.style(one_line(place), fg='cyan')}  {one_line(each.message)}")
        if len(same) > _MOST_SHOWN:
            click.echo(f"  … and {len(same) - _MOST_SHOWN} more: papernotes doctor | grep {code}")


def _data(report: DoctorReport) -> dict[str, object]:
    return {
        "findings": [
            {
                "code": each.code,
                "path": each.path,
                "line": each.line,
                "message": each.message,
                "is_hint": each.is_hint,
                "can_be_fixed": each.can_be_fixed,
            }
            for each in report.findings
        ],
        "fixes": [plain(each) for each in report.fixes],
        "dry_run": report.is_dry_run,
        "papers": report.papers,
        "notes": report.notes,
        "installation": dict(report.installation),
    }


def _tell(app: App, report: DoctorReport, *, is_asked: bool) -> None:
    """Say what was looked at, and how much there is of what."""
    if app.is_verbose:
        app.notice(", ".join(f"{name} {version}" for name, version in report.installation))
    app.notice("; ".join(_said(report, is_asked=is_asked)))


def _said(report: DoctorReport, *, is_asked: bool) -> Iterator[str]:
    looked = f"{_counted(report.papers, 'paper')}, {_counted(report.notes, 'note')}"
    hints = sum(each.is_hint for each in report.findings)
    wrong = len(report.findings) - hints
    more = f" and {_counted(hints, 'hint')}" if hints else ""
    yield f"{looked}: {_counted(wrong, 'problem') if wrong else 'nothing wrong'}{more}"
    fixable = sum(each.can_be_fixed for each in report.findings)
    if report.fixes and not report.is_dry_run:
        yield f"changed {_counted(len(report.fixes), 'place')}"
    elif report.fixes:
        yield "nothing was changed" if is_asked else f"would change {len(report.fixes)}"
    elif fixable:
        yield f"{fixable} can be put right: papernotes doctor --fix"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
