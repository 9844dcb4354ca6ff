"""The doors through which a post in the making asks, and the record of what it asked.

Each door answers as what stands behind it does, and writes down the question with a token of the
answer. :meth:`Doors.answer` gives that token again, without making anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from papernotes import files
from papernotes.export.images.finding import ImageFinder
from papernotes.export.images.metadata import ImageError
from papernotes.export.making.draft import Shelf
from papernotes.models import Link, Note

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from papernotes.export.memory import Asked
    from papernotes.export.post import Around, Placement
    from papernotes.export.source import Source
    from papernotes.markdown import Document

T = TypeVar("T")
_ALL = "all"  # a question that has no lasting answer


class Doors:
    """Answers questions by token, and records those that are asked through its doors.

    ``around`` is what stands around each post, once that is known.
    """

    def __init__(self, source: Source, placements: Mapping[str, Placement]) -> None:
        self._source = source
        self._placements = placements  # where posts stand; their days of change come later
        self.around: Mapping[str, Around] = {}
        self._shelf = Shelf(source, placements)
        self._tokens: dict[Asked, str] = {}
        self._record: dict[Asked, str] | None = None

    def settle(self, placements: Mapping[str, Placement], around: Mapping[str, Around]) -> None:
        """Say where posts stand for good, and what stands around each."""
        self._placements, self.around = placements, around

    def begin(self) -> None:
        """Forget what was asked; from here on it is written down."""
        self._record = {}

    def end(self) -> tuple[Asked, ...]:
        """Return what was asked since :meth:`begin`, with the answers."""
        record, self._record = self._record or {}, None
        return tuple((*question, token) for question, token in record.items())

    def ask(self, *question: str) -> None:
        """Write a question down."""
        if self._record is not None and question not in self._record:
            self._record[question] = "" if question == (_ALL,) else self.answer(question)

    def differing(self, asked: tuple[Asked, ...], *, skips: frozenset[str]) -> Iterator[Asked]:
        """Yield the questions to which the answer is another now; those of ``skips`` it is not."""
        for question in asked:
            if question[0] not in skips and self.answer(question[:-1]) != question[-1]:
                yield question[:-1]

    def answer(self, question: Asked) -> str:
        """Return a token of the answer to a question as it is now."""
        if question not in self._tokens:
            self._tokens[question] = self._answer(*question)
        return self._tokens[question]

    def _answer(self, kind: str, *words: str) -> str:
        source = self._source
        match kind:
            case "note":
                return source.digests.get(words[0], "") if words[0] in self._shelf.notes else ""
            case "link":
                path, how, target, heading, label = words
                link = Link(how, target, 0, 0, 1, heading, label)
                return source.resolve(Note(path, "", ""), link) or ""
            case "paper":
                return source.paper_digests.get(words[0], "")
            case "post":
                return self._shelf.post_of(words[0]) or ""
            case "title":
                return _token(source.private_titles.get(words[0]))
            case "image":
                target, path, is_embed = words
                return self._image(target, path, is_embed=bool(is_embed))
            case "placed":
                return "yes" if words[0] in self._placements else ""
            case "place":
                return _token(self._placements.get(words[0]))
            case "around":
                return _token(self.around.get(words[0]))
            case _:
                return "another every time"

    def _image(self, target: str, path: str, *, is_embed: bool) -> str:
        try:
            file = self._shelf.images.find(target, path, is_embed=is_embed)
            stat = file.stat()
        except (ImageError, OSError) as error:
            return f"none: {error}"
        return f"{file} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}"


class Asking(Mapping[str, T]):
    """A mapping behind a door: looking a key up is asking, going through all asks for all."""

    def __init__(self, doors: Doors, kind: str, behind: Mapping[str, T]) -> None:
        self._doors = doors
        self._kind = kind
        self._behind = behind

    def __getitem__(self, key: str) -> T:
        self._doors.ask(self._kind, key)
        return self._behind[key]

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str):
            return False
        self._doors.ask(self._kind, key)
        return key in self._behind

    def __iter__(self) -> Iterator[str]:
        self._doors.ask(_ALL)
        return iter(self._behind)

    def __len__(self) -> int:
        self._doors.ask(_ALL)
        return len(self._behind)


class Loading(Mapping[str, Note]):
    """Notes by ref, read in full when asked for."""

    def __init__(self, notes: Mapping[str, Note], load: Callable[[Note], Note]) -> None:
        self._notes = notes
        self._load = load
        self._loaded: dict[str, Note] = {}

    def __getitem__(self, ref: str) -> Note:
        if ref not in self._loaded:
            self._loaded[ref] = self._load(self._notes[ref])
        return self._loaded[ref]

    def __contains__(self, ref: object) -> bool:
        return ref in self._notes

    def __iter__(self) -> Iterator[str]:
        return iter(self._notes)

    def __len__(self) -> int:
        return len(self._notes)


class RecordingShelf(Shelf):
    """A shelf all of whose answers go through doors."""

    def __init__(self, source: Source, placements: Mapping[str, Placement], doors: Doors) -> None:
        def resolve(note: Note, link: Link) -> str | None:
            question = ("link", note.path, link.kind, link.target, link.heading, link.label)
            doors.ask(*question)
            return doors.answer(question) or None

        asking = replace(
            source,
            resolve=resolve,
            papers=Asking(doors, "paper", source.papers),
            private_titles=Asking(doors, "title", source.private_titles),
        )
        super().__init__(source, placements)
        self.source = asking
        self.notes = Asking(doors, "note", Loading(self.notes, source.load))
        self.placements = Asking(doors, "placed", placements)
        self.images = RecordingFinder(source.root, source.is_ignored, doors)
        self._doors = doors

    def document(self, ref: str) -> Document:
        """Return the body of a note that has a post, parsed."""
        self._doors.ask("note", ref)
        return super().document(ref)

    def post_of(self, name: str) -> str | None:
        """Return the ref of the post a resolved name has, if any."""
        self._doors.ask("post", name)
        return super().post_of(name)


class RecordingFinder(ImageFinder):
    """The images of a library behind a door."""

    def __init__(self, root: Path, is_ignored: Callable[[str], bool], doors: Doors) -> None:
        super().__init__(root, is_ignored)
        self._doors = doors

    def read(self, target: str, note_path: str, *, is_embed: bool) -> tuple[Path, bytes]:
        """Return path and bytes of the image a note means. Raises ImageError."""
        self._doors.ask("image", target, note_path, "embed" if is_embed else "")
        return super().read(target, note_path, is_embed=is_embed)


def _token(value: object) -> str:
    return "" if value is None else files.digest(repr(value).encode("utf-8", "replace"))[:32]
