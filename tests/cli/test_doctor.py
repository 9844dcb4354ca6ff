"""``papernotes doctor`` as a process: what it prints where, and its exit status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.factories import write

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

TEXT = "---\narxiv: 2301.00010\n---\n\n#fff [[gone]] and $5 for 10$\n"


def test_each_finding_is_a_line_and_the_status_counts_what_is_wrong(library: Shell) -> None:
    clean = library("doctor")
    assert (clean.status, clean.out) == (0, "")
    assert clean.err == "papernotes: 0 papers, 0 notes: nothing wrong\n"
    write(library.folder, "notes/hint.md", "#fff\n")
    hinted = library("doctor", "-q")
    assert (hinted.status, hinted.err) == (0, "")
    assert hinted.out.startswith("notes/hint.md:1: #fff is a tag")
    assert hinted.out.endswith("[unlikely-tag, hint]\n")
    write(library.folder, "notes/a.md", TEXT)
    found = library("doctor", "-v")
    assert found.status == 1
    codes = [line.rpartition("[")[2].rstrip("]") for line in found.out.splitlines()]
    hint = "unlikely-tag, hint"
    assert codes == ["unquoted-id", "dangling-link", "money-as-math", hint, hint]
    assert "whoosh3 " in found.err
    assert "3 problems and 2 hints; 2 can be put right: papernotes doctor --fix" in found.err


def test_json_has_findings_fixes_and_the_problems_of_the_envelope(library: Shell) -> None:
    write(library.folder, "notes/a.md", TEXT)
    ended = library("doctor", "--fix", "--dry-run", "--json", "-q")
    assert ended.status == 1
    envelope = json.loads(ended.out)
    assert [each["code"] for each in envelope["problems"]] == [
        "unquoted-id",
        "dangling-link",
        "money-as-math",
    ]
    data = envelope["data"]
    assert [each["can_be_fixed"] for each in data["findings"]] == [True, False, True, False]
    assert data["fixes"][0] == {
        "path": "notes/a.md",
        "line": 2,
        "before": "arxiv: 2301.00010",
        "after": 'arxiv: "2301.00010"',
    }
    assert data["dry_run"] is True
    assert (library.folder / "notes/a.md").read_text() == TEXT


def test_fix_asks_nobody_in_a_pipe_and_says_what_it_changes(library: Shell) -> None:
    write(library.folder, "notes/a.md", TEXT)
    unasked = library("doctor", "--fix")
    assert (unasked.status, unasked.out) == (2, "")
    assert "--yes" in unasked.err
    assert library("doctor", "--yes").status == 2
    planned = library("doctor", "--fix", "--dry-run")
    assert (library.folder / "notes/a.md").read_text() == TEXT
    done = library("doctor", "--fix", "-y")
    assert done.status == 1
    assert done.out.startswith("notes/a.md:5: [[gone]]")
    diff = 'notes/a.md:2\n  - arxiv: 2301.00010\n  + arxiv: "2301.00010"\n'
    assert diff in planned.err
    assert diff in done.err
    write(library.folder, "notes/gone.md", "# Gone\n")
    assert library("doctor", "--fix", "-y").status == 0


def test_nothing_foreign_commands_the_terminal(library: Shell) -> None:
    write(library.folder, "notes/a\x1b[2J.md", "[[x\x1b[31m\ty]] $5 for\x1b]0;x\x07 10$\n")
    ended = library("doctor", "--fix", "--dry-run")
    assert ended.status == 1
    assert "\x1b" not in ended.out + ended.err
