"""Whether a blog shows a post: not drafts, nor what it hides until a day or from one on. Pure.

In doubt a post is hidden: a note that is not published can be, what has left cannot come back.
Sources: Jekyll 4.3, ``lib/jekyll/publisher.rb`` (in YAML 1.1 ``no`` and ``off`` are false too);
Hugo 0.168, the pages on front matter and on build options of its documentation.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from papernotes.adopt.posts import moment
from papernotes.adopt.urls import find_day, find_default

if TYPE_CHECKING:
    from papernotes.adopt.posts import BlogPost
    from papernotes.adopt.urls import Blog

_NO = frozenset(["false", "no", "off", "n", "0", "", "none"])
_LATER = ("publishdate", "pubdate")
_ENDED = ("expirydate", "unpublishdate")
_NOT_RENDERED = frozenset(["never", "link", "false"])


def is_shown(post: BlogPost, blog: Blog, *, today: date) -> bool:
    """Say whether the page of a post is on its blog on the day ``today``."""
    meta = {key.lower(): value for key, value in post.meta.items()}
    if "/_drafts/" in f"/{post.path}" or _is_yes(meta.get("draft")):
        return False
    usual = find_default(post, blog, "published", True)
    if not _is_yes(meta.get("published", usual)):
        return False
    if blog.kind == "hugo":
        return not _is_hidden_by_hugo(meta, find_day(post, blog), today)
    day = find_day(post, blog)
    return day is None or day <= today or _is_yes(blog.config.get("future"))


def _is_hidden_by_hugo(meta: dict[str, Any], day: date | None, today: date) -> bool:
    later = [day, *map(_day, map(meta.get, _LATER))]
    ended = map(_day, map(meta.get, _ENDED))
    build = meta.get("build", meta.get("_build"))
    rendered = build.get("render") if isinstance(build, dict) else None
    return (
        any(each is not None and each > today for each in later)
        or any(each is not None and each <= today for each in ended)
        or _is_yes(meta.get("headless"))
        or str(rendered).lower() in _NOT_RENDERED
    )


def _is_yes(value: object) -> bool:
    return value is not None and str(value).strip().lower() not in _NO


def _day(value: object) -> date | None:
    found = moment(value)
    return found.date() if isinstance(found, datetime) else found
