from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import time
from typing import IO, TYPE_CHECKING, Any

import pytest

from papernotes import files
from papernotes.errors import ConflictError, FormatError, LockedError
from papernotes.files import locking
from papernotes.files.writing import flush_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BELOW = {"notes": ".md", "bib": ".bib"}


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.name.startswith(files.TEMP_PREFIX)]


def test_write_atomic_replaces_bytes_and_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    path.chmod(0o640)
    files.write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert leftovers(tmp_path) == []


def test_a_new_file_gets_the_mode_the_umask_asks_for(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    files.write_atomic(tmp_path / "ours", b"x")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.fault(15)
@pytest.mark.parametrize(
    "act",
    [
        lambda path: files.write_atomic(path, b"new"),
        lambda path: files.write_new(path.with_name("new.md"), b"new"),
        lambda path: files.copy_new(path, path.with_name("new.md")),
        lambda path: files.replace(path, b"old", b"new"),
    ],
    ids=["write_atomic", "write_new", "copy_new", "replace"],
)
def test_a_file_is_flushed_before_it_has_its_name_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], object]
) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"old")
    before = {each: each.read_bytes() for each in tmp_path.glob("*.md")}
    flushed: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        now = {each: each.read_bytes() for each in tmp_path.glob("*.md")}
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        assert (now != before) is is_folder
        assert is_folder or os.fstat(descriptor).st_size == 3
        flushed.append("folder" if is_folder else "file")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    act(path)
    assert flushed == ["file", "folder"]


def test_write_atomic_names_the_file_it_could_not_write(tmp_path: Path) -> None:
    with pytest.raises(files.FileError, match=r"nowhere/a\.md: No such file"):
        files.write_atomic(tmp_path / "nowhere" / "a.md", b"x")


def test_a_failed_write_leaves_the_old_bytes_and_no_temporary_file(tmp_path: Path) -> None:
    folder = tmp_path / "a.md"
    folder.mkdir()
    with pytest.raises(files.FileError):
        files.write_atomic(folder, b"x")
    assert folder.is_dir()
    assert leftovers(tmp_path) == []


def test_write_new_never_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    files.write_new(path, b"mine")
    with pytest.raises(ConflictError, match="exists already"):
        files.write_new(path, b"yours")
    assert path.read_bytes() == b"mine"
    assert leftovers(tmp_path) == []


def test_write_new_does_not_follow_a_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "outside")
    with pytest.raises(ConflictError):
        files.write_new(tmp_path / "a.md", b"x")
    assert not (tmp_path / "outside").exists()


def test_write_if_changed_leaves_equal_bytes_untouched(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    assert files.write_if_changed(path, b"x")
    before = path.stat()
    assert not files.write_if_changed(path, b"x")
    assert path.stat() == before
    assert files.write_if_changed(path, b"y")


def test_with_lines_adds_only_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / ".gitignore"
    assert files.with_lines(path, "/index/\n") == b"/index/\n"
    path.write_bytes(b"/index/\n*.log")
    assert files.with_lines(path, "/index/\n/pdf/\n") == b"/index/\n*.log\n/pdf/\n"
    assert files.with_lines(path, "/index/\n*.log\n") is None


def test_commit_creates_all_files_and_leaves_no_journal(tmp_path: Path) -> None:
    journal = tmp_path / "journal.json"
    files.commit(tmp_path, {"bib/a.bib": b"1", "notes/a.md": b"2"}, journal=journal)
    assert (tmp_path / "bib/a.bib").read_bytes() == b"1"
    assert (tmp_path / "notes/a.md").read_bytes() == b"2"
    assert not journal.exists()


def test_commit_creates_none_when_one_stands_there(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/a.md").write_bytes(b"mine")
    journal = tmp_path / "journal.json"
    with pytest.raises(ConflictError, match=r"notes/a\.md"):
        files.commit(tmp_path, {"bib/a.bib": b"1", "notes/a.md": b"2"}, journal=journal)
    assert not (tmp_path / "bib/a.bib").exists()
    assert (tmp_path / "notes/a.md").read_bytes() == b"mine"
    assert not journal.exists()


def test_commit_takes_back_what_it_wrote_when_a_later_file_fails(tmp_path: Path) -> None:
    (tmp_path / "notes").write_bytes(b"a file where the folder should be")
    journal = tmp_path / "journal.json"
    with pytest.raises(files.FileError):
        files.commit(tmp_path, {"bib/a.bib": b"1", "notes/a.md": b"2"}, journal=journal)
    assert not (tmp_path / "bib/a.bib").exists()
    assert not journal.exists()


def test_recover_finishes_what_a_killed_commit_began(tmp_path: Path) -> None:
    journal = tmp_path / "journal.json"
    script = f"""
import os, pathlib
from papernotes import files
real, count = os.link, []
def dying(source, target):
    if count: os._exit(137)
    count.append(target); real(source, target)
os.link = dying
root = pathlib.Path({str(tmp_path)!r})
files.commit(root, {{"bib/a.bib": b"1", "notes/a.md": b"2"}}, journal=root / "journal.json")
"""
    done = subprocess.run([sys.executable, "-c", script], check=False)
    assert done.returncode == 137
    assert (tmp_path / "bib/a.bib").exists()
    assert not (tmp_path / "notes/a.md").exists()
    assert files.recover(tmp_path, journal=journal, below=BELOW) == ("notes/a.md",)
    assert (tmp_path / "notes/a.md").read_bytes() == b"2"
    assert not journal.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"create": 3}', b'{"create": {"a": "!"}}'])
def test_recover_drops_a_journal_that_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    journal = tmp_path / "journal.json"
    journal.write_bytes(content)
    assert files.recover(tmp_path, journal=journal, below=BELOW) == ()
    assert not journal.exists()


def test_recover_believes_no_path_that_we_would_not_write(tmp_path: Path) -> None:
    root, home = tmp_path / "library", tmp_path / "home"
    root.mkdir()
    home.mkdir()
    (root / "bib").symlink_to(home)
    (root / "notes").mkdir()
    (root / "notes/hi.md").write_text("mine")
    paths = [
        *("../evil.md", "notes/../../evil.md", "notes/../bib/x.md", ".git/hooks/x", "evil.md"),
        *("notes/.obsidian/x.md", "notes/x.js", "bib/x.bib", "notes/a\x00.md", "notes/\udc80.md"),
        *("notes/hi.md", "notes/hi.md/x.md", f"notes/{'x' * 300}.md", "/etc/x.md", "notes//x.md"),
    ]
    journal = root / "journal.json"
    journal.write_text(json.dumps({"create": dict.fromkeys([*paths, "notes/good.md"], "eA==")}))
    assert files.recover(root, journal=journal, below=BELOW) == ("notes/good.md",)
    assert not journal.exists()
    assert list(home.iterdir()) == []
    found = {path.relative_to(root).as_posix() for path in (root / "notes").rglob("*")}
    assert found == {"notes/hi.md", "notes/good.md"}
    assert (root / "notes/hi.md").read_text() == "mine"
    assert not (tmp_path / "evil.md").exists()


@pytest.mark.parametrize("kind", ["folder", "pipe", "zeros", "deep"])
def test_a_journal_of_any_sort_stops_nobody(tmp_path: Path, kind: str) -> None:
    journal = tmp_path / "journal.json"
    if kind == "folder":
        journal.mkdir()
    elif kind == "pipe":
        os.mkfifo(journal)
    elif kind == "zeros":
        journal.symlink_to("/dev/zero")
    else:
        journal.write_text("[" * 100_000)
    assert files.recover(tmp_path, journal=journal, below=BELOW) == ()
    assert files.recover(tmp_path, journal=journal, below=BELOW) == ()


def test_an_interrupted_commit_is_finished_not_halved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "journal.json"
    real = os.link

    def link(source: Path, target: Path) -> None:
        if target.name == "a.md":
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(os, "link", link)
    with pytest.raises(KeyboardInterrupt):
        files.commit(tmp_path, {"bib/a.bib": b"1", "notes/a.md": b"2"}, journal=journal)
    monkeypatch.setattr(os, "link", real)
    assert leftovers(tmp_path) == []
    assert files.recover(tmp_path, journal=journal, below=BELOW) == ("notes/a.md",)
    assert (tmp_path / "bib/a.bib").read_bytes() == b"1"


@pytest.mark.fault(15)
def test_a_flush_that_fails_takes_back_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flush(folder: Path) -> None:
        if folder.name == "notes":
            raise OSError(errno.EIO, "Input/output error")
        flush_folder(folder)

    monkeypatch.setattr("papernotes.files.changes.flush_folder", flush)
    with pytest.raises(files.FileError, match="Input/output error"):
        files.commit(
            tmp_path, {"bib/a.bib": b"1", "notes/a.md": b"2"}, journal=tmp_path / "journal.json"
        )
    assert not (tmp_path / "bib/a.bib").exists()
    assert not (tmp_path / "notes/a.md").exists()
    assert not (tmp_path / "journal.json").exists()


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "notes").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConflictError, match="symbolic link"):
        files.commit(tmp_path, {"notes/a.md": b"2"}, journal=tmp_path / "journal.json")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_lock_that_is_a_link_or_a_pipe_is_refused(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    (tmp_path / "lock").symlink_to(precious)
    with pytest.raises(files.FileError), files.lock(tmp_path / "lock"):
        pass
    assert precious.read_text() == "precious"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConflictError), files.lock(tmp_path / "pipe"):
        pass


def test_scan_lists_what_is_wanted_and_follows_no_link(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    (notes / "sub").mkdir(parents=True)
    (notes / "a.md").write_bytes(b"1")
    (notes / "sub/b.MD").write_bytes(b"22")
    (notes / "image.png").write_bytes(b"")
    (notes / ".hidden.md").write_bytes(b"")
    (notes / f"{files.TEMP_PREFIX}00{files.TEMP_SUFFIX}").write_bytes(b"")
    (notes / "link.md").symlink_to("/etc/passwd")
    (notes / "loop").symlink_to(notes)
    scan = files.scan(tmp_path, {"notes": ".md", "bib": ".bib"})
    assert {path: stat.size for path, stat in scan.files.items()} == {
        "notes/a.md": 1,
        "notes/sub/b.MD": 2,
    }
    assert {problem.path for problem in scan.problems} == {"notes/link.md", "notes/loop"}
    assert len(scan.leftovers) == 1


def test_scan_reports_names_that_are_not_text(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    try:
        (tmp_path / "notes" / os.fsdecode(b"\xff.md")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    scan = files.scan(tmp_path, {"notes": ".md"})
    assert scan.files == {}
    assert scan.problems[0].code == "file-name"
    assert scan.problems[0].path == "notes/\\xff.md".replace("\\xff", "\\udcff")


def test_read_refuses_links_folders_pipes_and_giants(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    with pytest.raises(files.FileError):
        files.read(tmp_path / "link")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FormatError, match="not a regular file"):
        files.read(tmp_path / "pipe")
    (tmp_path / "big").write_bytes(b"12345")
    with pytest.raises(FormatError, match="larger than"):
        files.read(tmp_path / "big", limit=4)


@pytest.mark.fault(36)
def test_a_young_stat_is_racy_and_an_old_one_is_not() -> None:
    now = 1_700_000_000_123_456_789
    old = files.FileStat(1, now - 10**10 + 1, now - 10**10 + 1, 1)
    young = files.FileStat(1, now - 10**7, now - 10**7, 1)
    coarse = files.FileStat(1, now, 1_700_000_000_000_000_000, 1)
    future = files.FileStat(1, now + 10**12, now - 10**10 + 1, 1)
    assert not future.is_racy(now)
    assert not old.is_racy(now)
    assert young.is_racy(now)
    assert coarse.is_racy(now + 10**9)
    assert not coarse.is_racy(now + 3 * 10**9)


def test_the_lock_is_exclusive_and_names_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "index" / "lock"
    script = f"""
import pathlib, sys
from papernotes import files
with files.lock(pathlib.Path({str(path)!r})):
    print("held", flush=True)
    sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=str(holder.pid)), files.lock(path, timeout_seconds=0):
            pytest.fail("both hold the lock")
        holder.stdin.close()
    with files.lock(path, timeout_seconds=0):
        pass


def test_a_lock_whose_file_was_thrown_away_meanwhile_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real, gone = tmp_path / "index/lock", locking._acquire, list[object]()

    def acquire(file: IO[bytes], *args: Any) -> None:
        real(file, *args)
        if not gone:
            gone.append(file)
            path.unlink()

    monkeypatch.setattr(locking, "_acquire", acquire)
    with files.lock(path), pytest.raises(LockedError), files.lock(path, timeout_seconds=0):
        pass
    assert gone


@pytest.mark.fault(33)
def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    script = f"""
import os, pathlib
from papernotes import files
with files.lock(pathlib.Path({str(path)!r})):
    os._exit(137)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 137
    started = time.monotonic()
    with files.lock(path, timeout_seconds=0):
        pass
    assert time.monotonic() >= started


def test_a_finished_part_gets_its_name_and_never_another_s(tmp_path: Path) -> None:
    part, target = tmp_path / "part", tmp_path / "whole"
    part.write_bytes(b"new")
    files.move_into_place(part, target)
    assert (target.read_bytes(), part.exists()) == (b"new", False)
    part.write_bytes(b"other")
    with pytest.raises(ConflictError, match="whole: exists already"):
        files.move_into_place(part, target)
    assert (target.read_bytes(), part.read_bytes()) == (b"new", b"other")


def test_without_hard_links_nothing_is_replaced_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    part, target = tmp_path / "part", tmp_path / "whole"
    part.write_bytes(b"new")
    files.move_into_place(part, target)
    part.write_bytes(b"other")
    with pytest.raises(ConflictError):
        files.move_into_place(part, target)
    assert target.read_bytes() == b"new"


@pytest.mark.fault(57)
def test_a_file_changed_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "note.md"
    path.write_bytes(b"mine")
    with pytest.raises(ConflictError, match="changed by another program"):
        files.replace(path, b"what was read", b"ours")
    assert path.read_bytes() == b"mine"
    files.replace(path, b"mine", b"ours")
    assert path.read_bytes() == b"ours"


def test_a_scan_takes_times_and_places_beyond_what_a_store_holds(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    for name, year in (("far.md", 2400), ("past.md", 1960)):
        (tmp_path / "notes" / name).write_bytes(b"x")
        seconds = (year - 1970) * 31_556_952
        try:
            os.utime(tmp_path / "notes" / name, (seconds, seconds))
        except OverflowError:
            pytest.skip("this file system knows no such times")
    scan = files.scan(tmp_path, {"notes": ".md"})
    assert scan.listing() == files.scan(tmp_path, {"notes": ".md"}).listing() != ""
    assert all(0 <= number < 2**63 for each in scan.files.values() for number in each)
    assert files.stat_each(tmp_path, scan.files) == scan.files


def test_the_digest_of_a_scan_changes_with_each_file(tmp_path: Path) -> None:
    (tmp_path / "notes/sub").mkdir(parents=True)
    seen = set()
    for name, text in (("a.md", b"1"), ("sub/b.md", b"2"), ("a.md", b"3"), ("c.md", b"")):
        (tmp_path / "notes" / name).write_bytes(text)
        seen.add(files.scan(tmp_path, BELOW).listing())
    (tmp_path / "notes/c.md").rename(tmp_path / "notes/sub/c.md")
    seen.add(files.scan(tmp_path, BELOW).listing())
    assert len(seen) == 5
    assert "notes/a.md" in files.scan(tmp_path, BELOW).files
    (tmp_path / "notes/link").symlink_to("nowhere")
    (tmp_path / "notes/link.md").symlink_to("nowhere")
    assert files.scan(tmp_path, BELOW).listing() == ""


def test_a_folder_that_is_none_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "bib").write_bytes(b"")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "notes").symlink_to("elsewhere")
    found = {each.path: each.code for each in files.scan(tmp_path, BELOW).problems}
    assert found == {"bib": "unreadable", "notes": "symlink"}
