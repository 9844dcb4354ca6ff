"""The fault matrix: what breaks, what papernotes does then, and which tests show it.

A test says which rows it shows by ``@pytest.mark.fault(16)``, a whole file by
``pytestmark = pytest.mark.fault(32)``. The marks are read from the text of the tests, without
importing them; docs/reliability.md ends with the table made here.
"""

from __future__ import annotations

import ast
import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.faults.rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TESTS = Path(__file__).parents[1]


class Shown(NamedTuple):
    """A test, or a whole file of them (``name`` is empty), by its path below the repository."""

    path: str
    name: str


def find_marks(tests: Path = TESTS) -> dict[int, list[Shown]]:
    """Return, of each row, the tests that are marked with it, in the order of paths."""
    found: dict[int, list[Shown]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        text = path.read_text("utf-8")
        if "mark.fault(" not in text:
            continue
        shown = Path(os.path.relpath(path, tests.parent)).as_posix()
        for number, name in _marks(ast.parse(text)):
            found[number].append(Shown(shown, name))
    return dict(found)


def _marks(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield rows with the test that shows them."""
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef):
            for decorator in statement.decorator_list:
                yield from ((number, statement.name) for number in _rows(decorator))
        elif isinstance(statement, ast.Assign) and "pytestmark" in ast.unparse(
            statement.targets[0]
        ):
            for node in ast.walk(statement.value):
                yield from ((number, "") for number in _rows(node))


def _rows(node: ast.AST) -> Iterator[int]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.fault":
        for argument in node.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, int):
                yield argument.value


def complaints(marks: Mapping[int, Sequence[Shown]]) -> list[str]:
    """Return what is wrong with the matrix: rows that nothing shows, marks of no row."""
    numbers = [row.number for row in ROWS]
    wrong = [f"row {number} is missing" for number in range(1, 66) if number not in numbers]
    for row in ROWS:
        if not row.why_none and not marks.get(row.number):
            wrong.append(f"row {row.number} is shown by no test")
        if row.why_none and marks.get(row.number):
            wrong.append(f"row {row.number} is said not to be shown, and is")
    return wrong + [f"a mark names row {n}, which there is not" for n in marks if n not in numbers]


def render() -> str:
    """Return the table in Markdown. Raises ValueError for a matrix that is not whole."""
    marks = find_marks()
    if wrong := complaints(marks):
        raise ValueError("; ".join(wrong))
    lines = ["| # | what breaks | what papernotes does | shown by |", "|--:|---|---|---|"]
    for row in ROWS:
        cell = row.why_none or "<br>".join(map(_link, marks[row.number]))
        lines.append(f"| {row.number} | {row.breaks} | {row.does} | {cell} |")
    return "\n".join(lines)


def _link(shown: Shown) -> str:
    name = f"`{shown.name}`" if shown.name else f"all of `{Path(shown.path).name}`"
    return f"[{name}](../{shown.path})"
