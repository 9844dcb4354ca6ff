"""What only doctor asks of the store: what is called alike, what lacks what, what is not true."""

from __future__ import annotations

from sqlite3 import OperationalError
from typing import TYPE_CHECKING, NamedTuple

from papernotes.store.connect import connect, translated
from papernotes.store.rows import pdf_digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from sqlite3 import Connection

    from papernotes.store.read import Store

_APART = frozenset({"state", "stale", "pdfs", "pages"})
_NO_PDFS = " WHERE path NOT LIKE 'pdf/%'"
_NO_PDFS_BY_FILE = " WHERE file_id IN (SELECT id FROM {}.files WHERE path NOT LIKE 'pdf/%')"
_DEFINITIONS = "SELECT name AS place, type, tbl_name, sql FROM {}.sqlite_schema"
_NATURAL = {
    "file_id": "(SELECT path FROM {0}.files WHERE id = {1}.file_id)",
    "note_id": "(SELECT path FROM {0}.notes WHERE id = {1}.note_id)",
    "paper_id": "(SELECT path || ':' || line || ' ' || citekey FROM {0}.papers JOIN {0}.files"
    " ON files.id = file_id WHERE papers.id = {1}.paper_id)",
}


class Untold(NamedTuple):
    """A note at ``path`` about a paper that is not there.

    ``same`` are the keys of papers with its arXiv id, or that have been called so.
    """

    path: str
    about: str
    same: tuple[str, ...]


class Attached(NamedTuple):
    """A PDF that an entry names, where the entry stands, and the slug of its key."""

    citekey: str
    path: str
    line: int
    attachment: str
    slug: str


class HeadingLink(NamedTuple):
    """A link to a heading or ``^block``: where it stands, as written, and the note it is to be in.

    ``headings`` are those of the note at ``to_path``: JSON of (line, level, text).
    """

    path: str
    line: int
    target: str
    heading: str
    written: str
    to_path: str
    headings: str


def entries(store: Store) -> list[tuple[str, str, str, int]]:
    """Return (citation key, slug, path, line) of the entries that count, the older first."""
    return store.rows_of(
        "SELECT citekey, slug, path, line FROM papers JOIN files ON files.id = file_id"
        " WHERE NOT is_shadowed ORDER BY published IS NULL, published, path, line"
    )


def arxiv_ids(store: Store) -> dict[str, str | None]:
    """Return the arXiv id of each paper by its citation key."""
    return dict(store.rows_of("SELECT citekey, arxiv_id FROM papers WHERE NOT is_shadowed"))


def titles_of_notes(store: Store) -> dict[str, str]:
    """Return the title of each note by its path."""
    return dict(store.rows_of("SELECT path, title FROM notes ORDER BY path"))


def usual_keys(store: Store, *, least: int) -> frozenset[str]:
    """Return the keys, in lower case, that the front matter of so many notes has."""
    rows = store.rows_of(
        "SELECT lower(trim(key)) FROM notes, json_each(front_matter) GROUP BY 1"
        " HAVING count(*) >= ?",
        (least,),
    )
    return frozenset(key for (key,) in rows)


def untold(store: Store) -> list[Untold]:
    """Return the notes whose front matter names a paper that nothing is."""
    rows = store.rows_of(
        "SELECT notes.path, notes.about, papers.citekey FROM notes"
        " LEFT JOIN papers ON NOT papers.is_shadowed AND (papers.arxiv_id = notes.arxiv_id"
        "  OR papers.id IN (SELECT paper_id FROM names WHERE scheme = 'citekey' AND key = about))"
        " WHERE notes.about IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM papers AS own WHERE own.citekey = notes.about AND NOT own.is_shadowed)"
        " ORDER BY notes.path, papers.citekey"
    )
    same: dict[tuple[str, str], list[str]] = {}
    for path, about, citekey in rows:
        same.setdefault((path, about), []).extend([citekey] if citekey else [])
    return [Untold(path, about, tuple(keys)) for (path, about), keys in same.items()]


def heading_links(store: Store) -> list[HeadingLink]:
    """Return the links that ask for a heading of a note that is there, by path and place."""
    rows = store.rows_of(
        "SELECT source.path, links.line, links.target, links.heading, links.written, there.path,"
        " there.headings FROM links JOIN notes AS source ON source.id = links.note_id"
        " JOIN resolved_links ON link_id = links.id"
        " JOIN notes AS there ON there.id = CASE links.scheme WHEN 'here' THEN source.id"
        "  ELSE coalesce(to_note_id, (SELECT note_id FROM documents WHERE paper_id = to_paper_id))"
        "  END"
        " WHERE links.heading <> '' OR (links.kind = 'link' AND instr(links.target, '#'))"
        " ORDER BY source.path, links.start"
    )
    return [HeadingLink(*row) for row in rows]


def without_note(store: Store) -> list[str]:
    """Return the citation keys of papers that no note is about."""
    rows = store.rows_of(
        "SELECT citekey FROM papers WHERE NOT is_shadowed"
        " AND NOT EXISTS (SELECT 1 FROM notes WHERE about = citekey) ORDER BY citekey"
    )
    return [citekey for (citekey,) in rows]


def pdfs_of_nobody(store: Store) -> list[str]:
    """Return the paths of PDFs that belong to no paper, neither by name nor by its ``file``."""
    named = {
        attachment.rpartition("/")[2]
        for (attachment,) in store.rows_of("SELECT attachment FROM papers WHERE attachment <> ''")
    }
    rows = store.rows_of(
        "SELECT path FROM pdfs WHERE NOT EXISTS"
        " (SELECT 1 FROM papers WHERE papers.slug = pdfs.slug AND NOT is_shadowed) ORDER BY path"
    )
    return [path for (path,) in rows if path.rpartition("/")[2] not in named]


def attachments(store: Store) -> list[Attached]:
    """Return the first PDF that each entry names, of those that have none in the library."""
    return [
        Attached(*row)
        for row in store.rows_of(
            "SELECT citekey, path, line, attachment, slug FROM papers"
            " JOIN files ON files.id = file_id WHERE attachment IS NOT NULL AND NOT is_shadowed"
            " AND NOT EXISTS (SELECT 1 FROM pdfs WHERE pdfs.slug = papers.slug)"
            " ORDER BY path, line"
        )
    ]


def is_partial(store: Store) -> bool:
    """Whether the store holds what no file says now: of files that vanished or are unreadable."""
    ((count,),) = store.rows_of(
        "SELECT count(*) FROM files WHERE is_held OR (digest = '' AND path NOT LIKE 'pdf/%')"
    )
    return bool(count)


def damage(store: Store) -> str:
    """Return what SQLite finds wrong in its own file, or nothing."""
    ((answer,),) = store.rows_of("PRAGMA integrity_check(1)")
    if answer != "ok":
        return str(answer)
    broken = store.rows_of("PRAGMA foreign_key_check")
    return f"{len(broken)} rows belong to nothing" if broken else ""


def altered_pdfs(store: Store) -> list[str]:
    """Return the paths of PDFs of which the store holds something else than was written."""
    altered = []
    for pdf_id, path, slug, version, count, digest in store.rows_of(
        "SELECT id, path, slug, version, pages, digest FROM pdfs ORDER BY path"
    ):
        sql = "SELECT page, text FROM pages WHERE pdf_id = ? ORDER BY page"
        if pdf_digest(path, slug, version, count, store.rows_of(sql, (pdf_id,))) != digest:
            altered.append(path)
    return altered


def differences(live: Path, fresh: Path) -> Iterator[tuple[str, int, str]]:
    """Yield (table, number of rows, first path) of what two stores do not have in common.

    First, as rows of ``sqlite_schema``, come the definitions of tables, indexes, views and
    triggers. PDFs are left out; numbers of rows and times of files are not compared, but what
    they stand for. Raises StoreDamagedError where one cannot be read.
    """
    connection = connect(fresh)
    try:
        with translated(live):
            _attach(connection, live)
            asked = [("sqlite_schema", _DEFINITIONS.format("live"), _DEFINITIONS.format("main"))]
            for table, columns in _tables(connection):
                there, here = (_rows(schema, table, columns) for schema in ("live", "main"))
                asked.append((table, there, here))
            for table, there, here in asked:
                sql = (
                    "SELECT count(*), min(place) FROM"  # noqa: S608 - names from our own schema
                    f" (SELECT * FROM ({there} EXCEPT {here})"
                    f" UNION SELECT * FROM ({here} EXCEPT {there}))"
                )
                ((count, place),) = connection.execute(sql).fetchall()
                if count:
                    yield table, count, place or ""
    finally:
        connection.close()


def _attach(connection: Connection, live: Path) -> None:
    """Attach a store as ``live``, to be read; as it stands where nothing can be written."""
    uri = f"{live.resolve().as_uri()}?mode=ro"
    try:
        connection.execute("ATTACH ? AS live", (uri,))
    except OperationalError:
        wal = live.with_name(f"{live.name}-wal")
        if wal.exists() and wal.stat().st_size:
            raise
        connection.execute("ATTACH ? AS live", (f"{uri}&immutable=1",))


def _tables(connection: Connection) -> list[tuple[str, list[str]]]:
    """Return the tables that say something of files, with their columns."""
    tables = connection.execute(
        "SELECT name FROM main.sqlite_master WHERE type = 'table' ORDER BY name"
    ).fetchall()
    return [
        (table, [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")])
        for (table,) in tables
        if table not in _APART and not table.startswith(("_", "sqlite_"))
    ]


def _rows(schema: str, table: str, columns: list[str]) -> str:
    """Return the question for a table's rows, with what they are about in place of numbers."""
    if table == "files":
        place, told = "path", ["path", "digest"]
        return f"SELECT {place} AS place, {', '.join(told)} FROM {schema}.files{_NO_PDFS}"  # noqa: S608
    natural = {name: _NATURAL[name].format(schema, table) for name in columns if name in _NATURAL}
    told = [natural.get(name, name) for name in columns if name != "id"]
    place = f"coalesce({', '.join((*natural.values(), repr('')))})"
    rest = _NO_PDFS_BY_FILE.format(schema) if table == "problems" else ""
    return f"SELECT {place} AS place, {', '.join(told)} FROM {schema}.{table}{rest}"  # noqa: S608
