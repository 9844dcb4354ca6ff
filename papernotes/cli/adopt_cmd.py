"""``papernotes adopt``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import json_option, plain, print_json, problem_line
from papernotes.cli.params import FOLDER
from papernotes.cli.text import one_line, safe

if TYPE_CHECKING:
    from papernotes.reports.adopting import AdoptReport

_PART_FAILED = 1
_WORDS = {"new": "adopted", "draft": "adopted as a draft", "known": "a note already"}


@click.command("adopt")
@click.argument("directory", metavar="BLOG", type=FOLDER)
@click.option("--dry-run", is_flag=True, help="Say what would become of each post; write nothing.")
@json_option
@common_options
@pass_app
def command(app: App, directory: str, dry_run: bool, as_json: bool) -> int:
    """Make notes of the posts of a blog that is there.

    BLOG is a blog of fastpages, Jekyll or Hugo, or its folder of posts. Each post becomes a note
    with publish: true that keeps its address, date, categories, tags and images; other front
    matter stands under blog: and goes back into the post. What only the blog's program understands
    is written as notes write it, as far as it has a meaning there; the rest stays, and is named.
    Nothing in the blog is changed, and a second run adopts only what is new.
    """
    with app.library() as library:
        report = library.adopt(directory, is_dry_run=dry_run)
    app.clear_progress()
    if as_json:
        data = plain(report)
        del data["problems"]
        print_json("adopt", data, report.problems)
    else:
        _print(app, report)
    return _PART_FAILED if report.problems else 0


def _print(app: App, report: AdoptReport) -> None:
    for post in report.posts:
        click.echo("\t".join(map(one_line, (post.outcome, post.ref, post.url, post.path))))
        for notice in post.notices:
            app.notice(notice)
    for problem in report.problems:
        app.warn(problem_line(problem))
    counts = Counter(post.outcome for post in report.posts)
    said = [f"{counts[name]} {words}" for name, words in _WORDS.items() if counts[name]]
    would = "would be " if report.is_dry_run else ""
    app.notice(f"{report.directory}: {would}{', '.join(said) or 'there is no post'}")
    if counts["new"] and not report.is_dry_run:
        app.notice(
            safe(
                f"to see what an export changes: papernotes export {report.directory} "
                f"--to {report.kind} --dry-run"
            )
        )
