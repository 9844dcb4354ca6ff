"""What may stand in an export: what published notes, their papers and the target itself say."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from papernotes import markdown
from papernotes.export.images.finding import ENDINGS
from papernotes.export.pieces import Text
from papernotes.export.post import (
    Around,
    Card,
    Image,
    Neighbour,
    OutFile,
    Placement,
    Post,
    Site,
    Summary,
)
from papernotes.export.privacy.secrets import PRIVATE_FIELDS
from papernotes.export.privacy.unpacking import unpacked
from papernotes.export.privacy.words import decoded, words_of
from papernotes.models import Author, Paper
from papernotes.notes import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from papernotes.export.post import Settings, Target
    from papernotes.models import Note

_UNSHOWN = re.compile(r"\[\[[^\[\]\n]{1,500}\]\]|^[ \t]*#.*$", re.MULTILINE)
_LABELLED = re.compile(r"\[\[([^\[\]|\n]{1,500})\|")
_DESTINATION = re.compile(r"\]\(([^()\s]{1,500})")
_OUTWARD = re.compile(r"[a-z][a-z0-9+.-]+:|/(?!notes/)(?!.*\.md(?:#|$))|#", re.IGNORECASE)
_LABELS = "arXiv DOI References Bibliography Footnotes"
_CONJOINED = "and et al in arxiv doi https org abs pdf vol no pp ed eds n d url a b c p"


class Published:
    """What an export may say; nothing is read or made before something is asked.

    ``texts`` are the files of all published notes, ``papers`` those that posts cite or are about,
    ``fixed`` the files that the target makes of a post that says nothing.
    """

    def __init__(
        self,
        texts: Callable[[], Iterable[str]],
        papers: Callable[[], Iterable[Paper]],
        fixed: Callable[[], Iterable[OutFile]],
    ) -> None:
        self._texts = texts
        self._papers = papers
        self._fixed = fixed

    def has(self, text: str) -> bool:
        """Whether a text stands somewhere exactly so."""
        return any(text in one for one in self._raw)

    def says(self, phrase: str) -> bool:
        """Whether words (in one case, with single spaces) follow each other somewhere."""
        if " " not in phrase:
            return phrase in self._vocabulary
        return f" {phrase} " in self._flat

    def says_about(self, words: tuple[str, ...]) -> bool:
        """Whether a phrase is accounted for: one half of it is said, or it is all of one paper.

        Half, since what a link or a formula in the middle shows is not what its source says.
        """
        half = len(words) // 2
        if hash(words[:half]) in self._runs(half) or hash(words[-half:]) in self._runs(half):
            return True
        return any(known.issuperset(words) for known in self._bags)

    @cached_property
    def _raw(self) -> tuple[str, ...]:
        fixed = (page.text for file in self._fixed() for page in unpacked(file))
        about = (text for paper in self._papers() for text in _public(paper))
        notes = (decoded(_shown(text)) for text in self._texts())
        return (*notes, *fixed, *about, " ".join(f"{kind} {kind}s" for kind in KINDS), _LABELS)

    @cached_property
    def _words(self) -> tuple[list[str], ...]:
        return tuple(map(words_of, self._raw))

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(word for words in self._words for word in words)

    @cached_property
    def _flat(self) -> str:
        return f" {' | '.join(' '.join(words) for words in self._words)} "

    @cached_property
    def _bags(self) -> tuple[frozenset[str], ...]:
        shared = _CONJOINED.split()
        return tuple(
            frozenset((*shared, *words_of(" ".join(_reference(paper))))) for paper in self._papers()
        )

    def _runs(self, length: int) -> frozenset[int]:
        if length not in self._runs_by_length:
            self._runs_by_length[length] = frozenset(
                number for words in self._words for number in runs(words, length)
            )
        return self._runs_by_length[length]

    @cached_property
    def _runs_by_length(self) -> dict[int, frozenset[int]]:
        return {}


def runs(words: list[str], length: int) -> Iterator[int]:
    """Yield a number for each run of so many words, the same for the same words."""
    return map(hash, zip(*(words[start:] for start in range(length)), strict=False))


def published(
    texts: Callable[[], Iterable[str]],
    papers: Callable[[], Iterable[Paper]],
    *,
    settings: Settings,
    writer: Target,
    folder: str,
) -> Published:
    """Return what an export by the target ``writer`` may say; see :class:`Published`."""
    return Published(texts, papers, lambda: _blank(writer, settings, folder))


def told_by(note: Note) -> str:
    """Return what a published note says: its body and the values of its front matter."""
    values: list[object] = list(note.meta.values())
    told = [note.body, note.title, *note.tags]
    while values:
        value = values.pop()
        if isinstance(value, dict):
            values += value.values()
        elif isinstance(value, list):
            values += value
        elif not (isinstance(value, str) and value.startswith("[[")):
            told.append(str(value))
    return "\n".join(map(_shown, told))


def _reference(paper: Paper) -> Iterator[str]:
    """Yield what a list of references may say of a paper."""
    yield f"{paper.citekey} {paper.title} {paper.year or 'n.d.'}"
    yield " ".join(author.name for author in paper.authors)
    yield " ".join(f"{one.particle} {one.family} {one.given}" for one in paper.authors)
    yield f"arXiv:{paper.arxiv_id} {paper.doi} {' '.join(paper.other_dois)} {paper.url}"
    yield f"{paper.journal_ref} {' '.join(paper.categories)} {paper.entry_type}"
    yield from (value for name, value in paper.extra if name not in PRIVATE_FIELDS)


def _public(paper: Paper) -> Iterator[str]:
    """Yield what everybody may read of a paper."""
    yield from _reference(paper)
    yield f"{paper.abstract}\n{paper.comment}"


def _shown(text: str) -> str:
    """Return what a note says to its readers: no comments, and not where its links lead."""
    if text.startswith("---") and (end := text.find("\n---", 3)) > 0:
        text = _UNSHOWN.sub("", text[:end]) + text[end:]
    if any(mark in text for mark in ("%%", "<!--", "]:")):
        text = markdown.blank_comments(markdown.parse(text))
    return _LABELLED.sub(_if_carried, _DESTINATION.sub(_if_carried, text))


def _if_carried(match: re.Match[str]) -> str:
    """Return a link's target if it leads out or is a picture, whose name goes along."""
    is_kept = _OUTWARD.match(match[1]) or match[1].lower().endswith(ENDINGS)
    return match[0] if is_kept else match[0][:2]


def _blank(writer: Target, settings: Settings, folder: str) -> tuple[OutFile, ...]:
    """Return what the target makes of a post that says nothing, with a part of each kind."""
    paper = Paper("x", "x", (Author("x", "x"),), 2000, arxiv_id="1706.03762", doi="10.1000/x")
    post = Post(
        ref="x",
        title="x",
        body=(Text("# x\n\nx\n"),),
        description="x",
        categories=("x",),
        tags=("x",),
        images=(Image("x.png", b""),),
        kind="paper",
        words=1,
        card=Card(paper, 1),
        cited=(paper,),
    )
    day = settings.today
    placement = Placement("x", day, writer.permalink.format(slug="x"), ("/y/",), day)
    near = Neighbour("x", "/z/")
    site = Site(
        {"x": placement},
        replace(settings, cites_post=True),
        {"x": Around(near, near, (near,))},
    )
    written = writer.render(post, site, folder=folder)
    summary = Summary(
        ref="x",
        title="x",
        placement=placement,
        description="x",
        categories=("x",),
        tags=("x",),
        kind="paper",
        words=1,
        card=post.card,
        cited=(paper,),
        has_math=True,
        extract=written.extract,
        content=written.content,
    )
    shared = writer.shared([summary], site, folder=folder)
    return (*written.files, *(OutFile(file.path, file.data) for file in shared))
