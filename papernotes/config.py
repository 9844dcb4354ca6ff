"""papernotes.toml + the user's file + environment + flags → one frozen Config.

Order: flag, environment, library, user, default. The table :data:`SETTINGS` is the only list of
settings; it checks values, names the nearest known setting for an unknown one, and prints the
documentation. :data:`BLOG_SETTINGS` is the same for the blogs one exports to, ``[export.NAME]``.
"""

from __future__ import annotations

import difflib
import os
import re
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from papernotes.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LIBRARY_FILE = "papernotes.toml"
ARXIV_API_URL = "https://export.arxiv.org/api/query"
_MOST_BYTES = 64_000  # of a file of settings
_CORRECT = "correct the file and try again"
STYLES = ("author-year", "numeric")
ARXIV_HOSTS = ("arxiv.org", "export.arxiv.org", "www.arxiv.org")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its dotted name, default, what it does, and how a value is checked.

    One that ``is_outside`` counts only where the person says it (their own file, the environment):
    a library may come from a stranger.
    """

    name: str
    default: Any
    help: str
    check: Callable[[Any], Any]
    is_outside: bool = False

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

    @property
    def blogs(self) -> tuple[str, ...]:
        """The names of the blogs that have settings, in their order in the files."""
        split = (name.split(".") for name in self.values)
        return tuple(dict.fromkeys(parts[1] for parts in split if len(parts) == 3))

    def blog(self, name: str = "") -> dict[str, Any]:
        """Return every setting of a blog by its last part; of no name, those of any blog."""
        found = {}
        for setting in BLOG_SETTINGS:
            own = f"export.{name}.{setting.name}"
            common = self.values.get(f"export.{setting.name}", setting.default)
            found[setting.name] = self.values.get(own, common)
        return found


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


def _base_url(value: Any) -> str:
    if value == "":
        return ""
    return _url(value).rstrip("/")


def _texts(value: Any) -> tuple[str, ...]:
    """Return texts; from the environment they come one a line."""
    values = value.splitlines() if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(one, str) for one in values):
        raise ValueError('must be a list of texts, such as ["one", "another"]')
    return tuple(filter(None, values))


def _style(value: Any) -> str:
    if value not in STYLES:
        raise ValueError(f"must be one of {', '.join(STYLES)}")
    return str(value)


def _program(value: Any) -> str:
    """Check a command line: what it names is looked for neither here nor in a library."""
    import shlex  # noqa: PLC0415 - few people have hooks, and it is felt at every start

    line = _text(value)
    if "\0" in line:
        raise ValueError("must be a command line (without a zero byte)")
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ValueError(f"must be a command line ({str(error).lower()})") from None
    if line and not any(words[:1]):
        raise ValueError("must name a program")
    if words and "/" in words[0] and not words[0].startswith(("/", "~/")):
        raise ValueError("must name a program on the PATH, or begin with / or ~/")
    return line


def _language(value: Any) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", _text(value)):
        raise ValueError("must be the code of a language, such as en or pt-BR")
    return str(value)


BLOG_SETTINGS: tuple[Setting, ...] = (
    Setting("to", "fastpages", "What kind of blog it is.", _text),
    Setting("dir", "", "Its folder, from that of the library.", _text),
    Setting("base_url", "", "Where it stands on the web.", _base_url),
    Setting("title", "", "What it is called.", _text),
    Setting("description", "", "What it is about, in a sentence.", _text),
    Setting("theme", "", "Its theme, of those its kind knows.", _text),
    Setting("author", "", "The author named in its posts.", _text),
    Setting("toc", True, "Whether its posts ask for a table of contents.", _switch),
    Setting("language", "en", "The language of its posts.", _language),
    Setting("style", "author-year", "Its style of citations: author-year or numeric.", _style),
    Setting("csl", "", "A CSL file with its style of citations; needs pandoc.", _text),
    Setting("cite", False, "Whether its posts end with how to cite them.", _switch),
    Setting("allow", (), "Texts that may leave though they look private.", _texts),
)
"""What ``[export.NAME]`` may say of one blog; what is here and in ``[export]`` too, wins."""

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
    Setting("export.language", "en", "The language of exported posts.", _language),
    Setting("export.style", "author-year", "Style of citations: author-year or numeric.", _style),
    Setting("export.csl", "", "A CSL file with the style of citations; needs pandoc.", _text),
    Setting("export.cite", False, "Whether exported posts end with how to cite them.", _switch),
    Setting("export.allow", (), "Texts that may leave though they look private.", _texts),
    Setting(
        "hooks.after_add",
        "",
        "A program to run when papers were added; only in your own file or the environment.",
        _program,
        is_outside=True,
    ),
    Setting(
        "hooks.after_export",
        "",
        "A program to run when a blog was written; only in your own file or the environment.",
        _program,
        is_outside=True,
    ),
)
_BLOG = re.compile(r"[a-z0-9][a-z0-9_-]*")
_NO_BLOGS = ("status",)
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
            setting = _known(name, str(path))
            if setting.is_outside and path != user_file(environ):
                raise _not_here(setting, path, environ)
            values[name] = _checked(setting, value, str(path))
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


def _not_here(setting: Setting, path: Path, environ: Mapping[str, str]) -> ConfigError:
    return ConfigError(
        f"{path}: {setting.name} runs a program, and no library may do that: it may come from a "
        "stranger",
        hint=f"take it out; if you want it, say it in {user_file(environ)} or {setting.variable}",
    )


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    if len(data) > _MOST_BYTES:  # what reads TOML takes the square of the time for some texts
        raise ConfigError(f"{path}: larger than {_MOST_BYTES // 1000} kB", hint=_CORRECT)
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
    known = dict(_BY_NAME)
    section = name.rpartition(".")[0]
    blog = section.removeprefix("export.")
    if section != blog and _BLOG.fullmatch(blog) and section not in _BY_NAME:
        if blog in _NO_BLOGS:
            raise ConfigError(
                f"{origin}: a blog cannot be called {blog}, a word of papernotes export",
                hint="choose another name for it",
            )
        own = {
            f"{section}.{each.name}": replace(each, name=f"{section}.{each.name}")
            for each in BLOG_SETTINGS
        }
        if name in own:
            return own[name]
        known |= own
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else "papernotes config lists the settings"
    raise ConfigError(f"{origin}: unknown setting {name}", hint=hint)


def _checked(setting: Setting, value: Any, origin: str) -> Any:
    try:
        return setting.check(value)
    except ValueError as error:
        raise ConfigError(f"{origin}: {setting.name} {error}, not {value!r}") from error
