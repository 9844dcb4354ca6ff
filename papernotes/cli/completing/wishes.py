"""What may stand at the end of a line: found in the commands themselves, nothing is looked up.

=========  ===========================================================================
kind       what completes it
=========  ===========================================================================
commands   the verbs of the command line
options    options of the command; in a query, fields after a minus too
choices    ``values``, as they stand
refs       keys, names of notes, arXiv ids; ``papers``: keys only; ``changes``: refs, +tag, -tag
names      refs, and tags after ``#``; ``states``: refs, and states after the first
query      fields, and their values; ``tags``, ``kinds``: values of these; ``cats``: all of arXiv's
blogs      blogs of the settings, or else folders
format     names of fields after a brace; ``values`` are all of them
files      what the shell completes itself, as are ``folders``; ``nothing`` has no completion
=========  ===========================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from papernotes.cli.params import REF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from papernotes.cli.completing.lines import Line

_BY_ARGUMENT = {
    ("add", "ids"): "files",
    ("export", "where"): "blogs",
    ("rename", "words"): "names",
    ("restore", "names"): "nothing",
    ("status", "words"): "states",
    ("tag", "refs"): "changes",
    ("tags", "beginning"): "tags",
    ("find", "query"): "nothing",
}
_BY_OPTION = {
    "--blog": "blogs",
    "--cat": "cats",
    "--key": "papers",
    "--kind": "kinds",
    "--library": "folders",
    "--new": "cats",
    "--paper": "papers",
    "--query": "query",
    "--rename": "tags",
    "--tag": "tags",
}
_BY_METAVAR = {"FILE": "files", "FOLDER": "folders", "DIR": "folders", "TAG": "tags"}


class Wish(NamedTuple):
    """What is to be completed: ``kind``, and the ``text`` it begins with, ``stem`` before that.

    ``library`` is the folder that was named; ``values`` are (value, what it means).
    """

    kind: str
    text: str
    stem: str = ""
    library: str | None = None
    values: tuple[tuple[str, str], ...] = ()


def read_wish(line: Line, group: click.Group, verbs: dict[str, str]) -> Wish:
    """Return what the word at the cursor may become, for ``verbs`` and what they mean."""
    before = list(line.words[1:])
    context = click.Context(group, info_name="papernotes", resilient_parsing=True)
    library, at = _named_library(before), _verb_at(before, group.params)
    if at is None:
        wish = _option_wish(group, context, before, line.word)
        wish = wish or Wish("choices", line.word, values=tuple(verbs.items()))
        return wish._replace(library=library)
    command = group.get_command(context, before[at])
    if command is None:
        return Wish("nothing", line.word)
    inner = click.Context(command, info_name=before[at], parent=context, resilient_parsing=True)
    words = before[at + 1 :]
    wish = _option_wish(command, inner, words, line.word)
    return (wish or _argument_wish(command, words, line.word))._replace(library=library)


def _named_library(words: Sequence[str]) -> str | None:
    for number, word in enumerate(words):
        if word == "--library" and number + 1 < len(words):
            return words[number + 1]
        if word.startswith("--library="):
            return word.partition("=")[2]
    return None


def _verb_at(words: Sequence[str], params: Sequence[click.Parameter]) -> int | None:
    taking = {name for each in params if _takes_value(each) for name in each.opts}
    for number, word in enumerate(words):
        if not word.startswith("-") and not (number and words[number - 1] in taking):
            return number
    return None


def _takes_value(param: click.Parameter) -> bool:
    return isinstance(param, click.Option) and not param.is_flag and not param.count


def _takes_query(command: click.Command) -> bool:
    from papernotes.cli.querying import QueryCommand  # noqa: PLC0415 - costs as much as the rest

    return isinstance(command, QueryCommand)


def _options(command: click.Command, context: click.Context) -> list[click.Option]:
    return [each for each in command.get_params(context) if isinstance(each, click.Option)]


def _option_wish(
    command: click.Command, context: click.Context, words: Sequence[str], word: str
) -> Wish | None:
    """Return the wish where an option or its value is being typed."""
    if "--" in words:
        return None
    options = _options(command, context)
    if (taking := _asking(options, words)) is not None:
        return _value_wish(taking, word)
    if word.startswith("--") and "=" in word:
        name, _, text = word.partition("=")
        named = next((each for each in options if name in each.opts), None)
        wish = Wish("nothing", text) if named is None else _value_wish(named, text)
        return wish._replace(stem=f"{name}=")
    if not word.startswith("-"):
        return None
    if len(word) > 1 and word[:2] != "--" and _takes_query(command):
        return None if ":" in word or word[1:].isalpha() else Wish("nothing", word)
    is_change = command.name == "tag" and len(word) > 1 and word[:2] != "--"
    return None if is_change else Wish("choices", word, values=tuple(_spellings(options, words)))


def _asking(options: Sequence[click.Option], words: Sequence[str]) -> click.Option | None:
    """Return the option whose value comes next, if one does."""
    for back in (1, 2):
        name = words[-back] if len(words) >= back else ""
        found = next((each for each in options if name in (*each.opts,)), None)
        if found is not None and _takes_value(found) and found.nargs >= back:
            return found
    return None


def _spellings(options: Sequence[click.Option], words: Sequence[str]) -> list[tuple[str, str]]:
    """Return the long names of options, with their helps, but for those that were given."""
    return [
        (name, (each.help or "").split("  [")[0].rstrip("."))
        for each in options
        if not each.hidden and (each.multiple or not set(each.opts) & set(words))
        for name in (*each.opts, *each.secondary_opts)
        if name.startswith("--")
    ]


def _value_wish(option: click.Option, text: str) -> Wish:
    if isinstance(option.type, click.Choice):
        return Wish("choices", text, values=tuple((str(each), "") for each in option.type.choices))
    for name in option.opts:
        if name in _BY_OPTION:
            return Wish(_BY_OPTION[name], text)
    if isinstance(option.type, click.Path):
        return Wish("files" if option.type.file_okay else "folders", text)
    return Wish(_BY_METAVAR.get(option.metavar or "", "nothing"), text)


def _argument_wish(command: click.Command, words: Sequence[str], word: str) -> Wish:
    argument = next((each for each in command.params if isinstance(each, click.Argument)), None)
    if argument is None:
        return Wish("nothing", word)
    kind = _BY_ARGUMENT.get((command.name or "", argument.name or ""), "")
    if kind == "states" and not [each for each in words if not each.startswith("-")]:
        kind = "refs"
    if not kind and _takes_query(command):
        kind = "query"
    elif not kind and isinstance(argument.type, click.Choice):
        values = tuple((str(each), "") for each in argument.type.choices)
        return Wish("choices", word, values=values)
    elif not kind and isinstance(argument.type, click.Path):
        kind = "files" if argument.type.file_okay else "folders"
    elif not kind and argument.type is REF:
        kind = "refs"
    return Wish(kind or "nothing", word)
