"""What tells a text: words that are rare here, in pairs where they stand side by side."""

from __future__ import annotations

from papernotes.library.telling import keys, said, terms_in


def test_words_of_any_text_say_nothing_and_part_what_stands_around_them() -> None:
    spoken = said([("Graph networks of the graph are networks", 1.0)])
    assert spoken.weights == {"graph": 2.0, "network": 2.0}
    assert spoken.pairs == {("graph", "network")}
    assert terms_in("Graph of 3 \\alpha networks") == ["graph", "", "", "", "network"]


def test_a_term_is_shown_as_it_is_most_often_spelled() -> None:
    spoken = said([("Spikes spiking spikes", 1.0), ("spiking", 9.0)])
    assert dict(spoken.words) == {"spike": "spikes"}


def test_parts_weigh_what_they_are_given_and_no_pair_spans_two() -> None:
    spoken = said([("Graph", 3.0), ("spike graph", 1.0)])
    assert spoken.weights == {"graph": 4.0, "spike": 1.0}
    assert spoken.pairs == {("spike", "graph")}


def test_the_rare_and_the_repeated_tell_most_also_what_nothing_here_has() -> None:
    spoken = said([("network " * 4 + "rare odd rare", 1.0)])
    found = keys(spoken, {"network": 90, "rare": 2, "odd": 0}, 100)
    assert [key.word for key in found] == ["rare", "odd", "network"]


def test_of_cjk_pairs_of_letters_count_but_no_grammar() -> None:
    spoken = said([("これは機械学習です", 1.0)])
    assert {"機械", "械学", "学習"} <= spoken.weights.keys()
    assert "これ" not in spoken.weights
    assert not spoken.pairs
