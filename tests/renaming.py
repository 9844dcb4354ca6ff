"""Libraries whose entries papernotes made, for tests that rename them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papernotes import bib
from tests.factories import paper, write

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.reports.changing import RenameReport

NUMBER = iter(range(10_000))


def own(root: Path, key: str, *, note: str | None = None, **fields: Any) -> None:
    """Write an entry as papernotes makes it, and a note."""
    number = next(NUMBER)
    known = {"arxiv_id": f"2002.{number:05}", "title": f"Paper {number:05}", "url": None, **fields}
    write(root, f"bib/{key}.bib", bib.render(paper(key, **known)))
    if note is not None:
        write(root, f"notes/{key}.md", note)


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("notes", "bib", "pdf")
        for path in (root / folder).rglob("*")
        if path.is_file()
    }


def outcomes(report: RenameReport) -> dict[str, tuple[str, str]]:
    return {each.old: (each.new, each.outcome) for each in report.results}
