"""Images: the picture stays, what the camera wrote goes."""

from __future__ import annotations

import base64
import struct
import zlib
from urllib.parse import quote, unquote

import pytest

from papernotes.export.images.colour import clean_profile
from papernotes.export.images.metadata import ImageError, bare_address, strip_metadata

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


def make_gif(*extra: bytes, end: bytes = b"\x3b") -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    loop = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
    control = b"\x21\xf9\x04\0\x0a\0\0\0"
    image = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0x80) + bytes(6) + b"\x02\x02\x44\x01\0"
    return head + loop + b"".join(extra) + control + image + end


def gif_extension(label: int, *blocks: bytes) -> bytes:
    return bytes((0x21, label)) + b"".join(bytes([len(b)]) + b for b in blocks) + b"\0"


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


def test_what_follows_the_end_of_a_jpeg_goes() -> None:
    assert strip_metadata(make_jpeg() + b"\0\0ftypmp42" + SECRET) == make_jpeg()


# --- colour profiles ---------------------------------------------------------------------------

CURVE = b"curv" + bytes(4) + struct.pack(">IH", 1, 0x0233) + bytes(2)
POINT = b"XYZ " + bytes(4) + struct.pack(">3I", 1, 2, 3)


def make_profile(version: int = 2, words: bytes = SECRET, filler: int = 0) -> bytes:
    said = b"desc" + bytes(4) + struct.pack(">I", len(words)) + words
    tags = [(b"desc", said), (b"rTRC", CURVE), (b"gTRC", CURVE), (b"wtpt", POINT)]
    tags += [(b"mmod", said), (b"targ", b"text" + bytes(4) + words)]
    if filler:
        tags.append((b"A2B0", b"mft2" + bytes(filler)))
    table, body = b"", b""
    for name, data in tags:
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(data))
        body += data
    head = b"lcms" + bytes([version, 0x40, 0, 0]) + b"mntrRGB XYZ "
    head += struct.pack(">6H", 2021, 3, 4, 5, 6, 7) + b"acspAPPL" + bytes(4) + b"ADA1SN42"
    head = head.ljust(124, b"\x07")
    count = struct.pack(">I", len(tags))
    return struct.pack(">I", 132 + len(table) + len(body)) + head + count + table + body


@pytest.mark.parametrize("version", [2, 4])
def test_a_profile_keeps_its_numbers_and_says_nothing_else(version: int) -> None:
    bare = clean_profile(make_profile(version))
    assert struct.unpack_from(">I", bare)[0] == len(bare)
    assert bare[36:40] == b"acsp"
    assert bare[8] == version
    tags = {}
    for number in range(struct.unpack_from(">I", bare, 128)[0]):
        name, start, size = struct.unpack_from(">4sII", bare, 132 + 12 * number)
        tags[name] = bare[start : start + size]
    assert tags.keys() == {b"rTRC", b"gTRC", b"wtpt", b"desc", b"cprt"}
    assert (tags[b"rTRC"], tags[b"gTRC"], tags[b"wtpt"]) == (CURVE, CURVE, POINT)
    for said in (SECRET, b"ADA1", b"SN42", struct.pack(">6H", 2021, 3, 4, 5, 6, 7), b"lcms"):
        assert said not in bare
    assert clean_profile(bare) == bare


def test_profiles_in_pictures_lose_their_words() -> None:
    profile = make_profile(filler=200_000)  # of more than one segment
    cut = [profile[at : at + 60_000] for at in range(0, len(profile), 60_000)]
    parts = [
        segment(0xE2, b"ICC_PROFILE\0" + bytes((number, len(cut))) + part)
        for number, part in enumerate(cut, 1)
    ]
    jpeg = strip_metadata(make_jpeg(*parts))
    assert b"".join(part[18:] for part in jpeg_profile_segments(jpeg)) == clean_profile(profile)

    png = strip_metadata(
        make_png(png_chunk(b"iCCP", SECRET[:20] + b"\0\0" + zlib.compress(profile)))
    )
    packed = png[png.index(b"iCCP") + 4 :].partition(b"\0\0")[2]
    assert zlib.decompressobj().decompress(packed) == clean_profile(profile)

    full = make_webp((b"VP8X", bytes([0x20]) + bytes(9)), (b"ICCP", profile), (b"VP8 ", b"ab"))
    webp = strip_metadata(full)
    assert clean_profile(profile) in webp
    assert webp[20] == 0x20
    for picture in (jpeg, png, webp):
        assert SECRET[:20] not in picture
        assert strip_metadata(picture) == picture


def jpeg_profile_segments(jpeg: bytes) -> list[bytes]:
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
        found += [jpeg[at:end]] if jpeg[at + 1] == 0xE2 else []
        at = end
    return found


@pytest.mark.parametrize(
    "profile",
    [b"", b"profile", make_profile()[:150], make_profile().replace(b"curv", b"abcd"), bytes(500)],
)
def test_a_broken_profile_goes(profile: bytes) -> None:
    assert clean_profile(profile) == b""
    marked = segment(0xE2, b"ICC_PROFILE\0\x01\x01" + profile)
    assert strip_metadata(make_jpeg(marked)) == make_jpeg()
    packed = png_chunk(b"iCCP", b"x\0\0" + zlib.compress(profile))
    assert strip_metadata(make_png(packed)) == make_png()
    assert strip_metadata(make_png(png_chunk(b"iCCP", b"x\0\0" + profile))) == make_png()
    full = make_webp((b"VP8X", bytes([0x20]) + bytes(9)), (b"ICCP", profile), (b"VP8 ", b"ab"))
    assert strip_metadata(full) == make_webp((b"VP8X", bytes(10)), (b"VP8 ", b"ab"))


# --- and the rest --------------------------------------------------------------------------------


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
        b"II*\0" + bytes(40),  # TIFF
        b"MM\0*" + bytes(40),
        b"\0\0\0\x20ftypavif" + bytes(40),
        b"\0\0\0\x20ftypheic" + bytes(40),
        b"BM" + bytes(40),
        b"plain text",
        b"GIF89a",
        make_gif()[:-4],
        b"<svg><g></svg>",
        b"<svg>\xff</svg>",
        make_png()[:-20],
        make_jpeg()[:-8],
        b"\xff\xd8\xff",
        make_webp((b"VP8 ", b"abcd"))[:-3],
    ],
)
def test_what_is_no_harmless_image_is_refused(data: bytes) -> None:
    with pytest.raises(ImageError):
        strip_metadata(data)


@pytest.mark.parametrize(
    "extra",
    [
        gif_extension(0xFE, SECRET, SECRET),
        gif_extension(0xFF, b"XMP DataXMP", SECRET),
        gif_extension(0xFF, b"ICCRGBG1012", SECRET),
        gif_extension(0x01, bytes(12), SECRET),
        gif_extension(0x77, SECRET),
    ],
)
def test_gif_keeps_only_its_frames(extra: bytes) -> None:
    assert strip_metadata(make_gif(extra) + SECRET) == make_gif()
    assert strip_metadata(make_gif(extra, end=b"")) == make_gif()


@pytest.mark.parametrize("kind", [b"prVt", b"iDOT", b"vpAg", b"caBX", b"sPLT", b"hIST", b"gIFx"])
def test_png_chunks_nobody_asked_for_go(kind: bytes) -> None:
    assert strip_metadata(make_png(png_chunk(kind, SECRET))) == make_png()


@pytest.mark.parametrize(
    "extra",
    [
        segment(0xE0, b"JFXX\0\x10" + SECRET),
        segment(0xE0, SECRET),
        segment(0xE5, SECRET),
        segment(0xEE, SECRET),
        segment(0xF0, SECRET),
        segment(0xC8, SECRET),
    ],
)
def test_jpeg_segments_that_draw_nothing_go(extra: bytes) -> None:
    assert strip_metadata(make_jpeg(extra)) == make_jpeg()


def test_jpeg_thumbnail_goes() -> None:
    head = b"JFIF\0\x01\x02\0\0\x01\0\x01"
    stripped = strip_metadata(make_jpeg(segment(0xE0, head + b"\x01\x01" + SECRET)))
    assert stripped == make_jpeg(segment(0xE0, head + b"\0\0"))


def test_jpeg_keeps_how_adobe_wrote_the_colours() -> None:
    adobe = b"Adobe\0\x64\0\0\0\0\x01"
    stripped = strip_metadata(make_jpeg(segment(0xEE, adobe + SECRET)))
    assert stripped == make_jpeg(segment(0xEE, adobe))


def test_webp_keeps_known_chunks_in_frames_too() -> None:
    def frame(*chunks: bytes) -> tuple[bytes, bytes]:
        return b"ANMF", bytes(16) + b"".join(chunks)

    image, foreign = b"VP8L\x02\0\0\0ab", b"abcd\x14\0\0\0" + SECRET
    full = make_webp((b"ANIM", bytes(6)), frame(image, foreign), (b"junk", SECRET))
    assert strip_metadata(full) == make_webp((b"ANIM", bytes(6)), frame(image))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">%s</svg>'


@pytest.mark.parametrize(
    ("full", "bare"),
    [
        (b"<!-- %s --><g/>", b"<g/>"),
        (b"<metadata><a>%s</a><metadata/></metadata><g/>", b"<g/>"),
        (b"<metadata id='%s'/><g/>", b"<g/>"),
        (b'<x:a xmlns:x="u:x">%s<x:a/><g/></x:a><g/>', b"<g/>"),
        (b'<a xmlns="u:x">%s</a><g/>', b"<g/>"),
        (b'<g xmlns:x="u:%s" x:export-filename="%s" id="a"/>', b'<g id="a"/>'),
        (b'<g data-name="%s"/>', b"<g/>"),
        (b'<image href="file:///%s" width="1"/>', b'<image width="1"/>'),
        (b'<image href="%s.png"/>', b"<image/>"),
        (b'<image href="https://e.org/%s.png"/>', b"<image/>"),
        (b"<title>%s</title><desc lang='en'>%s<b/></desc><g/>", b"<g/>"),
        (b'<g aria-label="%s" id="a"/>', b'<g id="a"/>'),
        (b'<g style="fill:url(file:///%s#a)"/>', b'<g style="fill:none"/>'),
        (b"<style>@import url(https://e.org/%s.css); a {}</style>", b"<style>none a {}</style>"),
        (b"<?app %s?><g/>", b"<g/>"),
        (b"<style>/* %s */ a {}</style>", b"<style> a {}</style>"),
        (b"<style><![CDATA[/* %s */ a {}]]></style>", b"<style><![CDATA[ a {}]]></style>"),
    ],
)
def test_svg_keeps_only_the_drawing(full: bytes, bare: bytes) -> None:
    planted = full.replace(b"%s", SECRET)
    assert strip_metadata(SVG % planted) == SVG % bare


def test_svg_pictures_inside_lose_their_metadata() -> None:
    def embedded(png: bytes) -> bytes:
        return SVG % (b'<image href="data:image/png;base64,%s"/>' % base64.b64encode(png))

    full, bare = make_png(png_chunk(b"tEXt", SECRET)), make_png()
    assert strip_metadata(embedded(full)) == embedded(bare)
    assert strip_metadata(embedded(SECRET)) == SVG % b"<image/>"


def test_pictures_within_an_address_lose_their_metadata() -> None:
    full, bare = make_png(png_chunk(b"tEXt", SECRET)), make_png()
    start = "data:image/png;base64,"
    assert bare_address(start + base64.b64encode(full).decode()) == (
        start + base64.b64encode(bare).decode()
    )
    svg = (SVG % b"<desc>%s</desc>").replace(b"%s", SECRET)
    address = bare_address("data:image/svg+xml;utf8," + quote(svg))
    assert unquote(address) == "data:image/svg+xml;utf8," + (SVG % b"").decode()
    for broken in (
        "data:image/png;base64,",
        "data:image/png;base64,A",
        "data:image/png",
        "data:,x",
    ):
        with pytest.raises(ImageError):
            bare_address(broken)


def test_svg_declaration_goes_in_front_and_comments_around() -> None:
    full = b'<?xml version="1.0"?>\n<!-- %s -->\n<!DOCTYPE svg>\n%s<!-- %s -->'
    assert strip_metadata(full % (SECRET, SVG % b"", SECRET)) == (
        b'<?xml version="1.0"?>\n\n<!DOCTYPE svg>\n' + SVG % b""
    )


@pytest.mark.parametrize(
    "picture",
    [
        b"<path d='M0 0' style=\"fill:url(#a)\"/>\n<text x='1'>a &gt; b \xc3\xa9</text>",
        b'<g xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="#a"/></g>',
        b'<a href="https://e.org/?a&amp;b"><text>T</text></a>',
        b'<svg:g xmlns:svg="http://www.w3.org/2000/svg"><svg:path/></svg:g>',
    ],
)
def test_what_draws_stays_byte_for_byte(picture: bytes) -> None:
    assert strip_metadata(SVG % picture) == SVG % picture
    assert strip_metadata(make_gif()) == make_gif()
