"""Measures what making and keeping the search index costs, as Markdown.

Usage: python benchmarks/building.py [--papers 10000] [--rounds 3] [--edits 200] [--write FILE]

The documents are real papers, each with a note of 300 words. Whoosh's side is its own writer as it
comes, with a StemmingAnalyzer on title, authors, abstract and note. Each build is a process of its
own that reads the documents from the same store; they take turns, and medians are shown. Last, one
note after another is changed and synced.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from library import RECORDS, make
from measure import Case, compare

_SYNC = (str(Path(sys.executable).with_name("papernotes")), "sync")

# Prints documents, wall seconds, CPU seconds, peak MB of this process and of the processes it
# started, summed as if all had their peaks at once, and the number of segments.
CHILD = """
import gc, json, resource, sys, time
from pathlib import Path
from papernotes.library.indexed import documents
from papernotes.store import connect
from papernotes.store.read import Store

gc.set_threshold(50_000, 20, 50)  # as the command line does
how, database, place = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
store = Store(connect.connect(database), database)
ids = store.document_ids()
place.mkdir()


def ours(processes):
    from papernotes.index import building

    folder = building.find(place, building.begin(place))
    source = building.Source(lambda part: documents(store, part), lambda part: None)
    building.fill(folder, ids, source, processes=processes)
    building.swap(place, folder)


def whoosh():
    from whoosh import fields, index
    from whoosh.analysis import StemmingAnalyzer

    texts = {
        name: fields.TEXT(analyzer=StemmingAnalyzer())
        for name in ("title", "authors", "abstract", "note")
    }
    made = index.create_in(str(place), fields.Schema(id=fields.ID(stored=True), **texts))
    writer = made.writer()
    for each in documents(store, ids):
        writer.add_document(
            id=str(each.id),
            title=each.title,
            authors=", ".join(each.authors),
            abstract=each.abstract,
            note=each.note,
        )
    writer.commit()


started = time.perf_counter()
whoosh() if how == "whoosh" else ours(int(how))
wall = time.perf_counter() - started
here, there = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
cpu = sum(each.ru_utime + each.ru_stime for each in (here, there))
count = 0 if how in ("1", "whoosh") else int(how)
peak = (here.ru_maxrss + count * there.ru_maxrss) / 1024
print(json.dumps([len(ids), wall, cpu, peak, len(list(place.rglob("*.trm")))]))
"""

# Changes one note after another; prints CPU milliseconds of each sync and of one with nothing to
# do, the segments at the end, and milliseconds of a search before and after.
EDITS = """
import gc, json, random, sys, time
from pathlib import Path
from papernotes.library import Library

gc.set_threshold(50_000, 20, 50)
root, count = Path(sys.argv[1]), int(sys.argv[2])
notes = sorted((root / "notes").glob("*.md"))
rng = random.Random(count)


def timed(act):
    started = time.process_time()
    act()
    return 1000 * (time.process_time() - started)


with Library.open(root) as library:
    search = lambda: min(timed(lambda: library.search("neural network")) for _ in range(5))
    library.sync()
    still = min(timed(library.sync) for _ in range(5))
    before = search()
    costs = []
    for number in range(count):
        with rng.choice(notes).open("a") as note:
            note.write(f"\\nChanged: number{number}, with entropy.\\n")
        costs.append(timed(library.sync))
    after = search()
segments = len(list((root / "index/whoosh").rglob("*.trm")))
print(json.dumps([still, costs, segments, before, after]))
"""


@dataclass(frozen=True)
class Build:
    """What one build took; ``peak_mb`` is of all its processes."""

    documents: int
    wall: float
    cpu: float
    peak_mb: float
    segments: int


def main() -> None:
    """Make the library, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    if not RECORDS.is_file():
        sys.exit(f"{RECORDS}: not there; the benchmark needs the corpus of arXiv records")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "library"
        os.environ["PAPERNOTES_STATE_DIR"] = str(Path(folder) / "state")
        make(root, chosen.papers)
        report = _measure(root, chosen.rounds, chosen.edits)
    print(report)
    if chosen.write:
        chosen.write.write_text(report + "\n", encoding="utf-8")


def _measure(root: Path, rounds: int, edits: int) -> str:
    cores = len(os.sched_getaffinity(0))
    crew = min(4, max(2, cores))
    ways = {"Whoosh's writer": "whoosh", "one process": "1", f"{crew} processes": str(crew)}
    builds: dict[str, list[Build]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, how in ways.items():
            builds[name].append(_build(root, how))
    return "\n".join(
        [
            "# Making and keeping the search index",
            "",
            f"Made by `python benchmarks/building.py`: {next(iter(builds.values()))[0].documents:,}"
            " documents, each a real paper with a note of 300 words; medians of"
            f" {rounds} rounds, in turn. Python {platform.python_version()}, {platform.system()}"
            f" {platform.machine()}, {cores} cores;"
            f" whoosh3 {importlib.metadata.version('whoosh3')}.",
            "",
            *_build_table(builds),
            "",
            *_one_change(root, rounds),
            "",
            *_many_changes(root, edits),
        ]
    )


def _build(root: Path, how: str) -> Build:
    place = root.parent / "built"
    database = root / "index/papernotes.db"
    found = _child(CHILD, how, str(database), str(place))
    shutil.rmtree(place)
    return Build(*found)


def _child(program: str, *arguments: str) -> list[Any]:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: list[Any] = json.loads(done.stdout)
    return found


def _build_table(builds: dict[str, list[Build]]) -> list[str]:
    lines = [
        "| a full build by | documents/s | times Whoosh's | CPU s | times less | peak MB |"
        " segments |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    base = builds["Whoosh's writer"]
    for name, runs in builds.items():
        pairs = list(zip(base, runs, strict=True))
        speed = statistics.median(each.documents / each.wall for each in runs)
        ratio = statistics.median(one.wall / other.wall for one, other in pairs)
        cpu = statistics.median(each.cpu for each in runs)
        less = statistics.median(one.cpu / other.cpu for one, other in pairs)
        peak = max(each.peak_mb for each in runs)
        lines.append(
            f"| {name} | {speed:,.0f} | {ratio:.2f} | {cpu:.1f} | {less:.2f} | {peak:.0f} |"
            f" {runs[-1].segments} |"
        )
    return [*lines, "", "The peak is the sum over all processes. Wanted: 2.5 times, 500 MB."]


def _one_change(root: Path, rounds: int) -> list[str]:
    """Measure `papernotes sync` as a process after one note was changed, and with nothing to do."""
    note = next(iter(sorted((root / "notes").glob("*.md"))))

    def change() -> None:
        with note.open("a", encoding="utf-8") as file:
            file.write("\nOne more thought on entropy.\n")

    base = Case("nothing changed", _SYNC, root)
    runs = compare(base, [Case("one note changed", _SYNC, root, change)], os.environ, 3 * rounds)
    lines = ["| `papernotes sync` | CPU ms | wall ms | peak MB |", "|---|--:|--:|--:|"]
    for name, (run, _) in runs.items():
        values = f"{1000 * run.cpu:.0f} | {1000 * run.wall:.0f} | {run.peak_mb:.0f}"
        lines.append(f"| {name} | {values} |")
    more = 1000 * (runs["one note changed"][0].cpu - runs[base.name][0].cpu)
    told = f"{more:.0f} ms more, most of it the import of what reads notes and writes the index."
    return [*lines, "", f"One changed note costs a process of its own {told}"]


def _many_changes(root: Path, count: int) -> list[str]:
    """Change one note after another, in one process, as an open editor would have it."""
    still, costs, segments, before, after = _child(EDITS, str(root), str(count))
    each = [cost - still for cost in costs]
    return [
        f"{count} notes changed and synced one by one, in one process, beyond a sync that has"
        f" nothing to do ({still:.0f} ms): CPU {statistics.median(each):.0f} ms in the middle"
        f" (wanted: 60), {statistics.fmean(each):.0f} on average, at most {max(each):.0f}, since"
        f" small segments are folded; {segments} segments at the end. A search took"
        f" {before:.0f} ms before and {after:.0f} after.",
    ]


if __name__ == "__main__":
    main()
