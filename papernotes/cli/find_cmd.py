"""``papernotes find``."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.hooks import after_add
from papernotes.cli.outcomes import tell_added, tell_rest, worst_status
from papernotes.cli.output import is_terminal, json_option, plain, print_json
from papernotes.cli.params import TEXT
from papernotes.cli.streams import has_every_letter
from papernotes.cli.text import fit, one_line, width
from papernotes.errors import UsageError
from papernotes.models import in_short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.library import Library
    from papernotes.models import Paper
    from papernotes.reports.gathering import AddReport, FindReport, Found

_MOST = 1_000
_MIN_WHO = 12
_BETWEEN = " · "
_IN_ASCII = str.maketrans({"·": "|", "✓": "*", "…": "~"})


@click.command("find")
@click.argument("query", nargs=-1, type=TEXT)
@click.option(
    "--new", multiple=True, type=TEXT, metavar="CAT", help="The newest of a category; repeatable."
)
@click.option("--cat", multiple=True, type=TEXT, help="Only of this category; repeatable.")
@click.option(
    "--since", type=TEXT, metavar="WHEN", help="Submitted since: 2023, 2023-05, 7d, 4w, 6m, 1y."
)
@click.option(
    "--sort",
    type=click.Choice(("relevance", "newest")),
    help="The order: relevance, but with --new newest.",
)
@click.option("-n", "--limit", type=click.IntRange(1, _MOST), default=20, show_default=True)
@click.option(
    "--add", "picks", type=TEXT, metavar="1,3-5", help="Add these of the results at once, or all."
)
@click.option("-t", "--tag", "tags", multiple=True, type=TEXT, help="Tag the new notes.")
@click.option(
    "--status",
    type=click.Choice(["unread", "reading", "read"]),
    help="The reading status of the new notes; unread if not given.",
)
@click.option("--dry-run", is_flag=True, help="With --add: say what would be written.")
@json_option
@common_options
@pass_app
def command(app: App, /, as_json: bool, picks: str | None, dry_run: bool, **given: Any) -> int:
    """Search arXiv, see what you have, add what you pick.

    \b
    au:hinton ti:distillation   all of these; title: author: abstract: comment:
                                journal: category: id: doi: year: work as well
    "graph networks"  transf*   a phrase (quote it once more for your shell);
                                words that begin so
    gan OR vae, NOT survey      either; without
    1706.03762                  just this paper
    """  # noqa: D301 - click wants the character itself
    if dry_run and picks is None:
        raise click.UsageError("--dry-run needs --add")
    if picks is not None:
        picked(picks, given["limit"])
    with app.library() as library:
        found = library.find(
            " ".join(given["query"]),
            categories=(*given["new"], *given["cat"]),
            since=given["since"],
            limit=given["limit"],
            sort=given["sort"] or ("newest" if given["new"] else "relevance"),
        )
        if app.is_verbose:
            app.notice(f"asked arXiv for: {found.query}")
        if picks is None and not as_json:
            _show(app, found)
            picks = _asked(len(found.results))
        report = None
        if picks is not None:
            chosen = [found.results[number - 1] for number in picked(picks, len(found.results))]
            report = _add(app, library, chosen, given, dry_run=dry_run, as_json=as_json)
    if as_json:
        _print_json(found, report)
    for each in found.missing:
        app.warn(f"arXiv has no paper {each}")
    if not found.results and not found.missing:
        app.notice("arXiv finds nothing for that")
    if report is None:
        return 0
    hooked = after_add(app, library, report)
    return worst_status(report.results) or hooked


def picked(text: str, count: int) -> tuple[int, ...]:
    """Return the numbers that ``1,3-5`` or ``all`` picks of ``count`` results, each once.

    Raises UsageError.
    """
    words = [word for word in re.split(r"[,\s]+", text.strip().lower()) if word]
    numbers: dict[int, None] = {}
    for word in ["1-" + str(count)] * bool(count) if words == ["all"] else words:
        match = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", word)
        if match is None:
            raise UsageError(f"{word[:40]!r} picks nothing", hint="write 1,3-5 or all")
        low, high = int(match[1]), int(match[2] or match[1])
        if not 1 <= low <= high <= count:
            known = f"the results are 1 to {count}" if count else "there are no results"
            raise UsageError(f"{word} cannot be picked", hint=known)
        numbers.update(dict.fromkeys(range(low, high + 1)))
    return tuple(numbers)


def _asked(count: int) -> str | None:
    """Return what a person at the terminal wants added; None for nothing, or for nobody there."""
    if not count or not all(each.isatty() for each in (sys.stdin, sys.stdout, sys.stderr)):
        return None

    def checked(text: str) -> str:
        try:
            picked(text, count)
        except UsageError as error:
            raise click.UsageError(f"{error}; {error.hint}") from error
        return text

    question = "add which? (1,3-5; Enter for none)"
    try:
        text = click.prompt(question, default="", show_default=False, err=True, value_proc=checked)
    except click.Abort as stop:
        click.echo(err=True)
        if isinstance(stop.__context__, KeyboardInterrupt):
            raise
        return None
    return text or None


def _add(
    app: App,
    library: Library,
    chosen: Sequence[Found],
    given: dict[str, Any],
    *,
    dry_run: bool,
    as_json: bool,
) -> AddReport:
    report = library.add_found(
        [each.paper for each in chosen],
        tags=given["tags"],
        status=given["status"],
        is_dry_run=dry_run,
        tell=lambda added: tell_added(app, added, is_dry_run=dry_run, as_json=as_json),
    )
    tell_rest(app, report)
    return report


# --- the views -------------------------------------------------------------------------------


def _show(app: App, found: FindReport) -> None:
    """Print results: two aligned lines for people, one tab-separated record a line for pipes."""
    columns = shutil.get_terminal_size().columns
    for number, each in enumerate(found.results, 1):
        if is_terminal():
            _show_one(str(number).rjust(len(str(len(found.results)))), each, columns)
            continue
        paper = each.paper
        authors = ", ".join(author.name for author in paper.authors)
        fields = [_versioned(paper), each.citekey or "", _day(paper), authors, paper.title]
        click.echo("\t".join(map(one_line, fields)))
    if found.total > len(found.results) > 0:
        more = "-n shows more; " if len(found.results) < _MOST else ""
        app.notice(f"{len(found.results)} of {found.total}; {more}--cat and --since narrow it")


def _show_one(number: str, found: Found, columns: int) -> None:
    paper, indent = found.paper, " " * (len(number) + 2)
    columns -= len(indent)
    title = fit(one_line(paper.title), columns).rstrip()
    mark = f"  ✓ {one_line(found.citekey)}" if found.citekey else ""
    facts = [_versioned(paper), _day(paper), "withdrawn" if paper.is_withdrawn else ""]
    rest = _joined(facts[0], paper.primary_category or "", *facts[1:])
    if width(rest + mark) > columns - _MIN_WHO:
        rest = _joined(*facts)
    who = _byline(paper, columns - width(rest + mark))
    rest = rest if who else rest.removeprefix(_BETWEEN)
    if not has_every_letter():
        title, who, rest, mark = (text.translate(_IN_ASCII) for text in (title, who, rest, mark))
    click.echo(f"{click.style(number, dim=True)}  {click.style(title, bold=True)}")
    click.echo(f"{indent}{click.style(who, fg='cyan')}{rest}{click.style(mark, fg='green')}")


def _joined(*facts: str) -> str:
    return "".join(f"{_BETWEEN}{one_line(fact)}" for fact in facts if fact)


def _byline(paper: Paper, columns: int) -> str:
    """Return who wrote a paper, or nothing where too little of that would fit."""
    if columns < _MIN_WHO // 2:
        return ""
    who = in_short(paper.authors) or "no authors given"
    return fit(one_line(who), columns).rstrip()


def _versioned(paper: Paper) -> str:
    return f"{paper.arxiv_id}v{paper.arxiv_version}"


def _day(paper: Paper) -> str:
    return f"{paper.published:%Y-%m-%d}" if paper.published else ""


def _print_json(found: FindReport, report: AddReport | None) -> None:
    data: dict[str, Any] = {
        "hits": [_hit(number, each) for number, each in enumerate(found.results, 1)],
        "total": found.total,
        "query": found.query,
        "missing": list(found.missing),
    }
    if report is not None:
        data["results"] = [plain(each) for each in report.results]
        data["dry_run"] = report.is_dry_run
    print_json("find", data, () if report is None else report.problems)


def _hit(number: int, found: Found) -> dict[str, Any]:
    paper = found.paper
    return {
        "number": number,
        "ref": found.citekey,
        "title": paper.title,
        "authors": [author.name for author in paper.authors],
        "year": paper.year,
        "arxiv": paper.arxiv_id,
        "version": paper.arxiv_version,
        "categories": paper.categories,
        "published": paper.published,
        "updated": paper.updated,
        "abstract": paper.abstract,
        "doi": paper.doi,
        "journal_ref": paper.journal_ref,
        "comment": paper.comment,
        "is_withdrawn": paper.is_withdrawn,
    }
