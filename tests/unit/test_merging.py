"""Two entries about one paper: the first is told what only the second says, and nothing else."""

from __future__ import annotations

import pytest

from papernotes import bib
from papernotes.library.merging import differing, fill


def entry(text: str) -> bib.RawEntry:
    (found,), _ = bib.parse_entries(text, "")
    return found


def filled(one: str, other: str) -> tuple[str, dict[str, str]]:
    """Return type and fields of the first entry, told what the second says."""
    wanted, _ = fill(entry(one), entry(other))
    return wanted.entry_type, wanted.fields


ARTICLE = "@article{b, journal={Nature}, volume=5, pages={1--3}, year=2017}"

CASES = [
    # a preprint as services write it gives way to its publication, and keeps its id
    (
        "@article{a, journal={arXiv preprint arXiv:1706.03762}, year=2017}",
        ARTICLE,
        {
            "journal": "Nature",
            "volume": "5",
            "pages": "1--3",
            "eprint": "1706.03762",
            "archiveprefix": "arXiv",
        },
    ),
    (
        "@article{a, journal={CoRR}, volume={abs/1706.03762}, year=2017}",
        ARTICLE,
        {"journal": "Nature", "volume": "5", "eprint": "1706.03762"},
    ),
    # of another year nothing is half the one and half the other
    (
        "@article{a, journal={arXiv preprint arXiv:1706.03762}, year=2016}",
        "@article{b, journal={Nature}, volume=5, month=mar, year=2017, doi={10.1000/x}}",
        {
            "journal": "arXiv preprint arXiv:1706.03762",
            "volume": None,
            "month": None,
            "doi": "10.1000/x",
        },
    ),
    ("@misc{a, year=2016}", "@misc{b, year=2017, month=mar}", {"month": None}),
    (
        "@article{a, journal={Nature}, year=2017}",
        "@inproceedings{b, booktitle={NeurIPS}, pages={9}, year=2017}",
        {"booktitle": None, "pages": None},
    ),
    # a publication learns of its preprint, but not when that was
    (
        "@article{a, journal={Nature}, year=2017}",
        "@misc{b, eprint={1706.03762}, doi={10.48550/arXiv.1706.03762}, month=jun, year=2017}",
        {"eprint": "1706.03762", "doi": None, "month": None},
    ),
    (
        "@article{a, journal={Nature}, year=2017}",
        "@article{b, journal={arXiv preprint arXiv:1706.03762}, year=2017}",
        {"journal": "Nature", "eprint": "1706.03762", "archiveprefix": "arXiv"},
    ),
    # nothing is said twice
    (
        "@book{a, title={Things: An Introduction}}",
        "@book{b, title={Things}, subtitle={An Introduction}}",
        {"subtitle": None},
    ),
    (
        "@book{a, title={Things}}",
        "@book{b, title={things}, subtitle={An Introduction}}",
        {"subtitle": "An Introduction"},
    ),
    ("@misc{a, date={2017-03-02}}", "@misc{b, year=2017, month=3, day=2}", {"day": None}),
    ("@article{a, number=3}", "@article{b, issue=3}", {"issue": None}),
    ("@misc{a, howpublished={\\url{x.org}}}", "@misc{b, url={http://x.org}}", {"url": None}),
    ("@phdthesis{a}", "@thesis{b, type={phdthesis}}", {"type": None}),
]


@pytest.mark.parametrize(("one", "other", "wanted"), CASES)
def test_what_only_the_other_says(one: str, other: str, wanted: dict[str, str | None]) -> None:
    _, fields = filled(one, other)
    assert {name: fields.get(name) for name in wanted} == wanted


TYPES = [
    ("@article{a, journal={CoRR}, volume={abs/1706.03762}, year=2017}", "inproceedings"),
    ("@misc{a, year=2017}", "inproceedings"),
    ("@misc{a, year=2016}", "misc"),
    ("@book{a, year=2017}", "book"),
]


@pytest.mark.parametrize(("one", "wanted"), TYPES)
def test_a_type_that_says_nothing_becomes_the_other(one: str, wanted: str) -> None:
    assert filled(one, "@inproceedings{b, booktitle={NeurIPS}, year=2017}")[0] == wanted


def test_an_article_that_only_arxiv_has_makes_no_type_more_precise() -> None:
    one = "@misc{a, eprint={1706.03762}, year=2017}"
    other = "@article{b, journal={arXiv preprint arXiv:1706.03762}, year=2017, abstract={Words}}"
    assert filled(one, other)[0] == "misc"


def test_a_journal_of_another_year_is_named() -> None:
    one = entry("@article{a, journal={arXiv preprint arXiv:1706.03762}, year=2016}")
    assert differing(one, entry(ARTICLE)) == ("year 2017 (not 2016)", "journal Nature")
