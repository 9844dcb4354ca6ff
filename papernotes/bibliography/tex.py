r"""Citations in what LaTeX reads and writes: .tex sources, .aux files and biber's .bcf. Pure.

The commands are those of LaTeX, natbib, biblatex (with its multi-cites), apacite, jurabib and
harvard, as their manuals have them: all of them hold ``cite`` in their name, may have a star and
optional arguments in ``[]`` or ``<>``, and name their keys in the first group in braces; the
``cquote`` of csquotes do so too. Nothing is cited in a comment, in ``\verb``, in verbatim
environments, between ``\iffalse`` and its ``\else`` or ``\fi``, or behind ``\end{document}``. One
pass hides these, one finds the commands; both are linear.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERYTHING = "*"


class Mention(NamedTuple):
    """A citation key in a text; ``*`` is every key there is.

    ``line`` counts from 1. ``is_sure`` is False for what may well be something else than a
    citation where no paper has the key; ``is_wiki`` marks the name in a ``[[wiki link]]``.
    """

    key: str
    line: int
    is_sure: bool = True
    is_wiki: bool = False


class Inclusion(NamedTuple):
    """Another file that a text takes in, as it is named there."""

    name: str
    line: int


_VERBATIM_TEXT = (
    "verbatim Verbatim BVerbatim LVerbatim SaveVerbatim verbatimtab lstlisting minted comment "
    "filecontents alltt luacode pycode sagesilent listing tcblisting"
)
_HIDDEN = re.compile(
    rf"\\begin\s*\{{(?P<environment>(?:{'|'.join(_VERBATIM_TEXT.split())})\*?)\}}"
    r"|\\(?:verb|lstinline|mintinline)(?![A-Za-z])\*?(?:\[[^\]\n]{0,200}\])?(?P<mark>[^A-Za-z\s*])"
    r"|\\(?:url|nolinkurl|path|href)\s*\{[^{}\n]{0,2000}\}"
    r"|(?P<off>\\iffalse)(?![A-Za-z@])|(?P<end>\\end\s*\{document\})"
    r"|\\(?:[A-Za-z@]+|.)|(?P<comment>%[^\n]*)",
    re.DOTALL,
)
_CONDITIONAL = re.compile(
    r"\\(?:(?P<end>fi)|(?P<other>else)|if(?!f(?![A-Za-z])|thenelse)[A-Za-z@]*)(?![A-Za-z@])"
)
_LONGEST_VERB = 1000
_LONGEST_ARGUMENT = 2000
_MOST_ARGUMENTS = 10_000  # of one multi-cite

_COMMAND = re.compile(r"\\(?:(?P<name>[A-Za-z]+)\*?|.)", re.DOTALL)
_QUOTING = re.compile(r"\s*\{(displaycquote|foreigndisplaycquote|hyphendisplaycquote)\}")
_IN_LANGUAGE = ("foreign", "hyphen", "hybrid")  # a first group names the language
_MARK = re.compile(r"\\.|[]{})>]", re.DOTALL)
_KEYS = re.compile(r"\s*\{([^{}\\]*)\}")
_NO_CITES_TEXT = (
    "setcitestyle citestyle citestylefont bibcite citation citetext citereset citesetup citeleft "
    "citeright citemid citedash citesep citepunct citeform citenumfont citecolor bstctlcite "
    "newcites newcitecommand newcitescommand excite excites excited incite incites recite recites "
    "cited"
)
_NO_CITES = frozenset(_NO_CITES_TEXT.split())
_ALSO_CITES = frozenset(["bibentry", "fullbibentry", "nobibentry"])
_DEFINING_TEXT = (
    "newcommand renewcommand providecommand DeclareRobustCommand NewDocumentCommand def gdef edef "
    "RenewDocumentCommand ProvideDocumentCommand DeclareDocumentCommand let newrobustcmd"
)
_DEFINING = frozenset(_DEFINING_TEXT.split())
_INCLUDING = frozenset(["input", "include", "subfile", "subfileinclude", "InputIfFileExists"])
_IN_FOLDER = frozenset(["import", "subimport", "includefrom", "inputfrom", "subincludefrom"])
_BARE_NAME = re.compile(r"\s*([^\s{}\\%]{1,200})")

_AUX = re.compile(
    r"\\(?:citation|abx@aux@cite|abx@aux@nocite)\s*\{([^{}]*)\}(?:\{([^{}]*)\})?"
    r"|\\@input\s*\{([^{}]*)\}"
)
_BCF = re.compile(r"<bcf:citekey\b[^>]*>([^<]*)</bcf:citekey>")


def parse_tex(text: str) -> tuple[list[Mention], list[Inclusion]]:
    r"""Return the keys that a LaTeX source cites and the files it takes in, both in their order."""
    shown = _without_hidden(text)
    mentions: list[Mention] = []
    inclusions: list[Inclusion] = []
    lines = _Lines(shown)
    is_defining = False
    for match in _COMMAND.finditer(shown):
        name = match["name"]
        if name is None:
            continue
        was_defining, is_defining = is_defining, name in _DEFINING
        if was_defining:
            continue
        position = match.end()
        if name == "begin" and (quoting := _QUOTING.match(shown, position)):
            name, position = quoting[1], quoting.end()
        if name in _INCLUDING or name in _IN_FOLDER:
            included = _included(shown, position, name)
            if included:
                inclusions.append(Inclusion(included, lines.at(match.start())))
        elif _is_cite(name):
            for start, raw in _key_lists(shown, position, name):
                mentions += _mentions(raw, lines, start, may_be_all=name.startswith("nocite"))
    mentions.sort(key=lambda mention: mention.line)
    return mentions, inclusions


def parse_aux(text: str) -> tuple[list[Mention], list[Inclusion]]:
    r"""Return the keys of ``\citation`` and of biblatex's ``\abx@aux@cite``, and ``\@input``s."""
    mentions: list[Mention] = []
    inclusions: list[Inclusion] = []
    lines = _Lines(text)
    for match in _AUX.finditer(text):
        line = lines.at(match.start())
        if match[3]:
            inclusions.append(Inclusion(match[3], line))
        else:
            keys = (match[2] if match[2] is not None else match[1] or "").split(",")
            mentions += [Mention(key, line) for key in map(str.strip, keys) if key]
    return mentions, inclusions


def parse_bcf(text: str) -> list[Mention]:
    """Return the keys of the control file that biblatex writes for biber, XML."""
    lines = _Lines(text)
    found = ((html.unescape(match[1]).strip(), match.start()) for match in _BCF.finditer(text))
    return [Mention(key, lines.at(start)) for key, start in found if key]


class _Lines:
    """Line numbers of offsets that mostly grow."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._offset, self._line = 0, 1

    def at(self, offset: int) -> int:
        if offset < self._offset:
            return self._line - self._text.count("\n", offset, self._offset)
        self._line += self._text.count("\n", self._offset, offset)
        self._offset = offset
        return self._line


def _without_hidden(text: str) -> str:
    """Return ``text``, of the same length and lines, with spaces for what LaTeX does not read."""
    pieces: list[str] = []
    position = done = 0
    while match := _HIDDEN.search(text, position):
        position = match.end()
        end = _end_of_hidden(text, match)
        if end > match.start():
            pieces += [text[done : match.start()], _blank(text[match.start() : end])]
            position = done = end
    return "".join([*pieces, text[done:]])


def _end_of_hidden(text: str, match: re.Match[str]) -> int:
    """Return where that ends which begins hidden here, or 0 if nothing does."""
    if match["comment"] is not None:
        return match.end()
    if match["environment"] is not None:
        closing = f"\\end{{{match['environment']}}}"
        end = text.find(closing, match.end())
        return len(text) if end < 0 else end + len(closing)
    if match["mark"] is not None:
        mark = "}" if match["mark"] == "{" else match["mark"]
        return text.find(mark, match.end(), match.end() + _LONGEST_VERB) + 1
    if match["off"] is not None:
        return _end_of_conditional(text, match.end())
    return len(text) if match["end"] is not None else 0


def _end_of_conditional(text: str, position: int) -> int:
    depth = 1
    for match in _CONDITIONAL.finditer(text, position):
        if match["other"]:
            if depth == 1:
                return match.end()
            continue
        depth += -1 if match["end"] else 1
        if depth == 0:
            return match.end()
    return len(text)


def _blank(text: str) -> str:
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _is_cite(name: str) -> bool:
    lower = name.lower()
    if lower in _ALSO_CITES:
        return True
    if lower.endswith("cquote"):
        return True
    return "cite" in lower and lower not in _NO_CITES and not lower.startswith(("if", "declare"))


def _key_lists(text: str, position: int, name: str) -> Iterator[tuple[int, str]]:
    r"""Yield (offset, keys with commas) of the groups of a cite command.

    A multi-cite (``\cites``) has many; of ``\volcite{2}{key}`` and ``\foreigntextcquote`` the
    first group is no key.
    """
    lower = name.lower()
    is_multiple = lower.endswith(("cites", "citetexts"))
    is_second = "volcite" in lower or (lower.endswith("cquote") and lower.startswith(_IN_LANGUAGE))
    for _ in range(_MOST_ARGUMENTS if is_multiple else 1):
        position = _after_options(text, position, is_multiple=is_multiple)
        if is_second:
            end = _end_of_group(text, position, "}")
            position = _after_options(text, end, is_multiple=False)
        match = _KEYS.match(text, position)
        if match is None:
            return
        yield match.start(1), match[1]
        position = match.end()


def _after_options(text: str, position: int, *, is_multiple: bool) -> int:
    """Return where the optional arguments from ``position`` on end, and the space before each."""
    closing = {"[": "]", "<": ">"} | ({"(": ")"} if is_multiple else {})
    while True:
        start = position
        while text[start : start + 1].isspace():
            start += 1
        if text[start : start + 1] not in closing or "\n\n" in text[position:start]:
            return position
        end = _end_of_group(text, start, closing[text[start]])
        if end == start:
            return position
        position = end


def _end_of_group(text: str, start: int, closing: str) -> int:
    """Return the end of the argument that opens at ``start``, braces counted; ``start`` if none."""
    while text[start : start + 1].isspace():
        start += 1
    limit = start + _LONGEST_ARGUMENT
    if text.find(closing, start + 1, limit) < 0:
        return start
    depth = 0
    for match in _MARK.finditer(text, start + 1, limit):
        mark = match[0]
        if mark == closing and depth == 0:
            return match.end()
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
            if depth < 0:
                break
    return start


def _mentions(raw: str, lines: _Lines, start: int, *, may_be_all: bool) -> Iterator[Mention]:
    """Yield the keys between commas; what a macro would have to make is none."""
    for part in raw.split(","):
        key = " ".join(part.split())
        if key and "#" not in key and (key != EVERYTHING or may_be_all):
            yield Mention(key, lines.at(start + len(part) - len(part.lstrip())))
        start += len(part) + 1


def _included(text: str, position: int, name: str) -> str:
    """Return the name of the file that an including command takes in."""
    folder = ""
    if name in _IN_FOLDER:
        match = _KEYS.match(text, position)
        if match is None:
            return ""
        folder, position = match[1].strip().rstrip("/") + "/", match.end()
    match = _KEYS.match(text, position)
    if match is None and name == "input":
        match = _BARE_NAME.match(text, position)
    found = match[1].strip().strip('"') if match else ""
    return folder + found if found and "#" not in found else ""
