"""What a command may import: start-up is a feature."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from papernotes.cli import COMMANDS, papernotes

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

HEAVY = {
    "arxiv", "whoosh", "sqlite_utils", "bibtexparser", "jinja2", "yaml", "requests", "lxml",
    "prompt_toolkit",
}  # fmt: skip
WRITING = {
    "subprocess",
    "papernotes.bib",
    "papernotes.index.building",
    "papernotes.notes",
    "papernotes.store.write",
    "papernotes.sync.apply",
}
"""What only a command that changes something needs."""

PROBE = """
import sys
from papernotes.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
finally:
    loaded = {name.partition(".")[0] for name in sys.modules}
    ours = {name for name in sys.modules if name.startswith("papernotes.")}
    print("LOADED", *sorted(loaded | ours), file=sys.stderr)
"""


def loaded(shell: Shell, *args: str) -> set[str]:
    """Return the top modules (and ours in full) that a command has imported when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *args],
        cwd=shell.folder,
        env=shell.environ,
        check=True,
        capture_output=True,
        text=True,
    )
    return set(done.stderr.rpartition("LOADED ")[2].split())


@pytest.mark.parametrize("args", [("--help",), ("--version",), ("-h",)])
def test_help_and_version_import_nothing_heavy(shell: Shell, args: tuple[str, ...]) -> None:
    found = loaded(shell, *args)
    assert not found & HEAVY
    assert "sqlite3" not in found
    assert "papernotes.library" not in found


def test_list_and_a_sync_with_nothing_to_do_import_nothing_heavy(library: Shell) -> None:
    (library.folder / "notes/a.md").write_text("# Apples\n")
    while "nothing changed" not in library("sync").out:
        pass
    assert not loaded(library, "list") & HEAVY
    assert not loaded(library, "next") & HEAVY
    assert not loaded(library, "tags") & HEAVY
    assert not loaded(library, "stats") & HEAVY
    assert not loaded(library, "graph", "--to", "svg", "-o", "-") & HEAVY
    assert not loaded(library, "sync") & HEAVY


def test_a_changed_note_imports_what_reads_notes_alone(library: Shell) -> None:
    note = library.folder / "notes/a.md"
    note.write_text("# Apples\n")
    library("sync")
    note.write_text("# Apples and pears\n")
    found = loaded(library, "sync")
    assert "papernotes.sync.apply" in found
    assert not found & {"sqlite_utils", "bibtexparser", "papernotes.bib"}
    assert "papernotes.notes.templates" not in found


def test_a_bibliography_of_no_document_imports_nothing_that_reads_documents(library: Shell) -> None:
    (library.folder / "bib/a.bib").write_text("@misc{a, title = {A}}")
    library("sync")
    found = loaded(library, "bib", "key:a")
    assert "papernotes.bibliography" in found
    assert not found & {"papernotes.markdown", "papernotes.notes", "yaml", "whoosh"}


def test_search_imports_whoosh_without_its_query_parser(library: Shell) -> None:
    (library.folder / "notes/a.md").write_text("# Apples\n")
    library("search", "apples")
    found = loaded(library, "search", "apples")
    assert found & HEAVY == {"whoosh"}
    assert loaded(library, "related", "a") & HEAVY == {"whoosh"}
    assert not found & WRITING
    assert not loaded(library, "list") & WRITING


def test_an_export_imports_what_its_target_needs(library: Shell) -> None:
    (library.folder / "notes/a.md").write_text("---\npublish: true\n---\n# Apples\n")
    library("export", "blog", "--to", "fastpages")
    found = loaded(library, "export", "blog")
    assert found & HEAVY <= {"yaml", "bibtexparser"}
    assert not found & {"markdown_it", "pygments", "math_core", "nh3"}


def test_the_table_of_commands_says_what_the_commands_say() -> None:
    context = click.Context(papernotes)
    for name, line in COMMANDS.items():
        command = papernotes.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.get_short_help_str(limit=200) == line


def test_every_command_has_help_and_the_common_options(shell: Shell) -> None:
    for name in COMMANDS:
        ended = shell(name, "--help")
        assert ended.status == 0
        for option in ("--library", "--quiet", "--verbose", "--no-color", "--help"):
            assert option in ended.out, (name, option)


def test_the_module_runs_too(shell: Shell) -> None:
    assert shell("--version").out.startswith("papernotes 0.1")
