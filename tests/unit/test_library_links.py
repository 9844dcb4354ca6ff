"""What links where: the report of a ref and that of a whole library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.errors import NotFoundError
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from papernotes.library import Library
    from papernotes.reports.connecting import Linked

TEXTS = {
    "bib/k.bib": entry("Ho2020", "Denoising", eprint="2006.11239"),
    "notes/ho2020.md": '---\npaper: "Ho2020"\n---\n# Denoising\n\nSee [[Ho2020]], [[ideas]].\n',
    "notes/ideas.md": (
        "---\n"
        'title: "No link to [[nobody]]"\n'
        'up: "[[ho2020#Setup]]"\n'
        "related: [[[deep/todo]], '[[gone|x]]']\n"
        "---\n"
        "# Ideas\n\nAs [@ho2020; @Ho2020, p. 3] say. A [[todo]].\n\n"
        "## Set-up of `it`\n\nA block. ^here\n\n"
        "[[#Set-up of it]] [[ideas#^here]] [p](#set-up-of-it) [[#^gone]] [p](ideas.md#gone)\n"
        '[[Figure 1.png]] [[deep/Figure 1.png]] [[Figure 2.png]] <a id="spot"></a> [p](#spot)\n'
        "[a table](deep/data.csv) [another](data.csv) [[../../x]] [page](https://doi.org/10.1/a)\n"
    ),
    "notes/todo.md": "# Now\n\n[[gone]] and [[gone]]\n",
    "notes/deep/todo.md": "# Later: C#\n\n[[Gone]] [[ideas#Ideas]] [[#Later: C#]] @ho2020\n",
    "notes/deep/Figure 1.png": "x",
    "notes/deep/data.csv": "x",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root: Path = tmp_path_factory.mktemp("links") / "lib"
    for path, text in TEXTS.items():
        write(root, path, text)
    with open_library(root) as opened:
        yield opened


def told(found: Iterable[Linked]) -> list[tuple[int, str, str, str]]:
    return [(each.line, each.written, each.to, each.fault) for each in found]


def test_a_note_says_what_it_links_to_and_what_leads_nowhere(library: Library) -> None:
    report = library.links("ideas")
    assert told(report.out) == [
        (3, "[[ho2020#Setup]]", "Ho2020", "missing heading"),
        (4, "[[deep/todo]]", "deep/todo", ""),
        (8, "@Ho2020", "Ho2020", ""),
        (8, "[[todo]]", "todo", "ambiguous"),
        (15, "[[Figure 1.png]]", "notes/deep/Figure 1.png", ""),
        (15, "[[deep/Figure 1.png]]", "notes/deep/Figure 1.png", ""),
        (16, "[a table](deep/data.csv)", "notes/deep/data.csv", ""),
    ]
    assert told(report.dangling) == [
        (4, "[[gone|x]]", "", "dangling"),
        (8, "@ho2020", "", "dangling"),
        (14, "[[#^gone]]", "ideas", "missing heading"),
        (14, "[p](ideas.md#gone)", "ideas", "missing heading"),
        (15, "[[Figure 2.png]]", "", "missing file"),
        (16, "[another](data.csv)", "", "missing file"),
        (16, "[[../../x]]", "", "outside"),
    ]
    sentences = [each.sentence for each in report.out]
    assert sentences[:3] == [
        'up: "[[ho2020#Setup]]"',
        "related: [[[deep/todo]], '[[gone|x]]']",
        "As @ho2020; @Ho2020, p. 3 say.",
    ]
    assert report.out[3].candidates == ("/todo", "deep/todo")
    assert report.dangling[1].near == "Ho2020"


def test_a_paper_says_what_its_note_links_to_and_who_links_to_it(library: Library) -> None:
    report = library.links("2006.11239")
    assert (report.ref, report.title) == ("Ho2020", "Denoising")
    assert told(report.out) == [(6, "[[ideas]]", "ideas", "")]
    assert [(each.path, each.line) for each in report.back] == [
        ("notes/ideas.md", 3),
        ("notes/ideas.md", 8),
    ]
    assert report.dangling == ()
    with pytest.raises(NotFoundError):
        library.links("nothing like it")


def test_a_library_says_what_is_wanted_most_and_what_is_ambiguous(library: Library) -> None:
    report = library.links()
    assert [(each.target, each.notes, len(each.places), each.near) for each in report.wanted] == [
        ("Gone", 3, 4, ""),
        ("ho2020", 2, 2, "Ho2020"),
    ]
    assert told(report.ambiguous) == [(8, "[[todo]]", "todo", "ambiguous")]
    faults = [each.fault for each in report.dangling]
    assert {fault: faults.count(fault) for fault in faults} == {
        "dangling": 6,
        "missing heading": 3,
        "missing file": 2,
        "outside": 1,
    }
    assert (report.out, report.back, report.problems) == ((), (), ())


def test_a_rename_follows_links_in_the_front_matter_and_brings_them_back(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    front = '---\nup: "[[b|the b]]"\nall: [[[b]], \'[[b#H]]\']\nabout: "b, not a link"\n---\nx\n'
    write(root, "notes/a.md", front)
    write(root, "notes/b.md", "# B\n")
    with open_library(root) as library:
        assert [each.ref for each in library.links("b").back] == ["a"] * 3
        library.rename("b", "c")
        renamed = front.replace("[[b", "[[c")
        assert (root / "notes/a.md").read_text() == renamed
        library.rename("c", "b")
        assert (root / "notes/a.md").read_text() == front
