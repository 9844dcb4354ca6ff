"""An entry without its file: what only meant something there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes import bib
from papernotes.library.detaching import stand_alone

if TYPE_CHECKING:
    from pathlib import Path


def alone(text: str, folder: Path | None) -> dict[str, str]:
    """Return the fields of the first entry of a file in ``folder``, without that file."""
    return stand_alone(bib.parse_entries(text, "")[0][0], folder).fields


def test_pdfs_that_are_there_get_their_whole_path_and_all_else_stays(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n")
    (tmp_path / "text.pdf").write_text("no PDF")
    fields = "file={:a.pdf:PDF;:gone.pdf:PDF;Page:page.html:URL}, pdf={text.pdf}"
    assert alone(f"@misc{{a, {fields}}}", tmp_path) == {
        "file": f":{tmp_path}/a.pdf:PDF;:gone.pdf:PDF;Page:page.html:URL",
        "pdf": "text.pdf",
    }


def test_without_a_folder_paths_stay(tmp_path: Path) -> None:
    assert alone("@misc{a, file={:a.pdf:PDF}}", None) == {"file": ":a.pdf:PDF"}


def test_parents_that_were_found_are_not_named_any_more() -> None:
    parent = "@book{p, publisher={X}}"
    assert alone(f"@inbook{{a, crossref={{p}}}}\n{parent}", None) == {"publisher": "X"}
    assert alone("@inbook{a, crossref={p}}", None) == {"crossref": "p"}
