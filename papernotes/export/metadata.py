"""Images without what a camera or an editor wrote into them: places, names, dates. Pure.

JPEG keeps its colour profile and, of EXIF, only which way is up; PNG and WebP lose their text and
EXIF chunks; whatever follows the image's end goes. GIF is passed on as it is, comments included.
"""

from __future__ import annotations

import re
import struct
import zlib

_JPEG_START = b"\xff\xd8"
_JPEG_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_JPEG_END, _JPEG_SCAN, _JPEG_COMMENT = 0xD9, 0xDA, 0xFE
_JPEG_APPS = range(0xE1, 0xF0)
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_DROPPED = {b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"}
_WEBP_DROPPED = {b"EXIF", b"XMP "}
_WEBP_FLAGS = 0x08 | 0x04
_ORIENTATION = 0x0112
_SVG_ACTIVE = re.compile(
    rb"<\s*(?:[\w.-]+:)?(?:script|foreignObject|iframe|embed|object)\b|\bon\w+\s*=|javascript\s*:|<!ENTITY",
    re.IGNORECASE,
)


class ImageError(ValueError):
    """The bytes are no image a blog can show, or one that runs code."""


def strip_metadata(data: bytes) -> bytes:
    """Return the image without its metadata. Raises ImageError, saying why, when it is none."""
    try:
        if data.startswith(_JPEG_START):
            return _strip_jpeg(data)
        if data.startswith(_PNG_START):
            return _strip_png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _strip_webp(data)
    except (struct.error, IndexError) as error:
        raise ImageError("it is cut off or broken") from error
    if data.startswith((b"GIF87a", b"GIF89a")):
        return data
    if (
        re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE svg|svg)", data)
        and b"<svg" in data
    ):
        if _SVG_ACTIVE.search(data):
            raise ImageError("an SVG with scripts or foreign parts is not carried along")
        return data
    raise ImageError("it is no JPEG, PNG, GIF, WebP or SVG image")


def _strip_jpeg(data: bytes) -> bytes:
    kept = [_JPEG_START]
    at = 2
    while True:
        while data[at + 1] == 0xFF:  # fill bytes
            at += 1
        if data[at] != 0xFF:
            raise ImageError("it is cut off or broken")
        marker = data[at + 1]
        if marker == _JPEG_END:
            return b"".join((*kept, data[at : at + 2]))
        if marker in _JPEG_STANDALONE:
            kept.append(data[at : at + 2])
            at += 2
            continue
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        segment = data[at:end]
        is_foreign = marker in _JPEG_APPS or marker == _JPEG_COMMENT
        if marker == _JPEG_SCAN:
            end = _end_of_scan(data, end)
            kept.append(data[at:end])
        elif marker == _JPEG_APPS.start and segment[4:10] == b"Exif\0\0":
            kept.append(_orientation_only(segment[10:]))
        elif segment[4:16] == b"ICC_PROFILE\0" or segment[4:9] == b"Adobe" or not is_foreign:
            kept.append(segment)
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the next marker begins: in a scan, FF is followed by 0 or a restart mark."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise ImageError("it is cut off or broken")
        if data[at + 1] != 0 and data[at + 1] not in _JPEG_STANDALONE:
            return at
        at += 2


def _orientation_only(tiff: bytes) -> bytes:
    """Return an EXIF segment that says only which way is up; nothing when it says nothing."""
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        at = struct.unpack_from(order + "I", tiff, 4)[0]
        for number in range(struct.unpack_from(order + "H", tiff, at)[0]):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, at + 2 + 12 * number)
            if tag == _ORIENTATION and kind == 3 and 1 < value <= 8:
                entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, value, 0)
                body = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
                return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    except (struct.error, KeyError):
        return b""
    return b""


def _strip_png(data: bytes) -> bytes:
    kept = [_PNG_START]
    at = len(_PNG_START)
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        chunk = data[at : at + 12 + length]
        if len(chunk) != 12 + length or struct.unpack(">I", chunk[-4:])[0] != zlib.crc32(
            chunk[4:-4]
        ):
            raise ImageError("it is cut off or broken")
        if kind not in _PNG_DROPPED:
            kept.append(chunk)
        if kind == b"IEND":
            return b"".join(kept)
        at += len(chunk)


def _strip_webp(data: bytes) -> bytes:
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise ImageError("it is cut off or broken")
    kept = []
    at = 12
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        chunk = data[at : at + 8 + length + length % 2]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS]) + chunk[9:]
        if kind not in _WEBP_DROPPED:
            kept.append(chunk)
        at += 8 + length + length % 2
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
