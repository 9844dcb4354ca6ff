from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Shell


def test_links_of_a_note_and_of_a_library(library: Shell) -> None:
    notes = library.folder / "notes"
    (notes / "a.md").write_text("# A\n\nSee [[b]]\tand [[gone\u200b]], [[gone\u200b]].\n")
    (notes / "b.md").write_text("# B\n\n[[gone\u200b]]\n")
    ended = library("links", "a")
    sentence = "See b and gone\\u200b, gone\\u200b."
    lost = f"dangling\tnotes/a.md:3\twiki\t[[gone\\u200b]]\t\tnothing is called that\t{sentence}"
    out = f"out\tnotes/a.md:3\twiki\t[[b]]\tb\t\t{sentence}"
    assert (ended.status, ended.out.splitlines()) == (0, [out, lost, lost])
    assert "1 out, 0 back, 2 lead nowhere" in ended.err
    ended = library("links", "b")
    assert ended.out.startswith("back\tnotes/a.md:3\twiki\t[[b]]\ta\t\t")
    data = library("links", "--json").data
    assert [(each["target"], each["notes"]) for each in data["wanted"]] == [("gone\u200b", 2)]
    assert [each["fault"] for each in data["dangling"]] == ["dangling"] * 3
    assert data["ref"] is None
    assert library("links", "nobody").status == 3
    assert library("links", "a", "--link").status == 2
    assert library("links", "--mentions").status == 2
