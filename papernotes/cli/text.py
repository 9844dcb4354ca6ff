"""Text that may go to a terminal: nothing foreign can command it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# C0 but tab and newline, DEL, C1, and everything that turns the direction of text or hides in it.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)


_JOINER = "\u200d"
_AS_EMOJI = "\ufe0f"
_SKINS = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_TURNING = frozenset(("R", "AL", "AN"))
# Signs of one column that are emoji of two with a selector: most of these blocks.
_BECOMES_WIDE = frozenset(
    map(
        chr,
        (
            0xA9,
            0xAE,
            *range(0x2190, 0x2200),
            *range(0x2300, 0x2400),
            *range(0x2600, 0x2800),
            *range(0x1F000, 0x1FB00),
        ),
    )
)


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )


def safe(text: str) -> str:
    """Return ``text`` with control characters and turners of direction made visible."""
    return _UNSAFE.sub(_shown, text)


def one_line(text: str) -> str:
    """Return ``text`` safe and on one line without tabs: a field of a record."""
    return safe(" ".join(text.split()))


def escaped(json_text: str) -> str:
    """Return JSON text with the same characters as JSON escapes."""
    return _UNSAFE.sub(_json_escape, json_text)


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] == "\n":
        return match[0]
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def width(text: str) -> int:
    """Return how many columns ``text`` takes on a terminal."""
    return len(text) if text.isascii() else sum(_columns(text))


def _columns(text: str) -> Iterator[int]:
    """Yield what each character adds to the width of those before it.

    Marks, jamo that go into a syllable, and what is joined to an emoji before it add nothing; a
    selector for emoji makes a narrow sign a wide one. So wcwidth has it, and most terminals.
    """
    last, before = 0, ""
    for char in text:
        own = _own_columns(char)
        if before == _JOINER or (char in _SKINS and last == 2):
            own = 0
        elif char == _AS_EMOJI and last == 1 and before in _BECOMES_WIDE:
            own, last = 1, 2
        yield own
        last = own or last
        before = char


def _own_columns(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in {"Mn", "Me", "Cf"} or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def isolated(text: str) -> str:
    """Return text from right to left such that it turns nothing beside it; other text as it is.

    For terminals only: those that know directions reorder whole lines, the rest show nothing.
    """
    if text.isascii() or not any(unicodedata.bidirectional(char) in _TURNING for char in text):
        return text
    return f"\u2068{text}\u2069"


def fit_end(text: str, columns: int) -> str:
    """Return ``text`` like :func:`fit`, but cut at its beginning: the end tells names apart."""
    if width(text) > columns:
        start, used = 0, width(text)
        for number, taken in enumerate(_columns(text)):
            if taken and used <= columns - 1:
                break
            used, start = used - taken, number + 1
        text = "…" + text[start:]
    return isolated(text) + " " * (columns - width(text))


def fit(text: str, columns: int) -> str:
    """Return ``text`` cut with … or filled with spaces to ``columns``."""
    if width(text) > columns:
        text = text[: fitting(text, 0, columns - 1)] + "…"
    return isolated(text) + " " * (columns - width(text))


def fitting(text: str, start: int, columns: int) -> int:
    """Return where the longest stretch from ``start`` ends that is no wider than ``columns``."""
    if text.isascii():
        return max(start, min(start + columns, len(text)))
    end, used = start, 0
    for taken in _columns(text[start:]):
        if (used := used + taken) > columns:
            break
        end += 1
    return end
