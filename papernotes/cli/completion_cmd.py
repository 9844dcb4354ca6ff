"""``papernotes completion``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from papernotes.cli.completing.lines import read_line, spelled_for_bash
from papernotes.cli.completing.scripts import SHELLS, script_for
from papernotes.cli.context import App, common_options, pass_app
from papernotes.cli.text import one_line
from papernotes.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.cli.completing.words import Answer

_LONGEST_MEANING = 60
_NEXT = {
    "bash": "it is used from the next shell on, where bash-completion is installed",
    "zsh": 'put this into ~/.zshrc before compinit: fpath=("{folder}" $fpath)',
    "fish": "it is used from the next shell on",
}


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.option("--install", is_flag=True, help="Write it where the shell looks for such files.")
@click.option("--line", hidden=True, help="Answer what a shell asks at TAB.")
@common_options
@pass_app
def command(app: App, shell: str, install: bool, line: str | None) -> None:
    """Print what makes TAB complete commands, keys, tags and fields in your shell.

    \b
    papernotes completion bash --install   or put into ~/.bashrc:
    eval "$(papernotes completion bash)"

    TAB never changes anything: names are those of the last command that looked at your files.
    """  # noqa: D301 - click wants the character itself
    if line is not None:
        _answer(shell, line)
    elif install:
        _install(app, shell)
    else:
        click.echo(script_for(shell), nl=False)


def _answer(shell: str, text: str) -> None:
    """Print the answer for the end of a line: nothing at all where there is a fault."""
    from papernotes.cli import COMMANDS, papernotes  # noqa: PLC0415 - which imports this
    from papernotes.cli.completing.wishes import read_wish  # noqa: PLC0415 - at TAB only
    from papernotes.cli.completing.words import answer_to  # noqa: PLC0415 - at TAB only

    answer = answer_to(read_wish(read_line(text), papernotes, COMMANDS))
    click.echo(answer.kind)
    for each in _spelled(shell, answer, text):
        click.echo(each)


def _spelled(shell: str, answer: Answer, text: str) -> Iterator[str]:
    """Yield words as the shell wants them; what no line can hold, or hides, is left out."""
    line = read_line(text)
    for value, about in answer.words:
        if one_line(value) != value:
            continue
        if shell == "bash":
            yield spelled_for_bash(value, line)
        else:
            yield f"{value}\t{_in_short(one_line(about))}"


def _in_short(about: str) -> str:
    return about if len(about) <= _LONGEST_MEANING else about[: _LONGEST_MEANING - 1].rstrip() + "…"


def _install(app: App, shell: str) -> None:
    """Write the script to its place. Raises ConflictError for a file there that is not ours."""
    from papernotes import files  # noqa: PLC0415 - --install only

    path = _place(shell)
    script = script_for(shell)
    try:
        is_ours = script_for(shell).splitlines()[0] in path.read_text("utf-8", "replace")
    except FileNotFoundError:
        is_ours = True
    except OSError as error:
        raise files.file_error(error, path) from error
    if not is_ours:
        hint = f"move it away, or: papernotes completion {shell} > FILE"
        raise ConflictError(f"{path}: is not from papernotes", hint=hint)
    files.make_folder(path.parent)
    files.write_if_changed(path, script.encode())
    click.echo(one_line(str(path)))
    app.notice(_NEXT[shell].format(folder=path.parent))


def _place(shell: str) -> Path:
    """Return where a shell, or what it comes with, looks for scripts of the user's own."""
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    if shell == "bash":
        named = os.environ.get("BASH_COMPLETION_USER_DIR")
        return Path(named or data / "bash-completion") / "completions" / "papernotes"
    if shell == "zsh":
        return data / "zsh/site-functions/_papernotes"
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return config / "fish/completions/papernotes.fish"
