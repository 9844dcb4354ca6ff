"""Tags of a note's front matter added and taken away in place; those in its body stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.errors import FormatError
from papernotes.ids import name_key
from papernotes.notes.front_matter import Scalar, read_yaml, split
from papernotes.notes.splicing import edit_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papernotes.notes.front_matter import Node
    from papernotes.notes.splicing import Value

_KEYS = ("tags", "tag", "keywords")  # all are read
_WRITTEN = ("tags", "tag")


def tag_key(name: str) -> str:
    """Return what tags are told apart by: without ``#``, a last ``/`` and the case of letters."""
    return name_key(name.strip().lstrip("#").rstrip("/"))


def edit_tags(text: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> str:
    """Return a note's text with tags of its front matter added and taken away.

    Those that stay are spelled as they were; a text (``tags: a, b``) becomes a list, which all
    tools read. What has no list of tags gets one. Raises FormatError, as
    :func:`papernotes.notes.edit_front_matter` does.
    """
    edit_front_matter(text, {})  # or it is not sound
    parts = split(text)
    content = read_yaml(parts.text)
    lists: dict[str, list[str]] = {}
    for key, node in content.entries.items():
        name = key.strip().lower()
        if name in _KEYS:
            line = parts.line + content.lines[key]
            lists[name] = [*lists.get(name, ()), *_words(key, node, line)]
    gone = {tag_key(name) for name in remove}
    kept = {
        name: [each for each in items if tag_key(each) not in gone] for name, items in lists.items()
    }
    have = {tag_key(each) for items in kept.values() for each in items}
    wanted = {tag_key(name): name for name in reversed(list(add))}
    if new := [name for key, name in reversed(wanted.items()) if key not in have]:
        where = next((name for name in _WRITTEN if name in kept), "tags")
        kept[where] = [*kept.get(where, ()), *new]
    changes: dict[str, Value] = {
        name: items for name, items in kept.items() if items != lists.get(name)
    }
    return edit_front_matter(text, changes)


def _words(key: str, node: Node, line: int) -> list[str]:
    """Return the tags of a field, as they are spelled in it."""
    if isinstance(node, Scalar):
        if node.value is None:
            return []
        cut = node.text.split(",") if "," in node.text else node.text.split()
        return [word.strip() for word in cut if word.strip()]
    if isinstance(node, list) and all(isinstance(item, Scalar) for item in node):
        return [item.text for item in node if isinstance(item, Scalar) and item.value is not None]
    raise FormatError(f"{key}: is no list of texts", line=line, hint="mend it by hand first")
