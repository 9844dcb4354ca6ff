from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from papernotes import __version__
from papernotes.citekeys import make_citekey
from papernotes.demo.answers import Reply, answer
from papernotes.demo.atom import render_error
from papernotes.demo.records import Record, load_records
from papernotes.demo.standin import Asked, StandIn
from papernotes.errors import BadAnswerError
from papernotes.ids import parse_arxiv_id
from papernotes.models import ArxivId

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.arxiv import ArxivClient


NOW = "2026-11-22T00:00:00Z"


def ids(*texts: str) -> list[ArxivId]:
    return [parse_arxiv_id(text) for text in texts]


def record(number: int, **changes: object) -> Record:
    base = Record(
        id=f"2401.{number:05d}",
        version=1,
        title=f"Paper {number}",
        authors=("Ada Lovelace",),
        categories=("cs.LG", "stat.ML"),
        published="2024-01-01T10:00:00Z",
        updated="2024-01-01T10:00:00Z",
        summary="Something.",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def page(*records: Record, total: int | None = None) -> bytes:
    params = {"id_list": ",".join(one.versioned_id for one in records), "max_results": "50"}
    body = answer(records, params, now=NOW).body
    if total is not None:
        body = re.sub(rb"(totalResults>)\d+", rb"\g<1>%d" % total, body)
    return body


def test_every_field_of_a_paper(client: ArxivClient) -> None:
    (paper,) = client.fetch(ids("hep-th/9711200")).papers.values()
    assert paper.citekey == ""
    assert paper.title.startswith("The Large N Limit of Superconformal")
    assert [author.name for author in paper.authors] == ["Juan M. Maldacena"]
    assert (paper.year, paper.month) == (1997, 11)
    assert paper.published == datetime(1997, 11, 27, tzinfo=UTC)
    assert paper.updated == datetime(1998, 1, 22, tzinfo=UTC)
    assert (paper.arxiv_id, paper.arxiv_version) == ("hep-th/9711200", 3)
    assert paper.categories == ("hep-th",)
    assert paper.doi == "10.1023/A:1026654312961"
    assert paper.journal_ref == "Adv.Theor.Math.Phys.2:231-252,1998"
    assert paper.comment == "20 pages, harvmac"
    assert paper.url == "https://arxiv.org/abs/hep-th/9711200"
    assert paper.abstract.endswith("(Summary written for the papernotes demo.)")
    assert not paper.is_withdrawn


def test_many_ids_are_one_request_and_answers_keep_the_order_asked(
    client: ArxivClient, server: StandIn
) -> None:
    asked = ids("1412.6980", "2401.99999", "1706.03762", "1810.04805v1", "hep-th/9711200")
    fetched = client.fetch(asked)
    assert list(fetched.papers) == ids("1412.6980", "1706.03762", "hep-th/9711200")
    assert fetched.missing == tuple(ids("2401.99999", "1810.04805v1"))
    assert not fetched.refused
    assert len(server.requests) == 1


def test_duplicates_collapse_and_nothing_asks_nothing(client: ArxivClient, server: StandIn) -> None:
    assert client.fetch([]).papers == {}
    assert not server.requests
    fetched = client.fetch(ids("1412.6980", "arXiv:1412.6980", "1412.6980"))
    assert list(fetched.papers) == [ArxivId("1412.6980")]
    assert server.requests[0].params["id_list"] == "1412.6980"


def test_a_version_is_that_version_and_none_is_the_newest(client: ArxivClient) -> None:
    fetched = client.fetch(ids("1706.03762", "1706.03762v1", "1706.03762v7", "1706.03762v3"))
    versions = {str(one): paper.arxiv_version for one, paper in fetched.papers.items()}
    assert versions == {"1706.03762": 7, "1706.03762v1": 1, "1706.03762v7": 7}
    assert fetched.missing == (ArxivId("1706.03762", 3),)


@pytest.mark.fault(53)
def test_a_title_of_one_digit_is_a_title(client: ArxivClient) -> None:
    (paper,) = client.fetch(ids("2104.12255v1")).papers.values()
    assert paper.title == "0"


def test_who_asks_is_said_and_arxiv_py_does_not_say_it(
    client: ArxivClient, server: StandIn
) -> None:
    client.fetch(ids("1412.6980"))
    expected = f"papernotes/{__version__} (+mailto:reader@example.org)"
    assert server.requests[0].user_agent == expected


def test_a_contact_cannot_add_headers(
    make_client: Callable[..., ArxivClient], server: StandIn
) -> None:
    make_client(**{"arxiv.contact": "a@b.c\r\nX-Evil: 1"}).fetch(ids("1412.6980"))
    assert server.requests[0].user_agent == f"papernotes/{__version__} (+mailto:a@b.cX-Evil:1)"


@pytest.mark.fault(52)
def test_one_refused_id_does_not_lose_the_batch(make_client: Callable[..., ArxivClient]) -> None:
    records = [record(number) for number in range(1, 8)]
    bad = ArxivId("cond.mat/123")  # of no form that the server knows
    asked = [ArxivId(one.id) for one in records[:4]] + [bad, ArxivId(records[4].id)]
    with StandIn(records) as server:
        fetched = make_client(server.api_url).fetch(asked)
        assert len(server.requests) == 2
    assert list(fetched.papers) == [one for one in asked if one != bad]
    assert fetched.refused == {bad: "incorrect id format for cond.mat/123"}
    assert fetched.missing == ()


def test_a_refusal_that_names_nobody_is_narrowed_down(client: ArxivClient, server: StandIn) -> None:
    refusal = Reply(400, render_error("incorrect id format for ", link="x", now=NOW))
    server.play(refusal, refusal)  # the pair, then its first half; the second is fine
    fetched = client.fetch(ids("1706.03762", "1412.6980"))
    assert fetched.refused == {ArxivId("1706.03762"): "incorrect id format for"}
    assert list(fetched.papers) == [ArxivId("1412.6980")]


@pytest.mark.parametrize(
    ("refusal", "message"),
    [
        (Reply(400, b"<html><body>Bad request</body></html>", "text/html"), "status 400"),
        (Reply(400, b"", "text/plain"), "status 400"),
        (
            Reply(400, render_error("max_results must be an integer", link="x", now=NOW)),
            "arXiv refuses the request: max_results must be an integer",
        ),
    ],
)
def test_a_400_that_is_not_about_ids_refuses_none(
    client: ArxivClient, server: StandIn, refusal: Reply, message: str
) -> None:
    server.play_forever(refusal)
    with pytest.raises(BadAnswerError, match=message) as caught:
        client.fetch(ids("1706.03762", "1412.6980"))
    assert (caught.value.exit_status, len(server.requests)) == (5, 1)
    assert caught.value.hint


def test_more_than_a_page_goes_in_slices_at_the_pace(
    make_client: Callable[..., ArxivClient], clock: Any
) -> None:
    records = [record(number) for number in range(1, 121)]
    with StandIn(records) as server:
        asked = [ArxivId(one.id) for one in records]
        fetched = make_client(server.api_url).fetch(asked)
        assert [len(one.params["id_list"].split(",")) for one in server.requests] == [50, 50, 20]
    assert list(fetched.papers) == asked
    assert clock.slept == [3.0, 3.0]


def test_what_came_before_a_fault_is_kept(client: ArxivClient, server: StandIn) -> None:
    good = page(*(record(number) for number in range(1, 51)))
    server.play(Reply(200, good), "status:403")
    parts = client.iter_fetch(ArxivId(f"2401.{number:05d}") for number in range(1, 61))
    assert len(next(parts).papers) == 50
    with pytest.raises(Exception, match="access is denied"):
        next(parts)


@pytest.mark.parametrize(
    ("summary", "abstract"),
    [
        ("  One\nparagraph  of lines.", "One paragraph of lines."),
        ("First\nhere.\n  Second\nthere.", "First here.\n\nSecond there."),
        ("First.\n\n\nSecond.\n", "First.\n\nSecond."),
    ],
)
def test_abstracts_are_folded_by_paragraph(
    client: ArxivClient, server: StandIn, summary: str, abstract: str
) -> None:
    server.play(Reply(200, page(record(1, summary=summary))))
    (paper,) = client.fetch(ids("2401.00001")).papers.values()
    assert paper.abstract == abstract


def test_affiliations_comments_and_several_dois(client: ArxivClient, server: StandIn) -> None:
    one = record(
        1,
        title="A\n  long   title",
        authors=("Ada Lovelace", "ATLAS Collaboration"),
        affiliations=(("Ada Lovelace", "London"), ("Ada Lovelace", "Ockham\n  Park")),
        comment="This paper has been\n withdrawn by the author",
        dois=("10.1000/first", "10.1000/second"),
        categories=("stat.ML", "cs.LG", "68T05", "I.2.6", "astro-ph.CO"),
    )
    server.play(Reply(200, page(one)))
    (paper,) = client.fetch(ids("2401.00001")).papers.values()
    assert paper.title == "A long title"
    assert paper.authors[0].affiliations == ("London", "Ockham Park")
    assert paper.authors[1].affiliations == ()
    assert paper.is_withdrawn
    assert paper.comment == "This paper has been withdrawn by the author"
    assert paper.doi == "10.1000/first"
    assert paper.categories == ("stat.ML", "cs.LG", "astro-ph.CO")


@pytest.mark.fault(53)
def test_no_author_and_three_thousand(client: ArxivClient, server: StandIn) -> None:
    many = tuple(f"Author Number{number}" for number in range(3000))
    server.play(Reply(200, page(record(1, authors=()), record(2, authors=many))))
    papers = client.fetch(ids("2401.00001", "2401.00002")).papers
    assert [len(paper.authors) for paper in papers.values()] == [0, 3000]


def test_markup_in_a_text_is_flattened_not_cut(client: ArxivClient, server: StandIn) -> None:
    body = page(record(1, title="TITLE", authors=("NAME",)))
    body = body.replace(b"TITLE", b"A <i>b<sub>2</sub></i><!-- no --> c <![CDATA[& d]]>")
    body = body.replace(b"NAME", b"Ada <b>Lovelace</b>")
    server.play(Reply(200, body))
    (paper,) = client.fetch(ids("2401.00001")).papers.values()
    assert paper.title == "A b2 c & d"
    assert paper.authors[0].name == "Ada Lovelace"


def test_an_entry_nobody_asked_for(client: ArxivClient, server: StandIn) -> None:
    server.play(Reply(200, page(record(2), record(1))))
    with pytest.raises(BadAnswerError, match="not asked for") as caught:
        client.fetch(ids("2401.00001"))
    assert "it is 2401.00002v1" in caught.value.hint


def test_another_version_than_asked(client: ArxivClient, server: StandIn) -> None:
    server.play(Reply(200, page(record(1, version=2))))
    with pytest.raises(BadAnswerError, match="not asked for") as caught:
        client.fetch(ids("2401.00001v1"))
    assert "it is 2401.00001v2" in caught.value.hint


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"totalResults>1<", b"totalResults>many<", "does not say how many"),
        (b"totalResults>1<", b"totalResults>0<", "feed of 1 papers that says it has 0"),
        (b"http://www.w3.org/2005/Atom", b"http://www.w3.org/2005/Other", "no Atom feed"),
        (b"<feed ", b"<!DOCTYPE feed [<!ENTITY a 'b'>]><feed ", "DOCTYPE"),
        (b"<title>Paper 1", b"<title>Paper &nbsp; 1", "no well-formed XML"),
        (b"<title>Paper 1", b"<title>Paper \xff 1", "not UTF-8"),
        (b"<title>Paper 1", b"<title>" + b"<b/>" * 400_001, "more than 400000 tags"),
        (b"<title>Paper 1", b"<title>" + b"<b c='' d=''/>" * 140_000, "more than 400000 tags"),
    ],
)
def test_answers_that_are_not_what_they_should_be(
    client: ArxivClient, server: StandIn, old: bytes, new: bytes, message: str
) -> None:
    body = page(record(1))
    assert old in body
    server.play(Reply(200, body.replace(old, new, 1)))
    with pytest.raises(BadAnswerError, match=re.escape(message)):
        client.fetch(ids("2401.00001"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"/abs/2401.00001v1<", b"/abs/../../etc/passwd<", "id 'http://arxiv.org/abs/../.."),
        (b"/abs/2401.00001v1<", b"/abs/2401.00001<", "does not say which version"),
        (b"http://arxiv.org/abs/", b"http://evil.example/abs/", "id 'http://evil.example"),
        (b"<title>Paper 1</title>", b"", "lacks the title of the paper http://arxiv.org"),
        (b"<title>Paper 1</title>", b"<title> <b/> </title>", "lacks the title"),
        (b"<published>2024-01-01T10:00:00Z</published>", b"", "lacks the published"),
        (b"<published>2024-01-01T10", b"<published>yesterday 10", "date 'yesterday 10:00:00Z'"),
    ],
)
def test_an_entry_that_cannot_be_read_stops_no_other(
    make_client: Callable[..., ArxivClient], old: bytes, new: bytes, message: str
) -> None:
    records = [record(number) for number in range(1, 25)]
    good = page(records[0])
    assert old in good

    class Spoiling(StandIn):
        """Serves the records, the first of them always spoilt."""

        def begin(self, asked: Asked) -> str | Reply | None:
            super().begin(asked)
            body = answer(self.records, asked.params, now=NOW).body
            return Reply(200, body.replace(old, new, 1) if b"2401.00001" in body else body)

    asked = [ArxivId(one.id) for one in records]
    with Spoiling(records) as server:
        fetched = make_client(server.api_url).fetch(asked)
        assert len(server.requests) <= 11  # 2 where the entry says whose it is
    assert list(fetched.papers) == asked[1:]
    assert list(fetched.failed) == asked[:1]
    assert message in fetched.failed[asked[0]]
    assert not fetched.missing


def test_a_page_of_bad_entries_is_not_asked_for_for_ever(
    make_client: Callable[..., ArxivClient],
) -> None:
    with StandIn([record(number, title="") for number in range(1, 51)]) as server:
        asked = [ArxivId(one.id) for one in server.records]
        fetched = make_client(server.api_url).fetch(asked)
        assert len(server.requests) <= 26
    assert set(fetched.failed) == set(asked)


def test_tex_in_the_texts_of_a_paper_is_read(client: ArxivClient, server: StandIn) -> None:
    one = record(
        1,
        title=r"Sch\"utzenberger's {\L}\'od\'z -- \emph{on} $\"u_{\alpha}$ ``x'' \frac {Z}",
        summary=r"It\^{o}  5\% of {\lambda}." + "\n  \\v{S}koda",
        comment=r"th\`ese",
        journal_ref=r"Ast\'erisque",
        affiliations=(("Ada Lovelace", r"K\"oln"),),
    )
    server.play(Reply(200, page(one)))
    (paper,) = client.fetch(ids("2401.00001")).papers.values()
    assert paper.title == r"Schützenberger's Łódź -- on $\"u_{\alpha}$ ``x'' \frac {Z}"
    assert paper.abstract == "Itô 5% of λ.\n\nŠkoda"
    assert (paper.comment, paper.journal_ref) == ("thèse", "Astérisque")
    assert paper.authors[0].affiliations == ("Köln",)
    assert make_citekey(paper, is_taken=lambda _: False) == "lovelace2024schutzenbergers"


def test_a_doctype_hidden_by_its_encoding(client: ArxivClient, server: StandIn) -> None:
    text = page(record(1)).decode().replace("'UTF-8'", "'UTF-16'")
    body = text.replace("<feed ", "<!DOCTYPE feed [<!ENTITY a 'b'>]><feed ", 1).encode("utf-16")
    server.play(Reply(200, body))
    with pytest.raises(BadAnswerError, match="not UTF-8"):
        client.fetch(ids("2401.00001"))


def test_the_bundled_records_are_all_served_and_labelled(client: ArxivClient) -> None:
    records = load_records()
    fetched = client.fetch([ArxivId(one.id, one.version) for one in records])
    assert len(fetched.papers) == len(records) >= 14
    assert all("written for the papernotes demo" in p.abstract for p in fetched.papers.values())
    assert all(p.authors and p.categories for p in fetched.papers.values())
