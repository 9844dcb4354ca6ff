"""An export that remembers writes what one that does not would write, and only what changed."""

from __future__ import annotations

import json
import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest

from papernotes import bib
from papernotes.export import Memory, parse_memory, render_memory
from papernotes.export.blog.fingerprint import Fingerprint
from papernotes.export.memory import Gist, Made, Remembered
from papernotes.export.post import FEED_LENGTH
from papernotes.models import Problem
from papernotes.reports.writing import TARGETS
from tests.factories import open_library, paper, write
from tests.unit.test_export_metadata import make_png, png_chunk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from papernotes.reports.writing import ExportReport

NOTE = "---\ntitle: {title}\ncreated: 2026-01-0{day}\npublish: true\n{more}---\n{body}\n"


def note(
    root: Path, name: str, body: str, *, day: int = 1, title: str = "", more: str = ""
) -> None:
    text = NOTE.format(title=title or name.title(), day=day, body=body, more=more)
    write(root, f"notes/{name}.md", text)


def write_image(path: Path, clear: int = 0) -> None:
    path.write_bytes(make_png(png_chunk(b"tRNS", bytes([0, clear]))))


def begin(root: Path) -> None:
    """Write a library in which a lot depends on a lot."""
    for number, key in enumerate(("doe2020", "roe2021", "poe2022")):
        title = f"On Apples {number}"
        write(
            root,
            f"bib/{key}.bib",
            bib.render(paper(key, title=title, arxiv_id=f"2001.0000{number}")),
        )
    (root / "notes/img").mkdir(parents=True)
    write_image(root / "notes/img/fig.png")
    note(root, "one", "See [[two]], [[gone]] and [@doe2020]. ![[fig.png]]", day=1)
    note(root, "two", "## Part\n\nText of two, $x^2$. %%hidden%%\n\n[[one|back]]", day=2)
    note(root, "three", "![[two#Part]]\n\nAnd @roe2021.", day=3)
    note(root, "four", "[[doe2020]] [[five]] ![there](img/none.png)", day=4)
    write(root, "notes/five.md", "---\ntitle: Five at Home\n---\nNothing of this.\n")
    write(root, "notes/img/not.txt", "x")


def edits() -> dict[str, Callable[[Path], None]]:
    return {
        "nothing": lambda _: None,
        "words": lambda root: note(root, "two", "## Part\n\nOther words of two.", day=2),
        "title": lambda root: note(root, "two", "## Part\n\nWords.", day=2, title="Zwei"),
        "heading": lambda root: note(root, "two", "## Section\n\nWords.", day=2),
        "comment": lambda root: note(root, "two", "## Section\n\nWords. %%more%%", day=2),
        "linked note comes": lambda root: note(root, "gone", "Back again.", day=5),
        "home note goes out": lambda root: note(root, "five", "Outside.", day=6),
        "new place": lambda root: note(root, "two", "Words.", day=2, more="slug: elsewhere\n"),
        "pinned": lambda root: note(root, "gone", "Back.", day=5, more="permalink: /pin/\n"),
        "renamed": lambda root: (root / "notes/three.md").rename(root / "notes/drei.md"),
        "entry": lambda root: write(
            root, "bib/roe2021.bib", bib.render(paper("roe2021", title="On Pears"))
        ),
        "paper has a note": lambda root: note(root, "doe2020", "My view.", more="paper: doe2020\n"),
        "image comes": lambda root: write_image(root / "notes/img/none.png"),
        "image changes": lambda root: write_image(root / "notes/img/fig.png", 7),
        "image goes": lambda root: (root / "notes/img/fig.png").unlink(),
        "goes home": lambda root: note(root, "one", "At home.", more="private: true\n"),
        "removed": lambda root: (root / "notes/gone.md").unlink(),
        "setting": lambda root: write(root, "papernotes.toml", '[export]\nauthor = "A. Nother"\n'),
    }  # fmt: skip


def tree(blog: Path) -> dict[str, bytes]:
    return {
        path.relative_to(blog).as_posix(): path.read_bytes()
        for path in blog.rglob("*")
        if path.is_file()
    }


def export(root: Path, blog: Path, target: str, day: int) -> ExportReport:
    with open_library(root, today=date(2026, 2, day)) as library:
        return library.export(blog, to=target)


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_remembered_is_what_would_be_made_anew(tmp_path: Path, target: str) -> None:
    root, blog, other = tmp_path / "lib", tmp_path / "blog", tmp_path / "other"
    begin(root)
    for day, (name, edit) in enumerate({"": lambda _: None, **edits()}.items(), start=1):
        edit(root)
        found = export(root, blog, target, day)
        kept = tmp_path / "kept"
        shutil.move(root / "index/export", kept)
        wanted = export(root, other, target, day)
        shutil.rmtree(root / "index/export")
        shutil.move(kept, root / "index/export")
        assert tree(blog) == tree(other), name
        is_seen = name not in {"", "nothing", "comment", "renamed"}
        assert is_seen <= ({one.outcome for one in found.files} != {"unchanged"}), name
        assert found.files == wanted.files, name
        assert {(one.code, one.path, one.message) for one in found.problems} == {
            (one.code, one.path, one.message) for one in wanted.problems
        }, name
        assert {one.outcome for one in export(root, blog, target, day).files} == {"unchanged"}, name


def test_only_what_changed_is_made_anew_and_said_why(tmp_path: Path) -> None:
    root, blog = tmp_path / "lib", tmp_path / "blog"
    begin(root)
    export(root, blog, "fastpages", 1)
    note(root, "two", "## Part\n\nOther words of two.", day=2)
    with open_library(root, today=date(2026, 2, 2)) as library:
        report = library.export(blog, is_dry_run=True)
    why = {post.ref: (post.outcome, post.why) for post in report.posts}
    assert why["two"] == ("changed", ("the note",))
    assert why["three"] == ("changed", ("the note two",))
    assert why["four"] == ("unchanged", ())
    before = {path: path.stat().st_mtime_ns for path in blog.rglob("*.md")}
    export(root, blog, "fastpages", 2)
    touched = {path.stem[11:] for path, time in before.items() if path.stat().st_mtime_ns != time}
    assert touched == {"two", "three"}


def test_the_day_of_change_is_kept_and_no_setting_changes_it(tmp_path: Path) -> None:
    root, blog = tmp_path / "lib", tmp_path / "blog"
    begin(root)
    export(root, blog, "fastpages", 1)
    note(root, "one", "Other words.", day=1)
    export(root, blog, "fastpages", 5)
    write(root, "papernotes.toml", '[export]\nauthor = "A. Nother"\n')
    found = export(root, blog, "fastpages", 9)
    assert {(one.outcome, one.why) for one in found.posts} == {
        ("changed", ("settings, or papernotes itself",))
    }
    notes = json.loads((blog / ".papernotes-export.json").read_bytes())["notes"]
    assert {ref: entry.get("modified") for ref, entry in notes.items()} == {
        "one": "2026-02-05", "two": None, "three": None, "four": None
    }  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_files_that_went_come_back(tmp_path: Path, target: str) -> None:
    root, blog = tmp_path / "lib", tmp_path / "blog"
    begin(root)
    first = export(root, blog, target, 1)
    before = tree(blog)
    kept = next(file.path for file in first.files if file.ref == "four")
    for file in first.files:
        if file.path != kept:
            (blog / file.path).unlink()
    outcomes = {one.path: one.outcome for one in export(root, blog, target, 2).files}
    assert outcomes == {path: "new" if path != kept else "unchanged" for path in outcomes}
    assert tree(blog) == before


@pytest.mark.parametrize("text", ["", "{}", "[" * 99_999, '{"version": 1}', "\0"])
def test_a_memory_that_is_none_is_no_harm(tmp_path: Path, text: str) -> None:
    root, blog = tmp_path / "lib", tmp_path / "blog"
    begin(root)
    export(root, blog, "fastpages", 1)
    for file in (root / "index/export").iterdir():
        file.write_text(text)
    assert {one.outcome for one in export(root, blog, "fastpages", 1).files} == {"unchanged"}
    assert parse_memory(text.encode()) == Memory()


def test_a_bit_that_turned_over_in_the_memory_shows_on_no_page(tmp_path: Path) -> None:
    root, blog, other = tmp_path / "lib", tmp_path / "blog", tmp_path / "other"
    for day, name in enumerate(("one", "two", "three", "four"), start=1):
        note(root, name, f"Text of {name}.", day=day)
    export(root, blog, "html", 1)
    for file in (root / "index/export").iterdir():
        file.write_bytes(file.read_bytes().replace(b"Text of one", b"Text of ong"))
    note(root, "five", "Text of five.", day=5)  # what is about all of them is made anew
    export(root, blog, "html", 2)
    shutil.rmtree(root / "index/export")
    export(root, other, "html", 2)
    assert tree(blog) == tree(other)
    assert not [path for path, data in tree(blog).items() if b"Text of ong" in data]


def test_a_post_that_comes_back_into_the_feed_has_its_text(tmp_path: Path) -> None:
    root, blog, other = tmp_path / "lib", tmp_path / "blog", tmp_path / "other"
    for number in range(FEED_LENGTH + 3):
        note(root, f"post{number:02}", f"Text of number {number:02}.", day=1 + number // 3)
    export(root, blog, "html", 1)
    assert b"number 01." not in (blog / "feed.xml").read_bytes()
    (root / "notes/post00.md").unlink()
    (root / f"notes/post{FEED_LENGTH + 2}.md").unlink()
    assert "feed.xml" in {
        one.path for one in export(root, blog, "html", 2).files if one.outcome == "changed"
    }
    assert b"number 01." in (blog / "feed.xml").read_bytes()
    shutil.rmtree(root / "index/export")
    export(root, other, "html", 2)
    assert (blog / "feed.xml").read_bytes() == (other / "feed.xml").read_bytes()


def test_memory_round_trip() -> None:
    gist = Gist("T", "d", ("c",), (), "note", 7, "", None, ("doe2020",), ("b",), has_math=True)
    post = Remembered(
        (("note", "a", "0"), ("link", "notes/a.md", "wiki", "b", "", "", "b")),
        gist,
        (Problem("code", "notes/a.md", "message", 3),),
        Fingerprint("1", "2", ("00000000",)),
        Made((("place", "a", "x"),), (("_posts/a.md", "0"),), "extract\ud800", "text"),
    )
    full = Memory(
        "key",
        "names",
        {"a": post},
        {"_posts/a.md": ("1", "2", "3", "4", "digest")},
        "token",
        (("feed.xml", "1", "2"),),
    )
    assert parse_memory(render_memory(full)) == full
