"""Where a text says a paper or note without a link: by title, authors and year, or id. Pure.

A text is cut into words that are compared as letters, so that case, accents, punctuation, hyphens
and line ends do not matter. What is code, math, a comment, a link or a mark is hidden first. False
alarms are the worst, so short titles need more than their words, and of two papers that fit the
same words neither is taken for sure.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from papernotes.ids import ascii_fold
from papernotes.markdown.lines import Lines
from papernotes.markdown.plain import plain_text, words_between
from papernotes.notes.reading import read
from papernotes.splices import splice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from papernotes.markdown import Document
    from papernotes.models import Link

_HIDDEN = frozenset({
    "fence", "code_block", "code", "math", "math_block", "comment", "html", "reference",
    "footnote_ref", "block_id",
})  # fmt: skip
_GONE = "\0"
# First authors of more than one arXiv paper in 500 each: alone with a year it may be anybody.
_COMMON_NAMES = (
    "li wang zhang chen liu yang wu huang xu kim zhou lee zhao yu hu nguyen zhu lin sun ma he tang"
    " lu guo jiang"
)
_COMMON = frozenset(_COMMON_NAMES.split())
_TOLERANT_WORDS, _SHORT_WORDS, _MOST_WORDS = 4, 2, 60
_FEWEST_LETTERS = 3
_MOST_TRIES = 50
_FAR = 6  # characters between a short title and what makes it sure

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_RUNNING = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f]")
_PARTED = re.compile(rf"[{_GONE}|]|(?>\r\n|\r|\n)[ \t>]*[\r\n]|[\W_]{{17}}")
_INNER_CAPITAL = re.compile(r"[^\W_]+[A-Z]|[A-Z]+[^\W_]*-?\d")
_BEFORE_NAME = re.compile(r"[\w\-'’@#/\\.]\Z")
_AFTER_OTHERS = re.compile(r"[^\W\d_][\w.'’-]*,?\s+(?:and|&|und|et)\s+\Z|[A-Z][\w.'’-]*,\s+\Z")
_LOOK_BACK = 80
_AFTER_NAME = re.compile(
    rf"(?P<others>(?:&amp;|[^\d()\[\];:.!?{_GONE}]){{0,120}}?)"
    r"(?P<more>,?\s+[*_]{0,2}et\.?\s+al\.?[*_]{0,2}|,?\s+(?:and|&)\s+(?:colleagues|others|coworkers))?"
    r"(?:['’]s)?(?P<open>,?\s*[(\[]?)\s*"
    r"(?P<year>(?:19|20)\d\d)[a-z]?(?!\w|[-–/]\d)(?P<close>[)\]])?"
)
_JOINER = re.compile(r",?\s+(?:and|und|et)\s+|,?\s*(?:&amp;|&)\s*|,\s*")
_YEAR = re.compile(r"[\W_]{1,4}((?:19|20)\d\d)(?!\w)")
_UNSAFE_LABEL = re.compile(r"[\[\]|\\`%<>]")
_MARKS = tuple(map(re.compile, (r"\*+", r"(?<!\w)_+|_+(?!\w)", "~~+", "==+")))


@dataclass(frozen=True, slots=True)
class Names:
    """What something is said by.

    ``titles`` are titles and other names; ``authors`` the family names of a paper's authors, each
    in all its spellings, and ``has_more`` says that the list goes on; ``arxiv`` is its id.
    """

    titles: tuple[str, ...] = ()
    authors: tuple[tuple[str, ...], ...] = ()
    has_more: bool = False
    years: frozenset[int] = frozenset()
    arxiv: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One place: its kind (``title``, ``authors`` or ``arxiv``), its span, its line and its words.

    ``rivals`` are others that these words may mean as well; ``is_heading``: it stands in a heading.
    """

    kind: str
    start: int
    end: int
    line: int
    words: str
    rivals: tuple[str, ...] = ()
    is_heading: bool = False


def find_mentions(
    document: Document, names: Names, rivals: Mapping[str, Names] | None = None
) -> tuple[Said, ...]:
    """Return the places of ``document`` that say what ``names`` names, in order, none in another.

    ``rivals`` are others with like names. A place that lies within the longer name of one of them
    means that one; a place that is said by the same words of one is in doubt.
    """
    words = _Words(document)
    lines = Lines(document.text, document.start, _first_line(document))
    headings = [(each.start, each.end) for each in document.headings]
    others = [(ref, _spans(words, each)) for ref, each in (rivals or {}).items()]
    found: list[Said] = []
    for kind, start, end in _spans(words, names):
        around = [(ref, _around(spans, kind, start, end)) for ref, spans in others]
        if any(length > end - start for _, length in around):
            continue
        doubtful = sorted(ref for ref, length in around if length)
        if kind == "authors" and not doubtful and _is_anybody(words.text[start:end], names):
            doubtful = [f"a paper of another {names.authors[0][-1]}"]
        at = bisect_left(headings, (start + 1, 0)) - 1
        in_heading = at >= 0 and start < headings[at][1]
        said = words_between(document, start, end)
        found.append(Said(kind, start, end, lines.number(start), said, tuple(doubtful), in_heading))
    return tuple(found)


def link_mentions(
    text: str, path: str, mentions: Sequence[Said], target: str
) -> tuple[str, tuple[Said, ...]]:
    """Return a note's text with links to ``target`` at mentions, and the mentions that are linked.

    Left are those in doubt or in a heading, and what would change the words the note shows.
    """
    document = read(text, path).document
    links = {each: link_of(document, each, target) for each in mentions if _is_linkable(text, each)}

    def linked(chosen: Iterable[Said]) -> str | None:
        edited = splice(text, [(each.start, each.end, links[each]) for each in chosen])
        is_same = _says_the_same(document, read(edited, path).document, target)
        return edited if is_same else None

    edited = linked(links)
    if edited is not None:
        return edited, tuple(links)
    edited = text
    chosen: tuple[Said, ...] = ()
    for each in links if len(links) <= _MOST_TRIES else ():
        tried = linked((*chosen, each))
        if tried is not None:
            edited, chosen = tried, (*chosen, each)
    return edited, chosen


def link_of(document: Document, mention: Said, target: str) -> str:
    """Return the link that a mention would become: its words, leading to ``target``."""
    tables = [span for span in document.spans if span.kind == "table"]
    at = bisect_left(tables, mention.start + 1, key=lambda span: span.start) - 1
    bar = r"\|" if at >= 0 and mention.start < tables[at].end else "|"
    return f"[[{target}{bar}{mention.words}]]"


# Text → letters


class _Words:
    """The words of a text that are not hidden, as one string of letters with their places."""

    def __init__(self, document: Document) -> None:
        self.text = _masked(document)
        self._places: list[tuple[int, int]] = []
        self._offsets: list[int] = []
        pieces: list[str] = []
        at = 0
        for match in _WORD.finditer(self.text, document.start):
            letters = _letters(match.group())
            self._places.append(match.span())
            self._offsets.append(at)
            pieces.append(letters)
            at += len(letters)
        self._offsets.append(at)
        self._joined = "".join(pieces)

    def find(self, letters: str) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of each place whose words have these letters, not parted."""
        at = self._joined.find(letters) if letters else -1
        while at >= 0:
            start, end = self._begin(at), self._end(at + len(letters))
            if start >= 0 and end >= 0 and not _PARTED.search(self.text, start, end):
                yield start, end
            at = self._joined.find(letters, at + 1)

    def _begin(self, at: int) -> int:
        """Return where the word begins that has its first letter at ``at``, else -1."""
        index = bisect_left(self._offsets, at)
        if self._offsets[index] == at:
            return self._places[index][0] if index < len(self._places) else -1
        start, end = self._places[index - 1]
        within = start + at - self._offsets[index - 1]
        is_running = within < end and _RUNNING.match(self.text, within)
        return within if is_running else -1

    def _end(self, at: int) -> int:
        """Return where the word ends that has its last letter before ``at``, else -1."""
        index = bisect_left(self._offsets, at)
        if self._offsets[index] == at:
            return self._places[index - 1][1]
        start, end = self._places[index - 1]
        within = start + at - self._offsets[index - 1]
        is_running = start < within <= end and _RUNNING.match(self.text, within - 1)
        return within if is_running else -1


def _masked(document: Document) -> str:
    """Return the text with what is no word to a reader, or is linked already, hidden."""
    text = document.text
    hidden = [(span.start, span.end) for span in document.spans if span.kind in _HIDDEN]
    hidden += [(each.start, each.end) for each in document.links]
    hidden += [(each.start, each.end) for each in document.citations]
    hidden += [mark for mark in document.marks if text[slice(*mark)].strip(" \t>")]
    hidden += [(each.end, each.end + 1) for each in document.headings if each.end < len(text)]
    pieces: list[str] = []
    pos = 0
    for start, end in sorted(hidden):
        if end > pos:
            pieces += [text[pos:start], _GONE * (end - max(start, pos))]
            pos = end
    return "".join([*pieces, text[pos:]])


@lru_cache(maxsize=20_000)
def _letters(word: str) -> str:
    """Return what spellings of one word have in common; other scripts than Latin stay."""
    if word.isascii():
        return word.lower()
    latin = ascii_fold(word)
    bare = unicodedata.normalize("NFKD", word)
    kept = "".join(char for char in bare if not unicodedata.combining(char)).casefold()
    return latin.lower() if len(latin) >= len(kept) else kept


def letters_of(text: str) -> str:
    """Return what two texts of the same words have in common."""
    return "".join(_letters(match.group()) for match in _WORD.finditer(text))


def _first_line(document: Document) -> int:
    head = document.text[: document.start]
    return 1 + head.count("\n") + head.count("\r") - head.count("\r\n")


# Places


def _spans(words: _Words, names: Names) -> list[tuple[str, int, int]]:
    """Return all places as (kind, start, end), sorted, without those that lie in another."""
    sure = [*_authors(words, names), *_ids(words, names)]
    found = [*sure, *_titles(words, names, sorted(start for _, start, _ in sure))]
    kept: list[tuple[str, int, int]] = []
    for each in sorted(found, key=lambda each: (each[1], -each[2])):
        if not kept or each[1] >= kept[-1][2]:
            kept.append(each)
    return kept


def _around(spans: Sequence[tuple[str, int, int]], kind: str, start: int, end: int) -> int:
    """Return how long the one of these places is that has start to end within it; 0: none has."""
    at = bisect_left(spans, start + 1, key=lambda each: each[1]) - 1
    if at < 0:
        return 0
    other, first, last = spans[at]
    return last - first if other == kind and end <= last else 0


def _titles(words: _Words, names: Names, sure: Sequence[int]) -> Iterator[tuple[str, int, int]]:
    text = words.text
    for title in dict.fromkeys(names.titles):
        parts = [match.group() for match in _WORD.finditer(title)]
        letters = letters_of(title)
        if len(letters) < _FEWEST_LETTERS or len(parts) > _MOST_WORDS:
            continue
        count = len(parts) + len(_RUNNING.findall(title)) // 2
        for start, end in words.find(letters):
            said = [match.group() for match in _WORD.finditer(text, start, end)]
            is_exact = said == parts
            is_sure = count >= _TOLERANT_WORDS or (is_exact and count > _SHORT_WORDS)
            if is_sure or (is_exact and _is_named(text, title, end, names, sure)):
                yield "title", start, end


def _is_named(text: str, title: str, end: int, names: Names, sure: Sequence[int]) -> bool:
    """Tell whether a title of a word or two is distinctive, or who wrote it and when follows."""
    if _INNER_CAPITAL.search(title):
        return True
    following = bisect_left(sure, end)
    if following < len(sure) and sure[following] - end <= _FAR:
        return not re.search(r"[^\W_]", text[end : sure[following]])
    year = _YEAR.match(text, end)
    return year is not None and int(year[1]) in names.years


def _authors(words: _Words, names: Names) -> Iterator[tuple[str, int, int]]:
    if not names.authors or not names.years:
        return
    for name in names.authors[0]:
        for start, end in words.find(letters_of(name)):
            if not words.text[start].islower() or name[0].islower():
                span = _author_span(words.text, start, end, names)
                if span is not None:
                    yield "authors", *span


def _author_span(text: str, start: int, end: int, names: Names) -> tuple[int, int] | None:
    """Return the place of ``Name et al. (2017)`` whose first name stands at start to end."""
    before = text[max(0, start - _LOOK_BACK) : start]
    match = _AFTER_NAME.match(text, end)
    if match is None or int(match["year"]) not in names.years or _BEFORE_NAME.search(before):
        return None
    listed = _listed(match["others"], names)
    if not listed or not _is_whole(listed, names, has_more=match["more"] is not None):
        return None
    if match["more"] is None and _AFTER_OTHERS.search(before):
        return None
    if _PARTED.search(text, start, match.end()):
        return None
    if "(" not in match["open"] and "[" not in match["open"]:
        return start, match.end("year") + len(match.group()[match.end("year") - end :].rstrip(")]"))
    is_closed = match["close"] == ")"
    return start, match.end() if is_closed else match.start("open")


def _is_anybody(said: str, names: Names) -> bool:
    """Tell whether a place names but one author, and one whose name many have."""
    second = names.authors[1] if len(names.authors) > 1 else ()
    letters = letters_of(said)
    is_alone = not any(letters_of(name) in letters for name in second)
    return is_alone and letters_of(names.authors[0][-1]) in _COMMON


def _listed(others: str, names: Names) -> int:
    """Return how many authors are listed, the first with them; 0 when one is another."""
    said = [part.strip(" *_\t\r\n>") for part in _JOINER.split(others)] if others.strip() else [""]
    if said[0] or len(said) > len(names.authors):
        return 0
    for part, spellings in zip(said[1:], names.authors[1:], strict=False):
        if letters_of(part) not in map(letters_of, spellings):
            return 0
    return len(said)


def _is_whole(listed: int, names: Names, *, has_more: bool) -> bool:
    """Tell whether so many names stand for all: all of them, two and more, or with ``et al.``."""
    count = len(names.authors) + names.has_more
    if has_more:
        return listed < count and count > _SHORT_WORDS
    return listed == count or listed >= _SHORT_WORDS


def _ids(words: _Words, names: Names) -> Iterator[tuple[str, int, int]]:
    if not names.arxiv:
        return
    if "/" in names.arxiv:
        archive, _, number = names.arxiv.partition("/")
        form, prefix = rf"{re.escape(archive)}(?:\.[a-z]{{2}})?/{number}", "?"
    else:  # with four digits after the point it may be any number
        form, prefix = re.escape(names.arxiv), "?" if len(names.arxiv) > len("0704.0001") else ""
    before = rf"(?:arxiv(?:\.org/(?:abs|pdf)/|\s?[:.]?\s?)){prefix}"
    pattern = rf"(?<![\w./=:@-]){before}{form}(?:v\d{{1,3}})?(?![\w/-]|\.\d)"
    for match in re.finditer(pattern, words.text, re.IGNORECASE):
        yield "arxiv", *match.span()


# Places → links


def _is_linkable(text: str, mention: Said) -> bool:
    """Tell whether a place is sure, and holds or breaks no mark."""
    raw = text[mention.start : mention.end]
    is_whole = all(len(mark.findall(raw)) % 2 == 0 for mark in _MARKS)
    is_free = text[mention.start - 1 : mention.start] != "[" and text[mention.end :][:1] != "]"
    is_sure = not (mention.rivals or mention.is_heading)
    return is_sure and is_whole and is_free and not _UNSAFE_LABEL.search(mention.words)


def _says_the_same(before: Document, after: Document, target: str) -> bool:
    """Tell whether two texts show the same words, and the same links but for those to target."""
    old, new = (_others(each.links, target) for each in (before, after))
    shown = [plain_text(each).split() for each in (before, after)]
    return old == new and shown[0] == shown[1]


def _others(links: Iterable[Link], target: str) -> list[Link]:
    return [
        replace(link, start=0, end=0, line=0)
        for link in links
        if (link.kind, link.target, link.heading) != ("wiki", target, "")
    ]
