"""Atom as arXiv's API writes it in 2026: element order, links, error feeds."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papernotes.demo.records import Record

_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">\n'
)
_SCHEME = "http://arxiv.org/schemas/atom"


def render_feed(
    records: Sequence[Record], params: Mapping[str, str], *, total: int, now: str
) -> bytes:
    """Return a page of results for a request with these four parameters, at the time ``now``."""
    said = "&".join(
        f"{name}={params[name]}" for name in ("search_query", "id_list", "start", "max_results")
    )
    query = "&".join(
        f"{name}={quote(params[name], safe=':,/').replace('%20', '+')}"
        for name in ("search_query", "start", "max_results", "id_list")
    )
    digest = base64.b64encode(hashlib.sha1(query.encode()).digest())  # noqa: S324 - as arXiv does
    href = quoteattr(f"https://arxiv.org/api/query?{query}")
    lines = [
        _element("id", f"https://arxiv.org/api/{digest.decode().rstrip('=')}"),
        _element("title", f"arXiv Query: {said}"),
        _element("updated", now),
        f'<link href={href} type="application/atom+xml"/>',
        *_counts(params["max_results"], total, params["start"]),
    ]
    body = "".join(f"  {line}\n" for line in lines)
    return (_HEAD + body + "".join(map(render_entry, records)) + "</feed>\n").encode()


def render_error(reason: str, *, link: str, now: str) -> bytes:
    """Return arXiv's error feed, which counts itself as one result."""
    lines = [
        _element("id", "https://arxiv.org/"),
        _element("title", "arXiv Search Results"),
        _element("updated", now),
        *_counts("1", 1, "0"),
    ]
    entry = [
        _element("id", link),
        _element("title", "Error"),
        _element("updated", now),
        f'<link href={quoteattr(link)} rel="alternate" type="text/html"/>',
        _element("summary", reason),
        "<author>\n      <name>arXiv api core</name>\n    </author>",
    ]
    body = "".join(f"  {line}\n" for line in lines)
    return (_HEAD + body + _wrapped(entry) + "</feed>\n").encode()


def render_entry(record: Record) -> str:
    """Return the entry of a record; the id is http, the links https, as arXiv has it."""
    place = record.versioned_id
    pdf = f'href="https://arxiv.org/pdf/{place}" rel="related" type="application/pdf"'
    lines = [
        _element("id", f"http://arxiv.org/abs/{place}"),
        _element("title", record.title),
        _element("updated", record.updated),
        f'<link href="https://arxiv.org/abs/{place}" rel="alternate" type="text/html"/>',
        f'<link {pdf} title="pdf"/>',
        _element("summary", record.summary),
        *(f'<category term="{term}" scheme="{_SCHEME}"/>' for term in record.categories),
        _element("published", record.published),
        *([_element("arxiv:comment", record.comment)] if record.comment else []),
        f'<arxiv:primary_category term="{record.categories[0]}"/>',
        *([_element("arxiv:journal_ref", record.journal_ref)] if record.journal_ref else []),
        *(_author(record, name) for name in record.authors),
    ]
    for doi in record.dois:
        href = quoteattr(f"https://doi.org/{doi}")
        lines += [
            _element("arxiv:doi", doi),
            f'<link rel="related" href={href} title="doi"/>',
        ]
    return _wrapped(lines)


def _author(record: Record, name: str) -> str:
    inner = [_element("name", name)]
    inner += [_element("arxiv:affiliation", at) for who, at in record.affiliations if who == name]
    return "<author>\n" + "".join(f"      {line}\n" for line in inner) + "    </author>"


def _counts(per_page: str, total: int, start: str) -> list[str]:
    return [
        _element("opensearch:itemsPerPage", per_page),
        _element("opensearch:totalResults", str(total)),
        _element("opensearch:startIndex", start),
    ]


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _wrapped(lines: Sequence[str]) -> str:
    return "  <entry>\n" + "".join(f"    {line}\n" for line in lines) + "  </entry>\n"
