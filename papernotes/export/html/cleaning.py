"""HTML of a body, the author's own in it, with nothing left that could run or leave its place."""

from __future__ import annotations

import re

import nh3

from papernotes.export.html.marking import BLOCK, BOX, MARK, OURS, SLOT, THEIRS

_OBSOLETE = {"acronym", "center", "strike", "tt", "rtc", "h1", "map", "area", "hgroup", "data"}
_LANDMARKS = {"article", "aside", "footer", "header", "nav"}
_TAGS = (nh3.ALLOWED_TAGS | {"section"}) - _OBSOLETE - _LANDMARKS
_ATTRIBUTES = {
    "*": {"class", "id", "lang", "dir", "title", "role", "aria-label", BOX, BLOCK},
    "a": {"href"},
    "blockquote": {"cite"},
    "col": {"span"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height", "loading"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
}
_ROLES = {"doc-noteref", "doc-backlink", "doc-endnotes"}
_CLASSES = {
    "div": {"center"},
    "figure": {"center"},
    "p": {"callout-title", "center"},
    "section": {"footnotes"},
    "td": {"left", "center", "right"},
    "th": {"left", "center", "right"},
    "ul": {"tasks"},
}
_ID = re.compile(r"[^\s:<>\"'&\x00-\x1f]+")  # those with a colon are ours
_SCHEMES = {"http", "https", "mailto", "ftp", "tel", "doi", "data"}
_ADDRESSES = {"href", "src", "cite"}
_DATA = re.compile(r"[\x00-\x20]*" + r"[\x00-\x20]*".join("data:"), re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*")


def clean_html(source: str) -> str:
    """Return balanced HTML of allowed elements and attributes only; other text stays text."""
    return _CLEANER.clean(source)


def _keep(tag: str, name: str, value: str) -> str | None:
    if MARK in value:
        value = SLOT.sub("", value)  # what fills a slot is no text of an attribute
    if name in _ADDRESSES and _DATA.match(value):
        return value if (tag, name) == ("img", "src") and _PICTURE.fullmatch(value) else None
    if name == "role":
        return value if value in _ROLES else None
    if name == "id":
        return _own_or_theirs(value)
    if name == "class":
        kept = [one for one in value.split() if one in _CLASSES.get(tag, ())]
        return " ".join(kept) or None
    return None if tag == "img" and name in {"width", "height"} and not value.isdigit() else value


def _own_or_theirs(name: str) -> str | None:
    """Return an id with the mark of whose it is."""
    if name[:1] == OURS:
        return name
    return THEIRS + name if _ID.fullmatch(name) else None


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "template", "title"},
    attributes=_ATTRIBUTES,
    attribute_filter=_keep,
    url_schemes=_SCHEMES,
    link_rel=None,
    strip_comments=True,
)
