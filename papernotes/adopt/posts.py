"""A post's file → front matter and body: Jekyll's YAML, Hugo's YAML, TOML and JSON. Pure."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from papernotes.errors import FormatError
from papernotes.notes.front_matter import read_yaml, split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from papernotes.notes.front_matter import Node

_DATED = re.compile(r"(\d{2,4})-(\d{1,2})-(\d{1,2})-(.+)")
_TOML = re.compile(
    r"\ufeff?\+\+\+[ \t]*\r?\n(.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_MAX_HEAD = 65_536


@dataclass(frozen=True, slots=True)
class BlogPost:
    """A post as it stands in a blog; ``path`` is below the blog, ``line`` that of the body.

    ``name`` is the file's, or its folder's, without date and ending; ``day`` is the date in it.
    """

    path: str
    name: str
    body: str
    line: int = 1
    day: date | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    def words(self, plural: str, singular: str) -> tuple[str, ...]:
        """Return a list of the front matter, as Jekyll reads it.

        A text under the plural holds words, parted by commas or else spaces.
        """
        single, many = self.meta.get(singular), self.meta.get(plural)
        found = [single] if isinstance(single, str) else []
        if isinstance(many, str):
            found += many.split("," if "," in many else None)
        elif isinstance(many, list):
            found += [str(item) for item in many if isinstance(item, str | int | float)]
        return tuple(dict.fromkeys(filter(None, (" ".join(word.split()) for word in found))))


def parse_post(text: str, path: str) -> BlogPost:
    """Return the post a file holds. Raises FormatError, with the line, for front matter of none."""
    stem = path.rpartition("/")[2].rpartition(".")[0]
    if stem == "index" and "/" in path:
        stem = path.split("/")[-2]
    dated = _DATED.fullmatch(stem)
    meta, body, line = _head(text, path)
    return BlogPost(path, dated[4] if dated else stem, body, line, _day(dated), meta)


def _day(dated: re.Match[str] | None) -> date | None:
    if dated is None:
        return None
    year = int(dated[1]) + (2000 if len(dated[1]) == 2 else 0)
    try:
        return date(year, int(dated[2]), int(dated[3]))
    except ValueError:
        return None


def _head(text: str, path: str) -> tuple[dict[str, Any], str, int]:
    """Return the front matter, the body and the line it begins on."""
    if text.lstrip("\ufeff").startswith("{"):
        return _json(text.lstrip("\ufeff"), path)
    if (match := _TOML.match(text[: _MAX_HEAD * 2])) is not None:
        try:
            meta = tomllib.loads(match[1])
        except RecursionError:
            deep = f"{path}: front matter: nested too deep"
            raise FormatError(deep, hint="mend it first") from None
        except ValueError as error:  # of TOML, or of a number beyond all reason
            raise FormatError(f"{path}: front matter: {error}", hint="mend it first") from error
        return meta, text[match.end() :], 1 + text.count("\n", 0, match.end())
    parts = split(text)
    if not parts.is_present:
        return {}, text[parts.body_start :], parts.body_line
    content = read_yaml(parts.text)
    if not content.is_sound:
        fault = content.faults[0]
        line = parts.line + fault.line
        raise FormatError(f"{path}: line {line}: {fault.message}", hint="mend its front matter")
    meta = {key: plain_value(node) for key, node in content.entries.items()}
    return meta, text[parts.body_start :], parts.body_line


def _json(text: str, path: str) -> tuple[dict[str, Any], str, int]:
    try:
        meta, end = json.JSONDecoder().raw_decode(text[: _MAX_HEAD * 2])
    except (ValueError, RecursionError):
        return {}, text, 1  # a text that begins with a brace
    if not isinstance(meta, dict):
        raise FormatError(f"{path}: its front matter is no mapping", hint="mend it first")
    try:
        json.dumps(meta, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:  # an escape such as \ud800
        what = "has an escape that is half a letter"
        raise FormatError(f"{path}: its front matter {what}", hint="mend it first") from error
    body = text[end:].lstrip("\r\n")
    return meta, body, 1 + text.count("\n", 0, len(text) - len(body))


def plain_value(node: Node) -> Any:
    """Return a node of the front matter as text, number, truth, list or mapping."""
    if isinstance(node, list):
        return [plain_value(item) for item in node]
    if isinstance(node, dict):
        return {key: plain_value(item) for key, item in node.items()}
    return node.value


def published_at(post: BlogPost) -> date | datetime | None:
    """Return the date of the front matter, else that of the file's name.

    With a time it is a datetime, aware of its zone where one is named.
    """
    return moment(post.meta.get("date")) or post.day


def moment(given: object) -> date | datetime | None:
    """Return what a value of front matter says as a time; None where it says none."""
    if isinstance(given, datetime | date):
        return given
    found = re.match(
        r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?"
        r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?",
        given if isinstance(given, str) else "",
    )
    try:
        return _moment(found) if found else None
    except ValueError:
        return None


def _moment(found: re.Match[str]) -> date | datetime:
    day = f"{int(found[1]):04}-{int(found[2]):02}-{int(found[3]):02}"
    if found[4] is None:
        return date.fromisoformat(day)
    zone = (found[7] or "").replace("UTC", "Z").replace("GMT", "Z")
    return datetime.fromisoformat(f"{day}T{int(found[4]):02}:{found[5]}:{found[6] or '00'}{zone}")
