from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import library, shell

pytest.register_assert_rewrite("tests.faults.ground")

from tests.faults import ground  # noqa: E402 - its assertions are to be told in full

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

__all__ = ["library", "shell"]


@pytest.fixture
def filled(library: Shell) -> Shell:
    """Return a command line inside a library of a dozen notes and two papers, synced."""
    ground.fill(library.folder)
    assert library("sync").status == 0
    return library
