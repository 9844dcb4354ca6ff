"""Where Markdown links lead: targets in parentheses, definitions of labels, bare URLs."""

from __future__ import annotations

import re

_UNESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
URL = re.compile(
    r"https?://[^\s<>\"`\[\]{}|\\^。，、；：！？（）「」『』【】《》]++", re.IGNORECASE
)
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
