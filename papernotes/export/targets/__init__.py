"""The export targets, one module each, imported when asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from papernotes.errors import UsageError
from papernotes.reports.writing import TARGETS

if TYPE_CHECKING:
    from papernotes.export.post import Target


def find_target(name: str) -> Target:
    """Return the target of that name. Raises UsageError where there is none."""
    if name not in TARGETS:
        raise UsageError(f"no export target {name}", hint=f"one of: {', '.join(TARGETS)}")
    return cast("Target", import_module(f"{__name__}.{name}").TARGET)
