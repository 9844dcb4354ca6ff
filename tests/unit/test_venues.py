"""Where a work appeared, in words."""

from __future__ import annotations

import pytest

from papernotes import bib
from papernotes.venues import editors, find_venue


def venue(text: str) -> str:
    (paper,), _ = bib.parse(text, "")
    return str(find_venue(paper) or "")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (
            "@article{k, journal={Ann. of {M}ath.}, volume=12, number=3, pages={1--10}}",
            "Ann. of Math. 12(3), 1–10",
        ),
        ("@article{k, journaltitle={Nature}, number=3}", "Nature, no. 3"),
        (
            "@inproceedings{k, booktitle={Proc. of {X}}, pages={3-4}, publisher={ACM}}",
            "In Proc. of X, 3–4, ACM",
        ),
        ('@book{k, publisher={Birkh{\\"a}user}, edition={2nd}}', "2nd ed., Birkhäuser"),
        ("@book{k, publisher={MIT Press}, volume=2, series={Ada}}", "vol. 2, Ada, MIT Press"),
        ("@phdthesis{k, school={ETH}}", "PhD thesis, ETH"),
        ("@thesis{k, type={mathesis}, institution={ETH}}", "Master’s thesis, ETH"),
        ("@techreport{k, institution={CMU}, number={CS-1}}", "Technical report CS-1, CMU"),
        ("@misc{k, journal={arXiv preprint arXiv:1706.03762}}", ""),
        ("@misc{k, howpublished={Talk at \\emph{X}}}", "Talk at X"),
        ("@misc{k, title={x}}", ""),
    ],
)
def test_venue(entry: str, words: str) -> None:
    assert venue(entry) == words


def test_editors() -> None:
    (paper,), _ = bib.parse("@book{k, editor={Doe, J. and {The Team}}}", "")
    assert [each.family for each in editors(paper)] == ["Doe", "The Team"]
