"""What every export target promises, on a real folder."""

from __future__ import annotations

import errno
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from papernotes.errors import FormatError, UsageError
from papernotes.export import apply, find_target, plan, publishable, target_of
from papernotes.export.blog.ledger import LEDGER_NAME
from papernotes.files import put
from papernotes.reports.writing import TARGETS
from tests.exporting import SETTINGS, make_note, make_source
from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.models import Note
    from papernotes.reports.writing import ExportReport

pytestmark = pytest.mark.parametrize("target", sorted(TARGETS))

ONE = (
    "---\ntitle: One\ncreated: 2026-01-02\npublish: true\n---\n"
    "![[fig.png]] [[two]] [@kingma2014adam]\n"
)
TWO = "---\ntitle: Two\ncreated: 2026-01-03\npublish: true\n---\nText.\n"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    root = tmp_path / "library"
    (root / "notes").mkdir(parents=True)
    (root / "notes/fig.png").write_bytes(make_png())
    return root


def run(
    library: Path, target: str, published: tuple[Note, ...] = (), **texts: str
) -> tuple[dict[str, str], ExportReport]:
    notes = [make_note(f"notes/{name}.md", text) for name, text in texts.items()]
    source = make_source(library, notes, published=published)
    directory = library.parent / "blog" / find_target(target).folder
    report = apply(plan(source, target=target, directory=directory, settings=SETTINGS))
    return {file.path: file.outcome for file in report.files}, report


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def post_of(outcomes: dict[str, str], slug: str) -> str:
    return next(
        path for path in outcomes if slug in path and path.endswith((".md", ".html", ".qmd"))
    )


@pytest.mark.fault(60)
def test_a_second_run_touches_nothing(library: Path, target: str) -> None:
    first, _ = run(library, target, one=ONE, two=TWO)
    before = tree(library.parent / "blog")
    again, _ = run(library, target, one=ONE, two=TWO)
    assert set(first.values()) == {"new"}
    assert set(again.values()) == {"unchanged"}
    assert tree(library.parent / "blog") == before
    assert set(before) == {*first, LEDGER_NAME}


def test_a_dry_run_writes_nothing(library: Path, target: str) -> None:
    source = make_source(library, [make_note("notes/one.md", ONE)])
    planned = plan(source, target=target, directory=library.parent / "blog", settings=SETTINGS)
    report = planned.report()
    assert report.is_dry_run
    assert {file.outcome for file in report.files} == {"new"}
    assert not (library.parent / "blog").exists()


def test_unpublished_notes_lose_their_files_and_only_those(library: Path, target: str) -> None:
    run(library, target, one=ONE, two=TWO)
    blog = library.parent / "blog"
    mine = blog / find_target(target).folder / "2020-01-01-mine.md"
    mine.write_text("mine")
    outcomes, report = run(library, target, two=TWO)
    assert {file.outcome for file in report.files if file.ref == "one"} == {"removed"}
    assert {file.outcome for file in report.files if file.ref == "two"} <= {"unchanged", "changed"}
    assert outcomes[post_of(outcomes, "one")] == "removed"
    left = tree(blog)
    assert not any("one" in path or "fig.png" in path for path in left)
    assert b"one" not in left[LEDGER_NAME][0]
    assert mine.read_text() == "mine"
    assert not [path for path in blog.rglob("*") if path.is_dir() and path.name == "one"]


def test_notes_that_stay_published_keep_their_posts_when_others_are_named(
    library: Path, target: str
) -> None:
    first, _ = run(library, target, one=ONE, two=TWO)
    outcomes, report = run(library, target, (make_note("notes/two.md", TWO),), one=ONE)
    assert set(outcomes.values()) == {"unchanged"}
    assert report.problems == ()
    assert {*tree(library.parent / "blog")} == {*first, LEDGER_NAME}


def test_a_new_title_keeps_the_place(library: Path, target: str) -> None:
    first, _ = run(library, target, two=TWO)
    outcomes, _ = run(library, target, two=TWO.replace("title: Two", "title: Something Else"))
    assert outcomes.keys() == first.keys()
    assert outcomes[post_of(first, "two")] == "changed"


@pytest.mark.fault(59)
def test_a_file_in_the_way_blocks_its_post_and_no_other(library: Path, target: str) -> None:
    planned, _ = run(library, target, one=ONE, two=TWO)
    blog = library.parent / "blog"
    path = post_of(planned, "one")
    for file in tree(blog):
        (blog / file).unlink()
    (blog / path).write_text("written by somebody")
    outcomes, report = run(library, target, one=ONE, two=TWO)
    assert outcomes[path] == "blocked"
    assert (blog / path).read_text() == "written by somebody"
    assert outcomes[post_of(planned, "two")] == "new"
    assert next(file.message for file in report.files if file.outcome == "blocked")


@pytest.mark.fault(3, 60)
def test_what_an_export_that_was_stopped_had_written_is_ours(
    library: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(library, target, one=ONE)
    named: list[Path] = []

    def name(flushed: Path, path: Path) -> None:
        named.append(path)
        if len(named) > 1:
            raise KeyboardInterrupt
        put(flushed, path)

    with monkeypatch.context() as patch:
        patch.setattr("papernotes.files.put", name)
        with pytest.raises(KeyboardInterrupt):
            run(library, target, one=ONE + "more", two=TWO)
    outcomes, _ = run(library, target, one=ONE + "other", two=TWO + "other")
    assert "blocked" not in outcomes.values()
    outcomes, _ = run(library, target, one=ONE + "other", two=TWO + "other")
    assert set(outcomes.values()) == {"unchanged"}


@pytest.mark.fault(15)
def test_a_folder_the_disk_does_not_keep_is_told_and_the_next_run_completes_it(
    library: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error", str(folder))

    for text in (TWO, TWO + "more"):
        with monkeypatch.context() as patch:
            patch.setattr("papernotes.files.flush_folder", fail)
            outcomes, report = run(library, target, one=ONE, two=text)
        assert outcomes[post_of(outcomes, "two")] == "blocked"
        assert any("Input/output error" in file.message for file in report.files)
        outcomes, _ = run(library, target, one=ONE, two=text)
        assert "blocked" not in outcomes.values()
        outcomes, _ = run(library, target, one=ONE, two=text)
        assert set(outcomes.values()) == {"unchanged"}


@pytest.mark.fault(59)
def test_a_post_edited_by_hand_is_neither_overwritten_nor_removed(
    library: Path, target: str
) -> None:
    planned, _ = run(library, target, two=TWO)
    path = post_of(planned, "two")
    edited = library.parent / "blog" / path
    edited.write_text("by hand")
    for _ in range(2):
        outcomes, _ = run(library, target, two=TWO + "more")
        assert outcomes[path] == "blocked"
    for _ in range(2):
        outcomes, report = run(library, target)
        assert outcomes[path] == "blocked"
        assert [file.path for file in report.files if file.ref] == [path]
    assert edited.read_text() == "by hand"


@pytest.mark.fault(59)
def test_a_post_edited_while_the_export_runs_stays(library: Path, target: str) -> None:
    planned, _ = run(library, target, two=TWO)
    path = post_of(planned, "two")
    source = make_source(library, [make_note("notes/two.md", TWO + "more")])
    directory = library.parent / "blog" / find_target(target).folder
    made = plan(source, target=target, directory=directory, settings=SETTINGS)
    edited = library.parent / "blog" / path
    edited.write_text("by hand")
    outcomes = {file.path: file.outcome for file in apply(made).files}
    assert outcomes[path] == "blocked"
    assert edited.read_text() == "by hand"


def test_links_of_the_file_system_are_not_followed(library: Path, target: str) -> None:
    planned, _ = run(library, target, two=TWO)
    path = library.parent / "blog" / post_of(planned, "two")
    victim = library.parent / "victim.md"
    path.rename(victim)
    path.symlink_to(victim)
    before = victim.read_bytes()
    outcomes, _ = run(library, target, two=TWO + "more")
    assert outcomes[post_of(planned, "two")] == "blocked"
    assert victim.read_bytes() == before
    assert path.is_symlink()


def test_a_folder_that_leads_out_of_the_blog_is_not_written_to(library: Path, target: str) -> None:
    blog, elsewhere = library.parent / "blog", library.parent / "elsewhere"
    planned, _ = run(library, target, one=ONE)
    image = next(path for path in planned if path.endswith(".png"))
    for file in tree(blog):
        (blog / file).unlink()
    (blog / image).parent.rmdir()
    elsewhere.mkdir()
    (blog / image).parent.symlink_to(elsewhere)
    outcomes, _ = run(library, target, one=ONE)
    assert "blocked" in {outcomes.get(image), outcomes[post_of(outcomes, "one")]}
    assert list(elsewhere.iterdir()) == []


def test_an_unreadable_ledger_stops_the_export(library: Path, target: str) -> None:
    run(library, target, two=TWO)
    (library.parent / "blog" / LEDGER_NAME).write_text("{")
    before = tree(library.parent / "blog")
    with pytest.raises(FormatError):
        run(library, target, two=TWO + "more")
    assert tree(library.parent / "blog") == before


@pytest.mark.parametrize(
    "place", ["/", "~", ".", "notes", "notes/_posts", "bib", "index/x", "FOLDER"]
)
@pytest.mark.fault(59)
def test_folders_that_must_not_become_a_blog(
    library: Path, target: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(library.parent))
    place = place.replace("FOLDER", find_target(target).folder)
    directory = library / place if not place.startswith(("/", "~")) else library.__class__(place)
    source = make_source(library, [make_note("notes/two.md", TWO)])
    with pytest.raises(UsageError):
        plan(source, target=target, directory=directory, settings=SETTINGS)


def test_an_unknown_target_names_the_known_ones(library: Path, target: str) -> None:
    source = make_source(library, [])
    with pytest.raises(UsageError, match="no export target geocities") as caught:
        plan(source, target="geocities", directory=library.parent / "b", settings=SETTINGS)
    assert target in caught.value.hint


@pytest.mark.parametrize(
    ("front", "is_named", "expected"),
    [
        ("publish: true", False, True),
        ("publish: false", False, False),
        ("publish: false", True, True),
        ("title: no flag", False, False),
        ('publish: "true"', False, False),
        ("publish: yes please", False, False),
        ("publish: true\nprivate: true", False, False),
        ("publish: true\nprivate: true", True, False),
        ("publish: [geocities]", False, False),
    ],
)
def test_what_may_leave(target: str, front: str, is_named: bool, expected: bool) -> None:
    allowed, reason = publishable(made(front), target, is_named=is_named)
    assert allowed is expected
    assert bool(reason) is not expected


def test_a_list_of_targets_limits_to_them(target: str) -> None:
    assert publishable(made(f"publish: [geocities, {target}]"), target) == (True, "")


def made(front: str) -> Note:
    return make_note("notes/x.md", f"---\n{front}\n---\n")


def test_a_blog_that_shows_no_formulas_is_pointed_out(library: Path, target: str) -> None:
    if find_target(target).config != "_config.yml":
        return  # it is Jekyll's sites that have to be told
    blog = library.parent / "blog"
    blog.mkdir()
    math = TWO + "A $x$.\n"
    assert run(library, target, two=math)[1].problems == ()
    config = blog / find_target(target).config
    for said in ("", "title: x\nuse_math:\n", "use_math: false", "kramdown:\n  math_engine: nil\n"):
        config.write_text(said)
        for text in (math, TWO + "> [!note] N\n> A $x$.\n"):
            assert [one.code for one in run(library, target, two=text)[1].problems] == ["blog"]
        assert run(library, target, two=TWO)[1].problems == ()
    for said in ("use_math: true\n", "kramdown:\n  math_engine: katex\n"):
        config.write_text(said)
        assert run(library, target, two=math)[1].problems == ()


def test_a_note_that_was_only_named_is_pointed_out(library: Path, target: str) -> None:
    marked = make_note("notes/two.md", TWO)
    unmarked = make_note("notes/three.md", TWO.replace("publish: true\n", ""))
    source = make_source(library, [marked, unmarked])
    source = replace(source, named=frozenset(("two", "three")))
    planned = plan(source, target=target, directory=library.parent / "blog", settings=SETTINGS)
    assert [(one.code, one.path) for one in planned.problems] == [("not-marked", "notes/three.md")]
    assert "publish: true" in planned.problems[0].message


@pytest.mark.parametrize(
    ("name", "front", "day"),
    [
        ("2019-05-12-old-post", "created: 2020-01-01", "2019-05-12"),
        ("2019-05-12-old-post", "date: 2021-01-01", "2021-01-01"),
        ("2019-5-2-old-post", "status: read", "2019-05-02"),
        ("2019-13-45-old-post", "created: 2020-01-01", "2020-01-01"),
        ("2019-05-12", "created: 2020-01-01", "2020-01-01"),
    ],
)
def test_a_name_in_jekylls_manner_dates_the_post(
    library: Path, target: str, name: str, front: str, day: str
) -> None:
    note = make_note(f"notes/{name}.md", f"---\ntitle: The Title\n{front}\n---\nText.\n")
    planned = plan(
        make_source(library, [note]),
        target=target,
        directory=library.parent / "blog",
        settings=SETTINGS,
    )
    placement = planned.after.entries[note.ref].placement
    assert (placement.slug, placement.published_on.isoformat()) == ("the-title", day)


def test_the_folder_of_posts_may_be_named_instead_of_the_blog(library: Path, target: str) -> None:
    first, _ = run(library, target, one=ONE, two=TWO)
    blog = library.parent / "blog"
    for directory in (blog, blog / find_target(target).folder):
        assert target_of(directory) == target
        notes = [make_note(f"notes/{name}.md", text) for name, text in (("one", ONE), ("two", TWO))]
        planned = plan(
            make_source(library, notes), target=target, directory=directory, settings=SETTINGS
        )
        assert {file.path: file.outcome for file in planned.report().files} == dict.fromkeys(
            first, "unchanged"
        )


def test_files_about_several_posts_follow_the_posts_and_are_never_foreign(
    library: Path, target: str
) -> None:
    _, report = run(library, target, one=ONE, two=TWO)
    shared = {file.path for file in report.files if not file.ref}
    blog = library.parent / "blog"
    for path in shared:
        (blog / path).write_text("by hand")
    outcomes, _ = run(library, target, one=ONE, two=TWO)
    assert {outcomes[path] for path in shared} <= {"blocked"}
    assert all((blog / path).read_text() == "by hand" for path in shared)


def test_a_pinned_url_stands_in_the_post_and_the_old_one_leads_there(
    library: Path, target: str
) -> None:
    first, _ = run(library, target, two=TWO)
    old = find_target(target).permalink.format(slug="two")
    pinned = TWO.replace("title:", "permalink: /2020/old-post.html\ntitle:")
    run(library, target, two=pinned)
    left = tree(library.parent / "blog")
    assert b"/2020/old-post.html" in b"".join(data for data, _ in left.values())
    shown = [data for path, (data, _) in left.items() if path != LEDGER_NAME]
    is_told = any(old.strip("/").encode() in data for data in shown)
    assert is_told or any(path.startswith(old.strip("/")) for path in left), first
