"""The memory of answers: the same question is not put to arXiv twice a day.

arXiv's results change once a day, and its manual asks for this. Only sound answers are kept, and
they are checked again when they are recalled: the folder is anybody's to write to.
"""

from __future__ import annotations

import contextlib
import hashlib
import zlib
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.arxiv.feed import check_feed
from papernotes.arxiv.transport import MOST_BYTES, Answer
from papernotes.errors import BadAnswerError, PapernotesError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Protocol

    class Session(Protocol):
        """What arxiv.py uses of a session."""

        def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
            """Return the answer at ``url``."""


_ENDING = ".answer"


class Memory:
    """A session that recalls what ``session`` answered within ``seconds``, from ``folder``.

    ``purpose`` keeps those apart who must not be answered from each other's questions: what an
    entry was made of can tell nothing new about it. ``wall_clock`` counts seconds since 1970.
    """

    def __init__(
        self,
        session: Session,
        folder: Path,
        *,
        seconds: float,
        purpose: str,
        wall_clock: Callable[[], float],
    ) -> None:
        self._session = session
        self._folder = folder
        self._seconds = seconds
        self._purpose = purpose
        self._wall_clock = wall_clock

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer at ``url``, recalled if possible; raises what ``session`` does."""
        if self._seconds <= 0:
            return self._session.get(url, headers)
        name = hashlib.sha256(f"{self._purpose} {url}".encode()).hexdigest() + _ENDING
        body = self._recalled(self._folder / name, url)
        if body is not None:
            return Answer(200, body)
        answer = self._session.get(url, headers)
        self._keep(self._folder / name, url, answer.content)
        return answer

    def _recalled(self, path: Path, url: str) -> bytes | None:
        try:
            at, asked, packed = files.read(path).split(b"\n", maxsplit=2)
            if asked.decode() != url or not self._is_fresh(float(at)):
                return None
            unpacker = zlib.decompressobj()
            body = unpacker.decompress(packed, MOST_BYTES)
            if not unpacker.eof:
                return None
            return check_feed(body, "application/atom+xml")
        except (PapernotesError, BadAnswerError, ValueError, zlib.error):
            return None

    def _is_fresh(self, at: float) -> bool:
        return 0 <= self._wall_clock() - at < self._seconds

    def _keep(self, path: Path, url: str, body: bytes) -> None:
        """Keep an answer where that is possible, and forget those that are too old."""
        data = f"{self._wall_clock()}\n{url}\n".encode() + zlib.compress(body, 1)
        with contextlib.suppress(PapernotesError, OSError):
            files.make_folder(self._folder)
            for old in self._folder.iterdir():  # what a killed one had not finished goes too
                is_ours = old.name.endswith((_ENDING, files.TEMP_SUFFIX))
                if is_ours and not self._is_fresh(old.stat().st_mtime):
                    old.unlink()
            files.write_atomic(path, data)
