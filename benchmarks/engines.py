"""Search engines over the same papers: papernotes, SQLite FTS5, tantivy.

Each takes a question as typed and returns citation keys, the best first. The peers get what a
careful person would give them: stemming, accents folded, a column for each part with the weights
that did best on the tuning questions, and several ways to ask, of which the better is counted for
each kind of question.
"""

from __future__ import annotations

import importlib
import re
import sqlite3
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from papernotes import bib
from papernotes.errors import PapernotesError
from papernotes.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from papernotes.models import Paper

    Ask = Callable[[str], list[str]]

LIMIT = 10
COLUMNS = ("citekey", "title", "authors", "abstract", "comment", "categories", "year")
WEIGHTS = (4.0, 10.0, 6.0, 1.0, 0.5, 1.0, 4.0)
_PER_FILE = 500
_PART = re.compile(r'"[^"]*"|\S+')


class Papernotes:
    """A library of the papers, asked as the command line asks it."""

    name = "papernotes"

    def __init__(self, papers: Sequence[Paper], folder: Path) -> None:
        Library.init(folder)
        for start in range(0, len(papers), _PER_FILE):
            text = "\n".join(map(bib.render, papers[start : start + _PER_FILE]))
            (folder / "bib" / f"papers{start}.bib").write_text(text, encoding="utf-8")
        self._opened = ExitStack()
        self._library = self._opened.enter_context(Library.open(folder))
        self._library.sync()
        self._opened.enter_context(self._library.session())

    @property
    def ways(self) -> dict[str, Ask]:
        """The ways to ask, by name."""
        return {"": self._ask}

    def close(self) -> None:
        """Let go of the library's files."""
        self._opened.close()

    def _ask(self, text: str) -> list[str]:
        try:
            return [hit.ref for hit in self._library.search(text, limit=LIMIT).hits]
        except PapernotesError:
            return []


class Fts5:
    """SQLite's full-text search: the porter stemmer, no accents, bm25 with a weight a column."""

    name = "SQLite FTS5"

    def __init__(self, papers: Sequence[Paper], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(folder / "fts.db")
        self._db.execute(
            f"CREATE VIRTUAL TABLE papers USING fts5({', '.join(COLUMNS)},"
            " tokenize='porter unicode61 remove_diacritics 2')"
        )
        marks = ", ".join("?" * len(COLUMNS))
        self._db.executemany(f"INSERT INTO papers VALUES ({marks})", map(_row, papers))
        self._db.commit()

    @property
    def ways(self) -> dict[str, Ask]:
        """All words needed, and any of them."""
        return {
            "all words": lambda text: self._ask(text, " "),
            "any word": lambda text: self._ask(text, " OR "),
        }

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _ask(self, text: str, joint: str) -> list[str]:
        words = ['"{}"'.format(part.replace('"', "")) for part in _PART.findall(text)]
        weights = ", ".join(map(str, WEIGHTS))
        return [
            row[0]
            for row in self._db.execute(
                "SELECT citekey FROM papers WHERE papers MATCH ?"
                f" ORDER BY bm25(papers, {weights}) LIMIT {LIMIT}",
                (joint.join(words),),
            )
        ]


class Tantivy:
    """Tantivy: its English stemmer, no accents, a boost for each field."""

    name = "tantivy"

    def __init__(self, papers: Sequence[Paper], folder: Path) -> None:
        tantivy: Any = importlib.import_module("tantivy")  # no dependency of ours
        folder.mkdir(parents=True, exist_ok=True)
        builder = tantivy.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
        for column in COLUMNS:
            builder = builder.add_text_field(column, tokenizer_name="folded")
        self._index = tantivy.Index(builder.build(), str(folder))
        filters = (tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold())
        analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        for each in (*filters, tantivy.Filter.stemmer("english")):
            analyzer = analyzer.filter(each)
        self._index.register_tokenizer("folded", analyzer.build())
        writer = self._index.writer(num_threads=1)
        for paper in papers:
            row = dict(zip(COLUMNS, _row(paper), strict=True))
            writer.add_document(tantivy.Document(id=paper.citekey, **row))
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    @property
    def ways(self) -> dict[str, Ask]:
        """All words needed, any of them, and any of them or what is one slip away."""
        fuzzy = dict.fromkeys(COLUMNS, (False, 1, True))
        return {
            "all words": lambda text: self._ask(text, conjunction_by_default=True),
            "any word": self._ask,
            "any, fuzzy": lambda text: self._ask(text, fuzzy_fields=fuzzy),
        }

    def close(self) -> None:
        """Nothing is left open."""

    def _ask(self, text: str, **options: Any) -> list[str]:
        parts = (part if part[0] == '"' else _plain(part) for part in _PART.findall(text))
        boosts = dict(zip(COLUMNS, WEIGHTS, strict=True))
        asked = " ".join(filter(None, parts))
        query = self._index.parse_query(asked, list(COLUMNS), field_boosts=boosts, **options)
        found = self._searcher.search(query, LIMIT).hits
        return [self._searcher.doc(address)["id"][0] for _, address in found]


def _row(paper: Paper) -> tuple[str, ...]:
    said = (paper.comment or "", paper.journal_ref or "")
    ids = (paper.citekey, paper.arxiv_id or "", paper.doi or "")
    return (
        paper.citekey,
        paper.title,
        ", ".join(author.name for author in paper.authors),
        paper.abstract,
        " ".join((*said, *ids[1:])).strip(),
        " ".join(paper.categories),
        str(paper.year or ""),
    )


def _plain(word: str) -> str:
    """Return a word without what tantivy's language of queries takes for a sign."""
    return " ".join(re.findall(r"\w+(?:-\w+)*", word)).lower()
