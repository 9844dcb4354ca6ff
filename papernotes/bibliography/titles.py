r"""A title's LaTeX → the rich text of CSL-JSON: Unicode with a few tags, math left as ``$…$``.

The tags are those of CSL-JSON (citeproc-js manual, "HTML-like formatting tags"), chosen as
Pandoc's reader of BibTeX does: ``<i>``, ``<b>``, ``<sup>``, ``<sub>``, small capitals, and
``<span class="nocase">`` around what braces keep from changing its case.
"""

from __future__ import annotations

import re

from papernotes.latex import MATH, to_unicode

_TAGS = {
    **dict.fromkeys(["emph", "textit", "mkbibemph", "textsl"], ("<i>", "</i>")),
    **dict.fromkeys(["textbf", "mkbibbold"], ("<b>", "</b>")),
    "textsuperscript": ("<sup>", "</sup>"),
    "textsubscript": ("<sub>", "</sub>"),
    "textsc": ('<span style="font-variant:small-caps;">', "</span>"),
}
_NOCASE = ('<span class="nocase">', "</span>")
_PIECE = re.compile(
    rf"(?P<math>{MATH})|\\(?P<command>[A-Za-z]+)\s*(?P<argument>\{{)?"
    r"|\\[`'^\"~=.]\s*(?P<accented>\{)|\\.|(?P<group>\{)",
    re.DOTALL,
)
_MARK = re.compile(r"\\.|[{}]", re.DOTALL)
_TAG = re.compile(r"</?(?:i|b|sup|sub|span)(?: (?:class|style)=\"[^\"<>]*\")?>")


def rich_text(latex: str) -> str:
    """Return a field's LaTeX as rich text on one line."""
    if "{" not in latex:
        return " ".join(to_unicode(latex).split())
    ends = _ends_of_groups(latex)
    out: list[str] = []
    position = done = 0
    while match := _PIECE.search(latex, position):
        position = match.end()
        opening = max(match.start(name) for name in ("argument", "accented", "group"))
        if opening < 0:
            continue
        end = ends.get(opening, len(latex))
        inner = latex[opening + 1 : end]
        tags = _tags(match, inner)
        if tags is None:
            position = end + 1
            continue
        out += [to_unicode(latex[done : match.start()]), tags[0], to_unicode(inner), tags[1]]
        position = done = end + 1
    out.append(to_unicode(latex[done:]))
    return " ".join("".join(out).split())


def _tags(match: re.Match[str], inner: str) -> tuple[str, str] | None:
    """Return what to put around a group's text; None where it is one with the text before it."""
    if match["argument"] is not None:
        return _TAGS.get(match["command"])
    if match["group"] is None or inner.lstrip().startswith("\\"):  # {\"o} is a letter
        return None
    return _NOCASE if inner != inner.lower() else ("", "")


def _ends_of_groups(text: str) -> dict[int, int]:
    """Return where each group closes, by where it opens."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for match in _MARK.finditer(text):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            ends[opened.pop()] = match.start()
    return ends


def plain_text(rich: str) -> str:
    """Return rich text without its tags."""
    return _TAG.sub("", rich) if "<" in rich else rich
