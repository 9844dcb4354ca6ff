"""``papernotes tag``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.marks import query_option, refs_meant, run
from papernotes.cli.output import is_terminal, json_option
from papernotes.cli.params import REF, TEXT

if TYPE_CHECKING:
    from papernotes.reports.changing import Marked

_SWITCHES = frozenset({"-q", "-v", "-h", "-"})
_TAKING_A_VALUE = frozenset({"--add", "--remove", "--library", "--query"})


class _TagCommand(click.Command):
    """A command that takes ``+a``, ``-b`` and ``#a`` for what ``--add`` and ``--remove`` are."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _spelled_out(args))


def _spelled_out(args: list[str]) -> list[str]:
    """Return arguments with tags as options; what follows ``--`` is left alone."""
    words: list[str] = []
    for number, word in enumerate(args):
        if word == "--":
            return words + args[number:]
        is_value = number > 0 and args[number - 1] in _TAKING_A_VALUE
        if is_value or word in _SWITCHES or word.startswith("--") or word[:1] not in {*"+-#"}:
            words.append(word)
        else:
            words.append(f"--{'remove' if word[0] == '-' else 'add'}={word.lstrip('+-')}")
    return words


@click.command("tag", cls=_TagCommand)
@click.argument("refs", nargs=-1, metavar="REF... [+TAG]... [-TAG]...", type=REF)
@query_option
@click.option("--add", multiple=True, metavar="TAG", type=TEXT, help="The same as +TAG.")
@click.option(
    "--remove", multiple=True, metavar="TAG", type=TEXT, help="The same as -TAG, for any tag."
)
@click.option("--dry-run", is_flag=True, help="Say what would be changed; change nothing.")
@json_option
@common_options
@pass_app
def command(
    app: App,
    refs: tuple[str, ...],
    query: str | None,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> int:
    """Tag papers and notes: +a adds a tag, -b takes one away.

    Tags stand in the front matter; all else in the file stays, and so do tags in its text. A tag
    may stand below another (nlp/translation); case does not matter. A paper without a note gets
    one. Without +a and -b the tags are printed. A REF of - reads refs from standard input, one a
    line, as list and search --refs print them.

    \b
    papernotes tag vaswani2017attention +nlp -inbox
    papernotes tag --query 'cat:cs.CL -tag:nlp' +nlp --dry-run
    """  # noqa: D301 - click wants the character itself
    with app.library() as library:
        return run(
            app,
            "tag",
            refs_meant(library, refs, query),
            lambda refs: library.tag(refs, add=add, remove=remove, is_dry_run=dry_run),
            _cells,
            is_change=bool(add or remove),
            as_json=as_json,
        )


def _cells(each: Marked) -> list[str]:
    if not is_terminal():
        return [", ".join(each.tags)]
    return [" ".join(f"#{tag}" for tag in each.tags) or "no tags"]
