"""One condition of a question to arXiv: a field and a value, in the spelling of its search."""

from __future__ import annotations

import re
from difflib import get_close_matches

from papernotes.categories import get_category, subject_patterns
from papernotes.errors import ArxivIdError, QueryError, UsageError
from papernotes.filters import parse_filter
from papernotes.ids import parse_arxiv_id

FIELDS = {
    "title": "ti", "author": "au", "abstract": "abs", "comment": "co", "journal": "jr",
    "category": "cat", "report": "rn", "id": "id", "doi": "doi", "all": "all",
    "submitted": "submittedDate", "year": "submittedDate", "updated": "lastUpdatedDate",
}  # fmt: skip
"""Our long names of arXiv's fields; both are understood, in any case."""
FIRST_MINUTE, LAST_MINUTE = "0000", "2359"

_KNOWN = {name.lower(): name for name in FIELDS.values()} | FIELDS
_MEANT = {
    "abstracts": "abstract", "arxiv": "id", "authors": "author", "categories": "category",
    "comments": "comment", "date": "submitted", "published": "submitted", "subject": "category",
    "titles": "title",
}  # fmt: skip
_DATES = ("submittedDate", "lastUpdatedDate")
_FIRST_DAY, _LAST_DAY = "19910101", "20991231"  # of arXiv, and for now

# Lucene's English stop words: arXiv's index has them not, and a word that must be there and
# cannot be would leave nothing. In capitals they may be names (IT, NOT), and names may be they.
_STOP_WORDS = {
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it",
    "no", "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these",
    "they", "this", "to", "was", "will", "with",
}  # fmt: skip
_NO_STOPS = ("all", "ti", "abs", "co")
_AROUND = ".,;:!?'’"
_PLAIN = re.compile(r"[^\W_](?:[\w.]*\w)?\*?")
_BRACKETS = re.compile(r"[][(){}]+")
_NO_CHAR = re.compile(r'[\s\x00-\x1f\x7f"“”\\]+')
_RANGE = re.compile(r"\[\s*((?:\d\d){2,7})\s+TO\s+((?:\d\d){2,7})\s*\]", re.ASCII)


def is_field(name: str) -> bool:
    """Whether arXiv or we have a field of that name."""
    return name.lower() in _KNOWN


def known_field(name: str, column: int) -> str:
    """Return arXiv's name of a field. Raises QueryError at ``column``, with what was meant."""
    if (known := _KNOWN.get(name.lower())) is not None:
        return known
    near = get_close_matches(name.lower(), (*FIELDS, *_KNOWN), n=1, cutoff=0.7)
    meant = _MEANT.get(name.lower()) or (near[0] if near else "")
    fields = f"the fields are {' '.join(f'{name}:' for name in FIELDS)}; quote words with a colon"
    raise QueryError(
        f"arXiv has no field {name[:40]}:",
        column=column,
        hint=f"did you mean {meant}:?" if meant else fields,
    )


def render_category(text: str) -> tuple[str, ...]:
    """Return the conditions of which papers of a category meet one. Raises UsageError."""
    return tuple(f"cat:{one}" for one in subject_patterns(get_category(text)))


def render_phrase(field: str, text: str, column: int) -> tuple[str, ...]:
    """Return the conditions of which a paper with this phrase meets one; none for no words.

    ``field`` is arXiv's name of one. Raises QueryError at ``column``.
    """
    text = text.strip()
    if (exact := _exact(field, text, column)) is not None:
        return exact
    return _quoted(field, text)


def render_word(field: str, text: str, column: int) -> tuple[str, ...]:
    """Return the same for a word, which may be the beginning of one (``transf*``)."""
    if (exact := _exact(field, text, column)) is not None:
        return exact
    if "~" in text:
        raise QueryError(
            "arXiv's search knows no ~", column=column + text.index("~"), hint="leave it out"
        )
    if "*" in text:
        return (_beginning(field, text, column),)
    word = text.strip(_AROUND)
    if field in _NO_STOPS and word in _STOP_WORDS:
        return ()
    return (f"{field}:{word}",) if _PLAIN.fullmatch(word) else _quoted(field, word)


def _quoted(field: str, text: str) -> tuple[str, ...]:
    if field != "doi":  # which may have them, as in 10.1016/0370-2693(83)90177-3
        text = _BRACKETS.sub(" ", text)
    if not any(map(str.isalnum, text)):
        return ()
    return (f'{field}:"{_NO_CHAR.sub(" ", text).strip()}"',)


def _beginning(field: str, text: str, column: int) -> str:
    at = text.index("*")
    if _PLAIN.fullmatch(text) is None or at == 1:
        raise QueryError(
            "a * may only end a word, of two letters or more",
            column=column + at,
            hint="to look for text with a star in it, quote it",
        )
    return f"{field}:{text}"


def _exact(field: str, text: str, column: int) -> tuple[str, ...] | None:
    """Return the conditions of a field that holds no words, or None for one that does."""
    try:
        if field == "cat":
            return render_category(text.removesuffix("*").removesuffix("."))
        if field == "id":
            return (f"id:{parse_arxiv_id(text)}",)
    except (UsageError, ArxivIdError) as error:
        raise QueryError(str(error), column=column, hint=error.hint) from error
    return (_dates(field, text, column),) if field in _DATES else None


def _dates(field: str, text: str, column: int) -> str:
    """Return a range given in arXiv's own spelling or in ours: 2017, 2015..2018, >2019."""
    if (found := _RANGE.fullmatch(text)) is not None:
        return f"{field}:[{found[1]} TO {found[2]}]"
    if text.startswith("[") or (wish := parse_filter("added", text, column)).op == "age":
        raise QueryError(
            f"{text[:40]!r} is no range of dates",
            column=column,
            hint="write 2023, 2023-05..2024 or [20230101 TO 20231231]; "
            "--since counts days from today",
        )
    low = (wish.value.replace("-", "") or _FIRST_DAY) + FIRST_MINUTE
    high = (wish.high.replace("-", "") or _LAST_DAY) + LAST_MINUTE
    return f"{field}:[{low} TO {high}]"
