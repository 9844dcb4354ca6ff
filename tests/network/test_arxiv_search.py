"""Searching over the wire: pages, figures, order, and what cannot be read."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from papernotes.demo.answers import Reply, answer
from papernotes.demo.atom import render_error
from papernotes.demo.records import Record
from papernotes.demo.standin import StandIn
from papernotes.errors import BadAnswerError, NetworkError, ThrottledError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from papernotes.arxiv import ArxivClient
    from papernotes.errors import PapernotesError

NOW = "2026-11-22T00:00:00Z"


def record(number: int, **changes: object) -> Record:
    day = f"2024-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}T10:00:00Z"
    base = Record(
        id=f"2401.{10_000 + number}",
        version=2,
        title=f"Paper {number}",
        authors=("Ada Lovelace",),
        categories=("cs.LG", "stat.ML"),
        published=day,
        updated=day,
        summary="Something.",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


MANY = [record(number) for number in range(120)]


@pytest.fixture
def many() -> Iterator[StandIn]:
    with StandIn(MANY) as running:
        yield running


def page(*records: Record, total: int, start: int = 0, size: int = 50) -> bytes:
    params = {"search_query": "cat:cs.LG", "max_results": str(size)}
    body = answer(records, params, now=NOW).body
    body = re.sub(rb"(totalResults>)\d+", rb"\g<1>%d" % total, body)
    return re.sub(rb"(startIndex>)\d+", rb"\g<1>%d" % start, body)


def numbers(papers: tuple[object, ...]) -> list[int]:
    return [int(getattr(paper, "arxiv_id").partition(".")[2]) - 10_000 for paper in papers]  # noqa: B009


def starts(server: StandIn) -> list[tuple[str, str]]:
    return [(asked.params["start"], asked.params["max_results"]) for asked in server.requests]


def test_one_small_page_with_whole_papers_and_the_total(
    client: ArxivClient, server: StandIn
) -> None:
    papers, total = client.search("cat:cs.LG", limit=2)
    assert total == 11
    assert [paper.arxiv_id for paper in papers] == ["1706.03762", "1412.6980"]
    assert (papers[0].arxiv_version, papers[0].title) == (7, "Attention Is All You Need")
    assert papers[0].authors[0].name == "Ashish Vaswani"
    assert papers[0].categories == ("cs.CL", "cs.LG")
    (asked,) = server.requests
    assert asked.params == {
        "search_query": "cat:cs.LG",
        "id_list": "",
        "sortBy": "relevance",
        "sortOrder": "descending",
        "start": "0",
        "max_results": "2",
    }


def test_nothing_found(client: ArxivClient, server: StandIn) -> None:
    assert client.search("all:nothingofthekind", limit=20) == ((), 0)
    assert len(server.requests) == 1


def test_fewer_than_asked(client: ArxivClient, server: StandIn) -> None:
    papers, total = client.search('au:"Jimmy Ba"', limit=500)
    assert ([paper.arxiv_id for paper in papers], total) == (["1412.6980"], 1)
    assert len(server.requests) == 1


def test_the_newest_first(client: ArxivClient, server: StandIn) -> None:
    papers, _ = client.search("cat:cs.LG", limit=3, sort="newest")
    assert [paper.arxiv_id for paper in papers] == ["2106.09685", "2103.00020", "2006.11239"]
    params = server.requests[0].params
    assert (params["sortBy"], params["sortOrder"]) == ("submittedDate", "descending")


@pytest.mark.parametrize(
    ("limit", "pages"),
    [
        (50, [("0", "50")]),
        (51, [("0", "50"), ("50", "50")]),
        (1000, [("0", "50"), ("50", "50"), ("100", "50")]),
    ],
)
def test_pages_until_the_limit_or_the_end(
    many: StandIn,
    make_client: Callable[..., ArxivClient],
    limit: int,
    pages: list[tuple[str, str]],
) -> None:
    papers, total = make_client(many.api_url).search("cat:cs.LG", limit=limit)
    assert numbers(papers) == list(range(min(limit, 120)))
    assert total == 120
    assert starts(many) == pages


def test_a_paper_on_two_pages_is_one_paper(client: ArxivClient, server: StandIn) -> None:
    server.play(
        Reply(200, page(*MANY[:50], total=110)),
        Reply(200, page(*MANY[48:98], total=110, start=50)),  # two came in meanwhile
        Reply(200, page(*MANY[98:108], total=110, start=100)),
    )
    papers, total = client.search("cat:cs.LG", limit=105)
    assert numbers(papers) == list(range(105))
    assert total == 110


def test_what_is_not_plain_goes_through_the_address_whole(
    client: ArxivClient, server: StandIn
) -> None:
    question = 'all:"a&b=c #1 100% +é 日本{}"'
    client.search(question, limit=1)
    assert server.requests[0].params["search_query"] == question


@pytest.mark.parametrize("limit", [-1, 0, 1001])
def test_a_limit_that_cannot_be(client: ArxivClient, server: StandIn, limit: int) -> None:
    with pytest.raises(UsageError, match="1000 papers"):
        client.search("all:x", limit=limit)
    assert not server.requests


def test_a_question_that_arxiv_refuses_is_the_askers_fault(
    client: ArxivClient, server: StandIn
) -> None:
    with pytest.raises(UsageError, match="Invalid query string: '\\(all:x'") as caught:
        client.search("(all:x", limit=1)
    assert caught.value.hint == "it was asked for (all:x"
    assert len(server.requests) == 1


def test_another_refusal_is_not(client: ArxivClient, server: StandIn) -> None:
    server.play(Reply(400, render_error("start must be an integer", link="x", now=NOW)))
    with pytest.raises(BadAnswerError, match="start must be an integer"):
        client.search("all:x", limit=1)


def test_an_entry_that_cannot_be_read_is_passed_over(
    client: ArxivClient, server: StandIn, told: list[str]
) -> None:
    body = page(*MANY[:5], total=5)
    body = body.replace(b"<title>Paper 1</title>", b"<title/>")
    body = body.replace(b"<published>2024-01-04T10:00:00Z", b"<published>soon")
    server.play(Reply(200, body))
    papers, total = client.search("cat:cs.LG", limit=20)
    assert numbers(papers) == [0, 2, 4]
    assert total == 5
    assert len(server.requests) == 1
    assert len(told) == 1
    assert "lacks the title of the paper http://arxiv.org/abs/2401.10001v2" in told[0]
    assert "passed over" in told[0]


def test_gaps_do_not_shift_the_pages(
    make_client: Callable[..., ArxivClient], many: StandIn, told: list[str]
) -> None:
    body = page(*MANY[:50], total=120).replace(b"<title>Paper 7</title>", b"<title/>")
    many.play(Reply(200, body))
    papers, _ = make_client(many.api_url).search("cat:cs.LG", limit=60)
    assert numbers(papers) == [number for number in range(61) if number != 7]
    assert starts(many) == [("0", "50"), ("50", "50")]


def test_an_entry_without_a_version_is_passed_over(
    client: ArxivClient, server: StandIn, told: list[str]
) -> None:
    body = page(*MANY[:3], total=3).replace(b"/abs/2401.10001v2<", b"/abs/2401.10001<")
    server.play(Reply(200, body))
    papers, _ = client.search("cat:cs.LG", limit=20)
    assert numbers(papers) == [0, 2]
    assert "which version of 2401.10001" in told[0]


def test_a_page_of_nothing_that_can_be_read(
    client: ArxivClient, server: StandIn, told: list[str]
) -> None:
    body = page(*MANY[:3], total=3)
    server.play(Reply(200, re.sub(rb"<title>Paper \d</title>", b"<title/>", body)))
    assert client.search("cat:cs.LG", limit=20) == ((), 3)
    assert told


FOR_EVER = [
    ("status:429", ThrottledError, "pause of 120 more seconds"),
    ("rate200", ThrottledError, "pause of 120 more seconds"),
    ("status:503", NetworkError, "status 503"),
    ("status:403", NetworkError, "access is denied"),
    ("html200", BadAnswerError, "a web page instead of a list"),
    ("garbage", BadAnswerError, "not UTF-8"),
    ("empty", BadAnswerError, "says there are 99 papers, but sent 0"),
    ("truncate:0.6", NetworkError, "broke off"),
    ("truncate_noclen:0.6", BadAnswerError, "cut off"),
    ("reset", NetworkError, "broke off"),
    ("redirect:https://evil.example/", BadAnswerError, "refused to go to 'https://evil"),
    ("big:21", BadAnswerError, "larger than 20 MB"),
]


@pytest.mark.parametrize(("fault", "error", "says"), FOR_EVER, ids=[f[0] for f in FOR_EVER])
def test_a_fault_that_never_ends(
    client: ArxivClient, server: StandIn, fault: str, error: type[PapernotesError], says: str
) -> None:
    server.play_forever(fault)
    with pytest.raises(error, match=says) as caught:
        client.search("cat:cs.LG", limit=20)
    assert caught.value.exit_status == 5
    assert "cat:cs.LG" not in str(caught.value)


@pytest.mark.parametrize("fault", ["empty", "status:503", "reset", "cut:0.6"])
def test_a_fault_that_passes_costs_nothing(
    client: ArxivClient, server: StandIn, fault: str
) -> None:
    server.play(fault)
    papers, total = client.search("cat:cs.LG", limit=20)
    assert (len(papers), total) == (11, 11)
    assert len(server.requests) == 2


def test_a_fault_on_the_second_page(many: StandIn, make_client: Callable[..., ArxivClient]) -> None:
    many.play(Reply(200, page(*MANY[:50], total=120)))
    many.play_forever("status:404")
    with pytest.raises(BadAnswerError, match="status 404"):
        make_client(many.api_url).search("cat:cs.LG", limit=100)
