"""``.exportignore``: which paths its patterns keep home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.errors import FormatError
from papernotes.export.privacy.ignoring import IGNORE_NAME, Ignore, parse_ignore
from papernotes.files import FileError
from papernotes.library.withholding import read_ignore

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("pattern", "path", "is_kept"),
    [
        ("secret.md", "notes/secret.md", True),
        ("secret.md", "notes/a/b/secret.md", True),
        ("secret", "notes/secret/x.md", True),
        ("secret", "notes/secretary.md", False),
        ("SECRET.md", "notes/secret.MD", True),
        ("*.png", "notes/a/x.png", True),
        ("*.png", "notes/a.png.md", False),
        ("draft-?.md", "notes/draft-1.md", True),
        ("draft-?.md", "notes/draft-10.md", False),
        ("draft-[0-9].md", "notes/draft-1.md", True),
        ("draft-[!0-9].md", "notes/draft-1.md", False),
        ("draft-[^0-9].md", "notes/draft-x.md", True),
        ("drafts/", "notes/drafts/x.md", True),
        ("drafts/", "notes/a/drafts/b/x.md", True),
        ("drafts/", "notes/drafts", False),
        ("drafts/*", "notes/drafts/x.md", True),
        ("drafts/*", "notes/a/drafts/x.md", False),
        ("drafts/*.md", "notes/drafts/b/x.md", False),
        ("drafts/**/*.md", "notes/drafts/b/c/x.md", True),
        ("drafts/**/*.md", "notes/drafts/x.md", True),
        ("**/drafts/x.md", "notes/a/b/drafts/x.md", True),
        ("a/**", "notes/a/b/c.md", True),
        ("/notes/a.md", "notes/a.md", True),
        ("/a.md", "notes/a.md", True),
        ("/a.md", "notes/b/a.md", False),
        ("/pdf/", "pdf/x.png", True),
        ("notes/", "notes/a.md", True),
        ("# a.md", "notes/a.md", False),
        (r"\#a.md", "notes/#a.md", True),
        (r"\!a.md", "notes/!a.md", True),
        (r"a\*.md", "notes/a*.md", True),
        (r"a\*.md", "notes/ab.md", False),
        ("a.md   ", "notes/a.md", True),
        (r"a\ ", "notes/a ", True),
        ("\ufeffa.md", "notes/a.md", True),
        ("e\u0301.md", "notes/\u00e9.md", True),
        ("", "notes/a.md", False),
        ("/", "notes/a.md", False),
    ],
)
def test_patterns(pattern: str, path: str, is_kept: bool) -> None:
    assert bool(parse_ignore(f"{pattern}\n").covers(path)) is is_kept


def test_the_last_line_that_fits_decides_but_not_inside_a_folder() -> None:
    ignore = parse_ignore("# mine\n*.md\n!open.md\nhidden/\n!hidden/open.md\n")
    assert ignore.covers("notes/a.md") == 2
    assert ignore.covers("notes/open.md") == 0
    assert ignore.covers("notes/hidden/open.md") == 4
    assert parse_ignore("!open.md\nopen.md\n").covers("notes/open.md") == 2


def test_hostile_patterns_come_to_an_end() -> None:
    ignore = parse_ignore("\n".join(["*a" * 400 + "b", "**/" * 400 + "x", "[" * 4000]))
    assert not ignore.covers("/".join(["notes", *["a" * 200] * 40]))


def test_a_file_that_cannot_be_understood_stops_all(tmp_path: Path) -> None:
    assert read_ignore(tmp_path) == Ignore()
    file = tmp_path / IGNORE_NAME
    file.write_text("a.md\n")
    assert read_ignore(tmp_path).covers("notes/a.md") == 1
    for data in (b"caf\xe9.md\n", b"".join(b"%d.md\n" % number for number in range(2_001))):
        file.write_bytes(data)
        with pytest.raises(FormatError, match=r"\.exportignore"):
            read_ignore(tmp_path)
    file.unlink()
    file.symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileError):
        read_ignore(tmp_path)
