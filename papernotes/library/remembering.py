"""What exports keep in ``index/export/``: the heads of notes, and what each blog's posts are.

All of it is made from the files and safe to delete; what cannot be read counts as not there.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any

from papernotes import export, files, notes
from papernotes.errors import FormatError, PapernotesError
from papernotes.models import ArxivId, Note

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from papernotes.library.blogs import Blog
    from papernotes.library.upkeep import Upkeep

FOLDER = "export"
_HEADS = "notes.json"
_VERSION = 2
_DAYS = ("created", "date")
_LARGEST = 500_000_000


class Heads:
    """What front matter says of notes, read once for each state of their files.

    ``digests`` are those of the files by path, as the store has them.
    """

    def __init__(self, upkeep: Upkeep, digests: Mapping[str, str]) -> None:
        self._root = upkeep.root
        self._file = upkeep.index_dir / FOLDER / _HEADS
        self._digests = digests
        self._known = _read_heads(self._file)
        self._kept: dict[str, Any] = {}
        self._texts: dict[str, str] = {}
        self._is_changed = False

    def head(self, path: str, title: str) -> Note:
        """Return a note as :func:`notes.read_head` does. Raises FileError."""
        digest = self._digests.get(path, "")
        known = self._known.get(path)
        if known is None or known[0] != digest:
            self._texts[path] = self._read(path)
            known = (digest, _tree(notes.read_head(self._texts[path], path, title)))
            self._is_changed = True
        self._kept[path] = known
        return _note(known[1])

    def full(self, head: Note) -> Note:
        """Return a note with its body, as its file is now or was when its head was asked for.

        Raises FileError.
        """
        if head.path in self._texts:
            return notes.read_body(self._texts.pop(head.path), head)
        text = self._read(head.path)
        return notes.read_body(text, notes.read_head(text, head.path, head.title))

    def _read(self, path: str) -> str:
        return files.read(self._root / path).decode("utf-8", "replace")

    def save(self) -> None:
        """Keep the heads that were asked for, where something is new about them."""
        if self._is_changed or len(self._kept) != len(self._known):
            tree = {"version": _VERSION, "program": export.program(), "notes": self._kept}
            _write(self._file, json.dumps(tree, ensure_ascii=False, separators=(",", ":")))


def read_memory(upkeep: Upkeep, blog: Blog) -> export.Memory:
    """Return what the last export to a blog left, or nothing."""
    try:
        return export.parse_memory(_read(_memory_file(upkeep, blog)))
    except PapernotesError:
        return export.Memory()


def write_memory(upkeep: Upkeep, blog: Blog, before: export.Memory, after: export.Memory) -> None:
    """Keep what an export knows of a blog for the next one."""
    if after != before:
        file = _memory_file(upkeep, blog)
        _write(file, export.render_memory(after).decode("utf-8", "surrogatepass"))


def _memory_file(upkeep: Upkeep, blog: Blog) -> Path:
    place, folder = export.locate(blog.directory, export.find_target(blog.target).folder)
    name = files.digest(f"{blog.target} {place}/{folder}".encode("utf-8", "replace"))
    return upkeep.index_dir / FOLDER / f"{name[:16]}.json"


def _read(file: Path) -> bytes:
    """Return what :func:`_write` was given. Raises FormatError where that is not what stands there.

    One bit that turned over could otherwise show as a page that nobody wrote.
    """
    seal, _, data = files.read(file, limit=_LARGEST).partition(b"\n")
    if seal != files.digest(data).encode():
        raise FormatError(f"{file}: is not as it was written")
    return data


def _write(file: Path, text: str) -> None:
    """Write a file that nobody misses: where it cannot be written it is not."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        files.make_folder(file.parent)
        files.write_atomic(file, files.digest(data).encode() + b"\n" + data)
    except PapernotesError:
        return


def _read_heads(file: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    try:
        tree = json.loads(_read(file).decode("utf-8", "surrogatepass"))
        if (tree["version"], tree["program"]) != (_VERSION, export.program()):
            return {}
        return {path: (digest, head) for path, (digest, head) in tree["notes"].items()}
    except (PapernotesError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _tree(note: Note) -> dict[str, Any]:
    """Return a note's head as JSON: what is not as by default."""
    tree = {
        one.name: getattr(note, one.name)
        for one in fields(Note)
        if one.name != "body" and getattr(note, one.name) != one.default
    }
    for name in _DAYS:
        if name in tree:
            tree[name] = tree[name].isoformat()
    if note.arxiv:
        tree["arxiv"] = [note.arxiv.id, note.arxiv.version]
    return tree


def _note(tree: dict[str, Any]) -> Note:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in tree.items()
    }
    for name in _DAYS:
        if name in values:
            values[name] = date.fromisoformat(values[name])
    if "arxiv" in values:
        values["arxiv"] = ArxivId(*values["arxiv"])
    return Note(body="", **values)
