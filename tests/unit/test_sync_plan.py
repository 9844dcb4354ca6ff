from __future__ import annotations

from papernotes.files import FileStat, Scan
from papernotes.models import Problem
from papernotes.store.read import KnownFile
from papernotes.sync.plan import Plan, diff


def stat(size: int = 1) -> FileStat:
    return FileStat(size, 1, 1, 1)


def scan(files: dict[str, FileStat], *problems: Problem) -> Scan:
    return Scan(files, (), problems, 0)


def known(*paths: str, is_racy: bool = False) -> dict[str, KnownFile]:
    return {path: KnownFile(stat(), is_racy, "d") for path in paths}


def test_equal_tables_give_an_empty_plan() -> None:
    assert diff(scan({"notes/a.md": stat()}), known("notes/a.md")).is_empty


def test_new_changed_and_gone_are_told_apart() -> None:
    found = scan({"notes/new.md": stat(), "notes/b.md": stat(2), "notes/c.md": stat()})
    plan = diff(found, known("notes/b.md", "notes/c.md", "notes/d.md"))
    assert plan == Plan(("notes/new.md",), ("notes/b.md",), ("notes/d.md",))


def test_a_file_that_was_too_young_is_looked_at_again() -> None:
    plan = diff(scan({"notes/a.md": stat()}), known("notes/a.md", is_racy=True))
    assert plan.changed == ("notes/a.md",)


def test_most_files_vanishing_is_held_back_until_forced() -> None:
    table = known(*(f"notes/{number}.md" for number in range(10)))
    few = {f"notes/{number}.md": stat() for number in range(4)}
    held = diff(scan(few), table)
    assert (held.removed, len(held.held_back)) == ((), 6)
    assert len(diff(scan(few), table, force=True).removed) == 6
    half = {f"notes/{number}.md": stat() for number in range(5)}
    assert len(diff(scan(half), table).removed) == 5


def test_a_handful_may_all_go() -> None:
    assert len(diff(scan({}), known("notes/a.md", "notes/b.md")).removed) == 2


def test_what_cannot_be_listed_is_not_gone() -> None:
    trouble = (
        Problem("unreadable", "notes/locked", "cannot be listed"),
        Problem("unreadable", "notes/x.md", "cannot be read"),
    )
    plan = diff(scan({}, *trouble), known("notes/locked/a.md", "notes/x.md", "notes/lockedout.md"))
    assert plan.removed == ("notes/lockedout.md",)
