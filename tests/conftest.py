from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.demo.records import load_records
from papernotes.demo.standin import StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Serve the demo's records as arXiv does, on this machine."""
    with StandIn(load_records()) as server:
        yield server
