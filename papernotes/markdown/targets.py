"""Where Markdown links lead: targets in parentheses, definitions of labels, bare URLs, tags."""

from __future__ import annotations

import re
from typing import NamedTuple

_UNESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
URL = re.compile(
    r"https?://[^\s<>\"`\[\]{}|\\^。，、；：！？（）「」『』【】《》]++", re.IGNORECASE
)
_LABEL_SEPARATOR = re.compile(r"\\?\|")
SIZE = re.compile(r"\d+(?:x\d+)?")
# Bare destinations may hold parentheses in pairs, three deep as CommonMark asks at least.
_PARENS_3 = r"\([^\s()\\]*+\)"
_PARENS_2 = r"\((?:[^\s()\\]|\\.|" + _PARENS_3 + r")*+\)"
_PARENS_1 = r"\((?:[^\s()\\]|\\.|" + _PARENS_2 + r")*+\)"
_BARE = r"(?:[^\s()\\<]|\\.|" + _PARENS_1 + r")(?:[^\s()\\]|\\.|" + _PARENS_1 + r")*+"
_DESTINATION = r"(?:<([^<>\r\n]*+)>|(" + _BARE + r")?+)"
_TITLE = r"(?:\s++(\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\)))?"
TARGET = re.compile(r"\(\s*+" + _DESTINATION + _TITLE + r"\s*+\)", re.DOTALL)
DEFINITION = re.compile(
    r"[ \t]*\[(?![@^])((?:[^\[\]\\]|\\.){1,999}+)\]:[ \t]*(?:\r?\n)?[ \t]*"
    r"(?:<([^<>\r\n]*+)>|([^\s<]\S*+))"
    r"(?:[ \t]*(?:\r?\n)?[ \t]*(?:\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\)))?"
    r"[ \t]*(?:\r\n|\r|\n|\Z)",
    re.DOTALL,
)

WIKI = re.compile(r"\[\[((?:[^\[\]\\\r\n]|\\[^\r\n]|\[[^\[\]\r\n]*+\]|\](?!\]))*+)\]\]")
REFERENCE = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999}+)\]", re.DOTALL)
AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>]*+)>")
EMAIL = re.compile(r"<[^\s<>@]{1,64}@[^\s<>@]{1,255}>")
# CommonMark's tags: what is none, as <a, b="c">, is shown to readers as it stands.
HTML_TAG = re.compile(
    r"<(?:/([A-Za-z][A-Za-z0-9\-]*)|([A-Za-z][A-Za-z0-9\-]*)"
    r"(?:\s++[A-Za-z_:][A-Za-z0-9_.:\-]*+(?:\s*+=\s*+(?:[^\s\"'=<>`]++|'[^']*+'|\"[^\"]*+\"))?+)*+"
    r"(?=\s*+/?>))\s*+/?>"
)
RAW_HTML = re.compile(r"<(script|pre|style|textarea)(?=[ \t>]|$)", re.IGNORECASE)
VISIBLE_RAW_HTML = frozenset({"pre", "textarea"})
RAW_HTML_END = re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE)
_BLOCK_TAGS = (
    "address article aside base basefont blockquote body caption center col colgroup dd details"
    " dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6"
    " head header hr html iframe legend li link main menu menuitem nav noframes ol optgroup option"
    " p param search section summary table tbody td tfoot th thead title tr track ul"
)
HTML_BLOCK = re.compile(rf"</?(?:{_BLOCK_TAGS.replace(' ', '|')})(?=[ \t>/]|$)", re.IGNORECASE)

TAG = re.compile(
    "#([^\\s\x00-\x20!\"#$%&'()*+,.:;<=>?@\\[\\\\\\]^`{|}~\x7f-\xbf"
    "\u2000-\u200c\u200e-\u206f\u2e00-\u2e7f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\ufeff]+)"
)
TAG_NOT_ONLY = re.compile(r"[\d/]+")
TAG_BEFORE = frozenset(" \t\r\n([{|\u3000")


class WikiParts(NamedTuple):
    """What stands between ``[[`` and ``]]``, and where in it the name ends and a label begins."""

    target: str
    heading: str
    label: str
    name_end: int
    label_start: int


def split_wiki(inside: str) -> WikiParts:
    """Return the parts of ``name#heading|label``."""
    separator = _LABEL_SEPARATOR.search(inside)
    name_end, label_start = separator.span() if separator else (len(inside), len(inside))
    target, _, heading = inside[:name_end].partition("#")
    label = " ".join(inside[label_start:].split())
    return WikiParts(
        unescape(target).strip(), heading.strip(), unescape(label), name_end, label_start
    )


def normal_label(label: str) -> str:
    """Return what two spellings of one label have in common."""
    return " ".join(label.split()).casefold()


def unescape(text: str) -> str:
    """Return ``text`` without the backslashes before punctuation."""
    return _UNESCAPE.sub(r"\1", text) if "\\" in text else text


def clean_target(raw: str) -> str:
    """Return a target as it is meant: trimmed, without backslashes and ``&amp;``."""
    return unescape(raw.strip()).replace("&amp;", "&")


def destination(match: re.Match[str]) -> str:
    """Return the target that a match of :data:`TARGET` holds."""
    return clean_target(match.group(1) or match.group(2) or "")


def trim_url(url: str) -> str:
    """Return ``url`` without the punctuation that ends a sentence or a bracket around it."""
    surplus = url.count(")") - url.count("(")
    end = len(url)
    while end and (url[end - 1] in ".,:;!?'*_~$" or (url[end - 1] == ")" and surplus > 0)):
        surplus -= url[end - 1] == ")"
        end -= 1
    return url[:end]
