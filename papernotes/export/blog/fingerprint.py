"""By what a post is known again: when what it shows has changed, when its note has another name.

Fingerprints stand in the blog's ledger, so they are made of what the blog shows anyway, and only
of digests. Pure.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from typing import TYPE_CHECKING

from papernotes.export.pieces import (
    AutoLink,
    Code,
    Fence,
    Html,
    Link,
    LinkEnd,
    Math,
    MathBlock,
    Picture,
    Plain,
    Text,
    iter_pieces,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papernotes.export.pieces import Piece
    from papernotes.export.post import Post

_WORD = re.compile(r"\w+")
_SPREAD = (0x9E3779B1, 0x85EBCA77)  # odd, so that the order of words counts
_SIZE = 16
_MOST_WORDS = 400


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the ledger keeps of a post besides its place and files.

    ``shows`` is a digest of all that a reader sees, ``about`` one of the paper the note is about,
    and ``sketch`` the lowest hashes of its runs of three words: of two texts that share many, the
    sketches do too.
    """

    shows: str = ""
    about: str = ""
    sketch: tuple[str, ...] = ()


def fingerprint(post: Post, text: str) -> Fingerprint:
    """Return the fingerprint of a post; ``text`` is its note's body without comments."""
    paper = post.card.paper if post.card else None
    return Fingerprint(_shows(post), about(paper.citekey if paper else ""), sketch(text))


def about(citekey: str) -> str:
    """Return the mark of a paper, none for no key."""
    return _digest([f"about {citekey}"]) if citekey else ""


def sketch(text: str) -> tuple[str, ...]:
    """Return the sixteen lowest hashes of three words in a row, of short texts fewer.

    Of long texts the beginning is looked at.
    """
    found = islice(_WORD.finditer(text.casefold()), _MOST_WORDS)
    words = [zlib.crc32(match[0].encode()) for match in found]
    if not words:
        return ()
    following = (words[1:] or words, words[2:] or words)
    runs = {
        (one ^ other * _SPREAD[0] ^ third * _SPREAD[1]) & 0xFFFFFFFF
        for one, other, third in zip(words, *following, strict=False)
    }
    return tuple(f"{each:08x}" for each in nsmallest(_SIZE, runs))


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Return from two sketches how much of the two texts is the same, 0 to 1."""
    lowest = sorted({*one, *other})[:_SIZE]
    both = set(one) & set(other)
    return sum(each in both for each in lowest) / len(lowest) if lowest else 0.0


def _shows(post: Post) -> str:
    """Return a digest of what is to be seen, whatever piece of it stands in which value."""
    references = (piece for entry in post.references for piece in entry.pieces)
    return _digest(
        [
            post.title,
            post.description,
            *_seen(post.body),
            "references",
            *_seen(references),
            *(hashlib.sha256(image.data).hexdigest() for image in post.images),
        ]
    )


def _seen(pieces: Iterable[Piece]) -> Iterator[str]:
    for piece in iter_pieces(pieces):
        match piece:
            case Text(source=text) | Plain(text=text) | Html(source=text):
                yield "".join(_WORD.findall(text))
            case Code(text=text) | Math(tex=text):
                yield text.strip()
            case Fence(lines=lines) | MathBlock(lines=lines):
                yield "\n".join(lines).strip()
            case Link(href=href) | LinkEnd(href=href):
                yield href.url
            case AutoLink(url=url):
                yield url
            case Picture(alt=alt):
                yield alt


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
