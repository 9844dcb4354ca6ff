"""What the tests of downloads share: a paper, downloads that do not wait, parts, plain bytes."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from typing import TYPE_CHECKING, Any

import pytest

from papernotes.arxiv.download import Downloads
from papernotes.config import load
from papernotes.demo.paperfiles import paper_pdf
from papernotes.demo.records import load_records
from papernotes.models import ArxivId

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.demo.standin import StandIn

ADAM = ArxivId("1412.6980", 9)
RECORDS = {one.versioned_id: one for one in load_records()}
PDF = paper_pdf(RECORDS[str(ADAM)])
TOTAL_SECONDS = 0.6


def make_downloads(folder: Path, clock: Any, api_url: str, **options: Any) -> Downloads:
    """Make downloads that share a state folder and a clock: each is as good as a new run."""
    flags = {
        "arxiv.api_url": api_url,
        "arxiv.connect_timeout_seconds": 0.5,
        "arxiv.read_timeout_seconds": 0.3,
        "arxiv.contact": "reader@example.org",
        "arxiv.pdf_timeout_seconds": TOTAL_SECONDS,
        "arxiv.pdf_max_megabytes": 200.0,
    }
    flags |= {name: options.pop(name) for name in list(options) if name in flags}
    given: dict[str, Any] = {
        "sleep": clock.sleep,
        "clock": clock,
        "wall_clock": clock,
        "patience_seconds": 120.0,
    }
    config = load(None, environ={"HOME": str(folder)}, flags=flags)
    return Downloads(config, folder / "state", **(given | options))


def hidden(target: Path) -> list[Path]:
    return sorted(target.parent.glob(".*"))


def break_off(downloads: Downloads, server: StandIn, target: Path, part: str = "0.4") -> Path:
    """Leave a part of the PDF behind, as a run that was stopped does; return it."""

    def stop(_done: int, _total: int | None) -> None:
        raise KeyboardInterrupt

    server.play(f"truncate:{part}")
    with pytest.raises(KeyboardInterrupt):
        downloads.fetch(ADAM, target, progress=stop)
    (left,) = hidden(target)
    assert left.read_bytes() == PDF[: left.stat().st_size] != b""
    return left


@contextlib.contextmanager
def speaking(*answers: bytes, is_silent_after: bool = False) -> Iterator[tuple[str, list[str]]]:
    """Answer requests with these bytes as they are, one each; yield arxiv.api_url and what came.

    After an answer the connection is closed, or kept open without another word.
    """
    left, asked, closing = list(answers), [], threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked.append(b"".join(iter(self.rfile.readline, b"\r\n")).decode("latin-1"))
            self.wfile.write(left.pop(0))
            if is_silent_after:
                closing.wait()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/api/query", asked
        finally:
            closing.set()
            server.shutdown()
            thread.join()


def answer_of(status: str, body: bytes, **headers: str) -> bytes:
    """Return an answer as it goes over the wire."""
    lines = (f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{''.join(lines)}\r\n".encode() + body
