"""The search index of a library is made anew: old answers meanwhile, and no work done twice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from papernotes.errors import LibraryNotFoundError
from papernotes.index import SearchIndex, building
from papernotes.library import reindexing
from papernotes.store import indexing
from tests.factories import answers, entry, open_library, write

COUNT = 12
WORDS = ("apples", "number7", "everything", "edited", "Paper")
GOING_ON = "going on with the search index that was being made"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_SLICE", 2)
    monkeypatch.setattr(building, "_FEWEST_POSTINGS", 6)
    monkeypatch.setattr(building, "_POSTINGS_EACH", 0)
    monkeypatch.setattr(reindexing, "_MANY", 5)
    monkeypatch.setattr(reindexing, "_FEW", 3)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "lib"
    for number in range(COUNT - 1):
        write(root, f"notes/{number}.md", f"# Apples number{number}\n\nabout everything\n")
    write(root, "bib/a.bib", entry("doe2020", "Paper", year="2020"))
    with open_library(root) as library:
        library.sync()
    return root


def edit_all(root: Path) -> None:
    for number in range(COUNT - 1):
        write(root, f"notes/{number}.md", f"# Pears number{number}\n\nedited everything\n")


def stopped_sync(root: Path, done: int, *, rebuild: bool = False) -> None:
    """Sync and be stopped, as by Ctrl-C, when so many documents were given to the index."""

    def progress(doing: str, at: int, _of: int) -> None:
        if doing == "indexing" and at >= done:
            raise KeyboardInterrupt

    with open_library(root) as library:
        library._upkeep.progress = progress
        with pytest.raises(KeyboardInterrupt):
            library.sync(rebuild=rebuild)


def is_as_fresh(root: Path) -> bool:
    """Say whether a library answers as one made from its files."""
    fresh = root.parent / "fresh"
    shutil.copytree(root, fresh, ignore=shutil.ignore_patterns("index"))
    with open_library(root) as library, open_library(fresh) as other:
        same = answers(library, WORDS) == answers(other, WORDS)
    shutil.rmtree(fresh)
    return same


def test_a_stopped_build_is_gone_on_with_by_the_next_command(root: Path) -> None:
    edit_all(root)
    stopped_sync(root, 8)
    said: list[str] = []
    with open_library(root, notify=said.append) as library:
        write(root, "notes/0.md", "# Plums\n\nedited everything since\n")
        (root / "notes/1.md").unlink()
        report = library.sync()
        assert 2 < report.documents_indexed < COUNT - 2
        assert len(said) == 1
        assert said[0].startswith(GOING_ON)
        assert library.sync().documents_indexed == 0
        assert [hit.ref for hit in library.search("plums")] == ["0"]
        assert library.search("number1").total == 0
    assert is_as_fresh(root)
    assert len(list((root / "index/whoosh").glob("g*"))) == 1


def test_while_one_makes_a_new_index_others_answer_from_the_old_at_once(root: Path) -> None:
    edit_all(root)
    found: list[int] = []
    said: list[str] = []
    with open_library(root, notify=said.append) as reader, open_library(root) as writer:

        def progress(doing: str, at: int, _of: int) -> None:
            if doing == "indexing" and at >= 8 and not found:
                found.append(reader.search("number7").total)
                found.append(reader.search("apples").total)

        writer._upkeep.progress = progress
        writer.sync()
    assert found == [1, COUNT - 1], "the old index still knows apples"
    assert len(said) == 2
    assert all(each.startswith("answering from the last sync") for each in said)
    assert is_as_fresh(root)


def test_many_changes_that_are_not_most_go_into_the_index_there_is(root: Path) -> None:
    before = (root / "index/whoosh/CURRENT").read_bytes()
    for number in range(5):
        write(root, f"notes/{number}.md", f"# Pears number{number}\n\nedited everything\n")
    stopped_sync(root, 4)
    with open_library(root) as library:
        assert 0 < library.sync().documents_indexed < 5
    assert (root / "index/whoosh/CURRENT").read_bytes() == before
    assert is_as_fresh(root)


@pytest.mark.parametrize("harm", ["missing", "empty", "garbage", "cut", "link", "other version"])
def test_a_build_that_cannot_be_gone_on_with_is_begun_anew(root: Path, harm: str) -> None:
    edit_all(root)
    stopped_sync(root, 8)
    with open_library(root) as library:
        store = library._upkeep.store()
        name = indexing.building(store)
        if harm == "other version":
            store.rows_of("UPDATE state SET value = '0 ' || ? WHERE key = 'building'", (name,))
    folder = root / "index/whoosh" / name.partition(" ")[2]
    if harm == "missing":
        shutil.rmtree(folder)
    elif harm == "link":
        folder.rename(root / "elsewhere")
        folder.symlink_to(root / "elsewhere")
    elif harm != "other version":
        for path in folder.glob("*.*"):
            data = {"empty": b"", "garbage": b"\x80garbage" * 50}.get(harm, path.read_bytes()[:9])
            path.write_bytes(data)
    with open_library(root) as library:
        assert library.sync().documents_indexed == COUNT
    if harm == "link":
        assert (root / "elsewhere").is_dir()
        shutil.rmtree(root / "elsewhere")
    assert is_as_fresh(root)


@pytest.mark.parametrize("harm", ["gone", "owner", "foreign", "version", "damaged"])
def test_an_index_that_is_not_ours_or_not_whole_is_made_anew_with_one_line(
    root: Path, tmp_path: Path, harm: str
) -> None:
    whoosh = root / "index/whoosh"
    canary = tmp_path / "canary"
    evil = b"cos\nmkdir\n(S'" + str(canary).encode() + b"'\ntR."
    if harm == "gone":
        shutil.rmtree(whoosh)
    elif harm == "version":
        (whoosh / "CURRENT").write_text("papernotes index 1 g1\n")
    elif harm == "damaged":
        for path in whoosh.rglob("*.doc"):
            path.write_bytes(b"")
    else:
        (whoosh / "store").write_text("f" * 32)
        for path in whoosh.rglob("*.toc") if harm == "foreign" else ():
            path.write_bytes(evil)
    said: list[str] = []
    with open_library(root, notify=said.append) as library:
        assert library.search("apples").total == COUNT - 1
        assert library.sync().documents_indexed == 0
    assert len(said) == 1
    assert said[0].endswith("; making it anew")
    assert not canary.exists()
    assert is_as_fresh(root)


def test_a_rebuild_keeps_the_ids_of_documents_and_mends_whatever_is_wrong(root: Path) -> None:
    with open_library(root) as library:
        store = library._upkeep.store()
        before = dict(store.rows_of("SELECT ref, id FROM documents"))
        store.rows_of("UPDATE papers SET title = 'Tampered', title_folded = 'tampered'")
        store.rows_of("UPDATE notes SET plain = 'tampered' WHERE ref = '3'")
        store.rows_of("UPDATE names SET key = 'x' WHERE owner = 'notes/4.md'")
        store.rows_of("INSERT INTO documents (is_paper, ref, ref_folded) VALUES (1, 'no', 'no')")
        library._upkeep.index().update([], removed=[before["5"]])
        report = library.sync(rebuild=True)
        assert len(report.added) == COUNT
        assert report.documents_indexed == COUNT + 1, "the document of nothing has to go"
        assert dict(store.rows_of("SELECT ref, id FROM documents")) == before
        assert library.search("number5").total == 1
        assert not [each for each in library.doctor().findings if each.path == "index/"]
    assert is_as_fresh(root)


def test_a_rebuild_that_is_stopped_leaves_all_answers(root: Path) -> None:
    stopped_sync(root, 8, rebuild=True)
    with open_library(root) as library:
        assert 0 < library.sync().documents_indexed < COUNT
    assert is_as_fresh(root)


def test_a_rebuild_of_a_damaged_store_throws_it_away(root: Path) -> None:
    with open_library(root) as library:
        store = library._upkeep.store()
        store.rows_of("PRAGMA foreign_keys = OFF")
        store.rows_of("INSERT INTO tags VALUES (9999, 'of', 'nothing')")
    said: list[str] = []
    with open_library(root, notify=said.append) as library:
        library.sync(rebuild=True)
    assert said == ["the store was damaged; making index/ anew from your files"]
    assert is_as_fresh(root)


USER = """
import json, sys
from pathlib import Path
from papernotes.index import building, crew
from papernotes.library import Library

building._FEWEST_POSTINGS, building._POSTINGS_EACH, crew._WORTH = 15, 0, 4
said = []
library = Library(Path(sys.argv[1]), state_dir=Path(sys.argv[2]), notify=said.append)
library.sync(rebuild=True)
print(json.dumps([said, library.search("apples").total]))
"""


def test_a_program_without_a_main_guard_builds_with_several_processes(root: Path) -> None:
    script = root.parent / "user.py"
    script.write_text(USER)
    done = subprocess.run(
        [sys.executable, str(script), str(root), str(root.parent / "state")],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [[], COUNT - 1]


def test_what_a_killed_build_left_goes_with_the_next_change(root: Path) -> None:
    left = root / "index/whoosh/g77"
    left.mkdir()
    (left / "part").write_text("of an index")
    with open_library(root) as library:
        library.sync()
        write(root, "notes/0.md", "# Pears\n")
        library.sync()
        assert not left.exists()
        assert library.search("pears").total == 1


@pytest.mark.fault(19)
def test_an_index_that_is_written_beside_another_store_makes_nothing_fresh(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, gone, update = root / "index", root / "gone", SearchIndex.update

    def moving(*args: Any, **options: Any) -> None:
        index.rename(gone)
        shutil.copytree(gone, index)
        update(*args, **options)

    write(root, "notes/1.md", "# Pears number1\n\nedited everything\n")
    with open_library(root) as library, monkeypatch.context() as patch:
        patch.setattr(SearchIndex, "update", moving)
        with pytest.raises(LibraryNotFoundError, match="has vanished"):
            library.sync()
    shutil.rmtree(index)
    gone.rename(index)
    with open_library(root) as library:
        assert library.search("pears").total == 1
