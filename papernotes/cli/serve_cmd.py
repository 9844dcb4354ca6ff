"""``papernotes serve``."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

import click

from papernotes.cli.browsing import browse
from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.marks import read_refs
from papernotes.cli.output import problem_line
from papernotes.cli.params import REF, TEXT
from papernotes.cli.text import safe
from papernotes.errors import LibraryNotFoundError, PapernotesError
from papernotes.serving import PORT, Server, Site, Watch

if TYPE_CHECKING:
    from papernotes.library.serving import Preview
    from papernotes.models import Problem
    from papernotes.reports.previewing import PreviewReport

_WHOLE = "\0"  # what no shell can hand over: the option without a DIR


@click.command("serve")
@click.argument("refs", nargs=-1, metavar="[REF...]", type=REF)
@click.option(
    "--blog", default="", metavar="BLOG|DIR", type=TEXT, help="Whose settings, URLs and dates."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"The port, 0 for a free one; without it {PORT}, or a free one if that is taken.",
)
@common_options
@pass_app
def command(
    app: App, refs: tuple[str, ...], blog: str, port: int | None, library: tuple[str, ...]
) -> int:
    """Preview your blog, or browse your library, on this computer only.

    The pages are those of the html target, made in memory and shown in a browser: nothing is
    written, and nobody else can reach them. Published notes are shown, and notes you name as they
    would look if they were published; private: true and .exportignore win. Pages reload when a
    note, a .bib file, an image, a template or a setting changes. Ctrl-C ends it.

    With --library and no DIR it is the whole library, private notes included, to be searched and
    read, but not changed. Only the address that is printed lets a browser in; it is another one
    each time.

    \b
    papernotes serve
    papernotes serve my-draft
    papernotes serve --library
    """  # noqa: D301 - click wants the character itself
    if _WHOLE in library:
        refs = read_refs(refs) if refs else ()
        if blog or len(refs) > 1:
            raise click.UsageError("--library without a DIR takes one REF, and no --blog")
        with app.library() as opened:
            browse(app, opened, refs[0] if refs else "", port)
        return 0
    _preview(app, refs, blog, port)
    return 0


def _choose(ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Take the last DIR for the library; without one the option is a wish.

    Raises LibraryNotFoundError for a DIR that is none, since a REF was meant most likely.
    """
    named = [each for each in value if each != _WHOLE]
    if "" in named:
        raise click.BadParameter("needs the name of a folder")
    if named and not os.path.isdir(os.path.expanduser(named[-1])):  # noqa: PTH111, PTH112 - felt
        raise LibraryNotFoundError(
            f"no library in {named[-1]}: no such folder",
            hint=f"to begin with that page: papernotes serve {shlex.quote(named[-1])} --library",
        )
    if named:
        ctx.ensure_object(App).directory = named[-1]
    return value


_LIBRARY = click.Option(
    ["--library"],
    metavar="[DIR]",
    is_flag=False,
    flag_value=_WHOLE,
    multiple=True,
    callback=_choose,
    help="Browse the whole library; with DIR, the library to use instead of the nearest above.",
)
command.params = [_LIBRARY if "--library" in each.opts else each for each in command.params]


def _preview(app: App, refs: tuple[str, ...], blog: str, port: int | None) -> None:
    with app.library() as library, Server(port) as server:
        names = read_refs(refs) if refs else ()
        names = tuple(chosen(lambda ref: library.resolve([ref])[0], name) for name in names)
        preview = library.preview(names, blog=blog)
        watch = Watch(preview.places)
        report = preview.update()
        app.clear_progress()
        server.show(_site(report))
        server.start()
        click.echo(safe(server.url(report.home)))
        told = _tell(app, report, frozenset())
        app.notice(f"{_counted(report.posts, 'post')}; Ctrl-C ends the preview")
        try:
            while True:
                watch.wait()
                told = _update(app, preview, server, told)
        except KeyboardInterrupt:
            app.notice("the preview has ended")


def _update(
    app: App, preview: Preview, server: Server, told: frozenset[Problem]
) -> frozenset[Problem]:
    """Show what has changed; where that cannot be, say why and go on with what there is."""
    try:
        report = preview.update()
    except PapernotesError as error:
        fault = f"{error}; {error.hint}" if error.hint else str(error)
        server.tell(safe(fault))
        app.warn(f"{fault}; pages are as they were before")
        return told
    server.show(_site(report))
    if report.changed:
        app.notice(f"{_counted(len(report.changed), 'file')} changed")
    return _tell(app, report, told)


def _tell(app: App, report: PreviewReport, told: frozenset[Problem]) -> frozenset[Problem]:
    """Say what is new to be said."""
    for problem in report.problems:
        if problem not in told:
            app.notice(problem_line(problem))
    return frozenset(report.problems)


def _site(report: PreviewReport) -> Site:
    return Site(report.files, report.base_url, report.moved, report.unpublished)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
