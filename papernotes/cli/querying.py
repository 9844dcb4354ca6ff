"""Commands whose arguments are a query: ``-word`` there is a word that must not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from papernotes.query import has_text, parse_kindly

if TYPE_CHECKING:
    from papernotes.models import Hits

_LONGEST = 100  # characters of a query that is said


class QueryCommand(click.Command):
    """A command that takes ``-survey`` for a part of its query, unless its options spell that."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments, those that are words of the query set apart first."""
        options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        flags = {name for each in options if each.is_flag for name in each.opts}
        taking = {name for each in options if not each.is_flag for name in each.opts}
        return super().parse_args(ctx, _spelled_out(args, flags, taking))


def nothing_matches(text: str, found: Hits) -> str:
    """Return that nothing matches a query, and what may, in one line."""
    said = f"nothing matches {in_short(text)}"
    if found.suggestion:
        return f"{said}; did you mean: {found.suggestion}"
    if found.notices or not has_text(parse_kindly(text).node):
        return said
    return f"{said}; fewer words, or a beginning such as optimi*, find more"


def in_short(text: str) -> str:
    """Return a query as it is said in a sentence: on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _spelled_out(args: list[str], flags: set[str], taking: set[str]) -> list[str]:
    """Return arguments with a space before those that only look like options.

    ``flags`` and ``taking`` a value are the options there are; what follows ``--`` is left alone.
    """
    words: list[str] = []
    for number, word in enumerate(args):
        if word == "--":
            return words + args[number:]
        is_value = number > 0 and args[number - 1] in taking
        is_option = word in flags | taking or _is_bundle(word, flags, taking)
        is_plain = word[:1] != "-" or word[:2] == "--" or word == "-"
        words.append(word if is_value or is_plain or is_option else f" {word}")
    return words


def _is_bundle(word: str, flags: set[str], taking: set[str]) -> bool:
    """Whether it is flags in one (``-qv``), or an option with its number (``-n5``)."""
    if word[:2] in taking:
        return word[2:].removeprefix("=").isdecimal()
    return all(f"-{letter}" in flags for letter in word[1:])
