"""No name leads out of a library or a blog: 48 of them, through every verb that makes files of it.

The folder in which library and blog stand is compared before and after, canaries in it included;
what is made inside has names that are safe on every system.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.config import load
from papernotes.demo.records import Record
from papernotes.demo.standin import StandIn
from papernotes.errors import PapernotesError
from papernotes.library import Library
from papernotes.reports.writing import TARGETS
from tests.factories import TODAY, open_library, write
from tests.hostile.names import NAMES
from tests.hostile.running import snapshot
from tests.pdfs import HELLO, page_with
from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ID = "2001.{:05d}"
_SAFE = re.compile(r"[a-z0-9_][a-z0-9._+-]*", re.IGNORECASE)
_OURS = ("library", "blog", "state")


@pytest.fixture
def outer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with canaries wherever a name might lead, the library in it at ``library``."""
    outer = tmp_path / "outer"
    for name in ("canary", "canary.md", "canary.bib", "canary.png", "canary.pdf"):
        write(outer, name, "canary")
        write(outer.parent, name, "canary")
    (outer / "home").mkdir()
    monkeypatch.setenv("HOME", str(outer / "home"))
    monkeypatch.chdir(outer)
    before = snapshot(tmp_path, without=[f"outer/{name}" for name in _OURS])
    yield outer
    after = snapshot(tmp_path, without=[f"outer/{name}" for name in _OURS])
    assert after == before
    assert not list(tmp_path.rglob("PWNED"))
    assert not os.path.lexists("/etc/papernotes-canary")


def made(root: Path, before: dict[str, tuple[str, bytes, int]]) -> dict[str, bytes]:
    """Return the files that came to be in a library, index and trash left out."""
    after = snapshot(root, without=["index", ".trash"])
    assert {kind for kind, _, _ in after.values()} <= {"file", "folder"}
    return {
        path: data
        for path, (kind, data, _) in after.items()
        if kind == "file" and before.get(path, ("", b"", 0))[1] != data
    }


def texts(root: Path) -> dict[str, bytes]:
    """Return the notes and entries of a library."""
    there = snapshot(root, without=["index", "papernotes.toml", ".gitignore"])
    return {path: data for path, (kind, data, _) in there.items() if kind == "file"}


def assert_safe(paths: set[str] | dict[str, bytes], folders: set[str]) -> None:
    for path in paths:
        folder, _, name = path.rpartition("/")
        assert folder in folders, path
        assert _SAFE.fullmatch(name), path
        assert len(name) <= 120, path
    folded = [path.casefold() for path in paths]
    assert len(folded) == len(set(folded))


def records() -> list[Record]:
    day = "2020-01-02T00:00:00Z"
    texts = [re.sub(r"[\x00-\x1f]", " ", name) for name in NAMES]  # which XML can hold
    return [
        Record(ID.format(number), 1, text, (f"{text} Doe", text), ("cs.LG",), day, day, "S.")
        for number, text in enumerate(texts, start=1)
    ]


def hostile_bib() -> str:
    """Return an entry for each name: as key where BibTeX can hold it, as title, and as file."""
    entries = []
    for number, name in enumerate(NAMES):
        key = re.sub(r"[\s,{}\x00]", "_", name)
        value = name.replace("{", "").replace("}", "").replace("\x00", "")
        entries.append(
            f"@misc{{{key},\n title = {{{value} number {number}}},\n author = {{{value}, Ann}},\n"
            f" year = {{20{number:02d}}},\n file = {{:{value}.pdf:PDF;{value}:PDF}},\n"
            f" url = {{file://{value}}}\n}}\n"
        )
    return "".join(entries)


@pytest.mark.parametrize("template", ["{auth}{year}{shorttitle}", "{title}"])
def test_added_records(outer: Path, template: str) -> None:
    root = outer / "library"
    Library.init(root)
    before = snapshot(root)
    with StandIn(records()) as server:
        flags = {"arxiv.api_url": server.api_url, "arxiv.delay_seconds": 0}
        flags["citekey.template"] = template
        config = load(root, environ={"HOME": str(outer / "home")}, flags=flags)
        with Library(
            root, config=config, today=lambda: TODAY, state_dir=outer / "state"
        ) as library:
            report = library.add([one.id for one in server.records])
            assert [each.outcome for each in report.results] == ["added"] * len(NAMES)
    files = made(root, before)
    assert len(files) == 2 * len(NAMES)
    assert_safe(files, {"bib", "notes"})


def test_imported_entries(outer: Path) -> None:
    root = outer / "library"
    with open_library(root) as library:
        write(outer, "library/../canary.bib", "canary")
        before = snapshot(root)
        source = outer / "state/in.bib"
        write(outer, "state/in.bib", hostile_bib())
        report = library.add_bib([source], has_note=True)
        added = [each for each in report.results if each.outcome == "added"]
        assert len(added) >= len(NAMES) - 6, report.unread
        assert_safe(made(root, before), {"bib", "notes"})
        keys = [str(each.citekey) for each in added]
        for key in keys:
            library.show(key)
            library.resolve([key])
        library.pdf(keys)
        assert_safe(made(root, before), {"bib", "notes", "pdf"})
        library.remove(keys[:8])
        library.restore(keys[:8])
        assert_safe(made(root, before), {"bib", "notes", "pdf"})


@pytest.mark.parametrize("field", ["file", "pdf", "local-url"])
def test_files_that_entries_name(outer: Path, field: str) -> None:
    """What an entry names is copied only if it is a PDF, and never from a device."""
    root = outer / "library"
    os.mkfifo(outer / "pipe.pdf")
    (outer / "loop.pdf").symlink_to("loop.pdf")
    names = ("/dev/zero", "../pipe.pdf", "../loop.pdf", "../canary.pdf", "/proc/self/environ.pdf")
    try:
        with open_library(root) as library:
            for number, name in enumerate(names):
                entry = f"@misc{{k{number}, title = {{T {number}}}, {field} = {{{name}}}}}\n"
                write(root, f"bib/k{number}.bib", entry)
            write(root, "bib/zero.bib", f"@misc{{z, title={{Z}}, {field} = {{:/dev/zero:PDF}}}}")
            library.sync()
            library.pdf([f"k{number}" for number in range(len(names))] + ["z"])
            for number in range(len(names)):
                library.show(f"k{number}")
            copied = {path.name for path in (root / "pdf").iterdir()}
        assert copied <= {"k3.pdf"}
    finally:
        (outer / "pipe.pdf").unlink()
        (outer / "loop.pdf").unlink()


def test_new_names(outer: Path) -> None:
    root = outer / "library"
    with open_library(root) as library:
        write(
            root,
            "bib/doe2020paper.bib",
            "@misc{doe2020paper,\n  title = {T},\n  arxiv_version = {1}\n}\n",
        )
        write(root, "notes/doe2020paper.md", "---\npaper: doe2020paper\n---\n[[free#Words]]\n")
        write(root, "notes/free.md", "# Free\n\n## Words\n\n#tag [[doe2020paper]]\n")
        library.sync()
        kept, before = snapshot(root), texts(root)
        done = 0
        for name in NAMES:
            for rename, old, back in (
                (library.rename, "doe2020paper", "doe2020paper"),
                (library.rename, "notes/free.md", "notes/free.md"),
                (library.rename_tag, "tag", "tag"),
            ):
                try:
                    report = rename(old, name)
                except (PapernotesError, UnicodeError):
                    assert texts(root) == before
                    continue
                assert len(texts(root)) == len(before)
                assert {path.partition("/")[0] for path in texts(root)} == {"bib", "notes"}
                if report.results[0].outcome != "renamed":
                    continue
                done += 1
                new = report.results[0].new
                rename(new if rename is library.rename else new.lstrip("#"), back)
            with contextlib.suppress(PapernotesError):
                library.rename_heading("free", "Words", name)
            write(root, "notes/free.md", kept["notes/free.md"][1])
            write(root, "notes/doe2020paper.md", kept["notes/doe2020paper.md"][1])
            library.sync()
        assert done > 10


def test_titles_kinds_and_refs(outer: Path) -> None:
    root = outer / "library"
    with open_library(root) as library:
        before = snapshot(root)
        for name in NAMES:
            for kind in ("note", name):
                with contextlib.suppress(PapernotesError):
                    library.new(name, kind=kind, tags=[name])
            with contextlib.suppress(PapernotesError):
                library.new(name)
            for ask in (library.show, library.links, library.related, library.tags):
                with contextlib.suppress(PapernotesError):
                    ask(name)
            with contextlib.suppress(PapernotesError):
                library.remove([name])
            with contextlib.suppress(PapernotesError):
                library.restore([name])
        files = made(root, before)
        assert_safe(files, {"notes"})


FRONT = """---
title: {title}
created: 2026-01-02
publish: true
slug: {name}
permalink: {name}
redirect_from: [{name}, '/old.html']
categories: [{name}]
tags: [{name}]
---
![[{image}]] ![x]({image}) ![y](<{image}.png>) <img src="{image}" alt="z"> [[{image}]]
"""


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_exported_posts(outer: Path, target: str) -> None:
    root, blog = outer / "library", outer / "blog"
    with open_library(root) as library:
        (root / "notes/loop.png").symlink_to("loop.png")
        (root / "notes/out.png").symlink_to(outer / "canary.png")
        (root / "notes/fig.png").write_bytes(make_png())
        for number, name in enumerate(NAMES):
            quoted = "'" + name.replace("'", "''").replace("\n", " ") + "'"
            quoted = re.sub("[\x00\x1b\x07]", "", quoted)
            image = re.sub("[\x00\x1b\x07\n]", "", name)
            text = FRONT.format(title=f"'Post {number}'", name=quoted, image=image)
            text += (
                "![](loop.png) ![](out.png) ![](fig.png) ![](/dev/zero.png) ![](loop.png/a.png)\n"
            )
            write(root, f"notes/n{number}.md", text)
        report = library.export(blog, to=target)
        assert {each.outcome for each in report.files} <= {"new", "blocked"}
        assert len(report.posts) == len(NAMES)
    there = snapshot(blog)
    assert {kind for kind, _, _ in there.values()} == {"file", "folder"}
    for path, (_, data, _) in there.items():
        for part in path.split("/"):
            assert part == part.strip().rstrip("."), path
            assert len(part.encode()) <= 150, path
            assert not re.search(r"[\x00-\x1f\x7f\\:*?\"<>|]", part), path
        assert data != b"canary", path
        assert ".git" not in Path(path).parts, path


# --- links where a file or folder is to come ------------------------------------------------------


def added_to(place: Path, api_url: str, links: Sequence[str], target: Path) -> set[str]:
    """Add, start and copy in a new library in which ``links`` lead to ``target``."""
    with open_library(place, api_url=api_url) as library:
        write(place, "bib/zot.bib", "@misc{z, title = {Z}, file = {:k.pdf:PDF}}\n")
        write(place, "bib/k.pdf", page_with(HELLO))
        for path in links:
            (place / path).parent.mkdir(exist_ok=True)
            (place / path).symlink_to(target)
        before = snapshot(place, without=["index"])
        for number in range(1, 4):
            with contextlib.suppress(PapernotesError):
                library.add([ID.format(number)])
        with contextlib.suppress(PapernotesError):
            library.new("A title")
        with contextlib.suppress(PapernotesError):
            library.pdf(["z"])
        after = snapshot(place, without=["index"])
        assert {path for path, one in after.items() if one[0] == "link"} == set(links)
    return {path for path in set(after) - set(before) if after[path][0] == "file"}


def test_no_file_is_written_through_a_link(outer: Path) -> None:
    """A link that stands where a file is to come is neither followed nor replaced in silence."""
    with StandIn(records()[:3]) as server:
        new = added_to(outer / "library/first", server.api_url, [], outer / "canary.md")
        assert len(new) == 8
        for number, target in enumerate((outer / "canary.md", outer / "not-there.md")):
            place = outer / f"library/second{number}"
            assert not added_to(place, server.api_url, sorted(new), target) & new


@pytest.mark.parametrize("folder", ["notes", "bib", "pdf", "templates", ".trash"])
def test_no_folder_of_a_library_leads_out(outer: Path, folder: str) -> None:
    root, elsewhere = outer / "library", outer / "elsewhere"
    with StandIn(records()[:2]) as server, open_library(root, api_url=server.api_url) as library:
        write(root, "bib/a.bib", "@misc{a,\n  title = {A},\n  file = {:../canary.pdf:PDF}\n}\n")
        write(root, "notes/a.md", "---\npaper: a\n---\n#tag\n")
        library.sync()
        place = root / folder
        elsewhere.mkdir()
        if place.exists():
            for each in place.iterdir():
                each.rename(elsewhere / each.name)
            place.rmdir()
        place.symlink_to(elsewhere)
        before = snapshot(elsewhere)
        for deed in (
            lambda: library.add([one.id for one in server.records]),
            lambda: library.new("New"),
            lambda: library.rename("a", "b"),
            lambda: library.set_status(["a"], "read"),
            lambda: library.tag(["a"], add=["x"]),
            lambda: library.rename_tag("tag", "other"),
            lambda: library.pdf(["a"]),
            lambda: library.remove(["a"]),
            lambda: library.restore(["a"]),
            lambda: library.doctor(fix=True),
            library.sync,
            lambda: Library.init(root, has_templates=True),
        ):
            with contextlib.suppress(PapernotesError):
                deed()
        assert snapshot(elsewhere) == before
        place.unlink()
        for each in elsewhere.iterdir():
            each.unlink()
        elsewhere.rmdir()
