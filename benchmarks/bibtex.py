"""Measures reading and importing .bib files of 10,000 entries, and prints it as Markdown.

Usage: python benchmarks/bibtex.py [--entries 10000] [--rounds 7] [--few 500] [--peers PYTHON]
       [--write docs/performance-bibtex.md]

``--peers`` is the python of an environment that has papis, cobib or pybtex; those that are there
read the same files; papis and cobib import them too, papis only ``--few`` entries.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import logging
import lzma
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import importing
from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry
from measure import absolute

from papernotes import bib
from papernotes.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
_SPARE = 200  # entries, since not all can be imported
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - shorter

# Reads a file in a process of its own; prints CPU seconds of reading, peak MB, entries, version.
CHILD = """
import importlib.metadata, json, re, sys, time
name, path = sys.argv[1:]
text = open(path, encoding="utf-8").read()
if name == "papernotes":
    from papernotes.bib import parse
    read = lambda: len(parse(text, "x.bib")[0])
elif name == "bibtexparser":
    from bibtexparser.entrypoint import parse_string
    read = lambda: len(parse_string(text, parse_stack=[]).entries)
elif name == "papis":
    from papis.bibtex import bibtex_to_dict
    read = lambda: len(list(bibtex_to_dict(path)))
elif name == "cobib":
    from cobib.parsers.bibtex import BibtexParser
    read = lambda: len(BibtexParser().parse(text))
elif name == "pybtex":
    from pybtex.database import parse_string
    from pybtex.errors import set_strict_mode
    set_strict_mode(False)
    read = lambda: len(parse_string(text, "bibtex").entries)
started = time.process_time()
count = read()
cpu = time.process_time() - started
status = open("/proc/self/status").read()  # ru_maxrss would count the process that started this
peak = int(re.search(r"VmHWM:\\s*(\\d+)", status)[1]) / 1024
try:
    version = importlib.metadata.version(name)
except importlib.metadata.PackageNotFoundError:
    version = ""
print(json.dumps([cpu, peak, count, version]))
"""
PEERS = ("papis", "cobib", "pybtex")


@dataclass(frozen=True)
class Reading:
    """One reader on one file; CPU seconds (median), MB at most, entries it gave."""

    name: str
    cpu: float
    peak_mb: float
    entries: int


def main() -> None:
    """Make the files, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--few", type=int, default=500)
    parser.add_argument("--peers", type=absolute)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    if not CORPORA.is_dir():
        sys.exit(f"{CORPORA}: not there; the benchmark needs the collection of .bib files")
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        lines = list(report(Path(folder), chosen.entries, chosen.rounds, chosen.peers))
        sizes = (chosen.few, chosen.entries)
        lines += importing.report(
            Path(folder), zotero(chosen.entries + _SPARE), sizes, chosen.peers
        )
    print("\n".join(lines))
    if chosen.write:
        chosen.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


def report(folder: Path, entries: int, rounds: int, peers: Path | None) -> Iterator[str]:
    """Yield the lines of the report."""
    os.environ["PAPERNOTES_STATE_DIR"] = str(folder / "state")
    version = importlib.metadata.version("bibtexparser")
    yield "# BibTeX"
    yield ""
    yield (
        f"Files of {entries:,} entries, CPU seconds, medians of {rounds}; Python "
        f"{platform.python_version()}, bibtexparser {version}. The ratio is of papernotes (text to "
        "papers) to bibtexparser's bare parse, in turn in one process. Peaks are of processes that "
        "do nothing else."
    )
    for title, text in (("Entries of real files", wild(entries)), ("Zotero", zotero(entries))):
        path = folder / "big.bib"
        path.write_text(text, encoding="utf-8")
        yield from ("", f"## {title}, {len(text.encode()) / 1e6:.1f} MB", "")
        yield from ("| reader | CPU s | ratio | peak MB | entries |", "|---|--:|--:|--:|--:|")
        bare, ours = interleaved(text, rounds)
        found = [
            Reading("bibtexparser, bare", bare, *alone(sys.executable, "bibtexparser", path)[1:3]),
            Reading("papernotes", ours, *alone(sys.executable, "papernotes", path)[1:3]),
            *read_by_peers(peers, path),
        ]
        for each in found:
            ratio = each.cpu / bare
            yield (
                f"| {each.name} | {each.cpu:.2f} | {ratio:.2f} | {each.peak_mb:.0f} "
                f"| {each.entries:,} |"
            )
        yield ""
        yield resync(folder / f"library-{len(text)}", text)


def interleaved(text: str, rounds: int) -> tuple[float, float]:
    """Return CPU seconds of the bare parse and of ours: in turn, medians, a round to warm up."""
    times: tuple[list[float], list[float]] = ([], [])
    readers: tuple[Callable[[], object], ...] = (
        lambda: parse_string(text, parse_stack=[]),
        lambda: bib.parse(text, "big.bib"),
    )
    for number in range(rounds + 1):
        for reader, taken in zip(readers, times, strict=True):
            started = time.process_time()
            reader()
            if number:
                taken.append(time.process_time() - started)
    return statistics.median(times[0]), statistics.median(times[1])


def alone(python: str | Path, name: str, path: Path) -> tuple[float, float, int, str]:
    """Return CPU seconds, peak MB, entries and version of a reader in a process of its own."""
    done = subprocess.run(
        [str(python), "-c", CHILD, name, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    cpu, peak_mb, entries, version = json.loads(done.stdout.splitlines()[-1])
    return cpu, peak_mb, entries, version


def read_by_peers(python: Path | None, path: Path) -> Iterator[Reading]:
    """Yield what the programs of another environment take for the same file, once each."""
    for name in PEERS if python else ():
        try:
            cpu, peak_mb, entries, version = alone(python or "", name, path)
        except subprocess.CalledProcessError:  # not there, or it cannot read this file
            print(f"{name} did not read {path.name}", file=sys.stderr)
            continue
        yield Reading(f"{name} {version}", cpu, peak_mb, entries)


def resync(root: Path, text: str) -> str:
    """Return a sentence on a sync after one entry of a file changed."""
    Library.init(root)
    path = root / "bib" / "big.bib"
    path.write_text(text, encoding="utf-8")
    with Library.open(root) as library:
        library.sync()
    middle = text.index("{", text.index("title", len(text) // 2)) + 1
    path.write_text(f"{text[:middle]}Changed {text[middle:]}", encoding="utf-8")
    started = time.process_time()
    with Library.open(root) as library:
        done = library.sync()
    cpu = time.process_time() - started
    return (
        f"One entry changed: the next sync takes {cpu:.2f} s of CPU time and indexes "
        f"{done.documents_indexed} of {done.papers:,} papers."
    )


# --- the files -----------------------------------------------------------------------------------


def wild(entries: int) -> str:
    """Return so many entries of real files, in a fixed random order, each with a key of its own."""
    found: list[tuple[str, str]] = []
    for path in sorted((CORPORA / "bib" / "wild").rglob("*.bib")):
        text = bib.decode(path.read_bytes())[0].replace("\r\n", "\n")
        blocks = parse_string(text, parse_stack=[]).blocks
        found += [(b.key, b.raw or "") for b in blocks if type(b) is Entry and b.key]
    random.Random(1).shuffle(found)
    return "\n\n".join(
        raw.replace(key, f"k{number}-{re.sub(r'[^A-Za-z0-9]', '', key)}", 1)
        for number, (key, raw) in enumerate(islice(cycle(found), entries))
    )


def zotero(entries: int) -> str:
    """Return so many arXiv papers as Zotero exports them: abstracts, files, doubled braces."""
    with lzma.open(CORPORA / "arxiv_records.jsonl.xz", "rt", encoding="utf-8") as lines:
        return "\n".join(
            _zotero_entry(number, json.loads(line))
            for number, line in enumerate(islice(lines, entries))
        )


def _zotero_entry(number: int, record: dict[str, str]) -> str:
    arxiv_id, people = record["id"], [name.split() for name in record["authors"]]
    title = re.sub(r"\b(\w*[A-Z]\w*[A-Z]\w*)\b", r"{\1}", " ".join(record["title"].split()))
    place = f"/home/u/Zotero/storage/AB{number:06}/{arxiv_id}.pdf"
    fields = {
        "title": _escaped(title),
        "url": f"http://arxiv.org/abs/{arxiv_id}",
        "doi": f"10.48550/arXiv.{arxiv_id}",
        "abstract": _escaped(record["abstract"].strip()),
        "urldate": f"2024-05-{number % 28 + 1:02}",
        "publisher": "arXiv",
        "author": " and ".join(f"{words[-1]}, {' '.join(words[:-1])}" for words in people if words),
        "year": record["published"][:4],
        "note": f"arXiv:{arxiv_id} [{record['categories'][0] if record['categories'] else 'math'}]",
        "keywords": ", ".join(f"Computer Science - {name}" for name in record["categories"]),
        "annote": f"Comment: {_escaped(' '.join((record['comment'] or '').split()))}",
        "file": f"Full Text PDF:{place}:application/pdf;Snapshot:{place}.html:text/html",
    }
    body = "".join(f"\t{name} = {{{value}}},\n" for name, value in fields.items())
    month = _MONTHS[number % len(_MONTHS)]
    return f"@misc{{author{number}_{arxiv_id.replace('/', '_')},\n{body}\tmonth = {month},\n}}\n"


def _escaped(text: str) -> str:
    return re.sub(r"(?<!\\)([&%#])", r"\\\1", text)


if __name__ == "__main__":
    main()
