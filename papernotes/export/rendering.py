"""Makes the posts of an export: those that are as they were from memory, all others anew."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Self

from papernotes.export.blog.changes import Wanted
from papernotes.export.blog.fingerprint import fingerprint
from papernotes.export.crew import Helper, receive, send, worth
from papernotes.export.making.build import build_post
from papernotes.export.making.counting import has_math
from papernotes.export.making.draft import Shelf
from papernotes.export.making.own import with_own_citation
from papernotes.export.memory import Gist, Made, Memory, Remembered
from papernotes.export.post import Card, Site, Summary
from papernotes.export.privacy.comments import crossed_out
from papernotes.export.recording import Asking, Doors, Loading, RecordingShelf
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import BinaryIO

    from papernotes.export.making.styles import Style
    from papernotes.export.memory import Asked
    from papernotes.export.post import Flaw, OutFile, Placement, Post, Target, Written
    from papernotes.export.source import Source

_LONGEST_SHOWN = 80
_SAID = {
    "link": "where a link leads",
    "paper": "what is known of a paper",
    "post": "which notes have posts",
    "placed": "which notes have posts",
    "image": "an image",
    "place": "where posts stand",
    "around": "the posts around it",
}


class Posts:
    """The posts of one export in the making. Reads notes and images; writes nothing.

    ``memory`` has the posts as they were; those of which all answers are the same now are, if it
    ``is_believed``, taken from it. ``reasons`` says of each post why it is made anew. Of many
    some are made by forked helpers, if it ``may_fork``; posts are used as a context manager.
    """

    def __init__(
        self,
        source: Source,
        placements: Mapping[str, Placement],
        memory: Memory,
        writer: Target,
        folder: str,
        style: Style,
        *,
        is_believed: bool = True,
        may_fork: bool = True,
    ) -> None:
        self._source = source
        self._writer = writer
        self._folder = folder
        self._style = style
        self._memory = memory
        self._is_believed = is_believed
        self._may_fork = may_fork
        self._doors = Doors(source, placements)
        self._shelf = RecordingShelf(source, placements, self._doors)
        self._site: Site | None = None
        self._built: dict[str, Post] = {}
        self._written: dict[str, Written] = {}
        self._shown: dict[str, Post] = {}
        is_same = bool(source.names) and memory.names == source.names
        self._skips = frozenset({"link"}) if is_same else frozenset()
        self.records: dict[str, Remembered] = {}
        self.reasons: dict[str, tuple[str, ...]] = {}
        self._helpers: dict[Helper, tuple[str, ...]] = {}
        self._telling: list[str] = []
        self._judged: set[str] = set()
        self._build_all([ref for ref in sorted(self._shelf.notes) if not self._is_known(ref)])

    def close(self) -> None:
        """Let go of helpers."""
        for helper in self._helpers:
            helper.close()
        self._helpers = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _is_known(self, ref: str) -> bool:
        """Take a post from memory, if it is as it was."""
        old = self._memory.posts.get(ref)
        changed = tuple(self._differing(old.asked)) if old else ()
        if old and not changed and self._is_believed:
            self.records[ref] = old
            return True
        if old:
            said = dict.fromkeys(_said(asked, ref) for asked in changed)
            self.reasons[ref] = tuple(said) or ("settings, or papernotes itself",)
        return False

    def _build_all(self, refs: Sequence[str]) -> None:
        hands = (worth(len(refs)) if self._may_fork else 0) + 1
        for hand in range(1, hands):
            part = tuple(refs[hand::hands])
            self._helpers[Helper(partial(self._help, part))] = part
        for number, ref in enumerate(refs[::hands]):
            self._source.tell("making posts", number * hands, len(refs))
            self._build(ref)
        for helper, part in list(self._helpers.items()):
            records = helper.answer()
            if records is None:
                helper.close()
                del self._helpers[helper]
                for ref in part:
                    self._build(ref)
            else:
                self.records |= records

    def _help(self, refs: tuple[str, ...], asked: BinaryIO, told: BinaryIO) -> None:
        """Build posts, say what they are, hear where all stand, write them: in a helper."""
        self._helpers = {}
        self._source.forked()
        for ref in refs:
            self._build(ref)
        send({ref: self.records[ref] for ref in refs}, told)
        site = receive(asked)
        self._settle(site)
        for ref in refs:
            self.anew(ref)
        made = {ref: (self.records[ref], self._written[ref]) for ref in refs}
        send((made, self.telling_comments(site)), told)

    def _differing(self, asked: tuple[Asked, ...]) -> Iterator[Asked]:
        return self._doors.differing(asked, skips=self._skips)

    def _build(self, ref: str) -> Post:
        if ref not in self._built:
            self._doors.begin()
            post, problems = build_post(self._shelf, self._shelf.notes[ref], self._style)
            known = fingerprint(post, self._shelf.document(ref).text)
            self._built[ref] = post
            asked = self._doors.end()
            self.records[ref] = Remembered(asked, _gist(post), problems, known)
        return self._built[ref]

    def summaries(self, placements: Mapping[str, Placement]) -> list[Summary]:
        """Return the summaries of all posts, without extracts."""
        return [
            self._summary(ref, record.gist, placements[ref]) for ref, record in self.records.items()
        ]

    def _summary(self, ref: str, gist: Gist, placement: Placement) -> Summary:
        papers = self._source.papers
        return Summary(
            ref=ref,
            title=gist.title,
            placement=placement,
            description=gist.description,
            categories=gist.categories,
            tags=gist.tags,
            kind=gist.kind,
            words=gist.words,
            card=Card(papers[gist.about], gist.version) if gist.about else None,
            cited=tuple(papers[key] for key in gist.cited),
            links_to=gist.links_to,
            has_math=gist.has_math,
        )

    def write(self, refs: Iterable[str], site: Site) -> dict[str, tuple[Wanted, ...]]:
        """Return the files of these posts, those that are as they were without their bytes."""
        self._settle(site)
        for helper in self._helpers:
            helper.tell(site)
        helped = {ref for part in self._helpers.values() for ref in part}
        mine = [ref for ref in sorted(refs) if ref not in helped]
        wanted: dict[str, tuple[Wanted, ...]] = {}
        for number, ref in enumerate(mine):
            self._source.tell(
                "making pages", number * (1 + len(self._helpers)), len(mine) + len(helped)
            )
            wanted[ref] = self._files(ref)
        self._telling = self.telling_comments(site)
        for helper in self._helpers:
            made, telling = helper.answer() or ({}, ())
            for ref, (record, written) in made.items():
                self.records[ref], self._written[ref] = record, written
            self._telling += telling
            self._judged |= made.keys()
        self.close()
        wanted |= {ref: self._files(ref) for ref in sorted(helped)}
        return wanted

    def _settle(self, site: Site) -> None:
        self._doors.settle(site.placements, site.around)
        self._site = replace(
            site,
            placements=Asking(self._doors, "place", site.placements),
            around=Asking(self._doors, "around", site.around),
        )

    def _files(self, ref: str) -> tuple[Wanted, ...]:
        made = self.records[ref].made
        if made and ref not in self._written:
            changed = tuple(self._differing(made.asked))
            if not changed:
                return tuple(Wanted(path, digest) for path, digest in made.files)
            self.reasons[ref] = tuple(dict.fromkeys(_said(asked, ref) for asked in changed))
        return self.anew(ref)

    def anew(self, ref: str) -> tuple[Wanted, ...]:
        """Return the files of a post with their bytes."""
        if ref not in self._written:
            assert self._site is not None, "write() comes first"
            post = self._build(ref)
            self._doors.begin()
            post = with_own_citation(post, self._site)
            written = self._writer.render(post, self._site, folder=self._folder)
            asked = self._doors.end()
            wanted = tuple(map(Wanted.of, written.files))
            made = Made(
                asked,
                tuple((one.path, one.digest) for one in wanted),
                written.extract,
                written.content,
            )
            record = self.records[ref]
            problems = self._with_flaws(ref, record.problems, written.flaws)
            self.records[ref] = replace(record, made=made, problems=problems)
            self._written[ref] = written
            self._shown[ref] = post
        return tuple(map(Wanted.of, self._written[ref].files))

    def _with_flaws(
        self, ref: str, problems: Iterable[Problem], flaws: Iterable[Flaw]
    ) -> tuple[Problem, ...]:
        """Return problems with the formulas that the target cannot set, at their lines."""
        found = [one for one in problems if one.code != "formula"]
        note = self._shelf.notes[ref]
        for flaw in flaws:
            text = self._shelf.document(ref).text
            at = text.find(flaw.source.split("\n", 1)[0])
            line = note.body_line + text.count("\n", 0, at) if at >= 0 else None
            words = " ".join(flaw.source.split())
            shown = words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN]}…"
            message = f"{shown} shows as it was typed: {flaw.why}"
            found.append(Problem("formula", note.path, message, line))
        return tuple(sorted(found, key=lambda one: one.line or 0))

    def extract(self, ref: str) -> str:
        """Return what the target kept of a post that was written, now or before."""
        made = self.records[ref].made
        return made.extract if made else ""

    def content(self, ref: str) -> str:
        """Return the text of a post for a feed; it is made where nobody has asked before."""
        made = self.records[ref].made
        if made is None or made.content is None:
            self.anew(ref)
            made = self.records[ref].made
        return (made.content if made else None) or ""

    def fresh(self) -> Iterator[tuple[Post, tuple[OutFile, ...]]]:
        """Yield the posts that were made anew, as the target was given them, with their files."""
        for ref, written in self._written.items():
            yield self._shown[ref], written.files

    def telling_comments(self, site: Site) -> list[str]:
        """Return the posts made anew that say something a private comment says.

        They are made once more with the words of all comments crossed out, and compared.
        """
        crossed = Loading(self._shelf.notes, crossed_out)
        suspects = [
            ref
            for ref in self._written
            if ref not in self._judged and self._has_comments(ref, crossed)
        ]
        found, self._telling = self._telling, []
        self._judged.update(self._written)
        if not suspects:
            return found
        silent = Shelf(self._source, site.placements)
        silent.notes = crossed
        for ref in suspects:
            post, _ = build_post(silent, silent.notes[ref], self._style)
            post = with_own_citation(post, site)
            if self._writer.render(post, site, folder=self._folder) != self._written[ref]:
                found.append(ref)
        return found

    def _has_comments(self, ref: str, crossed: Mapping[str, object]) -> bool:
        read = {asked[1] for asked in self.records[ref].asked if asked[0] == "note"}
        return any(crossed[each] != self._shelf.notes[each] for each in read if each in crossed)


def _gist(post: Post) -> Gist:
    return Gist(
        title=post.title,
        description=post.description,
        categories=post.categories,
        tags=post.tags,
        kind=post.kind,
        words=post.words,
        about=post.card.paper.citekey if post.card else "",
        version=post.card.version if post.card else None,
        cited=tuple(paper.citekey for paper in post.cited),
        links_to=post.links_to,
        has_math=has_math(post.body),
    )


def _said(asked: Asked, ref: str) -> str:
    """Return in words what has changed for a post."""
    kind = asked[0]
    if kind == "note":
        return "the note" if asked[1] == ref else f"the note {asked[1]}"
    if kind == "paper":
        return f"what is known of {asked[1]}"
    if kind == "image":
        return f"the image {asked[1]}"
    return _SAID.get(kind, "something it looked at")
