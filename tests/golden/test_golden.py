"""A library with every construct → the exported tree, byte for byte.

``PAPERNOTES_UPDATE_GOLDEN=1 pytest tests/golden`` writes what is exported now; read the diff.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from papernotes.export import apply, find_target, plan, publishable
from papernotes.export.blog.ledger import LEDGER_NAME
from papernotes.reports.writing import TARGETS
from tests.exporting import SETTINGS, make_note, make_source

HERE = Path(__file__).parent
LIBRARY = HERE / "fastpages/library"


def export(target: str, blog: Path) -> list[str]:
    """Export the golden library to ``blog``; return the problems as lines."""
    paths = sorted((LIBRARY / "notes").rglob("*.md"))
    notes = [
        make_note(path.relative_to(LIBRARY).as_posix(), path.read_text("utf-8")) for path in paths
    ]
    chosen = [note for note in notes if publishable(note, target)[0]]
    source = make_source(LIBRARY, chosen, others=[note for note in notes if note not in chosen])
    folder = blog / find_target(target).folder
    report = apply(plan(source, target=target, directory=folder, settings=SETTINGS))
    return [f"{one.path}:{one.line}: {one.code}: {one.message}" for one in report.problems]


def read_tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_export_is_byte_for_byte(target: str, tmp_path: Path) -> None:
    problems = export(target, tmp_path)
    (tmp_path / "problems.txt").write_text("\n".join(problems) + "\n", "utf-8")
    (tmp_path / LEDGER_NAME).unlink()  # made of digests; tests of its own read it
    shutil.rmtree(tmp_path / "assets", ignore_errors=True)  # html: they lie in the package
    expected = HERE / target / "expected"
    if os.environ.get("PAPERNOTES_UPDATE_GOLDEN"):
        shutil.rmtree(expected, ignore_errors=True)
        shutil.copytree(tmp_path, expected)
    found, wanted = read_tree(tmp_path), read_tree(expected)
    assert sorted(found) == sorted(wanted)
    for path, data in wanted.items():
        assert found[path] == data, path


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_no_planted_secret_is_in_the_tree(target: str, tmp_path: Path) -> None:
    export(target, tmp_path)
    for path, data in read_tree(tmp_path).items():
        assert b"planted" not in data.lower(), path
        assert "secret-plan" not in path
