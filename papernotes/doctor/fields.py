"""Front matter that reads well here and says something else to other tools, or that has slips."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes.errors import ArxivIdError
from papernotes.ids import parse_arxiv_id
from papernotes.notes.front_matter import Place, Scalar, locate
from papernotes.notes.rendering import quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from papernotes.doctor.text import NoteText
    from papernotes.reports.checking import Finding

_TEXTS_TEXT = (
    "title aliases alias tags tag keywords paper citekey arxiv doi authors author categories "
    "category slug description"
)
_TEXTS = frozenset(_TEXTS_TEXT.split())
# What YAML 1.1, which Jekyll, PyYAML and others read, takes for something else than text.
_RESOLVED = re.compile(
    r"(?i:yes|no|on|off|true|false)|[-+]?\d[\d_]*(?:\.[\d_]*)?(?:[eE][-+]?\d+)?|[-+]?\.\d+"
    r"|0x[0-9a-fA-F]+|0o?[0-7]+|\d{4}-\d{1,2}-\d{1,2}|[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?"
)
_NUMBER_OF_ARXIV = re.compile(r"\d{3,4}\.\d{1,5}")
_FIVE_DIGITS_SINCE = 1501  # year and month
_OWN_TEXT = (
    "title paper arxiv authors year kind aliases tags status rating priority created private "
    "publish date description categories slug"
)
_OWN_KEYS = tuple(_OWN_TEXT.split())
# Keys of other tools and people that are one letter away from one of ours, and meant.
_OTHERS_TEXT = "author alias data dates papers rate rated types state slugs kinds titles dated"
_OTHERS = frozenset(_OTHERS_TEXT.split())
_SHORTEST = 4  # letters of a key in which a slip can be told from another word


def unquoted(note: NoteText) -> Iterator[Finding]:
    """Yield a finding for each text without quotes that YAML takes for a number, day or yes/no."""
    if not (note.parts.is_present and note.content.is_sound):
        return
    for key, value in locate(note.parts.text):
        name = key.node.text.strip().lower() if isinstance(key.node, Scalar) else ""
        if name not in _TEXTS:
            continue
        for place in value.parts if value.style in {"[", "-"} else (value,):
            if _is_resolved(place) and not _is_said_otherwise(name, place):
                yield _unquoted(note, name, place)


def _is_resolved(place: Place) -> bool:
    node = place.node
    return isinstance(node, Scalar) and node.is_plain and bool(_RESOLVED.fullmatch(node.text))


def _is_said_otherwise(name: str, place: Place) -> bool:
    """Whether quotes would not help: what is no whole id, a tag of digits alone."""
    text = place.node.text if isinstance(place.node, Scalar) else ""
    if name == "arxiv":
        return restored_id(text) is not None or not _is_arxiv_id(text)
    return name in {"tags", "tag", "keywords"} and text.isdigit()


def _is_arxiv_id(text: str) -> bool:
    try:
        parse_arxiv_id(text)
    except ArxivIdError:
        return False
    return True


def _unquoted(note: NoteText, name: str, place: Place) -> Finding:
    assert isinstance(place.node, Scalar), "only scalars resolve"
    text = place.node.text
    at = note.parts.start + place.start
    better = quoted(text)
    if name == "arxiv":
        message = f"arxiv: {text} is a number to YAML, and its zeros go; write {better}"
        return note.found(
            "unquoted-id",
            message,
            at=at,
            splices=((at, note.parts.start + place.end, better),),
        )
    message = f"{name}: {text} is no text to other tools; write {better}"
    splice = (at, note.parts.start + place.end, better)
    return note.found("unquoted-text", message, at=at, splices=(splice,))


def damaged_id(note: NoteText, ids: Mapping[str, str | None]) -> Iterator[Finding]:
    """Yield a finding for an arXiv id of which a program that reads YAML has dropped a zero.

    ``ids`` has the arXiv id of each paper by its citation key: that of the note's own paper tells
    for sure what it was.
    """
    found = {key.strip().lower(): value for key, value in note.content.entries.items()}
    value, paper = found.get("arxiv"), found.get("paper")
    whole = restored_id(value.text) if isinstance(value, Scalar) else None
    if whole is None or not isinstance(value, Scalar) or not note.content.is_sound:
        return
    line = note.parts.line + next(
        line for key, line in note.content.lines.items() if key.strip().lower() == "arxiv"
    )
    is_sure = isinstance(paper, Scalar) and ids.get(paper.text.removeprefix("@")) == whole
    maybe = f"write {quoted(whole)}" if is_sure else f"it may have been {whole}: look it up"
    message = f"arxiv: {value.text} has lost a zero, being a number to YAML; {maybe}"
    splices = tuple(
        (note.parts.start + place.start, note.parts.start + place.end, quoted(whole))
        for key, place in locate(note.parts.text)
        if is_sure and isinstance(key.node, Scalar) and key.node.text.strip().lower() == "arxiv"
    )
    yield note.found("damaged-id", message, line=line, splices=splices)


def restored_id(text: str) -> str | None:
    """Return the id that became the number ``text`` in YAML; None for one that lacks nothing."""
    if not _NUMBER_OF_ARXIV.fullmatch(text):
        return None
    month, _, number = text.partition(".")
    month = month.zfill(4)
    digits = 5 if int(month) >= _FIVE_DIGITS_SINCE and not month.startswith("9") else 4
    whole = f"{month}.{number.ljust(digits, '0')}"
    if whole == text:
        return None
    try:
        return parse_arxiv_id(whole).id
    except ArxivIdError:
        return None


def near_keys(note: NoteText, usual: Collection[str] = ()) -> Iterator[Finding]:
    """Yield a hint for each key that is one slip away from one that papernotes knows.

    Not for one that stands beside it, nor for ``usual`` ones: those of several notes.
    """
    names = {key.strip().lower(): key for key in note.content.entries}
    for name, key in names.items():
        if name in _OWN_KEYS or name in _OTHERS or name in usual or len(name) < _SHORTEST:
            continue
        near = [own for own in _OWN_KEYS if own not in names and is_slip(name, own)]
        if len(near) == 1:
            line = note.parts.line + note.content.lines[key]
            message = f"{key}: means nothing to papernotes; did you mean {near[0]}?"
            yield note.found("near-key", message, line=line, is_hint=True)


def is_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter: another, one more, or two that changed places."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    pairs = zip(one, other, strict=False)
    same = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    if len(one) == len(other):
        swapped = one[same + 1 : same + 2] + one[same : same + 1]
        return one[same + 1 :] == other[same + 1 :] or (
            swapped == other[same : same + 2] and one[same + 2 :] == other[same + 2 :]
        )
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[same + 1 :] == shorter[same:]
