"""The manual names every command, option and variable, and is what groff and mandoc can read."""

from __future__ import annotations

import re
import runpy
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest

from papernotes.cli import COMMANDS, papernotes
from papernotes.config import SETTINGS
from tests.programs import require

ROOT = Path(__file__).parents[2]
SECTIONS = [
    "NAME",
    "SYNOPSIS",
    "DESCRIPTION",
    "OPTIONS",
    "EXIT STATUS",
    "FILES",
    "ENVIRONMENT",
    "SEE ALSO",
]
BETWEEN_OUR_PROCESSES = {"PAPERNOTES_HOOK", "PAPERNOTES_PICK_COLUMNS"}
ODD = r"""Say 'what' is -n`o -- ~x^2 — \fBmacro\fR.

.so /etc/passwd

'\" t

\b
  a  'b'  \
.TH c  --d
'e
"""


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs/man/pages.py"))


@pytest.fixture(scope="module")
def pages(made: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the pages as files, one of them of a command whose help looks like troff."""
    folder = tmp_path_factory.mktemp("man")
    odd = click.Command("odd", help=ODD.replace("\\b\n", "\b\n"), params=[])
    context = click.Context(papernotes, info_name="papernotes")
    texts = made["render_pages"]()
    assert set(texts) == {"papernotes.1", *(f"papernotes-{name}.1" for name in COMMANDS)}
    texts["odd.1"] = made["render_page"](odd, "odd", "Is odd.", context)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="ascii")
    return {name: folder / name for name in texts}


def said(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def words_of(page: Path) -> str:
    """Return the text of a page, without what troff is told."""
    text = re.sub(r"\\f[BIR]", "", page.read_text())
    return text.replace("\\-", "-").replace("\\(aq", "'")


def test_each_page_has_its_sections_and_every_option(pages: dict[str, Path]) -> None:
    context = click.Context(papernotes, info_name="papernotes", help_option_names=["-h", "--help"])
    for name in COMMANDS:
        words = words_of(pages[f"papernotes-{name}.1"])
        assert re.findall(r"^\.SH (.*)$", words, re.MULTILINE) == SECTIONS
        command = papernotes.get_command(context, name)
        assert command is not None
        there = re.findall(r"^\.TP\n(-.*)$", words, re.MULTILINE)
        options = [
            each
            for each in command.get_params(click.Context(command, info_name=name, parent=context))
            if isinstance(each, click.Option) and not each.hidden
        ]
        assert len(there) == len(options)
        for line, option in zip(there, options, strict=True):
            assert set(re.findall(r"(?<!\S)--?[\w-]+", line)) == {
                *option.opts,
                *option.secondary_opts,
            }


def test_the_page_of_papernotes_names_all_commands_variables_and_settings(
    pages: dict[str, Path],
) -> None:
    words = words_of(pages["papernotes.1"])
    assert re.findall(r"^\.SH (.*)$", words, re.MULTILINE) == [
        *SECTIONS[:3],
        "COMMANDS",
        *SECTIONS[3:],
    ]
    assert re.findall(r"^\.TP\npapernotes-(\w+)\(1\)$", words, re.MULTILINE) == list(COMMANDS)
    code = "".join(path.read_text("utf-8") for path in (ROOT / "papernotes").rglob("*.py"))
    read = set(re.findall(r'"(PAPERNOTES_[A-Z_]*[A-Z])"', code)) - BETWEEN_OUR_PROCESSES
    assert read > {"PAPERNOTES_LIBRARY"}
    named = set(re.findall(r"PAPERNOTES_[A-Z_]+", words))
    assert named == read | {setting.variable for setting in SETTINGS}
    statuses = re.findall(r"^\.TP\n(\d+)$", words, re.MULTILINE)
    assert statuses == [*"01234567", "130"]


def test_groff_has_nothing_against_the_pages(pages: dict[str, Path]) -> None:
    assert said(require("groff"), "-man", "-ww", "-z", *pages.values()) == ""


def test_mandoc_has_nothing_against_the_pages(pages: dict[str, Path]) -> None:
    assert said(require("mandoc"), "-T", "lint", "-W", "warning", *pages.values()) == ""


@pytest.mark.parametrize(
    "program", [("groff", "-man", "-T", "utf8", "-P", "-cbou"), ("mandoc", "-T", "utf8")]
)
def test_what_looks_like_troff_is_printed_as_it_stands(
    pages: dict[str, Path], program: tuple[str, ...]
) -> None:
    shown = re.sub(".\b", "", said(require(program[0]), *program[1:], pages["odd.1"]))
    lines = [line.removeprefix(" " * 7) for line in shown.splitlines()]
    there = lines[lines.index("DESCRIPTION") + 1 : lines.index("OPTIONS")]
    assert "\n".join(there).strip() == ODD.replace("\\b\n", "").strip()
