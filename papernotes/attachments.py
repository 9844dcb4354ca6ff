r"""The ``file`` field of a .bib entry: which PDFs it names, in the dialects there are.

Zotero and Better BibTeX: ``/a/b.pdf;/a/c.pdf`` or ``Full Text:/a/b.pdf:application/pdf``; JabRef:
``Title:b.pdf:PDF``; Mendeley: ``:home/me/b.pdf:pdf``, without the first slash, and
``:C$\backslash$:/b.pdf:pdf``. In all ``;`` stands between files, ``\:`` ``\;`` ``\\`` for the
characters themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FIELDS = ("file", "pdf", "localfile", "local-url")
_MOST = 50  # files of one entry
_LONGEST = 20_000  # characters of the field
_BACKSLASH = re.compile(r"\$\\backslash\$|\{?\\textbackslash\s*(?:\{\})?\}?")
_LATEX_ESCAPE = re.compile(r"\\\\|\{\\([_&%#$])\}|\\([_&%#{}$])")
_ESCAPED = re.compile(r"([:;\\])")
_BEHIND_BACKSLASH = r"\\\1"
_DRIVE = re.compile(r"[A-Za-z]:?[\\/]|[A-Za-z]:$")
_FILE_TYPE = re.compile(r"pdf|application/(?:x-)?pdf|portable document format.*", re.IGNORECASE)


def find_pdfs(extra: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the paths of the PDFs that the fields of an entry name, as they are written there.

    ``extra`` is as in Paper. A path may be relative, of another machine, or lead nowhere.
    """
    found: list[str] = []
    given = dict(extra)
    for name in FIELDS:
        found += _pdfs_of(given.get(name, "")[:_LONGEST])
    return tuple(dict.fromkeys(found))[:_MOST]


def render_file(paths: Iterable[str]) -> str:
    """Return a ``file`` field that JabRef and Zotero read as these PDFs."""
    return ";".join(f":{_ESCAPED.sub(_BEHIND_BACKSLASH, path)}:PDF" for path in paths)


def move_pdfs(name: str, field: str, find: Callable[[str], str | None]) -> str:
    """Return the field ``name`` with the PDFs where ``find`` found them, all else as it stands.

    ``find`` gets a path as it is written and returns a better one, or None to leave it.
    """
    if len(field) > _LONGEST:
        return field
    parts = _split(field, ";")
    paths = [_path_of(_without_latex(part)) for part in parts]
    found = [find(path) if path.lower().endswith(".pdf") else None for path in paths[:_MOST]]
    for number, path in enumerate(found):
        if path is not None:
            plain = _ESCAPED.sub(_BEHIND_BACKSLASH, path)
            parts[number] = render_file([path]) if name == "file" else plain
    return ";".join(parts)


def _pdfs_of(field: str) -> list[str]:
    paths = (_path_of(part) for part in _split(_without_latex(field), ";"))
    return [path for path in paths if path.lower().endswith(".pdf")]


def _without_latex(field: str) -> str:
    return _LATEX_ESCAPE.sub(
        lambda match: match[1] or match[2] or match[0], _BACKSLASH.sub(r"\\", field)
    )


def _path_of(part: str) -> str:
    """Return the path of one file: of ``path``, ``title:path`` or ``title:path:type``."""
    pieces = [piece.strip() for piece in _split(part, ":")]
    if len(pieces) == 1:
        return _plain(pieces[0])
    if pieces[0] == "file" and pieces[1].startswith("//"):
        return _plain(":".join(pieces))
    is_typed = len(pieces) > 2 and not pieces[-1].lower().endswith(".pdf")
    if is_typed and not _FILE_TYPE.fullmatch(pieces[-1]):
        return ""
    inner = pieces[1:-1] if is_typed else pieces[1:]
    is_drive = len(pieces[0]) == 1 and pieces[0].isalpha() and inner and inner[0][:1] in "\\/"
    path = ":".join([pieces[0], *inner] if is_drive and not is_typed else inner)
    is_mendeley = is_typed and not pieces[0] and pieces[-1] == "pdf"
    if is_mendeley and "/" in path and not path.startswith((".", "/", "\\")):
        path = path if _DRIVE.match(path) else _rooted(path)
    return _plain(path)


def _rooted(path: str) -> str:
    """Return Mendeley's path with the slash it leaves out, where it begins like one of a system."""
    first = path.partition("/")[0]
    return f"/{path}" if first in {"home", "Users", "media", "mnt", "data", "Volumes"} else path


def _plain(path: str) -> str:
    path = path.strip().strip('"')
    if path.startswith("file:"):
        try:
            return unquote(urlsplit(path).path)
        except ValueError:
            return ""
    return "" if path.startswith("//") or "://" in path else path


def _split(text: str, separator: str) -> list[str]:
    r"""Return the parts between separators, ``\x`` being the character x; one pass.

    Splitting at ``;`` keeps the escapes, for the parts are split again at ``:``.
    """
    parts, start, position = [], 0, 0
    is_last = separator == ":"
    while position < len(text):
        if text[position] == "\\":
            position += 2
            continue
        if text[position] == separator:
            parts.append(text[start:position])
            start = position + 1
        position += 1
    parts.append(text[start:])
    return [re.sub(r"\\([:;\\])", r"\1", part) for part in parts] if is_last else parts
