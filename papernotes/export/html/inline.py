"""Titles as HTML: text with its ``$…$`` as formulas and its backticks as code."""

from __future__ import annotations

import re

from markupsafe import Markup, escape
from math_core import LatexError, LatexToMathML

from papernotes.export.making.citations import with_math
from papernotes.export.pieces import Math, Plain

_MATH = LatexToMathML()
_CODE = re.compile(r"`([^`\n]+)`")


def render_title(text: str) -> Markup:
    """Return a title as HTML; a formula that cannot be read shows as TeX."""
    if "$" not in text and "`" not in text:
        return escape(text)
    return Markup().join(
        _formula(piece.tex) if isinstance(piece, Math) else _with_code(piece.text)
        for piece in with_math(text)
        if isinstance(piece, Math | Plain)
    )


def plain_title(text: str) -> str:
    """Return a title where there is no room for HTML: its code without backticks."""
    return _CODE.sub(r"\1", text)


def _with_code(text: str) -> Markup:
    parts = _CODE.split(text)
    return Markup().join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def _formula(tex: str) -> Markup:
    try:
        return Markup(_MATH.convert_with_local_state(tex, displaystyle=False))  # noqa: S704
    except LatexError:
        return Markup("<code>{}</code>").format(tex)
