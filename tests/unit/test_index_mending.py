"""What is answered instead where nothing matches: spellings, and words left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.index import Document, SearchIndex
from papernotes.index.spelling import slip
from papernotes.index.wordlist import beginning_with, containing, render_words
from papernotes.query import parse, render

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.filters import Filter

DOCUMENTS = (
    Document(1, "Attention Is All You Need", ("Ashish Vaswani",), "vaswani2017attention"),
    Document(2, "Adam: a Method for Stochastic Optimization", ("Diederik P. Kingma",)),
    Document(3, "Distilling the Knowledge in a Neural Network", ("Geoffrey Hinton",)),
    Document(4, "Causal inference of treatment effects", ("Judea Pearl",)),
    Document(5, "A casual remark on networks", ("Jane Doe",), note="atenttion is rare here"),
    Document(6, "Convolutional kernel methods", ("Jane Hintz",)),
    Document(7, "Kernel methods, again", ("Bernhard Kernan",)),
    Document(8, "Transformers of electric current", ("Jane Doe",), note="attention"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    made = SearchIndex(tmp_path_factory.mktemp("index") / "whoosh")
    made.rebuild(DOCUMENTS)
    return made


def year_of(wish: Filter) -> set[int]:
    return {1, 3, 8} if wish.value == "2017" else set()


def mended(index: SearchIndex, text: str) -> tuple[str, ...]:
    found = index.mend(parse(text), year_of)
    if found is None:
        return ()
    assert index.search(
        found.node, filters={wish: year_of(wish) for wish in wishes(found.node)}
    ).total
    return (render(found.node), *found.dropped)


def wishes(node: object) -> list[Filter]:
    from papernotes.query import iter_filters

    return list(iter_filters(node))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("trnasformers", "transformers"),
        ("ernel methods", "kernel methods"),
        ("lkernel methods", "kernel methods"),
        ("jernel methods", "kernel methods"),
        ("ekrnel methods", "kernel methods"),
        ("knwoledge netwrok", "knowledge network"),
        ("stohcastic optimzation metod", "stochastic optimization method"),
        ("optomisation adam", "optimization adam"),
        ("kernal methods", "kernel methods"),
        ("casual inference", "causal inference"),
        ("casual inference tretment", "causal inference treatment"),
        ("atenttion all you need", "attention all you need"),
        ("author:hintn", "author:hinton"),
        ('author:"Geofrey Hintn"', 'author:"geoffrey hinton"'),
        ("title:(stohcastic adam)", "title:stochastic title:adam"),
        ('"neural netwrok"', '"neural network"'),
        ('"knowledge a neural"', "knowledge a neural"),
        ("convolutinal*", "convolutional*"),
        ("convo lutional kernel", "convolutional kernel"),
        ("kernelmethods", "kernel methods"),
        ("atenttion~1 year:2017", "attention year:2017"),
        ("vaswani2017atention", "vaswani2017attention"),
        ("adamm OR pearll", "adam OR pearl"),
        ("hinton 2017", "hinton year:2017"),
        ('"optimization OR method"', "optimization or method"),
        ("\\mathbf{methods}_{kernel}", "methods kernel"),
    ],
)
def test_slips_of_the_pen_are_mended(index: SearchIndex, text: str, meant: str) -> None:
    assert mended(index, text) == (meant,)


def test_a_word_never_leaves_the_field_that_was_named(index: SearchIndex) -> None:
    assert mended(index, "author:kernel methods") == ()
    assert mended(index, "kernel metods") == ("kernel methods",)


@pytest.mark.parametrize(
    ("text", "kept", "dropped"),
    [
        ("attention blockchain", "attention", ["blockchain"]),
        ("attention 2016", "attention", ["2016"]),
        ("is this", "is", ["this"]),
        (
            "what is this, about attention? BLOCKCHAIN",
            "what is this, about attention?",
            ["BLOCKCHAIN"],
        ),
        ("networks kernan", "networks", ["kernan"]),
        ("attention al", "attention", ["al"]),
        ("attention nn", "attention", ["nn"]),
        ("adam CMS", "adam", ["CMS"]),
        ('vaswani "attention is truly all"', "vaswani attention is all", ["truly"]),
        ("adam kernel methods", "kernel methods", ["adam"]),
        ("atention blockchain -kernel", "attention -kernel", ["blockchain"]),
        ("author:hinton blockchain knowledge", "author:hinton knowledge", ["blockchain"]),
        (
            "Vaswani, A., et al. (2017). Attention is all you need. NeurIPS.",
            "Vaswani, A., year:2017 Attention is all you need.",
            ["et", "al.", "NeurIPS."],
        ),
    ],
)
def test_what_no_spelling_helps_is_left_out(
    index: SearchIndex, text: str, kept: str, dropped: list[str]
) -> None:
    assert mended(index, text) == (kept, *dropped)


@pytest.mark.parametrize(
    "text",
    [
        "zzzzqqqq",
        "zzzzqqqq the of",
        "attention year:1950",
        "atention year:1950 blockchain",
        "kernel -kernel",
        "1706.03763",
        "year:1950",
        "-attention -networks",
        '"attention is truly all"',
        "author:kernel methods",
        "title:hinton knowledge blockchain",
        "note:(attention blockchain)",
        '"\U0001f680 \U0001f389"',
    ],
)
def test_conditions_stay_and_numbers_are_no_slips(index: SearchIndex, text: str) -> None:
    assert mended(index, text) == ()


def test_words_of_deleted_documents_are_not_offered(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "whoosh")
    index.rebuild([*DOCUMENTS, Document(9, "Attentio", note="fading attentiveness")])
    assert mended(index, "attentioo") == ("attentio",)
    index.update([], removed=[9])
    assert mended(index, "attentioo") == ("attention",)


def test_usual_slips_are_likelier_than_others() -> None:
    assert slip("word", "word") == 0
    usual = [slip("atention", "attention"), slip("trian", "train"), slip("kernal", "kernel")]
    odd = [slip("kernzl", "kernel"), slip("ernel", "kernel"), slip("kerel", "kernel")]
    assert max(usual) < min(odd)
    assert slip("", "word") > 3


def test_words_are_found_by_how_they_begin_and_what_they_hold() -> None:
    data = render_words([("a", 1), ("ab", 2), ("abc", 3), ("b\u00fc", 4), ("xab", 5)])
    assert beginning_with(data, "a") == [("a", "1"), ("ab", "2"), ("abc", "3")]
    assert beginning_with(data, "a", 2, 2) == [("ab", "2")]
    assert beginning_with(data, "b", 2) == [("b\u00fc", "4")]
    assert beginning_with(data, "c") == containing(data, "z") == []
    assert containing(data, "ab") == [("ab", "2"), ("abc", "3"), ("xab", "5")]
    assert beginning_with(render_words([]), "") == containing(render_words([]), "a") == []
