"""``papernotes pdf``."""

from __future__ import annotations

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.marks import query_option, refs_meant
from papernotes.cli.outcomes import tell_missing_pdfs, tell_pdf, worst_status
from papernotes.cli.output import json_option, plain, print_json
from papernotes.cli.params import REF


@click.command("pdf")
@click.argument("refs", nargs=-1, metavar="REF...", type=REF)
@query_option
@click.option(
    "--annotations", is_flag=True, help="Put highlights and comments into the notes, each once."
)
@click.option("--dry-run", is_flag=True, help="Say what would be fetched; write nothing.")
@json_option
@common_options
@pass_app
def command(
    app: App,
    refs: tuple[str, ...],
    query: str | None,
    annotations: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Fetch PDFs; take highlights and comments into notes.

    REF is a citation key or its beginning, words of a title, or an arXiv id; an id with a
    version (1706.03762v1) asks for that version. The paths are printed, one a line. What a PDF
    says can be searched from then on, with pdf: alone or with everything else. A REF of - reads
    refs from standard input, one a line.
    """
    with app.library() as library:
        report = library.pdf(
            refs_meant(library, refs, query, only="has:arxiv OR has:pdf"),
            with_annotations=annotations,
            is_dry_run=dry_run,
            tell=lambda each: tell_pdf(app, each, as_json=as_json, is_dry_run=dry_run),
        )
    if as_json:
        data = {"results": [plain(each) for each in report.results], "dry_run": dry_run}
        print_json("pdf", data, report.problems)
    tell_missing_pdfs(app, report.results)
    return worst_status(report.results)
