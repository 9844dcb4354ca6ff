"""papernotes.toml + the user's file + environment + flags → one frozen Config.

Order: flag, environment, library, user, default. The table :data:`SETTINGS` is the only list of
settings; it checks values, names the nearest known setting for an unknown one, and prints the
documentation.
"""

from __future__ import annotations

import difflib
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from papernotes.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LIBRARY_FILE = "papernotes.toml"
ARXIV_API_URL = "https://export.arxiv.org/api/query"
_CORRECT = "correct the file and try again"
ARXIV_HOSTS = ("arxiv.org", "export.arxiv.org", "www.arxiv.org")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its dotted name, default, what it does, and how a value is checked."""

    name: str
    default: Any
    help: str
    check: Callable[[Any], Any]

    @property
    def variable(self) -> str:
        """The environment variable that sets it: ``PAPERNOTES_ARXIV_API_URL``."""
        return "PAPERNOTES_" + self.name.replace(".", "_").upper()


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting with its value, and where each value came from."""

    values: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    return value


def _url(value: Any) -> str:
    parts = urlsplit(_text(value))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http or https URL")
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("must be https (plain http is for this machine's own addresses only)")
    return str(value)


def _from_to(least: float, most: float, unit: str) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise ValueError("must be a number") from None
        if isinstance(value, bool) or not least <= number <= most:
            raise ValueError(f"must be a number of {unit} from {least:g} to {most:g}")
        return number

    return check


_seconds = _from_to(0, 86_400, "seconds")  # a day
_hours = _from_to(0, 720, "hours")  # a month
_megabytes = _from_to(1, 10_000, "megabytes")


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"1", "true", "yes", "on"}:
        return True
    if isinstance(value, str) and value.lower() in {"0", "false", "no", "off"}:
        return False
    raise ValueError("must be true or false")


SETTINGS: tuple[Setting, ...] = (
    Setting("arxiv.api_url", ARXIV_API_URL, "Where arXiv's API is: a mirror or a stand-in.", _url),
    Setting(
        "arxiv.delay_seconds",
        3.0,
        "Pause between two requests, over all processes; below 3 only away from arXiv itself.",
        _seconds,
    ),
    Setting("arxiv.connect_timeout_seconds", 10.0, "How long to wait for a connection.", _seconds),
    Setting(
        "arxiv.read_timeout_seconds", 30.0, "How long to wait for more of an answer.", _seconds
    ),
    Setting("arxiv.total_timeout_seconds", 120.0, "How long one answer may take in all.", _seconds),
    Setting(
        "arxiv.cache_hours",
        24.0,
        "How long the same question is answered from memory, as arXiv asks; 0 always asks.",
        _hours,
    ),
    Setting(
        "arxiv.pdf_timeout_seconds", 600.0, "How long one request for a PDF may take.", _seconds
    ),
    Setting("arxiv.pdf_max_megabytes", 200.0, "How large a PDF of arXiv may be.", _megabytes),
    Setting("arxiv.contact", "", "Mail address sent to arXiv in the User-Agent, if any.", _text),
    Setting(
        "citekey.template",
        "{auth}{year}{shorttitle}",
        "How citation keys are made: docs/citekeys.md describes the language of templates.",
        _text,
    ),
    Setting("export.author", "", "The author named in exported posts.", _text),
    Setting("export.toc", True, "Whether exported posts ask for a table of contents.", _switch),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder for what outlives a run but is no setting (created by its users)."""
    if override := environ.get("PAPERNOTES_STATE_DIR"):
        return Path(override)
    return _base_dir(environ, "XDG_STATE_HOME", ".local/state") / "papernotes"


def user_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the path of the user's own settings file, whether or not it exists."""
    return _base_dir(environ, "XDG_CONFIG_HOME", ".config") / "papernotes" / "config.toml"


def _base_dir(environ: Mapping[str, str], variable: str, below_home: str) -> Path:
    given = environ.get(variable, "")
    if given and Path(given).is_absolute():
        return Path(given)
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~"))  # noqa: PTH111 - works without HOME
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    return home / below_home


def find_library(
    start: Path | str, *, given: str | None = None, environ: Mapping[str, str] = os.environ
) -> Path | None:
    """Return the root of the library: ``given``, ``$PAPERNOTES_LIBRARY``, or the nearest above.

    One that is named and is no library is None: no other is taken for it.
    """
    named = given or environ.get("PAPERNOTES_LIBRARY")
    if named:
        try:
            root = Path(named).expanduser()
        except RuntimeError:  # the home of somebody who is not known here
            return None
        return root.resolve() if (root / LIBRARY_FILE).is_file() else None
    here = Path(start).resolve()
    for folder in (here, *here.parents):
        if (folder / LIBRARY_FILE).is_file():
            return folder
    return None


def load(
    root: Path | None,
    *,
    environ: Mapping[str, str] = os.environ,
    flags: Mapping[str, Any] | None = None,
) -> Config:
    """Read all sources of settings for the library at ``root`` (or for none).

    Raises ConfigError, naming file and setting, for an unknown setting or a wrong value.
    """
    values: dict[str, Any] = {setting.name: setting.default for setting in SETTINGS}
    origins = dict.fromkeys(values, "default")
    for path in (user_file(environ), root and root / LIBRARY_FILE):
        if path is None or not path.is_file():
            continue
        for name, value in _read_toml(path).items():
            values[name] = _checked(_known(name, str(path)), value, str(path))
            origins[name] = str(path)
    for setting in SETTINGS:
        if setting.variable in environ:
            values[setting.name] = _checked(setting, environ[setting.variable], setting.variable)
            origins[setting.name] = setting.variable
    for name, value in (flags or {}).items():
        values[name] = _checked(_known(name, "command line"), value, "command line")
        origins[name] = "command line"
    is_arxiv = urlsplit(values["arxiv.api_url"]).hostname in ARXIV_HOSTS
    if is_arxiv and values["arxiv.delay_seconds"] < _BY_NAME["arxiv.delay_seconds"].default:
        raise ConfigError(
            f"{origins['arxiv.delay_seconds']}: arxiv.delay_seconds may not be below 3 "
            "for arXiv itself (its terms of use)"
        )
    return Config(values, origins)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    if all(line.lstrip()[:1] in {b"", b"#"} for line in data.splitlines()):
        return {}
    import tomllib  # noqa: PLC0415 - most libraries set nothing, and it is felt at every start

    try:
        return dict(_flat("", tomllib.loads(data.decode())))
    except RecursionError:
        raise ConfigError(f"{path}: nested too deep", hint=_CORRECT) from None
    except ValueError as error:  # of TOML, of UTF-8, or of a number beyond all reason
        raise ConfigError(f"{path}: {error}", hint=_CORRECT) from error


def _flat(prefix: str, table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flat(f"{name}.", value)
        else:
            yield name, value


def _known(name: str, origin: str) -> Setting:
    if name in _BY_NAME:
        return _BY_NAME[name]
    near = difflib.get_close_matches(name, _BY_NAME, n=1)
    hint = f"did you mean {near[0]}?" if near else "papernotes config lists the settings"
    raise ConfigError(f"{origin}: unknown setting {name}", hint=hint)


def _checked(setting: Setting, value: Any, origin: str) -> Any:
    try:
        return setting.check(value)
    except ValueError as error:
        raise ConfigError(f"{origin}: {setting.name} {error}, not {value!r}") from error
