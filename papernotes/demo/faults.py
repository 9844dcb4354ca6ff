"""The ways a server fails that arXiv, or the road to it, has been seen to: played on demand.

A fault is written ``name`` or ``name:argument``:

    status:429        that status; ``status:503,7`` adds Retry-After: 7
    rate200           200 and the text "Rate exceeded."
    html200           200 and a web page; html_as_atom calls it Atom
    garbage           200, of the right type, bytes that are nothing
    empty             a feed that counts 99 results and holds none; a file of no bytes
    truncate:0.6      that part of the answer, Content-Length of the whole
    truncate_noclen:0.6   that part, no length, then the end: in the middle of a chunk, if chunked
    cut:0.6           that part with its own, honest length
    reset             the connection is reset; reset:0.6 does it after that part
    redirect:URL      302 to URL;  loop: 302 to itself
    slow:S            S seconds of silence before the answer;  drip:S: S seconds before each byte
    gzipbomb:MB       gzip that unpacks to so many million bytes;  big:MB: so many, plain

The answer to a PDF is spoilt alike, and keeps its own headers.
"""

from __future__ import annotations

import itertools
import socket
import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from papernotes.demo.answers import ATOM_TYPE, Reply
from papernotes.demo.paperfiles import FileReply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_MILLION = 1_000_000
_HTML = b"<!DOCTYPE html>\n<html><head><title>arXiv</title></head><body>Maintenance</body></html>\n"


class Exchange(Protocol):
    """What a fault may do with the request at hand."""

    path: str
    connection: socket.socket

    def start(self, status: int, headers: dict[str, str]) -> None:
        """Send the head of an answer."""

    def write(self, data: bytes) -> None:
        """Send a piece of its body."""

    def wait(self, seconds: float) -> bool:
        """Wait; return True when the server closes meanwhile."""


def play(fault: str, exchange: Exchange, whole: Reply) -> None:
    """Answer as ``fault`` says; ``whole`` is what would have been right. Raises ValueError."""
    name, _, argument = fault.partition(":")
    if name not in _FAULTS:
        raise ValueError(f"unknown fault: {fault}")
    _FAULTS[name](exchange, argument, whole)


def check(fault: str) -> str:
    """Return ``fault`` if it is one. Raises ValueError."""
    if fault.partition(":")[0] not in _FAULTS:
        raise ValueError(f"unknown fault: {fault}")
    return fault


def _send(exchange: Exchange, reply: Reply, **headers: str) -> None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    length = {"Content-Length": str(len(reply.body))}
    exchange.start(reply.status, _headers(reply) | length | named)
    exchange.write(reply.body)


def _headers(reply: Reply) -> dict[str, str]:
    """Return the headers of an answer but for its length."""
    more = dict(reply.headers) if isinstance(reply, FileReply) else {}
    return {"Content-Type": reply.content_type} | more


def _part(argument: str, whole: Reply) -> bytes:
    return whole.body[: int(len(whole.body) * float(argument))]


def _status(exchange: Exchange, argument: str, _: Reply) -> None:
    status, _comma, retry_after = argument.partition(",")
    headers = {"Retry_After": retry_after} if retry_after else {}
    text = b"Rate exceeded." if status == "429" else b"The server says no.\n"
    _send(exchange, Reply(int(status), text, "text/plain"), **headers)


def _fixed(status: int, body: bytes, content_type: str) -> _Fault:
    def send(exchange: Exchange, _argument: str, _whole: Reply) -> None:
        _send(exchange, Reply(status, body, content_type))

    return send


def _garbage(exchange: Exchange, _argument: str, whole: Reply) -> None:
    _send(exchange, Reply(200, bytes(range(256)) * 8, whole.content_type))


def _empty(exchange: Exchange, _argument: str, whole: Reply) -> None:
    if isinstance(whole, FileReply):
        _send(exchange, replace(whole, body=b""))
        return
    head = whole.body.partition(b"  <entry>")[0].removesuffix(b"</feed>\n")
    start, tag, rest = head.partition(b"<opensearch:totalResults>")
    body = start + tag + b"99" + rest[rest.index(b"<") :] + b"</feed>\n"
    _send(exchange, Reply(200, body))


def _truncate(exchange: Exchange, argument: str, whole: Reply) -> None:
    length = {"Content-Length": str(len(whole.body))}
    exchange.start(whole.status, _headers(whole) | length)
    exchange.write(_part(argument, whole))


def _truncate_noclen(exchange: Exchange, argument: str, whole: Reply) -> None:
    headers, part = _headers(whole), _part(argument, whole)
    if isinstance(whole, FileReply) and whole.is_chunked:
        headers["Transfer-Encoding"] = "chunked"
        part = b"%x\r\n%b" % (len(whole.body), part)
    exchange.start(whole.status, headers)
    exchange.write(part)


def _cut(exchange: Exchange, argument: str, whole: Reply) -> None:
    _send(exchange, replace(whole, body=_part(argument, whole)))


def _reset(exchange: Exchange, argument: str, whole: Reply) -> None:
    if argument:
        _truncate(exchange, argument, whole)
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.connection.close()


def _redirect(exchange: Exchange, argument: str, _whole: Reply) -> None:
    _send(exchange, Reply(302, b"", "text/plain"), Location=argument)


def _loop(exchange: Exchange, _argument: str, _whole: Reply) -> None:
    _send(exchange, Reply(302, b"", "text/plain"), Location=exchange.path)


def _slow(exchange: Exchange, argument: str, whole: Reply) -> None:
    if not exchange.wait(float(argument)):
        _send(exchange, whole)


def _drip(exchange: Exchange, argument: str, whole: Reply) -> None:
    _truncate(exchange, "0", whole)
    for byte in whole.body:
        if exchange.wait(float(argument)):
            return
        exchange.write(bytes([byte]))


def _blown_up(megabytes: str, whole: Reply) -> Iterator[bytes]:
    """Yield the answer with blanks in its first title, or before its trailer, by the million."""
    before, after = (b"startxref", b"") if isinstance(whole, FileReply) else (b"", b"<title>")
    at = max(0, whole.body.find(before or after)) + len(after)
    yield whole.body[:at]
    yield from itertools.repeat(b" " * _MILLION, int(megabytes))
    yield whole.body[at:]


def _gzipbomb(exchange: Exchange, argument: str, whole: Reply) -> None:
    exchange.start(200, _headers(whole) | {"Content-Encoding": "gzip"})
    _write_all(exchange, _packed(_blown_up(argument, whole)))


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    yield from (packer.compress(piece) for piece in pieces)
    yield packer.flush()


def _big(exchange: Exchange, argument: str, whole: Reply) -> None:
    exchange.start(200, _headers(whole))
    _write_all(exchange, _blown_up(argument, whole))


def _write_all(exchange: Exchange, pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        exchange.write(piece)


if TYPE_CHECKING:
    _Fault = Callable[[Exchange, str, Reply], None]

_FAULTS: dict[str, _Fault] = {
    "status": _status,
    "rate200": _fixed(200, b"Rate exceeded.", "text/plain"),
    "html200": _fixed(200, _HTML, "text/html; charset=utf-8"),
    "html_as_atom": _fixed(200, _HTML, ATOM_TYPE),
    "garbage": _garbage,
    "empty": _empty,
    "truncate": _truncate,
    "truncate_noclen": _truncate_noclen,
    "cut": _cut,
    "reset": _reset,
    "redirect": _redirect,
    "loop": _loop,
    "slow": _slow,
    "drip": _drip,
    "gzipbomb": _gzipbomb,
    "big": _big,
}
