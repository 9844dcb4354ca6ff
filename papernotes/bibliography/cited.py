"""What documents cite: their files, and those they take in → keys, each with its first place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.bibliography.citations import Citations, Cited
from papernotes.bibliography.prose import parse_markdown, parse_typst
from papernotes.bibliography.tex import (
    EVERYTHING,
    Inclusion,
    Mention,
    parse_aux,
    parse_bcf,
    parse_tex,
)
from papernotes.errors import FormatError
from papernotes.models import Problem
from papernotes.sources import readable

if TYPE_CHECKING:
    from collections.abc import Sequence

STANDARD_INPUT = "-"
_MOST_FILES = 1000  # that one document may take in
_KINDS = {
    **dict.fromkeys([".tex", ".ltx", ".latex", ".rnw", ".lhs", ".sty", ".cls", ".tikz"], "tex"),
    **dict.fromkeys([".md", ".markdown", ".qmd", ".rmd", ".mdx", ".mkd", ".rmarkdown"], "markdown"),
    ".aux": "aux",
    ".bcf": "bcf",
    ".typ": "typst",
}
_LOOKS_AUX = re.compile(r"\A\s*\\relax\b|\\(?:citation|abx@aux@|bibstyle|bibdata)\b")
_LOOKS_TEX = re.compile(
    r"\\(?:document(?:class|style)|begin|section|usepackage|[a-z]*cite[a-z]*)\b"
)
_HEAD = 100_000


def read_citations(names: Sequence[str], standard_input: str = "") -> Citations:
    r"""Return what the files cite; ``-`` stands for the text ``standard_input``.

    What kind of text it is tells the ending of a file, else its content. ``\input`` and
    ``\include`` are followed, from the folder of the document or of the file that says so.
    Raises FileError and FormatError for a file that was named and cannot be read.
    """
    reading = _Reading()
    for name in names:
        if name == STANDARD_INPUT:
            reading.take(standard_input, name, Path(), _kind("", standard_input))
        else:
            path = Path(name).expanduser()
            text = readable(_read_named(path))
            reading.seen.add(files.resolved(path))
            reading.take(text, name, path.parent, _kind(path.suffix, text))
    return Citations(tuple(reading.cited.values()), reading.is_all, tuple(reading.problems))


def _read_named(path: Path) -> bytes:
    """Return the bytes of a file that a person named; it may be a link or a pipe of the shell."""
    try:
        with path.open("rb") as file:
            data = file.read(files.MAX_TEXT_BYTES + 1)
    except OSError as error:
        raise files.file_error(error, path) from error
    if len(data) > files.MAX_TEXT_BYTES:
        raise FormatError(f"{path}: larger than {files.MAX_TEXT_BYTES // 1_000_000} MB")
    return data


def _kind(suffix: str, text: str) -> str:
    known = _KINDS.get(suffix.lower())
    if known:
        return known
    head = text[:_HEAD]
    if "<bcf:" in head:
        return "bcf"
    if _LOOKS_AUX.search(head) and "\\begin{document}" not in head:
        return "aux"
    return "tex" if _LOOKS_TEX.search(head) else "markdown"


class _Reading:
    """What was found so far, and the files that were read."""

    def __init__(self) -> None:
        self.cited: dict[tuple[str, bool], Cited] = {}
        self.is_all = False
        self.problems: list[Problem] = []
        self.seen: set[Path] = set()

    def take(self, text: str, name: str, root: Path, kind: str) -> None:
        """Read a document and all that it takes in, depth first, as LaTeX would."""
        waiting = [(text, name, root)]
        while waiting:
            text, name, folder = waiting.pop()
            mentions, inclusions = _parse(kind, text)
            for mention in mentions:
                self._add(mention, name)
            found = (self._open(each, name, root, folder, kind) for each in inclusions)
            waiting += reversed([each for each in found if each is not None])

    def _add(self, mention: Mention, name: str) -> None:
        if mention.key == EVERYTHING:
            self.is_all = True
            return
        place = (mention.key, mention.is_wiki)
        if place not in self.cited or (mention.is_sure and not self.cited[place].is_sure):
            self.cited[place] = Cited(
                mention.key, name, mention.line, mention.is_sure, mention.is_wiki
            )

    def _open(
        self, inclusion: Inclusion, name: str, root: Path, folder: Path, kind: str
    ) -> tuple[str, str, Path] | None:
        """Return text, name and folder of an included file; None if it was read or cannot be."""
        if len(self.seen) >= _MOST_FILES:
            return None
        for path in _places(inclusion.name, root, folder, kind):
            try:
                whole = files.resolved(path)
                if whole in self.seen:
                    return None
                text = readable(files.read(whole))
            except (files.FileError, FormatError, OSError, ValueError):
                continue
            self.seen.add(whole)
            return text, str(path), path.parent
        message = f"{inclusion.name}, which it takes in, cannot be read"
        self.problems.append(Problem("cited-input", name, message, inclusion.line))
        return None


def _parse(kind: str, text: str) -> tuple[list[Mention], list[Inclusion]]:
    if kind == "tex":
        return parse_tex(text)
    if kind == "aux":
        return parse_aux(text)
    if kind == "bcf":
        return parse_bcf(text), []
    return (parse_typst(text) if kind == "typst" else parse_markdown(text)), []


def _places(name: str, root: Path, folder: Path, kind: str) -> list[Path]:
    """Return where an included file may stand, the likeliest first."""
    ending = f".{kind}"
    names = [name] if name.lower().endswith(ending) else [name + ending, name]
    return [place / each for place in dict.fromkeys((root, folder)) for each in names]
