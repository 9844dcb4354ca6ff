"""Titles as HTML: text with its ``$…$`` as formulas and its backticks as code."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from papernotes.export.html.formulas import render_formula
from papernotes.export.making.citations import with_math
from papernotes.export.pieces import Code, Math, Plain

_CODE = re.compile(r"`([^`\n]+)`")


def render_title(text: str) -> Markup:
    """Return a title as HTML; a formula that cannot be read shows as TeX."""
    if "$" not in text and "`" not in text:
        return escape(text)
    return Markup().join(
        Markup(render_formula(piece.tex).html)  # noqa: S704 - safe HTML
        if isinstance(piece, Math)
        else Markup("<code>{}</code>").format(piece.text)
        if isinstance(piece, Code)
        else escape(piece.text)
        for piece in with_math(text)
        if isinstance(piece, Math | Plain | Code)
    )


def plain_title(text: str) -> str:
    """Return a title where there is no room for HTML: its code without backticks."""
    return _CODE.sub(r"\1", text)
