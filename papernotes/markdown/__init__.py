"""Markdown text → headings, links, citations, math, tags … as spans with offsets. No I/O.

The grammar is CommonMark's blocks with tables, footnotes and task lists; Obsidian's wiki links,
embeds, callouts, tags, block ids and ``%%comments%%``; Pandoc's citations and its rule for
``$math$``. Nothing is a link, a citation, a tag or math inside code or a comment. The scan is one
pass over lines and one over what is left, linear in the length of the text.

``blocks`` is the first pass, ``inlines`` the second, ``plain`` what a reader sees of both,
``comments`` what nobody else may see, ``landings`` what a link into a text may lead to;
``spans`` holds the values.
"""

from __future__ import annotations

from papernotes.markdown.block_ids import find_block
from papernotes.markdown.comments import blank_comments
from papernotes.markdown.headings import (
    find_heading,
    heading_path,
    heading_slug,
    link_words,
)
from papernotes.markdown.landings import Landings, asks_for_heading, is_heading_of, spellings
from papernotes.markdown.parser import (
    MAX_MARKS,
    callout_type,
    parse,
    readable_end,
    without_comments,
)
from papernotes.markdown.plain import plain_text, sentence_at
from papernotes.markdown.spans import Citation, Cite, Document, Heading, Span, Tag

__all__ = [
    "MAX_MARKS",
    "Citation",
    "Cite",
    "Document",
    "Heading",
    "Landings",
    "Span",
    "Tag",
    "asks_for_heading",
    "blank_comments",
    "callout_type",
    "find_block",
    "find_heading",
    "heading_path",
    "heading_slug",
    "is_heading_of",
    "link_words",
    "parse",
    "plain_text",
    "readable_end",
    "sentence_at",
    "spellings",
    "without_comments",
]
