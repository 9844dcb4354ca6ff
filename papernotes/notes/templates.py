r"""Templates: text of a new note with ``{{variables}}``; read and checked once, filled at will.

A template is a body, or front matter and a body. It is data that people share, and so are the
values: all is filled in one pass, a value is never read as a template, and in front matter it is
quoted where YAML would take it for more than words. ``\{{`` stands for two braces.

The keys of :data:`OWN_KEYS` are written by papernotes for every note. Of a template's own ones
the tags, the status and a title around ``{{title}}`` count; all other keys stay as they stand.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.errors import FormatError
from papernotes.notes.front_matter import Content, Place, Scalar, locate, read_yaml, split
from papernotes.notes.rendering import quoted, word
from papernotes.notes.splicing import edit_front_matter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from papernotes.notes.front_matter import Node

VARIABLES = (
    *("title", "kind", "tags", "slug", "date", "created", "citekey", "paper_title", "authors"),
    *("author", "year", "venue", "arxiv", "doi", "url", "link", "abstract"),
)
OWN_KEYS = ("title", "kind", "paper", "arxiv", "authors", "year", "tags", "status", "created")
STATUSES = ("unread", "reading", "read")

_DATES = frozenset({"date", "created"})
_BARE = frozenset({"date", "created", "year"})
_ONE_STATUS = f"it is one of {', '.join(STATUSES)}"
_MOST_VARIABLES = 1_000
_VARIABLE = re.compile(r"\\\{\{|\{\{([^{}\r\n]*)\}\}")
_SIGN = re.compile(r"\[([^\]]*)\]|(([A-Za-z])\3*)")
_SIGNS = {
    "YYYY": "%Y",
    "YY": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "DD": "%d",
    "dddd": "%A",
    "ddd": "%a",
    "M": "",
    "D": "",
}


@dataclass(frozen=True, slots=True)
class Variable:
    """One place to be filled: a name of :data:`VARIABLES`, or braces that are meant as such."""

    name: str
    form: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A template that has been checked.

    In ``head`` (lines of YAML), ``title`` and ``tags`` the variable number N is written as the
    mark ``{sign}N{sign}``, a word for YAML; in ``body`` variables stand as they were written.
    """

    body: str
    head: str = ""
    title: str = ""
    tags: tuple[str, ...] = ()
    status: str = ""
    sign: str = "q"
    variables: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its values: ``title`` and ``status`` are empty where it names none."""

    title: str
    tags: tuple[str, ...]
    status: str
    head: str
    body: str


# Reading


def parse_template(text: str, path: str = "the template") -> Template:
    """Read the template that stands in the file ``path``.

    Raises FormatError, naming file and line, for a variable or a form of a date that is unknown,
    and for front matter that is not sound.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    parts = split(text)
    if parts.is_unterminated:
        raise _fault(path, 1, "the front matter has no closing `---` line", "add the line")
    for number, (line, variable) in enumerate(_variables(text)):
        _check(variable, path, line)
        if number == _MOST_VARIABLES:
            raise _fault(path, line, f"more than {_MOST_VARIABLES:,} variables", "use fewer")
    body = text[parts.body_start :]
    return _with_head(body, parts.text, path) if parts.is_present else Template(body)


def _variables(text: str) -> Iterator[tuple[int, Variable]]:
    line, at = 1, 0
    for match in _VARIABLE.finditer(text):
        line, at = line + text.count("\n", at, match.start()), match.start()
        yield line, _variable(match)


def _variable(match: re.Match[str]) -> Variable:
    name, _, form = (match[1] or "").partition(":")
    return Variable("{{" if match[1] is None else name.strip(), form.strip())


def _check(variable: Variable, path: str, line: int) -> None:
    if variable.name == "{{":
        return
    if variable.name not in VARIABLES:
        near = difflib.get_close_matches(variable.name[:40], VARIABLES, n=1)
        meant = f"did you mean {{{{{near[0]}}}}}? " if near else ""
        hint = f"{meant}there are {', '.join(VARIABLES)}; for braces as such write \\{{{{"
        raise _fault(path, line, f"no variable is called {{{{{variable.name[:40]}}}}}", hint)
    if variable.form and variable.name not in _DATES:
        hint = f"write {{{{{variable.name}}}}}"
        raise _fault(path, line, f"{variable.name} is no date and takes no form", hint)
    for match in _SIGN.finditer(variable.form):
        if match[1] is None and match[2] not in _SIGNS:
            hint = f"a date is made of {', '.join(_SIGNS)}, and other words in [brackets]"
            raise _fault(path, line, f"{match[2]!r} is no part of a date", hint)


def _fault(path: str, line: int, message: str, hint: str) -> FormatError:
    return FormatError(f"{path}:{line}: {message}", line=line, hint=hint)


def _with_head(body: str, head: str, path: str) -> Template:
    """Return a template with front matter, its variables as marks and without our own keys."""
    variables = tuple(_variable(match) for match in _VARIABLE.finditer(head))
    sign = "q" * (1 + max(map(len, re.findall("q+", head)), default=0))
    numbers = iter(range(len(variables)))
    head = _VARIABLE.sub(lambda _: f"{sign}{next(numbers)}{sign}", head)
    content = read_yaml(head)
    for fault in content.faults:
        raise _fault(path, 2 + fault.line, fault.message, "mend the front matter")
    for key, line in content.lines.items():
        if _marks(sign).search(key):
            message = "the name of a key must stand there, not a variable"
            raise _fault(path, 2 + line, message, "put the variable behind the colon")
    try:
        rest = split(edit_front_matter(f"---\n{head}---\n", dict.fromkeys(OWN_KEYS))).text
    except FormatError as error:
        raise _fault(path, error.line or 1, str(error), "mend the front matter") from error
    if not read_yaml(f"title: t\n{rest}").is_sound:
        message = "the front matter must be lines of `key: value` that are not indented"
        raise _fault(path, 2, message, "mend the front matter")
    title = _text(content, "title")
    named = {variables[int(number)].name for number in _marks(sign).findall(title)}
    return Template(
        body=body,
        head=rest,
        title=title if "title" in named else "",
        tags=_tags(content),
        status=_status(content, path, sign),
        sign=sign,
        variables=variables,
    )


def _find(content: Content, name: str) -> tuple[Node | None, int]:
    """Return the value of a key, in any case, and its line in the file."""
    found = [key for key in content.entries if key.strip().lower() == name]
    return (content.entries[found[-1]], 2 + content.lines[found[-1]]) if found else (None, 1)


def _text(content: Content, name: str) -> str:
    node, _ = _find(content, name)
    return node.text.strip() if isinstance(node, Scalar) and node.value is not None else ""


def _tags(content: Content) -> tuple[str, ...]:
    node, _ = _find(content, "tags")
    if isinstance(node, list):
        return tuple(item.text for item in node if isinstance(item, Scalar) and item.text.strip())
    return tuple(_text(content, "tags").replace(",", " ").split())


def _status(content: Content, path: str, sign: str) -> str:
    status = _text(content, "status").lower()
    if _marks(sign).search(status):
        message, hint = "a status must stand there, not a variable", _ONE_STATUS
        raise _fault(path, _find(content, "status")[1], message, hint)
    if status and status not in STATUSES:
        message = f"{status[:40]!r} is no status"
        raise _fault(path, _find(content, "status")[1], message, _ONE_STATUS)
    return status


# Filling


def fill(
    template: Template, words: Mapping[str, str], markdown: Mapping[str, str], day: date
) -> Filled:
    """Return the template with its values: ``words`` for front matter, ``markdown`` for the body.

    Both have every name of :data:`VARIABLES` but the dates, which are made of ``day``.
    """

    def worded(variable: Variable) -> str:
        return _value(variable, words, day)

    def in_body(match: re.Match[str]) -> str:
        return _value(_variable(match), markdown, day)

    marks = _marks(template.sign)

    def in_head(text: str) -> str:
        return marks.sub(lambda match: worded(template.variables[int(match[1])]), text)

    return Filled(
        title=in_head(template.title),
        tags=tuple(map(in_head, template.tags)),
        status=template.status,
        head=_fill_head(template, worded),
        body=_VARIABLE.sub(in_body, template.body),
    )


def _value(variable: Variable, values: Mapping[str, str], day: date) -> str:
    if variable.name == "{{":
        return "{{"
    if variable.name in _DATES:
        return render_day(day, variable.form) if variable.form else day.isoformat()
    return values[variable.name]


def render_day(day: date, form: str) -> str:
    """Return a date in a form that Obsidian's templates have: ``dddd, D MMMM YYYY``."""

    def part(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1]
        return {"M": str(day.month), "D": str(day.day)}.get(match[2]) or day.strftime(
            _SIGNS[match[2]]
        )

    return _SIGN.sub(part, form)


def _marks(sign: str) -> re.Pattern[str]:
    return re.compile(f"{sign}([0-9]+){sign}")


def _fill_head(template: Template, value: Callable[[Variable], str]) -> str:
    """Return the YAML with each scalar that holds a variable written anew, as what it says."""
    head, marks = template.head, _marks(template.sign)
    if not marks.search(head):
        return head

    def filled(match: re.Match[str]) -> str:
        return value(template.variables[int(match[1])])

    def between(start: int, end: int) -> str:  # where marks are left in comments only
        return marks.sub(lambda match: quoted(filled(match))[1:-1], head[start:end])

    pieces, at = [], 0
    for place in _scalars(place for entry in locate(head) for place in entry):
        text = place.node.text if isinstance(place.node, Scalar) else ""
        if marks.search(text):
            alone = None if place.style else marks.fullmatch(text)
            variable = template.variables[int(alone[1])] if alone else None
            words = marks.sub(filled, text)
            pieces += [between(at, place.start), _scalar(words, variable)]
            at = place.end
    return "".join([*pieces, between(at, len(head))])


def _scalar(text: str, variable: Variable | None) -> str:
    """Return the YAML for a text; ``variable`` is what it is made of, if it is just that."""
    if variable is None:
        return quoted(text)
    is_bare = variable.name in _BARE and not variable.form and text
    return text if is_bare else word(text)


def _scalars(places: Iterable[Place]) -> Iterator[Place]:
    """Yield the scalars in the order in which they stand (the depth of YAML is bounded)."""
    for place in places:
        if isinstance(place.node, Scalar):
            yield place
        else:
            yield from _scalars(place.parts)
