"""Man pages, made from the commands themselves: ``python -m papernotes.cli.manual DIR``.

One page for papernotes and one for each verb, in the language of man(7), which groff and mandoc
both read.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papernotes import __version__, files
from papernotes.cli import COMMANDS, papernotes

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENVIRONMENT = {
    "PAPERNOTES_LIBRARY": "the library to use, instead of the nearest above",
    "PAPERNOTES_PAGER, PAGER": "the pager for long output; empty or cat for none",
    "PAPERNOTES_HYPERLINKS": "always or never: links on a terminal",
    "PAPERNOTES_PICKER": "a program that lets you pick one of several lines, such as fzf",
    "VISUAL, EDITOR": "the editor for notes",
    "NO_COLOR, CLICOLOR_FORCE": "no colours; colours in a pipe too",
}


def pages(day: str) -> Iterator[tuple[str, str]]:
    """Yield (file name, page) of papernotes and each verb; ``day`` is written below each."""
    context = click.Context(papernotes, info_name="papernotes")
    yield "papernotes.1", "\n".join(_main_lines(day, context))
    for name, line in COMMANDS.items():
        command = papernotes.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        yield f"papernotes-{name}.1", "\n".join(_verb_lines(day, inner, line))


def _main_lines(day: str, context: click.Context) -> Iterator[str]:
    yield from _head("papernotes", day, (papernotes.help or "").rstrip("."))
    yield from (".SH SYNOPSIS", r".B papernotes", "[OPTIONS] COMMAND [ARGS]...")
    yield ".SH COMMANDS"
    for name, line in COMMANDS.items():
        yield from (".TP", rf"\fBpapernotes\-{_escaped(name)}\fR(1)", _line(line))
    yield from _options(context)
    yield ".SH ENVIRONMENT"
    for name, about in _ENVIRONMENT.items():
        yield from (".TP", rf"\fB{_escaped(name)}\fR", _line(f"{about[0].upper()}{about[1:]}."))
    yield from (".SH EXIT STATUS", _line((papernotes.epilog or "").removeprefix("Exit status: ")))
    yield from (".SH SEE ALSO", r"The command \fBpapernotes config\fR lists all settings.", "")


def _verb_lines(day: str, context: click.Context, line: str) -> Iterator[str]:
    name = context.info_name or ""
    yield from _head(f"papernotes-{name}", day, line.rstrip("."))
    pieces = " ".join(context.command.collect_usage_pieces(context))
    yield from (".SH SYNOPSIS", rf".B papernotes {_escaped(name)}", _line(pieces))
    yield ".SH DESCRIPTION"
    yield from _text((context.command.help or "").partition("\f")[0])
    yield from _options(context)
    yield from (".SH SEE ALSO", r"\fBpapernotes\fR(1)", "")


def _head(name: str, day: str, about: str) -> Iterator[str]:
    title = _escaped(name.upper())
    yield f'.TH "{title}" "1" "{day}" "papernotes {_escaped(__version__)}" "papernotes"'
    yield from (".SH NAME", rf"{_escaped(name)} \- {_escaped(about)}")


def _text(text: str) -> Iterator[str]:
    """Yield a help: paragraphs, and what is not to be wrapped, line by line."""
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield ".PP"
        if paragraph.lstrip().startswith("\b"):
            lines = paragraph.strip().removeprefix("\b").strip("\n").split("\n")
            yield from (".nf", *map(_line, lines), ".fi")
        else:
            yield _line(" ".join(paragraph.split()))


def _options(context: click.Context) -> Iterator[str]:
    yield ".SH OPTIONS"
    for param in context.command.get_params(context):
        if isinstance(param, click.Option) and (record := param.get_help_record(context)):
            yield from (".TP", rf"\fB{_escaped(record[0])}\fR", _line(record[1]))


def _escaped(text: str) -> str:
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    return "".join(char if char.isascii() else rf"\[u{ord(char):04X}]" for char in plain)


def _line(text: str) -> str:
    """Return a line of text that is no request, whatever it begins with."""
    shown = _escaped(text.rstrip())
    return rf"\&{shown}" if shown[:1] in {".", "'"} else shown


def main(folder: str) -> None:
    """Write all pages to a folder, as of today or of SOURCE_DATE_EPOCH."""
    seconds = float(os.environ.get("SOURCE_DATE_EPOCH") or time.time())
    day = datetime.fromtimestamp(seconds, UTC).date().isoformat()
    files.make_folder(Path(folder))
    for name, page in pages(day):
        files.write_if_changed(Path(folder) / name, page.encode())


if __name__ == "__main__":
    main(sys.argv[1])
