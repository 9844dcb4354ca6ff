from __future__ import annotations

import pytest

from papernotes.index.fragments import MAX_CONTEXT, MAX_LENGTH, MAX_SCANNED, fragments
from papernotes.index.sentences import layout
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
    assert shown("alpha beta", text, limit=2) == ["1: Three [alpha] [beta]."]


def test_of_sentences_with_as_much_the_handy_and_early_are_chosen() -> None:
    text = "Alpha. This is a sentence on alpha and on nothing else. Alpha! One alpha, and no more."
    assert shown("alpha", text, limit=1) == [
        "1: This is a sentence on [alpha] and on nothing else."
    ]


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


def sentences(text: str, headings: tuple[int, ...] = ()) -> list[str]:
    page = layout(text, headings)
    found, number = [], 0
    while number < len(page.starts):
        first, last = page.block(number, number)
        found += [" ".join(text[start:end].split()) for start, end in page.sentences(first, last)]
        number = last + 1
    return found


@pytest.mark.parametrize(
    "expected",
    [
        ["We follow G. E. Hinton et al. (2012), i.e. Fig. 3 and Eq. (2) of 1706.03762.", "So."],
        ["See e.g. Vaswani et al. on p. 3, pp. 4 and Sec. 3.2.1.", "It is 0.5 vs. 2.5e-4."],
        ["Is it so?", "Yes!", "it is.", 'He said "no."', "(Not I.)", "Done… and so on."],
        ["Let x be w.r.t. y.", "Then node.js is the answer, approx. ten.", "The answer is no."],
        ["See No. 3 and op. 7 there.", "Call np.sqrt(...) and go on.", "The sums: [1. 1. 1.]"],
        ["and so it went on.", "then it was lower case."],
        ["p_i(x) = 0.5 . . . and more"],
    ],
)
def test_a_full_stop_may_end_no_sentence(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_cjk_sentences_end_without_a_space() -> None:
    assert sentences("深度学习很有趣。我喜欢！「好。」真的？是") == [
        "深度学习很有趣。", "我喜欢！", "「好。」", "真的？", "是",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A line that was wrapped where it was\nlong and goes on.", 1),
        ("The method of attention is due to Dzmitry\nBahdanau and others, who were first.", 1),
        ("Of bees\nThey fly.", 2),
        (" An item of a list\n Another item\n   and its second line", 2),
        (" the score of each run\n the budget of each run and the best", 2),
        ("import numpy as np\nx = np.ones(3)\nprint(x)", 3),
        ("def f(x):\n    return x\n\n\ny = f(2)", 3),
        ("  a   b   c  \n  1   2   3  ", 2),
        ("\\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned}", 4),
        ("One.\n\nTwo.\n", 2),
    ],
)
def test_lines_go_on_or_stand_alone(text: str, expected: int) -> None:
    assert len(sentences(text)) == expected


def test_words_in_two_sentences_are_seen_in_both() -> None:
    text = "A bee is here. A bee flies. Nothing. An ape sits in the tree. A bee sings."
    assert shown("bee ape", text, limit=2) == [
        "1: A [bee] is here.",
        "1: An [ape] sits in the tree.",
    ]


def test_near_words_are_marked_only_where_they_are_near() -> None:
    text = "Deep water. " + "Fish swim in it. " * 5 + "The networks here are deep."
    assert shown('"deep networks"~3', text) == ["1: The [networks] here are [deep]."]
    assert shown('"deep networks"~1', text) == []
    assert shown('"finetuned models"~2', "A fine-tuned GPT model.") == [
        "1: A [fine-tuned] GPT [model]."
    ]
    people = "Ann Bee, Carl Dee, Bo Ann Cee"
    assert shown('author:"ann cee"', people, "author") == ["1: Ann Bee, Carl Dee, Bo [Ann] [Cee]"]


def test_what_is_marked_is_what_the_index_joins_and_folds() -> None:
    text = "Selfsupervised J{\\'e}r\\^ome uses β-VAE, ResNet-50 and state-of-the-art Ωs."
    for query, marked in [
        ("self supervised", "Selfsupervised"),
        ("jerome", "J{\\'e}r\\^ome"),
        ("betavae", "β-VAE"),
        ("resnet50", "ResNet-50"),
        ('"state of the art"', "state-of-the-art"),
    ]:
        (fragment,) = fragments(parse(query), text, field="note")
        assert [fragment.text[start:end] for start, end in fragment.marks] == [marked], query


def test_other_words_of_the_stem_are_marked_where_there_is_nothing_better() -> None:
    assert shown("sttes~", "A state. The stated one.") == ["1: A [state].", "1: The [stated] one."]
    assert shown("sttes~", "A state of states.") == ["1: A state of [states]."]
    assert shown("padd*", "Please pad it.") == ["1: Please [pad] it."]


def test_a_long_sentence_is_shown_where_most_of_the_query_is() -> None:
    text = "one bee " + "straw " * 60 + "a bee and an ape " + "straw " * 60 + "."
    (fragment,) = fragments(parse("bee ape"), text, field="abstract")
    assert [fragment.text[start:end] for start, end in fragment.marks] == ["bee", "ape"]
    assert fragment.text.startswith("… ")
    assert len(fragment.text) <= MAX_LENGTH + 4


def test_math_is_not_cut_in_two() -> None:
    math = "$\\alpha + \\beta + \\gamma$"
    for straw in range(20, 36):
        text = "needle " + "straw " * straw + math + " straw" * 60
        (fragment,) = fragments(parse("needle"), text, field="abstract")
        assert fragment.text.count("$") in {0, 2}


CONTEXT = """\
Before it all. The first of two.

The heading
One bee. Two bees. Three bees, an ape.
 an item of a list
 another item of that list

Behind it all. And so on.

Next heading
Not this."""


def test_sentences_around_stay_in_their_section() -> None:
    def around(query: str, context: int) -> tuple[str, str]:
        (found,) = fragments(
            parse(query), CONTEXT, field="note", limit=1, alone=(3, 10), context=context
        )
        return found.before, found.after

    assert around("ape", 0) == ("", "")
    assert around("ape", 1) == ("Two bees.", "an item of a list")
    assert around("ape", 3) == (
        "One bee. Two bees.",
        "an item of a list another item of that list Behind it all.",
    )
    assert around("first", 5) == ("Before it all.", "")
    assert around("heading", 1) == ("", "One bee.")


def test_context_is_bounded() -> None:
    text = f"{'x' * 5_000} y. needle. {'z ' * 5_000}"
    (found,) = fragments(parse("needle"), text, field="note", limit=1, context=100)
    assert len(found.before) + len(found.after) <= 2 * (MAX_CONTEXT * MAX_LENGTH + 2)


@pytest.mark.parametrize(
    "text",
    [
        "word needle " * 90_000, "Needle it. " * 100_000, "needle" * 170_000,
        "." * 1_000_000 + " needle", "needle\n" * 100_000, "needle" + " " * 149_000 + "x",
        "needle." + ")" * 149_000, "needle \\a{" * 20_000, "needle $" * 20_000,
        ("a  needle" + " x" * 140 + "\n") * 600, (";" * 290 + "\nneedle\n") * 500,
    ],
    ids=range(11),
)  # fmt: skip
def test_hostile_texts_give_short_fragments(text: str) -> None:
    for query in ("needle", "needl*", "needle~2", '"needle it"~5', "word needle"):
        for found in fragments(parse(query), text, field="note", limit=3, context=5):
            assert len(found.text) <= MAX_LENGTH + 160
            assert len(found.before) + len(found.after) <= 2 * (5 * MAX_LENGTH + 2)
