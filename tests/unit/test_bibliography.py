"""Entries as bibliographies: what stays out, BibTeX ⇄ biblatex, CSL-JSON and RIS."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from papernotes import bib
from papernotes.bibliography import (
    Source,
    check_wanted,
    make_items,
    parse_bibliography,
    render,
)
from papernotes.bibliography.dates import When, find_date, parse_edtf, render_edtf
from papernotes.bibliography.fields import is_private
from papernotes.bibliography.titles import rich_text
from papernotes.errors import FormatError, UsageError

PRIVATE_TEXT = (
    "file abstract keywords owner timestamp groups mendeley-groups annote bdsk-url-1 date-added "
    "__markedentry arxiv_version ranking localfile review comment read priority qualityassured "
    "printed annotation"
)


def sources(text: str) -> list[Source]:
    entries, _problems = bib.parse_entries(text, "bib/x.bib")
    return [Source(entry, "bib/x.bib") for entry in entries]


def fields_of(text: str, to: str, **options: Any) -> dict[str, str]:
    """Return the fields of the one entry as ``to`` has them, its type among them."""
    made = render(sources(text), to, **{"is_ascii": None, **options})
    (entry,), problems = bib.parse_entries(made.text, "")
    assert not problems
    return {"": entry.entry_type, **entry.fields}


def item(text: str) -> dict[str, Any]:
    (found,) = make_items(sources(text))
    return found


# --- what stays out --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    PRIVATE_TEXT.split(),
)
def test_private_fields_stay_out_until_they_are_asked_for(name: str) -> None:
    text = f"@misc{{a, title = {{T}}, {name} = {{mine}}}}"
    assert is_private(name)
    assert "mine" not in render(sources(text), is_ascii=None).text
    assert "mine" in render(sources(text), wanted=[name], is_ascii=None).text


def test_public_fields_stay() -> None:
    names = ["note", "howpublished", "urldate", "pages", "isbn", "langid", "usera"]
    text = "@misc{a, " + ", ".join(f"{name} = {{x}}" for name in names) + "}"
    assert [name for name in fields_of(text, "bibtex") if name] == names


def test_a_field_that_never_stays_out_cannot_be_asked_for() -> None:
    check_wanted(frozenset(["abstract", "mendeley-tags", "all"]))
    with pytest.raises(UsageError, match="abtract") as caught:
        check_wanted(frozenset(["abtract"]))
    assert "abstract" in caught.value.hint


def test_all_fields_as_they_stand() -> None:
    text = (
        '@thesis{a,\n  title = {{\\"U}ber {DNA} – x},\n  date = {2001-05},\n'
        "  file = {a.pdf},\n  journaltitle = {J},\n}\n"
    )
    assert render(sources(text), wanted=["all"], is_ascii=None).text == text


def test_what_an_entry_inherits_stands_in_it() -> None:
    text = (
        "@inproceedings{a, title = {T}, crossref = {p}}\n"
        "@proceedings{p, title = {Proc}, year = 2001, publisher = {P}}\n"
    )
    made = render(sources(text)[:1], is_ascii=None).text
    assert "crossref" not in made
    assert "booktitle = {Proc}" in made
    assert "publisher = {P}" in made
    assert "crossref = {p}" in render(sources(text), wanted=["all"], is_ascii=None).text


# --- BibTeX ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@online{a, eprint = {1}, eprinttype = {arxiv}, eprintclass = {cs.LG}}",
         {"": "misc", "eprint": "1", "archiveprefix": "arXiv", "primaryclass": "cs.LG"}),
        ("@thesis{a, type = {phdthesis}, institution = {ETH}}",
         {"": "phdthesis", "school": "ETH"}),
        ("@thesis{a, type = {mathesis}}", {"": "mastersthesis"}),
        ("@thesis{a, type = {Diplomarbeit}}", {"": "mastersthesis", "type": "Diplomarbeit"}),
        ("@thesis{a, type = {bathesis}}", {"": "mastersthesis", "type": "Bachelor's thesis"}),
        ("@report{a, type = {techreport}, institution = {I}}",
         {"": "techreport", "institution": "I"}),
        ("@mvcollection{a, title = {T}}", {"": "book", "title": "T"}),
        ("@inbook{a, booktitle = {B}}", {"": "incollection", "booktitle": "B"}),
        ("@inbook{a, chapter = {1}}", {"": "inbook", "chapter": "1"}),
        ("@dataset{a, title = {T}, subtitle = {S}}", {"": "misc", "title": "T: S"}),
        ("@book{a, title = {Why?}, subtitle = {S}}", {"": "book", "title": "Why? S"}),
        ("@article{a, journaltitle = {J}, journalsubtitle = {K}, issue = {2}}",
         {"": "article", "journal": "J: K", "number": "2"}),
        ("@article{a, date = {2010-05-03}}",
         {"": "article", "year": "2010", "month": "May", "day": "3"}),
        ("@article{a, date = {2010-05/2010-06}}",
         {"": "article", "year": "2010", "month": "May--June"}),
        ("@article{a, date = {2010/2012}}", {"": "article", "year": "2010--2012"}),
        ("@article{a, date = {in press}}", {"": "article", "year": "in press"}),
        ("@article{a, date = {2010-05}, year = {2009}}",
         {"": "article", "month": "May", "year": "2009"}),
        ("@article{a, year = 2010, month = {5}}",
         {"": "article", "year": "2010", "month": "May"}),
        ("@book{a, location = {Bern}, ids = {b, c}}", {"": "book", "address": "Bern"}),
        (r"@misc{a, url = {https://x.org/a\_b\%20?c\&d\#{\textasciitilde}e}}",
         {"": "misc", "url": "https://x.org/a_b%20?c&d#~e"}),
        (r"@misc{a, doi = {https://doi.org/10.1000/a\_b}}", {"": "misc", "doi": "10.1000/a_b"}),
        ("@misc{a, author = {Doe, Jane, and , Stanza and A, B, C, D}}",
         {"": "misc", "author": "Doe, Jane and Stanza and A, {B}, {C, D}"}),
        ("@misc{a, author = {family=Cruz, given=Juan, prefix=de la}}",
         {"": "misc", "author": "de la Cruz, Juan"}),
        ("@misc{a, author = {Team Name, and {A, B}, and Doe, Jr, , Jane and x – and –,}}",
         {"": "misc", "author": "{Team Name} and {A, B} and Doe, Jr, Jane and x --"}),
        ("@misc{a, author = {~,}, title = {T}}", {"": "misc", "title": "T"}),
        ("@misc{a, author = {Ann Foo, Bo Bar, Cy Baz and Doe, Jr, Jane}}",
         {"": "misc", "author": "Foo, Ann and Bar, Bo and Baz, Cy and Doe, Jr, Jane"}),
        ("@commentary{a, title = {T}}", {"": "misc", "title": "T"}),
    ],
)  # fmt: skip
def test_biblatex_in_the_words_of_bibtex(before: str, after: dict[str, str]) -> None:
    assert fields_of(before, "bibtex") == after


def test_bibtex_is_in_ascii_but_for_addresses_and_biblatex_in_unicode() -> None:
    text = "@misc{ä, title = {Über – $α$}, url = {https://x.org/ü}}"
    assert fields_of(text, "bibtex")["title"].isascii()
    assert fields_of(text, "bibtex")["title"].startswith('{\\"U}ber --')
    assert fields_of(text, "bibtex")["url"] == "https://x.org/ü"
    assert fields_of(text, "bibtex", is_ascii=False)["title"] == "Über – $α$"
    assert fields_of(text, "biblatex")["title"] == "Über – $α$"
    assert fields_of(text, "biblatex", is_ascii=True)["title"].startswith('{\\"U}ber')


def test_keys_at_which_the_programs_stop_are_left_out_and_named() -> None:
    text = "@misc{a, title = {T}}\n@misc{A, title = {T}}\n@misc{o'b, title = {T}}\n"
    classic = render(sources(text), "bibtex", is_ascii=None)
    assert classic.keys == ("a", "o'b")
    (problem,) = classic.problems
    assert (problem.code, problem.path, problem.line) == ("bib-unwritable", "bib/x.bib", 2)
    modern = render(sources(text), "biblatex", is_ascii=None)
    assert modern.keys == ("a", "A")
    assert "o'b" in modern.problems[0].message


def test_braces_that_bibtex_would_miscount_become_text() -> None:
    made = fields_of("@misc{a, title = {a \\{ b}, note = {n}}}", "bibtex")
    assert made["title"].count("{") == made["title"].count("}")


# --- biblatex --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@misc{a, eprint = {arXiv:1706.03762v2}, archivePrefix = {arXiv}, primaryClass = {cs.CL}}",
         {"": "online", "eprint": "1706.03762v2", "eprinttype": "arxiv", "eprintclass": "cs.CL"}),
        ("@article{a, journal = {J}, year = 2001, month = may, eprint = {hep-th/9901001}}",
         {"": "article", "journaltitle": "J", "date": "2001-05", "eprint": "hep-th/9901001",
          "eprinttype": "arxiv"}),
        ("@misc{a, eprint = {12345}, eprinttype = {pubmed}}",
         {"": "misc", "eprint": "12345", "eprinttype": "pubmed"}),
        ("@phdthesis{a, school = {ETH}, address = {Bern}}",
         {"": "thesis", "institution": "ETH", "location": "Bern", "type": "phdthesis"}),
        ("@mastersthesis{a, type = {Diplom}}", {"": "thesis", "type": "Diplom"}),
        ("@techreport{a, number = {7}}", {"": "report", "number": "7", "type": "techreport"}),
        ("@conference{a, title = {T}}", {"": "inproceedings", "title": "T"}),
        (r"@misc{a, howpublished = {\url{https://x.org/a\_b}}}",
         {"": "misc", "url": "https://x.org/a_b"}),
        ("@misc{a, howpublished = {Talk}}", {"": "misc", "howpublished": "Talk"}),
        ("@book{a, year = {2001--2003}}", {"": "book", "date": "2001/2003"}),
        ("@book{a, year = {in press}, month = {5}}",
         {"": "book", "year": "in press", "month": "5"}),
        ("@book{a, year = 2001, month = {early May}}",
         {"": "book", "year": "2001", "month": "early May"}),
        ("@book{a, date = {2001-02}, year = {2001}}", {"": "book", "date": "2001-02"}),
        ("@misc{a, author = {family=Cruz, given=Juan}}",
         {"": "misc", "author": "family=Cruz, given=Juan"}),
    ],
)  # fmt: skip
def test_bibtex_in_the_words_of_biblatex(before: str, after: dict[str, str]) -> None:
    assert fields_of(before, "biblatex") == after


# --- dates and titles ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("1998", When((1998,))),
        ("1998-05-03", When((1998, 5, 3))),
        ("1998-05/1999", When((1998, 5), (1999,))),
        ("1998-21", When((1998,), season=1, is_whole=False)),
        ("1998~", When((1998,), is_circa=True, is_whole=False)),
        ("1998/", When((1998,), is_whole=False)),
        ("-0044", When((-44,))),
        ("1998-13", When(literal="1998-13")),
        ("soon", When(literal="soon")),
    ],
)
def test_dates_of_biblatex(text: str, when: When) -> None:
    assert parse_edtf(text) == when
    if when.is_whole and when.start and when.start[0] > 0:
        assert render_edtf(when) == text


@pytest.mark.parametrize(
    ("fields", "when"),
    [
        ({"year": "2001", "month": "May"}, When((2001, 5))),
        ({"year": "{2001}", "month": "10~May"}, When((2001, 5, 10))),
        ({"year": "2001", "month": "sept.", "day": "3"}, When((2001, 9, 3))),
        ({"year": "2001", "month": "May/June"}, When((2001, 5), is_whole=False)),
        ({"year": "2001", "month": "13"}, When((2001,), is_whole=False)),
        ({"year": "n.d."}, When(literal="n.d.")),
        ({"year": "2001-02-20"}, When((2001, 2, 20))),
        ({"year": "March 2010"}, When((2010, 3))),
        ({"year": "November 26, 2001"}, When((2001, 11, 26))),
        ({"year": "26 Nov. 2001"}, When((2001, 11, 26))),
        ({"year": "Spring 2001"}, When(literal="Spring 2001")),
        ({"year": "2001-02", "month": "May"}, When(literal="2001-02")),
        ({"date": "2001", "month": "May"}, When((2001, 5))),
        ({"month": "May"}, None),
    ],
)
def test_dates_of_bibtex(fields: dict[str, str], when: When | None) -> None:
    assert find_date(fields) == when


@pytest.mark.parametrize(
    ("latex", "rich"),
    [
        ("Attention is all", "Attention is all"),
        ("{BERT}: a {GAN}", '<span class="nocase">BERT</span>: a <span class="nocase">GAN</span>'),
        ('{\\"U}ber {\\\'E}tudes \\v{S}koda \\c{c}', "Über Études Škoda ç"),
        ("a {small} thing", "a small thing"),
        (r"\emph{E. coli} and H\textsubscript{2}O", "<i>E. coli</i> and H<sub>2</sub>O"),
        (r"Mass $m_{\{a\}}$ {\& Co}", "Mass $m_{\\{a\\}}$ & Co"),
        (r"\textbf{x} \textsc{Nasa}",
         '<b>x</b> <span style="font-variant:small-caps;">Nasa</span>'),
        ("{{Whole Title}}", '<span class="nocase">Whole Title</span>'),
        ("open { brace", "open brace"),
    ],
)  # fmt: skip
def test_titles_as_rich_text(latex: str, rich: str) -> None:
    assert rich_text(latex) == rich


def test_hostile_titles_end() -> None:
    assert rich_text("{" * 100_000) == ""
    assert rich_text("\\emph{" * 50_000)
    assert rich_text("{A}" * 50_000).count("nocase") == 50_000


# --- CSL-JSON --------------------------------------------------------------------------------


def test_a_preprint_as_an_item() -> None:
    text = (
        "@misc{v, title = {Attention}, author = {Vaswani, Ashish and van der Berg, Jan and"
        " {ATLAS Collaboration} and King, Jr., Martin and others}, year = 2017, month = jun,"
        " eprint = {1706.03762}, archivePrefix = {arXiv}, file = {x.pdf}}"
    )
    assert item(text) == {
        "id": "v",
        "type": "article",
        "title": "Attention",
        "author": [
            {"family": "Vaswani", "given": "Ashish"},
            {"family": "Berg", "given": "Jan", "dropping-particle": "van der"},
            {"literal": "ATLAS Collaboration"},
            {"family": "King", "given": "Martin", "suffix": "Jr."},
            {"literal": "others"},
        ],
        "issued": {"date-parts": [[2017, 6]]},
        "number": "arXiv:1706.03762",
        "publisher": "arXiv",
        "URL": "https://arxiv.org/abs/1706.03762",
    }


def test_a_journal_version_keeps_its_eprint() -> None:
    found = item(
        "@article{a, title = {T}, journal = {Nature}, volume = 3, number = 4, pages = {10--12},"
        " doi = {10.1000/x}, eprint = {1706.03762}, archiveprefix = {arXiv}, issn = {1234-5678}}"
    )
    assert found["type"] == "article-journal"
    assert (found["container-title"], found["volume"], found["issue"]) == ("Nature", "3", "4")
    assert (found["page"], found["DOI"], found["ISSN"]) == ("10-12", "10.1000/x", "1234-5678")
    assert (found["archive"], found["archive_location"]) == ("arXiv", "1706.03762")
    assert "number" not in found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("@article{a, journal = {arXiv preprint arXiv:1706.03762}}", {"type": "article"}),
        ("@inproceedings{a, booktitle = {B}, series = {S}, number = 5}",
         {"type": "paper-conference", "container-title": "B", "collection-title": "S",
          "collection-number": "5"}),
        ("@phdthesis{a, school = {ETH}}",
         {"type": "thesis", "genre": "PhD thesis", "publisher": "ETH"}),
        ("@techreport{a, number = 5, institution = {I}, address = {Bern}}",
         {"type": "report", "number": "5", "publisher": "I", "publisher-place": "Bern"}),
        ("@misc{a, howpublished = {\\url{https://x.org/a}}}", {"URL": "https://x.org/a"}),
        ("@patent{a, type = {patreqfr}}", {"type": "patent", "genre": "French patent request"}),
        ("@misc{a, url = {https://x.org}, urldate = {2020-01-02}}",
         {"type": "webpage", "accessed": {"date-parts": [[2020, 1, 2]]}}),
        ("@book{a, title = {T}, subtitle = {S}, edition = 2, isbn = {1}, langid = {german}}",
         {"type": "book", "title": "T: S", "edition": "2", "ISBN": "1", "language": "german"}),
        ("@software{a, version = {1.0}}", {"type": "software", "version": "1.0"}),
        ("@foo{a, note = {N.}, addendum = {A}}", {"type": "document", "note": "N. A"}),
        ("@book{a, date = {1998~/2001}}",
         {"issued": {"date-parts": [[1998], [2001]], "circa": True}}),
        ("@book{a, year = {n.d.}}", {"issued": {"literal": "n.d."}}),
        ("@article{a, entrysubtype = {newspaper}, journal = {J}}", {"type": "article-newspaper"}),
        ("@book{a, publisher = {A and B}}", {"publisher": "A and B"}),
        ("@book{a, publisher = {A and B}, date = 2001}", {"publisher": "A; B"}),
        ("@misc{a, url = {www.a.org/b}}", {"URL": "http://www.a.org/b"}),
        ("@misc{a, url = {On line: http://a.org/b}}", {"URL": "http://a.org/b"}),
        ("@misc{a, title = {The \\pkg{X} of {\\proglang{R}}}}", {"title": "The X of R"}),
        ("@book{a, author = {van Berg, Jan}, options = {useprefix=true}}",
         {"author": [{"family": "Berg", "given": "Jan", "non-dropping-particle": "van"}]}),
    ],
)  # fmt: skip
def test_items(text: str, wanted: dict[str, Any]) -> None:
    found = item(text)
    assert {name: found.get(name) for name in wanted} == wanted


def test_csljson_is_a_list_in_json() -> None:
    made = render(sources("@misc{a, title = {Ü}}\n@misc{b, title = {T}}"), "csljson", is_ascii=None)
    assert [each["title"] for each in json.loads(made.text)] == ["Ü", "T"]
    assert made.text.endswith("]\n")
    assert render([], "csljson", is_ascii=None).text == "[]\n"


# --- RIS -------------------------------------------------------------------------------------


def test_a_record_of_ris() -> None:
    text = (
        "@article{k, title = {The {DNA} $x$}, author = {King, Jr., Martin and {The Team, Inc.} and"
        " van der Berg, Jan}, journal = {J}, year = 2001, month = may, volume = 1, number = 2,"
        " pages = {10--12}, doi = {10.1000/x}, issn = {1234-5678}, note = {N\n  more},"
        " abstract = {mine}}"
    )
    assert render(sources(text), "ris", is_ascii=None).text == (
        "TY  - JOUR\r\nID  - k\r\nAU  - King, Martin, Jr.\r\nAU  - The Team  Inc.,\r\n"
        "AU  - van der Berg, Jan\r\nTI  - The DNA $x$\r\nT2  - J\r\nPY  - 2001\r\n"
        "DA  - 2001/05//\r\nVL  - 1\r\nIS  - 2\r\nSP  - 10\r\nEP  - 12\r\nSN  - 1234-5678\r\n"
        "DO  - 10.1000/x\r\nN1  - N more\r\nER  - \r\n"
    ).replace("Team  Inc", "Team Inc")


# --- reading back ----------------------------------------------------------------------------

ENTRIES = "@misc{a, title = {A – b}, year = 2001}\n@book{b, title = {T}, keywords = {k}}\n"


@pytest.mark.parametrize("to", ["", "bibtex", "biblatex", "csljson", "ris"])
def test_a_bibliography_is_read_back(to: str) -> None:
    made = render(sources(ENTRIES), to, is_ascii=None)
    assert list(parse_bibliography(made.text, to)) == ["a", "b"]
    assert parse_bibliography(" \n", to) == {}
    assert re.search(r"[^\n]\r?\n\Z", made.text)


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("some words", "bibtex"),
        ("% words\n@misc{a, title = {T}}", "bibtex"),
        ("@misc{a, title = {T}}\n% words\n@misc{b, title = {T}}", "bibtex"),
        ("@string{x = {y}}\n@misc{a, title = {T}}", "bibtex"),
        ("@comment{x}\n@misc{a, title = {T}}", "biblatex"),
        ("@misc{a, title = {T}\n@misc{b, title = {T}}", "bibtex"),
        ("{}", "csljson"),
        ("[1]", "csljson"),
        ("[" * 100_000, "csljson"),
        ("@misc{a}", "csljson"),
        ("words", "ris"),
        ("TY  - BOOK\nTI  - x\nER  - \n", "ris"),
        ("TY  - BOOK\nID  - x\n", "ris"),
    ],
)
def test_a_file_that_holds_more_is_no_bibliography(text: str, to: str) -> None:
    with pytest.raises(FormatError):
        parse_bibliography(text, to)


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("R&D at 100% of C#", r"R\&D at 100\% of C\#"),
        (r"R\&D 50\%", r"R\&D 50\%"),
        ("$a_b & c$ in x_y", r"$a_b & c$ in x\_y"),
        (r"\url{a_b%20#x} & y", r"\url{a_b%20#x} \& y"),
        ("AT&amp;T", r"AT\&T"),
        (r"\emph{a} & x_y", r"\emph{a} \& x_y"),
    ],
)
def test_what_would_stop_latex_is_escaped(title: str, written: str) -> None:
    text = f"@misc{{k, title = {{{title}}}, related = {{a_b}}}}"
    for to in ("bibtex", "biblatex"):
        fields = fields_of(text, to)
        assert (fields["title"], fields["related"]) == (written, "a_b")
