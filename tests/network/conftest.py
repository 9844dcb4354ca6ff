from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from papernotes.arxiv import ArxivClient
from papernotes.config import load
from papernotes.demo.records import load_records
from papernotes.demo.standin import StandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Clock:
    """Both clocks of the client, moved by its own sleeps and nothing else."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(load_records()) as running:
        yield running


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def make_client(
    server: StandIn, tmp_path: Path, clock: Clock, told: list[str]
) -> Callable[..., ArxivClient]:
    """Make clients that share a state folder and a clock, so that no test waits for real."""

    def make(api_url: str = "", **options: Any) -> ArxivClient:
        given: dict[str, Any] = {
            "sleep": clock.sleep,
            "clock": clock,
            "wall_clock": clock,
            "notify": told.append,
            "patience_seconds": 120.0,
        }
        flags = {
            "arxiv.api_url": api_url or server.api_url,
            "arxiv.delay_seconds": 3.0,
            "arxiv.connect_timeout_seconds": 0.5,
            "arxiv.read_timeout_seconds": 0.3,
            "arxiv.total_timeout_seconds": 0.6,
            "arxiv.contact": "reader@example.org",
            "arxiv.cache_hours": 0,
        }
        flags |= {name: options.pop(name) for name in list(options) if name in flags}
        config = load(None, environ={"HOME": str(tmp_path)}, flags=flags)
        return ArxivClient(config, tmp_path / "state", **(given | options))

    return make


@pytest.fixture
def client(make_client: Callable[..., ArxivClient]) -> ArxivClient:
    return make_client()
