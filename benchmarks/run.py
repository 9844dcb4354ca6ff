"""Measures what docs/performance.md says, in one run, and prints it as Markdown.

Usage: python benchmarks/run.py [--papers 1000] [--rounds 11] [--write docs/performance.md]
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from library import RECORDS, make
from measure import Case, Run, compare

BASE = "python -c 'import click'"
STAND_IN = """
import sys
from papernotes.demo.records import load_records
from papernotes.demo.standin import StandIn
with StandIn(load_records()) as server:
    print(server.api_url, flush=True)
    sys.stdin.read()
"""
PACKAGES = ("click", "arxiv", "bibtexparser", "sqlite-utils", "whoosh3", "PyYAML")
BUDGETS = {
    "papernotes --version": 1.5,
    "papernotes --help": 1.5,
    "papernotes search attention": 4.0,
    "papernotes search attention transformer": 4.0,
    'papernotes search "neural network"': 4.0,
    "papernotes search author:zhang": 4.0,
    "papernotes search learning year:2015..2018": 4.0,
}


def main() -> None:
    """Make the libraries, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    if not RECORDS.is_file():
        sys.exit(f"{RECORDS}: not there; the benchmark needs the corpus of arXiv records")
    with tempfile.TemporaryDirectory() as folder:
        report = measure(Path(folder), chosen.papers, chosen.rounds)
    print(report)
    if chosen.write:
        chosen.write.write_text(report + "\n", encoding="utf-8")


def measure(folder: Path, papers: int, rounds: int) -> str:
    """Return the report of one run."""
    os.environ["PAPERNOTES_STATE_DIR"] = str(folder / "state")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # installed programs are compiled once
    large, small = folder / "large", folder / "small"
    make(large, papers)
    make(small, 10)
    base = Case(BASE, [sys.executable, "-c", "import click"], folder)
    verbs = [_case(large, *words) for words in _COMMANDS]
    with subprocess.Popen(
        [sys.executable, "-c", STAND_IN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        os.environ["PAPERNOTES_ARXIV_API_URL"] = server.stdout.readline().strip()
        os.environ["PAPERNOTES_ARXIV_DELAY_SECONDS"] = "0"
        adds = [_adding(large, f"add one to {papers:,}"), _adding(small, "add one to 10")]
        found = compare(base, [*verbs, *adds], os.environ, rounds)
        server.stdin.close()
    return _report(found, papers, rounds)


_COMMANDS = (
    ("--version",),
    ("--help",),
    ("search", "attention"),
    ("search", "attention", "transformer"),
    ("search", '"neural network"'),
    ("search", "author:zhang"),
    ("search", "learning", "year:2015..2018"),
    ("list",),
    ("sync",),
)


def _case(folder: Path, *words: str) -> Case:
    command = [str(Path(sys.executable).with_name("papernotes")), *words]
    return Case(f"papernotes {' '.join(words)}", command, folder)


def _adding(root: Path, name: str) -> Case:
    key = "vaswani2017attention"

    def forget() -> None:
        for path in (root / f"bib/{key}.bib", root / f"notes/{key}.md"):
            path.unlink(missing_ok=True)
        subprocess.run(
            [str(Path(sys.executable).with_name("papernotes")), "-q", "sync"],
            cwd=root,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    command = [str(Path(sys.executable).with_name("papernotes")), "add", "1706.03762"]
    return Case(name, command, root, forget)


def _report(found: dict[str, tuple[Run, float]], papers: int, rounds: int) -> str:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    lines = [
        "# Performance",
        "",
        f"Whole processes on a library of {papers:,} real papers with notes of 300 words, all in "
        f"one run: the commands in turn, {rounds} rounds after a warm-up, medians. The ratio is of "
        f"CPU time to `{BASE}` just before, pair by pair. Made by `make bench`.",
        "",
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores; {versions}.",
        "",
        "| command | CPU ms | wall ms | peak MB | ratio | at most |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, (run, ratio) in found.items():
        budget = BUDGETS.get(name)
        shown = f"{budget}" if budget else ""
        lines.append(
            f"| `{name}` | {run.cpu * 1000:.0f} | {run.wall * 1000:.0f} | {run.peak_mb:.0f} "
            f"| {ratio:.2f} | {shown} |"
        )
    large, small = (run for name, (run, _) in found.items() if name.startswith("add one"))
    lines += [
        "",
        f"Adding one paper to {papers:,} costs {large.cpu / small.cpu:.2f} times the CPU of adding "
        f"one to 10 (at most 1.5), {large.wall / small.wall:.2f} times the wall time.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
