"""Small libraries and the values in them, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from papernotes.config import load
from papernotes.library import Library
from papernotes.models import Author, Paper

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

TODAY = date(2026, 11, 22)


def paper(citekey: str = "doe2020paper", **fields: Any) -> Paper:
    """Return a paper, whole but for what a test names."""
    known: dict[str, Any] = {
        "title": "A Paper about Something",
        "authors": (Author("Doe", "Jane"), Author("Roe", "Richard")),
        "year": 2020,
        "month": 2,
        "abstract": "We say something.",
        "arxiv_id": "2002.01234",
        "arxiv_version": 1,
        "categories": ("cs.LG",),
        "published": datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC),
        "updated": datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC),
        "url": "https://arxiv.org/abs/2002.01234",
    }
    return Paper(citekey=citekey, **{**known, **fields})


def entry(key: str, title: str = "A Paper", author: str = "Doe, Jane", **fields: str) -> str:
    """Return a BibTeX entry as a person might write it."""
    more = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{key},\n  title = {{{title}}},\n  author = {{{author}}},\n{more}}}\n"


def open_library(
    root: Path,
    *,
    api_url: str = "http://127.0.0.1:9/api/query",
    notify: Callable[[str], None] = lambda _: None,
    today: date = TODAY,
) -> Library:
    """Open (making it first) a library whose arXiv is on this machine and never waits."""
    Library.init(root)
    flags = {"arxiv.api_url": api_url, "arxiv.delay_seconds": 0}
    return Library(
        root,
        config=load(root, environ={"HOME": str(root.parent)}, flags=flags),
        notify=notify,
        today=lambda: today,
        state_dir=root.parent / "state",
    )


def write(root: Path, path: str, text: str | bytes) -> None:
    """Write a file of a library as an editor would, in place."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)


def answers(library: Library, words: Sequence[str]) -> list[Any]:
    """Return everything a person can see of a library: lists, searches, pages."""
    listed = library.list(sort="title", limit=0)
    found = [library.search(word, limit=0) for word in words]
    return [listed, *found, *(library.show(hit.ref) for hit in listed)]
