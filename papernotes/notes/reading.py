"""Note text → Note: front matter typed field by field, the body's links, tags and title."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.errors import ArxivIdError
from papernotes.ids import parse_arxiv_id
from papernotes.markdown.targets import WIKI, split_wiki
from papernotes.models import ArxivId, Link, Note, Problem
from papernotes.notes.front_matter import (
    NEWLINE,
    Content,
    FrontMatter,
    Node,
    Scalar,
    locate,
    read_yaml,
    split,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papernotes.markdown import Document

_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt \t]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?[ \t]*(?:[Zz]|[+-]\d{1,2}(?::?\d{2})?)?)?"
)
_WIKI_LINK = re.compile(r"\[\[([^\[\]|#]+)(?:#[^\[\]|]*)?(?:\|[^\[\]]*)?\]\]")
_NO_LINKS = frozenset({"paper", "citekey", "title", "alias", "aliases", "description"})
_RATINGS = frozenset("12345")
_PRIORITIES = {
    "high": "high",
    "normal": "normal",
    "low": "low",
    "1": "high",
    "2": "normal",
    "3": "low",
}
_MAYBE_PRIVATE = re.compile(
    r"^private[ \t]*:(?![ \t]*(?:false|False|FALSE)[ \t]*\r?$)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A note with its parsed body, for those who need both; ``problems`` did not stop it."""

    note: Note
    document: Document
    problems: tuple[Problem, ...] = ()


def parse(text: str, path: str) -> tuple[Note, tuple[Problem, ...]]:
    """Return the note that ``text`` is and what is wrong with it; ``path`` is in the library.

    Never raises for what the text holds. Front matter with a fault publishes nothing.
    """
    reading = read(text, path)
    return reading.note, reading.problems


def read(text: str, path: str) -> Reading:
    """Return the note, the parsed body and the problems of ``text``; see :func:`parse`."""
    parts, content = _front(text)
    shown = text[: markdown.readable_end(text, parts.body_start)]
    document = markdown.parse(shown, start=parts.body_start, line=parts.body_line)
    fields = _Fields(content, path, parts.line)
    head = _head(fields, parts, path, title=_first_title(document) or _name(path))
    note = replace(
        head,
        body=shown[parts.body_start :],
        tags=with_tags(head, document),
        links=(*_front_links(parts, content), *document.links),
    )
    problems = (*_problems(content, parts, document, path), *fields.problems)
    if len(shown) == len(text):
        return Reading(note, document, problems)
    message = f"has more than {markdown.MAX_MARKS:,} lines, links and marks; from here on not read"
    line = parts.body_line + len(NEWLINE.findall(shown, parts.body_start))
    too_large = Problem("note-too-large", path, message, line)
    return Reading(replace(note, publish=False), document, (*problems, too_large))


def read_head(text: str, path: str, title: str) -> Note:
    """Return the note that ``text`` is without its body, and without what only that says.

    Links are not there, nor tags of the text; ``title`` is what it is called if front matter does
    not say. This takes a tenth of the time of :func:`read`.
    """
    parts, content = _front(text)
    head = _head(_Fields(content, path, parts.line), parts, path, title=title)
    is_whole = markdown.readable_end(text, parts.body_start) == len(text)
    return head if is_whole else replace(head, publish=False)


def read_body(text: str, head: Note) -> Note:
    """Return a note with its body, without links; ``text`` is the one that ``head`` was read of."""
    return replace(head, body=text[head.body_start : markdown.readable_end(text, head.body_start)])


def with_tags(note: Note, document: Document) -> tuple[str, ...]:
    """Return the tags of a note and those in its parsed body, each once."""
    return _unique((*note.tags, *(tag.name for tag in document.tags)), fold=True)


def _front(text: str) -> tuple[FrontMatter, Content]:
    parts = split(text)
    return parts, read_yaml(parts.text) if parts.is_present else Content()


def _problems(
    content: Content, parts: FrontMatter, document: Document, path: str
) -> Iterable[Problem]:
    if parts.is_unterminated:
        message = "the front matter that begins here has no closing `---` line"
        yield Problem("front-matter-unterminated", path, message, 1)
    for fault in content.faults:
        yield Problem(fault.code, path, fault.message, parts.line + fault.line)
    for span in document.spans:
        if span.kind == "comment" and span.detail and span.inner_end == span.end:
            message = f"the comment {span.detail} is never closed: all below it is hidden"
            yield Problem("comment-unterminated", path, message, span.line)


def _head(fields: _Fields, parts: FrontMatter, path: str, *, title: str) -> Note:
    paper = _citekey(fields.text("paper") or fields.text("citekey"))
    published_on = fields.date("date")
    created_on = fields.date("created") or published_on
    front_tags = [
        tag.lstrip("#").rstrip("/").strip() for tag in fields.words("tags", "tag", "keywords")
    ]
    tags = fields.without_numbers("tags", front_tags)
    return Note(
        path=path,
        title=fields.text("title") or title,
        body="",
        body_start=parts.body_start,
        body_line=parts.body_line,
        kind=(fields.text("kind") or ("paper" if paper else "note")).strip().lower(),
        paper=paper,
        arxiv=fields.arxiv("arxiv"),
        aliases=_unique(fields.words("aliases", "alias", by_space=False)),
        tags=_unique(tags, fold=True),
        status=(fields.text("status") or "").strip().lower() or None,
        rating=fields.rating(),
        priority=fields.priority(),
        created=created_on,
        publish=fields.publish(),
        is_private=fields.is_private(parts.text),
        date=published_on,
        description=fields.text("description") or "",
        categories=_unique(fields.words("categories", "category")),
        slug=fields.text("slug") or None,
        meta={key: _json(value) for key, value in fields.content.entries.items()},
    )


def _front_links(parts: FrontMatter, content: Content) -> Iterator[Link]:
    """Yield the values of the front matter that are a wiki link and nothing else, quoted or not.

    So Obsidian reads properties. What the note is about and what it is called are no links.
    """
    if "[[" not in parts.text or not content.is_sound:
        return
    places = [
        value
        for key, value in reversed(locate(parts.text))
        if isinstance(key.node, Scalar) and key.node.text.strip().lower() not in _NO_LINKS
    ]
    while places:
        place = places.pop()
        quotes = 1 if place.style in {'"', "'"} else 0
        start, end = place.start + quotes, place.end - quotes
        match = WIKI.fullmatch(parts.text, start, end)
        is_link = isinstance(place.node, Scalar) or (
            isinstance(place.node, list) and bool(_link_text(place.node))
        )
        if match is None or not is_link or "\\" in match[0]:
            places += reversed(place.parts)
            continue
        said = split_wiki(match[1])
        line = parts.line + len(NEWLINE.findall(parts.text, 0, start))
        yield Link(
            "wiki",
            said.target,
            parts.start + start,
            parts.start + end,
            line,
            said.heading,
            said.label,
        )


def _first_title(document: Document) -> str:
    """Return the first H1, else a heading of any level that the text opens with."""
    found = next((h.text for h in document.headings if h.level == 1 and h.text), "")
    if not found and document.headings:
        first = document.headings[0]
        is_opening = not document.text[document.start : first.start].strip()
        found = first.text if is_opening else ""
    return found


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1].removesuffix(".md")


def _citekey(text: str) -> str | None:
    """Take ``key``, ``@key`` or ``[[key|label]]`` for the key."""
    text = text.strip()
    if match := _WIKI_LINK.fullmatch(text):
        text = match.group(1).strip()
    return text.removeprefix("@") or None


def _unique(words: Iterable[str], *, fold: bool = False) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for word in words:
        if word:
            kept.setdefault(word.casefold() if fold else word, word)
    return tuple(kept.values())


def _json(node: Node) -> object:
    """Return a node as plain JSON; ``[[x]]`` without quotes is the link it looks like."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, dict):
        return {key: _json(value) for key, value in node.items()}
    return _link_text(node) or [_json(item) for item in node]


def _link_text(node: list[Node]) -> str:
    match node:
        case [[Scalar(text=text)]]:
            return f"[[{text}]]"
        case _:
            return ""


class _Fields:
    """The entries of the front matter by lower-case name; each look checks the type."""

    def __init__(self, content: Content, path: str, line: int) -> None:
        self.content = content
        self.problems: list[Problem] = []
        self._path = path
        self._line = line
        self._names: dict[str, list[str]] = {}
        for key in content.entries:
            self._names.setdefault(key.strip().lower(), []).append(key)

    def _complain(self, key: str, message: str) -> None:
        line = self._line + self.content.lines[key]
        self.problems.append(Problem("field-type", self._path, f"{key}: {message}", line))

    def _found(self, *names: str) -> list[tuple[str, Node]]:
        keys = [key for name in names for key in self._names.get(name, ())]
        entries = [(key, self.content.entries[key]) for key in keys]
        return [(k, v) for k, v in entries if not (isinstance(v, Scalar) and v.value is None)]

    def text(self, name: str) -> str:
        """Return the text of a field as it was written, or nothing."""
        for key, node in self._found(name):
            if isinstance(node, Scalar):
                return node.text if node.text.strip() else ""
            if isinstance(node, list) and (link := _link_text(node)):
                return link
            self._complain(key, "must be one text, not a list or a mapping")
        return ""

    def words(self, *names: str, by_space: bool = True) -> list[str]:
        """Return a list of texts; one text is cut at commas, or else at spaces if asked."""
        words: list[str] = []
        for key, node in self._found(*names):
            if isinstance(node, Scalar):
                has_comma = "," in node.text
                cut = node.text.split(",") if has_comma or not by_space else node.text.split()
                words += [word.strip() for word in cut if word.strip()]
            elif isinstance(node, list):
                scalars = [item for item in node if isinstance(item, Scalar)]
                if len(scalars) < len(node):
                    self._complain(key, "must be a list of texts")
                words += [item.text.strip() for item in scalars if item.value is not None]
            else:
                self._complain(key, "must be a list of texts")
        return words

    def without_numbers(self, name: str, tags: Iterable[str]) -> list[str]:
        """Drop tags made of digits alone: no other tool takes them for tags."""
        kept: list[str] = []
        for tag in tags:
            if tag.isdigit():
                key = self._found(name, "tag", "keywords")[0][0]
                self._complain(key, f"{tag} is no tag: one needs a letter")
            else:
                kept.append(tag)
        return kept

    def date(self, name: str) -> date | None:
        """Return the day of ``2026-11-22``, with or without a time after it."""
        for key, node in self._found(name):
            match = _DATE.fullmatch(node.text.strip()) if isinstance(node, Scalar) else None
            try:
                if match:
                    return date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
            except ValueError:
                pass
            self._complain(key, "must be a date such as 2026-11-22")
        return None

    def arxiv(self, name: str) -> ArxivId | None:
        """Return an arXiv id, quoted or not: the text as written counts."""
        for key, node in self._found(name):
            if not isinstance(node, Scalar):
                self._complain(key, 'must be one arXiv id such as "1706.03762"')
                continue
            try:
                return parse_arxiv_id(node.text)
            except ArxivIdError as error:
                self._complain(key, str(error))
        return None

    def rating(self) -> int | None:
        """Return the stars given, 1 to 5."""
        for key, node in self._found("rating"):
            if isinstance(node, Scalar) and node.text.strip() in _RATINGS:
                return int(node.text)
            self._complain(key, "must be a number from 1 to 5")
        return None

    def priority(self) -> str | None:
        """Return how soon to read it; 1 to 3 are other words for it."""
        for key, node in self._found("priority"):
            word = node.text.strip().lower() if isinstance(node, Scalar) else ""
            if word in _PRIORITIES:
                return _PRIORITIES[word]
            self._complain(key, "must be high, normal or low")
        return None

    def publish(self) -> bool | tuple[str, ...]:
        """Return True, the targets, or False: also when anything about it is in doubt."""
        answer: bool | tuple[str, ...] = False
        for key, node in self._found("publish"):
            if isinstance(node, Scalar) and isinstance(node.value, bool):
                answer = node.value
            elif isinstance(node, list) and all(isinstance(item, Scalar) for item in node):
                answer = tuple(item.text.strip() for item in node if isinstance(item, Scalar))
            else:
                self._complain(key, "must be true, false or a list of targets, without quotes")
                return False
        return answer if self.content.is_sound and answer else False

    def is_private(self, raw: str) -> bool:
        """Return whether the note says so; anything but a plain ``false`` counts as yes."""
        for key, node in self._found("private"):
            if isinstance(node, Scalar) and isinstance(node.value, bool):
                if node.value:
                    return True
            else:
                self._complain(key, "must be true or false, without quotes; taken for true")
                return True
        return not self.content.is_sound and bool(_MAYBE_PRIVATE.search(raw))
