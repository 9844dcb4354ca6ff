"""New notes: front matter that reads back as it was meant, and a body to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.ids import portable_slug, slugify
from papernotes.models import ArxivId
from papernotes.notes.outlines import KINDS
from papernotes.notes.rendering import (
    author_names,
    foreign_text,
    paper_link,
    paper_url,
    quoted,
    word,
)
from papernotes.notes.templates import fill, parse_template

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from papernotes.models import Paper
    from papernotes.notes.templates import Filled, Template


def render_paper_note(
    paper: Paper,
    *,
    created: date,
    version: int | None = None,
    tags: Iterable[str] = (),
    status: str | None = None,
    template: Template | None = None,
    venue: str = "",
) -> str:
    """Return the text of a new note about ``paper``, or about one ``version`` of it.

    Without ``status`` it is that of the template, else unread. ``venue`` is where the paper
    appeared, in words. Without ``template`` it is the default for papers.
    """
    tags = tuple(tags)
    filled = _filled(
        *(template, paper.title, paper, portable_slug(paper.citekey)),
        kind="paper",
        tags=tags,
        venue=venue,
        created=created,
    )
    title = quoted(filled.title or paper.title)
    lines = [f"title: {title}", f"paper: {word(paper.citekey)}"]
    if paper.arxiv_id:
        lines.append(f"arxiv: {quoted(str(ArxivId(paper.arxiv_id, version)))}")
    lines.append(f"authors: [{', '.join(map(quoted, author_names(paper)))}]")
    if paper.year is not None:
        lines.append(f"year: {paper.year}")
    lines.append(_tags((*filled.tags, *tags)))
    lines.append(f"status: {word(status or filled.status or 'unread')}")
    return _assemble([*lines, f"created: {created.isoformat()}"], filled)


def render_free_note(
    title: str,
    *,
    kind: str,
    created: date,
    tags: Iterable[str] = (),
    paper: Paper | None = None,
    template: Template | None = None,
    venue: str = "",
) -> str:
    """Return the text of a new free note, which may be about a paper.

    Without ``template`` it is the default for the kind; one that has none begins empty.
    """
    tags = tuple(tags)
    filled = _filled(
        *(template, title, paper, slugify(title)),
        kind=kind,
        tags=tags,
        venue=venue,
        created=created,
    )
    lines = [f"title: {quoted(filled.title or title)}", f"kind: {word(kind)}"]
    if paper is not None:
        lines.append(f"paper: {word(paper.citekey)}")
    lines.append(_tags((*filled.tags, *tags)))
    if filled.status:
        lines.append(f"status: {filled.status}")
    return _assemble([*lines, f"created: {created.isoformat()}"], filled)


def _tags(tags: Iterable[str]) -> str:
    """Return the line of the tags, each once."""
    names: dict[str, str] = {}
    for tag in tags:
        name = tag.strip().lstrip("#")
        names.setdefault(name.casefold(), name)
    return f"tags: [{', '.join(map(word, filter(None, names.values())))}]"


def _assemble(lines: Iterable[str], filled: Filled) -> str:
    head = "\n".join(["---", *lines, f"{filled.head}---", ""])
    body = filled.body.lstrip("\n")
    if not body.strip():
        return head
    return f"{head}\n{body}" if body.endswith("\n") else f"{head}\n{body}\n"


def _filled(
    template: Template | None,
    title: str,
    paper: Paper | None,
    slug: str,
    *,
    kind: str,
    tags: Sequence[str],
    venue: str,
    created: date,
) -> Filled:
    if template is None:
        template = parse_template(KINDS.get(kind, ""))
    values = dict.fromkeys(("citekey", "paper_title", "authors", "author", "year"), "")
    values |= dict.fromkeys(("venue", "arxiv", "doi", "abstract"), "")
    ready = {"slug": slug, "url": "", "link": ""}
    if paper is not None:
        names = author_names(paper)
        values |= {"citekey": paper.citekey, "paper_title": paper.title, "venue": venue}
        values |= {"authors": ", ".join(names), "author": names[0] if names else ""}
        values |= {"year": str(paper.year or ""), "arxiv": paper.arxiv_id or ""}
        values |= {"doi": paper.doi or "", "abstract": paper.abstract}
        ready |= {"url": paper_url(paper), "link": paper_link(paper)}
    values |= {"title": title, "kind": kind, "tags": ", ".join(tags)}
    words = {name: " ".join(text.split()) for name, text in values.items()}
    shown = {name: foreign_text(text) for name, text in values.items()}
    return fill(template, words | ready, shown | ready, created)
