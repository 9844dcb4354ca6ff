"""Rows in: what sync has parsed becomes papers, notes, links, names and documents.

Everything happens inside one ``BEGIN IMMEDIATE`` transaction (:func:`writing`). A document whose
paper or note was touched is marked stale; the index takes it from there.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from papernotes.ids import name_key, pdf_name
from papernotes.links import heading_of, note_names, paper_names
from papernotes.store.connect import translated
from papernotes.store.rows import name_row, note_row, paper_digest, paper_row, pdf_digest
from papernotes.store.settling import Settling

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from papernotes.files import FileStat
    from papernotes.models import Paper, Problem
    from papernotes.store.rows import NoteRows

_MOST_WAITING = 2_000  # rows


@contextlib.contextmanager
def writing(connection: sqlite3.Connection, path: Path) -> Iterator[Writer]:
    """Yield a Writer inside one transaction: all of it is kept, or none."""
    with translated(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("PRAGMA defer_foreign_keys = ON")  # until the commit
            writer = Writer(connection)
            yield writer
            writer.finish()
        except BaseException:
            if connection.in_transaction:  # a full disk has ended it
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


class Writer:
    """The rows of one transaction. Call :meth:`finish` last; it settles what depends on all."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._citekeys: set[str] = set()
        self._refs: set[str] = set()
        self._waiting: dict[str, list[dict[str, Any]]] = {}
        self._waiting_rows = 0
        self._last_ids: dict[str, int] = {}
        self._new_files: set[int] = set()

    # --- files -------------------------------------------------------------------------------

    def put_file(self, path: str, stat: FileStat, digest: str | None, *, is_racy: bool) -> int:
        """Record a file as it was read (digest None: it could not be); return its id.

        Its old problems are forgotten.
        """
        row = {
            "path": path,
            "size": stat.size,
            "mtime_ns": stat.mtime_ns,
            "ctime_ns": stat.ctime_ns,
            "inode": stat.inode,
            "is_racy": int(is_racy),
            "digest": digest or "",
            "is_held": 0,
        }
        file_id = self._scalar("SELECT id FROM files WHERE path = ?", path)
        if file_id is None:
            file_id = self._next_id("files")
            self._new_files.add(file_id)
            self._insert_soon("files", [{"id": file_id, **row}])
            return file_id
        places = ", ".join(f"{name} = :{name}" for name in row)
        sql = f"UPDATE files SET {places} WHERE id = :id"  # noqa: S608 - ours
        self._connection.execute(sql, {"id": file_id, **row})
        self._connection.execute("DELETE FROM problems WHERE file_id = ?", (file_id,))
        return int(file_id)

    def put_problems(self, file_id: int, problems: Iterable[Problem]) -> None:
        """Keep what is wrong in a file until it is read again."""
        rows = [
            {"file_id": file_id, "code": p.code, "line": p.line, "message": p.message}
            for p in problems
        ]
        self._insert_soon("problems", rows)

    def hold_file(self, path: str) -> None:
        """Keep what stood in a file that has vanished until it is there again or removed."""
        self._connection.execute("UPDATE files SET is_held = 1 WHERE path = ?", (path,))

    def remove_file(self, path: str) -> None:
        """Forget a file with everything that stood in it."""
        file_id = self._scalar("SELECT id FROM files WHERE path = ?", path)
        if file_id is None:
            return
        self._touch_file(file_id)
        self._connection.execute("DELETE FROM files WHERE id = ?", (file_id,))

    def forget_all(self) -> None:
        """Forget all files with what stood in them, before any is put; documents keep their ids.

        PDFs keep their pages until they are read again, which the next look finds they must be.
        """
        for is_paper, ref in self._connection.execute("SELECT is_paper, ref FROM documents"):
            (self._citekeys if is_paper else self._refs).add(ref)
        for table in ("links", "tags", "names", "authors", "categories", "notes", "papers"):
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - one of ours
        self._connection.execute(
            "DELETE FROM files WHERE id NOT IN (SELECT file_id FROM pdfs)"  # problems go with them
        )
        self._connection.execute("UPDATE files SET size = -1, digest = ''")

    def _touch_file(self, file_id: int) -> None:
        for (citekey,) in self._connection.execute(
            "SELECT citekey FROM papers WHERE file_id = ?", (file_id,)
        ):
            self._citekeys.add(citekey)
        for ref, about in self._connection.execute(
            "SELECT ref, about FROM notes WHERE file_id = ?", (file_id,)
        ):
            self._refs.add(ref)
            if about:
                self._citekeys.add(about)
        for (slug,) in self._connection.execute(
            "SELECT slug FROM pdfs WHERE file_id = ?", (file_id,)
        ):
            self._touch_slug(slug)

    def _touch_slug(self, slug: str) -> None:
        for (citekey,) in self._connection.execute(
            "SELECT citekey FROM papers WHERE slug = ?", (slug,)
        ):
            self._citekeys.add(citekey)

    # --- papers ------------------------------------------------------------------------------

    def put_papers(self, file_id: int, papers: Iterable[Paper]) -> None:
        """Make the file's papers these; entries that did not change keep their rows."""
        old: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for paper_id, citekey, digest, line in self._connection.execute(
            "SELECT id, citekey, digest, line FROM papers WHERE file_id = ?", (file_id,)
        ):
            old.setdefault((citekey, digest), []).append((paper_id, line))
        fresh = []
        for paper in papers:
            digest = paper_digest(paper)
            same = old.get((paper.citekey, digest))
            if not same:
                fresh.append((paper, digest))
                continue
            paper_id, line = same.pop(0)
            if line != paper.line:
                self._connection.execute(
                    "UPDATE papers SET line = ? WHERE id = ?", (paper.line, paper_id)
                )
                self._citekeys_moved(paper.citekey)
        for (citekey, _), rows in old.items():
            for paper_id, _line in rows:
                self._citekeys.add(citekey)
                self._connection.execute("DELETE FROM papers WHERE id = ?", (paper_id,))
        self._insert_papers(file_id, fresh)

    def _citekeys_moved(self, citekey: str) -> None:
        """Note that an entry moved, which matters only where several share its key."""
        if citekey in self._citekeys:
            return
        if self._scalar("SELECT count(*) FROM papers WHERE citekey = ?", citekey) > 1:
            self._citekeys.add(citekey)

    def _insert_papers(self, file_id: int, papers: list[tuple[Paper, str]]) -> None:
        if not papers:
            return
        rows, authors, categories, names = [], [], [], []
        for paper, digest in papers:
            paper_id = self._next_id("papers")
            self._citekeys.add(paper.citekey)
            rows.append(paper_row(paper_id, file_id, paper, digest))
            authors += [
                {
                    "paper_id": paper_id,
                    "position": position,
                    "name": author.name,
                    "family": author.family,
                    "given": author.given,
                    "particle": author.particle,
                    "suffix": author.suffix,
                    "is_literal": int(author.is_literal),
                }
                for position, author in enumerate(paper.authors)
            ]
            categories += [
                {"paper_id": paper_id, "position": position, "category": category}
                for position, category in enumerate(paper.categories)
            ]
            names += [
                {**name_row(name, paper.citekey), "paper_id": paper_id, "note_id": None}
                for name in paper_names(paper)
            ]
        self._insert_soon("papers", rows)
        self._insert_soon("authors", authors)
        self._insert_soon("categories", categories)
        self._insert_soon("names", names)

    # --- notes -------------------------------------------------------------------------------

    def put_note(self, file_id: int, rows: NoteRows) -> None:
        """Make the file's note this one."""
        if file_id not in self._new_files:
            self._touch_file(file_id)
            self._connection.execute("DELETE FROM notes WHERE file_id = ?", (file_id,))
        note = rows.note
        self._refs.add(note.ref)
        if note.paper:
            self._citekeys.add(note.paper)
        note_id = self._next_id("notes")
        self._insert_soon("notes", [{"id": note_id, **note_row(file_id, rows)}])
        tags = {name_key(tag): tag for tag in reversed(note.tags)}
        self._insert_soon(
            "tags",
            [{"note_id": note_id, "tag": tag, "folded": folded} for folded, tag in tags.items()],
        )
        self._insert_soon(
            "links",
            [
                {
                    "note_id": note_id,
                    "kind": row.link.kind,
                    "scheme": row.address.scheme,
                    "key": row.address.key,
                    "target": row.link.target,
                    "spelled": row.address.spelled,
                    "heading": heading_of(row.link),
                    "label": row.link.label,
                    "written": row.written,
                    "line": row.link.line,
                    "start": row.link.start,
                    "sentence": row.sentence,
                }
                for row in rows.links
            ],
        )
        self._insert_soon(
            "names",
            [
                {**name_row(name, note.path, note.path), "paper_id": None, "note_id": note_id}
                for name in note_names(note)
            ],
        )

    # --- PDFs --------------------------------------------------------------------------------

    def put_pdf(self, file_id: int, path: str, pages: Sequence[str] | None) -> None:
        """Make the pages of the file's PDF these; None leaves those it has, if it has any."""
        if pages is None:
            if self._id("SELECT id FROM pdfs WHERE file_id = ?", file_id) is not None:
                return
            pages = ()
        self._touch_file(file_id)
        self._connection.execute("DELETE FROM pdfs WHERE file_id = ?", (file_id,))
        slug, version = pdf_name(path)
        self._touch_slug(slug)
        texts = [(number, text) for number, text in enumerate(pages, 1) if text]
        row = {
            "file_id": file_id,
            "path": path,
            "slug": slug,
            "version": version,
            "pages": len(pages),
            "digest": pdf_digest(path, slug, version, len(pages), texts),
        }
        pdf_id = self._insert("pdfs", row)
        self._insert_all(
            "pages",
            [{"pdf_id": pdf_id, "page": number, "text": text} for number, text in texts],
        )

    # --- documents ---------------------------------------------------------------------------

    def finish(self) -> None:
        """Settle which entry of a key counts, whose own note is whose, and what is stale."""
        self._insert_waiting()
        Settling(self._connection).settle(self._citekeys, self._refs)

    # --- small things ------------------------------------------------------------------------

    def _scalar(self, sql: str, *values: object) -> Any:
        row = self._connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def _id(self, sql: str, *values: object) -> int | None:
        found = self._scalar(sql, *values)
        return None if found is None else int(found)

    def _insert(self, table: str, row: dict[str, Any]) -> int:
        self._insert_all(table, [row])
        return int(self._scalar("SELECT last_insert_rowid()"))

    def _insert_all(self, table: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            places = ", ".join(f":{name}" for name in rows[0])
            sql = f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({places})"  # noqa: S608 - ours
            self._connection.executemany(sql, rows)

    def _next_id(self, table: str) -> int:
        """Return the id of a row that will be inserted."""
        if table not in self._last_ids:
            self._last_ids[table] = self._scalar(f"SELECT max(id) FROM {table}") or 0  # noqa: S608 - one of ours
        self._last_ids[table] += 1
        return self._last_ids[table]

    def _insert_soon(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Insert rows that nothing asks for before :meth:`finish`; many at once cost less."""
        self._waiting.setdefault(table, []).extend(rows)
        self._waiting_rows += len(rows)
        if self._waiting_rows > _MOST_WAITING:
            self._insert_waiting()

    def _insert_waiting(self) -> None:
        for table, rows in self._waiting.items():
            self._insert_all(table, rows)
        self._waiting.clear()
        self._waiting_rows = 0
