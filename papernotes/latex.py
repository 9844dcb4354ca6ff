"""LaTeX text ⇄ Unicode: what stands in titles, names and abstracts. Pure, one pass, no recursion.

Math between dollar signs is carried as it stands. A command that is not known stays as it is; an
unescaped ``%`` is a percent sign and no comment. ``to_unicode(escape(text)) == text`` for any text
without control characters.
"""

from __future__ import annotations

import re
import unicodedata

ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
}
_ALONE = {"`": "`", "'": "´", "^": "^", "~": "~", "=": "¯", ".": "˙", '"': '"'}
DOTLESS = {"ı": "i", "ȷ": "j"}

_NAMED_TEXT = (
    "ss ß  SS ẞ  ae æ  AE Æ  oe œ  OE Œ  o ø  O Ø  l ł  L Ł  aa å  AA Å  i ı  j ȷ  dh ð  "
    "DH Ð  th þ  TH Þ  dj đ  DJ Đ  ng ŋ  NG Ŋ  textendash –  textemdash —  textquoteleft ‘  "
    'textquoteright ’  textquotedblleft “  textquotedblright ”  textquotedbl "  '
    "textquotesingle '  quotedblbase „  quotesinglbase ‚  glqq „  grqq “  guillemotleft «  "
    "guillemotright »  guilsinglleft ‹  guilsinglright ›  textbackslash \\  textbraceleft {  "
    "textbraceright }  textasciitilde ~  textasciicircum ^  textasciigrave `  textdollar $  "
    "textpercent %  textunderscore _  textnumbersign #  textampersand &  textbar |  "
    "textless <  textgreater >  textbullet •  textperiodcentered ·  textexclamdown ¡  "
    "textquestiondown ¿  textordfeminine ª  textordmasculine º  textdegree °  textmu µ  "
    "textpm ±  texttimes ×  textonehalf ½  textregistered ®  texttrademark ™  "
    "textcopyright ©  copyright ©  pounds £  textsterling £  texteuro €  euro €  "
    "textellipsis …  ldots …  dots …  S §  P ¶  dag †  ddag ‡  slash /  TeX TeX  "
    "LaTeX LaTeX  BibTeX BibTeX  cprime ʹ  "
)
_SPACES_TEXT = "quad qquad newline linebreak par space nobreakspace"
_NAMED_WORDS = _NAMED_TEXT.split()
NAMED = dict(zip(_NAMED_WORDS[::2], _NAMED_WORDS[1::2], strict=True))
NAMED |= dict.fromkeys(_SPACES_TEXT.split(), " ")
_SYMBOLS = (
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
    "mkbibquote mkbibemph aftergroup ignorespaces"
)
_LOOKS = frozenset(_LOOKS_TEXT.split())
_VERBATIM = frozenset(["url", "nolinkurl", "path"])
_UNSEEN = frozenset(["href", "noopsort", "NOOPSORT"])  # of their first argument

MATH = r"\$\$(?:[^$\\]++|\\.)++\$\$|\$(?:[^$\\]++|\\.)*+\$"
_MATH_SPAN = re.compile(MATH, re.DOTALL)
_TOKEN = re.compile(
    rf"(?P<math>{MATH})|\\(?P<command>[A-Za-z]+)\s*|\\(?P<symbol>.)"
    r"|(?P<brace>[{}])|(?P<sign>---?|~|``|'')",
    re.DOTALL,
)
_SIGNS = {"---": "—", "--": "–", "~": " ", "``": "“", "''": "”"}
_MATH_PARTS = re.compile(f"({MATH})", re.DOTALL)
_MODE_SWITCH = re.compile(
    r"\\ifmmode(?![A-Za-z]).{0,80}?\\else(?![A-Za-z])\s*(.{0,80}?)\\fi(?![A-Za-z])(?:\{\})?",
    re.DOTALL,
)
_EASY = re.compile(r"\\([%&#_])")
_HARD = re.compile(r"\\(?:[^%&#_]|$)", re.DOTALL)


def to_unicode(text: str) -> str:
    """Return ``text`` with accents, letters, dashes, quotes and escapes of LaTeX as Unicode.

    Braces go, except those of unknown commands, which stay whole; ``~`` becomes a space.
    """
    if not has_markup(text):
        return text
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
    )


def take_text_branch(text: str) -> str:
    r"""Return ``text`` with ``\ifmmode math\else text\fi{}``, as APS has it, as its text."""
    return _MODE_SWITCH.sub(r"\1", text)


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

    __slots__ = ("accents", "ends", "groups", "keeps_next", "last_brace", "out", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.out: list[str] = []
        self.accents = ""
        self.ends: dict[str, int] = {}  # of displayed math: where each kind ends next
        self.groups: list[bool] = []  # of each open group: do its braces stay
        self.keeps_next = False  # an unknown command was just read: its group stays whole
        self.last_brace = text.rfind("}")

    def run(self) -> str:
        position = 0
        while match := _TOKEN.search(self.text, position):
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
        self.keeps_next = self.keeps_next and piece[0] == "[" and piece[-1] == "]"
        if self.accents:
            piece = piece.lstrip()
            if not piece:
                return
            base = DOTLESS.get(piece[0], piece[0])
            if base.isalpha():
                marks = "".join(ACCENTS[name] for name in reversed(self.accents))
                piece = unicodedata.normalize("NFC", base + marks) + piece[1:]
                self.accents = ""
            else:
                self._settle()
        self.out.append(piece)

    def _settle(self) -> None:
        """Write the accents that found no letter."""
        if self.accents:
            self.out.extend(_ALONE.get(name, f"\\{name}") for name in self.accents)
            self.accents = ""

    def _accent(self, name: str) -> None:
        if len(self.accents) >= _MOST_ACCENTS:
            self._settle()
        self.accents += name

    def _open(self) -> None:
        self.groups.append(self.keeps_next)
        if self.keeps_next:
            self.out.append("{")
        self.keeps_next = False

    def _close(self) -> None:
        self._settle()
        self.keeps_next = bool(self.groups) and self.groups.pop()
        if self.keeps_next:
            self.out.append("}")

    def _command(self, match: re.Match[str]) -> int:
        name, end = match["command"], match.end()
        if name in ACCENTS:
            self._accent(name)
        elif name in NAMED:
            self._put(NAMED[name])
        elif name in _VERBATIM or name in _UNSEEN:
            return self._address(name, end)
        elif name not in _LOOKS:
            self._settle()
            self.out.append(match[0])
            self.keeps_next = True
        return end

    def _address(self, name: str, start: int) -> int:
        r"""Write the text of ``\url{…}`` as it stands, and skip what is never seen."""
        if self.text[start : start + 1] != "{" or start > self.last_brace:
            return start
        end = self.text.index("}", start)
        if name in _VERBATIM:
            self._put(re.sub(r"\\([%#&_~${])", r"\1", self.text[start + 1 : end]))
        return end + 1

    def _symbol(self, match: re.Match[str]) -> int:
        char = match["symbol"]
        if char in ACCENTS:
            self._accent(char)
        elif char in _SYMBOLS:
            self._put(_SYMBOLS[char])
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


_LONGEST_DISPLAY = 2000
_MOST_ACCENTS = 8  # of one letter


_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "-": "-{}",
    "'": "'{}",
    "`": "`{}",
} | {char: f"\\{char}" for char in "&%#_$"}
_TO_ESCAPE = re.compile(r"[\\{}~^&%#_$]|-(?=-)|'(?=')|`(?=`)|^[ \t]*@", re.MULTILINE)
_BRACE = re.compile(r"[{}]")
_UNCARRIABLE = re.compile(r"(?<!\\)[%#]|\n\s*[\n@]")
_MATHLIKE = re.compile(r"[\\^_=<>+]")
_WORD = re.compile(r"[^\W_]+")


def escape(text: str, *, keep_capitals: bool = False) -> str:
    """Return ``text`` as LaTeX that compiles and that :func:`to_unicode` reads back unchanged.

    Math stays math unless its braces, a ``%`` or a ``#`` would break a .bib file; letters outside
    ASCII stay as they are. With ``keep_capitals`` words with capitals are put in braces, so that
    bibliography styles leave them alone; the text's own first letter needs none.
    """
    if not keep_capitals and not _TO_ESCAPE.search(text):
        return text
    out: list[str] = []
    position = start = 0
    while match := _find_math(text, position):
        if _is_carried_math(match):
            out.append(_escape_text(text, start, match.start(), keep_capitals=keep_capitals))
            out.append(match[0])
            position = start = match.end()
        else:
            position = match.start() + 1
    out.append(_escape_text(text, start, len(text), keep_capitals=keep_capitals))
    return "".join(out)


def is_balanced(text: str) -> bool:
    r"""Tell whether braces close in order, for BibTeX and for readers that skip ``\{``."""
    depths = [0, 0]
    for match in _BRACE.finditer(text):
        step = 1 if match[0] == "{" else -1
        depths[0] += step
        if text[match.start() - 1 : match.start()] != "\\":
            depths[1] += step
        if min(depths) < 0:
            return False
    return depths == [0, 0]


def _find_math(text: str, position: int) -> re.Match[str] | None:
    """Return the next span of math; where one dollar finds no end, no later one does."""
    start = text.find("$", position)
    return _MATH_SPAN.match(text, start) if start >= 0 else None


def _is_carried_math(match: re.Match[str]) -> bool:
    span = match[0]
    inner = span.strip("$")
    if not inner or _UNCARRIABLE.search(span) or not is_balanced(span):
        return False
    after = match.string[match.end() : match.end() + 1]
    if inner[0].isdigit() and (inner[-1].isspace() or after.isdigit()):
        return False  # money: $5 and $6
    return inner == inner.strip() or _MATHLIKE.search(inner) is not None


def _escape_text(text: str, start: int, end: int, *, keep_capitals: bool) -> str:
    if not keep_capitals:
        return _TO_ESCAPE.sub(_escape_one, text[start:end])
    out: list[str] = []
    for first, last in _capital_runs(text, start, end):
        out.append(_TO_ESCAPE.sub(_escape_one, text[start:first]))
        out.append(f"{{{text[first:last]}}}")
        start = last
    out.append(_TO_ESCAPE.sub(_escape_one, text[start:end]))
    return "".join(out)


def _escape_one(match: re.Match[str]) -> str:
    token = match[0]
    return _ESCAPES.get(token) or f"{token[:-1]}{{@}}"


def _capital_runs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans of words with capitals, neighbours joined."""
    runs: list[tuple[int, int]] = []
    for match in _WORD.finditer(text, start, end):
        word = match[0][1:] if match.start() == 0 else match[0]
        if word == word.lower():
            continue
        if runs and text[runs[-1][1] : match.start()] == " ":
            runs[-1] = (runs[-1][0], match.end())
        else:
            runs.append(match.span())
    return runs
