from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from papernotes.demo.records import load_records
from papernotes.demo.standin import StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator


# CI judges a change, so it tries the same examples every time; new ones are for everyday runs.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Serve the demo's records as arXiv does, on this machine."""
    with StandIn(load_records()) as server:
        yield server
