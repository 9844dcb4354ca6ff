from __future__ import annotations

from papernotes.files import FileStat, Scan
from papernotes.models import Problem
from papernotes.store.filed import KnownFile
from papernotes.sync.plan import Plan, diff, held_back_problems


def stat(size: int = 1, inode: int = 1) -> FileStat:
    return FileStat(size, 1, 1, inode)


def scan(files: dict[str, FileStat], *problems: Problem) -> Scan:
    return Scan(files, (), problems, 0)


def known(*paths: str, is_racy: bool = False, is_held: bool = False) -> dict[str, KnownFile]:
    return {path: KnownFile(stat(), is_racy, "d", is_held) for path in paths}


def numbered(count: int) -> dict[str, KnownFile]:
    """Return a table of files that differ in inode and size."""
    return {
        f"notes/{number}.md": KnownFile(stat(100 + number, 10 + number), False, "d")
        for number in range(count)
    }


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


def test_a_move_is_no_vanishing() -> None:
    table = numbered(10)
    moved = {path.replace("/", "/sub/"): each.stat for path, each in table.items()}
    plan = diff(scan(moved), table)
    assert (plan.removed, plan.held_back) == (tuple(table), ())


def test_a_renaming_of_everything_by_inode_is_a_move() -> None:
    table = numbered(10)
    renamed = {f"notes/new-{path[6:]}": each.stat for path, each in table.items()}
    assert diff(scan(renamed), table).removed == tuple(table)


def test_copies_elsewhere_of_the_same_name_and_size_are_moves() -> None:
    table = numbered(10)
    copied = {
        path.replace("/", "/sub/"): stat(each.stat.size, 1000 + each.stat.inode)
        for path, each in table.items()
    }
    assert diff(scan(copied), table).removed == tuple(table)


def test_one_new_file_stands_for_one_lost_file_only() -> None:
    table = {f"notes/{n}/idea.md": KnownFile(stat(5, 10 + n), False, "d") for n in range(10)}
    plan = diff(scan({"notes/idea.md": stat(5, 99)}), table)
    assert (len(plan.removed), len(plan.held_back)) == (1, 9)


def test_a_system_without_inodes_knows_no_moves_by_them() -> None:
    table = {f"notes/{n}.md": KnownFile(stat(5, 0), False, "d") for n in range(10)}
    fresh = {f"notes/new-{n}.md": stat(5, 0) for n in range(10)}
    assert len(diff(scan(fresh), table).held_back) == 10


def test_moves_do_not_hide_that_the_rest_vanished() -> None:
    table = numbered(20)
    moved = {f"notes/sub/{n}.md": table[f"notes/{n}.md"].stat for n in range(8)}
    plan = diff(scan(moved), table)
    assert (len(plan.removed), len(plan.held_back)) == (8, 12)


def test_new_files_do_not_wear_the_guard_down() -> None:
    held = known(*(f"notes/{number}.md" for number in range(10)), is_held=True)
    fresh = known(*(f"notes/new-{number}.md" for number in range(100)))
    found = {path: stat() for path in fresh}
    plan = diff(scan(found), {**held, **fresh})
    assert (plan.held_back, plan.removed) == (tuple(held), ())
    assert plan.is_empty, "they were held back before: nothing is left to do"
    assert diff(scan(found), {**held, **fresh}, force=True).removed == tuple(held)


def test_holding_back_is_work_to_do_the_first_time_only() -> None:
    table = numbered(10)
    plan = diff(scan({}), table)
    assert plan.held_anew == tuple(table)
    assert not plan.is_empty


def test_what_was_held_back_and_is_there_again_is_looked_at() -> None:
    plan = diff(scan({"notes/a.md": stat()}), known("notes/a.md", is_held=True))
    assert plan == Plan(changed=("notes/a.md",))


def test_while_some_are_held_back_others_may_still_be_deleted() -> None:
    held = known(*(f"notes/{number}.md" for number in range(10)), is_held=True)
    plan = diff(scan({"notes/x.md": stat()}), {**held, **known("notes/x.md", "notes/y.md")})
    assert (plan.removed, plan.held_back) == (("notes/y.md",), tuple(held))


def test_what_is_held_back_is_a_problem_each() -> None:
    plan = diff(scan({}), numbered(6))
    problems = held_back_problems(plan)
    assert [problem.path for problem in problems] == list(plan.held_back)
    assert {problem.code for problem in problems} == {"vanished"}
    assert "papernotes sync --force" in problems[0].message
    assert held_back_problems(Plan()) == ()
