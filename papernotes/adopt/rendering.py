"""A post of a blog → the text of the note that exports to the same page. Pure."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from papernotes.notes.rendering import quoted, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.adopt.posts import BlogPost

OURS = frozenset(
    [
        *("title", "date", "slug", "permalink", "url", "description", "published", "draft"),
        *("categories", "category", "tags", "tag", "redirect_from", "aliases"),
    ]
)


def title_of(post: BlogPost) -> str:
    """Return the title of a post; one without has the words of its name, as Jekyll shows it."""
    given = post.meta.get("title")
    if isinstance(given, str | int | float) and str(given).strip():
        return " ".join(str(given).split())
    return " ".join(each.capitalize() for each in post.name.replace("_", "-").split("-") if each)


def render_note(
    post: BlogPost, body: str, *, slug: str, url: str, day: date | None, is_shown: bool = True
) -> str:
    """Return the note's text: what an export needs in its own keys, all else under ``blog:``.

    One that its blog does not show (``is_shown``) is not marked for publishing.
    """
    lines = ["---", f"title: {quoted(title_of(post))}"]
    if is_shown:
        lines.append("publish: true")
    if day is not None:
        lines.append(f"date: {day.isoformat()}")
    lines.append(f"slug: {word(slug)}")
    if url:
        lines.append(f"permalink: {quoted(url)}")
    if isinstance(said := post.meta.get("description"), str) and said.strip():
        lines.append(f"description: {quoted(' '.join(said.split()))}")
    lines += _listed("categories", post.words("categories", "category"))
    tags = post.words("tags", "tag")
    lines += _listed("tags", [tag for tag in tags if _has_letter(tag)])
    lines += _listed("redirect_from", tuple(dict.fromkeys(_redirects(post))))
    rest = {key: value for key, value in post.meta.items() if key not in OURS}
    if not all(map(_has_letter, tags)):
        rest["tags"] = list(tags)
    if rest:
        lines += ["blog:", *(f"  {_key(key)}: {_value(value)}" for key, value in rest.items())]
    return "\n".join([*lines, "---", "", body.strip("\n"), ""])


def _has_letter(tag: str) -> bool:
    """Say whether a tag may be one of a note, which needs a letter."""
    return any(char.isalpha() for char in tag)


def _redirects(post: BlogPost) -> Iterator[str]:
    """Yield the older addresses of a post; a text is one, whatever it holds."""
    for key in ("redirect_from", "aliases"):
        given = post.meta.get(key)
        for each in given if isinstance(given, list) else [given]:
            if isinstance(each, str) and each.strip():
                place = " ".join(each.split())
                yield place if place.startswith("/") or "://" in place else f"/{place}"


def _listed(key: str, values: Sequence[str]) -> list[str]:
    return [f"{key}: [{', '.join(map(_item, values))}]"] if values else []


def _item(value: str) -> str:
    return value if word(value) == value and not value.isdigit() else quoted(value)


def _key(key: str) -> str:
    return word(str(key))


def _value(value: Any) -> str:
    """Return a value in one line that YAML reads as it was."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, datetime | date):
        return quoted(value.isoformat())
    return json.dumps(_plain(value), ensure_ascii=True)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)
