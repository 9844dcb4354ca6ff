"""Pandoc, which reads what Quarto reads: every ``index.qmd`` of a blog in one process."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from papernotes.export.making.pandoc import find_pandoc
from papernotes.export.verify.programs import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.html import HtmlElement

    from papernotes.export.verify.programs import Program

# Quarto's own work that shows: it puts {{{< x >}}} back, and a box's first heading is its title.
_SCRIPT = """\
local out = arg[1]
for path in io.lines(arg[2]) do
  local folder = pandoc.path.directory(path)
  local ok, message = pcall(function()
    pandoc.system.with_working_directory(folder, function()
      local file = io.open("index.qmd", "rb")
      local text = file:read("a")
      file:close()
      local document = pandoc.read(text, "markdown")
      if document.meta.bibliography or document.meta.references then
        document = pandoc.utils.citeproc(document)
      end
      local options = pandoc.WriterOptions({html_math_method = "mathjax", wrap_text = "none"})
      local page = pandoc.write(document, "html", options)
      local target = pandoc.path.join({out, folder})
      pandoc.system.make_directory(target, true)
      local written = io.open(pandoc.path.join({target, "index.html"}), "wb")
      written:write("<!doctype html><html><body><article>", page, "</article></body></html>")
      written:close()
    end)
  end)
  if not ok then io.stderr:write(path, ": ", tostring(message), "\\n") end
end
"""


class Pandoc:
    """Stands in for Quarto: the same reader, without Quarto's pages around."""

    name = "pandoc"
    base = ""
    cites = True
    plays = True

    def find(self) -> str:
        """Return the path of the program; empty where it is not installed."""
        return find_pandoc() or ""

    def version(self, path: str) -> str:
        """Return what it says of its version."""
        return " ".join(run([path, "--version"], folder=Path()).lines[:1])

    def furnish(self, blog: Path) -> None:
        """Write nothing: Pandoc needs no settings."""

    def build(self, path: str, blog: Path, out: Path) -> tuple[str, ...]:
        """Turn every ``index.qmd`` into a page below ``out``; return what Pandoc says."""
        script = out.parent / "build.lua"
        script.write_text(_SCRIPT, "utf-8")
        posts = sorted(one.relative_to(blog).as_posix() for one in blog.rglob("index.qmd"))
        for one in blog.rglob("*"):
            if one.is_file() and one.suffix not in {".qmd", ".bib", ".csl"}:
                place = out / one.relative_to(blog)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(one, place)
        listed = out.parent / "posts.txt"
        listed.write_text("".join(f"{post}\n" for post in posts), "utf-8")
        ran = run([path, "lua", str(script), str(out), str(listed)], folder=blog)
        lines = tuple(line for line in ran.lines if line.strip())
        return lines if ran.status == 0 else (*lines, f"exit status {ran.status}")

    def places(self, files: Iterable[str]) -> Mapping[str, str]:
        """Return the folder of every ``index.qmd``."""
        folders = [PurePosixPath(one).parent for one in files if one.endswith("/index.qmd")]
        return {folder.name: f"/{folder}/" for folder in folders}

    def page(self, url: str) -> str:
        """Return the path below ``out`` of the page that stands at ``url``."""
        path = url.lstrip("/")
        return path if path.endswith(".html") else f"{path.removesuffix('index.qmd')}index.html"

    def neaten(self, article: HtmlElement) -> None:
        """Let a page read as Quarto's: the title of a box is no heading."""
        for title in article.xpath("//*[contains(@class, 'callout-')]/*[1][self::h2]"):
            title.tag = "p"


PROGRAM: Program = Pandoc()
