"""Bytes of a note → text: UTF-8, or what can be had of it with a problem."""

from __future__ import annotations

from papernotes.models import Problem


def decode(data: bytes, path: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the text of a note's bytes and what is wrong with them; what is no text becomes �."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
        return text, (Problem("encoding", path, "is UTF-16; convert it to UTF-8", 1),)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8 at byte {error.start}; convert it, its bytes were left alone"
        return data.decode("utf-8", "replace"), (Problem("encoding", path, message, line),)
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        message = "has a NUL byte: not a text file"
        return text.replace("\x00", "\ufffd"), (Problem("encoding", path, message, line),)
    return text, ()
