"""One value, two views: text for people and pipes, JSON for programs."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

from papernotes.cli.streams import has_every_letter
from papernotes.cli.text import escaped, fit, fit_end, one_line, safe, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from papernotes.cli.context import App
    from papernotes.models import Fragment, Hit, Hits, Problem
    from papernotes.reports.connecting import Suggestion
    from papernotes.reports.gathering import AddReport, PdfResult

JSON_VERSION = 1
MATCHED = "red"
"""The colour of words that match, bold as grep's: to be read on dark and on light."""

_MIN_TITLE = 20

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def print_json(command: str, data: Any, problems: Iterable[Problem] = ()) -> None:
    """Print the envelope of the contract around ``data``.

    Only answers are JSON: an error that ends a command leaves standard output empty and is told
    by the exit status and the line on standard error.
    """
    is_ascii = not has_every_letter()
    click.echo(escaped(json_text(command, data, problems, is_ascii=is_ascii)))


def json_text(
    command: str, data: Any, problems: Iterable[Problem] = (), *, is_ascii: bool = True
) -> str:
    """Return the envelope of the contract around ``data``."""
    envelope = {
        "version": JSON_VERSION,
        "command": command,
        "data": data,
        "problems": [plain(problem) for problem in problems],
    }
    return json.dumps(envelope, ensure_ascii=is_ascii, indent=2, default=_plain_leaf)


def added_data(report: AddReport, pdfs: Iterable[PdfResult] | None) -> dict[str, Any]:
    """Return what was added as the data of add; ``pdfs`` are None where none were asked for."""
    data = {"results": [plain(each) for each in report.results], "dry_run": report.is_dry_run}
    return data if pdfs is None else {**data, "pdfs": [plain(each) for each in pdfs]}


def found_data(found: Hits) -> dict[str, Any]:
    """Return hits as the data of search and list."""
    return {
        "hits": [plain(hit) for hit in found.hits],
        "total": found.total,
        "suggestion": found.suggestion,
        "dropped": list(found.dropped),
        "notices": list(found.notices),
    }


def plain(value: Any) -> dict[str, Any]:
    """Return a frozen value as dicts and lists."""
    data: dict[str, Any] = dataclasses.asdict(value)
    return data


def _plain_leaf(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def print_problems(app: App, problems: Sequence[Problem]) -> None:
    """Say what is wrong in files, on stderr: a count, or each when asked to be verbose."""
    if not problems or app.is_quiet:
        return
    if app.is_verbose:
        for problem in problems:
            click.echo(problem_line(problem), err=True)
    else:
        count = len(problems)
        noun = "problem" if count == 1 else "problems"
        app.notice(f"{count} {noun} in your files; see: papernotes sync")


def problem_line(problem: Problem) -> str:
    """Return ``path:line: message [code]``."""
    line = "" if problem.line is None else f":{problem.line}"
    return one_line(f"{problem.path}{line}: {problem.message} [{problem.code}]")


def is_terminal() -> bool:
    """Whether people are reading: stdout is a terminal."""
    return sys.stdout.isatty()


def stars(rating: int | None) -> str:
    """Return a rating as people give it, or nothing."""
    if not rating:
        return ""
    return "★" * rating if has_every_letter() else f"{rating}/5"


def byline(one: Hit | Suggestion) -> str:
    """Return who and when in short: ``Vaswani et al. 2017``."""
    return " ".join(filter(None, (one.by, str(one.year or ""))))


def print_hits(hits: Sequence[Hit], root: Path) -> None:
    """Print a list: an aligned line each for people, one tab-separated record a line for pipes.

    For people refs lead to the files below ``root``, and titles to their pages at arXiv.
    """
    if not is_terminal():
        for hit in hits:
            click.echo(record(hit))
        return
    from papernotes.cli.hyperlinks import linked, page_of  # noqa: PLC0415 - on a terminal only

    columns = shutil.get_terminal_size().columns
    refs = min(max((width(hit.ref) for hit in hits), default=0), columns // 2)
    whos = [byline(hit) or hit.kind for hit in hits]
    who_columns = min(max((width(who) for who in whos), default=0), columns // 4)
    if columns - refs - who_columns - 4 < _MIN_TITLE:
        who_columns = 0
    between = 4 if who_columns else 2
    rest = max(columns - refs - who_columns - between, 1)
    for hit, who in zip(hits, whos, strict=True):
        warned, state = warning(hit), state_of(hit)
        free = rest - sum(len(text) + 2 for text in (warned, state) if text)
        free = max(free, min(_MIN_TITLE, rest) // 2)
        ref = click.style(fit_end(one_line(hit.ref), refs), bold=True)
        ref = linked(ref, str(root / hit.path))
        title = linked(fit(one_line(hit.title), free).rstrip(), page_of(hit.arxiv))
        title += click.style(f"  {state}", fg="green") if state else ""
        title += click.style(f"  {warned}", fg="red") if warned else ""
        by = click.style(fit(one_line(who), who_columns), fg="cyan") + "  " if who_columns else ""
        click.echo(f"{ref}  {by}{title}")


def record(hit: Hit, place: str | None = None) -> str:
    """Return a hit for a pipe: ref, year, authors, title, what matched, what to be warned of."""
    fields = [str(hit.year or ""), ", ".join(hit.authors), hit.title]
    fields += [] if place is None else [place]
    fields += filter(None, [warning(hit)])
    return "\t".join([ref_field(hit.ref), *map(one_line, fields)])


def ref_field(ref: str) -> str:
    """Return a ref as a line, or field of one, for a pipe: so that it is found again by that.

    Only what no line can hold, or commands a terminal, is told in other letters.
    """
    return ref if safe(ref) == ref and not {"\n", "\t"} & set(ref) else one_line(ref)


def state_of(hit: Hit) -> str:
    """Return how far a reader is with it, and what it was worth; of the unread nothing."""
    status = hit.status if hit.status in {"reading", "read"} else ""
    return " ".join(filter(None, [status, stars(hit.rating)]))


def warning(hit: Hit) -> str:
    """Return what a reader of this hit should know of its paper: withdrawn, or gone on since."""
    is_outdated = hit.version is not None and hit.latest is not None and hit.version < hit.latest
    newer = f"v{hit.latest} exists" if is_outdated else ""
    return ", ".join(filter(None, [newer, "withdrawn" if hit.is_withdrawn else ""]))


def marked(fragment: Fragment, mark: Callable[[str], str]) -> str:
    """Return a fragment's text, safe, with its matched words passed through ``mark``."""
    pieces, at = [], 0
    for start, end in fragment.marks:
        pieces += [safe(fragment.text[at:start]), mark(safe(fragment.text[start:end]))]
        at = end
    pieces.append(safe(fragment.text[at:]))
    return " ".join("".join(pieces).split())
