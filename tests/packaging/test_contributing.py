"""docs/contributing.md is followed to the letter in a copy of the package, and it works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/contributing.md"
_FILE = re.compile(
    r"`((?:papernotes|tests)/[\w/]+\.py)`[^`\n]*:\n\n```(py|diff)\n(.*?)```", re.DOTALL
)
TESTS = (
    "__init__.py",
    "conftest.py",
    "exporting.py",
    "factories.py",
    "cli/__init__.py",
    "cli/conftest.py",
    "cli/test_json_schema.py",
    "contract/test_targets.py",
    "contract/test_leaks.py",
    "unit/test_export_metadata.py",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the package in which the page was followed."""
    root = tmp_path_factory.mktemp("contributing")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "papernotes", root / "papernotes", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", root)
    for name in TESTS:
        (root / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "tests" / name, root / "tests" / name)
    steps = _FILE.findall(PAGE.read_text(encoding="utf-8"))
    assert [kind for _, kind, _ in steps].count("py") == 3
    assert [kind for _, kind, _ in steps].count("diff") == 6
    for name, kind, text in steps:
        follow(root / name, kind, text)
    return root


def follow(path: Path, kind: str, text: str) -> None:
    """Write a new file, or change the one place that a diff is about."""
    if kind == "py":
        assert not path.exists()
        path.write_text(text, encoding="utf-8")
        return
    lines = text.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line.startswith("-"))
    after = "".join(line[1:] for line in lines if line.startswith("+"))
    assert {line[0] for line in lines} == {"-", "+"}
    source = path.read_text(encoding="utf-8")
    assert source.count(before) == 1, f"{path.name} no longer has the line of the page"
    path.write_text(source.replace(before, after), encoding="utf-8")


def run(copy: Path, *command: str, cwd: Path | None = None) -> str:
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(copy),
        "PYTHONPATH": str(copy),
        "PAPERNOTES_STATE_DIR": str(copy / "state"),
    }
    done = subprocess.run(
        [sys.executable, *command],
        cwd=cwd or copy,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_new_target_keeps_what_every_target_promises(copy: Path) -> None:
    quickly = ("-q", "-n0", "-p", "no:cacheprovider", "-p", "no:randomly")
    told = run(copy, "-m", "pytest", *quickly, "tests/contract", "-k", "wiki")
    passed = re.search(r"^(\d+) passed", told, re.MULTILINE)
    assert passed is not None, told
    assert int(passed[1]) > 40
    assert "failed" not in told


def test_the_new_command_and_the_new_kind_work(copy: Path) -> None:
    mine = ("-m", "papernotes")
    folder = copy / "mine"
    folder.mkdir()
    assert str(copy) in run(copy, "-c", "import papernotes; print(papernotes.__file__)", cwd=folder)
    run(copy, *mine, "init", ".", cwd=folder)
    for year in (2019, 1999, 2009):
        entry = f"@misc{{key{year}, title={{On {year}}}, year={{{year}}}}}\n"
        (folder / f"bib/{year}.bib").write_text(entry)
    quickly = ("-q", "-n0", "-p", "no:cacheprovider", "-k", "every_verb_that_prints_json_has")
    assert "1 passed" in run(copy, "-m", "pytest", *quickly, "tests/cli")
    assert run(copy, *mine, "new", "--kind", "review", "On On", cwd=folder) == "on-on\n"
    assert "## Weak points" in (folder / "notes/on-on.md").read_text()
    told = run(copy, *mine, "oldest", "-n", "2", cwd=folder)
    assert [line.split("\t")[0] for line in told.splitlines()] == ["key1999", "key2009"]
    assert "oldest" in run(copy, *mine, "--help", cwd=folder)
    run(copy, *mine, "export", "blog", "on-on", "--to", "wiki", "--verify", cwd=folder)
    page = (folder / "blog/wiki/on-on.md").read_text()
    assert page.startswith('---\ntitle: "On On"\n')
    assert "## Strong points" in page


def test_the_code_of_the_page_is_as_our_own(copy: Path) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    new = [
        "papernotes/export/targets/wiki.py",
        "papernotes/cli/oldest_cmd.py",
        "tests/cli/test_oldest.py",
    ]
    for how in (["check", "--no-cache"], ["format", "--no-cache", "--check"]):
        done = subprocess.run([ruff, *how, *new], cwd=copy, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode()
