"""The trip of papers into the library: ids → arXiv → BibTeX entries and notes → sync.

Each paper is written whole or not at all; what arrived before a fault is kept, so that the same
request, made again, asks only for the rest.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from papernotes import bib, files, notes
from papernotes.citekeys import compose, make_citekey
from papernotes.errors import ArxivIdError, BadAnswerError, NotFoundError, PapernotesError
from papernotes.ids import arxiv_month, parse_arxiv_id, portable_slug
from papernotes.library.adding import Adding
from papernotes.models import ArxivId, Paper
from papernotes.reports.gathering import Added

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from papernotes.arxiv import ArxivClient, Fetched


_LONGEST_WAIT = 3600.0
_BREATH = 0.1
_STUB_TEMPLATE = "arxiv-{arxiv.replace('/', '-')}"
_ARXIV_S_FAULT = "the fault is arXiv's; try again another day"


class Intake(Adding):
    """One run of ``add`` for ids, and for papers in hand."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._promised: set[str] = set()
        self._settled: dict[str, Added] = {}

    def take(
        self, asked: Sequence[str], make_client: Callable[[int], ArxivClient]
    ) -> tuple[Added, ...]:
        """Fetch what is not known yet and keep it; return what became of each text asked.

        ``make_client`` is called with the number of papers to fetch, if there are any.
        """
        texts = self._sort_out(asked)
        if texts:
            client = make_client(len(texts))
            wanted = {base: same[0][1] for base, same in texts.items()}
            try:
                for part in _slices(wanted, client.page_size):
                    with self._asking():
                        if left := self._unknown_still(part, texts):
                            self._keep_slice(client.fetch(left), texts)
                    self._show_progress(texts)
            except PapernotesError as error:
                if any(each.outcome == "added" for each in self._settled.values()):
                    kept = "what was added is kept: run it again for the rest"
                    error.hint = f"{error.hint.removesuffix('; nothing was changed')}; {kept}"
                for same in texts.values():
                    if same[0][0] not in self._settled:
                        self._settle_all(same, _failed(same[0][0], error))
        return tuple(self._settled[text] for text in dict.fromkeys(asked))

    def take_stubs(self, asked: Sequence[str]) -> tuple[Added, ...]:
        """Write what an id alone tells, without asking arXiv; ``update`` completes it later."""
        texts = self._sort_out(asked)
        stubs = [(same, _stub(same[0][1]), same[0][1].version) for same in texts.values()]
        self._keep_all(stubs)
        return tuple(self._settled[text] for text in dict.fromkeys(asked))

    def take_papers(self, papers: Iterable[Paper]) -> tuple[Added, ...]:
        """Keep papers that are already in hand, as a search of arXiv gives them."""
        given = {paper.arxiv_id: paper for paper in papers if paper.arxiv_id}
        texts = self._sort_out(list(given))
        arrived = []
        for base, same in texts.items():
            paper = given[base]
            arrived.append((same, paper, paper.arxiv_version if paper.arxiv_latest else None))
        self._keep_all(arrived)
        return tuple(self._settled[text] for text in given)

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """Keep other adds to this library from asking for what is on its way already."""
        place = self._upkeep.index_dir / "asking"
        waited = "another papernotes asks arXiv for this library; waiting for its answer"
        with files.lock(
            place, timeout_seconds=_LONGEST_WAIT, on_wait=lambda _: self._notify(waited)
        ):
            yield
        time.sleep(_BREATH)  # or who waits would never get its turn

    def _unknown_still(
        self, part: list[ArxivId], texts: Mapping[str, list[tuple[str, ArxivId]]]
    ) -> list[ArxivId]:
        """Settle what another process has added meanwhile; return the others."""
        for base in {one.id for one in part}:
            same = texts[base]
            known = self._known(*same[0])
            if known is not None and same[0][0] not in self._settled:
                self._settle_all(same, known)
        return [one for one in part if texts[one.id][0][0] not in self._settled]

    # --- what was asked ----------------------------------------------------------------------

    def _sort_out(self, asked: Sequence[str]) -> dict[str, list[tuple[str, ArxivId]]]:
        """Return by bare id how it was asked for; what is malformed or known is settled here."""
        texts: dict[str, list[tuple[str, ArxivId]]] = {}
        for text in dict.fromkeys(asked):
            try:
                arxiv_id = parse_arxiv_id(text)
            except ArxivIdError as error:
                self._settle(_failed(text, error))
                continue
            known = self._known(text, arxiv_id)
            if known is None:
                texts.setdefault(arxiv_id.id, []).append((text, arxiv_id))
            else:
                self._settle(known)
        return texts

    def _known(self, text: str, arxiv_id: ArxivId) -> Added | None:
        store = self._upkeep.store()
        document = store.document("arxiv", arxiv_id.id)
        row = None if document is None else store.rows([document]).get(document)
        if row is None:
            return None
        message = ""
        if row.latest is None and row.ref.startswith("arxiv-"):
            message = f"complete it with: papernotes update {row.ref}"
        elif arxiv_id.version is not None and arxiv_id.version != row.version:
            about = f"v{row.version}" if row.version else "no version in particular"
            message = f"about {about}; the PDF of yours: papernotes pdf {arxiv_id}"
        return Added(text, "known", row.ref, row.title, message=message)

    def _settle(self, outcome: Added) -> None:
        self._settled[outcome.asked] = outcome
        if self._tell is not None:
            self._tell(outcome)

    def _settle_all(self, same: Sequence[tuple[str, ArxivId]], outcome: Added) -> None:
        """Settle an id for every spelling in which it was asked for in this run."""
        self._settle(outcome)
        kind = "known" if outcome.outcome == "added" else outcome.outcome
        for text, _ in same[1:]:
            self._settle(replace(outcome, asked=text, outcome=kind, paths=()))

    def _show_progress(self, texts: Mapping[str, list[tuple[str, ArxivId]]]) -> None:
        if self._progress is not None:
            done = sum(same[0][0] in self._settled for same in texts.values())
            self._progress("fetching", done, len(texts))

    # --- what arrived ------------------------------------------------------------------------

    def _keep_slice(self, fetched: Fetched, texts: Mapping[str, list[tuple[str, ArxivId]]]) -> None:
        """Settle what one answer holds: its papers are written under one lock, then synced."""
        errors: dict[ArxivId, PapernotesError] = {}
        for one in fetched.missing:
            errors[one] = NotFoundError(
                f"arXiv has no paper {one}", hint="check the id, and the version if you gave one"
            )
        for one, reason in fetched.refused.items():
            errors[one] = ArxivIdError(f"arXiv refuses {one}: {reason}")
        for one, reason in fetched.failed.items():
            errors[one] = BadAnswerError(reason, hint=_ARXIV_S_FAULT)
        arrived = []
        for one in (*fetched.papers, *errors):
            same = texts[one.id]
            if one != same[0][1]:
                continue  # it came along to tell which version is the newest
            if one in errors:
                self._settle_all(same, _failed(same[0][0], errors[one]))
            else:
                newest = fetched.papers.get(ArxivId(one.id))
                arrived.append((same, informed(fetched.papers[one], newest), one.version))
        self._keep_all(arrived)

    def _keep_all(
        self, arrived: Sequence[tuple[Sequence[tuple[str, ArxivId]], Paper, int | None]]
    ) -> None:
        """Write papers, each with the version asked for if one was, then sync just them."""
        if self._is_dry_run:
            for same, paper, version in arrived:
                self._settle_all(same, self._promise(same[0][0], *self._draft(paper, version)))
            return
        if not arrived:
            return
        paths: list[str] = []
        with self._upkeep.locked():
            for same, paper, version in arrived:
                outcome = self._keep(same[0][0], paper, version)
                paths += outcome.paths
                self._settle_all(same, outcome)
            self._upkeep.sync_written(paths)

    def _keep(self, text: str, paper: Paper, version: int | None) -> Added:
        """Write one paper's files, all or none."""
        assert paper.arxiv_id is not None
        known = self._upkeep.store().citekey_of_arxiv(paper.arxiv_id)
        if known is not None:  # another process was quicker
            return Added(asked=text, outcome="known", citekey=known, title=paper.title)
        try:
            draft, contents = self._draft(paper, version)
            files.commit(self._upkeep.root, contents, journal=self._upkeep.journal)
        except PapernotesError as error:
            return _failed(text, error)
        return self._promise(text, draft, contents)

    def _promise(self, text: str, paper: Paper, contents: Mapping[str, bytes]) -> Added:
        self._promised.add(paper.citekey)
        if paper.is_withdrawn:
            reason = f": {paper.comment}" if paper.comment else ""
            self._notify(f"{paper.citekey}: arXiv has this paper as withdrawn{reason}")
        return Added(
            asked=text,
            outcome="added",
            citekey=paper.citekey,
            title=paper.title,
            paths=tuple(contents),
        )

    def _draft(self, paper: Paper, version: int | None) -> tuple[Paper, dict[str, bytes]]:
        """Give a paper a free citation key and render its files."""
        citekey = self._citekey(paper)
        paper = replace(paper, citekey=citekey)
        slug = portable_slug(citekey)
        text, problems = bib.render_reported(paper)
        for problem in problems:
            self._notify(f"{citekey}: {problem.message}")
        contents = {f"bib/{slug}.bib": text.encode()}
        if self._wishes.has_note and not self._has_note(slug):
            contents[f"notes/{slug}.md"] = self._note(paper, self._wishes.tags, version)
        return paper, contents

    def _citekey(self, paper: Paper) -> str:
        is_new_stub = paper.arxiv_version is None and not paper.authors
        template = _STUB_TEMPLATE if is_new_stub else self._config["citekey.template"]
        return make_citekey(
            paper, template=template, is_taken=lambda key: self._is_taken(key, paper)
        )

    def _is_taken(self, citekey: str, paper: Paper) -> bool:
        """Whether another paper or note has this key; a note left of this very paper has not."""
        slug = portable_slug(citekey)
        return (
            citekey in self._promised
            or self._upkeep.store().has_citekey(citekey)
            or os.path.lexists(self._upkeep.root / f"bib/{slug}.bib")
            or (self._has_note(slug) and not self._is_note_of(slug, citekey, paper))
        )

    def _has_note(self, slug: str) -> bool:
        return os.path.lexists(self._upkeep.root / f"notes/{slug}.md")

    def _is_note_of(self, slug: str, citekey: str, paper: Paper) -> bool:
        path = f"notes/{slug}.md"
        try:
            text = files.read(self._upkeep.root / path).decode("utf-8", "replace")
        except PapernotesError:
            return False
        note, _ = notes.parse(text, path)
        is_same = note.arxiv is not None and note.arxiv.id == paper.arxiv_id
        return note.paper == citekey and (note.arxiv is None or is_same)


def is_stub(paper: Paper) -> bool:
    """Say whether a paper is no more than its id: added offline and not completed yet."""
    is_untold = paper.arxiv_version is None and not paper.authors
    return bool(paper.arxiv_id) and is_untold and paper.citekey.startswith(_stub_key(paper))


def _stub(arxiv_id: ArxivId) -> Paper:
    year, month = arxiv_month(arxiv_id)
    return Paper(
        citekey="",
        title=_stub_title(arxiv_id.id),
        year=year,
        month=month,
        arxiv_id=arxiv_id.id,
        url=f"https://arxiv.org/abs/{arxiv_id.id}",
    )


def _stub_key(paper: Paper) -> str:
    return compose(paper, _STUB_TEMPLATE)


def _stub_title(arxiv_id: str) -> str:
    return f"arXiv:{arxiv_id}"


def informed(paper: Paper, newest: Paper | None) -> Paper:
    """Return a paper as it was at some version, with what is known of it since."""
    if newest is None or (newest.arxiv_version or 0) <= (paper.arxiv_version or 0):
        return paper
    return replace(
        paper,
        arxiv_latest=newest.arxiv_version,
        is_withdrawn=newest.is_withdrawn,
        doi=paper.doi or newest.doi,
        other_dois=paper.other_dois or newest.other_dois,
        journal_ref=paper.journal_ref or newest.journal_ref,
    )


def _slices(wanted: Mapping[str, ArxivId], size: int) -> Iterator[list[ArxivId]]:
    """Yield the ids to ask for at once; an old version is asked for together with the newest."""
    part: list[ArxivId] = []
    for one in wanted.values():
        pair = [one] if one.version is None else [one, ArxivId(one.id)]
        if len(part) + len(pair) > size:
            yield part
            part = []
        part += pair
    if part:
        yield part


def _failed(text: str, error: PapernotesError) -> Added:
    outcome = {2: "malformed", 3: "unknown"}.get(error.exit_status, "failed")
    return Added(
        asked=text,
        outcome=outcome,
        message=str(error),
        hint=error.hint,
        exit_status=error.exit_status,
    )
