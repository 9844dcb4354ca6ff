"""What is built holds all that papernotes needs, and nothing else.

That it works where nothing else is installed is what ``make release-check`` tries.
"""

from __future__ import annotations

import ast
import fnmatch
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import papernotes
from papernotes.cli import COMMANDS

if TYPE_CHECKING:
    from email.message import Message

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "papernotes"
DATA = (
    "papernotes/py.typed",
    "papernotes/categories.tsv",
    "papernotes/store/datasette.json",
    "papernotes/demo/*.json",
    "papernotes/demo/refs.bib",
    "papernotes/demo/notes/*.md",
    "papernotes/export/making/citing.lua",
    "papernotes/*/assets/*",
    "papernotes/*/templates/*.html",
)
"""What may be in the package besides modules; each pattern stands for something needed."""
NEEDED = (
    "papernotes/export/html/assets/math.woff2",
    "papernotes/export/html/assets/math-font-license.txt",
    "papernotes/export/html/assets/style.css",
    "papernotes/export/html/templates/post.html",
)
_MANUAL = re.compile(r"papernotes-[\d.]+\.data/data/share/man/man1/papernotes[\w-]*\.1")
STRANGE = ("tests/node/node_modules/*", "index/*", "pdf/*", ".trash/*", ".venv*", "*/__pycache__/*")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both distributions, with nothing from the network."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    (path,) = built.glob("*.whl")
    assert path.name == f"papernotes-{papernotes.__version__}-py3-none-any.whl"
    return zipfile.ZipFile(path)


def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return message_from_bytes(wheel.read(name))


def test_the_wheel_holds_the_package_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    inside = {name for name in wheel.namelist() if not name.endswith("/")}
    manual = {name for name in inside if _MANUAL.fullmatch(name)}
    assert len(manual) == 1 + len(COMMANDS)
    inside -= manual
    package = {name for name in inside if ".dist-info/" not in name}
    there = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert package == there
    data = {name for name in package if not name.endswith(".py")}
    strange = {name for name in data if not any(fnmatch.fnmatch(name, each) for each in DATA)}
    assert strange == set(), "say in DATA what this is, or keep it out of the package"
    assert {each for each in DATA if not fnmatch.filter(data, each)} == set()
    assert data >= set(NEEDED)
    about = {name.partition(".dist-info/")[2] for name in inside - package}
    licences = {"licenses/LICENSE", f"licenses/{NEEDED[1]}"}
    assert about == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", *licences}


def test_the_metadata_say_what_is_so(wheel: zipfile.ZipFile) -> None:
    told = metadata(wheel)
    assert told["Version"] == papernotes.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", papernotes.__version__)
    assert told["License-Expression"] == "MIT AND OFL-1.1"
    assert told["Requires-Python"] == ">=3.11"
    assert set(told.get_all("Provides-Extra", [])) >= {"html", "pdf", "pick"}
    plain = [each for each in told.get_all("Requires-Dist", []) if "extra ==" not in each]
    named = {re.split(r"[^\w-]", each)[0].lower() for each in plain}
    assert not named & {"pytest", "mypy", "ruff", "hypothesis", "jinja2", "hatchling"}
    (name,) = (name for name in wheel.namelist() if name.endswith("/entry_points.txt"))
    assert b"papernotes = papernotes.__main__:main" in wheel.read(name)
    assert "# papernotes" in str(told.get_payload())


def imported(tree: ast.Module) -> set[str]:
    """Return the first names of all modules that are imported by their whole names."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return {name.partition(".")[0] for name in found}


def test_make_setup_brings_all_that_the_tests_import() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = [*told["project"]["dependencies"], *told["dependency-groups"]["dev"]]
    named += told["dependency-groups"]["programs"]  # asked for by name where they are needed
    brought = {canonicalize_name(Requirement(each).name) for each in named}
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        found |= imported(ast.parse(path.read_text(encoding="utf-8")))
    origins = packages_distributions()
    foreign = {name for name in found - sys.stdlib_module_names if name in origins}
    missing = {
        name
        for name in foreign
        if not {canonicalize_name(each) for each in origins[name]} & brought
    }
    assert missing - {"papernotes"} == set(), "name it in the group dev of pyproject.toml"


def test_the_version_stands_in_one_place() -> None:
    version = re.escape(papernotes.__version__)
    said = [
        path
        for path in (*PACKAGE.rglob("*.py"), ROOT / "pyproject.toml")
        if re.search(rf"(?<![\w.]){version}(?![\w.])", path.read_text(encoding="utf-8"))
    ]
    assert said == [PACKAGE / "__init__.py"]


def test_the_source_distribution_can_be_built_and_tested_from(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    assert path.stat().st_size < 5_000_000
    with tarfile.open(path) as archive:
        names = {each.name.partition("/")[2] for each in archive.getmembers()}
        odd = [each.name for each in archive.getmembers() if not (each.isfile() or each.isdir())]
    assert odd == []
    needed = (
        "pyproject.toml README.md LICENSE CHANGELOG.md constraints.txt Makefile papernotes.toml"
    )
    assert names >= {
        *needed.split(),
        "docs/design.md",
        "tests/conftest.py",
        "papernotes/__init__.py",
    }
    assert {name for name in names for each in STRANGE if fnmatch.fnmatch(name, each)} == set()
