"""PDFs from arXiv: streamed to a part file, gone on with after a fault, and checked at the end.

``/pdf/ID`` stands beside ``/api/query`` on export.arxiv.org. arXiv gives no length, so whether a
PDF is whole shows in the end of its transfer and of its own bytes (``%%EOF``, ISO 32000-1, 7.5.5).
"""

from __future__ import annotations

import html
import re
import shutil
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

import requests

from papernotes import files
from papernotes.arxiv.exchange import (
    PATIENCE_SECONDS,
    Arriving,
    Exchange,
    LateError,
    PassingError,
    PauseAskedError,
    is_rate_notice,
    make_exchange,
)
from papernotes.arxiv.part import PartFile, clear_stale
from papernotes.errors import BadAnswerError, ConflictError, NotFoundError, PapernotesError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from papernotes.config import Config
    from papernotes.models import ArxivId

_API_PATH = "/api/query"
_PDF_TYPES = frozenset({"application/pdf", "application/x-pdf", "application/octet-stream"})
_HEAD_BYTES, _TAIL_BYTES = 1024, 2048
_NOTICE_BYTES = 16_384  # of a web page that says why there is no PDF; arXiv's has 10,000
_ROOM_BYTES = 20_000_000  # to be left on the disk
_ROOM_EVERY = 8_000_000
_STRONG_SECONDS = 60.0  # RFC 9110, section 8.8.2.2, and RFC 7232 before it
_STRONG_ETAG = re.compile(r'"[\x21\x23-\x7e]*"')
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)")
_VERSION = re.compile(r"v([1-9][0-9]{0,5})(?:\.pdf)?\"?\s*$")
# Of a foreign page; none can begin a match within another, so each takes one pass.
_TAG = re.compile(r"<[^<>]*>")
_TITLE = re.compile(r"<title[^<>]*>([^<]*)</title", re.IGNORECASE)
_HUGE_CHARACTER = re.compile(r"&#[0-9]{8,}")  # more digits than html.unescape takes for a number
_WITHDRAWN = re.compile(r"\bhas been withdrawn\b", re.IGNORECASE)
_LENGTH = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What was fetched: which version, where that could be told, and its bytes."""

    version: int | None
    size: int


class PdfUnavailableError(NotFoundError):
    """ArXiv has no PDF of a paper, or none any more; ``reason`` is in its own words."""

    def __init__(self, arxiv_id: ArxivId, reason: str, *, is_withdrawn: bool) -> None:
        super().__init__(
            f"{arxiv_id}: arXiv has no PDF: {reason}",
            hint="an earlier version may still have one" if is_withdrawn else "check the id",
        )
        self.reason = reason
        self.is_withdrawn = is_withdrawn


class _TornError(BadAnswerError):
    """What came is not, or not all of, the file that was asked for; worth another try."""


class Downloads:
    """Fetches PDFs from the host of ``arxiv.api_url``, at arXiv's pace, kept in ``state_folder``.

    ``clock``, ``wall_clock``, ``sleep``, ``notify`` and ``patience_seconds`` are as for
    ArxivClient; ``free_bytes`` tells the room on the disk of a folder.
    """

    def __init__(
        self,
        config: Config,
        state_folder: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        notify: Callable[[str], None] = lambda _: None,
        patience_seconds: float = PATIENCE_SECONDS,
        free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        self._api_url = config["arxiv.api_url"]
        self._most_bytes = int(1_000_000 * config["arxiv.pdf_max_megabytes"])
        self._free_bytes = free_bytes
        self._wall_clock = wall_clock
        self._exchange = make_exchange(
            config,
            state_folder,
            clock=clock,
            wall_clock=wall_clock,
            sleep=sleep,
            notify=notify,
            patience_seconds=patience_seconds,
            total_seconds=config["arxiv.pdf_timeout_seconds"],
        )

    def tidy(self, folder: Path) -> None:
        """Remove the parts in a folder that are done with, or left alone for a week."""
        clear_stale(folder, self._wall_clock())

    def fetch(
        self,
        arxiv_id: ArxivId,
        target: Path,
        *,
        progress: Callable[[int, int | None], None] | None = None,
    ) -> Downloaded:
        """Put the PDF of a paper, the newest where the id has no version, at ``target``.

        ``progress`` is told the bytes there are and, where known, those there will be. What a
        fault breaks off stays beside the target as a hidden part, and this call or the next goes
        on from there; parts that nobody went on with for a week are removed.

        What concerns this paper alone is raised as PdfUnavailableError, BadAnswerError, or
        PapernotesError (a PDF that is too large, a disk that is too small); ConflictError where
        the target exists. ThrottledError and any other NetworkError (access denied, no way to
        arXiv) would meet the next paper too.
        """
        files.make_folder(target.parent)
        with PartFile(target, str(arxiv_id)) as part:
            clear_stale(target.parent, self._wall_clock(), spare=part.stem)
            fetch = _Fetch(
                arxiv_id,
                part,
                self._exchange,
                progress=progress or (lambda _done, _total: None),
                most_bytes=self._most_bytes,
                free_bytes=self._free_bytes,
            )
            url = pdf_url(self._api_url, arxiv_id)
            return self._exchange.persist(
                lambda: self._exchange.ask(url, headers=fetch.headers, take=fetch.take),
                passing=(PassingError, LateError, _TornError),
            )


class _Fetch:
    """One PDF on its way, over all tries of a call."""

    def __init__(
        self,
        arxiv_id: ArxivId,
        part: PartFile,
        exchange: Exchange,
        *,
        progress: Callable[[int, int | None], None],
        most_bytes: int,
        free_bytes: Callable[[Path], int],
    ) -> None:
        self._id = arxiv_id
        self._part = part
        self._exchange = exchange
        self._progress = progress
        self._most_bytes = most_bytes
        self._free_bytes = free_bytes
        self._total: int | None = None
        self._was_torn = False

    def headers(self) -> Mapping[str, str]:
        """Return the headers of a request that goes on from the part there is."""
        target, part = self._part.target, self._part
        if target.exists() or target.is_symlink():
            raise ConflictError(
                f"{target}: exists already; left as it is",
                hint="move it away or choose another name",
            )
        part.reopen()
        plain = {"Accept": "application/pdf", "Accept-Encoding": "identity"}
        if not part.size:
            return plain
        return plain | {"Range": f"bytes={part.size}-", "If-Range": part.validator}

    def take(self, arriving: Arriving) -> Downloaded:
        """Write an answer to the part, check that it is all, and move it into place."""
        codes = requests.codes
        if arriving.status == codes.requested_range_not_satisfiable and self._part.size:
            self._begin_anew("has nothing where the file was broken off")
        if arriving.status == codes.not_found:
            self._part.discard()
            raise _unavailable(self._id, _start(arriving.pieces, _NOTICE_BYTES))
        if arriving.status not in {codes.ok, codes.partial_content}:
            raise self._exchange.refusal(arriving)
        self._check_type(arriving)
        total = self._begin(arriving)
        self._check_size(total)
        for piece in arriving.pieces:
            self._grow(piece, total)
        self._check_whole(total)
        size = self._part.size
        self._part.move_into_place()
        return Downloaded(self._id.version or _version(arriving), size)

    def _begin(self, arriving: Arriving) -> int | None:
        """Make the part ready for what comes; return the size of the whole, where it is told."""
        if arriving.status == requests.codes.ok:
            self._part.restart(_validator(arriving.headers))
            length = arriving.headers.get("Content-Length", "")
            is_told = "Transfer-Encoding" not in arriving.headers and _LENGTH.fullmatch(length)
            self._total = int(length) if is_told else None
            return self._total
        match = _CONTENT_RANGE.fullmatch(arriving.headers.get("Content-Range", ""))
        is_asked = self._part.size and _is_of(self._part.validator, arriving.headers)
        if not is_asked or match is None or int(match[1]) != self._part.size:
            self._begin_anew("sent another part of the file than it was asked for")
        total = None if match[3] == "*" else int(match[3])
        if self._total not in {None, total} or int(match[2]) >= (total or int(match[2]) + 1):
            self._begin_anew("sent a part of another file than before")
        return total

    def _begin_anew(self, what: str) -> NoReturn:
        self._part.discard()
        raise _TornError(
            f"{self._id}: {self._exchange.host} {what}",
            hint="nothing was changed; try again later",
        )

    def _check_type(self, arriving: Arriving) -> None:
        host, headers = self._exchange.host, arriving.headers
        packing = headers.get("Content-Encoding", "identity").strip().lower()
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind in _PDF_TYPES and packing in {"", "identity"}:
            return
        if is_rate_notice(_start(arriving.pieces, 200)):
            raise PauseAskedError(f"{host} answers: Rate exceeded")
        came = "a web page" if "html" in kind else f"what it calls {kind[:60] or 'nothing'!r}"
        if kind in _PDF_TYPES:
            came = f"what is packed as {packing[:40]!r}"
        raise BadAnswerError(
            f"{self._id}: {host} sent {came} instead of a PDF",
            hint="nothing was changed; try again later",
        )

    def _check_size(self, total: int | None) -> None:
        """Raise PapernotesError for what is too large for us, or for the disk."""
        part = self._part
        if max(part.size, total or 0) > self._most_bytes:
            part.discard()
            raise PapernotesError(
                f"{self._id}: the PDF is larger than {self._most_bytes / 1_000_000:g} MB; left out",
                hint="nothing was changed; the setting arxiv.pdf_max_megabytes raises the limit",
            )
        needed = max(0, (total or 0) - part.size) + _ROOM_BYTES
        if self._free_bytes(part.target.parent) < needed:
            part.discard()
            raise PapernotesError(
                f"{part.target}: no room for the PDF: less than {needed / 1_000_000:.0f} MB left",
                hint="make room and try again; nothing was changed",
            )

    def _grow(self, piece: bytes, total: int | None) -> None:
        before = self._part.size
        self._part.write(piece)
        size = self._part.size
        if size > self._most_bytes or before // _ROOM_EVERY != size // _ROOM_EVERY:
            self._check_size(total)
        self._progress(size, total)

    def _check_whole(self, total: int | None) -> None:
        """Raise unless all that was to come is there, and is a PDF from head to end."""
        part, host = self._part, self._exchange.host
        if total is not None and part.size < total:
            raise PassingError(f"{host} broke off in the middle of its answer")
        if total is not None and part.size > total:
            self._begin_anew("sent more of the file than there is")
        is_pdf = b"%PDF-" in part.read(_HEAD_BYTES, 0)
        if is_pdf and b"%%EOF" in part.read(_TAIL_BYTES, -_TAIL_BYTES):
            return
        what = "is cut off" if is_pdf else "is none" if part.size else "is empty"
        part.discard()
        kind = BadAnswerError if self._was_torn else _TornError
        self._was_torn = True
        raise kind(
            f"{self._id}: the PDF that {host} sent {what}",
            hint="nothing was changed; try again later",
        )


def pdf_url(api_url: str, arxiv_id: ArxivId) -> str:
    """Return the address of a PDF beside the API's, below the same prefix of a mirror."""
    parts = urlsplit(api_url)
    path = parts.path.rstrip("/")
    prefix = path.removesuffix(_API_PATH) if path.endswith(_API_PATH) else ""
    return parts._replace(path=f"{prefix}/pdf/{arxiv_id}", query="", fragment="").geturl()


def _start(pieces: Iterator[bytes], most: int) -> bytes:
    """Return the first bytes of a body."""
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= most:
            break
    return start[:most]


def _validator(headers: Mapping[str, str]) -> str:
    """Return what tells this very file from all others: its ETag or its date, if strong."""
    etag = headers.get("ETag", "").strip()
    if etag:
        return etag if _STRONG_ETAG.fullmatch(etag) else ""
    changed = headers.get("Last-Modified", "").strip()
    try:
        age = parsedate_to_datetime(headers["Date"]) - parsedate_to_datetime(changed)
    except (KeyError, ValueError, TypeError, OverflowError):
        return ""
    return changed if changed.isascii() and age.total_seconds() >= _STRONG_SECONDS else ""


def _is_of(validator: str, headers: Mapping[str, str]) -> bool:
    """Whether a part belongs to the file of ``validator``: never, where there is none.

    With a part goes the whole's ETag; its date need not, if If-Range had it (RFC 9110, 15.3.7).
    """
    if validator.startswith('"'):
        return headers.get("ETag", "").strip() == validator
    return bool(validator) and headers.get("Last-Modified", validator).strip() == validator


def _version(arriving: Arriving) -> int | None:
    """Return the version that an answer's address or file name tells."""
    named = (urlsplit(arriving.url).path, arriving.headers.get("Content-Disposition", ""))
    match = next(filter(None, map(_VERSION.search, named)), None)
    return int(match[1]) if match else None


def _unavailable(arxiv_id: ArxivId, page: bytes) -> PdfUnavailableError:
    """Return arXiv's 404 as an error, with the sentence that says why."""
    source = " ".join(_HUGE_CHARACTER.sub("", page.decode("utf-8", "replace")).split())
    lines = html.unescape(_TAG.sub("\n", source)).split("\n")
    withdrawn = next(filter(_WITHDRAWN.search, lines), "")
    title = _TITLE.search(source)
    said = withdrawn or (html.unescape(title[1]) if title else "")
    reason = " ".join(said.split())[:200] or "not found"
    return PdfUnavailableError(arxiv_id, reason, is_withdrawn=bool(withdrawn))
