"""A library of 100,000 documents: real arXiv records, and variations of them.

Usage: python benchmarks/large.py FOLDER [--papers 100000] [--shape entries|files]

``entries`` puts a thousand entries into each .bib file; ``files`` one. Every paper has a note. A
varied paper has an id and a key of its own, some words of its title and abstract are others from
all the records, drawn as often as they stand there, and one word in a hundred is new, so that
the vocabulary grows with the library as that of real papers does. The files are written and not
flushed to disk one by one: a library of this size is made in two minutes, and synced in more.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from library import iter_papers

from papernotes import bib
from papernotes.ids import portable_slug
from papernotes.library import Library
from papernotes.notes import starting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.models import Paper

SHAPES = ("entries", "files")
_DAY = date(2026, 11, 22)
_PER_FILE = 1_000
_WORDS = 300
_CHANGED = 0.3
_NEW = 0.01


def main() -> None:
    """Make a library and sync it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--shape", choices=SHAPES, default=SHAPES[0])
    chosen = parser.parse_args()
    make(chosen.folder, chosen.papers, chosen.shape)
    with Library(chosen.folder, progress=_tell) as library:
        library.sync()


def make(root: Path, papers: int, shape: str) -> None:
    """Write the files of a library; it is not synced."""
    Library.init(root)
    rng = random.Random(papers)
    entries: list[str] = []
    for number, (paper, text) in enumerate(_iter_written(papers, rng)):
        slug = portable_slug(paper.citekey)
        head = starting.render_paper_note(paper, created=_DAY)
        (root / "notes" / f"{slug}.md").write_text(f"{head}\n{text}\n", encoding="utf-8")
        entries.append(bib.render(paper))
        if shape == "files" or len(entries) == _PER_FILE or number == papers - 1:
            name = slug if shape == "files" else f"part{number // _PER_FILE:03}"
            (root / "bib" / f"{name}.bib").write_text("\n".join(entries), encoding="utf-8")
            entries.clear()


def _iter_written(count: int, rng: random.Random) -> Iterator[tuple[Paper, str]]:
    """Yield papers, each with the text of its note."""
    real = list(iter_papers())
    pool = [word for paper in real for word in f"{paper.title} {paper.abstract}".split()]
    keys = [paper.citekey for paper in real]
    for number in range(count):
        paper = real[number % len(real)]
        if number >= len(real):
            paper = _varied(paper, number, pool, rng)
        text = " ".join(_drawn(pool, _WORDS, rng))
        yield paper, f"{text}\n\nSee [@{rng.choice(keys)}] and [[{rng.choice(keys)}]]."


def _varied(paper: Paper, number: int, pool: list[str], rng: random.Random) -> Paper:
    year = 2016 + number % 11
    arxiv_id = f"{year % 100}{number % 12 + 1:02}.{number % 60_000 + 40_000}"
    return replace(
        paper,
        citekey=f"{paper.citekey}v{number}",
        title=" ".join(_mixed(paper.title, pool, rng)),
        abstract=" ".join(_mixed(paper.abstract, pool, rng)),
        arxiv_id=arxiv_id,
        url=f"https://arxiv.org/abs/{arxiv_id}",
        doi=None,
        year=year,
        published=datetime(year, number % 12 + 1, 1, tzinfo=UTC),
    )


def _mixed(text: str, pool: list[str], rng: random.Random) -> Iterator[str]:
    words = text.split()
    for word, other in zip(words, _drawn(pool, len(words), rng), strict=True):
        yield other if rng.random() < _CHANGED else word


def _drawn(pool: list[str], count: int, rng: random.Random) -> list[str]:
    words = rng.choices(pool, k=count)
    for at in range(count):
        if rng.random() < _NEW:
            first, last = words[at], rng.choice(pool)
            words[at] = first[: len(first) // 2 + 1] + last[len(last) // 2 :]
    return words


def _tell(doing: str, done: int, of: int) -> None:
    if sys.stderr.isatty() or done % 10_000 == 0:
        print(f"{doing}: {done} of {of}", file=sys.stderr)


if __name__ == "__main__":
    os.nice(5)
    main()
