"""Asks a large library ten thousand random questions and reports the slowest.

Usage: python -m tests.hostile.queries LIBRARY [--count 10000] [--state FOLDER]

Half are any text at all, half are made of words that most papers have. Every one must find
something, nothing, or be refused with its column; the status is 1 if one does not, or takes more
than two seconds of the processor. The library is read and indexed, so give it a copy.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

from papernotes.config import load
from papernotes.errors import QueryError, UsageError
from papernotes.library import Library
from tests.unit.test_hostile_queries import WORST, random_texts

LONGEST = 2.0  # seconds of the processor
_FREQUENT = (
    *(
        "learning",
        "neural",
        "network",
        "model",
        "data",
        "the",
        "of",
        "deep",
        "training",
        "we",
        "results",
    ),
    *(
        "lea*",
        "con*",
        "pre*",
        "pro*",
        "inte*",
        "learnin~",
        "modle~",
        "netwrok~",
        "tranformer~",
        "zzqx~",
    ),
    *(
        '"neural network"',
        '"deep learning"~9',
        '"the of and"',
        '"data the model"~20',
        "title:learning",
    ),
    *(
        "author:wang",
        "author:zh*",
        "abstract:we",
        "year:2010..2020",
        "cat:cs",
        "status:unread",
        "has:note",
    ),
    *(
        "OR",
        "OR",
        "OR",
        "NOT",
        "-",
        "(",
        ")",
        "AND",
        "lerning",
        "nueral",
        "databse",
        "is:published",
        "key:a*",
    ),
)


def frequent_texts(count: int) -> list[str]:
    """Return questions about what most papers have, up to the longest that is taken."""
    chance = random.Random(8)
    return [
        " ".join(chance.choices(_FREQUENT, k=chance.choice((1, 2, 3, 5, 8, 16, 31))))
        for _ in range(count)
    ]


def main() -> int:
    """Ask, and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--state", type=Path)
    given = parser.parse_args()
    texts = [*frequent_texts(given.count // 2), *random_texts(given.count // 2), *WORST]
    took: list[tuple[float, str, str]] = []
    broken: list[str] = []
    with Library(
        given.library, config=load(given.library), state_dir=given.state, notify=print
    ) as library:
        print(f"{library.list().total:,} documents")
        with library.session():
            for text in texts:
                started = time.process_time()
                try:
                    end = f"{library.search(text).total} hits"
                except QueryError as error:
                    end = f"refused at column {error.column}"
                except UsageError:
                    end = "refused"
                except Exception as error:  # noqa: BLE001 - the faults that are looked for
                    end = f"{type(error).__name__}: {error}"
                    broken.append(text)
                took.append((time.process_time() - started, text, end))
    took.sort(reverse=True)
    seconds = [one for one, _, _ in took]
    print(f"{len(took):,} questions; seconds: median {seconds[len(took) // 2]:.4f}, "
          f"99 % {seconds[len(took) // 100]:.3f}, most {seconds[0]:.3f}")  # fmt: skip
    for one, text, end in took[:10]:
        print(f"{one:.3f}  {ascii(text)[:120]}  {end[:60]}")
    for text in broken:
        print("BROKEN", ascii(text)[:300])
    return int(bool(broken) or seconds[0] > LONGEST)


if __name__ == "__main__":
    sys.exit(main())
