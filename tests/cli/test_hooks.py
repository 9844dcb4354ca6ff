"""Programs that run after add and export: named by the person, never by a library."""

from __future__ import annotations

import json
import shlex
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

ADD = "PAPERNOTES_HOOKS_AFTER_ADD"
EXPORT = "PAPERNOTES_HOOKS_AFTER_EXPORT"
HOOK = """\
#!{python}
import json, os, sys
told = sys.stdin.read()
here = {{"cwd": os.getcwd(), "argv": sys.argv[1:], "told": json.loads(told)}}
here |= {{name: os.environ[name] for name in ("PAPERNOTES_HOOK", "PAPERNOTES_LIBRARY")}}
print("said by the hook")
with open({log!r}, "a") as log:
    print(json.dumps(here), file=log)
sys.exit({status})
"""


class Hook:
    """A program of the person's own that writes down what it was told."""

    def __init__(self, folder: Path, status: int = 0) -> None:
        self.path = folder / "my hook"
        self.log = folder / "log"
        text = HOOK.format(python=sys.executable, log=str(self.log), status=status)
        self.path.write_text(text)
        self.path.chmod(0o755)

    @property
    def runs(self) -> list[Any]:
        text = self.log.read_text() if self.log.exists() else ""
        return [json.loads(line) for line in text.splitlines()]


def test_a_hook_after_add_is_told_what_json_says(library: Shell, tmp_path: Path) -> None:
    hook = Hook(tmp_path)
    library.environ[ADD] = f"'{hook.path}' -x 'a b' ';' $HOME"
    ended = library("add", "1706.03762", "nonsense")
    assert ended.status == 1
    assert ended.out == "vaswani2017attention\n"
    assert "said by the hook" in ended.err
    (run,) = hook.runs
    assert run["argv"] == ["-x", "a b", ";", "$HOME"]  # no shell
    assert run["cwd"] == run["PAPERNOTES_LIBRARY"] == str(library.folder.resolve())
    assert run["PAPERNOTES_HOOK"] == "after-add"
    told = run["told"]
    assert (told["version"], told["command"]) == (1, "add")
    outcomes = {each["citekey"]: each["outcome"] for each in told["data"]["results"]}
    assert outcomes == {"vaswani2017attention": "added", None: "malformed"}


def test_a_hook_runs_only_where_something_was_done(library: Shell, tmp_path: Path) -> None:
    hook = Hook(tmp_path)
    library.environ |= {ADD: f"'{hook.path}'", EXPORT: f"'{hook.path}'"}
    assert library("add", "1706.03762", "--dry-run").status == 0
    assert hook.runs == []
    library("add", "1706.03762", "--offline")
    library("add", "1706.03762")
    library("find", "1412.6980", "--add", "1")
    assert [run["PAPERNOTES_HOOK"] for run in hook.runs] == ["after-add"] * 2
    note = "---\npublish: true\ncreated: 2026-01-02\n---\n# Apples\n"
    (library.folder / "notes/a.md").write_text(note)
    for more in (("--dry-run",), (), ()):
        assert library("export", "blog", "--to", "markdown", *more).status == 0
    (library.folder / "notes/b.md").write_text(note.replace("publish: true\n", ""))
    assert library("publish", "b", "--blog", "blog", "--to", "markdown").status == 0
    (library.folder / "notes/a.md").unlink()
    assert library("export", "blog", "--to", "markdown").status == 0
    runs = hook.runs[2:]
    assert [run["PAPERNOTES_HOOK"] for run in runs] == ["after-export"] * 3
    assert {run["cwd"] for run in runs} == {str((library.folder / "blog").resolve())}
    changed = [
        {file["ref"]: file["outcome"] for file in run["told"]["data"]["files"] if file["ref"]}
        for run in runs
    ]
    assert [each.get("a") for each in changed] == ["new", None, "removed"]
    assert changed[1]["b"] == "new"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("'{hook}'", "/my hook' ended with status 3\n"),
        ("sh -c 'exit 3\n\n'", ": sh -c 'exit 3 ' ended with status 3\n"),
        ("{folder}/log-is-no-program", "there is no such program"),
        ("{folder}/text", "/text: is not executable (chmod +x)"),
        ("{folder}/orphan", "/orphan: what its first line names is not there"),
        ("{folder}/headless", "/headless: Exec format error"),
    ],
)
def test_a_hook_that_fails_is_reported_and_undoes_nothing(
    library: Shell, tmp_path: Path, line: str, why: str
) -> None:
    hook = Hook(tmp_path, status=3)
    for name, text in (("text", ""), ("orphan", "#!/nowhere/sh\n"), ("headless", "exit 0\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o644 if name == "text" else 0o755)
    library.environ[ADD] = line.format(hook=hook.path, folder=tmp_path)
    ended = library("add", "1706.03762", "--offline", "--json")
    assert ended.status == 1
    assert ended.data["results"][0]["outcome"] == "added"
    assert why in ended.err
    assert "the hook after-add failed, what was done before it stays" in ended.err
    assert "arxiv-1706.03762" in library("list").out


def test_no_hook_runs_within_a_hook_and_a_hook_may_use_the_library(
    library: Shell, tmp_path: Path
) -> None:
    program = f"{sys.executable} -m papernotes"
    library.environ[ADD] = (
        f"sh -c '{program} add --offline 1412.6980; {program} list >>{tmp_path}/log'"
    )
    assert library("add", "--offline", "1706.03762").status == 0
    assert (tmp_path / "log").read_text().count("\n") == 2


def test_ctrl_c_goes_to_the_hook_which_may_clean_up(library: Shell, tmp_path: Path) -> None:
    script = f"trap 'sleep 1; echo >{tmp_path}/cleaned; trap - INT; kill -INT $$' INT; kill -INT 0"
    library.environ[ADD] = f"sh -c {shlex.quote(script)}"
    with library.start("add", "--offline", "1706.03762", start_new_session=True) as process:
        out, err = process.communicate(timeout=60)
    assert (tmp_path / "cleaned").exists()
    assert (process.returncode, out) == (130, "arxiv-1706.03762\n")
    assert err.endswith(" was stopped\n")
    assert "run it again" not in err  # that would not run the hook


def test_a_hook_that_reads_nothing_is_told_much(library: Shell) -> None:
    library.environ[ADD] = "true"
    many = "".join(f"@misc{{k{n}, title={{{n} {'x' * 900}}}}}\n" for n in range(300))
    assert library("add", "--bib", "-", stdin=many).status == 0


def test_a_hook_after_add_is_told_of_pdfs_too(library: Shell, tmp_path: Path) -> None:
    hook = Hook(tmp_path)
    library.environ[ADD] = f"'{hook.path}'"
    ended = library("add", "1706.03762", "--pdf", "--json")
    assert hook.runs[0]["told"] == json.loads(ended.out)
    assert "pdfs" in hook.runs[0]["told"]["data"]


def test_a_hook_is_not_looked_for_in_the_library(library: Shell, tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    (library.folder / "git-keep").write_text(f"#!/bin/sh\ntouch {canary}\n")
    (library.folder / "git-keep").chmod(0o755)
    library.environ[ADD] = "git-keep"
    library.environ["PATH"] = f".::{library.environ['PATH']}:"
    ended = library("add", "--offline", "1706.03762")
    assert (ended.status, canary.exists()) == (1, False)
    assert "git-keep: there is no such program" in ended.err


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ('" "', "must name a program, not"),
        ("\"''\"", "must name a program, not"),
        ('"\'"', "must be a command line (no closing quotation), not"),
        ('"true \\u0000"', "must be a command line (without a zero byte), not"),
        ("3", "hooks.after_add must be text, not 3"),
        ('"./mine"', "must name a program on the PATH, or begin with / or ~/, not"),
    ],
)
def test_a_line_that_names_no_program_is_refused_first(
    library: Shell, tmp_path: Path, value: str, why: str
) -> None:
    own = tmp_path / ".config/papernotes/config.toml"
    own.parent.mkdir(parents=True)
    own.write_text(f"[hooks]\nafter_add = {value}\n")
    ended = library("add", "--offline", "1706.03762")
    assert ended.status == 2
    assert why in ended.err
    assert list((library.folder / "bib").iterdir()) == []


def test_no_library_may_name_a_hook(library: Shell, tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    toml = library.folder / "papernotes.toml"
    toml.write_text(f'[hooks]\nafter_add = "touch {canary}"\n')
    ended = library("add", "1706.03762")
    assert ended.status == 2
    assert "it may come from a stranger" in ended.err
    assert "config.toml or PAPERNOTES_HOOKS_AFTER_ADD" in ended.err
    assert not canary.exists()
    assert list((library.folder / "bib").iterdir()) == []


def test_the_persons_own_file_may_name_a_hook(library: Shell, tmp_path: Path) -> None:
    hook = Hook(tmp_path)
    own = tmp_path / ".config/papernotes/config.toml"
    own.parent.mkdir(parents=True)
    own.write_text("[hooks]\nafter_add = \"'~/my hook'\"\n")
    assert library("add", "--offline", "1706.03762").status == 0
    assert len(hook.runs) == 1
