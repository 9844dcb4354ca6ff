"""Definitions of what a label in brackets leads to, and what only looks like one. Pure.

``[4]: Vaswani et al., 2017`` is text in CommonMark, and shows nothing in kramdown and Pandoc, which
take all of a line for an address.
"""

from __future__ import annotations

import re

_TITLE = r"""(?:[ \t]+(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?"""
_ADDRESS = rf"(?:<[^<>\n]*>|[^\s<]\S*){_TITLE}[ \t]*$"
# As parts of a pattern with the flags VERBOSE and MULTILINE: a definition, as CommonMark has it,
# and the colon that makes one of anything for the other readers.
DEFINITION = rf"(?P<definition>^[ ]{{0,3}}\[(?!\^)[^\]\n]+\]:[ \t]*{_ADDRESS})"
COLON = r"(?P<colon>(?<=\]):)"
_LABEL = re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*\[(?!\^)[^\]\n]+\]|\x01?\]")
_DEFINES = re.compile(rf":[ \t]*(?:\n[ \t]*)?{_ADDRESS}", re.MULTILINE)


def looks_defined(colon: re.Match[str]) -> bool:
    """Whether a colon stands behind a label that begins a line, and makes no definition of it.

    Where the label has been read already, only its bracket is left.
    """
    text, at = colon.string, colon.start()
    is_first = _LABEL.fullmatch(text, text.rfind("\n", 0, at) + 1, at) is not None
    return is_first and _DEFINES.match(text, at) is None
