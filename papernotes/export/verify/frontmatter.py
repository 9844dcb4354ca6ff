"""The front matter of a written post, read back: it must mean what was meant. Pure."""

from __future__ import annotations

import html
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papernotes.export.post import Placement, Post

_START = "---\n"
_END = "\n---\n"
_ESCAPED = re.compile(r"\\(_|[^\w\s])")


def parted(text: str) -> tuple[str, str] | None:
    """Return the front matter and the body of a file; None where it begins with none."""
    end = text.find(_END, len(_START) - 1)
    if not text.startswith(_START) or end < 0:
        return None
    return text[len(_START) : end + 1], text[end + len(_END) :]


def front_matter_faults(front: str, post: Post, placement: Placement) -> Iterator[str]:
    """Yield what front matter does not mean as the post does."""
    try:
        meta = yaml.load(front, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError) as error:
        yield f"front matter is no YAML: {' '.join(str(error).split())[:200]}"
        return
    if not isinstance(meta, dict):
        yield "front matter is no table of keys"
        return
    if not _is_same(meta.get("title"), post.title):
        yield f"title: {meta.get('title')!r} instead of {post.title!r}"
    if _day(meta.get("date")) != placement.published_on:
        yield f"date: {meta.get('date')!r} instead of {placement.published_on}"
    told = [meta[key] for key in ("description", "summary", "subtitle") if key in meta]
    if told and post.description and not any(_is_same(one, post.description) for one in told):
        yield f"description: {told[0]!r} instead of {post.description!r}"
    for key, meant in (
        ("permalink", placement.url),
        ("url", placement.url),
        ("slug", placement.slug),
    ):
        if unquote(str(meta.get(key, meant))) != unquote(meant):
            yield f"{key}: {meta[key]!r} instead of {meant!r}"
    yield from _label_faults(meta, {*post.tags, *post.categories})


def _label_faults(meta: dict[str, Any], wanted: Iterable[str]) -> Iterator[str]:
    """Tags and categories may be parted and spelled as a theme wants; none may come or go."""
    found: set[str] = set()
    for key in ("tags", "categories"):
        values = meta.get(key, [])
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            yield f"{key}: {values!r} is no list of texts"
            return
        found.update(one.casefold() for one in map(_one_line, values))
    meant = {_one_line(one).casefold() for one in wanted}
    if found - meant or (not found and meant):
        yield f"tags: {sorted(found)} instead of {sorted(meant)}"


def _is_same(written: object, meant: str) -> bool:
    """Whether a value means a text, as it stands or as HTML, which some themes print it into."""
    text = _one_line(written)
    return _one_line(meant) in {text, html.unescape(text)}


def _one_line(value: object) -> str:
    """Return text on one line; a target may have escaped it for a Markdown reader."""
    if value is None:
        return ""
    return " ".join(_ESCAPED.sub(r"\1", str(value)).split())


def _day(value: object) -> object:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return value
    return value


class _Loader(yaml.SafeLoader):
    """YAML as the publishing programs read it; a key that comes twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's signature
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            raise yaml.YAMLError("a key comes twice")
        return mapping
