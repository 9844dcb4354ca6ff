"""Images without what a camera or an editor wrote into them: places, names, dates. Pure.

Only what draws the picture is kept: named blocks of PNG, GIF, WebP and JPEG (with the numbers of
the colour profile and, of EXIF, which way is up); of SVG, its own elements and attributes.
Whatever follows the image's end goes. What was stripped once stays as it is.
"""

from __future__ import annotations

import base64
import struct
import zlib
from urllib.parse import quote, unquote, unquote_to_bytes

from papernotes.export.images.colour import clean_profile
from papernotes.export.images.svg import clean_svg, is_svg

_JPEG_START = b"\xff\xd8"
_JPEG_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_JPEG_END, _JPEG_SCAN, _JPEG_JFIF, _JPEG_EXIF = 0xD9, 0xDA, 0xE0, 0xE1
_JPEG_ICC, _JPEG_ADOBE = 0xE2, 0xEE
_JPEG_DRAWING = {*range(0xC0, 0xD0), *range(0xDA, 0xE0)} - {0xC8}
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB sBIT bKGD pHYs acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_FRAME_HEADER = 16
_WEBP_FLAGS = 0x08 | 0x04
_WEBP_HAS_PROFILE = 0x20
_JPEG_PROFILE = b"ICC_PROFILE\0"
_JPEG_PROFILE_PART = 65_519  # bytes of a profile that one segment holds
_LARGEST_PROFILE = 8_000_000
_ORIENTATION = 0x0112
_GIF_EXTENSION, _GIF_IMAGE, _GIF_END = 0x21, 0x2C, 0x3B
_GIF_CONTROL, _GIF_APPLICATION = 0xF9, 0xFF
_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_GIF_TABLE = 0x80


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
        if data.startswith((b"GIF87a", b"GIF89a")):
            return _strip_gif(data)
    except (struct.error, IndexError) as error:
        raise ImageError("it is cut off or broken") from error
    if is_svg(data):
        try:
            return clean_svg(data, strip_metadata)
        except ValueError as error:
            raise ImageError(str(error)) from error
    raise ImageError("it is no JPEG, PNG, GIF, WebP or SVG image")


def bare_address(address: str) -> str:
    """Return a ``data:`` address whose picture has lost its metadata. Raises ImageError."""
    head, _, body = address.partition(",")
    try:
        if head.endswith(";base64"):
            data = strip_metadata(base64.b64decode("".join(unquote(body).split())))
            return f"{head},{base64.b64encode(data).decode()}"
        return f"{head},{quote(strip_metadata(unquote_to_bytes(body)))}"
    except ValueError as error:  # of base64 or of the picture
        raise ImageError(str(error)) from error


def _strip_jpeg(data: bytes) -> bytes:
    kept = [_JPEG_START]
    profile: dict[int, bytes] = {}
    profile_at = 0
    at = 2
    while True:
        while data[at + 1] == 0xFF:  # fill bytes
            at += 1
        if data[at] != 0xFF:
            raise ImageError("it is cut off or broken")
        marker = data[at + 1]
        if marker == _JPEG_END:
            kept[profile_at:profile_at] = _jpeg_profile(profile)
            return b"".join((*kept, data[at : at + 2]))
        if marker in _JPEG_STANDALONE:
            kept.append(data[at : at + 2])
            at += 2
            continue
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        segment = data[at:end]
        if marker == _JPEG_ICC and segment.startswith(_JPEG_PROFILE, 4) and len(segment) > 18:
            profile_at = profile_at or len(kept)
            profile[segment[16]] = segment[18:]
        elif marker == _JPEG_SCAN:
            end = _end_of_scan(data, end)
            kept.append(data[at:end])
        else:
            kept.append(_jpeg_segment(marker, segment))
        at = end


def _jpeg_profile(parts: dict[int, bytes]) -> list[bytes]:
    """Return the segments of the colour profile that stands in parts; none when it is broken."""
    profile = clean_profile(b"".join(parts[number] for number in sorted(parts)))
    starts = range(0, len(profile), _JPEG_PROFILE_PART)
    return [
        b"\xff\xe2"
        + struct.pack(">H", 16 + len(profile[start : start + _JPEG_PROFILE_PART]))
        + _JPEG_PROFILE
        + bytes((number, len(starts)))
        + profile[start : start + _JPEG_PROFILE_PART]
        for number, start in enumerate(starts, 1)
    ]


def _jpeg_segment(marker: int, segment: bytes) -> bytes:
    """Return what is kept of a segment that is no scan: of the JFIF one, all but its thumbnail."""
    body = segment[4:]
    if marker in _JPEG_DRAWING:
        return segment
    if marker == _JPEG_JFIF and body.startswith(b"JFIF\0"):
        head = body[:12] + b"\0\0" if len(body) > 12 else body
        return segment[:2] + struct.pack(">H", len(head) + 2) + head
    if marker == _JPEG_EXIF and body.startswith(b"Exif\0\0"):
        return _orientation_only(body[6:])
    if marker == _JPEG_ADOBE and body.startswith(b"Adobe"):
        return segment[:2] + struct.pack(">H", len(body[:12]) + 2) + body[:12]
    return b""


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
        if kind == b"iCCP":
            kept.append(_png_profile(chunk[8:-4]))
        elif kind in _PNG_KEPT:
            kept.append(chunk)
        if kind == b"IEND":
            return b"".join(kept)
        at += len(chunk)


def _png_profile(data: bytes) -> bytes:
    """Return the chunk of a colour profile, without the name it has there; nothing if broken."""
    name, _, packed = data.partition(b"\0")
    try:
        profile = zlib.decompressobj().decompress(packed[1:], _LARGEST_PROFILE)
    except zlib.error:
        return b""
    if not (name and (bare := clean_profile(profile))):
        return b""
    chunk = b"iCCPicc\0\0" + zlib.compress(bare, 9)
    return struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))


def _strip_webp(data: bytes) -> bytes:
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise ImageError("it is cut off or broken")
    body = b"WEBP" + _webp_chunks(data[12:end])
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunks(data: bytes) -> bytes:
    kept = []
    has_profile = False
    at = 0
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        chunk = data[at : at + 8 + length + length % 2]
        if len(chunk) < 8 + length:
            raise ImageError("it is cut off or broken")
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~_WEBP_FLAGS]) + chunk[9:]
        elif kind == b"ANMF":
            header = chunk[8 : 8 + _WEBP_FRAME_HEADER]
            inside = header + _webp_chunks(chunk[8 + _WEBP_FRAME_HEADER : 8 + length])
            chunk = kind + struct.pack("<I", len(inside)) + inside
        elif kind == b"ICCP":
            profile = clean_profile(chunk[8 : 8 + length])
            chunk = kind + struct.pack("<I", len(profile)) + profile if profile else b""
            has_profile = bool(profile)
        if kind in _WEBP_KEPT:
            kept.append(chunk)
        at += 8 + length + length % 2
    if kept and kept[0].startswith(b"VP8X") and not has_profile:
        kept[0] = kept[0][:8] + bytes([kept[0][8] & ~_WEBP_HAS_PROFILE]) + kept[0][9:]
    return b"".join(kept)


def _strip_gif(data: bytes) -> bytes:
    """Return header, colours, frames and how often they repeat; a missing end is put there."""
    at = 13 + _gif_table(data[10])
    kept = [data[:at]]
    while at < len(data):
        start, kind = at, data[at]
        if kind == _GIF_END:
            break
        if kind == _GIF_IMAGE:
            at = _end_of_blocks(data, at + 11 + _gif_table(data[at + 9]))
        elif kind == _GIF_EXTENSION:
            at = _end_of_blocks(data, at + 2)
            label, name = data[start + 1], data[start + 3 : start + 14]
            if label != _GIF_CONTROL and not (label == _GIF_APPLICATION and name in _GIF_LOOPS):
                continue
        else:
            raise ImageError("it is cut off or broken")
        kept.append(data[start:at])
    return b"".join((*kept, bytes([_GIF_END])))


def _gif_table(flags: int) -> int:
    """Return the length of the table of colours that ``flags`` announce."""
    return 3 << ((flags & 7) + 1) if flags & _GIF_TABLE else 0


def _end_of_blocks(data: bytes, at: int) -> int:
    """Return where a row of data blocks has ended: each begins with its length, the last is 0."""
    while length := data[at]:
        at += length + 1
    return at + 1
