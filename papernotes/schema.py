"""The store's tables, as migrations. They open in Datasette and make sense there.

``catalogue`` is the view for people: nothing of ours reads it, ``store/datasette.json`` names it.
``documents`` is what list and search answer with: a paper together with its own note, or a free
note. ``names`` holds every way something can be called, so a link is resolved by looking up, at
the time of asking, who is called that: a new note resolves old dangling links by existing.
Columns named ``*_folded`` hold ``ids.name_key`` of the other, since SQLite folds ASCII only.
The indexes named ``*_facts`` hold the short columns of a table once more: what filters, sorts and
counts all of it would otherwise read every abstract and every note on the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from papernotes.links import pick

if TYPE_CHECKING:
    from sqlite_utils import Database

SCHEMA_VERSION = 6
APPLICATION_ID = 0x504E4F54  # "PNOT"

migrations = Migrations("papernotes")

_TABLES = """
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE files (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  ctime_ns INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  is_racy INTEGER NOT NULL,
  digest TEXT NOT NULL,
  is_held INTEGER NOT NULL DEFAULT 0
);

CREATE TRIGGER files_added AFTER INSERT ON files
BEGIN DELETE FROM state WHERE key = 'listing'; END;
CREATE TRIGGER files_changed AFTER UPDATE ON files
BEGIN DELETE FROM state WHERE key = 'listing'; END;
CREATE TRIGGER files_removed AFTER DELETE ON files
BEGIN DELETE FROM state WHERE key = 'listing'; END;

CREATE TABLE problems (
  id INTEGER PRIMARY KEY,
  file_id INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
  code TEXT NOT NULL,
  line INTEGER,
  message TEXT NOT NULL
);
CREATE INDEX problems_file ON problems(file_id);

CREATE TABLE papers (
  id INTEGER PRIMARY KEY,
  file_id INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  citekey TEXT NOT NULL,
  slug TEXT NOT NULL,
  is_shadowed INTEGER NOT NULL DEFAULT 0,
  entry_type TEXT NOT NULL,
  title TEXT NOT NULL,
  title_folded TEXT NOT NULL,
  year INTEGER,
  month INTEGER,
  abstract TEXT NOT NULL,
  arxiv_id TEXT,
  arxiv_version INTEGER,
  arxiv_latest INTEGER,
  published TEXT,
  updated TEXT,
  doi TEXT,
  other_dois TEXT NOT NULL,
  journal_ref TEXT,
  comment TEXT,
  url TEXT,
  is_withdrawn INTEGER NOT NULL,
  attachment TEXT,
  extra TEXT NOT NULL,
  digest TEXT NOT NULL
);
CREATE INDEX papers_file ON papers(file_id);
CREATE UNIQUE INDEX papers_citekey ON papers(citekey) WHERE NOT is_shadowed;
CREATE INDEX papers_citekey_all ON papers(citekey);
CREATE INDEX papers_slug ON papers(slug);
CREATE INDEX papers_arxiv ON papers(arxiv_id);
CREATE INDEX papers_doi ON papers(doi);
CREATE INDEX papers_year ON papers(year);
CREATE INDEX papers_shadowed ON papers(citekey) WHERE is_shadowed;
CREATE INDEX papers_facts ON papers(
  id, year, title_folded, is_withdrawn, arxiv_id, arxiv_version, arxiv_latest, doi, slug, attachment
);

CREATE TABLE authors (
  paper_id INTEGER NOT NULL REFERENCES papers(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  family TEXT NOT NULL,
  given TEXT NOT NULL,
  particle TEXT NOT NULL,
  suffix TEXT NOT NULL,
  is_literal INTEGER NOT NULL,
  PRIMARY KEY (paper_id, position)
);
CREATE INDEX authors_name ON authors(name);

CREATE TABLE categories (
  paper_id INTEGER NOT NULL REFERENCES papers(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  category TEXT NOT NULL,
  PRIMARY KEY (paper_id, position)
);
CREATE INDEX categories_category ON categories(category);

CREATE TABLE notes (
  id INTEGER PRIMARY KEY,
  file_id INTEGER NOT NULL UNIQUE REFERENCES files(id) ON DELETE CASCADE,
  path TEXT NOT NULL UNIQUE,
  folder TEXT NOT NULL,
  ref TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  title_folded TEXT NOT NULL,
  kind TEXT NOT NULL,
  about TEXT,
  arxiv_id TEXT,
  arxiv_version INTEGER,
  status TEXT,
  rating INTEGER,
  priority TEXT,
  created TEXT,
  publish TEXT NOT NULL,
  is_private INTEGER NOT NULL,
  description TEXT NOT NULL,
  front_matter TEXT NOT NULL,
  plain TEXT NOT NULL,
  plain_line INTEGER NOT NULL,
  words INTEGER NOT NULL,
  headings TEXT NOT NULL
);
CREATE INDEX notes_about ON notes(about);
CREATE INDEX notes_ref ON notes(ref);
CREATE INDEX notes_facts ON notes(
  id, created, status, rating, priority, kind, title_folded, publish, is_private, arxiv_id,
  arxiv_version, words
);

CREATE TABLE tags (
  note_id INTEGER NOT NULL REFERENCES notes(id) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  folded TEXT NOT NULL,
  PRIMARY KEY (note_id, folded)
);
CREATE INDEX tags_folded ON tags(folded);

CREATE TABLE links (
  id INTEGER PRIMARY KEY,
  note_id INTEGER NOT NULL REFERENCES notes(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  scheme TEXT NOT NULL,
  key TEXT NOT NULL,
  target TEXT NOT NULL,
  spelled TEXT NOT NULL,
  heading TEXT NOT NULL,
  label TEXT NOT NULL,
  written TEXT NOT NULL,
  line INTEGER NOT NULL,
  start INTEGER NOT NULL,
  sentence TEXT NOT NULL
);
CREATE INDEX links_note ON links(note_id);
CREATE INDEX links_key ON links(key, scheme, note_id);

CREATE TABLE names (
  id INTEGER PRIMARY KEY,
  scheme TEXT NOT NULL,
  key TEXT NOT NULL,
  rank INTEGER NOT NULL,
  spelled TEXT NOT NULL,
  folder TEXT NOT NULL,
  depth INTEGER NOT NULL,
  owner TEXT NOT NULL,
  is_shadowed INTEGER NOT NULL DEFAULT 0,
  paper_id INTEGER REFERENCES papers(id) ON DELETE CASCADE,
  note_id INTEGER REFERENCES notes(id) ON DELETE CASCADE
);
CREATE INDEX names_key ON names(key, scheme, rank, depth, owner);
CREATE INDEX names_spelled ON names(key, scheme, rank, spelled, depth, owner);
CREATE INDEX names_folder ON names(key, scheme, rank, folder, spelled, depth, owner);
CREATE INDEX names_paper ON names(paper_id);
CREATE INDEX names_note ON names(note_id);

CREATE TABLE pdfs (
  id INTEGER PRIMARY KEY,
  file_id INTEGER NOT NULL UNIQUE REFERENCES files(id) ON DELETE CASCADE,
  path TEXT NOT NULL UNIQUE,
  slug TEXT NOT NULL,
  version INTEGER,
  pages INTEGER NOT NULL,
  digest TEXT NOT NULL
);
CREATE INDEX pdfs_slug ON pdfs(slug);

CREATE TABLE pages (
  pdf_id INTEGER NOT NULL REFERENCES pdfs(id) ON DELETE CASCADE,
  page INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (pdf_id, page)
);

CREATE TABLE documents (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  is_paper INTEGER NOT NULL,
  ref TEXT NOT NULL,
  ref_folded TEXT NOT NULL,
  paper_id INTEGER UNIQUE REFERENCES papers(id) ON DELETE SET NULL,
  note_id INTEGER UNIQUE REFERENCES notes(id) ON DELETE SET NULL,
  UNIQUE (is_paper, ref)
);

CREATE TABLE stale (document_id INTEGER PRIMARY KEY);

CREATE VIEW library AS
SELECT
  documents.id AS id,
  documents.ref AS ref,
  CASE WHEN documents.is_paper THEN 'paper' ELSE notes.kind END AS kind,
  coalesce(papers.title, notes.title) AS title,
  coalesce(papers.title_folded, notes.title_folded) AS title_folded,
  (SELECT group_concat(name, ', ') FROM
    (SELECT name FROM authors WHERE paper_id = papers.id ORDER BY position)) AS authors,
  papers.year AS year,
  papers.arxiv_id AS arxiv,
  CASE WHEN notes.arxiv_id = papers.arxiv_id
    THEN coalesce(notes.arxiv_version, papers.arxiv_version)
    ELSE papers.arxiv_version END AS version,
  CASE WHEN notes.arxiv_id = papers.arxiv_id THEN notes.arxiv_version END AS pinned,
  coalesce(papers.arxiv_latest, papers.arxiv_version) AS latest,
  coalesce(papers.is_withdrawn, 0) AS is_withdrawn,
  (SELECT category FROM categories WHERE paper_id = papers.id AND position = 0) AS category,
  notes.status AS status,
  notes.rating AS rating,
  notes.priority AS priority,
  notes.created AS added,
  notes.publish AS publish,
  coalesce(notes.path, files.path) AS path,
  (SELECT path FROM pdfs WHERE slug = papers.slug
    ORDER BY version IS NULL, version DESC, path LIMIT 1) AS pdf,
  documents.paper_id AS paper_id,
  documents.note_id AS note_id
FROM documents
LEFT JOIN papers ON papers.id = documents.paper_id
LEFT JOIN files ON files.id = papers.file_id
LEFT JOIN notes ON notes.id = documents.note_id;

CREATE VIEW catalogue AS
SELECT
  coalesce(papers.title, notes.title) AS title,
  (SELECT group_concat(name, ', ') FROM
    (SELECT name FROM authors WHERE paper_id = documents.paper_id ORDER BY position)) AS authors,
  papers.year AS year,
  coalesce(
    'https://arxiv.org/abs/' || papers.arxiv_id, 'https://doi.org/' || papers.doi, papers.url
  ) AS page,
  CASE WHEN documents.is_paper THEN 'paper' ELSE notes.kind END AS kind,
  coalesce(notes.status, CASE WHEN documents.is_paper THEN 'unread' END) AS status,
  notes.rating AS rating,
  coalesce(notes.priority, CASE WHEN documents.is_paper THEN 'normal' END) AS priority,
  (SELECT nullif(json_group_array(tag), '[]')
    FROM tags WHERE note_id = documents.note_id) AS tags,
  (SELECT category FROM categories
    WHERE paper_id = documents.paper_id AND position = 0) AS category,
  notes.created AS added,
  documents.ref AS ref,
  coalesce(notes.path, files.path) AS path
FROM documents
LEFT JOIN papers ON papers.id = documents.paper_id
LEFT JOIN files ON files.id = papers.file_id
LEFT JOIN notes ON notes.id = documents.note_id;
"""

_LINK = pick("links.key", "links.scheme", "links.spelled", "notes.folder")
_RESOLVED_LINKS = f"""
CREATE VIEW resolved_links AS
SELECT
  links.id AS link_id,
  links.note_id AS from_note_id,
  notes.ref AS from_note,
  links.line AS line,
  links.kind AS kind,
  links.target AS target,
  links.sentence AS sentence,
  names.paper_id AS to_paper_id,
  names.note_id AS to_note_id,
  names.owner AS to_owner,
  names.id AS name_id
FROM links
JOIN notes ON notes.id = links.note_id
LEFT JOIN names ON names.id = {_LINK}
"""  # noqa: S608 - names of our tables


@migrations()
def create_tables(db: Database) -> None:
    """Make every table, index and view."""
    for statement in (*_TABLES.split(";\n"), _RESOLVED_LINKS):
        if statement.strip():
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
