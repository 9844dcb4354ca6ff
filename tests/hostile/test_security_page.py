"""docs/security.md names tests that exist, and every test of this folder."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_the_page_names_tests_that_exist_and_all_of_ours() -> None:
    page = (ROOT / "docs/security.md").read_text("utf-8")
    named = set(NAMED.findall(page))
    files = sorted({ROOT / path for path, _ in named} | {*Path(__file__).parent.glob("test_*.py")})
    there = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in files
        if path.is_file()
        for name in names_in(path)
    }
    ours = {one for one in there if one[0].startswith("tests/hostile/")}
    ours = {one for one in ours if one[0] != "tests/hostile/test_security_page.py"}
    assert named - there == set()
    assert ours - named == set()
    assert page.count("::test_") == len(NAMED.findall(page))
