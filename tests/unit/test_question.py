"""What people type → arXiv's own language, with every field, AND and bracket written out."""

from __future__ import annotations

from datetime import date

import pytest

from papernotes.arxiv.question import MAX_CLAUSES, ids_asked, render_question
from papernotes.errors import QueryError, UsageError
from papernotes.models import ArxivId

TODAY = date(2026, 11, 24)


def asked(text: str) -> str:
    return render_question(text, today=TODAY)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("attention", "all:attention"),
        ("au:hinton ti:distillation", "au:hinton AND ti:distillation"),
        ("Author:hinton TITLE:distillation", "au:hinton AND ti:distillation"),
        ("abstract:a1 comment:b1 journal:c1", "abs:a1 AND co:b1 AND jr:c1"),
        ('au:"Geoffrey Hinton" nets', 'au:"Geoffrey Hinton" AND all:nets'),
        ("“deep\tlearning”", 'all:"deep learning"'),
        ("café 日本語", "all:café AND all:日本語"),
        ("au:del_maestro", "au:del_maestro"),
        ("transf*", "all:transf*"),
        ("graph-neural C++ AT&T", 'all:"graph-neural" AND all:"C++" AND all:"AT&T"'),
        ("x AND y", "all:x AND all:y"),
        ("x OR y z", "all:x OR (all:y AND all:z)"),
        ("(x OR y) z", "(all:x OR all:y) AND all:z"),
        ("x (y (z))", "all:x AND all:y AND all:z"),
        ("ti:(x OR y)", "ti:x OR ti:y"),
        ("cat:(cs.LG OR stat.ml)", "cat:cs.LG OR cat:stat.ML"),
        ("x -y", "all:x ANDNOT all:y"),
        ("x NOT y", "all:x ANDNOT all:y"),
        ("x ANDNOT y", "all:x ANDNOT all:y"),
        ("x AND NOT y", "all:x ANDNOT all:y"),
        ("-y x", "all:x ANDNOT all:y"),
        ("x NOT NOT y", "all:x AND all:y"),
        ("x -(y z)", "all:x ANDNOT (all:y AND all:z)"),
        ("x (y OR -z)", "all:x ANDNOT (all:z ANDNOT all:y)"),
        ("x -(y OR -z)", "all:x AND (all:z ANDNOT all:y)"),
        ("x (y -z)", "all:x AND (all:y ANDNOT all:z)"),
        ("cat:CS.lg", "cat:cs.LG"),
        ("cat:cs x", "cat:cs.* AND all:x"),
        ("category:cs.*", "cat:cs.*"),
        ("x cat:astro-ph", "all:x AND (cat:astro-ph OR cat:astro-ph.*)"),
        ("cat:cs.SY", "cat:eess.SY"),
        ("Attention: is all you need!", "all:Attention AND all:all AND all:you AND all:need"),
        ('"to be or not to be"', 'all:"to be or not to be"'),
        ("au:will", "au:will"),
        ("IT", "all:IT"),
        ("x & y", "all:x AND all:y"),
        (r"x\y [z", 'all:"x y" AND all:"z"'),
        ("1706.03762", "id:1706.03762"),
        ("https://arxiv.org/abs/1706.03762v2 x", "id:1706.03762v2 AND all:x"),
        ("id:arXiv:1706.03762", "id:1706.03762"),
        ("(doi:10.1016/0370-2693(83)90177-3)", 'doi:"10.1016/0370-2693(83)90177-3"'),
        ('doi:"10.1016/0370-2693(83)90177-3"', 'doi:"10.1016/0370-2693(83)90177-3"'),
        ("year:2017", "submittedDate:[201701010000 TO 201712312359]"),
        ("year:2015..2018", "submittedDate:[201501010000 TO 201812312359]"),
        ("year:>2024", "submittedDate:[202501010000 TO 209912312359]"),
        ("updated:<=2019-02", "lastUpdatedDate:[199101010000 TO 201902282359]"),
        ("submittedDate:[2023 TO 202402]", "submittedDate:[2023 TO 202402]"),
    ],
)
def test_what_is_asked(text: str, question: str) -> None:
    assert asked(text) == question


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "nothing to search for"),
        ("  ", 1, "nothing to search for"),
        ("& -", 1, "nothing to search for"),
        ("the of", 1, "nothing to search for"),
        ('ti:""', 1, "nothing to search for"),
        ("-x", 1, "only says what not to find"),
        ("-x OR y", 1, "only says what not to find"),
        ('x "y', 3, "never closed"),
        ("x (y", 3, "never closed"),
        ("x) y", 2, "closes nothing"),
        ("x ()", 3, "are empty"),
        ("OR x", 1, "OR needs something on both sides"),
        ("x AND", 3, "AND needs something on both sides"),
        ("x NOT", 3, "NOT needs something behind it"),
        ("auhtor:x", 1, "no field auhtor:"),
        ("ti:", 4, "needs a value"),
        ("cat:cs.LQ", 5, "no category 'cs.LQ'"),
        ("id:banana", 4, "not an arXiv id"),
        ("t*", 2, r"\* may only end a word"),
        ("a*b", 2, r"\* may only end a word"),
        ("*", 1, r"\* may only end a word"),
        ("atention~", 9, "knows no ~"),
        ("year:soon", 6, "no range"),
        ("year:7d", 6, "no range"),
        ("submittedDate:[soon TO later]", 15, "no range"),
        ("x" * 1001, 1001, "1001 characters"),
        ("\ud800", 1, "no text"),
        ("(" * 11 + "x" + ")" * 11, 11, "more than 10 parentheses"),
        (" ".join(["xy"] * (MAX_CLAUSES + 1)), 3 * MAX_CLAUSES + 1, "one more"),
    ],
)
def test_what_is_no_query_is_said_with_its_column(text: str, column: int, says: str) -> None:
    with pytest.raises(QueryError, match=says) as caught:
        asked(text)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("auhtor:x", "did you mean author:?"),
        ("tite:x", "did you mean title:?"),
        ("catgory:cs", "did you mean category:?"),
        ("date:2017", "did you mean submitted:?"),
        ("banana:x", "the fields are title: author:"),
        ("cat:machine", "did you mean"),
        ("OR", '"or"'),
    ],
)
def test_what_was_meant_is_said(text: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        asked(text)
    assert hint in caught.value.hint


def test_many_words_are_no_matter_up_to_the_limit() -> None:
    assert asked(" ".join(["xy"] * MAX_CLAUSES)).count("all:xy") == MAX_CLAUSES


@pytest.mark.parametrize(
    ("since", "first"),
    [
        ("2023", "20230101"),
        ("2023-05", "20230501"),
        ("2023-5-2", "20230502"),
        ("2023-05-12", "20230512"),
        ("0d", "20261124"),
        ("7d", "20261117"),
        ("4W", "20261027"),
        ("6m", "20260528"),
        ("1y", "20251124"),
        ("2026-11-24", "20261124"),
    ],
)
def test_since(since: str, first: str) -> None:
    found = render_question("x", since=since, today=TODAY)
    assert found == f"all:x AND submittedDate:[{first}0000 TO 202611242359]"


@pytest.mark.parametrize(
    "since", ["", "soon", "2023-13", "2023-02-30", "2027", "9999y", "7", "2015..2018", ">2019"]
)
def test_since_what_is_no_day_of_the_past(since: str) -> None:
    with pytest.raises(UsageError):
        render_question("x", since=since, today=TODAY)


def test_categories_narrow_and_may_stand_alone() -> None:
    found = render_question("x OR y", categories=["CS.lg", "stat"], today=TODAY)
    assert found == "(all:x OR all:y) AND (cat:cs.LG OR cat:stat.*)"
    assert render_question("", categories=["cs.LG"], today=TODAY) == "cat:cs.LG"
    assert render_question("-x", categories=["cs.LG"], today=TODAY) == "cat:cs.LG ANDNOT all:x"
    with pytest.raises(UsageError, match="no category"):
        render_question("x", categories=["cs.LQ"], today=TODAY)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("1706.03762", [ArxivId("1706.03762")]),
        ("https://arxiv.org/pdf/1706.03762v2.pdf", [ArxivId("1706.03762", 2)]),
        (
            "arXiv:1706.03762 hep-th/9901001 1706.03762",
            [ArxivId("1706.03762"), ArxivId("hep-th/9901001")],
        ),
        ("1706.03762 attention", []),
        ("attention", []),
        ("", []),
    ],
)
def test_a_query_of_ids_is_recognised(text: str, ids: list[ArxivId]) -> None:
    assert ids_asked(text) == tuple(ids)
