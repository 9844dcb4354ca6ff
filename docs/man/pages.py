"""Makes the manual, papernotes(1) and a page for each command, from the command line itself.

Usage: python docs/man/pages.py FOLDER    (`make man` writes it to dist/man; a wheel has it too)

The pages keep to the macros of man(7) that groff and mandoc share, and to ASCII.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # this checkout, also where a wheel is being built from it

from papernotes import __version__  # noqa: E402 - from the checkout
from papernotes.cli import COMMANDS, papernotes  # noqa: E402 - same
from papernotes.config import SETTINGS  # noqa: E402 - same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ABOUT = "research notes in plain text"
LOOP = """\
Papers from arXiv and .bib files become BibTeX entries and Markdown notes; these files are
the library, and all that anybody would miss. An index beside them answers searches,
published notes become posts of a blog.

Every command looks for the library by itself: --library, else $PAPERNOTES_LIBRARY, else the
nearest folder at or above the current one that holds papernotes.toml. What was asked for goes
to standard output, one record a line in a pipe, everything else to standard error."""
FILES = {
    "papernotes.toml": "The root of a library, and its settings, all optional.",
    "notes/": "Notes in Markdown: KEY.md is about the paper of that citation key.",
    "bib/": "BibTeX: one file for each added paper; any other .bib file here is read too.",
    "pdf/": "PDFs: KEY-vN.pdf, and your own.",
    "templates/": "What new notes begin with, KIND.md, and pages of the html target; optional.",
    ".trash/": "What was removed; papernotes restore brings it back.",
    ".exportignore": "Patterns of notes and images that never leave; optional.",
    "index/": "Computed from the other files; may be deleted at any time.",
    "~/.config/papernotes/config.toml": "Settings for all libraries, below $XDG_CONFIG_HOME.",
    "~/.local/state/papernotes/": "Answers of arXiv and when it was last asked, below "
    "$XDG_STATE_HOME.",
}
VARIABLES = {
    "PAPERNOTES_LIBRARY": "The folder of the library, as --library.",
    "PAPERNOTES_STATE_DIR": "What stands in for ~/.local/state/papernotes.",
    "PAPERNOTES_PAGER, PAGER": "The program that shows what is longer than the terminal; else "
    "less. cat or nothing for none.",
    "VISUAL, EDITOR": "The editor that notes are opened in.",
    "PAPERNOTES_OPENER": "The program that PDFs and pages are opened with.",
    "PAPERNOTES_PICKER": "The program that search --pick picks with, such as fzf.",
    "PAPERNOTES_HYPERLINKS, FORCE_HYPERLINK": "Links in the terminal: always or never; 1 or 0.",
    "NO_COLOR, CLICOLOR, CLICOLOR_FORCE, FORCE_COLOR": "No colours if NO_COLOR is set or CLICOLOR "
    "is 0; colours in a pipe too if one of the others is set.",
}
"""What is read besides the settings; a test compares this with the code."""

_LINE = 72  # characters of a line of the source; troff fills anew
_ESCAPES = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
_SPECIAL = re.compile(r"[\\\-'`^~]|[^\x20-\x7e]")
_SENTENCE = re.compile(r"(?<=[.:;?!]) (?=[A-Z])")
_CAPITALS = re.compile(r"[A-Z][A-Z-]*|[^A-Z]+")


def main() -> None:
    """Write the pages to the folder that is named."""
    (folder,) = map(Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in render_pages().items():
        (folder / name).write_text(text, encoding="ascii")


def render_pages() -> dict[str, str]:
    """Return the pages of all commands, and that of papernotes itself, by the names of files."""
    context = click.Context(papernotes, info_name="papernotes", help_option_names=["-h", "--help"])
    pages = {"papernotes.1": _join(_whole(context))}
    for name, about in COMMANDS.items():
        command = papernotes.get_command(context, name)
        assert command is not None
        pages[f"papernotes-{name}.1"] = render_page(command, name, about, context)
    return pages


def render_page(command: click.Command, name: str, about: str, parent: click.Context) -> str:
    """Return the page of one command."""
    context = click.Context(
        command, info_name=name, parent=parent, help_option_names=["-h", "--help"]
    )
    return _join(_one(context, name, about))


def _one(context: click.Context, name: str, about: str) -> Iterator[str]:
    command = context.command
    text = inspect.cleandoc(command.help or "")
    yield from _head(f"papernotes-{name}", about[:1].lower() + about[1:].rstrip("."))
    yield from _synopsis(f"papernotes {name}", command.collect_usage_pieces(context))
    yield ".SH DESCRIPTION"
    yield from _description(text)
    yield from _options(context)
    yield from _exit_statuses()
    yield ".SH FILES"
    yield from _paragraph("The files of a library are described in papernotes(1).")
    yield ".SH ENVIRONMENT"
    yield from _paragraph("The variables that every command heeds are named in papernotes(1).")
    named = [each for each in COMMANDS if each != name and _speaks_of(text, each)]
    yield from _see_also(["papernotes", *(f"papernotes-{each}" for each in named)])


def _whole(context: click.Context) -> Iterator[str]:
    yield from _head("papernotes", ABOUT)
    yield from _synopsis("papernotes", ("[OPTIONS]", "COMMAND", "[ARGS]..."))
    yield ".SH DESCRIPTION"
    yield from _description(f"{papernotes.help}\n\n{LOOP}")
    yield ".SH COMMANDS"
    yield from _table((f"papernotes-{name}(1)", about) for name, about in COMMANDS.items())
    yield from _options(context)
    yield from _exit_statuses()
    yield ".SH FILES"
    yield from _table(FILES.items())
    yield ".SH ENVIRONMENT"
    yield from _table(VARIABLES.items())
    yield ".PP"
    yield from _paragraph(
        "Each setting has a variable too, which is stronger than papernotes.toml:"
    )
    yield from _table((each.variable, f"{each.name}: {each.help}") for each in SETTINGS)
    yield from _see_also(f"papernotes-{name}" for name in COMMANDS)


def _head(name: str, about: str) -> Iterator[str]:
    yield f'.TH "{escape(name.upper())}" 1 {_day()} "papernotes {__version__}" "papernotes manual"'
    yield from (".nh", ".ad l")  # no word is divided: it may be one to type
    yield ".SH NAME"
    yield f"{escape(name)} \\- {escape(about)}"


def _day() -> str:
    """Return the day of this version; of one that is not released that of the building."""
    changes = ROOT / "CHANGELOG.md"
    if changes.is_file():
        heading = re.search(r"^## (.*)$", changes.read_text(encoding="utf-8"), re.MULTILINE)
        if heading and (day := re.search(r"\d{4}-\d\d-\d\d$", heading[1])):
            return day[0]
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    return (datetime.fromtimestamp(int(seconds), UTC) if seconds else datetime.now(UTC)).strftime(
        "%Y-%m-%d"
    )


def _synopsis(name: str, pieces: Iterable[str]) -> Iterator[str]:
    yield ".SH SYNOPSIS"
    words = "".join(
        _styled(part, "I") if part[0].isupper() else escape(part)
        for part in _CAPITALS.findall(" ".join(pieces))
    )
    yield f"{_styled(name, 'B')} {words}"


def _description(text: str) -> Iterator[str]:
    """Yield the paragraphs of a command's help; those that click does not fill stay so."""
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ".PP"
        if paragraph.startswith("\b\n"):
            yield ".nf"
            yield from (_guarded(escape(line)) for line in paragraph.splitlines()[1:])
            yield ".fi"
        else:
            yield from _paragraph(paragraph)


def _options(context: click.Context) -> Iterator[str]:
    yield ".SH OPTIONS"
    for param in context.command.get_params(context):
        record = param.get_help_record(context) if isinstance(param, click.Option) else None
        if record is not None:
            yield ".TP"
            yield " ".join(map(_option_word, record[0].split(" ")))
            yield from _paragraph(record[1])


def _option_word(word: str) -> str:
    """Return a word of an option's line: names bold, what they take in italics."""
    bare = word.rstrip(",")
    if not bare or bare == "/":
        return escape(word)
    return _styled(bare, "B" if bare.startswith("-") else "I") + escape(word[len(bare) :])


def _exit_statuses() -> Iterator[str]:
    yield ".SH EXIT STATUS"
    told = (papernotes.epilog or "").partition(": ")[2].rstrip(".")
    yield from _table((number, what) for number, _, what in map(_parted, told.split(", ")))


def _parted(text: str) -> tuple[str, str, str]:
    return text.partition(" ")


def _see_also(names: Iterable[str]) -> Iterator[str]:
    yield ".SH SEE ALSO"
    *first, last = (f"{_styled(name, 'B')}(1)" for name in names)
    yield from (f"{each}," for each in first)
    yield last


def _speaks_of(text: str, name: str) -> bool:
    return re.search(rf"\bpapernotes\s+{name}\b", text) is not None


def _table(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, about in rows:
        yield ".TP"
        yield _styled(name, "B")
        yield from _paragraph(about)


def _paragraph(text: str) -> Iterator[str]:
    """Yield lines of the source; a sentence begins one, so that troff knows its end."""
    for sentence in _SENTENCE.split(" ".join(text.split())):
        for line in textwrap.wrap(sentence, _LINE, break_long_words=False, break_on_hyphens=False):
            yield _guarded(escape(line))


def escape(text: str) -> str:
    """Return text such that troff prints it as it stands: signs as signs, in ASCII."""
    return _SPECIAL.sub(lambda sign: _ESCAPES.get(sign[0], f"\\[u{ord(sign[0]):04X}]"), text)


def _guarded(line: str) -> str:
    """Return a line that is no request of troff, which begins with a dot or an apostrophe."""
    return f"\\&{line}" if line.startswith((".", "'")) or not line else line


def _styled(text: str, font: str) -> str:
    return f"\\f{font}{escape(text)}\\fR"


def _join(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
