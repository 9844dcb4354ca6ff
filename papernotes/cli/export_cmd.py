"""``papernotes export``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.hooks import after_export
from papernotes.cli.marks import read_refs
from papernotes.cli.output import is_terminal, json_option, plain, print_json, problem_line
from papernotes.cli.params import FOLDER, REF, TEXT
from papernotes.cli.text import fit_end, one_line, safe, width
from papernotes.reports.writing import TARGETS

if TYPE_CHECKING:
    from papernotes.reports.writing import ExportReport

CONFLICT = 4
STATUS = "status"
_MARKS = {"new": "+", "changed": "~", "removed": "-", "blocked": "!"}
_COLOURS = {"new": "green", "changed": "yellow", "removed": "red", "blocked": "red"}
_DIFF_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command("export")
@click.argument("where", nargs=-1, metavar="[BLOG | DIR] [REF...]", type=click.UNPROCESSED)
@click.option("--to", type=click.Choice(TARGETS), help="What kind of blog it is.")
@click.option(
    "--query", default="", type=TEXT, help="Only published notes that match, e.g. tag:rl."
)
@click.option("--theme", default="", type=TEXT, help="The blog's theme, where its kind has some.")
@click.option(
    "--style",
    type=click.Choice(["author-year", "numeric"]),
    help="The style of citations.",
)
@click.option(
    "--csl",
    type=click.Path(exists=True, dir_okay=False),
    help="A CSL file with the style of citations; needs pandoc.",
)
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@click.option("--diff", is_flag=True, help="Show how files would change; change nothing.")
@click.option(
    "--verify", is_flag=True, help="Read all posts back; withhold those that lost something."
)
@click.option(
    "--build",
    is_flag=True,
    help="Build the blog aside with its own program first; write nothing if pages differ.",
)
@click.option(
    "--force", is_flag=True, help="Take over posts that were edited by hand, and say which."
)
@json_option
@common_options
@pass_app
def command(
    app: App,
    where: tuple[str, ...],
    to: str | None,
    query: str,
    theme: str,
    style: str | None,
    csl: str | None,
    dry_run: bool,
    diff: bool,
    verify: bool,
    build: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Turn published notes into posts of your blog.

    BLOG is the name of one in your settings, such as blog for [export.blog], which may be left
    out where there is only one; DIR is the folder of a blog. Notes marked publish: true go there,
    or just the REFs you name; posts of notes that are no longer published are removed. Files that
    papernotes did not write, or that were edited since, are never touched. A REF of - reads refs
    from standard input, one a line.

    papernotes export status says how it stands with each post; a folder of that name is ./status.
    """
    is_status = where[:1] == (STATUS,)
    place, *rest = where[1:] or ("",) if is_status else where or ("",)
    place = FOLDER.convert(place, None, None) if place or where[:1] == ("",) else ""
    refs = tuple(REF.convert(ref, None, None) for ref in rest)
    named = read_refs(refs) if refs else ()
    with app.library() as library:
        report = library.export(
            place,
            to=to or "",
            query=query,
            refs=named,
            theme=theme,
            style=style or "",
            csl=csl or "",
            is_dry_run=dry_run or diff or is_status,
            is_forced=force,
            has_diffs=diff,
            has_advice=is_status,
            is_verified=verify,
            is_built=build,
        )
    if as_json:
        data = plain(report)
        del data["problems"]
        print_json("export", data, report.problems)
    elif is_status:
        _print_status(app, report)
    else:
        _print(app, report)
    if not report.is_sound:
        app.warn("the built pages do not say what the posts say; nothing was written")
        return 1
    hooked = after_export(app, library, report)
    return _status(report) or hooked


def _status(report: ExportReport) -> int:
    blocked = [file for file in report.files if file.outcome == "blocked"]
    if not blocked:
        return int(any(problem.code == "publish" for problem in report.problems))
    return CONFLICT if len(blocked) == len(report.files) else 1


def _print(app: App, report: ExportReport) -> None:
    for file in report.files:
        if file.message:
            app.warn(f"{report.directory}/{file.path}: {file.message}")
        if file.outcome in _MARKS and not app.is_quiet:
            click.secho(one_line(f"{_MARKS[file.outcome]} {file.path}"), fg=_colour(file.outcome))
        for line in file.diff.splitlines():
            click.secho(safe(line), fg=_DIFF_COLOURS.get(line[:1]) if is_terminal() else None)
    for problem in report.problems:
        app.notice(problem_line(problem))
    if report.built_by:
        compared = ", ".join(f"{number:,} {what}" for what, number in report.compared.items())
        app.notice(f"built by {report.built_by}; compared: {compared}")
    counts = Counter(file.outcome for file in report.files)
    what = ", ".join(f"{counts[name]} {name}" for name in (*_MARKS, "unchanged") if counts[name])
    verb = "would be " if report.is_dry_run else ""
    if not what:
        app.notice("no note is marked publish: true; mark one, or name it: export BLOG REF")
    click.echo(safe(f"{report.directory}: {verb}{what or 'nothing to export'}"))


def _print_status(app: App, report: ExportReport) -> None:
    """Print a line for each post: aligned for people, fields apart by tabs for a pipe."""
    refs = max((width(post.ref) for post in report.posts), default=0)
    urls = max((width(post.url) for post in report.posts), default=0)
    for post in report.posts:
        why = "; ".join(post.why)
        if not is_terminal():
            click.echo("\t".join(map(one_line, (post.outcome, post.ref, post.url, why))))
            continue
        outcome = click.style(f"{post.outcome:<9}", fg=_colour(post.outcome))
        line = f"{fit_end(one_line(post.ref), refs)}  {fit_end(one_line(post.url), urls)}"
        click.echo(f"{outcome}  {line}  {one_line(why)}".rstrip())
    for problem in report.problems:
        app.notice(problem_line(problem))
    counts = Counter(post.outcome for post in report.posts)
    what = ", ".join(f"{counts[name]} {name}" for name in (*_MARKS, "unchanged") if counts[name])
    app.notice(f"{report.directory}: {what or 'no posts'}")


def _colour(outcome: str) -> str | None:
    return _COLOURS.get(outcome) if is_terminal() else None
