"""TeX → MathML, through math-core: all formulas of a post at once, so that numbers and labels fit.

Nothing math-core writes needs a ``style`` attribute afterwards: what it says with one are classes,
whose rules are :data:`MATH_STYLES`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING

from math_core import LatexToMathML

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST = 20_000  # characters of one formula
_SCREEN, _COLUMN = 20, 40  # letters of one line
_MARKUP = re.compile(r"<[^<>]*>|\s+")
_DEEPEST = 200  # math-core recurses in native code: some thousand levels end the process
_LONGEST_RUN = 200
_LONGEST_RUN_IN_MACROS = 15
_MOST_EXPANSIONS = 200

_MACROS = {
    "mbox": r"\text{#1}",
    "hbox": r"\text{#1}",
    "textup": r"\text{#1}",
    "pmb": r"\boldsymbol{#1}",
    "mathbbm": r"\mathbb{#1}",
    "mathds": r"\mathbb{#1}",
    "hdots": r"\dots",
    "dotsc": r"\dots",
    "smash": "{#1}",
    "substack": r"\begin{matrix}#1\end{matrix}",
    "ref": r"\eqref{#1}",
}
_CONVERTER = LatexToMathML(
    macros=_MACROS,
    continue_on_error=True,
    allow_unreliable_rendering=True,
    global_group=True,
    fancy_error=False,
    max_expansions=_MOST_EXPANSIONS,
    id_prefix="eq:",
)

_NESTING = re.compile(r"\\.|[{}\[\]]", re.DOTALL)
_LEFT = re.compile(r"\\(?:left|begin)(?![A-Za-z])")
_RIGHT = re.compile(r"\\(?:right|end)(?![A-Za-z])")
_COMMANDS = re.compile(r"(?:\\(?:[A-Za-z]+|.)[\s^_]*)+", re.DOTALL)
_DEFINES = re.compile(r"\\(?:(?:re|provide)?new|provide|re)?(?:command|def|let)\b|\\Declare")

_NUMBERED = re.compile(r"\\begin\s*\{(?:equation|align|gather|multline|flalign)\*?\}")
_OPERATOR = re.compile(r"\\DeclareMathOperator\*?\s*\{?(\\[A-Za-z]+)\}?\s*\{")
_COMMAND = r"\\newcommand{\1}{\\operatorname{"
_SIZE = re.compile(
    r"\\(?:tiny|scriptsize|footnotesize|small|normalsize|[lL]arge|LARGE|[hH]uge)(?![A-Za-z])"
)
_COLOURED = re.compile(r"\\(?:text)?color\s*\{[^{}]*\}")
_MENDS = (
    (_OPERATOR, _COMMAND),
    (re.compile(r"\\(begin|end)\s*\{split\}"), r"\\\1{aligned}"),
    (re.compile(r"\\begin\s*\{eqnarray\*?\}"), r"\\begin{array}{rcl}"),
    (re.compile(r"\\end\s*\{eqnarray\*?\}"), r"\\end{array}"),
    (re.compile(r"\\(begin|end)\s*\{smallmatrix\}"), r"\\\1{matrix}"),
    (_SIZE, ""),
    (
        re.compile(r"\\(?!(?:operatorname|tag|[hv]space|newcommand)\*)([A-Za-z]+)\*"),
        r"\\\1 *",
    ),
    (re.compile(r"\\require\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\limits(?![A-Za-z])"), ""),
    (re.compile(r"\\vspace\*?\s*\{[^{}]*\}"), ""),
    (re.compile(r"\\\\?\s*\Z"), ""),
    (re.compile(r"(?<!\\)\\\n"), "\n"),
)
_LABEL = re.compile(r"\\label\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")
_TAG = re.compile(r"\\tag\*?\s*\{(?:[^{}]|\{[^{}]*\})*\}")

_STYLE = re.compile(r' style="([^"]*)"')
_LEVEL = re.compile(r' scriptlevel="\d"(?=[^<>]*>)')
_TABLE_LEVEL = re.compile(r'(<mtable[^<>]*?) scriptlevel="\d"')
_FAILED = re.compile(r'<(?:p|span|merror)\b[^<>]*?\btitle="([^"]*)"')
_PLACE = re.compile(r"^\d+:\s*")
_COLOUR = re.compile(r"(color|background-color|background):\s*(#[0-9A-Fa-f]{3,8})")
_DECLARED = {
    "text-align:left": "m-left",
    "text-align:right": "m-right",
    "padding-left:0": "m-l0",
    "padding-right:0": "m-r0",
    "padding-left:1em": "m-l1",
    "padding-left:0.1em": "m-l01",
    "padding-right:0.1em": "m-r01",
    "padding-top:0": "m-t0",
    "padding-bottom:0": "m-b0",
    "padding-top:0.1667em": "m-t02",
    "border-top:0.05em solid currentcolor": "m-over",
    "border-top:0.05em dashed currentcolor": "m-over-dashed",
    "border-right:0.05em solid currentcolor": "m-bar",
    "border-right:0.05em dashed currentcolor": "m-bar-dashed",
    "width:100%": "m-whole",
    "width:50%": "m-half",
    "font-size:1.2em": "m-12",
    "font-size:1.623em": "m-16",
    "font-size:2.047em": "m-20",
    "font-size:2.470em": "m-25",
}
_JUSTIFIED = {"m-left": "; justify-items: start", "m-right": "; justify-items: end"}

MATH_STYLES = "".join(
    f".{name} {{ {declaration.replace(':', ': ')}{_JUSTIFIED.get(name, '')}; }}\n"
    for declaration, name in _DECLARED.items()
)
"""The rules of the classes in formulas, for the style sheet of the site."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as HTML, and, where it cannot be set, why; then its TeX shows."""

    html: str
    flaw: str = ""


def render_formula(tex: str, *, is_block: bool = False) -> Formula:
    """Return one formula that stands alone, such as in a title."""
    return render_formulas([(tex, is_block)])[0]


def render_formulas(formulas: Sequence[tuple[str, bool]]) -> list[Formula]:
    """Return (TeX, whether it is displayed) as HTML; equations are numbered in their order.

    Macros that one of them defines hold for those after it. What cannot be read, or asks for
    more than a formula may, shows as its TeX.
    """
    flaws = [_excess(tex) for tex, _ in formulas]
    given = ["" if flaw else tex for flaw, (tex, _) in zip(flaws, formulas, strict=True)]
    made = _convert(given, formulas)
    failed = [number for number, one in enumerate(made) if _FAILED.match(one)]
    if failed:
        for number in failed:
            tex = (
                _COLOURED.sub("", given[number])
                if "Unknown color" in made[number]
                else given[number]
            )
            given[number] = _mended(tex, is_block=formulas[number][1])
        made = _convert(given, formulas)
    return [
        _finished(tex, one, flaw, is_block=is_block)
        for (tex, is_block), one, flaw in zip(formulas, made, flaws, strict=True)
    ]


def _convert(given: Sequence[str], formulas: Sequence[tuple[str, bool]]) -> list[str]:
    return _CONVERTER.convert_all(
        [(tex, is_block) for tex, (_, is_block) in zip(given, formulas, strict=True)]
    )


def _excess(tex: str) -> str:
    """Return why a formula is not even tried; empty if it may be."""
    if len(tex) > _LONGEST:
        return f"it is longer than {_LONGEST} characters"
    depth = deepest = 0
    for match in _NESTING.finditer(tex):
        mark = match[0]
        depth += (mark in "{[") - (mark in "}]" and depth > 0)
        deepest = max(deepest, depth)
    environments = len(_LEFT.findall(tex))
    if deepest > _DEEPEST or environments - len(_RIGHT.findall(tex)) > _DEEPEST:
        return "it is nested too deeply"
    if environments > _DEEPEST and _nests(tex):
        return "it is nested too deeply"
    longest = max((match[0].count("\\") for match in _COMMANDS.finditer(tex)), default=0)
    most = _LONGEST_RUN_IN_MACROS if _DEFINES.search(tex) else _LONGEST_RUN
    return "it has too many commands in a row" if longest > most else ""


def _nests(tex: str) -> bool:
    r"""Whether pairs of ``\left`` and ``\begin`` are nested too deeply."""
    depth = 0
    for match in re.finditer(r"\\(left|begin|right|end)(?![A-Za-z])", tex):
        depth += 1 if match[1] in {"left", "begin"} else -1
        if depth > _DEEPEST:
            return True
    return False


def _mended(tex: str, *, is_block: bool) -> str:
    """Return TeX with what math-core does not know put in other words."""
    for pattern, instead in _MENDS:
        tex = _closed(pattern, instead, tex) if pattern is _OPERATOR else pattern.sub(instead, tex)
    if _NUMBERED.search(tex):
        return tex
    tex = _LABEL.sub("", tex)
    tags = _TAG.findall(tex)
    if not tags:
        return tex
    if not is_block:
        return _TAG.sub("", tex)
    if len(tags) == 1:
        return rf"\begin{{equation}}{_TAG.sub('', tex)}{tags[0]}\end{{equation}}"
    return re.sub(r"\\(begin|end)\s*\{aligned\}", r"\\\1{align*}", tex)


def _closed(pattern: re.Pattern[str], instead: str, tex: str) -> str:
    """Replace, and close the brace that the replacement opens besides."""
    while match := pattern.search(tex):
        end, depth = match.end(), 1
        while end < len(tex) and depth:
            depth += (tex[end] == "{") - (tex[end] == "}")
            end += 1
        tex = f"{tex[: match.start()]}{match.expand(instead)}{tex[match.end() : end]}}}{tex[end:]}"
    return tex


def _finished(tex: str, made: str, flaw: str, *, is_block: bool) -> Formula:
    failed = _FAILED.match(made)
    if flaw or failed:
        tag, name = ("div", "formula math") if is_block else ("span", "math")
        shown = f'<{tag} class="{name}"><code>{escape(tex, quote=False)}</code></{tag}>'
        said = _PLACE.sub("", unescape(failed[1])) if failed else ""
        return Formula(shown, flaw or said.rstrip("."))
    made = _TABLE_LEVEL.sub(r"\1", made)
    if "style=" in made:
        made = _STYLE.sub(_classes, made)
    return Formula(made.replace("<math", f'<math alttext="{escape(tex)}"', 1))


def is_wide(made: str) -> bool:
    """Tell whether a formula may be wider than the column of a telephone, or of a page."""
    fits = _SCREEN if 'display="block"' in made else _COLUMN
    return any(len(unescape(_MARKUP.sub("", row))) > fits for row in made.split("<mtr"))


def _classes(match: re.Match[str]) -> str:
    """Return a ``style`` attribute as classes; colours as the attribute MathML has for them."""
    names, attributes = [], ""
    for part in match[1].split(";"):
        declaration = re.sub(r"\s*:\s*", ":", part.strip())
        if name := _DECLARED.get(declaration):
            names.append(name)
        elif colour := _COLOUR.fullmatch(declaration):
            kind = "mathcolor" if colour[1] == "color" else "mathbackground"
            attributes += f' {kind}="{colour[2]}"'
    return (f' class="{" ".join(names)}"' if names else "") + attributes
