"""Measures finding in libraries of 10,000 and 100,000 papers, and prints it as Markdown.

Usage: python benchmarks/searching.py [--papers 10000] [--rounds 7] [--peers FOLDER]
       [--large FOLDER|make] [--write docs/performance-search.md]

``--peers`` is a folder of virtual environments named papis, pubs and cobib, each with that
program; those that are there search the same records. ``--large`` is a library that
benchmarks/large.py made and synced, or ``make`` to make one here (a quarter of an hour).
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import large
from library import RECORDS, iter_papers, make
from measure import Case, Run, absolute, compare, run
from peers import QUESTIONS, Peer, prepare

from papernotes.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BASE = "python -c 'import click'"
PROGRAM = str(Path(sys.executable).with_name("papernotes"))
PACKAGES = ("click", "whoosh3")
LOOK = """
import os
for name in ("notes", "bib", "pdf"):
    folder = os.open(name, os.O_RDONLY)
    for each in os.listdir(folder):
        os.stat(each, dir_fd=folder, follow_symlinks=False)
"""
"""The calls alone that ask the system how each file of a library stands."""

AT_MOST = (0.30, 50)  # CPU seconds and MB of a plain question
LONGEST = 2.0
PLAIN = {
    "a frequent word": ("search", "attention"),
    "a rare word": ("search", "hippocampus"),
    "two words": ("search", "attention", "transformer"),
    "three words": ("search", "deep", "neural", "network"),
    "a phrase": ("search", '"neural network"'),
    "a word of the title": ("search", "title:attention"),
    "an author": ("search", "author:zhang"),
    "a word, a range of years": ("search", "learning", "year:2015..2018"),
    "a word, a category": ("search", "learning", "cat:cs.CL"),
    "a word, a state": ("search", "learning", "status:unread"),
}
OTHER = {
    "any of ten words": ("search", " OR ".join("graph image text speech robot game protein galaxy quantum market".split())),  # noqa: E501, SIM905
    "without a word": ("search", "learning NOT deep"),
    "only without": ("search", "NOT learning"),
    "a beginning": ("search", "trans*"),
    "fuzzy": ("search", "atention~"),
    "near": ("search", '"neural learning"~3'),
    "misspelt": ("search", "transfromer atention"),
    "only stop words": ("search", "the of and"),
    "a title as pasted": ("search", "Deep residual learning for image recognition in the wild"),
    "nothing is there": ("search", "zzqxv"),
    "newest first": ("search", "--sort", "added", "learning"),
    "all hits": ("search", "-n", "0", "transformer"),
    "no words": ("search", "year:2019 cat:cs.LG"),
    "list": ("list",),
    "list by title": ("list", "--sort", "title"),
    "counted": ("list", "--count", "year"),
    "counted, of a word": ("list", "--count", "author", "learning"),
    "sync, nothing to do": ("sync",),
}  # fmt: skip


def main() -> None:
    """Make the libraries, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peers", type=absolute)
    parser.add_argument("--large")
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    if not RECORDS.is_file():
        sys.exit(f"{RECORDS}: not there; the benchmark needs the corpus of arXiv records")
    with tempfile.TemporaryDirectory() as folder:
        lines = list(report(Path(folder), chosen))
    print("\n".join(lines))
    if chosen.write:
        chosen.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def report(folder: Path, chosen: argparse.Namespace) -> Iterator[str]:
    """Yield the lines of the report."""
    os.environ.setdefault("PAPERNOTES_STATE_DIR", str(folder / "state"))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # installed programs are compiled once
    library = folder / "library"
    make(library, chosen.papers)
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    yield from (
        "# Finding",
        "",
        f"Whole processes, all in one run: the commands in turn, {chosen.rounds} rounds after a "
        "warm-up, medians; peaks are the highest seen. The ratio is of CPU time to "
        f"`{BASE}` just before, pair by pair. Made by `make bench`.",
        "",
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; {versions}.",
        "",
        f"## {chosen.papers:,} real papers, each with a note of 300 words",
        "",
        f"At most {AT_MOST[0]:.2f} s and {AT_MOST[1]} MB for the first "
        f"{len(PLAIN)}; none over {LONGEST:.0f} s. Every answer has its fragments.",
        "",
    )
    yield from _table(library, chosen.rounds)
    if chosen.peers is not None:
        yield from _against(folder, library, chosen)
    if chosen.large == "make":
        chosen.large = str(folder / "large")
        large.make(Path(chosen.large), 100_000, "entries")
    if chosen.large:
        yield from _at_size(Path(chosen.large), chosen.rounds)


def _table(library: Path, rounds: int) -> Iterator[str]:
    yield "| question | command | hits | CPU ms | wall ms | peak MB | ratio |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    questions = {**PLAIN, **OTHER}
    cases = [_case(library, name, words) for name, words in questions.items()]
    with Library(library) as opened:  # whatever is not made yet, is made now
        opened.sync()
    for case in cases:
        run(case, os.environ)
    base = Case(BASE, [sys.executable, "-c", "import click"], library)
    found = compare(base, cases, os.environ, rounds)
    for name, words in questions.items():
        result, ratio = found[name]
        shown = shlex.join(("papernotes", *words)).replace("|", "\\|")
        yield (
            f"| {name} | `{shown}` | {_hits(library, words)} | {_figures(result)} | {ratio:.1f} |"
        )
    yield from ("", f"`{BASE}`: {found[BASE][0].cpu * 1000:.0f} ms.")


def _case(library: Path, name: str, words: Sequence[str]) -> Case:
    return Case(name, [PROGRAM, *words], library, fine=(0, 1))


def _hits(library: Path, words: Sequence[str]) -> str:
    """Return how many documents answer a question."""
    if words[0] != "search":
        return ""
    query = words[-1] if words[1].startswith("-") else " ".join(words[1:])
    with Library(library) as opened:
        return f"{opened.search(query, limit=1).total:,}"


def _figures(result: Run) -> str:
    return f"{result.cpu * 1000:.0f} | {result.wall * 1000:.0f} | {result.peak_mb:.0f}"


def _against(folder: Path, library: Path, chosen: argparse.Namespace) -> Iterator[str]:
    """Yield a table for each question: papernotes and the others, in turn."""
    place = folder / "peers"
    place.mkdir()
    ready = list(prepare(chosen.peers, place, list(islice(iter_papers(), chosen.papers))))
    yield from ("", f"## Against others, on the same {chosen.papers:,} records", "")
    yield (
        "All hits are listed, by name. The ratio is of CPU time to that of papernotes just before. "
        "papernotes first looks whether any file of the library has changed, and searches "
        "abstracts and notes too; the databases of papis answer as of the last time they were "
        "told of a change, and its sqlite and whoosh ones know no abstracts."
    )
    for said in ready:
        if isinstance(said, str):
            yield from ("", said)
    yield from ("", "| question | program | lines out | CPU ms | wall ms | peak MB | ratio |")
    yield "|---|---|--:|--:|--:|--:|--:|"
    for question in QUESTIONS:
        ours = Case("papernotes", [PROGRAM, *question.ours], library, fine=(0, 1))
        asked = [each.case(question) for each in ready if isinstance(each, Peer)]
        cases = [case for case in asked if case is not None]
        found = compare(ours, cases, os.environ, chosen.rounds)
        for case in (ours, *cases):
            result, ratio = found[case.name]
            yield (
                f"| {question.name} | {case.name} | {_lines(case)} | {_figures(result)} "
                f"| {ratio:.1f} |"
            )
    yield from _least(library, chosen.rounds)


def _least(library: Path, rounds: int) -> Iterator[str]:
    """Say what a search costs that asks how each file stands, before it searches anything."""
    base = Case(BASE, [sys.executable, "-c", "import click"], library)
    looking = Case("look", [sys.executable, "-c", f"import click\n{LOOK}"], library)
    found = compare(base, [looking], os.environ, rounds)
    start, both = (found[name][0].cpu * 1000 for name in (BASE, "look"))
    files = sum(1 for name in ("notes", "bib", "pdf") for _ in (library / name).iterdir())
    yield from (
        "",
        f"What no search by papernotes can be quicker than: to start Python with click "
        f"({start:.0f} ms) and to ask the system how each of {files:,} files stands, the calls "
        f"alone and nothing done with the answers, is {both:.0f} ms of CPU. papis with sqlite asks "
        "of none; that is why it is ahead, and not to be overtaken by a program that sees every "
        "edit at once.",
    )


def _lines(case: Case) -> str:
    """Return how many lines a command prints, about one for each hit."""
    environ = os.environ if case.environ is None else case.environ
    done = subprocess.run(
        case.command,
        cwd=case.folder,
        env=dict(environ),
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    return f"{len(done.stdout.splitlines()):,}"


def _at_size(library: Path, rounds: int) -> Iterator[str]:
    with Library(library) as opened:
        opened.sync()
        report = opened.sync()
    count = sum(1 for folder in ("notes", "bib") for _ in (library / folder).iterdir())
    yield from (
        "",
        f"## {report.papers:,} papers, each with a note of 300 words, in {count:,} files",
        "",
        "The real records and variations of them, a thousand entries to a .bib file and one note "
        "to a file (benchmarks/large.py). At most 1 s, 2 s for sync, and 150 MB.",
        "",
    )
    yield from _table(library, max(3, rounds // 2))


if __name__ == "__main__":
    main()
