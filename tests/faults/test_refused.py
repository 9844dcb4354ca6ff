"""What the system refuses (room, rights, files, memory) costs what needed it and nothing else."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.factories import write
from tests.faults.ground import (
    NOTES,
    assert_nothing_lost,
    ended_clearly,
    hooked,
    limited,
    owned,
    permissions_count,
    unprivileged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Shell

REFUSING = f"""
import os
real = os.open
def opening(path, *args, **options):
    if os.fspath(path).endswith("n3.md"):
        raise OSError({errno.EIO}, os.strerror({errno.EIO}), os.fspath(path))
    return real(path, *args, **options)
os.open = opening
"""
# The library is taken away when the module named by $GONE_AT is about to be imported.
VANISHING = """
import os, sys
class Vanishing:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["GONE_AT"]:
            os.rename(os.environ["ROOT"], os.environ["ROOT"] + "-gone")
sys.meta_path.insert(0, Vanishing())
"""


@pytest.fixture
def small_disk(filled: Shell) -> Iterator[Shell]:
    """Return a command line in the same library on a disk of its own that is full."""
    disk = filled.folder.parent / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here; tests/crash has a full disk everywhere")
    try:
        shutil.copytree(filled.folder, disk / "lib", ignore=shutil.ignore_patterns("index"))
        shell = type(filled)(disk / "lib", filled.environ)
        shell.environ["PAPERNOTES_STATE_DIR"] = str(disk / "state")
        assert shell("sync").status == 0
        yield shell
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def fill_up(disk: Path) -> None:
    with (disk / "full").open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(512)):
            pass
    assert shutil.disk_usage(disk).free == 0


@pytest.mark.fault(10, 12)
def test_a_full_disk(small_disk: Shell) -> None:
    root = small_disk.folder
    before = owned(root)
    fill_up(root.parent)
    for command in (
        ("new", "Full"),
        ("tag", "n1", "+late"),
        ("rename", "n1", "m1"),
        ("remove", "n2"),
        ("export", "../blog", "--to", "jekyll"),
    ):
        ended_clearly(small_disk(*command), 1, "No space left on device; make room and try again")
    ended_clearly(small_disk("sync", "--rebuild"), 1, "cannot be written now; is the disk full")
    ended_clearly(small_disk("list", "-n", "1"), 0)
    assert small_disk("search", "apples", "-n", "0").out.count("\n") == NOTES
    shutil.rmtree(root / "index")
    fill_up(root.parent)
    ended_clearly(small_disk("list"), 1, "full; your notes are untouched")
    assert not list((root / "index").glob(".papernotes-*"))
    (root.parent / "full").unlink()
    assert_nothing_lost(root, before)


@pytest.mark.fault(13)
def test_a_limit_on_the_size_of_files(filled: Shell) -> None:
    write(filled.folder, "notes/long.md", "# Long\n\n" + "x" * 2_000_000)
    assert filled("sync").status == 0
    before = owned(filled.folder)
    ended = limited(filled, resource.RLIMIT_FSIZE, 1_000_000, "tag", "long", "+late")
    ended_clearly(ended, 1, "File too large")
    assert_nothing_lost(filled.folder, before)
    assert filled("tag", "long", "+late").status == 0


@pytest.mark.fault(14)
def test_a_note_the_disk_does_not_give(filled: Shell) -> None:
    bad_disk = hooked(filled, REFUSING)
    for number in range(NOTES):
        write(filled.folder, f"notes/n{number}.md", f"# Note {number}\n\nPears {number}.\n")
    before = owned(filled.folder)
    ended = bad_disk("sync")
    ended_clearly(ended, 1, "notes/n3.md: Input/output error")
    assert bad_disk("search", "pears", "-n", "0").out.count("\n") == NOTES - 1
    ended_clearly(bad_disk("tag", "n3", "+late"), 1, "n3.md: Input/output error")
    assert_nothing_lost(filled.folder, before)
    assert filled("search", "pears", "-n", "0").out.count("\n") == NOTES


@pytest.mark.fault(16)
def test_a_library_that_cannot_be_written(filled: Shell) -> None:
    root = filled.folder
    if not permissions_count(root.parent):
        pytest.skip("permissions mean nothing here")
    before = owned(root)
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    for path in (*folders, *(path for path in root.rglob("*") if path.is_file())):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        for command in (
            ("list", "-n", "1"),
            ("search", "apples"),
            ("show", "n1"),
            ("links", "n1"),
            ("bib",),
            ("doctor",),
            ("sync",),
        ):
            ended = unprivileged(filled, *command)
            ended_clearly(ended, 0)
            assert ended.out, command
        for command in (
            ("new", "T"),
            ("tag", "n1", "+late"),
            ("rename", "n1", "m1"),
            ("remove", "n2"),
            ("add", "1706.03762"),
            ("sync", "--rebuild"),
        ):
            ended_clearly(unprivileged(filled, *command), 1, "Permission denied", "check who owns")
    finally:
        for path in folders:
            path.chmod(0o755)
    for path in root.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert_nothing_lost(root, before)


@pytest.mark.fault(17)
def test_few_open_files(filled: Shell) -> None:
    for number in range(200):
        write(filled.folder, f"notes/deep/{number % 20}/m{number}.md", f"# M{number}\n\nFigs.\n")
    before = owned(filled.folder)
    most = 32
    for command in (
        ("sync", "--rebuild"),
        ("tag", *(f"m{number}" for number in range(50)), "+late"),
        ("export", "../blog", "--to", "jekyll"),
    ):
        ended_clearly(limited(filled, resource.RLIMIT_NOFILE, most, *command), 0)
    ended = limited(filled, resource.RLIMIT_NOFILE, most, "search", "figs", "-n", "0")
    assert ended.out.count("\n") == 200
    tagged = {path for path in before if "/deep/" in path}
    assert_nothing_lost(filled.folder, before, tagged)


@pytest.mark.fault(18, 40)
def test_giant_notes_and_little_memory(filled: Shell) -> None:
    before = owned(filled.folder)
    giant, beyond = (filled.folder / f"notes/{name}.md" for name in ("giant", "beyond"))
    giant.write_text("# Giant\n\nQuinces\n\n" + f"{'x' * 999}\n" * 8_000)
    beyond.write_text("# Beyond\n\n")
    os.truncate(beyond, 50_000_001)
    most = 300_000_000
    ended = limited(filled, resource.RLIMIT_AS, most, "sync")
    ended_clearly(ended, 1, "notes/beyond.md: larger than 50 MB; left out")
    assert limited(filled, resource.RLIMIT_AS, most, "search", "quinces").out.startswith("giant\t")
    assert (giant.stat().st_size, beyond.stat().st_size) == (8_000_018, 50_000_001)
    giant.unlink()
    beyond.unlink()
    assert_nothing_lost(filled.folder, before)


@pytest.mark.fault(19)
@pytest.mark.parametrize(
    ("module", "command"),
    [
        ("papernotes.library.upkeep", ("list",)),
        ("papernotes.library.marking", ("tag", "n1", "+late")),
        ("papernotes.library.drafting", ("new", "T")),
        ("papernotes.sync.apply", ("sync",)),
        ("papernotes.export.rendering", ("export", "blog", "--to", "jekyll")),
        ("papernotes.library.indexed", ("sync",)),
        ("papernotes.index", ("search", "apples")),
        ("papernotes.index.building", ("sync", "--rebuild")),
        ("papernotes.library.indexed", ("tag", "n1", "+late")),
    ],
)
def test_a_library_that_vanishes(filled: Shell, module: str, command: tuple[str, ...]) -> None:
    root, gone = filled.folder, filled.folder.with_name("work-gone")
    write(root, "notes/n1.md", "# Other\n\nPears.\n")
    before = owned(root)
    outside = type(filled)(root.parent, filled.environ | {"PAPERNOTES_LIBRARY": str(root)})
    ended = hooked(outside, VANISHING, GONE_AT=module, ROOT=str(root))(*command)
    assert gone.is_dir(), "the module is not imported any more"
    ended_clearly(ended, 1)
    assert not root.exists() or not owned(root)
    shutil.rmtree(root, ignore_errors=True)
    gone.rename(root)
    assert_nothing_lost(root, before)
    assert filled("search", "apples", "-n", "0").out.count("\n") == NOTES - 1
