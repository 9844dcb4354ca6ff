"""Parts that take names: of authors, and of editors where there are none.

The first line of a docstring is the part's line in the documentation. Of many authors the first
hundred and the last are read; ``and others`` counts as more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.citekeys.words import LONGEST_TEXT, is_telling, words
from papernotes.names import is_others, parse_names

if TYPE_CHECKING:
    from papernotes.citekeys.words import Manner
    from papernotes.models import Author, Paper

_LONGEST_NAME = 40
_MOST_AUTHORS = 100
_NAME = re.compile(r"%\((?P<what>[fgiI])\)(?:\.(?P<most>[0-9]{1,3}))?s")


@dataclass(frozen=True, slots=True)
class Source:
    """A paper, and the manner in which its words are read."""

    paper: Paper
    manner: Manner


def raw_field(paper: Paper, name: str) -> str:
    """Return a field by its BibTeX name as it stands in the entry, empty where there is none."""
    own = {
        "title": paper.title,
        "journal": paper.journal_ref,
        "doi": paper.doi,
        "url": paper.url,
        "eprint": paper.arxiv_id,
    }
    return own.get(name) or next((value for key, value in paper.extra if key == name), "")


def _people(source: Source, creator: str) -> tuple[tuple[Author, ...], bool]:
    """Return the authors, else the editors, and whether there are others without a name."""
    found = source.paper.authors if creator != "editor" else ()
    if not found and creator != "author":
        found = parse_names(raw_field(source.paper, "editor")[:LONGEST_TEXT])
    if len(found) > _MOST_AUTHORS:
        found = (*found[:_MOST_AUTHORS], found[-1])
    named = tuple(person for person in found if not is_others(person))
    return named, len(named) < len(found)


def _family(author: Author, source: Source) -> tuple[str, ...]:
    """Return the words of a family name, particles first; of a body the first that tells."""
    manner = source.manner
    found = words(f"{author.particle} {author.family}", manner.name_dash)
    if author.is_literal:
        found = tuple(word for word in found if is_telling(word, manner))[:1] or found
    found = found or words(author.given, manner.name_dash)
    if not author.family.isascii() and not author.family[:1].islower():
        found = (
            (found[0][:1].upper() + found[0][1:], *found[1:]) if found else ()
        )  # 陶 has no capitals
    return _cut(found)


def _cut(found: tuple[str, ...]) -> tuple[str, ...]:
    """Return words of 40 letters in all."""
    left, kept = _LONGEST_NAME, []
    for word in found:
        kept.append(word[:left])
        left -= len(word)
        if left <= 0:
            break
    return tuple(kept)


def _initials(author: Author) -> str:
    return "".join(word[0].upper() for word in words(author.given)) if author.given else ""


def _names(source: Source, creator: str, *, initials: bool) -> tuple[list[str], bool]:
    """Return the family names and whether the list goes on without names."""
    people, is_open = _people(source, creator)
    found = [
        " ".join(_family(person, source)) + (_initials(person) if initials else "")
        for person in people
    ]
    return [name for name in found if name], is_open


def auth(
    source: Source, *, n: int = 0, m: int = 1, creator: str = "*", initials: bool = False
) -> str:
    """Take the family name of author ``m``, or its first ``n`` letters."""
    people, _ = _people(source, creator)
    if not 1 <= m <= len(people):
        return ""
    family = _family(people[m - 1], source)
    name = "".join(family)[:n] if n > 0 else " ".join(family)
    return name + (_initials(people[m - 1]) if initials else "")


def authors(
    source: Source,
    *,
    n: int = 0,
    creator: str = "*",
    name: str = "%(f)s",
    etal: str = "",
    sep: str = " ",
    min: int = 0,  # noqa: A002 - Better BibTeX's name
    max: int = 0,  # noqa: A002 - same
) -> str | None:
    """Take the first ``n`` authors (0: all), each as ``name`` says, then ``etal`` for the rest.

    ``name`` may hold ``%(f)s`` (family), ``%(g)s`` (given), ``%(I)s`` (initials), ``%(i)s`` (the
    first initial), and ``%(f).3s`` for three letters of it. With fewer than ``min`` or more than
    ``max`` authors the next alternative is taken.
    """
    people, is_open = _people(source, creator)
    if len(people) < min or 0 < max < len(people):
        return None
    shown = people[:n] if n > 0 else people
    found = [_named(name, who, source) for who in shown]
    text = sep.join(filter(None, found))
    is_cut = n > 0 and (len(people) > n or is_open)
    return f"{text}{sep if etal.isalpha() else ''}{etal}" if is_cut and etal else text


def _named(name: str, author: Author, source: Source) -> str:
    initials = _initials(author)
    parts = {
        "f": " ".join(_family(author, source)),
        "g": " ".join(words(author.given, source.manner.name_dash)),
        "I": initials,
        "i": initials[:1],
    }

    def fill(match: re.Match[str]) -> str:
        text, most = parts[match["what"]], match["most"]
        return text.replace(" ", "")[: int(most)] if most else text

    return _NAME.sub(fill, name)


def authors_n(
    source: Source, *, n: int = 0, creator: str = "*", initials: bool = False, sep: str = " "
) -> str:
    """Take the first ``n`` family names (0: all), then EtAl for the rest."""
    found, is_open = _names(source, creator, initials=initials)
    is_cut = n > 0 and (len(found) > n or is_open)
    return sep.join([*found[:n], "EtAl"] if is_cut else found)


def author_last(source: Source, *, creator: str = "*", initials: bool = False) -> str:
    """Take the family name of the last author."""
    return (_names(source, creator, initials=initials)[0] or [""])[-1]


def auth_et_al(
    source: Source, *, creator: str = "*", initials: bool = False, sep: str = " "
) -> str:
    """Take the family name of one author, of both, or of the first and EtAl."""
    return _et_al(source, creator, "EtAl", sep, initials=initials)


def auth_etal2(
    source: Source, *, creator: str = "*", initials: bool = False, sep: str = "."
) -> str:
    """Do the same with dots: ``Vaswani.etal``."""
    return _et_al(source, creator, "etal", sep, initials=initials)


def _et_al(source: Source, creator: str, etal: str, sep: str, *, initials: bool) -> str:
    found, is_open = _names(source, creator, initials=initials)
    if len(found) > 2 or is_open:
        return sep.join([*found[:1], etal])
    return sep.join(found)


def auth_auth_ea(
    source: Source, *, creator: str = "*", initials: bool = False, sep: str = "."
) -> str:
    """Take the first two family names, then ea for the rest."""
    found, is_open = _names(source, creator, initials=initials)
    return sep.join([*found[:2], "ea"] if len(found) > 2 or is_open else found)


def auth_short(
    source: Source, *, creator: str = "*", initials: bool = False, sep: str = "."
) -> str:
    """Take the family name of one author, or the first letters of three, then + for the rest."""
    found, is_open = _names(source, creator, initials=initials)
    if len(found) < 2 and not is_open:
        return sep.join(found)
    letters = sep.join(name[0] for name in found[:3])
    return f"{letters}+" if len(found) > 3 or is_open else letters


def authors_alpha(
    source: Source, *, creator: str = "*", initials: bool = False, sep: str = " "
) -> str:
    """Do as BibTeX's style alpha: three letters of one author, one of each of four, of more a +."""
    found, is_open = _names(source, creator, initials=initials)
    if len(found) == 1 and not is_open:
        return found[0].replace(" ", "")[:3]
    is_cut = len(found) > 4 or is_open
    letters = sep.join(name[0] for name in found[: 3 if is_cut else 4])
    return f"{letters}+" if is_cut else letters


def auth_ini(
    source: Source, *, n: int = 0, creator: str = "*", initials: bool = False, sep: str = "."
) -> str:
    """Take the first ``n`` letters (0: all) of each family name."""
    found, _ = _names(source, creator, initials=initials)
    return sep.join(name.replace(" ", "")[:n] if n > 0 else name for name in found)


def author_ini(
    source: Source, *, creator: str = "*", initials: bool = False, sep: str = "."
) -> str:
    """Take five letters of the first family name, one of each other."""
    found, _ = _names(source, creator, initials=initials)
    short = [name.replace(" ", "")[:5] for name in found[:1]] + [name[0] for name in found[1:]]
    return sep.join(short)


def auth_fore_ini(source: Source, *, creator: str = "*") -> str:
    """Take the initials of the first author's given names."""
    people, _ = _people(source, creator)
    return _initials(people[0]) if people else ""


def author_last_fore_ini(source: Source, *, creator: str = "*") -> str:
    """Take the initials of the last author's given names."""
    people, _ = _people(source, creator)
    return _initials(people[-1]) if people else ""
