"""Answers arXiv really gave, served verbatim; every field against a reading of our own."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from papernotes.demo.answers import Reply
from papernotes.ids import parse_arxiv_id

if TYPE_CHECKING:
    from papernotes.arxiv import ArxivClient
    from papernotes.demo.standin import StandIn
    from papernotes.models import Paper

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "atom"
ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
FILES = (
    [*sorted((CORPUS / "arxiv.py").glob("*.json")), *sorted(CORPUS.glob("*.xml"))]
    if CORPUS.exists()
    else []
)


def recorded(path: Path) -> Reply:
    if path.suffix == ".xml":
        return Reply(200, path.read_bytes())
    answer = json.loads(path.read_text("utf-8"))
    return Reply(answer["status_code"], answer["body"].encode())


def fold(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def plain(text: str | None) -> str:
    """Return a text without what TeX the recordings have outside math."""
    return re.sub(r"\\textbf\{([^{}]*)\}", r"\1", fold(text)).replace(r"\%", "%")


def said(entry: ET.Element, paper: Paper) -> dict[str, tuple[object, object]]:
    """Return, by field, what the XML says and what the client made of it."""
    number = re.sub(r"^https?://arxiv\.org/abs/", "", fold(entry.findtext(f"{ATOM}id")))
    primary = entry.find(f"{ARXIV}primary_category")
    terms = [one.get("term", "") for one in entry.findall(f"{ATOM}category")]
    ours = [term for term in terms if not re.search(r"^[A-Z0-9]|[;,]|^\S*[0-9]", term)]
    first = primary.get("term", "") if primary is not None else ""
    authors = entry.findall(f"{ATOM}author")
    comment = fold(entry.findtext(f"{ARXIV}comment"))
    published = datetime.fromisoformat(fold(entry.findtext(f"{ATOM}published")))
    return {
        "id": (number, f"{paper.arxiv_id}v{paper.arxiv_version}"),
        "title": (fold(entry.findtext(f"{ATOM}title")), paper.title),
        "abstract": (plain(entry.findtext(f"{ATOM}summary")), fold(paper.abstract)),
        "published": (published, paper.published),
        "year and month": ((published.year, published.month), (paper.year, paper.month)),
        "updated": (
            datetime.fromisoformat(fold(entry.findtext(f"{ATOM}updated"))),
            paper.updated,
        ),
        "authors": (
            [fold(one.findtext(f"{ATOM}name")) for one in authors],
            [one.name for one in paper.authors],
        ),
        "affiliations": (
            [[fold(at.text) for at in one.findall(f"{ARXIV}affiliation")] for one in authors],
            [list(one.affiliations) for one in paper.authors],
        ),
        "primary": (first, paper.primary_category),
        "categories": (sorted(set(ours)), sorted(paper.categories)),
        "doi": (fold(entry.findtext(f"{ARXIV}doi")), paper.doi or ""),
        "dois": (
            sorted({fold(one.text).lower() for one in entry.findall(f"{ARXIV}doi")}),
            sorted(doi.lower() for doi in (paper.doi, *paper.other_dois) if doi),
        ),
        "journal_ref": (fold(entry.findtext(f"{ARXIV}journal_ref")), paper.journal_ref or ""),
        "comment": (comment, paper.comment or ""),
        "withdrawn": ("withdrawn" in comment.lower(), paper.is_withdrawn),
        "url": (f"https://arxiv.org/abs/{number.rpartition('v')[0]}", paper.url),
    }


@pytest.mark.skipif(not FILES, reason="the corpora are not beside us")
def test_there_are_as_many_recordings_as_known() -> None:
    assert len(FILES) == 16


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_every_field_of_a_recorded_answer(client: ArxivClient, server: StandIn, path: Path) -> None:
    reply = recorded(path)
    entries = ET.fromstring(reply.body).findall(f"{ATOM}entry")
    found = {
        fold(entry.findtext(f"{ATOM}id")).partition("/abs/")[2]: entry
        for entry in entries
        if entry.findtext(f"{ATOM}title") != "Error"
    }
    unknown = parse_arxiv_id("2601.00001")
    asked = [parse_arxiv_id(number) for number in found]
    server.play_forever(reply)
    fetched = client.fetch([*asked, unknown])
    assert [str(one) for one in fetched.papers] == list(found)
    if reply.status == 400:
        assert fetched.refused == {unknown: "incorrect id format for abc"}
    else:
        assert fetched.missing == (unknown,)
    for arxiv_id, paper in fetched.papers.items():
        for field, (wanted, got) in said(found[str(arxiv_id)], paper).items():
            assert got == wanted, f"{arxiv_id}: {field}"
