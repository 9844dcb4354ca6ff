r"""The one analyzer of text and of queries: text → terms at positions.

Everything that is compared anywhere (the index, its vocabulary, fragments, folded columns of the
store) goes through here, so both sides always agree. One regular expression cuts a text into raw
words; what a raw word means is worked out once and kept in a bounded table. The rules:

- accents, case and compatibility forms fold (``Schrödinger`` = ``SCHRODINGER``), and so do LaTeX
  accents (``Schr{\"o}dinger``);
- a single Greek letter or a math command is its name (``β`` = ``\beta`` = ``beta``); commands
  that only format (``\mathbf``) are nothing;
- numbers with points and arXiv ids are one term; an arXiv id is without its version;
- ``C++`` and ``C#`` are terms, and so is an emoji;
- compounds (``self-supervised``, ``GPT-4``, ``batch_norm``, ``O'Brien``, ``1,000``) are their
  parts at consecutive positions and, at the first of these, also the parts joined;
- Chinese, Japanese and Korean runs are overlapping pairs of characters;
- anything else is a word, reduced to its English stem.

No word is left out for being frequent. Changing a rule means raising ``index.INDEX_VERSION``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from papernotes.stemming import first_letters, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_TERM = 64
"""Words are cut to this many characters, in texts and in queries alike."""

_MAX_PARTS = 6  # longer chains (file names, dates) are only their parts
_MAX_CACHED_LENGTH = 40
_MAX_CACHED = 150_000

_CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f"
)
_JAMO = frozenset(map(chr, range(0x1100, 0x1200)))  # what _CJK has below U+2E80
_LETTERS = {"ascii": "[A-Za-z0-9]", "plain": r"[^\W_]", "cjk": rf"[^\W_{_CJK}]"}  # by kind of text
_MARK = "[\u0300-\u036f\u00ad\u200b-\u200d\u2060]"  # combining accents and invisible joiners
_TEX_ACCENT = (
    r"""\{?\\(?:["'`^~=.]\s?(?:\{\s*\\?[A-Za-z]\s*\}|\\?[A-Za-z])"""
    r"|[uvHcdbkr](?:\s*\{\s*\\?[A-Za-z]\s*\}|\s+[A-Za-z])"
    r"|(?:ss|ae|oe|AE|OE|aa|AA|o|O|l|L)(?![A-Za-z])(?:\{\}|(?=\}))?)\}?"
)
_SPACED_ACCENT = r"""\\["'`^~=.uvHcdbkr](?:\s|\{\\?[A-Za-z]?\s)"""
_PICTURES = "\u2600-\u27bf\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
_SEPARATOR = r"(?:[-\u2010-\u2013\u2212'\u2019.]|_+|(?<=\d),(?=\d{3}(?!\d)))"
_SUFFIX = r"(?:\+\+|\#(?!\w)|/\d{7}(?:v\d+)?(?!\w))?"  # C++, C#, hep-th/9901001

_SPLIT = re.compile(r"[-\u2010-\u2013\u2212'\u2019_,]+|\.(?!\d)|(?<!\d)\.")
_POSSESSIVE = re.compile(r"['\u2019][sS]$")
_NEW_ID = re.compile(r"(\d{4}\.\d{4,5})v\d+")
_OLD_ID = re.compile(r"([A-Za-z]+(?:-[A-Za-z]+)?)(?:\.[A-Za-z]{2})?(/\d{7})(?:v\d+)?")
_ANYTHING = re.compile(r"\S")
_SPECIAL = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_TEX_LETTERS = {"aa": "a", "o": "o", "l": "l", "ss": "ss", "ae": "ae", "oe": "oe"}
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau",
    "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_FORMATTING = frozenset({
    "bar", "begin", "big", "bigg", "biggl", "biggr", "bigl", "bigr", "bf", "bm", "boldsymbol",
    "cal", "cdot", "cdots", "cite", "ddot", "displaystyle", "dot", "dots", "em", "emph", "end",
    "ensuremath", "footnote", "frac", "hat", "it", "label", "ldots", "left", "limits", "mathbb",
    "mathbf", "mathcal", "mathfrak", "mathit", "mathop", "mathrm", "mathscr", "mathsf", "mathtt",
    "mbox", "mid", "middle", "operatorname", "overline", "qquad", "quad", "ref", "right", "rm",
    "sc", "sf", "sqrt", "text", "textbf", "textit", "textrm", "textsc", "textsf", "textstyle",
    "texttt", "tilde", "tt", "underline", "url", "vec", "widehat", "widetilde",
})  # fmt: skip


class Token(NamedTuple):
    """A term and the stretch ``[start, end)`` of the text it stands for.

    ``word`` is the term before stemming; ``is_joined`` marks the joined form of a compound.
    """

    term: str
    word: str
    start: int
    end: int
    is_joined: bool = False


GAP = Token("", "", 0, 0)
"""What stands for words that were left out."""


class Meaning(NamedTuple):
    """What a raw word means: terms by position, and its words before stemming."""

    slots: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]


def fold(text: str) -> str:
    """Return ``text`` without accents (LaTeX ones too), case and compatibility forms."""
    if "\\" in text:
        text = _compiled(_TEX_ACCENT).sub(_bare_letters, text)
    if text.isascii():
        return text.lower()
    bare = _compiled(f"{_MARK}+").sub("", unicodedata.normalize("NFKD", text)).casefold()
    return unicodedata.normalize("NFC", bare.translate(_SPECIAL))


def term_of(word: str) -> str:
    """Return the index term of a folded word: its stem where it is an English-looking word."""
    return stem(word) if word.isalpha() and word.isascii() else word


def cut(text: str) -> list[str]:
    """Return the raw words of ``text``; :func:`meaning` says what each is."""
    return _pattern_for(text).findall(text)


def meaning(raw: str) -> Meaning:
    """Return what a raw word means."""
    return CACHE.get(raw) or _kept(raw)


def slots(text: str) -> list[tuple[str, ...]]:
    """Return the terms of ``text``, one tuple per position, the plainest term first."""
    return [slot for raw in cut(text) for slot in meaning(raw).slots]


def words(text: str) -> list[str]:
    """Return the folded words of ``text`` before stemming, compounds also joined; no CJK."""
    return [word for raw in cut(text) for word in meaning(raw).words]


def tokenize(text: str, hints: re.Pattern[str] = _ANYTHING) -> list[Token]:
    """Return every term of ``text`` with its place, in the order of their beginnings.

    With ``hints`` (see :func:`hints_of`) words that these rule out are never looked at, which
    is much quicker; where some were left out is a GAP.
    """
    pattern = _pattern_for(text)
    tokens: list[Token] = []
    done = 0
    is_whole = "\\" in text and _compiled(_SPACED_ACCENT).search(text) is not None
    for start, end in [(0, len(text))] if is_whole else _stretches(text, hints):
        if pattern.search(text, done, start) is not None:
            tokens.append(GAP)
        for match in pattern.finditer(text, start, end):
            tokens += _tokens(match.group(), match.start())
        done = end
    return tokens


def hints_of(terms: Iterable[str], words: Iterable[str] = ()) -> re.Pattern[str]:
    """Return what is found in every raw word that means one of ``terms`` or begins as ``words``.

    It looks for their first letters; a word with a backslash or not of ASCII may mean anything.
    """
    found = {letters for term in terms for letters in first_letters(term)}
    found.update(word[:2] for word in words)
    between = f"(?:{_SEPARATOR})*"  # the joined form of ``e-mail`` begins with two parts
    starts = "|".join(between.join(map(re.escape, letters)) for letters in sorted(found))
    return re.compile(rf"(?<![A-Za-z0-9])(?i:{starts})|[^\x00-\x5b\x5d-\x7f]")


def is_cjk(term: str) -> bool:
    """Say whether a term is made of Chinese, Japanese or Korean characters."""
    if term.isascii() or not _may_be_cjk(term[:1]):
        return False
    return _compiled(f"[{_CJK}]").match(term) is not None


CACHE: dict[str, Meaning] = {}
"""What common raw words mean, for loops that cannot afford a call per word."""


def _pattern_for(text: str) -> re.Pattern[str]:
    kind = "ascii" if text.isascii() else "cjk" if _may_be_cjk(text) else "plain"
    return _pattern(kind, has_tex="\\" in text)


@cache
def _pattern(kind: str, *, has_tex: bool) -> re.Pattern[str]:
    """Return what cuts such texts into raw words. Compiled when needed: some cost milliseconds."""
    letter = _LETTERS[kind]
    runs = f"|[{_CJK}]+" if kind == "cjk" else ""
    if kind != "ascii":
        runs += f"|[{_PICTURES}]"
    if has_tex:
        mark = "" if kind == "ascii" else f"|{_MARK}"
        letter = f"(?:{letter}+|{_TEX_ACCENT})"
        runs += r"|\\[A-Za-z]+"
        return re.compile(f"{letter}(?:{_SEPARATOR}?{letter}{mark})*{_SUFFIX}{runs}")
    word = f"{letter}+" if kind == "ascii" else f"{letter}+(?:{_MARK}+{letter}*)*"
    return re.compile(f"{word}(?:{_SEPARATOR}{word})*{_SUFFIX}{runs}")


def _may_be_cjk(text: str) -> bool:
    """Say whether the patterns for such characters are needed: they are slow to compile."""
    letters = set(text)
    highest = max(letters, default="")
    return highest > "\u2e7f" or (highest > "\u10ff" and not letters.isdisjoint(_JAMO))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _kept(raw: str) -> Meaning:
    found = _analyse(raw)
    if len(raw) <= _MAX_CACHED_LENGTH:
        if len(CACHE) >= _MAX_CACHED:
            CACHE.clear()
        CACHE[raw] = found
    return found


def _analyse(raw: str) -> Meaning:
    if is_cjk(raw):
        return Meaning(tuple((fold(pair),) for pair, _ in _pairs(raw)), ())
    parts = [part for part, _, _ in _parts(raw)]
    if not parts:
        return Meaning((), ())
    terms = [term_of(part) for part in parts]
    if not 1 < len(parts) <= _MAX_PARTS:
        return Meaning(tuple((term,) for term in terms), tuple(parts))
    joined = "".join(parts)[:MAX_TERM]
    found = ((terms[0], term_of(joined)), *((term,) for term in terms[1:]))
    return Meaning(found, (*parts, joined))


def _tokens(raw: str, start: int) -> list[Token]:
    if is_cjk(raw):
        pairs = [(fold(pair), start + at, start + at + len(pair)) for pair, at in _pairs(raw)]
        return [Token(pair, pair, first, last) for pair, first, last in pairs]
    spans = _parts(raw)
    if len(spans) == 1:
        part = spans[0][0]
        return [Token(term_of(part), part, start, start + len(raw))]
    tokens = [Token(term_of(part), part, start + at, start + end) for part, at, end in spans]
    if 1 < len(spans) <= _MAX_PARTS:
        joined = "".join(part for part, _, _ in spans)[:MAX_TERM]
        first, last = start + spans[0][1], start + spans[-1][2]
        tokens.insert(0, Token(term_of(joined), joined, first, last, is_joined=True))
    return tokens


def _stretches(text: str, hints: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield the stretches between white space where ``hints`` finds something."""
    end = 0
    while (hint := hints.search(text, end)) is not None:
        start = hint.start()
        while start > end and not text[start - 1].isspace():
            start -= 1
        end = hint.end()
        while end < len(text) and not text[end].isspace():
            end += 1
        yield start, end


def _pairs(run: str) -> list[tuple[str, int]]:
    if len(run) == 1:
        return [(run, 0)]
    return [(run[at : at + 2], at) for at in range(len(run) - 1)]


def _parts(raw: str) -> list[tuple[str, int, int]]:
    """Return the folded parts of a raw word that is not CJK, each with its place in ``raw``."""
    if raw[0] == "\\" and raw[1:].isalpha():
        return _command(raw)
    if raw[-1] == "+" or "/" in raw:
        return [(_id_or_name(raw), 0, len(raw))]
    body = raw.removesuffix("#")
    if body != raw and len(body) == 1:
        return [(fold(raw), 0, len(raw))]
    if (possessive := _POSSESSIVE.search(body)) is not None:
        body = body[: possessive.start()]
    if "\\" in body:  # a LaTeX accent may hold what would part a compound
        folded = fold(body)[:MAX_TERM]
        return [(folded, 0, len(body))] if folded else []
    parts: list[tuple[str, int, int]] = []
    start = 0
    for separator in (*_SPLIT.finditer(body), None):
        end = len(body) if separator is None else separator.start()
        if part := _plain_part(body[start:end]):
            parts.append((part, start, end))
        start = end if separator is None else separator.end()
    return parts


def _command(raw: str) -> list[tuple[str, int, int]]:
    name = raw[1:].lower()
    if name in _FORMATTING:
        return []
    if name.startswith("var") and name[3:] in _GREEK.values():
        name = name[3:]
    return [(name[:MAX_TERM], 0, len(raw))]


def _plain_part(text: str) -> str:
    folded = fold(text)[:MAX_TERM]
    if len(folded) == 1:
        return _GREEK.get(folded, folded)
    if (arxiv := _NEW_ID.fullmatch(folded)) is not None:
        return arxiv[1]
    return folded


def _id_or_name(raw: str) -> str:
    if (arxiv := _OLD_ID.fullmatch(raw)) is not None:
        return (arxiv[1] + arxiv[2]).lower()
    return fold(raw)[:MAX_TERM]


def _bare_letters(match: re.Match[str]) -> str:
    body = match.group().strip("{}").lstrip("\\")
    lowered = re.sub(r"[^A-Za-z]", "", body).lower()
    if lowered in _TEX_LETTERS and body[0].isalpha() and body.strip("{} ").isalpha():
        letters = _TEX_LETTERS[lowered]
        return letters.upper() if body[0].isupper() else letters
    return re.sub(r"[^A-Za-z]", "", body)[-1:]
