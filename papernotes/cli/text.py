"""Text that may go to a terminal: nothing foreign can command it."""

from __future__ import annotations

import re
import unicodedata

# C0 but tab and newline, DEL, C1, and everything that turns the direction of text or hides in it.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
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
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def fit_end(text: str, columns: int) -> str:
    """Return ``text`` like :func:`fit`, but cut at its beginning: the end tells names apart."""
    if width(text) > columns:
        text = "…" + text[len(text) - fitting(text[::-1], 0, columns - 1) :]
    return text + " " * (columns - width(text))


def fit(text: str, columns: int) -> str:
    """Return ``text`` cut with … or filled with spaces to ``columns``."""
    if width(text) > columns:
        text = text[: fitting(text, 0, columns - 1)] + "…"
    return text + " " * (columns - width(text))


def fitting(text: str, start: int, columns: int) -> int:
    """Return where the longest stretch from ``start`` ends that is no wider than ``columns``."""
    if text.isascii():
        return max(start, min(start + columns, len(text)))
    end, used = start, 0
    while end < len(text) and (used := used + width(text[end])) <= columns:
        end += 1
    return end
