from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from papernotes.bib import decode, edit_entries, edit_entry, parse
from papernotes.errors import FormatError

if TYPE_CHECKING:
    from papernotes.models import Paper

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "bib"
ONE = "@misc{a,\n  title = {Old},\n  doi = {10.1000/old}\n}\n"


def edit(text: str, key: str = "a", **changes: Any) -> str:
    papers, _ = parse(text, "bib/x.bib")
    old = next(paper for paper in papers if paper.citekey == key)
    return edit_entry(text, old, replace(old, **changes))


def read(text: str, key: str = "a") -> Paper:
    return next(paper for paper in parse(text, "bib/x.bib")[0] if paper.citekey == key)


def test_a_changed_value_is_replaced_in_place() -> None:
    text = '@misc{a,\n\tTITLE   =   "The {Old} One" ,\n  year=2020\n  ,doi = {10.1000/old}\n}'
    assert edit(text, title="A new BERT") == text.replace('"The {Old} One"', "{A new {BERT}}")


def test_the_same_value_keeps_its_bytes() -> None:
    text = (
        '@string{j = "Journal"}\n@article{a, author = "G{\\"o}del, K." # "",\n'
        " journal = j # { of X}, title={{Double  Braced}}, year = {2020}, month = 5 }\n"
    )
    paper = read(text)
    assert paper.journal_ref == "Journal of X"
    assert edit_entry(text, paper, paper) == text
    assert edit(text, year=2021) == text.replace("{2020}", "{2021}")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (
            "@misc{a,\n  title = {T},\n}\n",
            "@misc{a,\n  title = {T},\n  url = {https://x.org},\n}\n",
        ),
        ("@misc{a,\n\ttitle={T}\n}", "@misc{a,\n\ttitle={T},\n\turl={https://x.org}\n}"),
        ("@misc{a, title={T}, year=2020}", "@misc{a, title={T}, year=2020, url={https://x.org}}"),
        ("@misc(a, title = {T})", "@misc(a, title = {T}, url = {https://x.org})"),
        ("@misc(a, year = 2020)", "@misc(a, year = 2020, url = {https://x.org})"),
        ("@misc{a}", "@misc{a,\n  url = {https://x.org},\n}"),
        ("@misc{a,\n}", "@misc{a,\n  url = {https://x.org},\n}"),
        ("@misc{a,\n title={T}}", "@misc{a,\n title={T},\n url={https://x.org}}"),
        (
            "@misc{a,\n  title     = {T},\n  publisher = {P},\n}",
            "@misc{a,\n  title     = {T},\n  publisher = {P},\n  url       = {https://x.org},\n}",
        ),
        ("@misc{a\n, title = {T}\n}", "@misc{a\n, title = {T}\n, url = {https://x.org}\n}"),
        (
            "@misc{a,\r\n  title = {T}\r\n}\r\n",
            "@misc{a,\r\n  title = {T},\r\n  url = {https://x.org}\r\n}\r\n",
        ),
    ],
)
def test_a_new_field_stands_like_its_neighbours(text: str, result: str) -> None:
    assert edit(text, url="https://x.org") == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("@misc{a,\n  title = {T},\n  doi = {10.1000/x},\n}", "@misc{a,\n  title = {T},\n}"),
        ("@misc{a,\n  doi = {10.1000/x},\n  title = {T}\n}", "@misc{a,\n  title = {T}\n}"),
        ("@misc{a,\n  title = {T},\n  doi = {10.1000/x}}", "@misc{a,\n  title = {T},\n}"),
        ("@misc{a, doi = {10.1000/x}, title = {T}}", "@misc{a, title = {T}}"),
        ("@misc{a, title = {T}, doi = {10.1000/x}}", "@misc{a, title = {T},}"),
        ("@misc{a, doi={10.1000/x},\n title = {T}}", "@misc{a,\n title = {T}}"),
        ("@misc{a\n, doi = {10.1000/x}\n, title = {T}\n}", "@misc{a\n, title = {T}\n}"),
        ("@misc{a\n, title = {T}\n, doi = {10.1000/x}\n}", "@misc{a\n, title = {T}\n}"),
        (
            "@misc{a,\n  doi = {10.1000/x}, % of the book\n  title = {T}\n}",
            "@misc{a,\n  % of the book\n  title = {T}\n}",
        ),
        ("@misc{a, doi = {10.1000/x}, title = {T}, doi = {10.1000/y}}", "@misc{a, title = {T},}"),
    ],
)
def test_an_emptied_field_goes_with_its_line(text: str, result: str) -> None:
    assert edit(text, doi=None) == result


@pytest.mark.parametrize(
    ("start", "result"),
    [("@misc{", "@article{"), ("@MISC (", "@ARTICLE ("), ("@ Misc {", "@ Article {")],
)
def test_the_type_changes_in_place(start: str, result: str) -> None:
    end = ")" if "(" in start else "}"
    text = f"{start}a, title={{T}}{end}"
    assert edit(text, entry_type="article") == f"{result}a, title={{T}}{end}"
    added = edit(text, journal_ref="Nature")
    assert added == f"{result}a, title={{T}}, journal={{Nature}}{end}"


def test_a_type_that_says_enough_stays() -> None:
    text = "@misc{a, title={T}, journal={Nature}}"
    assert edit(text, year=2020) == "@misc{a, title={T}, journal={Nature}, year={2020}}"


def test_everything_else_stays_to_the_byte() -> None:
    before = (
        "% about this file\r\n@string{jan = {January}}\n@comment{x {y}}\n@misc{broken, title = \n\n"
        "@preamble{ {\\foo} }\n\t@Book(b, title = {Other},)\n@misc{b, title={Again}}\r"
    )
    after = " text after\n\n@misc{a2, title = {Third}, title = {Fourth}}@misc{a, title={Second a}}"
    text = before + ONE + after
    assert edit(text, title="New", doi=None) == before + "@misc{a,\n  title = {New},\n}\n" + after


def test_unknown_fields_order_and_comments_stay() -> None:
    text = (
        "@misc{a,\n  file = {:C\\:\\\\x.pdf:PDF},\n  % my comment\n  title = {T}, x-y = {1},\n"
        "  % abstract = {out},\n  doi = {10.1000/old},\n  read = yes # {!},\n}\n"
    )
    assert edit(text, doi="10.1000/new") == text.replace("10.1000/old", "10.1000/new")


@pytest.mark.parametrize(
    ("text", "changes", "result"),
    [
        ("journaltitle = {Old}", {"journal_ref": "New"}, "journaltitle = {New}"),
        ("date = {2020}", {"year": 2021}, "date = {2021}"),
        ("date = {2020-05}", {"year": 2021}, "date = {2021-05}"),
        ("date = {2020-05}", {"month": None}, "date = {2020}"),
        ("date = {2020}", {"month": 7}, "date = {2020-07}"),
        ("year = 2020, month = {5}", {"month": 6}, "year = 2020, month = {6}"),
        ("year = 2020, month = may", {"month": 6}, "year = 2020, month = jun"),
        ("year = 2020, month = {May}", {"month": 6}, "year = 2020, month = jun"),
        ("arxivId = {1706.03762}", {"arxiv_id": "2301.00010"}, "arxivId = {2301.00010}"),
        ("eprint = {1706.03762v1}", {"arxiv_version": 5}, "eprint = {1706.03762v5}"),
        ("eprint = {1706.03762v1}", {"arxiv_version": None}, "eprint = {1706.03762}"),
        ("arxivid = {1706.03762v1}", {"arxiv_version": 5}, "arxivid = {1706.03762v5}"),
        ("doi = {https://doi.org/10.1000/x}", {"doi": "10.1000/y"}, "doi = {10.1000/y}"),
        ("DOI = {https://doi.org/10.1000/x}", {"year": None}, "DOI = {https://doi.org/10.1000/x}"),
        (
            "eprint = {1706.03762}, eprinttype = {arxiv}, eprintclass = {cs.LG}",
            {"categories": ("cs.CL",)},
            "eprint = {1706.03762}, eprinttype = {arxiv}, eprintclass = {cs.CL}",
        ),
        (
            "eprint = {1706.03762}, eprintclass = {cs.LG}, keywords = {mine}",
            {"categories": ("cs.CL",)},
            "eprint = {1706.03762}, eprintclass = {cs.CL}, keywords = {mine}",
        ),
        (
            "eprint = {1706.03762}, primaryClass = {cs.LG}, keywords = {mine}",
            {"categories": ("cs.CL", "cs.LG")},
            (
                "eprint = {1706.03762}, primaryClass = {cs.CL}, keywords = {mine},"
                " arxiv_categories = {cs.CL, cs.LG}"
            ),
        ),
        ("eprinttype = {arXiv}, eprint = {1706.03762}", {"arxiv_id": None}, ""),
        ("keywords = {mine, yours}", {"extra": (("keywords", "mine"),)}, "keywords = {mine}"),
    ],
)
def test_the_field_that_said_it_is_the_one_edited(
    text: str, changes: dict[str, Any], result: str
) -> None:
    edited = edit(f"@book{{a, {text}}}", **changes)
    assert edited == f"@book{{a, {result}}}".replace("a, }", "a,}")


def test_a_journal_that_only_said_arxiv_makes_room() -> None:
    text = "@article{a,\n  journal = {arXiv preprint arXiv:1706.03762},\n  title = {T}\n}"
    edited = edit(text, journal_ref="Nature")
    assert edited == (
        "@article{a,\n  journal = {Nature},\n  title = {T},\n  eprint = {1706.03762},\n"
        "  archivePrefix = {arXiv}\n}"
    )


def test_the_newer_facts_of_arxiv_are_added() -> None:
    edited = edit(ONE, arxiv_latest=3, other_dois=("10.1000/b", "10.1000/c"))
    assert edited == ONE.replace(
        "{10.1000/old}",
        "{10.1000/old},\n  arxiv_latest = {3},\n  arxiv_dois = {10.1000/b 10.1000/c}",
    )


def test_paragraphs_get_the_line_ends_of_the_file() -> None:
    text = "@misc{a,\r\n  abstract = {Old}\r\n}\r\n"
    assert edit(text, abstract="One.\n\nTwo.") == text.replace("Old", "One.\r\n\r\nTwo.")


def test_inherited_fields_are_not_touched_but_overruled() -> None:
    parent = "@proceedings{p, title = {P}, year = 2019}\n"
    text = f"@inproceedings{{a, title = {{T}}, crossref = {{p}}}}\n{parent}"
    edited = edit(text, year=2020)
    assert edited == text.replace("crossref = {p}", "crossref = {p}, year = {2020}")
    with pytest.raises(FormatError, match="a: this entry cannot be edited safely"):
        edit(text, year=None)


def test_an_entry_that_others_inherit_from_is_refused() -> None:
    text = "@inproceedings{c, title = {T}, crossref = {a}}\n@proceedings{a, title = {P}}\n"
    with pytest.raises(FormatError, match="a: this entry cannot be edited safely") as error:
        edit(text, year=2020)
    assert error.value.line == 2
    assert "other entries depend on this one" in error.value.hint


def test_of_duplicated_fields_the_first_is_edited() -> None:
    text = "@misc{a, title = {One}, title = {Two}}"
    assert edit(text, title="New") == "@misc{a, title = {New}, title = {Two}}"


def test_of_duplicated_keys_the_line_says_which() -> None:
    text = "@book{a, title = {One}}\n@book{a, title = {Two}}\n@book{a,\n title = {Three}}\n"
    papers, _ = parse(text, "x.bib")
    edited = edit_entry(text, papers[1], replace(papers[1], doi="10.1000/x"))
    assert edited == text.replace("{Two}", "{Two}, doi = {10.1000/x}")


def test_a_field_behind_a_missing_comma_is_edited() -> None:
    text = "@misc{a,\n  title = {T}\n  year = 2020\n  doi = {10.1000/x}\n}"
    assert edit(text, year=2021) == text.replace("2020", "{2021}")


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("@misc{a, year = {2020 (in press)}}", {"year": 2021}),
        ("@misc{a, eprint = {4HIWA}, eprinttype = {googlebooks}}", {"arxiv_id": "2301.00010"}),
        ("@misc{a, doi = {10.1000/x, 10.1000/y}}", {"doi": "10.1000/z"}),
    ],
)
def test_what_contradicts_the_text_that_stays_is_refused(
    text: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(FormatError, match="a: this entry cannot be edited safely") as error:
        edit(text, **changes)
    assert (error.value.line, error.value.hint) == (1, "edit the file by hand")


def test_the_entry_must_be_the_one_that_was_read() -> None:
    old = read(ONE)
    with pytest.raises(FormatError, match="not in the file as it was read"):
        edit_entry(ONE.replace("Old", "Changed"), old, replace(old, year=2020))
    with pytest.raises(FormatError, match="not in the file as it was read"):
        edit_entry("\n" + ONE, old, replace(old, year=2020))
    with pytest.raises(FormatError, match="keeps its citation key"):
        edit_entry(ONE, old, replace(old, citekey="b"))


FOUR = (
    "@string{j = {J}}\n@misc{a,\n  title = {One}\n}\n% x\n"
    "@tech-report (b, title = {Two}, year = 2000)\r\n"
    "@article{c, title = {Three} year = 1999}\n\n@misc{d, title = {Four}, journal = j}\n@misc{a}\n"
)


def test_several_entries_are_edited_at_once_as_one_by_one() -> None:
    papers, _ = parse(FOUR, "x.bib")
    changes = [  # from the last to the first: one by one, no line moves before it is looked for
        (papers[3], replace(papers[3], year=2001)),
        (papers[2], replace(papers[2], title="3", year=None)),
        (papers[0], replace(papers[0], title="1", doi="10.1000/x", abstract="A.\n\nB.")),
    ]
    one_by_one = FOUR
    for old, new in changes:
        one_by_one = edit_entry(one_by_one, old, new)
    assert edit_entries(FOUR, changes) == one_by_one
    assert "@tech-report (b, title = {Two}, year = 2000)\r\n" in one_by_one
    assert edit_entries(FOUR, []) == FOUR


def test_of_several_edits_all_are_done_or_none() -> None:
    papers, _ = parse(FOUR, "x.bib")
    good = (papers[0], replace(papers[0], title="1"))
    with pytest.raises(FormatError, match="b: this entry keeps its citation key"):
        edit_entries(FOUR, [good, (papers[1], replace(papers[1], citekey="z"))])
    with pytest.raises(FormatError, match="a: this entry is not in the file as it was read"):
        edit_entries(FOUR, [good, good])


def test_an_entry_of_a_type_with_a_hyphen_is_edited() -> None:
    text = "@tech-report{a, title = {T}}\n@ Web-Site\n(b, title = {T})\n"
    edited = edit(edit(text, title="New"), key="b", entry_type="online", title="Now")
    assert edited == "@tech-report{a, title = {New}}\n@ Online\n(b, title = {Now})\n"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the .bib files of other people are not here")
@pytest.mark.fault(58)
def test_other_peoples_files_are_edited_or_refused_whole() -> None:
    changes: tuple[dict[str, Any], ...] = (
        {"doi": "10.1234/new"},
        {"title": "A new title"},
        {"journal_ref": "A new Journal"},
        {"doi": None, "journal_ref": None},
    )
    tried = refused = 0
    for path in sorted(CORPUS.rglob("*.bib")):
        if path.stat().st_size > 60_000:
            continue
        text, _ = decode(path.read_bytes())
        papers, _ = parse(text, "x.bib")
        for old in random.Random(path.name).sample(papers, min(2, len(papers))):
            for change in changes:
                tried += 1
                try:
                    edited = edit_entry(text, old, replace(old, **change))
                except FormatError:
                    refused += 1
                    continue
                _check(text, edited, papers, old, change)
    assert tried > 1000
    assert refused / tried < 0.02


def _check(
    text: str, edited: str, papers: tuple[Paper, ...], old: Paper, change: dict[str, Any]
) -> None:
    after, _ = parse(edited, "x.bib")
    at = papers.index(old)
    assert {name: getattr(after[at], name) for name in change} == change
    others = [(i, paper) for i, paper in enumerate(papers) if i != at]
    assert all(replace(after[i], line=0) == replace(paper, line=0) for i, paper in others)
    lines = text.splitlines(keepends=True)
    head = "".join(lines[: old.line - 1])
    assert edited.startswith(head)
    following = [paper.line for paper in papers if paper.line > old.line]
    if following:
        assert edited.endswith("".join(lines[min(following) - 1 :]))
