"""Papers that are there twice, or of which something named is missing."""

from __future__ import annotations

import difflib
from itertools import groupby
from typing import TYPE_CHECKING

from papernotes.errors import FormatError
from papernotes.identity import Shelf
from papernotes.notes import edit_front_matter
from papernotes.reports.checking import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from papernotes.doctor.text import NoteText
    from papernotes.identity import Identity
    from papernotes.store.checks import Attached, Untold

_MOST_NAMED = 5


def duplicates(
    identities: Iterable[Identity], places: Mapping[str, tuple[str, int]]
) -> Iterator[Finding]:
    """Yield a finding for each paper that is surely an earlier one, a hint where it looks alike.

    ``places`` are path and line by citation key.
    """
    shelf = Shelf()
    for identity in identities:
        match = shelf.find(identity)
        shelf.put(identity)
        if match is None or match.citekey == identity.citekey:
            continue
        path, line = places[identity.citekey]
        other, at = places.get(match.citekey, ("", 0))
        where = f"{match.citekey} ({other}:{at})" if other else match.citekey
        if match.is_sure:
            message = f"{identity.citekey} is the paper {where}: {match.reason}; keep one"
            yield Finding("duplicate-paper", path, message, line)
        else:
            message = f"{identity.citekey} looks like {where}: {match.reason}"
            yield Finding("alike-papers", path, message, line, is_hint=True)


def papers_without_notes(citekeys: Sequence[str]) -> Iterator[Finding]:
    """Yield one hint that counts the papers no note is about; thousands may be imported ones."""
    if citekeys:
        named = ", ".join(citekeys[:_MOST_NAMED])
        more = f" and {len(citekeys) - _MOST_NAMED} more" if len(citekeys) > _MOST_NAMED else ""
        noun = "1 paper has" if len(citekeys) == 1 else f"{len(citekeys)} papers have"
        message = f"{noun} no note: {named}{more}; papernotes edit KEY begins one"
        yield Finding("no-note", "bib/", message, is_hint=True)


def note_of_nobody(note: NoteText, untold: Untold, citekeys: Sequence[str]) -> Finding:
    """Return the finding for a note that names a paper that is not there.

    Where one paper has the id that the note names, or was called so (its entry says it in
    ``ids``), the fix is to name that one.
    """
    line = next(
        (
            note.parts.line + line
            for key, line in note.content.lines.items()
            if key.strip().lower() in {"paper", "citekey"}
        ),
        None,
    )
    message = f"no paper has the key {untold.about}"
    if len(untold.same) == 1:
        (key,) = untold.same
        message += f"; {key} has the same id: write paper: {key}"
        return note.found("no-paper", message, line=line, splices=_renamed(note, key))
    near = difflib.get_close_matches(untold.about, citekeys, n=1, cutoff=0.8)
    message += f"; did you mean {near[0]}?" if near else "; add it, or take the line away"
    return note.found("no-paper", message, line=line)


def _renamed(note: NoteText, key: str) -> tuple[tuple[int, int, str], ...]:
    try:
        after = edit_front_matter(note.text, {"paper": key})
    except FormatError:
        return ()
    return (one_splice(note.text, after),)


def one_splice(before: str, after: str) -> tuple[int, int, str]:
    """Return the one stretch in which two texts differ."""
    shorter = min(len(before), len(after))
    pairs = zip(before, after, strict=False)
    start = next((at for at, (one, other) in enumerate(pairs) if one != other), shorter)
    end = 0
    while end < shorter - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, len(before) - end, after[start : len(after) - end]


def orphaned_pdfs(paths: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each PDF that is named after no paper."""
    for path in paths:
        message = "no paper has this name; rename it to KEY.pdf, or move it out of pdf/"
        yield Finding("orphaned-pdf", path, message)


def lost_attachments(lost: Iterable[Attached]) -> Iterator[Finding]:
    """Yield a hint for each .bib file that names PDFs which are not on this machine.

    One that counts them takes their place after an import, which makes many files.
    """
    by_path = [(path, list(group)) for path, group in groupby(lost, key=lambda each: each.path)]
    if len(by_path) > _MOST_NAMED:
        keys = [each.citekey for _, group in by_path for each in group]
        named = ", ".join(keys[:_MOST_NAMED])
        message = (
            f"{len(keys)} entries name PDFs which are not there: {named} and"
            f" {len(keys) - _MOST_NAMED} more; those at pdf/KEY.pdf would be found"
        )
        yield Finding("lost-attachment", "bib/", message, is_hint=True)
        return
    for path, group in by_path:
        first, *others = group
        more = f", and {len(others)} more entries name such PDFs" if others else ""
        message = (
            f"{first.citekey} names {first.attachment}, which is not there{more};"
            f" a PDF at pdf/{first.slug}.pdf would be found"
        )
        yield Finding("lost-attachment", path, message, first.line, is_hint=True)
