"""A stand-in for arXiv on this machine: real HTTP on 127.0.0.1, for demo and tests.

    with StandIn(load_records()) as server:
        ...  # ask server.api_url

``/api/query`` answers by GET and POST as arXiv does, ``/pdf/ID`` and ``/abs/ID`` by GET and HEAD,
with PDFs of our own making. ``/_log`` tells what was asked, and ``POST /_fault`` takes a JSON list
of faults (see :mod:`papernotes.demo.faults`), one for each of the next requests. Run it on its own
with ``python -m papernotes.demo.standin``.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import json
import sys
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import parse_qsl, urlsplit

from papernotes.demo import faults
from papernotes.demo.answers import Reply, answer
from papernotes.demo.paperfiles import ABS_PATH, PDF_PATH, FileReply, answer_file, chunked
from papernotes.demo.records import RECORDS_FILE, load_records

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from papernotes.demo.records import Record

API_PATH = "/api/query"
_MOST_FORM_BYTES = 1_000_000
_ENDLESS = 10**12


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; ``at`` is when it came, in seconds on the monotonic clock.

    ``range`` and ``if_range`` are headers, empty where they were not sent.
    """

    method: str
    params: dict[str, str]
    user_agent: str
    at: float
    path: str = API_PATH
    range: str = ""
    if_range: str = ""


class StandIn:
    """The server, running while used as a context manager. ``now`` dates its feeds."""

    def __init__(
        self,
        records: Sequence[Record],
        *,
        port: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.records = tuple(records)
        self.now = now
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._queue: collections.deque[str | Reply] = collections.deque()
        self._forever: str | Reply | None = None
        self._log: list[Asked] = []
        self._active = 0
        self._max_active = 0
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.standin = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The address of the server, without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def api_url(self) -> str:
        """What the setting arxiv.api_url has to be."""
        return self.url + API_PATH

    @property
    def requests(self) -> tuple[Asked, ...]:
        """What was asked so far, in order."""
        with self._lock:
            return tuple(self._log)

    @property
    def max_active(self) -> int:
        """How many requests were being answered at once, at most."""
        with self._lock:
            return self._max_active

    def play(self, *queued: str | Reply) -> None:
        """Answer the next requests with these faults or replies, one each."""
        for fault in queued:
            if isinstance(fault, str):
                faults.check(fault)
        with self._lock:
            self._queue.extend(queued)

    def play_forever(self, fault: str | Reply | None) -> None:
        """Answer every request like this, once what is queued has been played; None ends it."""
        if isinstance(fault, str):
            faults.check(fault)
        with self._lock:
            self._forever = fault

    def log(self) -> dict[str, Any]:
        """Return what ``/_log`` shows."""
        with self._lock:
            rows = [asdict(asked) for asked in self._log]
            return {"requests": rows, "max_active": self._max_active}

    def begin(self, asked: Asked) -> str | Reply | None:
        """Count a request in; return what to play for it."""
        with self._lock:
            self._log.append(asked)
            self._active += 1
            self._max_active = max(self._max_active, self._active)
            return self._queue.popleft() if self._queue else self._forever

    def end(self) -> None:
        """Count it out."""
        with self._lock:
            self._active -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    standin: StandIn

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up; it is what tests of faults make them do."""
        if not isinstance(sys.exception(), OSError | ValueError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "papernotes-standin"
    sys_version = ""
    connection: socket.socket
    _is_counted = False
    _left = 0

    @property
    def standin(self) -> StandIn:
        return cast("_Server", self.server).standin

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == API_PATH:
            self._answer(dict(parse_qsl(parts.query, keep_blank_values=True)))
        elif parts.path.startswith((PDF_PATH, ABS_PATH)):
            self._answer_file(parts.path, parts.query)
        elif parts.path == "/_log":
            self._reply(Reply(200, json.dumps(self.standin.log()).encode(), "application/json"))
        else:
            self._reply(Reply(404, b"<html><body>Not found</body></html>", "text/html"))

    def do_HEAD(self) -> None:
        parts = urlsplit(self.path)
        if parts.path.startswith((PDF_PATH, ABS_PATH)):
            self._answer_file(parts.path, parts.query)
        else:
            self._reply(Reply(404, b"", "text/html"))

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), _MOST_FORM_BYTES)
        body = self.rfile.read(length)
        path = urlsplit(self.path).path
        if path == API_PATH:
            self._answer(dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))
        elif path == "/_fault":
            self._queue_faults(body)
        else:
            self._reply(Reply(404, b"<html><body>Not found</body></html>", "text/html"))

    def _queue_faults(self, body: bytes) -> None:
        try:
            self.standin.play(*map(str, json.loads(body)))
        except (ValueError, TypeError) as error:
            self._reply(Reply(400, f"{error}\n".encode(), "text/plain"))
        else:
            self._reply(Reply(200, b"queued\n", "text/plain"))

    def _answer(self, params: dict[str, str]) -> None:
        def whole() -> Reply:
            now = self.standin.now().strftime("%Y-%m-%dT%H:%M:%SZ")
            return answer(self.standin.records, params, now=now)

        self._play(Asked(self.command, params, self._sent("User-Agent"), time.monotonic()), whole)

    def _answer_file(self, path: str, query: str) -> None:
        asked = Asked(
            self.command,
            dict(parse_qsl(query, keep_blank_values=True)),
            self._sent("User-Agent"),
            time.monotonic(),
            path,
            self._sent("Range"),
            self._sent("If-Range"),
        )
        headers = {"Range": asked.range, "If-Range": asked.if_range}
        if self.command == "HEAD":
            headers = {}
        self._play(asked, lambda: answer_file(self.standin.records, path, query, headers))

    def _sent(self, header: str) -> str:
        return str(self.headers.get(header, ""))

    def _play(self, asked: Asked, whole: Callable[[], Reply]) -> None:
        """Answer a request that counts: as is right, or as a fault has it."""
        fault = self.standin.begin(asked)
        self._is_counted = True
        try:
            if isinstance(fault, str):
                self.close_connection = True
                faults.play(fault, self, whole())
            else:
                self._reply(fault or whole(), may_pack=fault is None)
        finally:
            self._count_out()

    def _count_out(self) -> None:
        """Count the request out, once: no later than the client can have all of its answer."""
        if self._is_counted:
            self._is_counted = False
            self.standin.end()

    def _reply(self, reply: Reply, *, may_pack: bool = False) -> None:
        headers = {"Content-Type": reply.content_type}
        body = reply.body
        if isinstance(reply, FileReply):
            headers |= reply.headers
            if reply.is_chunked and self.command == "GET" and self.request_version != "HTTP/1.0":
                headers["Transfer-Encoding"] = "chunked"
                body = chunked(body)
        elif may_pack and "gzip" in self._sent("Accept-Encoding"):
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, mtime=0)
        if "Transfer-Encoding" not in headers:
            headers["Content-Length"] = str(len(body))
        self.start(reply.status, headers)
        self._left = len(body)
        self.write(body)

    def start(self, status: int, headers: dict[str, str]) -> None:
        """Send the head of an answer."""
        self._left = int(headers.get("Content-Length", _ENDLESS))
        if not self._left or self.command == "HEAD":
            self._count_out()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.close_connection or not headers.keys() & {"Content-Length", "Transfer-Encoding"}:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()

    def write(self, data: bytes) -> None:
        """Send a piece of its body."""
        self._left -= len(data)
        if self._left <= 0:
            self._count_out()
        if self.command != "HEAD":
            self.wfile.write(data)

    def wait(self, seconds: float) -> bool:
        """Wait; return True when the server closes meanwhile."""
        return self.standin.closing.wait(seconds)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it has there
        """Keep quiet: ``/_log`` tells what was asked."""


def main() -> None:
    """Serve until interrupted, and say where."""
    parser = argparse.ArgumentParser(
        prog="python -m papernotes.demo.standin", description="A stand-in for arXiv's API."
    )
    parser.add_argument("--port", type=int, default=0, help="default: any that is free")
    parser.add_argument("--records", type=Path, default=RECORDS_FILE, help="a JSON file")
    given = parser.parse_args()
    with StandIn(load_records(given.records), port=given.port) as server:
        print(server.api_url, flush=True)  # noqa: T201 - the one thing its starter needs
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
