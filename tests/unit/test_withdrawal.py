from __future__ import annotations

import time

import pytest

from papernotes.arxiv.withdrawal import says_withdrawn


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn",
        "This paper has been withdrawn by the author due to a crucial error in equation 7",
        "12 pages, 6 figures This paper has been withdrawn by the author",
        "Withdrawn by arXiv administrators",
        "Paper withdrawn",
        "Withdrawn. The author found a loophole in a proof",
        "The submission is withdrawn due to a licence issue",
        "This has been withdrawn by arXiv administrators due to a dispute",
        "arXiv admin note: submission has been withdrawn by arXiv administrators",
        "please withdraw this paper because of an error in Table 1",
        "This paper misinterprets a notion. For this reason, it has been withdrawn by the authors",
        "Withdrawing due to lack of key acknowledgements",
        "Got accepted in NLDB-2013; Withdrawn",
    ],
)
def test_a_paper_that_says_so_is_withdrawn(comment: str) -> None:
    assert says_withdrawn(comment)


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "12 pages; a study of opioid withdrawal",
        "Supersedes the withdrawn arXiv:1234.5678",
        "This paper supersedes arXiv:1234.5678, which has been withdrawn",
        "Was accepted at ICUFN 2018 but later withdrawn due to financial issues",
        "Submission withdrawn from the International Journal of Digital Curation in 2016",
        "The author's preceding paper on this subject was withdrawn because of an error",
        "A major overhaul of the withdrawn paper Orthogonal Matrices",
        "The paper replaces a temporarily withdrawn text",
        "Cash withdrawn by the authority",
    ],
)
def test_a_paper_that_speaks_of_another_withdrawal_is_not(comment: str) -> None:
    assert not says_withdrawn(comment)


def test_the_longest_comment_takes_a_moment() -> None:
    start = time.process_time()
    for text in ("withdrawn " * 100_000, "paper " * 100_000 + "withdrawn", ". " * 100_000):
        says_withdrawn(f"{text} withdr")
    assert time.process_time() - start < 1
