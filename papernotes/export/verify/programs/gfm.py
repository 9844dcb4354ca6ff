"""Plain Markdown, read as GitHub does, by markdown-it-py: the target has no program of its own."""

from __future__ import annotations

import html
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from unicodedata import category

import markdown_it
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from papernotes.export.verify.frontmatter import parted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from lxml.html import HtmlElement

    from papernotes.export.verify.programs import Program

_OWN_TITLE = re.compile(r"<strong>(?:(?!</p>).)*</strong></p>", re.DOTALL)
_ALERT = re.compile(r"<blockquote>\s*<p>\[!(\w+)\]\s*")


class Gfm:
    """Turns every ``.md`` into a page; formulas stay TeX."""

    name = "markdown-it-py"
    base = ""
    cites = False
    plays = True

    def find(self) -> str:
        """Return what is no path: it runs in this process."""
        return self.name

    def version(self, path: str) -> str:
        """Return its version."""
        return f"{path} {markdown_it.__version__}"

    def furnish(self, blog: Path) -> None:
        """Write nothing: it knows no settings."""

    def build(self, path: str, blog: Path, out: Path) -> tuple[str, ...]:
        """Write a page for every Markdown file and copy all others."""
        del path
        reader = _reader()
        for one in sorted(blog.rglob("*")):
            place = out / one.relative_to(blog)
            if one.is_dir():
                place.mkdir(parents=True, exist_ok=True)
            elif one.suffix == ".md":
                text = one.read_bytes().decode("utf-8", "replace")
                parts = parted(text)
                body = str(reader.render(parts[1] if parts else text))
                page = (
                    f"<!doctype html><html><body><article>{_alerts(body)}</article></body></html>"
                )
                place.with_suffix(".html").write_text(page, "utf-8")
            else:
                place.write_bytes(one.read_bytes())
        return ()

    def places(self, files: Iterable[str]) -> Mapping[str, str]:
        """Return the path of every Markdown file, as a folder."""
        paths = [PurePosixPath(one) for one in files if one.endswith(".md")]
        return {path.stem: f"/{path.with_suffix('')}/" for path in paths}

    def page(self, url: str) -> str:
        """Return the path below ``out`` of the page that stands at ``url``."""
        return f"{url.strip('/').removesuffix('.md').removesuffix('.html')}.html"

    def neaten(self, article: HtmlElement) -> None:
        """Give headings the ids GitHub gives them."""
        taken: dict[str, int] = {}
        for heading in article.xpath(".//h1|.//h2|.//h3|.//h4|.//h5|.//h6"):
            name = _github_id(str(heading.text_content()))
            repeat = taken.get(name, 0)
            taken[name] = repeat + 1
            heading.set("id", f"{name}-{repeat}" if repeat else name)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    reader.use(dollarmath_plugin, allow_digits=True, allow_space=False, double_inline=True)
    reader.use(footnote_plugin, inline=False).use(tasklists_plugin)
    reader.normalizeLinkText = lambda link: link  # type: ignore[method-assign] # as GitHub does

    def formula(_self: Any, tokens: Any, number: int, _options: Any, _env: Any) -> str:
        token = tokens[number]
        name = "div" if token.type.startswith("math_block") else "span"
        tex = token.content.removeprefix("`").removesuffix("`")  # GitHub's second way
        return f'<{name} class="math">{html.escape(tex)}</{name}>'

    for kind in ("math_inline", "math_inline_double", "math_block", "math_block_label"):
        reader.add_render_rule(kind, formula)
    return reader


def _alerts(page: str) -> str:
    return _ALERT.sub(_alert, page)


def _alert(match: re.Match[str]) -> str:
    """Return the name of an alert as a line, unless a title of its own stands below it."""
    name = "" if _OWN_TITLE.match(match.string, match.end()) else match[1].title()
    return f"<blockquote><p>{name}</p><p>"


def _github_id(heading: str) -> str:
    kept = "".join(
        c for c in heading.strip().lower() if c.isalnum() or c in "-_ " or category(c)[0] == "M"
    )
    return kept.replace(" ", "-")


PROGRAM: Program = Gfm()
