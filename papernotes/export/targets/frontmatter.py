"""Front matter of exported posts: a mapping → YAML that no value can break out of. Pure."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Value = str | bool | date | tuple[str, ...]

_SPACES = re.compile(r"\s+")
_NOT_PRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def render_front_matter(values: Mapping[str, Value]) -> str:
    """Return the block with its ``---`` lines; keys without a value are left out.

    Text is always in double quotes and on one line; dates are bare, without a time, because a
    time moves the post to another day in another zone.
    """
    lines = [f"{key}: {_value(value)}" for key, value in values.items() if value not in ("", ())]
    return "\n".join(["---", *lines, "---", ""])


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, tuple):
        return f"[{', '.join(quoted(item) for item in value)}]"
    return quoted(value)


def quoted(text: str) -> str:
    """Return ``text`` as a double-quoted YAML scalar on one line; control characters go."""
    one_line = _NOT_PRINTABLE.sub("", _SPACES.sub(" ", text)).strip()
    return json.dumps(one_line, ensure_ascii=False)
