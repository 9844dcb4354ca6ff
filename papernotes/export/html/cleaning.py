"""HTML of a body, the author's own in it, with nothing left that could run or leave its place."""

from __future__ import annotations

import nh3

_OBSOLETE = {"acronym", "center", "strike", "tt", "rtc", "h1", "map", "area", "hgroup", "data"}
_LANDMARKS = {"article", "aside", "footer", "header", "nav"}
_TAGS = (nh3.ALLOWED_TAGS | {"section"}) - _OBSOLETE - _LANDMARKS
_ATTRIBUTES = {
    "*": {"id", "lang", "dir", "title", "role", "aria-label", "data-box"},
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
    "p": {"callout-title"},
    "section": {"footnotes"},
    "td": {"left", "center", "right"},
    "th": {"left", "center", "right"},
    "ul": {"tasks"},
}
_SCHEMES = {"http", "https", "mailto", "ftp", "tel", "doi"}


def clean_html(source: str) -> str:
    """Return balanced HTML of allowed elements and attributes only; other text stays text."""
    cleaned = nh3.clean(
        source,
        tags=_TAGS,
        clean_content_tags={"script", "style", "template", "title"},
        attributes=_ATTRIBUTES,
        attribute_filter=_keep,
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
    return cleaned.replace(' class=""', "")


def _keep(tag: str, name: str, value: str) -> str | None:
    if name == "role":
        return value if value in _ROLES else None
    if name == "id":
        return value if value and not any(char.isspace() for char in value) else None
    return None if tag == "img" and name in {"width", "height"} and not value.isdigit() else value
