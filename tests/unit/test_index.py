from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import pytest

from papernotes.errors import LockedError, QueryError, UsageError
from papernotes.index import (
    INDEX_VERSION,
    Document,
    IndexDamagedError,
    SearchIndex,
    batches,
    matching,
)
from papernotes.query import iter_filters, parse, render

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DOCUMENTS = (
    Document(
        1,
        "Attention Is All You Need",
        ("Ashish Vaswani", "Noam Shazeer"),
        "vaswani2017attention 1706.03762 transformers",
        "A network built on attention alone, without recurrence.",
        "My note: the multi-head trick matters most.",
    ),
    Document(
        2,
        "Adam: A Method for Stochastic Optimization",
        ("Diederik P. Kingma", "Jimmy Ba"),
        "kingma2014adam 1412.6980",
        "An optimizer with adaptive steps. It needs little attention.",
    ),
    Document(
        3,
        "A Survey of Attention",
        ("Maria Schrödinger",),
        "schrodinger2020survey",
        "All that is known of self-supervised transformers; compare 1706.03762 and C++ code.",
    ),
    Document(4, "Reading list", (), "reading-list", "", "Papers on GPT-4, β-VAE and 深度学习."),
)


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    made = SearchIndex(tmp_path / "whoosh")
    made.rebuild(DOCUMENTS)
    return made


def found(index: SearchIndex, text: str, **options: Any) -> list[int]:
    return [id_ for id_, _ in index.search(parse(text), **options).hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("attention", {1, 2, 3}),
        ("ATTENTIONS", {1, 2, 3}),
        ("attention optimizer", {2}),
        ("optimizing", {2}),
        ("adam OR survey", {2, 3}),
        ("attention -adam", {1, 3}),
        ("-attention", {4}),
        ("NOT (attention OR gpt-4)", set()),
        ("(adam OR survey) attention", {2, 3}),
        ('"attention is all"', {1}),
        ('"all attention"', set()),
        ('"all attention"~5', {1}),
        ("title:attention", {1, 3}),
        ("abstract:attention", {1, 2}),
        ("note:attention", set()),
        ("note:multi-head", {1}),
        ("pdf:attention", set()),
        ("author:vaswani", {1}),
        ('author:"Vaswani, Ashish"', {1}),
        ('author:"Vaswani Noam"', set()),
        ("author:(kingma OR shazeer)", {1, 2}),
        ('title:"attention is"', {1}),
        ('abstract:"attention is"', set()),
        ("schrodinger", {3}),
        ('Schr\\"odinger', {3}),
        ("self-supervised", {3}),
        ("self supervised", {3}),
        ("selfsupervised", {3}),
        ("c++", {3}),
        ("gpt4", {4}),
        ("beta-vae", {4}),
        ("深度", {4}),
        ("学", {4}),
        ("度*", {4}),
        ("transf*", {1, 3}),
        ("title:att*", {1, 3}),
        ("kingma2014*", {2}),
        ("atention~", {1, 2, 3}),
        ("author:vaswany~1", {1}),
        ("1412.6980v9", {2}),
        ("https://arxiv.org/abs/1412.6980", {2}),
        ("zzzz", set()),
        ("zzzz OR adam", {2}),
        ("what is the adam", {2}),
        ("the of", set()),
        ("", {1, 2, 3, 4}),
        ("\\mathbf adam", {2}),
    ],
)
def test_what_is_found(index: SearchIndex, text: str, expected: set[int]) -> None:
    ranked = index.search(parse(text), limit=0)
    assert {id_ for id_, _ in ranked.hits} == expected
    assert ranked.total == len(expected)


def test_a_title_counts_more_than_a_note_of_ones_own_and_that_more_than_an_abstract(
    tmp_path: Path,
) -> None:
    index = SearchIndex(tmp_path)
    filler = "some words that say nothing of it"
    index.rebuild(
        [
            Document(1, filler, abstract=f"entropy {filler}", note=filler),
            Document(2, filler, abstract=filler, note=f"entropy {filler}"),
            Document(3, f"entropy {filler}", abstract=filler, note=filler),
            Document(4, filler, abstract=filler, note=filler, comment=f"entropy {filler}"),
            Document(5, filler, abstract=filler, note=filler, pdf=f"entropy {filler}"),
        ]
    )
    assert found(index, "entropy")[:3] == [3, 2, 1]
    assert set(found(index, "entropy")[3:]) == {4, 5}


def test_one_word_of_a_long_note_counts_more_than_an_abstract_full_of_it(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path)
    long = "many other words about it " * 400
    index.rebuild(
        [
            Document(1, "A paper", abstract="entropy " * 9 + "short", note=long),
            Document(2, "A paper", abstract="short", note=f"{long} entropy"),
        ]
    )
    assert found(index, "entropy") == [2, 1]


def test_a_paper_is_known_by_its_first_author_and_year(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path)
    index.rebuild(
        [
            Document(1, "Deep nets", ("Ann Ape", "Geoffrey Hinton"), "ape2015deep 2015"),
            Document(2, "Distilling", ("Geoffrey Hinton", "Ann Ape"), "hinton2015dist 2015"),
            Document(3, "Capsules", ("Geoffrey Hinton",), "hinton2017caps 2017"),
            Document(4, "On 2015", (), "x", "What Hinton did in 2015."),
        ]
    )
    assert found(index, "hinton 2015") == [2, 1, 4]
    assert found(index, "author:hinton -2017") == [2, 1]
    assert found(index, 'author:"Ape, Ann"') == [1, 2]


def test_words_of_a_comment_are_found_last(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path)
    index.rebuild(
        [
            Document(1, "A paper", comment="Accepted at NeurIPS 2019, 12 pages"),
            Document(2, "A paper", abstract="We look at all papers of NeurIPS."),
        ]
    )
    assert found(index, "neurips") == [2, 1]
    assert found(index, "comment:neurips") == [1]
    assert found(index, 'comment:"neurips 2019"') == [1]


def test_the_whole_title_comes_first_however_short_the_rest(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path)
    index.rebuild(
        [
            Document(1, "Deep learning deep learning", abstract="Deep learning. " * 9),
            Document(2, "Deep Learning", abstract="A book on many other things. " * 9),
        ]
    )
    assert found(index, "deep learning") == [2, 1]


def test_the_named_paper_comes_before_those_that_mention_it(index: SearchIndex) -> None:
    assert found(index, "1706.03762") == [1, 3]
    assert found(index, "vaswani2017attention")[0] == 1


def test_compounds_are_found_however_they_are_written(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path)
    index.rebuild(
        [Document(1, "GPT4 model"), Document(2, "GPT-4 model"), Document(3, "the GPT 4 model")]
    )
    assert set(found(index, "gpt-4")) == {1, 2, 3}
    assert set(found(index, "gpt4")) == {1, 2}
    assert set(found(index, "gpt 4")) == {1, 2, 3}
    assert set(found(index, '"gpt-4 model"')) == {2, 3}


def test_rare_words_beside_frequent_ones(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path)
    index.rebuild(
        Document(id_, f"common words number{id_ % 100}", note="common" if id_ % 2 else "")
        for id_ in range(1, 1_001)
    )
    assert set(found(index, "common number37", limit=0)) == set(range(37, 1_001, 100))
    assert found(index, '"words number36"', allowed={36, 37, 136}) == [36, 136]
    assert found(index, "note:common number36") == []


def test_limits_and_totals(index: SearchIndex) -> None:
    ranked = index.search(parse("attention"), limit=2)
    assert (len(ranked.hits), ranked.total) == (2, 3)
    assert ranked.hits == index.search(parse("attention"), limit=0).hits[:2]


def test_filters_are_sets_of_ids_wherever_they_stand(index: SearchIndex) -> None:
    ids = {"rl": {1, 4}, "old": {2}}

    def ask(text: str) -> set[int]:
        node = parse(text)
        filters = {wish: ids[wish.value] for wish in iter_filters(node)}
        return {id_ for id_, _ in index.search(node, filters=filters).hits}

    assert ask("attention tag:rl") == {1}
    assert ask("attention -tag:rl") == {2, 3}
    assert ask("survey OR tag:old") == {2, 3}
    assert ask("attention (tag:rl OR -(adam tag:old))") == {1, 3}
    assert ask("-tag:rl") == {2, 3}


def test_a_filter_without_ids_is_a_mistake_of_the_caller(index: SearchIndex) -> None:
    with pytest.raises(KeyError):
        index.search(parse("tag:x"))


def test_allowed_ids_bound_everything(index: SearchIndex) -> None:
    assert set(found(index, "attention", allowed={2, 3, 99})) == {2, 3}
    assert set(found(index, "-zzzz", allowed={4})) == {4}
    assert index.search(parse("attention"), limit=1, allowed={2, 3}).total == 2


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("atention", "attention"),
        ("atention optimzer", "attention optimizer"),
        ("title:atention", "title:attention"),
        ('"atention is all"', '"attention is all"'),
        ("stochasticoptimization", "stochastic optimization"),
        ("mlti-head", "multi-head"),
        ("zzzzqqqq", ""),
    ],
)
def test_suggestions_find_something(index: SearchIndex, text: str, suggestion: str) -> None:
    mended = index.mend(parse(text))
    assert (render(mended.node) if mended else "") == suggestion
    assert mended is None or index.search(mended.node).total


def test_a_suggestion_keeps_to_the_filters(index: SearchIndex) -> None:
    node = parse("atention tag:x")
    assert index.mend(node) == (parse("attention tag:x"), ())
    assert index.mend(node, lambda _: {4}) is None


# --- upkeep -----------------------------------------------------------------------------------


def test_updates_replace_and_remove(index: SearchIndex) -> None:
    index.update([Document(2, "Quicksort"), Document(9, "Heapsort")], removed=[4, 77])
    assert sorted(found(index, "quicksort OR heapsort")) == [2, 9]
    assert found(index, "adam OR gpt-4") == []
    assert index.doc_count() == 4
    assert sorted(found(index, "-quicksort", limit=0)) == [1, 3, 9]


def test_another_process_is_noticed(index: SearchIndex, tmp_path: Path) -> None:
    other = SearchIndex(tmp_path / "whoosh")
    assert found(other, "adam") == [2]
    index.update([], removed=[2])
    assert found(other, "adam") == []
    index.rebuild(DOCUMENTS)
    assert found(other, "adam") == [2]


def test_small_segments_are_folded_from_what_the_store_gives(
    index: SearchIndex, tmp_path: Path
) -> None:
    current = {document.id: document for document in DOCUMENTS}
    fetched: list[int] = []

    def fetch(ids: Iterable[int]) -> list[Document]:
        fetched.extend(ids)
        return [current[id_] for id_ in ids if id_ != 12]

    for number in range(10, 40):
        current[number] = Document(number, f"Paper number{number}")
        index.update([current[number]], fetch=fetch)
    assert fetched
    assert len(list(tmp_path.rglob("*.trm"))) <= 10
    assert set(found(index, "paper", limit=0)) == {4, *range(10, 40)} - {12}
    assert found(index, "number12") == []
    assert found(index, "adam") == [2]


def test_a_rebuild_tells_how_far_it_is(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    index = SearchIndex(tmp_path)
    index.rebuild(
        (Document(id_, "x") for id_ in range(1, 251)), 250, lambda *step: seen.append(step)
    )
    assert seen == [(100, 250), (200, 250), (250, 250)]
    assert index.doc_count() == 250


def test_full_segments_are_followed_by_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papernotes.index._MOST_POSTINGS", 20)
    index = SearchIndex(tmp_path)
    index.rebuild(Document(id_, f"The paper number{id_} of many") for id_ in range(1, 41))
    assert len(list(tmp_path.rglob("*.trm"))) > 3
    assert found(index, "number33") == [33]
    assert index.search(parse("paper"), limit=0).total == 40
    assert len({round(score, 6) for _, score in index.search(parse("paper"), limit=0).hits}) == 1


def test_an_index_that_counts_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed, real, rename = set[int](), os.fsync, os.rename
    unsure: list[list[str]] = []

    def fsync(descriptor: int) -> None:
        flushed.add(os.fstat(descriptor).st_ino)
        real(descriptor)

    def renaming(source: str, target: str) -> None:
        made = [path for path in tmp_path.glob("g*/*") if path.stat().st_ino not in flushed]
        unsure.append([path.name for path in made if not path.name.endswith("LOCK")])
        rename(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", renaming)
    index = SearchIndex(tmp_path)
    index.rebuild([Document(1, "Apples")])
    index.update([Document(2, "Pears")])
    assert unsure == [[]] * 3


def test_an_empty_index_answers(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "whoosh")
    assert not index.is_usable
    index.rebuild([])
    assert SearchIndex(tmp_path / "whoosh").is_usable
    assert index.search(parse("x OR -y"), limit=0).total == 0
    assert index.mend(parse("x")) is None
    index.update([Document(1, "x")])
    assert found(index, "x") == [1]


def test_a_rebuild_that_fails_leaves_the_old_index(index: SearchIndex, tmp_path: Path) -> None:
    def broken() -> Iterable[Document]:
        yield Document(1, "new")
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        index.rebuild(broken())
    assert found(index, "adam") == [2]
    assert len(list((tmp_path / "whoosh").glob("g*"))) == 1


def test_an_update_that_fails_changes_nothing_and_frees_the_lock(index: SearchIndex) -> None:
    def broken() -> Iterable[Document]:
        yield Document(1, "new")
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        index.update(broken(), removed=[2])
    assert found(index, "adam") == [2]
    index.update([Document(5, "later")])
    assert found(index, "later") == [5]


def test_two_writers_wait_for_each_other(
    index: SearchIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_LOCK_SECONDS", 0.0)
    first = SearchIndex(tmp_path / "whoosh")

    def slow() -> Iterable[Document]:
        yield Document(5, "first")
        with pytest.raises(LockedError):
            index.update([Document(6, "second")])

    first.update(slow())
    assert found(index, "first OR second") == [5]


def test_readers_go_on_while_another_writes(index: SearchIndex, tmp_path: Path) -> None:
    done = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        reader = SearchIndex(tmp_path / "whoosh")
        while not done.is_set():
            try:
                if found(reader, "adam") != [2]:
                    wrong.append("missing")
            except Exception as error:  # noqa: BLE001 - any is a failure of the test
                wrong.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    for number in range(10, 30):
        index.update([Document(number, f"Paper {number}")], fetch=lambda _: DOCUMENTS)
        if number % 10 == 0:
            index.rebuild(DOCUMENTS)
    done.set()
    thread.join()
    assert wrong == []


# --- damage -----------------------------------------------------------------------------------


def test_no_index_is_said_and_not_made(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "none")
    for act in (lambda: index.search(parse("x")), lambda: index.update([Document(1, "x")])):
        with pytest.raises(IndexDamagedError, match="no search index"):
            act()
    assert not (tmp_path / "none").exists()


def test_another_version_is_not_usable(index: SearchIndex, tmp_path: Path) -> None:
    current = tmp_path / "whoosh" / "CURRENT"
    for other in (f"papernotes index {INDEX_VERSION + 1} g1\n", "papernotes index 1 ../x\n", ""):
        current.write_text(other)
        assert not index.is_usable


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("ending", [".toc", ".trm", ".pst", ".doc", ".voc"])
def test_cut_files_are_damage_or_do_not_matter(
    index: SearchIndex, tmp_path: Path, ending: str, keep: float
) -> None:
    index.close()
    (path,) = (tmp_path / "whoosh").rglob(f"*{ending}")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    for text in ("attention", "att*", "title:attention", '"attention is"'):
        try:
            assert set(found(SearchIndex(tmp_path / "whoosh"), text)) <= {1, 2, 3}
        except IndexDamagedError as error:
            assert "whoosh" in str(error)  # noqa: PT017 - either outcome is right
    index.rebuild(DOCUMENTS)
    assert set(found(index, "attention")) == {1, 2, 3}


@pytest.mark.parametrize("ending", [".toc", ".trm", ".pst", ".doc"])
def test_missing_files_are_damage(index: SearchIndex, tmp_path: Path, ending: str) -> None:
    index.close()
    for path in (tmp_path / "whoosh").rglob(f"*{ending}"):
        path.unlink()
    with pytest.raises(IndexDamagedError):
        found(index, "attention")


def test_a_rebuild_reads_nothing_of_what_was_there(index: SearchIndex, tmp_path: Path) -> None:
    (toc,) = (tmp_path / "whoosh").rglob("*.toc")
    canary = tmp_path / "canary"
    toc.write_bytes(b"cos\nmkdir\n(S'" + os.fsencode(canary) + b"'\ntR.")
    index.rebuild(DOCUMENTS)
    assert not canary.exists()
    assert not toc.exists()
    assert found(index, "adam") == [2]


# --- hostile questions ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "*a*",
        "?????*",
        "[a TO z]",
        "word~2",
        "word~5",
        "a OR " * 199 + "a",
        "the " * 32,
        '"' + "the " * 32 + '"',
        '"' + "the " * 32 + '"~50',
        "a-" * 400 + "a",
        "x" * 1_000,
        "aaa*",
        "(" * 5_000,
        "NOT " * 3_000,
        "\x00",
        "\ud800",
        "-(" * 9 + "the" + ")" * 9,
        "title:(" * 9 + "the" + ")" * 9,
        "𝔸𝕥𝕥𝕖𝕟𝕥𝕚𝕠𝕟",
        "ﷺ",
        "\\" * 1_000,
        '\\"' * 500,
        "{\\" * 400,
    ],
)
def test_any_question_gives_hits_or_a_query_error(index: SearchIndex, text: str) -> None:
    try:
        node = parse(text)
    except QueryError as error:
        assert error.column >= 1  # noqa: PT017 - either outcome is right
        return
    assert index.search(node, limit=5).total <= len(DOCUMENTS)
    index.mend(node)


def test_hostile_documents_are_indexed(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path)
    index.rebuild(
        [
            Document(1, "\x00\ud800 needle", ("\ud800",), "\ud800 x\ny", "\\" * 50_000),
            Document(2, "", (), "", "", "needle " + "x" * 1_000_000),
            Document(3, "needle" * 1, ("A",) * 3_000, "k " * 3_000, "{\\" * 50_000),
        ]
    )
    assert set(found(index, "needle")) == {1, 2, 3}


def test_phrases_that_would_take_long_are_refused_the_same_however_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [Document(id_, f"Paper {id_}", note="the of " * 50) for id_ in range(1, 11)]
    whole, parts = SearchIndex(tmp_path / "whole"), SearchIndex(tmp_path / "parts")
    whole.rebuild(documents)
    parts.rebuild([*documents[:5], Document(11, "Gone", note=documents[0].note)])
    parts.update(documents[5:], removed=[11])
    clauses = [f'"the of"~{slop}' for slop in range(1, 33)]
    fine, too_many = parse(" OR ".join(clauses[:20])), parse(" OR ".join(clauses[:21]))
    monkeypatch.setattr(matching, "MAX_WORK", 20 * 10 * (64 + 4 * 100))
    for index in (whole, parts):
        assert index.search(fine).total == 10
        with pytest.raises(UsageError, match="too frequent"):
            index.search(too_many)
        assert index.mend(parse(" OR ".join([*clauses[:21], "papr"]))) is None


def test_what_is_deleted_counts_no_more(tmp_path: Path) -> None:
    notes = ("run", "walk", "walk") * 3
    kept = [Document(id_, f"Paper {id_}", (), f"key{id_}", "", notes[id_]) for id_ in range(1, 9)]
    gone = Document(9, "Paper running long", key="key9", note="run run running " * 20)
    index, fresh = SearchIndex(tmp_path / "index"), SearchIndex(tmp_path / "fresh")
    index.rebuild([*kept, gone])
    index.update([], removed=[9])
    fresh.rebuild(kept)
    for text in ("run", "paper", "key3", "runni*", "runnin~", "-paper"):
        node = parse(text)
        assert index.search(node, limit=0) == fresh.search(node, limit=0), text
