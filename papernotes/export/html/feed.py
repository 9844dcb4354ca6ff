"""The Atom feed (RFC 4287) and sitemap.xml (sitemaps.org), as bytes. Pure."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from papernotes.export.html.frame import FEED, INDEX
from papernotes.export.html.inline import plain_title
from papernotes.export.html.paths import page_path, relative
from papernotes.export.html.views import revised_on
from papernotes.export.post import FEED_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from papernotes.export.html.frame import Frame
    from papernotes.export.post import Summary

_NEVER = "1970-01-01"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def render_feed(posts: Sequence[Summary], frame: Frame) -> bytes:
    """Return the feed of the newest posts, newest first, with their whole text.

    Links are whole URLs where the blog has one, else relative to the feed.
    """
    blog = frame.blog
    shown = posts[:FEED_LENGTH]
    updated = max((revised_on(post.placement).isoformat() for post in shown), default=_NEVER)
    home = frame.url(INDEX)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={_quoted(blog.language)}>',
        f"<id>{_text(home or _urn('feed', blog.title))}</id>",
        f"<title>{_text(blog.title)}</title>",
        *([f"<subtitle>{_text(blog.description)}</subtitle>"] if blog.description else []),
        f"<updated>{updated}T00:00:00Z</updated>",
        f"<author><name>{_text(blog.author or blog.title)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={_quoted(frame.url(FEED) or FEED)}/>',
        f'<link rel="alternate" type="text/html" href={_quoted(home or INDEX)}/>',
        "<generator>papernotes</generator>",
        *(_entry(post, frame) for post in shown),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _entry(post: Summary, frame: Frame) -> str:
    path = page_path(post.placement.url)
    url = frame.url(path)
    content = _absolute(post.content, f"{frame.blog.base_url}/{path}" if url else path)
    lines = [
        "<entry>",
        f"<id>{_text(url or _urn('post', post.placement.url))}</id>",
        f"<title>{_text(plain_title(post.title))}</title>",
        f'<link rel="alternate" type="text/html" href={_quoted(url or relative(FEED, path))}/>',
        f"<published>{post.placement.published_on.isoformat()}T00:00:00Z</published>",
        f"<updated>{revised_on(post.placement).isoformat()}T00:00:00Z</updated>",
        *(f"<category term={_quoted(tag)}/>" for tag in dict.fromkeys(post.tags)),
        *([f"<summary>{_text(post.description)}</summary>"] if post.description else []),
        f'<content type="html">{_text(content)}</content>',
        "</entry>",
    ]
    return "\n".join(lines)


def _absolute(body: str, base: str) -> str:
    """Return a body whose links do not depend on where it is read; marks of headings go."""
    if not body.strip():
        return ""
    from lxml import html  # noqa: PLC0415 - for a feed that has changed only

    root = html.fragment_fromstring(_NO_XML.sub("", body), create_parent="div")
    for mark in root.xpath('.//a[contains(concat(" ", @class, " "), " anchor ")]'):
        mark.drop_tree()
    for element in root.iter("a", "img", "source", "video", "audio"):
        for name in ("href", "src"):
            value = element.get(name)
            if value is not None and not _ABSOLUTE.match(value):
                element.set(name, _shown(urljoin(base, value)))
    return str(html.tostring(root, encoding="unicode"))


def _shown(url: str) -> str:
    """Return a URL without the name of the file that servers know themselves."""
    return re.sub(rf"/{INDEX}(?=$|#)", "/", url) if _ABSOLUTE.match(url) else url


def render_sitemap(pages: Iterable[tuple[str, str]], frame: Frame) -> bytes:
    """Return the sitemap of (path, day of the last change, or empty)."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *(
            f"<url><loc>{_text(frame.url(path))}</loc>"
            + (f"<lastmod>{day}</lastmod></url>" if day else "</url>")
            for path, day in pages
        ),
        "</urlset>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _urn(what: str, name: str) -> str:
    """Return an id that stays the same for a blog that has no URL."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"papernotes:{what}:{name}").urn


def _text(text: str) -> str:
    plain = _NO_XML.sub("", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(text: str) -> str:
    text = _text(text).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return '"{}"'.format(text.replace('"', "&quot;"))
