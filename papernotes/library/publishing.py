"""Choosing what an export may see: the published notes, and nothing that hangs on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from papernotes import export, files, links, notes
from papernotes.errors import UsageError
from papernotes.export import apply
from papernotes.models import Paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from papernotes.config import Config
    from papernotes.library.upkeep import Upkeep
    from papernotes.models import Link, Note
    from papernotes.store.read import Store

__all__ = ["apply", "plan"]


class Papers(Mapping[str, Paper]):
    """The papers of a store by citation key, read when asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids = store.papers_by_citekey()
        self._read: dict[str, Paper] = {}

    def __getitem__(self, citekey: str) -> Paper:
        if citekey not in self._read:
            self._read[citekey] = self._store.paper(self._ids[citekey])
        return self._read[citekey]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def plan(
    upkeep: Upkeep,
    config: Config,
    directory: Path,
    *,
    target: str,
    chosen: set[int] | None,
    named: Iterable[int],
    today: date,
) -> export.Plan:
    """Return what an export of the chosen documents would do to ``directory``.

    ``chosen`` are the documents to take of those marked for publishing (None: all of them);
    ``named`` ones go whether marked or not, unless they are private. Raises UsageError.
    """
    store = upkeep.store()
    wanted = set(named)
    going, staying, titles = [], [], {}
    for line in store.notes():
        is_named = line.document in wanted
        note = _read(upkeep.root, line.path) if line.is_marked or is_named else None
        if note is not None:
            may_go, why = export.publishable(note, target, is_named=is_named)
            if is_named and not may_go:
                raise UsageError(f"{line.path}: cannot be exported: {why}")
            note = note if may_go else None
        if note is None:
            titles[line.ref] = line.title
        elif is_named or (not wanted and (chosen is None or line.document in chosen)):
            going.append(note)
        else:
            staying.append(note)

    def resolve(note: Note, link: Link) -> str | None:
        address = links.address(link, note.path)
        if address is None:
            return None
        with store.snapshot():
            folder = note.path.rpartition("/")[0]
            document = store.document(address.scheme, address.key, address.spelled, folder)
            row = None if document is None else store.rows([document]).get(document)
        return None if row is None else row.ref

    source = export.Source(
        notes=tuple(going),
        papers=Papers(store),
        resolve=resolve,
        root=upkeep.root,
        published=tuple(staying),
        named=frozenset(note.ref for note in going) if wanted else frozenset(),
        private_titles=titles,
    )
    settings = export.Settings(
        today=today, author=config["export.author"], toc=config["export.toc"]
    )
    return export.plan(source, target=target, directory=directory, settings=settings)


def _read(root: Path, path: str) -> Note:
    text = files.read(root / path).decode("utf-8", "replace")
    return notes.parse(text, path)[0]
