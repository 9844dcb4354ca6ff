"""Names that are one name to some file systems, to BibTeX or to a slug."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.ids import name_key
from papernotes.reports.checking import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def file_clashes(paths: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for each file or folder whose name another has but for case or accents.

    On macOS and Windows the two are one, so that one of them is lost in a copy of the library.
    """
    first: dict[str, str] = {}
    told: set[str] = set()
    for path in sorted(paths):
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            name = "/".join(parts[:depth])
            other = first.setdefault(name_key(name), name)
            if other == name or name in told:
                continue
            told.add(name)
            is_case = name.casefold() == other.casefold()
            how = "but for capitals" if is_case else "in other characters (NFC and NFD)"
            message = f"has the name of {other} {how}: elsewhere they are one file; rename one"
            yield Finding("file-clash", name, message)
            break


def key_clashes(entries: Iterable[tuple[str, str, str, int]]) -> Iterator[Finding]:
    """Yield a finding for each citation key that is another's but for case, or has its file name.

    ``entries`` are (citation key, slug, path, line) of those that count, the older first.
    """
    by_name: dict[str, str] = {}
    by_slug: dict[str, str] = {}
    for key, slug, path, line in entries:
        same = by_name.setdefault(name_key(key), key)
        file = by_slug.setdefault(slug, key)
        if same != key:
            message = f"{key} is {same} but for capitals, and one key to BibTeX; rename one"
            yield Finding("key-clash", path, message, line)
        elif file != key:
            message = f"{key} and {file} would both have the files {slug}.md and .pdf; rename one"
            yield Finding("key-clash", path, message, line)
