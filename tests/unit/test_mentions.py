"""Places that say a paper without a link: found, in doubt, or none; and the links made there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes import markdown
from papernotes.errors import ConflictError, NotFoundError
from papernotes.notes.mentions import Names, find_mentions, link_mentions
from papernotes.notes.reading import read
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.reports.connecting import MentionReport

VASWANI = Names(
    ("Attention Is All You Need",),
    (("Vaswani",), ("Shazeer",), ("van den Parmar", "Parmar")),
    years=frozenset({2017}),
    arxiv="1706.03762",
)
ADAM = Names(("Adam",), (("Kingma",), ("Ba",)), years=frozenset({2014}), arxiv="1412.6980")
MUELLER = Names(("Über Räume",), (("Müller",),), years=frozenset({2020}), arxiv="hep-th/9901001")
DEEP = Names(("Deep Residual Learning",), arxiv="0704.0001")
FREE = Names(("Ideas", "RLHF", "Learning from human feedback"))


def said(text: str, names: Names) -> list[str]:
    return [each.words for each in find_mentions(markdown.parse(text), names)]


@pytest.mark.parametrize(
    ("names", "text", "words"),
    [
        (VASWANI, "as in *Attention is all you need*!", "Attention is all you need"),
        (VASWANI, "ATTENTION is\r\nall YOU-need", "ATTENTION is all YOU-need"),
        (VASWANI, "> attention is\n> all you need", "attention is all you need"),
        (VASWANI, "by Vaswani et al. (2017).", "Vaswani et al. (2017)"),
        (VASWANI, "(Vaswani et al., 2017a; Liu 2019)", "Vaswani et al., 2017a"),
        (VASWANI, "(Vaswani and Shazeer 2017)", "Vaswani and Shazeer 2017"),
        (VASWANI, "Vaswani, Shazeer, and Parmar (2017)", "Vaswani, Shazeer, and Parmar (2017)"),
        (VASWANI, "Vaswani, Shazeer & van den Parmar, 2017", None),
        (VASWANI, "Vaswani *et al.*'s (2017) text", "Vaswani et al.'s (2017)"),
        (VASWANI, "Vaswani et al. (2017, p. 3)", "Vaswani et al."),
        (VASWANI, "Vaswani et al. [2017]", "Vaswani et al."),
        (VASWANI, "see arXiv:1706.03762v5, p. 2", "arXiv:1706.03762v5"),
        (VASWANI, "(1706.03762)", "1706.03762"),
        (VASWANI, "at arxiv.org/abs/1706.03762.", "arxiv.org/abs/1706.03762"),
        (ADAM, "by Kingma & Ba (2014)", "Kingma & Ba (2014)"),
        (ADAM, "by Kingma &amp; Ba, 2014", "Kingma & Ba, 2014"),
        (ADAM, "with Adam (2014)", "Adam"),
        (MUELLER, "Mu\u0308ller (2020) sagt", "Mu\u0308ller (2020)"),
        (MUELLER, "in MULLER (2020)", "MULLER (2020)"),
        (MUELLER, "at hep-th/9901001v2", "hep-th/9901001v2"),
        (DEEP, "on Deep Residual Learning", "Deep Residual Learning"),
        (DEEP, "id arXiv:0704.0001", "arXiv:0704.0001"),
        (FREE, "we use RLHF here", "RLHF"),
        (FREE, "as learning from  human\nfeedback", "learning from human feedback"),
    ],
)
def test_what_is_a_mention(names: Names, text: str, words: str | None) -> None:
    assert said(text, names) == [words or text]


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (VASWANI, "`Attention is all you need` and $1706.03762$"),
        (VASWANI, "```\nVaswani et al. (2017)\n```\n\n    Vaswani et al. (2017)"),
        (VASWANI, "%%Vaswani et al. (2017)%% <!-- 1706.03762 -->"),
        (VASWANI, "[Attention is all you need](a.md) [[a|Vaswani et al. (2017)]]"),
        (VASWANI, "![Attention is all you need](a.png) <https://arxiv.org/abs/1706.03762>"),
        (VASWANI, "https://arxiv.org/abs/1706.03762v2 [a]: https://arxiv.org/abs/1706.03762"),
        (VASWANI, "[Vaswani et al. (2017)][v]\n\n[v]: https://example.org/1706.03762"),
        (VASWANI, "[@arXiv:1706.03762, Vaswani et al. 2017]"),
        (VASWANI, "- attention is\n- all you need\n\nattention is\n\nall you need"),
        (VASWANI, "# attention is\nall you need"),
        (VASWANI, "| attention is | all you need |\n|--|--|\n| Vaswani | 2017 |"),
        (VASWANI, "Inattention is all you need; attention is all you needed"),
        (VASWANI, "Vaswani (2017), Vaswani et al. (2018), Vaswani and Liu (2017)"),
        (VASWANI, "Vaswani said much, and in 2017 more. Vaswani et al., 20171"),
        (VASWANI, "x=1706.03762 31706.03762 1706.03762.5 a/1706.03762 1706.037621"),
        (ADAM, "Adam and Eve; use Adam with care; adam (2014)"),
        (ADAM, "Kingma et al. (2014), Kingma (2014)"),
        (Names((), (("Ba",),), years=frozenset({2014})), "Kingma & Ba (2014), Mikolov, Ba 2014"),
        (Names((), (("Ba",),), years=frozenset({2014})), "as in Al-Ba (2014) and ba (2014)"),
        (DEEP, "deep residual learning helps; 0704.0001 s"),
        (FREE, "Ideas are cheap; rlhf"),
    ],
)
def test_what_is_none(names: Names, text: str) -> None:
    assert said(text, names) == []


def test_the_longer_title_and_the_other_paper_count() -> None:
    longer = Names(("Attention Is All You Need in Speech",))
    twin = Names((), (("Vaswani",), ("Bengio",), ("Liu",)), years=frozenset({2017}))
    document = markdown.parse(
        "Attention is all you need in speech. Attention is all you need. Vaswani et al. (2017)."
        " Vaswani and Shazeer (2017)."
    )
    found = find_mentions(document, VASWANI, {"longer2020": longer, "twin2017": twin})
    assert [(each.words, each.rivals) for each in found] == [
        ("Attention is all you need", ()),
        ("Vaswani et al. (2017)", ("twin2017",)),
        ("Vaswani and Shazeer (2017)", ()),
    ]


def test_a_name_that_many_have_is_in_doubt_unless_another_stands_with_it() -> None:
    names = Names((), (("Zhang",), ("Bengio",), ("Liu",)), years=frozenset({2017}))
    document = markdown.parse("Zhang et al. (2017), Zhang and Bengio (2017)")
    found = [each.rivals for each in find_mentions(document, names)]
    assert found == [("a paper of another Zhang",), ()]


TEXT = """---
title: "Attention is all you need"
---
# Attention Is All You Need, again

Said *Attention Is All You Need* and **Attention Is All** You Need,
by Vaswani et al. (2017) [see Vaswani et al. (2017)].

| a | b |
|---|---|
| Vaswani et al. (2017) | `1706.03762` |

> attention is
> all you need[^1], [[x|y]] 1706.03762

[^1]: Vaswani et al., 2017.
"""
LINKED = """---
title: "Attention is all you need"
---
# Attention Is All You Need, again

Said *[[v|Attention Is All You Need]]* and **Attention Is All** You Need,
by [[v|Vaswani et al. (2017)]] [see Vaswani et al. (2017)].

| a | b |
|---|---|
| [[v\\|Vaswani et al. (2017)]] | `1706.03762` |

> [[v|attention is all you need]][^1], [[x|y]] [[v|1706.03762]]

[^1]: [[v|Vaswani et al., 2017]].
"""


def test_links_keep_the_words_and_are_made_once() -> None:
    def linked(text: str) -> str:
        found = find_mentions(read(text, "notes/x.md").document, VASWANI)
        return link_mentions(text, "notes/x.md", found, "v")[0]

    assert linked(TEXT) == LINKED
    assert linked(LINKED) == LINKED


@pytest.mark.parametrize("unit", ["Vaswani, ", "Vaswani et al. ", "attention is all you ", "a "])
def test_a_hundred_kilobytes_of_near_misses_hold_no_mention(unit: str) -> None:
    assert find_mentions(markdown.parse(unit * (100_000 // len(unit))), VASWANI) == ()


def library_of(root: Path, **notes: str) -> None:
    people = "Vaswani, Ashish and Shazeer, Noam and Parmar, Niki"
    write(
        root,
        "bib/a.bib",
        entry(
            "vaswani2017attention",
            "Attention Is All You Need",
            people,
            year="2017",
            eprint="1706.03762",
            archiveprefix="arXiv",
        )
        + entry("vaswani2017other", "Another Thing", people, year="2017")
        + entry("liu2020speech", "Attention Is All You Need in Speech", year="2020"),
    )
    write(
        root,
        "notes/vaswani2017attention.md",
        '---\ntitle: "Attention Is All You Need"\npaper: vaswani2017attention\n'
        "aliases: [The Transformer Paper of All]\n---\nAttention is all you need.\n",
    )
    for name, text in notes.items():
        write(root, f"notes/{name}.md", text)


def test_mentions_of_a_paper_in_a_library(tmp_path: Path) -> None:
    root = tmp_path / "library"
    library_of(
        root,
        a="# A\n\nSee attention is all you need in speech, and arXiv:1706.03762.\n",
        b="# B\n\nVaswani et al. (2017), in the transformer paper of all.\n",
        c="# C\n\nNothing, [[vaswani2017attention]].\n",
    )
    (root / "notes/d.md").write_bytes(b"\xff Attention is all you need \xfe\n")
    with open_library(root) as library:
        report = library.mentions("1706.03762")
        assert [(each.path, each.line, each.kind, each.link) for each in report.mentions] == [
            ("notes/a.md", 3, "arxiv", "[[vaswani2017attention|arXiv:1706.03762]]"),
            ("notes/b.md", 3, "authors", ""),
            (
                "notes/b.md",
                3,
                "title",
                "[[vaswani2017attention|the transformer paper of all]]",
            ),
        ]
        assert report.mentions[1].reason == "may also mean vaswani2017other"
        assert report.mentions[1].sentence.startswith("Vaswani et al. (2017), in the")
        before = (root / "notes/a.md").read_bytes()
        assert library.mentions("vaswani2017attention", agree=lambda _: True) == report
        refused = library.mentions("1706.03762", is_linking=True, agree=lambda _: False)
        assert refused == report
        assert (root / "notes/a.md").read_bytes() == before
        assert library.mentions("1706.03762", is_linking=True).is_linked
        left = library.mentions("1706.03762", is_linking=True)
        assert [each.words for each in left.mentions] == ["Vaswani et al. (2017)"]
        assert not left.is_linked
        backlinks = library.show("vaswani2017attention").backlinks
        assert {each.ref for each in backlinks} == {"a", "b", "c"}
        with pytest.raises(NotFoundError):
            library.mentions("nothing")


def test_mentions_of_a_free_note_and_a_paper_without_one(tmp_path: Path) -> None:
    root = tmp_path / "library"
    library_of(root, a="Another thing is said. Use RLHF as Another Thing (2017).\n")
    write(root, "notes/deep/feedback.md", '---\ntitle: "Feedback"\naliases: [RLHF]\n---\n')
    with open_library(root) as library:
        assert [each.link for each in library.mentions("feedback").mentions] == [
            "[[feedback|RLHF]]"
        ]
        (found,) = library.mentions("vaswani2017other").mentions
        assert found.link == "[[vaswani2017other|Another Thing]]"


def test_a_note_changed_while_the_plan_is_looked_at_is_not_written(tmp_path: Path) -> None:
    root = tmp_path / "library"
    library_of(root, a="Say 1706.03762.\n", b="Say 1706.03762.\n")

    def edit_meanwhile(_: MentionReport) -> bool:
        write(root, "notes/b.md", "Mine, with 1706.03762.\n")
        return True

    with open_library(root) as library, pytest.raises(ConflictError):
        library.mentions("1706.03762", is_linking=True, agree=edit_meanwhile)
    assert (root / "notes/a.md").read_text() == "Say 1706.03762.\n"
    assert (root / "notes/b.md").read_text() == "Mine, with 1706.03762.\n"
