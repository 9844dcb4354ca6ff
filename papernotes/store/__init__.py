"""The store: SQLite, derived from notes/ and bib/, and the only place with SQL.

``connect`` opens it, ``read`` answers (plain sqlite3, quick to import), ``write`` takes what sync
has parsed (sqlite-utils, which costs nine bare interpreters to import).
"""
