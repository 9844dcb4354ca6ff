"""The same question is put to arXiv once a day, and a bad memory is no memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from papernotes.errors import NetworkError
from papernotes.ids import parse_arxiv_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from papernotes.arxiv import ArxivClient
    from papernotes.demo.standin import StandIn

ASKED = [parse_arxiv_id("1706.03762")]
DAY = 24 * 3600


@pytest.fixture
def ask(make_client: Callable[..., ArxivClient]) -> Callable[..., str]:
    """Ask in a new client, as another run would; return the title."""

    def asked(**options: Any) -> str:
        (paper,) = make_client(**{"arxiv.cache_hours": 24, **options}).fetch(ASKED).papers.values()
        return paper.title

    return asked


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "state" / "answers").glob("*.answer"))


def test_a_question_is_asked_once_a_day(
    ask: Callable[..., str], server: StandIn, clock: Any
) -> None:
    first = ask()
    clock.now += DAY - 10
    assert ask() == first
    assert len(server.requests) == 1
    clock.now += 20
    assert ask() == first
    assert len(server.requests) == 2


def test_what_changed_is_seen_the_next_day(
    ask: Callable[..., str], server: StandIn, clock: Any
) -> None:
    assert ask() == "Attention Is All You Need"
    from dataclasses import replace

    server.records = tuple(replace(each, title="Another") for each in server.records)
    assert ask() == "Attention Is All You Need"
    clock.now += DAY
    assert ask() == "Another"


def test_zero_hours_always_ask(ask: Callable[..., str], server: StandIn, tmp_path: Path) -> None:
    ask(**{"arxiv.cache_hours": 0})
    ask(**{"arxiv.cache_hours": 0})
    assert len(server.requests) == 2
    assert kept(tmp_path) == []


def test_one_purpose_is_not_answered_from_another(ask: Callable[..., str], server: StandIn) -> None:
    ask(purpose="add")
    ask(purpose="update")
    ask(purpose="update")
    assert len(server.requests) == 2


def test_other_questions_and_other_servers_are_other_questions(
    make_client: Callable[..., ArxivClient], server: StandIn
) -> None:
    for text in ("1706.03762", "1412.6980", "1706.03762v1"):
        make_client(**{"arxiv.cache_hours": 24}).fetch([parse_arxiv_id(text)])
    assert len(server.requests) == 3


def test_a_fault_is_not_remembered(
    make_client: Callable[..., ArxivClient], server: StandIn, tmp_path: Path
) -> None:
    server.play("html200", "status:404")
    for _ in range(2):
        with pytest.raises(NetworkError):
            make_client(**{"arxiv.cache_hours": 24}).fetch(ASKED)
    assert kept(tmp_path) == []
    assert make_client(**{"arxiv.cache_hours": 24}).fetch(ASKED).papers


def spoil_header(data: bytes) -> bytes:
    return data.replace(b"1706.03762", b"1412.6980", 1)


def spoil_time(data: bytes) -> bytes:
    return b"nan" + data[data.index(b"\n") :]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda _data: b"",
        lambda data: data[:-20] + bytes(20),
        lambda _data: b"1\n2\n3",
        spoil_header,
        spoil_time,
    ],
)
def test_a_spoilt_memory_is_asked_anew(
    ask: Callable[..., str],
    server: StandIn,
    tmp_path: Path,
    spoil: Callable[[bytes], bytes],
) -> None:
    ask()
    (path,) = kept(tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    assert ask() == "Attention Is All You Need"
    assert len(server.requests) == 2


def test_a_planted_page_is_not_believed(
    ask: Callable[..., str], server: StandIn, tmp_path: Path
) -> None:
    import zlib

    ask()
    (path,) = kept(tmp_path)
    at, url, _ = path.read_bytes().split(b"\n", maxsplit=2)
    for body in (b"<html>no</html>", b"<feed/>", b"<!DOCTYPE x>" + b"<a>" * 9):
        path.write_bytes(b"\n".join((at, url, zlib.compress(body))))
        assert ask() == "Attention Is All You Need"
    assert len(server.requests) == 4


@pytest.mark.fault(35)
def test_a_clock_set_back_asks_anew(ask: Callable[..., str], server: StandIn, clock: Any) -> None:
    clock.now += DAY
    ask()
    clock.now -= DAY / 2
    ask()
    assert len(server.requests) == 2


def test_old_answers_go_and_a_folder_in_the_way_stops_nothing(
    ask: Callable[..., str], make_client: Callable[..., ArxivClient], tmp_path: Path, clock: Any
) -> None:
    import os

    ask()
    (old,) = kept(tmp_path)
    killed = [old.with_name(f".papernotes-{number}.tmp") for number in range(2)]
    for path in killed:
        path.write_text("half an answer")
    clock.now += 2 * DAY
    for path, at in ((old, 1.0), (killed[0], 1.0), (killed[1], clock.now)):
        os.utime(path, (at, at))
    make_client(**{"arxiv.cache_hours": 24}).fetch([parse_arxiv_id("1412.6980")])
    assert old not in kept(tmp_path)
    assert len(kept(tmp_path)) == 1
    assert [path.exists() for path in killed] == [False, True]
    for path in (*kept(tmp_path), killed[1]):
        path.unlink()
    (tmp_path / "state" / "answers").rmdir()
    (tmp_path / "state" / "answers").write_text("in the way")
    assert ask() == "Attention Is All You Need"
