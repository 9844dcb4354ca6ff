"""Notes about papers that are not there (any more), and what they may be called by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.models import Problem

if TYPE_CHECKING:
    from papernotes.store.read import Store


def orphans(store: Store) -> tuple[Problem, ...]:
    """Return a problem for every note whose front matter names a paper that nothing is.

    So it is seen when another program, which keeps a .bib file, has given a paper another key.
    """
    rows = store.rows_of(
        "SELECT notes.path, notes.about,"
        " (SELECT citekey FROM papers WHERE NOT is_shadowed"
        "  AND (papers.arxiv_id = notes.arxiv_id OR papers.title_folded = notes.title_folded"
        "   OR papers.id IN (SELECT paper_id FROM names WHERE scheme = 'citekey' AND key = about))"
        "  ORDER BY papers.arxiv_id IS NULL, citekey LIMIT 1)"
        " FROM notes WHERE notes.id IN"
        " (SELECT id FROM notes INDEXED BY notes_about WHERE about IS NOT NULL AND NOT EXISTS"
        "  (SELECT 1 FROM papers WHERE citekey = about AND NOT is_shadowed))"
        " ORDER BY notes.path"
    )
    return tuple(
        Problem("no-paper", path, f"no paper has the key {about}{_maybe(like)}")
        for path, about, like in rows
    )


def _maybe(like: str | None) -> str:
    return f"; {like} has the same id or title: write paper: {like}" if like else ""
