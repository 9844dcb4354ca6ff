"""PDFs from the stand-in: whole or not at all, at arXiv's pace, whatever the server does."""

from __future__ import annotations

import os
import re
import socket
import stat
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from papernotes.arxiv.download import (
    Downloaded,
    PdfUnavailableError,
    pdf_url,
)
from papernotes.demo.paperfiles import PDF_TYPE, FileReply, paper_pdf
from papernotes.demo.standin import StandIn
from papernotes.errors import (
    BadAnswerError,
    ConflictError,
    NetworkError,
    PapernotesError,
    ThrottledError,
)
from papernotes.files import FileError
from papernotes.models import ArxivId
from tests.downloading import ADAM, PDF, RECORDS, TOTAL_SECONDS, hidden, make_downloads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from papernotes.arxiv.download import Downloads


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "pdfs" / "adam.pdf"


@pytest.fixture
def make(server: StandIn, tmp_path: Path, clock: Any, told: list[str]) -> Callable[..., Downloads]:
    def downloads(api_url: str = "", **options: Any) -> Downloads:
        given = {"notify": told.append} | options
        return make_downloads(tmp_path, clock, api_url or server.api_url, **given)

    return downloads


@pytest.mark.parametrize(
    ("asked", "path", "served"),
    [
        (ADAM, "/pdf/1412.6980v9", "1412.6980v9"),
        (ArxivId("1706.03762"), "/pdf/1706.03762", "1706.03762v7"),
        (ArxivId("1706.03762", 1), "/pdf/1706.03762v1", "1706.03762v1"),
        (ArxivId("hep-th/9711200", 3), "/pdf/hep-th/9711200v3", "hep-th/9711200v3"),
        (ArxivId("hep-th/9711200"), "/pdf/hep-th/9711200", "hep-th/9711200v3"),
    ],
)
def test_a_pdf_is_fetched_whole(
    make: Callable[..., Downloads],
    server: StandIn,
    target: Path,
    asked: ArxivId,
    path: str,
    served: str,
) -> None:
    seen: list[tuple[int, int | None]] = []
    done = make().fetch(asked, target, progress=lambda *both: seen.append(both))
    record = RECORDS[served]
    assert target.read_bytes() == paper_pdf(record)
    assert done == Downloaded(record.version, target.stat().st_size)
    assert seen[-1] == (done.size, None)
    assert hidden(target) == []
    (request,) = server.requests
    assert (request.method, request.path, request.range) == ("GET", path, "")
    assert re.fullmatch(r"papernotes/\S+ \(\+mailto:reader@example\.org\)", request.user_agent)


@pytest.mark.parametrize(
    ("api_url", "url"),
    [
        ("https://export.arxiv.org/api/query", "https://export.arxiv.org/pdf/1412.6980v9"),
        ("https://a.example/of/arxiv/api/query/", "https://a.example/of/arxiv/pdf/1412.6980v9"),
        ("http://localhost:80/api/query?x=y", "http://localhost:80/pdf/1412.6980v9"),
        ("https://a.example/elsewhere", "https://a.example/pdf/1412.6980v9"),
    ],
)
def test_the_address_of_a_pdf(api_url: str, url: str) -> None:
    assert pdf_url(api_url, ADAM) == url


# fault, error, part of its message, requests made when the fault never ends
FOR_EVER = [
    ("status:404", PdfUnavailableError, "1412.6980v9: arXiv has no PDF: not found", 1),
    ("status:403", NetworkError, "access is denied", 1),
    ("status:429", ThrottledError, "pause of 120 more seconds", 2),
    ("status:429,1", ThrottledError, "pause of 1 more seconds", 3),
    ("status:503,7", ThrottledError, "pause of 7 more seconds", 3),
    ("rate200", ThrottledError, "pause of 120 more seconds", 2),
    ("status:503", NetworkError, "status 503", 3),
    ("status:301", BadAnswerError, "status 301", 1),
    ("status:416", BadAnswerError, "status 416", 1),
    ("html200", BadAnswerError, "sent a web page instead of a PDF", 1),
    ("html_as_atom", BadAnswerError, "what it calls 'application/atom.xml' instead", 1),
    ("gzipbomb:1", BadAnswerError, "what is packed as 'gzip' instead", 1),
    ("garbage", BadAnswerError, "is none", 2),
    ("empty", BadAnswerError, "is empty", 2),
    ("cut:0.5", BadAnswerError, "is cut off", 2),
    ("cut:0", BadAnswerError, "is empty", 2),
    ("truncate:0.5", NetworkError, "broke off", 3),
    ("truncate_noclen:0.5", NetworkError, "broke off", 3),
    ("reset", NetworkError, "broke off", 3),
    ("reset:0.5", NetworkError, "broke off", 3),
    ("slow:30", NetworkError, "sent nothing for 0.3 seconds", 3),
    ("drip:0.05", NetworkError, "within 0.6 seconds", 3),
    ("loop", BadAnswerError, "more than 3 times", 4),
    ("redirect:file:///etc/passwd", BadAnswerError, "refused to go to 'file:", 1),
    ("redirect:http://arxiv.org/", BadAnswerError, "refused to go to 'http://arxiv.org/'", 1),
    ("redirect:https://evil.example/", BadAnswerError, "refused to go to 'https://evil", 1),
    ("big:3", PapernotesError, "1412.6980v9: the PDF is larger than 2 MB", 1),
]


@pytest.mark.parametrize(
    ("fault", "error", "message", "requests"), FOR_EVER, ids=[f[0] for f in FOR_EVER]
)
@pytest.mark.fault(55)
def test_a_fault_that_never_ends(
    make: Callable[..., Downloads],
    server: StandIn,
    target: Path,
    fault: str,
    error: type[PapernotesError],
    message: str,
    requests: int,
) -> None:
    server.play_forever(fault)
    began = time.monotonic()
    with pytest.raises(error, match=message) as caught:
        make(**{"arxiv.pdf_max_megabytes": 2}).fetch(ADAM, target)
    assert time.monotonic() - began < 3 * TOTAL_SECONDS + 2
    assert caught.value.hint
    assert len(server.requests) == requests
    assert not target.exists()


@pytest.mark.parametrize(
    ("fault", "is_kept"),
    [
        ("truncate:0.5", True),
        ("truncate_noclen:0.5", True),
        ("drip:0.01", True),
        ("reset", False),
        ("slow:30", False),
        ("cut:0.5", False),
        ("garbage", False),
        ("empty", False),
        ("status:503", False),
        ("status:503,7", False),
        ("status:429", False),
        ("rate200", False),
    ],
)
def test_a_fault_that_passes_is_got_over(
    make: Callable[..., Downloads],
    server: StandIn,
    target: Path,
    told: list[str],
    fault: str,
    *,
    is_kept: bool,
) -> None:
    server.play(fault)
    make().fetch(ADAM, target)
    assert target.read_bytes() == PDF
    assert hidden(target) == []
    _, second = server.requests
    assert bool(re.fullmatch("bytes=[1-9][0-9]*-", second.range)) == is_kept
    assert bool(second.if_range) == is_kept
    assert len(told) == 1


def test_a_reset_in_the_middle_is_got_over(
    make: Callable[..., Downloads], server: StandIn, target: Path
) -> None:
    server.play("reset:0.5")
    make().fetch(ADAM, target)
    assert target.read_bytes() == PDF


def test_what_stands_there_is_kept(
    make: Callable[..., Downloads], server: StandIn, target: Path
) -> None:
    target.parent.mkdir()
    target.write_bytes(b"mine")
    with pytest.raises(ConflictError, match=r"adam\.pdf: exists already"):
        make().fetch(ADAM, target)
    assert target.read_bytes() == b"mine"
    assert server.requests == ()


def test_what_appears_meanwhile_is_kept(
    make: Callable[..., Downloads], server: StandIn, target: Path
) -> None:
    def write(_done: int, _total: int | None) -> None:
        target.write_bytes(b"mine")

    with pytest.raises(ConflictError, match=r"adam\.pdf: exists already"):
        make().fetch(ADAM, target, progress=write)
    assert target.read_bytes() == b"mine"
    assert hidden(target) == []


def test_a_folder_in_the_way_is_kept(make: Callable[..., Downloads], target: Path) -> None:
    target.mkdir(parents=True)
    with pytest.raises(ConflictError):
        make().fetch(ADAM, target)
    assert target.is_dir()


def test_a_folder_that_cannot_be_made_is_named(
    make: Callable[..., Downloads], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="file"):
        make().fetch(ADAM, tmp_path / "file" / "adam.pdf")


def test_a_withdrawn_version_is_told_apart(make: Callable[..., Downloads], target: Path) -> None:
    first = replace(RECORDS[str(ADAM)], id="2401.00001", version=1)
    second = replace(first, version=2, comment="This paper has been withdrawn by its author.")
    with StandIn([first, second]) as server:
        for asked in (ArxivId("2401.00001"), ArxivId("2401.00001", 2)):
            with pytest.raises(PdfUnavailableError) as caught:
                make(server.api_url).fetch(asked, target)
            assert caught.value.is_withdrawn
            assert caught.value.reason == (
                "This version of 2401.00001v2 has been withdrawn and is unavailable"
            )
            assert caught.value.exit_status == 3
        assert make(server.api_url).fetch(ArxivId("2401.00001", 1), target).version == 1


def test_an_id_arxiv_does_not_know(make: Callable[..., Downloads], target: Path) -> None:
    with pytest.raises(PdfUnavailableError, match=r"No paper 2401\.99999") as caught:
        make().fetch(ArxivId("2401.99999"), target)
    assert not caught.value.is_withdrawn


def test_a_redirect_on_the_same_host_is_followed(
    make: Callable[..., Downloads], server: StandIn, target: Path
) -> None:
    server.play("redirect:/pdf/1706.03762v1.pdf?download=1")
    assert make().fetch(ArxivId("1706.03762"), target).version == 1
    assert [one.path for one in server.requests] == [
        "/pdf/1706.03762",
        "/pdf/1706.03762v1.pdf",
        "/pdf/1706.03762v1",
    ]


def test_a_pause_is_kept_by_the_next_run(
    make: Callable[..., Downloads], server: StandIn, clock: Any, target: Path
) -> None:
    server.play("status:503,60")
    with pytest.raises(ThrottledError):
        make(patience_seconds=0).fetch(ADAM, target)
    clock.now += 20
    with pytest.raises(ThrottledError, match="pause of 40 more seconds"):
        make(patience_seconds=0).fetch(ADAM, target)
    assert len(server.requests) == 1
    make(patience_seconds=60).fetch(ADAM, target)
    assert target.read_bytes() == PDF


@pytest.mark.fault(10)
def test_no_room_on_the_disk(make: Callable[..., Downloads], server: StandIn, target: Path) -> None:
    with pytest.raises(PapernotesError, match=r"adam\.pdf: no room for the PDF"):
        make(free_bytes=lambda _: 1_000_000).fetch(ADAM, target)
    room = iter([30_000_000, 30_000_000, 10_000_000])
    server.play("big:30")
    with pytest.raises(PapernotesError, match="no room for the PDF"):
        make(free_bytes=lambda _: next(room), **{"arxiv.pdf_timeout_seconds": 60}).fetch(
            ADAM, target
        )
    assert hidden(target) == []
    assert not target.exists()


@pytest.mark.parametrize(
    ("fault", "is_everybodys"),
    [
        ("status:403", True),
        ("status:429,3600", True),
        ("status:503", True),
        ("reset", True),
        ("slow:30", True),
        ("status:404", False),
        ("html200", False),
        ("garbage", False),
        ("cut:0.5", False),
        ("redirect:https://evil.example/", False),
        (FileReply(206, PDF, PDF_TYPE), False),
    ],
)
def test_what_would_meet_the_next_paper_too_is_told_apart(
    make: Callable[..., Downloads],
    server: StandIn,
    target: Path,
    fault: str | FileReply,
    *,
    is_everybodys: bool,
) -> None:
    server.play_forever(fault)
    with pytest.raises(PapernotesError) as caught:
        make().fetch(ADAM, target)
    is_network = isinstance(caught.value, NetworkError)
    is_papers = isinstance(caught.value, BadAnswerError | PdfUnavailableError)
    assert (is_network and not is_papers) == is_everybodys


def test_nobody_to_ask_meets_the_next_paper_too(
    make: Callable[..., Downloads], target: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(NetworkError, match="cannot be reached") as caught:
        make(f"http://127.0.0.1:{port}/api/query").fetch(ADAM, target)
    assert not isinstance(caught.value, BadAnswerError)


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_a_pdf_has_the_mode_the_umask_asks_for(
    make: Callable[..., Downloads], target: Path, umask: int, mode: int
) -> None:
    before = os.umask(umask)
    try:
        make().fetch(ADAM, target)
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == mode
