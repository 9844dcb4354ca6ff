"""TAB, asked as shells ask and in the real ones."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.cli import COMMANDS
from papernotes.cli.completing.lines import read_line, spelled_for_bash
from papernotes.cli.completing.scripts import SHELLS
from papernotes.cli.completing.words import _few
from tests.factories import entry
from tests.programs import require

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

_SECONDS = 20
_PROMPT = b"READY>"


@pytest.fixture
def filled(library: Shell) -> Shell:
    """Return a command line inside a library that was looked at, its program on the path."""
    folder = library.folder
    (folder / "bib/a.bib").write_text(
        entry("vaswani2017attention", "Attention", author="Vaswani, Ashish", year="2017",
              eprint="1706.03762", archivePrefix="arXiv", primaryClass="cs.CL")
        + entry("vapnik1995nature", "Nature of Learning", author="Vapnik, Vladimir", year="1995")
    )  # fmt: skip
    (folder / "notes/vaswani2017attention.md").write_text(
        "---\npaper: vaswani2017attention\ntags: [fruit, fruit/apple]\n---\n"
    )
    (folder / "notes/my note.md").write_text("---\ntitle: Mine\ntags: [frogs]\n---\n")
    (folder / 'notes/it\'s "$x".md').write_text("# Odd\n")
    assert library("sync").status == 0
    library.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    library.environ["TERM"] = "xterm"
    return library


def values(shell: Shell, text: str, *, kind: str = "words") -> list[str]:
    """Return what completes a line, after checking what kind of answer it is."""
    ended = shell("completion", "fish", "--line", text)
    assert (ended.status, ended.err) == (0, ""), ended
    first, *lines = ended.out.splitlines()
    assert first == kind
    return [line.partition("\t")[0] for line in lines]


def test_what_completes_what(filled: Shell) -> None:
    def after(text: str) -> list[str]:
        return values(filled, f"papernotes {text}")

    assert after("") == list(COMMANDS)
    assert after("--no-c") == ["--no-color"]
    assert after("-q li") == ["links", "list"]
    assert after("list --so") == ["--sort"]
    assert after("list --sort t") == ["title"]
    assert after("list --sort=t") == ["--sort=title"]
    assert after("show VAS") == ["vaswani2017attention"]
    assert after("show 17") == ["1706.03762"]
    assert after("show my") == ["my note"]
    assert after("new x --paper v") == ["vapnik1995nature", "vaswani2017attention"]
    assert after("status vaswani2017attention re") == ["reading", "read"]
    assert after("tag vap +fr") == ["+frogs", "+fruit", "+fruit/apple"]
    assert after("rename '#fruit/") == ["#fruit/apple"]
    assert after("tags fro") == ["frogs"]
    assert after("list au") == ["author:"]
    assert after("list 'deep -auth") == ["deep -author:"]
    assert after("search x author:va") == ["author:Vapnik", "author:Vaswani"]
    assert after("list -tag:fro") == ["-tag:frogs"]
    assert after("list '(cat:") == ["(cat:cs.CL"]
    assert after("bib year:") == ["year:1995", "year:2017"]
    assert after("related x --query is:p") == ["is:paper", "is:private", "is:published"]
    assert after("find --new cs.L") == ["cs.LG", "cs.LO"]
    assert after("lst ") == after("new ") == after("show --nonsense=") == []


def test_files_are_left_to_the_shell(filled: Shell) -> None:
    assert values(filled, "papernotes add refs", kind="files") == []
    assert values(filled, "papernotes bib -o ", kind="files") == []
    assert values(filled, "papernotes --library ", kind="folders") == []
    assert values(filled, "papernotes export bl", kind="folders") == []
    (filled.folder / "papernotes.toml").write_text("[export.blog]\nto = 'hugo'\ndir = 'b'\n")
    assert values(filled, "papernotes export bl") == ["blog"]


def test_a_question_changes_nothing_and_is_silent_without_a_store(filled: Shell) -> None:
    def everything() -> dict[Path, int]:
        places = (filled.folder, Path(filled.environ["PAPERNOTES_STATE_DIR"]))
        return {path: path.stat().st_mtime_ns for place in places for path in place.rglob("*")}

    (filled.folder / "notes/newer.md").write_text("# Newer\n")
    before = everything()
    assert values(filled, "papernotes show ne") == []
    assert everything() == before
    for name in ("papernotes.db", "stamp"):
        (filled.folder / "index" / name).write_bytes(b"no such thing")
        assert values(filled, "papernotes show va") == []
    assert values(filled, "papernotes --library /nowhere show va") == []
    (filled.folder / "papernotes.toml").write_text("not = [toml")
    assert values(filled, "papernotes export b", kind="folders") == []


def test_of_very_many_the_beginnings_are_told() -> None:
    refs = [(f"{letter}{number:03}", "x") for letter in "ab" for number in range(90)]
    found = _few([(f"k{ref}", about) for ref, about in refs], 0)
    assert found == [("ka", "90 begin so"), ("kb", "90 begin so")]


@pytest.mark.parametrize(
    ("text", "words", "word", "quote", "kept"),
    [
        ("p show va", ("p", "show"), "va", "", 0),
        ("A=1 p  'x y' ", ("p", "x y"), "", "", 0),
        ('p list "a tag:b', ("p", "list"), "a tag:b", '"', 0),
        ('p --query="a', ("p",), "--query=a", '"', 8),
        (r"p my\ no", ("p",), "my no", "", 0),
        (r'p "a\"b\n"c', ("p",), 'a"b\\nc', "", 0),
        ("p tag:a/b", ("p",), "tag:a/b", "", 4),
        ("p tag:", ("p",), "tag:", "", 4),
        ("p ''", ("p",), "", "", 0),
    ],
)
def test_lines_are_cut_as_a_shell_does(
    text: str, words: tuple[str, ...], word: str, quote: str, kept: int
) -> None:
    assert read_line(text) == (words, word, quote, kept)


def test_bash_gets_back_what_it_asked_for() -> None:
    for quote in ("", '"', "'"):
        value = 'it\'s "$x" a\\b 日本'
        typed = spelled_for_bash(value, read_line(f"p {quote}"))
        assert read_line(f"p {quote}{typed}{quote}").word == value


# --- in the real shells ----------------------------------------------------------------------


def typed(shell: Shell, argv: list[str], *lines: str) -> str:
    """Type lines into a shell on a terminal, each at its prompt, and return all that it showed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        argv, cwd=shell.folder, env=shell.environ, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = b""
        try:
            for line in (*lines, "exit\r"):
                shown += _until_prompt(ours)
                os.write(ours, line.encode())
        except OSError:  # it has ended
            pass
        finally:
            process.kill()
            os.close(ours)
    return shown.decode("utf-8", "replace")


def _until_prompt(terminal: int) -> bytes:
    shown = b""
    until = time.monotonic() + _SECONDS
    while _PROMPT not in shown:
        assert time.monotonic() < until, shown
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 4096)
    return shown


_LINES = {
    "papernotes show vasw\t": "[papernotes][show][vaswani2017attention]",
    "papernotes list tag:fro\t": "[papernotes][list][tag:frogs]",
    "papernotes list aut\tx": "[papernotes][list][author:x]",
    "papernotes search 'deep tag:fro\t": "[papernotes][search][deep tag:frogs]",
    "papernotes show my\t": "[papernotes][show][my note]",
    "papernotes show it\t": '[papernotes][show][it\'s "$x"]',
    "papernotes list --sort=ti\t": "[papernotes][list][--sort=title]",
    "papernotes comp\tba\t": "[papernotes][completion][bash]",
}
_WORDS = "\x01printf '[%s]' \x05 ; echo\r"  # ctrl-a and ctrl-e


@pytest.mark.parametrize("name", ["bash", "zsh"])
def test_tab_in_a_shell_on_a_terminal(filled: Shell, name: str) -> None:
    program = require(name)
    folder = filled.folder.parent
    (folder / ".zshrc").write_text(
        "autoload -Uz compinit; compinit -u -D\nbindkey -e\nPS1='READY>'\n"
    )
    argv = [program, "--norc", "-i"] if name == "bash" else [program, "-d", "-i"]
    filled.environ["PS1"] = "READY>"
    load = f'eval "$(papernotes completion {name})"\r'
    shown = typed(filled, argv, load, *(line + _WORDS for line in _LINES))
    for line, words in _LINES.items():
        assert words in shown.replace("\r", ""), (line, shown)


def test_fish_completes_with_descriptions(filled: Shell) -> None:
    program = require("fish")
    asked = {
        "papernotes show vasw": "vaswani2017attention\tAttention",
        "papernotes list tag:fro": "tag:frogs\t1 has it",
        "papernotes list aut": "author:\twords in names of authors",
        "papernotes show my": "my note\tMine",
        "papernotes ini": f"init\t{COMMANDS['init']}",
        "papernotes bib -o papern": "papernotes.toml",
    }
    script = "papernotes completion fish | source\n"
    script += "".join(f"complete -C '{line}'; echo ==\n" for line in asked)
    done = subprocess.run(
        [program, "--no-config", "-c", script], cwd=filled.folder, env=filled.environ,
        capture_output=True, text=True, check=True, timeout=_SECONDS,
    )  # fmt: skip
    assert [part.strip() for part in done.stdout.split("==\n")[:-1]] == list(asked.values())


@pytest.mark.parametrize("name", SHELLS)
def test_a_script_is_installed_where_its_shell_looks(filled: Shell, name: str) -> None:
    ended = filled("completion", name, "--install")
    assert ended.status == 0
    place = Path(ended.out.strip())
    assert place.is_relative_to(filled.environ["HOME"])
    assert place.read_text("utf-8") == filled("completion", name).out
    assert filled("completion", name, "--install").status == 0
    place.write_text("mine\n")
    assert filled("completion", name, "--install").status == 4
    assert place.read_text("utf-8") == "mine\n"
