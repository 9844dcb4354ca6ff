"""What arXiv answers to ``/pdf/ID`` and ``/abs/ID``: the rules of 2026, with papers of our own.

A PDF holds the title, the authors and our summary of a record, and says on every page that it
was made for papernotes. A version whose comment says that it is withdrawn has none.
"""

from __future__ import annotations

import functools
import hashlib
import html
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from papernotes.demo.answers import Reply
from papernotes.demo.typeset import Annotated, render_pdf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papernotes.demo.records import Record

PDF_TYPE = "application/pdf"
PDF_PATH, ABS_PATH = "/pdf/", "/abs/"
_HTML_TYPE = "text/html; charset=utf-8"
_NOTICE = "This file was made for the papernotes demo. It is not the paper."
_ID = re.compile(
    r"(?P<id>[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7})(?:v(?P<version>[1-9][0-9]*))?"
)
_RANGE = re.compile(r"bytes=(?P<first>[0-9]*)-(?P<last>[0-9]*)")
_WITHDRAWN = re.compile(r"\bwithdraw[na]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileReply(Reply):
    """A reply with more headers; one of a whole file is sent in chunks, without its length."""

    headers: tuple[tuple[str, str], ...] = ()
    is_chunked: bool = False


def answer_file(
    records: Sequence[Record], path: str, query: str, headers: Mapping[str, str]
) -> FileReply:
    """Return what a GET of ``path`` and ``query`` brings, ``headers`` being the request's."""
    if path.startswith(ABS_PATH):
        return _abstract(records, path.removeprefix(ABS_PATH))
    plain = path.removeprefix(PDF_PATH)
    if query or plain.endswith(".pdf"):
        place = PDF_PATH + plain.removesuffix(".pdf")
        return FileReply(301, b"", _HTML_TYPE, (("Location", place),))
    record = _find(records, plain)
    if record is None:
        return _page(404, f"No paper {plain}", "There is no such paper, or it has no PDF.")
    if _WITHDRAWN.search(record.comment):
        said = f"This version of {record.versioned_id} has been withdrawn and is unavailable"
        return _page(404, "PDF unavailable", said)
    return _ranged(_whole(record), headers)


def chunked(body: bytes) -> bytes:
    """Return ``body`` as one chunk and the end of chunks (RFC 9112, section 7.1)."""
    chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
    return chunk + b"0\r\n\r\n"


@functools.cache
def paper_pdf(record: Record) -> bytes:
    """Return the stand-in for the paper of a record: two pages, the summary's start marked."""
    summary = " ".join(record.summary.split())
    head = f"arXiv:{record.versioned_id} [{' '.join(record.categories[:1])}] {record.updated[:10]}"
    first = "\n\n".join(
        (record.title, ", ".join(record.authors), head, f"Abstract. {summary}", _NOTICE)
    )
    facts = (record.comment, record.journal_ref, " ".join(record.dois))
    second = "\n\n".join(
        ("What else is known", *filter(None, facts), f"https://arxiv.org/abs/{record.id}", _NOTICE)
    )
    sentence = summary.partition(". ")[0]
    marked = sentence if sentence and sentence.isascii() else _NOTICE
    return render_pdf([first, second], annotations=[Annotated(1, "highlight", marked)])


def _find(records: Sequence[Record], text: str) -> Record | None:
    """Return the record of an id; the newest where it has no version."""
    match = _ID.fullmatch(text)
    if match is None:
        return None
    versions = {one.version: one for one in records if one.id == match["id"]}
    wanted = int(match["version"]) if match["version"] else max(versions, default=0)
    return versions.get(wanted)


def _whole(record: Record) -> FileReply:
    body = paper_pdf(record)
    name = record.versioned_id.replace("/", "")
    changed = datetime.fromisoformat(record.updated)
    headers = (
        ("ETag", f'"sha256:{hashlib.sha256(body).hexdigest()}"'),
        ("Last-Modified", format_datetime(changed, usegmt=True)),
        ("Accept-Ranges", "bytes"),
        ("Content-Disposition", f'inline; filename="{name}.pdf"'),
        ("Link", f"<https://arxiv.org/pdf/{record.versioned_id}>; rel='canonical'"),
    )
    return FileReply(200, body, PDF_TYPE, headers, is_chunked=True)


def _ranged(whole: FileReply, headers: Mapping[str, str]) -> FileReply:
    """Return the part that a request asks for (RFC 9110, section 14), else the whole."""
    size, validators = len(whole.body), dict(whole.headers)
    asked = _RANGE.fullmatch(headers.get("Range", "").strip())
    condition = headers.get("If-Range")
    if condition and condition not in {validators["ETag"], validators["Last-Modified"]}:
        return whole
    if asked is None or not (asked["first"] or asked["last"]):
        return whole
    if asked["first"]:
        first, last = int(asked["first"]), min(int(asked["last"] or size), size - 1)
    else:
        first, last = max(0, size - int(asked["last"])), size - 1
    if asked["first"] and asked["last"] and int(asked["last"]) < first:
        return whole  # not a range at all
    if first >= size:
        place = (("Content-Range", f"bytes */{size}"),)
        return FileReply(416, b"", _HTML_TYPE, place)
    place = (("Content-Range", f"bytes {first}-{last}/{size}"),)
    return FileReply(206, whole.body[first : last + 1], PDF_TYPE, whole.headers + place)


def _abstract(records: Sequence[Record], text: str) -> FileReply:
    record = _find(records, text)
    if record is None:
        return _page(404, f"No paper {text}", "There is no such paper.")
    said = f"{', '.join(record.authors)}. {record.summary} {record.comment}"
    return _page(200, f"[{record.versioned_id}] {record.title}", said)


def _page(status: int, title: str, said: str) -> FileReply:
    shown, text = html.escape(title), html.escape(said)
    body = (
        f"<!DOCTYPE html>\n<html><head><title>{shown}</title></head>\n"
        f"<body><h1>{shown}</h1>\n<p>{text}</p>\n<p>{_NOTICE}</p></body></html>\n"
    )
    return FileReply(status, body.encode(), _HTML_TYPE)
