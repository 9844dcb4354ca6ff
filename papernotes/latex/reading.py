"""LaTeX → Unicode: a field of a .bib file as a person reads it."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

from papernotes.latex.letters import (
    ACCENTS,
    ALONE,
    DOTLESS,
    ENTITIES,
    ENTITY_ACCENTS,
    JOURNALS,
    LOWERED,
    MATH,
    NAMED,
    RAISED,
    SYMBOLS,
    TAG,
)

_CHARACTERS = (
    dict.fromkeys("-/@!", "")
    | dict.fromkeys(" \t\n\r,;:\\", " ")
    | {char: char for char in "&%#_${}|<>+*"}
)
# Commands that only change how their text looks: the text stays.
_LOOKS_TEXT = (
    "emph textbf textit texttt textsc textrm textsf textsl textup textmd textnormal text mbox hbox "
    "em bf it tt sc rm sf sl bfseries mdseries itshape slshape scshape upshape ttfamily rmfamily "
    "sffamily normalfont tiny scriptsize footnotesize small normalsize large underline uline "
    "textsuperscript textsubscript MakeUppercase MakeLowercase uppercase lowercase relax protect "
    "mkbibemph aftergroup ignorespaces mkbibbold mkbibitalic autocap textln selectfont cyr rus "
    "mathrm mathbf mathit mathsf mathtt mathnormal boldmath ensuremath displaystyle textstyle "
    "textgreek textlatin textcyr textcyrillic ce sout pkg proglang acro mkbibacro"
)
_LOOKS = frozenset(_LOOKS_TEXT.split())
_QUOTES = frozenset(["enquote", "mkbibquote", "textquote"])
VERBATIM = frozenset(["url", "nolinkurl", "path"])
_UNSEEN_TEXT = (
    "href noopsort NOOPSORT SortNoop noop texorpdfstring foreignlanguage selectlanguage textcolor "
    "color hspace vspace phantom vphantom hphantom label index thanks"
)
UNSEEN = frozenset(_UNSEEN_TEXT.split())  # of their first argument
_SHIFTS = {
    **dict.fromkeys(("textsuperscript", "sup"), RAISED),
    **dict.fromkeys(("textsubscript", "sub", "inf"), LOWERED),
}

_TOKEN_TEXT = (
    rf"(?P<math>{MATH})|\\(?P<command>[A-Za-z]+)\s*|\\(?P<symbol>.)"
    r"|(?P<brace>[{}])|(?P<sign>---?|~|``|''|[!?]`)"
)
_SIGNS = {"---": "—", "--": "–", "~": " ", "``": "“", "''": "”", "?`": "¿", "!`": "¡"}
_MATH_PARTS = re.compile(f"({MATH})", re.DOTALL)
_MODE_SWITCH = (
    r"\\ifmmode(?![A-Za-z]).{0,80}?\\else(?![A-Za-z])\s*(.{0,80}?)\\fi(?![A-Za-z])(?:\{\})?"
)
_EASY = re.compile(r"\\([%&#_])")
_HARD = re.compile(r"\\(?:[^%&#_]|$)", re.DOTALL)
_ENTITY = r"(?P<entity>(?:\{\\&\}|&)(?:#(?:[0-9]{2,6}|[xX][0-9A-Fa-f]{2,5})|[A-Za-z]{2,8});)"
_LONGEST_DISPLAY = 2000
_LONGEST_ENSURED = 200
_MOST_ACCENTS = 8  # of one letter
_PLAIN_MATH = frozenset("<>=+|/*0123456789")


def to_unicode(text: str) -> str:
    """Return ``text`` with accents, letters, dashes, quotes and escapes of LaTeX as Unicode.

    Braces go, except those of unknown commands, which stay whole; ``~`` becomes a space. What web
    pages leave behind goes too: entities (``&amp;``) and tags that are opened and closed (``<i>``).
    """
    if not has_markup(text):
        return text
    if _is_from_web(text) and _web().search(text):
        return _WebReading(text).run()
    if "\\" not in text and "$" not in text:
        return _read_simple(text)
    if "\\ifmmode" in text:
        text = take_text_branch(text)
    if "\\$" not in text:
        pieces = _MATH_PARTS.split(text)  # text, math, text …
        if not any(_HARD.search(piece) for piece in pieces[::2]):
            pieces[::2] = map(_read_simple, pieces[::2])
            return "".join(pieces)
    return _Reading(text).run()


def has_markup(text: str) -> bool:
    """Tell whether there is anything for :func:`to_unicode` to do."""
    return (
        "\\" in text
        or "{" in text
        or "}" in text
        or "~" in text
        or "--" in text
        or "``" in text
        or "''" in text
        or "?`" in text
        or "!`" in text
        or _is_from_web(text)
    )


def _is_from_web(text: str) -> bool:
    return ("&" in text and ";" in text) or "</" in text


def take_text_branch(text: str) -> str:
    r"""Return ``text`` with ``\ifmmode math\else text\fi{}``, as APS has it, as its text."""
    return re.sub(_MODE_SWITCH, r"\1", text, flags=re.DOTALL)


@cache
def known_commands() -> frozenset[str]:
    """Return the names of the commands that are read and not carried along."""
    return frozenset[str]().union(
        ACCENTS, NAMED, SYMBOLS, JOURNALS, _LOOKS, _QUOTES, VERBATIM, UNSEEN
    )


def match_braces(text: str) -> dict[int, int]:
    r"""Return where each group opens → where it closes; ``\{`` is no brace."""
    ends: dict[int, int] = {}
    open_at: list[int] = []
    for match in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        if match[0] == "{":
            open_at.append(match.start())
        elif match[0] == "}" and open_at:
            ends[open_at.pop()] = match.start()
    return ends


@cache
def _token() -> re.Pattern[str]:
    return re.compile(_TOKEN_TEXT, re.DOTALL)


@cache
def _web_token() -> re.Pattern[str]:
    return re.compile(f"{_ENTITY}|(?P<web>{TAG})|{_TOKEN_TEXT}", re.DOTALL)


@cache
def _web() -> re.Pattern[str]:
    return re.compile(f"{_ENTITY}|{TAG}")


@cache
def _web_digits() -> re.Pattern[str]:
    return re.compile(r"([0-9+-]{1,12})</")


def _read_simple(text: str) -> str:
    """Return text that has no commands but signs, braces and escapes of one character."""
    for sign, char in _SIGNS.items():
        if sign in text:
            text = text.replace(sign, char)
    if "{" in text or "}" in text:
        text = text.replace("{", "").replace("}", "")
    return _EASY.sub(r"\1", text) if "\\" in text else text


class _Reading:
    """One pass over a text: what is out, the accents that wait for a letter, the open groups."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.token = _token()
        self.out: list[str] = []
        self.accents: list[str] = []
        self.ends: dict[str, int] = {}  # of displayed math: where each kind ends next
        self.groups: list[str] = []  # of each open group: what is written when it closes
        self.next_group = ""  # the same for a group that opens right here
        self.quotes = 0  # open ones of \enquote
        self.braces: dict[int, int] | None = None

    def run(self) -> str:
        position = 0
        while match := self.token.search(self.text, position):
            if match.start() > position:
                self._put(self.text[position : match.start()])
            position = self._read(match)
        self._put(self.text[position:])
        self._settle()
        return "".join(self.out)

    def _read(self, match: re.Match[str]) -> int:
        """Read one token; return where to go on."""
        kind = match.lastgroup
        piece = match[0]
        if kind == "brace":
            self._open() if piece == "{" else self._close()
        elif kind == "command":
            return self._command(match)
        elif kind == "symbol":
            return self._symbol(match)
        elif kind == "sign":
            self._put(_SIGNS[piece])
        else:
            self._settle()
            self._put(piece)
        return match.end()

    def _put(self, piece: str) -> None:
        if not piece:
            return
        if self.next_group and not (piece[0] == "[" and piece[-1] == "]"):
            self.next_group = ""
        if self.accents:
            piece = piece.lstrip()
            if not piece:
                return
            base = DOTLESS.get(piece[0], piece[0])
            if base.isalnum():
                marks = "".join(ACCENTS[name] for name in reversed(self.accents))
                piece = unicodedata.normalize("NFC", base + marks) + piece[1:]
                self.accents.clear()
            else:
                self._settle()
        self.out.append(piece)

    def _settle(self) -> None:
        """Write the accents that found no letter."""
        if self.accents:
            self.out.extend(ALONE.get(name, f"\\{name}") for name in self.accents)
            self.accents.clear()

    def _accent(self, name: str) -> None:
        if len(self.accents) >= _MOST_ACCENTS:
            self._settle()
        self.accents.append(name)

    def _open(self) -> None:
        self.groups.append(self.next_group)
        if self.next_group == "}":
            self.out.append("{")
        elif self.next_group:
            self.out.append("“" if self.next_group == "”" else "‘")
            self.quotes += 1
        self.next_group = ""

    def _close(self) -> None:
        self._settle()
        closing = self.groups.pop() if self.groups else ""
        self.next_group = closing if closing == "}" else ""
        self.out.append(closing)
        self.quotes -= closing not in {"", "}"}

    def _command(self, match: re.Match[str]) -> int:
        name, end = match["command"], match.end()
        if name in ACCENTS:
            self._accent(name)
        elif name in NAMED:
            self._put(NAMED[name])
        elif name in _LOOKS:
            return self._look(name, end)
        elif name in SYMBOLS:
            gap = " " if self.text[end - 1].isspace() and self.text[end : end + 1] != "}" else ""
            self._put(SYMBOLS[name] + gap)
        elif name in VERBATIM or name in UNSEEN:
            return self._address(name, end)
        elif name in _QUOTES:
            is_inner = self.text[end : end + 1] == "*"
            self.next_group = "’" if is_inner or self.quotes % 2 else "”"
            return end + is_inner
        elif name in JOURNALS:
            self._put(JOURNALS[name])
        else:
            self._settle()
            self.out.append(match[0])
            self.next_group = "}"
        return end

    def _look(self, name: str, start: int) -> int:
        r"""Read digits of ``\textsuperscript`` and what ``\ensuremath`` holds."""
        shift = _SHIFTS.get(name)
        if (shift is None and name != "ensuremath") or self.text[start : start + 1] != "{":
            return start
        end = self._end_of_group(start)
        if end - start > _LONGEST_ENSURED:
            return start
        inner = self.text[start + 1 : end].strip()
        text = _shifted(inner.strip("{} "), shift) if shift else _ensured(inner)
        if not text:
            return start
        self._put(text)
        return end + 1

    def _end_of_group(self, start: int) -> int:
        """Return where the group that opens at ``start`` closes; far away where it does not."""
        if self.braces is None:
            self.braces = match_braces(self.text)
        return self.braces.get(start, len(self.text) + _LONGEST_ENSURED)

    def _address(self, name: str, start: int) -> int:
        r"""Write the text of ``\url{…}`` as it stands, and skip what is never seen."""
        start += self.text[start : start + 1] == "*"
        if name.endswith("phantom") and self.text[start : start + 2] in {"\\{", "\\}"}:
            return start + 2  # Better BibTeX balances braces with it
        if self.text[start : start + 1] != "{":
            return start
        end = self._end_of_group(start)
        if end >= len(self.text):
            return start
        if name in VERBATIM:
            self._put(re.sub(r"\\([%#&_~${}])", r"\1", self.text[start + 1 : end]))
        elif name == "hspace":
            self._put(" ")
        return end + 1

    def _symbol(self, match: re.Match[str]) -> int:
        char = match["symbol"]
        if char in ACCENTS:
            self._accent(char)
        elif char in _CHARACTERS:
            self._put(_CHARACTERS[char])
        elif char in "([":
            return self._display(match)
        else:
            self._put(match[0])
        return match.end()

    def _display(self, match: re.Match[str]) -> int:
        r"""Write ``\(x\)`` as ``$x$`` and ``\[x\]`` as ``$$x$$`` where that says the same."""
        opening = match["symbol"]
        closing, dollars = ("\\)", "$") if opening == "(" else ("\\]", "$$")
        end = self.ends.get(closing, 0)
        if 0 <= end < match.end():  # asked anew only where it lies behind
            end = self.ends[closing] = self.text.find(closing, match.end())
        is_near = 0 <= end <= match.end() + _LONGEST_DISPLAY
        inner = self.text[match.end() : end] if is_near else ""
        if not inner.strip() or "$" in inner or inner.endswith("\\"):
            self._put(match[0])
            return match.end()
        self._put(f"{dollars}{inner}{dollars}")
        return end + 2


class _WebReading(_Reading):
    """A reading that also knows entities and those tags that are both opened and closed."""

    def __init__(self, text: str) -> None:
        super().__init__(take_text_branch(text))
        self.token = _web_token()
        opened: set[str] = set()
        closed: set[str] = set()
        for match in self.token.finditer(self.text):
            if match.lastgroup == "web":
                (closed if match[0][1] == "/" else opened).add(match["tag"].lower())
        self.tags = opened & closed

    def _read(self, match: re.Match[str]) -> int:
        if match.lastgroup == "entity":
            self._put(_entity(match["entity"]))
            return match.end()
        if match.lastgroup != "web":
            return super()._read(match)
        name = match["tag"].lower()
        if name not in self.tags:
            self._put(match[0])
        elif name in _SHIFTS and (digits := _web_digits().match(self.text, match.end())):
            self._put(_shifted(digits[1], _SHIFTS[name]))
            return digits.end(1)
        return match.end()


def _shifted(digits: str, shift: dict[int, str]) -> str:
    """Return digits and signs raised or lowered; empty if there is anything else."""
    return digits.translate(shift) if all(ord(char) in shift for char in digits) else ""


def _ensured(inner: str) -> str:
    r"""Return what ``\ensuremath`` shows: a character where there is one, else math in dollars."""
    if inner[:1] == "\\" and inner[1:] in SYMBOLS:
        return SYMBOLS[inner[1:]]
    if inner == "-":
        return "−"
    if not inner or "$" in inner or inner[-1:] == "\\":
        return ""
    return inner if _PLAIN_MATH.issuperset(inner) or inner.isalpha() else f"${inner}$"


def _entity(entity: str) -> str:
    name = entity[1:-1] if entity[0] == "&" else entity[4:-1]  # {\&}amp;
    if name[0] == "#":
        code = int(f"0{name[1:]}", 0) if name[1] in "xX" else int(name[1:])
        char = chr(code) if code <= sys.maxunicode else ""
        return " " if char == "\u00a0" else char if char and char.isprintable() else entity
    if name in ENTITIES:
        return ENTITIES[name]
    mark = ENTITY_ACCENTS.get(name[1:])
    composed = unicodedata.normalize("NFC", name[0] + ACCENTS[mark]) if mark else ""
    return composed if len(composed) == 1 else entity
