"""Which blog an export goes to, and how its posts are made: settings, and what was said now."""

# ruff: noqa: PLC0415 - the library is one of the two seams of late imports

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.errors import UsageError
from papernotes.export import Settings, target_of
from papernotes.export.making.styles import read_csl
from papernotes.reports.writing import TARGETS

if TYPE_CHECKING:
    from datetime import date

    from papernotes.config import Config

_ONE = "blog"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person said of the blog this time; what is empty the settings say.

    ``where`` is the name of a blog of the settings or a folder; ``to`` the kind of the blog.
    """

    where: str = ""
    to: str = ""
    theme: str = ""
    style: str = ""
    csl: str = ""


@dataclass(frozen=True, slots=True)
class Blog:
    """A blog to export to: its name in the settings (if it has one), its kind and its folder."""

    name: str
    target: str
    directory: Path
    settings: Settings


def choose(config: Config, root: Path, wish: Wish, *, today: date) -> Blog:
    """Return the blog that is meant: the one named, a folder, or the only one there is.

    A folder that was exported to is of the kind it was then, unless another is asked for.
    Raises UsageError where none is meant, and for a name that is nobody's.
    """
    name = _named(config, wish.where)
    said = config.blog(name)
    if name and not said["dir"]:
        raise UsageError(
            f"the blog {name} has no folder", hint=f'set dir = "../myblog" in [export.{name}]'
        )
    directory = root / Path(said["dir"]).expanduser() if name else Path(wish.where).expanduser()
    csl = wish.csl or ("" if wish.style else said["csl"])
    style = _style_file(csl, root, is_said=bool(wish.csl)) if csl else wish.style or said["style"]
    settings = Settings(
        today=today,
        author=said["author"],
        toc=said["toc"],
        base_url=said["base_url"],
        title=said["title"],
        description=said["description"],
        language=said["language"],
        theme=wish.theme or said["theme"],
        style=style,
        csl=read_csl(Path(style)) if csl else "",
        cites_post=said["cite"],
        allow=said["allow"],
    )
    target = wish.to or ("" if name else target_of(directory))
    if not target and (target := said["to"]) not in TARGETS:
        key = f"export.{name}.to" if name else "export.to"
        kinds = ", ".join(TARGETS)
        raise UsageError(f"the setting {key} must be one of {kinds}, not {target!r}")
    if target == "html":
        from papernotes.export.html.packaged import read_templates

        settings = replace(settings, templates=read_templates(root))
    return Blog(name, target, directory, settings)


def _named(config: Config, where: str) -> str:
    """Return the name of the blog that is meant, empty for a folder. Raises UsageError."""
    if where in config.blogs:
        return where
    known = ", ".join(config.blogs)
    if not where:
        if len(config.blogs) == 1:
            return config.blogs[0]
        if _ONE in config.blogs:
            return _ONE
        raise UsageError(
            f"which blog? {known}" if known else "which blog? there are no settings of one",
            hint=f"papernotes export {config.blogs[0]}"
            if known
            else 'name its folder, or write [export.blog] with dir = "../myblog" '
            "into papernotes.toml",
        )
    is_word = "/" not in where and "\\" not in where and not where.startswith((".", "~"))
    if known and is_word and not Path(where).exists():
        raise UsageError(f"no blog {where}: there are {known}", hint=f"a new folder is ./{where}")
    return ""


def _style_file(path: str, root: Path, *, is_said: bool) -> str:
    """Return the path of a CSL file: one that was said from here, one of the settings from root.

    Raises UsageError for one that is not there.
    """
    file = Path(path).expanduser() if is_said else root / Path(path).expanduser()
    if not file.is_file():
        raise UsageError(f"{file}: no such CSL file", hint="name a file that ends in .csl")
    return str(file.resolve())
