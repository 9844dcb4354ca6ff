"""What every run that adds papers has: where to, how, and whom to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from papernotes.citekeys import parse_template

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from papernotes.config import Config
    from papernotes.library.upkeep import Progress, Upkeep
    from papernotes.reports import Added


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a new paper's note should say, and whether there should be one.

    ``has_keywords`` makes tags of the keywords and groups that a .bib entry has.
    """

    tags: tuple[str, ...] = ()
    status: str = "unread"
    has_note: bool = True
    has_keywords: bool = False


class Adding:
    """One run: ``tell`` hears of each thing asked once it is settled.

    Raises ConfigError for a citation key template that is none.
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
        self._upkeep = upkeep
        self._config = config
        self._notify = notify
        self._tell = tell
        self._progress = progress
        self._wishes = wishes
        self._today = today
        self._is_dry_run = is_dry_run
