"""Code with its words marked by classes, by Pygments."""

from __future__ import annotations

import html
from functools import lru_cache
from typing import TYPE_CHECKING

import pygments
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

if TYPE_CHECKING:
    from pygments.lexer import Lexer

_LONGEST = 50_000
_FORMATTER = HtmlFormatter(nowrap=True)


def render_code(code: str, language: str, title: str = "") -> str:
    """Return a block of code; ``title`` is shown above it."""
    lexer = _lexer(language) if language and len(code) <= _LONGEST else None
    shown = _marked(code, lexer) if lexer else html.escape(code, quote=False)
    names = f' class="language-{html.escape(language)}"' if language else ""
    block = f'<pre tabindex="0"><code{names}>{shown.rstrip(chr(10))}</code></pre>'
    if not title:
        return f'<div class="highlight">{block}</div>'
    said = html.escape(title, quote=False)
    return f'<figure class="highlight"><figcaption>{said}</figcaption>{block}</figure>'


def _marked(code: str, lexer: Lexer) -> str:
    """Return code with its words marked; as it is where the lexer would lose some of it.

    Lexers of sessions read whole lines: without its end they leave the last one out.
    """
    line = f"{code}\n"
    tokens = list(lexer.get_tokens(line))
    if "".join(text for _, text in tokens) != line:
        return html.escape(code, quote=False)
    return str(pygments.format(tokens, _FORMATTER))


@lru_cache(maxsize=256)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
