"""Links with what they lead to, those that lead nowhere, and those that might lead elsewhere.

Every question is one query whose cost grows with the links it is about; see ``links.pick``.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from papernotes.ids import name_key
from papernotes.links import CROSS_REFERENCE, pick, shortest_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from papernotes.store.read import Store

MOST_NEAR = 20  # targets for which a near name is looked for
_MOST_CANDIDATES = 20
_LENGTHS = 2
_LEAST_NAME, _LEAST_PART = 3, 4  # characters, of a whole name and of a part of one
_MARKDOWN = frozenset({"link", "url"})
_OF_THE_WEB = frozenset({"arxiv", "doi"})
_LINK = (
    "links.id, notes.ref, notes.title, notes.path, links.line, links.kind, links.scheme, links.key,"
    " links.spelled, links.target, links.heading, links.written, links.sentence"
)
_ASKED = pick("?2", "?1", "?3", "''")
_PICKED = pick("links.key", "links.scheme", "links.spelled", "notes.folder")
_RESOLVED = (
    f"SELECT DISTINCT {_LINK}, picked.rank, picked.spelled, documents.id, documents.ref"  # noqa: S608 - of our tables
    " FROM {} JOIN notes ON notes.id = links.note_id"
    f" LEFT JOIN names AS picked ON picked.id = {_PICKED}"
    " LEFT JOIN documents ON documents.paper_id = picked.paper_id"
    " OR documents.note_id = picked.note_id"
    " WHERE {} ORDER BY notes.path, links.start"
)
_SHARED = (  # the links whose address several names meet; most meet one
    "(SELECT DISTINCT key, scheme FROM names INDEXED BY names_key"
    " GROUP BY key, scheme, rank HAVING min(owner) <> max(owner)) AS shared"
    " JOIN links ON links.key = shared.key AND links.scheme = shared.scheme"
)
_IS_RIVALLED = (
    "picked.id IS NOT NULL AND EXISTS (SELECT 1 FROM names WHERE key = links.key"
    " AND scheme = links.scheme AND rank = picked.rank AND owner <> picked.owner"
    " AND NOT is_shadowed AND (picked.spelled <> links.spelled OR spelled = links.spelled))"
)


class Pointer(NamedTuple):
    """A link, where it stands and what it leads to.

    ``ref``, ``title`` and ``path`` are those of the note it stands in, ``line`` counts from 1;
    ``scheme``, ``key`` and ``spelled`` are its address (see papernotes.links), ``target`` and
    ``heading`` what it names, ``written`` all of it. ``document`` and ``to`` are id and ref of what
    it leads to, by a name of that ``rank`` and spelling; they are None when it leads nowhere.
    """

    link: int
    ref: str
    title: str
    path: str
    line: int
    kind: str
    scheme: str
    key: str
    spelled: str
    target: str
    heading: str
    written: str
    sentence: str
    rank: int | None = None
    name: str | None = None
    document: int | None = None
    to: str | None = None

    @property
    def is_here(self) -> bool:
        """Whether it means a place of its own note."""
        return self.scheme == "here"

    @property
    def is_file(self) -> bool:
        """Whether it names something that is no note: a picture, ``data.csv`` as a path."""
        last = self.spelled.rpartition("/")[2]
        is_path = self.scheme == "path" and self.kind == "link"
        return self.scheme == "file" or (is_path and "." in last and ".md" not in self.target)

    @property
    def is_dangling(self) -> bool:
        """Whether it ought to lead to a paper, a note or a file, and leads to no paper or note.

        Not so a URL, which leads to the web, an address from the root of some website, a place of
        the same note, or what Quarto numbers (``@fig-x``). A file may be there for it.
        """
        if self.document is not None or self.is_here:
            return False
        if self.kind in _MARKDOWN:
            is_of_website = self.target.startswith("/") and ".md" not in self.target
            return self.scheme not in _OF_THE_WEB and not is_of_website
        return self.kind != "citation" or not CROSS_REFERENCE.match(self.target)


def pointers(store: Store, note_id: int) -> list[Pointer]:
    """Return all links of a note, in their order."""
    rows = store.rows_of(_RESOLVED.format("links", "links.note_id = ?"), (note_id,))
    return [Pointer(*row) for row in rows]


def pointers_to(store: Store, paper_id: int | None, note_id: int | None) -> list[Pointer]:
    """Return all links to a paper or note but those of that note, by path and place."""
    named = "names JOIN links ON links.key = names.key AND links.scheme = names.scheme"
    condition = (
        "(names.paper_id = ?1 OR names.note_id = ?2) AND links.note_id IS NOT ?2"
        " AND (picked.paper_id = ?1 OR picked.note_id = ?2)"
    )
    rows = store.rows_of(_RESOLVED.format(named, condition), (paper_id, note_id))
    return [Pointer(*row) for row in rows]


def with_headings(store: Store) -> list[Pointer]:
    """Return all links that ask for a heading or block, by path and place."""
    rows = store.rows_of(_RESOLVED.format("links", "links.heading <> ''"))
    return [Pointer(*row) for row in rows]


def headings_of(store: Store, place: object) -> tuple[str, tuple[str, ...]]:
    """Return path and headings of the note of a document (by id), or of the note at a path.

    The path is empty where there is none.
    """
    rows = store.rows_of(
        "SELECT path, headings FROM notes WHERE path = ?1"
        " OR id = (SELECT note_id FROM documents WHERE id = ?1)",
        (place,),
    )
    for path, headings in rows:
        return path, tuple(text for _, _, text in json.loads(headings))
    return "", ()


def dangling(store: Store) -> list[Pointer]:
    """Return every link and citation that ought to lead somewhere and does not, by path and place.

    Some of them may mean files that are neither notes nor .bib files; only the folder knows.
    """
    rows = store.rows_of(
        f"SELECT {_LINK} FROM links JOIN notes ON notes.id = links.note_id"  # noqa: S608 - of our tables
        " WHERE links.scheme <> 'here' AND NOT EXISTS (SELECT 1 FROM names WHERE key = links.key"
        " AND scheme = links.scheme AND NOT is_shadowed) ORDER BY notes.path, links.start"
    )
    return [pointer for row in rows if (pointer := Pointer(*row)).is_dangling]


def ambiguous(store: Store) -> list[tuple[Pointer, tuple[str, ...]]]:
    """Return every link that several papers or notes answer to equally well, by path and place.

    With each goes what to write to mean one of them, what it leads to now first.
    """
    rows = store.rows_of(_RESOLVED.format(_SHARED, _IS_RIVALLED))
    found = [Pointer(*row) for row in rows]
    rivals = candidates(store, found)
    return [(pointer, rivals[pointer.link]) for pointer in found if pointer.link in rivals]


def rivals(store: Store, scheme: str, key: str, spelled: str) -> list[tuple[int, str]]:
    """Return (id, ref) of all documents that answer equally well to an address."""
    return store.rows_of(
        "SELECT DISTINCT documents.id, documents.ref FROM names AS best JOIN names"  # noqa: S608 - question marks
        " ON names.key = ?2 AND names.scheme = ?1 AND names.rank = best.rank JOIN documents"
        " ON documents.paper_id = names.paper_id OR documents.note_id = names.note_id"
        f" WHERE best.id = {_ASKED} AND NOT names.is_shadowed"
        " AND (best.spelled <> ?3 OR names.spelled = ?3)"
        " ORDER BY names.depth, names.owner",
        (scheme, key, spelled),
    )


def candidates(store: Store, found: Iterable[Pointer]) -> dict[int, tuple[str, ...]]:
    """Return the names to choose from for those of the links that are ambiguous, by link.

    Each is what to write to mean just that one, what the link leads to first; at most 20.
    """
    by_group: dict[tuple[object, ...], dict[int, str]] = {}
    chosen = {}
    for pointer in found:
        if pointer.document is None or pointer.to is None:
            continue
        exact = pointer.name if pointer.name == pointer.spelled else None
        group = (pointer.key, pointer.scheme, pointer.rank, exact)
        if group not in by_group:
            by_group[group] = _ways(store, group)
        ways = by_group[group]
        if len(ways) > 1:
            first = ways.get(pointer.document, pointer.to)
            rest = (way for document, way in ways.items() if document != pointer.document)
            chosen[pointer.link] = (first, *rest)
    return chosen


def _ways(store: Store, group: tuple[object, ...]) -> dict[int, str]:
    """Return the documents with a name of one group, each with the shortest that is its own."""
    refs = dict(
        store.rows_of(
            "SELECT documents.id, documents.ref FROM names JOIN documents"
            " ON documents.paper_id = names.paper_id OR documents.note_id = names.note_id"
            " WHERE key = ?1 AND scheme = ?2 AND rank = ?3 AND (?4 IS NULL OR spelled = ?4)"
            " AND NOT is_shadowed ORDER BY depth, owner LIMIT ?5",
            (*group, _MOST_CANDIDATES),
        )
    )
    return {document: _shortest(store, ref) for document, ref in refs.items()}


def _shortest(store: Store, ref: str) -> str:
    last = name_key(ref.rpartition("/")[2])
    others = store.rows_of(
        "SELECT DISTINCT documents.ref FROM names JOIN documents"
        " ON documents.paper_id = names.paper_id OR documents.note_id = names.note_id"
        " WHERE key = ? AND scheme = 'name' AND rank < 4 AND NOT is_shadowed",
        (last,),
    )
    return shortest_name(ref, [other for (other,) in others])


def near_names(store: Store, found: Sequence[Pointer]) -> dict[tuple[str, str], str]:
    """Return the ref that may be meant by links which lead nowhere, by their scheme and key.

    It is looked for by the last part of a path: a name that has it as whole words, or is spelled
    nearly so. Only for the first :data:`MOST_NEAR` targets, since each look costs about 10 ms.
    """
    asked = {(pointer.scheme, pointer.key): pointer.spelled for pointer in found}
    near = {}
    for address, spelled in list(asked.items())[:MOST_NEAR]:
        last = name_key(spelled.rpartition("/")[2])
        if len(last) >= _LEAST_NAME and (ref := _near(store, last)):
            near[address] = ref
    return near


def _near(store: Store, name: str) -> str:
    rows = store.rows_of(
        "SELECT names.key, documents.ref FROM names JOIN documents"
        " ON documents.paper_id = names.paper_id OR documents.note_id = names.note_id"
        " WHERE scheme = 'name' AND rank IN (1, 2, 5, 6) AND NOT is_shadowed"
        " AND (key = ?1 OR (length(key) BETWEEN ?2 - ?3 AND ?2 + ?3"
        " AND substr(key, 1, 1) = substr(?1, 1, 1)) OR (?2 >= ?4 AND instr(key, ?1)))"
        " ORDER BY rank, length(key), owner LIMIT 2000",
        (name, len(name), _LENGTHS, _LEAST_PART),
    )
    refs: dict[str, str] = {}
    for key, ref in rows:
        refs.setdefault(key, ref)
    whole = (key for key in refs if name in key and _is_whole(name, key))
    close = get_close_matches(name, refs, n=1, cutoff=0.8)
    key = name if name in refs else next(iter(close), None) or next(whole, None)
    return refs[key] if key else ""


def _is_whole(name: str, key: str) -> bool:
    """Whether ``key`` begins with ``name``, or has it as whole words, and is not much longer."""
    start = key.index(name)
    around = key[max(start - 1, 0) : start] + key[start + len(name) : start + len(name) + 1]
    is_whole = start == 0 or not any(char.isalnum() for char in around)
    return is_whole and len(name) * 4 > len(key)
