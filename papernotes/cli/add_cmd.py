"""``papernotes add``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.editor import edit_notes, find_editor
from papernotes.cli.hooks import after_add
from papernotes.cli.outcomes import (
    tell_added,
    tell_imported,
    tell_missing_pdfs,
    tell_pdf,
    tell_rest,
    worst_status,
)
from papernotes.cli.output import added_data, json_option, print_json
from papernotes.cli.params import TEXT
from papernotes.cli.streams import read_bytes, read_input, read_text
from papernotes.reports.gathering import AddReport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.library import Library
    from papernotes.library.importing import Source
    from papernotes.reports.gathering import PdfResult


_MOST_OPENED = 20
_MARKED = re.compile(r"\s*(?:arxiv|doi)\s*:", re.IGNORECASE)


@click.command("add")
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="FILE",
    help="Add every arXiv id in a text: a README, a mail, a .bib file; - is standard input.",
)
@click.option(
    "-t", "--tag", "tags", multiple=True, type=TEXT, help="Tag the new notes; may be repeated."
)
@click.option(
    "--status",
    type=click.Choice(["unread", "reading", "read"]),
    help="The reading status of the new notes; unread if not given.",
)
@click.option(
    "--bib",
    "bibs",
    multiple=True,
    metavar="FILE",
    help="Import a .bib file of any name; - is standard input.",
)
@click.option(
    "--note/--no-note",
    "wants_note",
    default=None,
    help="Write a note for each new paper; else for ids yes, for .bib files only with --tag, "
    "--status, --keywords or --edit.",
)
@click.option(
    "--keywords", "has_keywords", is_flag=True, help="Make keywords and groups of entries tags."
)
@click.option("--pdf", "has_pdf", is_flag=True, help="Fetch the PDFs too.")
@click.option("--edit", "has_editor", is_flag=True, help="Open the notes in your editor.")
@click.option("--offline", is_flag=True, help="Ask nobody; update completes the entry later.")
@click.option("--dry-run", is_flag=True, help="Fetch and say what would be written; write nothing.")
@json_option
@common_options
@pass_app
def command(app: App, /, dry_run: bool, as_json: bool, **given: Any) -> int:
    """Add papers from arXiv or .bib files: BibTeX entry, note, store, index.

    ID is an arXiv id (1706.03762, hep-th/9901001v2, arXiv:1412.6980), an arXiv URL or DOI, or the
    name of a .bib file; - reads ids from standard input, one a line. The new citation keys are
    printed, one a line. A run that was stopped or cut short is simply run again: it asks only for
    the rest.

    Entries of .bib files are copied as they stand, each to a file of its own. What you have
    already is recognised by arXiv id, by DOI, or by title, first author and year; empty fields of
    it are filled, nothing is changed. Keys stay what they are unless another paper has them.

    A note begins with templates/paper.md of the library, if there is one. --edit opens the notes
    of all papers named, those that were there already too.
    """
    _check(given)
    editor = find_editor() if given["has_editor"] and not dry_run else []
    with app.library() as library:
        report = _add(app, library, given, dry_run=dry_run, as_json=as_json)
        report = _import(app, library, report, given, dry_run=dry_run, as_json=as_json)
        wants_pdfs = given["has_pdf"]
        pdfs = _fetch_pdfs(app, library, report, is_dry_run=dry_run) if wants_pdfs else None
        if as_json:
            print_json("add", added_data(report, pdfs), (*report.unread, *report.problems))
        status = worst_status((*report.results, *(pdfs or ()))) or int(bool(report.unread))
        edited = _edit(app, library, editor, report, given) if editor else 0
    hooked = after_add(app, library, report, pdfs)
    return status or edited or hooked


def _check(given: dict[str, Any]) -> None:
    """Refuse what contradicts itself, or cannot be. Raises click.UsageError, UsageError."""
    if not (given["ids"] or given["sources"] or given["bibs"]):
        raise click.UsageError("name at least one ID or .bib file, or a text with --from FILE")
    if given["has_pdf"] and given["offline"]:
        raise click.UsageError("--pdf asks arXiv, --offline does not: leave one out")
    if given["has_editor"] and given["wants_note"] is False:
        raise click.UsageError("--edit opens notes, --no-note writes none: leave one out")
    if given["tags"]:
        from papernotes.notes.renaming.tags import check_tag  # noqa: PLC0415 - --tag only

        for tag in given["tags"]:
            check_tag(tag.strip().lstrip("#"))


def _add(
    app: App, library: Library, given: dict[str, Any], *, dry_run: bool, as_json: bool
) -> AddReport:
    """Add what was named by id, and what stands in texts."""
    texts = tuple(text for text in given["ids"] if not _is_bib(text))
    asked = [*_asked(texts), *_found(given["sources"])]
    if not (texts or given["sources"]):
        return AddReport((), dry_run)
    report = library.add(
        asked,
        tags=given["tags"],
        status=given["status"],
        has_note=given["wants_note"] is not False,
        is_offline=given["offline"],
        is_dry_run=dry_run,
        tell=lambda added: tell_added(app, added, is_dry_run=dry_run, as_json=as_json),
    )
    tell_rest(app, report)
    return report


def _import(
    app: App,
    library: Library,
    report: AddReport,
    given: dict[str, Any],
    *,
    dry_run: bool,
    as_json: bool,
) -> AddReport:
    """Import .bib files; return a report with theirs added."""
    named = (*given["bibs"], *(text for text in given["ids"] if _is_bib(text)))
    if not named:
        return report
    is_told = any(given[name] for name in ("tags", "status", "has_keywords", "has_editor"))
    imported = library.add_bib(
        [_bib_source(name) for name in named],
        tags=given["tags"],
        status=given["status"],
        has_note=is_told if given["wants_note"] is None else given["wants_note"],
        has_keywords=given["has_keywords"],
        is_dry_run=dry_run,
    )
    tell_imported(app, imported, as_json=as_json)
    return _joined(report, imported)


def _edit(
    app: App, library: Library, editor: list[str], report: AddReport, given: dict[str, Any]
) -> int:
    """Open the notes of all papers that are there now; return the exit status."""
    refs = list(dict.fromkeys(each.citekey for each in report.results if each.citekey))
    if len(refs) > _MOST_OPENED:
        app.warn(f"{len(refs)} notes are too many to open at once; open some: papernotes edit REF")
        return 1
    is_input_spent = "-" in (*given["ids"], *given["sources"], *given["bibs"])
    return edit_notes(app, library, editor, refs, is_input_spent=is_input_spent) if refs else 0


def _is_bib(text: str) -> bool:
    """Whether an argument names a .bib file; no arXiv id ends so."""
    return text.lower().endswith((".bib", ".bibtex", ".biblatex"))


def _bib_source(name: str) -> str | Source:
    """Return a .bib file by its name, or what stands on standard input or in a shell's pipe."""
    from papernotes.library.importing import Source  # noqa: PLC0415 - .bib files only

    if name == "-":
        return Source("standard input", read_bytes("-"))
    is_pipe = Path(name).is_fifo() or Path(name).is_char_device()
    return Source(name, read_bytes(name)) if is_pipe else name


def _joined(one: AddReport, other: AddReport) -> AddReport:
    return AddReport((*one.results, *other.results), one.is_dry_run, other.problems, other.unread)


def _fetch_pdfs(
    app: App, library: Library, report: AddReport, *, is_dry_run: bool
) -> tuple[PdfResult, ...]:
    """Fetch the PDFs of all papers that are there now; the keys are what is printed."""
    asked: dict[str, str] = {}
    for each in report.results:
        if each.citekey:
            asked.setdefault(each.citekey, each.asked)  # which may name a version
    if not asked or is_dry_run:
        return ()
    results = library.pdf(
        tuple(asked.values()), tell=lambda each: tell_pdf(app, each, as_json=True)
    ).results
    tell_missing_pdfs(app, results)
    return results


def _asked(ids: tuple[str, ...]) -> Iterator[str]:
    for text in ids:
        yield from _lines(read_input()) if text == "-" else [text]


def _lines(text: str) -> Iterator[str]:
    """Yield the ids of a list, one a line or several; lines that begin with # are no ids."""
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            continue
        yield from [line.strip()] if _MARKED.match(line) else line.split()


def _found(sources: tuple[str, ...]) -> Iterator[str]:
    """Yield the ids that stand in texts, each once. Raises NotFoundError for one without any."""
    from papernotes.errors import NotFoundError  # noqa: PLC0415 - --from only
    from papernotes.ids import find_arxiv_ids  # noqa: PLC0415 - same

    for source in sources:
        found = find_arxiv_ids(read_text(source))
        if not found:
            shown = "standard input" if source == "-" else source
            raise NotFoundError(f"{shown}: no arXiv id in it", hint="is it the right file?")
        yield from map(str, found)
