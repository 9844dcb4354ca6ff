"""A library with all that lies around it, in a folder of its own; made, copied, photographed."""

from __future__ import annotations

import re
import shutil
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from papernotes.config import load
from papernotes.files import TEMP_PREFIX, TEMP_SUFFIX
from papernotes.library import Library
from papernotes.store import connect
from papernotes.trash import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Files = dict[str, bytes]
_REMOVAL = re.compile(r"\.trash/\d{4}-\d\d-\d\d-")
_TIME = re.compile(rb'"removed_at": "[^"\n]+"')
_YOUNG_SECONDS = 0.12  # more than files.RACY_NS: a sync then need not look again


class Sandbox(NamedTuple):
    """The folder of one run: a library, a blog, a home, the state of the machine."""

    root: Path
    api_url: str

    @property
    def library(self) -> Path:
        return self.root / "lib"

    @property
    def environ(self) -> dict[str, str]:
        """What a command in here has for its environment."""
        return {
            "HOME": str(self.root / "home"),
            "LANG": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "PAPERNOTES_STATE_DIR": str(self.root / "state"),
            "PAPERNOTES_ARXIV_API_URL": self.api_url,
            "PAPERNOTES_ARXIV_DELAY_SECONDS": "0",
        }

    def open(self) -> Library:
        """Open the library as the command line does."""
        environ = {"HOME": str(self.root / "home")}
        flags: dict[str, Any] = {"arxiv.api_url": self.api_url, "arxiv.delay_seconds": 0}
        return Library(
            self.library,
            config=load(self.library, environ=environ, flags=flags),
            state_dir=self.root / "state",
        )

    def files(self) -> Files:
        """Return all that is not made from something else, what has a temporary name left out.

        So is the part of a PDF that a later run goes on with. A removal is dated: the day is left
        out of the name of its folder, and the time of what its manifest says.
        """
        found = {}
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if name.startswith("state/") or "/index/" in name or is_temporary(path):
                continue
            if path.is_file() and not _is_part(path):
                data = path.read_bytes()
                is_dated = path.name == MANIFEST
                found[_REMOVAL.sub(".trash/*-", name)] = _TIME.sub(b"", data) if is_dated else data
        return found

    def leftovers(self, *folders: str, may_wait: bool = False) -> list[str]:
        """Return what an interrupted run left and nobody will want.

        Parts of PDFs and of a new index ``may_wait`` for the next run that has to do with them.
        What is left in the folder for the machine's state goes when it is a day old, and a part
        that has got its real name as well goes with the next download.
        """
        return sorted(
            path.relative_to(self.root).as_posix()
            for folder in folders
            for path in (self.root / folder).rglob("*")
            if (is_temporary(path) and "state" not in path.relative_to(self.root).parts[:1])
            or (not may_wait and _is_part(path) and path.stat().st_nlink == 1)
            or path.name.startswith("journal")
            or path.name.endswith("-journal")
            or (not may_wait and path.name == "whoosh" and len([*path.glob("g*")]) > 1)
        )


def is_temporary(path: Path) -> bool:
    """Whether a file has a name of those that stay behind when a writer is killed."""
    return path.name.startswith(TEMP_PREFIX) and path.name.endswith(TEMP_SUFFIX)


def _is_part(path: Path) -> bool:
    return path.name.startswith(TEMP_PREFIX) and path.suffix == ".part"


def copies(base: Sandbox, roots: Iterable[Path]) -> list[Sandbox]:
    """Copy a sandbox, index/ and all, to these folders; each is in order as it stands."""
    made = []
    for root in roots:
        if root.exists():
            shutil.rmtree(root)
        shutil.copytree(base.root, root, symlinks=True)
        sandbox = Sandbox(root, base.api_url)
        index = sandbox.library / "index"
        if index.exists():
            secret = connect.machine_secret(root / "state")
            (index / connect.STAMP).write_bytes(connect.stamp(index, secret))
        made.append(sandbox)
    time.sleep(_YOUNG_SECONDS)
    for sandbox in made:
        settle(sandbox)
    return made


def settle(sandbox: Sandbox) -> None:
    """Sync until nothing is left to be remembered."""
    with sandbox.open() as library:
        for _ in range(3):
            library.sync()
