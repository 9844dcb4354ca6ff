from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from papernotes.arxiv.pace import Pace
from papernotes.errors import PapernotesError

if TYPE_CHECKING:
    from papernotes.demo.standin import StandIn


FILE_NAME = "pace.json"
DELAY = 0.2
TWICE = """
import sys
from pathlib import Path
from papernotes.arxiv import ArxivClient
from papernotes.config import load
from papernotes.ids import parse_arxiv_id
api_url, folder, delay = sys.argv[1:]
config = load(
    None,
    environ={"HOME": folder},
    flags={"arxiv.api_url": api_url, "arxiv.delay_seconds": float(delay), "arxiv.cache_hours": 0},
)
client = ArxivClient(config, Path(folder))
for text in ("1706.03762", "1412.6980"):
    assert client.fetch([parse_arxiv_id(text)]).papers
"""


def make(folder: Path, clock: Any, delay: float = 3.0) -> Pace:
    return Pace(
        folder / FILE_NAME, delay_seconds=delay, clock=clock, wall_clock=clock, sleep=clock.sleep
    )


def test_four_processes_keep_one_pace(server: StandIn, tmp_path: Path) -> None:
    command = [sys.executable, "-c", TWICE, server.api_url, str(tmp_path), str(DELAY)]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [process.communicate()[1] for process in running]
    assert errors == [""] * 4
    asked = sorted(server.requests, key=lambda one: one.at)
    assert len(asked) == 8
    assert server.max_active == 1
    gaps = [later.at - earlier.at for earlier, later in pairwise(asked)]
    assert min(gaps) >= DELAY - 0.01


def test_the_first_turn_is_free_and_the_second_waits(tmp_path: Path, clock: Any) -> None:
    with make(tmp_path / "new" / "folder", clock).turn():
        clock.now += 1.0
    with make(tmp_path / "new" / "folder", clock).turn():
        pass
    assert clock.slept == [3.0]


def test_the_delay_counts_from_the_end_even_of_a_failure(tmp_path: Path, clock: Any) -> None:
    def fail() -> None:
        with make(tmp_path, clock).turn():
            clock.now += 10.0
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    clock.now += 1.0
    with make(tmp_path, clock).turn():
        pass
    assert clock.slept == [2.0]


@pytest.mark.parametrize("now", [0.0, 999.0])
def test_a_reboot_costs_one_delay_at_most(tmp_path: Path, clock: Any, now: float) -> None:
    with make(tmp_path, clock).turn():
        pass
    clock.now = now
    with make(tmp_path, clock).turn():
        pass
    assert clock.slept == [3.0]


@pytest.mark.parametrize("jump", [-3600.0, -1e9])
@pytest.mark.fault(35)
def test_a_pause_is_never_longer_than_asked(tmp_path: Path, clock: Any, jump: float) -> None:
    pace = make(tmp_path, clock)
    pace.ask_pause(lambda _: 60.0)
    assert pace.pause_left() == 60.0
    clock.now += jump
    assert pace.pause_left() == 60.0


def test_either_clock_ends_a_pause(tmp_path: Path, clock: Any) -> None:
    wall = [1_000.0]
    path = tmp_path / FILE_NAME
    pace = Pace(path, delay_seconds=3, clock=clock, wall_clock=lambda: wall[0], sleep=clock.sleep)
    pace.ask_pause(lambda _: 60.0)
    clock.now += 45
    assert pace.pause_left() == 15.0
    wall[0] += 100
    assert pace.pause_left() == 0.0


def test_strikes_count_up_and_an_answer_clears_them(tmp_path: Path, clock: Any) -> None:
    pace = make(tmp_path, clock)
    seen: list[int] = []

    def note(strikes: int) -> float:
        seen.append(strikes)
        return 1.0

    pace.ask_pause(note)
    pace.ask_pause(note)
    pace.end_pause()
    assert pace.pause_left() == 0.0
    pace.ask_pause(note)
    assert seen == [1, 2, 1]


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"[" * 5000, b"\xff\x00", b'{"evil": 1}', b'{"strikes": 1.5}'),
        *(b'{"last_at": "x"}', b'{"last_at": NaN}', b'{"last_at": 1e999}'),
    ],
)
def test_a_torn_or_foreign_file_counts_as_empty(tmp_path: Path, clock: Any, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    pace = make(tmp_path, clock)
    assert pace.pause_left() == 0.0
    with pace.turn():
        pass
    assert json.loads((tmp_path / FILE_NAME).read_bytes())["last_at"] == clock.now


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, clock: Any) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(PapernotesError, match=r"pace\.json") as caught,
        make(tmp_path / "file", clock).turn(),
    ):
        pass
    assert "PAPERNOTES_STATE_DIR" in caught.value.hint


WAITING = "waiting for another papernotes to finish its request to arXiv"


def hold(path: Path) -> int:
    """Take the turn as another process does; closing the file gives it back."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(fd, fcntl.LOCK_EX)
    return fd


def test_a_turn_of_another_process_is_told_once_for_each_request(
    tmp_path: Path, clock: Any
) -> None:
    path = tmp_path / FILE_NAME
    told: list[str] = []
    held: list[int] = []

    def notify(text: str) -> None:
        told.append(text)
        os.close(held.pop())

    pace = Pace(
        path, delay_seconds=3, clock=clock, wall_clock=clock, sleep=clock.sleep, notify=notify
    )
    with pace.turn():
        pass
    assert told == []
    for count in (1, 2):
        held.append(hold(path))
        assert pace.pause_left() == 0.0
        assert told == [WAITING] * count
        with pace.turn():
            pass
        assert told == [WAITING] * count


BLOCKED = """
import sys, time
from pathlib import Path
from papernotes.arxiv.pace import Pace
pace = Pace(
    Path(sys.argv[1]), delay_seconds=0, clock=time.monotonic, wall_clock=time.time,
    sleep=time.sleep, notify=lambda text: print(text, flush=True),
)
with pace.turn():
    print("has a turn", flush=True)
"""


def test_ctrl_c_ends_the_wait_for_a_turn(tmp_path: Path) -> None:
    held = hold(tmp_path / FILE_NAME)
    command = [sys.executable, "-c", BLOCKED, str(tmp_path / FILE_NAME)]
    try:
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout
            assert child.stdout.readline().strip() == WAITING
            wait_till_blocked(child)
            child.send_signal(signal.SIGINT)
            out, errors = child.communicate(timeout=20)
    finally:
        os.close(held)
    assert (child.returncode, out) == (-signal.SIGINT, "")
    assert errors.strip().endswith("KeyboardInterrupt")


def wait_till_blocked(child: subprocess.Popen[str]) -> None:
    """Wait until a process waits for the system, where the system tells."""
    status, deadline = Path(f"/proc/{child.pid}/stat"), time.monotonic() + 20
    while status.exists() and status.read_text().rpartition(")")[2].split()[0] != "S":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_file_is_no_way_to_another(tmp_path: Path, clock: Any) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    (tmp_path / FILE_NAME).symlink_to(target)
    with pytest.raises(PapernotesError), make(tmp_path, clock).turn():
        pass
    assert target.read_text() == "precious"
