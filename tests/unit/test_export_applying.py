"""Doing what a plan says: one file that cannot be written costs itself only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.export.blog.applying import apply
from papernotes.export.blog.changes import Action
from papernotes.export.blog.ledger import LEDGER_NAME, Ledger
from papernotes.export.blog.manifest import Plan

if TYPE_CHECKING:
    from papernotes.reports.writing import ExportReport

PATHS = ("a/one.md", "b/two.md", "c/d/three.md")


def made(blog: Path) -> Plan:
    actions = tuple(
        Action(path, "new", "", data=path.encode(), wanted=f"digest of {path}") for path in PATHS
    )
    shared = {path: f"digest of {path}" for path in PATHS}
    return Plan("html", blog, actions, Ledger("html"), Ledger("html", shared=shared))


def outcomes(report: ExportReport) -> dict[str, str]:
    return {file.path: file.outcome for file in report.files}


def files_of(blog: Path) -> dict[str, bytes]:
    found = (path for path in blog.rglob("*") if path.is_file())
    return {str(path.relative_to(blog)): path.read_bytes() for path in found}


@pytest.mark.parametrize("doing", ["writing", "flushing to the disk"])
def test_a_file_that_appears_meanwhile_stays_and_the_others_are_written(
    tmp_path: Path, doing: str
) -> None:
    def tell(at: str, number: int, _of: int) -> None:
        if (at, number) == (doing, 1):
            (tmp_path / "b").mkdir(exist_ok=True)
            (tmp_path / "b/two.md").write_bytes(b"theirs")

    report = apply(made(tmp_path), tell)
    assert outcomes(report) == {PATHS[0]: "new", PATHS[1]: "blocked", PATHS[2]: "new"}
    found = files_of(tmp_path)
    ledger = found.pop(LEDGER_NAME)
    assert found == {PATHS[0]: b"a/one.md", PATHS[1]: b"theirs", PATHS[2]: b"c/d/three.md"}
    assert b"two.md" not in ledger


def test_no_folder_is_flushed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    really = os.open

    def noted(path: str, flags: int, *rest: int) -> int:
        opened.append(str(path))
        return really(path, flags, *rest)

    monkeypatch.setattr(os, "open", noted)
    apply(made(tmp_path))
    folders = [path for path in opened if Path(path).is_dir() and path != str(tmp_path)]
    assert sorted(folders) == [str(tmp_path / name) for name in ("a", "b", "c", "c/d")]


def test_what_is_interrupted_leaves_no_file_of_ours(tmp_path: Path) -> None:
    def tell(at: str, number: int, _of: int) -> None:
        if (at, number) == ("flushing to the disk", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(made(tmp_path), tell)
    assert files_of(tmp_path).keys() == {LEDGER_NAME}
