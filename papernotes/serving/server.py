"""The sockets: one port of loopback, a thread for each connection, and what a preview answers."""

from __future__ import annotations

import contextlib
import errno
import json
import secrets
import socket
import socketserver
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Self

from papernotes.errors import ConflictError
from papernotes.serving.answering import STREAM, Answer, Asked, Site, answer, guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST = "127.0.0.1"
PORT = 4000
_IDLE_SECONDS = 30
_ALIVE_SECONDS = 10.0
_MOST_CONNECTIONS, _MOST_STREAMS = 100, 50
_ROOM_SECONDS = 1.0


class Listener:
    """Listens on loopback and has ``respond`` answer; until it is closed.

    The port is taken at once, connections are answered from :meth:`start` on. ``port`` None is
    4000, or a free one where that is taken; 0 is a free one. Raises ConflictError for one that is
    taken or may not be used.
    """

    def __init__(self, port: int | None, respond: Callable[[Asked], Answer]) -> None:
        self.respond = respond
        self._changed = threading.Condition()
        self._is_closing = False
        self._sockets = _listen(self, port)
        self._thread: threading.Thread | None = None
        self.port: int = self._sockets.server_address[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Answer from now on, in threads of their own."""
        self._thread = threading.Thread(target=self._sockets.serve_forever, args=(0.1,))
        self._thread.daemon = True
        self._thread.start()

    def close(self) -> None:
        """Let go of the port and of all who listen."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._sockets.shutdown()
            self._thread.join()
        self._sockets.server_close()

    def pause(self, seconds: float) -> bool:
        """Wait so long; return True, and at once, if no more is to be answered."""
        with self._changed:
            return self._changed.wait_for(lambda: self._is_closing, seconds)


class Server(Listener):
    """Serves one site on loopback, and tells the pages that are open when it changes.

    ``port`` is that of :class:`Listener`.
    """

    def __init__(self, port: int | None = None) -> None:
        self._site = Site({})
        self._run = secrets.token_hex(4)
        self._count = 0
        self._fault = ""
        super().__init__(port, self.answer)

    def url(self, path: str = "") -> str:
        """Return the URL of a page of the site; ``path`` is from the site, without a slash."""
        return f"http://{HOST}:{self.port}{self._site.base}{path}"

    def show(self, site: Site) -> None:
        """Serve this from now on; pages that are open reload if it is another."""
        with self._changed:
            if site != self._site:
                self._site = site
                self._count += 1
            self._fault = ""
            self._changed.notify_all()

    def tell(self, fault: str) -> None:
        """Go on with what is served, and say in open pages why it is not what it should be."""
        with self._changed:
            self._fault = fault
            self._changed.notify_all()

    def answer(self, asked: Asked) -> Answer:
        """Return the answer to a request, of the site as it is now."""
        with self._changed:
            site, version = self._site, self._version
        nonce = secrets.token_urlsafe(12)
        found = answer(asked, site, port=self.port, version=version, nonce=nonce)
        return replace(found, events=self.events) if found.kind == STREAM else found

    @property
    def _version(self) -> str:
        return f"{self._run}-{self._count}"

    def events(self) -> Iterator[bytes]:
        """Yield what an open page is told: at once, at every change, and that we are there."""
        told = ("", "")
        while (now := self._other_than(told)) is not None:
            yield b": here\n\n" if now == told else _event(*now)
            told = now

    def _other_than(self, told: tuple[str, str]) -> tuple[str, str] | None:
        """Wait a while for another state than this; return the one it is then, None at the end."""

        def is_news() -> bool:
            return self._is_closing or (self._version, self._fault) != told

        with self._changed:
            self._changed.wait_for(is_news, _ALIVE_SECONDS)
            return None if self._is_closing else (self._version, self._fault)


def _event(version: str, fault: str) -> bytes:
    if fault:
        return f"event: fault\ndata: {json.dumps(fault)}\n\n".encode()
    return f"data: {version}\n\n".encode()


class _Sockets(socketserver.ThreadingTCPServer):
    allow_reuse_address = sys.platform != "win32"  # there it would share a port that is taken
    daemon_threads = True
    request_queue_size = 50

    def __init__(self, owner: Listener, port: int) -> None:
        self.owner = owner
        self._open = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._streams = threading.BoundedSemaphore(_MOST_STREAMS)
        self._resting: dict[socket.socket, None] = {}
        self._turn = threading.Lock()
        super().__init__((HOST, port), _Connection)

    def rest(self, connection: socket.socket) -> None:
        """Hear that nothing is being answered on a connection; it can be closed for another."""
        with self._turn:
            self._resting.pop(connection, None)
            self._resting[connection] = None

    def work(self, connection: socket.socket) -> None:
        """Hear that something is being answered on a connection, or that it has ended."""
        with self._turn:
            self._resting.pop(connection, None)

    def _make_room(self) -> None:
        """Close the connection that has rested longest, so that no one can shut others out."""
        with self._turn, contextlib.suppress(StopIteration, OSError):
            oldest = next(iter(self._resting))
            del self._resting[oldest]
            oldest.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def streaming(self) -> Iterator[bool]:
        """Say whether one more may listen to changes, which leaves room for those who ask."""
        may = self._streams.acquire(blocking=False)
        try:
            yield may
        finally:
            if may:
                self._streams.release()

    def process_request(self, request: object, client_address: object) -> None:
        """Take a connection, in place of one that rests where there are too many."""
        is_free = self._open.acquire(blocking=False)
        if not is_free:
            self._make_room()
        if is_free or self._open.acquire(timeout=_ROOM_SECONDS):
            super().process_request(request, client_address)  # type: ignore[arg-type] # as it came
        else:
            self.shutdown_request(request)  # type: ignore[arg-type] # as it came

    def process_request_thread(self, request: object, client_address: object) -> None:
        """Answer a connection until it ends."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type] # as it came
        finally:
            self.work(request)  # type: ignore[arg-type] # as it came
            self._open.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of readers who leave."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # as it came


class _Connection(BaseHTTPRequestHandler):
    server: _Sockets
    protocol_version = "HTTP/1.1"
    server_version = "papernotes"
    sys_version = ""
    timeout = _IDLE_SECONDS

    def handle_one_request(self) -> None:
        """Wait for a request and answer it."""
        self.server.rest(self.connection)
        super().handle_one_request()

    def _reply(self) -> None:
        self.server.work(self.connection)
        headers = self.headers
        asked = Asked(
            self.command,
            self.path,
            tuple(headers.get_all("Host", ())),
            headers.get("Sec-Fetch-Site", ""),
            headers.get("Sec-Fetch-Mode", ""),
            "; ".join(headers.get_all("Cookie", ())),
            headers.get("Range", ""),
        )
        if "Content-Length" in headers or "Transfer-Encoding" in headers:
            self.close_connection = True  # a body nobody reads is not the next request
        try:
            found = self.server.owner.respond(asked)
        except Exception:
            self.send_error(500)
            raise
        with contextlib.ExitStack() as stack:
            if found.part:
                stack.enter_context(contextlib.closing(found.part.file))
            if found.events and not stack.enter_context(self.server.streaming()):
                found = guarded(Answer(503, b"Too many pages listen to changes.\n"))
            self._send(found)

    do_GET = do_HEAD = _reply  # noqa: N815 - names http.server looks for
    do_POST = do_PUT = do_PATCH = do_DELETE = _reply  # noqa: N815 - the same
    do_OPTIONS = do_TRACE = do_CONNECT = _reply  # noqa: N815 - the same

    def _send(self, found: Answer) -> None:
        self.send_response(found.status)
        for name, value in (("Content-Type", found.kind), *found.headers):
            self.send_header(name, value)
        if found.events:
            self.close_connection = True
            self.send_header("Connection", "close")
        else:
            length = found.part.length if found.part else len(found.body)
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self._write(found)

    def _write(self, found: Answer) -> None:
        sent = 0
        for piece in found.events() if found.events else found.part.read() if found.part else ():
            self.wfile.write(piece)
            sent += len(piece)
            if found.events:
                self.wfile.flush()
        if found.part and sent < found.part.length:
            self.close_connection = True  # the file has become shorter meanwhile
        self.wfile.write(found.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer what is no request of ours, plainly and without repeating any of it."""
        self.close_connection = True
        self.request_version = self.protocol_version  # what cannot be read is answered too
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: one reader knows what he reads."""


def _listen(owner: Listener, port: int | None) -> _Sockets:
    try:
        return _Sockets(owner, PORT if port is None else port)
    except OSError as error:
        if port is None and error.errno == errno.EADDRINUSE:
            with contextlib.suppress(OSError):
                return _Sockets(owner, 0)
        raise ConflictError(
            f"port {PORT if port is None else port} of this computer: {error.strerror or error}",
            hint="choose another with --port, or a free one with --port 0",
        ) from error
