"""A blog of a dozen notes that has every construct, as the html target makes it."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from papernotes.export import Settings, apply, plan
from tests.exporting import TODAY, make_note, make_source

SETTINGS = Settings(
    today=TODAY,
    author="Ada Blogger",
    title="Gradient & Descent",
    description="Notes on machine learning: papers read, things tried, mistakes made.",
    base_url="https://blog.example.org/ml",
)
_LOG = (
    "---\ntitle: Log {n}\ncreated: 2024-0{n}-01\ntags: [log]\npublish: true\n---\nDay {n} of it.\n"
)


def make_blog(folder: Path, *, settings: Settings = SETTINGS) -> Path:
    """Build the blog in ``folder``/site and return that folder."""
    notes = folder / "library" / "notes"
    notes.mkdir(parents=True)
    (notes / "curve.png").write_bytes(_curve())
    texts = {path.stem: path.read_text() for path in (Path(__file__).parent / "notes").glob("*.md")}
    texts |= {f"log-{number}": _LOG.format(n=number) for number in range(1, 7)}
    made = [make_note(f"notes/{name}.md", text) for name, text in sorted(texts.items())]
    source = make_source(folder / "library", made)
    apply(plan(source, target="html", directory=folder / "site", settings=settings))
    return folder / "site"


def _curve(width: int = 640, height: int = 280) -> bytes:
    """Return a picture in grey (PNG): a curve that falls, on light ground."""
    rows = bytearray()
    for y in range(height):
        shades = (_shade(x, y, height) for x in range(width))
        rows += b"\0" + bytes(shades)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _shade(x: int, y: int, height: int) -> int:
    line = height * (0.9 - 0.75 / (1 + x / 60))
    return 60 if abs(y - line) < 3 else 215 if x < 3 or y > height - 4 else 244
