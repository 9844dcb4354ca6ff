"""Killed at every change of the file system, a command loses nothing and the next one mends it.

The faults come from within Python here. Where there is a C compiler, test_interrupted.py sees more
calls in less time, and of these only what it does not do is left.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes import bib
from papernotes.export.blog.ledger import LEDGER_NAME
from papernotes.files import TEMP_PREFIX
from papernotes.models import Author
from tests.crash.shim import compiler
from tests.factories import answers, entry, open_library, paper, write
from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from papernotes.demo.standin import StandIn

WORDS = ("attention", "adam", "apples", "doe")
KILLER = Path(__file__).with_name("killer.py")
NOWHERE = "http://127.0.0.1:9/api/query"
WITHOUT_COMPILER = pytest.mark.skipif(
    compiler() is not None, reason="test_interrupted.py does this with the shim"
)
EVERY = int(os.environ.get("PAPERNOTES_CRASH_EVERY", "5"))


def run(root: Path, api_url: str, fatal: int, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the library, to die at point ``fatal`` (0: to live and count)."""
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(root.parent),
        "PAPERNOTES_STATE_DIR": str(root.parent / "state"),
        "PAPERNOTES_ARXIV_API_URL": api_url,
        "PAPERNOTES_ARXIV_DELAY_SECONDS": "0",
        "PYTHONDONTWRITEBYTECODE": "1",  # or the first run would have more points
        **{name: os.environ[name] for name in os.environ if name.startswith("PAPERNOTES_CRASH_")},
    }
    return subprocess.run(
        [sys.executable, str(KILLER), str(fatal), *args],
        cwd=root,
        env=environ,
        check=False,
        capture_output=True,
        text=True,
    )


def texts(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("notes", "bib")
        for path in (root / folder).rglob("*")
        if path.is_file()
    }


def check_whole(root: Path, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Let the next command mend the library, then compare it with one made from its files."""
    with open_library(root) as library:
        mended = answers(library, WORDS)
    files = texts(root)
    assert files in (before, after), sorted(files)
    assert not [path for path in root.rglob("*") if path.name.startswith(TEMP_PREFIX)]
    assert not list((root / "index").glob("journal*"))
    fresh = root.parent / "fresh"
    shutil.copytree(root, fresh, ignore=shutil.ignore_patterns("index"))
    with open_library(fresh) as library:
        assert answers(library, WORDS) == mended
    shutil.rmtree(fresh)


@WITHOUT_COMPILER
@pytest.mark.parametrize(
    ("command", "edit"),
    [
        (("add", "1706.03762", "1412.6980"), {}),
        (("sync",), {"notes/a.md": "# Apples\n\nchanged, see [@doe2021]\n", "notes/b.md": None}),
        (("sync", "--rebuild"), {}),
        (("new", "Apples and pears"), {}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
@pytest.mark.fault(1, 2, 5)
def test_killed_at_any_point_nothing_is_lost(
    tmp_path: Path, stand_in: StandIn, command: tuple[str, ...], edit: dict[str, str | None]
) -> None:
    base = tmp_path / "base"
    write(base, "notes/a.md", "# Apples\n\nI know [@doe2020] and [[b]].\n")
    write(base, "notes/b.md", "# Bees\n")
    write(base, "bib/mine.bib", entry("doe2020", "On Apples", year="2020"))
    write(base, "bib/other.bib", entry("doe2021", "On Adam", year="2021"))
    with open_library(base) as library:
        library.sync()
    root = tmp_path / "lib"

    def begin() -> dict[str, bytes]:
        """Make the library anew, in the same folder, and edit it as the case wants."""
        if root.exists():
            shutil.rmtree(root)
        shutil.copytree(base, root, ignore=shutil.ignore_patterns("index"))
        shutil.rmtree(tmp_path / "state" / "answers", ignore_errors=True)
        with open_library(root) as library:
            library.sync()
        for path, text in edit.items():
            if text is None:
                (root / path).unlink()
            else:
                write(root, path, text)
        return texts(root)

    before = begin()
    counted = run(root, stand_in.api_url, 0, *command)
    assert counted.returncode == 0, counted.stderr
    after = texts(root)
    found = re.search(r"points: (\d+)", counted.stderr)
    assert found is not None
    points = int(found[1])
    assert points > 5
    firsts, lasts = {1, 2, 3}, {points - 2, points - 1, points}
    chosen = sorted({*range(1, points + 1, EVERY)} | firsts | lasts)
    deaths = 0
    for fatal in chosen:
        before = begin()
        died = run(root, stand_in.api_url, fatal, *command)
        assert died.returncode in {0, 137}, f"point {fatal}: {died.stderr}"
        deaths += died.returncode == 137
        with open_library(root) as library:
            library.sync()
        now = texts(root)
        for key in ("vaswani2017attention", "kingma2014adam"):  # one may be whole, the other not
            pair = {f"bib/{key}.bib", f"notes/{key}.md"}
            assert pair <= now.keys() or not pair & now.keys(), f"point {fatal}"
        reached = {path: data for path, data in after.items() if path in now}
        check_whole(root, before, reached)
    # A file that is still young is looked at once more, so a run may have a few points less.
    assert deaths >= len(chosen) - 3


@pytest.mark.fault(2, 41)
def test_killed_at_any_commit_a_new_index_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERNOTES_CRASH_SEGMENTS", "yes")
    base, root = tmp_path / "base", tmp_path / "lib"
    for number in range(9):
        write(base, f"notes/{number}.md", f"# Apples {number}\n\nadam and [[{number + 1}]]\n")
    write(base, "bib/mine.bib", entry("doe2020", "On Adam", year="2020"))

    def begin() -> None:
        if root.exists():
            shutil.rmtree(root)
        shutil.copytree(base, root, ignore=shutil.ignore_patterns("index"))
        with open_library(root) as library:
            library.sync()

    begin()
    before = texts(root)
    counted = run(root, NOWHERE, 0, "sync", "--rebuild")
    assert counted.returncode == 0, counted.stderr
    found = re.search(r"points: (\d+)", counted.stderr)
    assert found is not None
    points = int(found[1])
    left: set[int] = set()
    for fatal in sorted({*range(1, points + 1, EVERY), points - 1, points}):
        begin()
        died = run(root, NOWHERE, fatal, "sync", "--rebuild")
        assert died.returncode in {0, 137}, f"point {fatal}: {died.stderr}"
        with open_library(root) as library:
            left.add(library.sync().documents_indexed)
            assert library.sync().documents_indexed == 0
            assert library.search("adam").total == 10, f"point {fatal}"
        assert len(list((root / "index/whoosh").glob("g*"))) == 1, f"point {fatal}"
        check_whole(root, before, before)
    assert left > {0, 10}
    assert len(left) > 3, "what a killed build had done is not done again"


@WITHOUT_COMPILER
@pytest.mark.parametrize("command", [("update",), ("pdf", "vaswani2017attention")])
def test_killed_at_any_point_the_next_run_ends_the_same(
    tmp_path: Path, stand_in: StandIn, command: tuple[str, ...]
) -> None:
    base, root = tmp_path / "base", tmp_path / "lib"
    with open_library(base, api_url=stand_in.api_url) as library:
        library.add(["1706.03762v1"])

    def begin() -> None:
        if root.exists():
            shutil.rmtree(root)
        shutil.copytree(base, root, ignore=shutil.ignore_patterns("index"))
        shutil.rmtree(tmp_path / "state" / "answers", ignore_errors=True)
        with open_library(root) as library:
            library.sync()

    begin()
    before = whole(root)
    counted = run(root, stand_in.api_url, 0, *command)
    assert counted.returncode == 0, counted.stderr
    after = whole(root)
    assert before != after
    found = re.search(r"points: (\d+)", counted.stderr)
    assert found is not None
    points = int(found[1])
    chosen = sorted({*range(1, points + 1, EVERY), 1, 2, points - 1, points})
    deaths = 0
    for fatal in chosen:
        begin()
        died = run(root, stand_in.api_url, fatal, *command)
        assert died.returncode in {0, 137}, f"point {fatal}: {died.stderr}"
        deaths += died.returncode == 137
        for path, data in whole(root).items():
            if Path(path).name.startswith(TEMP_PREFIX):
                continue  # gone with the next run
            assert data in (before.get(path), after.get(path)), f"point {fatal}: {path}"
        again = run(root, stand_in.api_url, 0, *command)
        assert again.returncode == 0, f"point {fatal}: {again.stderr}"
        assert whole(root) == after, f"point {fatal}"
        check_whole(root, texts(root), texts(root))
    assert deaths >= len(chosen) - 3


def whole(root: Path) -> dict[str, bytes]:
    """Return all files of the library that have a name of their own, PDFs too."""
    pdfs = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.glob("pdf/*.pdf")}
    return texts(root) | pdfs


@WITHOUT_COMPILER
@pytest.mark.parametrize(
    "command",
    [("rename", "ann", "new"), ("rename", "--all", "--yes", "--template", "{auth}")],
    ids=["one", "all"],
)
@pytest.mark.fault(4)
def test_killed_at_any_point_a_renaming_is_done_or_never_was(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    base, root = tmp_path / "base", tmp_path / "lib"
    for number, (key, other) in enumerate((("ann", "ben"), ("ben", "ann"), ("cid", "cid"))):
        made = paper(key, arxiv_id=f"2002.0000{number + 1}", authors=(Author(other),))
        write(base, f"bib/{key}.bib", bib.render(made))
        write(base, f"notes/{key}.md", f"---\npaper: {key}\n---\n# About {other}\n")
        write(base, f"pdf/{key}.pdf", f"%PDF-1.4 {other}\n".encode())
        os.utime(base / f"pdf/{key}.pdf", (10**9 + number, 10**9 + number))
    write(base, "notes/a.md", "# Apples\n\n@ann and [[ben]], [@cid].\n")

    def begin() -> None:
        if root.exists():
            shutil.rmtree(root)
        shutil.copytree(base, root, ignore=shutil.ignore_patterns("index"))
        with open_library(root) as library:
            library.sync()

    begin()
    before = whole(root)
    counted = run(root, NOWHERE, 0, *command)
    assert counted.returncode == 0, counted.stderr
    after = whole(root)
    assert len(after) == len(before)
    assert after != before
    found = re.search(r"points: (\d+)", counted.stderr)
    assert found is not None
    points = int(found[1])
    deaths, ends = 0, set()
    for fatal in sorted({*range(1, points + 1, EVERY), points - 1, points}):
        begin()
        died = run(root, NOWHERE, fatal, *command)
        assert died.returncode in {0, 137}, f"point {fatal}: {died.stderr}"
        deaths += died.returncode == 137
        with open_library(root) as library:
            library.sync()
        assert whole(root) in (before, after), f"point {fatal}"
        ends.add(whole(root) == after)
        check_whole(root, texts(root), texts(root))
    assert deaths > points // EVERY - 3
    assert ends == {True, False}


@WITHOUT_COMPILER
@pytest.mark.parametrize("verb", ["remove", "restore"])
@pytest.mark.fault(4)
def test_killed_at_any_point_nothing_is_lost_on_the_way_to_the_trash_or_back(
    tmp_path: Path, verb: str
) -> None:
    base, root = tmp_path / "base", tmp_path / "lib"
    for number, key in enumerate(("ann", "ben"), 1):
        made = paper(key, arxiv_id=f"2002.0000{number}", authors=(Author(key),))
        write(base, f"bib/{key}.bib", bib.render(made))
        write(base, f"notes/{key}.md", f"---\npaper: {key}\n---\n# About {key}, adam\n")
    write(base, "pdf/ann.pdf", b"%PDF-1.4 ann\n")
    write(base, "notes/deep/a.md", "# Apples\n\n@ann and [[ben]].\n")
    both = ("ann", "deep/a")

    def begin() -> None:
        if root.exists():
            shutil.rmtree(root)
        shutil.copytree(base, root, ignore=shutil.ignore_patterns("index"))
        with open_library(root) as library:
            library.sync()
            if verb == "restore":
                library.remove(both)

    begin()
    before = whole(root)
    counted = run(root, NOWHERE, 0, verb, *both)
    assert counted.returncode == 0, counted.stderr
    after = whole(root)
    assert abs(len(after) - len(before)) == 4
    found = re.search(r"points: (\d+)", counted.stderr)
    assert found is not None
    points = int(found[1])
    deaths, ends = 0, set()
    for fatal in sorted({*range(1, points + 1, EVERY), points - 1, points}):
        begin()
        died = run(root, NOWHERE, fatal, verb, *both)
        assert died.returncode in {0, 137}, f"point {fatal}: {died.stderr}"
        deaths += died.returncode == 137
        with open_library(root) as library:
            library.sync()
            now = whole(root)
            assert now in (before, after), f"point {fatal}"
            ends.add(now == after)
            if "notes/ann.md" in now:
                library.remove(both)
            assert {each.ref for each in library.trash().results} == set(both), f"point {fatal}"
            library.restore(both)
            assert library.trash().results == ()
        assert whole(root) == max(before, after, key=len), f"point {fatal}"
        assert os.listdir(root / ".trash") == []
        check_whole(root, texts(root), texts(root))
    assert deaths > points // EVERY - 3
    assert ends == {True, False}


def blog_of(root: Path) -> dict[str, bytes]:
    """Return the files of the blog beside a library, without the ledger."""
    blog = root.parent / "blog"
    return {
        path.relative_to(blog).as_posix(): path.read_bytes()
        for path in blog.rglob("*")
        if path.is_file() and path.name != LEDGER_NAME
    }


@WITHOUT_COMPILER
@pytest.mark.fault(3, 60)
def test_killed_at_any_write_an_export_leaves_whole_files_and_a_rerun_completes_it(
    tmp_path: Path,
) -> None:
    root, blog, old = tmp_path / "lib", tmp_path / "blog", tmp_path / "old"
    published = "---\ntitle: {0}\ncreated: 2026-01-02\npublish: true\n---\n{1}\n"
    write(root, "papernotes.toml", '[export.blog]\ndir = "../blog"\n')
    for name in ("stays", "changes", "goes", "moves"):
        write(root, f"notes/{name}.md", published.format(name, f"![[{name}.png]] [[stays]]"))
        (root / f"notes/{name}.png").write_bytes(make_png())
    write(blog, "_posts/2020-01-01-mine.md", "mine\n")
    run(root, NOWHERE, 0, "export")
    shutil.copytree(blog, old)
    before = blog_of(root)
    write(root, "notes/changes.md", published.format("changes", "Other words. ![[goes.png]]"))
    write(root, "notes/comes.md", published.format("comes", "New."))
    (root / "notes/goes.md").unlink()
    write(root, "notes/moves.md", published.format("m\nslug: elsewhere", "![[moves.png]]"))

    def begin() -> None:
        shutil.rmtree(blog)
        shutil.copytree(old, blog)

    counted = run(root, NOWHERE, 0, "export")
    found = re.search(r"points: (\d+)", counted.stderr)
    assert counted.returncode == 0, counted.stderr
    assert found is not None
    after = blog_of(root)
    kept = (blog / LEDGER_NAME).read_bytes()
    assert len({*before.items()} ^ {*after.items()}) >= 8
    deaths = 0
    for fatal in range(1, int(found[1]) + 1, EVERY):
        begin()
        deaths += run(root, NOWHERE, fatal, "export").returncode == 137
        for path, data in blog_of(root).items():
            if TEMP_PREFIX not in path:
                assert data in (before.get(path), after.get(path)), f"point {fatal}: {path}"
        assert run(root, NOWHERE, 0, "export").returncode == 0
        assert blog_of(root) == after, f"point {fatal}"
        assert (blog / LEDGER_NAME).read_bytes() == kept, f"point {fatal}"
    assert deaths > 5
