"""Filters: what stands behind a dot in a template, by Better BibTeX's names. Text → text.

Words are parted by single spaces, which go at the very end. None means: not this alternative.
The first line of a docstring is the filter's line in the documentation.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING

from papernotes.citekeys.words import ZOTERO, is_telling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_RELATIONS: Mapping[str, Callable[[int, int], object]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
_PUNCTUATION = re.compile(r"[^\w\s$+<=>^`|~-]|_")


def lower(text: str) -> str:
    """Put all in lower case."""
    return text.lower()


def upper(text: str) -> str:
    """Put all in capitals."""
    return text.upper()


def capitalize(text: str) -> str:
    """Make the first letter of each word a capital; the others stay as they are."""
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))


def fold(text: str) -> str:
    """Do nothing: every part is in ASCII already, other scripts in Latin letters."""
    return text


def alphanum(text: str) -> str:
    """Keep only letters, digits and the spaces between words."""
    return re.sub(r"[^A-Za-z0-9 ]", "", text)


def nopunct(text: str, *, dash: str = "-") -> str:
    """Drop punctuation; ``dash`` takes the place of each hyphen."""
    return _PUNCTUATION.sub("", text).replace("-", dash)


def nopunctordash(text: str) -> str:
    """Drop punctuation and hyphens."""
    return nopunct(text, dash="")


def abbr(text: str, *, chars: int = 1) -> str:
    """Keep the first ``chars`` characters of each word."""
    return "".join(word[: max(chars, 0)] for word in text.split())


def condense(text: str, *, sep: str = "") -> str:
    """Put ``sep`` between the words; without this filter nothing stands there."""
    return sep.join(text.split())


def select(text: str, *, start: int = 1, n: int | None = None) -> str:
    """Keep ``n`` words (or all) from number ``start`` on; a negative one counts from the end."""
    found = text.split()
    first = max(len(found) + start, 0) if start < 0 else max(start - 1, 0)
    last = len(found) if n is None else first + max(n, 1)
    return " ".join(found[first:last])


def substring(text: str, *, start: int = 1, n: int | None = None) -> str:
    """Keep ``n`` characters (or all) from number ``start`` on."""
    first = max(start - 1, 0)
    return text[first:] if n is None else text[first : first + max(n, 0)]


def at_most(text: str, *, n: int) -> str:
    """Keep no more than ``n`` characters."""
    return text.replace(" ", "")[: max(n, 0)]


def skipwords(text: str) -> str:
    """Drop small words: the, of, und, les."""
    return " ".join(word for word in text.split() if is_telling(word, ZOTERO))


def replace(text: str, *, find: str, replace: str) -> str:
    """Put ``replace`` wherever ``find`` stands, whatever its case: plain text, no patterns."""
    return re.sub(re.escape(find), lambda _: replace, text, flags=re.IGNORECASE) if find else text


def default(value: str, *, text: str) -> str:
    """Put ``text`` where there is none."""
    return value or text


def prefix(text: str, *, prefix: str) -> str:
    """Put ``prefix`` before it, unless it is empty."""
    return f"{prefix}{text}" if text else ""


def postfix(text: str, *, postfix: str) -> str:
    """Put ``postfix`` behind it, unless it is empty."""
    return f"{text}{postfix}" if text else ""


def numeric(text: str) -> str:
    """Keep the text if it begins with a number."""
    return text if re.match(r"\s*[+-]?[0-9]", text) else ""


def length(text: str, *, relation: str = ">", n: int = 0) -> str | None:
    """Go on if its length is so (``'>', 0``: if there is any), else to the next alternative."""
    is_so = _RELATIONS.get(relation, _RELATIONS[">"])(len(text.replace(" ", "")), n)
    return text if is_so else None


def match(text: str, *, match: str) -> str | None:
    """Go on if it contains this text, whatever its case, else to the next alternative."""
    return text if match.lower() in text.lower() else None


FILTERS: Mapping[str, Callable[..., str | None]] = {
    "lower": lower,
    "upper": upper,
    "capitalize": capitalize,
    "abbr": abbr,
    "select": select,
    "skipwords": skipwords,
    "substring": substring,
    "max": at_most,
    "condense": condense,
    "prefix": prefix,
    "postfix": postfix,
    "replace": replace,
    "default": default,
    "nopunct": nopunct,
    "nopunctordash": nopunctordash,
    "alphanum": alphanum,
    "numeric": numeric,
    "fold": fold,
    "len": length,
    "match": match,
}
FILTER_ALIASES: Mapping[str, str] = {
    "clean": "fold",
    "ascii": "fold",
    "transliterate": "fold",
    "pinyin": "fold",
    "initials": "abbr",
}
GIVES_CAPITALS = frozenset(["upper", "capitalize"])
