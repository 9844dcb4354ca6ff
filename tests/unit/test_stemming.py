from __future__ import annotations

import pytest

from papernotes.stemming import stem


@pytest.mark.parametrize(
    "family",
    [
        "optimize optimized optimizing optimization optimiser optimised optimisation",
        "transformer transformers transform transforming",
        "classify classified classifier classification",
        "network networks",
        "hop hopped hopping",
        "policy policies",
        "generate generated generative generation",
        "general generally generalize generalisation",
        "analysis analyses analyse analyze",
        "biologist biologists biology",
        "matrix matrices",
        "hypothesis hypotheses",
        "llm llms",
        "center centers centre centres centred centered centering",
        "behavior behaviour behaviours behaviors",
        "neighbour neighbor neighbours neighbouring neighboring",
    ],
)
def test_words_of_one_family_have_one_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("general", "generative"),
        ("universal", "university"),
        ("community", "communication"),
        ("importance", "import"),
        ("relative", "relation"),
        ("organic", "organize"),
        ("news", "new"),
    ],
)
def test_words_that_only_look_alike_stay_apart(first: str, second: str) -> None:
    assert stem(first) != stem(second)


@pytest.mark.parametrize("word", ["", "a", "is", "gas", "this", "sky", "add", "egg"])
def test_what_has_nothing_to_lose_keeps_it(word: str) -> None:
    assert stem(word) == word
