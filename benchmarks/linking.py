"""Measures what links cost in a library of 10,000 notes with 50,000 links, as Markdown.

Usage: python benchmarks/linking.py [--notes 10000] [--rounds 5] [--write docs/performance-links.md]

Half of the notes are about a paper each. A note is 4 kB of real abstracts with headings, a list,
code and math, and has five links: citations, wiki links, arXiv URLs, links by title, to files, and
some to notes that do not exist.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from library import RECORDS, iter_papers
from measure import Case, compare

from papernotes import bib
from papernotes.ids import portable_slug
from papernotes.library import Library
from papernotes.notes import starting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.models import Paper

_DAY = date(2026, 11, 22)
_BASE = "python -c 'import click'"
_PACKAGES = ("click", "sqlite-utils", "whoosh3", "PyYAML")
_CHARACTERS = 3_100  # of text, before the last paragraph and the front matter
_SIZES = 4  # of libraries, each twice the one before, to see how costs grow

# Takes all entries and all notes into a new store, then a note that changed, in a process of its
# own; prints CPU seconds of each, of reading and hashing the same files first, and of resolving all
# links at once.
CHILD = """
import gc, json, sys, time
from pathlib import Path
from papernotes import files
from papernotes.store import connect
from papernotes.store.create import create
from papernotes.store.read import Store
from papernotes.sync import apply, look, plan
gc.set_threshold(50_000, 20, 50)  # as the command line does
root, database = Path(sys.argv[1]), Path(sys.argv[2])
def timed(act):
    started = time.process_time()
    act()
    return time.process_time() - started
create(database)
store = Store(connect.connect(database), database)
scan = look.look(root)
base = timed(lambda: [files.digest(files.read(root / path)) for path in scan.files])
def added(folder):
    paths = tuple(path for path in scan.files if path.startswith(folder))
    return plan.Plan(added=paths)
entries = timed(lambda: apply.apply(root, added("bib/"), scan, store, parse_bib=bib.parse_bytes))
first = timed(lambda: apply.apply(root, added("notes/"), scan, store, parse_bib=bib.parse_bytes))
path = "notes/free-7.md"
with (root / path).open("a") as note:
    note.write("One more: [[free-8]].\\n")
seen = look.look_at(root, [path])
changed = plan.diff(seen, store.files_at([path]), force=True)
one = timed(lambda: apply.apply(root, changed, seen, store, parse_bib=bib.parse_bytes))
count = []
query = "SELECT count(*), count(to_owner) FROM resolved_links"
resolving = min(timed(lambda: count.append(store.rows_of(query)[0])) for _ in range(3))
print(json.dumps([base, entries, first, one, resolving, *count[0]]))
"""


@dataclass(frozen=True)
class Growth:
    """CPU seconds for a library of ``notes``; ``base`` is reading and hashing its files."""

    notes: int
    base: float
    entries: float
    first: float
    one: float
    resolving: float
    links: int
    resolved: int


def main() -> None:
    """Make the libraries, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    if not RECORDS.is_file():
        sys.exit(f"{RECORDS}: not there; the benchmark needs the corpus of arXiv records")
    with tempfile.TemporaryDirectory() as folder:
        report = _measure(Path(folder), chosen.notes, chosen.rounds)
    print(report)
    if chosen.write:
        chosen.write.write_text(report + "\n", encoding="utf-8")


def make(root: Path, count: int) -> None:
    """Write a library of so many notes with five links each; it is not synced."""
    Library.init(root)
    papers = list(islice(iter_papers(), count // 2))
    free = [f"free-{number}" for number in range(count - len(papers))]
    rng = random.Random(count)
    abstracts = [paper.abstract for paper in papers]
    for paper in papers:
        slug = portable_slug(paper.citekey)
        (root / "bib" / f"{slug}.bib").write_text(bib.render(paper), encoding="utf-8")
        text = starting.render_paper_note(paper, created=_DAY)
        text += _body(rng, abstracts, _links(rng, papers, free)[2:])  # it has two to arXiv already
        (root / "notes" / f"{slug}.md").write_text(text, encoding="utf-8")
    for name in free:
        text = starting.render_free_note(f"Thoughts {name}", kind="note", created=_DAY)
        text += _body(rng, abstracts, _links(rng, papers, free))
        (root / "notes" / f"{name}.md").write_text(text, encoding="utf-8")


def _links(rng: random.Random, papers: Sequence[Paper], free: Sequence[str]) -> list[str]:
    first, second, third = rng.choices(papers, k=3)
    last = rng.choice(
        [
            f"[[{third.title.replace('[', '(').replace(']', ')')}]]",
            f"[it](https://arxiv.org/abs/{third.arxiv_id})",
            f"[there]({rng.choice(free)}.md)",
            f"[[not-written-{rng.randrange(500)}]]",
        ]
    )
    return [
        f"[@{first.citekey}, p. 3]",
        f"@{second.citekey}",
        f"[[{rng.choice(free)}]]",
        f"[[{third.citekey}|{third.citekey}]]",
        last,
    ]


def _body(rng: random.Random, abstracts: Sequence[str], links: Sequence[str]) -> str:
    parts = ["\n## What it says\n", f"- a list with $x_{{{rng.randrange(9)}}}$\n- of two\n"]
    parts.append("```python\nfor step in range(10):\n    print(step)\n```\n")
    parts += [f"As {link} has it. {rng.choice(abstracts)[:500]}\n" for link in links]
    parts.append("## What I make of it\n")
    while sum(map(len, parts)) < _CHARACTERS:
        parts.append(rng.choice(abstracts)[:900] + "\n")
    return "\n".join(parts)


def _measure(folder: Path, count: int, rounds: int) -> str:
    os.environ["PAPERNOTES_STATE_DIR"] = str(folder / "state")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # installed programs are compiled once
    grown = []
    for size in [count >> step for step in reversed(range(_SIZES))]:
        root = folder / str(size)
        make(root, size)
        grown.append(_grow(root, size, folder / f"{size}.db"))
    root = folder / str(count)
    with Library.open(root) as library:
        library.sync()
    key = max((path.stem for path in (root / "bib").glob("*.bib")), key=len)
    words = [("list",), ("show", key), ("links", key), ("links",), ("related", key), ("next",)]
    program = str(Path(sys.executable).with_name("papernotes"))
    cases = [Case(f"papernotes {' '.join(_short(w))}", [program, *w], root) for w in words]
    base = Case(_BASE, [sys.executable, "-c", "import click"], folder)
    return _report(grown, compare(base, cases, os.environ, rounds), rounds)


def _short(words: tuple[str, ...]) -> list[str]:
    return [words[0], *("KEY" for _ in words[1:])]


def _grow(root: Path, size: int, database: Path) -> Growth:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(root), str(database)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Growth(size, *json.loads(done.stdout))


def _report(grown: list[Growth], found: dict, rounds: int) -> str:  # type: ignore[type-arg]
    most = grown[-1]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _PACKAGES)
    lines = [
        "# What links cost",
        "",
        f"A library of {most.notes:,} notes of 4 kB, half of them about a paper each, with "
        f"{most.links:,} links, {most.resolved:,} of which lead somewhere. All in one run. Made by "
        "`make bench`.",
        "",
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; {versions}.",
        "",
        "CPU seconds of a first sync within one process, the index aside. The base, which the "
        "ratio is of, is reading and hashing the same files.",
        "",
        "| notes | links | base | all entries | all notes | ratio | one changed note "
        "| resolving all |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {each.notes:,} | {each.links:,} | {each.base:.2f} | {each.entries:.1f} "
        f"| {each.first:.1f} | {(each.entries + each.first) / each.base:.0f} "
        f"| {each.one:.3f} | {each.resolving:.3f} |"
        for each in grown
    ]
    steps = [
        (after.resolving / before.resolving, after.first / before.first)
        for before, after in pairwise(grown)
    ]
    lines += [
        "",
        "Each line has twice the notes of the one before: resolving costs "
        f"{statistics.geometric_mean(step for step, _ in steps):.2f} times as much, taking in "
        "notes "
        f"{statistics.geometric_mean(step for _, step in steps):.2f} times (2 is linear, 4 is the "
        "square).",
        "",
        f"Whole processes on the largest, {rounds} rounds after a warm-up, medians; `list` is a "
        "reading command with nothing to take in.",
        "",
        "| command | CPU ms | wall ms | peak MB | ratio |",
        "|---|--:|--:|--:|--:|",
    ]
    lines += [
        f"| `{name}` | {run.cpu * 1000:.0f} | {run.wall * 1000:.0f} | {run.peak_mb:.0f} "
        f"| {ratio:.2f} |"
        for name, (run, ratio) in found.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
