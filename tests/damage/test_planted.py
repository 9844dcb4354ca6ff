"""What somebody puts into index/ to be run: by a clone, a checkout, a copy, or by hand."""

from __future__ import annotations

import os
import pickle
import shutil
import sqlite3
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from whoosh.codec import whoosh3
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from papernotes.index import Document, SearchIndex, storage
from papernotes.index.folders import find_current
from tests.damage.shelf import files_of
from tests.factories import open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.damage.shelf import Shelf


class Planted:
    """When it is unpickled it makes a folder, or whatever else its sender wants."""

    def __init__(self, canary: Path) -> None:
        self._canary = canary

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self._canary),)


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Path]:
    """Return a path that must not be there in the end, and would be if a pickle had run."""
    proof = tmp_path / "proof"
    pickle.loads(pickle.dumps(Planted(proof)))
    assert proof.is_dir()
    canary = tmp_path / "canary"
    yield canary
    assert not canary.exists()


PLACES = ("contents", "schema", "end of the dictionary", "blocks", "lists of one")


def plant(whoosh: Path, canary: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an index whose files are right but for a pickle, and put them over those in use."""
    evil = pickle.dumps(Planted(canary))
    made = whoosh.parent / "made"
    index = SearchIndex(made)
    texts = [Document(number, "paper attention", note="apples " * 9) for number in range(1, 400)]
    with monkeypatch.context() as patched:
        if place in {"blocks", "lists of one"}:
            patched.setattr(whoosh3, "dumps", lambda *_: evil)
        if place == "end of the dictionary":
            real = StructFile.write_pickle

            def write_pickle(self: Any, value: object, protocol: int = -1) -> None:
                is_ours = str(self).endswith(".trm")
                real(self, Planted(canary) if is_ours else value, protocol)

            patched.setattr(StructFile, "write_pickle", write_pickle)
        index.rebuild(texts if place != "lists of one" else texts[:1])
    folder = find_current(made)
    assert folder is not None
    if place == "contents":
        TOC(storage.SCHEMA, Planted(canary), 9).write(storage.Storage(folder), "MAIN")  # type: ignore[no-untyped-call]
    if place == "schema":
        with monkeypatch.context() as patched:
            patched.setattr("whoosh.index.pickle.dumps", lambda *_: evil)
            TOC(storage.SCHEMA, [], 9).write(storage.Storage(folder), "MAIN")  # type: ignore[no-untyped-call]
    index.close()
    in_use = find_current(whoosh)
    assert in_use is not None
    for path in in_use.iterdir():
        path.unlink()
    shutil.copytree(folder, in_use, dirs_exist_ok=True)
    shutil.rmtree(made)


@pytest.mark.fault(28)
@pytest.mark.parametrize("place", PLACES)
def test_a_pickle_put_into_an_index_of_ours_does_not_run(
    shelf: Shelf, canary: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(shelf.index / "whoosh", canary, place, monkeypatch)
    found, _ = shelf.asked()
    assert not canary.exists()
    wrong = [name for name in found if found[name] != shelf.expected[name]]
    findings = shelf.checked()
    assert not wrong or findings, wrong
    assert shelf.wrong() == []


def texts_of(clone: Path) -> dict[str, bytes]:
    return {path: data for path, data in files_of(clone).items() if not path.startswith(".git/")}


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *words],
        cwd=folder,
        check=True,
        capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"},
    )


@pytest.mark.fault(27, 28)
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_an_index_that_came_with_a_clone_or_a_checkout_is_not_opened(
    tmp_path: Path, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, clone = tmp_path / "theirs" / "lib", tmp_path / "clone"
    write(root, "notes/a.md", "# Apples\n")
    with open_library(root) as library:
        library.sync()
    plant(root / "index/whoosh", canary, "contents", monkeypatch)
    (root / "index/journal.json").write_text('{"create": {"notes/evil.md": "ZXZpbA=="}}')
    git(root, "init", "-q")
    git(root, "add", "--force", "--all")
    git(root, "commit", "-q", "-m", "a library with its index")
    git(tmp_path, "clone", "-q", str(root), str(clone))
    mine = texts_of(clone)
    said: list[str] = []
    with open_library(clone, notify=said.append) as library:
        assert library.search("apples").total == 1
    assert said == ["index/ was not made on this machine; making index/ anew from your files"]
    git(clone, "checkout", "-q", "--", "index/whoosh")  # the same files, into an index of ours
    with open_library(clone) as library:
        assert library.search("apples").total == 1
        assert library.doctor(fix=True).findings == ()
    git(clone, "checkout", "-q", "--", "index")  # and the store with its stamp as well
    with open_library(clone) as library:
        assert library.search("apples").total == 1
    assert texts_of(clone) == mine


@pytest.mark.fault(27)
@pytest.mark.parametrize("how", ["a copy", "another person", "its files in another folder"])
def test_an_index_of_another_place_or_person_is_made_anew(
    shelf: Shelf, canary: Path, how: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plant(shelf.index / "whoosh", canary, "contents", monkeypatch)
    root = tmp_path / "lib"
    if how == "another person":
        root = shelf.root  # the state, with its secret, is somebody else's
        (shelf.root.parent / "state/secret").rename(tmp_path / "secret")
    elif how == "a copy":
        shutil.copytree(shelf.root, root)
    else:
        shutil.copytree(shelf.root, root, ignore=shutil.ignore_patterns("index"))
        (root / "index").mkdir()
        for path in shelf.index.iterdir():
            (shutil.copytree if path.is_dir() else shutil.copy2)(path, root / "index" / path.name)
    shutil.copytree(shelf.root.parent / "state", tmp_path / "state", dirs_exist_ok=True)
    said: list[str] = []
    try:
        with open_library(root, notify=said.append) as library:
            assert library.list(sort="title", limit=0) == shelf.expected["list"]
            assert library.search("attention", limit=0) == shelf.expected["search attention"]
    finally:
        if how == "another person":
            (tmp_path / "secret").replace(shelf.root.parent / "state/secret")
    assert said == ["index/ was not made on this machine; making index/ anew from your files"]


CHANGED_VIEW = """
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, "'paper'", "'note'") WHERE name = 'library';
"""


@pytest.mark.fault(20)
@pytest.mark.parametrize(
    "planted",
    [
        "CREATE TRIGGER t AFTER UPDATE ON files BEGIN DELETE FROM notes; END",
        "CREATE TRIGGER t AFTER INSERT ON stale BEGIN UPDATE notes SET title = 'x'; END",
        "CREATE TEMP VIEW x AS SELECT 1",
        "CREATE VIEW more AS SELECT load_extension('x'), writefile('y', 'z')",
        CHANGED_VIEW,
        "CREATE TABLE more (x); CREATE INDEX i ON more (x)",
    ],
)
def test_what_is_planted_in_the_store_is_found(shelf: Shelf, planted: str) -> None:
    connection = sqlite3.connect(shelf.database)
    connection.executescript(planted)
    connection.close()
    shelf.asked()
    assert bool(shelf.checked()) == ("TEMP" not in planted)
    assert shelf.wrong() == []
    assert shelf.holds()


@pytest.mark.fault(20)
@pytest.mark.parametrize("harm", ["pages SET text = text || 'x'", "pdfs SET pages = 7"])
def test_the_text_of_a_pdf_is_compared_with_what_was_read(shelf: Shelf, harm: str) -> None:
    connection = sqlite3.connect(shelf.database, isolation_level=None)
    connection.execute(f"UPDATE {harm}")
    connection.close()
    assert any("the text of 1 PDF is not what was read" in each for each in shelf.checked())
    assert shelf.wrong() == []
