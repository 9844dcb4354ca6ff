"""The built pages of a blog, and each post compared with its page."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from papernotes.export.verify.meaning import captions_of, visible_of
from papernotes.export.verify.reading import heading_key, parse_page, read_visible
from papernotes.export.verify.residue import note_marks
from papernotes.export.verify.visible import Visible, differences
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from lxml.html import HtmlElement

    from papernotes.export.pieces import Href
    from papernotes.export.post import Post, Site
    from papernotes.export.verify.programs import Program

_HOST = "https://built.invalid"
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


class Pages:
    """Reads built pages below ``out``, each once; URLs or ``files`` say where they stand."""

    def __init__(
        self, out: Path, program: Program, site: Site, posts: Sequence[Post], files: Iterable[str]
    ) -> None:
        self._out = out
        self._program = program
        by_slug = program.places(files)
        self._places = {
            ref: by_slug.get(place.slug) or unquote(place.url)
            for ref, place in site.placements.items()
        }
        self._by_url = {
            unquote(place.url): self._places[ref] for ref, place in site.placements.items()
        }
        self._base = site.settings.base_url
        self._dead: list[str] = []
        self._ids: dict[str, dict[str, str] | None] = {}
        self._names = {
            post.ref: {hashlib.sha256(one.data).digest(): one.name for one in post.images}
            for post in posts
        }

    def compare(self, post: Post) -> tuple[list[Problem], Counter[str]]:
        """Return what is wrong with the page of a post, and how much was compared."""
        url = self._places[post.ref]
        page = self._program.page(url)
        article = self._article(page)
        if article is None:
            return [
                Problem("verify-page", post.ref, f"no page stands at {url} ({page})")
            ], Counter()
        self._dead = []
        shown = read_visible(
            article,
            link_of=lambda href: self._led(href, page),
            image_of=lambda source: self._shown(source, page, post),
            captions=captions_of(post.body),
        )
        wanted = visible_of(
            post.body,
            plays=self._program.plays,
            cited=frozenset(paper.citekey for paper in post.cited if self._program.cites),
            link_of=lambda href: self._meant(href, page),
            image_of=_plain_url,
        )
        problems = [
            Problem(f"verify-{one.kind}", post.ref, f"{one.message} ({page})")
            for expected, found in zip(wanted, shown, strict=True)
            for one in differences(expected, found)
        ]
        problems += [
            Problem("verify-formulas", post.ref, f"an error instead of {tex} ({page})")
            for tex in article.xpath("//*[contains(@class, 'katex-error')]/text()")
        ]
        problems += [
            Problem("verify-dead", post.ref, f"{path} leads nowhere ({page})")
            for path in dict.fromkeys(self._dead)
        ]
        problems += [
            Problem("verify-residue", post.ref, f"{found} is left over ({page})")
            for found in sorted(_residues(shown) - _residues(wanted))
        ]
        return problems, _counted(*wanted)

    def _article(self, page: str) -> HtmlElement | None:
        """Return the part of a page in which the post stands; None where there is no page."""
        path = self._out / page
        if not path.is_file() or not path.resolve().is_relative_to(self._out.resolve()):
            self._ids[page] = None
            return None
        tree = parse_page(path.read_bytes().decode("utf-8", "replace"))
        article = _article(tree)
        self._program.neaten(article)
        found = tree.iterfind(".//*[@id]")
        self._ids[page] = {str(one.get("id")): _heading(one) for one in found}
        return article

    def _ids_of(self, page: str) -> dict[str, str] | None:
        """Return what stands at the ids of a page: headings by their letters, else the id."""
        if page not in self._ids:
            self._article(page)
        return self._ids[page]

    def _led(self, href: str, page: str) -> str:
        """Return where a link of a page leads: a post's path with a heading, or a URL."""
        path = self._path(href, page)
        if path is None:
            return _plain_url(href)
        place, _, anchor = path.partition("#")
        file = self._program.page(place)
        ids = self._ids_of(file) if file.endswith(".html") else None
        if ids is None and not (self._out / file).is_file():
            self._dead.append(place)
        if not anchor:
            return place
        if ids is None or anchor not in ids:
            self._dead.append(path)
            return f"{place}#{_key(anchor)}"
        return f"{place}#{ids[anchor]}"

    def _path(self, href: str, page: str) -> str | None:
        """Return the path and anchor a link of a page leads to inside the blog, else None."""
        if href.startswith(("#", "./", "../", "/")) or not urlsplit(href).scheme:
            where = urljoin(f"{_HOST}/{page}", href)
        elif self._base and href.startswith(f"{self._base}/"):
            where = _HOST + href.removeprefix(self._base)
        else:
            return None
        parts = urlsplit(where)
        if parts.netloc != urlsplit(_HOST).netloc:
            return None
        path = unquote(parts.path)
        path = self._by_url.get(path, path)
        base = self._program.base
        path = path.removeprefix(base) if base and path.startswith(f"{base}/") else path
        path = path.removesuffix("index.html").removesuffix("index.qmd")
        path = f"{path.removesuffix('.md')}/" if path.endswith(".md") else path
        return f"{path}#{unquote(parts.fragment)}" if parts.fragment else path

    def _meant(self, href: Href, page: str) -> str:
        """Return the same of a link as it is meant."""
        if href.url:
            return self._led(href.url, page)
        place = self._places[href.ref] if href.ref else f"/{page}"
        place = place.removesuffix("index.html")
        if href.anchor:
            return f"{place}#{_key(href.anchor)}"
        return f"{place}#{_key(href.heading)}" if href.heading else place

    def _shown(self, source: str, page: str, post: Post) -> str:
        """Return the name of the post's image a page shows, or the URL of another."""
        path = self._path(source, page)
        if path is None:
            return _plain_url(source)
        file = self._out / path.partition("#")[0].lstrip("/")
        if not file.is_file():
            self._dead.append(path)
            return path
        digest = hashlib.sha256(file.read_bytes()).digest()
        return self._names[post.ref].get(digest, f"another {path}")


def _article(tree: HtmlElement) -> HtmlElement:
    for way in (".//*[@id='post-body']", ".//article", ".//main", ".//body"):
        found = tree.find(way)
        if found is not None:
            return found
    return tree


def _heading(element: HtmlElement) -> str:
    """Return what a link to an element leads to: its heading, else an id somebody chose."""
    ways = (element, *element) if element.tag in {"section", "div"} else (element,)
    found = next((one for one in ways if one.tag in _HEADINGS), None)
    name = _key(str(element.get("id")))
    words = "" if found is None else _key(str(found.text_content()))
    return words if words and name.startswith(words) else name


def _key(text: str) -> str:
    """Return what is the same in all spellings of a heading; Pandoc's ids begin with a letter."""
    key = heading_key(text)
    return key.lstrip("0123456789") or key


def _plain_url(url: str) -> str:
    """Return a URL in one spelling: its percent signs resolved, its white space gone."""
    return "".join(unquote(url).split())


def _residues(seen: Sequence[Visible]) -> Counter[str]:
    return note_marks("\n".join(" ".join(each.words) for each in seen))


def _counted(*seen: Visible) -> Counter[str]:
    return Counter(
        {
            one.name: sum(len(getattr(each, one.name)) for each in seen)
            for one in fields(Visible)
            if one.name != "blocks"
        }
    )
