"""A question to arXiv: what a person typed → papers, marked with what the library has of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.arxiv.question import ids_asked, render_question
from papernotes.errors import ArxivIdError, BadAnswerError, UsageError
from papernotes.library.intake import informed
from papernotes.models import ArxivId
from papernotes.reports.gathering import FindReport, Found

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from papernotes.arxiv import ArxivClient
    from papernotes.models import Paper
    from papernotes.store.read import Store

SORTS = ("relevance", "newest")


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask arXiv: ``text`` in its language, or for just these ``ids`` if there are any."""

    text: str
    ids: tuple[ArxivId, ...]
    limit: int
    sort: str


def prepare(
    text: str,
    *,
    categories: Sequence[str],
    since: str | None,
    limit: int,
    sort: str,
    today: date,
) -> Question:
    """Return the question for what a person typed. Raises QueryError and UsageError."""
    if sort not in SORTS:
        raise UsageError(f"no order {sort!r}", hint="the orders are " + ", ".join(SORTS))
    ids = () if categories or since is not None else ids_asked(text)
    if ids:
        return Question(" OR ".join(f"id:{one}" for one in ids), ids, limit, sort)
    question = render_question(text, categories=categories, since=since, today=today)
    return Question(question, (), limit, sort)


def ask(
    client: ArxivClient, question: Question
) -> tuple[tuple[Paper, ...], int, tuple[ArxivId, ...]]:
    """Return the papers that answer, how many there are, and what arXiv does not know.

    Raises what ``client`` does.
    """
    if not question.ids:
        return *client.search(question.text, limit=question.limit, sort=question.sort), ()
    newest = [ArxivId(one.id) for one in question.ids if one.version is not None]
    fetched = client.fetch([*question.ids, *newest])
    for one, reason in fetched.refused.items():
        raise ArxivIdError(f"arXiv refuses {one}: {reason}")
    for reason in fetched.failed.values():
        raise BadAnswerError(reason)
    papers = [
        informed(fetched.papers[one], fetched.papers.get(ArxivId(one.id)))
        for one in dict.fromkeys(question.ids)
        if one in fetched.papers
    ]
    missing = tuple(one for one in fetched.missing if one in question.ids)
    return tuple(papers[: question.limit]), len(papers), missing


def marked(
    store: Store,
    question: Question,
    papers: Sequence[Paper],
    total: int,
    missing: Sequence[ArxivId],
) -> FindReport:
    """Return the answer with the keys that its papers have in the library."""
    found = [Found(paper, store.citekey_of_arxiv(paper.arxiv_id or "")) for paper in papers]
    return FindReport(question.text, tuple(found), total, tuple(map(str, missing)))
