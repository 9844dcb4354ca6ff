"""What stays home stays home: secrets planted everywhere, looked for in all that an export writes.

A library of real files goes through every target. Whatever is written, names of files and the
ledger too, is searched with all packing undone.
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import re
import struct
import zipfile
import zlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from papernotes import Library
from papernotes.errors import FormatError, LeakError
from papernotes.export import find_target
from papernotes.notes import edit_front_matter
from papernotes.reports.writing import TARGETS
from tests.unit.test_export_metadata import (
    gif_extension,
    make_gif,
    make_jpeg,
    make_png,
    make_profile,
    make_webp,
    png_chunk,
    segment,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.reports.writing import ExportReport

pytestmark = pytest.mark.parametrize("target", sorted(TARGETS))

WORDS = """
title body tag inline alias file folder exif text packed icc drawn field annote path uncited
comment inblock unclosed html heading footnote kind front custom attach beside ignored private
query desc quiet reason
"""
SECRETS = tuple(f"zq{word}secret" for word in WORDS.split())


def secret(word: str) -> str:
    """Return a planted word; only these exist."""
    found = f"zq{word}secret"
    assert found in SECRETS
    return found


def image_notes(name: str) -> bytes:
    """Return a picture of a format that says secrets wherever it can."""
    words = secret("exif").encode()
    icc = make_profile(words=secret("icc").encode())
    packed = zlib.compress(secret("packed").encode() * 9)
    match name:
        case "png":
            return (
                make_png(
                    png_chunk(b"iCCP", b"mine\0\0" + zlib.compress(icc)),
                    png_chunk(b"tEXt", b"Comment\0" + secret("text").encode()),
                    png_chunk(b"zTXt", b"Comment\0\0" + packed),
                    png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + packed),
                    png_chunk(b"eXIf", b"MM\0*" + words),
                )
                + secret("text").encode()
            )
        case "jpg":
            thumbnail = b"JFIF\0\x01\x02\0\0\x01\0\x01\x04\x04" + words + bytes(29)
            return make_jpeg(
                segment(0xE0, thumbnail),
                segment(0xE1, b"Exif\0\0MM\0*" + words),
                segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + words),
                segment(0xE2, b"ICC_PROFILE\0\1\1" + icc),
                segment(0xED, b"Photoshop 3.0\0" + words),
                segment(0xFE, words),
            ) + make_jpeg(segment(0xFE, words))
        case "gif":
            return make_gif(gif_extension(0xFE, words), gif_extension(0xFF, b"XMP DataXMP", words))
        case "webp":
            frame = (
                bytes(16) + b"VP8L\x02\0\0\0ab" + b"EXIF" + struct.pack("<I", len(words)) + words
            )
            return make_webp(
                (b"VP8X", b"\x2e" + bytes(9)),
                (b"ICCP", icc),
                (b"ANIM", bytes(6)),
                (b"ANMF", frame),
                (b"EXIF", words),
                (b"XMP ", words),
            )
        case _:
            inner = base64.b64encode(image_notes("png")).decode()
            return (
                f"<!-- {words.decode()} --><svg xmlns='http://www.w3.org/2000/svg' "
                f"xmlns:i='u:x' viewBox='0 0 1 1' i:export='{words.decode()}'>"
                f"<title>{secret('drawn')}</title><desc>{secret('drawn')}</desc>"
                f"<metadata>{words.decode()}</metadata><image href='file:///{words.decode()}.png'/>"
                f"<image href='data:image/png;base64,{inner}'/><g/></svg>"
            ).encode()


INLINE = base64.b64encode(image_notes("png")).decode()
PUBLIC = f"""---
title: Public Post
created: 2026-01-02
publish: true
status: reading
description: A fine post. %%{secret("comment")}%%
tags: [open, "%%{secret("comment")}%%"]
categories: [open]
{secret("front")}: x
mood: {secret("custom")}
up: "[[{secret("file")}]]"
---
# Public Post

Words [@kingma2014adam], $x^2$ and `code`. %%{secret("comment")}%% <!-- {secret("html")} -->

%%
{secret("inblock")}
%%

[//]: # ({secret("quiet")})

See [[{secret("file")}|one]], [[{secret("folder")}/inside|two]], [three]({secret("file")}.md),
[[{secret("alias")}|four]], [[{secret("title")}#{secret("heading")}|five]] and [[second]].

![[{secret("file")}]]

![[{secret("file")}#{secret("heading")}]]

![[shown.png]] ![a](shown.jpg) ![b](shown.gif) ![c](shown.webp) ![d](shown.svg)

![[{secret("ignored")}.png|60]] ![x](../{secret("attach")}/away.png)

![e](data:image/png;base64,{INLINE}) <img src="data:image/png;base64,{INLINE}" alt="f">

> [!note] Box
> Inside. %%{secret("inblock")}%%

- item <!-- {secret("html")} -->
- item[^1]

[^1]: A footnote %%{secret("footnote")}%%

| a | b |
|---|---|
| 1 %%{secret("comment")}%% | 2 |

%% {secret("unclosed")}
"""
SECOND = """---
title: Second Post
created: 2026-01-03
publish: true
tags: [open]
---
A [[public]] link, [[kingma2014adam]] and @kingma2014adam again.
"""
HOME = f"""---
title: The {secret("title")} Of Things
aliases: [{secret("alias")}]
tags: [{secret("tag")}, open]
kind: {secret("kind")}
description: {secret("desc")}
created: 2026-01-04
publish: false
---
# {secret("heading")}

{secret("body")} and #{secret("inline")} [[public]] [[second]] ![[shown.png]] [@{secret("uncited")}]

![[{secret("beside")}.png]]
"""
BIB = f"""
@misc{{kingma2014adam,
  title = {{Adam: A Method for Stochastic Optimization}},
  author = {{Kingma, Diederik P. and Ba, Jimmy}},
  year = {{2014}},
  eprint = {{1412.6980}},
  archivePrefix = {{arXiv}},
  abstract = {{We introduce Adam, an algorithm for first-order gradient-based optimization.}},
  note = {{{secret("field")}}},
  annote = {{{secret("annote")}}},
  file = {{:/home/x/{secret("path")}.pdf:application/pdf}},
}}
@misc{{{secret("uncited")}, title = {{A {secret("uncited")} Paper}}, author = {{A. B.}}}}
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    root = tmp_path / "library"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    Library.init(root)
    write(root / "notes/public.md", PUBLIC)
    write(root / "notes/second.md", SECOND)
    write(root / f"notes/{secret('file')}.md", HOME)
    write(root / f"notes/{secret('folder')}/inside.md", f"---\ntitle: In\n---\n{secret('body')}\n")
    write(
        root / "notes/locked.md",
        f"---\ntitle: {secret('private')}\npublish: true\nprivate: true\n---\n[[public]]\n",
    )
    write(
        root / "notes/kept.md",
        f"---\ntitle: {secret('query')}\npublish: true\n---\n[[public]] {secret('reason')}\n",
    )
    write(root / "bib/all.bib", BIB)
    write(root / ".exportignore", f"kept.md\n{secret('ignored')}.*\n/attic/\n")
    for kind in ("png", "jpg", "gif", "webp", "svg"):
        (root / f"notes/shown.{kind}").write_bytes(image_notes(kind))
    for name in (secret("beside"), secret("ignored"), "attic/x"):
        write(root / f"notes/{name}.png", "")
        (root / f"notes/{name}.png").write_bytes(make_png())
    with Library(root, today=lambda: date(2026, 2, 1), state_dir=tmp_path / "state") as opened:
        yield opened


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def export(library: Library, target: str, **wishes: object) -> tuple[Path, ExportReport]:
    blog = library.root.parent / "blog"
    folder = find_target(target).folder
    return blog, library.export(blog / folder if folder else blog, to=target, **wishes)  # type: ignore[arg-type]


def everything(folder: Path) -> str:
    """Return all that stands in the files of a folder and their names, unpacked, in one case."""
    said = []
    for path in sorted(folder.rglob("*")):
        said.append(path.relative_to(folder).as_posix())
        if path.is_file():
            said += unpack(path.read_bytes())
    text = "\n".join(said)
    return "\n".join((text, html.unescape(text), unquote(text))).casefold()


def unpack(data: bytes, depth: int = 0) -> Iterator[str]:
    """Yield bytes as text, and what is packed in them: gzip, zip, streams of zlib, base64."""
    yield data.decode("latin-1")
    yield data.replace(b"\0", b"").decode("latin-1")
    if depth > 3:
        return
    if data[:2] == b"\x1f\x8b":
        yield from unpack(gzip.decompress(data), depth + 1)
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name
                yield from unpack(archive.read(name), depth + 1)
    for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        try:
            inside = zlib.decompressobj().decompress(data[match.start() :])
        except zlib.error:
            continue
        yield from unpack(inside, depth + 1)
    for match in re.finditer(rb"[A-Za-z0-9+/]{40,}={0,2}", data):
        text = match[0]
        yield from unpack(base64.b64decode(text[: len(text) // 4 * 4]), depth + 1)


def planted(text: str) -> list[str]:
    return [one for one in SECRETS if one in text]


def test_the_search_itself_finds_what_is_planted(target: str, tmp_path: Path) -> None:
    assert target
    for kind in ("png", "jpg", "gif", "webp", "svg"):
        folder = tmp_path / kind
        write(folder / f"a.{kind}", "")
        (folder / f"a.{kind}").write_bytes(image_notes(kind))
        assert secret("exif") in everything(folder)
        if kind in {"png", "svg"}:
            assert {secret("icc"), secret("text"), secret("packed")} <= {
                *planted(everything(folder))
            }
    write(tmp_path / f"n/{secret('file')}.txt", f"{secret('body').upper()} %7aqtagsecret")
    (tmp_path / "n/x.gz").write_bytes(gzip.compress(secret("query").encode()))
    assert {*planted(everything(tmp_path / "n"))} == {
        secret(word) for word in ("file", "body", "tag", "query")
    }


def test_nothing_planted_leaves(library: Library, target: str) -> None:
    blog, report = export(library, target)
    assert {file.outcome for file in report.files} == {"new"}
    said = everything(blog)
    assert "public post" in said
    assert "second post" in said
    assert planted(said) == []
    assert str(library.root).casefold() not in said
    names = [file.path for file in report.files]
    assert sum(name.endswith((".png", ".jpg", ".gif", ".webp", ".svg")) for name in names) >= 5
    assert not [name for name in names if "away" in name or "inside" in name]
    again = export(library, target)[1]
    assert {file.outcome for file in again.files} == {"unchanged"}


def test_an_export_does_not_depend_on_what_stays_home(library: Library, target: str) -> None:
    """The same bytes with the private half of the library there, and without."""
    blog, _ = export(library, target)
    before = {path: path.read_bytes() for path in blog.rglob("*") if path.is_file()}
    for name in (f"{secret('file')}.md", f"{secret('folder')}/inside.md", "locked.md", "kept.md"):
        (library.root / "notes" / name).unlink()
    for path in before:
        path.unlink()
    text = (library.root / "bib/all.bib").read_text()
    kept = [line for line in text.splitlines() if "secret" not in line]
    (library.root / "bib/all.bib").write_text("\n".join(kept))
    export(library, target)
    assert {path: path.read_bytes() for path in blog.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"A [[public]] {secret('title').upper()} of things.", ""),
        ("Key AKIA" + "Q7XZ2M4KP9TRW3VB", "key or password"),
    ],
)
def test_a_hit_stops_the_export(library: Library, target: str, text: str, told: str) -> None:
    """A published note may say what a private one is called, but no key of a service."""
    path = library.root / "notes/second.md"
    path.write_text(f"{SECOND}\n{text}\n")
    if not told:
        assert export(library, target)[1].files
        return
    for is_dry_run in (True, False):
        with pytest.raises(LeakError, match=told):
            export(library, target, is_dry_run=is_dry_run)
    blog = library.root.parent / "blog"
    assert not [path for path in blog.rglob("*") if path.is_file()]


def test_named_notes_that_must_stay_are_refused(library: Library, target: str) -> None:
    for ref, why in (("locked", "private: true"), ("kept", r"line 1 of \.exportignore")):
        with pytest.raises(Exception, match=why):
            export(library, target, refs=[ref])


def test_a_flag_that_is_text_is_told_with_its_line(library: Library, target: str) -> None:
    write(library.root / "notes/text.md", '---\ntitle: Text\npublish: "true"\n---\nBody.\n')
    write(library.root / "notes/only.md", "---\ntitle: Only\npublish: [geocities]\n---\nBody.\n")
    blog, report = export(library, target)
    found = [(one.path, one.line) for one in report.problems if one.code == "publish"]
    assert found == [("notes/text.md", 3)]
    (kind,) = (one for one in report.problems if one.code == "publish-kind")
    assert (kind.path, "geocities" in kind.message) == ("notes/only.md", True)
    assert not [path for path in blog.rglob("*") if path.stem in {"text", "only"}]


def test_the_ledger_names_only_what_is_published(library: Library, target: str) -> None:
    blog, _ = export(library, target)
    ledger = json.loads((blog / ".papernotes-export.json").read_text())
    text = json.dumps(ledger).casefold()
    assert planted(text) == []
    assert "second" in text


@pytest.mark.parametrize("way", ["ignored", "private", "unmarked"])
def test_what_must_stay_home_from_now_on_goes(library: Library, target: str, way: str) -> None:
    """Posts that were made before are made anew where they showed it."""
    blog, _ = export(library, target)
    second = library.root / "notes/second.md"
    assert "another second" not in everything(blog)
    second.write_text(SECOND.replace("again.", "another second.").replace("Second Post", "Zwei"))
    assert "another second" in everything(export(library, target)[0])
    match way:
        case "ignored":
            with (library.root / ".exportignore").open("a") as file:
                file.write("second.md\nshown.png\n")
        case "private":
            second.write_text(second.read_text().replace("publish: true", "private: true"))
        case _:
            second.write_text(second.read_text().replace("publish: true", "publish: false"))
    _, report = export(library, target)
    said = everything(blog)
    assert "another second" not in said
    assert "zwei" not in said
    assert "public post" in said
    if way == "ignored":
        assert not [file for file in report.files if "shown.png" in file.path] or [
            file for file in report.files if "shown.png" in file.path and file.outcome == "removed"
        ]
        assert "shown.png" not in said


POSTS = Path(__file__).parents[2].parent / "shared/corpora/posts"


@pytest.mark.skipif(not POSTS.is_dir(), reason="needs the corpus of real posts")
def test_real_posts_raise_no_alarm(
    tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every other post of real blogs is published, those between them stay home."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    root = tmp_path / "library"
    Library.init(root)
    marked = 0
    for number, path in enumerate(sorted(POSTS.rglob("*.md"))):
        text = path.read_text(errors="replace")
        try:
            text = edit_front_matter(text, {"publish": number % 2 == 0})
        except FormatError:
            continue
        marked += number % 2 == 0
        write(root / "notes" / path.relative_to(POSTS), text)
    with Library(root, today=lambda: date(2026, 2, 1), state_dir=tmp_path / "state") as library:
        report = export(library, target, is_dry_run=True)[1]
    assert len({file.ref for file in report.files if file.ref}) == marked > 50
