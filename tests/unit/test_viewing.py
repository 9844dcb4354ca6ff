"""What the page of a paper or note gathers: every way to say it, each sentence once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.library.viewing import backlinks
from papernotes.store.saying import Said
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.models import Backlink, Card

TITLE = "Attention Is All You Need"
PAPER = {
    "bib/a.bib": entry(
        "vaswani2017",
        TITLE,
        author="Vaswani, Ashish",
        eprint="1706.03762",
        archivePrefix="arXiv",
        doi="10.5555/3295222.3295349",
        ids="Vaswani17, attn",
    )
    + entry("doe2020", "Another"),
}


def card(tmp_path: Path, notes: dict[str, str], ref: str = "vaswani2017") -> Card:
    for path, text in {**PAPER, **notes}.items():
        write(tmp_path / "lib", path, text)
    with open_library(tmp_path / "lib") as library:
        return library.show(ref)


def named(link: Backlink) -> list[str]:
    return [link.sentence[start:end] for start, end in link.marks]


FORMS = {
    "[@vaswani2017, p. 3]": "@vaswani2017",
    "[see -@vaswani2017; also @doe2020]": "@vaswani2017",
    "@vaswani2017": "@vaswani2017",
    "@Vaswani17": "@Vaswani17",
    "@arXiv:1706.03762": "@arXiv:1706.03762",
    "[@doi:10.5555/3295222.3295349]": "@doi:10.5555/3295222.3295349",
    "@{https://arxiv.org/abs/1706.03762}": "@{https://arxiv.org/abs/1706.03762}",
    "[[vaswani2017]]": "vaswani2017",
    "[[VASWANI2017]]": "VASWANI2017",
    "[[@vaswani2017]]": "@vaswani2017",
    "[[vaswani2017#Method|the *method*]]": "the method",
    "[[attention is all you need]]": "attention is all you need",
    "[[attn]]": "attn",
    "[[1706.03762]]": "1706.03762",
    "![[vaswani2017]]": "vaswani2017",
    "[the paper](https://arxiv.org/pdf/1706.03762v5.pdf)": "the paper",
    "[the paper][1]\n\n[1]: http://arxiv.org/abs/1706.03762\n\n": "the paper",
    "<https://arxiv.org/abs/1706.03762v7>": "https://arxiv.org/abs/1706.03762v7",
    "https://www.alphaxiv.org/abs/1706.03762": "https://www.alphaxiv.org/abs/1706.03762",
    "https://ar5iv.labs.arxiv.org/html/1706.03762": (
        "https://ar5iv.labs.arxiv.org/html/1706.03762"
    ),
    "https://huggingface.co/papers/1706.03762": "https://huggingface.co/papers/1706.03762",
    "https://doi.org/10.48550/arXiv.1706.03762": "https://doi.org/10.48550/arXiv.1706.03762",
    "https://dl.acm.org/doi/10.5555/3295222.3295349": (
        "https://dl.acm.org/doi/10.5555/3295222.3295349"
    ),
    "https://dx.doi.org/10.5555/3295222.3295349": "https://dx.doi.org/10.5555/3295222.3295349",
}


def test_every_way_to_say_a_paper_arrives(tmp_path: Path) -> None:
    lines = [f"Form {number} of it is {form} here.\n\n" for number, form in enumerate(FORMS)]
    found = card(tmp_path, {"notes/forms.md": "".join(lines)}).backlinks
    said = {int(link.sentence.split()[1]): link for link in found if link.sentence[:4] == "Form"}
    assert [form for number, form in enumerate(FORMS) if number not in said] == []
    assert len(found) == len(FORMS)
    for number, (form, words) in enumerate(FORMS.items()):
        assert named(said[number]) == [words], form


PLACES = {
    "## Heading on [[vaswani2017]]\n": "Heading on vaswani2017",
    "| x | cell of [[vaswani2017\\|it]] | y |\n|---|---|---|\n| a | b | c |\n": "cell of it",
    "- an item\n- another with [@vaswani2017]\n- a third\n": "another with @vaswani2017",
    "- [ ] a task for @vaswani2017\n": "a task for @vaswani2017",
    "Text.[^1]\n\n[^1]: A footnote on [@vaswani2017]. Next.\n": "A footnote on @vaswani2017.",
    "Text^[aside of @vaswani2017] goes on.\n": "aside of @vaswani2017",
    "> [!tip] Called out\n> Body with @vaswani2017.\n": "Body with @vaswani2017.",
    "> Quoted @vaswani2017 says.\n": "Quoted @vaswani2017 says.",
    "First. A line that\nbreaks before @vaswani2017 here. Last.\n": (
        "A line that breaks before @vaswani2017 here."
    ),
}


@pytest.mark.parametrize("text", PLACES)
def test_a_sentence_arrives_from_any_place(tmp_path: Path, text: str) -> None:
    (found,) = card(tmp_path, {"notes/n.md": f"# Title\n\n{text}"}).backlinks
    assert PLACES[text] in found.sentence
    for other in ("Text.", "an item", "a third", "| c |", "First.", "Last.", "Next."):
        assert other not in found.sentence


def test_code_math_and_comments_say_nothing(tmp_path: Path) -> None:
    text = "`[[vaswani2017]]` $x@vaswani2017$ %%@vaswani2017%%\n\n```\n[@vaswani2017]\n```\n"
    assert card(tmp_path, {"notes/n.md": text}).backlinks == ()


def test_links_in_one_sentence_show_it_once_and_all_are_marked(tmp_path: Path) -> None:
    text = "Both [@vaswani2017] and [[vaswani2017|that]] say https://arxiv.org/abs/1706.03762 .\n"
    (found,) = card(tmp_path, {"notes/n.md": text}).backlinks
    assert named(found) == ["@vaswani2017", "that", "https://arxiv.org/abs/1706.03762"]


def test_a_sentence_that_cites_two_papers_stands_with_both(tmp_path: Path) -> None:
    notes = {"notes/n.md": "As in [@vaswani2017; @doe2020].\n"}
    for ref in ("vaswani2017", "doe2020"):
        (found,) = card(tmp_path, notes, ref).backlinks
        assert found.sentence == "As in @vaswani2017; @doe2020."
        assert named(found) == [f"@{ref}"]


def test_the_newest_note_comes_first_and_tells_what_stands_above(tmp_path: Path) -> None:
    notes = {
        "notes/a.md": "# A\n\n## Why\n\n### So\n\nSee @doe2020.\n",
        "notes/b.md": "---\ncreated: 2024-01-01\n---\nOld @doe2020. Again, @doe2020.\n",
        "notes/c.md": "---\ncreated: 2025-01-01\n---\nNew @doe2020.\n",
        "notes/doe2020.md": "---\npaper: doe2020\n---\nIts own note on @doe2020 is shown itself.\n",
    }
    found = card(tmp_path, notes, "doe2020").backlinks
    assert [(one.ref, one.line, one.heading) for one in found] == [
        ("c", 4, ""),
        ("b", 4, ""),
        ("b", 4, ""),
        ("a", 7, "A › Why › So"),
    ]
    assert [one.sentence for one in found[1:3]] == ["Old @doe2020.", "Again, @doe2020."]


def test_a_note_that_is_only_an_address_shows_it(tmp_path: Path) -> None:
    (found,) = card(tmp_path, {"notes/n.md": "- https://arxiv.org/abs/1706.03762\n"}).backlinks
    assert found.sentence == "https://arxiv.org/abs/1706.03762"


def test_a_note_shows_who_links_to_it_and_what_it_cites(tmp_path: Path) -> None:
    notes = {
        "notes/n.md": "[[Other]], [@doe2020], [[vaswani2017]], [@doe2020], [[n]], [[gone]].\n",
        "notes/other.md": "# Other\n\nSee [[n]] and [it](n.md).\n",
    }
    found = card(tmp_path, notes, "n")
    assert [hit.ref for hit in found.cites] == ["other", "doe2020", "vaswani2017"]
    assert found.cites[2].title == TITLE
    (said,) = found.backlinks
    assert (said.ref, said.sentence, named(said)) == ("other", "See n and it.", ["n", "it"])


@pytest.mark.parametrize("ref", ["Vaswani17", "attn", "VASWANI2017", "1706.03762v3"])
def test_any_name_of_a_paper_shows_the_same_page(tmp_path: Path, ref: str) -> None:
    notes = {
        "notes/n.md": "On @vaswani2017.\n",
        "bib/z.bib": entry("vaswani2017", "A shadowed entry of this key"),
    }
    found = card(tmp_path, notes, ref)
    assert (found.ref, found.title, len(found.backlinks)) == ("vaswani2017", TITLE, 1)


def said(start: int, sentence: str, **fields: object) -> Said:
    known = {"kind": "citation", "target": "x", "label": "", "section": "", **fields}
    return Said(
        ref="n", title="N", path="notes/n.md", headings="[]", line=1, start=start,
        sentence=sentence, **known,  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_same_words_in_another_place_are_another_sentence() -> None:
    twice = [said(10, "@x, @x."), said(15, "@x, @x."), said(30, "@x, @x."), said(9_000, "@x, @x.")]
    assert [each.marks for each in backlinks(twice)] == [((0, 2), (4, 6)), ((0, 2),), ((0, 2),)]
    hidden = [said(0, "See .", kind="url"), said(30, "See .", kind="url"), said(900, "See .")]
    assert [each.marks for each in backlinks(hidden)] == [(), ()]
    assert backlinks([]) == ()


def test_what_no_reader_sees_is_not_marked() -> None:
    (found,) = backlinks([said(0, "See.", kind="link", target="u", label="_gone_")])
    assert found.marks == ()
