"""A library, a blog or an address that comes from a stranger runs nothing and leads nowhere."""

# ruff: noqa: E501 - tables of texts are read by the line

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from papernotes import config
from papernotes.arxiv.transport import check_url
from papernotes.errors import BadAnswerError, ConfigError, FormatError, NotFoundError
from tests.factories import entry, open_library, write
from tests.hostile.running import Runner, environ_of, snapshot
from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.demo.standin import StandIn

PROGRAM = "sh -c 'touch PWNED'"
# What other programs let a folder say, and what somebody might hope that we do.
WISHES = (
    *(
        "editor",
        "opener",
        "pager",
        "browser",
        "picker",
        "git.pager",
        "core.editor",
        "shell",
        "export.command",
    ),
    *(
        "hooks.after_add",
        "hooks.after_export",
        "hooks.pre_commit",
        "alias.list",
        "plugins",
        "pdf.viewer",
    ),
    *(
        "export.blog.build",
        "export.blog.command",
        "templates.path",
        "python.path",
        "include",
        "extends",
    ),
)


@pytest.fixture
def runner(tmp_path: Path, stand_in: StandIn) -> Iterator[Runner]:
    root = tmp_path / "library"
    write(root, "papernotes.toml", "")
    write(root, "bib/a.bib", entry("doe2020a", "Alpha quokka", url="https://x.org/"))
    write(root, "notes/plain.md", "---\npublish: true\n---\n# Plain\n\n[@doe2020a]\n")
    (tmp_path / "scratch").mkdir()
    environ = environ_of(tmp_path, stand_in.api_url)
    with Runner(root, tmp_path / "scratch", environ) as runner:
        yield runner


@pytest.mark.parametrize("name", WISHES)
def test_no_file_of_a_library_names_a_program(tmp_path: Path, name: str) -> None:
    section, _, key = name.rpartition(".")
    head = f"[{section}]\n" if section else ""
    write(tmp_path, "papernotes.toml", f"{head}{key} = {json.dumps(PROGRAM)}\n")
    with pytest.raises(ConfigError, match=key):
        config.load(tmp_path, environ={"HOME": str(tmp_path)})


def test_settings_of_any_length_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "papernotes.toml", "[a]\n" * 20_000)
    with pytest.raises(ConfigError, match="larger than"):
        config.load(tmp_path, environ={"HOME": str(tmp_path)})


def test_no_value_of_a_setting_is_run(runner: Runner, tmp_path: Path) -> None:
    """Every setting there is, with a program as its value, and the commands that use them."""
    names = [each.name for each in config.SETTINGS if "." in each.name]
    names += [f"export.blog.{each.name}" for each in config.BLOG_SETTINGS]
    for name in names:
        section, _, key = name.rpartition(".")
        for value in (f'"{PROGRAM}"', f'"$({PROGRAM}) `{PROGRAM}` ; {PROGRAM}"'):
            write(runner.folder, "papernotes.toml", f"[{section}]\n{key} = {value}\n")
            for words in (("add", "1706.03762"), ("export", "out", "--to", "html")):
                run = runner(*words)
                assert run.faults() == [], (name, value)
                if run.status == 2:
                    break  # it is refused, by every command
    assert not list(tmp_path.rglob("PWNED"))


@pytest.mark.parametrize(
    "url",
    [
        *(
            "file:///etc/hostname",
            "javascript:alert(1)",
            "data:text/html,x",
            "--help",
            "-x",
            "/etc/hostname",
        ),
        *(
            "smb://evil/x",
            "ssh://-oProxyCommand=touch PWNED/",
            "vscode://x",
            "https:",
            "x; touch PWNED",
        ),
        *("\\\\evil\\x", "ftp://x.org/a", "HTTPS ://x", "mailto:a@b.c"),
    ],
)
def test_only_pages_of_the_web_are_opened(tmp_path: Path, url: str) -> None:
    with open_library(tmp_path / "library") as library:
        write(library.root, "bib/a.bib", entry("doe2020a", url=url))
        assert library.show("doe2020a").page == ""


# --- a blog -----------------------------------------------------------------------------------------

LEDGER = {
    "version": 2,
    "target": "jekyll",
    "notes": {"a": {"slug": "a", "date": "2020-01-02", "url": "/a/", "files": {}}},
}


@pytest.mark.parametrize(
    "path",
    [
        *(
            "../canary",
            "/canary",
            "_posts/../../canary",
            "a//b",
            "./canary",
            "a\\..\\canary",
            "C:canary",
        ),
        *(".git/hooks/pre-commit", "a/.GIT/config", "x\x00", "\ud800", "", "_posts/"),
    ],
)
def test_a_ledger_that_names_other_files_is_refused(tmp_path: Path, path: str) -> None:
    blog = tmp_path / "blog"
    write(tmp_path, "canary", "canary")
    with open_library(tmp_path / "library") as library:
        write(library.root, "notes/p.md", "---\npublish: true\n---\nText.\n")
        for place in ("files", "pending", "shared"):
            told = json.loads(json.dumps(LEDGER))
            (told["notes"]["a"] if place == "files" else told).update({place: {path: "0" * 64}})
            write(blog, ".papernotes-export.json", json.dumps(told))
            before = snapshot(tmp_path, without=["library", "state"])
            with pytest.raises(FormatError):
                library.export(blog, to="jekyll")
            assert snapshot(tmp_path, without=["library", "state"]) == before


def test_a_blog_that_is_adopted_gives_nothing_of_the_machine(tmp_path: Path) -> None:
    blog, outside = tmp_path / "blog", tmp_path / "outside"
    write(blog, "hugo.toml", 'baseURL = "https://x.org/"\n')
    write(outside, "secret.md", "---\ntitle: Secret\n---\nzqsecret\n")
    write(outside, "secret.png", make_png())
    posts = {
        "up": "---\ntitle: Up\nslug: ../../../evil\nurl: /../../evil\n---\n![](../../../outside/secret.png)\n",
        "links": "---\ntitle: L\n---\n![](loop.png) ![](/pipe.png) ![](link.png) ![](\x01.png) ![](folder/secret.png)\n",
        "half": '{"title": "x\\ud800", "tags": ["\\udfff"], "url": "/\\ud800/"}\nbody\n',
        "nul": '{"title": "x\\u0000\\u001b[2J", "summary": "\\u0000"}\nbody\n',
        "deep": "+++\na = " + "[" * 5_000 + "\n+++\nbody\n",
        "digits": "+++\na = " + "9" * 6_000 + "\n+++\nbody\n",
        "code": '---\ntitle: C\n---\n{{< readFile "/etc/hostname" >}} {{% include "x" %}}\n',
    }
    for name, text in posts.items():
        write(blog, f"content/posts/{name}.md", text)
    (blog / "content/posts/loop.png").symlink_to("loop.png")
    (blog / "content/posts/link.png").symlink_to(outside / "secret.png")
    (blog / "content/posts/folder").symlink_to(outside)
    (blog / "content/posts/secret.md").symlink_to(outside / "secret.md")
    (blog / "static").mkdir()
    os.mkfifo(blog / "static/pipe.png")
    kept = snapshot(tmp_path, without=["library", "state", "blog/.papernotes-export.json"])
    with open_library(tmp_path / "library") as library:
        report = library.adopt(blog)
        assert {each.ref for each in report.posts if each.outcome == "new"} >= {"evil", "links"}
        named = {problem.path.rpartition("/")[2] for problem in report.problems}
        assert named >= {"half.md", "deep.md", "digits.md", "secret.md"}
        notes = {path: data for path, (_, data, _) in snapshot(library.root / "notes").items()}
    assert not [path for path in notes if not path.endswith(".md")]
    assert b"zqsecret" not in b"".join(notes.values())
    assert snapshot(tmp_path, without=["library", "state", "blog/.papernotes-export.json"]) == kept


# --- arguments and addresses ------------------------------------------------------------------------


def test_a_ref_of_any_length_is_a_name_that_nothing_has(tmp_path: Path) -> None:
    told: list[str] = []
    with open_library(tmp_path / "library", notify=told.append) as library:
        for ref in (
            "- " * 3_000,
            "a b " * 30_000,
            "x" * 1_000_000,
            "@" * 9_999,
            " ".join(map(str, range(999))),
        ):
            with pytest.raises(NotFoundError):
                library.show(ref)
    assert told == []  # nor is the store taken for damaged


@pytest.mark.parametrize("verb", ["init", "adopt", "demo", "add", "export", "bib"])
def test_links_in_a_circle_are_said(runner: Runner, verb: str) -> None:
    (runner.folder / "loop").symlink_to("loop")
    words = {"add": ("add", "--bib", "loop"), "bib": ("bib", "-o", "loop")}.get(
        verb, (verb, "loop")
    )
    run = runner(*words, *(("--to", "html") if verb == "export" else ()))
    assert run.faults() == []
    assert run.status not in {0, 2} or verb == "adopt"
    assert b"loop" in run.err
    assert (runner.folder / "loop").is_symlink()


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://export.arxiv.org/api",
            "https://arxiv.org.evil.example/",
            "https://arxiv.org@evil.example/",
        ),
        *(
            "https://evil.example/#arxiv.org",
            "https://169.254.169.254/latest",
            "http://127.0.0.1:22/",
            "file:///etc",
        ),
        *(
            "https://[::1]/",
            "ftp://arxiv.org/",
            "//arxiv.org/",
            "gopher://x",
            "https://arxiv.org:22/",
            "https:///x",
        ),
        *(
            "https://xarxiv.org/",
            "https://arxiv\u3002org/",
            "https://0x7f000001/",
            "https://localhost/",
            "data:,x",
        ),
    ],
)
def test_an_answer_sends_us_nowhere_else(url: str) -> None:
    with pytest.raises(BadAnswerError):
        check_url(url, "https://export.arxiv.org/api/query")


def test_arguments_that_no_shell_can_hand_over_are_refused() -> None:
    code = "from papernotes.cli import main; main({})"
    for words in (
        ["init", "a\0b"],
        ["list", "\ud800"],
        ["bib", "-o", "x\0"],
        ["--library", "\udfff\ud800", "list"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", code.format(ascii(words))],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr
