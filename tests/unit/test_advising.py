"""Advice on a note that is about to be a post."""

from __future__ import annotations

import pytest

from papernotes import notes
from papernotes.library.advising import advise

GOOD = """---
title: Good
description: One line.
paper: vaswani2017attention
---
# Good

## Part

Words on [another](https://example.org) and [[note]].

![A curve that falls](a.png) ![[b.png|falls too]] <img src="c.png" alt="and this">

It outperforms RNNs by 3 points [@vaswani2017attention].

Better than 90 % of others.[^1]

[^1]: Somewhere.

```text
### 5 better than 4 ![](x.png)
```

### Below
"""


def told(text: str) -> list[tuple[int | None, str]]:
    return [(one.line, one.message) for one in advise(notes.read(text, "notes/good.md"))]


def test_a_good_note_gets_none() -> None:
    assert told(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("description: One line.\n", "", None, "no description"),
        ("Words on", "words " * 1_500 + "on", None, "readers like less than 1,500"),
        ("A curve that falls", "", 12, "a.png has no description"),
        ("b.png|falls too", "b.png|300", 12, "b.png has no description"),
        (' alt="and this"', ' alt=""', 12, "an <img> has no description"),
        ("## Part", "#### Part", 8, "“Part” jumps from level 1 to 4"),
        (" [@vaswani2017attention]", "", 14, "“outperforms” and a figure"),
        ("others.[^1]", "others.", 16, "“Better than” and a figure"),
    ],
)
def test_what_could_be_better_is_told_with_its_line(
    old: str, new: str, line: int | None, message: str
) -> None:
    assert old in GOOD
    ((said_line, said),) = told(GOOD.replace(old, new))
    assert message in said
    assert said_line == line


def test_each_kind_is_told_once() -> None:
    pictures = "![](1.png)\n\n![](2.png)\n\n![[3.png]]\n"
    assert told(GOOD + pictures) == [
        (25, "1.png has no description for those who cannot see it, and 2 more")
    ]
    claims = "It is better than 4.\n\nIt outperforms 5.\n"
    assert [line for line, _ in told(GOOD + claims)] == [25]


def test_only_a_note_on_a_paper_must_say_whose_figures_it_has() -> None:
    claim = "Mine is better than yours by 3 %.\n"
    assert told(GOOD + claim)
    assert told(GOOD.replace("paper: vaswani2017attention\n", "") + claim) == []
    assert told(GOOD + "Ours is better than theirs, in section two.\n") == []


def test_a_note_that_leads_nowhere() -> None:
    text = "---\ntitle: x\ndescription: y\n---\nWords ![[a.png|alt]]\n"
    assert told(text) == [(None, "no link: what else should a reader see?")]
