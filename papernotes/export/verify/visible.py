"""What a reader gets of a post, as lists that two sides can be compared by. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FORMULA, IMAGE, BLOCK, CITED = (
    "\x0e",
    "\x0f",
    "\x10",
    "\x7f",
)  # what stands among the words for one of these
_NAMES = {FORMULA: "⟨formula⟩", IMAGE: "⟨image⟩", BLOCK: "⟨code⟩", CITED: "⟨citation⟩"}
_SPELLED = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "…": "..."}
    | {"\ufe0e": "", "\ufe0f": "", "\u200b": ""}  # how the sign before it looks; a place to break
)
_DASHES = re.compile("(?:-{2,}|[‐‑–—])+-*")
_TEX = re.compile(r"\\[A-Za-z]+|\\\S|[^\s\\]")
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*")
_SAME_TEX = {
    "\\vert": "|",
    "\\lvert": "|",
    "\\rvert": "|",
    "\\mid": "|",
    "\\Vert": "\\|",
    "\\lbrace": "\\{",
    "\\rbrace": "\\}",
    "\\lt": "<",
    "\\gt": ">",
    "\\ast": "*",
    "\\$": "$",
}


_TRIES = 50


@dataclass(frozen=True, slots=True)
class Visible:
    """What is to be seen, in reading order.

    ``words`` hold one of the marks above where a formula, an image … stands.
    ``links`` are labels with where they lead, ``images`` what is shown with its description,
    ``codes`` code in lines and blocks, ``formulas`` their TeX in one spelling, ``headings`` their
    texts; ``blocks`` are the beginnings and ends of lists, items, tables and rows.
    """

    words: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()


class Difference(NamedTuple):
    """What is not as it should be: the name of a list of :class:`Visible`, and what about it."""

    kind: str
    message: str


def straight(text: str) -> str:
    """Return a text with the quotes and dashes a typewriter has, and single spaces."""
    return " ".join(_DASHES.sub("-", text.translate(_SPELLED)).split())


def canonical_tex(tex: str) -> str:
    """Return a formula in one spelling: without white space, bars and braces as characters."""
    return "".join(_SAME_TEX.get(token, token) for token in _TEX.findall(tex))


def bare_tex(tex: str) -> str:
    """Return a formula without its comments, which a reader does not see."""
    return _COMMENT.sub(r"\1", tex)


def differences(expected: Visible, shown: Visible) -> Iterator[Difference]:
    """Yield what of ``expected`` does not stand in one stretch in ``shown``.

    What stands before and behind that stretch (a date, a list of references) may be anything.
    """
    for one in fields(Visible):
        wanted, found = getattr(expected, one.name), getattr(shown, one.name)
        if wanted and not _has_stretch(found, wanted):
            yield Difference(one.name, _first_difference(wanted, found))


def _has_stretch(found: Sequence[str], wanted: Sequence[str]) -> bool:
    return _joined(wanted) in _joined(found)


def _joined(parts: Sequence[str]) -> str:
    return "\0".join(("", *parts, ""))


def _first_difference(wanted: Sequence[str], found: Sequence[str]) -> str:
    starts = [at for at, one in enumerate(found) if one == wanted[0]]
    same, start = max(((_common(wanted, found, at), -at) for at in starts[:_TRIES]), default=(0, 0))
    span = 4 if max(map(len, wanted)) < 60 else 1
    before = wanted[max(0, same - span) : same]
    should, reads = wanted[same : same + span], found[same - start : same - start + span]
    behind = f"after “{_shown(before)}”: " if before else ""
    return f"{behind}“{_shown(should)}” became “{_shown(reads)}”"


def _common(wanted: Sequence[str], found: Sequence[str], at: int) -> int:
    """Return how many of ``wanted`` stand at ``at``."""
    length = 0
    while length < min(len(wanted), len(found) - at) and wanted[length] == found[at + length]:
        length += 1
    return length


def _shown(parts: Sequence[str]) -> str:
    text = " ".join(parts) or "nothing"
    for mark, name in _NAMES.items():
        text = text.replace(mark, name)
    return text if len(text) <= 160 else f"{text[:160]}…"
