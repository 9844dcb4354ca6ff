"""Commands whose arguments are a query: ``-word`` there is a word that must not be."""

from __future__ import annotations

import click


class QueryCommand(click.Command):
    """A command that takes ``-survey`` for a part of its query, unless its options spell that."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse arguments, those that are words of the query set apart first."""
        options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        flags = {name for each in options if each.is_flag for name in each.opts}
        taking = {name for each in options if not each.is_flag for name in each.opts}
        return super().parse_args(ctx, _spelled_out(args, flags, taking))


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
