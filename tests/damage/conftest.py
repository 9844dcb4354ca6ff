from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.damage.shelf import make_shelf

if TYPE_CHECKING:
    from tests.damage.shelf import Shelf


@pytest.fixture(scope="session")
def made_shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return make_shelf(tmp_path_factory.mktemp("damage"))


@pytest.fixture
def shelf(made_shelf: Shelf) -> Shelf:
    """Return a library in order, whose index/ may be harmed."""
    made_shelf.put_back()
    return made_shelf
