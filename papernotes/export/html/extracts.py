"""What a post's page leaves for the pages about several posts: how it begins, its words, its text.

Three lines of ASCII: two of JSON, and the packed HTML, which only a feed asks for. They are kept
for every post between exports, so they are short and each is read alone.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_QUICKLY = 1  # a level of zlib


def render_extract(excerpt: str, terms: Mapping[str, int], html: str) -> str:
    """Return the extract of a post: its beginning, the number of each folded word, its HTML."""
    packed = base64.b64encode(zlib.compress(html.encode("utf-8", "surrogatepass"), _QUICKLY))
    return f"{json.dumps(excerpt)}\n{json.dumps(terms, separators=(',', ':'))}\n{packed.decode()}"


def excerpt_in(extract: str) -> str:
    """Return how a post begins; empty where nothing is known of it."""
    return str(json.loads(extract.split("\n", 1)[0])) if extract else ""


def terms_in(extract: str) -> dict[str, int]:
    """Return the folded words of a post with their numbers."""
    found: dict[str, int] = json.loads(extract.split("\n", 2)[1]) if extract else {}
    return found


def html_in(extract: str) -> str:
    """Return the HTML of a post."""
    packed = extract.rpartition("\n")[2]
    return (
        zlib.decompress(base64.b64decode(packed)).decode("utf-8", "surrogatepass") if packed else ""
    )
