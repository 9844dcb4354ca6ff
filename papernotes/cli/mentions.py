"""``papernotes links REF --mentions``: what is said without a link, and links in its place."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import click

from papernotes.cli.choice import chosen
from papernotes.cli.output import MATCHED, is_terminal, plain, print_json, print_problems
from papernotes.cli.streams import has_every_letter
from papernotes.cli.text import fit, fit_end, one_line, width

if TYPE_CHECKING:
    from papernotes.cli.context import App
    from papernotes.reports.connecting import Mention, MentionReport

_FEWEST_COLUMNS = 40


def run(
    app: App, ref: str, *, is_linking: bool, is_sure: bool, is_dry_run: bool, as_json: bool
) -> int:
    """Show the mentions of ``ref``, and make links of them where asked to; return the status."""
    can_ask = sys.stdin.isatty() and sys.stderr.isatty()
    if is_linking and not (is_sure or is_dry_run or can_ask):
        raise click.UsageError("--link changes notes: add --yes, or see --dry-run first")
    asked: list[MentionReport] = []

    def agree(plan: MentionReport) -> bool:
        asked.append(plan)
        _show(app, plan, is_linking=True, as_json=as_json)
        return click.confirm(f"make {_links(plan)}?", err=True)

    with app.library() as library:
        report = chosen(
            lambda name: library.mentions(
                name,
                is_linking=is_linking and not is_dry_run,
                agree=None if is_sure else agree,
            ),
            ref,
        )
    if not asked:
        _show(app, report, is_linking=is_linking, as_json=as_json)
    if as_json:
        print_json(
            "links",
            {
                "ref": report.ref,
                "title": report.title,
                "mentions": [plain(each) for each in report.mentions],
                "linked": report.is_linked,
                "dry_run": is_dry_run,
            },
            report.problems,
        )
    print_problems(app, report.problems)
    app.notice(_outcome(report, is_linking=is_linking, is_asked=bool(asked)))
    return 0


def _show(app: App, report: MentionReport, *, is_linking: bool, as_json: bool) -> None:
    """Print every mention, or what it becomes, and say which are left and why."""
    app.clear_progress()
    if not as_json:
        for each in report.mentions:
            if not is_linking or each.link:
                click.echo(_line(each, is_linking=is_linking))
    if is_linking and not app.is_quiet:
        for each in report.mentions:
            if not each.link:
                left = f"  {each.path}:{each.line}: {each.words}: left, it {each.reason}"
                click.echo(one_line(left), err=True)


def _line(mention: Mention, *, is_linking: bool) -> str:
    """Return one record: place, words, and the link they become or the sentence they stand in."""
    place = f"{mention.path}:{mention.line}"
    if not is_terminal():
        last = mention.link if is_linking else mention.sentence
        kind = () if is_linking else (mention.kind,)
        return "\t".join(map(one_line, (place, *kind, mention.words, last)))
    head = click.style(one_line(place), bold=True)
    if is_linking:
        arrow = "→" if has_every_letter() else "->"
        return f"{head}  {one_line(mention.words)} {arrow} {one_line(mention.link)}"
    columns = shutil.get_terminal_size().columns - width(place) - 2
    sentence = _in_sentence(mention, max(columns, _FEWEST_COLUMNS))
    doubt = click.style(f"  ({one_line(mention.reason)})", dim=True) if mention.reason else ""
    return f"{head}  {sentence}{doubt}"


def _in_sentence(mention: Mention, columns: int) -> str:
    """Return as much of the sentence as fits, the words marked in it."""
    said, words = one_line(mention.sentence), one_line(mention.words)
    before, found, after = said.partition(words)
    if width(said) > columns and width(before) > columns // 3:
        before = fit_end(before, columns // 3)
    after = fit(after, max(columns - width(before) - width(found), 1)).rstrip()
    return f"{before}{click.style(found, fg=MATCHED, bold=True)}{after}"


def _links(report: MentionReport) -> str:
    paths = [each.path for each in report.mentions if each.link]
    return f"{_counted(len(paths), 'link')} in {_counted(len(set(paths)), 'note')}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _outcome(report: MentionReport, *, is_linking: bool, is_asked: bool) -> str:
    if not report.mentions:
        return f"no note says {report.ref} without a link"
    left = sum(not each.link for each in report.mentions)
    if report.is_linked:
        return f"made {_links(report)}" + (f"; {left} left" if left else "")
    if is_asked:
        return "nothing was changed"
    if is_linking:
        return f"would make {_links(report)}" + (f"; {left} left" if left else "")
    total = _counted(len(report.mentions), "mention")
    doubt = sum("may also" in each.reason for each in report.mentions)
    return f"{total} without a link" + (f", {doubt} of them in doubt" if doubt else "")
