"""What depends on all that was written: which entry counts, whose note is whose, what is stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.ids import name_key, portable_slug

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


class Settling:
    """The documents of one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def settle(self, citekeys: Iterable[str], refs: Iterable[str]) -> None:
        """Settle what papers and notes of these keys and refs are now."""
        ordered = sorted(citekeys)
        for citekey in ordered:
            self._choose_entry(citekey)
        for ref in sorted(refs):
            self._settle_note(ref)
        for citekey in ordered:
            self._settle_paper(citekey)

    def _choose_entry(self, citekey: str) -> None:
        """Of entries with one key, the first by path and line counts; the others are shadowed."""
        rows = self._connection.execute(
            "SELECT papers.id FROM papers JOIN files ON files.id = papers.file_id"
            " WHERE citekey = ? ORDER BY files.path, papers.line, papers.id",
            (citekey,),
        ).fetchall()
        self._connection.execute("UPDATE papers SET is_shadowed = 1 WHERE citekey = ?", (citekey,))
        if rows:
            self._connection.execute("UPDATE papers SET is_shadowed = 0 WHERE id = ?", rows[0])
        for number, (paper_id,) in enumerate(rows):
            self._connection.execute(
                "UPDATE names SET is_shadowed = ?1 WHERE paper_id = ?2 AND is_shadowed <> ?1",
                (int(number > 0), paper_id),
            )

    def _own_note(self, citekey: str) -> int | None:
        """Return the note that belongs to a paper: the one of its name, else the first about it."""
        rows = self._connection.execute(
            "SELECT id, ref FROM notes WHERE about = ? ORDER BY path", (citekey,)
        ).fetchall()
        named = [note_id for note_id, ref in rows if ref == portable_slug(citekey)]
        about = [note_id for note_id, _ in rows]
        return next(iter(named or about), None)

    def _paper_id(self, citekey: str) -> int | None:
        return self._id("SELECT id FROM papers WHERE citekey = ? AND NOT is_shadowed", citekey)

    def _settle_paper(self, citekey: str) -> None:
        paper_id = self._paper_id(citekey)
        for (ref,) in self._connection.execute(
            "SELECT ref FROM notes WHERE about = ?", (citekey,)
        ).fetchall():
            self._settle_note(ref)
        if paper_id is None:
            self._drop_document(is_paper=1, ref=citekey)
        else:
            self._put_document(1, citekey, paper_id, self._own_note(citekey))

    def _settle_note(self, ref: str) -> None:
        row = self._connection.execute(
            "SELECT id, about FROM notes WHERE ref = ?", (ref,)
        ).fetchone()
        is_own = (
            row is not None
            and row[1] is not None
            and self._paper_id(row[1]) is not None
            and self._own_note(row[1]) == row[0]
        )
        if row is None or is_own:
            self._drop_document(is_paper=0, ref=ref)
        else:
            self._connection.execute(
                "UPDATE documents SET note_id = NULL WHERE note_id = ? AND is_paper", (row[0],)
            )
            self._put_document(0, ref, None, row[0])

    def _put_document(
        self, is_paper: int, ref: str, paper_id: int | None, note_id: int | None
    ) -> None:
        self._connection.execute(
            "INSERT INTO documents (is_paper, ref, ref_folded, paper_id, note_id)"
            " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (is_paper, ref)"
            " DO UPDATE SET ref_folded = ?3, paper_id = ?4, note_id = ?5",
            (is_paper, ref, name_key(ref), paper_id, note_id),
        )
        self._connection.execute(
            "INSERT OR IGNORE INTO stale SELECT id FROM documents WHERE is_paper = ? AND ref = ?",
            (is_paper, ref),
        )

    def _drop_document(self, *, is_paper: int, ref: str) -> None:
        document_id = self._document_id(is_paper, ref)
        if document_id is not None:
            self._connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
            self._mark_stale(document_id)

    def _document_id(self, is_paper: int, ref: str) -> int | None:
        return self._id("SELECT id FROM documents WHERE is_paper = ? AND ref = ?", is_paper, ref)

    def _mark_stale(self, document_id: int) -> None:
        self._connection.execute("INSERT OR IGNORE INTO stale VALUES (?)", (document_id,))

    def _id(self, sql: str, *values: object) -> int | None:
        row = self._connection.execute(sql, values).fetchone()
        return int(row[0]) if row else None
