"""``Library.find``: what is here is marked, and what arXiv cannot answer is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.demo.answers import Reply
from papernotes.demo.atom import render_error
from papernotes.errors import ArxivIdError, BadAnswerError, QueryError, UsageError
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.demo.standin import StandIn
    from papernotes.library import Library


@pytest.fixture
def library(tmp_path: Path, stand_in: StandIn) -> Iterator[Library]:
    with open_library(tmp_path / "lib", api_url=stand_in.api_url) as opened:
        yield opened


def test_papers_come_whole_and_marked_with_the_key_they_have_here(library: Library) -> None:
    text = entry("mine", "Adam", eprint="1412.6980", archivePrefix="arXiv")
    write(library.root, "bib/mine.bib", text)
    report = library.find("au:kingma")
    assert [(found.paper.arxiv_id, found.citekey) for found in report.results] == [
        ("1412.6980", "mine"),
        ("1312.6114", None),
    ]
    assert (report.query, report.total) == ("au:kingma", 2)
    assert all(found.paper.abstract for found in report.results)
    added = library.add_found([found.paper for found in report.results])
    assert [result.outcome for result in added.results] == ["known", "added"]
    assert library.find("au:kingma").results[1].citekey == added.results[1].citekey


def test_a_query_of_ids_is_answered_with_them_in_their_order(
    library: Library, stand_in: StandIn
) -> None:
    report = library.find("1706.03762v1 hep-th/9711200 1412.6980", limit=2)
    assert [found.paper.arxiv_version for found in report.results] == [1, 3]
    assert report.total == 3
    assert report.query == "id:1706.03762v1 OR id:hep-th/9711200 OR id:1412.6980"
    assert stand_in.requests[0].params["search_query"] == ""


def test_an_id_with_conditions_is_a_question(library: Library, stand_in: StandIn) -> None:
    assert library.find("1706.03762", categories=["cs.CV"]).results == ()
    (found,) = library.find("1706.03762", since="2017").results
    assert found.paper.arxiv_id == "1706.03762"
    assert [asked.params["id_list"] for asked in stand_in.requests] == ["", ""]


def test_an_id_that_cannot_be_answered_is_an_error(library: Library, stand_in: StandIn) -> None:
    reason = "incorrect id format for 1706.03762"
    stand_in.play(Reply(400, render_error(reason, link="x", now="2026-11-22T00:00:00Z")))
    with pytest.raises(ArxivIdError, match=reason):
        library.find("1706.03762")
    body = _body(stand_in).replace(b"<title>Attention Is All You Need</title>", b"<title/>")
    stand_in.play_forever(Reply(200, body))
    with pytest.raises(BadAnswerError, match="lacks the title"):
        library.find("1706.03762")


def _body(stand_in: StandIn) -> bytes:
    from papernotes.demo.answers import answer

    asked = {"id_list": "1706.03762", "max_results": "50"}
    return answer(stand_in.records, asked, now="2026-11-22T00:00:00Z").body


def test_what_is_wrong_is_said_before_anybody_is_asked(library: Library, stand_in: StandIn) -> None:
    with pytest.raises(UsageError, match="no order 'oldest'"):
        library.find("x", sort="oldest")
    with pytest.raises(QueryError):
        library.find("")
    with pytest.raises(UsageError, match="no less than 1"):
        library.find("x", limit=0)
    assert not stand_in.requests


def test_ids_that_arxiv_does_not_know_are_named(library: Library) -> None:
    report = library.find("1706.03762 2401.99999")
    assert [found.paper.arxiv_id for found in report.results] == ["1706.03762"]
    assert report.missing == ("2401.99999",)
