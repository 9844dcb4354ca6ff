"""Answers that are made to hurt: they cost no time to speak of and end in an error of ours."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from papernotes.arxiv.download import PdfUnavailableError, _unavailable
from papernotes.errors import BadAnswerError
from papernotes.models import ArxivId
from tests.downloading import ADAM, PDF, answer_of, hidden, make_downloads, speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from papernotes.arxiv import ArxivClient
    from papernotes.demo.standin import StandIn

SAID = b"This version of 1412.6980 has been withdrawn and is unavailable"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "pdfs" / "adam.pdf"


@pytest.mark.parametrize(
    "page",
    [
        b"<" * 65_536,
        b"a " * 32_768,
        b"a" * 65_536,
        b"<title>" * 9_362,
        b"<title" * 10_922,
        b"<title><a" * 7_281,
        b"has been " * 7_281,
        b"&#" * 32_768,
        b"&" * 65_536,
        b"\xff" * 65_536,
    ],
    ids=lambda page: page[:9].decode("latin-1"),
)
def test_no_page_costs_more_than_a_glance(
    tmp_path: Path, clock: Any, target: Path, page: bytes
) -> None:
    began = time.process_time()
    error = _unavailable(ADAM, page)
    assert time.process_time() - began < 0.5
    assert not error.is_withdrawn
    with speaking(answer_of("404 Not Found", page, Content_Type="text/html")) as (api_url, _):
        began = time.process_time()
        with pytest.raises(PdfUnavailableError):
            make_downloads(tmp_path, clock, api_url).fetch(ADAM, target)
        assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("page", "reason", "is_withdrawn"),
    [
        (b"<h1>" + SAID + b"</h1>", SAID.decode(), True),
        (b"<title>x</title>\n<h1>\n " + SAID.replace(b" ", b"\n") + b"</h1>", SAID.decode(), True),
        (b"<p>" * 2_000 + SAID + b"<p>" * 20_000, SAID.decode(), True),
        (b"<TITLE lang='en'>Not &amp; found</TITLE>", "Not & found", False),
        (b"<title>cut off", "not found", False),
        (b"&#" + b"1" * 9_000 + b";<h1>" + SAID + b"</h1>", SAID.decode(), True),
        (b"<title>&#" + b"1" * 5_000 + b";gone</title>", ";gone", False),
        (b"", "not found", False),
    ],
)
def test_the_reason_in_a_page(page: bytes, reason: str, *, is_withdrawn: bool) -> None:
    error = _unavailable(ADAM, page)
    assert (error.reason, error.is_withdrawn) == (reason, is_withdrawn)


BRACKET = "http://[::1"


def test_a_redirect_to_what_is_no_address(
    make_client: Callable[..., ArxivClient],
    server: StandIn,
    tmp_path: Path,
    clock: Any,
    target: Path,
) -> None:
    server.play_forever(f"redirect:{BRACKET}")
    with pytest.raises(BadAnswerError, match=r"no address: 'http://\[::1'"):
        make_client().fetch([ADAM])
    with pytest.raises(BadAnswerError, match=r"no address: 'http://\[::1'"):
        make_downloads(tmp_path, clock, server.api_url).fetch(ADAM, target)
    assert len(server.requests) == 2


ABSURD = "9" * 5_000


def test_an_absurd_length_is_ignored(
    make_client: Callable[..., ArxivClient], tmp_path: Path, clock: Any, target: Path
) -> None:
    pdf = answer_of("200 OK", PDF, Content_Type="application/pdf", Content_Length=ABSURD)
    with speaking(pdf) as (api_url, asked):
        make_downloads(tmp_path, clock, api_url).fetch(ADAM, target)
        assert len(asked) == 1
    assert target.read_bytes() == PDF
    assert hidden(target) == []
    page = answer_of("200 OK", b"<p>", Content_Type="text/html", Content_Length=ABSURD)
    with speaking(page) as (api_url, asked), pytest.raises(BadAnswerError):
        make_client(api_url).fetch([ArxivId("1706.03762")])
    assert len(asked) == 1


def test_a_date_behind_the_end_of_time_is_ignored(
    tmp_path: Path, clock: Any, target: Path, server: StandIn, tokyo: None
) -> None:
    del tokyo
    server.play("status:503,Fri, 31 Dec 9999 23:59:59 -0000")
    make_downloads(tmp_path, clock, server.api_url).fetch(ADAM, target)
    assert target.read_bytes() == PDF


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be where the last hours of the year 9999 are those of 10000."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


def test_the_body_of_a_redirect_is_not_read(
    tmp_path: Path, clock: Any, told: list[str], target: Path
) -> None:
    answers = (
        answer_of("302 Found", b"and", Location="/pdf/1412.6980v9.pdf", Content_Length="1" * 9),
        answer_of("200 OK", PDF, Content_Type="application/pdf", Content_Length=str(len(PDF))),
    )
    with speaking(*answers, is_silent_after=True) as (api_url, asked):
        make_downloads(tmp_path, clock, api_url, notify=told.append).fetch(ADAM, target)
    assert (len(asked), told) == (2, [])
    assert target.read_bytes() == PDF
