"""Libraries of a given size, made of real arXiv records with notes made up around them."""

from __future__ import annotations

import json
import lzma
import random
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papernotes import bib
from papernotes.citekeys import make_citekey
from papernotes.ids import parse_arxiv_id, portable_slug
from papernotes.library import Library
from papernotes.models import Paper
from papernotes.names import split_name
from papernotes.notes import starting

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDS = Path(__file__).parents[2] / "shared" / "corpora" / "arxiv_records.jsonl.xz"
_DAY = date(2026, 11, 22)


def iter_papers() -> Iterator[Paper]:
    """Yield the corpus as papers with citation keys of their own."""
    taken: set[str] = set()
    with lzma.open(RECORDS, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            paper = _paper(record)
            citekey = make_citekey(paper, is_taken=taken.__contains__)
            taken.add(citekey)
            yield Paper(**{**_fields(paper), "citekey": citekey})


def _fields(paper: Paper) -> dict[str, Any]:
    return {name: getattr(paper, name) for name in Paper.__slots__}


def _paper(record: dict[str, Any]) -> Paper:
    arxiv_id = parse_arxiv_id(record["id"])
    published = _day(record["published"])
    return Paper(
        citekey="",
        title=" ".join(record["title"].split()),
        authors=tuple(split_name(name) for name in record["authors"]),
        year=published.year,
        month=published.month,
        abstract=" ".join(record["abstract"].split()),
        arxiv_id=arxiv_id.id,
        arxiv_version=int(str(record["version"] or 1).removeprefix("v")),
        categories=tuple(record["categories"]),
        published=published,
        updated=_day(record["updated"] or record["published"]),
        doi=record["doi"],
        journal_ref=record["journal_ref"],
        comment=record["comment"],
        url=f"https://arxiv.org/abs/{arxiv_id.id}",
    )


def _day(text: str) -> datetime:
    """Return a day that some records give only as a year or a month."""
    return datetime.fromisoformat(text + "-01-01"[len(text) - 4 :]).replace(tzinfo=UTC)


def make(root: Path, papers: int, *, words: int = 300) -> None:
    """Write a library of so many papers, each with a note of about so many words, and sync it."""
    Library.init(root)
    chosen = list(islice(iter_papers(), papers))
    rng = random.Random(papers)
    pool = " ".join(paper.abstract for paper in chosen[:500]).split()
    for paper in chosen:
        slug = portable_slug(paper.citekey)
        (root / "bib" / f"{slug}.bib").write_text(bib.render(paper), encoding="utf-8")
        body = starting.render_paper_note(paper, created=_DAY)
        other = rng.choice(chosen).citekey
        text = " ".join(rng.choices(pool, k=words))
        note = f"{body}\n{text}\n\nSee [@{other}] and [[{rng.choice(chosen).citekey}]].\n"
        (root / "notes" / f"{slug}.md").write_text(note, encoding="utf-8")
    with Library.open(root) as library:
        library.sync()
