"""What a post's head tells machines: Open Graph, citation tags, and JSON-LD.

Formats: https://ogp.me, the ``citation_*`` tags of Google Scholar's inclusion guidelines,
``BlogPosting`` of https://schema.org as JSON-LD, escaped so that it cannot end its element.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from papernotes.export.html.inline import plain_title
from papernotes.export.html.paths import files_folder, page_path
from papernotes.export.html.views import revised_on

if TYPE_CHECKING:
    from papernotes.export.html.frame import Frame
    from papernotes.export.post import Placement, Post

_Pairs = tuple[tuple[str, str], ...]
_ESCAPED = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def describe(post: Post, placement: Placement, frame: Frame) -> tuple[_Pairs, _Pairs, Markup]:
    """Return a post's named metas, its Open Graph properties, and its JSON-LD."""
    blog = frame.blog
    title, url = plain_title(post.title), frame.url(page_path(placement.url))
    published, revised = placement.published_on.isoformat(), revised_on(placement).isoformat()
    image = _image(post, placement, frame)
    metas = (
        ("author", blog.author),
        ("citation_title", title),
        ("citation_author", blog.author),
        ("citation_publication_date", published.replace("-", "/")),
        ("citation_public_url", url),
        ("twitter:card", "summary_large_image" if image else "summary"),
    )
    properties = (
        ("og:type", "article"),
        ("og:title", title),
        ("og:description", post.description),
        ("og:site_name", blog.title),
        ("og:url", url),
        ("og:image", image),
        ("article:published_time", published),
        ("article:modified_time", revised if revised != published else ""),
        *(("article:tag", tag) for tag in post.tags),
    )
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": title,
        "description": post.description,
        "datePublished": published,
        "dateModified": revised,
        "author": {"@type": "Person", "name": blog.author} if blog.author else None,
        "keywords": ", ".join(post.tags),
        "inLanguage": blog.language,
        "url": url,
        "image": image,
        "wordCount": post.words,
    }
    said = {name: value for name, value in data.items() if value}
    text = json.dumps(said, ensure_ascii=False).translate(_ESCAPED)
    return _filled(metas), _filled(properties), Markup(text)  # noqa: S704 - escaped above


def _filled(pairs: _Pairs) -> _Pairs:
    return tuple((name, value) for name, value in pairs if value)


def _image(post: Post, placement: Placement, frame: Frame) -> str:
    """Return the whole URL of the post's first picture; empty where it has none."""
    if not post.images or not frame.blog.base_url:
        return ""
    return f"{frame.blog.base_url}/{quote(f'{files_folder(placement.url)}/{post.images[0].name}')}"
