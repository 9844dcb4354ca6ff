"""The records of the bundled stand-in for arXiv: facts of well-known papers, our own summaries.

``records.json`` holds ids, titles, authors, dates and categories as arXiv gives them (days
without a time we are sure of stand at midnight). The summaries were written for papernotes,
and say so: nobody's abstract is copied here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papernotes.errors import FormatError

RECORDS_FILE = Path(__file__).with_name("records.json")


@dataclass(frozen=True, slots=True)
class Record:
    """One version of a paper as arXiv would serve it; ``published`` and ``updated`` end in Z.

    ``affiliations`` are pairs of an author's name and one affiliation.
    """

    id: str
    version: int
    title: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    published: str
    updated: str
    summary: str
    comment: str = ""
    journal_ref: str = ""
    dois: tuple[str, ...] = ()
    affiliations: tuple[tuple[str, str], ...] = ()

    @property
    def versioned_id(self) -> str:
        """The id as in an entry of an answer: ``1706.03762v7``."""
        return f"{self.id}v{self.version}"


def load_records(path: Path = RECORDS_FILE) -> tuple[Record, ...]:
    """Return the records of a JSON file, a list of objects. Raises FormatError."""
    try:
        rows = json.loads(path.read_text("utf-8"))
        return tuple(Record(**{key: _frozen(value) for key, value in row.items()}) for row in rows)
    except (ValueError, TypeError, AttributeError) as error:
        raise FormatError(f"{path}: not a list of records: {error}") from error
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror}") from error


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
