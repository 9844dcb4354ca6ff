"""Markdown text → headings, links, citations, math, tags … as spans with offsets. No I/O.

The grammar is CommonMark's blocks with tables, footnotes and task lists; Obsidian's wiki links,
embeds, callouts, tags, block ids and ``%%comments%%``; Pandoc's citations and its rule for
``$math$``. Nothing is a link, a citation, a tag or math inside code or a comment. The scan is one
pass over lines and one over what is left, linear in the length of the text.

``blocks`` is the first pass, ``inlines`` the second, ``plain`` what a reader sees of both,
``comments`` what nobody else may see;
``spans`` holds the values.
"""

from __future__ import annotations

from papernotes.markdown.comments import blank_comments
from papernotes.markdown.headings import (
    find_heading,
    heading_path,
    heading_slug,
    link_words,
)
from papernotes.markdown.parser import callout_type, parse, without_comments
from papernotes.markdown.plain import plain_text, sentence_at
from papernotes.markdown.spans import Citation, Cite, Document, Heading, Span, Tag

__all__ = [
    "Citation",
    "Cite",
    "Document",
    "Heading",
    "Span",
    "Tag",
    "blank_comments",
    "callout_type",
    "find_heading",
    "heading_path",
    "heading_slug",
    "link_words",
    "parse",
    "plain_text",
    "sentence_at",
    "without_comments",
]
