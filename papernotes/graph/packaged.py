"""The styles and the script of the pages, which lie beside this file."""

from __future__ import annotations

from importlib.resources import files


def read_asset(name: str) -> str:
    """Return a text file of ``assets/``."""
    return files(__package__).joinpath("assets", name).read_text("utf-8")
