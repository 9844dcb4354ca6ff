"""Citations in Markdown (Pandoc, Quarto, R Markdown) and Typst. Pure.

Of Markdown: ``[@key]``, ``@key``, ``@{key}`` and ``[[key]]`` as papernotes.markdown reads them,
and the ``nocite:`` of Pandoc's front matter. Of Typst: ``@key`` and ``#cite(<key>)`` outside of
raw text and comments.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.bibliography.tex import EVERYTHING, Mention
from papernotes.links import CROSS_REFERENCE
from papernotes.markdown.citations import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_NOCITE = re.compile(r"^(?:nocite)[ \t]*:(.*(?:\n(?:[ \t-].*)?)*)", re.MULTILINE)
_ALL = re.compile(r"@\*")
_TYPST = re.compile(
    r"(?P<raw>`{3,}|`)|(?<!:)//[^\n]*|//|/\*|\\."
    r"|#?\bcite\(\s*(?:label\(\s*\"(?P<named>[^\"\n]+)\"|<(?P<cited>[\w:.-]+)>)"
    r"|<(?P<label>[\w:.-]+)>|(?<!\w)@(?P<key>\w(?:[\w:.-]*\w)?)",
    re.DOTALL,
)


def parse_markdown(text: str) -> list[Mention]:
    """Return the keys that a Markdown text cites, in their order."""
    front = _FRONT.match(text)
    start = front.end() if front else 0
    mentions = list(_nocite(text[:start]))
    document = markdown.parse(text, start=start, line=text.count("\n", 0, start) + 1)
    found = [
        (citation.start, Mention(cite.key, citation.line, not CROSS_REFERENCE.match(cite.key)))
        for citation in document.citations
        for cite in citation.cites
    ]
    found += [
        (link.start, Mention(link.target, link.line, is_sure=False, is_wiki=True))
        for link in document.links
        if link.kind == "wiki"
    ]
    found.sort(key=lambda pair: pair[0])
    return mentions + [mention for _, mention in found]


def _nocite(front: str) -> Iterator[Mention]:
    for field in _NOCITE.finditer(front):
        for match in _ALL.finditer(front, field.start(1), field.end(1)):
            yield Mention(EVERYTHING, front.count("\n", 0, match.start()) + 1)
        for match in KEY.finditer(front, field.start(1), field.end(1)):
            line = front.count("\n", 0, match.start()) + 1
            yield Mention(match[1] or match[2], line)


def parse_typst(text: str) -> list[Mention]:
    """Return the keys that a Typst source cites, in their order.

    An ``@key`` whose label stands in the text too is a reference to that place.
    """
    found: list[tuple[str, int, bool]] = []
    labels: set[str] = set()
    position, line, counted = 0, 1, 0
    while match := _TYPST.search(text, position):
        position = _end_of_typst(text, match)
        line += text.count("\n", counted, match.start())
        counted = match.start()
        if match["label"]:
            labels.add(match["label"])
        elif match["named"] or match["cited"]:
            found.append((match["named"] or match["cited"], line, True))
        elif match["key"]:
            found.append((match["key"], line, False))
    return [Mention(key, line, is_cite or key not in labels) for key, line, is_cite in found]


def _end_of_typst(text: str, match: re.Match[str]) -> int:
    """Return where to go on behind a token: raw text and comments are skipped whole."""
    if match["raw"]:
        end = text.find(match["raw"], match.end())
        return len(text) if end < 0 else end + len(match["raw"])
    if match[0] == "/*":
        end = text.find("*/", match.end())
        return len(text) if end < 0 else end + 2
    return match.end()
