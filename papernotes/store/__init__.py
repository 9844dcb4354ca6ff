"""The store: SQLite, derived from notes/ and bib/, and the only place with SQL.

``create`` makes it (sqlite-utils, which costs nine bare interpreters to import), ``connect`` opens
it, ``read`` answers and ``write`` takes what sync has parsed (plain sqlite3, quick to import).
"""
