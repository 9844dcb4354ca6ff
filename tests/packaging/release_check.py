"""Is this ready to be released? Run by ``make release-check``; needs a package registry.

Both distributions are built, the wheel from the source distribution, and installed where nothing
else is: in a new environment of every supported Python that is found, once as users get it, once
with all extras, and once with the lowest releases of what papernotes asks for. In each the demo is
run from beginning to end. ``--quick`` is for the oldest of these Pythons alone; ``--final`` also
asks whether the changelog has a day for this version.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

import papernotes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
MINORS = (11, 12, 13, 14)
EXTRAS = ("html", "pdf", "pick")
DEVELOPMENT = ("pytest", "hypothesis", "mypy", "hatchling")
CONSUMER = '''\
"""A program that uses papernotes, checked strictly against what was installed."""

from papernotes import Library, errors, ids


def titles(folder: str) -> list[str]:
    try:
        with Library.open(folder) as library:
            return [hit.title for hit in library.search("optimi*", limit=5)]
    except errors.LibraryNotFoundError as error:
        return [error.hint]


version: int | None = ids.parse_arxiv_id("1706.03762v5").version
wrong: int = titles(".")
'''


class FailedError(Exception):
    """Something that must not be released."""


def main() -> int:
    """Check everything, saying what is done; the status is 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--final", action="store_true")
    asked = parser.parse_args()
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="papernotes-release-") as name:
            _check(Path(name), is_quick=asked.quick, is_final=asked.final)
    except FailedError as failure:
        print(f"FAILED: {failure}")
        return 1
    print(f"papernotes {papernotes.__version__} can be released ({time.monotonic() - began:.0f} s)")
    return 0


def _check(folder: Path, *, is_quick: bool, is_final: bool) -> None:
    _check_changelog(is_final=is_final)
    wheel = _build(folder)
    pythons = list(find_pythons())
    missing = sorted({*MINORS} - {minor for minor, _ in pythons})
    for minor, python in pythons[:1] if is_quick else pythons:
        said = f"Python 3.{minor}"
        _try_out(folder / f"plain-{minor}", python, [str(wheel)], f"{said}, no extras")
        every = f"{wheel}[{','.join(EXTRAS)}]"
        _try_out(folder / f"all-{minor}", python, [every], f"{said}, all extras", has_extras=True)
    minor, python = pythons[0]
    lowest = [f"{wheel}[{','.join(EXTRAS)}]", *lowest_releases()]
    there = folder / "lowest"
    _try_out(there, python, lowest, f"Python 3.{minor}, lowest releases", has_extras=True)
    _check_types(folder, folder / f"plain-{pythons[0][0]}")
    _check_link(folder, folder / f"plain-{pythons[0][0]}")
    if missing and not is_quick:
        print(f"not tried, since not installed here: {', '.join(f'Python 3.{m}' for m in missing)}")


def find_pythons() -> Iterator[tuple[int, str]]:
    """Yield the supported Pythons that are here, oldest first: minor version, program."""
    for minor in MINORS:
        name = f"python3.{minor}"
        kept = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/{name}"))
        own = [sys.executable] if sys.version_info[:2] == (3, minor) else []
        for program in (*own, shutil.which(name), *map(str, kept)):
            if program and _can_make_environments(program, minor):
                yield minor, program
                break


def _can_make_environments(program: str, minor: int) -> bool:
    code = f"import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, {minor}))"
    done = subprocess.run([program, "-c", code], capture_output=True, check=False)
    return done.returncode == 0


def lowest_releases() -> list[str]:
    """Return the lowest release of everything papernotes names, as pip wants to be told."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"]]
    for extra in EXTRAS:
        named += project["optional-dependencies"][extra]
    found = []
    for requirement in map(Requirement, named):
        (low,) = (each.version for each in requirement.specifier if each.operator in {">=", "=="})
        found.append(f"{requirement.name}=={low}")
    return found


def _check_changelog(*, is_final: bool) -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = re.escape(papernotes.__version__)
    if not re.fullmatch(r"\d+\.\d+\.\d+", papernotes.__version__):
        raise FailedError(f"{papernotes.__version__} is no version that is released")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    is_dated = bool(headings) and re.fullmatch(rf"\[?{version}\]? - \d{{4}}-\d\d-\d\d", headings[0])
    if is_final and not is_dated:
        raise FailedError(
            f"CHANGELOG.md begins with {headings[:1]}, not with a day of this version"
        )


def _build(folder: Path) -> Path:
    """Build the source distribution, and the wheel from that."""
    _run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder), cwd=ROOT)
    (archive,) = folder.glob("*.tar.gz")
    shutil.unpack_archive(archive, folder, filter="data")
    unpacked = folder / archive.name.removesuffix(".tar.gz")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=unpacked)
    (wheel,) = folder.glob("*.whl")
    print(f"built {archive.name} and from it {wheel.name}")
    return wheel


def _try_out(
    there: Path, python: str, wanted: Sequence[str], said: str, *, has_extras: bool = False
) -> None:
    """Install into a new environment and run the whole loop there."""
    _run(python, "-m", "venv", str(there))
    inside = str(there / "bin/python")
    _run(inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted)
    _run(inside, "-m", "pip", "check", "--disable-pip-version-check")
    for name in DEVELOPMENT:
        if not subprocess.run(
            [inside, "-c", f"import {name}"], capture_output=True, check=False
        ).returncode:
            raise FailedError(f"{said}: {name} is installed with papernotes")
    program, work = str(there / "bin/papernotes"), there / "work"
    work.mkdir()
    for start in ([program], [inside, "-m", "papernotes"]):
        if _run(*start, "--version", cwd=work) != f"papernotes {papernotes.__version__}\n":
            raise FailedError(f"{said}: {start} is another version")
    _run(program, "demo", "library", cwd=work, hook=True)
    library = work / "library"
    if "kingma2014adam" not in _run(program, "search", "author:kingma", cwd=library):
        raise FailedError(f"{said}: the demo's library does not answer")
    if list((library / "blog/_posts").glob("*.md")) == []:
        raise FailedError(f"{said}: the demo has written no post")
    exported = _run(program, "export", "site", "--to", "html", cwd=library, fails=not has_extras)
    if has_extras and not (library / "site/index.html").is_file():
        raise FailedError(f"{said}: no page was written")
    if not has_extras and 'pip install "papernotes[html]"' not in exported:
        raise FailedError(f"{said}: what is missing for html is not said")
    told = _run(program, "config", "--datasette", cwd=work)
    if '"catalogue"' not in told:
        raise FailedError(f"{said}: data of the package is missing")
    if not (there / "share/man/man1/papernotes-add.1").is_file():
        raise FailedError(f"{said}: the manual is not where man looks for it")
    print(f"{said}: the demo ran through")


def _check_types(folder: Path, there: Path) -> None:
    """Check a strictly typed program against what is installed; its one mistake is found."""
    consumer = folder / "consumer.py"
    consumer.write_text(CONSUMER, encoding="utf-8")
    inside = str(there / "bin/python")
    command = (sys.executable, "-m", "mypy", "--strict", "--python-executable", inside)
    told = _run(
        *command, "--cache-dir", str(folder / "mypy"), consumer.name, cwd=folder, fails=True
    )
    line = CONSUMER.count("\n")
    if told.count("error:") != 1 or f"consumer.py:{line}: error: Incompatible types" not in told:
        raise FailedError(
            f"the types of the installed package are not what they should be:\n{told}"
        )
    print("a typed program sees the types of the installed package")


def _check_link(folder: Path, there: Path) -> None:
    """Run the program by a link that is on the PATH, as pipx and uv tool put it there."""
    (folder / "bin").mkdir()
    (folder / "bin/papernotes").symlink_to(there / "bin/papernotes")
    environ = {"PATH": f"{folder / 'bin'}:/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(
        [
            "sh",
            "-c",
            "papernotes init mine && cd mine && papernotes new A && papernotes list",
        ],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or "\na\n" not in f"\n{done.stdout}":
        raise FailedError(f"not to be run by a link on the PATH: {done.stdout}{done.stderr}")
    print("it runs by a link on the PATH")


def _run(*command: str, cwd: Path | None = None, fails: bool = False, hook: bool = False) -> str:
    """Run a command and return what it said; ``fails`` for one that must, and says why."""
    environ = {name: os.environ[name] for name in os.environ if not name.startswith("PAPERNOTES_")}
    environ["PYTHONWARNINGS"] = "error::DeprecationWarning:papernotes"
    if hook:  # which must not run
        environ |= {"PAPERNOTES_HOOKS_AFTER_ADD": "false", "PAPERNOTES_HOOKS_AFTER_EXPORT": "false"}
    if cwd is not None and cwd.is_relative_to(tempfile.gettempdir()):
        environ["PAPERNOTES_STATE_DIR"] = str(cwd / ".state")
    done = subprocess.run(
        command, cwd=cwd, env=environ, capture_output=True, text=True, check=False
    )
    if bool(done.returncode) != fails:
        raise FailedError(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout + done.stderr if fails else done.stdout


if __name__ == "__main__":
    sys.exit(main())
