"""A power cut at every point: what was not flushed is gone.

A run notes its calls, and what each file held when it was flushed. From that the disk is worked
out as it may be found after a cut, in two ways: names at once and contents only when flushed
(``EAGER``, as a journalling file system does it), and names too only when their folder was flushed
(``LAZY``, all that is promised by the standard).
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.crash.shim import Point

EAGER, LAZY = "eager", "lazy"


class File:
    """A file: what of it is on the disk. ``source`` is where it stood before the run."""

    def __init__(self, flushed: bytes, source: str | None = None) -> None:
        self.flushed = flushed
        self.source = source


class Folder:
    """A folder: the names in it as a program sees them, and as they are on the disk."""

    def __init__(self) -> None:
        self.seen: dict[str, File | Folder] = {}
        self.flushed: dict[str, File | Folder] = {}

    def flush(self) -> None:
        self.flushed = dict(self.seen)


class Found(NamedTuple):
    """What a path is found to be: bytes; the path it had before, where it is that file; which file.

    ``which`` is the same for the several names of one file.
    """

    data: bytes
    source: str | None
    which: int


class Image(NamedTuple):
    """What is found on the disk: files by path, and folders."""

    files: dict[str, Found]
    folders: frozenset[str]


class Disk:
    """The files below ``root``, all of them flushed to begin with."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._top = _read(root, root)

    def take(self, point: Point, flushed: Path) -> None:
        """Let a call happen; ``flushed`` holds what the file held, where it was a flush."""
        path = self._parts(point.path)
        if point.kind == "fsync":
            self._flush(path, flushed)
        elif point.kind in {"create", "open-truncate"}:
            self._put(path, File(b""))
        elif point.kind == "unlink" or (point.kind == "rmdir" and self._is_empty(path)):
            self._take_away(path)
        elif point.kind == "mkdir" and self._find(path) is None:
            self._put(path, Folder())
        elif point.kind in {"rename", "link"}:
            self._name(path, self._parts(point.other), is_moved=point.kind == "rename")
        elif point.kind == "exchange":
            self._exchange(path, self._parts(point.other))

    def image(self, how: str) -> Image:
        """Return what is found after a cut now."""
        found: dict[str, Found] = {}
        folders: set[str] = set()
        pending: list[tuple[str, Folder]] = [("", self._top)]
        while pending:
            at, folder = pending.pop()
            for name, node in (folder.seen if how == EAGER else folder.flushed).items():
                if isinstance(node, Folder):
                    folders.add(at + name)
                    pending.append((f"{at}{name}/", node))
                else:
                    found[at + name] = Found(node.flushed, node.source, id(node))
        return Image(found, frozenset(folders))

    def _parts(self, path: str) -> list[str]:
        relative = os.path.relpath(path, self._root)
        return [] if relative == "." else relative.split("/")

    def _find(self, parts: Sequence[str]) -> File | Folder | None:
        node: File | Folder | None = self._top
        for part in parts:
            node = node.seen.get(part) if isinstance(node, Folder) else None
        return node

    def _is_empty(self, parts: Sequence[str]) -> bool:
        node = self._find(parts)
        return isinstance(node, Folder) and not node.seen

    def _flush(self, parts: Sequence[str], flushed: Path) -> None:
        node = self._find(parts)
        if isinstance(node, Folder):
            node.flush()
        elif node is not None:
            node.flushed = flushed.read_bytes()
            node.source = None

    def _put(self, parts: Sequence[str], node: File | Folder) -> None:
        folder = self._find(parts[:-1])
        if isinstance(folder, Folder):
            folder.seen[parts[-1]] = node

    def _take_away(self, parts: Sequence[str]) -> None:
        folder = self._find(parts[:-1])
        if isinstance(folder, Folder):
            folder.seen.pop(parts[-1], None)

    def _name(self, source: Sequence[str], target: Sequence[str], *, is_moved: bool) -> None:
        node = self._find(source)
        if node is None or (not is_moved and self._find(target) is not None):
            return
        if is_moved:
            self._take_away(source)
        self._put(target, node)

    def _exchange(self, first: Sequence[str], second: Sequence[str]) -> None:
        nodes = self._find(first), self._find(second)
        if nodes[0] is not None and nodes[1] is not None:
            self._put(first, nodes[1])
            self._put(second, nodes[0])


def _read(folder: Path, root: Path) -> Folder:
    made = Folder()
    for path in folder.iterdir():
        if path.is_dir():
            made.seen[path.name] = _read(path, root)
        else:
            made.seen[path.name] = File(path.read_bytes(), path.relative_to(root).as_posix())
    made.flush()
    return made


def images(disk: Disk, points: Sequence[Point], copies: Path) -> Iterator[tuple[Point, str, Image]]:
    """Yield each image that a cut after one of the points may leave, the same ones once."""
    known: set[object] = set()
    for point in points:
        disk.take(point, copies / str(point.number))
        for how in (EAGER, LAZY):
            image = disk.image(how)
            mark = (frozenset(image.files.items()), image.folders)
            if mark not in known:
                known.add(mark)
                yield point, how, image


class Vault:
    """Keeps the files of a folder as they were, so that it can be laid out as an image says.

    A file that is not changed is the same one, with its inode and times; but not in index/, where
    files are written in place.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self._root = root
        self._folder = folder
        shutil.copytree(root, folder, copy_function=os.link)

    def lay_out(self, image: Image) -> None:
        """Make the folder hold just what the image says."""
        for path in sorted(self._root.rglob("*"), reverse=True):
            if not path.is_dir() or path.is_symlink():
                path.unlink()
            elif path.relative_to(self._root).as_posix() not in image.folders:
                path.rmdir()
        for name in sorted(image.folders):
            (self._root / name).mkdir(exist_ok=True)
        made: dict[int, Path] = {}
        for name, found in image.files.items():
            path = self._root / name
            if found.source is not None and "/index/" not in name:
                os.link(self._folder / found.source, path)
            elif found.which in made:
                os.link(made[found.which], path)
            else:
                path.write_bytes(found.data)
                made[found.which] = path
