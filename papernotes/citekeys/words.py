"""Words of titles and names in ASCII: accents dropped, other scripts transliterated, TeX left out.

Latin letters fold as :func:`papernotes.ids.ascii_fold` has it. Letters of other scripts become
Latin ones by the tables of anyascii, which this module alone imports. A single Greek or Cyrillic
letter is a symbol or a preposition and goes. Two ideographs count as one word, for Chinese and
Japanese write no spaces. All is bounded: only the first 1,000 characters of a text are read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from papernotes.ids import ascii_fold

LONGEST_TEXT = 1000
_LONGEST_WORD = 40

_FOREIGN = re.compile(
    "[\u0370-\u1cff\u1f00-\u1fff\u2c00-\u2c5f\u2c80-\u2dff\u3005-\u3007\u3021-\u3029\u3031-\u30ff"
    "\u3105-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\ua6ff\ua800-\uab2f\uab70-\ud7ff\uf900-\ufaff"
    "\ufb13-\ufdff\ufe70-\ufefc\uff66-\uffdc"
    "\U00010000-\U0001bfff\U0001e000-\U0001eeff\U00020000-\U0003ffff]+"
)
_SYMBOL = re.compile("[\u0370-\u052f\u1f00-\u1fff]")  # Greek and Cyrillic, when alone
_FIRST_OF_EAST_ASIA = "\u3000"
_IDEOGRAPH = "[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_PIECE = re.compile(f"{_IDEOGRAPH}{{1,2}}|(?:(?!{_IDEOGRAPH}).)+", re.DOTALL)

_MATH = re.compile(r"\$[^$]*\$")
_ACCENT = re.compile(r"\\[`'^\"~=.uvHcdbtkr](?=[\s{\\A-Za-z])(?![A-Za-z]{2})\s*")
_COMMAND = re.compile(r"\\[A-Za-z]+\s*")
_NOT_WORD = re.compile(r"[^A-Za-z0-9-]+")

_SMALL_TEXT = (
    "a about an and are as at be by can do does for from in into is of on onto or over the to "
    "toward towards under via with"
)
_SMALL = frozenset(_SMALL_TEXT.split())
_SMALL_MORE_TEXT = (
    # English, beyond those above
    "above across after against along amid among around before behind below beneath beside besides "
    "between beyond but down during except inside like near nor off past per plus since so some "
    "than through underneath unlike until up upon versus while within without yet "
    # French, Italian, Spanish and Portuguese
    "l la le les un une et sur d du des en il lo gli i del dell dello della delle dei degli da "
    "el los las una uno unas unos y al e o os um uma dos das "
    # German and Dutch
    "der die den dem ein eine einem einen einer eines und von zu zum zur im het een van"
)
_SMALL_MORE = _SMALL | frozenset(_SMALL_MORE_TEXT.split())


@dataclass(frozen=True, slots=True)
class Manner:
    """What a spelling of templates takes for granted about words and capitals.

    ``dash`` stands for a hyphen inside a word of a title, ``name_dash`` for one in a name;
    ``skipped`` are the small words of titles; ``title_words`` is how many a short title has.
    """

    keeps_case: bool
    dash: str
    name_dash: str
    skipped: frozenset[str]
    skips_letters: bool
    title_words: int


PLAIN = Manner(
    keeps_case=False, dash=" ", name_dash=" ", skipped=_SMALL, skips_letters=False, title_words=1
)
ZOTERO = Manner(
    keeps_case=True,
    dash="",
    name_dash="-",
    skipped=_SMALL_MORE,
    skips_letters=True,
    title_words=3,
)


def transliterate(text: str) -> str:
    """Return the first 1,000 characters of ``text`` in ASCII, other scripts in Latin letters."""
    text = text[:LONGEST_TEXT]
    if text.isascii():
        return text
    if _FOREIGN.search(text):
        text = _FOREIGN.sub(_romanized, unicodedata.normalize("NFC", text))
    return ascii_fold(text)


def _romanized(match: re.Match[str]) -> str:
    from anyascii import anyascii  # noqa: PLC0415 - most papers are in Latin letters alone

    run = match[0]
    if len(run) == 1 and _SYMBOL.match(run):
        return ""
    if run[0] < _FIRST_OF_EAST_ASIA:
        latin = anyascii(run)
        return latin if run != run.swapcase() else latin.lower()
    return f" {' '.join(anyascii(piece).lower() for piece in _PIECE.findall(run))} "


@lru_cache(maxsize=1024)
def words(text: str, dash: str = " ") -> tuple[str, ...]:
    """Return the words of a title or name in ASCII, their case kept, without TeX and punctuation.

    ``dash`` takes the place of every hyphen; with a space it parts words.
    """
    text = _ACCENT.sub("", text[:LONGEST_TEXT])
    text = transliterate(_COMMAND.sub(" ", text)).replace("`", "").replace("'", "")
    text = text.replace("{", "").replace("}", "").replace("-", dash)
    found = (word.strip("-")[:_LONGEST_WORD] for word in _NOT_WORD.split(text))
    return tuple(word for word in found if word)


def title_words(title: str, manner: Manner) -> tuple[str, ...]:
    """Return the words of a title that carry meaning; where none does, all of them.

    Math is left out unless there is nothing else.
    """
    title = title[:LONGEST_TEXT]
    plain = words(_MATH.sub(" ", title), manner.dash)
    telling = tuple(word for word in plain if is_telling(word, manner))
    return telling or plain or words(title, manner.dash)


def is_telling(word: str, manner: Manner) -> bool:
    """Tell whether a word of a title carries meaning."""
    is_letter = manner.skips_letters and len(word) == 1 and word.isalpha()
    return not is_letter and word.lower() not in manner.skipped
