"""The jekyll target: posts as minima, Chirpy and al-folio want them.

What the themes differ in, from their documentation and layouts:

============ ===================== ============================== ==============================
what         minima                Chirpy 7                       al-folio 0.14
============ ===================== ============================== ==============================
changed      ``modified_date``     ``last_modified_at``           ``last_updated``
author       ``author``            an id of ``_data/authors.yml`` ``author``
contents     none                  on, unless ``toc: false``      ``toc: {beginning: true}``
formulas     ``use_math`` of many  ``math: true`` in the post     ``enable_math`` of the site
title        escaped by the theme  printed as HTML                printed as HTML
box          an own ``div``        ``{: .prompt-tip }``           ``{: .block-tip }``
image        with ``baseurl``      the theme puts it before       with ``baseurl``
caption      ours                  emphasis behind the image      ours
code's name  a bold line           ``{: file="…" }``              a bold line
reading time ours                  the theme's                    the theme's
categories   any                   at most two; tags small        any
============ ===================== ============================== ==============================

For all of them ``last_modified_at`` is what Jekyll's feed, sitemap and SEO tag read. References
are written out: al-folio's ``related_publications`` wants the papers in the blog's own .bib.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes.export.dialects.gfm import strong
from papernotes.export.dialects.kramdown import Kramdown
from papernotes.export.making.counting import has_math
from papernotes.export.pieces import Fence, Plain, iter_pieces
from papernotes.export.targets.posting import (
    card_block,
    images_folder,
    lacks_math,
    render_jekyll_post,
    with_carried,
)
from papernotes.markdown import callout_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papernotes.export.pieces import Callout
    from papernotes.export.post import OutFile, Post, Site, Summary, Target, Written
    from papernotes.export.targets.frontmatter import Value

_FILE_NAME = re.compile(r"[\w./+-]+(?: [\w./+-]+)*")
_TIP = ("tip", "success")
_WARNING = ("warning", "question")
_DANGER = ("danger", "failure", "bug")


class Minima(Kramdown):
    """Minima: kramdown as it is; what the theme does not show is written into the post."""

    images = "images"
    has_captions = True

    def front_matter(self, post: Post, site: Site) -> dict[str, Value]:
        """Return the keys that this theme and Jekyll's plugins read."""
        placement = site.placements[post.ref]
        return {
            "layout": "post",
            "title": post.title,
            # plugins and themes print it into pages as HTML
            "description": html.escape(post.description, quote=False),
            "date": placement.published_on,
            "modified_date": placement.modified_on,
            "last_modified_at": placement.modified_on,
            "permalink": placement.url,
            "redirect_from": placement.aliases,
            "categories": post.categories,
            "tags": post.tags,
            "author": site.settings.author,
        }

    def head(self, post: Post) -> str:
        """Return what stands before the body: how long it takes to read, and the paper."""
        minutes = f'<p class="post-meta reading-time">{post.minutes} min read</p>'
        return "\n\n".join(part for part in (minutes, card_block(post, self)) if part)

    def _quoted_card(self, line: str) -> str:
        return f"> {line}\n{{: .paper-card }}"

    def _quote(
        self,
        piece: Callout,
        title: str,
        body: str,
        names: Mapping[tuple[str, ...], str],
        other: str,
    ) -> str:
        """Return a box as a block quote of a class, that of its kind or ``other``.

        Its title is bold: a heading would take the id of another.
        """
        kind = callout_type(piece.kind)
        name = next((name for kinds, name in names.items() if kind in kinds), other)
        inner = self.finish(body).strip("\n")
        lines = [strong(self.finish(title)), *(["", *inner.split("\n")] if inner.strip() else [])]
        mark = [] if kind == "quote" else [f"{{: .{name} }}"]
        return self._box(piece, [*(f"> {line}".rstrip() for line in lines), *mark])


class Chirpy(Minima):
    """Chirpy, whose prompts are block quotes of a class."""

    images = "assets/img"

    def front_matter(self, post: Post, site: Site) -> dict[str, Value]:
        """Return the keys that Chirpy's page on writing posts names.

        No author: it would have to be an id of the blog's own list of authors.
        """
        found = super().front_matter(post, site)
        del found["modified_date"], found["author"]
        languages = {one.language for one in iter_pieces(post.body) if isinstance(one, Fence)}
        return found | {
            "title": html.escape(post.title, quote=False),
            "categories": post.categories[:2],
            "tags": tuple(dict.fromkeys(tag.lower() for tag in post.tags)),
            "toc": None if site.settings.toc else False,
            "math": has_math(post.body) or None,
            "mermaid": "mermaid" in languages or None,
        }

    def head(self, post: Post) -> str:
        """Return the paper; the theme says how long reading takes."""
        return card_block(post, self)

    def card(self, line: str) -> str:
        """Write the paper of a post as a block quote, which this theme shows quietly."""
        return self._quoted_card(line)

    def callout(self, piece: Callout, title: str, body: str) -> str:
        """Write a prompt; one that folds is HTML's own."""
        if piece.fold:
            return super().callout(piece, title, body)
        names = {_TIP: "prompt-tip", _WARNING: "prompt-warning", _DANGER: "prompt-danger"}
        return self._quote(piece, title, body, names, "prompt-info")

    def fence(self, piece: Fence) -> str:
        """Write a code block with its title where Chirpy shows a file's name."""
        if not _FILE_NAME.fullmatch(piece.title):
            return super().fence(piece)
        written = super().fence(
            Fence(piece.lines, piece.language, "", piece.marker, piece.lead, piece.prefix)
        )
        return f'{written}{piece.prefix}{{: file="{piece.title}" }}\n'

    def _caption(self, title: str) -> str:
        return f' <em class="caption">{self.plain(Plain(title))}</em>'

    def _image(self, name: str) -> str:
        return f"/{self._images}/{quote(name)}"


class AlFolio(Minima):
    """al-folio, whose boxes are block quotes of a class."""

    images = "assets/img"

    def front_matter(self, post: Post, site: Site) -> dict[str, Value]:
        """Return the keys that al-folio's layout of posts reads."""
        found = super().front_matter(post, site)
        changed = found.pop("modified_date")
        return found | {
            "title": html.escape(post.title, quote=False),
            "last_updated": changed,
            "toc": {"beginning": True} if site.settings.toc else None,
        }

    def head(self, post: Post) -> str:
        """Return the paper; the theme's lists say how long reading takes."""
        return card_block(post, self)

    def card(self, line: str) -> str:
        """Write the paper of a post as a block quote, which this theme shows quietly."""
        return self._quoted_card(line)

    def callout(self, piece: Callout, title: str, body: str) -> str:
        """Write a box of one of the theme's three kinds; one that folds is HTML's own."""
        if piece.fold:
            return super().callout(piece, title, body)
        names = {_WARNING: "block-warning", _DANGER: "block-danger"}
        return self._quote(piece, title, body, names, "block-tip")


_THEMES = {"minima": Minima, "chirpy": Chirpy, "al-folio": AlFolio}


class Jekyll:
    """One ``_posts/DATE-slug.md`` a note; its images where the theme has its own."""

    name = "jekyll"
    permalink = "/notes/{slug}/"
    config = "_config.yml"
    folder = "_posts"
    themes = tuple(_THEMES)

    def render(self, post: Post, site: Site, *, folder: str) -> Written:
        """Return the post and its images."""
        theme = _THEMES.get(site.settings.theme, Minima)
        images = images_folder(theme.images, site.placements[post.ref].slug)
        dialect = theme(site, images)
        head = dialect.head(post)
        front = with_carried(dialect.front_matter(post, site), post, head=head)
        return render_jekyll_post(
            post, site, dialect, front, head=head, folder=folder, images=images
        )

    def shared(self, _posts: Sequence[Summary], _site: Site, *, folder: str) -> tuple[OutFile, ...]:  # noqa: ARG002
        """Return nothing: the themes make their lists themselves."""
        return ()

    def advice(self, posts: Sequence[Summary], config: str | None) -> tuple[str, ...]:
        """Return what the blog's ``_config.yml`` should say for these posts to look right."""
        if not lacks_math(config, has_math=any(post.has_math for post in posts)):
            return ()
        wanted = "the theme must load MathJax or KaTeX; once it does, say so with"
        return (f"posts have formulas: {wanted} use_math: true (al-folio: enable_math: true)",)


TARGET: Target = Jekyll()
