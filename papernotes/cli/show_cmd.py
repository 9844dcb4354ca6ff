"""``papernotes show``."""

from __future__ import annotations

import dataclasses
import shutil
import textwrap
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from papernotes.categories import category_name
from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.formats import LineMaker, check_beside, format_option
from papernotes.cli.output import (
    MATCHED,
    is_terminal,
    json_option,
    marked,
    plain,
    print_json,
    print_problems,
)
from papernotes.cli.params import REF
from papernotes.cli.streams import has_every_letter
from papernotes.cli.text import fit, one_line, safe, width
from papernotes.ids import pdf_name, portable_slug
from papernotes.models import Fragment
from papernotes.venues import editors, find_venue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.models import Backlink, Card, Hit, Note, Paper

_WIDTH = 88
_MOST_SENTENCES = 40  # on a terminal, as are these
_MOST_CITED = 12
_MARGIN = 7
_FACTS = 12


@click.command("show")
@click.argument("ref", nargs=-1, required=True, type=REF)
@format_option("show")
@json_option
@common_options
@pass_app
def command(app: App, ref: tuple[str, ...], line_of: LineMaker | None, as_json: bool) -> None:
    """Show a paper or note, and who says something about it.

    REF is a citation key or its beginning, an arXiv id, a note's name or words of a title.

    What is said about it is every sentence of every note that cites or links it, by any of its
    keys, its title, its arXiv id or its DOI, newest note first. A terminal shows the first 40.
    """
    if line_of is not None:
        check_beside("--format", {"--json": as_json})
    with app.library() as library:
        card = chosen(library.show, " ".join(ref))
    with app.paged():
        if as_json:
            print_json("show", _data(card), card.problems)
            return
        for line in [line_of(_data(card))] if line_of else _lines(card):
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
    else:
        yield from _facts({"note": f"none; papernotes edit {card.ref} makes one"})
    if card.other_notes:
        yield ""
        yield from _facts({"more notes": " ".join(card.other_notes)})
    if card.cites:
        yield ""
        yield from _cited_lines(card.ref, card.cites)
    if card.backlinks:
        yield ""
        yield from _said_lines(card.ref, card.backlinks)


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


def _pdf(paper: Paper, path: str) -> str:
    """Return where the PDF is and whether it is an older version, or how to come by one."""
    if not path:
        place = f"put it at pdf/{portable_slug(paper.citekey)}.pdf"
        fetch = f"papernotes pdf {paper.citekey} fetches it"
        return f"none; {fetch if paper.arxiv_id else place}"
    version = pdf_name(path)[1] if path.startswith("pdf/") else None
    if version is None or version >= (paper.arxiv_version or 0):
        return path
    return f"{path} (the entry is about v{paper.arxiv_version})"


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
        "pdf": _pdf(paper, pdf),
        "entry": f"{paper.path}:{paper.line}",
    }
    yield from _facts(facts)
    if paper.abstract:
        yield ""
        yield from (_filled(part) for part in paper.abstract.split("\n\n"))
        yield ""


def _note_lines(note: Note, about: str) -> Iterator[str]:
    yield from _facts(
        {
            "note": note.path,
            "about": about,
            "kind": note.kind,
            "status": note.status or "",
            "rating": _rating(note.rating),
            "priority": note.priority or "",
            "tags": " ".join(f"#{tag}" for tag in note.tags),
            "created": str(note.created or ""),
            "publish": _publish(note),
        }
    )
    if note.body.strip():
        yield ""
        yield from map(_soft, safe(note.body.strip("\n")).split("\n"))


def _rating(stars: int | None) -> str:
    if stars is None:
        return ""
    return "★" * stars + "☆" * (5 - stars) if has_every_letter() else f"{stars}/5"


def _publish(note: Note) -> str:
    if note.is_private:
        return "never (private)"
    targets = note.publish if isinstance(note.publish, tuple) else ()
    return ", ".join(targets) or ("yes" if note.publish else "")


def _cited_lines(ref: str, cites: Sequence[Hit]) -> Iterator[str]:
    """Yield what the note cites: aligned and in short for people, a record a line for pipes."""
    yield click.style("It cites", bold=True)
    if not is_terminal():
        yield from (f"{one_line(hit.ref)}\t{one_line(hit.title)}" for hit in cites)
        return
    shown = cites[:_MOST_CITED]
    columns = _columns()
    refs = min(max(width(hit.ref) for hit in shown), columns // 2)
    for hit in shown:
        title = fit(one_line(hit.title), max(columns - refs - 4, _MARGIN)).rstrip()
        yield f"  {fit(one_line(hit.ref), refs)}  {title}"
    yield from _more(len(cites) - len(shown), ref)


def _said_lines(ref: str, said: Sequence[Backlink]) -> Iterator[str]:
    """Yield what is said about it: by note for people, a record a line for pipes."""
    yield click.style("Said about it", bold=True)
    if not is_terminal():
        yield from (
            f"{one_line(f'{one.path}:{one.line}')}\t{one_line(_words(one))}" for one in said
        )
        return
    for _, sentences in groupby(said[:_MOST_SENTENCES], lambda one: one.path):
        yield from _by_one_note(list(sentences))
    yield from _more(len(said) - _MOST_SENTENCES, ref)


def _by_one_note(said: Sequence[Backlink]) -> Iterator[str]:
    path = one_line(said[0].path)
    title = fit(one_line(said[0].title), max(_columns() - width(path) - 4, _MARGIN)).rstrip()
    yield f"  {title}  {click.style(path, dim=True)}"
    above = ""
    for one in said:
        heading = one.heading.removeprefix(one.title).removeprefix(" › ")
        if heading not in (above, one.sentence):
            yield click.style(" " * _MARGIN + one_line(heading), dim=True)
        above = heading
        text = marked(Fragment(_words(one), one.marks), _named)
        lines = _wrapped(text, _columns() - _MARGIN)
        number = click.style(f"{one.line:>{_MARGIN - 2}}", dim=True)
        yield f"{number}  {lines[0]}"
        yield from (" " * _MARGIN + line for line in lines[1:])


def _words(said: Backlink) -> str:
    """Return the sentence, with the address that it is about where a reader does not see it."""
    is_hidden = said.kind == "url" and said.target not in said.sentence
    return f"{said.sentence} <{said.target}>" if is_hidden else said.sentence


def _named(text: str) -> str:
    return click.style(text, fg=MATCHED, bold=True)


def _more(count: int, ref: str) -> Iterator[str]:
    if count > 0:
        yield click.style(f"  … {count} more; all of them: papernotes links {ref}", dim=True)


def _facts(facts: dict[str, str]) -> Iterator[str]:
    for name, value in facts.items():
        if value:
            text = _filled(value, indent=_FACTS).lstrip()
            yield f"{click.style(f'{name:<{_FACTS - 1}}', fg='cyan')} {text}"


def _columns() -> int:
    return max(min(_WIDTH, shutil.get_terminal_size((_WIDTH, 0)).columns - 2), 20)


def _filled(text: str, *, indent: int = 0) -> str:
    """Return text wrapped to the terminal; in a pipe it stays one line."""
    if not is_terminal():
        return one_line(text)
    margin = " " * indent
    lines = textwrap.wrap(
        one_line(text),
        _columns(),
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def _soft(line: str) -> str:
    """Return a line of a note, broken between words where a terminal would break it anywhere."""
    columns = shutil.get_terminal_size().columns
    if not is_terminal() or len(line) <= columns or line.lstrip().startswith("|"):
        return line
    indent = " " * min(len(line) - len(line.lstrip()), columns // 2)
    lines = textwrap.wrap(
        line,
        columns,
        subsequent_indent=indent,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def _wrapped(text: str, columns: int) -> list[str]:
    """Return the lines of text that may hold escape sequences, which take no room."""
    lines: list[str] = []
    room = 0
    for word in text.split():
        needed = width(click.unstyle(word))
        if lines and needed < room:
            lines[-1] += f" {word}"
            room -= needed + 1
        else:
            lines.append(word)
            room = columns - needed
    return lines or [""]
