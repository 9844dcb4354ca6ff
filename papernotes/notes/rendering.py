"""Values as a new note holds them: scalars of YAML, foreign words as Markdown, links to papers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from papernotes.errors import ArxivIdError
from papernotes.ids import parse_arxiv_id

if TYPE_CHECKING:
    from papernotes.models import Paper

MAX_AUTHORS = 100

_SAFE_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_SURROGATE_OR_NUL = re.compile("[\ud800-\udfff\x00]")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff0-\uffff]")
_MARKDOWN_ACTIVE = re.compile(r"([\\`*\[\]<>#@%{}|~])")
_MATH = re.compile(r"(\$(?![\s$])(?:[^$\\]|\\.)*+(?<!\s)\$(?!\d))")
_NOT_IN_DESTINATION = re.compile(r"[\s<>()\\\x00-\x20\x7f-\x9f]")
_URL_SAFE = "/:?#[]@!$&'*+,;=%~._-"


def quoted(text: str) -> str:
    """Return ``text`` as a double-quoted YAML scalar on one line.

    What has no place in a text file (lone surrogates, NUL) becomes U+FFFD; other characters that
    are invisible, or line ends to YAML, are escaped, and so are brackets if several stay open:
    the reader, which is wary of them, would count them.
    """
    text = json.dumps(_SURROGATE_OR_NUL.sub("\ufffd", text), ensure_ascii=False)
    if text.count("[") + text.count("{") > text.count("]") + text.count("}") + 1:
        text = text.replace("[", "\\x5b").replace("{", "\\x7b")
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def word(text: str) -> str:
    """Return ``text`` as it is if YAML and other tools take it for a word, else quoted."""
    is_safe = _SAFE_WORD.fullmatch(text) and text.lower() not in _RESERVED
    return text if is_safe else quoted(text)


def foreign_text(text: str) -> str:
    """Return foreign text as one line of Markdown that shows it; TeX math stays math."""
    words = " ".join(_SURROGATE_OR_NUL.sub("\ufffd", text).split())
    pieces = _MATH.split(words)
    return "".join(
        piece if number % 2 else _MARKDOWN_ACTIVE.sub(r"\\\1", piece)
        for number, piece in enumerate(pieces)
    )


def author_names(paper: Paper) -> list[str]:
    """Return the names that a paper's note lists: the first hundred, and that there are others."""
    names = [author.name for author in paper.authors[:MAX_AUTHORS]]
    return [*names, "others"] if len(paper.authors) > MAX_AUTHORS else names


def paper_url(paper: Paper) -> str:
    """Return a paper's page: at arXiv, of its DOI, or the web address it names; or nothing."""
    if path := _arxiv_path(paper):
        return f"https://arxiv.org/abs/{path}"
    if paper.doi:
        return "https://doi.org/" + quote(_SURROGATE_OR_NUL.sub("", paper.doi), safe="/:;._-")
    return _safe_url(paper.url or "")


def paper_link(paper: Paper) -> str:
    """Return Markdown that leads to a paper: its page and PDF at arXiv, or its page; or nothing."""
    url = paper_url(paper)
    if path := _arxiv_path(paper):
        return f"[arXiv:{path}]({url}) · [PDF](https://arxiv.org/pdf/{path})"
    return f"<{url}>" if url else ""


def _arxiv_path(paper: Paper) -> str:
    try:
        return parse_arxiv_id(paper.arxiv_id).id if paper.arxiv_id else ""
    except ArxivIdError:
        return ""


def _safe_url(url: str) -> str:
    try:
        is_web = urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        return ""
    return "" if not is_web or _NOT_IN_DESTINATION.search(url) else quote(url, safe=_URL_SAFE)
