"""Papers and notes go to the trash whole, come back the same to the byte, or stay."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papernotes import files, trash
from papernotes.errors import (
    AmbiguousRefError,
    ConflictError,
    FormatError,
    NotFoundError,
    PapernotesError,
)
from papernotes.files.journal import Journal, Step, write_journal
from papernotes.library import removing
from papernotes.reports.changing import Trashed
from papernotes.sync.look import FOLDERS
from tests.factories import answers, entry, open_library, write
from tests.renaming import own, tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.library import Library
    from papernotes.reports.changing import EmptyReport

ANN = "---\npaper: ann\ntitle: My Ann\n---\n# Read it\r\n\r\nHm.\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a library of three papers, one in a file of another program, and three notes."""
    root = tmp_path / "lib"
    own(root, "ann", note=ANN)
    own(root, "ben")
    for number, name in enumerate(("ann.pdf", "ann-v2.pdf", "ben.pdf")):
        write(root, f"pdf/{name}", b"%PDF-1.4 " + bytes([number]))
        os.utime(root / f"pdf/{name}", (10**9 + number, 10**9 + number))
    write(root, "bib/mine.bib", entry("zot", year="2000") + entry("zit", year="2001"))
    write(root, "notes/zot.md", "---\npaper: zot\n---\n")
    write(root, "notes/deep/free.md", "# Free\n\n[@ann] [[ben]] [[My Ann]]\n")
    write(root, "notes/other.md", "# Other\n\n[[ann]] [[deep/free]] @nobody\n")
    (root / "notes/ann.md").chmod(0o600)
    os.utime(root / "notes/ann.md", ns=(1, 1_234_567_890_123_456_789))
    return root


@pytest.fixture
def library(root: Path) -> Iterator[Library]:
    with open_library(root) as library:
        library.sync()
        yield library


def marks(root: Path) -> dict[str, tuple[bytes, int, int]]:
    return {
        path: (data, (root / path).stat().st_mode, (root / path).stat().st_mtime_ns)
        for path, data in tree(root).items()
    }


def test_a_paper_goes_with_all_its_files_and_comes_back_the_same(
    library: Library, root: Path
) -> None:
    before, known = marks(root), answers(library, ("ann", "free"))
    (removed,) = library.remove(["ann"]).results
    own_files = ("bib/ann.bib", "notes/ann.md", "pdf/ann-v2.pdf", "pdf/ann.pdf")
    assert (removed.ref, removed.files) == ("ann", own_files)
    assert removed.linking == ("notes/deep/free.md", "notes/other.md")
    assert set(before) - set(tree(root)) == set(own_files)
    with pytest.raises(NotFoundError):
        library.show("ann")
    (trashed,) = library.trash().results
    assert (trashed.ref, trashed.files) == ("ann", own_files)
    assert (root / removed.folder).name == trashed.name
    assert library.restore(["ann"]).results == (trashed,)
    assert marks(root) == before
    assert answers(library, ("ann", "free")) == known
    assert os.listdir(root / ".trash") == []
    assert library.sync().documents_indexed == 0


def test_a_free_note_goes_alone_with_its_folders_made_again(library: Library, root: Path) -> None:
    before = marks(root)
    assert library.remove(["notes/deep/free.md"]).results[0].files == ("notes/deep/free.md",)
    (root / "notes/deep").rmdir()
    library.restore(["deep/free"])
    assert marks(root) == before


def test_of_a_paper_the_note_alone_can_go(library: Library, root: Path) -> None:
    (removed,) = library.remove(["ann"], only_notes=True).results
    assert removed.files == ("notes/ann.md",)
    assert removed.linking == ("notes/deep/free.md",)  # by its title; [[ann]] is the paper still
    assert library.show("ann").note is None
    library.remove(["zot"], only_notes=True)
    assert library.show("zot").note is None
    with pytest.raises(NotFoundError, match="ben has no note"):
        library.remove(["ben"], only_notes=True)


def test_links_between_what_goes_together_lead_nowhere_for_nobody(library: Library) -> None:
    report = library.remove(["ann", "ben", "deep/free", "other"], is_dry_run=True)
    assert [each.linking for each in report.results] == [(), (), (), ()]
    assert [each.folder.rpartition("-")[2] for each in report.results] == [
        "ann",
        "ben",
        "free",
        "other",
    ]


def test_two_of_one_name_get_folders_of_their_own(library: Library, root: Path) -> None:
    write(root, "notes/free.md", "# Another\n")
    report = library.remove(["notes/free.md", "deep/free", "free"])
    assert len(report.results) == 2
    assert [each.name[10:] for each in library.trash().results] == ["-free-2", "-free"]
    library.restore([each.folder for each in report.results])
    assert {"notes/free.md", "notes/deep/free.md"} < set(tree(root))


@pytest.mark.parametrize(
    ("refs", "error", "message"),
    [
        (("ann", "zot"), ConflictError, "bib/mine.bib:1: zot is in a file papernotes did not make"),
        (("ann", "nobody"), NotFoundError, "nothing is called 'nobody'"),
        (("ann", "twice"), ConflictError, "several entries: bib/mine2.bib:1, bib/twice.bib:1"),
    ],
)
def test_what_cannot_be_removed_keeps_all_others(
    library: Library, root: Path, refs: tuple[str, ...], error: type[Exception], message: str
) -> None:
    own(root, "twice")
    write(root, "bib/mine2.bib", entry("twice", year="1999"))
    before = marks(root)
    for is_dry_run in (True, False):
        with pytest.raises(error, match=message):
            library.remove(refs, is_dry_run=is_dry_run)
    assert marks(root) == before
    assert not (root / ".trash").exists()


def test_a_dry_run_and_a_no_change_nothing(library: Library, root: Path) -> None:
    before = marks(root)
    plan = library.remove(["ann"], is_dry_run=True)
    assert library.remove(["ann"], agree=lambda shown: shown != plan) == plan
    assert marks(root) == before
    assert not (root / ".trash").exists()
    done = library.remove(["ann"], agree=lambda shown: shown == plan)
    assert (done.results, done.is_dry_run) == (plan.results, False)


def test_what_is_edited_while_a_person_is_asked_stays(library: Library, root: Path) -> None:
    def agree(_plan: object) -> bool:
        write(root, "notes/ann.md", ANN + "One thought more.\n")
        return True

    with pytest.raises(ConflictError, match="changed since the plan was made"):
        library.remove(["ann"], agree=agree)
    assert tree(root)["notes/ann.md"].endswith(b"One thought more.\n")
    assert library.trash().results == ()


@pytest.mark.parametrize("made", ["file", "link"])
def test_where_the_trash_cannot_be_nothing_goes(library: Library, root: Path, made: str) -> None:
    if made == "file":
        (root / ".trash").write_text("mine")
    else:
        (root / "elsewhere").mkdir()
        (root / ".trash").symlink_to(root / "elsewhere")
    before = marks(root)
    with pytest.raises(ConflictError) as raised:
        library.remove(["ann"])
    assert raised.value.hint
    assert marks(root) == before
    assert library.trash().results == ()


def test_where_a_file_cannot_go_all_come_back(library: Library, root: Path) -> None:
    before = marks(root)
    (plan,) = library.remove(["ann"], is_dry_run=True).results
    with library._upkeep.locked():
        planned = removing.plan_removal(
            library._upkeep, ["ann"], at=datetime.now(UTC), only_notes=False
        )
        write(root, "notes/ann.md", ANN + "Saved in the last moment.\n")
        with pytest.raises(ConflictError, match="changed by another program"):
            removing.carry_out(library._upkeep, planned)
    assert tree(root) == {path: data for path, (data, *_) in before.items()} | {
        "notes/ann.md": (ANN + "Saved in the last moment.\n").encode()
    }
    assert os.listdir(root / ".trash") == []
    assert not library._upkeep.journal.exists()
    assert plan.files[0] in before


def test_a_removal_cut_short_is_finished_before_anything_else(library: Library, root: Path) -> None:
    for number in range(15):
        write(root, f"notes/many/{number}.md", f"# {number}\n")
    library.sync()
    upkeep = library._upkeep
    refs = [f"many/{number}" for number in range(15)]
    plan = removing.plan_removal(upkeep, refs, at=datetime.now(UTC), only_notes=False)
    manifests = [trash.manifest(root, removal) for removal in plan.removals]
    steps = tuple(Step(each.path, None, each.after) for each in manifests)
    write_journal(upkeep.journal, Journal(steps, plan.moves))
    with open_library(root) as next_run:
        next_run.remove(["other"])
        assert not next_run.sync().held_back
        assert {each.ref for each in next_run.trash().results} == {*refs, "other"}
        assert "many" not in {hit.ref[:4] for hit in next_run.list(limit=0)}
        next_run.restore(refs)
    assert tree(root)["notes/many/8.md"] == b"# 8\n"


# --- restoring -------------------------------------------------------------------------------


def test_the_newest_removal_comes_back_first(library: Library, root: Path) -> None:
    library.remove(["other"])
    write(root, "notes/other.md", "# Newer\n")
    library.remove(["other"])
    newer, older = library.trash().results
    assert newer.removed_at > older.removed_at
    with pytest.raises(ConflictError, match="exists already"):
        library.restore([newer.name, older.name])
    library.restore(["oth"])
    assert tree(root)["notes/other.md"] == b"# Newer\n"
    with pytest.raises(ConflictError, match=r"notes/other\.md: exists already"):
        library.restore([f".trash/{older.name}/"])
    (root / "notes/other.md").rename(root / "notes/newer.md")
    library.restore(["OTHER"])
    assert tree(root)["notes/other.md"].startswith(b"# Other\n")
    assert library.trash().results == ()


def test_a_key_taken_by_another_entry_is_in_the_way(library: Library, root: Path) -> None:
    library.remove(["ann"])
    write(root, "bib/new.bib", "\n\n" + entry("Ann", year="1999"))
    before = marks(root)
    for is_dry_run in (True, False):
        with pytest.raises(ConflictError, match=r"bib/new\.bib:3: Ann is another entry by now"):
            library.restore(["ann"], is_dry_run=is_dry_run)
    assert marks(root) == before
    (root / "bib/new.bib").unlink()
    library.restore(["ann"])
    assert library.show("ann").paper is not None


def test_restoring_is_all_or_nothing(library: Library, root: Path) -> None:
    library.remove(["ann", "deep/free"])
    (root / "notes/deep").rmdir()
    write(root, "notes/deep", "no folder")
    before = marks(root)
    for _ in range(2):
        with pytest.raises(PapernotesError, match="deep"):
            library.restore(["ann", "deep/free"])
        assert marks(root) == before
    assert len(library.trash().results) == 2
    library.restore(["ann"])


def test_what_is_gone_from_the_trash_does_not_keep_the_rest(library: Library, root: Path) -> None:
    (removed,) = library.remove(["ann"]).results
    (root / removed.folder / "pdf/ann.pdf").unlink()
    write(root, f"{removed.folder}/mine.txt", "kept by hand")
    library.restore(["ann"])
    assert "notes/ann.md" in tree(root)
    assert "pdf/ann.pdf" not in tree(root)
    assert library.trash().results == ()
    assert [path.name for path in (root / removed.folder).rglob("*")] == ["mine.txt"]
    library.remove(["ann"])
    assert library.trash().results[0].name.endswith("-ann-2")


@pytest.mark.parametrize("name", ["free", "FREE", "notes/deep/free.md"])
def test_what_was_removed_by_a_shorter_name_comes_back_by_it(
    library: Library, root: Path, name: str
) -> None:
    library.remove(["free"])
    library.restore([name])
    assert (root / "notes/deep/free.md").exists()


def test_several_of_a_beginning_are_named(library: Library) -> None:
    library.remove(["zot"], only_notes=True)
    library.remove(["other"])
    library.remove(["deep/free"])
    with pytest.raises(NotFoundError, match="nothing called 'x'"):
        library.restore(["x"])
    library.restore(["z"])
    library.remove(["notes/zot.md"], only_notes=True)
    with open_library(library.root) as again:
        write(library.root, "notes/zorro.md", "# Z\n")
        again.remove(["zorro"])
        with pytest.raises(AmbiguousRefError) as raised:
            again.restore(["zo"])
    assert set(raised.value.candidates) == {"zot", "zorro"}
    assert "Z" in raised.value.titles


# --- a trash from elsewhere ------------------------------------------------------------------

WHEN = "2026-11-25T10:00:00+00:00"


def manifest(*paths: str, **other: object) -> str:
    known = {"version": 1, "ref": "x", "title": "X", "removed_at": WHEN, "files": list(paths)}
    return json.dumps(known | other)


@pytest.mark.parametrize(
    "text",
    [
        manifest("../outside.md"),
        manifest("notes/../../outside.md"),
        manifest("/etc/passwd.md"),
        manifest("notes/.hidden.md"),
        manifest("papernotes.toml"),
        manifest("index/papernotes.db"),
        manifest("notes/a.txt"),
        manifest("notes/a\0.md"),
        manifest("notes/\ud800.md"),
        manifest(),
        manifest(*(f"notes/{number}.md" for number in range(1001))),
        manifest("notes/a.md", version=2),
        manifest("notes/a.md", removed_at="2026-11-25"),
        manifest("notes/a.md", removed_at="0001-01-01T00:00:00+23:59"),
        manifest("notes/a.md", ref=["x"]),
        manifest("notes/a.md", title="x" * 20_000),
        manifest("notes/a.md", files="notes/a.md"),
        manifest("notes/a.md", files=[["notes/a.md"]]),
        "[" * 100_000,
        '{"version": 1',
        "[]",
        '{"version": ' + "1" * 10_000 + "}",
    ],
)
def test_a_manifest_we_cannot_have_written_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        trash.parse_manifest(text.encode("utf-8", "surrogatepass"), "x", FOLDERS)


def test_of_a_hostile_trash_nothing_but_what_could_be_ours_is_believed(
    library: Library, root: Path
) -> None:
    outside = root.parent / "secret.md"
    outside.write_text("secret")
    before = tree(root)
    write(root, ".trash/Old note.md", "of another program")
    write(root, ".trash/Folder/notes/a.md", "of another program too")
    for name, path in (("good", "notes/good.md"), ("bad", "../secret.md"), ("l", "notes/l.md")):
        write(root, f".trash/{name}/removed.json", manifest(path, ref=f"{name}\x1b[2J"))
    write(root, ".trash/good/notes/good.md", "good")
    (root / ".trash/l/notes").symlink_to(root.parent)
    (root.parent / "l.md").write_text("linked")
    (root / ".trash/linked").symlink_to(root / ".trash/good")
    (root / ".trash/pipe").mkdir()
    os.mkfifo(root / ".trash/pipe/removed.json")
    write(root, ".trash/large/removed.json", " " * 1_000_001)
    report = library.trash()
    assert [each.name for each in report.results] == ["good"]
    assert {each.path for each in report.problems} == {
        ".trash/bad/removed.json",
        ".trash/large/removed.json",
        ".trash/pipe/removed.json",
    }
    library.restore(["good"])
    assert tree(root) == before | {"notes/good.md": b"good"}
    assert (root / ".trash/Old note.md").exists()
    assert (root / ".trash/Folder/notes/a.md").exists()
    assert (root.parent / "l.md").exists()
    assert not (root / ".trash/good").exists()


def test_the_trash_can_be_deleted_at_any_time(library: Library, root: Path) -> None:
    library.remove(["ann"])
    shutil.rmtree(root / ".trash")
    assert library.trash() == library.trash()
    assert library.trash().results == ()
    with pytest.raises(NotFoundError):
        library.restore(["ann"])


paths = st.sampled_from(("notes/a.md", "notes/deep/ä b.md", "bib/x.bib", "pdf/x-v1.pdf"))
removals = st.builds(
    Trashed,
    st.just("name"),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(paths, min_size=1, unique=True).map(tuple),
)


@given(removals)
def test_what_is_written_down_of_a_removal_is_read_back(removal: Trashed) -> None:
    assert trash.parse_manifest(trash.render_manifest(removal), "name", FOLDERS) == removal


# --- emptied, and cut short ------------------------------------------------------------------


def test_the_trash_is_emptied_of_what_is_ours_when_asked(library: Library, root: Path) -> None:
    library.remove(["ann", "deep/free"])
    write(root, ".trash/Old note.md", "of another program")
    write(root, f".trash/{library.trash().results[0].name}/mine.txt", "kept by hand")
    write(root, ".trash/broken/removed.json", '{"version": 1')
    write(root, ".trash/broken/notes/a.md", "what nobody can name")
    (root / ".trash/l").mkdir()
    write(root, ".trash/l/removed.json", manifest("notes/other.md"))
    (root / ".trash/l/notes").symlink_to(root / "notes")
    before, in_trash = tree(root), all_of(root / ".trash")
    plan = library.empty_trash(is_dry_run=True)
    assert (len(plan.results), plan.files, plan.is_dry_run) == (2, 5, True)
    assert plan.bytes == sum(
        (root / ".trash" / each.name / path).stat().st_size
        for each in plan.results
        for path in each.files
    )
    assert library.empty_trash(agree=lambda _plan: False) == plan
    assert all_of(root / ".trash") == in_trash
    report = library.empty_trash(agree=lambda shown: shown == plan)
    assert (report.results, report.is_dry_run) == (plan.results, False)
    assert [each.path for each in report.problems] == [".trash/broken/removed.json"]
    assert tree(root) == before
    assert library.trash().results == ()
    kept = {path.rpartition("/")[2] for path in all_of(root / ".trash")}
    assert kept == {"Old note.md", "mine.txt", "removed.json", "a.md", "notes"}
    assert library.empty_trash().files == 0


def test_a_trash_that_changes_while_a_person_is_asked_is_not_emptied(
    library: Library, root: Path
) -> None:
    library.remove(["ann"])

    def agree(_plan: EmptyReport) -> bool:
        with open_library(root) as other:
            other.remove(["deep/free"])
        return True

    with pytest.raises(ConflictError, match="nothing was deleted"):
        library.empty_trash(agree=agree)
    assert len(library.trash().results) == 2


def all_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): b"" if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() or path.is_symlink()
    }


@pytest.mark.fault(4, 5, 19)
def test_a_removal_of_most_that_the_store_never_heard_of_is_no_disk_that_vanished(
    tmp_path: Path,
) -> None:
    root = tmp_path / "lib"
    refs = [f"n{number}" for number in range(10)]
    for ref in refs:
        write(root, f"notes/{ref}.md", f"# {ref}\n")
    with open_library(root) as library:
        library.sync()
        planned = removing.plan_removal(
            library._upkeep, refs[:8], at=datetime.now(UTC), only_notes=False
        )
        manifests = [trash.manifest(root, removal) for removal in planned.removals]
        files.change(root, manifests, planned.moves, journal=library._upkeep.journal)
    said: list[str] = []  # it was killed here: all files have moved, nothing was synced
    with open_library(root, notify=said.append) as library:
        assert library.list().total == 2
        assert library.sync().problems == ()
        assert said == []
        library.restore([refs[0]])
        assert library.list().total == 3
    shutil.rmtree(root / ".trash")
    for ref in (refs[0], *refs[8:]):
        (root / f"notes/{ref}.md").unlink()
    for ref in refs[1:8]:
        write(root, f"notes/{ref}.md", "# back\n")
    with open_library(root) as library:
        library.sync()
        shutil.rmtree(root / "notes")
        assert len(library.sync().held_back) == 7
