"""Addresses ⇄ pages of the library. Pure.

A page stands at ``/page/REF/``, what it shows beside it, and a PDF at ``/pdf/REF.pdf``. A ref that
would not survive as a path (a key with ``//`` in it) is there as ``~`` and the hexadecimal of its
UTF-8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from papernotes.query.typed import as_typed

if TYPE_CHECKING:
    from collections.abc import Mapping

INDEX = "index.html"
PAGES, PDFS = "page/", "pdf/"
SORTS = ("added", "year", "title", "status", "rating", "priority")
"""What lists can be sorted by; by none of them, the best come first, or the newest."""

_ODD = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_HEX = re.compile(r"~((?:[0-9a-f]{2})+)")
_PICTURE = re.compile(r"(.+)/([^/]+\.(?:png|jpe?g|gif|webp|svg))", re.IGNORECASE | re.DOTALL)
_MOST_FIELDS = 20
_MOST_PAGES = 100_000


@dataclass(frozen=True, slots=True)
class Listing:
    """What matches ``text``, or all; ``page`` counts from 1.

    ``is_typed``: the text is still being typed. ``part`` is ``results`` or ``facets`` where only
    these are wanted, not the page around them.
    """

    text: str = ""
    sort: str = ""
    page: int = 1
    is_typed: bool = False
    part: str = ""

    @property
    def meant(self) -> str:
        """The query: of a text that is still being typed the last word is a beginning."""
        return as_typed(self.text, is_at_end=self.is_typed)


@dataclass(frozen=True, slots=True)
class Shown:
    """The page of a paper or note; ``is_beside``: its PDF stands beside it."""

    ref: str
    is_beside: bool = False


@dataclass(frozen=True, slots=True)
class Alike:
    """What is like the paper or note ``ref``."""

    ref: str


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture that the page of ``ref`` shows by this name."""

    ref: str
    name: str


@dataclass(frozen=True, slots=True)
class Pdf:
    """The PDF of a paper."""

    ref: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What to read now."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """All tags."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages share."""

    name: str


@dataclass(frozen=True, slots=True)
class Following:
    """The changes of the page of ``ref``, which was shown as of ``version``."""

    ref: str
    version: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Another address, as a path that is not quoted yet."""

    path: str


Wish = Listing | Shown | Alike | Pictured | Pdf | Waiting | Tagged | Asset | Following | Moved


def is_part(wish: Wish) -> bool:
    """Whether it belongs to a page that was just shown, or to a query that is being typed."""
    if isinstance(wish, Listing):
        return wish.is_typed or wish.part != ""
    return isinstance(wish, Alike | Pictured | Pdf | Following)


def page_place(ref: str) -> str:
    """Return the path of a ref's page, not quoted, without a slash before it."""
    return f"{PAGES}{_spelled(ref)}/{INDEX}"


def pdf_place(ref: str) -> str:
    """Return the path of a paper's PDF, not quoted, without a slash before it."""
    return f"{PDFS}{_spelled(ref)}.pdf"


def listing_query(text: str = "", sort: str = "", page: int = 1) -> str:
    """Return the query of the address of a list, ``?`` included."""
    fields = (("q", text), ("sort", sort), ("page", str(page) if page > 1 else ""))
    said = [f"{name}={quote(value, safe='', errors='replace')}" for name, value in fields if value]
    return f"?{'&'.join(said)}" if said else ""


def parse_target(target: str) -> Wish | None:
    """Return what the target of a request asks for; None where there is nothing."""
    given, _, query = target.partition("?")
    path = unquote(given)
    fields = _fields(query)
    if path.endswith(f"/{INDEX}"):
        path = path[: -len(INDEX)]
    if not path.startswith("/"):
        return None
    path = path[1:]
    if path.startswith(PAGES):
        return _page(path[len(PAGES) :], fields)
    if path.startswith(PDFS) and path.endswith(".pdf"):
        ref = _ref(path[len(PDFS) : -len(".pdf")])
        return Pdf(ref) if ref else None
    if path.startswith("assets/"):
        return Asset(path[len("assets/") :])
    match path:
        case "":
            return _listing(fields)
        case "tags/":
            return Tagged()
        case "next/":
            return Waiting()
        case "events":
            return Following(fields.get("ref", ""), fields.get("version", ""))
        case "tags" | "next":
            return Moved(f"{path}/")
    return None


def _fields(query: str) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(query, errors="replace", max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    return dict(pairs)


def _listing(fields: Mapping[str, str]) -> Listing:
    text = " ".join(fields.get("q", "").split())
    sort = fields.get("sort", "")
    page = fields.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
    return Listing(
        text,
        sort if sort in SORTS else "",
        max(1, min(number, _MOST_PAGES)),
        is_typed="typed" in fields,
        part=fields.get("part", "") if fields.get("part") in {"results", "facets"} else "",
    )


def _page(path: str, fields: Mapping[str, str]) -> Wish | None:
    if path.endswith("/"):
        ref = _ref(path[:-1])
        if ref and "like" in fields:
            return Alike(ref)
        return Shown(ref, is_beside=fields.get("beside") == "pdf") if ref else None
    if picture := _PICTURE.fullmatch(path):
        ref = _ref(picture[1])
        return Pictured(ref, picture[2]) if ref else None
    return Moved(f"{PAGES}{path}/") if _spelled(path) == path else None


def _spelled(ref: str) -> str:
    parts = ref.split("/")
    is_odd = _ODD.search(ref) or any(part in {"", ".", ".."} for part in parts)
    if is_odd or ref.startswith("~") or parts[-1] == INDEX:
        return f"~{ref.encode('utf-8', 'surrogatepass').hex()}"
    return ref


def _ref(path: str) -> str:
    """Return the ref that stands in a path; empty where there is none."""
    if not path.startswith("~"):
        return path
    spelled = _HEX.fullmatch(path)
    try:
        return bytes.fromhex(spelled[1]).decode("utf-8", "surrogatepass") if spelled else ""
    except UnicodeDecodeError:
        return ""
