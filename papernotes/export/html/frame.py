"""What every page of the html target has round its content: head, policy, links, the template."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from papernotes.export.html.paths import relative
from papernotes.export.html.templating import render_template
from papernotes.export.html.tokens import token_of
from papernotes.export.post import LateFile, OutFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from papernotes.export.post import Settings

INDEX = "index.html"
FEED = "feed.xml"
_PICTURE = re.compile(r"<img\b[^>]*?\ssrc=\"(https?://[^\"]+)\"", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9.-]+(?::[0-9]+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Blog:
    """What pages say of the blog as a whole."""

    title: str
    description: str
    author: str
    language: str
    base_url: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page's own part of its head; ``properties`` are those of Open Graph.

    ``canonical`` is its whole URL, empty where the blog has none. ``pictures`` are the origins
    of images from elsewhere that it shows. ``is_anywhere``: servers show it at any address.
    """

    path: str
    title: str
    description: str = ""
    canonical: str = ""
    metas: tuple[tuple[str, str], ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    data: Markup | None = None
    pictures: tuple[str, ...] = ()
    runs_script: bool = False
    is_listed: bool = True
    is_anywhere: bool = False

    @property
    def policy(self) -> str:
        """The Content-Security-Policy: only what the site itself carries, and named pictures."""
        own = "'self' file:"  # in a folder nothing is 'self' to some browsers
        script = f"script-src {own}; " if self.runs_script else ""
        return (
            f"default-src 'none'; {script}style-src {own}; font-src {own}; "
            f"img-src {' '.join((own, *self.pictures))}; base-uri 'none'; form-action 'none'"
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """The blog and a person's own templates; makes files of pages."""

    settings: Settings
    blog: Blog = field(init=False)
    _own: tuple[tuple[str, str], ...] = field(init=False)
    _tokens: dict[int, tuple[Any, str]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "blog", make_blog(self.settings))
        object.__setattr__(self, "_own", tuple(sorted(self.settings.templates.items())))

    def url(self, path: str) -> str:
        """Return the whole URL of a file of the site; empty where the blog has none."""
        if not self.blog.base_url:
            return ""
        shown = path.removesuffix(INDEX) if path.endswith(f"/{INDEX}") or path == INDEX else path
        return f"{self.blog.base_url}/{relative('', shown)}" if shown else f"{self.blog.base_url}/"

    def _anywhere(self, path: str) -> str:
        """Return a link for a page that servers show at any address; styles by path only."""
        if not self.blog.base_url:
            return relative("", path)
        if path.startswith("assets/"):
            return f"{urlsplit(self.blog.base_url).path}/{relative('', path)}"
        return self.url(path)

    def render(self, template: str, page: Page, **values: Any) -> OutFile:
        """Return the file of a page."""
        return OutFile(page.path, self._make(template, page, values))

    def later(self, template: str, page: Page, **values: Any) -> LateFile:
        """Return the file of a page, which is made when it is wanted."""
        token = self.token(template, page, *sorted(values.items()))
        return LateFile(page.path, token, lambda: self._make(template, page, values))

    def token(self, *values: Any) -> str:
        """Return a digest of values: texts, numbers, dates, and tuples and dataclasses of such."""
        return token_of(values, self._tokens)

    def _make(self, template: str, page: Page, values: Mapping[str, Any]) -> bytes:
        def link(path: str) -> str:
            return self._anywhere(path) if page.is_anywhere else relative(page.path, path)

        if not page.canonical and page.is_listed:
            page = replace(page, canonical=self.url(page.path))
        context = {"blog": self.blog, "page": page, "link": link, **values}
        return render_template(template, self._own, context)


def make_blog(settings: Settings) -> Blog:
    """Return what pages say of the blog; its name is its author's where it has none."""
    author = settings.author
    return Blog(
        title=settings.title or (f"Notes by {author}" if author else "Notes"),
        description=settings.description,
        author=author,
        language=settings.language or "en",
        base_url=settings.base_url.rstrip("/"),
    )


def picture_origins(html: str) -> tuple[str, ...]:
    """Return the origins of the images of a body that are no files of the site, sorted."""
    found = {"data:"} if '<img src="data:image/' in html else set()
    for url in _PICTURE.findall(html):
        parts = urlsplit(url.replace("&amp;", "&"))
        if _HOST.fullmatch(parts.netloc):
            found.add(f"{parts.scheme.lower()}://{parts.netloc.lower()}")
    return tuple(sorted(found))
