"""Measures the everyday verbs of papernotes beside the same verbs of other programs, as Markdown.

Usage: python benchmarks/verbs.py --peers FOLDER [--papers 1000,10000] [--rounds 5] [--write FILE]

``--peers`` is a folder of virtual environments named papis, pubs and cobib (`make peers`). All get
the same real records. Where papernotes has a note of 300 words for each paper, the others have
none: they keep no notes, or look into none.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import sys
import tempfile
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING

from library import RECORDS, iter_papers, make
from measure import Case, Run, absolute, compare, run
from peers import Peer, prepare

from papernotes import bib

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from papernotes.models import Paper

PROGRAM = str(Path(sys.executable).with_name("papernotes"))
_ADDED = "zzadded{}"
_TAG = "alpha"
_WHY = (
    "Why some are quicker: papis with sqlite or whoosh answers as of the last time it was told of "
    "a change, where papernotes first asks the system about every file; that is most of what a "
    "small verb costs at 10,000 papers. For a bibliography papernotes reads each entry as it "
    "stands in its file, and leaves out what is private. A rebuild of papernotes indexes titles, "
    "abstracts and notes, word by word; the others keep a copy of the fields."
)
_ALL = "{everything}"  # the query that all match, as a program says it


@dataclass(frozen=True)
class Verb:
    """One thing to do, in the words of each program; one without words for it has none.

    ``undone`` are the words that undo it before the next round, not timed.
    """

    name: str
    words: Mapping[str, Sequence[str]]
    undone: Mapping[str, Sequence[str]]


def verbs(key: str) -> tuple[Verb, ...]:
    """Return what is done; ``key`` is the citation key of a paper that all have."""
    papis = ("export", "--all", "--batch", "--format", "bibtex", "--out", "out.bib")
    return (
        _verb("start", ["--version"], ["--version"], ["--version"], ["--version"]),
        _verb("list all", ["list", "-n", "0"], ["list", "--all", _ALL], ["list"], ["list"]),
        _verb(
            "an entry as BibTeX",
            ["bib", f"key:{key}", "-o", "out.bib"],
            [*papis, f"ref:{key}"],
            ["export", key],
            ["export", "--bibtex", "-s", "--", "out.bib", "--", key],
        ),
        _verb(
            "all as BibTeX",
            ["bib", "-o", "out.bib"],
            [*papis, _ALL],
            ["export"],
            ["export", "--bibtex", "--", "out.bib"],
        ),
        Verb(
            "tag one",
            {
                "papernotes": ["tag", key, f"+{_TAG}"],
                "papis": ["tag", "--batch", "--add", _TAG, f"ref:{key}"],
                "pubs": ["tag", key, f"+{_TAG}"],
                "cobib": ["modify", "-a", "-s", f"tags:{_TAG}", "--", key],
            },
            {
                "papernotes": ["tag", key, f"-{_TAG}"],
                "papis": ["tag", "--batch", "--remove", _TAG, f"ref:{key}"],
                "cobib": ["modify", "-r", "-s", f"tags:{_TAG}", "--", key],
            },
        ),
        _verb(
            "add one from BibTeX",
            ["add", "one.bib"],
            ["add", "--batch", "--from", "bibtex", "one.bib"],
            ["import", "one.bib"],
            ["add", "--bibtex", "one.bib"],
        ),
        _verb("sync, nothing to do", ["sync"], [], [], []),
        _verb("sync, one note edited", ["sync"], [], [], []),
        _verb("rebuild", ["sync", "--rebuild"], ["cache", "reset"], [], []),
    )


def _verb(
    name: str,
    ours: Sequence[str],
    papis: Sequence[str],
    pubs: Sequence[str],
    cobib: Sequence[str],
) -> Verb:
    return Verb(name, {"papernotes": ours, "papis": papis, "pubs": pubs, "cobib": cobib}, {})


def main() -> None:
    """Make the libraries, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", default="1000,10000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", type=absolute, required=True)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    if not RECORDS.is_file():
        sys.exit(f"{RECORDS}: not there; the benchmark needs the corpus of arXiv records")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # installed programs are compiled once
    lines = [*_head(chosen.rounds)]
    for size in map(int, chosen.papers.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            lines += _measure(Path(folder), size, chosen.rounds, chosen.peers)
    lines += ["", _WHY]
    print("\n".join(lines))
    if chosen.write:
        chosen.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _head(rounds: int) -> Iterator[str]:
    yield from (
        "# Beside other programs",
        "",
        f"Whole processes on the same real records, all in one run: {rounds} rounds after a "
        "warm-up, medians. The ratio is of CPU time to that of papernotes just before, pair by "
        "pair. papernotes keeps a note of 300 words beside each paper and first looks whether any "
        "file has changed; the others have no notes. Made by `make bench`.",
        "",
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; papernotes {importlib.metadata.version('papernotes')}; "
        f"load of the machine at the beginning {os.getloadavg()[0]:.1f}.",
    )


def _measure(folder: Path, size: int, rounds: int, venvs: Path) -> Iterator[str]:
    os.environ["PAPERNOTES_STATE_DIR"] = str(folder / "state")
    papers = list(islice(iter_papers(), size))
    library, place = folder / "library", folder / "peers"
    make(library, size)
    place.mkdir()
    prepared = list(prepare(venvs, place, papers))
    peers = [one for one in prepared if isinstance(one, Peer)]
    yield from ("", f"## {size:,} papers", "")
    for said in prepared:
        if isinstance(said, str):
            yield from (said, "")
    yield "| verb | program | CPU ms | wall ms | peak MB | ratio |"
    yield "|---|---|--:|--:|--:|--:|"
    bench = _Bench(library, papers, rounds)
    for verb in verbs(papers[size // 2].citekey):
        yield from bench.rows(verb, peers)
    yield from ("", "| what is kept beside the files | MB |", "|---|--:|")
    yield f"| papernotes, store and index | {_megabytes(library / 'index'):.0f} |"
    for name, kept in _caches(place):
        yield f"| {name} | {_megabytes(kept):.0f} |"


class _Bench:
    """A library of ours, and how verbs are measured on it."""

    def __init__(self, library: Path, papers: Sequence[Paper], rounds: int) -> None:
        self._library = library
        self._papers = papers
        self._rounds = rounds
        self._new = count()

    def rows(self, verb: Verb, peers: Sequence[Peer]) -> Iterator[str]:
        """Yield a line for each program that has the verb."""
        ours = self._case(verb, "papernotes", [PROGRAM], "papernotes", self._library, os.environ)
        assert ours is not None, verb.name
        cases = [
            self._case(
                _said(verb, peer), peer.words, [*_start(peer)], peer.name, peer.folder, peer.environ
            )
            for peer in peers
        ]
        asked = [case for case in cases if case is not None]
        there = [case for case in asked if _works(case)]
        base = replace(ours, name="base")
        found = compare(base, [ours, *there], os.environ, self._rounds)
        for case in (ours, *there):
            result, ratio = found[case.name]
            shown = "1.0" if case is ours else f"{ratio:.1f}"
            yield f"| {verb.name} | {case.name} | {_figures(result)} | {shown} |"
        for case in asked:
            if case not in there:
                yield f"| {verb.name} | {case.name} | ends with an error | | | |"

    def _case(
        self,
        verb: Verb,
        program: str,
        start: Sequence[str],
        name: str,
        folder: Path,
        environ: Mapping[str, str],
    ) -> Case | None:
        words = verb.words[program]
        if not words:
            return None
        undo = Case("", [*start, *verb.undone.get(program, ())], folder, environ=environ)
        return Case(
            name, [*start, *words], folder, self._before(verb, undo, folder, start), environ=environ
        )

    def _before(
        self, verb: Verb, undo: Case, folder: Path, start: Sequence[str]
    ) -> Callable[[], None]:
        def prepare_one() -> None:
            (folder / "out.bib").unlink(missing_ok=True)
            if verb.name.startswith("add"):
                key = _ADDED.format(next(self._new))
                made = replace(
                    self._papers[0],
                    citekey=key,
                    title=f"On {key}",
                    arxiv_id=None,
                    doi=None,
                    url=None,
                )
                (folder / "one.bib").write_text(bib.render(made), encoding="utf-8")
            if verb.name.endswith("edited"):
                note = next(iter((folder / "notes").glob("*.md")))
                note.write_text(note.read_text("utf-8") + "One more sentence.\n", "utf-8")
            if undo.command[len(start) :]:
                run(replace(undo, name=f"{undo.command}", fine=(0, 1)), os.environ)

        return prepare_one


def _works(case: Case) -> bool:
    """Say whether a program can do it at all."""
    try:
        run(case, os.environ)
    except RuntimeError:
        return False
    return True


def _said(verb: Verb, peer: Peer) -> Verb:
    """Return a verb with the peer's own query for everything."""
    words = [
        said
        for word in verb.words[peer.words]
        for said in (peer.everything if word == _ALL else (word,))
    ]
    return replace(verb, words={**verb.words, peer.words: words})


def _start(peer: Peer) -> Sequence[str]:
    """Return the command of a peer without a verb."""
    words = list(peer.command)
    return words[: words.index("list")] if "list" in words else words


def _figures(result: Run) -> str:
    return f"{result.cpu * 1000:.0f} | {result.wall * 1000:.0f} | {result.peak_mb:.0f}"


def _caches(place: Path) -> Iterator[tuple[str, Path]]:
    for folder in sorted(place.glob("papis-*")):
        yield f"papis, its cache ({folder.name.partition('-')[2]})", folder / "cache"
    yield "pubs, its cache", place / "pubs" / "cache"
    yield "cobib, its cache", place / "cobib.cache"


def _megabytes(place: Path) -> float:
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files) / 1e6


if __name__ == "__main__":
    main()
