"""Keywords and groups of a .bib entry → tags of a note.

Zotero and arXiv write ``keywords = {a, b}``, JabRef ``keywords`` and ``groups``, Mendeley
``mendeley-tags`` and ``mendeley-groups``, older files ``tags``. JabRef's hierarchies ``A > B`` and
MeSH's ``A/B`` become tags below tags.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes.latex import to_unicode
from papernotes.names import split_top

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELDS = ("keywords", "keyword", "tags", "groups", "mendeley-tags", "mendeley-groups")
_NOT_IN_TAGS = re.compile(r"[^\w/+.-]+")
_MOST = 100
_LONGEST = 80


def make_tags(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the tags that the fields of an entry name, in their case, each once.

    White space becomes ``-``; what has no letter is no tag. ``fields`` are as they stand.
    """
    tags: dict[str, str] = {}
    for name in _FIELDS:
        raw = fields.get(name, "")
        separators = ";" if ";" in raw else ","
        for part in split_top(raw, separators):
            tag = _make_tag(part)
            if tag:
                tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())[:_MOST]


def _make_tag(text: str) -> str:
    levels = re.split(r"\s*[>/]\s*", to_unicode(text).strip().strip("#*"))
    plain = (_NOT_IN_TAGS.sub("-", level).strip("-.") for level in levels)
    tag = "/".join(filter(None, plain))[:_LONGEST].rstrip("-./")
    return tag if any(char.isalpha() for char in tag) else ""
