"""Exporting a blog as whole processes: all of it, and again after one change; Pelican beside it.

Usage: python benchmarks/exporting.py [--posts 1000] [--rounds 3] [--to html,fastpages]
       [--peers PYTHON] [--write docs/performance-export.md]

``--peers`` is the Python of an environment that has Pelican, which gets the same texts.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from library import RECORDS, iter_papers
from measure import Case, Run, absolute, run

from papernotes import bib
from papernotes.ids import portable_slug
from papernotes.library import Library
from papernotes.reports.writing import TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from papernotes.models import Paper

_WORDS = 600
_TAGS = ("rl", "nlp", "vision", "theory", "optimisation")
_WANTED = {
    "html": {"all": 15.0, "one changed": 1.0},
    "fastpages": {"all": 5.0, "one changed": 1.0},
}
_NOTE = """\
---
title: "{title}"
created: {day}
publish: true
tags: [{tag}]
description: {description}
---
{body}
"""
_PELICAN_POST = """\
Title: {title}
Date: {day}
Category: notes
Tags: {tag}
Summary: {description}

{body}
"""
_PELICAN_CONF = """\
SITENAME = "x"
SITEURL = ""
TIMEZONE = "UTC"
PATH = "content"
MARKDOWN = {"extension_configs": {"markdown.extensions.codehilite": {"css_class": "highlight"},
            "markdown.extensions.extra": {}, "markdown.extensions.meta": {}}}
"""


def main() -> None:
    """Make the library, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--to", default=",".join(TARGETS))
    parser.add_argument("--peers", type=absolute)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    if not RECORDS.is_file():
        sys.exit(f"{RECORDS}: not there; the benchmark needs the corpus of arXiv records")
    with tempfile.TemporaryDirectory() as folder:
        targets = chosen.to.split(",")
        lines = measure(Path(folder), chosen.posts, chosen.rounds, targets, chosen.peers)
        report = "\n".join(lines)
    print(report)
    if chosen.write:
        chosen.write.write_text(report + "\n", encoding="utf-8")


def measure(
    folder: Path, posts: int, rounds: int, targets: Sequence[str], peers: Path | None
) -> Iterator[str]:
    """Yield the lines of the report."""
    os.environ["PAPERNOTES_STATE_DIR"] = str(folder / "state")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    root, site = folder / "library", folder / "pelican"
    make(root, site / "content", posts)
    found: dict[tuple[str, str], list[Run]] = {}
    for _ in range(rounds):
        for target in targets:
            for name, case in _cases(root, folder / target, target):
                found.setdefault((target, name), []).append(run(case, os.environ))
        if peers:
            case = _pelican(site, peers)
            found.setdefault(("Pelican", "all"), []).append(run(case, os.environ))
    yield from (
        "# Exporting a blog",
        "",
        f"Made by `python benchmarks/exporting.py`: {posts:,} published notes of about {_WORDS} "
        "words with formulas, code, tables, links and citations, as whole processes in turn; "
        f"medians of {rounds} rounds. Python {platform.python_version()}, {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores"
        + (f"; Pelican {_version(peers)} on the same texts" if peers else "")
        + f"; load of the machine {os.getloadavg()[1]:.1f}.\n",
        "| target | what | CPU s | wall s | peak MB | wanted, wall s | CPU, of Pelican's "
        "| wall, of Pelican's |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    )
    peer = found.get(("Pelican", "all"))
    for (target, name), runs in found.items():
        wall = _middle(runs, lambda each: each.wall)
        wanted = _WANTED.get(target, {}).get(name, "")
        cpu = _middle(runs, lambda each: each.cpu)
        beside = " | |"
        if peer and name == "all":
            cpu_ratio = cpu / _middle(peer, lambda each: each.cpu)
            beside = f"{cpu_ratio:.1f} | {wall / _middle(peer, lambda each: each.wall):.1f} |"
        yield (
            f"| {target} | {name} | {cpu:.2f} | {wall:.2f} "
            f"| {max(each.peak_mb for each in runs):.0f} | {wanted} | {beside}"
        )
    yield from (
        "",
        "*All* is a first export with nothing remembered; of *one changed* a sentence was added "
        "to one note, and only files that show it are written; *status* is `export status`.",
    )


def _middle(runs: Sequence[Run], of: Callable[[Run], float]) -> float:
    return statistics.median(map(of, runs))


def _cases(root: Path, blog: Path, target: str) -> Iterator[tuple[str, Case]]:
    papernotes = str(Path(sys.executable).with_name("papernotes"))
    command = [papernotes, "export", str(blog), "--to", target]
    status = [papernotes, "export", "status", str(blog), "--to", target]

    def forget() -> None:
        _put_away(blog)
        shutil.rmtree(root / "index/export", ignore_errors=True)

    def change() -> None:
        with (root / "notes/post-0007.md").open("a", encoding="utf-8") as file:
            file.write("One more sentence.\n")

    yield "all", Case(f"{target}, all", command, root, forget)
    yield "nothing changed", Case(f"{target}, nothing changed", command, root)
    yield "one changed", Case(f"{target}, one changed", command, root, change)
    yield "status", Case(f"{target}, status", status, root)


def _put_away(folder: Path) -> None:
    """Make a folder be new: some disks are slow to write where thousands of files just went."""
    if folder.exists():
        folder.rename(Path(tempfile.mkdtemp(dir=folder.parent)) / folder.name)


def _pelican(site: Path, python: Path) -> Case:
    def forget() -> None:
        for name in ("output", "cache"):
            _put_away(site / name)

    pelican = str(python.with_name("pelican"))
    return Case("Pelican", [pelican, "content", "-s", "conf.py", "-o", "output"], site, forget)


def _version(python: Path) -> str:
    ask = "import importlib.metadata; print(importlib.metadata.version('pelican'))"
    done = subprocess.run([str(python), "-c", ask], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def make(root: Path, content: Path, posts: int) -> None:
    """Write a library of so many published notes, sync it, and write the same posts for Pelican."""
    Library.init(root)
    content.mkdir(parents=True)
    (content.parent / "conf.py").write_text(_PELICAN_CONF, encoding="utf-8")
    papers = list(islice(iter_papers(), posts))
    rng = random.Random(posts)
    pool = [word for word in " ".join(paper.abstract for paper in papers[:500]).split()
            if word.isalpha()]  # fmt: skip
    for number, paper in enumerate(papers):
        slug = portable_slug(paper.citekey)
        (root / "bib" / f"{slug}.bib").write_text(bib.render(paper), encoding="utf-8")
        values = {
            "title": f"Post {number}: {' '.join(rng.choices(pool, k=4))}",
            "day": f"20{10 + number % 16}-{1 + number % 12:02}-{1 + number % 28:02}",
            "tag": rng.choice(_TAGS),
            "description": " ".join(rng.choices(pool, k=8)),
            "body": _body(number, papers, rng, pool),
        }
        name = f"post-{number:04}.md"
        (root / "notes" / name).write_text(_NOTE.format_map(values), encoding="utf-8")
        (content / name).write_text(_PELICAN_POST.format_map(values), encoding="utf-8")
    with Library.open(root) as library:
        library.sync()


def _body(number: int, papers: Sequence[Paper], rng: random.Random, pool: Sequence[str]) -> str:
    def words() -> str:
        return " ".join(rng.choices(pool, k=_WORDS // 6)).capitalize() + "."

    keys = [rng.choice(papers).citekey for _ in range(3)]
    other = rng.randrange(len(papers))
    return rf"""{words()} As [@{keys[0]}; @{keys[1]}] show, $E = mc^{{{number}}}$ and
$\nabla_\theta J(\theta) = \mathbb{{E}}[R]$ hold.

## First part

{words()} See [[post-{other:04}]] and @{keys[2]}.

$$
\sum_{{i=1}}^{{{number}}} x_i^2 = \frac{{n(n+1)}}{{2}}
$$

- one $a_{{{number}}}$
- two `code_{number}`

{words()}

```python
def f(x: int) -> list[int]:
    # a comment
    return [x * {number} for _ in range({number})]
```

| a | b |
|---|---|
| 1 | $x$ |

{words()}

## Second part

{words()} A footnote.[^1]

{words()}

[^1]: Of {number}.
"""


if __name__ == "__main__":
    main()
