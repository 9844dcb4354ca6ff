"""CommonMark as bodies of posts are read: with tables and footnotes, code and HTML being slots."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from papernotes.export.html.marking import OURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_DEEPEST = 200
_ALIGN = re.compile(r"text-align:(left|right|center)")


def _make_parser() -> MarkdownIt:
    """Return CommonMark with tables, strikethrough and footnotes; code and HTML are slots."""
    markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
    markdown.enable(["table", "strikethrough"]).disable(["code", "fence", "backticks"])
    markdown.use(footnote_plugin, inline=False)
    for name, rule in _RULES.items():
        markdown.add_render_rule(name, rule)
    return markdown


def _cell(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG001
    """Write a cell, its alignment as a class: pages allow no style of their own."""
    token = tokens[idx]
    aligned = _ALIGN.search(str(token.attrs.get("style", "")))
    return f'<{token.tag} class="{aligned[1]}">' if aligned else f"<{token.tag}>"


def _note_number(token: Token) -> str:
    number = int(token.meta["id"]) + 1
    again = int(token.meta.get("subId") or 0)
    return f"{number}:{again}" if again else str(number)


def _note_mark(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG001
    name, number = _note_number(tokens[idx]), int(tokens[idx].meta["id"]) + 1
    return (
        f'<sup><a href="#fn:{number}" id="{OURS}fnref:{name}" role="doc-noteref">{number}</a></sup>'
    )


def _notes_open(self: Any, tokens: Any, idx: int, options: Any, env: Any) -> str:  # noqa: ARG001
    return '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes">\n<ol>\n'


def _notes_close(self: Any, tokens: Any, idx: int, options: Any, env: Any) -> str:  # noqa: ARG001
    return "</ol>\n</section>\n"


def _note_open(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG001
    return f'<li id="{OURS}fn:{int(tokens[idx].meta["id"]) + 1}">'


def _note_back(self: Any, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG001
    name = _note_number(tokens[idx])
    label = f"Back to the text, {name}"
    return f' <a href="#fnref:{name}" role="doc-backlink" aria-label="{label}">↩</a>'


_RULES = {
    "td_open": _cell,
    "th_open": _cell,
    "footnote_ref": _note_mark,
    "footnote_block_open": _notes_open,
    "footnote_block_close": _notes_close,
    "footnote_open": _note_open,
    "footnote_anchor": _note_back,
}
MARKDOWN = _make_parser()
