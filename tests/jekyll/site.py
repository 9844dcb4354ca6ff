"""A minima blog built by the real Jekyll, and what can be wrong with a built page.

Jekyll's exit status says little: a post with broken front matter is published, Liquid in a note
vanishes, a bar makes a table, all with status 0. So the output is read.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from papernotes import markdown
from tests.programs import require

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.models import Note

CONFIG = """\
title: A blog
theme: minima
baseurl: "/blog"
url: "https://example.org"
timezone: America/Los_Angeles
strict_front_matter: true
future: true
plugins: [jekyll-feed, jekyll-seo-tag]
kramdown:
  math_engine: mathjax
"""
_COMPLAINT = re.compile(r"warning|error|conflict|exception|deprecat", re.IGNORECASE)
_RESIDUE = re.compile(
    r"\[\[|\]\]|%%|\[!\w+\]|\[@|\{:|==\w|markdown=|katex-error|\x02|\*\*|\]\(|```"
)
_WORD = re.compile(r"[^\W_]+")


# What Chirpy does to images: it puts the site's base before addresses that begin with a slash.
CHIRPY = """\
---
layout: post
---
{{ content | replace: '<img src="/', '<img src="/blog/' }}
"""


def require_jekyll() -> None:
    """Skip where Jekyll is not installed; in CI that is a failure."""
    require("jekyll")


def make_blog(folder: Path) -> Path:
    """Make an empty minima blog in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_config.yml").write_text(CONFIG)
    (folder / "index.md").write_text("---\nlayout: home\n---\n")
    (folder / "_layouts").mkdir(exist_ok=True)
    (folder / "_layouts/chirpy.html").write_text(CHIRPY)
    return folder


def build(blog: Path, out: Path) -> list[str]:
    """Build ``blog`` into ``out``; return the lines in which Jekyll complains."""
    done = subprocess.run(
        [
            require("jekyll"),
            "build",
            "--source",
            str(blog),
            "--destination",
            str(out),
            "--disable-disk-cache",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8", "JEKYLL_ENV": "production"},
    )
    lines = (done.stdout + done.stderr).splitlines()
    found = [line.strip() for line in lines if _COMPLAINT.search(line)]
    return found if done.returncode == 0 else [*found, f"exit status {done.returncode}"]


class Page(HTMLParser):
    """What a reader gets of a built page: text, prose without code, links, images, ids."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.prose: list[str] = []
        self.hrefs: list[str] = []
        self.images: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self._inside: list[str] = []
        body = source[source.index("<article") : source.rindex("</article>")]
        self.feed(body)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if tag in {"code", "pre"}:
            self._inside.append(tag)
        self.text.append(f" {found.get('alt') or ''} ")
        for name, place in (("href", self.hrefs), ("src", self.images), ("id", self.ids)):
            if found.get(name):
                place.append(str(found[name]))

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if not self._inside:
            self.prose.append(data)


def read_pages(out: Path, folder: str = "notes") -> dict[str, Page]:
    """Return the built posts in a folder of the site by their URL without the base."""
    return {
        f"/{path.parent.relative_to(out).as_posix()}/": Page(path.read_text("utf-8"))
        for path in sorted((out / folder).rglob("index.html"))
    }


def lost_words(note: Note, page: Page) -> list[str]:
    """Return the words of the note that are not on the page, in their order and number.

    Targets of links and citation keys count as shown: a title or names stand for them.
    """
    document = markdown.parse(note.body)
    unseen = {
        word
        for link in document.links
        if not link.label or link.kind in {"embed", "image"}
        for word in _WORD.findall(f"{link.target} {link.heading}")
    }
    wanted = _WORD.findall(markdown.plain_text(document).replace("\\|", "|"))
    shown: dict[str, int] = {}
    for word in _WORD.findall(" ".join(page.text)):
        shown[word] = shown.get(word, 0) + 1
    lost = []
    for word in wanted:
        if shown.get(word, 0) > 0:
            shown[word] -= 1
        elif word not in unseen:
            lost.append(word)
    return lost


def faults(note: Note, page: Page, pages: dict[str, Page], out: Path) -> list[str]:
    """Return everything that is wrong with the page of ``note``."""
    found = [f"lost: {word}" for word in lost_words(note, page)]
    found += [f"residue: {match[0]}" for match in _RESIDUE.finditer(" ".join(page.prose))]
    document = markdown.parse(note.body)
    wanted = sum(span.kind == "table" for span in document.spans)
    if page.tags.count("table") != wanted:
        found.append(f"tables: {page.tags.count('table')} instead of {wanted}")
    for href in page.hrefs:
        found += _dead(html.unescape(href), page, pages)
    for image in page.images:
        if image.startswith("/") and not (out / image.removeprefix("/blog/")).is_file():
            found.append(f"image: {image}")
    return found


def _dead(href: str, page: Page, pages: dict[str, Page]) -> list[str]:
    path, _, anchor = href.partition("#")
    if path.startswith(("http", "mailto:")):
        return []
    where = page if not path else pages.get(path.removeprefix("/blog"))
    if where is None:
        return [f"dead link: {href}"]
    return [f"dead anchor: {href}"] if anchor and anchor not in where.ids else []
