"""A new index beside the old one: commit by commit, by several processes, gone on with."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.index import Document, IndexDamagedError, SearchIndex, building, folders
from papernotes.query import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

IDS = tuple(range(1, 61))
ASKED = ("paper", "number7", "even", '"of many"', "numb*", "-even", "numbr9~1")


def document(id_: int, word: str = "") -> Document:
    """Return a document with a word of its own; those with an even number share one."""
    rest = f"{'even' if id_ % 2 == 0 else 'odd'} {word}"
    return Document(id_, f"Paper number{id_} of many", note=rest, key=f"key{id_}")


def fetch(ids: Sequence[int]) -> Iterator[Document]:
    return (document(id_) for id_ in ids)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let segments be of few documents, and slices of fewer."""
    monkeypatch.setattr(building, "_SLICE", 3)
    monkeypatch.setattr(building, "_FEWEST_POSTINGS", 60)
    monkeypatch.setattr(building, "_POSTINGS_EACH", 0)


def begun(place: Path) -> Path:
    folder = building.find(place, building.begin(place))
    assert folder is not None
    return folder


def answers(place: Path) -> list[object]:
    index = SearchIndex(place)
    found = [index.search(parse(text), limit=0) for text in ASKED]
    index.close()
    return [index.doc_count(), *found]


def children() -> set[int]:
    """Return the processes this one has started and not waited for."""
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not listed.exists():
        pytest.skip("this system does not list the children of a process")
    return {int(each) for each in listed.read_text().split()}


@pytest.fixture
def expected(tmp_path: Path) -> list[object]:
    index = SearchIndex(tmp_path / "expected")
    index.rebuild(fetch(IDS))
    return answers(tmp_path / "expected")


@pytest.mark.parametrize("processes", [1, 3])
def test_what_is_built_in_parts_answers_as_what_is_made_at_once(
    tmp_path: Path, expected: list[object], processes: int
) -> None:
    place, done = tmp_path / "index", list[int]()
    seen: list[tuple[int, int]] = []
    folder = begun(place)
    before = children()
    source = building.Source(fetch, done.extend, lambda *at: seen.append(at))
    building.fill(folder, IDS, source, processes=processes)
    assert children() == before
    assert sorted(done) == list(IDS)
    assert seen[-1] == (60, 60)
    assert [at for at, _ in seen] == sorted(at for at, _ in seen)
    assert not SearchIndex(place).is_usable
    building.swap(place, folder)
    assert answers(place) == expected
    made = {path.name.partition(".")[0] for path in folder.glob("MAIN_*.trm")}
    assert len(made) > 3
    assert {path.name.partition(".")[0] for path in folder.glob("MAIN_*.*")} == made


@pytest.mark.parametrize("processes", [1, 2])
def test_a_build_that_is_stopped_keeps_what_it_did_and_the_old_index_answers(
    tmp_path: Path, expected: list[object], processes: int
) -> None:
    place, left = tmp_path / "index", set(IDS)
    SearchIndex(place).rebuild([Document(1, "The old one")])
    name = building.begin(place)
    before = children()

    def stopping(ids: Sequence[int]) -> Iterator[Document]:
        if len(left) < 40:
            raise KeyboardInterrupt
        return fetch(ids)

    with pytest.raises(KeyboardInterrupt):
        building.fill(
            building.find(place, name) or place,
            IDS,
            building.Source(stopping, left.difference_update),
            processes=processes,
        )
    assert children() == before
    assert 0 < len(left) < 40
    assert SearchIndex(place).search(parse("old")).total == 1
    folder = building.find(place, name)
    assert folder is not None
    again: list[int] = []
    building.fill(folder, sorted(left), building.Source(fetch, again.extend), processes=processes)
    assert set(again) == left
    building.swap(place, folder)
    assert answers(place) == expected
    assert [path.name for path in place.iterdir() if path.is_dir()] == [folder.name]


def test_what_changed_since_it_was_built_in_is_replaced_or_goes(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    ignored = building.Source(fetch, lambda _: None)
    building.fill(folder, IDS, ignored)

    def later(ids: Sequence[int]) -> Iterator[Document]:
        return (document(id_, "later") for id_ in ids if id_ != 7)

    building.fill(folder, (5, 6, 7), building.Source(later, lambda _: None))
    building.swap(tmp_path, folder)
    index = SearchIndex(tmp_path)
    assert index.doc_count() == 59
    assert [id_ for id_, _ in index.search(parse("later"), limit=0).hits] == [6, 5]
    assert index.search(parse("number7")).total == 0
    building.extend(tmp_path, (7,), ignored)
    assert index.search(parse("number7")).total == 1


def test_a_process_that_is_killed_is_said_and_its_part_done_by_others(
    tmp_path: Path, expected: list[object]
) -> None:
    said: list[str] = []
    done: list[int] = []
    before = children()

    def killing(ids: Sequence[int]) -> Iterator[Document]:
        workers = children() - before
        if 31 in ids and workers:
            os.kill(min(workers), signal.SIGKILL)
        return fetch(ids)

    folder = begun(tmp_path / "index")
    source = building.Source(killing, done.extend, None, said.append)
    building.fill(folder, IDS, source, processes=2)
    building.swap(tmp_path / "index", folder)
    assert said == ["a process that makes the search index ended (SIGKILL); going on"]
    assert sorted(done) == list(IDS)
    assert answers(tmp_path / "index") == expected
    assert children() == before


def test_without_any_process_left_it_is_done_here(tmp_path: Path, expected: list[object]) -> None:
    said: list[str] = []
    before = children()

    def killing(ids: Sequence[int]) -> Iterator[Document]:
        for worker in children() - before:
            os.kill(worker, signal.SIGKILL)
        return fetch(ids)

    folder = begun(tmp_path / "index")
    source = building.Source(killing, lambda _: None, None, said.append)
    building.fill(folder, IDS, source, processes=3)
    building.swap(tmp_path / "index", folder)
    assert len(said) == 3
    assert answers(tmp_path / "index") == expected


def test_where_no_process_can_be_started_it_is_done_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: list[object]
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    folder = begun(tmp_path / "index")
    building.fill(folder, IDS, building.Source(fetch, lambda _: None), processes=2)
    building.swap(tmp_path / "index", folder)
    assert answers(tmp_path / "index") == expected


def test_processes_import_nothing_from_where_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: list[object]
) -> None:
    library = tmp_path / "library"
    for name in ("papernotes", "whoosh", "marshal", "zlib", "gc"):
        (library / name).mkdir(parents=True)
        (library / name / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    monkeypatch.chdir(library)
    monkeypatch.setenv("PYTHONPATH", str(library))
    monkeypatch.setenv("PYTHONSTARTUP", str(library / "papernotes/__init__.py"))
    folder = begun(library / "index")
    said: list[str] = []
    source = building.Source(fetch, lambda _: None, None, said.append)
    building.fill(folder, IDS, source, processes=2)
    building.swap(library / "index", folder)
    assert said == []
    assert not (tmp_path / "ran").exists()
    assert answers(library / "index") == expected


def test_long_texts_are_sent_a_few_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: list[object]
) -> None:
    monkeypatch.setattr(building, "_MOST_CHARACTERS", 4)
    done: list[int] = []

    def some(ids: Sequence[int]) -> Iterator[Document]:
        return fetch([id_ for id_ in ids if id_ <= len(IDS)])

    folder = begun(tmp_path / "index")
    source = building.Source(some, done.extend)
    building.fill(folder, range(1, 71), source, processes=2)
    building.swap(tmp_path / "index", folder)
    assert sorted(done) == list(range(1, 71)), "those that are gone are done too"
    assert answers(tmp_path / "index") == expected


def test_texts_of_any_kind_reach_the_processes(tmp_path: Path) -> None:
    odd = Document(1, "\x00\ud800 needle", ("\ud800", "Ann"), "\ud800 x\ny", "\\" * 50_000)
    folder = begun(tmp_path)
    source = building.Source(lambda ids: [odd] if 1 in ids else [], lambda _: None)
    building.fill(folder, range(1, 9), source, processes=2)
    building.swap(tmp_path, folder)
    assert SearchIndex(tmp_path).search(parse("needle")).total == 1
    assert SearchIndex(tmp_path).doc_count() == 1


# --- what cannot be gone on with --------------------------------------------------------------


def test_what_was_not_begun_or_is_of_another_version_is_not_gone_on_with(tmp_path: Path) -> None:
    name = building.begin(tmp_path)
    folder = building.find(tmp_path, name)
    assert folder is not None
    version = folders.INDEX_VERSION
    (tmp_path / "g99").symlink_to(folder)
    for other in ("", f"{version}", f"{version + 1} {folder.name}", f"{version} ../{folder.name}"):
        assert building.find(tmp_path, other) is None
    assert building.find(tmp_path, f"{version} g99") is None
    shutil.rmtree(folder)
    assert building.find(tmp_path, name) is None


@pytest.mark.parametrize("ending", [".toc", ".trm", ".doc"])
@pytest.mark.parametrize("data", [None, b"", b"garbage" * 99])
def test_a_damaged_beginning_is_not_gone_on_with(
    tmp_path: Path, ending: str, data: bytes | None
) -> None:
    name = building.begin(tmp_path)
    folder = building.find(tmp_path, name)
    assert folder is not None
    building.fill(folder, IDS[:3], building.Source(fetch, lambda _: None))
    for path in folder.glob(f"*{ending}"):
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)
    assert building.find(tmp_path, name) is None
    with pytest.raises(IndexDamagedError):
        building.extend(tmp_path, (1,), building.Source(fetch, lambda _: None))


def test_beginning_anew_removes_what_was_begun_and_follows_no_link(tmp_path: Path) -> None:
    place = tmp_path / "index"
    SearchIndex(place).rebuild([document(1)])
    first = building.begin(place)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/precious").write_text("mine")
    (place / "g77").symlink_to(tmp_path / "elsewhere")
    second = building.begin(place)
    assert second != first
    assert building.find(place, first) is None
    assert (tmp_path / "elsewhere/precious").read_text() == "mine"
    assert not (place / "g77").exists()
    assert SearchIndex(place).doc_count() == 1


# --- readers and writers ----------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from papernotes.index import Document, SearchIndex, building

place = Path(sys.argv[1])
document = lambda id_: Document(id_, f"Paper number{id_}", note="always here")
index = SearchIndex(place)
everything = {id_: document(id_) for id_ in range(1, 31)}
for number in range(31, 91):
    everything[number] = document(number)
    index.update([everything[number]], fetch=lambda ids: [everything[id_] for id_ in ids])
    if number % 15 == 0:
        folder = building.find(place, building.begin(place))
        source = building.Source(lambda ids: [everything[id_] for id_ in ids], lambda _: None)
        building.fill(folder, sorted(everything), source, processes=1 + number % 2)
        building.swap(place, folder)
"""


def test_a_reader_is_right_while_another_process_commits_and_swaps(tmp_path: Path) -> None:
    SearchIndex(tmp_path).rebuild(
        Document(id_, f"Paper number{id_}", note="always here") for id_ in range(1, 31)
    )
    reader = SearchIndex(tmp_path)
    counts: list[int] = []
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], cwd=Path(__file__).parents[2]
    ) as writer:
        try:
            while writer.poll() is None or not counts:
                counts.append(reader.search(parse("always")).total)
                assert reader.search(parse("number17")).total == 1
                assert [id_ for id_, _ in reader.search(parse('"number3"')).hits] == [3]
                if len(counts) % 7 == 0:
                    reader.close()
        finally:
            with contextlib.suppress(ProcessLookupError):
                writer.kill()
    assert writer.returncode == 0
    assert counts == sorted(counts)
    assert len(set(counts)) > 5
    assert reader.search(parse("always")).total == 90
