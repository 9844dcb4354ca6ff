"""The types of arguments: what a shell may hand over and a library cannot hold is refused early."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from papernotes.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 40  # characters of what is refused


def refuse_impossible(args: Sequence[str]) -> None:
    """Raise UsageError for arguments that no shell can hand over: they are no names of files."""
    for word in args:
        try:
            is_possible = "\0" not in word and (word.isascii() or bool(os.fsencode(word)))
        except UnicodeEncodeError:
            is_possible = False
        if not is_possible:
            raise click.UsageError(f"{word[:_SHOWN]!r} is not text and no name of a file")


def _is_text(value: str) -> bool:
    """Whether ``value`` came from valid UTF-8 (other bytes come as lone surrogates)."""
    return value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value)


class _Text(click.ParamType[str]):
    """Words of people."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not _is_text(value):
            self.fail(f"{value!r} is not text in UTF-8", param, ctx)
        return str(value)


class _Ref(click.ParamType[str]):
    """What names a paper or note; nothing is called what is no text."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not _is_text(value):
            raise NotFoundError(f"nothing is called {value!r}")
        return str(value)


class _Folder(click.Path):
    """The name of a folder, perhaps with ``~``, that may not exist yet."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not value:
            self.fail("needs the name of a folder", param, ctx)
        try:
            Path(value).expanduser()
        except RuntimeError:
            self.fail(f"{value!r}: nobody of that name has a home here", param, ctx)
        return super().convert(value, param, ctx)


TEXT = _Text()
REF = _Ref()
FOLDER = _Folder(file_okay=False)
