"""The file fields of Zotero, Better BibTeX, JabRef, Mendeley and of people."""

from __future__ import annotations

import pytest

from papernotes.attachments import find_pdfs, move_pdfs, render_file

DIALECTS = [
    (
        "/home/me/Zotero/storage/AB12/Smith 2020.pdf",
        ["/home/me/Zotero/storage/AB12/Smith 2020.pdf"],
    ),
    ("/z/a.pdf;/z/b.pdf", ["/z/a.pdf", "/z/b.pdf"]),
    (
        "Full Text PDF:/z/storage/X/a.pdf:application/pdf;Snapshot:/z/storage/Y/a.html:text/html",
        ["/z/storage/X/a.pdf"],
    ),
    ("Full Text:files/32/a.pdf:application/pdf", ["files/32/a.pdf"]),
    (r"Title\: with colon:files/a\;b.pdf:application/pdf", ["files/a;b.pdf"]),
    (":Smith2020.pdf:PDF", ["Smith2020.pdf"]),
    ("Preprint:sub/Smith2020.pdf:PDF;:notes.txt:Text", ["sub/Smith2020.pdf"]),
    (":home/me/papers/a.pdf:pdf", ["/home/me/papers/a.pdf"]),
    (":Users/me/papers/a.pdf:pdf", ["/Users/me/papers/a.pdf"]),
    (r":C$\backslash$:/Users/me/a.pdf:pdf", ["C:/Users/me/a.pdf"]),
    (r"C\:\\Users\\me\\a.pdf", ["C:\\Users\\me\\a.pdf"]),
    (r"a\_b.pdf", ["a_b.pdf"]),
    ("file:///home/me/a%20b.pdf", ["/home/me/a b.pdf"]),
    ("https://arxiv.org/pdf/1706.03762.pdf", []),
    (":https\\://example.org/a.pdf:PDF", []),
    ("snapshot.html", []),
    ("", []),
]


@pytest.mark.parametrize(("field", "paths"), DIALECTS)
def test_each_dialect_names_its_pdfs(field: str, paths: list[str]) -> None:
    assert list(find_pdfs([("file", field)])) == paths


def test_other_fields_that_name_files_count_and_each_file_once() -> None:
    assert find_pdfs([("pdf", "a.pdf"), ("file", "b.pdf;a.pdf"), ("title", "c.pdf")]) == (
        "b.pdf",
        "a.pdf",
    )


@pytest.mark.parametrize("path", ["/a/b.pdf", "/a b/c;d:e.pdf", "rel/x.pdf", "/a_b/c\\d.pdf"])
def test_what_is_written_is_read(path: str) -> None:
    assert find_pdfs([("file", render_file([path, "/z.pdf"]))]) == (path, "/z.pdf")


def test_a_hostile_field_is_cut() -> None:
    assert len(find_pdfs([("file", ";".join(f"{n}.pdf" for n in range(100_000)))])) == 50
    assert find_pdfs([("file", "\\" * 100_000)]) == ()
    assert find_pdfs([("file", ":" * 100_000)]) == ()


MOVED = [
    ("file", "a.pdf", ":/new/a.pdf:PDF"),
    ("file", "Full Text:a.pdf:application/pdf;Snapshot:s.html:text/html", None),
    ("file", ":a.pdf:PDF;:gone.pdf:PDF;:n.docx:Word", ":/new/a.pdf:PDF;:gone.pdf:PDF;:n.docx:Word"),
    ("pdf", "a.pdf", "/new/a.pdf"),
    ("file", ":gone\\_one.pdf:PDF", ":gone\\_one.pdf:PDF"),
]


@pytest.mark.parametrize(("name", "field", "moved"), MOVED)
def test_only_what_was_found_is_moved(name: str, field: str, moved: str | None) -> None:
    wanted = moved or ":/new/a.pdf:PDF;Snapshot:s.html:text/html"
    assert move_pdfs(name, field, {"a.pdf": "/new/a.pdf"}.get) == wanted
