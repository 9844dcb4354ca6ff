"""What arXiv's API answers to the parameters of a request: the rules of 2026, no network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.demo.atom import render_error, render_feed
from papernotes.demo.searching import BadQueryError, search

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papernotes.demo.records import Record

ATOM_TYPE = "application/atom+xml; charset=utf-8"
_DEFAULTS = {"search_query": "", "id_list": "", "start": "0", "max_results": "10"}
_SORTS = ("relevance", "lastUpdatedDate", "submittedDate")
_WINDOW = 10_000
# arXiv looks for this anywhere in an item of the list, and then matches the item exactly.
_ID = re.compile(r"[0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7}(?:v[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, a content type and a body."""

    status: int
    body: bytes
    content_type: str = ATOM_TYPE


class _Wrong(Exception):  # noqa: N818 - a control flow of this module only
    """The parameters are wrong: arXiv's reason, link and status."""

    def __init__(self, reason: str, *, link: str = "", status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.link = link or "https://arxiv.org/api/errors#" + reason.replace(" ", "_")
        self.status = status


def answer(records: Sequence[Record], given: Mapping[str, str], *, now: str) -> Reply:
    """Return the feed for the parameters ``given``, or arXiv's error feed."""
    params = _DEFAULTS | dict(given)
    try:
        start, size = _count(params, "start"), _count(params, "max_results")
        found = _sorted(_found(records, params), params)
        _check_window(start, size)
    except _Wrong as wrong:
        return Reply(wrong.status, render_error(wrong.reason, link=wrong.link, now=now))
    page = found[start : start + size]
    return Reply(200, render_feed(page, params, total=len(found), now=now))


def _check_window(start: int, size: int) -> None:
    if size == 0 or start >= _WINDOW or size > _WINDOW:
        raise _Wrong("Internal server error", status=500)


def _count(params: Mapping[str, str], name: str) -> int:
    try:
        number = int(params[name])
    except ValueError:
        raise _Wrong(f"{name} must be an integer") from None
    if number < 0:
        raise _Wrong(f"{name} must be non-negative")
    return number


def _found(records: Sequence[Record], params: Mapping[str, str]) -> list[Record]:
    query, id_list = params["search_query"], params["id_list"]
    if not query and not id_list:
        raise _Wrong("Either a search_query or id_list must be specified for the classic API.")
    newest: dict[str, Record] = {}
    newest.update((record.id, record) for record in sorted(records, key=lambda one: one.version))
    if id_list:
        asked = id_list.split(",")
        for item in asked:
            if not _ID.search(item):
                raise _Wrong(f"incorrect id format for {item}")
        found = [
            record
            for record in records
            if record.versioned_id in asked or (record.id in asked and record is newest[record.id])
        ]
    else:
        found = [record for record in records if record is newest[record.id]]
    try:
        return search(found, query) if query else found
    except BadQueryError:
        raise _Wrong(f"Invalid query string: {query!r}") from None


def _sorted(found: list[Record], params: Mapping[str, str]) -> list[Record]:
    by = params.get("sortBy", "relevance")
    order = params.get("sortOrder", "descending")
    if by not in _SORTS:
        link = "https://arxiv.org/help/api/user-manual#sort"
        raise _Wrong(f"sortBy must be in: {', '.join(_SORTS)}", link=link)
    if by == "relevance":
        return found
    is_newest_first = order == "descending"
    return sorted(
        found,
        key=lambda one: one.updated if by == "lastUpdatedDate" else one.published,
        reverse=is_newest_first,
    )
