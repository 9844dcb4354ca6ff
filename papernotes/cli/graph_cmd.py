"""``papernotes graph``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from papernotes.cli.choice import chosen
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import is_terminal, json_option, print_json, print_problems
from papernotes.cli.params import REF, TEXT
from papernotes.cli.querying import QueryCommand, in_short
from papernotes.cli.text import safe

if TYPE_CHECKING:
    from papernotes.reports.surveying import GraphReport

STANDARD = "-"


@click.command("graph", cls=QueryCommand)
@click.argument("query", nargs=-1, type=TEXT)
@click.option("-o", "--output", metavar="FILE", help="Write to a file: .html, .svg, .dot, .json.")
@click.option(
    "--to",
    type=click.Choice(["html", "svg", "dot", "json"]),
    help="The form.  [default: by the name of FILE, or html]",
)
@click.option("--around", metavar="REF", type=REF, help="Only what is near this paper or note.")
@click.option(
    "--depth",
    type=click.IntRange(0, 99),
    default=2,
    show_default=True,
    help="How many links away from it.",
)
@click.option("--orphans", is_flag=True, help="Also what has no link at all.")
@click.option(
    "--published", is_flag=True, help="Only published notes and their papers; nothing private."
)
@click.option(
    "--color-by",
    "by",
    type=click.Choice(["kind", "status", "category"]),
    default="kind",
    show_default=True,
    help="What the colours say.",
)
@click.option("--force", is_flag=True, help="Replace a FILE that is no such picture.")
@json_option
@common_options
@pass_app
@click.pass_context
def command(
    context: click.Context,
    app: App,
    query: tuple[str, ...],
    output: str | None,
    to: str | None,
    around: str | None,
    depth: int,
    orphans: bool,
    published: bool,
    by: str,
    force: bool,
    as_json: bool,
) -> None:
    """Draw papers and notes, and the links between them.

    The page works without a network and shows private notes too, unless --published is given.
    QUERY is the same as for list. Without FILE, or with -, the picture goes to standard output.
    """
    if output == "":
        raise click.UsageError("a FILE needs a name")
    if around == "":
        raise click.UsageError("--around needs a REF")
    given = context.get_parameter_source
    if around is None and given("depth") is not click.core.ParameterSource.DEFAULT:
        raise click.UsageError("--depth goes with --around")
    path = None if output == STANDARD else output
    form = to or ("" if as_json or path else "html")
    if path is None and form in ("html", "svg") and output is None and is_terminal():
        raise click.UsageError("a picture needs a file, as in: -o graph.html; - prints it")

    def draw(ref: str) -> GraphReport:
        return library.graph(
            " ".join(query),
            around=ref or None,
            depth=depth,
            has_alone=orphans,
            is_published=published,
            to=form,
            by=by,
            output=path,
            is_forced=force,
        )

    with app.library() as library:
        report = draw("") if around is None else chosen(draw, around)
    if as_json:
        _print_json(report)
        return
    if path is None:
        click.echo(report.text, nl=False)
    _tell(app, report, " ".join(query))


def _print_json(report: GraphReport) -> None:
    from papernotes.graph.nodelink import node_link  # noqa: PLC0415 - --json only

    data = node_link(report.graph)
    if report.outcome:
        data |= {"path": report.path, "outcome": report.outcome}
    print_json("graph", data, report.problems)


def _tell(app: App, report: GraphReport, text: str) -> None:
    """Say what is in the picture, and what is not."""
    graph = report.graph
    counts = f"{len(graph.nodes)} papers and notes, {len(graph.edges)} links"
    if report.outcome:
        click.echo(f"{safe(report.path)}: {report.outcome}, {counts}")
    print_problems(app, report.problems)
    if graph.alone:
        app.notice(f"{graph.alone} without a link left out; --orphans shows them")
    elif not graph.nodes:
        app.notice(f"nothing matches {in_short(text)}" if text.strip() else "nothing here yet")
