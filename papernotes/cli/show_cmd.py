"""``papernotes show``."""

from __future__ import annotations

import dataclasses
import shutil
import textwrap
from typing import TYPE_CHECKING, Any

import click

from papernotes.categories import category_name
from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import json_option, plain, print_json, print_problems
from papernotes.cli.params import REF
from papernotes.cli.text import one_line, safe
from papernotes.venues import editors, find_venue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.models import Card, Note, Paper

_WIDTH = 88


@click.command("show")
@click.argument("ref", nargs=-1, required=True, type=REF)
@json_option
@common_options
@pass_app
def command(app: App, ref: tuple[str, ...], as_json: bool) -> None:
    """Show a paper or note, and who says something about it.

    REF is a citation key or its beginning, an arXiv id, a note's name or words of a title.
    """
    with app.library() as library:
        card = chosen(library.show, " ".join(ref))
    if as_json:
        print_json("show", _data(card), card.problems)
        return
    for line in _lines(card):
        click.echo(line)
    print_problems(app, card.problems)


def _data(card: Card) -> dict[str, Any]:
    data = plain(dataclasses.replace(card, note=None, problems=()))
    del data["problems"]
    if card.note is not None:
        data["note"] = plain(dataclasses.replace(card.note, meta={}))
        data["note"]["meta"] = dict(card.note.meta)
    return data


def _lines(card: Card) -> Iterator[str]:
    yield click.style(one_line(card.title), bold=True)
    is_paper = card.kind == "paper" and card.paper is not None
    if card.paper is not None and is_paper:
        yield from _paper_lines(card.paper, _newer(card), card.pdf)
    if card.note is not None:
        about = "" if is_paper or card.paper is None else card.paper.citekey
        yield from _note_lines(card.note, about)
    if card.other_notes:
        yield ""
        yield from _facts({"more notes": " ".join(card.other_notes)})
    if card.backlinks:
        yield ""
        yield click.style("Said about it", bold=True)
        for link in card.backlinks:
            yield f"  {click.style(safe(f'{link.path}:{link.line}'), dim=True)}"
            yield textwrap.indent(_filled(link.sentence), "    ")


def _newer(card: Card) -> str:
    """Return what to say where the note, or else the entry, is about an older version."""
    paper = card.paper
    if paper is None or card.version is None:
        return ""
    latest = paper.arxiv_latest or paper.arxiv_version or 0
    what = "note" if card.note else "entry"
    return (
        f"v{latest} exists; this {what} is about v{card.version}" if card.version < latest else ""
    )


def _category(category: str) -> str:
    name = category_name(category)
    return f"{category} ({name})" if name else category


def _paper_lines(paper: Paper, newer: str, pdf: str) -> Iterator[str]:
    people = ", ".join(author.name for author in paper.authors or editors(paper))
    if people:
        yield _filled(people if paper.authors else f"{people} (editors)")
    venue = str(find_venue(paper) or "")
    version = f"v{paper.arxiv_version}" if paper.arxiv_version else ""
    facts = {
        "key": paper.citekey,
        "year": str(paper.year or ""),
        "arxiv": f"{paper.arxiv_id}{version}" if paper.arxiv_id else "",
        "newer": newer,
        "type": paper.entry_type if paper.entry_type != "misc" else "",
        "categories": ", ".join(map(_category, paper.categories)),
        "journal" if paper.journal_ref else "in": venue.removeprefix("In "),
        "doi": " ".join(filter(None, (paper.doi, *paper.other_dois))),
        "url": paper.url or "",
        "comment": paper.comment or "",
        "withdrawn": "arXiv has this paper as withdrawn" if paper.is_withdrawn else "",
        "pdf": pdf,
        "entry": f"{paper.path}:{paper.line}",
    }
    yield from _facts(facts)
    if paper.abstract:
        yield ""
        yield from (_filled(part) for part in paper.abstract.split("\n\n"))


def _note_lines(note: Note, about: str) -> Iterator[str]:
    yield ""
    yield from _facts(
        {
            "note": note.path,
            "about": about,
            "kind": note.kind,
            "status": note.status or "",
            "tags": " ".join(f"#{tag}" for tag in note.tags),
            "created": str(note.created or ""),
            "publish": _publish(note),
        }
    )
    if note.body.strip():
        yield ""
        yield safe(note.body.strip("\n"))


def _publish(note: Note) -> str:
    if note.is_private:
        return "never (private)"
    targets = note.publish if isinstance(note.publish, tuple) else ()
    return ", ".join(targets) or ("yes" if note.publish else "")


def _facts(facts: dict[str, str]) -> Iterator[str]:
    for name, value in facts.items():
        if value:
            yield f"{click.style(f'{name:<11}', fg='cyan')} {one_line(value)}"


def _filled(text: str) -> str:
    """Return text wrapped to the terminal, or to a readable width."""
    columns = min(_WIDTH, shutil.get_terminal_size((_WIDTH, 0)).columns - 2)
    return "\n".join(textwrap.wrap(one_line(text), max(columns, 20), break_on_hyphens=False))
