"""The quarto target: a Quarto website, with its own citations; where fastpages' authors went.

Each post is a folder with ``index.qmd``, its images, and ``references.bib`` with just the entries
it cites. Nothing in a post is ever executed. Front matter as quarto.org's reference has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from papernotes.export.dialects.pandoc import PandocMarkdown, escape_plain, unlinked_headings
from papernotes.export.making.authoryear import in_text
from papernotes.export.making.card import card_pieces
from papernotes.export.making.citations import with_math
from papernotes.export.making.entries import public_entry
from papernotes.export.pieces import (
    Cited,
    Code,
    Fence,
    Math,
    Picture,
    Plain,
    iter_pieces,
    render_pieces,
)
from papernotes.export.post import OutFile, Written
from papernotes.export.targets.frontmatter import render_front_matter
from papernotes.ids import portable_slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from papernotes.export.post import Card, Placement, Post, Site, Summary, Target
    from papernotes.models import Paper

_PERMALINK = "/posts/{slug}/"
_BIBLIOGRAPHY = "references.bib"
_STYLE = "citations.csl"
_SAFE = "execute:\n  enabled: false\nengine: markdown\n"
_KEY = re.compile(r"[A-Za-z0-9_](?:[:.&+?/-]?[A-Za-z0-9_])*")
# What Quarto takes for a reference to a figure, a table …
_CROSS_REFERENCE = re.compile(
    r"(?:fig|tbl|lst|sec|eq|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg|vid|tip|nte|wrn|imp|cau"
    r"|supp|apx|quarto|brand)-",
    re.IGNORECASE,
)
_JEKYLL_NAME = re.compile(r"(\d{4})-(\d{2})-(\d{2})-(.+)")
_WEBSITE = re.compile(r"^\s+type:\s*[\"']?website\b", re.MULTILINE)


class Quarto:
    """One folder ``posts/slug/`` a note, holding ``index.qmd``, its images and its .bib."""

    name = "quarto"
    permalink = _PERMALINK
    folder = "posts"
    config = "_quarto.yml"
    themes: tuple[str, ...] = ()

    def render(self, post: Post, site: Site, *, folder: str) -> Written:
        """Return the post, its images, and the entries it cites."""
        placement = site.placements[post.ref]
        papers = {paper.citekey: paper for paper in post.cited}
        keys = _safe_keys(papers)
        names = {} if site.settings.style != "numeric" else _names(papers)
        dialect = PandocMarkdown(site, keys, unlinked_headings(post.body), names)
        body = dialect.finish(_card(post.card, dialect) + render_pieces(post.body, dialect)).strip(
            "\n"
        )
        text = _front_matter(post, site, placement, keys) + _with_list(body, post)
        beside = f"{folder}/{placement.slug}"
        files = [OutFile(f"{beside}/index.qmd", text.encode())]
        if keys:
            entries = "\n".join(public_entry(papers[key], name) for key, name in keys.items())
            files.append(OutFile(f"{beside}/{_BIBLIOGRAPHY}", entries.encode()))
        files += (OutFile(f"{beside}/{image.name}", image.data) for image in post.images)
        return Written(tuple(files))

    def shared(self, posts: Sequence[Summary], site: Site, *, folder: str) -> tuple[OutFile, ...]:
        """Return the style of citations, where it is not Quarto's own."""
        style = _style(site)
        if not style or not any(post.cited for post in posts):
            return ()
        return (OutFile(f"{folder}/{_STYLE}", style.encode()),)

    def advice(self, posts: Sequence[Summary], config: str | None) -> tuple[str, ...]:
        """Return what ``_quarto.yml`` should say for links between posts to work."""
        if config is None or not posts or _WEBSITE.search(config):
            return ()
        return ("set type: website below project:, or links between posts lead nowhere",)


def _front_matter(post: Post, site: Site, placement: Placement, keys: Mapping[str, str]) -> str:
    cites_by_itself = {
        one.key
        for piece in iter_pieces(post.body)
        if isinstance(piece, Cited)
        for one in piece.cites
    }
    only_linked = ", ".join(f"@{name}" for key, name in keys.items() if key not in cites_by_itself)
    language = site.settings.language
    block = render_front_matter(
        {
            "title": _markdown(post.title),
            "description": _markdown(post.description),
            "author": _markdown(site.settings.author),
            "date": placement.published_on,
            "date-modified": placement.modified_on or "",
            "categories": tuple(map(_category, post.categories)),
            "image": _first_image(post),
            "aliases": tuple(_old_urls(post, placement)),
            "lang": "" if language == "en" else language,
            "toc": site.settings.toc,
            "bibliography": _BIBLIOGRAPHY if keys else "",
            "csl": f"../{_STYLE}" if keys and _style(site) else "",
            "link-citations": bool(keys) or "",
            "nocite": only_linked,
            "preserve-tabs": _has_tabs(post) or "",
        }
    )
    return block.removesuffix("---\n") + f"{_SAFE}---\n"


def _with_list(body: str, post: Post) -> str:
    """Return the body with a place for the references, which Quarto writes itself."""
    if not post.references:
        return f"{body}\n" if body else ""
    heading = "## References\n\n" if post.needs_heading else ""
    return f"{body}\n\n{heading}::: {{#refs}}\n:::\n".lstrip("\n")


def _card(card: Card | None, dialect: PandocMarkdown) -> str:
    """Return the paper the note is about, in a box of its own."""
    if card is None:
        return ""
    line = render_pieces(card_pieces(card), dialect)
    return f'::: {{.callout-note appearance="simple" icon="false"}}\n{line}\n:::\n\n'


def _markdown(text: str) -> str:
    """Return text for a place that Quarto reads as Markdown, its formulas as such."""
    return "".join(
        f"${piece.tex}$"
        if isinstance(piece, Math)
        else f"`{piece.text}`"
        if isinstance(piece, Code)
        else escape_plain(piece.text)
        for piece in with_math(text)
        if isinstance(piece, Math | Plain | Code)
    )


def _category(name: str) -> str:
    """Return a category, which Quarto shows as it stands, unless Pandoc would misread it."""
    return escape_plain(name) if "@" in name or "{{" in name else name


def _has_tabs(post: Post) -> bool:
    """Whether there is code with tabs, which Pandoc turns into spaces unless it is told not to."""
    fences = (piece for piece in iter_pieces(post.body) if isinstance(piece, Fence))
    return any("\t" in line for fence in fences for line in fence.lines)


def _first_image(post: Post) -> str:
    pictures = (piece for piece in iter_pieces(post.body) if isinstance(piece, Picture))
    return next((picture.name for picture in pictures if picture.name), "")


def _old_urls(post: Post, placement: Placement) -> Iterable[str]:
    """Yield where else the post was or is looked for, each once: Quarto writes redirects there.

    Its place in a Quarto site is that of its folder, so a URL the note asks for is an alias; so
    is the one fastpages gave a post whose note still has its name of there, 2020-01-31-slug.
    """
    own = _PERMALINK.format(slug=placement.slug)
    found = [*placement.aliases, placement.url]
    if placement.url == own and (match := _JEKYLL_NAME.fullmatch(post.ref.rsplit("/", 1)[-1])):
        year, month, day, name = match.groups()
        places = "".join(f"/{category.lower()}" for category in post.categories)
        found.append(f"{places}/{year}/{month}/{day}/{name}.html")
    yield from dict.fromkeys(url for url in found if url != own)


def _safe_keys(papers: Iterable[str]) -> dict[str, str]:
    """Return what each citation key is called in the post: one Pandoc and Quarto read as a key."""
    names: dict[str, str] = {}
    for key in papers:
        name = key if _KEY.fullmatch(key) else portable_slug(key)
        name = f"paper-{name}" if _CROSS_REFERENCE.match(name) else name
        number, free = 1, name
        while free in names.values():
            number += 1
            free = f"{name}-{number}"
        names[key] = free
    return names


def _names(papers: Mapping[str, Paper]) -> dict[str, str]:
    return {key: called.names_in_sentence for key, called in in_text(papers.values()).items()}


def _style(site: Site) -> str:
    """Return the CSL style posts cite in, empty for Quarto's own, which has names and years."""
    return site.settings.csl or (_NUMERIC if site.settings.style == "numeric" else "")


_NUMERIC = """\
<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0" default-locale="en-US">
  <info>
    <title>Numbers in brackets, in the order of citation</title>
    <id>https://example.org/papernotes/numeric</id>
    <updated>2026-11-01T00:00:00+00:00</updated>
  </info>
  <macro name="year">
    <choose>
      <if variable="issued"><date variable="issued"><date-part name="year"/></date></if>
      <else><text term="no date" form="short"/></else>
    </choose>
  </macro>
  <citation collapse="citation-number">
    <sort><key variable="citation-number"/></sort>
    <layout prefix="[" suffix="]" delimiter=", ">
      <text variable="citation-number"/>
      <group delimiter=" " prefix=", ">
        <label variable="locator" form="short"/>
        <text variable="locator"/>
      </group>
    </layout>
  </citation>
  <bibliography second-field-align="flush">
    <layout>
      <text variable="citation-number" prefix="[" suffix="] "/>
      <group delimiter=". " suffix=".">
        <group delimiter=" ">
          <names variable="author">
            <name and="symbol" name-as-sort-order="all" initialize-with=". " sort-separator=", "
                  delimiter-precedes-last="always" et-al-min="9" et-al-use-first="6"/>
            <substitute><names variable="editor"/></substitute>
          </names>
          <text macro="year" prefix="(" suffix=")"/>
        </group>
        <text variable="title"/>
        <group delimiter=", ">
          <text variable="container-title" font-style="italic"/>
          <text variable="volume"/>
          <text variable="page"/>
        </group>
        <choose>
          <if variable="DOI"><text variable="DOI" prefix="https://doi.org/"/></if>
          <else><text variable="URL"/></else>
        </choose>
      </group>
    </layout>
  </bibliography>
</style>
"""

TARGET: Target = Quarto()
