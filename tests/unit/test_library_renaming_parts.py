"""Headings and tags get other names in a whole library, or nothing changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from papernotes import files
from papernotes.errors import ConflictError, FormatError, NotFoundError, UsageError
from tests.factories import open_library, write
from tests.renaming import outcomes, own, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from papernotes.library import Library
    from papernotes.reports.changing import RenameReport


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lib"


@pytest.fixture
def library(root: Path) -> Iterator[Library]:
    with open_library(root) as library:
        yield library


def test_a_heading_and_all_that_means_it_change_and_come_back(root: Path, library: Library) -> None:
    own(root, "doe2020", title="On Doe", note="---\npaper: doe2020\n---\n# On it\n## Old\n[[#Old]]")
    write(root, "notes/deep/a.md", "[[doe2020#Old]] [[On Doe#Old|x]] [y](../doe2020.md#old)\n")
    write(root, "notes/other.md", "## Old\n[[#Old]] [[other#Old]] [x](deep/doe2020.md#old)\n")
    write(root, "notes/quiet.md", "[[doe2020]] [@doe2020] Old\n")
    library.sync()
    before, quiet = tree(root), (root / "notes/quiet.md").stat()
    planned = library.rename_heading("doe2020", "old", "New", is_dry_run=True)
    assert tree(root) == before
    done = library.rename_heading("doe2020", "old", "New")
    assert (done.results, done.files) == (planned.results, planned.files)
    assert outcomes(done) == {"doe2020#Old": ("doe2020#New", "renamed")}
    assert [(each.path, each.lines) for each in done.files] == [
        ("notes/deep/a.md", (1,)),
        ("notes/doe2020.md", (5, 6)),
    ]
    text = (root / "notes/deep/a.md").read_text()
    assert text == "[[doe2020#New]] [[On Doe#New|x]] [y](../doe2020.md#new)\n"
    assert (root / "notes/quiet.md").stat() == quiet
    assert {each.ref for each in library.search("new")} == {"deep/a", "doe2020"}
    library.rename_heading("doe2020", "New", "Old")
    assert tree(root) == before


def test_links_by_a_title_that_is_a_heading_follow_it(root: Path, library: Library) -> None:
    write(root, "notes/n.md", "# Old things\n\n[[Old things#Old things]]\n")
    write(root, "notes/a.md", "[[old things]] [[n]] [[Old things|x]] [[Newer]]\n")
    write(root, "notes/b.md", "---\ntitle: Newer\n---\n[[n#Old things]]\n")
    before = tree(root)
    library.rename_heading("n", "Old things", "New: things")
    assert tree(root) == {
        "notes/n.md": b"# New: things\n\n[[New: things#New: things]]\n",
        "notes/a.md": b"[[New: things]] [[n]] [[New: things|x]] [[Newer]]\n",
        "notes/b.md": b"---\ntitle: Newer\n---\n[[n#New: things]]\n",
    }
    library.rename_heading("n", "New: things", "Old things")
    assert tree(root) == before | {"notes/a.md": before["notes/a.md"].replace(b"old", b"Old")}
    with pytest.raises(ConflictError, match=r"'Newer' would be the title of notes/n\.md"):
        library.rename_heading("n", "Old things", "Newer")


def test_what_has_no_such_heading_is_not_found(root: Path, library: Library) -> None:
    own(root, "doe2020")
    write(root, "notes/a.md", "# A\n")
    with pytest.raises(NotFoundError, match="doe2020 has no note"):
        library.rename_heading("doe2020", "A", "B")
    with pytest.raises(NotFoundError, match="no heading 'B'"):
        library.rename_heading("a", "B", "C")
    assert outcomes(library.rename_heading("a", "A", "A")) == {"a#A": ("a#A", "kept")}


def test_a_tag_changes_everywhere_and_comes_back(root: Path, library: Library) -> None:
    own(root, "doe2020", note="---\npaper: doe2020\ntags: [old, x]\n---\n#old/y\n")
    write(root, "notes/a.md", "#old and #older\n")
    write(root, "notes/b.md", "old `#old`\n")
    library.sync()
    before, still = tree(root), (root / "notes/b.md").stat()
    done = library.rename_tag("#old", "new/z")
    assert outcomes(done) == {"#old": ("#new/z", "renamed")}
    assert [(each.path, each.lines) for each in done.files] == [
        ("notes/a.md", (1,)),
        ("notes/doe2020.md", (3, 5)),
    ]
    assert (root / "notes/b.md").stat() == still
    assert {each.ref for each in library.list("tag:new")} == {"a", "doe2020"}
    assert {each.ref for each in library.list("tag:new/z/y")} == {"doe2020"}
    assert not library.list("tag:old").hits
    library.rename_tag("new/z", "old")
    assert tree(root) == before


def test_two_tags_become_one_and_the_plan_says_so(root: Path, library: Library) -> None:
    write(root, "notes/a.md", "---\ntags: [old, new]\n---\n#old\n")
    write(root, "notes/b.md", "#old\n")
    write(root, "notes/c.md", "#New/x\n")
    planned = library.rename_tag("old", "new", is_dry_run=True)
    assert planned.results[0].message == "#new exists already in 2 notes: the two become one"
    library.rename_tag("old", "new")
    assert (root / "notes/a.md").read_text() == "---\ntags: [new]\n---\n#new\n"
    assert library.rename_tag("new", "newer").results[0].message == ""
    assert (root / "notes/c.md").read_text() == "#newer/x\n"
    assert library.rename_tag("newer", "Newer").results[0].message == ""


def test_a_tag_that_is_none_or_cannot_be_changes_nothing(root: Path, library: Library) -> None:
    write(root, "notes/a.md", "---\ntitle: a: b\ntags: [old]\n---\n")
    write(root, "notes/b.md", "#old #other\n")
    write(root, "notes/c.md", b"\xff #binary\n")
    before = tree(root)
    with pytest.raises(FormatError, match=r"notes/a\.md:2: the front matter is not sound"):
        library.rename_tag("old", "new")
    with pytest.raises(FormatError, match=r"notes/c\.md:1: is not UTF-8"):
        library.rename_tag("binary", "new")
    with pytest.raises(NotFoundError, match="no note has the tag #none"):
        library.rename_tag("none", "new")
    with pytest.raises(UsageError, match="cannot be a tag"):
        library.rename_tag("other", "a b")
    assert outcomes(library.rename_tag("other", "other")) == {"#other": ("#other", "kept")}
    assert tree(root) == before


@pytest.mark.parametrize("what", ["heading", "tag"])
@pytest.mark.fault(32, 57)
def test_an_editor_that_was_quicker_stops_all(
    root: Path, library: Library, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    write(root, "notes/a.md", "# Old\n#old\n")
    write(root, "notes/b.md", "[[a#Old]] #old\n")
    library.sync()
    real = files.change

    def rename() -> None:
        if what == "tag":
            library.rename_tag("old", "new")
        else:
            library.rename_heading("a", "Old", "New")

    def change(*args: Any, **options: Any) -> None:
        write(root, "notes/b.md", "[[a#Old]] #old, and more\n")
        real(*args, **options)

    monkeypatch.setattr(files, "change", change)
    before = tree(root)
    with pytest.raises(ConflictError, match=r"notes/b\.md: was changed by another program"):
        rename()
    assert tree(root) == before | {"notes/b.md": b"[[a#Old]] #old, and more\n"}
    monkeypatch.undo()
    rename()
    wanted = {"tag": "[[a#Old]] #new, and more\n", "heading": "[[a#New]] #old, and more\n"}
    assert (root / "notes/b.md").read_text() == wanted[what]


def test_an_editor_that_saves_while_the_plan_is_shown_is_not_overwritten(
    root: Path, library: Library
) -> None:
    own(root, "doe2020")
    write(root, "notes/a.md", "# Old\n[[doe2020]] #old\n")

    def agree(_plan: Any) -> bool:
        write(root, "notes/a.md", "\n# Old\n[[doe2020]] #old\n")
        return True

    renames: list[Callable[[], RenameReport]] = [
        lambda: library.rename("doe2020", "roe", agree=agree),
        lambda: library.rename_heading("a", "Old", "New", agree=agree),
        lambda: library.rename_tag("old", "new", agree=agree),
    ]
    for rename in renames:
        write(root, "notes/a.md", "# Old\n[[doe2020]] #old\n")
        with pytest.raises(ConflictError, match="changed since the plan was made"):
            rename()
        assert (root / "notes/a.md").read_text() == "\n# Old\n[[doe2020]] #old\n"
    assert library.rename_tag("old", "new", agree=lambda _: False).is_dry_run
    assert "#old" in (root / "notes/a.md").read_text()


def test_the_store_is_what_a_rebuild_makes(root: Path, library: Library) -> None:
    for number in range(8):
        head = f"---\ntags: [old, t{number}]\n---\n# N {number}\n"
        write(root, f"notes/n{number}.md", f"{head}## Old\n[[n{number % 3}#Old]] #old/x\n")
    library.sync()
    library.rename_heading("n1", "Old", "New")
    library.rename_tag("old", "new")
    listed = library.list("tag:new", sort="title", limit=0)
    cards = [library.show(hit.ref) for hit in listed]
    library.sync(rebuild=True)
    assert library.list("tag:new", sort="title", limit=0) == listed
    assert [library.show(hit.ref) for hit in listed] == cards
    assert len(listed) == 8


def test_links_to_a_heading_that_holds_a_tag_or_a_name_follow_it(
    root: Path, library: Library
) -> None:
    own(root, "doe2020")
    write(root, "notes/n.md", "# N\n\n## On #ml now\n[[#On ml now]]\n\nOf @doe2020\n---\n")
    write(root, "notes/m.md", "# M\n\n## See [[deep/b]]\n[x](#see-deepb)\n")
    write(root, "notes/deep/b.md", "# B\n\n[[n#On ml now|x]] [y](../n.md#of-doe2020)\n")
    write(root, "notes/c.md", "[[n#Of @doe2020]] [[m#See deep/b]] [z](m.md#see-deepb)\n#ml\n")
    library.sync()
    before = tree(root)
    renamings: tuple[tuple[str, Callable[..., RenameReport], str, str, str], ...] = (
        ("n.md", library.rename_tag, "ml", "ai", "[[#On ai now]]"),
        ("deep/b.md", library.rename_tag, "ml", "ai", "[[n#On ai now|x]]"),
        ("c.md", library.rename, "doe2020", "roe2021", "[[n#Of @roe2021]]"),
        ("deep/b.md", library.rename, "doe2020", "roe2021", "[y](../n.md#of-roe2021)"),
        ("c.md", library.rename, "deep/b", "deep/bb", "[z](m.md#see-deepbb)"),
        ("m.md", library.rename, "deep/b", "other/b", "[x](#see-otherb)"),
    )
    for path, rename, old, new, said in renamings:
        planned = rename(old, new, is_dry_run=True)
        assert tree(root) == before
        done = rename(old, new)
        assert done.files == planned.files
        assert said in (root / "notes" / path).read_text(), said
        links = [link for ref in ("n", "m", "c") for link in library.links(ref).out]
        assert not [link.written for link in links if link.fault]
        rename(new, old)
        assert tree(root) == before
