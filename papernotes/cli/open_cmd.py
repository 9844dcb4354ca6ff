"""``papernotes open``."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import click

from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.params import REF
from papernotes.cli.text import safe
from papernotes.errors import PapernotesError, UsageError

if TYPE_CHECKING:
    from papernotes.library import Library
    from papernotes.models import Card


@click.command("open")
@click.argument("ref", nargs=-1, required=True, type=REF)
@click.option("--page", "wants_page", is_flag=True, help="Open its web page, not the PDF.")
@click.option("--print", "is_printed", is_flag=True, help="Only print what would be opened.")
@common_options
@pass_app
def command(app: App, ref: tuple[str, ...], wants_page: bool, is_printed: bool) -> None:
    """Open the PDF of a paper, or its page.

    That is the PDF in pdf/ where there is one, else the page at arXiv, of the DOI or of the
    entry's url. The program is $PAPERNOTES_OPENER, else what your system opens such things with.
    What is opened is printed.
    """
    with app.library() as library:
        card = chosen(library.show, " ".join(ref))
    open_card(library, card, wants_page=wants_page, is_printed=is_printed)


def open_card(
    library: Library, card: Card, *, wants_page: bool = False, is_printed: bool = False
) -> None:
    """Print where the PDF of a paper is, or else its page, and unless ``is_printed`` open that."""
    pdf = str(library.root / card.pdf) if card.pdf and not wants_page else ""
    place = pdf or card.page
    if not place:
        raise UsageError(f"{card.ref} has no PDF and no page", hint="edit opens its note")
    click.echo(safe(place))
    if not is_printed:
        _open(place)


def _open(place: str) -> None:
    given = os.environ.get("PAPERNOTES_OPENER", "")
    opener = given or ("open" if sys.platform == "darwin" else "xdg-open")
    try:
        done = subprocess.run([*shlex.split(opener), place], check=False)  # noqa: S603 - the user's own
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "set $PAPERNOTES_OPENER to the program you use, or open it by hand"
        raise PapernotesError(f"{opener}: {reason}", hint=hint) from error
    if done.returncode:
        raise PapernotesError(f"{opener} ended with status {done.returncode}")
