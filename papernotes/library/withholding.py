"""What stays home: ``.exportignore``, and what an export is searched for before it is written."""

from __future__ import annotations

import difflib
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import FormatError, PapernotesError
from papernotes.export.privacy.ignoring import IGNORE_NAME, Ignore, parse_ignore
from papernotes.export.privacy.secrets import PRIVATE_FIELDS, Private, Secrets
from papernotes.models import Problem
from papernotes.reports.writing import TARGETS
from papernotes.store import withheld

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from papernotes.library.upkeep import Upkeep
    from papernotes.store.read import Store

_LARGEST_IGNORE = 1_000_000
_MOST_PATTERNS = 2_000
_ASKS = re.compile(
    r"^[\"']?publish[\"']?[ \t]*:(?![ \t]*(?:false|no)?[ \t]*\r?$)", re.MULTILINE | re.IGNORECASE
)


def read_ignore(root: Path) -> Ignore:
    """Return the patterns of the library's ``.exportignore``. Raises FormatError and FileError."""
    path = root / IGNORE_NAME
    if not path.exists() and not path.is_symlink():
        return Ignore()
    try:
        ignore = parse_ignore(files.read(path, limit=_LARGEST_IGNORE).decode())
    except UnicodeDecodeError as error:
        raise FormatError(f"{path}: is not UTF-8", hint="convert it first") from error
    if len(ignore.patterns) > _MOST_PATTERNS:
        message = f"{path}: has more than {_MOST_PATTERNS:,} patterns"
        raise FormatError(message, hint="name folders instead of files")
    return ignore


def secrets_of(upkeep: Upkeep, published: Container[str]) -> Secrets:
    """Return what must not leave: all notes but those at the paths ``published``, and the rest."""
    store = upkeep.store()
    notes = tuple(
        Private(
            path.removeprefix("notes/").removesuffix(".md"),
            tuple(names),
            tuple(marks),
            partial(read_text, upkeep.root, path),
        )
        for path, (names, marks) in withheld.called(store).items()
        if path not in published
    )
    fields = withheld.fields_of_entries(store, PRIVATE_FIELDS)
    return Secrets(notes, tuple(fields), tuple(_own_folders(upkeep.root)))


def unsound_notes(store: Store, root: Path) -> Iterator[Problem]:
    """Yield why notes are not published that ask for it in a way that cannot be read."""
    for path, code, line, message in withheld.unsound(store):
        is_flag = code == "field-type" and message.lower().startswith("publish:")
        if is_flag or (code != "field-type" and _ASKS.search(read_text(root, path))):
            yield Problem("publish", path, f"not published: {message}", line)


def strange_kinds(store: Store) -> Iterator[Problem]:
    """Yield which notes are limited to a kind of blog that there is not: a slip, most likely."""
    for path, kinds in withheld.limited(store):
        for kind in kinds:
            if kind not in TARGETS:
                near = difflib.get_close_matches(kind, TARGETS, n=1)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(TARGETS)}"
                yield Problem("publish-kind", path, f"publish: no kind of blog is {kind}; {hint}")


def read_text(root: Path, path: str) -> str:
    """Return all that the file of a note says, nothing when it is gone by now."""
    try:
        return files.read(root / path).decode("utf-8", "replace")
    except PapernotesError:
        return ""


def _own_folders(root: Path) -> Iterator[str]:
    yield str(root)
    try:
        home = Path.home()
    except RuntimeError:
        return
    if len(home.parts) > 1:
        yield str(home)
