"""The way to arXiv's API: what arxiv.py's ``requests.Session`` is replaced by.

arxiv.py asks through ``session.get(url)`` and looks at ``status_code`` and ``content``;
:class:`Transport` gives it exactly that, and lets nothing through but a sound Atom feed from an
allowed host, in time, of bounded size, asked for at arXiv's pace.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests

from papernotes.arxiv.exchange import (
    CHUNK_BYTES,
    Arriving,
    Exchange,
    PassingError,
    PauseAskedError,
    check_url,
    is_rate_notice,
    without_query,
)
from papernotes.arxiv.feed import RefusedError, ShortAnswerError, check_feed, error_reason
from papernotes.errors import BadAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["MOST_BYTES", "Answer", "Transport", "check_url", "without_query"]

MOST_BYTES = 20_000_000
_HEADERS = {"Accept": "application/atom+xml", "Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What arxiv.py reads of a ``requests.Response``."""

    status_code: int
    content: bytes


class Transport:
    """Asks arXiv's API. ``get`` is all that arxiv.py uses of a session."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the sound Atom feed at ``url``; ``headers`` (arxiv.py's own name) are not sent.

        Raises ThrottledError, BadAnswerError (RefusedError for arXiv's own error feed) or another
        NetworkError.
        """
        del headers

        def attempt() -> bytes:
            arrived, body = self._exchange.ask(url, headers=lambda: _HEADERS, take=self._taken)
            return self._feed(arrived, body)

        passing = (PassingError, ShortAnswerError)
        return Answer(200, self._exchange.persist(attempt, passing=passing))

    def _taken(self, arriving: Arriving) -> tuple[Arriving, bytes]:
        """Return an answer with its whole body, so that others need not wait while it is read."""
        encoding = arriving.headers.get("Content-Encoding", "")
        return arriving, _joined(_unpacked(arriving.pieces, encoding, self._exchange.host))

    def _feed(self, arrived: Arriving, body: bytes) -> bytes:
        """Return the checked feed of an answer; raise what its status stands for."""
        if arrived.status == requests.codes.ok:
            if is_rate_notice(body):
                raise PauseAskedError(f"{self._exchange.host} answers: Rate exceeded")
            return check_feed(body, arrived.headers.get("Content-Type", ""))
        if arrived.status == requests.codes.bad_request and (reason := error_reason(body)):
            raise RefusedError(reason)
        raise self._exchange.refusal(arrived)


def _unpacked(chunks: Iterable[bytes], encoding: str, host: str) -> Iterable[bytes]:
    """Undo gzip in bounded pieces; raise BadAnswerError where it is not gzip."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        yield from chunks
        return
    if name not in {"gzip", "x-gzip"}:
        raise BadAnswerError(f"arXiv's answer is packed as {name[:40]!r}, which nobody asked for")
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        for chunk in chunks:
            packed = chunk
            while packed:
                yield unpacker.decompress(packed, CHUNK_BYTES)
                packed = unpacker.unconsumed_tail
            if unpacker.eof:
                break
        else:
            yield unpacker.flush(CHUNK_BYTES)
    except zlib.error as error:
        raise BadAnswerError(f"{host} sent what it calls gzip, but is not") from error
    if not unpacker.eof:
        raise PassingError("arXiv's answer is cut off")


def _joined(pieces: Iterable[bytes]) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > MOST_BYTES:
            raise BadAnswerError(
                f"arXiv's answer is larger than {MOST_BYTES // 1_000_000} MB",
                hint="nothing was changed; ask for fewer papers at once",
            )
    return bytes(body)
