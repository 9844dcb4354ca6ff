"""The command line: a static table of verbs; only the one that runs is imported.

``--help`` and TAB would otherwise import every command for its one-line help, so the lines stand
here and a test compares them with the commands.
"""

from __future__ import annotations

import gc
import importlib
import sys
from typing import TYPE_CHECKING, Any

import click

from papernotes import __version__
from papernotes.cli import interrupts, streams
from papernotes.cli.context import App, common_options
from papernotes.cli.failure import failing_clearly
from papernotes.cli.params import refuse_impossible

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "init": "Make a library here, or in DIR.",
    "find": "Search arXiv, see what you have, add what you pick.",
    "add": "Add papers from arXiv or .bib files: BibTeX entry, note, store, index.",
    "adopt": "Make notes of the posts of a blog that is there.",
    "new": "Start a free note.",
    "edit": "Open notes in your editor.",
    "show": "Show a paper or note, and who says something about it.",
    "links": "Show what links where, what leads nowhere, and what is said without a link.",
    "list": "List papers and notes, newest first.",
    "search": "Find papers and notes by words, best first.",
    "next": "Say what to read now, and why.",
    "status": "Say how far you are with papers: unread, reading or read.",
    "tag": "Tag papers and notes: +a adds a tag, -b takes one away.",
    "tags": "List tags, those that most notes have first.",
    "related": "Show papers and notes that are like one, and why.",
    "graph": "Draw papers and notes, and the links between them.",
    "stats": "Show the numbers of your library, in small charts.",
    "update": "Ask arXiv what is new about your papers, and write it down.",
    "pdf": "Fetch PDFs; take highlights and comments into notes.",
    "open": "Open the PDF of a paper, or its page.",
    "rename": "Give a paper, note, heading or tag another name, everywhere.",
    "remove": "Move papers and notes to the trash.",
    "restore": "Bring back what was removed, or list it.",
    "bib": "Write a bibliography of your papers, or of what a document cites.",
    "export": "Turn published notes into posts of your blog.",
    "publish": "Mark notes as published, and export them to your blog.",
    "serve": "Preview your blog, or browse your library, on this computer only.",
    "sync": "Bring store and index up to date with the files.",
    "doctor": "Check everything: links, papers, notes, files, store and index.",
    "config": "Show every setting, its value and where it comes from.",
    "completion": "Print what makes TAB complete commands, keys, tags and fields in your shell.",
    "demo": "See the whole loop, with no network.",
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and helps without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the loop."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"papernotes.cli.{cmd_name}_cmd")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands."""
        with formatter.section("Commands, in the order of the loop"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command for one that does not exist."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches  # noqa: PLC0415 - a seam: mistakes only

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise click.UsageError(f"no command {args[0]!r}{hint}", ctx=ctx)
        found = super().resolve_command(ctx, args)
        interrupts.heed()  # all that start-up imports is imported
        return found


@click.group(
    name="papernotes",
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done, 1 failed or in part, 2 usage, 3 not found, 4 conflict or locked, "
    "5 network or arXiv, 6 unreadable file, 7 store or index broken, 130 stopped.",
)
@click.version_option(__version__, prog_name="papernotes", message="%(prog)s %(version)s")
@common_options
def papernotes() -> None:
    """Research notes in plain text: find, add, read, note, connect, recall, publish."""


def main(args: list[str] | None = None) -> None:
    """Run the command line and end the process with the exit status of the contract."""
    gc.set_threshold(200_000, 20, 50)  # a short life makes little waste; looking for it is felt
    streams.prepare()
    app = App()
    color = streams.wants_color()
    words = sys.argv[1:] if args is None else args
    status = failing_clearly(lambda: run(words, app, color=color), app)
    gc.freeze()  # nor is it looked for at the end
    sys.exit(status)


def run(args: Sequence[str], app: App, *, color: bool | None) -> Any:
    """Run one command for ``app`` and return what it returns: None or an exit status.

    Without click's own ``main``, which would answer Ctrl-C with an empty line and a closed pipe
    with a status of its own.
    """
    refuse_impossible(args)
    try:
        with papernotes.make_context("papernotes", list(args), obj=app, color=color) as context:
            return papernotes.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
