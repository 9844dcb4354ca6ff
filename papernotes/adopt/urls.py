"""Where the page of a post stands, by the rules of the program that makes it. Pure.

Sources: Jekyll 4.3, ``lib/jekyll/drops/url_drop.rb``, ``utils.rb`` (``slugify``) and the page on
permalinks of its documentation; Hugo 0.168, the page on URL management of its documentation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from papernotes.adopt.posts import published_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from papernotes.adopt.posts import BlogPost

_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_PLACEHOLDER = re.compile(r":([a-z_]+)")
_NOT_IN_SLUG = re.compile(r"[^\w.~!$&'()+,;=@]+")
_HUGO_DROPPED = re.compile(r"[^\w\s./#+~-]+")


@dataclass(frozen=True, slots=True)
class Blog:
    """What of a blog's settings says where pages stand; ``config`` is all of them."""

    kind: str
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def home(self) -> str:
        """Where the blog stands on the web, without a slash at its end; empty if unknown."""
        return next((each for each in self.origins if each.startswith(("http:", "https:"))), "")

    @property
    def base(self) -> str:
        """The path on the web server where the blog stands, without a slash at its end."""
        whole = str(self.config.get("baseURL" if self.kind == "hugo" else "baseurl") or "")
        return re.sub(r"[a-z]+://[^/]*", "", whole).rstrip("/")

    @property
    def origins(self) -> tuple[str, ...]:
        """What may stand before the path of a page of this blog in a link, longest first."""
        base = str(self.config.get("baseurl") or "").rstrip("/")
        home = str(self.config.get("url") or "").rstrip("/")
        if self.kind == "hugo":
            home, base = str(self.config.get("baseURL") or base).rstrip("/"), ""
        return tuple(filter(None, (f"{home}{base}" if home else "", base)))


def find_day(post: BlogPost, blog: Blog) -> date | None:
    """Return the day under which a blog shows a post; Jekyll's is that of its own time zone."""
    moment = published_at(post)
    if not isinstance(moment, datetime):
        return moment
    if blog.kind == "hugo":
        return moment.date()
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        zone = ZoneInfo(str(blog.config.get("timezone") or "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    return moment.astimezone(zone).date()


def find_url(post: BlogPost, blog: Blog) -> str:
    """Return the path of a post's page below the blog, percent-encoded, or nothing if unknown."""
    own = post.meta.get("url" if blog.kind == "hugo" else "permalink")
    if isinstance(own, str) and own and ":" not in own:
        return _clean(own)
    if blog.kind == "hugo":
        return _clean(_hugo(post, blog))
    return _clean(_jekyll(post, blog))


def _clean(path: str) -> str:
    path = re.sub("/{2,}", "/", f"/{path}")
    return quote(path, safe="/%+@,=~._-:")


def _jekyll(post: BlogPost, blog: Blog) -> str:
    own = post.meta.get("permalink")
    style = str(
        own or find_default(post, blog, "permalink") or blog.config.get("permalink") or "date"
    )
    day = find_day(post, blog)
    categories = (*_folders(post, blog), *post.words("categories", "category"))
    given = post.meta.get("slug")
    title = slug(given if isinstance(given, str) else post.name)
    parts: dict[str, Callable[[], str]] = {
        "categories": lambda: "/".join(dict.fromkeys(each.lower() for each in categories)),
        "slugified_categories": lambda: "/".join(slug(each).lower() for each in categories),
        "title": lambda: title,
        "slug": lambda: slug(title).lower(),
        "name": lambda: post.name,
        "output_ext": lambda: ".html",
    }
    return _filled(_STYLES.get(style, style), parts, day)


def _folders(post: BlogPost, blog: Blog) -> tuple[str, ...]:
    """Return the folders above ``_posts``, which are categories too."""
    collections = str(blog.config.get("collections_dir") or "").strip("/")
    path = post.path.removeprefix(f"{collections}/") if collections else post.path
    folders = path.split("/")[:-1]
    return tuple(folders[: folders.index("_posts")]) if "_posts" in folders else ()


def find_default(post: BlogPost, blog: Blog, key: str, unsaid: object = None) -> object:
    """Return what the front matter defaults of a Jekyll blog say for a post, else ``unsaid``."""
    found = unsaid
    defaults = blog.config.get("defaults")
    for each in defaults if isinstance(defaults, list) else ():
        scope, values = (
            (each.get("scope"), each.get("values")) if isinstance(each, dict) else ({}, {})
        )
        if not isinstance(scope, dict) or not isinstance(values, dict) or key not in values:
            continue
        is_below = post.path.startswith(str(scope.get("path") or ""))
        if is_below and scope.get("type") in (None, "posts"):
            found = values[key]
    return found


def slug(text: str) -> str:
    """Return Jekyll's slug of a name in the mode ``pretty``, with its capitals."""
    return _NOT_IN_SLUG.sub("-", text).strip("-")


def _filled(pattern: str, parts: Mapping[str, Callable[[], str]], day: date | None) -> str:
    """Return a permalink pattern with its placeholders filled; unknown ones stay."""
    dated: dict[str, str] = {}
    if day is not None:
        dated = {
            "year": f"{day.year:04}",
            "short_year": f"{day.year % 100:02}",
            "month": f"{day.month:02}",
            "i_month": str(day.month),
            "short_month": f"{day:%b}",
            "monthname": f"{day:%B}",
            "day": f"{day.day:02}",
            "i_day": str(day.day),
            "y_day": f"{day:%j}",
            "yearday": f"{int(f'{day:%j}')}",
            "week": f"{day:%V}",
            "w_year": f"{day:%G}",
            "short_day": f"{day:%a}",
        }

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        return parts[name]() if name in parts else dated.get(name, match[0])

    return _PLACEHOLDER.sub(fill, pattern)


def _hugo(post: BlogPost, blog: Blog) -> str:
    folders = post.path.split("/")[:-1]
    if folders[:1] == ["content"]:
        folders = folders[1:]
    if folders and post.path.rpartition("/")[2].startswith("index."):
        folders = folders[:-1]
    given = post.meta.get("slug")
    own = _hugo_path(given if isinstance(given, str) and given else post.name)
    title = post.meta.get("title")
    parts: dict[str, Callable[[], str]] = {
        "slug": lambda: own,
        "slugorfilename": lambda: own,
        "slugorcontentbasename": lambda: own,
        "title": lambda: _hugo_path(str(title or post.name)),
        "filename": lambda: _hugo_path(post.name),
        "contentbasename": lambda: _hugo_path(post.name),
        "section": lambda: folders[0] if folders else "",
        "sections": lambda: "/".join(folders),
    }
    pattern = _hugo_pattern(blog, folders[0] if folders else "")
    if pattern:
        return _filled(pattern, parts, find_day(post, blog))
    return "/".join(("", *map(_hugo_path, folders), own, ""))


def _hugo_pattern(blog: Blog, section: str) -> str:
    """Return the permalink pattern that the settings have for a section, if any."""
    patterns = blog.config.get("permalinks")
    patterns = patterns if isinstance(patterns, dict) else {}
    pages = patterns.get("page")
    for table in (pages if isinstance(pages, dict) else {}, patterns):
        if isinstance(table.get(section), str):
            return str(table[section])
    return ""


def _hugo_path(name: str) -> str:
    """Return a name as Hugo writes it in a path: lower case, spaces as hyphens."""
    return re.sub(r"\s+", "-", _HUGO_DROPPED.sub("", name).strip()).lower()
