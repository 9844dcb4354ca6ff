"""What the tests of downloads share: a paper, downloads that do not wait, broken-off parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from papernotes.arxiv.download import Downloads
from papernotes.config import load
from papernotes.demo.paperfiles import paper_pdf
from papernotes.demo.records import load_records
from papernotes.models import ArxivId

if TYPE_CHECKING:
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
    }
    given: dict[str, Any] = {
        "sleep": clock.sleep,
        "clock": clock,
        "wall_clock": clock,
        "patience_seconds": 120.0,
        "total_seconds": TOTAL_SECONDS,
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
