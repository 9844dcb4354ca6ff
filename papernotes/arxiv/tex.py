r"""What arXiv's metadata have of TeX, as plain Unicode.

They are no LaTeX, but text with some of it: accents that authors typed, and what arXiv's own
intake makes of other letters (λ becomes ``{\lambda}``, © becomes ``\c{opyright}``).
"""

from __future__ import annotations

import re
import unicodedata

from papernotes.latex import ACCENTS, DOTLESS, MATH, NAMED

_GREEK_TEXT = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
    "varsigma sigma tau upsilon phi chi psi omega"
)
_GREEK = {name: chr(0x3B1 + number) for number, name in enumerate(_GREEK_TEXT.split())}
_GREEK |= {name.capitalize(): char.upper() for name, char in _GREEK.items() if char != "ς"}
_LETTER_NAMES = "ss SS ae AE oe OE o O l L aa AA i j dh DH th TH dj DJ ng NG copyright"
_LETTERS = {name: NAMED[name] for name in _LETTER_NAMES.split()} | {"deg": "°"} | _GREEK
_METADATA_PARTS = re.compile(rf"({MATH}|\\\$)", re.DOTALL)
_TORN = re.compile(r"\\([bcdkrtuvH])\{([a-z]{2,10})\}")
_LETTER = re.compile(
    r"(?P<group>\{\\(?P<alone>[A-Za-z]+)\s*\})"
    r"|(?<!\\)\\(?P<bare>[A-Za-z]+)(?:\{\}|(?P<space>\s+)(?=[^\W\d_]))?"
)
_ACCENT = (
    r"\\(?:[`'^\"=]|(?<!/\\)~|\.(?![a-z]\\?\.)|(?<=[^\W\d_]\\|\{\\)[`'^\"]\ "
    r"|[bcdkrtuvH](?:\ +|(?=\{)))"
    r"(?:[^\W\d_]|\{\s*[^\W\d_]\s*\})"
)
_ACCENTED = re.compile(rf"(?<!\\)(?:\{{{_ACCENT}\}}|{_ACCENT})")
_ESCAPED = re.compile(r"(?<!\\)\\([%&#_ ]|(?<=/\\)~)")
_INNER = rf"((?:[^{{}}$]|\\[{{}}$]|{MATH}){{0,400}}+)"
_LOOK = re.compile(
    rf"{MATH}|\\\$|\\(?:emph|underline|text(?:bf|it|tt|sc|rm|sf|sl|up|md|normal))\s*\{{{_INNER}\}}"
    rf"|\{{\\(?:em|bf|it|tt|sc|rm|sf|sl|bfseries|itshape|scshape)(?![A-Za-z])\s*{_INNER}\}}",
    re.DOTALL,
)
_TAKES_GROUP = re.compile(r"(?:[_^]|\\[A-Za-z]+)$")
_DEEPEST = 4


def decode_metadata(text: str) -> str:
    r"""Return a text of arXiv's metadata with TeX's accents, letters and looks as plain Unicode.

    ``Sch\"utz`` → ``Schütz``, ``{\o}`` → ``ø``, ``{\lambda}`` → ``λ``, ``\emph{x}`` → ``x``,
    ``5\%`` → ``5%``. Math between dollar signs, unknown commands, dashes, quotes and all other
    braces stay: this is no LaTeX, but text with some of it.
    """
    if "\\" not in text:
        return text
    pieces = _METADATA_PARTS.split(text)  # text, math or \$, text …
    pieces[::2] = map(_decode_piece, pieces[::2])
    if text.count("$") == text.count(r"\$"):
        pieces[1::2] = ["$"] * (len(pieces) // 2)  # prices, where no math is near
    text = "".join(pieces)
    for _ in range(_DEEPEST if "\\" in text else 0):
        text = _LOOK.sub(_take_look, text)
    return text


def _decode_piece(text: str) -> str:
    if "\\" not in text:
        return text
    text = _LETTER.sub(_decode_letter, _TORN.sub(_mend_torn, text))
    for _ in range(_DEEPEST):
        text = _ACCENTED.sub(_decode_accent, text)
    return _ESCAPED.sub(r"\1", text)


def _take_look(match: re.Match[str]) -> str:
    return match[match.lastindex] if match.lastindex else match[0]


def _mend_torn(match: re.Match[str]) -> str:
    return _LETTERS.get(match[1] + match[2], match[0])


def _decode_letter(match: re.Match[str]) -> str:
    name = match["alone"] or match["bare"]
    char = _LETTERS.get(name)
    if char is None:
        return match[0]
    if match["group"]:
        before = match.string[max(0, match.start() - 40) : match.start()]
        return f"{{{char}}}" if _TAKES_GROUP.search(before) else char
    return char + (match["space"] or "" if name in _GREEK else "")


def _decode_accent(match: re.Match[str]) -> str:
    name, letter = match[0].strip("{} ")[1], match[0].rstrip("} ")[-1]
    composed = unicodedata.normalize("NFC", DOTLESS.get(letter, letter) + ACCENTS[name])
    return composed if len(composed) == 1 else match[0]
