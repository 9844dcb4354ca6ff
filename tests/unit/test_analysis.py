from __future__ import annotations

import pytest

from papernotes.analysis import MAX_TERM, fold, slots, tokenize, words


def terms(text: str) -> list[str]:
    return [slot[0] for slot in slots(text)]


@pytest.mark.parametrize(
    "name",
    [
        "Schrödinger",
        "SCHRÖDINGER",
        "Schrodinger",
        'Schr\\"odinger',
        'Schr{\\"o}dinger',
        'Schr\\"{o}dinger',
        "Schro\u0308dinger",
        "Schrödinger's",
        "Schrödinger\u2019s",
    ],
)
def test_one_name_in_many_spellings(name: str) -> None:
    assert terms(name) == terms("schrodinger")


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        ("Poincar\\'e", "Poincaré"),
        ("Erd\\H{o}s", "Erdős"),
        ("{\\L}ukasz", "Łukasz"),
        ("\\L{}ukasz", "Łukasz"),
        ("\\v{S}koda", "Škoda"),
        ("fran\\c cais", "français"),
        ("Gau{\\ss}", "Gauß"),
        ("Stra\\ss{}e", "Straße"),
        ("\\'{\\i}ndice", "índice"),
    ],
)
def test_tex_accents_are_accents(tex: str, plain: str) -> None:
    assert terms(tex) == terms(plain)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++ and c# in F#", ["c++", "and", "c#", "in", "f#"]),
        ("3.14", ["3.14"]),
        ("1706.03762v5", ["1706.03762"]),
        ("hep-th/9901001v2", ["hep-th/9901001"]),
        ("math.GT/0309136", ["math/0309136"]),
        ("β-VAE", ["beta", "vae"]),
        ("$\\beta$-VAE", ["beta", "vae"]),
        ("$\\mathbf{x} + \\varepsilon$", ["x", "epsilon"]),
        ("vaswani2017attention", ["vaswani2017attention"]),
        ("深度学习", ["深度", "度学", "学习"]),
        ("BERT模型", ["bert", "模型"]),
        ("学", ["学"]),
        ("ﬁne Ａlpha", ["fine", "alpha"]),
        ("… — !!!", []),
        ("\ud800", []),
        ("", []),
    ],
)
def test_the_rules(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("compound", "joined"),
    [
        ("self-supervised", "selfsupervised"),
        ("GPT-4", "GPT4"),
        ("3-D", "3D"),
        ("batch_norm", "batchnorm"),
        ("O'Brien", "OBrien"),
        ("Kullback–Leibler", "KullbackLeibler"),
        ("cs.LG", "csLG"),
    ],
)
def test_a_compound_is_its_parts_and_the_joined_form_at_the_first(
    compound: str, joined: str
) -> None:
    first, second = slots(compound)
    assert len(first) == 2
    assert (first[1],) == slots(joined)[0]
    assert len(second) == 1


def test_long_chains_are_only_their_parts() -> None:
    assert slots("a-b-c-d-e-f-g") == [(letter,) for letter in "abcdefg"]


def test_huge_words_are_cut_and_cheap() -> None:
    assert terms("x" * 1_000_000) == ["x" * MAX_TERM]


def test_tokens_know_their_place() -> None:
    text = 'A self-supervised Schr\\"odinger 深度学'
    found = [(text[token.start : token.end], token.word) for token in tokenize(text)]
    assert found == [
        ("A", "a"),
        ("self-supervised", "selfsupervised"),
        ("self", "self"),
        ("supervised", "supervised"),
        ('Schr\\"odinger', "schrodinger"),
        ("深度", "深度"),
        ("度学", "度学"),
    ]


def test_words_are_unstemmed() -> None:
    assert words("Optimizing GPT-4's transformers 深度") == [
        "optimizing",
        "gpt",
        "4",
        "gpt4",
        "transformers",
    ]


def test_fold_keeps_white_space_and_punctuation() -> None:
    assert fold("Über  die “Größe”\n") == "uber  die “grosse”\n"
