"""What a link asks for and what things are called, in one vocabulary, so that SQL can join them.

An *address* is a scheme and a key: ``name`` (wiki links: folded file name, path end, alias or
title), ``path`` (a Markdown link to a file of the library), ``citekey``, ``arxiv`` and ``doi``.
Resolution takes the lowest rank: path 0, citation key 1, file name 2, path end 3, arXiv id 4,
alias 5, title 6; then exact spelling, then the first path in order.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from papernotes.errors import ArxivIdError
from papernotes.ids import name_key, parse_arxiv_id, parse_doi

if TYPE_CHECKING:
    from papernotes.models import Link, Note, Paper

_MEDIA = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".mp4", ".webm", ".mp3")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a link points: a scheme and a key that only a :class:`Name` can meet.

    ``spelled`` is what a name must look like to win over others of the same key, such as
    ``a.md`` over ``A.md``; it says nothing of what is asked for, so it is not compared.
    """

    scheme: str
    key: str
    spelled: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """One thing a paper or note is called; lower ranks win."""

    scheme: str
    key: str
    rank: int
    spelled: str


def address(link: Link, note_path: str) -> Address | None:
    """Return what ``link`` in the note at ``note_path`` asks for.

    None for a link that can lead to no paper or note: a heading of the same note, a URL of
    something else, an image, a path that leaves the library.
    """
    if link.kind == "citation":
        return _citation(link.target)
    if link.kind == "image" or link.target.lower().endswith(_MEDIA):
        return None
    if link.kind in {"wiki", "embed"}:
        target = link.target.removeprefix("@")
        if target.startswith(("./", "../")):
            return _path(target, note_path)
        spelled = target.removesuffix(".md").lstrip("/")
        key = name_key(spelled)
        return Address("name", key, spelled) if key else None
    return _url(link.target) if "://" in link.target else _path(unquote(link.target), note_path)


def _citation(key: str) -> Address:
    prefix, _, rest = key.partition(":")
    if prefix.lower() == "arxiv":
        return _arxiv(rest) or Address("citekey", key, key)
    if prefix.lower() == "doi" and (doi := parse_doi(rest)):
        return Address("doi", doi.lower())
    if prefix.lower() in {"http", "https"}:
        return _url(key) or Address("citekey", key, key)
    return Address("citekey", key, key)


def _url(url: str) -> Address | None:
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return None
    if host.endswith("doi.org"):
        doi = parse_doi(url)
        if doi and doi.lower().startswith("10.48550/arxiv."):
            return _arxiv(doi[len("10.48550/arxiv.") :])
        return Address("doi", doi.lower()) if doi else None
    return _arxiv(url)


def _arxiv(text: str) -> Address | None:
    try:
        return Address("arxiv", parse_arxiv_id(text).id)
    except ArxivIdError:
        return None


def _path(target: str, note_path: str) -> Address | None:
    path = target.partition("#")[0].partition("?")[0]
    if not path.endswith(".md") and "." in posixpath.basename(path):
        return None
    joined = posixpath.normpath(
        path.lstrip("/")
        if path.startswith("/")
        else posixpath.join(posixpath.dirname(note_path), path)
    )
    if not path or joined.startswith(".."):
        return None
    spelled = joined.removesuffix(".md")
    return Address("path", name_key(spelled), spelled)


def note_names(note: Note) -> tuple[Name, ...]:
    """Return everything ``note`` can be called by."""
    whole = note.path.removesuffix(".md")
    parts = note.ref.split("/")
    names = [Name("path", name_key(whole), 0, whole), Name("name", name_key(whole), 0, whole)]
    for depth in range(len(parts)):
        spelled = "/".join(parts[depth:])
        is_name = depth == len(parts) - 1
        rank = 0 if depth == 0 and not is_name else 2 if is_name else 3
        names.append(Name("name", name_key(spelled), rank, spelled))
    names += [Name("name", name_key(alias), 5, alias) for alias in note.aliases]
    names.append(Name("name", name_key(note.title), 6, note.title))
    return _distinct(names)


def paper_names(paper: Paper) -> tuple[Name, ...]:
    """Return everything ``paper`` can be called by."""
    names = [
        Name("citekey", paper.citekey, 0, paper.citekey),
        Name("name", name_key(paper.citekey), 1, paper.citekey),
    ]
    if paper.arxiv_id:
        names.append(Name("arxiv", paper.arxiv_id, 0, paper.arxiv_id))
        names.append(Name("name", name_key(paper.arxiv_id), 4, paper.arxiv_id))
    for alias in aliases(paper):
        names += [Name("citekey", alias, 1, alias), Name("name", name_key(alias), 5, alias)]
    dois = (paper.doi, *paper.other_dois)
    names += [Name("doi", doi.lower(), 0, doi) for doi in dois if doi]
    names.append(Name("name", name_key(paper.title), 6, paper.title))
    return _distinct(names)


def aliases(paper: Paper) -> tuple[str, ...]:
    """Return the other citation keys a paper goes by: those of biblatex's field ``ids``."""
    raw = dict(paper.extra).get("ids", "")
    keys = (key.strip() for key in raw.split(","))
    return tuple(dict.fromkeys(key for key in keys if key and key != paper.citekey))


def _distinct(names: list[Name]) -> tuple[Name, ...]:
    """Keep the best rank of each address; drop what has no key."""
    best: dict[tuple[str, str], Name] = {}
    for name in names:
        place = (name.scheme, name.key)
        if name.key and (place not in best or name.rank < best[place].rank):
            best[place] = name
    return tuple(best.values())
