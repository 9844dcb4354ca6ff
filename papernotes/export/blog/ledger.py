"""The ledger an export leaves in the blog: which files are ours, and where each post stands.

It holds refs, slugs, dates, URLs and digests of exported notes, and nothing of any other note;
``shared`` are the files that are about several posts.
``pending`` are digests an export was about to write: after a crash they tell our file from one
edited by hand. The file comes from the blog's repository, so it is read as hostile.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from papernotes.errors import FormatError
from papernotes.export.blog.fingerprint import Fingerprint
from papernotes.export.blog.urls import parse_url
from papernotes.export.post import Placement

if TYPE_CHECKING:
    from collections.abc import Mapping

LEDGER_NAME = ".papernotes-export.json"
_VERSION = 2
_READ = (1, 2)
_SLUG = re.compile(r"[a-z0-9][a-z0-9._+-]{0,120}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SKETCH = re.compile(r"(?:[0-9a-f]{8}){0,16}")
_HASH = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One exported note: its place, its files (path below the blog → SHA-256), its fingerprint."""

    placement: Placement
    files: Mapping[str, str]
    fingerprint: Fingerprint = field(default_factory=Fingerprint)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All notes an export put into a blog, by ref."""

    target: str
    entries: Mapping[str, Entry] = field(default_factory=dict)
    pending: Mapping[str, str] = field(default_factory=dict)
    shared: Mapping[str, str] = field(default_factory=dict)

    def renamed(self, names: Mapping[str, str]) -> Ledger:
        """Return the ledger with entries under other refs: ``names`` are new ref → old ref."""
        old = set(names.values())
        entries = {ref: entry for ref, entry in self.entries.items() if ref not in old}
        entries |= {new: self.entries[ref] for new, ref in names.items()}
        return replace(self, entries=entries)

    def digests(self) -> dict[str, set[str]]:
        """Return for each path the digests under which it is ours."""
        found: dict[str, set[str]] = {}
        for entry in self.entries.values():
            for path, digest in entry.files.items():
                found.setdefault(path, set()).add(digest)
        for path, digest in (*self.shared.items(), *self.pending.items()):
            found.setdefault(path, set()).add(digest)
        return found


def render_ledger(ledger: Ledger) -> bytes:
    """Return the ledger as JSON, the same bytes for the same ledger."""
    notes = {ref: _tree(entry) for ref, entry in ledger.entries.items()}
    tree: dict[str, Any] = {"version": _VERSION, "target": ledger.target, "notes": notes}
    if ledger.shared:
        tree["shared"] = dict(ledger.shared)
    if ledger.pending:
        tree["pending"] = dict(ledger.pending)
    return (json.dumps(tree, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _tree(entry: Entry) -> dict[str, Any]:
    place = entry.placement
    tree: dict[str, Any] = {
        "slug": place.slug,
        "date": place.published_on.isoformat(),
        "url": place.url,
        "files": dict(entry.files),
    }
    if place.aliases:
        tree["aliases"] = list(place.aliases)
    if place.modified_on:
        tree["modified"] = place.modified_on.isoformat()
    known = entry.fingerprint
    said = {"shows": known.shows, "about": known.about, "sketch": "".join(known.sketch)}
    return tree | {name: value for name, value in said.items() if value}


def parse_ledger(data: bytes, name: str) -> Ledger:
    """Return the ledger; ``name`` is the file's, for the FormatError of one that is none."""
    try:
        tree = json.loads(data)
        if b"\\ud" in data.lower():  # may be an escape that is half a letter, which no name has
            json.dumps(tree, ensure_ascii=False).encode()
        if tree["version"] not in _READ:
            raise FormatError(f"{name}: written by a newer papernotes", hint="update papernotes")
        entries = {str(ref): _entry(value) for ref, value in tree["notes"].items()}
        pending, shared = _files(tree.get("pending", {})), _files(tree.get("shared", {}))
        return Ledger(str(tree["target"]), entries, pending, shared)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FormatError(
            f"{name}: not a ledger of papernotes ({error})",
            hint="bring it back from the blog's history; without it no file there counts as ours",
        ) from error


def _entry(value: dict[str, Any]) -> Entry:
    aliases = tuple(map(_url, value.get("aliases", ())))
    place = Placement(
        _matching(_SLUG, value["slug"]),
        date.fromisoformat(value["date"]),
        _url(value["url"]),
        aliases,
        date.fromisoformat(value["modified"]) if "modified" in value else None,
    )
    return Entry(
        place,
        _files(value["files"]),
        Fingerprint(
            _matching(_DIGEST, value["shows"]) if "shows" in value else "",
            _matching(_DIGEST, value["about"]) if "about" in value else "",
            tuple(_HASH.findall(_matching(_SKETCH, value.get("sketch", "")))),
        ),
    )


def _files(value: dict[str, Any]) -> dict[str, str]:
    return {_safe_path(path): _matching(_DIGEST, digest) for path, digest in value.items()}


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"unexpected {value!r}")
    return value


def _url(value: Any) -> str:
    if parse_url(value) != value:
        raise ValueError(f"unexpected {value!r}")
    return str(value)


def _safe_path(path: str) -> str:
    parts = path.split("/")
    if (
        "\\" in path
        or "\0" in path
        or ":" in path
        or any(part.casefold() in {"", ".", "..", ".git"} for part in parts)
    ):
        raise ValueError(f"unexpected path {path!r}")
    return path
