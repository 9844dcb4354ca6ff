"""The trip of papers into the library: ids → arXiv → BibTeX entries and notes → sync.

Each paper is written whole or not at all; what arrived before a fault is kept.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from papernotes import bib, files, notes
from papernotes.arxiv import PAGE_SIZE, ArxivClient
from papernotes.errors import ArxivIdError, BadAnswerError, NotFoundError, PapernotesError
from papernotes.ids import make_citekey, portable_slug
from papernotes.reports import Added

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from papernotes.arxiv import Fetched
    from papernotes.config import Config
    from papernotes.library.upkeep import Upkeep
    from papernotes.models import ArxivId, Paper

_PATIENCE = 20.0
_PATIENCE_OF_A_BATCH = 300.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a new paper's note should say, and whether there should be one."""

    tags: tuple[str, ...] = ()
    status: str = "unread"
    has_note: bool = True


class Intake:
    """One run of ``add`` for ids that the library did not know when it began."""

    def __init__(
        self,
        upkeep: Upkeep,
        config: Config,
        state_dir: Path,
        *,
        wishes: Wishes,
        today: date,
        notify: Callable[[str], None],
        is_dry_run: bool,
    ) -> None:
        self._upkeep = upkeep
        self._config = config
        self._state_dir = state_dir
        self._notify = notify
        self._wishes = wishes
        self._today = today
        self._is_dry_run = is_dry_run
        self._promised: dict[str, Added] = {}

    def take(self, wanted: Mapping[str, ArxivId]) -> dict[str, Added]:
        """Fetch and keep; return what became of each text asked."""
        first: dict[str, ArxivId] = {}
        for arxiv_id in wanted.values():
            first.setdefault(arxiv_id.id, arxiv_id)
        texts: dict[str, list[str]] = {}
        for text, arxiv_id in wanted.items():
            texts.setdefault(arxiv_id.id, []).append(text)
        outcomes: dict[str, Added] = {}
        client = ArxivClient(
            self._config,
            self._state_dir,
            notify=self._notify,
            patience_seconds=_PATIENCE_OF_A_BATCH if len(first) > PAGE_SIZE else _PATIENCE,
        )
        try:
            for fetched in client.iter_fetch(first.values()):
                outcomes |= self._keep_slice(fetched, texts)
        except PapernotesError as error:
            for base in first:
                outcomes.setdefault(base, _failed(texts[base][0], error))
        return {
            text: outcomes[base] if text == same[0] else self._again(text, outcomes[base])
            for base, same in texts.items()
            for text in same
        }

    def _again(self, text: str, outcome: Added) -> Added:
        """Answer for a second spelling of an id in the same run."""
        kind = "known" if outcome.outcome == "added" else outcome.outcome
        return replace(outcome, asked=text, outcome=kind, paths=())

    def _keep_slice(self, fetched: Fetched, texts: Mapping[str, list[str]]) -> dict[str, Added]:
        """Write the papers of one answer under the lock, then sync just them."""
        outcomes = {}
        for arxiv_id in fetched.missing:
            error: PapernotesError = NotFoundError(
                f"arXiv has no paper {arxiv_id}",
                hint="check the id, and the version if you gave one",
            )
            outcomes[arxiv_id.id] = _failed(texts[arxiv_id.id][0], error)
        for arxiv_id, reason in fetched.refused.items():
            error = ArxivIdError(f"arXiv refuses {arxiv_id}: {reason}")
            outcomes[arxiv_id.id] = _failed(texts[arxiv_id.id][0], error)
        for arxiv_id, reason in fetched.failed.items():
            outcomes[arxiv_id.id] = _failed(texts[arxiv_id.id][0], BadAnswerError(reason))
        if not fetched.papers:
            return outcomes
        if self._is_dry_run:
            for arxiv_id, paper in fetched.papers.items():
                text = texts[arxiv_id.id][0]
                outcomes[arxiv_id.id] = self._promise(text, *self._draft(paper))
            return outcomes
        with self._upkeep.locked():
            for arxiv_id, paper in fetched.papers.items():
                outcomes[arxiv_id.id] = self._keep(texts[arxiv_id.id][0], paper)
            try:
                self._upkeep.sync_paths(path for each in outcomes.values() for path in each.paths)
            except PapernotesError as error:
                self._notify(f"written, but not yet to be found: {error}; next: papernotes sync")
        return outcomes

    def _keep(self, text: str, paper: Paper) -> Added:
        """Write one paper's files, all or none."""
        assert paper.arxiv_id is not None
        known = self._upkeep.store().citekey_of_arxiv(paper.arxiv_id)
        if known is not None:  # another process was quicker
            return Added(asked=text, outcome="known", citekey=known, title=paper.title)
        try:
            draft, contents = self._draft(paper)
            files.commit(self._upkeep.root, contents, journal=self._upkeep.journal)
        except PapernotesError as error:
            return _failed(text, error)
        return self._promise(text, draft, contents)

    def _promise(self, text: str, paper: Paper, contents: Mapping[str, bytes]) -> Added:
        added = Added(
            asked=text,
            outcome="added",
            citekey=paper.citekey,
            title=paper.title,
            paths=tuple(contents),
        )
        self._promised[paper.citekey] = added
        return added

    def _draft(self, paper: Paper) -> tuple[Paper, dict[str, bytes]]:
        """Give a paper a free citation key and render its files."""
        template = self._config["citekey.template"]
        citekey = make_citekey(
            paper, template=template, is_taken=lambda key: self._is_taken(key, paper)
        )
        paper = replace(paper, citekey=citekey)
        slug = portable_slug(citekey)
        text, problems = bib.render_reported(paper)
        for problem in problems:
            self._notify(f"{citekey}: {problem.message}")
        contents = {f"bib/{slug}.bib": text.encode()}
        if self._wishes.has_note and not self._has_note(slug):
            note = notes.render_paper_note(
                paper, created=self._today, tags=self._wishes.tags, status=self._wishes.status
            )
            contents[f"notes/{slug}.md"] = note.encode()
        return paper, contents

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


def _failed(text: str, error: PapernotesError) -> Added:
    outcome = {2: "malformed", 3: "unknown"}.get(error.exit_status, "failed")
    return Added(
        asked=text,
        outcome=outcome,
        message=str(error),
        hint=error.hint,
        exit_status=error.exit_status,
    )
