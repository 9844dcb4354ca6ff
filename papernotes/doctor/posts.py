"""What an export would change in the blog: notes that went on after they were published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.reports.checking import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papernotes.reports.writing import Exported

_SAID = {
    "changed": ("post-outdated", "is not what {} shows by now; papernotes export brings it there"),
    "removed": ("post-outdated", "is published no more, but {} stands; papernotes export takes it"),
    "new": ("post-missing", "is marked for publishing, but {} is not there yet"),
    "blocked": ("post-blocked", "cannot be exported to {}: "),
}


def posts(outcomes: Iterable[Exported]) -> Iterator[Finding]:
    """Yield a finding for each note whose post an export would not leave as it is.

    ``outcomes`` are those of a dry run; of several files of a note the first is named.
    """
    told: set[str] = set()
    for each in outcomes:
        if each.outcome in _SAID and each.ref not in told:
            told.add(each.ref)
            code, message = _SAID[each.outcome]
            yield Finding(code, f"notes/{each.ref}.md", message.format(each.path) + each.message)
