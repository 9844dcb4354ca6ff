"""Sync through the façade: real files, real SQLite, real Whoosh."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from papernotes import files
from papernotes.errors import AmbiguousRefError, LockedError, NotFoundError, StoreError
from papernotes.files import scanning
from papernotes.store import connect
from papernotes.store.read import Store
from papernotes.sync.apply import read_note
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.library import Library


def age(root: Path) -> None:
    """Make all files look old enough to be trusted by their stat."""
    for path in root.rglob("*"):
        if path.is_file() and path.suffix in {".md", ".bib"}:
            os.utime(path, ns=(10**18 + 1, 10**18 + 1))


@pytest.mark.fault(36)
def test_an_edit_by_any_means_is_seen(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    with open_library(root) as library:
        write(root, "notes/a.md", "# Apples\n\nabout apples\n")
        assert [hit.ref for hit in library.search("apples").hits] == ["a"]
        write(root, "notes/a.md", "# Pears\n\nabout pears!\n")
        assert library.search("apples").total == 0
        assert [hit.title for hit in library.search("pears").hits] == ["Pears"]
        temporary = root / "notes" / "b.md"
        write(root, "notes/b.md", "# Plums\n")
        temporary.replace(root / "notes" / "a.md")
        assert [hit.title for hit in library.search("plums").hits] == ["Plums"]
        (root / "notes/a.md").unlink()
        assert library.list().total == 0


@pytest.mark.fault(36)
def test_the_same_size_and_mtime_do_not_hide_a_change(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    with open_library(root) as library:
        write(root, "notes/a.md", "# Apples\n")
        library.sync()
        before = (root / "notes/a.md").stat()
        write(root, "notes/a.md", "# Quince\n")
        os.utime(root / "notes/a.md", ns=(before.st_atime_ns, before.st_mtime_ns))
        assert [hit.title for hit in library.list().hits] == ["Quince"]


def test_a_sync_with_nothing_to_do_opens_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# A\n")
    write(root, "bib/a.bib", entry("a2020"))
    with open_library(root) as library:
        files_later = files.FileStat.is_racy
        monkeypatch.setattr(files.FileStat, "is_racy", lambda *_: False)
        library.sync()
        opened: list[str] = []
        monkeypatch.setattr(files, "read", lambda path, **_: opened.append(str(path)))
        assert library.sync().files_read == 0
        assert opened == []
        monkeypatch.setattr(files.FileStat, "is_racy", files_later)


@pytest.mark.fault(36)
def test_what_was_too_young_is_read_once_more_and_then_trusted(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# A\n")
    with open_library(root) as library:
        library.sync()
        deadline = 500
        while library.sync().files_read:
            deadline -= 1
            assert deadline, "a file that does not change must be trusted in the end"
        assert library.sync().files_read == 0


def test_deleting_the_index_changes_no_answer(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "---\ntags: [x]\n---\n# Apples\n\nSee [@doe2020] and [[b]].\n")
    write(root, "notes/b.md", "# Bees\n\nhoney\n")
    write(root, "bib/refs.bib", entry("doe2020", "On Honey", year="2020"))

    def answers() -> list[object]:
        with open_library(root) as library:
            return [
                library.list(sort="title"),
                library.search("honey"),
                library.search("tag:x"),
                library.show("doe2020"),
                library.show("b"),
            ]

    before = answers()
    shutil.rmtree(root / "index")
    said: list[str] = []
    with open_library(root, notify=said.append) as library:
        library.list()
        library.sync(rebuild=True)
    assert said == ["index/ was missing; making index/ anew from your files"]
    assert answers() == before
    shutil.rmtree(root / "index" / "whoosh")
    assert answers() == before
    (root / "index" / "papernotes.db").unlink()
    assert answers() == before


@pytest.mark.fault(20, 25)
def test_an_index_that_is_thrown_away_while_a_library_is_open_is_made_anew_once(
    tmp_path: Path,
) -> None:
    root, said = tmp_path / "lib", list[str]()
    write(root, "notes/a.md", "# Apples\n")
    with open_library(root) as first:
        assert first.search("apples").total == 1
        shutil.rmtree(root / "index")
        with open_library(root, notify=said.append) as other:
            for number in range(2):
                write(root, f"notes/b{number}.md", "# More apples\n")
                for library in (first, other):
                    assert library.search("apples").total == number + 2
    assert said == []


@pytest.mark.parametrize("damage", [b"", b"not a database", b"\x00" * 5000])
def test_a_damaged_store_is_made_anew_with_one_line_said(tmp_path: Path, damage: bytes) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# Apples\n")
    with open_library(root) as library:
        library.sync()
    for name in ("papernotes.db-wal", "papernotes.db-shm"):
        (root / "index" / name).unlink(missing_ok=True)
    (root / "index" / "papernotes.db").write_bytes(damage)
    said: list[str] = []
    with open_library(root, notify=said.append) as library:
        assert library.list().total == 1
    assert len(said) == 1
    assert "index/" in said[0]


def test_a_store_cut_in_the_middle_is_made_anew(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    for number in range(200):
        write(root, f"notes/{number}.md", f"# Note {number}\n\n{'word ' * 200}\n")
    with open_library(root) as library:
        library.sync()
    database = root / "index" / "papernotes.db"
    database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])
    with open_library(root) as library:
        assert library.list().total == 200
        assert library.search("note 17").total > 0


@pytest.mark.filterwarnings(
    "ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"
)  # Whoosh leaves a file open when its table of contents is broken
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_damaged_search_index_is_made_anew(tmp_path: Path, share: float) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# Apples\n\nabout apples\n")
    with open_library(root) as library:
        library.sync()
    for path in (root / "index" / "whoosh").rglob("*"):
        if path.is_file() and path.name not in {"CURRENT", "store"}:
            data = path.read_bytes()
            path.write_bytes(data[: int(len(data) * share)])
    said: list[str] = []
    with open_library(root, notify=said.append) as library:
        assert library.search("apples").total == 1
    assert said == ["the search index was damaged; making it anew"]


def test_an_index_from_elsewhere_is_never_opened(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# Apples\n")
    with open_library(root) as library:
        library.sync()
    shutil.copytree(root, tmp_path / "clone")
    canary = tmp_path / "canary"
    for toc in (tmp_path / "clone/index/whoosh").rglob("*.toc"):
        toc.write_bytes(b"cos\nsystem\n(S'touch " + str(canary).encode() + b"'\ntR.")
    said: list[str] = []
    with open_library(tmp_path / "clone", notify=said.append) as library:
        assert library.search("apples").total == 1
    assert not canary.exists()
    assert said == ["index/ was not made on this machine; making index/ anew from your files"]


def test_a_store_of_a_newer_papernotes_is_left_alone(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# Apples\n")
    with open_library(root) as library:
        library.sync()
    database = root / "index" / "papernotes.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = database.read_bytes()
    with open_library(root) as library, pytest.raises(StoreError, match="newer papernotes"):
        library.list()
    assert database.read_bytes() == before


def test_the_schema_version_is_the_same_in_both_places() -> None:
    from papernotes import schema

    assert (connect.SCHEMA_VERSION, connect.APPLICATION_ID) == (
        schema.SCHEMA_VERSION,
        schema.APPLICATION_ID,
    )


def test_one_bad_file_never_stops_the_rest(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/good.md", "# Good\n")
    write(root, "notes/unterminated.md", "---\ntitle: x\n")
    write(root, "notes/latin.md", "# Caf\xe9\n".encode("latin-1"))
    write(root, "notes/nul.md", b"# N\x00L\n")
    write(root, "bib/broken.bib", "@misc{a,\n title = {never closed\n\n" + entry("b2020"))
    with open_library(root) as library:
        report = library.sync()
        problems = {(problem.path, problem.line is not None) for problem in report.problems}
        assert ("notes/unterminated.md", True) in problems
        assert ("notes/latin.md", True) in problems
        assert ("notes/nul.md", True) in problems
        assert ("bib/broken.bib", True) in problems
        refs = {hit.ref for hit in library.list(limit=0).hits}
        assert {"good", "unterminated", "latin", "nul", "b2020"} <= refs
        assert library.sync().problems == report.problems


def test_of_two_entries_with_one_key_the_first_by_path_counts(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "bib/b.bib", entry("doe2020", "Second"))
    with open_library(root) as library:
        assert library.show("doe2020").title == "Second"
        write(root, "bib/a.bib", entry("doe2020", "First"))
        assert library.show("doe2020").title == "First"
        codes = [(problem.code, problem.path) for problem in library.sync().problems]
        assert codes == [("duplicate-key", "bib/b.bib")]
        (root / "bib/a.bib").unlink()
        assert library.show("doe2020").title == "Second"
        assert library.sync().problems == ()


def test_a_paper_and_its_own_note_are_one_document(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "bib/a.bib", entry("doe2020", "On Honey"))
    write(root, "notes/first-thoughts.md", "---\npaper: doe2020\n---\nearly words\n")
    with open_library(root) as library:
        assert [hit.ref for hit in library.list().hits] == ["doe2020"]
        write(root, "notes/doe2020.md", "---\npaper: doe2020\n---\nits own words\n")
        assert {hit.ref for hit in library.list().hits} == {"doe2020", "first-thoughts"}
        assert [hit.ref for hit in library.search("own").hits] == ["doe2020"]
        (root / "notes/doe2020.md").unlink()
        assert [hit.ref for hit in library.list().hits] == ["doe2020"]
        assert [hit.ref for hit in library.search("early").hits] == ["doe2020"]
        (root / "bib/a.bib").unlink()
        assert [hit.ref for hit in library.list().hits] == ["first-thoughts"]


def test_a_new_note_resolves_old_dangling_links(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# A\n\nFirst I met [[Bees]]. Then nothing.\n")
    with open_library(root) as library:
        library.sync()
        write(root, "notes/insects/bees.md", "# About bees\n")
        (backlink,) = library.show("bees").backlinks
        assert (backlink.ref, backlink.line, backlink.sentence) == ("a", 3, "First I met Bees.")
        write(root, "notes/bees.md", "# Other bees\n")
        assert library.show("insects/bees").backlinks == ()
        assert len(library.show("Other bees").backlinks) == 1


@pytest.mark.fault(19)
def test_most_notes_vanishing_asks_first(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    for number in range(8):
        write(root, f"notes/{number}.md", f"# Note {number}\n")
    said: list[str] = []
    with open_library(root, notify=said.append) as library:
        library.sync()
        shutil.rmtree(root / "notes")
        report = library.sync()
        assert len(report.held_back) == 8
        assert library.list().total == 8
        assert "papernotes sync --force" in said[-1]
        assert len(library.sync(force=True).removed) == 8
        assert library.list().total == 0


def test_vanished_notes_stay_until_forced_whatever_is_written_next(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    for number in range(8):
        write(root, f"notes/{number}.md", f"# Note {number}\n")
    with open_library(root) as library:
        library.sync()
        shutil.rmtree(root / "notes")
        for number in range(20):
            write(root, f"notes/new-{number}.md", f"# New {number}, and longer\n")
            library.sync()
        assert library.list().total == 28
        assert len(library.sync().held_back) == 8
        assert len(library.sync(force=True).removed) == 8
        assert library.list().total == 20


def test_notes_that_come_back_are_guarded_again(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    for number in range(8):
        write(root, f"notes/{number}.md", f"# Note {number}\n")
    with open_library(root) as library:
        library.sync()
        (root / "notes").rename(tmp_path / "elsewhere")
        assert len(library.sync().held_back) == 8
        (tmp_path / "elsewhere").rename(root / "notes")
        assert library.sync().held_back == ()
        (root / "notes/0.md").unlink()
        assert library.sync().removed == ("notes/0.md",)


def test_moving_all_notes_into_a_folder_shows_each_once(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    for number in range(8):
        write(root, f"notes/{number}.md", f"# Note {number}\n")
    with open_library(root) as library:
        library.sync()
        (root / "notes").rename(root / "old")
        (root / "notes").mkdir()
        (root / "old").rename(root / "notes/old")
        assert library.sync().held_back == ()
        assert {hit.ref for hit in library.list().hits} == {f"old/{n}" for n in range(8)}


def test_a_question_is_answered_from_one_state_of_the_store(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# Apples\n\nabout apples\n")
    write(root, "notes/b.md", "# Apples too\n\nmore apples\n")
    with open_library(root) as library, open_library(root) as other:
        library.sync()

        def meanwhile(statement: str) -> None:
            if "FROM library" in statement and (root / "notes/a.md").exists():
                (root / "notes/a.md").unlink()
                other.sync()

        library._upkeep.store().connection.set_trace_callback(meanwhile)
        found = library.search("apples")
        assert not (root / "notes/a.md").exists(), "the other one was at it in the middle"
        assert {hit.ref for hit in found.hits} == {"a", "b"}
        assert all(hit.fragments for hit in found.hits)
        assert {hit.ref for hit in library.search("apples").hits} == {"b"}


def test_a_snapshot_does_not_see_what_others_write(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# Apples\n")
    with open_library(root) as library, open_library(root) as other:
        library.sync()
        store = library._upkeep.store()
        with store.snapshot():
            ids = store.document_ids()
            write(root, "notes/b.md", "# Bees\n")
            other.sync()
            with store.snapshot():
                assert store.document_ids() == ids
            assert store.document_ids() == ids
        assert len(store.document_ids()) == 2
        with pytest.raises(ZeroDivisionError), store.snapshot():
            _ = 1 / 0
        assert not store.connection.in_transaction


def test_a_paper_or_note_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    with open_library(tmp_path / "lib") as library:
        library.sync()
        store = library._upkeep.store()
        with pytest.raises(NotFoundError, match="gone"):
            store.paper(7)
        with pytest.raises(NotFoundError, match="gone"):
            store.note_path(7)


def test_text_that_is_not_utf8_in_the_store_is_damage(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "# A locked disk is full\n")
    with open_library(root) as library:
        library.sync()
        store = library._upkeep.store()
        store.connection.execute("UPDATE notes SET title = CAST(title || x'ff' AS TEXT)")
        with pytest.raises(connect.StoreDamagedError):
            store.rows(store.document_ids())
        assert [hit.title for hit in library.list().hits] == ["A locked disk is full"]


def test_a_unicode_error_of_sqlite_is_damage(tmp_path: Path) -> None:
    with pytest.raises(connect.StoreDamagedError), connect.translated(tmp_path / "x.db"):
        b"\xff".decode()


@pytest.mark.parametrize("between", [b" ", b"\n"])
def test_a_thousand_links_in_a_row_cost_a_few_sentences(between: bytes) -> None:
    def sentences(count: int) -> int:
        links = (b"[[Abc]]." + between) * count
        rows, _ = read_note(b"Here is [[first]]. " + links, "notes/a.md")
        assert len(rows.links) == count + 1
        assert rows.links[0].sentence == "Here is first."
        assert all("Abc." in link.sentence for link in rows.links[1:])
        return len({id(link.sentence) for link in rows.links})

    once, twice = sentences(2_000), sentences(4_000)
    assert once < 400
    assert twice - once < 2_000 / 10


def test_each_link_of_a_long_list_has_its_own_sentence() -> None:
    items = "".join(f"- [[n{number}]]\n" for number in range(600))
    rows, _ = read_note(items.encode(), "notes/a.md")
    assert [link.sentence for link in rows.links] == [f"n{number}" for number in range(600)]


def test_temporary_files_of_a_killed_writer_are_removed(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    name = f"notes/{files.TEMP_PREFIX}0123{files.TEMP_SUFFIX}"
    with open_library(root) as library:
        write(root, name, "half a no")
        library.sync()
        assert not (root / name).exists()


def test_two_notes_of_one_name_in_two_folders_are_two(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a/same.md", "# One\n")
    write(root, "notes/b/same.md", "# Two\n")
    with open_library(root) as library:
        assert {hit.ref for hit in library.list().hits} == {"a/same", "b/same"}
        assert library.show("b/same").title == "Two"
        with pytest.raises(AmbiguousRefError):
            library.show("same")


def test_a_note_whose_paper_was_renamed_elsewhere_is_named(tmp_path: Path) -> None:
    write(tmp_path / "lib", "bib/zotero.bib", entry("one", "First of Things"))
    write(tmp_path / "lib", "notes/one.md", '---\ntitle: "First of Things"\npaper: one\n---\n')
    with open_library(tmp_path / "lib") as library:
        assert library.sync().problems == ()
        write(tmp_path / "lib", "bib/zotero.bib", entry("doe2001", "First of Things"))
        (problem,) = library.sync().problems
    assert (problem.code, problem.path) == ("no-paper", "notes/one.md")
    assert problem.message == (
        "no paper has the key one; doe2001 has the same id or title: write paper: doe2001"
    )


def test_a_note_that_names_an_older_key_of_its_paper_is_named_and_mended(tmp_path: Path) -> None:
    """The other program keeps the old key in ``ids``: citations by it lead there, no note does."""
    write(tmp_path / "lib", "bib/zotero.bib", entry("doe2001", "Of Things", ids="one, other"))
    write(tmp_path / "lib", "notes/one.md", "---\npaper: one\n---\nText.\n")
    with open_library(tmp_path / "lib") as library:
        (problem,) = library.sync().problems
        assert problem.message.endswith("doe2001 has the same id or title: write paper: doe2001")
        assert library.show("doe2001").note is None
        report = library.doctor(fix=True)
        assert "no-paper" not in {each.code for each in report.findings}
        note = library.show("doe2001").note
        assert note is not None
        assert note.path == "notes/one.md"


def _settled(library: Library) -> str:
    """Let the files be old enough to be trusted, look twice, and return the listing kept."""
    store = library._upkeep.store()
    store.connection.execute("UPDATE files SET is_racy = 0")
    library.sync()
    listing: str = store.listing()
    return listing


def test_a_look_that_finds_all_as_it_was_is_remembered_until_something_is_written(
    tmp_path: Path,
) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "Apples.\n")
    write(root, "notes/b.md", "Bees.\n")
    with open_library(root) as library:
        library.sync()
        assert library._upkeep.store().listing() == ""
        assert _settled(library) != ""
        assert [hit.ref for hit in library.list(sort="ref")] == ["a", "b"]
        write(root, "notes/c.md", "Cats.\n")
        assert [hit.ref for hit in library.list(sort="ref")] == ["a", "b", "c"]
        assert library._upkeep.store().listing() == ""
        assert _settled(library) != ""
        (root / "notes/c.md").unlink()
        assert [hit.ref for hit in library.list(sort="ref")] == ["a", "b"]
        write(root, "notes/a.md", "Almonds.\n")
        assert [hit.ref for hit in library.search("almonds")] == ["a"]


def test_of_many_files_those_around_a_change_alone_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "CHUNK", 2)
    root = tmp_path / "lib"
    for number in range(20):
        write(root, f"notes/{number}.md", f"Apples {number}.\n")
    with open_library(root) as library:
        library.sync()
        assert len(_settled(library).split()) == 10
        write(root, "notes/7.md", "Almonds.\n")
        with monkeypatch.context() as fewer:
            fewer.setattr(Store, "trusted", None)
            assert library.sync().changed == ("notes/7.md",)
        assert [hit.ref for hit in library.search("almonds")] == ["7"]
        _settled(library)
        (root / "notes/3.md").rename(root / "notes/new.md")
        write(root, "notes/7.md", "Bees.\n")
        assert {hit.ref for hit in library.search("apples OR bees")} >= {"new", "7"}
        assert len(library.list()) == 20


def test_a_listing_seen_before_another_process_wrote_is_not_remembered(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "Apples.\n")
    with open_library(root) as library, open_library(root) as other:
        library.sync()
        store = library._upkeep.store()
        version = store.version()
        write(root, "notes/x.md", "Then gone.\n")
        other.sync()
        store.remember_listing("as it was", version)
        assert store.listing() == ""
        store.remember_listing("as it is", store.version())
        assert store.listing() == "as it is"


def test_a_store_that_another_process_writes_is_not_waited_for(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    write(root, "notes/a.md", "Apples.\n")
    with open_library(root) as library, open_library(root) as other:
        library.sync()
        store = library._upkeep.store()
        other._upkeep.store().connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError):
            store.remember_listing("listing", store.version())
        since = time.monotonic()
        assert [hit.ref for hit in library.list()] == ["a"]
        write(root, "notes/b.md", "Bees.\n")
        assert [hit.ref for hit in library.list()] == ["a"]
        assert time.monotonic() - since < connect.BUSY_SECONDS / 2, "who asks is answered"
        other._upkeep.store().connection.execute("ROLLBACK")
        assert {hit.ref for hit in library.list()} == {"a", "b"}
