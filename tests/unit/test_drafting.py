from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from papernotes import notes
from papernotes.errors import (
    AmbiguousRefError,
    ConflictError,
    FormatError,
    NotFoundError,
    UsageError,
)
from papernotes.library import Library
from papernotes.library.importing import Source
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "lib"
    with open_library(root):
        write(root, "bib/doe.bib", entry("doe2020", "On Apples", journal="Fruit", year="2020"))
    return root


def body(path: Path) -> str:
    return notes.parse(path.read_text("utf-8"), "notes/x.md")[0].body.strip()


def test_the_paper_template_begins_every_note_of_a_paper(root: Path) -> None:
    write(root, "templates/paper.md", "---\nstatus: reading\n---\n{{title}}, {{venue}}\n")
    with open_library(root) as library:
        assert body(library.note_path("doe2020")) == "On Apples, Fruit"
        book = Source("b.bib", entry("roe2021", "Pears", journal="Trees", year="2021").encode())
        library.add_bib([book], has_note=True)
        assert body(root / "notes/roe2021.md") == "Pears, Trees"
        library.add(["2002.01234"], is_offline=True, status="read")
        assert body(library.note_path("2002.01234")) == "arXiv:2002.01234,"
        said = {hit.ref: hit.status for hit in library.list()}
        assert said == {"doe2020": "reading", "roe2021": "reading", "arxiv-2002.01234": "read"}
        library.new("Mine", kind="paper", paper="doe2020")
        assert body(root / "notes/mine.md") == "Mine, Fruit"


def test_a_template_of_any_name_is_a_kind(root: Path) -> None:
    write(root, "templates/reading-group.md", "# {{title}} ({{kind}})\n")
    with open_library(root) as library:
        ref = library.new("May", kind="reading-group", tags=["x"])
        assert library.show(ref).note.kind == "reading-group"  # type: ignore[union-attr]
        assert body(root / "notes/may.md") == "# May (reading-group)"
        assert [hit.ref for hit in library.list("kind:reading-group")] == ["may"]
        for kind, hint in [
            ("tutorail", "did you mean tutorial?"),
            ("reading-grup", "did you mean reading-group?"),
            ("zzz", "templates/zzz.md would make it one"),
            ("../notes/may", "there are experiment"),
            ("Note", "did you mean note?"),
            ("RANT", "did you mean rant?"),
            ("", "there are experiment"),
        ]:
            with pytest.raises(UsageError) as caught:
                library.new("T", kind=kind)
            assert hint in caught.value.hint
            assert not (root / "notes/t.md").exists()


@pytest.mark.parametrize("tag", ["a b", "2020", "", "x,y"])
def test_what_could_not_be_read_as_a_tag_is_refused(root: Path, tag: str) -> None:
    with open_library(root) as library, pytest.raises(UsageError, match="cannot be a tag"):
        library.new("Tagged", tags=["fine", tag])
    assert not (root / "notes/tagged.md").exists()


@pytest.mark.parametrize("spoil", ["bytes", "nul", "variable", "folder", "link", "linked folder"])
def test_a_bad_template_is_told_before_anything_is_written(root: Path, spoil: str) -> None:
    file = root / "templates/paper.md"
    if spoil == "linked folder":
        write(root, "elsewhere/paper.md", "secret")
        file.parent.symlink_to(root / "elsewhere")
    elif spoil == "folder":
        file.mkdir(parents=True)
    elif spoil == "link":
        file.parent.mkdir()
        file.symlink_to("/etc/hostname")
    else:
        text = {"bytes": b"caf\xe9", "nul": b"a\0b", "variable": b"{{nope}}"}[spoil]
        write(root, "templates/paper.md", text)
    before = sorted(root.glob("[!i]*/*"))
    book = Source("b.bib", entry("roe2021").encode())

    def begin(library: Library) -> None:
        for act in (
            lambda: library.note_paths(["doe2020"]),
            lambda: library.add(["2002.01234"]),
            lambda: library.add_bib([book], has_note=True),
            lambda: library.new("Mine", kind="paper"),
        ):
            with pytest.raises(FormatError, match=r"^templates/paper\.md:") as caught:
                act()
            assert caught.value.exit_status == 6

    with open_library(root) as library:
        begin(library)
        assert sorted(root.glob("[!i]*/*")) == before
        assert library.add(["2002.01234"], has_note=False, is_offline=True).results
        library.new("Mine", kind="note")


def test_a_pipe_in_the_place_of_a_template_does_not_hang(root: Path) -> None:
    (root / "templates").mkdir()
    os.mkfifo(root / "templates/note.md")
    with open_library(root) as library, pytest.raises(FormatError, match="regular file"):
        library.new("Mine")


def test_init_writes_the_outlines_and_never_over_a_file(root: Path) -> None:
    write(root, "templates/rant.md", "mine\n")
    killed = [".papernotes-0.tmp", "templates/.papernotes-1.tmp"]
    for path in killed:
        write(root, path, "half")
    _, promised = Library.init(root, has_templates=True, is_dry_run=True)
    assert not (root / "templates/paper.md").exists()
    assert all((root / path).exists() for path in killed)
    _, made = Library.init(root, has_templates=True)
    assert made == promised
    assert set(made) == {f"templates/{kind}.md" for kind in notes.KINDS} - {"templates/rant.md"}
    assert (root / "templates/rant.md").read_text() == "mine\n"
    assert not any((root / path).exists() for path in killed)
    with open_library(root) as library:
        for kind in notes.KINDS:
            library.new(f"a {kind}", kind=kind)
            default = notes.KINDS[kind].replace("{{link}}", "").strip()
            assert body(root / f"notes/a-{kind}.md") == ("mine" if kind == "rant" else default)
    assert Library.init(root, has_templates=True)[1] == ()


def test_init_writes_through_no_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/.papernotes-0.tmp").write_text("of another")
    (root / "templates").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConflictError):
        Library.init(root, has_templates=True)
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1


def test_a_ref_is_resolved_or_its_candidates_have_titles(root: Path) -> None:
    with open_library(root) as library:
        for number in range(12):
            write(root, f"notes/pie{number:02}.md", f"# Pie {number}\n")
        assert library.resolve(["apples", "pie03"]) == ("doe2020", "pie03")
        with pytest.raises(AmbiguousRefError, match="several, more than 10") as caught:
            library.resolve(["apples", "pie"])
        assert caught.value.candidates[1] == "pie01"
        assert caught.value.titles[1] == "Pie 1"
        with pytest.raises(NotFoundError):
            library.resolve(["plums"])
