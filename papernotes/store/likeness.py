"""What may be said by the words that say something else: longer titles, same authors and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.ids import name_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from papernotes.store.read import Store

_YEARS_APART = 1  # an entry's year and that of its first version


def other_names(store: Store, note_id: int | None) -> tuple[str, ...]:
    """Return the aliases of a note."""
    rows = store.rows_of(
        "SELECT spelled FROM names WHERE note_id = ? AND scheme = 'name' AND rank = 5 ORDER BY id",
        (note_id,),
    )
    return tuple(spelled for (spelled,) in rows)


def titles_around(store: Store, titles: Iterable[str], document: int) -> list[tuple[str, str]]:
    """Return (ref, title) of other documents one of whose names holds one of these, or is one."""
    found: dict[tuple[str, str], None] = {}
    for title in titles:
        rows = store.rows_of(
            "SELECT documents.ref, names.spelled FROM names JOIN documents"
            " ON documents.paper_id = names.paper_id OR documents.note_id = names.note_id"
            " WHERE names.scheme = 'name' AND names.rank >= 2 AND instr(names.key, ?)"
            " AND documents.id <> ? ORDER BY documents.ref",
            (name_key(title).strip(".?!: "), document),
        )
        found.update(dict.fromkeys((ref, spelled) for ref, spelled in rows))
    return list(found)


def first_authors(
    store: Store, years: Collection[int], paper_id: int
) -> list[tuple[int, str, str, str]]:
    """Return (paper id, citation key, particle, family) of other papers of about these years."""
    if not years:
        return []
    return store.rows_of(
        "SELECT papers.id, citekey, particle, family FROM papers"
        " JOIN authors ON authors.paper_id = papers.id AND position = 0"
        " WHERE year BETWEEN ? AND ? AND NOT is_shadowed AND papers.id <> ? ORDER BY citekey",
        (min(years) - _YEARS_APART, max(years) + _YEARS_APART, paper_id),
    )
