"""A note moves to another folder, and every link leads where it led."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from papernotes.errors import ConflictError, FormatError, UsageError
from papernotes.notes.renaming.folders import NewPlace, relocate
from tests.factories import open_library, write
from tests.renaming import outcomes, own, tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.library import Library
    from papernotes.models import Link

MOVE = NewPlace("notes/a/todo.md", "notes/c/d/done.md")
BACK = NewPlace("notes/c/d/done.md", "notes/a/todo.md")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "lib"


@pytest.fixture
def library(root: Path) -> Iterator[Library]:
    with open_library(root) as library:
        yield library


def is_moved(link: Link) -> bool:
    return bool(re.search(r"todo|done", link.target)) and "other" not in link.target


TO_IT = {  # in notes/b/x.md
    "[[a/todo]] [[a/todo#H|l]]": "[[c/d/done]] [[c/d/done#H|l]]",
    "![[notes/a/todo]]": "![[notes/c/d/done]]",
    "[[todo]] [[todo.md]] [[@todo]]": "[[done]] [[done.md]] [[@done]]",
    "[[/a/todo]] [[../a/todo]]": "[[/c/d/done]] [[../c/d/done]]",
    "[x](../a/todo.md#h 't') [x](../a/todo)": "[x](../c/d/done.md#h 't') [x](../c/d/done)",
    "[x](/notes/a/todo.md) [x](<../a/todo.md>)": "[x](/notes/c/d/done.md) [x](<../c/d/done.md>)",
    "[r] [x][r]\n\n[r]: ../a/todo.md#h": "[r] [x][r]\n\n[r]: ../c/d/done.md#h",
    "| [[a/todo\\|l]] | b |\n|--|--|": "| [[c/d/done\\|l]] | b |\n|--|--|",
    "`[[a/todo]]` $[[todo]]$ %%[[todo]]%% [[The todo title]]": None,
    "[x](../a/other-todo.md) ![x](img/a.png) [y](https://x.org/a/todo.md)": None,
}
WITHIN = {  # in the note itself
    "[x](other.md) ![x](img/a%20b.png)": "[x](../../a/other.md) ![x](../../a/img/a%20b.png)",
    "[x](./other.md#h)": "[x](../../a/other.md#h)",
    "![x](<img/a b.png> 't')": "![x](<../../a/img/a b.png> 't')",
    "[x](../b/x.md) [x](../../pdf/a.pdf)": "[x](../../b/x.md) [x](../../../pdf/a.pdf)",
    "[r]\n\n[r]: other.md": "[r]\n\n[r]: ../../a/other.md",
    "[[./other]] ![[../img.png]]": "[[../../a/other]] ![[../../img.png]]",
    "[me](todo.md#h) [[todo#h]]": "[me](done.md#h) [[done#h]]",
    "[x](../../../out.md) [x](img/)": "[x](../../../../out.md) [x](../../a/img/)",
    "[x](#h) [x](/notes/b/x.md) [x](mailto:a@b.c) [x](?a) [x](//x.org/y) [[x]] `[x](y.md)`": None,
    "<img alt=x src='img/a.png'> <a href=\"other.md\">x</a>": (
        "<img alt=x src='../../a/img/a.png'> <a href=\"../../a/other.md\">x</a>"
    ),
    '<a href="todo.md#h">x</a>': '<a href="done.md#h">x</a>',
    '<img src="https://x.org/a.png"> <img src="/a.png"> <p src="a.png"> `<img src="a.png">`': None,
    '<script src="a.js">x = "<img src=b.png>"</script> <a href="#h"> <img data-src="a.png">': None,
    "[x]({{ site.url }}/y) ![[img.png]] [[b/x]]": None,
}


@pytest.mark.parametrize("text", TO_IT)
def test_links_to_it_follow_in_their_form(text: str) -> None:
    def is_it(link: Link) -> bool:
        return is_moved(link) and "title" not in link.target

    there = relocate(text, "notes/b/x.md", MOVE, is_it)
    assert there == (TO_IT[text] or text)
    assert relocate(there, "notes/b/x.md", BACK, is_it) == text


@pytest.mark.parametrize("text", WITHIN)
def test_ways_from_it_follow(text: str) -> None:
    there = relocate(text, MOVE.path, MOVE, is_moved)
    assert there == (WITHIN[text] or text)
    assert relocate(there, BACK.path, BACK, is_moved) == text.replace("./other.md", "other.md")


def test_a_note_moves_and_comes_back(root: Path, library: Library) -> None:
    write(
        root, "notes/inbox.md", "---\naliases: [box]\n---\n# In\n![](img/a.png) [[a]] [a](a.md)\n"
    )
    write(root, "notes/img/a.png", b"png")
    write(root, "notes/a.md", "[[inbox]] [x](inbox.md#in) [[In]] [[box]] [[notes/inbox]]\n")
    write(root, "notes/deep/b.md", "[x](../inbox.md) [[../inbox|y]]\n")
    library.sync()
    before = tree(root)
    planned = library.rename("inbox", "ideas/inbox", is_dry_run=True)
    assert tree(root) == before
    done = library.rename("inbox", "ideas/inbox")
    assert (done.results, done.files) == (planned.results, planned.files)
    assert outcomes(done) == {"inbox": ("ideas/inbox", "renamed")}
    assert [(each.path, each.new_path, each.lines) for each in done.files] == [
        ("notes/a.md", "", (1,)),
        ("notes/deep/b.md", "", (1,)),
        ("notes/inbox.md", "notes/ideas/inbox.md", (5,)),
    ]
    assert (root / "notes/a.md").read_text() == (
        "[[inbox]] [x](ideas/inbox.md#in) [[In]] [[box]] [[notes/ideas/inbox]]\n"
    )
    text = (root / "notes/ideas/inbox.md").read_text()
    assert text.endswith("![](../img/a.png) [[a]] [a](../a.md)\n")
    assert {each.ref for each in library.show("ideas/inbox").backlinks} == {"a", "deep/b"}
    library.rename("inbox", "notes/inbox")
    assert tree(root) == before


def test_a_note_may_get_another_name_on_the_way(root: Path, library: Library) -> None:
    write(root, "notes/a/todo.md", "# A\n")
    write(root, "notes/n.md", "[[todo]] [[a/todo]]\n")
    library.rename("a/todo", "c/done")
    assert tree(root) == {"notes/c/done.md": b"# A\n", "notes/n.md": b"[[done]] [[c/done]]\n"}


def test_names_that_would_be_turned_round_stop_it(root: Path, library: Library) -> None:
    own(root, "doe2020")
    write(root, "notes/a/todo.md", "# A\n")
    write(root, "notes/b/todo.md", "# B\n")
    write(root, "notes/x/c/fun.md", "# C\n")
    write(root, "notes/a/near.md", "# Near\n[[far]]\n")
    write(root, "notes/a/far.md", "# F\n")
    write(root, "notes/z/far.md", "# F\n")
    write(root, "notes/n.md", "[[todo]] [[c/fun]]\n")
    before = tree(root)
    for old, new, said in (
        ("a/todo", "c/todo", "links by the name todo lead to one of several notes"),
        ("a/todo", "b/todo", "b/todo is taken"),
        ("a/todo", "z/doe2020", "doe2020 stands in"),
        ("a/todo", "notes/todo", "todo is taken"),
        ("a/near", "z/c/fun", "fun is taken"),
        ("a/near", "z/near", r"notes/a/near\.md:2: the link to far would lead elsewhere"),
    ):
        with pytest.raises(ConflictError, match=said):
            library.rename(old, new)
    for new in ("../x", "c/../x", "c//x", ".c/x", "c/", "c/a|b"):
        with pytest.raises(UsageError):
            library.rename("a/todo", new)
    assert tree(root) == before


def test_a_note_that_cannot_be_changed_stops_it(root: Path, library: Library) -> None:
    write(root, "notes/todo.md", "# A\n")
    write(root, "notes/b.md", b"\xff [[notes/todo]]\n")
    write(root, "notes/c.md", "[[notes/todo%% %%]]\n")
    before = tree(root)
    with pytest.raises(FormatError, match=r"notes/[bc]\.md:1"):
        library.rename("todo", "c/todo")
    assert tree(root) == before


@pytest.mark.parametrize("embed", ["![[p.png]]", "![[img/q.png]]"])
def test_a_picture_beside_the_note_is_not_exchanged_for_another(
    root: Path, library: Library, embed: str
) -> None:
    write(root, "notes/sub/a.md", f"{embed}\n")
    for path in ("sub/p.png", "other/p.png", "sub/img/q.png"):
        write(root, f"notes/{path}", path.encode())
    with pytest.raises(ConflictError, match=r"a.md:1: the link to .* would lead elsewhere"):
        library.rename("a", "other/a")
    if embed == "![[p.png]]":
        library.rename("a", "third/a")  # there is none beside it there: its name is enough
    write(root, "notes/sub/b.md", "![[./p.png]] ![](img/q.png) ![[sub/img/q.png]] ![[none.png]]\n")
    library.sync()
    library.rename("b", "other/b")
    write(root, "notes/sub/c.md", f"![[{'n' * 300}.png]] ![[/sub/p.png]]\n")
    library.rename("c", "other/c")
    assert (root / "notes/other/b.md").read_text() == (
        "![[../sub/p.png]] ![](../sub/img/q.png) ![[sub/img/q.png]] ![[none.png]]\n"
    )
