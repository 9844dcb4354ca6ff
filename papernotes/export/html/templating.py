"""The templates of the html target: pages from values, and faults that name file and line.

A file of the same name below the library's ``templates/html/`` stands for ours, which it may
extend as ``papernotes/NAME``. Templates are Jinja2 with autoescape on. Where some are a person's
they all run in a sandbox: they may read the values of a page and nothing else.
"""

from __future__ import annotations

import traceback
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FunctionLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
)
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from papernotes.errors import FormatError
from papernotes.export.html.packaged import FOLDER, PACKAGE, template_names

if TYPE_CHECKING:
    from collections.abc import Mapping

_Own = tuple[tuple[str, str], ...]


def render_template(name: str, own: _Own, values: Mapping[str, Any]) -> bytes:
    """Return a page; ``own`` are a person's templates, (name, text).

    Raises FormatError, naming file and line, where a template is at fault.
    """
    try:
        return _environment(own).get_template(name).render(values).encode()
    except TemplateSyntaxError as error:
        raise _fault(error.name or name, error.lineno, error.message or "", own) from error
    except TemplateNotFound as error:
        raise _fault(*_place_of(error, name), f"no template {error.name}", own) from error
    except Exception as error:
        if not own:
            raise
        raise _fault(*_place_of(error, name), str(error), own) from error


@lru_cache(maxsize=4)
def _environment(own: _Own) -> Environment:
    texts = dict(own)

    def load(name: str) -> tuple[str, str, None] | None:
        return (texts[name], f"{FOLDER}/{name}", None) if name in texts else None

    ours = PackageLoader(PACKAGE, "templates")
    make = ImmutableSandboxedEnvironment if own else Environment
    environment = make(
        loader=ChoiceLoader([FunctionLoader(load), ours, PrefixLoader({"papernotes": ours})]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.globals.clear()
    return environment


def _place_of(error: BaseException, name: str) -> tuple[str, int]:
    """Return the template and line that were at work when it went wrong."""
    names = template_names()
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = frame.filename.replace("\\", "/").rpartition("/")[2]
        if file in names:
            return file, frame.lineno or 0
    return name, 0


def _fault(name: str, line: int, message: str, own: _Own) -> FormatError:
    is_own = any(name == mine for mine, _ in own)
    where = f"{FOLDER}/{name}" if is_own else name
    at = f":{line}" if line else ""
    return FormatError(
        f"{where}{at}: {message}",
        hint="mend the template, or take the file away to get ours" if is_own else None,
    )
