from __future__ import annotations

import base64
import errno
import hashlib
import json
import os
import resource
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from papernotes import files
from papernotes.errors import ConflictError
from papernotes.files import Edit, Move, swapping
from papernotes.files.journal import Journal, write_journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BELOW = {"notes": ".md", "bib": ".bib", "pdf": ".pdf"}


def make(root: Path, **contents: str) -> None:
    for name, text in contents.items():
        path = root / "notes" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def pdf(root: Path, name: str, data: bytes, seconds: int) -> Path:
    path = root / "pdf" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (seconds, seconds))
    return path


def move(path: Path, target: str) -> Move:
    found = path.lstat()
    return Move(f"pdf/{path.name}", f"pdf/{target}", found.st_size, found.st_mtime_ns, found.st_ino)


SWAP = [Edit("notes/a.md", b"A", b"B2"), Edit("notes/b.md", b"B", b"A2")]


def test_a_change_edits_makes_and_removes_and_leaves_no_journal(tmp_path: Path) -> None:
    make(tmp_path, a="A", b="B", c="C")
    edits = [*SWAP, Edit("notes/c.md", b"C", None), Edit("bib/d.bib", None, b"D")]
    files.change(tmp_path, edits, journal=tmp_path / "j")
    assert tree(tmp_path) == {"notes/a.md": b"B2", "notes/b.md": b"A2", "bib/d.bib": b"D"}


def test_permissions_go_with_a_file(tmp_path: Path) -> None:
    make(tmp_path, a="A")
    (tmp_path / "notes/a.md").chmod(0o600)
    edits = [Edit("notes/b.md", None, b"A", 0o600), Edit("notes/a.md", b"A", None, 0o600)]
    files.change(tmp_path, edits, journal=tmp_path / "j")
    assert stat.S_IMODE((tmp_path / "notes/b.md").stat().st_mode) == 0o600
    files.change(tmp_path, [Edit("notes/b.md", b"A", b"A2")], journal=tmp_path / "j")
    assert stat.S_IMODE((tmp_path / "notes/b.md").stat().st_mode) == 0o600


def test_a_file_that_holds_something_else_stops_all(tmp_path: Path) -> None:
    make(tmp_path, a="A", b="changed")
    before = tree(tmp_path)
    with pytest.raises(ConflictError, match=r"b\.md: was changed"):
        files.change(tmp_path, SWAP, journal=tmp_path / "j")
    assert tree(tmp_path) == before


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something right after the first file got its new content."""
    real: Any = swapping.exchange
    done: list[object] = []

    def call(*args: Any, **options: Any) -> Any:
        result = real(*args, **options)
        if str(args[1]).endswith("a.md") and not done:
            done.append(args)
            act()
        return result

    monkeypatch.setattr(swapping, "exchange", call)


@pytest.mark.fault(32)
def test_an_editor_that_saves_in_between_keeps_its_text_and_all_else_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, a="A", b="B", c="C")
    meanwhile(monkeypatch, lambda: (tmp_path / "notes/b.md").write_text("mine"))
    edits = [*SWAP, Edit("notes/c.md", b"C", None), Edit("notes/d.md", None, b"D")]
    with pytest.raises(ConflictError, match=r"b\.md: was changed"):
        files.change(tmp_path, edits, journal=tmp_path / "j")
    assert tree(tmp_path) == {"notes/a.md": b"A", "notes/b.md": b"mine", "notes/c.md": b"C"}


def test_a_taking_back_that_is_cut_short_is_finished_backwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, a="A", b="B")
    journal = tmp_path / "j"
    meanwhile(monkeypatch, lambda: (tmp_path / "notes/b.md").write_text("mine"))

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("papernotes.files.changes._settle", die)
    with pytest.raises(KeyboardInterrupt):
        files.change(tmp_path, SWAP, journal=journal)
    monkeypatch.undo()
    assert (tmp_path / "notes/a.md").read_bytes() == b"B2"
    left: list[str] = []
    done = files.recover(tmp_path, journal=journal, below=BELOW, left=left.append)
    assert done == ("notes/a.md",)
    assert left == ["notes/b.md"]
    assert tree(tmp_path) == {"notes/a.md": b"A", "notes/b.md": b"mine"}


@pytest.mark.fault(10)
def test_a_disk_that_refuses_takes_back_what_was_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, a="A", b="B")
    before = tree(tmp_path)

    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    meanwhile(monkeypatch, full)
    with pytest.raises(files.FileError, match="No space"):
        files.change(tmp_path, SWAP, journal=tmp_path / "j")
    assert tree(tmp_path) == before


DYING = """
import os, pathlib, sys
from papernotes import files
from papernotes.files import Edit, Move, swapping
fatal, seen = int(sys.argv[1]), [0]
def counted(real):
    def call(*args, **options):
        seen[0] += 1
        if seen[0] == fatal: os._exit(137)
        return real(*args, **options)
    return call
for name in ("fsync", "replace", "link", "unlink"):
    setattr(os, name, counted(getattr(os, name)))
swapping.exchange = counted(swapping.exchange)
root = pathlib.Path(sys.argv[2])
stats = {n: (root / "pdf" / n).lstat() for n in ("a.pdf", "b.pdf")}
mark = lambda n: (stats[n].st_size, stats[n].st_mtime_ns, stats[n].st_ino)
edits = [Edit("notes/a.md", b"A", b"B2"), Edit("notes/b.md", b"B", b"A2"),
         Edit("notes/c.md", b"C", None, 0o600), Edit("notes/d.md", None, b"C2", 0o600)]
moves = [Move("pdf/a.pdf", "pdf/x.pdf", *mark("a.pdf")), Move("pdf/b.pdf", "pdf/a.pdf",
         *mark("b.pdf")), Move("pdf/x.pdf", "pdf/b.pdf", *mark("a.pdf"))]
files.change(root, edits, moves, journal=root / "j")
"""


def test_killed_at_any_point_it_is_all_or_nothing(tmp_path: Path) -> None:
    before = {"notes/a.md": b"A", "notes/b.md": b"B", "notes/c.md": b"C"}
    before |= {"pdf/a.pdf": b"first!", "pdf/b.pdf": b"second"}
    after = {"notes/a.md": b"B2", "notes/b.md": b"A2", "notes/d.md": b"C2"}
    after |= {"pdf/a.pdf": b"second", "pdf/b.pdf": b"first!"}
    ends = set()
    for fatal in range(1, 100):
        root = tmp_path / str(fatal)
        make(root.parent, x="")  # its parent is there
        root.mkdir()
        make(root, a="A", b="B", c="C")
        (root / "notes/c.md").chmod(0o600)
        pdf(root, "a.pdf", b"first!", 1_600_000_000)
        pdf(root, "b.pdf", b"second", 1_600_000_000)
        ended = subprocess.run([sys.executable, "-c", DYING, str(fatal), str(root)], check=False)
        paths = files.journal_paths(root / "j", below=BELOW) if (root / "j").exists() else ()
        files.recover(root, journal=root / "j", below=BELOW)
        files.recover(root, journal=root / "j", below=BELOW)
        for path in files.leftovers(root, root / "notes"):
            path.unlink()
        now = tree(root)
        assert now in (before, after), fatal
        assert not paths or now == after
        if now == after:
            assert stat.S_IMODE((root / "notes/d.md").stat().st_mode) == 0o600
        ends.add(now == after)
        if ended.returncode == 0:
            break
    else:
        pytest.fail("never came to its end")
    assert ends == {False, True}


def journal(root: Path, **parts: Any) -> Path:
    path = root / "j"
    path.write_text(json.dumps({"create": {}, **parts}))
    return path


def test_what_an_earlier_change_left_to_be_finished_stays(tmp_path: Path) -> None:
    """A full disk refused to name the second file, and to take the first one back."""
    (tmp_path / "notes").mkdir()
    path = journal(tmp_path, change=[step("notes/b.md", None, b"B")], move=[])
    before = path.read_bytes()
    with pytest.raises(files.FileError, match="an earlier change is not finished"):
        files.commit(tmp_path, {"notes/c.md": b"C"}, journal=path)
    assert path.read_bytes() == before
    assert files.recover(tmp_path, journal=path, below=BELOW) == ("notes/b.md",)
    files.commit(tmp_path, {"notes/c.md": b"C"}, journal=path)


def step(path: str, before: bytes | None, after: bytes | None, mode: Any = None) -> list[Any]:
    expected = None if before is None else hashlib.sha256(before).hexdigest()
    return [path, expected, None if after is None else base64.b64encode(after).decode(), mode]


def test_recovery_touches_only_what_is_as_expected(tmp_path: Path) -> None:
    make(tmp_path, a="A", b="edited", c="C2", gone="G")
    steps = [
        step("notes/a.md", b"A", b"A2"),
        step("notes/b.md", b"B", b"B2"),
        step("notes/c.md", b"C", b"C2"),
        step("notes/gone.md", b"G", None),
        step("notes/edited.md", b"E", None),
    ]
    left: list[str] = []
    paths = files.journal_paths(path := journal(tmp_path, change=steps, move=[]), below=BELOW)
    done = files.recover(tmp_path, journal=path, below=BELOW, left=left.append)
    assert done == ("notes/a.md", "notes/gone.md")
    assert left == ["notes/b.md"]
    assert paths == tuple(each[0] for each in steps)
    assert tree(tmp_path) == {"notes/a.md": b"A2", "notes/b.md": b"edited", "notes/c.md": b"C2"}


def test_recovery_believes_no_path_elsewhere_and_follows_no_link(tmp_path: Path) -> None:
    root, home = tmp_path / "library", tmp_path / "home"
    home.mkdir()
    (home / "a.md").write_bytes(b"A")
    (home / "a.pdf").write_bytes(b"A")
    make(root.parent)
    root.mkdir()
    make(root, good="A")
    (root / "notes/link.md").symlink_to(home / "a.md")
    (root / "notes/folder").symlink_to(home)
    (root / "pdf").symlink_to(home)
    steps = [
        step(path, b"A", after)
        for after in (b"evil", None)
        for path in ("../home/a.md", "notes/link.md", "notes/folder/a.md", "notes/a.txt", "j")
    ]
    found = (home / "a.pdf").lstat()
    moves = [["pdf/a.pdf", "pdf/b.pdf", found.st_size, found.st_mtime_ns, found.st_ino]]
    moves += [["../home/a.md", "notes/a.md", found.st_size, found.st_mtime_ns, found.st_ino]]
    path = journal(root, change=steps, move=moves)
    assert files.recover(root, journal=path, below=BELOW) == ()
    assert tree(home) == {"a.md": b"A", "a.pdf": b"A"}
    assert (root / "notes/link.md").is_symlink()


@pytest.mark.parametrize(
    "parts",
    [
        {"change": [["notes/a.md", "A", "eA==", None]]},
        {"change": [["notes/a.md", None, "!", None]]},
        {"change": [["notes/a.md", None, "eA==", 0o4755]]},
        {"change": [["notes/a.md"]]},
        {"change": 3},
        {"move": [["pdf/a.pdf", "pdf/b.pdf", None, []]]},
        {"move": [["pdf/a.pdf", "pdf/b.pdf", float("inf"), 0, 0]]},
        {"change": [["notes/a.md", None, "eA==", 384.5]]},
        {"move": [[]]},
        {"create": {"notes/a.md": None}, "change": [7]},
    ],
)
def test_a_journal_that_makes_no_sense_does_nothing(tmp_path: Path, parts: Any) -> None:
    assert files.recover(tmp_path, journal=journal(tmp_path, **parts), below=BELOW) == ()
    assert tree(tmp_path) == {}


def test_a_move_replaces_nothing(tmp_path: Path) -> None:
    first = pdf(tmp_path, "a.pdf", b"one", 1_600_000_000)
    pdf(tmp_path, "b.pdf", b"two", 1_700_000_000)
    make(tmp_path, a="A")
    before = tree(tmp_path)
    with pytest.raises(ConflictError, match="exists already"):
        files.change(
            tmp_path,
            [Edit("notes/a.md", b"A", b"A2")],
            [move(first, "b.pdf")],
            journal=tmp_path / "j",
        )
    assert tree(tmp_path) == before


def test_a_pdf_that_is_another_by_now_is_not_moved(tmp_path: Path) -> None:
    first = pdf(tmp_path, "a.pdf", b"one", 1_600_000_000)
    step = move(first, "b.pdf")
    first.write_bytes(b"another")
    with pytest.raises(ConflictError, match=r"a\.pdf: was changed"):
        files.change(tmp_path, [], [step], journal=tmp_path / "j")
    assert tree(tmp_path) == {"pdf/a.pdf": b"another"}


def test_moves_work_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    first = pdf(tmp_path, "a.pdf", b"one", 1_600_000_000)
    monkeypatch.setattr(os, "link", refuse)
    files.change(tmp_path, [], [move(first, "b.pdf")], journal=tmp_path / "j")
    assert tree(tmp_path) == {"pdf/b.pdf": b"one"}


def test_many_files_flush_each_file_and_each_folder_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        flushed.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    new = {f"{folder}{i}{end}": b"x" for i in range(50) for folder, end in _KINDS}
    files.commit(tmp_path, new, journal=tmp_path / "j")
    assert tree(tmp_path) == new
    counts = {folder: flushed.count(str(tmp_path / folder)) for folder in ("notes", "bib")}
    assert counts == {"notes": 1, "bib": 1}
    assert len([path for path in flushed if "/notes/" in path or "/bib/" in path]) == 100


_KINDS = (("notes/", ".md"), ("bib/", ".bib"))


@pytest.mark.parametrize("most", [0, 2])
def test_where_the_system_gives_no_more_threads_fewer_flush(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    real, started, flushed = threading.Thread.start, list[object](), list[int]()
    fsync = os.fsync

    def start(thread: threading.Thread) -> None:
        if len(started) == most:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        real(thread)

    def flush(descriptor: int) -> None:
        flushed.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(threading.Thread, "start", start)
    monkeypatch.setattr(os, "fsync", flush)
    new = {f"notes/{number}.md": b"x" for number in range(50)}
    files.commit(tmp_path, new, journal=tmp_path / "j")
    assert tree(tmp_path) == new
    assert {(tmp_path / path).stat().st_ino for path in new} <= {*flushed}


@pytest.mark.fault(15)
@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), MemoryError()])
def test_a_flush_that_fails_among_many_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    real, count = os.fsync, [0]

    def fsync(descriptor: int) -> None:
        count[0] += 1
        if count[0] == 30:
            raise error
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    new = {f"notes/{i}.md": b"x" for i in range(50)}
    with pytest.raises((files.FileError, MemoryError)):
        files.commit(tmp_path, new, journal=tmp_path / "j")
    assert tree(tmp_path) == {}


RENAMED = [
    step("notes/b.md", None, b"A2", 0o644),
    step("notes/a.md", b"A", None, 0o644),
]


def recovered(root: Path, steps: list[Any]) -> tuple[tuple[str, ...], list[str], list[Any]]:
    left: list[str] = []
    kept: list[Any] = []
    done = files.recover(
        root,
        journal=journal(root, change=steps, move=[]),
        below=BELOW,
        left=left.append,
        kept=lambda *pair: kept.append(pair),
    )
    return done, left, kept


def test_a_text_whose_new_name_was_taken_after_a_crash_is_kept_beside(tmp_path: Path) -> None:
    make(tmp_path, a="A", b="somebody's")
    done, left, kept = recovered(tmp_path, RENAMED)
    assert done == ("notes/b-kept-1.md", "notes/a.md")
    assert left == ["notes/b.md"]
    assert kept == [("notes/b.md", "notes/b-kept-1.md")]
    wanted = {"notes/b.md": b"somebody's", "notes/b-kept-1.md": b"A2"}
    assert tree(tmp_path) == wanted
    recovered(tmp_path, RENAMED)  # as if it had been cut short before the journal went
    assert tree(tmp_path) == wanted
    make(tmp_path, a="A")
    recovered(tmp_path, [step("notes/b.md", None, b"A3", 0o644), RENAMED[1]])
    assert tree(tmp_path) == {**wanted, "notes/b-kept-2.md": b"A3"}


@pytest.mark.parametrize("edited", ["a", "b"])
def test_texts_that_were_being_swapped_are_all_there_whatever_was_saved_meanwhile(
    tmp_path: Path, edited: str
) -> None:
    make(tmp_path, a="B2", b="B")  # killed after the first of the two
    make(tmp_path, **{edited: "edited"})
    swap = [step("notes/a.md", b"A", b"B2", 0o644), step("notes/b.md", b"B", b"A2", 0o644)]
    recovered(tmp_path, swap)
    assert set(tree(tmp_path).values()) == {b"edited", b"A2", b"B2"}


def test_nothing_is_removed_while_a_text_has_no_place(tmp_path: Path) -> None:
    make(tmp_path, a="A")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "notes/c").symlink_to(tmp_path / "elsewhere")
    steps = [RENAMED[1], step("notes/c/b.md", None, b"A2", 0o644)]
    assert recovered(tmp_path, steps) == ((), ["notes/c/b.md", "notes/a.md"], [])
    assert tree(tmp_path) == {"notes/a.md": b"A"}


def test_a_journal_that_cannot_be_read_now_waits(tmp_path: Path) -> None:
    make(tmp_path, a="A")
    path = journal(tmp_path, change=RENAMED, move=[])
    used = os.open(path, os.O_RDONLY)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (used, limits[1]))
    try:
        with pytest.raises(files.FileError, match="Too many open files"):
            files.recover(tmp_path, journal=path, below=BELOW)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        os.close(used)
    assert files.recover(tmp_path, journal=path, below=BELOW) == ("notes/b.md", "notes/a.md")


def test_a_move_makes_the_folder_it_goes_to(tmp_path: Path) -> None:
    make(tmp_path, a="A")
    source = tmp_path / "notes/a.md"
    source.chmod(0o640)
    found = source.stat()
    there = Move("notes/a.md", "notes/x/y/a.md", found.st_size, found.st_mtime_ns, found.st_ino)
    files.change(tmp_path, (), [there], journal=tmp_path / "journal")
    moved = (tmp_path / "notes/x/y/a.md").stat()
    assert (moved.st_mode, moved.st_mtime_ns) == (found.st_mode, found.st_mtime_ns)
    assert tree(tmp_path) == {"notes/x/y/a.md": b"A"}


def test_a_move_whose_place_is_taken_by_a_file_is_left_and_ends(tmp_path: Path) -> None:
    make(tmp_path, a="A", b="B")
    (tmp_path / "notes/x").write_text("no folder")
    before = tree(tmp_path)
    found = (tmp_path / "notes/a.md").stat()
    there = Move("notes/a.md", "notes/x/a.md", found.st_size, found.st_mtime_ns, found.st_ino)
    journal = tmp_path / "journal"
    with pytest.raises(files.FileError):
        files.change(tmp_path, [Edit("notes/b.md", b"B", b"C")], [there], journal=journal)
    assert tree(tmp_path) == before
    write_journal(journal, Journal((), (there,)))
    left: list[str] = []
    assert files.recover(tmp_path, journal=journal, below=BELOW, left=left.append) == ()
    assert left == ["notes/a.md"]
    assert tree(tmp_path) == before


def test_a_new_folder_is_known_to_the_disk_before_a_file_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, a="A")
    flushed: list[int] = []
    flush = os.fsync

    def fsync(descriptor: int) -> None:
        flushed.append(os.fstat(descriptor).st_ino)
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    edits = [Edit("notes/new/deep/a.md", None, b"A"), Edit("notes/a.md", b"A", None)]
    files.change(tmp_path, edits, journal=tmp_path / "journal")
    for folder in ("notes", "notes/new", "notes/new/deep"):
        assert (tmp_path / folder).stat().st_ino in flushed


def test_what_a_killed_writer_left_is_told_from_what_is_meant_to_stay(tmp_path: Path) -> None:
    left = {f".papernotes-0{ending}" for ending in (".tmp", ".tmp-journal", ".tmp-wal")}
    for name in (*left, ".papernotes-export.json", ".papernotes-0-x.part", "a.tmp"):
        (tmp_path / name).write_text("")
    assert {path.name for path in files.leftovers(tmp_path)} == left


def test_it_says_how_far_it_is_with_what_takes_long(tmp_path: Path) -> None:
    edits = [Edit(f"{number}.md", None, b"x") for number in range(9)]
    told: list[tuple[str, int, int]] = []
    files.change(
        tmp_path, edits, journal=tmp_path / "journal", progress=lambda *at: told.append(at)
    )
    writing = [at for at in told if at[0] == "writing"]
    flushing = [at for at in told if at[0] == "flushing to the disk"]
    assert told == [*writing, *flushing]
    assert writing == [("writing", number, 9) for number in range(1, 10)]
    assert flushing == sorted(flushing)
    assert flushing[-1][1:] == (9, 9)


def test_it_says_how_far_it_is_with_finishing_too(tmp_path: Path) -> None:
    steps = [step(f"notes/{number}.md", None, b"x") for number in range(3)]
    told: list[tuple[str, int, int]] = []
    files.recover(
        tmp_path,
        journal=journal(tmp_path, change=steps, move=[]),
        below=BELOW,
        progress=lambda *at: told.append(at),
    )
    assert told == [("finishing an interrupted run", number, 3) for number in (1, 2, 3)]


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
def test_a_change_whose_journal_is_not_on_the_disk_for_sure_never_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    make(tmp_path, a="A", b="B")
    before, real, failed = tree(tmp_path), os.fsync, list[int]()

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode) and not failed:
            failed.append(descriptor)
            raise error
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises((files.FileError, KeyboardInterrupt)):
        files.change(tmp_path, SWAP, journal=tmp_path / "j")
    assert failed
    assert tree(tmp_path) == before


@pytest.mark.parametrize("doing", ["writing", "flushing to the disk"])
def test_ctrl_c_before_the_first_file_has_its_name_leaves_all_as_it_was(
    tmp_path: Path, doing: str
) -> None:
    (tmp_path / "0.md").write_bytes(b"old")
    edits = [Edit("0.md", b"old", b"new"), *(Edit(f"{n}.md", None, b"x") for n in range(1, 99))]

    def stop(at: str, done: int, of: int) -> None:
        if at == doing and (done > 5 or at != "writing"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        files.change(tmp_path, edits, journal=tmp_path / "journal", progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["0.md"]
    assert (tmp_path / "0.md").read_bytes() == b"old"
