"""A small library whose index/ can be harmed and put back, and what it should answer."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from papernotes.errors import PapernotesError
from papernotes.store import connect
from tests.factories import entry, open_library, write
from tests.pdfs import SENTENCES, page_with
from tests.stores import contents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from papernotes.library import Library
    from papernotes.models import Problem, SyncReport

DATABASE = "papernotes.db"
WORDS = (
    *("attention", '"about apples"', "title:paper author:doe", "year:2005 OR tag:rl"),
    *("sequen*", "aplles", "tag:rl -banana", "pdf:encoder", "has:pdf"),
)
_TEXT = SENTENCES.replace("(", "").replace(")", "").encode()


@dataclass
class Shelf:
    """A library that stays as it is, and a copy of its index/ to put back after each harm."""

    root: Path
    copy: Path
    expected: dict[str, Any] = field(default_factory=dict)
    stored: dict[str, list[str]] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)

    @property
    def index(self) -> Path:
        return self.root / "index"

    @property
    def database(self) -> Path:
        return self.index / DATABASE

    def put_back(self) -> None:
        """Make index/ what it was, stamped as the folder that it is now."""
        if self.index.exists():
            shutil.rmtree(self.index)
        shutil.copytree(self.copy, self.index)
        secret = connect.machine_secret(self.root.parent / "state")
        (self.index / connect.STAMP).write_bytes(connect.stamp(self.index, secret))

    @contextmanager
    def opened(self, said: list[str] | None = None) -> Iterator[Library]:
        notify = said.append if said is not None else lambda _line: None
        with open_library(self.root, notify=notify) as library:
            yield library

    def asked(self) -> tuple[dict[str, Any], list[str]]:
        """Return what is answered, and what was said on the way; no file of the person's changes.

        Nothing is ever raised but errors of ours, and these of one line.
        """
        said: list[str] = []
        with self.opened(said) as library:
            found = answers(library)
        errors = [answer for answer in found.values() if isinstance(answer, str)]
        assert all("\n" not in line for line in (*said, *errors))
        assert files_of(self.root) == self.texts
        return found, said

    def wrong(self) -> list[str]:
        """Return which questions are not answered as they should be."""
        found, _ = self.asked()
        return [name for name, answer in found.items() if answer != self.expected[name]]

    def checked(self) -> list[str]:
        """Return what doctor finds wrong in index/ or mends at once; then it is made anew."""
        said: list[str] = []
        with self.opened(said) as library:
            found = [each for each in library.doctor().findings if each.is_of_index]
            if found:
                left = library.doctor(fix=True).findings
                assert [each for each in left if each.is_of_index] == []
        assert files_of(self.root) == self.texts
        return [*said, *(each.message for each in found)]

    def holds(self) -> bool:
        """Tell whether the store holds what it should."""
        with self.opened() as library:
            return contents(library._upkeep.store()) == self.stored


def make_shelf(folder: Path) -> Shelf:
    """Write the library, read it, and keep what it answers."""
    root = folder / "lib"
    for number in range(8):
        fields = {
            "year": str(2000 + number),
            "eprint": f"2001.{number:05}",
            "doi": f"10.1/{number}",
        }
        title = f"Paper {number} of attention"
        text = entry(f"doe{number}", title, abstract="banana " * 30, **fields)
        write(root, f"bib/doe{number}.bib", text)
        head = f"---\npaper: doe{number}\ntags: [rl, x/{number}]\n---\n"
        write(root, f"notes/doe{number}.md", f"{head}# Number {number}\n\nApples, 5 [[doe3]].\n")
    for number in range(4):
        body = f"# Free {number}\n\n" + f"More about apples, @doe{number} and [[free2]].\n" * 30
        write(root, f"notes/f/free{number}.md", body)
    write(root, "pdf/doe1-v1.pdf", page_with(b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % _TEXT))
    for _ in range(2):  # what was too young is trusted by now
        with open_library(root) as library:
            library.sync()
            expected, stored = answers(library), contents(library._upkeep.store())
    shutil.copytree(root / "index", folder / "copy")
    return Shelf(root, folder / "copy", expected, stored, files_of(root))


def files_of(root: Path) -> dict[str, bytes]:
    """Return every file of a library but those of index/."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).parts[0] != "index"
    }


def answers(library: Library) -> dict[str, Any]:
    """Return what the reading commands answer, each or the error of ours in its place."""
    asked: dict[str, Callable[[], Any]] = {
        "list": partial(library.list, sort="title", limit=0),
        "tags": library.tags,
        "bib": partial(library.bib, "tag:rl"),
        "sync": lambda: _counted(library.sync()),
    }
    for ref in ("doe1", "doe3", "f/free2"):
        asked[f"show {ref}"] = partial(library.show, ref)
        asked[f"links {ref}"] = partial(library.links, ref)
    for words in WORDS:
        asked[f"search {words}"] = partial(library.search, words, limit=0)
    return {name: _tried(act) for name, act in asked.items()}


def _tried(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except PapernotesError as error:
        return f"{type(error).__name__}: {error}"


def _counted(report: SyncReport) -> tuple[int, int, tuple[Problem, ...]]:
    return report.papers, report.notes, report.problems
