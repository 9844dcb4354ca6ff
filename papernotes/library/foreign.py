r"""A text from outside the library (a draft, an abstract, an entry) → what it says and names.

What kind of text it is tells its content: BibTeX, LaTeX, or else Markdown, which plain text is
too. Marks, comments, commands and the fields of entries that say nothing are left out, so that
none of them is taken for a word of the text.
"""

# ruff: noqa: PLC0415 - the library is one of the two seams of late imports

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.ids import find_arxiv_ids, name_key, parse_doi
from papernotes.links import Address, address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_TEXT = 200_000
"""Characters of a text that are read."""

_MOST_NAMES = 500
_LONGEST_TITLE = 300
_PATH = "notes/-.md"
_BIBTEX = re.compile(r"(?:%[^\n]*\n|\s)*@[A-Za-z]+\s*\{")
_LATEX = re.compile(
    r"\\(?:documentclass|documentstyle|begin|section|subsection|usepackage|title|[a-z]*cite[a-z]*)"
    r"\b"
)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}]{1,200}")
_PARTED = re.compile(r"(?<=[a-z])-\r?\n[ \t]*(?=[a-z])")  # a word, as PDFs part it

_TEX_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_TEX_TITLE = re.compile(r"\\title\s*(?:\[[^\[\]]{0,300}\])?\s*\{")
_TEX_HIDDEN = ("tikzpicture", "lstlisting", "verbatim", "minted", "thebibliography", "comment")
_TEX_SILENT = re.compile(
    r"\\(?:[A-Za-z]*cite[A-Za-z]*|[A-Za-z]*ref|label|input|include|includegraphics|usepackage"
    r"|documentclass|bibliography|bibliographystyle|addbibresource|begin|end|url|email|vspace"
    r"|hspace|setlength|newcommand|renewcommand|def|usetikzlibrary|geometry|pagestyle)\*?"
    r"\s*(?:\[[^\[\]]{0,300}\]\s*)*\{[^{}]{0,500}\}(?:\s*\[[^\[\]]{0,300}\])?"
)


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a text says, each part with the weight of a word in it, and what it names.

    ``addresses`` are those of ids, citation keys and links in it, and of its title.
    """

    parts: tuple[tuple[str, float], ...]
    addresses: tuple[Address, ...]


def read_foreign(text: str) -> Foreign:
    """Return what a text says and names, of its first :data:`MOST_TEXT` characters."""
    text = text[:MOST_TEXT].replace("\x00", " ")
    if _BIBTEX.match(text):
        title, parts, found = _bibtex(text)
    elif _LATEX.search(text):
        title, parts, found = _latex(text)
    else:
        title, parts, found = _markdown(text)
    titles = [Address("name", name_key(title))] if title else []
    names = dict.fromkeys((*titles, *found, *_ids(text)))
    weighed = ((title, 3.0), *((_PARTED.sub("", part), 1.0) for part in parts))
    return Foreign(weighed, tuple(names)[:_MOST_NAMES])


_Read = tuple[str, "Iterable[str]", "Iterable[Address]"]


def _markdown(text: str) -> _Read:
    from papernotes import markdown, notes

    reading = notes.read(text, _PATH)
    note = reading.note
    plain = markdown.plain_text(reading.document)
    title = note.title if note.title != "-" else _first_line(plain)
    found = (address(link, _PATH) for link in note.links)
    return title, (note.description, plain), (each for each in found if each is not None)


def _first_line(text: str) -> str:
    line = text.lstrip().partition("\n")[0].strip()
    return line if len(line) <= _LONGEST_TITLE else ""


def _bibtex(text: str) -> _Read:
    from papernotes import bib

    papers, _ = bib.parse(text, "-")
    title = papers[0].title if len(papers) == 1 else ""
    parts = (
        "\n".join((paper.title, paper.abstract, *(author.name for author in paper.authors)))
        for paper in papers
    )
    return title, parts, (Address("citekey", paper.citekey) for paper in papers)


def _latex(text: str) -> _Read:
    from papernotes.bibliography.tex import parse_tex
    from papernotes.latex import to_unicode

    mentions, _ = parse_tex(text)
    shown = _TEX_COMMENT.sub("", text)
    title = ""
    if (found := _TEX_TITLE.search(shown)) is not None:
        title = to_unicode(_group(shown, found.end()))
    start = shown.find("\\begin{document}")
    end = shown.find("\\end{document}", start)
    body = shown[max(start, 0) : end if end > 0 else len(shown)]
    for name in _TEX_HIDDEN:
        body = " ".join(_outside(body, f"\\begin{{{name}", f"\\end{{{name}"))
    keys = (Address("citekey", mention.key) for mention in mentions)
    return " ".join(title.split()), (_TEX_SILENT.sub(" ", body),), keys


def _group(text: str, start: int) -> str:
    """Return what stands from ``start`` to the brace that closes there."""
    depth = 1
    for at in range(start, min(start + 2 * _LONGEST_TITLE, len(text))):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if not depth:
            return text[start:at]
    return ""


def _outside(text: str, opening: str, closing: str) -> Iterator[str]:
    """Yield what of a text stands outside such environments; one that never ends is text."""
    at = 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start)) >= 0:
        yield text[at:start]
        at = end + len(closing)
    yield text[at:]


def _ids(text: str) -> Iterator[Address]:
    for found in find_arxiv_ids(text):
        yield Address("arxiv", found.id)
    for match in _DOI.finditer(text):
        doi = parse_doi(match[0].rstrip(".,;:)]}'"))
        if doi is not None:
            yield Address("doi", doi.lower())
