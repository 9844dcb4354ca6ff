"""``search --like`` and ``list --count`` as a person and a pipe meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories import entry

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

TEXT = "Hippocampal replay: place cells fire spikes in sharp wave ripples."


@pytest.fixture
def filled(library: Shell) -> Shell:
    text = entry("replay", "Replay", abstract=TEXT, year="2019")
    text += entry("ice", "Ice", abstract="Glacier mass balance in Patagonia.", year="2021")
    (library.folder / "bib/all.bib").write_text(text)
    (library.folder / "notes/ice.md").write_text(
        "---\npaper: ice\ntags: [a b, cold]\n---\nMelts.\n"
    )
    return library


def test_a_draft_finds_what_was_read_and_why(filled: Shell) -> None:
    (filled.folder / "draft.md").write_text(f"# Draft\n\n{TEXT}\n")
    found = filled("search", "--like", "draft.md")
    assert found.out.split("\t")[0] == "replay"
    assert "\talike in words: " in found.out
    assert filled("search", "--like", "-", stdin=TEXT).out == found.out
    assert filled("search", "--like", "-", "--refs", stdin=TEXT).out == "replay\n"
    assert filled("search", "--like", "-", "year:2021", stdin=TEXT).err.endswith(
        "nothing here is like that text\n"
    )
    hit = filled("search", "--like", "draft.md", "--json").data["hits"][0]
    assert (hit["ref"], hit["score"] > 0.7) == ("replay", True)
    assert hit["reasons"]


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("gone.md", None, 1, "gone.md: No such file"),
        (".", None, 1, "Is a directory"),
        ("empty.md", b" \n", 2, "empty.md: there is nothing in it"),
        ("silent.md", b"the of and", 2, "no word of that text"),
        ("image.png", b"\x89PNG\r\n\x1a\n\x00\x00", 6, "image.png: this is not text"),
        ("garbage", bytes(range(128, 256)) * 9, 6, "this is not text"),
        ("broken.pdf", b"%PDF-1.4 nothing", None, "broken.pdf"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(
    filled: Shell, name: str, content: bytes | None, status: int | None, said: str
) -> None:
    if content is not None:
        (filled.folder / name).write_bytes(content)
    ended = filled("search", "--like", name)
    assert ended.status == status if status is not None else ended.status in (1, 6)
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert not ended.out


def test_what_does_not_go_with_like_is_said(filled: Shell) -> None:
    for more in (["--open", "1"], ["--sort", "year"], ["--exact"], ["-C", "2"]):
        ended = filled("search", "--like", "-", *more, stdin=TEXT)
        assert ended.status == 2
        assert "and --like do not go together" in ended.err


def test_counts_for_a_pipe_and_for_programs(filled: Shell) -> None:
    assert filled("list", "--count", "year").out == "2021\t1\n2019\t1\n"
    assert filled("list", "--count", "tag").out == "a b\t1\ncold\t1\n(none)\t1\n"
    cut = filled("list", "melts", "OR", "replay", "--count", "tag", "-n", "1", "--json")
    assert cut.data == {
        "by": "tag",
        "counts": [{"value": "a b", "count": 1, "query": '(melts OR replay) tag:"a b"'}],
        "values": 3,
        "total": 2,
    }
    assert "1 of 3; -n 0 shows all" in filled("list", "--count", "tag", "-n", "1").err
    assert "nothing matches" in filled("list", "gone", "--count", "cat").err


def test_count_refuses_what_it_cannot_do(filled: Shell) -> None:
    assert filled("list", "--count", "moon").status == 2
    assert "--sort" in filled("list", "--count", "tag", "--sort", "year").err
