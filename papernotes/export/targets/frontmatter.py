"""Front matter of exported posts: a mapping → YAML that no value can break out of. Pure."""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    Value = Any  # what YAML may say: text, truth, numbers, dates, lists, mappings

_SPACES = re.compile(r"\s+")
_NOT_PRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_PLAIN_KEY = re.compile(r"(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z_][\w-]*", re.IGNORECASE)
_DEEPEST = 20


def render_front_matter(values: Mapping[str, Value]) -> str:
    """Return the block with its ``---`` lines; keys without a value are left out.

    Text is always in double quotes and on one line; dates are bare, without a time, because a
    time moves the post to another day in another zone. Lists and mappings are on one line too.
    """
    said = {key: value for key, value in values.items() if value not in (None, "", ())}
    lines = [f"{_key(key)}: {_value(value)}" for key, value in said.items()]
    return "\n".join(["---", *lines, "---", ""])


def _key(key: object) -> str:
    text = str(key)
    return text if _PLAIN_KEY.fullmatch(text) and text.isascii() else quoted(text)


def _value(value: Value, depth: int = 0) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple) and depth < _DEEPEST:
        return f"[{', '.join(_value(item, depth + 1) for item in value)}]"
    if isinstance(value, dict) and depth < _DEEPEST:
        pairs = (f"{_key(key)}: {_value(item, depth + 1)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, float) and math.isfinite(value):
        mantissa, _, exponent = repr(value).partition("e")
        return f"{mantissa}{'' if '.' in mantissa else '.0'}{'e' if exponent else ''}{exponent}"
    return quoted(str(value))


def quoted(text: str) -> str:
    """Return ``text`` as a double-quoted YAML scalar on one line; control characters go."""
    one_line = _NOT_PRINTABLE.sub("", _SPACES.sub(" ", text)).strip()
    return json.dumps(one_line, ensure_ascii=False)
