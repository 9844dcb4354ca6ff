"""What synchronising leaves when two sides changed one file: markers in it, copies beside it."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from papernotes.ids import name_key
from papernotes.reports.checking import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from papernotes.doctor.text import NoteText

_BEGIN = re.compile(r"^<{7}(?:[ \t][^\r\n]*)?\r?$", re.MULTILINE)
_MIDDLE = re.compile(r"^={7}\r?$", re.MULTILINE)
_END = re.compile(r"^>{7}(?:[ \t][^\r\n]*)?\r?$", re.MULTILINE)
_CODE = frozenset({"fence", "code_block", "code", "html", "comment"})
_MERGE = "two versions stand here after a merge: keep one, remove the three marks"

# Dropbox (in some of its languages), Nextcloud, ownCloud and Obsidian Sync; Dropbox for names that
# differ in case, spaces or spelling; Syncthing; older ownCloud; Google Drive and pCloud; Seafile;
# Synology.
_COPY = re.compile(
    r"(?P<base>.+?)(?:"
    r" \((?:[^()]* )?conflicted copy\b[^()]*(?:\(\d+\))?\)"
    r"| \([^()]*(?:in konflikt stehende kopie|copie en conflit|copia en conflicto"
    r"|copia in conflitto|cópia em conflito)[^()]*(?:\(\d+\))?\)"
    r"| \((?:case|white ?space|unicode encoding|selective sync) conflict(?: \d+)?\)"
    r"| ?\[conflict(?:ed)?\]| \(SFConflict [^()]*\)|_[^/_]+_\w{3}-\d\d-\d{4,6}-\d{4}_conflict"
    r"|\.sync-conflict-\d{8}-\d{6}(?:-[A-Z0-9]{7})?|_conflict-\d{8}-\d{6}"
    r")(?P<ending>\.[^./]+)",
    re.IGNORECASE,
)
# iCloud and Google Drive number copies, OneDrive names the machine, git mergetool the side: names
# that a person may give too.
_NUMBERED = re.compile(
    r"(?P<base>.+?)(?: (?:[2-9]|\(\d\))|-[A-Z0-9]+-[A-Z0-9]+"
    r"|-(?:\w+-)?(?:MacBook(?:-Pro|-Air)?|iMac|MBP|PC)|_(?:BACKUP|BASE|LOCAL|REMOTE)_\d+"
    r")(?P<ending>\.[^./]+)"
)


def merge_markers(note: NoteText) -> Iterator[Finding]:
    """Yield a finding for each place, in a note but not in its code, where git left two versions.

    A .bib file may be given as a note: it has no code.
    """
    if not _BEGIN.search(note.text):
        return
    is_note = note.path.startswith("notes/")
    spans = note.document.spans if is_note else ()
    code = [(span.start, span.end) for span in spans if span.kind in _CODE]
    for begin, end in _merges(note.text):
        at = bisect_right(code, (begin, len(note.text)))
        if not (at and end <= code[at - 1][1]):
            yield note.found("merge-marker", _MERGE, at=begin)


def _merges(text: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of what three marks in their order enclose, or of a lone first one."""
    at = 0
    while begin := _BEGIN.search(text, at):
        middle = _MIDDLE.search(text, begin.end())
        end = _END.search(text, middle.end()) if middle else None
        if end is None:
            yield begin.start(), begin.end()
            return
        yield begin.start(), end.end()
        at = end.end()


def conflict_copies(paths: Iterable[str], titles: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each file that a program for synchronising put beside another.

    ``titles`` are those of the notes by path. A name that a person may have given (``x 2.md``)
    counts only beside a note of the same title, which is not the name of either file.
    """
    known = dict.fromkeys(paths)
    for path in known:
        sure = _COPY.fullmatch(path)
        match = sure or _NUMBERED.fullmatch(path)
        if match is None:
            continue
        base = match["base"] + match["ending"]
        title = titles.get(path, "")
        is_twin = base in known and bool(title) and titles.get(base) == title
        if sure or (is_twin and name_key(title) != name_key(_name(base))):
            other = f"compare it with {base}, keep one" if base in known else "rename it"
            message = f"a copy made by a program for synchronising: {other}"
            yield Finding("conflict-copy", path, message)


def _name(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]
