"""``papernotes demo``."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from papernotes import files
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.params import FOLDER
from papernotes.cli.text import safe
from papernotes.demo.records import load_records
from papernotes.demo.standin import StandIn
from papernotes.errors import ConflictError, PapernotesError
from papernotes.pdf import is_available

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAPERS = ("1706.03762v1", "1412.6980", "1512.03385", "1409.0473", "arXiv:1810.04805v2")
_PASTED = "https://arxiv.org/pdf/2006.11239.pdf"


@click.command("demo")
@click.argument("directory", type=FOLDER, default="papernotes-demo")
@common_options
@pass_app
def command(app: App, directory: str) -> None:
    """See the whole loop, with no network.

    DIRECTORY must be new or empty. A stand-in for arXiv runs on this machine meanwhile and
    answers like the real one; its records are real, its summaries were written for the demo.
    """
    root = files.resolved(directory)
    if root.exists() and any(root.iterdir()):
        raise ConflictError(f"{root}: is not empty", hint="name a new folder for the demo")
    files.make_folder(root)
    before = dict(os.environ)
    try:
        with StandIn(load_records()) as arxiv:
            os.environ["PAPERNOTES_ARXIV_API_URL"] = arxiv.api_url
            os.environ["PAPERNOTES_ARXIV_DELAY_SECONDS"] = "0"
            os.environ["PAPERNOTES_ARXIV_CACHE_HOURS"] = "0"
            os.environ["PAPERNOTES_HOOK"] = "demo"  # the person's hooks are not for its papers
            _tour(app, root)
    finally:
        os.environ.clear()
        os.environ.update(before)
    if not app.is_quiet:
        _farewell(root)


def _tour(app: App, root: Path) -> None:
    _say(app, "A library is a folder. Everything you would miss is plain text in notes/ and bib/.")
    _run(app, root, "init", str(root))
    _say(app, "Search arXiv itself. On a terminal you are asked what to add.")
    _run(app, root, "find", "au:ho ti:diffusion", "--since", "2020")
    _say(app, "Ids, versions and pasted links all work. One request fetches them all.")
    _run(app, root, "add", "--tag", "demo", *_PAPERS, _PASTED)
    _run(app, root, "list")
    _say(app, "Bring your .bib: what you have is recognised and only told more; keys stay.")
    files.write_atomic(root / "refs.bib", _resource("refs.bib"))
    _run(app, root, "add", str(root / "refs.bib"))
    _say(app, "Write in any editor. (The demo now puts three notes of its own into notes/.)")
    for source in resources.files("papernotes.demo").joinpath("notes").iterdir():
        files.write_atomic(root / "notes" / source.name, source.read_bytes())
    _say(app, "What was edited is found at once; no command was needed.")
    _run(app, root, "search", "square root")
    _run(app, root, "search", "author:kingma year:..2015")
    _say(app, "PDFs are searched too, and what you mark in them comes into the note, once.")
    marked = ("--annotations",) if is_available() else ()
    _run(app, root, "pdf", "kingma2014adam", *marked)
    _say(app, "What is new? A note keeps in mind which version it is about.")
    _run(app, root, "update")
    _run(app, root, "list", "is:outdated")
    _say(app, "A paper's page tells who says something about it.")
    _run(app, root, "show", "kingma2014adam")
    _say(app, "What is like it, and why? What should be read next, and why?")
    _run(app, root, "related", "kingma2014adam", "-n", "3")
    _run(app, root, "status", "kingma2014adam", "read", "--rating", "5")
    _run(app, root, "next", "-n", "2")
    _say(app, "What a text cites becomes a bibliography, in the words of LaTeX or Pandoc.")
    note = str(root / "notes" / "what-a-transformer-borrows.md")
    _run(app, root, "bib", "--cited-in", note, "-o", str(root / "refs-of-the-note.bib"))
    _say(app, "Notes marked `publish: true` become posts; private ones and %%comments%% stay home.")
    _run(app, root, "export", str(root / "blog" / "_posts"), "--to", "fastpages")
    _say(app, "Is everything in order? The doctor looks at links, notes, papers, files and index.")
    _run(app, root, "doctor")


def _resource(name: str) -> bytes:
    return resources.files("papernotes.demo").joinpath(name).read_bytes()


def _run(app: App, root: Path, *args: str) -> None:
    """Show a command and run it as the command line would."""
    from papernotes.cli import run  # noqa: PLC0415 - the group imports this command late

    shown = [
        os.path.relpath(arg, root.parent) if arg.startswith(str(root)) else arg for arg in args
    ]
    click.echo(click.style(f"$ papernotes {safe(shlex.join(shown))}", bold=True))
    there = None if args[0] == "init" else str(root)
    inner = App(directory=there)
    inner.is_quiet, inner.is_verbose = app.is_quiet, app.is_verbose
    with Path(os.devnull).open(encoding="utf-8") as nobody, _answered_by(nobody):
        status = run(args, inner, color=click.get_current_context().color)
    sys.stdout.flush()
    if status:
        raise PapernotesError(f"the demo's {args[0]} ended with {status}; this is a bug")
    click.echo()


@contextlib.contextmanager
def _answered_by(nobody: TextIO) -> Iterator[None]:
    """Take standard input away: a tour asks nothing."""
    before, sys.stdin = sys.stdin, nobody
    try:
        yield
    finally:
        sys.stdin = before


def _say(app: App, text: str) -> None:
    if not app.is_quiet:
        click.echo(click.style(f"# {text}", dim=True))


def _farewell(root: Path) -> None:
    click.echo(click.style("# Now look at:", dim=True))
    for path, what in (
        ("bib/vaswani2017attention.bib", "an entry as arXiv users know it"),
        ("notes/vaswani2017attention.md", "a note with math, code and citations"),
        ("blog/_posts", "the posts, ready for fastpages or Jekyll"),
    ):
        click.echo(f"  {safe(str(root / path))}  {what}")
    program = "papernotes" if shutil.which("papernotes") else str(Path(sys.argv[0]).resolve())
    there = safe(shlex.quote(str(root)))
    click.echo(f"Go on in it yourself:  cd {there} && {program} search attention")
