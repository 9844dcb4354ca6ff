"""``papernotes sync``."""

from __future__ import annotations

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import json_option, plain, print_json, problem_line


@click.command("sync")
@click.option("--rebuild", is_flag=True, help="Make index/ anew; the old one answers meanwhile.")
@click.option("--force", is_flag=True, help="Believe it when most files have vanished.")
@json_option
@common_options
@pass_app
def command(app: App, rebuild: bool, force: bool, as_json: bool) -> int:
    """Bring store and index up to date with the files.

    Other commands do this by themselves; this one names every problem in your files, as
    file:line, and exits with 1 when there is one.
    """
    with app.library() as library:
        report = library.sync(rebuild=rebuild, force=force)
    if as_json:
        data = plain(report)
        del data["problems"]
        print_json("sync", data, report.problems)
    else:
        for problem in report.problems:
            if problem.code != "vanished" or app.is_verbose:  # said once for all by the library
                click.echo(problem_line(problem), err=True)
        if report.held_back and app.is_quiet:
            app.warn(f"{len(report.held_back)} files have vanished; confirm with sync --force")
        changes = [
            f"{len(paths)} {word}"
            for word, paths in (
                ("new", report.added),
                ("changed", report.changed),
                ("gone", report.removed),
            )
            if paths
        ]
        what = ", ".join(changes) or "nothing changed"
        click.echo(f"{report.papers} papers, {report.notes} notes: {what}")
    return 1 if report.problems or report.held_back else 0
