"""Measures how well one known paper is found among 10,000, beside peers, and prints Markdown.

Usage: python benchmarks/known_items.py [--papers 10000] [--skip 0] [--each 200] [--tuning]
       [--write docs/performance-finding.md]

Questions are made from arXiv records (benchmarks/questions.py) and asked of papernotes, SQLite's
FTS5 and, where it can be imported, tantivy (benchmarks/engines.py): the same papers and the same
questions, in one run. `pip install tantivy` once, in an environment of your own.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from engines import LIMIT, Fts5, Papernotes, Tantivy
from library import RECORDS, iter_papers
from questions import KINDS, MISSPELT, Question, make_questions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from papernotes.models import Paper

OURS = Papernotes.name
PLAIN = tuple(kind for kind in KINDS if kind not in MISSPELT)
TRIED = """
## What was tried

On questions of the tuning half that are spelled right, 400 of each kind: MRR. First as it is, then
with one thing changed. The last three score hits anew by the places of their words; they are not
used, since they cost reading places and give nothing.
"""
FIGURES = (
    ("as it is", 0.958),
    ("weighted occurrences added up, saturated once; whole length against the average", 0.943),
    ("all parts weigh alike", 0.918),
    ("the title weighs half as much", 0.958),
    ("the title weighs twice as much", 0.958),
    ("the comment weighs as much as a note", 0.958),
    ("the first author weighs no more than the others", 0.953),
    ("the year is no word of a paper", 0.951),
    ("how long parts are does not matter", 0.951),
    ("how often a word stands in a part does not matter", 0.950),
    ("the sum over the parts is not saturated", 0.949),
    ("the sum over the parts is saturated later (K1 of 4)", 0.957),
    ("more for words in a row in the title", 0.958),
    ("more for words in a row anywhere", 0.958),
    ("more for a title that the words cover", 0.957),
)
"""Measured once, when ranking was tuned, with a scratch index in memory."""


@dataclass
class Result:
    """The ranks of the papers that were wanted, 0 where not among the first ten, by kind."""

    way: str
    ranks: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    milliseconds: float = 0.0

    def recall(self, kinds: Iterable[str], first: int) -> float:
        """Return the mean over kinds of the share found among the first few."""
        return fmean(fmean(0 < rank <= first for rank in self.ranks[kind]) for kind in kinds)

    def mrr(self, kinds: Iterable[str]) -> float:
        """Return the mean over kinds of the mean reciprocal rank."""
        return fmean(fmean(1 / rank if rank else 0.0 for rank in self.ranks[k]) for k in kinds)


def main() -> None:
    """Make questions, ask the engines, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--skip", type=int, default=0, help="records to leave out first")
    parser.add_argument("--each", type=int, default=200, help="questions of each kind")
    parser.add_argument("--tuning", action="store_true", help="ask what ranking was tuned on")
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    if not RECORDS.is_file():
        sys.exit(f"{RECORDS}: not there; the benchmark needs the corpus of arXiv records")
    papers = list(islice(iter_papers(), chosen.skip, chosen.skip + chosen.papers))
    questions = make_questions(papers, chosen.each, is_tuning=chosen.tuning)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PAPERNOTES_STATE_DIR"] = str(Path(folder) / "state")
        results = measure(papers, questions, Path(folder))
    report = render(results, len(papers), questions)
    print(report)
    if chosen.write:
        chosen.write.write_text(report + "\n", encoding="utf-8")


def measure(
    papers: Sequence[Paper], questions: Sequence[Question], folder: Path
) -> dict[str, list[Result]]:
    """Return what each engine found in each of its ways."""
    found = {}
    engines: tuple[type[Papernotes | Fts5 | Tantivy], ...] = (Papernotes, Fts5, Tantivy)
    for number, engine_of in enumerate(engines):
        if engine_of is Tantivy and importlib.util.find_spec("tantivy") is None:
            print("tantivy cannot be imported and is left out", file=sys.stderr)
            continue
        engine = engine_of(papers, folder / str(number))
        found[engine.name] = [ask(name, way, questions) for name, way in engine.ways.items()]
        engine.close()
    return found


def ask(name: str, way: Callable[[str], list[str]], questions: Sequence[Question]) -> Result:
    """Ask all questions in one way."""
    result = Result(name)
    started = time.process_time()
    for question in questions:
        keys = way(question.text)
        rank = keys.index(question.wanted) + 1 if question.wanted in keys else 0
        result.ranks[question.kind].append(rank)
    result.milliseconds = 1000 * (time.process_time() - started) / len(questions)
    return result


def best(results: Sequence[Result], kind: str) -> Result:
    """Return the way that ranks best for a kind."""
    return max(results, key=lambda result: (result.mrr([kind]), result.recall([kind], LIMIT)))


def render(results: dict[str, list[Result]], papers: int, questions: Sequence[Question]) -> str:
    """Return the page."""
    each = len(questions) // len(KINDS)
    lines = [
        "# Finding a paper one knows",
        "",
        f"{papers:,} arXiv records (title, authors, abstract, comment, categories, ids, year) and "
        f"{len(questions):,} questions, about {each} of each kind, each after one paper: how often "
        f"it is the first hit, among the first three, among the first {LIMIT}, and the mean "
        "reciprocal rank (MRR). Same papers, same questions, one run. Questions are made by fixed "
        "seeds from one half of the papers; ranking was tuned on questions from the other half. "
        "papernotes is asked through `Library.search`, and what it answers instead of a query that "
        "finds nothing counts. The peers stem, fold accents and weigh columns; each is asked in "
        "several ways, of which the best is taken for each kind anew, which no user could. Made "
        "by `python benchmarks/known_items.py --write docs/performance-finding.md`.",
        "",
        _versions(results),
        "",
        *_summary(results),
        "",
        "## By kind",
        "",
        *_by_kind(results),
        "",
        "The ways the peers are asked, MRR over all kinds: " + _ways(results) + ".",
        "",
        "## The questions",
        "",
        "| kind | such as | what it is |",
        "|---|---|---|",
        *_examples(questions),
        *_tried(),
    ]
    return "\n".join(lines)


def _versions(results: dict[str, list[Result]]) -> str:
    tantivy = f", tantivy {importlib.metadata.version('tantivy')}" if "tantivy" in results else ""
    return f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}{tantivy}."


def _summary(results: dict[str, list[Result]]) -> list[str]:
    lines = [
        "| mean over the kinds | first | first 3 | first 10 | MRR | CPU ms a question |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for label, kinds in (("spelled right", PLAIN), ("misspelt", MISSPELT), ("all", tuple(KINDS))):
        for name, ways in results.items():
            chosen = [(best(ways, kind), kind) for kind in kinds]
            figures = [fmean(way.recall([kind], n) for way, kind in chosen) for n in (1, 3, 10)]
            figures.append(fmean(way.mrr([kind]) for way, kind in chosen))
            cost = fmean(way.milliseconds for way, _ in chosen)
            shown = " | ".join(f"{figure:.3f}" for figure in figures)
            lines.append(f"| {label}: {name} | {shown} | {cost:.1f} |")
    return lines


def _by_kind(results: dict[str, list[Result]]) -> list[str]:
    lines = [
        "| kind | engine | first | first 3 | first 10 | MRR |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for kind in KINDS:
        for name, ways in results.items():
            way = best(ways, kind)
            figures = [*(way.recall([kind], n) for n in (1, 3, 10)), way.mrr([kind])]
            shown = " | ".join(f"{figure:.3f}" for figure in figures)
            asked = f" ({way.way})" if way.way else ""
            lines.append(f"| {kind if name == OURS else ''} | {name}{asked} | {shown} |")
    return lines


def _ways(results: dict[str, list[Result]]) -> str:
    return "; ".join(
        f"{name}, {way.way} {way.mrr(KINDS):.3f}"
        for name, ways in results.items()
        for way in ways
        if way.way
    )


def _examples(questions: Sequence[Question]) -> list[str]:
    lines = []
    for kind, make in KINDS.items():
        example = next(question.text for question in questions if question.kind == kind)
        said = " ".join((make.__doc__ or "").split()).rstrip(".")
        lines.append(f"| {kind} | `{example.replace('|', ' ')}` | {said} |")
    return lines


def _tried() -> list[str]:
    rows = [f"| {what} | {figure:.3f} |" for what, figure in FIGURES]
    return [*TRIED.split("\n"), "| ranking | MRR |", "|---|--:|", *rows]


if __name__ == "__main__":
    main()
