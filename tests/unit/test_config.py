from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes import config
from papernotes.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home")}


def library(tmp_path: Path, text: str) -> Path:
    (tmp_path / config.LIBRARY_FILE).write_text(text)
    return tmp_path


def test_the_order_is_flag_environment_library_user_default(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    name = "export.author"
    root = library(tmp_path, '[export]\nauthor = "library"\n')
    user = config.user_file(environ)
    user.parent.mkdir(parents=True)
    user.write_text('[export]\nauthor = "user"\n')
    variable = {**environ, "PAPERNOTES_EXPORT_AUTHOR": "environment"}
    assert config.load(None, environ={"HOME": "/nowhere"})[name] == ""
    assert config.load(None, environ=environ)[name] == "user"
    assert config.load(root, environ=environ)[name] == "library"
    assert config.load(root, environ=variable)[name] == "environment"
    found = config.load(root, environ=variable, flags={name: "flag"})
    assert (found[name], found.origins[name]) == ("flag", "command line")


def test_an_unknown_setting_names_the_file_and_the_nearest(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    root = library(tmp_path, "[arxiv]\ndelay_second = 5\n")
    with pytest.raises(ConfigError, match=r"papernotes\.toml: unknown setting") as caught:
        config.load(root, environ=environ)
    assert caught.value.hint == "did you mean arxiv.delay_seconds?"
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[arxiv]\ndelay_seconds = 1\n", "may not be below 3"),
        ("[arxiv]\ndelay_seconds = true\n", "must be a number"),
        ('[arxiv]\napi_url = "ftp://arxiv.org"\n', "http or https"),
        ('[arxiv]\napi_url = "http://example.org/api"\n', "must be https"),
        ('[export]\ntoc = "perhaps"\n', "true or false"),
        ("[arxiv\n", "papernotes.toml"),
        ("export = 3\n", "unknown setting export"),
        ("a = " + "[" * 3000, "nested too deep"),
        (".".join("a" * 3000) + " = 1\n", "nested too deep"),
        ("[arxiv]\ndelay_seconds = 1" + "0" * 400 + "\n", "must be a number"),
        ("[arxiv]\ndelay_seconds = 1" + "0" * 5000 + "\n", "papernotes.toml"),
    ],
)
def test_a_wrong_value_is_refused(
    tmp_path: Path, environ: dict[str, str], text: str, says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        config.load(library(tmp_path, text), environ=environ)


def test_the_delay_may_be_lowered_away_from_arxiv(environ: dict[str, str]) -> None:
    environ["PAPERNOTES_ARXIV_API_URL"] = "http://127.0.0.1:1/api/query"
    environ["PAPERNOTES_ARXIV_DELAY_SECONDS"] = "0"
    assert config.load(None, environ=environ)["arxiv.delay_seconds"] == 0


def test_a_library_is_found_by_name_by_variable_and_above(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    root = library(tmp_path, "")
    below = root / "notes" / "deep"
    below.mkdir(parents=True)
    other = tmp_path / "home"
    other.mkdir()
    assert config.find_library(below, environ={}) == root
    assert config.find_library(other.parent.parent, environ={}) is None
    variable = {"PAPERNOTES_LIBRARY": str(root)}
    assert config.find_library(other.parent.parent, environ=variable) == root
    assert config.find_library(root, given=str(other), environ={}) is None
    assert config.find_library(root, given="~nosuchuser/x", environ={}) is None


def test_every_setting_has_one_variable_and_a_line_of_help() -> None:
    variables = [setting.variable for setting in config.SETTINGS]
    assert len(set(variables)) == len(variables)
    assert all(setting.help.endswith(".") for setting in config.SETTINGS)
    assert all(setting.check(setting.default) == setting.default for setting in config.SETTINGS)


@pytest.mark.parametrize("line", ["./hook", "hooks/run -x", "../x", "'open", " "])
def test_a_hook_is_looked_for_on_the_path_alone(line: str) -> None:
    with pytest.raises(ConfigError, match=r"PAPERNOTES_HOOKS_AFTER_ADD: hooks\.after_add must"):
        config.load(None, environ={"HOME": "/nowhere", "PAPERNOTES_HOOKS_AFTER_ADD": line})
