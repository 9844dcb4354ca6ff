"""What stands behind the ``=`` of a field: groups, strings, numbers and macros, joined by ``#``."""

from __future__ import annotations

import re

_MONTHS = "January February March April May June July August September October November December"
MONTH_MACROS = {name[:3].lower(): name for name in _MONTHS.split()}
_FLOOD_BASE, _FLOOD_FACTOR = 1_000_000, 16  # what stands once may count for so many times the text

MARK = re.compile(r"(?<!\\)[{}\"]")
EVERY_MARK = re.compile(r"[{}\"]")  # of BibTeX, to which a backslash is a character like any
_CONCATENATION = re.compile(r"\s*#\s*")
_BARE = re.compile(r"[^\s#{}\",=]+")
NEXT_FIELD = re.compile(r"([A-Za-z][\w:+./-]*)\s*=\s*")


class Macros:
    """The @strings of a file, and a budget of characters that its text may grow to by them.

    ``undefined`` has the names that are used and not defined: line of the first use, uses.
    """

    def __init__(self, text: str) -> None:
        self.undefined: dict[str, tuple[int, int]] = {}
        self.budget = _FLOOD_BASE + _FLOOD_FACTOR * len(text)
        self._values: dict[str, str] = dict(MONTH_MACROS)
        self._is_defining = False

    def define(self, name: str, raw: str) -> None:
        """Take over a @string; it may name a later one, only uses in entries count as such."""
        self._is_defining = True
        value, _end = self.evaluate(raw, 0, 0)
        self._is_defining = False
        self._values[name.lower()] = value

    def find(self, name: str) -> str:
        """Return what a macro stands for; nothing if it is not known or the budget is spent."""
        value = self._values.get(name.lower(), "")
        self.budget -= len(value)
        return value if self.budget > 0 else ""

    def evaluate(
        self, raw: str, position: int, line: int, mark: re.Pattern[str] = MARK
    ) -> tuple[str, int]:
        """Return the value of ``{a} # "b" # macro # 2`` and where it ends.

        ``mark`` finds the braces and quotation marks that count.
        """
        parts: list[str] = []
        while (end := end_of_part(raw, position, mark)) > position:
            if raw[position] in '{"':
                parts.append(raw[position + 1 : end - 1])
            elif (part := raw[position:end]).isdecimal():
                parts.append(part)
            else:
                parts.append(self._get(part, line))
            following = _CONCATENATION.match(raw, end)
            if not following:
                return "".join(parts), end
            position = following.end()
        return "".join(parts), position

    def _get(self, name: str, line: int) -> str:
        """Return what a macro stands for: itself, if it is not known."""
        if name.lower() in self._values:
            return self.find(name)
        if not self._is_defining:
            first, uses = self.undefined.get(name, (line, 0))
            self.undefined[name] = (first, uses + 1)
        return name


def is_whole(raw: str) -> bool:
    """Tell whether ``raw`` is a value to its end, its group or string closed."""
    text = raw.rstrip(", \t\n")
    return end_of_value(f"{text}\n", 0) == len(text)


def end_of_value(raw: str, position: int, mark: re.Pattern[str] = MARK) -> int:
    """Return where ``{a} # "b" # macro`` ends."""
    while (end := end_of_part(raw, position, mark)) > position:
        following = _CONCATENATION.match(raw, end)
        if not following:
            return end
        position = following.end()
    return position


def end_of_part(raw: str, position: int, mark: re.Pattern[str] = MARK) -> int:
    """Return where the group, string or word at ``position`` ends (``position``: nothing there)."""
    opening = raw[position : position + 1]
    if opening not in {"{", '"'}:
        match = _BARE.match(raw, position)
        return match.end() if match else position
    depth = 0
    for match in mark.finditer(raw, position + 1):
        sign = match[0]
        if sign == "{":
            depth += 1
        elif sign == "}" and depth == 0 and opening == "{":
            return match.end()
        elif sign == "}":
            depth -= 1
        elif depth <= 0 and opening == '"':
            return match.end()
    return len(raw)


def without_comment(name: str) -> str:
    """Return a field's name without the lines of comment before it; empty if it is in one."""
    last = name.rpartition("\n")[2].strip()
    return "" if "%" in last else last
