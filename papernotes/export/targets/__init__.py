"""The export targets, one module each, named in ``TARGETS`` and imported when asked for.

``posting`` is what the targets of Jekyll have in common, ``frontmatter`` what all have that write
Markdown; how programs read that is in ``export.dialects``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from papernotes.errors import UsageError
from papernotes.reports.writing import TARGETS

if TYPE_CHECKING:
    from papernotes.export.post import Target


def find_target(name: str, theme: str = "") -> Target:
    """Return the target of that name, of which ``theme`` is to be a theme if it is given.

    Raises UsageError where there is none, or where what it needs is not installed.
    """
    if name not in TARGETS:
        raise UsageError(f"no export target {name}", hint=f"one of: {', '.join(TARGETS)}")
    try:
        module = import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "papernotes").partition(".")[0] == "papernotes":
            raise
        raise UsageError(
            f"the target {name} needs {error.name}, which is not installed",
            hint=f'install what it needs with: pip install "papernotes[{name}]"',
        ) from error
    target = cast("Target", module.TARGET)
    if theme not in ("", *target.themes):
        hint = f"one of: {', '.join(target.themes)}" if target.themes else "leave the theme out"
        raise UsageError(f"the target {name} has no theme {theme}", hint=hint)
    return target
