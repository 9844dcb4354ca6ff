r"""Unicode in LaTeX → the commands of plain ASCII, for BibTeX programs that count bytes.

What classic BibTeX does with a name's initial or a title's capitals it does byte by byte, which
breaks characters of UTF-8. Inside ``{\'e}`` it knows one letter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from papernotes.latex.letters import ACCENTS, LOWERED, MATH, NAMED, RAISED, SYMBOLS
from papernotes.latex.reading import UNSEEN, VERBATIM, known_commands, match_braces, to_unicode

_MOST_MARKS = 4  # on one letter; more are no letter of any language
_NOT_WRITTEN = frozenset(["t", "G"])  # accents over two letters; no font has it
_OF_PACKAGES = frozenset(["cprime", "textminus"])
_HORN = "\u031b"  # part of the letters ơ and ư
_NO_WIDTH = "\u200b\u2060"  # what web pages put between words; LaTeX has no letter for it
_SPACES = {"\u00a0": "~", "\u202f": r"\,", "\u2009": r"\,", **dict.fromkeys(_NO_WIDTH, "")}
_LIGATURES = {"–": ("--", "-–—"), "—": ("---", "-–—"), "“": ("``", "`!?“"), "”": ("''", "'”")}
_SOFT_DOTTED = {"i": r"\i", "j": r"\j"}
_BELOW = frozenset(["d", "c", "k", "b", "textcommabelow"])


def to_ascii(text: str) -> str:
    r"""Return a field's LaTeX with each character that has a command of LaTeX as that command.

    ``é`` → ``{\'e}``, ``ø`` → ``{\o}``, ``–`` → ``--``, ``α`` → ``\ensuremath{\alpha}`` (in math
    ``\alpha``), no-break space → ``~``. The rest stays: other scripts, whole Greek words,
    addresses, arguments of commands that are not known. What :func:`to_unicode` reads is the same
    before and after, but for the kind of a space and the form of a composed letter; where it would
    not be, the text stays as it is.
    """
    if text.isascii():
        return text
    text = _in_math().sub(_spell_math, text)
    spelled = _spell(text)
    return spelled if _seen(spelled) == _seen(text) else text


def _seen(latex: str) -> str:
    """Return what a reader sees, all spaces alike."""
    text = re.sub(rf"[{_NO_WIDTH}]", "", to_unicode(latex))
    return re.sub(r"\s", " ", unicodedata.normalize("NFC", text))


@cache
def _in_math() -> re.Pattern[str]:
    return re.compile(rf"\\.|{MATH}", re.DOTALL)


@cache
def _token() -> re.Pattern[str]:
    hidden = "|".join(sorted(VERBATIM | UNSEEN))
    return re.compile(
        rf"{MATH}|\\(?:{hidden})\*?\s*(?P<hidden>\{{)|\\(?P<command>[A-Za-z]+)\*?\s*|\\."
        r"|(?P<greek>[\u0370-\u03ff\u1f00-\u1fff][\u0300-\u036f\u0370-\u03ff\u1f00-\u1fff]*)"
        r"|(?P<letter>[^\W_][\u0300-\u036f]+|[^\x00-\x7f])",
        re.DOTALL,
    )


@cache
def _commands() -> dict[str, str]:
    """Return each character of text → the first of its commands."""
    commands: dict[str, str] = {}
    for name, char in NAMED.items():
        if not char.isascii() and len(char) == 1 and name not in _OF_PACKAGES:
            commands.setdefault(char, f"\\{name}")
    return commands


@cache
def _math_commands() -> dict[str, str]:
    commands: dict[str, str] = {}
    for name, char in SYMBOLS.items():
        commands.setdefault(char, f"\\{name}")
    return commands


@cache
def _accents() -> dict[str, str]:
    return {mark: name for name, mark in ACCENTS.items() if name not in _NOT_WRITTEN}


def _spell_math(match: re.Match[str]) -> str:
    span = match[0]
    if span[0] != "$" or span.isascii():
        return span
    return "".join(
        f"{_math_commands()[char]} " if char in _math_commands() else _SPACES.get(char, char)
        for char in span
    )


def _spell(text: str) -> str:
    out: list[str] = []
    braces: dict[int, int] | None = None
    position = 0
    argument = -1  # where one of an unknown command may begin
    while match := _token().search(text, position):
        out.append(text[position : match.start()])
        position = match.end()
        if match["hidden"]:
            if braces is None:
                braces = match_braces(text)
            position = braces.get(match.start("hidden"), match.end() - 1) + 1
            out.append(text[match.start() : position])
        elif match["greek"]:
            out.append(_spell_greek(match))
        elif match["letter"] and match.start() != argument:
            out.append(_spell_letter(match))
        else:
            out.append(match[0])
            if match["command"] and match["command"] not in known_commands():
                argument = position
    out.append(text[position:])
    return "".join(out)


def _spell_greek(match: re.Match[str]) -> str:
    """Return Greek letters as symbols, but a word in Greek as it stands."""
    commands = _math_commands()
    letters = match[0]
    if not all(letter in commands for letter in letters):
        return letters
    return "".join(rf"\ensuremath{{{commands[letter]}}}" for letter in letters)


def _spell_letter(match: re.Match[str]) -> str:
    char = match[0]
    text = match.string
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    if before == "\\":  # of a line break; what looks like an escaped brace confuses readers
        return char
    if char in _SPACES:
        return _SPACES[char]
    if char in _LIGATURES:
        sign, neighbours = _LIGATURES[char]
        if (not before or before not in neighbours) and (not after or after not in neighbours):
            return sign
    if char in _raised():
        return _raised()[char]
    command = _commands().get(char) or _spell_accents(char)
    if command:
        return command if (before, after) == ("{", "}") else f"{{{command}}}"
    symbol = "-" if char == "−" else _math_commands().get(char)
    return rf"\ensuremath{{{symbol}}}" if symbol else char


@cache
def _raised() -> dict[str, str]:
    """Return each raised or lowered digit → the command that makes it."""
    tables = ((RAISED, "textsuperscript"), (LOWERED, "textsubscript"))
    return {
        other: rf"\{name}{{{chr(digit)}}}"
        for table, name in tables
        for digit, other in table.items()
    }


@lru_cache(maxsize=1024)
def _spell_accents(letter: str) -> str:
    r"""Return a letter with accents as commands, one within the other; empty if one has none.

    Empty also where LaTeX shows another letter: a dotless ȷ under an accent is that of j.
    """
    base, *marks = list(unicodedata.normalize("NFD", letter))
    if marks and marks[0] == _HORN:
        base = unicodedata.normalize("NFC", base + marks.pop(0))
    if not marks or len(marks) > _MOST_MARKS or not all(mark in _accents() for mark in marks):
        return ""
    names = [_accents()[mark] for mark in marks]
    if not base.isascii():
        base = _commands().get(base, "")
    elif names[0] not in _BELOW:
        base = _SOFT_DOTTED.get(base, base)
    if not base:
        return ""
    for number, name in enumerate(names):
        joint = f"\\{name}"
        is_simple = number == 0 and not name.isalpha()
        base = f"{joint}{base}" if is_simple else f"{joint}{{{base}}}"
    return base if to_unicode(base) == unicodedata.normalize("NFC", letter) else ""
