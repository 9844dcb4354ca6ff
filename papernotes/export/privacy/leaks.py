"""The last look at what leaves: is anything in it of what stays home? Pure.

All files of an export that are new or changed are searched for what unpublished notes are called
and say (eight words in a row), for private fields of BibTeX entries, folders of this computer,
tokens and mail addresses. What published notes say themselves, what a list of references says of
a paper they cite, and the target's own words are no leak. A plain word that names a note or tag
counts only where it stands alone: as a link, a title, an item of a list.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from papernotes.errors import LeakError
from papernotes.export.privacy.marks import Mark, marks_in
from papernotes.export.privacy.saying import runs
from papernotes.export.privacy.unpacking import unpacked
from papernotes.export.privacy.words import decoded, phrase_of, words_of
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from papernotes.export.post import OutFile
    from papernotes.export.privacy.saying import Published
    from papernotes.export.privacy.secrets import Private, Secrets
    from papernotes.export.privacy.unpacking import Page

PHRASE = 8
"""So many words in a row are never said twice by chance."""

_LEAST_DIFFERENT = 5  # words of a phrase
_FEWEST_LETTERS = 20
_MOST_RUNS = 1_000_000  # of the files that are looked at together, to bound memory
_MOST_TOLD = 20
_LONG_WORD = 14
_LEAST_LETTERS = 4
_SHOWN = 100
_CALENDAR_WORDS = """
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec week
monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
"""
_CALENDAR = frozenset(_CALENDAR_WORDS.split())
_WORDED = frozenset({"name", "phrase", "field"})
_GENERIC_HOME = re.compile(
    r"/root|/(?:home|Users)/(?:user|username|ubuntu|runner|me|you|jovyan|vagrant|admin|app)"
)
_ALONE = re.compile(
    r">[ \t\n]{0,9}([^\s<>][^<>\n]{0,60})<|\[([^\[\]\n]{1,60})\]\("
    r"|^[ \t]{0,9}- \"?([^\"\n]{1,60}?)\"?[ \t]{0,9}$"
    r"|^\w[\w-]{0,30}:[ \t]{0,9}\"?([^\s\"\[\]][^\"\[\]\n]{0,60}?)\"?[ \t]{0,9}$"
    r"|\"(?:title|name|tag|term|label)\"[ \t]{0,9}:[ \t]{0,9}\"([^\"\n]{1,60})\"",
    re.MULTILINE,
)
_ITEMS = re.compile(r"^\w[\w-]{0,30}:[ \t]{0,9}\[([^\[\]\n]{1,2000})\][ \t]{0,9}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Leak:
    """Something in a file that should stay home; ``line`` counts from 1, 0 is the file's name.

    ``kind`` is ``name``, ``phrase``, ``field``, ``path``, ``token`` or ``mail address``; ``of``
    is the ref of the unpublished note, or the citation key and field of an entry. ``stops`` is
    False for what is only worth a warning.
    """

    path: str
    line: int
    kind: str
    text: str
    of: str = ""
    stops: bool = True

    @property
    def message(self) -> str:
        """What leaks, and of what."""
        text = self.text if len(self.text) <= _SHOWN else f"{self.text[: _SHOWN - 1]}…"
        whose = {
            "name": f"“{text}” is what the unpublished note {self.of} is called, or its tag or key",
            "phrase": f"“{text}” are words of the unpublished note {self.of}",
            "field": f"“{text}” stands in a private field of an entry ({self.of})",
            "path": f"{text} is a folder of this computer",
            "token": f"{_masked(self.text)} looks like a key or password",
            "mail address": f"{text} is a mail address that no published note has",
        }
        return whose[self.kind]


class _Name(NamedTuple):
    """Words that name something secret; ``is_plain``: any text may have them."""

    phrase: str
    words: tuple[str, ...]
    of: str
    is_plain: bool
    kind: str = "name"


def find_leaks(
    files: Iterable[OutFile], said: Published, secrets: Secrets, *, allow: Sequence[str] = ()
) -> tuple[Leak, ...]:
    """Return what leaks in ``files``, by path and line, each thing once in a file.

    ``said`` is asked only about what was found; phrases in ``allow`` are let through.
    """
    let_through = [f" {phrase_of(decoded(text))} " for text in allow]
    found: dict[tuple[str, str], Leak] = {}
    for leak in _iter_leaks(files, said, secrets):
        words = f" {phrase_of(leak.text)} "
        is_said_so = leak.kind in _WORDED and any(words in text for text in let_through)
        if leak.text not in allow and not is_said_so:
            found.setdefault((leak.path, f"{leak.kind} {leak.text}"), leak)
    return tuple(sorted(found.values(), key=lambda leak: (leak.path, leak.line, leak.text)))


def _iter_leaks(files: Iterable[OutFile], said: Published, secrets: Secrets) -> Iterator[Leak]:
    names = _names(secrets)
    sheaf: list[tuple[Page, array[int]]] = []
    size = 0
    for page in (page for file in files for page in unpacked(file)):
        read = _Read(page)
        yield from _marked(read, secrets.paths, said)
        yield from _named(read, names, said)
        if secrets.notes and not page.is_name:
            sheaf.append((page, array("q", runs(read.words, PHRASE))))
            size += len(sheaf[-1][1])
        if size > _MOST_RUNS:
            yield from _phrases(sheaf, secrets.notes, said)
            sheaf, size = [], 0
    yield from _phrases(sheaf, secrets.notes, said)


def refuse(leaks: Iterable[Leak]) -> None:
    """Raise LeakError, naming them, if there are leaks that stop an export."""
    stopping = [leak for leak in leaks if leak.stops]
    if not stopping:
        return
    told = [f"{_place(leak)}: {leak.message}" for leak in stopping[:_MOST_TOLD]]
    if len(stopping) > _MOST_TOLD:
        told.append(f"and {len(stopping) - _MOST_TOLD} more")
    raise LeakError(tuple(told))


def leak_problems(leaks: Iterable[Leak]) -> tuple[Problem, ...]:
    """Return the leaks that are only worth a warning, as problems."""
    return tuple(
        Problem("leak", leak.path, leak.message, leak.line or None)
        for leak in leaks
        if not leak.stops
    )


def _place(leak: Leak) -> str:
    return f"{leak.path}:{leak.line}" if leak.line else leak.path


def _masked(token: str) -> str:
    """Return the beginning of a token: an error must not spread it."""
    return f"{token[:6]}… ({len(token)} characters)"


@dataclass
class _Read:
    """A page with its words, which are read where something is looked for among them."""

    page: Page

    @cached_property
    def words(self) -> list[str]:
        """All of them, in one case."""
        return words_of(self.page.text)

    def leak(self, kind: str, text: str, of: str, *, stops: bool = True, at: int = -1) -> Leak:
        """Return a leak of this page; ``at`` is its offset, else its words are looked for."""
        line = 0
        if not self.page.is_name:
            start = at if at >= 0 else _offset(self.page.text, text)
            line = self.page.text.count("\n", 0, start) + 1
        return Leak(self.page.path, line, kind, text, of, stops)


def _offset(text: str, phrase: str) -> int:
    """Return where words begin to follow each other in a text; 0 where markup hides it."""
    gap = r"(?:[\W_]|<[^<>]{0,200}>){1,200}?"
    words = (re.escape(word) for word in phrase.split()[:PHRASE])
    match = re.search(gap.join(words), text, re.IGNORECASE)
    return match.start() if match else 0


# --- what gives itself away ------------------------------------------------------------------


def _marked(read: _Read, paths: Sequence[str], said: Published) -> Iterator[Leak]:
    for mark in marks_in(read.page.text, paths):
        if (stops := _stops(mark, said)) is not None:
            yield read.leak(mark.kind, mark.text, "", stops=stops, at=mark.start)


def _stops(mark: Mark, said: Published) -> bool | None:
    """Return whether something stops the export, is worth a warning (False), or neither."""
    if mark.is_certain:
        return True
    if not said.has(mark.text):
        return True
    if mark.kind == "path":
        return None if _GENERIC_HOME.fullmatch(mark.text) else True
    return None if mark.kind == "mail address" else False


# --- names -----------------------------------------------------------------------------------


def _names(secrets: Secrets) -> Mapping[str, list[_Name]]:
    """Return the names and short fields that are looked for, by their longest word."""
    found: dict[str, list[_Name]] = {}
    for name in {name.phrase: name for name in _all_names(secrets)}.values():
        found.setdefault(max(name.words, key=len), []).append(name)
    return found


def _all_names(secrets: Secrets) -> Iterator[_Name]:
    for note in secrets.notes:
        for text in (note.ref if "/" in note.ref else "", *note.names, *note.marks):
            if name := _name(text, note.ref):
                yield name
    for key, field, value in secrets.fields:
        for line in re.split(r"[;\n]", value) if field == "file" else [value]:
            words = words_of(decoded(line))
            for start in range(0, max(1, len(words) - PHRASE + 1), PHRASE):
                part = " ".join(words[start : start + PHRASE])
                name = _name(part, f"{key}, {field}")
                if name and not name.is_plain:
                    yield name._replace(kind="field")


def _name(text: str, of: str) -> _Name | None:
    """Return the name a text is; None for one that says nothing, such as a date."""
    words = words_of(decoded(text))
    telling = [word for word in words if not word.isdigit() and word not in _CALENDAR]
    if not telling or (sum(map(len, telling)) < _LEAST_LETTERS and telling[0].isascii()):
        return None
    only = words[0] if len(words) == 1 else ""
    is_plain = bool(only) and len(only) < _LONG_WORD and (only.isalpha() or len(only) < 6)
    return _Name(" ".join(words), tuple(words), of, is_plain)


def _named(read: _Read, names: Mapping[str, list[_Name]], said: Published) -> Iterator[Leak]:
    vocabulary = frozenset(read.words) if names else frozenset()
    there = [
        name
        for anchor in vocabulary & names.keys()
        for name in names[anchor]
        if vocabulary.issuperset(name.words)
    ]
    if not there:
        return
    flat = f" {' '.join(read.words)} "
    alone = _alone(read.page) if any(name.is_plain for name in there) else frozenset()
    found: list[_Name] = []
    for name in sorted(there, key=lambda name: -len(name.phrase)):
        is_there = name.phrase in alone if name.is_plain else f" {name.phrase} " in flat
        is_part = any(f" {name.phrase} " in f" {whole.phrase} " for whole in found)
        if is_there and not is_part and not said.says(name.phrase):
            found.append(name)
            yield read.leak(name.kind, name.phrase, name.of)


def _alone(page: Page) -> frozenset[str]:
    """Return what stands alone on a page: links, titles, items; of a path its parts."""
    if page.is_name:
        parts = (part.partition(".")[0] for part in page.path.split("/"))
        return frozenset(map(phrase_of, parts))
    found = [text for match in _ALONE.finditer(page.text) for text in match.groups() if text]
    for match in _ITEMS.finditer(page.text):
        found += match[1].split(",")
    return frozenset(map(phrase_of, found))


# --- phrases ---------------------------------------------------------------------------------


def _is_telling(words: Sequence[str]) -> bool:
    """Say whether words are more than the letters of a formula, which many formulas share."""
    text = "".join(words)
    return not text.isascii() or len(text) >= _FEWEST_LETTERS


def _phrases(
    sheaf: Sequence[tuple[Page, array[int]]], notes: Iterable[Private], said: Published
) -> Iterator[Leak]:
    leaving: frozenset[int] = frozenset()
    for note in notes if sheaf else ():
        leaving = leaving or frozenset(number for _, numbers in sheaf for number in numbers)
        words = words_of(decoded(note.text()))
        common = leaving.intersection(runs(words, PHRASE))
        if not common:
            continue
        unsaid = {
            number
            for at, number in enumerate(runs(words, PHRASE))
            if number in common
            and _is_telling(words[at : at + PHRASE])
            and _is_unsaid(tuple(words[at : at + PHRASE]), said)
        }
        for page, numbers in sheaf if unsaid else ():
            if not unsaid.isdisjoint(numbers):
                read = _Read(page)
                yield read.leak("phrase", _first_run(read.words, numbers, unsaid), note.ref)


def _is_unsaid(phrase: tuple[str, ...], said: Published) -> bool:
    """Whether nobody published says so; ``span span span …`` nobody says at all."""
    return len(set(phrase)) >= _LEAST_DIFFERENT and not said.says_about(phrase)


def _first_run(words: Sequence[str], numbers: Sequence[int], unsaid: Container[int]) -> str:
    """Return the first words that leak, as many as follow each other."""
    start = next(at for at, number in enumerate(numbers) if number in unsaid)
    end = start + 1
    while end < len(numbers) and numbers[end] in unsaid:
        end += 1
    return " ".join(words[start : end + PHRASE - 1])
