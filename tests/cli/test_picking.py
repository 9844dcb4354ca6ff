"""``search --pick`` in a real terminal: tmux types, and says what is on the screen."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.factories import entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Shell

_PATIENCE_SECONDS = 30
_LOOK_AGAIN_SECONDS = 0.02

# A checked-out tree may be tried where these are not installed; .ci/run brings them.
needs_tmux = pytest.mark.skipif(
    shutil.which("tmux") is None and not os.environ.get("CI"), reason="tmux is not installed"
)
needs_fzf = pytest.mark.skipif(
    shutil.which("fzf") is None and not os.environ.get("CI"), reason="fzf is not installed"
)


class Terminal:
    """A terminal of its own server, with a plain shell in a library."""

    def __init__(self, shell: Shell) -> None:
        self._socket = str(shell.folder.parent / "tmux")
        self._environ = {**shell.environ, "PS1": "$ ", "SHELL": "/bin/sh"}
        self._folder = shell.folder
        os.symlink(sys.executable, shell.folder.parent / "python")

    def tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, "-f", os.devnull, *words],
            env=self._environ,
            cwd=self._folder,
            check=True,
            capture_output=True,
            encoding="utf-8",
            timeout=_PATIENCE_SECONDS,
        )
        return done.stdout

    def start(self) -> None:
        # Without $TMUX in it, only the terminal itself can be what takes a copy.
        environ = [f"{name}={value}" for name, value in self._environ.items()]
        inside = shlex.join(["env", "-i", "TERM=screen-256color", *environ, "/bin/sh"])
        self.tmux("new-session", "-d", "-x", "80", "-y", "24", inside)
        self.tmux("set-option", "-g", "set-clipboard", "on")
        self.until("$")

    def end(self) -> None:
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], check=False)

    def run(self, *words: str, script: str = "-m papernotes") -> None:
        """Have the shell run papernotes."""
        python = shlex.quote(sys.executable)
        self.type(f"clear; {python} {script} {shlex.join(words)}; echo ended $?")
        self.press("Enter")

    def type(self, text: str) -> None:
        self.tmux("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def screen(self, *, styled: bool = False) -> str:
        return self.tmux("capture-pane", "-p", *(["-e"] if styled else []))

    def until(self, wanted: str | Callable[[str], bool]) -> str:
        """Return the screen once it shows a text, or is as wanted."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            shown = self.screen()
            if wanted in shown if isinstance(wanted, str) else wanted(shown):
                return shown
            assert time.monotonic() < deadline, f"never showed {wanted}:\n{shown}"
            time.sleep(_LOOK_AGAIN_SECONDS)

    def until_hits(self, count: int) -> None:
        """Wait until the first line ends with a count of hits."""
        self.until(lambda shown: re.search(rf" {count}$", shown.split("\n")[0]) is not None)

    def until_on(self, ref: str) -> str:
        """Return the screen once the person is on a hit."""
        return self.until(lambda shown: re.search(rf"^.>\S*{ref}", shown, re.MULTILINE) is not None)


@pytest.fixture
def terminal(library: Shell) -> Iterator[Terminal]:
    """Return a terminal in a library of two papers and three notes, with an editor."""
    folder = library.folder
    (folder / "bib/two.bib").write_text(
        entry("doe2020", "Attention for Bees", abstract="How bees look at flowers.")
        + entry("roe2021", "Wasps \x1b[31m\x07\u202e注意力机制", abstract="They sting nobody.")
    )
    (folder / "notes/honey.md").write_text(
        "---\ntags: [food]\n---\n# Honey\n\n## Taste\n\nIt takes attention.\n"
    )
    (folder / "notes/pie.md").write_text("# Pie\n\nWith apples \x1b[41m\x07.\n")
    editor = folder.parent / "vim"  # which is known to take +line
    editor.write_text(
        '#!/bin/sh\necho "$@" > ../edited\nfor last; do :; done\necho plum >> "$last"\n'
    )
    editor.chmod(0o755)
    library.environ["EDITOR"] = str(editor)
    library.environ["PAPERNOTES_OPENER"] = "false"
    found = Terminal(library)
    found.start()
    yield found
    found.end()


@needs_tmux
def test_typing_finds_moving_shows_and_enter_edits_where_it_matched(
    terminal: Terminal, library: Shell
) -> None:
    terminal.type("echo before")
    terminal.press("Enter")
    terminal.run("search", "--pick")
    terminal.until("enter edit")
    terminal.type("atten")
    terminal.until_hits(2)
    terminal.until_on("doe2020")
    terminal.until("How bees look")  # of the abstract, in the preview
    terminal.press("Down")
    shown = terminal.until_on("honey")
    assert "note:8" in terminal.until("It takes attention.")
    assert "› Taste" in shown or "› Taste" in terminal.until("› Taste")
    terminal.press("Enter")
    assert "ended 0" in terminal.until("ended")
    assert "enter edit" not in terminal.screen()
    line, path = (library.folder.parent / "edited").read_text().split()
    assert (line, path.endswith("notes/honey.md")) == ("+8", True)
    assert library("search", "plum", "--refs").out == "honey\n"


@needs_tmux
def test_keys_tag_copy_turn_the_status_and_come_back_from_the_editor(
    terminal: Terminal, library: Shell
) -> None:
    terminal.run("search", "--pick", "honey")
    terminal.until_on("honey")
    terminal.press("C-t")
    terminal.until("tags (+a -b):")
    terminal.type("+sweet -food")
    terminal.press("Enter")
    terminal.until("honey: #sweet")
    assert "sweet" in (library.folder / "notes/honey.md").read_text()
    terminal.press("C-u")
    terminal.type("bees")
    terminal.until_on("doe2020")
    terminal.press("C-y")
    terminal.until("copied [@doe2020]")
    terminal.press("M-y")
    terminal.until("copied [[doe2020]]")
    assert terminal.tmux("show-buffer") == "[[doe2020]]"
    terminal.press("C-s")
    terminal.until("doe2020: reading (1 new note)")
    terminal.press("C-o")
    terminal.until("doe2020 has no PDF and no page")
    terminal.press("M-Enter")
    terminal.until(lambda _: (library.folder.parent / "edited").exists())
    terminal.until_on("doe2020")
    terminal.press("Escape")
    terminal.until("ended 0")
    assert "plum" in (library.folder / "notes/doe2020.md").read_text()


@needs_tmux
def test_refs_of_what_is_marked_go_to_a_pipe_and_none_is_said_by_the_status(
    terminal: Terminal, library: Shell
) -> None:
    python = shlex.quote(sys.executable)
    terminal.type(f"clear; {python} -m papernotes search --pick --refs > picked; echo ended $?")
    terminal.press("Enter")
    terminal.until_on("")
    terminal.until("enter print")
    terminal.type("attention")
    terminal.until_hits(2)
    terminal.until_on("doe2020")
    terminal.press("Tab", "Tab")
    terminal.until("2 marked")
    terminal.press("Enter")
    terminal.until("ended 0")
    assert (library.folder / "picked").read_text() == "doe2020\nhoney\n"
    for key in ("Escape", "C-c"):
        terminal.run("search", "--pick", "--refs")
        terminal.until("enter print")
        terminal.press(key)
        terminal.until("ended 130")
    terminal.run("search", "--pick")
    terminal.until("enter edit")
    terminal.press("C-c")
    terminal.until("ended 130")


@needs_tmux
def test_a_small_window_without_colors_shows_hostile_titles_and_half_queries(
    terminal: Terminal, library: Shell
) -> None:
    library.environ["NO_COLOR"] = "1"
    terminal.tmux("resize-window", "-x", "40", "-y", "16")
    terminal.type("NO_COLOR=1; export NO_COLOR")
    terminal.press("Enter")
    terminal.run("search", "--pick")
    terminal.until("enter edit")
    terminal.type("wasps")
    terminal.until_on("roe2021")
    terminal.until("They sting")
    assert "\\u202e注意力机制" in terminal.screen()
    terminal.press("C-u")
    terminal.type("apples")
    terminal.until("With apples \\x1b[41m\\x07.")
    assert not re.search(r"\x1b\[[0-9;]*[34][0-7]m", terminal.screen(styled=True))
    terminal.type(" year:x")
    terminal.until("'x' is no range")
    terminal.until_on("pie")
    terminal.tmux("resize-window", "-x", "120", "-y", "30")
    assert "│ Pie" in terminal.until("│")
    terminal.press("C-z")
    terminal.until(lambda shown: "Stopped" in shown or "│" not in shown)
    terminal.type("fg")
    terminal.press("Enter")
    terminal.until("│ Pie")
    terminal.press("Escape")
    terminal.until(lambda shown: "│" not in shown)
    terminal.type("echo left $?")
    terminal.press("Enter")
    terminal.until("left 0")


@needs_tmux
@needs_fzf
def test_fzf_serves_where_it_is_named_and_no_query_reaches_a_shell(
    terminal: Terminal, library: Shell
) -> None:
    terminal.type("PAPERNOTES_PICKER=fzf; export PAPERNOTES_PICKER")
    terminal.press("Enter")
    terminal.run("search", "--pick", "--refs")
    terminal.until("enter print")
    terminal.type("'; touch pwned; '")
    terminal.until(lambda shown: "0/0" in shown or "5/5" not in shown)
    terminal.press("C-u")
    terminal.type("honey atten")
    terminal.until("It takes attention.")
    terminal.press("C-y")
    terminal.until("copied [[honey]]")
    terminal.until("It takes attention.")
    terminal.press("Enter")
    assert "honey\nended 0" in terminal.until("ended")
    assert not (library.folder / "pwned").exists()
    terminal.run("search", "--pick", "--refs")
    terminal.until("enter print")
    terminal.press("Escape")
    terminal.until("ended 130")


@needs_tmux
def test_without_extra_and_fzf_it_says_what_to_install(terminal: Terminal, library: Shell) -> None:
    (library.folder.parent / "probe.py").write_text(
        "import sys\nsys.modules['prompt_toolkit'] = None\n"
        "from papernotes.cli import main\nmain(sys.argv[1:])\n"
    )
    terminal.type("PATH=/nowhere")
    terminal.press("Enter")
    python = shlex.quote(sys.executable)
    terminal.type(f"{python} ../probe.py search --pick; echo ended $?")
    terminal.press("Enter")
    shown = terminal.until("ended 1")
    assert 'pip install "papernotes[pick]"' in shown.replace("\n", "")


def test_without_a_terminal_and_with_what_excludes_it_it_is_a_wrong_use(library: Shell) -> None:
    ended = library("search", "--pick", "bees")
    assert (ended.status, ended.out) == (2, "")
    assert "--pick needs a terminal" in ended.err
    ended = library("search", "--pick", "--json")
    assert (ended.status, ended.out) == (2, "")
    assert "--json and --pick do not go together" in ended.err
