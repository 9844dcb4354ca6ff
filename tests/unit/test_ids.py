from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from papernotes.errors import ArxivIdError
from papernotes.ids import (
    ascii_fold,
    find_arxiv_ids,
    name_key,
    parse_arxiv_id,
    parse_doi,
    portable_slug,
    slugify,
)
from papernotes.models import ArxivId

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "arxiv-ids"

# Vectors on which projects disagree, and why we side with arXiv's own Identifier class: an id
# with five digits before 1501, or four after, was never given to a paper, so accepting it can
# only be a misreading; "we do not know this id" later would hide the cause.
DISPUTED = {"hep-ph/1203.12345v12": None, "1203.12345": None}


def vectors(name: str) -> list[dict[str, Any]]:
    path = CORPUS / name
    if not path.exists():
        return []
    return list(json.loads(path.read_text("utf-8"))["vectors"])


needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason="the corpora are not beside us")


def read(vector: dict[str, Any]) -> ArxivId | None:
    """Return what the library makes of a vector, in its own mode."""
    if vector.get("mode") == "strict":
        try:
            return parse_arxiv_id(vector["input"])
        except ArxivIdError:
            return None
    return next(iter(find_arxiv_ids(vector["input"])), None)


@needs_corpus
def test_every_vector_of_other_projects() -> None:
    wrong: list[object] = []
    for vector in vectors("arxiv_ids.json"):
        wanted = DISPUTED.get(vector["input"], vector["id"])
        expected = ArxivId(wanted, vector["version"]) if wanted else None
        if (found := read(vector)) != expected:
            wrong.append((vector["input"], found, expected))
    assert wrong == []
    disputed = {one["input"] for one in vectors("arxiv_ids.json") if one["status"] == "disputed"}
    assert disputed == set(DISPUTED)


@needs_corpus
def test_every_field_of_real_bib_files() -> None:
    wrong: list[object] = []
    for vector in vectors("arxiv_ids_wild.json"):
        found = find_arxiv_ids(vector["input"])
        expected = parse_arxiv_id(vector["id"]).id
        if [one.id for one in found] != [expected]:
            wrong.append((vector["input"], found))
        if parse_arxiv_id(vector["input"]).id != expected:
            wrong.append((vector["input"], "strict"))
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "1706.03762v5",
        " 1706.03762v5\n",
        "arXiv:1706.03762v5",
        "ARXIV: 1706.03762V5",
        "arXiv:1706.03762v5 [cs.CL] 6 Dec 2017",
        "(arXiv:1706.03762v5),",
        "oai:arXiv.org:1706.03762v5",
        "arxiv.org/abs/1706.03762v5",
        "https://arxiv.org/abs/1706.03762v5?context=cs#S2",
        "http://www.arxiv.org/pdf/1706.03762v5.pdf#page=3",
        "https://arxiv.org/html/1706.03762v5/figure.png",
        "https://arxiv.org/src/1706.03762v5",
        "https://arxiv.org/format/1706.03762v5",
        "https://export.arxiv.org/e-print/1706.03762v5/",
        "https://arxiv.org/ps/1706.03762v5.ps.gz",
        "https://export.arxiv.org/api/query?id_list=1706.03762v5&max_results=1",
        "https://ar5iv.labs.arxiv.org/html/1706.03762v5",
        "https://ar5iv.org/abs/1706.03762v5",
        "https://www.alphaxiv.org/abs/1706.03762v5",
        "https://huggingface.co/papers/1706.03762v5",
        "https://doi.org/10.48550/arXiv.1706.03762v5",
        "doi:10.48550/ARXIV.1706.03762v5",
        "https://web.archive.org/web/2020/https://arxiv.org/abs/1706.03762v5",
        "https://ui.adsabs.harvard.edu/abs/arXiv:1706.03762v5",
        "\u200b1706\u200b.03762v5\ufeff",
        "\uff11\uff17\uff10\uff16.\uff10\uff13\uff17\uff16\uff12v5",
        "arXiv\uff1a1706.03762v5\u3002",
        "\u201c1706.03762v5\u201d",
    ],
)
def test_one_paper_in_the_forms_people_paste(text: str) -> None:
    assert parse_arxiv_id(text) == ArxivId("1706.03762", 5)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("math.GT/0309136", "math/0309136"),
        ("HEP-TH/9901001", "hep-th/9901001"),
        ("hep\u2010th/9901001", "hep-th/9901001"),
        ("cond-mat.mes-hall/0309136", "cond-mat/0309136"),
        ("10.48550/arXiv.math.GT/0309136", "math/0309136"),
        ("https://arxiv.org/abs/hep-th%2F9901001", "hep-th/9901001"),
        ("https://arxiv.org/ftp/hep-th/papers/9901/9901001.pdf", "hep-th/9901001"),
        ("https://arxiv.org/ftp/arxiv/papers/1110/1110.2832.pdf", "1110.2832"),
        ("hep-th/9107001", "hep-th/9107001"),
        ("hep-th/0703999", "hep-th/0703999"),
        ("0704.0001", "0704.0001"),
        ("1412.9999", "1412.9999"),
        ("1501.00001", "1501.00001"),
    ],
)
def test_old_and_border_ids(text: str, canonical: str) -> None:
    assert str(parse_arxiv_id(text)) == canonical


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n. ", "empty"),
        ("1" * 3000, "too long"),
        ("hello", "it has not the form of one"),
        ("1713.12345", "month 13 does not exist"),
        ("1700.12345", "month 00 does not exist"),
        ("0703.0001", "begin with 0704"),
        ("9901.12345", "begin with 0704"),
        ("1412.00001", "ids of 1412 have 4 digits"),
        ("1501.0001", "ids of 1501 have 5 digits"),
        ("1706.00000", "numbers count from 1"),
        ("1706.03762v0", "versions count from 1"),
        ("hep-th/9113001", "month 13"),
        ("hep-th/9106001", "from 9107 to 0703"),
        ("hep-th/0704001", "from 9107 to 0703"),
        ("hep-th/9901000", "numbers count from 1"),
        ("stat/0601001", "stat has no ids of the old form"),
        ("foo-bar/9901001", "not the form"),
        ("1706.037621", "not the form"),
        ("1706.03762 1412.6980", "not the form"),
        ("https://arxiv.org/list/cs.LG/recent", "not the form"),
        ("https://example.org/abs/1706.03762", "not the form"),
        ("https://notarxiv.org/abs/1706.03762", "not the form"),
        ("https://arxiv.org.evil.example/abs/1706.03762", "not the form"),
        ("file:///abs/1706.03762", "not the form"),
        ("https://[bad/1706.03762", "not the form"),
        ("\u0661\u0667\u0660\u0666.\u0660\u0663\u0667\u0666\u0662", "not the form"),
        ("1706.03762\u00b2", "not the form"),
    ],
)
def test_what_is_refused_and_why(text: str, reason: str) -> None:
    with pytest.raises(ArxivIdError, match=re.escape(reason)) as caught:
        parse_arxiv_id(text)
    assert "1706.03762" in caught.value.hint or "lost its zeros" in caught.value.hint
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", ["705.0742", "1605.838", "1605.0838"])
def test_ids_that_went_through_a_number_are_never_padded(text: str) -> None:
    with pytest.raises(ArxivIdError) as caught:
        parse_arxiv_id(text)
    assert "lost its zeros" in caught.value.hint


def test_the_refusal_shows_no_control_characters() -> None:
    with pytest.raises(ArxivIdError) as caught:
        parse_arxiv_id("\x1b[31mred\u202e")
    assert str(caught.value).isprintable()


def test_ids_in_running_text_in_order_each_once() -> None:
    text = """
    See [1](https://arxiv.org/abs/1706.03762v7), arXiv:hep-th/9901001v3 and eprint = {1412.6980},
    again 1706.03762v7; _2104.12255_ and https://huggingface.co/papers/2106.09685.
    \u8bba\u65871512.03385\u63d0\u51fa, https://arxiv.org/abs/hep-th%2F9711200,
    https://arxiv.org/ftp/hep-th/papers/9802/9802150.pdf and doi 10.48550/arXiv.1810.04805.
    """
    assert [str(one) for one in find_arxiv_ids(text)] == [
        "1706.03762v7",
        "hep-th/9901001v3",
        "1412.6980",
        "2104.12255",
        "2106.09685",
        "1512.03385",
        "hep-th/9711200",
        "hep-th/9802150",
        "1810.04805",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "HJD=2450274.4156",
        "Pspin=1008.3408s",
        "Pspin=1008.3408",
        "2451435.4353",
        "euclid.bj/1151525136",
        "10.1002/0470841559.ch1",
        "https://doi.org/10.1109/1234.56789",
        "it costs $1202.1234",
        "1202.1234(5) and 1202.1234%",
        "192.168.1706.03762",
        "1706.03762.5",
        "https://example.org/x/1706.03763",
        "www.example.org/math/0512484",
        "at 12:1202.1234",
        "-1202.1234",
        "1713.12345",
    ],
)
def test_numbers_that_are_no_ids(text: str) -> None:
    assert find_arxiv_ids(text) == ()


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1103/PhysRevD.76.013009", "10.1103/PhysRevD.76.013009"),
        ("doi: 10.1000/X.", "10.1000/X"),
        ("https://doi.org/10.1000/a%2Fb", "10.1000/a/b"),
        (
            "http://dx.doi.org/10.1002/(SICI)1097%3C1::AID%3E3.0.CO;2-X",
            "10.1002/(SICI)1097<1::AID>3.0.CO;2-X",
        ),
        ("<https://www.doi.org/10.1000.5/x>", "10.1000.5/x"),
        ("10.48550/arXiv.1706.03762", "10.48550/arXiv.1706.03762"),
        ("10.1/x", None),
        ("10.1000/", None),
        ("10.1000/a b", None),
        ("10.1000/a%20b", "10.1000/a%20b"),
        ("https://doi.org/10.1000/a%0Ab", None),
        ("https://example.org/10.1000/x", None),
        ("", None),
        ("10.1000/" + "x" * 3000, None),
    ],
)
def test_dois(text: str, doi: str | None) -> None:
    assert parse_doi(text) == doi


@pytest.mark.parametrize("slug", ["vaswani2017attention", "a.b+c_d-e", "_x", "0"])
def test_a_key_that_is_a_safe_name_is_its_own_slug(slug: str) -> None:
    assert portable_slug(slug) == slug


@pytest.mark.parametrize(
    ("hostile", "stem"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("a/b", "a-b"),
        ("DBLP:conf/nips/X", "dblp-conf-nips-x"),
        ("CON", "con"),
        ("con.txt", "con-txt"),
        ("-rf", "rf"),
        (".hidden", "hidden"),
        ("x.", "x"),
        ("a..b", "a.b"),
        ("a-0123456789", "a-0123456789"),
        ("\u043a\u043b\u044e\u0447", "key"),
        ("", "key"),
        ("x\x00\n\u202ey", "x-y"),
    ],
)
def test_a_hostile_key_gets_a_safe_slug(hostile: str, stem: str) -> None:
    assert re.fullmatch(re.escape(stem) + "-[0-9a-f]{10}", portable_slug(hostile))


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Attention Is All You Need", "attention-is-all-you-need"),
        ("Über $\\pi$: die Straße", "uber-pi-die-strasse"),
        ("Don't stop", "dont-stop"),
        ("\u6ce8\u610f", ""),
        ("CON", "note-con"),
        ("x" * 80, "x" * 60),
        ("words " * 20, "words-words-words-words-words-words-words-words-words-words"),
    ],
)
def test_slugs_of_titles(title: str, slug: str) -> None:
    assert slugify(title) == slug


def test_names_are_compared_without_case_and_composition() -> None:
    assert name_key(" Café ") == name_key("CAFE\u0301") == "café"
    assert name_key("Straße") == name_key("STRASSE")
    assert name_key("a") != name_key("b")


def test_folding_to_ascii() -> None:
    assert ascii_fold("Łódź Ærø ﬁeld \u738b — “x”") == "Lodz AEro field  - x"


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\n", " ", "\t", ", ", ";", "|", "\u2028"])
def test_ids_one_behind_the_other_are_all_found(between: str) -> None:
    ids = ["1706.03762", "1412.6980v9", "hep-th/9901001", "1801.00001", "math.GT/0309136"]
    found = find_arxiv_ids(between.join(ids))
    assert [str(one) for one in found] == [*ids[:4], "math/0309136"]


def test_a_line_end_does_not_hide_what_stands_before() -> None:
    assert find_arxiv_ids("at HJD=\n1706.03762") == (ArxivId("1706.03762"),)
    assert find_arxiv_ids("1:\n1706.03762") == (ArxivId("1706.03762"),)
