"""arXiv ids → Papers, through the arxiv package; every id asked for is accounted for."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import arxiv

from papernotes.arxiv.exchange import PATIENCE_SECONDS, make_exchange
from papernotes.arxiv.feed import BadEntryError, RefusedError, parse_count
from papernotes.arxiv.memory import Memory
from papernotes.arxiv.tex import decode_metadata
from papernotes.arxiv.transport import Answer, Transport, without_query
from papernotes.arxiv.withdrawal import says_withdrawn
from papernotes.errors import ArxivIdError, BadAnswerError, UsageError
from papernotes.ids import parse_arxiv_id, parse_doi
from papernotes.models import ArxivId, Paper
from papernotes.names import split_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from papernotes.config import Config
    from papernotes.models import Author

PAGE_SIZE = 50  # arXiv allows 2,000, but long pages come back short or empty now and then
MOST_RESULTS = 1_000
_WINDOW = 10_000  # arXiv answers 500 to a page that ends beyond it
_ORDERS = {
    "relevance": arxiv.SortCriterion.Relevance,
    "newest": arxiv.SortCriterion.SubmittedDate,
}
_MOST_SPLITS = 12  # of one page with entries that cannot be read; each is a request or two
_ENTRY_ID = re.compile(r"https?://arxiv\.org/abs/(\S+)")
_ARXIV_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.(?:[A-Z]{2}|[a-z]+(?:-[a-z]+)*))?")


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to ids: each one asked for is in exactly one of the four, as it was asked.

    ``missing`` are those arXiv does not know (in that version); ``refused`` those it calls
    malformed, with its reason; ``failed`` those of which it sends what cannot be read, and what.
    """

    papers: Mapping[ArxivId, Paper] = field(default_factory=dict)
    missing: tuple[ArxivId, ...] = ()
    refused: Mapping[ArxivId, str] = field(default_factory=dict)
    failed: Mapping[ArxivId, str] = field(default_factory=dict)

    def __or__(self, other: Fetched) -> Fetched:
        """Return both answers as one."""
        return Fetched(
            {**self.papers, **other.papers},
            self.missing + other.missing,
            {**self.refused, **other.refused},
            {**self.failed, **other.failed},
        )


class ArxivClient:
    """Fetches from the API that ``config`` names, at arXiv's pace, kept in ``state_folder``.

    ``clock`` is monotonic, ``wall_clock`` counts seconds since 1970; ``notify`` is told of
    every longer wait; ``patience_seconds`` is how long one request waits when arXiv says so;
    ``purpose`` says from whose earlier answers it may be answered again (see :mod:`.memory`).
    """

    page_size = PAGE_SIZE

    def __init__(
        self,
        config: Config,
        state_folder: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        notify: Callable[[str], None] = lambda _: None,
        patience_seconds: float = PATIENCE_SECONDS,
        purpose: str = "add",
    ) -> None:
        api_url = config["arxiv.api_url"]
        exchange = make_exchange(
            config,
            state_folder,
            clock=clock,
            wall_clock=wall_clock,
            sleep=sleep,
            notify=notify,
            patience_seconds=patience_seconds,
        )
        self._notify = notify
        self._host = urlsplit(api_url).hostname or api_url
        self._client = arxiv.Client(page_size=PAGE_SIZE, delay_seconds=0, num_retries=0)
        self._client.query_url_format = api_url.replace("{", "{{").replace("}", "}}") + "?{}"
        self._client._session = Memory(  # noqa: SLF001 - arxiv.py has no public way in
            Transport(exchange),
            state_folder / "answers",
            seconds=3600 * config["arxiv.cache_hours"],
            purpose=purpose,
            wall_clock=wall_clock,
        )

    def fetch(self, ids: Sequence[ArxivId]) -> Fetched:
        """Return what arXiv knows of ``ids``. Raises NetworkError or one of its kinds."""
        fetched = Fetched()
        for part in self.iter_fetch(ids):
            fetched |= part
        return fetched

    def iter_fetch(self, ids: Iterable[ArxivId]) -> Iterator[Fetched]:
        """Yield the answers to ``ids`` slice by slice, so that what came before a fault is kept."""
        asked = list(dict.fromkeys(ids))
        for start in range(0, len(asked), PAGE_SIZE):
            yield self._fetch_slice(asked[start : start + PAGE_SIZE])

    def search(
        self, question: str, *, limit: int, sort: str = "relevance"
    ) -> tuple[tuple[Paper, ...], int]:
        """Return the first ``limit`` papers that answer ``question``, and how many there are.

        ``question`` is in arXiv's language (see :mod:`.question`); ``sort`` is ``relevance`` or
        ``newest`` (by the day of version 1). Entries that cannot be read are passed over and told
        to ``notify``. Raises UsageError for a limit or question that cannot be, NetworkError or
        one of its kinds.
        """
        if not 1 <= limit <= MOST_RESULTS:
            raise UsageError(
                f"no more than {MOST_RESULTS} papers can be asked for at once, and no less than 1",
                hint="narrow the query, by a category or a date for example",
            )
        # One size for all pages: arXiv counts in whole pages and rounds where a start is none.
        size, start, total = min(limit, PAGE_SIZE), 0, 1
        found: dict[str, Paper] = {}
        while len(found) < limit and start < total and start + size < _WINDOW:
            papers, total = self._page(question, _ORDERS[sort], start, size)
            for paper in papers:
                found.setdefault(paper.arxiv_id or "", paper)
            start += size
        return tuple(found.values())[:limit], total

    def _page(
        self, question: str, order: arxiv.SortCriterion, start: int, size: int
    ) -> tuple[list[Paper], int]:
        session = _Page(self._client._session)  # noqa: SLF001 - arxiv.py has no public way in
        client = arxiv.Client(page_size=size, delay_seconds=0, num_retries=0)
        client.query_url_format = self._client.query_url_format
        client._session = session  # noqa: SLF001 - same
        search = arxiv.Search(question, max_results=start + size, sort_by=order)
        papers = []
        try:
            for number, result in enumerate(client.results(search, start), 1):
                try:
                    papers.append(_entry(result)[1])
                except BadEntryError as error:
                    session.unreadable.append(str(error))
                if number == session.entries:
                    break  # or arxiv.py would ask for what a page with gaps seems to lack
        except RefusedError as error:
            if not error.reason.startswith("Invalid query"):
                raise
            raise UsageError(str(error), hint=f"it was asked for {question}") from error
        except (arxiv.ArxivError, ValueError, TypeError, AttributeError) as error:
            raise _unreadable(error) from error
        for what in session.unreadable:
            self._notify(f"{what}; this one is passed over")
        return papers, session.total

    def _fetch_slice(self, ids: list[ArxivId]) -> Fetched:
        """Fetch up to a page; what is wrong with one id is set apart, never the others."""
        fetched, waiting, splits = Fetched(), [ids], 0
        while waiting:
            part = waiting.pop(0)
            try:
                fetched |= self._ask(part)
                continue
            except BadEntryError as error:
                blamed = part if splits >= _MOST_SPLITS else _about(error.entry_id, part)
                wrong = Fetched(failed=dict.fromkeys(blamed or part, str(error)))
            except RefusedError as error:
                if not error.is_about_id:
                    raise
                blamed = [one for one in part if re.search(_exactly(str(one)), error.reason)]
                wrong = Fetched(refused=dict.fromkeys(blamed or part, error.reason))
            if blamed or len(part) == 1:
                fetched |= wrong
                rest = [[one for one in part if one not in blamed]] if blamed else []
            else:
                middle = len(part) // 2
                rest = [part[:middle], part[middle:]]
            waiting[:0] = filter(None, rest)
            splits += 1
        return fetched

    def _ask(self, ids: list[ArxivId]) -> Fetched:
        search = arxiv.Search(id_list=[str(one) for one in ids], max_results=PAGE_SIZE)
        try:
            found = [_entry(result) for result in self._client.results(search)]
        except (arxiv.ArxivError, ValueError, TypeError, AttributeError) as error:
            raise _unreadable(error) from error
        return self._matched(ids, found)

    def _matched(self, ids: list[ArxivId], found: list[tuple[ArxivId, Paper]]) -> Fetched:
        """Give each id its paper, whatever the order; an id without a version gets the newest."""
        exact = dict(found)
        newest: dict[str, Paper] = {}
        newest.update(
            (entry_id.id, paper)
            for entry_id, paper in sorted(found, key=lambda entry: entry[0].version or 0)
        )
        asked = set(ids)
        for entry_id in exact:
            if entry_id not in asked and ArxivId(entry_id.id) not in asked:
                raise BadAnswerError(
                    f"{self._host} answers with a paper that was not asked for",
                    hint=f"it is {entry_id}; nothing was changed, try again later",
                )
        papers = {
            one: paper
            for one in ids
            if (paper := newest.get(one.id) if one.version is None else exact.get(one))
        }
        return Fetched(papers, tuple(one for one in ids if one not in papers))


class _Page:
    """A session for one page of a search: keeps its figures, and what is sound of its entries."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.total = self.entries = 0
        self.unreadable: list[str] = []

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        try:
            answer: Answer = self._session.get(url, headers)
        except BadEntryError as error:
            answer = Answer(200, error.rest)
            self.unreadable.append(str(error))
        self.total, self.entries = parse_count(answer.content)
        return answer


def _unreadable(error: Exception) -> BadAnswerError:
    return BadAnswerError(f"arXiv's answer cannot be read: {without_query(error)}")


def _exactly(text: str) -> str:
    return rf"(?<![\w./-]){re.escape(text)}(?![\w./-])"


def _folded(text: str | None) -> str | None:
    """Return a text on one line, its TeX as Unicode."""
    return " ".join(decode_metadata(text or "").split()) or None


def _entry(result: Any) -> tuple[ArxivId, Paper]:
    """Return the versioned id and the Paper of an ``arxiv.Result``. Raises BadEntryError."""
    entry_id = _entry_id(result.entry_id)
    if entry_id is None:
        raise BadEntryError(f"has an entry with the id {result.entry_id[:100]!r}")
    if entry_id.version is None:
        raise BadEntryError(f"does not say which version of {entry_id} it is about", str(entry_id))
    return entry_id, _paper(entry_id, result)


def _entry_id(text: str) -> ArxivId | None:
    """Return the id that an entry gives as its address."""
    match = _ENTRY_ID.fullmatch(text.strip())
    try:
        return parse_arxiv_id(match[1]) if match else None
    except ArxivIdError:
        return None


def _about(entry_id: str, ids: list[ArxivId]) -> list[ArxivId]:
    """Return those of ``ids`` that an entry with this address is the answer to."""
    found = _entry_id(entry_id)
    if found is None:
        return []
    return [one for one in ids if one in {found, ArxivId(found.id)}]


def _paper(entry_id: ArxivId, result: Any) -> Paper:
    comment = _folded(result.comment)
    dois = _dois(result)
    return Paper(
        citekey="",
        title=_folded(result.title) or "",
        authors=tuple(_author(author) for author in result.authors if _folded(author.name)),
        year=result.published.year,
        month=result.published.month,
        abstract=_paragraphs(result.summary),
        arxiv_id=entry_id.id,
        arxiv_version=entry_id.version,
        categories=_categories(result.primary_category, result.categories),
        published=result.published,
        updated=result.updated,
        doi=dois[0] if dois else None,
        other_dois=dois[1:],
        journal_ref=_folded(result.journal_ref),
        comment=comment,
        url=f"https://arxiv.org/abs/{entry_id.id}",
        is_withdrawn=says_withdrawn(comment or ""),
    )


def _dois(result: Any) -> tuple[str, ...]:
    """Return all DOIs of a paper: arxiv.py has the first as such, and each as a link."""
    links = [link.href for link in result.links if link.title == "doi"]
    found: dict[str, str] = {}
    for doi in filter(None, map(parse_doi, [*(result.doi or "").split(), *links])):
        found.setdefault(doi.lower(), doi)
    return tuple(found.values())


def _author(author: Any) -> Author:
    affiliations = tuple(filter(None, map(_folded, author.affiliation)))
    return replace(split_name(_folded(author.name) or ""), affiliations=affiliations)


def _paragraphs(summary: str) -> str:
    """Fold lines; an indented line or an empty one begins a paragraph, as arXiv writes them."""
    parts = re.split(r"\n\s*\n|\n(?=[ \t])", decode_metadata(summary).strip())
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in parts)))


def _categories(primary: str, terms: Iterable[str]) -> tuple[str, ...]:
    """Return arXiv's own categories, primary first; older answers mix ACM and MSC classes in."""
    every = dict.fromkeys([primary, *terms])
    return tuple(term for term in every if _ARXIV_CATEGORY.fullmatch(term))
