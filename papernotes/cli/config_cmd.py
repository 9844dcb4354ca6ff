"""``papernotes config``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.output import json_option, print_json
from papernotes.cli.text import safe
from papernotes.config import BLOG_SETTINGS, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.config import Config


@click.command("config")
@click.option(
    "--datasette",
    "is_for_datasette",
    is_flag=True,
    help="Print what Datasette should know of the store instead; docs/other-tools.md shows how.",
)
@json_option
@common_options
@pass_app
def command(app: App, is_for_datasette: bool, as_json: bool) -> None:
    """Show every setting, its value and where it comes from."""
    if is_for_datasette:
        from papernotes.store.datasette import read_metadata  # noqa: PLC0415 - a seam

        click.echo(read_metadata(), nl=False)
        return
    config = app.config()
    if as_json:
        data = {
            name: {"value": config[name], "origin": config.origins[name]} for name in config.values
        }
        print_json("config", data)
        return
    with app.paged():
        for line in _lines(config):
            click.echo(safe(line))


def _lines(config: Config) -> Iterator[str]:
    for setting in SETTINGS:
        yield f"# {setting.help} ({setting.variable})"
        value = json.dumps(config[setting.name], ensure_ascii=False)
        yield f"{setting.name} = {value}  # {config.origins[setting.name]}"
    for blog in config.blogs:
        for setting in BLOG_SETTINGS:
            name = f"export.{blog}.{setting.name}"
            if name in config.values:
                yield f"# {setting.help}"
                value = json.dumps(config[name], ensure_ascii=False)
                yield f"{name} = {value}  # {config.origins[name]}"
