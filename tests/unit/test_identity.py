"""Is this the same work? Pairs of entries, as they are written in .bib files."""

from __future__ import annotations

import time

import pytest

from papernotes import bib
from papernotes.identity import Match, Shelf, identify


def match(one: str, other: str) -> Match | None:
    """Return what the second entry is taken for where only the first is known."""
    (first,), _ = bib.parse(one, "")
    (second,), _ = bib.parse(other, "")
    return Shelf([identify(first)]).find(identify(second))


WORK = "title={The Art of Things}, author={Doe, J.}, year=2020"

SURE = [
    # what Google Scholar writes for a preprint, and its publication of the same year
    (
        f"@article{{a, {WORK}, journal={{arXiv preprint arXiv:2005.14165}}}}",
        f"@inproceedings{{b, {WORK}, booktitle={{NeurIPS}}}}",
        "same title, first author and year",
    ),
    (
        "@misc{a, title={{$\\beta$}-VAE: Learning Things}, author={Doe, J.}, year=2017}",
        "@misc{b, title={β-VAE: learning things}, author={Doe, J.}, year=2017}",
        "same title, first author and year",
    ),
    (
        "@misc{a, title={beta-VAE: Learning Things}, author={Doe, J.}, year=2017}",
        "@misc{b, title={$\\beta$-VAE: learning things}, author={Doe, J.}, year=2017}",
        "same title, first author and year",
    ),
    (
        f"@misc{{a, {WORK}, month=jan, eprint={{2005.14165}}, archiveprefix={{arXiv}}}}",
        f"@article{{b, {WORK}, month=dec, journal={{Nature}}}}",
        "same title, first author and year",
    ),
    # one key: of any type, however short the title
    (
        f"@book{{a, {WORK}}}",
        f"@inbook{{a, {WORK}}}",
        "same key, title and first author",
    ),
    (
        "@article{a, title={DQN}, author={Doe, J.}, year=2020}",
        "@article{a, title={DQN}, author={Doe, Jane}, year=2020, volume=3}",
        "same key, title and first author",
    ),
    (
        f"@article{{a, {WORK}, pages={{1--9}}, number=2}}",
        f"@article{{a, {WORK.replace('2020', '2021')}, pages={{11--19}}, number=3}}",
        "same key, title and first author",
    ),
    (
        "@misc{a, title={The Art of Thinhgs}, author={Doe, J.}, year=2020}",
        f"@misc{{a, {WORK}}}",
        "same key, first author and year, nearly the same title",
    ),
    (
        "@phdthesis{a, author={Doe, J.}, year=2020}",
        "@thesis{a, author={Doe, J.}, year=2020, type={phdthesis}}",
        "same key, first author and year",
    ),
    (
        "@misc{a, title={DQN}, ids={b}, file={/x/y.pdf}}",
        "@misc{b, title={DQN}, file={z.pdf}}",
        "same in every field",
    ),
]


@pytest.mark.parametrize(("one", "other", "reason"), SURE)
def test_the_same_work(one: str, other: str, reason: str) -> None:
    assert match(one, other) == Match("a", reason)


APART = [
    # titles that tell nothing, by other people, in other journals and months
    (
        "@article{a, title={Editorial}, author={Doe, J.}, journal={Nature}, year=2020}",
        "@article{b, title={Editorial}, author={Doe, J.}, journal={Science}, year=2020}",
    ),
    (
        "@article{a, title={Editorial}, author={Doe, J.}, year=2020, month=jan}",
        "@article{b, title={Editorial}, author={Doe, J.}, year=2020, month=feb}",
    ),
    (
        "@misc{a, title={Preface}, author={Doe, Jane}, year=2020}",
        "@misc{b, title={Preface}, author={Doe, John}, year=2020}",
    ),
    (
        "@misc{a, title={Preface}, author={Doe, J. and Roe, R.}, year=2020}",
        "@misc{b, title={Preface}, author={Doe, J. and Poe, P.}, year=2020}",
    ),
    ("@misc{a, title={$x^2$}}", "@misc{b, title={$x_2$}}"),
    ("@article{a, journal={Nature}}", "@article{b, journal={Science}}"),
    ("@misc{a, abstract={One}}", "@misc{b, abstract={Two}}"),
    # a column of every month
    (
        f"@article{{a, {WORK}, month=jan, journal={{CACM}}}}",
        f"@article{{b, {WORK}, month=feb, journal={{CACM}}}}",
    ),
    # one key for two volumes, parts, works of one year
    (
        "@misc{a, title={The Art of Things I}, author={Doe, J.}, year=2020}",
        "@misc{a, title={The Art of Things II}, author={Doe, J.}, year=2020}",
    ),
    (
        "@misc{a, title={The Art of Things 2}, author={Doe, J.}, year=2020}",
        "@misc{a, title={The Art of Things 3}, author={Doe, J.}, year=2020}",
    ),
    (f"@misc{{a, {WORK}}}", f"@misc{{a, {WORK.replace('Art', 'Use')}}}"),
    (f"@book{{a, {WORK}, volume=1}}", f"@book{{a, {WORK}, volume=2}}"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_works_apart(one: str, other: str) -> None:
    assert match(one, other) is None


def test_thousands_of_works_of_one_title_take_no_longer_than_others() -> None:
    text = "@book{{k{0}, title={{Annual Report}}, author={{Doe, J.}}, year={1}, volume={0}}}\n"
    papers, _ = bib.parse("".join(text.format(n, 1900 + n % 100) for n in range(3000)), "")
    shelf = Shelf()
    started = time.process_time()
    for paper in papers:
        assert shelf.find(identify(paper)) is None
        shelf.put(identify(paper))
    assert time.process_time() - started < 3
    assert shelf.find(identify(papers[2999])) == Match("k2999", "same in every field")


ALIKE = [
    (
        f"@article{{a, {WORK}, journal={{Nature}}}}",
        f"@inproceedings{{b, {WORK}}}",
        "same title, first author and year, article/inproceedings",
    ),
    (
        f"@article{{a, {WORK}, doi={{10.1000/a}}}}",
        f"@article{{b, {WORK}, doi={{10.1000/b}}}}",
        "same title, first author and year, another DOI",
    ),
    (
        f"@misc{{a, {WORK}, eprint={{2005.14165}}}}",
        f"@misc{{b, {WORK}, eprint={{2005.14166}}}}",
        "same title, first author and year, another arXiv id",
    ),
    (
        f"@article{{a, {WORK}}}",
        f"@article{{b, {WORK.replace('2020', '2021')}}}",
        "same title and first author, 2020/2021",
    ),
    (
        "@collection{a, title={The Whole of Things}, editor={Roe, R.}, doi={10.1000/a}}",
        f"@incollection{{b, {WORK}, doi={{10.1000/a}}}}",
        "same DOI 10.1000/a, another title",
    ),
]


@pytest.mark.parametrize(("one", "other", "reason"), ALIKE)
def test_works_that_look_alike_are_not_claimed(one: str, other: str, reason: str) -> None:
    assert match(one, other) == Match("a", reason, is_sure=False)
