from __future__ import annotations

import pytest

from papernotes.index.fragments import MAX_LENGTH, MAX_SCANNED, fragments
from papernotes.query import parse

NOTE = """\
# Attention

We study self-supervised learning of Transformers. The attention mechanism, due to Bahdanau,
attends to parts of a sentence. Nothing here.

- an item about attention heads and trasnformers
- Schr\\"odinger bridges, C++ and GPT-4; deep neural networks too
深度学习很有趣。
"""


def shown(query: str, text: str = NOTE, field: str = "note", limit: int = 3) -> list[str]:
    """Return the fragments with their marks in brackets, each behind its line."""
    lines = []
    for fragment in fragments(parse(query), text, field=field, limit=limit):
        marked = fragment.text
        for start, end in reversed(fragment.marks):
            marked = f"{marked[:start]}[{marked[start:end]}]{marked[end:]}"
        lines.append(f"{fragment.line}: {marked}")
    return lines


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "attention",
            [
                "1: # [Attention]",
                "3: The [attention] mechanism, due to Bahdanau, attends to parts of a sentence.",
                "6: - an item about [attention] heads and trasnformers",
            ],
        ),
        (
            "self-supervised",
            ["3: We study [self-supervised] learning of Transformers."],
        ),
        (
            "self supervised",
            ["3: We study [self]-[supervised] learning of Transformers."],
        ),
        ("transfor*", ["3: We study self-supervised learning of [Transformers]."]),
        (
            "transformers~2",
            [
                "3: We study self-supervised learning of [Transformers].",
                "6: - an item about attention heads and [trasnformers]",
            ],
        ),
        (
            '"neural network"',
            ['7: - Schr\\"odinger bridges, C++ and GPT-4; deep [neural networks] too'],
        ),
        ("schrödinger", ['7: - [Schr\\"odinger] bridges, C++ and GPT-4; deep neural networks too']),
        ("c++ gpt4", ['7: - Schr\\"odinger bridges, [C++] and [GPT-4]; deep neural networks too']),
        ("zzz", []),
        ("title:attention", []),
        (
            "note:bahdanau -study",
            ["3: The attention mechanism, due to [Bahdanau], attends to parts of a sentence."],
        ),
    ],
)
def test_matched_sentences_with_their_marks(query: str, expected: list[str]) -> None:
    found = [line.replace(" 深度学习很有趣。", "") for line in shown(query)]
    assert found == expected


def test_a_run_of_cjk_is_marked_where_it_matches() -> None:
    assert shown("深度")[0].endswith("[深度]学习很有趣。")


def test_common_words_are_marked_only_alone() -> None:
    assert shown("what is the attention", limit=1) == shown("attention", limit=1)
    assert shown("the", "The end.") == ["1: [The] end."]


def test_the_fullest_sentences_are_chosen_and_stay_in_order() -> None:
    text = "One alpha. Two beta. Three alpha beta. Four alpha."
    assert shown("alpha beta", text, limit=2) == ["1: One [alpha].", "1: Three [alpha] [beta]."]


def test_titles_are_one_fragment() -> None:
    assert shown("a need", "What? All. You need", field="title") == ["1: What? All. You [need]"]


def test_long_sentences_are_cut_at_words() -> None:
    (fragment,) = fragments(
        parse("needle"), "straw " * 100 + "needle " + "straw " * 100, field="abstract"
    )
    assert fragment.text.startswith("… straw")
    assert fragment.text.endswith("straw …")
    assert len(fragment.text) <= MAX_LENGTH + 4
    assert [fragment.text[start:end] for start, end in fragment.marks] == ["needle"]


def test_one_endless_word_is_cut_too() -> None:
    (fragment,) = fragments(parse("xxx*"), "x" * 10_000, field="note")
    assert len(fragment.text) <= MAX_LENGTH + 4
    assert fragment.marks == ((0, MAX_LENGTH),)


def test_line_ends_become_spaces() -> None:
    assert shown("beta", "alpha\nbeta\tgamma") == ["2: alpha [beta] gamma"]


def test_the_far_end_of_a_huge_text_is_not_looked_at() -> None:
    assert shown("needle", "straw " * MAX_SCANNED + "needle") == []


def test_a_heading_without_its_marks_is_no_part_of_the_sentence_below_it() -> None:
    text = "Before it\nWhat next\nThe trick is a difference.\nAnd more."
    found = fragments(parse("trick"), text, field="note", alone=(2,))
    assert [(each.text, each.line) for each in found] == [("The trick is a difference.", 3)]
    (heading,) = fragments(parse("next"), text, field="note", alone=(2,))
    assert (heading.text, heading.line) == ("What next", 2)
