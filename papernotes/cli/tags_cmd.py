"""``papernotes tags``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.formats import LineMaker, check_beside, format_option, print_lines
from papernotes.cli.output import is_terminal, json_option, plain, print_json, print_problems
from papernotes.cli.params import TEXT
from papernotes.cli.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.reports.connecting import TagCount


@click.command("tags")
@click.argument("beginning", required=False, default="", metavar="[BEGINNING]", type=TEXT)
@click.option(
    "--rename",
    "names",
    nargs=2,
    type=TEXT,
    metavar="OLD NEW",
    help="Give a tag another name everywhere, and those below it.",
)
@click.option("-y", "--yes", is_flag=True, help="With --rename: do not ask.")
@click.option("--dry-run", is_flag=True, help="With --rename: show where; change nothing.")
@format_option("tags")
@json_option
@common_options
@pass_app
@click.pass_context
def command(
    context: click.Context,
    app: App,
    beginning: str,
    names: tuple[str, str] | None,
    yes: bool,
    dry_run: bool,
    line_of: LineMaker | None,
    as_json: bool,
) -> int:
    """List tags, those that most notes have first.

    Of each: how many notes have it, and how many have it or a tag below it (nlp/mt is below nlp).
    tags --rename OLD NEW does what rename '#OLD' '#NEW' does.
    """
    if line_of is not None:
        check_beside("--format", {"--json": as_json, "--rename": names})
    if names is not None:
        return _rename(context, beginning, names, yes=yes, dry_run=dry_run, as_json=as_json)
    if yes or dry_run:
        raise click.UsageError(f"{'--yes' if yes else '--dry-run'} goes with --rename")
    with app.library() as library:
        found = library.tags(beginning)
    if as_json:
        print_json("tags", {"tags": [plain(each) for each in found.tags]}, found.problems)
        return 0
    with app.paged():
        if line_of is not None:
            print_lines(line_of, found.tags)
        for line in _lines(found.tags) if line_of is None else ():
            click.echo(line)
        print_problems(app, found.problems)
    if not found.tags:
        app.notice(f"no tag begins with {beginning}" if beginning else "no tags yet")
    return 0


def _lines(tags: Sequence[TagCount]) -> Iterator[str]:
    digits = len(str(max((each.total for each in tags), default=0)))
    for each in tags:
        tag = one_line(each.tag)
        if not is_terminal():
            yield f"{tag}\t{each.count}\t{each.total}"
            continue
        own = "" if each.count == each.total else click.style(f"  {each.count} by itself", dim=True)
        yield f"{each.total:>{digits}}  #{click.style(tag, bold=True)}{own}"


def _rename(context: click.Context, beginning: str, names: tuple[str, str], **options: bool) -> int:
    from papernotes.cli.rename_cmd import command as rename  # noqa: PLC0415 - --rename only

    if beginning:
        raise click.UsageError("--rename takes OLD and NEW, and no BEGINNING")
    words = tuple(f"#{name.removeprefix('#')}" for name in names)
    status: int = context.invoke(rename, words=words, is_all=False, template=None, **options)
    return status
