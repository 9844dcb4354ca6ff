"""Colour profiles (ICC) without the names, dates and serial numbers that stand in them. Pure.

The format is that of ICC.1:2010 (profile version 4.3): a header of 128 bytes, a table of tags,
their data. A screen's own profile names its owner's computer and the day it was measured.
"""

from __future__ import annotations

import struct

_HEADER = 128
_LARGEST = 8_000_000
_MOST_TAGS = 100
_DRAWING = frozenset(
    b"rXYZ gXYZ bXYZ wtpt bkpt rTRC gTRC bTRC kTRC chad chrm cicp gamt"
    b" A2B0 A2B1 A2B2 B2A0 B2A1 B2A2 D2B0 D2B1 D2B2 D2B3 B2D0 B2D1 B2D2 B2D3".split()
)
_NUMBERS = frozenset(b"curv para XYZ sf32 mft1 mft2 mAB mBA mpet chrm cicp".split())
_SOME_DAY = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
_NO_NAME = (
    b"mluc" + bytes(4) + struct.pack(">II", 1, 12) + b"enUS" + struct.pack(">II", 2, 28) + b"\0-"
)
_NO_NAME_2 = b"desc" + bytes(4) + struct.pack(">I", 2) + b"-\0" + bytes(78)
_NO_WORDS_2 = b"text" + bytes(4) + b"-\0"
_FOURTH = 4


def clean_profile(data: bytes) -> bytes:
    """Return the profile with what turns numbers into colours alone; nothing when it is broken."""
    if not _HEADER + 4 <= len(data) <= _LARGEST or data[36:40] != b"acsp":
        return b""
    tags: list[tuple[bytes, bytes]] = []
    (count,) = struct.unpack_from(">I", data, _HEADER)
    for number in range(min(count, _MOST_TAGS)):
        at = _HEADER + 4 + 12 * number
        if at + 12 > len(data):
            return b""
        name, start, size = struct.unpack_from(">4sII", data, at)
        value = data[start : start + size]
        if name in _DRAWING:
            if len(value) != size or value[:4].rstrip() not in _NUMBERS:
                return b""
            tags.append((name, value))
    is_old = data[8] < _FOURTH
    tags.append((b"desc", _NO_NAME_2 if is_old else _NO_NAME))
    tags.append((b"cprt", _NO_WORDS_2 if is_old else _NO_NAME))
    return _written(data[:_HEADER], tags)


def _written(header: bytes, tags: list[tuple[bytes, bytes]]) -> bytes:
    """Return a profile of these tags; equal data stands in it once."""
    start = _HEADER + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    body = b""
    table = struct.pack(">I", len(tags))
    for name, value in tags:
        if value not in places:
            places[value] = start + len(body)
            body += value + bytes(-len(value) % 4)
        table += struct.pack(">4sII", name, places[value], len(value))
    size = struct.pack(">I", start + len(body))
    # Size, no maker of the software, version to space, a day that says nothing, mark and platform;
    # no maker nor model of the device, what it is like; no creator, no digest.
    bare = size + bytes(4) + header[8:24] + _SOME_DAY + header[36:48] + bytes(8) + header[56:80]
    return bare + bytes(_HEADER - len(bare)) + table + body
