"""What there is to complete a wish with: from the store as it stands, and from our own tables."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from papernotes import config
from papernotes.errors import PapernotesError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from papernotes.cli.completing.wishes import Wish

Word = tuple[str, str]
"""What may stand there, and what it means."""
Look: TypeAlias = "Callable[[str, str], list[Word]]"
"""Finds what begins so: of a kind, a text."""

_MOST = 100
_BARE = re.compile(r'[^\s()"“”*]+')
_TERM = re.compile(r"""(?:^|.*[\s(])-?(?P<term>[^\s("]*)$""", re.DOTALL)
_MEANINGS = {
    "title": "words in the title",
    "author": "words in names of authors",
    "abstract": "words in the abstract",
    "note": "words in your note",
    "pdf": "words in the PDF",
    "comment": "words in arXiv's comment, and where it appeared",
    "tag": "a tag, and those below it",
    "cat": "a category of arXiv, or all of an archive",
    "year": "2017, 2015..2018, >2019",
    "status": "unread, reading, read",
    "rating": "1 to 5, 3..5, >3",
    "priority": "high, normal, low",
    "kind": "paper, or the kind of a note",
    "key": "a citation key; a* begins so",
    "arxiv": "an arXiv id; a* begins so",
    "added": "7d, 4w, 6m, 2026-10, >2026-10",
    "has": "what it has",
    "is": "what it is",
}
_FIXED = {
    "rating": [("5", ""), ("4..5", ""), ("3..5", "")],
    "added": [("7d", "the last week"), ("1m", "the last month"), ("1y", "the last year")],
}
_LOOKED_UP = {"key": "papers", **{name: name for name in ("arxiv", "author", "cat", "tag", "year")}}


class Answer(NamedTuple):
    """``kind`` is ``words``, or ``files`` or ``folders``, which the shell finds itself."""

    kind: str
    words: tuple[Word, ...] = ()


def answer_to(wish: Wish) -> Answer:
    """Return what completes a wish, none where nothing can be looked up."""
    if wish.kind in {"files", "folders"}:
        return Answer(wish.kind)
    words = _words(wish, _looker(wish.library))
    if wish.kind == "blogs" and not words:
        return Answer("folders")
    return Answer("words", tuple((wish.stem + value, about) for value, about in words))


def _words(wish: Wish, look: Look) -> list[Word]:
    text = wish.text
    if wish.kind == "choices":
        return _beginning(wish.values, text)
    if wish.kind in {"refs", "papers"}:
        return _refs(look, text, wish.kind)
    if wish.kind == "states":
        return _choices("status", text) + _refs(look, text)
    if wish.kind == "changes" and text[:1] in {"+", "-"}:
        return [(text[0] + tag, about) for tag, about in look("tag", text[1:])]
    if wish.kind == "changes":
        return _refs(look, text)
    if wish.kind == "names":
        tags = [(f"#{tag}", about) for tag, about in look("tag", text[1:])]
        return tags if text.startswith("#") else _refs(look, text)
    if wish.kind == "query":
        return _in_query(look, text)
    if wish.kind == "tags":
        return look("tag", text.removeprefix("#"))
    if wish.kind == "kinds":
        return _kinds(look, text)
    if wish.kind == "cats":
        return _categories(text)
    if wish.kind == "format":
        return _in_format(wish)
    return _blogs(wish) if wish.kind == "blogs" else []


def _beginning(words: Iterable[Word], text: str) -> list[Word]:
    return [(value, about) for value, about in words if value.lower().startswith(text.lower())]


def _choices(field: str, text: str) -> list[Word]:
    from papernotes.filters import CHOICES  # noqa: PLC0415 - of few completions

    return _beginning(((each, "") for each in CHOICES[field]), text)


def _refs(look: Look, text: str, kind: str = "refs") -> list[Word]:
    return look(kind, text) + (look("arxiv", text) if text[:1].isdigit() or "/" in text else [])


def _in_query(look: Look, text: str) -> list[Word]:
    """Complete the last term of a query that may have several."""
    match = _TERM.match(text)
    if match is None:
        return []
    term, before = match["term"], text[: match.start("term")]
    name, colon, value = term.partition(":")
    if not colon:
        names = ((f"{each}:", about) for each, about in _MEANINGS.items())
        return [(before + each, about) for each, about in _beginning(names, term)]
    start = f"{before}{name}:"
    return [(start + _quoted(each), about) for each, about in _values(look, name.lower(), value)]


def _values(look: Look, name: str, text: str) -> list[Word]:
    if name in _FIXED:
        return _beginning(_FIXED[name], text)
    if name in {"status", "priority", "has", "is"}:
        return _choices(name, text)
    if name == "kind":
        return _kinds(look, text)
    return look(_LOOKED_UP[name], text.removeprefix("#")) if name in _LOOKED_UP else []


def _kinds(look: Look, text: str) -> list[Word]:
    from papernotes.notes.outlines import KINDS  # noqa: PLC0415 - of few completions

    known = dict.fromkeys(("paper", *KINDS), "")
    return _beginning((known | dict(look("kind", text))).items(), text)


def _quoted(value: str) -> str:
    return value if _BARE.fullmatch(value) else '"' + value.replace('"', '\\"') + '"'


def _categories(text: str) -> list[Word]:
    from papernotes.categories import categories  # noqa: PLC0415 - of few completions

    active = ((each.id, each.name) for each in categories().values() if each.state == "active")
    return _beginning(active, text)


def _in_format(wish: Wish) -> list[Word]:
    before, brace, name = wish.text.rpartition("{")
    if not brace or "}" in name or ":" in name:
        return []
    found = _beginning(wish.values, name)
    return [(f"{before}{{{each}}}", about) for each, about in found]


def _blogs(wish: Wish) -> list[Word]:
    root = config.find_library(".", given=wish.library)
    with contextlib.suppress(PapernotesError):
        loaded = config.load(root)
        return _beginning(
            ((each, str(loaded[f"export.{each}.to"])) for each in loaded.blogs), wish.text
        )
    return []


# --- looking up ------------------------------------------------------------------------------


def _looker(given: str | None) -> Look:
    """Return a function that asks the store of a library; it finds nothing where it cannot."""

    def look(kind: str, text: str) -> list[Word]:
        import sqlite3  # noqa: PLC0415 - not to complete commands and options

        from papernotes.store.begun import begun, reading  # noqa: PLC0415 - same

        root = config.find_library(".", given=given)
        if root is None:
            return []
        try:
            with reading(root / "index", config.state_dir() / "secret") as store:
                return _few(begun(store, kind, text, _MOST), len(text))
        except (OSError, ValueError, sqlite3.Error):
            return []

    return look


def _few(found: list[tuple[str, str | int]], length: int) -> list[Word]:
    """Return values with what they mean, those most often had first; of very many, beginnings.

    A shell inserts what all answers have in common, so none may be missing. Many that begin with
    one letter are told by one answer, a beginning that tells the groups apart.
    """
    if len(found) <= _MOST:
        found.sort(key=_frequent_first)
        return [(value, _about(about)) for value, about in found]
    while True:
        length += 1
        groups: dict[str, list[str]] = {}
        for value, _ in found:
            groups.setdefault(value[:length].casefold(), []).append(value)
        if len(groups) > 1:
            break
    return [
        (values[0] if len(values) == 1 else values[0][:length], f"{len(values):,} begin so")
        for _, values in sorted(groups.items())
    ]


def _frequent_first(word: tuple[str, str | int]) -> tuple[int, str]:
    return -word[1] if isinstance(word[1], int) else 0, word[0]


def _about(about: str | int) -> str:
    if isinstance(about, int):
        return "1 has it" if about == 1 else f"{about:,} have it"
    return about
