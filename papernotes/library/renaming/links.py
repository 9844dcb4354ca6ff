"""Which notes say something of what is renamed, and what they will say: store and notes → bytes."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes

from papernotes import files, links
from papernotes.errors import FormatError, PapernotesError
from papernotes.library.renaming.changes import decoded
from papernotes.notes.renaming.links import NewNames, names_in_broken, relink
from papernotes.store.standing import notes_naming, paths_about

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from papernotes.models import Link
    from papernotes.store.read import Store

_BROKEN = "front-matter-"
_PDF_NAME = re.compile(rb"[A-Za-z0-9._+-]+\.pdf", re.IGNORECASE)  # of a slug, see ids.portable_slug


class Targets:
    """What links lead to; each address is looked up once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._found: dict[tuple[str, str, str, str], int | None] = {}

    def document(self, link: Link, path: str) -> int | None:
        """Return the document that a link in the note at ``path`` leads to, or None."""
        address = links.address(link, path)
        if address is None:
            return None
        asked = (address.scheme, address.key, address.spelled, path.rpartition("/")[0])
        if asked not in self._found:
            self._found[asked] = self._store.document(*asked)
        return self._found[asked]


class Relinking:
    """The notes to be changed when documents (by their id) get other names.

    ``moved`` maps the path of a note that gets another file name to its document, ``pdfs`` that
    of a PDF to its new path and document; ``notes`` are the paths of all notes.
    """

    def __init__(
        self,
        root: Path,
        store: Store,
        names: Mapping[int, NewNames],
        moved: Mapping[str, int],
        *,
        pdfs: Mapping[str, tuple[str, int]],
        notes: Sequence[str],
    ) -> None:
        self._root = root
        self._notes = notes
        self._pdfs: dict[str, list[tuple[str, str, int]]] = {}
        for path, (new_path, document) in pdfs.items():
            self._pdfs.setdefault(_name(path), []).append((path, new_path, document))
        self._store = store
        self._names = names
        self._moved = moved
        self._papers = {each.key: each.new_key for each in names.values() if each.key}
        self._documents = {each.key: document for document, each in names.items() if each.key}
        self._targets = Targets(store)
        self._about: dict[str, set[int]] = {}
        self._broken = {
            problem.path for problem in store.problems() if problem.code.startswith(_BROKEN)
        }

    def paths(self) -> list[str]:
        """Return the paths of all notes that may have to change."""
        found = set(self._broken) | self._moved.keys()
        rows = self._store.rows(list(self._names))
        for document, names in self._names.items():
            row = rows[document]
            found |= notes_naming(self._store, row.paper_id, row.note_id)
            for path in paths_about(self._store, names.key) if names.key else ():
                self._about.setdefault(path, set()).add(document)
        found |= set(filter(self._names_pdf, self._notes if self._pdfs else ()))
        return sorted(found | self._about.keys())

    def _names_pdf(self, path: str) -> bool:
        """Tell whether a note has the name of a PDF that moves anywhere in its text."""
        try:
            data = files.read(self._root / path)
        except PapernotesError:
            return False
        whole = data + unquote_to_bytes(data) if b"%" in data else data
        named = {match.decode("ascii") for match in _PDF_NAME.findall(whole)}
        return not named.isdisjoint(self._pdfs)

    def relinked(self, path: str) -> tuple[bytes, bytes]:
        """Return a note's bytes before and after. Raises UnchangeableError."""
        hit = set(self._about.get(path, ()))
        if path in self._moved:
            hit.add(self._moved[path])
        data = b""
        try:
            data = files.read(self._root / path)
            text, trouble = decoded(data)
            edited = self.rewritten(path, text, hit)
            if trouble and hit:
                raise FormatError(trouble, line=1, hint="convert it to UTF-8")
            if path in self._broken and (named := names_in_broken(text) & self._papers.keys()):
                hit |= {self._documents[key] for key in named}
                message = f"its front matter cannot be read, and seems to name {min(named)}"
                raise FormatError(message, line=1, hint="mend it by hand first")
        except PapernotesError as error:
            if not hit:
                return data, data
            raise UnchangeableError(path, hit, error) from error
        return data, data if trouble else edited.encode()

    def rewritten(self, path: str, text: str, hit: set[int]) -> str:
        """Return a note's text with the new names; ``hit`` gets what it has links to.

        Raises FormatError.
        """

        def renamed(link: Link) -> NewNames | None:
            is_file = link.kind != "citation" and _is_pdf(link.target.partition("#")[0])
            if is_file and (pdf := self._renamed_pdf(link, path, hit)):
                return pdf
            document = self._targets.document(link, path)
            if document is not None and document in self._names:
                hit.add(document)
                return self._names[document]
            return None

        return relink(text, path, renamed=renamed, papers=self._papers)

    def _renamed_pdf(self, link: Link, path: str, hit: set[int]) -> NewNames | None:
        """Return the new name of a PDF that a link leads to, if it moves."""
        target = unquote(link.target.partition("#")[0]).removeprefix("@")
        joined = posixpath.normpath(posixpath.join("/", posixpath.dirname(path), target))
        for old, new, document in self._pdfs.get(_name(target), ()):
            is_by_name = link.kind in {"wiki", "embed"} and f"/{old}".endswith(f"/{target}")
            if is_by_name or joined == f"/{old}":
                hit.add(document)
                return NewNames(name=_name(old), new_name=_name(new))
        return None


class UnchangeableError(FormatError):
    """A note that names what is renamed, and cannot be changed; ``documents`` are those."""

    def __init__(self, path: str, documents: set[int], error: PapernotesError) -> None:
        line = getattr(error, "line", None)
        where = path if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {error}", line=line, hint=error.hint)
        self.documents = documents


def _is_pdf(target: str) -> bool:
    return target.lower().endswith(".pdf")


def _name(path: str) -> str:
    return path.rpartition("/")[2]
