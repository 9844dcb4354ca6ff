"""What every run that adds papers has: where to, how, and whom to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.citekeys import parse_template
from papernotes.library import drafting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from papernotes.config import Config
    from papernotes.library.upkeep import Progress, Upkeep
    from papernotes.models import Paper
    from papernotes.reports.gathering import Added


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a new paper's note should say, and whether there should be one.

    Without ``status`` it is that of the template. ``has_keywords`` makes tags of the keywords
    and groups that a .bib entry has.
    """

    tags: tuple[str, ...] = ()
    status: str | None = None
    has_note: bool = True
    has_keywords: bool = False


class Adding:
    """One run: ``tell`` hears of each thing asked once it is settled.

    Raises ConfigError for a citation key template that is none, and FormatError for a template
    of notes that is wrong, if notes are wanted.
    """

    def __init__(
        self,
        upkeep: Upkeep,
        config: Config,
        *,
        wishes: Wishes,
        today: date,
        notify: Callable[[str], None],
        tell: Callable[[Added], None] | None,
        progress: Progress | None = None,
        is_dry_run: bool,
    ) -> None:
        parse_template(config["citekey.template"])  # a wrong one is told before anything is done
        self._template = drafting.template_of(upkeep.root, "paper") if wishes.has_note else None
        self._upkeep = upkeep
        self._config = config
        self._notify = notify
        self._tell = tell
        self._progress = progress
        self._wishes = wishes
        self._today = today
        self._is_dry_run = is_dry_run

    def _note(self, paper: Paper, tags: Sequence[str], version: int | None = None) -> bytes:
        """Return a paper's new note, about one ``version`` if that was asked for."""
        assert self._template is not None, "a note is wanted"
        return drafting.render_paper_note(
            paper,
            template=self._template,
            created=self._today,
            version=version,
            tags=tags,
            status=self._wishes.status,
        ).encode()
