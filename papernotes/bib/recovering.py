r"""An entry whose syntax is wrong, read where its fields can still be told apart.

Tried in order: to its closing brace; to the brace that BibTeX takes for it, to which a backslash
hides none (``file = {C:\}``); to the end of the text, where the brace was forgotten.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes.bib.entries import RawEntry
from papernotes.bib.values import EVERY_MARK, MARK, NEXT_FIELD, end_of_value

if TYPE_CHECKING:
    from papernotes.bib.values import Macros

_MOST = 65_536  # characters of an entry that is read though its syntax is wrong
_NOT_ENTRIES = frozenset(["comment", "string", "preamble"])
_HEAD = re.compile(r"\s*@(\w+)\s*[{(]\s*([^\s,{}()=\"#%]+)(?:\s*,[\s,]*|\s+(?=[A-Za-z][\w-]*\s*=))")
_HEAD_WITHOUT_KEY = re.compile(r"\s*@(\w+)\s*[{(]()[\s,]*(?=[A-Za-z][\w-]*\s*=)")
_GAP = re.compile(r"(?:[,\s]|%[^\n]*)*+")  # between fields, with comments that BibTeX has not
_FIELD_WITHIN = re.compile(r",\s*[A-Za-z][\w-]*\s*=\s*[{\"\w]")


def recover(text: str, line: int, macros: Macros) -> RawEntry | None:
    """Return the entry that ``text`` begins with and is all of; None if that cannot be told.

    Its key is empty if there is none. Of a field given twice the first counts.
    """
    head = _HEAD.match(text) or _HEAD_WITHOUT_KEY.match(text)
    if not head or head[1].lower() in _NOT_ENTRIES or len(text) > _MOST:
        return None
    for mark, is_open in ((MARK, False), (EVERY_MARK, False), (MARK, True)):
        places = _places(f"{text}\n", head.end(), mark, is_open=is_open)
        if places is not None:
            entry = RawEntry(head[1].lower(), head[2], line)
            for name, start in places:
                value, _end = macros.evaluate(text, start, line, mark)
                entry.fields.setdefault(name, value)
            return entry
    return None


def _places(
    text: str, position: int, mark: re.Pattern[str], *, is_open: bool
) -> list[tuple[str, int]] | None:
    """Return the names of the fields and where their values begin, if all are whole.

    ``is_open`` takes the end of ``text``, a newline, for the closing brace; then no value may look
    as if it had taken in the fields behind it.
    """
    places: list[tuple[str, int]] = []
    position = _end_of_gap(text, position)
    while text[position : position + 1] not in {"}", ")"}:
        if position == len(text):
            return places if is_open and places else None
        match = NEXT_FIELD.match(text, position)
        if not match:
            return None
        end = end_of_value(text, match.end(), mark)
        if end == len(text) or (is_open and _FIELD_WITHIN.search(text, match.end(), end)):
            return None
        places.append((match[1].lower(), match.end()))
        position = _end_of_gap(text, end)
    return None if is_open else places


def _end_of_gap(text: str, position: int) -> int:
    match = _GAP.match(text, position)
    return match.end() if match else position
