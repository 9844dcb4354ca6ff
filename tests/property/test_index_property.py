from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes.analysis import GAP, MAX_TERM, fold, hints_of, slots, tokenize
from papernotes.errors import QueryError
from papernotes.filters import Filter
from papernotes.index import Document, SearchIndex
from papernotes.index.fragments import fragments
from papernotes.index.spelling import edits
from papernotes.query import And, Node, Not, Or, Phrase, Prefix, Word, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = st.sampled_from("ape bee cat dog eel fox gnu hen".split())  # noqa: SIM905
TEXTS = st.lists(WORDS, max_size=5).map(" ".join)
DOCUMENTS = st.builds(
    Document,
    id=st.integers(1, 12),
    title=TEXTS,
    authors=st.lists(TEXTS, max_size=2).map(tuple),
    key=TEXTS,
    abstract=TEXTS,
    note=TEXTS,
)
EDITS = st.lists(
    st.tuples(
        st.lists(DOCUMENTS, max_size=3, unique_by=lambda each: each.id),
        st.sets(st.integers(1, 12), max_size=2),
    ),
    max_size=12,
)
FIELDS = st.sampled_from(["", "", "title", "author", "abstract", "note"])
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, WORDS, FIELDS),
    st.builds(
        Phrase,
        st.lists(WORDS, min_size=2, max_size=3).map(" ".join),
        FIELDS.filter(lambda name: name != "author"),
    ),
    st.builds(Prefix, WORDS, FIELDS),
    st.builds(Filter, st.just("tag"), st.just("="), st.sampled_from(["low", "even"])),
)
TREES = st.recursive(
    LEAVES,
    lambda children: st.one_of(
        st.builds(Not, children),
        st.builds(And, st.lists(children, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(children, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
TAGS = {"low": set(range(1, 6)), "even": set(range(2, 13, 2))}
FILTERS = {Filter("tag", "=", name): ids for name, ids in TAGS.items()}


def texts(document: Document, field: str) -> list[list[str]]:
    every = {
        "title": [document.title],
        "author": list(document.authors),
        "key": document.key.split(),
        "abstract": [document.abstract],
        "note": [document.note],
    }
    names = [field] if field else list(every)
    return [text.split() for name in names for text in every[name]]


def matches(node: Node, document: Document) -> bool:
    """Say by the definition, without an index, whether a document matches."""
    if isinstance(node, Not):
        return not matches(node.child, document)
    if isinstance(node, And):
        return all(matches(child, document) for child in node.children)
    if isinstance(node, Or):
        return any(matches(child, document) for child in node.children)
    if isinstance(node, Filter):
        return document.id in TAGS[node.value]
    wanted = node.text.split()
    return any(
        words[at : at + len(wanted)] == wanted
        for words in texts(document, node.field)
        for at in range(len(words))
    )


@settings(max_examples=60, deadline=None)
@given(EDITS, st.lists(TREES, min_size=1, max_size=6))
def test_after_any_edits_search_is_as_defined_and_as_on_a_fresh_index(
    changes: list[tuple[list[Document], set[int]]], trees: list[Node]
) -> None:
    current: dict[int, Document] = {}

    def fetch(ids: Iterable[int]) -> list[Document]:
        return [current[id_] for id_ in ids]

    with tempfile.TemporaryDirectory() as folder:
        index, fresh = SearchIndex(Path(folder) / "a"), SearchIndex(Path(folder) / "b")
        index.rebuild([])
        for documents, removed in changes:
            for id_ in removed:
                current.pop(id_, None)
            current.update((document.id, document) for document in documents)
            index.update(documents, removed, fetch=fetch)
        fresh.rebuild(current.values())
        assert index.doc_count() == len(current)
        for tree in trees:
            expected = {id_ for id_, document in current.items() if matches(tree, document)}
            for each in (index, fresh):
                ranked = each.search(tree, limit=0, filters=FILTERS)
                assert {id_ for id_, _ in ranked.hits} == expected
                assert ranked.total == len(expected)


RELATED = st.sampled_from(
    "run runs running runner relate related self-run selfrun self the 学习 深度学习".split()  # noqa: SIM905
)
RELATED_TEXTS = st.lists(RELATED, max_size=6).map(" ".join)
KEYED = st.builds(
    lambda number, title, abstract, note: Document(
        number, title, ("Ann Ape",), f"key{number}", abstract, note
    ),
    st.integers(1, 12),
    RELATED_TEXTS,
    RELATED_TEXTS,
    RELATED_TEXTS,
)
KEYED_EDITS = st.lists(
    st.tuples(
        st.lists(KEYED, max_size=4, unique_by=lambda each: each.id),
        st.sets(st.integers(1, 12), max_size=2),
    ),
    max_size=12,
)
ASKED = (
    "run", "relat*", "runni*", "runing~", "relatd~2", "selfrun", "self run", '"self run"',
    '"run relate"~3', "学", "学*", "深度学习", "the run", "-run self",
    "title:run OR note:relational", "key3", "author:ape", "the",
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(KEYED_EDITS, st.booleans(), st.permutations(range(1, 13)))
def test_hits_order_and_scores_are_those_of_a_fresh_index_with_other_ids(
    changes: list[tuple[list[Document], set[int]]], folds: bool, other_ids: list[int]
) -> None:
    current: dict[int, Document] = {}

    def fetch(ids: Iterable[int]) -> list[Document]:
        return [current[id_] for id_ in ids]

    with tempfile.TemporaryDirectory() as folder:
        index, fresh = SearchIndex(Path(folder) / "a"), SearchIndex(Path(folder) / "b")
        index.rebuild([])
        for documents, removed in changes:
            for id_ in removed:
                current.pop(id_, None)
            current.update((document.id, document) for document in documents)
            index.update(documents, removed, fetch=fetch if folds else None)
        renamed = {other_ids[id_ - 1]: document for id_, document in current.items()}
        fresh.rebuild(replace(document, id=id_) for id_, document in sorted(renamed.items()))
        for text in ASKED:
            node = parse(text)
            was, now = index.search(node, limit=0), fresh.search(node, limit=0)
            assert [(current[id_].key, score) for id_, score in was.hits] == [
                (renamed[id_].key, score) for id_, score in now.hits
            ], text
            assert index.search(node, limit=2).hits == was.hits[:2]
            assert index.mend(node) == fresh.mend(node)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_every_document_is_found_by_each_of_its_words(notes: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder))
        index.rebuild(Document(id_, "", note=text) for id_, text in enumerate(notes, 1))
        for id_, text in enumerate(notes, 1):
            for token in tokenize(text):
                try:
                    node = parse(f'note:"{text[token.start : token.end]}"')
                except QueryError:
                    continue
                assert id_ in {found for found, _ in index.search(node, limit=0).hits}


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.text(alphabet="\\{}\"aeouvHcL'^~= $-.", max_size=40))
def test_terms_are_folded_short_and_where_they_say(text: str, tex: str) -> None:
    for each in (text, tex, text + tex):
        assert [t.term for t in tokenize(each) if not t.is_joined] == [s[0] for s in slots(each)]
        for token in tokenize(each):
            assert 0 <= token.start < token.end <= len(each)
            assert 0 < len(token.term) <= MAX_TERM + 4
    plain = text.replace("\\", "")  # an accent on an accent is no TeX and may take two passes
    assert fold(fold(plain)) == fold(plain)


PIECES = st.sampled_from(
    [
        *"abtxSK01 -_'.+#/{}\\ßβſKİ\n\u0301\u1100\u2028", "dying", "e-mail", "'s", "中文", "C++",
        "hep-th/9901001v2", "1706.03762v1", "\\c c", "\\'{ e}", "\\alpha",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.data())
def test_hints_leave_out_only_other_words(text: str, data: st.DataObject) -> None:
    every = tokenize(text)
    if not every:
        return
    chosen = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=2))
    terms, begin = {token.term for token in chosen}, chosen[0].word[:3]
    some = tokenize(text, hints_of(terms, [begin]))
    at = 0
    for before, token in zip([None, *some], some, strict=False):
        if token is GAP:
            continue
        found = every.index(token, at)
        assert (found > at) == (before is GAP)
        at = found + 1
    left_out = [token for token in every if token not in some]
    assert not [t for t in left_out if t.term in terms or t.word.startswith(begin)]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.text(max_size=12), st.sampled_from(["title", "note"]))
def test_marks_lie_inside_their_fragment(text: str, words: str, field: str) -> None:
    try:
        node = parse(words)
    except QueryError:
        return
    for fragment in fragments(node, text, field=field):
        ends = [0, *(end for mark in fragment.marks for end in mark), len(fragment.text)]
        assert ends == sorted(ends)
        assert fragment.marks
        assert "\n" not in fragment.text


def plain_edits(first: str, second: str) -> int:
    """Return the optimal string alignment distance, by its definition."""
    if not first or not second:
        return len(first) + len(second)
    best = min(
        plain_edits(first[:-1], second) + 1,
        plain_edits(first, second[:-1]) + 1,
        plain_edits(first[:-1], second[:-1]) + (first[-1] != second[-1]),
    )
    if first[-2:] == second[-2:][::-1] and len(first) > 1 < len(second):
        best = min(best, plain_edits(first[:-2], second[:-2]) + 1)
    return best


@settings(max_examples=200, deadline=None)
@given(st.text("abc", max_size=6), st.text("abc", max_size=6), st.integers(0, 2))
def test_edits_are_counted_up_to_the_limit(first: str, second: str, limit: int) -> None:
    assert edits(first, second, limit) == min(plain_edits(first, second), limit + 1)
