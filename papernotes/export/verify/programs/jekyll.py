"""Jekyll: fastpages, minima, and every theme of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.export.verify.programs import page_at, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.html import HtmlElement

    from papernotes.export.verify.programs import Program

BASE = "/journal"
_CONFIG = """\
title: A blog
url: "https://example.org"
timezone: UTC
future: true
strict_front_matter: true
markdown: kramdown
"""
_OVERRIDE = "strict_front_matter: true\nfuture: true\n"
# MathJax's delimiters could stand in any text; a formula that is to be found needs an element.
_PLUGIN = """\
require "kramdown"
module PapernotesFormula
  def self.call(converter, element, _options)
    name = element.options[:category] == :block ? "div" : "span"
    "<#{name} class=\\"math\\">#{converter.escape_html(element.value)}</#{name}>"
  end
end
Kramdown::Converter.add_math_engine(:mathjax, PapernotesFormula)
"""
_LAYOUT = "<!doctype html><html><body><article>{{ content }}</article></body></html>\n"
_COMPLAINT = re.compile(r"warning|error|conflict|exception", re.IGNORECASE)


class Jekyll:
    """Builds with the blog's own settings, but leaves formulas as TeX and is strict."""

    name = "jekyll"

    base = BASE
    cites = False
    plays = True

    def find(self) -> str:
        """Return the path of the program; empty where it is not installed."""
        return shutil.which("jekyll") or ""

    def version(self, path: str) -> str:
        """Return what it says of its version."""
        return " ".join(run([path, "--version"], folder=Path()).lines[-1:])

    def furnish(self, blog: Path) -> None:
        """Write the settings and layouts of a bare blog."""
        (blog / "_config.yml").write_text(_CONFIG, "utf-8")
        layouts = blog / "_layouts"
        layouts.mkdir(exist_ok=True)
        for name in ("default", "post", "page", "distill"):
            (layouts / f"{name}.html").write_text(_LAYOUT, "utf-8")

    def build(self, path: str, blog: Path, out: Path) -> tuple[str, ...]:
        """Build ``blog`` into ``out`` and return the lines in which Jekyll complains."""
        override = out.parent / "override.yml"
        override.write_text(_OVERRIDE, "utf-8")
        plugins = blog / "_plugins"
        plugins.mkdir(exist_ok=True)
        (plugins / "papernotes_formulas.rb").write_text(_PLUGIN, "utf-8")
        (blog / "Gemfile").unlink(missing_ok=True)  # with one, Jekyll asks for Bundler
        command = [path, "build", "--source", str(blog), "--destination", str(out)]
        command += ["--config", f"{blog / '_config.yml'},{override}", "--disable-disk-cache"]
        command += ["--baseurl", BASE]
        ran = run(command, folder=blog, variables={"JEKYLL_ENV": "production"})
        lines = tuple(line.strip() for line in ran.lines if _COMPLAINT.search(line))
        return lines if ran.status == 0 else (*lines, f"exit status {ran.status}")

    def places(self, files: Iterable[str]) -> Mapping[str, str]:
        """Return nothing: a post stands at its URL."""
        del files
        return {}

    def page(self, url: str) -> str:
        """Return the path below ``out`` of the page that stands at ``url``."""
        return page_at(url)

    def neaten(self, article: HtmlElement) -> None:
        """Change nothing."""


PROGRAM: Program = Jekyll()
