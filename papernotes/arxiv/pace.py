"""arXiv's pace: one request at a time, and one per delay, over all processes of this machine.

The turn is an flock on one small file in the state folder; the file holds when the last request
was made and until when arXiv asked to be left alone. Waits are counted on the monotonic clock,
which all processes share since boot, and none is ever longer than what it stands for, whatever
a clock that was set, or a reboot, makes of the figures.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import math
import os
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from papernotes.config import ARXIV_HOSTS
from papernotes.errors import PapernotesError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class _State:
    """What the file holds; seconds, ``_at`` on the monotonic clock, ``_until`` since 1970."""

    last_at: float | None = None
    asked_at: float = 0.0
    pause_seconds: float = 0.0
    pause_until: float = 0.0
    strikes: int = 0


class Pace:
    """Gives turns by the file at ``path``.

    ``clock`` is monotonic, ``wall_clock`` counts seconds since 1970; ``notify`` is told, once for
    each request, when another process is in the way, for it may be fetching a whole PDF.
    """

    def __init__(
        self,
        path: Path,
        *,
        delay_seconds: float,
        clock: Callable[[], float],
        wall_clock: Callable[[], float],
        sleep: Callable[[float], None],
        notify: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._delay = delay_seconds
        self._clock = clock
        self._wall_clock = wall_clock
        self._sleep = sleep
        self._notify = notify
        self._has_told = False

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until a request may be made, and keep all others waiting until it is answered."""
        with self._locked() as fd:
            self._has_told = False
            if (wait := self._delay_left(_read(fd))) > 0:
                self._sleep(wait)
            self._note_request(fd)
            try:
                yield
            finally:
                self._note_request(fd)

    def pause_left(self) -> float:
        """Return for how many seconds arXiv still asked to be left alone, maybe in another run."""
        with self._locked() as fd:
            state = _read(fd)
        by_wall = state.pause_until - self._wall_clock()
        passed = self._clock() - state.asked_at
        by_clock = state.pause_seconds - max(0.0, passed)
        return max(0.0, min(by_wall, by_clock, state.pause_seconds))

    def ask_pause(self, choose: Callable[[int], float]) -> None:
        """Remember that arXiv asked for a pause: ``choose(strikes in a row, from 1)`` seconds."""
        with self._locked() as fd:
            state = _read(fd)
            strikes = state.strikes + 1
            seconds = choose(strikes)
            until = self._wall_clock() + seconds
            _write(fd, _State(state.last_at, self._clock(), seconds, until, strikes))

    def end_pause(self) -> None:
        """Forget the pauses: arXiv answers again."""
        with self._locked() as fd:
            state = _read(fd)
            if state.strikes:
                _write(fd, _State(last_at=state.last_at))

    def _delay_left(self, state: _State) -> float:
        if state.last_at is None:
            return 0.0
        passed = self._clock() - state.last_at
        return self._delay - passed if passed >= 0 else self._delay

    def _note_request(self, fd: int) -> None:
        state = asdict(_read(fd)) | {"last_at": self._clock()}
        _write(fd, _State(**state))

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        """Open and lock the file; other processes wait. Raises PapernotesError where it cannot."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
            fd = os.open(self._path, flags, 0o600)
        except OSError as error:
            raise PapernotesError(
                f"{self._path}: {error.strerror}: cannot keep arXiv's pace without this file",
                hint="set PAPERNOTES_STATE_DIR to a folder that can be written",
            ) from error
        try:
            self._lock(fd)
            yield fd
        finally:
            os.close(fd)

    def _lock(self, fd: int) -> None:
        """Take the lock at once, or say that another process has it and wait."""
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not self._has_told:
                self._notify("waiting for another papernotes to finish its request to arXiv")
                self._has_told = True
            fcntl.flock(fd, fcntl.LOCK_EX)


def pace_file(state_folder: Path, api_url: str) -> Path:
    """Return where the pace is kept: one file for arXiv itself, one for each other server."""
    parts = urlsplit(api_url)
    host = "arxiv" if parts.hostname in ARXIV_HOSTS else re.sub(r"[^\w.-]", "-", parts.netloc)
    return state_folder / f"pace-{host}.json"


def _read(fd: int) -> _State:
    """Return what the file holds; a new, torn or foreign one counts as empty."""
    try:
        raw = json.loads(os.pread(fd, _MOST_BYTES, 0) or b"{}")
        state = _State(**raw)
        floats = (state.asked_at, state.pause_seconds, state.pause_until, state.last_at or 0.0)
        is_sound = all(map(math.isfinite, floats)) and isinstance(state.strikes, int)
        return state if is_sound else _State()
    except (ValueError, TypeError, RecursionError, OverflowError):
        return _State()


def _write(fd: int, state: _State) -> None:
    data = json.dumps(asdict(state)).encode()
    os.pwrite(fd, data, 0)
    os.ftruncate(fd, len(data))
