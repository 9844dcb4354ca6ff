"""Bits that turn over, and files cut short, in the store and in every file of the index.

Every command answers, or says in one line what is wrong. What no command can notice by itself
``doctor`` finds, and after it all is as a fresh rebuild would have it. ``PAPERNOTES_DAMAGE=300``
tries so many of each; a run without it tries a few.
"""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.damage.shelf import Shelf

ROUNDS = int(os.environ.get("PAPERNOTES_DAMAGE", "0"))
STORE_ROUNDS, INDEX_ROUNDS, CUTS = (ROUNDS, ROUNDS, ROUNDS) if ROUNDS else (6, 1, 4)
SEED = 2026_11_25
ENDINGS = (".doc", ".has", ".pst", ".sum", ".toc", ".trm", ".voc", "CURRENT", "store")
OURS = ("mark", "stamp")


def turn_over(path: Path, chance: random.Random) -> str:
    """Turn one bit over; return where."""
    data = bytearray(path.read_bytes())
    at, bit = chance.randrange(len(data)), chance.randrange(8)
    data[at] ^= 1 << bit
    path.write_bytes(data)
    return f"bit {bit} of byte {at} of {path.name}"


def cut(path: Path, chance: random.Random) -> str:
    """Cut a file short, somewhere or at the beginning of a page; return where."""
    data = path.read_bytes()
    at = chance.choice([chance.randrange(len(data)), chance.randrange(len(data)) & ~4095])
    path.write_bytes(data[:at])
    return f"{path.name} cut at {at}"


def check(shelf: Shelf, where: str) -> str:
    """Return what became of a harm: ``healed``, ``found``, ``harmless``, or what is wrong now."""
    found, said = shelf.asked()
    wrong = [name for name, answer in found.items() if answer != shelf.expected[name]]
    findings = shelf.checked()
    left = shelf.wrong() or ["the store"] * (not shelf.holds())
    if left or (wrong and not (said or findings)):
        return f"BAD {where}: {wrong}, then {left}; {said}, {findings}"
    return "healed" if said else "found" if findings else "harmless"


@pytest.mark.fault(20)
def test_a_bit_of_the_store_is_noticed_or_does_not_matter(shelf: Shelf) -> None:
    chance = random.Random(SEED)
    ends = []
    for _ in range(STORE_ROUNDS):
        shelf.put_back()
        ends.append(check(shelf, turn_over(shelf.database, chance)))
    report("store, bits", ends)


@pytest.mark.fault(21)
def test_a_store_that_is_cut_is_made_anew(shelf: Shelf) -> None:
    chance = random.Random(SEED + 1)
    ends = []
    for _ in range(CUTS):
        shelf.put_back()
        ends.append(check(shelf, cut(shelf.database, chance)))
    report("store, cut", ends)


@pytest.mark.fault(26)
@pytest.mark.parametrize("ending", [*ENDINGS, *OURS])
def test_a_bit_of_the_index_is_noticed_or_does_not_matter(shelf: Shelf, ending: str) -> None:
    chance = random.Random(f"{SEED} {ending}")
    ends = []
    for number in range(INDEX_ROUNDS):
        shelf.put_back()
        (path,) = (each for each in shelf.index.rglob("*") if each.name.endswith(ending))
        harm = cut if number % 4 == 3 else turn_over
        ends.append(check(shelf, harm(path, chance)))
    report(ending, ends)
    assert "harmless" not in ends  # each file has a sum


def report(what: str, ends: list[str]) -> None:
    """Assert that nothing went wrong; after a long run say how many ended how."""
    assert [end for end in ends if end.startswith("BAD")] == []
    if ROUNDS:
        counts = ", ".join(f"{end} {ends.count(end)}" for end in sorted(set(ends)))
        print(f"\n{what}: {len(ends)}: {counts}")
