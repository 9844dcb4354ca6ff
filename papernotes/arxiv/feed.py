"""The strict reading of an Atom answer, before arxiv.py's lenient one may see it.

arxiv.py recovers from whatever it gets: a web page becomes "no results", a torn answer an entry
without categories, a title with markup its first word. Here each of these is an error, and
markup inside a text is flattened to its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from papernotes.errors import BadAnswerError

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_TEXTS = (
    *(f"{_ATOM}{name}" for name in ("id", "title", "summary", "published", "updated", "name")),
    *(f"{_ARXIV}{name}" for name in ("comment", "journal_ref", "doi", "affiliation")),
)
_MOST_TAGS = 400_000  # some 130 MB as trees; fifty papers of two thousand authors
_PASSES = "this passes: try again in a minute; nothing was changed"
_LATER = "nothing was changed; try again later, or look at https://status.arxiv.org"
_XML_TYPES = frozenset({"application/atom+xml", "application/xml", "text/xml"})


class ShortAnswerError(BadAnswerError):
    """Less than arXiv itself says there is; comes and goes, so worth another try."""


class BadEntryError(BadAnswerError):
    """A sound feed with an entry that is not, at the address ``entry_id`` if it says so.

    The other papers may be had without it: ``rest`` is the feed with only the sound ones, which
    still counts the others.
    """

    def __init__(self, what: str, entry_id: str = "") -> None:
        super().__init__(f"arXiv's answer {what}", hint=_LATER)
        self.entry_id = entry_id
        self.rest = b""


class RefusedError(BadAnswerError):
    """ArXiv says that the question is wrong; ``reason`` is in its own words."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"arXiv refuses the request: {reason}", hint=_LATER)
        self.reason = reason

    @property
    def is_about_id(self) -> bool:
        """Whether it is the form of an id that arXiv does not like."""
        return self.reason.startswith("incorrect id format")


@dataclass(frozen=True, slots=True)
class Count:
    """The figures of a page: all results there are, the first of this page, its size."""

    total: int
    start: int
    per_page: int


def check_feed(body: bytes, content_type: str) -> bytes:
    """Return ``body`` as an Atom feed that arxiv.py reads without loss.

    Raises BadAnswerError for anything else, ShortAnswerError for a page that lacks entries,
    BadEntryError for one with an entry that cannot be read, RefusedError for arXiv's error feed.
    """
    media_type = content_type.split(";", maxsplit=1)[0].strip().lower()
    if media_type not in _XML_TYPES:
        raise _bad(f"{_described(media_type, body)} instead of a list of papers")
    root = _parsed(body)
    if root.tag != f"{_ATOM}feed":
        raise _bad("XML that is no Atom feed")
    entries = root.findall(f"{_ATOM}entry")
    if reason := _error_reason(entries):
        raise RefusedError(reason)
    _check_count(root, len(entries))
    errors = [error for entry in entries if (error := _entry_error(entry)) is not None]
    is_changed = _flatten(root)
    if errors:
        errors[0].rest = etree.tostring(root)
        raise errors[0]
    return etree.tostring(root) if is_changed else body


def parse_count(body: bytes) -> tuple[int, int]:
    """Return how many results a checked feed says there are, and how many entries it holds."""
    root = _parsed(body)
    return _count(root).total, len(root.findall(f"{_ATOM}entry"))


def error_reason(body: bytes) -> str:
    """Return what arXiv's error feed says in ``body``, or an empty text for anything else."""
    try:
        return _error_reason(_parsed(body).findall(f"{_ATOM}entry"))
    except BadAnswerError:
        return ""


def _bad(what: str) -> BadAnswerError:
    return BadAnswerError(
        f"arXiv's answer is {what}",
        hint=_LATER,
    )


def _described(media_type: str, body: bytes) -> str:
    if "html" in media_type or re.match(rb"\s*<(?:!doctype\s+)?html", body, re.IGNORECASE):
        return "a web page"
    shown = " ".join(body[:60].decode("ascii", "replace").split())
    return f"{media_type or 'of no type'} ({shown!r})" if shown else "empty"


def _parsed(body: bytes) -> Any:
    """Parse without recovery, entities, DTD or network. Raises BadAnswerError."""
    if not body.strip():
        raise _bad("empty")
    if b"<html" in body[:1000].lower():
        raise _bad("a web page instead of a list of papers")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise _bad("XML with a DOCTYPE, which arXiv never sends")
    if sum(map(body.count, (b"<", b'="', b"='"))) > _MOST_TAGS:
        raise _bad(f"XML of more than {_MOST_TAGS} tags and attributes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        body.decode("utf-8")
        root = etree.fromstring(body, parser=parser)
    except UnicodeDecodeError as error:
        raise _bad("not UTF-8") from error
    except (etree.XMLSyntaxError, ValueError) as error:
        if b"<feed" in body[:1000] and b"</feed>" not in body[-1000:]:
            raise ShortAnswerError("arXiv's answer is cut off", hint=_PASSES) from error
        raise _bad("no well-formed XML") from error
    if root.getroottree().docinfo.doctype:
        raise _bad("XML with a DOCTYPE, which arXiv never sends")
    return root


def _error_reason(entries: list[Any]) -> str:
    """Return the summary of arXiv's error entry, or an empty text."""
    if len(entries) != 1:
        return ""
    entry_id = _text(entries[0], f"{_ATOM}id")
    if "/abs/" in entry_id or _text(entries[0], f"{_ATOM}title") != "Error":
        return ""
    return _text(entries[0], f"{_ATOM}summary") or "no reason given"


def _text(element: Any, path: str) -> str:
    found = element.find(path)
    return " ".join(found.xpath("string()").split()) if found is not None else ""


def _count(root: Any) -> Count:
    try:
        return Count(
            *(
                int(_text(root, f"{_OPENSEARCH}{name}"))
                for name in ("totalResults", "startIndex", "itemsPerPage")
            )
        )
    except ValueError as error:
        raise _bad("a feed that does not say how many results there are") from error


def _check_count(root: Any, entries: int) -> None:
    count = _count(root)
    expected = min(max(0, count.total - count.start), count.per_page)
    if entries < expected:
        raise ShortAnswerError(
            f"arXiv says there are {count.total} papers, but sent {entries}",
            hint=_PASSES,
        )
    if entries > expected:
        raise _bad(f"a feed of {entries} papers that says it has {expected}")


def _entry_error(entry: Any) -> BadEntryError | None:
    """Return what is wrong with an entry, and take it out of its feed."""
    try:
        _check_entry(entry)
    except BadEntryError as error:
        entry.getparent().remove(entry)
        return error
    return None


def _check_entry(entry: Any) -> None:
    entry_id = _text(entry, f"{_ATOM}id")
    for name in ("id", "title", "published", "updated"):
        if not _text(entry, f"{_ATOM}{name}"):
            shown = entry_id or "(without id)"
            raise BadEntryError(f"lacks the {name} of the paper {shown}", entry_id)
    for name in ("published", "updated"):
        text = _text(entry, f"{_ATOM}{name}")
        try:
            datetime.fromisoformat(text)
        except ValueError as error:
            what = f"gives {entry_id} the date {text[:40]!r}"
            raise BadEntryError(what, entry_id) from error


def _flatten(root: Any) -> bool:
    """Replace markup, comments and CDATA seams inside texts by plain text; say if any was there."""
    found = [element for element in root.iter(*_TEXTS) if len(element)]
    for element in found:
        text = element.xpath("string()")  # all text below, without comments and instructions
        element[:] = []
        element.text = text
    return bool(found)
