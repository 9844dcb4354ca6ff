"""The programs that build blogs: what they are called, how they are run, how their pages read."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from lxml.html import HtmlElement

SECONDS = 300  # a build that takes longer is ended


class Ran(NamedTuple):
    """What a program said, in lines, and its exit status (-1 when it was ended)."""

    lines: tuple[str, ...]
    status: int


class Program(Protocol):
    """A program that turns a blog's files into pages."""

    name: str
    base: str
    """What the program puts before every path of the blog."""
    cites: bool
    """Whether it formats citations itself, in a style of its own."""
    plays: bool
    """Whether its pages show frames and films, and not only where they are."""

    def find(self) -> str:
        """Return the path of the program; empty where it is not installed."""
        ...

    def version(self, path: str) -> str:
        """Return what it says of its version, in one line."""
        ...

    def furnish(self, blog: Path) -> None:
        """Write the settings and layouts of a bare blog: every post in one ``<article>``."""
        ...

    def build(self, path: str, blog: Path, out: Path) -> tuple[str, ...]:
        """Build ``blog`` into ``out`` and return the lines in which the program complains."""
        ...

    def places(self, files: Iterable[str]) -> Mapping[str, str]:
        """Return, by slug, where posts stand that stand where their files do, whatever their URL.

        Percent signs in it are resolved. Empty where the program goes by the posts' URLs.
        """
        ...

    def page(self, url: str) -> str:
        """Return the path below ``out`` of the page that stands at ``url``, as in ``places``."""
        ...

    def neaten(self, article: HtmlElement) -> None:
        """Change what reads otherwise only because the program is not the whole of a blog."""
        ...


def run(
    command: Sequence[str],
    *,
    folder: Path,
    seconds: int = SECONDS,
    variables: Mapping[str, str] | None = None,
) -> Ran:
    """Run a program to its end. It reads nothing and its output is text of UTF-8."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, no shell
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(variables or {})},
        )
    except subprocess.TimeoutExpired:
        return Ran((f"not done after {seconds} seconds",), -1)
    return Ran(tuple(done.stdout.decode("utf-8", "replace").splitlines()), done.returncode)


def page_at(url: str) -> str:
    """Return the file of a page: ``/a/b/`` is ``a/b/index.html``, ``/a/b.html`` is itself."""
    path = url.lstrip("/")
    if path.endswith("/") or not path:
        return f"{path}index.html"
    return path if path.endswith((".html", ".htm")) else f"{path}.html"
