"""papernotes: research notes in plain text, from arXiv to your blog.

    from papernotes import Library

    with Library.open("~/research") as library:
        for hit in library.search("author:kingma optimi*", limit=5):
            print(hit.title, hit.score)

Everything the command line does is one method of :class:`papernotes.library.Library` that
returns a frozen value of :mod:`papernotes.models`; what goes wrong is an error of
:mod:`papernotes.errors`. Parts are imported when they are first named here.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # known to type checkers; typing itself would be felt at every start
if TYPE_CHECKING:
    from typing import Any

    from papernotes import errors, ids, models
    from papernotes.library import Library

__version__ = "0.1.0"
__all__ = ["Library", "__version__", "errors", "ids", "models"]


def __getattr__(name: str) -> Any:
    if name == "Library":
        return importlib.import_module("papernotes.library").Library
    if name in {"errors", "ids", "models"}:
        return importlib.import_module(f"papernotes.{name}")
    raise AttributeError(f"module 'papernotes' has no attribute {name!r}")
