"""The way to arXiv: what arxiv.py's ``requests.Session`` is replaced by.

arxiv.py asks through ``session.get(url)`` and looks at ``status_code`` and ``content``;
:class:`Transport` gives it exactly that, and lets nothing through but a sound Atom feed from an
allowed host, in time, of bounded size, asked for at arXiv's pace.
"""

from __future__ import annotations

import itertools
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3.exceptions import (
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ReadTimeoutError,
)

from papernotes.arxiv.deadline import Deadline, WatchedAdapter
from papernotes.arxiv.feed import RefusedError, ShortAnswerError, check_feed, error_reason
from papernotes.config import ARXIV_HOSTS
from papernotes.errors import BadAnswerError, NetworkError, ThrottledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from papernotes.arxiv.pace import Pace

MOST_BYTES = 20_000_000
_CHUNK = 65_536
_MOST_REDIRECTS = 3
_MOST_TRIES = 3
_MOST_PAUSES = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 60.0, 3600.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Time-outs in seconds; ``patience`` is how long one call waits in all when asked to."""

    connect: float
    read: float
    total: float
    patience: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What arxiv.py reads of a ``requests.Response``."""

    status_code: int
    content: bytes


@dataclass(frozen=True, slots=True)
class _Raw:
    status: int
    headers: Mapping[str, str]
    body: bytes


class _PassingError(NetworkError):
    """A fault of the moment, worth another try."""


class _PauseAskedError(NetworkError):
    """ArXiv asks for a pause; ``seconds`` where it says how long."""

    def __init__(self, what: str, seconds: float | None) -> None:
        super().__init__(what)
        self.seconds = seconds


class Transport:
    """Asks arXiv's API. ``get`` is all that arxiv.py uses of a session."""

    def __init__(
        self,
        *,
        api_url: str,
        user_agent: str,
        limits: Limits,
        pace: Pace,
        wall_clock: Callable[[], float],
        sleep: Callable[[float], None],
        notify: Callable[[str], None],
    ) -> None:
        self._api_url = api_url
        self._host = urlsplit(api_url).hostname or api_url
        self._user_agent = user_agent
        self._limits = limits
        self._pace = pace
        self._wall_clock = wall_clock
        self._sleep = sleep
        self._notify = notify

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the sound Atom feed at ``url``; ``headers`` (arxiv.py's own name) are not sent.

        Raises ThrottledError, BadAnswerError (RefusedError for arXiv's own error feed) or another
        NetworkError.
        """
        del headers
        waited, pauses, tries = 0.0, 0, 0
        while True:
            waited += self._wait_out_pause(waited, is_last=pauses >= _MOST_PAUSES)
            try:
                body = self._ask(url)
            except _PauseAskedError as asked:
                pauses += 1
                self._pace.ask_pause(_pause_rule(asked.seconds))
            except (_PassingError, ShortAnswerError):
                tries += 1
                if tries >= _MOST_TRIES:
                    raise
                waited += self._rest(tries)
            else:
                self._pace.end_pause()
                return Answer(200, body)

    def _wait_out_pause(self, waited: float, *, is_last: bool) -> float:
        """Wait while a pause arXiv asked for lasts; raise ThrottledError where that is too long."""
        pause = self._pace.pause_left()
        if pause <= 0:
            return 0.0
        if is_last or waited + pause > self._limits.patience:
            when = datetime.fromtimestamp(self._wall_clock() + pause, UTC).astimezone()
            raise ThrottledError(
                f"arXiv asks for a pause of {pause:.0f} more seconds",
                retry_after_seconds=pause,
                hint=f"try again after {when:%H:%M:%S}",
            )
        self._notify(f"arXiv asks for a pause: going on in {pause:.0f} s")
        self._sleep(pause)
        return pause

    def _rest(self, tries: int) -> float:
        seconds = float(2**tries)
        self._notify(f"arXiv does not answer as it should: trying again in {seconds:.0f} s")
        self._sleep(seconds)
        return seconds

    def _ask(self, url: str) -> bytes:
        """Follow redirects to the answer and return it checked."""
        for _ in range(_MOST_REDIRECTS + 1):
            check_url(url, self._api_url)
            with self._pace.turn():
                raw = self._exchange(url)
            location = raw.headers.get("Location")
            if raw.status not in _REDIRECTS or not location:
                return self._body(raw)
            url = urljoin(url, location)
        raise BadAnswerError(
            f"{self._host} redirects more than {_MOST_REDIRECTS} times",
            hint="check the setting arxiv.api_url",
        )

    def _body(self, raw: _Raw) -> bytes:
        """Return the checked feed of an answer; raise what its status stands for."""
        if raw.status == requests.codes.ok:
            if raw.body[:200].strip().lower().startswith(b"rate exceeded"):
                raise _PauseAskedError(f"{self._host} answers: Rate exceeded", None)
            return check_feed(raw.body, raw.headers.get("Content-Type", ""))
        said = f"{self._host} answers with status {raw.status}"
        if raw.status == requests.codes.bad_request and (reason := error_reason(raw.body)):
            raise RefusedError(reason)
        if raw.status == requests.codes.forbidden:
            raise NetworkError(
                f"{said}: access is denied",
                hint="stop asking for today; arXiv's contact form can lift a block",
            )
        retry_after = self._retry_after(raw)
        if raw.status == requests.codes.too_many or retry_after is not None:
            raise _PauseAskedError(said, retry_after)
        if raw.status >= requests.codes.server_error:
            raise _PassingError(said, hint="this passes: try again later; nothing was changed")
        raise BadAnswerError(said, hint="check the setting arxiv.api_url; nothing was changed")

    def _retry_after(self, raw: _Raw) -> float | None:
        """Return the seconds an error answer asks to wait, if it does."""
        text = raw.headers.get("Retry-After", "").strip()
        if raw.status < requests.codes.bad_request or not text:
            return None
        if text.isascii() and text.isdigit():
            return float(text[:9])
        try:
            when = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError):
            return None
        return max(0.0, when.timestamp() - self._wall_clock())

    def _exchange(self, url: str) -> _Raw:
        """Send one request and read its whole answer, within all limits."""
        limits = self._limits
        with Deadline(limits.total) as deadline, requests.Session() as session:
            session.trust_env = urlsplit(url).hostname not in _LOOPBACK  # no proxy to ourselves
            session.auth = _send_no_password
            for scheme in ("http://", "https://"):
                session.mount(scheme, WatchedAdapter(deadline))
            late = NetworkError(
                f"{self._host} did not finish its answer within {limits.total:g} seconds"
            )
            try:
                raw = self._send(session, url)
            except (requests.RequestException, HTTPError, OSError, zlib.error) as error:
                raise late if deadline.is_over else self._translated(error) from error
            except _PassingError as error:
                raise late if deadline.is_over else error from error
            if deadline.is_over:  # an answer that ends with its connection looks whole when cut
                raise late
            return raw

    def _send(self, session: requests.Session, url: str) -> _Raw:
        headers = {
            "User-Agent": self._user_agent,
            "Accept": "application/atom+xml",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        timeouts = (self._limits.connect, self._limits.read)
        with session.get(
            url, headers=headers, timeout=timeouts, allow_redirects=False, stream=True
        ) as response:
            encoding = response.headers.get("Content-Encoding", "")
            chunks = iter(lambda: response.raw.read(_CHUNK, decode_content=False), b"")
            body = _joined(_unpacked(chunks, encoding))
            return _Raw(response.status_code, response.headers, body)

    def _translated(self, error: Exception) -> NetworkError:
        """Return what a failure of the network means to the person who waits."""
        host, limits, faults = self._host, self._limits, requests.exceptions
        reason = error.args[0] if error.args else None
        cause = reason.reason if isinstance(reason, MaxRetryError) else reason
        is_silence = any(isinstance(one, ReadTimeoutError) for one in (error, cause))
        readings: tuple[tuple[bool, NetworkError], ...] = (
            (
                isinstance(error, zlib.error),
                BadAnswerError(f"{host} sent what it calls gzip, but is not"),
            ),
            (
                isinstance(error, faults.ConnectTimeout),
                NetworkError(f"no connection to {host} within {limits.connect:g} seconds"),
            ),
            (
                is_silence or isinstance(error, faults.Timeout),
                NetworkError(f"{host} sent nothing for {limits.read:g} seconds"),
            ),
            (
                isinstance(error, faults.ProxyError),
                NetworkError(
                    f"the proxy to {host} does not let us through",
                    hint="check the environment variables HTTPS_PROXY and NO_PROXY",
                ),
            ),
            (
                isinstance(error, faults.SSLError),
                NetworkError(
                    f"the certificate of {host} is not valid: {without_query(cause or error)}"
                ),
            ),
            (isinstance(cause, NewConnectionError), NetworkError(f"{host} cannot be reached")),
            (
                isinstance(error, faults.ConnectionError | HTTPError)
                or not isinstance(error, faults.RequestException),
                _PassingError(f"{host} broke off in the middle of its answer"),
            ),
        )
        unread = NetworkError(f"{host} cannot be asked: {without_query(error)}")
        return next((reading for applies, reading in readings if applies), unread)


def check_url(url: str, api_url: str) -> None:
    """Raise NetworkError unless ``url`` may be asked: arXiv's hosts, or that of ``api_url``.

    Only https is allowed, except http to this machine itself when ``api_url`` is there.
    """
    try:
        parts = urlsplit(url)
        is_api = _origin(parts) == _origin(urlsplit(api_url))
        is_arxiv = parts.hostname in ARXIV_HOSTS and parts.port in {None, 443}
    except ValueError:
        parts, is_api, is_arxiv = urlsplit(""), False, False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not is_safe or not (is_api or is_arxiv) or parts.username or parts.password:
        raise BadAnswerError(
            f"refused to go to {without_query(url)[:200]!r}: "
            "it is neither arXiv nor the host of arxiv.api_url",
            hint="something on the way redirects your requests; nothing was changed",
        )


def without_query(said: object) -> str:
    """Return a text without the queries of its URLs: all ids asked for stand in them."""
    return re.sub(r"\?[^\s'\")]*", "", str(said))


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _pause_rule(asked: float | None) -> Callable[[int], float]:
    """Return how long to pause after so many refusals in a row: as asked, else doubling."""

    def seconds(strikes: int) -> float:
        if asked is not None:
            return min(asked, _LONGEST_PAUSE)
        return min(_FIRST_PAUSE * 2.0 ** min(strikes - 1, 16), _LONGEST_PAUSE)

    return seconds


def _send_no_password(request: Any) -> Any:
    """Keep requests from looking into ~/.netrc."""
    return request


def _unpacked(chunks: Iterable[bytes], encoding: str) -> Iterable[bytes]:
    """Undo gzip in bounded pieces; raise BadAnswerError where it is cut off or not gzip."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        yield from chunks
        return
    if name not in {"gzip", "x-gzip"}:
        raise BadAnswerError(f"arXiv's answer is packed as {name[:40]!r}, which nobody asked for")
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    for chunk in chunks:
        packed = chunk
        while packed:
            yield unpacker.decompress(packed, _CHUNK)
            packed = unpacker.unconsumed_tail
        if unpacker.eof:
            break
    else:
        yield unpacker.flush(_CHUNK)
    if not unpacker.eof:
        raise _PassingError("arXiv's answer is cut off")


def _joined(pieces: Iterable[bytes]) -> bytes:
    body = bytearray()
    for piece in itertools.chain(pieces):
        body += piece
        if len(body) > MOST_BYTES:
            raise BadAnswerError(
                f"arXiv's answer is larger than {MOST_BYTES // 1_000_000} MB",
                hint="nothing was changed; ask for fewer papers at once",
            )
    return bytes(body)
