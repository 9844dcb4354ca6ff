"""Many papers at once: every id accounted for, whatever breaks in between."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from papernotes.demo.records import Record
from papernotes.demo.standin import StandIn
from tests.factories import open_library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Ended, Shell

COUNT = 497
MALFORMED, UNKNOWN = "1706.0376", ("1707.99998", "1707.99999")


def record(number: int) -> Record:
    return Record(
        id=f"1801.{number:05}",
        version=1,
        title=f"On the Behaviour of Model {number}",
        authors=(f"Ada Author{number % 60}", "Ben Second"),
        categories=("cs.LG",),
        published="2018-01-02T03:04:05Z",
        updated="2018-01-02T03:04:05Z",
        summary=f"We look at model {number}. (Written for a test.)",
    )


RECORDS = tuple(record(number) for number in range(1, COUNT + 1))
ASKED = [each.id for each in RECORDS]
ASKED[250:250] = [UNKNOWN[0], MALFORMED, UNKNOWN[1]]


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(RECORDS) as running:
        yield running


@pytest.fixture
def stand_in(server: StandIn) -> StandIn:
    """Let the shell of tests/cli ask this server."""
    return server


@pytest.fixture
def batch(shell: Shell) -> Shell:
    shell.environ["PAPERNOTES_ARXIV_CACHE_HOURS"] = "0"
    assert shell("init", ".").status == 0
    return shell


def asked_in(server: StandIn) -> list[list[str]]:
    return [each.params["id_list"].split(",") for each in server.requests]


def assert_all_there(shell: Shell, ended: Ended) -> None:
    assert ended.status == 1
    assert MALFORMED in ended.err
    assert all(f"arXiv has no paper {each}" in ended.err for each in UNKNOWN)
    assert len(list((shell.folder / "bib").glob("*.bib"))) == COUNT
    assert len(list((shell.folder / "notes").glob("*.md"))) == COUNT
    with open_library(shell.folder) as library:
        assert sorted(hit.arxiv or "" for hit in library.list(limit=0)) == sorted(
            each.id for each in RECORDS
        )
        assert library.search("behaviour", limit=0).total == COUNT


@pytest.mark.fault(50, 52)
def test_five_hundred_ids_with_pauses_and_three_bad_ones(batch: Shell, server: StandIn) -> None:
    server.play("status:429,1", "status:503,1")
    ended = batch("add", "-", stdin="\n".join(ASKED))
    assert len(ended.out.split()) == COUNT
    assert_all_there(batch, ended)
    assert "500 asked: 497 added, 2 unknown to arXiv, 1 malformed" in ended.err


@pytest.mark.slow
@pytest.mark.fault(1)
def test_a_batch_killed_and_run_again_ends_the_same(
    batch: Shell, server: StandIn, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(request.config.getoption("randomly_seed", default=1))
    ids = batch.folder.parent / "ids.md"
    ids.write_text("".join(f"* see https://arxiv.org/abs/{each}\n" for each in ASKED))
    for _ in range(3):
        server.play("status:429,1")
        with batch.start("add", "--from", str(ids)) as process:
            time.sleep(0.8 + chance.random() * 2)
            process.send_signal(signal.SIGKILL)
        stored = set(known_ids(batch))
        before = len(server.requests)
    ended = batch("add", "--from", str(ids), MALFORMED)
    assert_all_there(batch, ended)
    again = {each for part in asked_in(server)[before:] for each in part}
    assert stored, "killed before anything was kept: the test says nothing"
    assert not stored & again
    with open_library(batch.folder) as library:
        kept = library.list(limit=0), library.search("behaviour model", limit=0)
        library.sync(rebuild=True)
        assert kept == (library.list(limit=0), library.search("behaviour model", limit=0))


def known_ids(shell: Shell) -> list[str]:
    with open_library(shell.folder) as library:
        return [hit.arxiv or "" for hit in library.list(limit=0)]


@pytest.mark.fault(29)
def test_eight_processes_ask_one_at_a_time_and_keep_the_pace(batch: Shell, server: StandIn) -> None:
    delay = 0.25
    batch.environ["PAPERNOTES_ARXIV_DELAY_SECONDS"] = str(delay)
    parts = [[each.id for each in RECORDS[at::8]][:3] for at in range(8)]
    running = [batch.start("add", *part) for part in parts]
    ends = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 8, ends
    times = sorted(each.at for each in server.requests)
    assert len(times) == 8
    assert server.max_active == 1
    assert min(later - earlier for earlier, later in pairwise(times)) >= delay - 0.01
    wanted = sorted(each for part in parts for each in part)
    assert sorted(known_ids(batch)) == wanted
    assert Counter(len(each) for each in asked_in(server)) == {3: 8}


@pytest.mark.fault(29, 30)
def test_no_id_is_asked_for_twice_by_overlapping_lists(batch: Shell, server: StandIn) -> None:
    ids = [each.id for each in RECORDS]
    running = [batch.start("add", *ids[at : at + 60]) for at in range(0, 80, 20)]
    ends = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 4, ends
    asked = Counter(each for part in asked_in(server) for each in part)
    assert sum(asked.values()) == len(asked) == 120
    assert sorted(known_ids(batch)) == sorted(ids[:120])
