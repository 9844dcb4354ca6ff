"""Files of an export → all text in them, also what is packed or encoded. Pure, with limits."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from papernotes.export.images.metadata import ImageError, strip_metadata
from papernotes.export.privacy.words import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.export.post import OutFile

_LARGEST = 64_000_000  # bytes that one packed file may unfold to
_MOST_MEMBERS = 10_000
_MOST_STREAMS = 100  # that are tried where something may be packed in binary data
_STREAM = 1_000_000
_DEEPEST = 3
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"GIF8", b"RIFF")
_FONTS = (b"wOF2", b"wOFF", b"\0\1\0\0", b"OTTO")
_PRINTABLE = re.compile(rb"[\x20-\x7e]{6,}")
_DATA_URI = re.compile(r"data:[\w.+/-]+;base64,([A-Za-z0-9+/=]{16,})")
_JSON_SPACE = re.compile(r"\\[nrt]")


@dataclass(frozen=True, slots=True)
class Page:
    """Text that leaves: of the file at ``path``, its own name when ``is_name``."""

    path: str
    text: str
    is_name: bool = False


def unpacked(file: OutFile) -> Iterator[Page]:
    """Yield the name of a file and all text in it.

    A picture that has nothing but what draws it holds no text, nor does a font.
    """
    yield Page(file.path, decoded(file.path), is_name=True)
    for text in _texts(file.data, file.path, 0):
        yield Page(file.path, text)


def _texts(data: bytes, name: str, depth: int) -> Iterator[str]:
    if data.startswith(_FONTS) or depth > _DEEPEST:
        return
    if data.startswith(_PICTURES):
        if not _is_bare(data):
            yield from _strings(data)
    elif data.startswith(b"\x1f\x8b"):
        yield from _texts(_inflated(data), name.removesuffix(".gz"), depth + 1)
    elif data.startswith(b"PK\x03\x04"):
        yield from _members(data, depth)
    else:
        yield from _plain(data, name, depth)


def _plain(data: bytes, name: str, depth: int) -> Iterator[str]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        yield from _strings(data)
        return
    if "\0" in text:
        yield from _strings(data)
        return
    if name.endswith((".json", ".js")):
        text = _JSON_SPACE.sub(" ", text)
    if ";base64," in text:
        for match in _DATA_URI.finditer(text):
            yield from _texts(_from_base64(match[1]), "", depth + 1)
        text = _DATA_URI.sub(" ", text)
    yield decoded(text)


def _is_bare(data: bytes) -> bool:
    try:
        return strip_metadata(data) == data
    except ImageError:
        return False


def _strings(data: bytes) -> Iterator[str]:
    """Yield what can be read in binary data, as ASCII, as UTF-16 and in PNG's packed chunks."""
    yield "\n".join(match.decode() for match in _PRINTABLE.findall(data))
    wide = data.replace(b"\0", b"")
    if len(wide) < len(data):
        yield "\n".join(match.decode() for match in _PRINTABLE.findall(wide))
    starts = islice(re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data), _MOST_STREAMS)
    for at in [match.start() for match in starts]:
        if inside := _inflated(data[at : at + _STREAM], zlib.MAX_WBITS, _STREAM):
            yield "\n".join(match.decode() for match in _PRINTABLE.findall(inside))


def _inflated(data: bytes, bits: int = 16 + zlib.MAX_WBITS, limit: int = _LARGEST) -> bytes:
    try:
        return zlib.decompressobj(bits).decompress(data, limit)
    except zlib.error:
        return b""


def _members(data: bytes, depth: int) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            left = _LARGEST
            for member in archive.infolist()[:_MOST_MEMBERS]:
                yield decoded(member.filename)
                left -= member.file_size
                if left < 0:
                    return
                with archive.open(member) as stream:
                    yield from _texts(stream.read(_LARGEST), member.filename, depth + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError):
        yield from _strings(data)


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""
