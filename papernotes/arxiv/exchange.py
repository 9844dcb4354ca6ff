"""One exchange with arXiv at a time: what asking its API and fetching a file from it share.

Only allowed hosts are asked, at arXiv's pace, within time limits; a pause arXiv asks for is kept,
over runs, and faults of the moment are tried again.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from urllib3.exceptions import (
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ReadTimeoutError,
)

from papernotes import __version__
from papernotes.arxiv.deadline import Deadline, WatchedAdapter
from papernotes.arxiv.pace import Pace, pace_file
from papernotes.config import ARXIV_HOSTS
from papernotes.errors import BadAnswerError, NetworkError, ThrottledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from papernotes.config import Config

CHUNK_BYTES = 65_536
PATIENCE_SECONDS = 20.0
_MOST_REDIRECTS = 3
_MOST_TRIES = 3
_MOST_PAUSES = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 60.0, 3600.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Time-outs in seconds; ``patience`` is how long one call waits in all when asked to."""

    connect: float
    read: float
    total: float
    patience: float


@dataclass(frozen=True, slots=True)
class Arriving:
    """An answer whose body is still on its way.

    ``pieces`` are its bytes as sent, and raise nothing but NetworkErrors.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]


class PassingError(NetworkError):
    """A fault of the moment, worth another try."""


class LateError(NetworkError):
    """Nothing came for too long, or not all of it in time."""


class PauseAskedError(NetworkError):
    """ArXiv asks for a pause; ``seconds`` where it says how long."""

    def __init__(self, what: str, seconds: float | None = None) -> None:
        super().__init__(what)
        self.seconds = seconds


class Exchange:
    """Asks the host of ``api_url``, or arXiv's own, one request after the other."""

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
        self.host = urlsplit(api_url).hostname or api_url
        self._api_url = api_url
        self._user_agent = user_agent
        self._limits = limits
        self._pace = pace
        self._wall_clock = wall_clock
        self._sleep = sleep
        self._notify = notify

    def persist(self, attempt: Callable[[], _T], *, passing: tuple[type[NetworkError], ...]) -> _T:
        """Return what ``attempt`` does: after a pause that is asked for, and at the third try.

        An error of the kinds ``passing`` is worth a try. Raises ThrottledError where the pause
        is longer than the patience, and the attempt's own errors.
        """
        waited, pauses, tries = 0.0, 0, 0
        while True:
            waited += self._wait_out_pause(waited, is_last=pauses >= _MOST_PAUSES)
            try:
                done = attempt()
            except PauseAskedError as asked:
                pauses += 1
                self._pace.ask_pause(_pause_rule(asked.seconds))
            except passing:
                tries += 1
                if tries >= _MOST_TRIES:
                    raise
                waited += self._rest(tries)
            else:
                self._pace.end_pause()
                return done

    def ask(
        self,
        url: str,
        *,
        headers: Callable[[], Mapping[str, str]],
        take: Callable[[Arriving], _T],
    ) -> _T:
        """Follow redirects to the answer and return what ``take`` makes of it.

        Each request has a turn of its own, which holds back all other processes; ``headers``
        is called and the answer taken within it.
        """
        for _ in range(_MOST_REDIRECTS + 1):
            check_url(url, self._api_url)
            with self._pace.turn(), self._answered(url, headers()) as arriving:
                location = arriving.headers.get("Location")
                if arriving.status not in _REDIRECTS or not location:
                    return take(arriving)
            url = self._redirected(url, location)
        raise BadAnswerError(
            f"{self.host} redirects more than {_MOST_REDIRECTS} times",
            hint="check the setting arxiv.api_url",
        )

    def _redirected(self, url: str, location: str) -> str:
        try:
            return urljoin(url, location)
        except ValueError as error:
            raise BadAnswerError(
                f"{self.host} redirects to what is no address: {without_query(location)[:200]!r}",
                hint="nothing was changed; try again later",
            ) from error

    def refusal(self, arriving: Arriving) -> NetworkError:
        """Return what a status other than that of success stands for, as an error to raise."""
        said, status = f"{self.host} answers with status {arriving.status}", arriving.status
        if status == requests.codes.forbidden:
            return NetworkError(
                f"{said}: access is denied",
                hint="stop asking for today; arXiv's contact form can lift a block",
            )
        retry_after = self._retry_after(arriving)
        if status == requests.codes.too_many or retry_after is not None:
            return PauseAskedError(said, retry_after)
        if status >= requests.codes.server_error:
            return PassingError(said, hint="this passes: try again later; nothing was changed")
        return BadAnswerError(said, hint="check the setting arxiv.api_url; nothing was changed")

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

    def _retry_after(self, arriving: Arriving) -> float | None:
        """Return the seconds an error answer asks to wait, if it does."""
        text = arriving.headers.get("Retry-After", "").strip()
        if arriving.status < requests.codes.bad_request or not text:
            return None
        if text.isascii() and text.isdigit():
            return float(text[:9])
        try:
            at = parsedate_to_datetime(text).timestamp()
        except (ValueError, TypeError, OverflowError):
            return None
        return max(0.0, at - self._wall_clock())

    @contextlib.contextmanager
    def _answered(self, url: str, headers: Mapping[str, str]) -> Iterator[Arriving]:
        """Send one request and yield its answer, within all limits until the block is left."""
        timeouts = (self._limits.connect, self._limits.read)
        sent = {"User-Agent": self._user_agent, "Connection": "close", **headers}
        with Deadline(self._limits.total) as deadline, _Session() as session:
            session.trust_env = urlsplit(url).hostname not in _LOOPBACK  # no proxy to ourselves
            session.auth = _send_no_password
            for scheme in ("http://", "https://"):
                session.mount(scheme, WatchedAdapter(deadline))
            with self._in_our_words(deadline):
                response = session.get(
                    url, headers=sent, timeout=timeouts, allow_redirects=False, stream=True
                )
            with response:
                pieces = self._pieces(response.raw, deadline)
                yield Arriving(url, response.status_code, response.headers, pieces)

    def _pieces(self, raw: Any, deadline: Deadline) -> Iterator[bytes]:
        """Yield the body as it comes in, so that what came before a fault is not lost."""
        while True:
            with self._in_our_words(deadline):
                piece = raw.read1(CHUNK_BYTES, decode_content=False)
            if not piece:
                return
            yield piece

    @contextlib.contextmanager
    def _in_our_words(self, deadline: Deadline) -> Iterator[None]:
        """Translate what fails within; an end that the deadline made looks whole, and is not."""
        late = LateError(
            f"{self.host} did not finish its answer within {self._limits.total:g} seconds"
        )
        try:
            yield
        except (requests.RequestException, HTTPError, OSError) as error:
            raise late if deadline.is_over else self._translated(error) from error
        if deadline.is_over:
            raise late

    def _translated(self, error: Exception) -> NetworkError:
        """Return what a failure of the network means to the person who waits."""
        host, limits, faults = self.host, self._limits, requests.exceptions
        reason = error.args[0] if error.args else None
        cause = reason.reason if isinstance(reason, MaxRetryError) else reason
        is_silence = any(isinstance(one, ReadTimeoutError) for one in (error, cause))
        readings: tuple[tuple[bool, NetworkError], ...] = (
            (
                isinstance(error, faults.ConnectTimeout),
                NetworkError(f"no connection to {host} within {limits.connect:g} seconds"),
            ),
            (
                is_silence or isinstance(error, faults.Timeout),
                LateError(f"{host} sent nothing for {limits.read:g} seconds"),
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
                PassingError(f"{host} broke off in the middle of its answer"),
            ),
        )
        unread = NetworkError(f"{host} cannot be asked: {without_query(error)}")
        return next((reading for applies, reading in readings if applies), unread)


class _Session(requests.Session):
    """A session that leaves redirects to us: even unfollowed it would read their whole bodies."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        del resp


def make_exchange(
    config: Config,
    state_folder: Path,
    *,
    clock: Callable[[], float],
    wall_clock: Callable[[], float],
    sleep: Callable[[float], None],
    notify: Callable[[str], None],
    patience_seconds: float,
    total_seconds: float | None = None,
) -> Exchange:
    """Make the exchange that ``config`` asks for, its pace kept in ``state_folder``.

    ``total_seconds`` is how long one answer may take where that is not the setting's affair.
    """
    api_url = config["arxiv.api_url"]
    total = config["arxiv.total_timeout_seconds"] if total_seconds is None else total_seconds
    return Exchange(
        api_url=api_url,
        user_agent=_user_agent(config["arxiv.contact"]),
        limits=Limits(
            connect=config["arxiv.connect_timeout_seconds"],
            read=config["arxiv.read_timeout_seconds"],
            total=total,
            patience=patience_seconds,
        ),
        pace=Pace(
            pace_file(state_folder, api_url),
            delay_seconds=config["arxiv.delay_seconds"],
            clock=clock,
            wall_clock=wall_clock,
            sleep=sleep,
            notify=notify,
        ),
        wall_clock=wall_clock,
        sleep=sleep,
        notify=notify,
    )


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


def is_rate_notice(start: bytes) -> bool:
    """Whether an answer that begins so is arXiv's 429 in disguise: status 200 and a sentence."""
    return start[:200].strip().lower().startswith(b"rate exceeded")


def _user_agent(contact: str) -> str:
    """Return the User-Agent sent to arXiv, with a mail address where the person gave one."""
    address = re.sub(r"[^!-'*-~]", "", contact)  # no spaces, controls or brackets in a header
    return f"papernotes/{__version__}" + (f" (+mailto:{address})" if address else "")


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
