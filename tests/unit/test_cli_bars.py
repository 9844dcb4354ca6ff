"""Bars that fit, in letters that can be shown."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest

from papernotes.cli import bars
from papernotes.cli.text import width
from papernotes.reports.connecting import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

TALLIES = (
    Tally("深層学習/ことば", 120),
    Tally("a" * 60, 40),
    Tally("x\ty\x1b[2J", 1),
    Tally(None, 3),
)


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def shown(
    monkeypatch: pytest.MonkeyPatch, tallies: Sequence[Tally], columns: int, encoding: str
) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("sys.stdout", Terminal(io.BytesIO(), encoding=encoding))
    return [re.sub(r"\x1b\[[\d;]*m", "", line) for line in bars.lines_of(tallies)]


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_lines_fit_and_bars_begin_below_each_other(
    monkeypatch: pytest.MonkeyPatch, columns: int, encoding: str
) -> None:
    lines = shown(monkeypatch, TALLIES, columns, encoding)
    assert all(width(line) < columns for line in lines)
    assert len({width(re.split("[█▏▎▍▌▋▊▉#]", line)[0]) for line in lines}) == 1
    assert "\x1b" not in "".join(lines)


def test_bars_grow_with_their_counts_and_none_is_empty() -> None:
    for in_blocks in (True, False):
        drawn = [bars.bar(count, 1000, 10, in_blocks=in_blocks) for count in range(1001)]
        assert drawn[0] == ""
        assert [len(each) for each in drawn] == sorted(len(each) for each in drawn)
        assert all(drawn[1:])
        assert {len(each) for each in drawn} == set(range(11))
    assert bars.bar(1000, 1000, 10, in_blocks=True) == "█" * 10
    assert bars.bar(550, 1000, 10, in_blocks=True) == "█" * 5 + "▌"
    assert bars.bar(550, 1000, 10, in_blocks=False) == "#" * 6
