"""Doctor through the façade: real files, the real store, the real index."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import papernotes
from papernotes.doctor.codes import CODES
from papernotes.errors import ConflictError
from papernotes.index import SearchIndex
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from papernotes.library import Library
    from papernotes.reports.checking import DoctorReport

ROOT = Path(__file__).parents[2]
POSTS = ROOT.parent / "shared" / "corpora" / "posts"
PNG = b"\x89PNG\r\n\x1a\n"


def found(report: DoctorReport) -> list[tuple[str, str, int | None]]:
    return [(each.code, each.path, each.line) for each in report.findings if not each.is_hint]


def whole(root: Path) -> None:
    """Write a small library in which everything is in order."""
    write(root, "bib/doe.bib", entry("doe2020", "Big Idea", eprint="2301.00010", year="2020"))
    write(root, "bib/roe.bib", entry("roe2021", "Small Idea", year="2021"))
    write(
        root,
        "notes/doe2020.md",
        '---\ntitle: "Big Idea"\npaper: doe2020\narxiv: "2301.00010"\n---\n\n## Results\n\nx\n',
    )
    write(
        root,
        "notes/free.md",
        "# Free\n\n[[doe2020#Results|so]] and [@roe2021], `$5 for 10$`, ![[a.png]] and [[#Free]].\n"
        "See [the other](doe2020.md#results), https://arxiv.org/abs/1706.03762 and @roe2021.\n",
    )
    write(root, "notes/images/a.png", PNG)


def test_a_library_in_order_is_clean(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    with open_library(root) as library:
        whole(root)
        report = library.doctor()
    assert found(report) == []
    assert [each.code for each in report.findings] == ["no-note"]
    assert (report.papers, report.notes) == (2, 2)
    assert "whoosh" in dict(report.installation)
    assert not report.fixes


def test_every_kind_of_thing_is_found_where_it_stands(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    with open_library(root) as library:
        whole(root)
        write(root, "notes/links.md", LINKS)
        write(root, "notes/a/same.md", "# One\n")
        write(root, "notes/b/same.md", "# Two\n")
        write(root, "notes/b/x (conflicted copy 2026-01-01).md", "text\n")
        write(root, "notes/FREE.md", "# Other\n")
        write(root, "notes/lost.md", "---\npaper: nobody\n---\n")
        write(root, "notes/broken.md", "---\ntitle: a: b\n---\n<<<<<<< x\n=======\n>>>>>>> y\n")
        write(root, "notes/latin.md", b"caf\xe9 ![](x.png)\n")
        write(root, "bib/dup.bib", entry("doe2020b", "Big Idea", eprint="2301.00010", year="2020"))
        write(root, "bib/case.bib", entry("Roe2021", "A Third Thing", year="1999"))
        write(root, "pdf/nobody.pdf", b"%PDF-1.4 no more\n%%EOF\n")
        (root / "notes/link.md").symlink_to(root / "notes/free.md")
        report = library.doctor()
    assert [each for each in found(report) if each[0] != "pdf-unreadable"] == [
        ("duplicate-paper", "bib/dup.bib", 1),
        ("key-clash", "bib/roe.bib", 1),
        ("conflict-copy", "notes/b/x (conflicted copy 2026-01-01).md", None),
        ("front-matter-invalid", "notes/broken.md", 2),
        ("merge-marker", "notes/broken.md", 4),
        ("file-clash", "notes/free.md", None),
        ("encoding", "notes/latin.md", 1),
        ("symlink", "notes/link.md", None),
        ("dangling-link", "notes/links.md", 2),
        ("unknown-citation", "notes/links.md", 3),
        ("ambiguous-link", "notes/links.md", 4),
        ("missing-heading", "notes/links.md", 5),
        ("missing-heading", "notes/links.md", 6),
        ("missing-image", "notes/links.md", 7),
        ("outside-link", "notes/links.md", 8),
        ("money-as-math", "notes/links.md", 9),
        ("no-paper", "notes/lost.md", 2),
        ("orphaned-pdf", "pdf/nobody.pdf", None),
    ]
    hints = {each.code for each in report.findings if each.is_hint}
    assert hints == {"unlikely-citation", "no-note"}
    assert {each.code for each in report.findings} <= set(CODES)
    (near,) = [each for each in report.findings if each.code == "unknown-citation"]
    assert "did you mean roe2021?" in near.message.lower()


LINKS = """\
# Links
[[gone]]
[@roe2012]
[[same]]
[[free#Nowhere]]
[here](#nowhere)
![](gone.png)
[out](../../x.md)
$5 for 10$
thanks to @somebody
"""


def broken(root: Path) -> None:
    """Write notes whose faults can be put right."""
    whole(root)
    write(root, "notes/one.md", "---\r\narxiv: 2301.00010\r\ntags: [yes]\r\n---\r\n$5 for 10$\r\n")
    write(root, "notes/two.md", "\ufeff---\npaper: old\narxiv: '2301.00010'\n---\n")
    write(root, "notes/three.md", "---\npaper: doe2020\narxiv: 2301.0001\n---\n")
    write(root, "notes/four.md", "---\npaper: nobody\n---\n")


def test_people_hours_and_templates_are_no_faults(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    with open_library(root) as library:
        write(root, "notes/Jane Doe.md", "# Jane Doe\n")
        write(
            root, "notes/a.md", "@jane at @10:00 or @{2026-01-01}, [[{{date}}]] [[<% tp.day %>]]\n"
        )
        report = library.doctor()
    assert found(report) == []
    assert [each.code for each in report.findings] == ["unlikely-citation"] * 3
    assert not any("Jane Doe" in each.message for each in report.findings)


def test_lost_pdfs_of_an_import_are_counted_once(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    with open_library(root) as library:
        for number in range(5):
            text = entry(f"doe{number}", f"Idea {number}", file="/home/x/a.pdf")
            write(root, f"bib/{number}.bib", text)
        each_told = library.doctor()
        write(root, "bib/5.bib", entry("doe5", "Idea 5", file="/home/x/a.pdf"))
        counted = library.doctor()
    lost = [each for each in each_told.findings if each.code == "lost-attachment"]
    assert [each.path for each in lost] == [f"bib/{number}.bib" for number in range(5)]
    (one,) = [each for each in counted.findings if each.code == "lost-attachment"]
    assert (one.path, one.is_hint) == ("bib/", True)
    assert one.message.startswith("6 entries name PDFs which are not there: doe0, doe1,")


def test_a_fix_of_nothing_is_no_dry_run(tmp_path: Path) -> None:
    with open_library(tmp_path / "lib") as library:
        whole(tmp_path / "lib")
        assert not library.doctor(fix=True).is_dry_run
        assert library.doctor(fix=True, is_dry_run=True).is_dry_run


def test_fixes_are_splices_and_what_is_left_is_found_again(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    with open_library(root) as library:
        broken(root)
        before = {path: path.read_bytes() for path in root.rglob("*.md")}
        planned = library.doctor(fix=True, is_dry_run=True)
        assert {path: path.read_bytes() for path in root.rglob("*.md")} == before
        assert planned.is_dry_run
        refused = library.doctor(fix=True, agree=lambda plan: plan.fixes != planned.fixes)
        assert {path: path.read_bytes() for path in root.rglob("*.md")} == before
        assert refused == planned
        report = library.doctor(fix=True)
        assert (report.fixes, report.is_dry_run) == (planned.fixes, False)
        assert found(report) == [("no-paper", "notes/four.md", 2)]
        assert found(library.doctor(fix=True)) == found(report)
        assert library.show("doe2020").other_notes == ("three", "two")
    assert (root / "notes/one.md").read_bytes() == (
        b'---\r\narxiv: "2301.00010"\r\ntags: ["yes"]\r\n---\r\n\\$5 for 10\\$\r\n'
    )
    two = "\ufeff---\npaper: doe2020\narxiv: '2301.00010'\n---\n"
    assert (root / "notes/two.md").read_text("utf-8") == two
    assert [(each.path, each.line, each.after) for each in planned.fixes][:3] == [
        ("notes/one.md", 2, 'arxiv: "2301.00010"'),
        ("notes/one.md", 3, 'tags: ["yes"]'),
        ("notes/one.md", 5, r"\$5 for 10\$"),
    ]


def test_what_an_editor_changes_meanwhile_is_left(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    with open_library(root) as library:
        broken(root)

        def agree(_: DoctorReport) -> bool:
            write(root, "notes/two.md", "quicker\n")
            return True

        with pytest.raises(ConflictError):
            library.doctor(fix=True, agree=agree)
        assert (root / "notes/two.md").read_text() == "quicker\n"
        assert b"\\$" not in (root / "notes/one.md").read_bytes()


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE notes SET title = 'Wrong' WHERE ref = 'free'",
        "DELETE FROM links",
        "DELETE FROM tags WHERE tag = 'x'",
        "UPDATE documents SET note_id = NULL WHERE is_paper",
        "UPDATE names SET rank = rank + 1",
        "INSERT INTO problems (file_id, code, message) SELECT id, 'encoding', 'x' FROM files",
    ],
)
def test_a_store_that_differs_from_a_fresh_one_is_made_anew(tmp_path: Path, harm: str) -> None:
    root = tmp_path / "lib"
    with open_library(root) as library:
        whole(root)
        write(root, "notes/tagged.md", "#x\n")
        library.sync()
    with sqlite3.connect(root / "index/papernotes.db", isolation_level=None) as connection:
        connection.execute(harm)
    connection.close()
    with open_library(root) as library:
        codes = {each.code for each in library.doctor().findings if each.is_of_index}
        assert "store-differs" in codes
        report = library.doctor(fix=True)
        assert found(report) == []
        assert [each.path for each in report.fixes] == ["index/"]


def test_an_index_without_a_document_or_with_an_old_text_is_seen(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    with open_library(root) as library:
        whole(root)
        library.sync()
    index = SearchIndex(root / "index/whoosh")
    first, second, *_ = sorted(index.ids())
    index.update([], [first])
    index.close()
    with open_library(root) as library:
        (lacking,) = [each for each in library.doctor().findings if each.is_of_index]
        assert lacking.code == "index-differs"
        _replace_text(library, second)
        messages = [each.message for each in library.doctor().findings if each.is_of_index]
        assert len(messages) == 2
        assert found(library.doctor(fix=True)) == []


def _replace_text(library: Library, id_: int) -> None:
    """Give the index an old text of a document, as if a commit had been lost."""
    from papernotes.index import Document

    library._upkeep.index().update([Document(id_, "an old title")], [id_])


def test_what_has_vanished_is_said_once_and_nothing_else_is(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    with open_library(root) as library:
        whole(root)
        for number in range(20):
            write(root, f"notes/many/{number}.md", "x\n")
        library.sync()
        shutil.rmtree(root / "notes/many")
        assert {code for code, *_ in found(library.doctor())} == {"vanished"}


def test_posts_of_a_blog_are_compared(tmp_path: Path) -> None:
    root, blog = tmp_path / "lib", tmp_path / "blog"
    blog.mkdir()
    note = "---\ntitle: Post\npublish: true\ndate: 2026-01-02\n---\n\nText.\n"
    with open_library(root) as library:
        write(root, "notes/post.md", note)
        assert [each.code for each in library.doctor(blog=blog).findings] == ["post-missing"]
        library.export(blog)
        assert library.doctor(blog=blog).findings == ()
        write(root, "notes/post.md", note + "More.\n")
        assert found(library.doctor(blog=blog)) == [("post-outdated", "notes/post.md", None)]
        write(root, "notes/post.md", note.replace("true", "false"))
        assert found(library.doctor(blog=blog)) == [("post-outdated", "notes/post.md", None)]


def test_the_sample_library_is_in_order(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    for name in ("notes", "bib"):
        shutil.copytree(ROOT / name, root / name)
    with open_library(root) as library:
        assert found(library.doctor()) == []


def test_real_posts_have_few_findings_and_no_guesses(tmp_path: Path) -> None:
    """Every finding there was looked at: all are true, and none is one of these."""
    if not POSTS.is_dir():
        pytest.skip("the corpus of posts is not here")
    root = tmp_path / "lib"
    shutil.copytree(POSTS, root / "notes")
    with open_library(root) as library:
        report = library.doctor()
    codes = {each.code for each in report.findings}
    guesses = {"money-as-math", "merge-marker", "conflict-copy", "file-clash", "image-outside"}
    guesses |= {"unquoted-id", "damaged-id", "near-key", "unlikely-tag", "store-differs"}
    assert not codes & {*guesses, "index-differs", "comment-unterminated"}
    assert len(report.findings) < report.notes


def test_every_code_that_is_said_stands_in_the_table() -> None:
    """Those that sync and doctor say; an export, an import or a bibliography has its own."""
    package = Path(papernotes.__file__).parent
    said = re.compile(r"(?:Problem|Fault|Finding|found|_report)\(\s*\"([a-z]+(?:-[a-z]+)+)\"")
    others = {"export", "bibliography", "library", "cli"}
    codes = {
        code
        for path in package.rglob("*.py")
        if path.relative_to(package).parts[0] not in others
        for code in said.findall(path.read_text("utf-8"))
    }
    assert len(codes) > 30
    assert codes <= set(CODES), codes - set(CODES)
