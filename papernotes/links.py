"""What a link asks for and what things are called, in one vocabulary, so that SQL can join them.

An *address* is a scheme and a key: ``name`` (wiki links: folded file name, path end, alias or
title), ``path`` (of a file of the library), ``citekey``, ``arxiv`` and ``doi``; ``here``, ``file``
(a picture, say) and ``outside`` are met by no name. Resolution takes the lowest rank: path 0,
citation key 1, file name 2, path end or the folder of an ``index.md`` 3, arXiv id 4, alias 5, title
6; then what is spelled so, then what stands in the folder of the linking note, then fewest path
parts, then the first by path (see :func:`pick`).
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from papernotes.errors import ArxivIdError
from papernotes.ids import name_key, parse_arxiv_id, parse_doi

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papernotes.models import Link, Note, Paper

_NO_PATH = re.compile(r"[a-z][a-z0-9+.-]+:(?!.*\.md(?:#|$))|//|\{[{%]", re.IGNORECASE)
# What Quarto and bookdown number and refer to with an @ (their manuals: cross references).
CROSS_REFERENCE = re.compile(
    r"(?:fig|tbl|tab|eq|sec|lst|thm|lem|cor|prp|cnj|def|exm|exr|sol|rem|alg|apx|vid"
    r"|nte|tip|wrn|imp|cau)[-:]"
)
# Pages of publishers have the DOI of the work in their path, after it what is shown of it.
_DOI_IN_PATH = re.compile(r"/(10\.[0-9]{4,9}(?:\.[0-9]+)*/[^/\s].*)")
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_PART_SHOWN = re.compile(
    r"(?:/(?:full|abstract|summary|pdf|epdf|epub|html|meta|fulltext\.html|(?:figures|tables)/\d+)"
    r"|(?:\.full|\.abstract)?\.(?:pdf|html?)|\.full|\.abstract)$",
    re.IGNORECASE,
)
_PREPRINT_VERSION = re.compile(r"(10\.1101/[0-9.]+)v[0-9]+$")  # of bioRxiv and medRxiv
_ARXIV_DOI = "10.48550/arxiv."
# Two whose paths have the last part of the DOI. That of the ACL is so since 2016.
_NATURE = re.compile(r"/(?:articles|nature/journal/.*)/([a-z][a-z0-9-]+)")
_ACL = re.compile(
    r"(?:/anthology)?/(20[2-9]\d\.[a-z0-9_]+-[a-z0-9]+\.\d+|[A-Z]1[6-9]-\d{4})(?:v\d)?"
)
_ACL_HOSTS = frozenset({"aclanthology.org", "aclweb.org"})
_MOST_URL = 2_000
_FOLDER_NOTES = frozenset({"index", "readme"})
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


_HERE = Address("here", "")


@dataclass(frozen=True, slots=True)
class Name:
    """One thing a paper or note is called; lower ranks win."""

    scheme: str
    key: str
    rank: int
    spelled: str


def address(link: Link, note_path: str) -> Address | None:
    """Return what ``link`` in the note at ``note_path`` asks for.

    None for what papers and notes are not asked by: a picture, a URL of something else. Scheme
    ``here`` is a heading of the same note, ``outside`` a path that leaves the library, which is
    never followed.
    """
    if link.kind == "citation":
        return _citation(link.target)
    if link.kind == "image" or (link.kind == "embed" and link.target.lower().endswith(_MEDIA)):
        return None
    if link.kind in {"wiki", "embed"}:
        return _wiki(link, note_path)
    if "://" in link.target:
        return _url(link.target)
    if _NO_PATH.match(link.target):
        return _citation_by_id(link.target)
    path = unquote(link.target.partition("#")[0].partition("?")[0])
    return _path(path, note_path) if path else _HERE if "#" in link.target else None


def heading_of(link: Link) -> str:
    """Return the heading or ``^block`` that a link asks for, empty for none."""
    if link.heading or link.kind != "link" or "://" in link.target:
        return link.heading
    return unquote(link.target.partition("#")[2])


def _wiki(link: Link, note_path: str) -> Address | None:
    target = link.target.removeprefix("@")
    if not target:
        return _HERE if link.heading else None
    if "://" in target:
        return _url(target)
    if target.startswith(("./", "../")):
        return _path(target, note_path)
    if target.startswith("/"):
        is_whole = target.startswith("/notes/")
        return _path(target if is_whole else f"/notes/{target.lstrip('/')}", note_path)
    if target.lower().endswith(_MEDIA):
        return Address("file", target, target)
    spelled = target.removesuffix(".md").rstrip("/")
    return _citation_by_id(target) or Address("name", name_key(spelled), spelled)


def _citation_by_id(text: str) -> Address | None:
    """Return what ``arXiv:1706.03762`` or ``doi:10.1000/x`` asks for; None for anything else."""
    found = _citation(text) if text[:6].lower().startswith(("arxiv:", "doi:")) else None
    return None if found is None or found.scheme == "citekey" else found


def _citation(key: str) -> Address:
    prefix, _, rest = key.partition(":")
    if prefix.lower() == "arxiv":
        return _arxiv(rest) or Address("citekey", key, key)
    if prefix.lower() == "doi" and (doi := parse_doi(rest)):
        return _doi(doi)
    if prefix.lower() in {"http", "https"}:
        return _url(key) or Address("citekey", key, key)
    return Address("citekey", key, key)


def web_address(text: str) -> Address | None:
    """Return the arXiv id or DOI that ``text`` is, or that a URL leads to; None for neither."""
    if "://" in text:
        return _url(text)
    doi = parse_doi(text)
    return _arxiv(text) or (_doi(doi) if doi else None)


def _url(url: str) -> Address | None:
    if found := _arxiv(url):
        return found
    doi = _doi_of_page(url)
    return _doi(doi) if doi else None


def _doi(doi: str) -> Address:
    is_of_arxiv = doi.lower().startswith(_ARXIV_DOI)
    found = _arxiv(doi[len(_ARXIV_DOI) :]) if is_of_arxiv else None
    return found or Address("doi", doi.lower())


def _doi_of_page(url: str) -> str | None:
    """Return the DOI of the work that a page of the web is about, as its address tells."""
    try:
        parts = urlsplit(url[:_MOST_URL])
        host, path = (parts.hostname or "").lower(), unquote(parts.path).rstrip("/")
    except ValueError:
        return None
    shown = path if f".{host}".endswith(".doi.org") else _PART_SHOWN.sub("", path)
    if found := _DOI_IN_PATH.search(shown):
        return _PREPRINT_VERSION.sub(r"\1", found[1])
    if f".{host}".endswith(".nature.com") and (found := _NATURE.fullmatch(shown)):
        return f"10.1038/{found[1]}"
    if host.removeprefix("www.") in _ACL_HOSTS and (found := _ACL.fullmatch(shown)):
        return f"10.18653/v1/{found[1]}"
    asked = parse_qs(parts.query)
    values = (value for name in ("doi", "id") for value in asked.get(name, ()))
    return next((value for value in values if _DOI.fullmatch(value)), None)


def _arxiv(text: str) -> Address | None:
    try:
        return Address("arxiv", parse_arxiv_id(text).id)
    except ArxivIdError:
        return None


def _path(path: str, note_path: str) -> Address:
    joined = posixpath.normpath(
        path.lstrip("/")
        if path.startswith("/")
        else posixpath.join(posixpath.dirname(note_path), path)
    )
    if joined == ".." or joined.startswith("../"):
        return Address("outside", path, path)
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
    if name_key(parts[-1]) in _FOLDER_NOTES and len(parts) > 1:
        folders = ["/".join(parts[depth:-1]) for depth in range(len(parts) - 1)]
        names += [Name("name", name_key(folder), 3, folder) for folder in folders]
        names.append(Name("path", name_key(f"notes/{folders[0]}"), 3, f"notes/{folders[0]}"))
    names += [Name("name", name_key(alias), 5, alias) for alias in note.aliases]
    names.append(Name("name", name_key(note.title), 6, note.title))
    return _distinct(names)


def shortest_name(ref: str, others: Iterable[str]) -> str:
    """Return the shortest end of a note's ``ref`` that no ref of ``others`` has.

    A whole path wins over the ends of others; a bare name gets ``/`` to count from ``notes/``.
    """
    parts = ref.split("/")
    ends = ["/".join(parts[depth:]) for depth in reversed(range(len(parts)))]
    rivals = [f"/{name_key(other)}" for other in others if other != ref]
    for end in ends:
        if not any(rival.endswith(f"/{name_key(end)}") for rival in rivals):
            return end
    return ref if "/" in ref else f"/{ref}"


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
    page = _doi_of_page(paper.url) if paper.url else None
    if page:  # many entries have their DOI there only
        names.append(Name("doi", page.lower(), 1, page))
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


def pick(key: str, scheme: str, spelled: str, folder: str) -> str:
    """Return SQL for the id of the name that a link means, or NULL; the arguments are SQL too.

    Of the names with the lowest rank it is one that is spelled so, if there is any, then one of
    the linking note's ``folder``, then the one with the fewest path parts, then the first by owner.
    Each look is the first row of an index, so many things of one name cost no more than one.
    """
    same = f"key = {key} AND scheme = {scheme} AND NOT is_shadowed"
    rank = f"SELECT rank FROM names INDEXED BY names_key WHERE {same} ORDER BY rank LIMIT 1"  # noqa: S608 - our own SQL
    looks = (
        ("names_folder", f"AND folder = {folder} AND spelled = {spelled}"),
        ("names_spelled", f"AND spelled = {spelled}"),
        ("names_folder", f"AND folder = {folder}"),
        ("names_key", ""),
    )
    found = (
        f"(SELECT id FROM names INDEXED BY {index} WHERE {same} AND rank = ({rank}) {condition}"  # noqa: S608 - our own SQL
        " ORDER BY depth, owner, id LIMIT 1)"
        for index, condition in looks
    )
    return f"coalesce({', '.join(found)})"
