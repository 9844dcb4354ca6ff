"""Parts that nobody goes on with do not pile up beside the PDFs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from papernotes.arxiv.part import PartFile
from tests.downloading import ADAM, break_off, hidden, make_downloads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from papernotes.arxiv.download import Downloads
    from papernotes.demo.standin import StandIn


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "pdfs" / "adam.pdf"


@pytest.fixture
def make(server: StandIn, tmp_path: Path, clock: Any) -> Callable[..., Downloads]:
    return lambda: make_downloads(tmp_path, clock, server.api_url)


WEEK = 7 * 86_400


def lay_part(folder: Path, name: str, mtime: float) -> Path:
    """Leave behind the part of a file as if it had last grown at ``mtime``."""
    with PartFile(folder / name, "1") as part:
        before = set(hidden(part.target))
        part.restart('"abc"')
        part.write(b"%PDF")
        (path,) = set(hidden(part.target)) - before
    os.utime(path, (mtime, mtime))
    return path


def test_parts_nobody_goes_on_with_are_removed_after_a_week(
    make: Callable[..., Downloads], clock: Any, target: Path
) -> None:
    clock.now = 1_700_000_000.0
    target.parent.mkdir()
    lay_part(target.parent, "stale.pdf", clock.now - WEEK - 1)
    young = lay_part(target.parent, "young.pdf", clock.now - WEEK + 1)
    locked = lay_part(target.parent, "locked.pdf", clock.now - WEEK - 1)
    link = target.parent / ".papernotes-link.part"
    link.symlink_to(target.parent / "nowhere")
    mine = target.parent / ".mine.part"
    mine.write_bytes(b"mine")
    for path in (link, mine):
        os.utime(path, (0, 0), follow_symlinks=False)
    with PartFile(target.parent / "locked.pdf", "1") as part:
        part.reopen()
        make().fetch(ADAM, target)
    assert set(hidden(target)) == {young, locked, link, mine}


def test_an_old_part_of_the_very_file_is_gone_on_with(
    make: Callable[..., Downloads], server: StandIn, clock: Any, target: Path
) -> None:
    clock.now = 1_700_000_000.0
    left = break_off(make(), server, target)
    os.utime(left, (0, 0))
    size = left.stat().st_size
    make().fetch(ADAM, target)
    assert server.requests[-1].range == f"bytes={size}-"
