"""Which key each paper gets: who holds a name, what is free, what stays. Pure.

A name is held by a key, by a file that stands where a file of that name would, or by what links
lead to: a key is stronger than a title, and would turn them round without a word. What is named
after a key goes with it, so it is in nobody's way once that key is given up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from papernotes import bib, links
from papernotes.citekeys import with_letters
from papernotes.errors import ConflictError, UsageError
from papernotes.ids import is_reserved, name_key, portable_slug
from papernotes.models import Link

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from papernotes.store.standing import Standing

_NOT_IN_LINKS = re.compile(r"[@\[\]|`<>$*^!;]")
_NOT_IN_FILES = re.compile(r"[\[\]|#^`<>:\"/\\?*\x00-\x1f\x7f\ud800-\udfff]")
_KINDS = ("citation", "wiki")
_LONGEST_NAME = 200  # bytes of a file name, which systems end at 255
_LETTERS = re.compile(r"[a-z]{1,3}")
_FEW = 26


@dataclass(frozen=True, slots=True)
class Claim:
    """Who holds a name (a citation key, or the path of a note), and where one sees that.

    ``goes_along``: it is given up when the key of ``owner`` is.
    """

    owner: str
    what: str
    goes_along: bool = False


class Claims:
    """All names of a library that are held, in any case of letters."""

    def __init__(self, standing: Standing) -> None:
        self._held: dict[str, list[Claim]] = {}
        slugs = {key: portable_slug(key) for key, _, _ in standing.entries}
        keys = {slug: key for key, slug in slugs.items()}
        owners = {path: key for key, path in standing.own_notes.items()}
        for key, path, line in standing.entries:
            claim = Claim(key, f"{key} stands in {path}:{line}", goes_along=True)
            self._hold({name_key(key), slugs[key]}, claim)
        for alias, key in standing.aliases:
            self._hold(folds(alias), Claim(key, f"{key} goes by {alias} too"))
        for path in standing.notes:
            name = note_name(path)
            owner = owners.get(path, "")
            claim = Claim(owner or path, f"{path} has this name", slugs.get(owner) == name)
            whole = path.removesuffix(".md")
            names = (name, whole, whole.removeprefix("notes/"))
            self._hold(set(map(name_key, names)), claim)
        for path in standing.bibs:
            slug = path.removeprefix("bib/").removesuffix(".bib")
            owner = keys.get(slug, "")
            self._hold({slug.lower()}, Claim(owner, f"{path} has this name", bool(owner)))
        for name, path in standing.linked:
            claim = Claim(owners.get(path, path), f"links lead to {path} by this name")
            self._hold({name_key(name)}, claim)
        for path, slug in standing.pdfs:
            owner = keys.get(slug, "")
            self._hold({slug}, Claim(owner, f"{path} has this name", bool(owner)))

    def _hold(self, names: Iterable[str], claim: Claim) -> None:
        for name in names:
            self._held.setdefault(name, []).append(claim)

    def holder(self, names: Iterable[str], *, going: Collection[str], me: str = "") -> Claim | None:
        """Return who has one of ``names``, when the keys ``going`` are given up; not ``me``."""
        for name in names:
            for claim in self._held.get(name, ()):
                is_gone = claim.goes_along and claim.owner in going
                if not is_gone and claim.owner != (me or None):
                    return claim
        return None


def folds(key: str) -> set[str]:
    """Return the names that a key and its files take, folded."""
    return {name_key(key), portable_slug(key)}


def note_name(path: str) -> str:
    """Return the name of a note's file without folder and ending."""
    return path.rpartition("/")[2].removesuffix(".md")


def check_key(key: str) -> None:
    """Raise UsageError for a citation key that a .bib file or a link could not hold."""
    hint = "use letters, digits and _ : . + -"
    try:
        key.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{key!r} cannot be a citation key", hint=hint) from None
    is_legal = bib.is_citekey(key) and not _NOT_IN_LINKS.search(key) and key.isprintable()
    is_legal = is_legal and not key.lower().endswith(".pdf")  # a link to it would name a file
    cited, linked = (links.address(Link(kind, key, 0, 0, 1), "notes/a.md") for kind in _KINDS)
    reads_as_meant = cited == links.Address("citekey", key) and linked == links.Address(
        "name", name_key(key)
    )
    if not is_legal or not reads_as_meant:
        raise UsageError(f"{key!r} cannot be a citation key", hint=hint)


def check_note_name(name: str) -> None:
    """Raise UsageError for a name that the file of a note should not have."""
    is_legal = (
        name
        and name == name.strip()
        and not name.startswith((".", "@"))
        and not name.endswith((".", ".md"))
        and not name.lower().endswith(".pdf")
        and not _NOT_IN_FILES.search(name)
        and not is_reserved(name)
        and len(name.encode()) <= _LONGEST_NAME
    )
    linked = links.address(Link("wiki", name, 0, 0, 1), "notes/a.md") if is_legal else None
    if linked is None or linked.scheme != "name":
        raise UsageError(
            f"{name!r} cannot be the name of a note", hint="use letters, digits, spaces and _ . -"
        )


def check_free(claims: Claims, name: str, *, me: str, is_key: bool) -> None:
    """Raise ConflictError when another than ``me`` has the name."""
    going = {me} if is_key else ()
    claim = claims.holder(folds(name) if is_key else {name_key(name)}, going=going, me=me)
    if claim is not None:
        raise ConflictError(
            f"{name} is taken: {claim.what}", hint="choose another name; nothing was changed"
        )


def choose_keys(bases: Mapping[str, str], claims: Claims) -> dict[str, str]:
    """Return the new key of each paper: the one its template gives, with letters where it clashes.

    ``bases`` maps the present keys of the papers that may change to what the template gives; in
    its order clashing papers get their letters. A paper that has its key already keeps it, and
    one with a letter keeps that as long as there is anything it clashes with. So the keys that
    this gives are kept when it is asked again.
    """
    groups: dict[str, list[str]] = {}
    for old, base in bases.items():
        groups.setdefault(base, []).append(old)
    taken: set[str] = set()

    def is_taken(key: str, old: str) -> bool:
        names = folds(key)
        return not names.isdisjoint(taken) or claims.holder(names, going=bases, me=old) is not None

    kept = {old: old for old, base in bases.items() if _is_kept(old, base, len(groups[base]))}
    taken.update(name for key in kept for name in folds(key))
    for base, (old, *others) in groups.items():
        if not others and old not in kept and _is_kept(old, base, 2) and is_taken(base, old):
            kept[old] = old
            taken.update(folds(old))
    chosen = dict(kept)
    for base in sorted(groups):
        for old in groups[base]:
            if old not in kept:
                chosen[old] = with_letters(base, is_taken=partial(is_taken, old=old))
                taken.update(folds(chosen[old]))
    return {old: chosen[old] for old in bases}


def _is_kept(old: str, base: str, count: int) -> bool:
    """Tell whether a key is what the template gives for one of ``count`` papers that clash."""
    if old == base:
        return True
    letters = old[len(base) :]
    if count < 2 or not old.startswith(base) or not _LETTERS.fullmatch(letters):
        return False
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("a") + 1
    return number <= _FEW + count
