"""Whatever a Paper holds: one entry, and reading it gives the Paper back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from papernotes.bib import parse, render
from papernotes.models import Author, Paper
from papernotes.names import fold, tidy_author

HOSTILE = st.text(st.sampled_from("ab Z1\\{}$%#&_^~-'`\"@,=()[];\nüé—王and"), max_size=40)
TEXT = HOSTILE | st.text(max_size=30)
LINE = TEXT.map(fold)
TIME = st.none() | st.datetimes(
    datetime(1991, 8, 1),  # noqa: DTZ001 - the zone is given below
    datetime(2099, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
AUTHOR = st.builds(
    Author,
    LINE,
    LINE,
    LINE | st.just("van der"),
    LINE | st.just("Jr."),
    st.booleans(),
    st.lists(LINE.filter(bool), max_size=2).map(tuple),
)
AUTHORS = st.lists(AUTHOR, max_size=4).map(
    lambda authors: tuple(a for a in map(tidy_author, authors) if a.family)
)
CATEGORIES = st.lists(
    st.sampled_from(["cs.LG", "hep-th", "stat.ML", "03B70, 68Q99", "F.4; K.2"]) | LINE.filter(bool),
    max_size=3,
    unique=True,
).map(tuple)
EXTRA = st.dictionaries(
    st.sampled_from(["pages", "volume", "x-note", "keywords", "file", "series"]),
    st.text(st.sampled_from('ab Z1{}$%&_~-"@,=\\ü'), max_size=20),
    max_size=3,
)
PAPERS = st.builds(
    Paper,
    citekey=st.from_regex(r"[a-z0-9][a-z0-9_:.+-]{0,20}", fullmatch=True),
    title=LINE,
    authors=AUTHORS,
    year=st.none() | st.integers(1500, 2100),
    month=st.none() | st.integers(1, 12),
    entry_type=st.sampled_from(["misc", "article", "book", "inproceedings"]),
    abstract=LINE,
    arxiv_id=st.sampled_from([None, "1706.03762", "hep-th/9901001"]),
    arxiv_version=st.none() | st.integers(1, 99),
    categories=CATEGORIES,
    published=TIME,
    updated=TIME,
    doi=st.sampled_from([None, "10.1000/a_b%2", "10.48550/arXiv.1706.03762"]),
    journal_ref=LINE.map(lambda text: f"J. {text}" if text else None),
    comment=LINE.map(lambda text: text or None),
    url=st.none() | HOSTILE.map(lambda text: f"https://example.org/{text}"),
    is_withdrawn=st.booleans(),
    extra=EXTRA.map(lambda extra: tuple(extra.items())),
)


@given(PAPERS)
@settings(max_examples=200, deadline=None)
def test_a_paper_is_read_back(paper: Paper) -> None:
    text = render(paper)
    papers, problems = parse(text, "")
    assert problems == ()
    (back,) = papers
    same = (
        "citekey",
        "title",
        "authors",
        "year",
        "month",
        "abstract",
        "categories",
        "published",
        "updated",
        "doi",
        "journal_ref",
        "comment",
        "is_withdrawn",
    )
    assert [getattr(back, name) for name in same] == [getattr(paper, name) for name in same]
    assert [name for name, _ in back.extra] == [name for name, _ in paper.extra]
    assert back == replace(paper, **_settled(back, paper))
    assert render(back) == text


def _settled(back: Paper, paper: Paper) -> dict[str, Any]:
    """Return the fields that have a normal form: the rest is the same."""
    settled: dict[str, Any] = {"entry_type": back.entry_type, "line": 1}
    if paper.url is None or back.url != paper.url:
        settled["url"] = back.url
    if paper.arxiv_id is None:
        settled["arxiv_id"] = back.arxiv_id
    if paper.arxiv_version is None:
        settled["arxiv_version"] = back.arxiv_version
    settled["extra"] = back.extra
    return settled


ANYTHING = (
    HOSTILE
    | st.text(max_size=30)
    | st.sampled_from(
        [
            "10.1000/a{b}%c",
            "arXiv:1706.03762v3",
            "1706.03762",
            "http://arxiv.org/abs/hep-th/9901001",
        ]
    )
)
FIELD_NAMES = st.sampled_from(
    [
        *("title", "author", "year", "month", "date", "eprint", "eprinttype", "archivePrefix"),
        *("primaryClass", "doi", "url", "note", "journal", "journaltitle", "volume", "keywords"),
        *("crossref", "xdata", "arxiv_version", "arxiv_updated", "arxiv_categories", "a{b"),
    ]
)
ANY_PAPER = st.builds(
    Paper,
    citekey=st.just("key"),
    title=ANYTHING,
    authors=st.lists(
        st.builds(Author, *[ANYTHING] * 4, st.booleans(), st.lists(ANYTHING).map(tuple))
    ).map(tuple),
    year=st.none() | st.integers(),
    month=st.none() | st.integers(),
    entry_type=ANYTHING | st.sampled_from(["article", "comment", "xdata"]),
    abstract=ANYTHING,
    arxiv_id=st.none() | ANYTHING,
    arxiv_version=st.none() | st.integers(),
    categories=st.lists(ANYTHING).map(tuple),
    published=st.none() | st.datetimes(),
    updated=st.none() | st.datetimes(timezones=st.timezones()),
    doi=st.none() | ANYTHING,
    journal_ref=st.none() | ANYTHING,
    comment=st.none() | ANYTHING,
    url=st.none() | ANYTHING,
    is_withdrawn=st.booleans(),
    extra=st.lists(st.tuples(ANYTHING | FIELD_NAMES, ANYTHING), max_size=4).map(tuple),
)


@given(ANY_PAPER)
@settings(max_examples=200, deadline=None)
def test_any_paper_can_be_written(paper: Paper) -> None:
    text = render(paper)
    papers, problems = parse(text, "")
    assert [problem for problem in problems if problem.code != "bib-crossref"] == []
    (back,) = papers
    assert back.title == fold(paper.title)
    assert [a.name for a in back.authors] == [
        a.name for a in map(tidy_author, paper.authors) if a.family
    ]
    assert render(back) == text


@given(HOSTILE | st.text(max_size=80), st.sampled_from(["", "@misc{a, title = ", "@string{a = "]))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_without_an_error(text: str, start: str) -> None:
    parse(start + text, "x.bib")
    papers, _ = parse(f"@misc{{first}}\n{start}{text}\n@misc{{last, title={{T}}}}\n", "x.bib")
    assert papers[0].citekey == "first"


@given(st.lists(PAPERS, max_size=4, unique_by=lambda paper: paper.citekey))
@settings(max_examples=50, deadline=None)
def test_as_many_entries_as_were_written(papers: list[Paper]) -> None:
    alone = [parse(render(paper), "x.bib")[0] for paper in papers]
    back, problems = parse("\n".join(map(render, papers)), "x.bib")
    assert [[replace(paper, line=1)] for paper in back] == list(map(list, alone))
    assert problems == ()


# Files of every syntax: what is read must not depend on which of two ways an entry is read by.

NAMES = st.sampled_from(
    ["title", "AUTHOR", "Year", "month", "note", "x-y", "journal", "abstract", "doi", "crossref"]
)
INNER = st.text(st.sampled_from('ab Z1{}\\"%,=#@\n\té('), max_size=12)
WORD = st.sampled_from(["2020", "jan", "jml", "unknown", "x # y", "12 # {a}", ""])
VALUE = st.one_of(
    INNER.map(lambda text: f"{{{text}}}"),
    INNER.map(lambda text: f'"{text}"'),
    st.sampled_from(["{a {b {c} d}}", '{G{\\"o}del}', '"G{\\"o}del"', '"a {b, c} d"', "{a = {b}}"]),
    WORD,
)
SPACE = st.sampled_from(["", " ", "\n", "\n  ", "\t"])
FIELD = st.tuples(SPACE, NAMES, SPACE, SPACE, VALUE, SPACE).map(
    lambda parts: f"{parts[0]}{parts[1]}{parts[2]}={parts[3]}{parts[4]}{parts[5]}"
)
ENTRY = st.builds(
    lambda start, kind, bracket, key, fields, comma, end: (
        f"{start}@{kind}{bracket}{key},{','.join(fields)}{comma}"
        f"{')' if bracket == '(' else '}'}{end}"
    ),
    st.sampled_from(["", " ", "x ", "% ", "\ufeff"]),
    st.sampled_from(["misc", "Article", " book", "xdata", "string2", "c-d"]),
    st.sampled_from(["{", "{", "{ ", "{\n", "(", " {"]),
    st.sampled_from(["a", "b", "a b", "k:1", "é", "", "a'b", "100%"]),
    st.lists(FIELD, max_size=4),
    st.sampled_from(["", ",", ",\n", ",,"]),
    st.sampled_from(["\n", "", "\n\n", " and text\n", "}\n"]),
)
OTHERS = st.sampled_from(
    [
        *('@string{jml = "J. of {ML}"}\n', "@string(x = {X} # jan)\n", "@preamble{ {p} }\n"),
        *("@comment{jabref-meta: x;}\n", "@comment{\n@misc{in, title={x}}\n}\n", "text {\n", '"\n'),
        *("@misc{open, title = {x\n", '@misc{quoted, title = "x\n', "@misc\n", "@{}\n", "\\\n"),
    ]
)
FILES = st.lists(ENTRY | ENTRY | OTHERS, max_size=6).map("".join)


@given(FILES)
@settings(max_examples=500, deadline=None)
def test_plain_entries_are_read_as_bibtexparser_cuts_them(text: str) -> None:
    assume("\\\n" not in text)  # bibtexparser miscounts lines; see test_lines_behind_a_backslash
    sign = "\x1a"  # where it stands, all is left to bibtexparser
    assert parse(f"\n{text}", "x.bib") == parse(f"{sign}\n{text}", "x.bib")
