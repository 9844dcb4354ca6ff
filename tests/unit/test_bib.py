"""BibTeX text → Papers, and one Paper → one entry."""

from __future__ import annotations

import json
import lzma
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from papernotes import bib
from papernotes.arxiv.tex import decode_metadata
from papernotes.bib import (
    decode,
    edit_entry,
    parse,
    parse_bytes,
    parse_entries,
    render,
    render_reported,
)
from papernotes.errors import FormatError
from papernotes.ids import parse_doi
from papernotes.models import Author, Paper
from papernotes.names import fold, is_others, split_name

CORPORA = Path(__file__).parents[2].parent / "shared/corpora"

VASWANI = Paper(
    citekey="vaswani2017attention",
    title="Attention Is All You Need",
    authors=(Author("Vaswani", "Ashish"), Author("Kaiser", "Łukasz")),
    year=2017,
    month=6,
    abstract="We use 100% of $x_1$ & more.",
    arxiv_id="1706.03762",
    arxiv_version=7,
    categories=("cs.CL", "cs.LG"),
    published=datetime(2017, 6, 12, 17, 57, 34, tzinfo=UTC),
    updated=datetime(2023, 8, 2, 0, 41, 18, tzinfo=UTC),
    comment="15 pages, 5 figures",
    url="https://arxiv.org/abs/1706.03762",
)
VASWANI_BIB = """\
@misc{vaswani2017attention,
  title = {Attention {Is All You Need}},
  author = {Vaswani, Ashish and Kaiser, Łukasz},
  year = {2017},
  month = jun,
  eprint = {1706.03762},
  archivePrefix = {arXiv},
  primaryClass = {cs.CL},
  keywords = {cs.CL, cs.LG},
  url = {https://arxiv.org/abs/1706.03762},
  abstract = {We use 100\\% of $x_1$ \\& more.},
  arxiv_version = {7},
  arxiv_published = {2017-06-12T17:57:34Z},
  arxiv_updated = {2023-08-02T00:41:18Z},
  arxiv_comment = {15 pages, 5 figures},
}
"""


def one(text: str) -> Paper:
    papers, problems = parse(text, "x.bib")
    assert (len(papers), problems) == (1, ())
    return papers[0]


def found(text: str) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.line) for problem in parse(text, "x.bib")[1]]


def test_an_entry_as_we_write_it() -> None:
    assert render(VASWANI) == VASWANI_BIB
    assert one(VASWANI_BIB) == replace(VASWANI, path="x.bib", line=1)


def test_what_stands_where() -> None:
    text = '% a comment\n\n@book{b1,\n title={A}}\r\n@TALK{b2, Title = "B", Venue = {{X} Y} }'
    papers, problems = parse(text, "bib/mine.bib")
    assert [(p.citekey, p.entry_type, p.title, p.path, p.line) for p in papers] == [
        ("b1", "book", "A", "bib/mine.bib", 3),
        ("b2", "talk", "B", "bib/mine.bib", 5),
    ]
    assert papers[1].extra == (("venue", "{X} Y"),)
    assert problems == ()


@pytest.mark.parametrize(
    ("fields", "arxiv_id", "version", "left"),
    [
        ("eprint={1703.04730}, archivePrefix={arXiv}, primaryClass={stat.ML}",
         "1703.04730", None, []),
        ("eprint={1703.04730v3}, eprinttype={arxiv}, eprintclass={stat.ML}", "1703.04730", 3, []),
        ("eprint={https://arxiv.org/abs/1703.04730v3}", "1703.04730", 3, []),
        ("eprint={1703.04730 [cs, math]}, number={{arXiv}:1703.04730}", "1703.04730", None, []),
        ("eprint={9901001}, archivePrefix={hep-th}", "hep-th/9901001", None, []),
        ("eprint={9901001}, archivePrefix={arXiv}, primaryClass={hep-th}",
         "hep-th/9901001", None, []),
        ("arxivId={1703.04730}", "1703.04730", None, []),
        ("journal={arXiv preprint arXiv:1703.04730}", "1703.04730", None, []),
        ("journal={CoRR}, volume={abs/1703.04730}", "1703.04730", None, []),
        ("journal={ArXiv}, volume={abs/1703.04730v2}, pages={7}", "1703.04730", 2, ["pages"]),
        ("url={http://arxiv.org/pdf/1703.04730v2.pdf}", "1703.04730", 2, []),
        ("doi={10.48550/arXiv.1703.04730}", "1703.04730", None, []),
        ("doi={10.48550/ARXIV.1703.04730}, publisher={arXiv}", "1703.04730", None, ["publisher"]),
        ("note={arXiv:1703.04730 [cs]}", "1703.04730", None, []),
        ("note={Preprint, arXiv:1703.04730, submitted}", "1703.04730", None, ["note"]),
        ("number={arXiv:1703.04730}", "1703.04730", None, []),
        ("journal={arXiv e-prints}, eid={arXiv:1703.04730}, pages={arXiv:1703.04730}",
         "1703.04730", None, []),
        ("eprint={1234567}, eprinttype={pubmed}", None, None, ["eprint", "eprinttype"]),
        ("journal={arXiv.org}", None, None, ["journal"]),
        ("note={see arXiv:1703.04730 and arXiv:1412.6980}", None, None, ["note"]),
    ],
)  # fmt: skip
def test_arxiv_in_every_shape(
    fields: str, arxiv_id: str | None, version: int | None, left: list[str]
) -> None:
    paper = one(f"@article{{k, title={{T}}, {fields}}}")
    assert (paper.arxiv_id, paper.arxiv_version) == (arxiv_id, version)
    assert [name for name, _ in paper.extra] == left
    assert paper.journal_ref is None


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("year=2019", (2019, None, [])),
        ("year={2019}, month=feb", (2019, 2, [])),
        ("year={2019}, month={Sept.}", (2019, 9, [])),
        ("year={2019}, month=feb # {~1}", (2019, 2, ["month"])),
        ("date={2019}", (2019, None, [])),
        ("date={2019-03}", (2019, 3, [])),
        ("date={2019-03-29}", (2019, 3, ["date"])),
        ("year={in press}", (None, None, ["year"])),
        ("year={c. 1999}", (1999, None, ["year"])),
        ("month={Spring}", (None, None, ["month"])),
    ],
)
def test_dates(fields: str, expected: tuple[int | None, int | None, list[str]]) -> None:
    paper = one(f"@misc{{k, {fields}}}")
    assert (paper.year, paper.month, [name for name, _ in paper.extra]) == expected
    assert replace(one(render(paper)), path="x.bib") == paper


def test_other_fields() -> None:
    paper = one(
        r"@article{k, title={On {B}ERT \& M{\"u}ller}, doi={https://doi.org/10.1000/a\_b},"
        r" url={\url{http://x.org/~a\_b}}, journal={Phys. Lett. B}, keywords={nlp, sets},"
        r" primaryclass={cs, math}, abstract={One.\\ Two" + "\n\n  three\n four.}}"
    )
    assert paper.title == "On BERT & Müller"
    assert paper.doi == "10.1000/a_b"
    assert paper.url == "http://x.org/~a_b"
    assert paper.journal_ref == "Phys. Lett. B"
    assert paper.categories == ("cs", "math")
    assert paper.abstract == "One. Two\n\nthree four."
    assert paper.extra == (("keywords", "nlp, sets"),)


def test_strings_and_concatenation() -> None:
    paper = one(
        '@string{ nips = "NIPS" } @STRING(full = nips # { Proc.})\n'
        "@inproceedings{k, booktitle = Full # { } # 28, series = later}\n@string{later = {L}}"
    )
    assert paper.extra == (("booktitle", "NIPS Proc. 28"), ("series", "L"))


@pytest.mark.parametrize("value", ['"Thoreau, D', 'Henry David"', '= "x"', "{x} {y}"])
def test_a_broken_string_is_named(value: str) -> None:
    text = f"@string{{a = {value} }}\n@misc{{k, author = a}}"
    assert found(text) == [("bib-syntax", 1)]
    assert found(text.replace(value, "{x} # 2 # jan")) == []


def test_an_undefined_string_is_named_once() -> None:
    text = "@misc{a, publisher = acm}\n@misc{b,\n publisher = acm}"
    papers, problems = parse(text, "x.bib")
    assert [paper.extra for paper in papers] == [(("publisher", "acm"),)] * 2
    assert found(text) == [("bib-undefined-string", 1)]
    assert "2 times" in problems[0].message


def test_crossref_and_xdata() -> None:
    papers, problems = parse(
        "@inproceedings{c, crossref={P}, title={Talk}}\n@misc{x, xdata={d}, title={X}}\n"
        "@misc{lost, crossref={nobody}}\n@xdata{d, title={no}, year={1990}}\n"
        "@proceedings{p, title={Proc}, year={1999}, doi={10.1000/p}, crossref={c}}",
        "x.bib",
    )
    assert [(p.citekey, p.title, p.year, p.doi) for p in papers[:2]] == [
        ("c", "Talk", 1999, None),
        ("x", "X", 1990, None),
    ]
    assert ("booktitle", "Proc") in papers[0].extra
    assert [(p.code, p.line) for p in problems] == [("bib-crossref", 3)]


def test_what_bibtexparser_loses_is_a_problem() -> None:
    assert found("@misc{a, title={x} year={2001}}") == [("bib-missing-comma", 1)]
    assert parse("@misc{a, title={x} year={2001}}", "")[0][0].year == 2001
    assert found("@misc{a, title={x} y}") == [("bib-missing-comma", 1)]
    assert found("@misc{a, year=1, Year=2}") == [("bib-duplicate-field", 1)]
    assert parse("@misc{a, year=1, Year=2}", "")[0][0].year == 1
    assert found("@misc{a}\n@misc{b}\n@misc{a}") == [("bib-duplicate-key", 3)]
    assert found("@misc{, title={x}}") == [("bib-no-key", 1)]
    assert found("\n@conference.paper{a, title={x}}") == [("bib-syntax", 2)]
    assert found("@misc{a, note={x} @misc{b, title={y}}") == [("bib-syntax", 1)]


@pytest.mark.parametrize(
    ("broken", "fields"),
    [
        ("@misc{a, file = {C:\\x\\}, title={T}}", {"file": "C:\\x\\", "title": "T"}),
        ("@misc{a,\n title={T}, year=2000,\n", {"title": "T", "year": "2000"}),
        ("@misc{a,\n title={T}\n year=2000", {"title": "T", "year": "2000"}),
        ("@misc{a,\n title={T, year={2000}\n", None),  # which brace is missing?
        ("@misc{a,\n title={T}, year={2000", None),
        ("@misc{a,\n title={T}, and so on", None),
        ("@misc{a,", None),
    ],
)
def test_a_broken_entry_is_read_where_its_fields_can_be_told(
    broken: str, fields: dict[str, str] | None
) -> None:
    for text in (f"{broken}\n@misc{{b, title={{U}}}}\n", broken):
        entries, problems = parse_entries(text, "x.bib")
        rest = [{"title": "U"}] if text != broken else []
        assert [entry.fields for entry in entries] == ([fields] if fields else []) + rest
        assert [(p.code, p.line) for p in problems] == [("bib-syntax", 1)]
        assert problems[0].message.endswith("(read all the same)" if fields else "(left out)")


def test_an_entry_without_a_key_is_named_and_given_to_those_who_make_one() -> None:
    text = (
        "@misc{,\n title={T}}\n@book{title={U}, year=2000}\n@misc{\n crossref = {b}}\n"
        "@misc{b, title={V}}\n"
    )
    entries, problems = parse_entries(text, "x.bib")
    assert [entry.key for entry in entries] == ["b"]
    assert [(p.code, p.line) for p in problems] == [
        ("bib-no-key", 1),
        ("bib-no-key", 3),
        ("bib-no-key", 4),
    ]
    assert problems[1].message == "an entry @book has no citation key: U"
    whole, same = parse_entries(text, "x.bib", with_keyless=True)
    assert same == problems
    assert [(entry.key, entry.fields.get("title")) for entry in whole] == [
        ("", "T"),
        ("", "U"),
        ("", "V"),
        ("b", "V"),
    ]


def test_the_start_of_an_entry_without_its_brace_is_named() -> None:
    text = "@articlefoo,\n title={T}}\n@misc)a\n, title = {x}\n@comment a, b = 2\n@misc{b}"
    assert found(text) == [("bib-syntax", 1), ("bib-syntax", 3)]


def test_a_key_is_one_line() -> None:
    text = "@misc{a\nand more, title={T}}"
    assert found(text) == [("bib-missing-comma", 1)]
    assert parse(text, "x.bib")[0][0].citekey == "a"


def test_a_crossref_may_name_its_parent_by_ids() -> None:
    text = "@book{p, ids={q, R}, crossref={q}, publisher={X}}\n@inbook{c, crossref={r}, title={U}}"
    assert found(text) == []
    assert ("publisher", "X") in parse(text, "x.bib")[0][1].extra


@pytest.mark.parametrize(
    ("field", "doi"),
    [
        (
            r"10.1002/x:4{\textless}338::AID{\textgreater}3.0.CO;2-X",
            "10.1002/x:4<338::AID>3.0.CO;2-X",
        ),
        ("10.1002/x:4$<$338::AID$>$3.0.CO;2-X", "10.1002/x:4<338::AID>3.0.CO;2-X"),
        ("http://doi.acm.org/10.1145/1137627.1137631", "10.1145/1137627.1137631"),
    ],
)
def test_dois_as_mendeley_zotero_and_acm_write_them(field: str, doi: str) -> None:
    paper = one(f"@misc{{a, doi = {{{field}}}}}")
    assert (paper.doi, paper.extra) == (doi, ())
    assert parse(render(paper), "x.bib")[0][0].doi == doi


def test_a_year_beside_a_date_that_is_none_can_be_edited() -> None:
    text = "@misc{a,\n  date = {June 2010},\n}\n"
    paper = one(text)
    assert one(edit_entry(text, paper, replace(paper, year=2011))).year == 2011


def test_fields_in_comments_are_none() -> None:
    paper = one("@misc{a,\n % said twice:\n title={x},\n %year={1},\n month=2}")
    assert (paper.title, paper.year, paper.month, paper.extra) == ("x", None, 2, ())


def test_a_type_may_have_any_name() -> None:
    text = (
        "@conference-paper{a, title={x}}\n@Web-Site (b, title={y} # {})\n@x-1\n{c, title={z@z}}\n"
        "@set{d, entryset={a,b}}\n@42{e, title={x}}\n@tech-report{f, title={x},, year=1}\n"
    )
    papers, problems = parse(text, "x.bib")
    types = ["conference-paper", "web-site", "x-1", "set", "42", "tech-report"]
    assert [paper.entry_type for paper in papers] == types
    assert [(p.code, p.line) for p in problems] == [("bib-syntax", 7)]
    assert problems[0].message.startswith("@tech-report{f, ")
    assert one(render(papers[0])) == replace(papers[0], line=1, path="x.bib")


def test_an_entry_without_a_type_is_read_and_named() -> None:
    papers, problems = parse("@{a, title={x}}\n@\n misc {b,\n title={y}}\n", "x.bib")
    assert [(p.citekey, p.entry_type, p.line) for p in papers] == [
        ("a", "misc", 1),
        ("b", "misc", 2),
    ]
    assert [(p.code, p.line) for p in problems] == [("bib-syntax", 1)]


def test_types_that_begin_like_comments_are_entries() -> None:
    text = (
        "@COMMENTARY{a, title={A}}\n@commented{b,\n url={x@y}, title={B}}\n"
        "@ comments{c, title={C}}\n@stringent(d, title={D})\n"
        "@Preambles\n{e, title={E}}\n@comment{f, title={F}}\n@string{g=1}"
    )
    papers, problems = bib.parse(text, "a.bib")
    assert [(paper.entry_type, paper.title) for paper in papers] == [
        ("commentary", "A"), ("commented", "B"), ("comments", "C"), ("stringent", "D"),
        ("preambles", "E"),
    ]  # fmt: skip
    assert not problems
    (problem,) = bib.parse("@comments{free text", "a.bib")[1]
    assert problem.message.startswith("@comments{free text …")


def test_a_quotation_mark_in_braces_ends_no_quoted_value() -> None:
    text = '@book{a, title = "{Ein "x}{\\ss} Y", year = "1991"}'
    ((paper,), problems) = bib.parse(text, "a.bib")
    assert (paper.title, paper.year, problems) == ('Ein "xß Y', 1991, ())


def test_a_broken_entry_with_comments_inside_is_read() -> None:
    text = (
        "@misc{k, % the key, mine\n title={x}, % comment, with = and {brace\n year=2020}\n@misc{m}"
    )
    papers, problems = parse(text, "x.bib")
    assert [(p.citekey, p.title, p.year) for p in papers] == [("k", "x", 2020), ("m", "", None)]
    assert [(p.code, p.line) for p in problems] == [("bib-syntax", 1)]


@pytest.mark.parametrize(
    ("fields", "date", "left"),
    [
        ('month = 15 # "~" # jan', (None, 1), ["month"]),
        ('month = "1~" # feb, year = {2020a}', (2020, 2), ["month", "year"]),
        ("month = jan # { 15}, year = 2020", (2020, 1), ["month"]),
        ("date = {2020-05}", (2020, 5), []),
        ("date = {2020-05-17}", (2020, 5), ["date"]),
        ("date = {2020-05/2020-07}", (2020, 5), ["date"]),
        ("date = {2020~}, year = 2020", (2020, None), ["date"]),
        ("date = {1999?}", (1999, None), ["date"]),
        ("date = {2004-22}", (2004, None), ["date"]),
        ("date = {-0055}", (None, None), ["date"]),
        ("date = {12 June 2010}, month = jun", (2010, 6), ["date"]),
        ("date = {2008-12-31}, year = 2007, month = 1", (2008, 12), ["date", "year", "month"]),
        ("date = {2008}, year = 2007, month = jan", (2008, 1), ["date", "year"]),
        ("date = {2008-03}, year = 2008, month = mar", (2008, 3), []),
        ("year = {in press}, month = {Jan./Feb.}", (None, 1), ["year", "month"]),
    ],
)
def test_dates_in_all_forms(
    fields: str, date: tuple[int | None, int | None], left: list[str]
) -> None:
    paper = one(f"@misc{{a, {fields}}}")
    assert (paper.year, paper.month) == date
    assert sorted(name for name, _ in paper.extra) == sorted(left)


def test_lines_behind_a_backslash() -> None:
    text = (
        "text \\\n@misc{a, note={x@y \\\\\n z}}\n@misc{b, note={x \\\\\n z}}\n@misc{c, title=x}\n"
    )
    papers, problems = parse(text, "x.bib")
    assert [(p.citekey, p.line) for p in papers] == [("a", 2), ("b", 4), ("c", 6)]
    assert papers[0].extra == (("note", "x@y \\\\\n z"),)
    assert [(p.code, p.line) for p in problems] == [("bib-undefined-string", 6)]


def test_both_entries_of_one_key_are_there() -> None:
    papers, _ = parse("@misc{a, title={one}}\n@misc{b}\n@book{a, title={two}}", "x.bib")
    assert [(p.citekey, p.title) for p in papers] == [("a", "one"), ("b", ""), ("a", "two")]


@pytest.mark.parametrize(
    ("broken", "title"),
    [
        ("@misc{bad, title={x},, year=2001}", "x"),
        ("@misc{bad title={x}}", "x"),
        ("@misc{bad, title={x, year={2001}", None),
        ("@misc{bad, title={x},\n {stray}, year=1}", None),
        ('@misc{bad, title="x, year=1}', None),
    ],
)  # fmt: skip
@pytest.mark.fault(58)
def test_a_broken_entry_stops_no_other(broken: str, title: str | None) -> None:
    papers, problems = parse(f"@misc{{a}}\n{broken}\n@misc{{b}}\n", "x.bib")
    assert [p.citekey for p in papers] == (["a", "bad", "b"] if title else ["a", "b"])
    assert [(p.code, p.line) for p in problems] == [("bib-syntax", 2)]
    assert title is None or papers[1].title == title


def test_a_start_with_spaces_is_an_entry_and_a_comment_none() -> None:
    text = "@ misc {a}\n@misc\n{b}\n% @misc{no}\n@comment{@misc{no}}\n@misc(c, title={(})"
    papers, problems = parse(text, "x.bib")
    assert [(p.citekey, p.line) for p in papers] == [("a", 1), ("b", 2), ("c", 6)]
    assert problems == ()


def test_long_fields_and_floods_of_strings_are_cut() -> None:
    text = f"@misc{{a, title={{{'x' * 1_100_000}}}}}"
    assert len(one_with_problem(text, "bib-long-field").title) == 1_000_000
    doubling = "".join(f"@string{{s{i + 1} = s{i} # s{i}}}\n" for i in range(60))
    text = f"@string{{s0 = {{ten letters}}}}\n{doubling}@misc{{a, title=s60, note=s60 # s60}}"
    assert len(one_with_problem(text, "bib-long-field").title) <= 1_000_000


def one_with_problem(text: str, code: str) -> Paper:
    papers, problems = parse(text, "x.bib")
    assert code in {problem.code for problem in problems}
    return papers[0]


def test_what_entries_inherit_is_bounded_by_the_file() -> None:
    """A parent of many fields with as many children would take the square of the file."""
    parent = "".join(f"f{n}={{x}}," for n in range(3_000))
    children = "".join(f"@misc{{k{n}, crossref={{p}}}}\n" for n in range(3_000))
    papers, problems = parse(f"@misc{{p,{parent}}}\n{children}", "x.bib")
    assert len(papers) == 3_001
    assert sum(len(paper.extra) for paper in papers) < 50_000
    assert {problem.code for problem in problems} == {"bib-long-field"}


def test_a_parent_of_parents_without_end_is_left_off() -> None:
    chain = "".join(f"@misc{{k{n}, f{n}={{x}}, crossref={{k{n + 1}}}}}\n" for n in range(50))
    papers, problems = parse(chain, "x.bib")
    assert dict(papers[0].extra).keys() == {f"f{n}" for n in range(9)} | {"crossref"}
    assert [(problem.code, problem.line) for problem in problems][-1] == ("bib-crossref", 50)


def test_so_many_problems_are_counted() -> None:
    papers, problems = parse(
        "@misc{a}\n" + "@x.y{\n" * 10_500 + "@misc{b, note=undefined}", "x.bib"
    )
    assert [paper.citekey for paper in papers] == ["a", "b"]
    assert len(problems) == 10_002
    assert problems[-1].message == "and 500 more like these"
    assert problems[-2].code == "bib-undefined-string"


def test_bibtexparser_says_nothing_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert found("@misc{a, title={x\n@misc{b}") == [("bib-syntax", 1)]
    assert caplog.records == []


@pytest.mark.parametrize(
    "piece",
    [
        *("{", "}", "@", "@a{", "\\", '"', "@a{b,", "=,", "@string{a=", "(", "#", "\0", "\x1a"),
        *(
            "\n@a{",
            "\n@a{b,t={",
            '\n@a{b,t="',
            "\n@a(b,",
            "\n@misc{a, title={x}}",
            "\\\n",
            "\n@a-b",
        ),
        *("}\n@misc{a, x={y}}", ", f = {x}", "\nf = {x}", " # {x}", "%\n", "@ a{", "\ufeff"),
    ],
)
def test_hostile_nesting_ends(piece: str) -> None:
    papers, problems = parse(f"@misc{{a, title = {{{piece * 5_000}", "x.bib")
    assert papers or problems


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        ("é".encode(), "é", "utf-8"),
        ("é".encode("utf-8-sig"), "é", "utf-8-sig"),
        ("é".encode("utf-16"), "é", "utf-16"),
        ("% Encoding: ISO-8859-2\nł".encode("iso8859-2"), "% Encoding: ISO-8859-2\nł", "iso8859-2"),
        (b"% Encoding: hex\n\xe9", "% Encoding: hex\né", "cp1252"),
        ("% Encoding: x-MacRoman\né".encode("mac-roman"), "% Encoding: x-MacRoman\né", "mac-roman"),
        (
            "%% Saved with string encoding Western (Mac OS Roman)\né".encode("mac-roman"),
            "%% Saved with string encoding Western (Mac OS Roman)\né",
            "mac-roman",
        ),
        (
            "% -*- coding: gb18030 -*-\n中".encode("gb18030"),
            "% -*- coding: gb18030 -*-\n中",
            "gb18030",
        ),
        ("%Encoding: Shift_JIS\n日".encode("shift_jis"), "%Encoding: Shift_JIS\n日", "shift_jis"),
        ("@misc{a, title={日本}}".encode("utf-16-le"), "@misc{a, title={日本}}", "utf-16-le"),
        ("@misc{a, title={日本}}".encode("utf-16-be"), "@misc{a, title={日本}}", "utf-16-be"),
        (b"\xe9\x93", "é“", "cp1252"),
        (b"\xe9\x81", "é\x81", "latin-1"),
    ],
)
@pytest.mark.fault(44)
def test_decode(data: bytes, text: str, encoding: str) -> None:
    assert decode(data) == (text, encoding)


def test_another_encoding_is_a_problem() -> None:
    papers, problems = parse_bytes(b"@misc{a, title={\xe9}}", "x.bib")
    assert papers[0].title == "é"
    assert [(p.code, p.line) for p in problems] == [("bib-encoding", 1)]
    assert parse_bytes("@misc{a, title={é}}".encode("utf-16"), "x.bib")[1] == ()


def test_article_once_it_is_published() -> None:
    assert render(replace(VASWANI, journal_ref="Phys. Lett. B 645")).startswith("@article{")
    assert render(replace(VASWANI, doi="10.1000/1")).startswith("@article{")
    assert render(replace(VASWANI, doi="10.48550/arXiv.1706.03762")).startswith("@misc{")
    assert render(replace(VASWANI, entry_type="book", journal_ref="J")).startswith("@book{")


def test_render_gives_the_normal_form() -> None:
    paper = replace(
        VASWANI,
        title="  two\n words\x00 ",
        url=None,
        published=datetime(2017, 6, 12, 19, tzinfo=timezone(timedelta(hours=2))),
        journal_ref="arXiv:1706.03762",
        abstract="one\n two\n\n\n three",
        extra=(("note", "open {"),),
    )
    back = one(render(paper))
    assert (back.title, back.abstract, back.journal_ref) == ("two words", "one two\n\nthree", None)
    assert back.url == "https://arxiv.org/abs/1706.03762"
    assert back.published == datetime(2017, 6, 12, 17, tzinfo=UTC)
    assert back.extra == (("note", "open"),)


def test_a_doi_or_url_that_is_none_is_kept() -> None:
    paper = replace(VASWANI, doi="see 10.1000/1 & 2", url="www.example.org")
    back = one(render(paper))
    assert (back.doi, back.url) == ("10.1000/1", None)
    assert back.extra == (("doi", r"see 10.1000/1 \& 2"), ("url", "www.example.org"))


def test_the_eprint_of_another_archive_stays_its_own() -> None:
    text = "@misc{k, eprint={12345}, eprinttype={pubmed}, url={https://arxiv.org/abs/1706.03762}}"
    paper = one(text)
    assert paper.arxiv_id == "1706.03762"
    assert "archivePrefix" not in render(paper)
    assert one(render(paper)) == paper


def test_what_bibtex_has_no_name_for_is_kept() -> None:
    paper = replace(
        VASWANI,
        authors=(
            Author("Foo", "A.", affiliations=("MIT; USA", "R&D")),
            Author("Bar", "B."),
            Author("Team and Co", is_literal=True, affiliations=("X and Y",)),
        ),
        is_withdrawn=True,
        categories=("cs.LO", "F.4.1; K.2", "03B70, 68Q99"),
        extra=(("pages", "1--2"), ("keywords", "mine")),
    )
    assert replace(one(render(paper)), path="", line=0) == paper


@pytest.mark.parametrize("key", ["", "a b", "a,b", "a}b", "{", '"', "a=b", "a\\", "%", "a\nb", "#"])
def test_a_key_that_cannot_be_written(key: str) -> None:
    with pytest.raises(FormatError):
        render(replace(VASWANI, citekey=key))


@pytest.mark.parametrize("key", ["Foo(2010)", "a'b", "https://doi.org/10.1/x", "müller:99+a"])
def test_keys_of_others(key: str) -> None:
    assert one(render(replace(VASWANI, citekey=key))).citekey == key


@pytest.mark.parametrize(
    ("change", "expected", "codes"),
    [
        ({"entry_type": "comment"}, {"entry_type": "misc"}, []),
        ({"entry_type": "a{b"}, {"entry_type": "misc"}, []),
        ({"extra": (("a b", "x"),)}, {"extra": (("a-b", "x"),)}, []),
        ({"extra": (("year", "1999"),)}, {"year": 2017, "extra": (("x-year", "1999"),)}, []),
        (
            {"extra": (("note", "x @misc{b, title={y}}"),)},
            {"extra": (("x-note", "x @miscb, title=y"),)},
            [],
        ),
        ({"arxiv_id": "arXiv:1706.03762v2"}, {"arxiv_id": "1706.03762", "arxiv_version": 7}, []),
        ({"doi": "10.1000/a{b}%c_d"}, {"doi": "10.1000/a{b}%c_d", "entry_type": "article"}, []),
        ({"doi": "10.1000/a\\b"}, {"doi": "10.1000/a\\b"}, []),
        ({"year": 123456, "month": 13}, {"year": None, "month": None}, ["bib-unwritable"] * 2),
        ({"arxiv_version": -1}, {"arxiv_version": None}, ["bib-unwritable"]),
        ({"published": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2)))}, {}, []),
    ],
)
def test_one_odd_field_does_not_stop_a_paper(
    change: dict[str, object], expected: dict[str, object], codes: list[str]
) -> None:
    text, problems = render_reported(replace(VASWANI, **change))  # type: ignore[arg-type]
    back = one(text)
    for name, value in expected.items():
        assert getattr(back, name) == value
    assert [problem.code for problem in problems] == codes
    assert (back.title, back.authors) == (VASWANI.title, VASWANI.authors)


def test_an_id_that_is_none_is_kept() -> None:
    back = one(render(replace(VASWANI, arxiv_id="x}, title = {y", url=None, arxiv_version=None)))
    assert back.arxiv_id is None
    assert [name for name, _ in back.extra] == ["eprint"]
    assert back.title == VASWANI.title


@pytest.mark.parametrize("count", [3_000, 100_000])
def test_a_list_of_authors_of_any_length(count: int) -> None:
    authors = tuple(Author(f"Name{n}", f"Person{n}", affiliations=("CERN",)) for n in range(count))
    text, problems = render_reported(replace(VASWANI, authors=authors))
    back = one(text)
    if count == 3_000:
        assert (back.authors, problems) == (authors, ())
        return
    assert is_others(back.authors[-1])
    assert len(back.authors) > 30_000
    assert [a.name for a in back.authors[:-1]] == [a.name for a in authors[: len(back.authors) - 1]]
    assert [problem.code for problem in problems] == ["bib-cut"]


@pytest.mark.parametrize("name", ["title", "abstract", "comment"])
@pytest.mark.parametrize("piece", ["Long words ", "$x$ ", "{"])
def test_a_text_of_any_length(name: str, piece: str) -> None:
    paper = replace(VASWANI, **{name: "J" + piece * (1_200_000 // len(piece))})  # type: ignore[arg-type]
    text, problems = render_reported(paper)
    assert 400_000 < len(getattr(one(text), name).encode()) + text.count("{}") * 14 < 1_100_000
    assert getattr(one(text), name).endswith("[…]")
    assert [problem.code for problem in problems] == ["bib-cut"]
    kept = replace(VASWANI, **{name: "J" + "x" * 300_000})  # type: ignore[arg-type]
    assert getattr(one(render(kept)), name) == getattr(kept, name)


def test_injection_is_text() -> None:
    hostile = "x}} @article{evil, title={pwn"
    for text in (hostile, "{", "}", "\\", "trailing \\", "% x", "$", "\n@misc{e,", '"', "\\}"):
        paper = replace(VASWANI, title=f"{text}.", abstract=text, comment=text, journal_ref=text)
        back = one(render(paper))
        assert back.title == f"{fold(text)}."
        assert back.journal_ref == fold(text)


def test_real_records_are_read_back() -> None:
    records = CORPORA / "arxiv_records.jsonl.xz"
    if not records.exists():
        pytest.skip("the collection of arXiv's records is not on this machine")
    accents = 0
    with lzma.open(records, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            record = json.loads(line)
            has_accents = re.search(r"\\[`'^\"~]\w", record["title"]) is not None
            accents += has_accents
            if number < 10_000 or has_accents:
                paper = _paper(record)
                text = render(paper)
                assert replace(one(text), path="", line=0) == paper
                assert render(paper) == text
    assert accents > 200


def _paper(record: dict[str, str | None]) -> Paper:
    """Return a record of the collection as the Paper that ``add`` would write."""
    text = {
        name: fold(decode_metadata(value))
        for name, value in record.items()
        if isinstance(value, str)
    }
    days = [text.get(name, "") for name in ("published", "updated")]
    times = [datetime.fromisoformat(d).replace(tzinfo=UTC) if len(d) > 9 else None for d in days]
    found = filter(None, map(parse_doi, (record["doi"] or "").split()))
    dois = tuple({doi.lower(): doi for doi in found}.values())
    return Paper(
        citekey=f"key{text['id']}",
        title=text["title"],
        authors=tuple(map(split_name, record["authors"] or ())),
        year=int(days[0][:4] or 0) or None,
        entry_type="article" if dois or record["journal_ref"] else "misc",
        abstract=text["abstract"],
        arxiv_id=text["id"],
        arxiv_version=int(text["version"]) if "version" in text else None,
        categories=tuple(record["categories"] or ()),
        published=times[0],
        updated=times[1],
        doi=dois[0] if dois else None,
        other_dois=dois[1:],
        journal_ref=text.get("journal_ref"),
        comment=text.get("comment"),
        url=f"https://arxiv.org/abs/{text['id']}",
    )


def test_an_entry_is_written_with_its_fields_as_they_stand() -> None:
    text = (
        '@string{jml = "J. {ML}"}\n@Article{k,\n author="A {\\\'E} and {The Team}",'
        " title = {{On} it},\n month=feb, journal = jml # { 2}, x_y = {a\n  b}}\n"
    )
    (entry,), _ = bib.parse_entries(text, "")
    written = bib.render_entry(entry)
    assert "month = feb,\n" in written
    assert "journal = {J. {ML} 2},\n" in written
    (again,), problems = bib.parse_entries(written, "")
    assert (again.fields, problems) == (entry.fields, [])


def test_an_entry_that_no_file_can_hold_is_refused() -> None:
    entry = bib.RawEntry("article", "k", 3, {"title": "a } b"})
    with pytest.raises(FormatError, match="k: "):
        bib.render_entry(entry)


def test_a_declared_encoding_is_no_problem() -> None:
    text = "% Encoding: windows-1250\n@misc{a, title={Žluč}}"
    papers, problems = parse_bytes(text.encode("cp1250"), "x.bib")
    assert (papers[0].title, problems) == ("Žluč", ())
    assert parse_bytes(b"% Encoding: UTF-8\n@misc{a, title={\xe9}}", "x.bib")[1] != ()
