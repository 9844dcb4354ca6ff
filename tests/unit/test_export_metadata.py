"""Images: the picture stays, what the camera wrote goes."""

from __future__ import annotations

import struct
import zlib

import pytest

from papernotes.export.metadata import ImageError, strip_metadata

SECRET = b"planted-secret-51.5N"


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def make_png(*extra: bytes) -> bytes:
    start = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    end = png_chunk(b"IDAT", zlib.compress(b"\0\x7f")) + png_chunk(b"IEND", b"")
    return start + b"".join(extra) + end


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def exif(orientation: int, order: str = ">") -> bytes:
    mark = b"MM\0*" if order == ">" else b"II*\0"
    entries = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    entries += struct.pack(order + "HHII", 0x8825, 4, 1, 26)
    return b"Exif\0\0" + mark + struct.pack(order + "IH", 8, 2) + entries + bytes(4) + SECRET


def make_jpeg(*extra: bytes) -> bytes:
    frame = segment(0xC0, b"\x08\0\x01\0\x01\x01\x01\x11\0")
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\x01\x01")
        + b"".join(extra)
        + frame
        + scan
        + b"\xff\xd9"
    )


def make_webp(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP"
    for kind, data in chunks:
        body += kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("kind", [b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME"])
def test_png_text_goes(kind: bytes) -> None:
    assert strip_metadata(make_png(png_chunk(kind, SECRET))) == make_png()


def test_png_keeps_what_draws() -> None:
    kept = make_png(png_chunk(b"gAMA", b"\0\0\xb1\x8f"))
    assert strip_metadata(kept + SECRET) == kept


@pytest.mark.parametrize(
    "extra",
    [
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
        segment(0xED, b"Photoshop 3.0\0" + SECRET),
        segment(0xFE, SECRET),
        segment(0xE2, b"MPF\0" + SECRET),
        segment(0xE1, exif(1)),
    ],
)
def test_jpeg_metadata_goes(extra: bytes) -> None:
    assert strip_metadata(make_jpeg(extra)) == make_jpeg()


@pytest.mark.parametrize("order", ["<", ">"])
def test_jpeg_stays_the_right_way_up(order: str) -> None:
    stripped = strip_metadata(make_jpeg(segment(0xE1, exif(6, order))))
    assert SECRET not in stripped
    kept = stripped.index(b"Exif\0\0")
    assert stripped[kept + 6 : kept + 10] == b"MM\0*"
    assert struct.unpack_from(">HHIH", stripped, kept + 16) == (0x0112, 3, 1, 6)


def test_jpeg_colour_profile_stays_and_what_follows_the_end_goes() -> None:
    kept = make_jpeg(segment(0xE2, b"ICC_PROFILE\0\x01\x01profile"))
    assert strip_metadata(kept + b"\0\0ftypmp42" + SECRET) == kept


def test_webp_metadata_goes_and_its_flags() -> None:
    flags = bytes([0x10 | 0x08 | 0x04]) + bytes(9)
    full = make_webp((b"VP8X", flags), (b"VP8 ", b"abc"), (b"EXIF", SECRET), (b"XMP ", SECRET))
    bare = make_webp((b"VP8X", bytes([0x10]) + bytes(9)), (b"VP8 ", b"abc"))
    assert strip_metadata(full) == bare


@pytest.mark.parametrize(
    "data",
    [
        b"<svg><script>alert(1)</script></svg>",
        b'<?xml version="1.0"?><svg onload="x()"></svg>',
        b'<svg><a href="javascript:x()"/></svg>',
        b"<svg><foreignObject/></svg>",
        b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>",
        b"%PDF-1.4",
        b"",
        b"plain text",
        make_png()[:-20],
        make_jpeg()[:-8],
        b"\xff\xd8\xff",
        make_webp((b"VP8 ", b"abcd"))[:-3],
    ],
)
def test_what_is_no_harmless_image_is_refused(data: bytes) -> None:
    with pytest.raises(ImageError):
        strip_metadata(data)


def test_gif_and_plain_svg_pass() -> None:
    for data in (b"GIF89a....", b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'):
        assert strip_metadata(data) == data
