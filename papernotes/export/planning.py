"""What an export would do, as a value: posts are made, files decided on, all of it looked at."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from datetime import date
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from papernotes import files, markdown
from papernotes.export.blog.changes import MISSING, NO_FILES, Wanted
from papernotes.export.blog.finding import locate, read_ledger, refuse_unsafe
from papernotes.export.blog.manifest import Checkable, Looking, Plan, decide
from papernotes.export.blog.placing import dated, place
from papernotes.export.blog.renames import find_renamed
from papernotes.export.crew import shared_out, telling
from papernotes.export.making.draft import cleaned
from papernotes.export.making.styles import open_style
from papernotes.export.memory import Memory
from papernotes.export.post import FEED_LENGTH, OutFile, Site
from papernotes.export.privacy.comments import without_comments
from papernotes.export.privacy.leaks import find_leaks, leak_problems, refuse
from papernotes.export.privacy.saying import published
from papernotes.export.rendering import Posts
from papernotes.export.site import around, newest_first
from papernotes.export.source import publishable
from papernotes.export.targets import find_target
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from papernotes.export.blog.changes import Action
    from papernotes.export.blog.fingerprint import Fingerprint
    from papernotes.export.blog.held import Held
    from papernotes.export.blog.ledger import Ledger
    from papernotes.export.making.styles import Style
    from papernotes.export.memory import Remembered
    from papernotes.export.post import Placement, Post, Settings, Summary, Target
    from papernotes.export.privacy.leaks import Leak
    from papernotes.export.source import Source
    from papernotes.models import Note, Paper

_NOTHING = Memory()
_CITES_ITSELF = ("quarto",)  # it formats citations when it builds, by the same CSL file
_BUILT_IN = ("author-year", "numeric")
_TELLING = "words of a private comment would show; the post is withheld"
_LATER = {
    "fastpages": "Jekyll leaves it out until then, unless future: true",
    "jekyll": "Jekyll leaves it out until then, unless future: true",
    "hugo": "Hugo leaves it out until then, unless buildFuture: true",
}


class Verify(Protocol):
    """Reads a post's files back: what is at fault with them (see export/verify)."""

    def __call__(
        self,
        post: Post,
        files: Sequence[OutFile],
        site: Site,
        /,
        *,
        target: str,
        is_there: Callable[[str], bool],
    ) -> tuple[Problem, ...]:
        """Return the faults; ``is_there`` says whether a path is, or will be, in the blog."""
        ...


@dataclass(frozen=True, slots=True)
class _Task:
    """What is exported where: ``chosen`` refs are written, ``kept`` ones stay as they are there."""

    source: Source
    writer: Target
    settings: Settings
    blog: Path
    folder: str
    ledger: Ledger
    chosen: frozenset[str]
    kept: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Blog:
    """All posts of the blog: their files by ref, summaries (newest first), and files shared.

    ``held`` says why posts are withheld; nothing of these is in ``shared``, whose files come
    without bytes where they are as they were made for summaries with the digest ``token``.
    """

    posts: Posts
    site: Site
    known: Mapping[str, Fingerprint]
    files: Mapping[str, tuple[Wanted, ...]]
    shown: tuple[Summary, ...]
    token: str
    shared: tuple[Wanted, ...]
    held: Mapping[str, str]
    faults: tuple[Problem, ...]
    clashes: tuple[Problem, ...]


def plan(
    source: Source,
    *,
    target: str,
    directory: Path,
    settings: Settings,
    is_forced: bool = False,
    memory: Memory = _NOTHING,
    verify: Verify | None = None,
    held: Held | None = None,
) -> Plan:
    """Return what exporting ``source`` to the blog at ``directory`` would do.

    ``directory`` is the folder of posts (``_posts``, or one below it) or the blog that holds it.
    ``is_forced`` takes over posts that were edited by hand; ``memory`` is what the last plan left
    (:attr:`Plan.memory`), and with ``verify`` all posts are made anew and those with a fault
    withheld. A blog that is ``held`` in memory stands for the one at ``directory``. Reads images
    and the blog, writes nothing. Raises UsageError for a target there is
    not and a folder that must not become a blog, FormatError for a ledger that cannot be read,
    LeakError for what must not leave.
    """
    task = _task(without_comments(source), target, directory, settings, held)
    key = key_of(task.writer, task.folder, settings)
    looking = held or Looking(task.blog, memory.seen)
    name = "author-year" if target in _CITES_ITSELF else settings.style
    with open_style(name) as style:
        made = _make(task, memory, style, verify, looking, is_believed=memory.key == key)
        actions, after = _decide(task, made, looking, is_forced=is_forced)
        if lacking := {one.ref for one in actions if one.is_lacking}:
            anew = {ref: made.posts.anew(ref) for ref in sorted(lacking) if ref}
            shared = _shared(task, made.shown, made.site, ()) if "" in lacking else made.shared
            made = replace(made, files={**made.files, **anew}, shared=shared)
            actions, after = _decide(task, made, looking, is_forced=is_forced)
    problems = (*_said(task, made), *_leaks(task, actions, made.shown))
    records = _remembered(made)
    fresh = tuple(post for post, _ in made.posts.fresh()) if verify else ()
    return Plan(
        target,
        task.blog,
        actions,
        task.ledger,
        after,
        problems,
        made.posts.reasons,
        Memory(
            key,
            source.names,
            records,
            looking.seen,
            made.token,
            tuple((one.path, one.digest, one.token) for one in made.shared),
        ),
        Checkable(fresh, made.site, task.folder) if verify else None,
    )


def _remembered(made: _Blog) -> dict[str, Remembered]:
    """Return what is kept of the posts for the next plan: of the newest their contents too."""
    newest = {one.ref for one in made.shown[:FEED_LENGTH]}
    return {
        ref: replace(one, made=replace(one.made, content=None))
        if one.made and one.made.content is not None and ref not in newest
        else one
        for ref, one in made.posts.records.items()
        if ref not in made.held
    }


def _task(
    source: Source, target: str, directory: Path, settings: Settings, held: Held | None
) -> _Task:
    writer = find_target(target, settings.theme)
    if held:
        blog, folder, ledger = directory, writer.folder, held.unfinished
    else:
        blog, folder = locate(directory, writer.folder)
        refuse_unsafe(blog, directory, source.root)
        ledger = read_ledger(blog, target)
    public = (*source.notes, *source.published)
    ledger = ledger.renamed(
        find_renamed(public, ledger, text_of=lambda note: _shown_text(source.load(note)))
    )
    chosen = frozenset(note.ref for note in source.notes)
    kept = frozenset(note.ref for note in source.published) & ledger.entries.keys() - chosen
    return _Task(source, writer, settings, blog, folder, ledger, chosen, kept)


def _make(
    task: _Task,
    memory: Memory,
    style: Style,
    verify: Verify | None,
    looking: Looking | Held,
    *,
    is_believed: bool,
) -> _Blog:
    """Make all posts of the blog, those that are kept too: lists and feeds are about all."""
    today = task.settings.today
    placements, clashes = place(
        task.source.notes,
        task.ledger,
        kept=task.kept,
        permalink=task.writer.permalink,
        today=today,
    )
    with Posts(
        task.source,
        placements,
        memory,
        task.writer,
        task.folder,
        style,
        is_believed=is_believed and verify is None,
        may_fork=verify is None and task.settings.style in _BUILT_IN,
    ) as posts:
        known = {ref: posts.records[ref].fingerprint for ref in sorted(task.chosen)}
        placements = dated(placements, task.ledger, known, today=today)
        listed = newest_first(posts.summaries(placements))
        site = Site(placements, task.settings, around(listed))
        written = posts.write(placements, site)
    held = dict.fromkeys(posts.telling_comments(site), _TELLING)
    extracted = [replace(one, extract=posts.extract(one.ref)) for one in listed]
    faults = []
    if verify:
        shared = task.writer.shared(extracted, site, folder=task.folder)
        paths = {one.path for own in written.values() for one in own}
        paths |= {one.path for one in shared}
        faults = _faults(task, posts, site, verify, paths, looking)
    held |= {ref: f"{fault.message}; the post is withheld" for ref, fault in reversed(faults)}
    shown = tuple(
        replace(one, content=posts.content(one.ref)) if number < FEED_LENGTH else one
        for number, one in enumerate(one for one in extracted if one.ref not in held)
    )
    token = _token(task.source, shown)
    known_files = tuple(starmap(_known, memory.shared)) if is_believed else ()
    is_same = bool(known_files) and memory.shown == token
    files_of_all = known_files if is_same else _shared(task, shown, site, known_files)
    told = tuple(fault for ref, fault in faults if ref in task.chosen)
    return _Blog(posts, site, known, written, shown, token, files_of_all, held, told, clashes)


def _shared(
    task: _Task, shown: Sequence[Summary], site: Site, known: Iterable[Wanted]
) -> tuple[Wanted, ...]:
    """Return the files about several posts; what is ``known`` is made only where it is another."""
    by_token = {(one.path, one.token): one for one in known if one.token}
    wanted = task.writer.shared(shown, site, folder=task.folder)
    found = [by_token.get((file.path, getattr(file, "token", ""))) for file in wanted]

    def make(numbers: Sequence[int]) -> list[tuple[int, Wanted]]:
        return [(number, Wanted.of(wanted[number])) for number in numbers]

    lacking = [number for number, one in enumerate(found) if one is None]
    made = dict(shared_out(lacking, make, task.source.forked))
    return tuple(one or made[number] for number, one in enumerate(found))


def _known(path: str, digest: str, token: str) -> Wanted:
    return Wanted(path, digest, token=token)


def _token(source: Source, shown: Sequence[Summary]) -> str:
    """Return a digest of summaries; papers count by theirs, so that it is quickly made."""
    found = hashlib.sha256()
    for one in shown:
        papers = [source.paper_digests.get(paper.citekey, "") for paper in one.cited]
        card = one.card
        about = (source.paper_digests.get(card.paper.citekey), card.version) if card else None
        rest = replace(one, cited=(), card=None, extract="", content="")
        found.update(repr((rest, papers, about)).encode("utf-8", "replace"))
        found.update(f"{one.extract}\0{one.content}".encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _faults(
    task: _Task,
    posts: Posts,
    site: Site,
    verify: Verify,
    paths: Container[str],
    looking: Looking | Held,
) -> list[tuple[str, Problem]]:
    def is_there(path: str) -> bool:
        return path in paths or looking(path) not in {MISSING, *NO_FILES}

    return [
        (post.ref, fault)
        for post, own in posts.fresh()
        for fault in verify(post, own, site, target=task.writer.name, is_there=is_there)
    ]


def _decide(
    task: _Task, made: _Blog, looking: Looking | Held, *, is_forced: bool
) -> tuple[tuple[Action, ...], Ledger]:
    return decide(
        {ref: own for ref, own in made.files.items() if ref in task.chosen},
        made.site.placements,
        task.ledger,
        kept=task.kept,
        held=made.held,
        shared=made.shared,
        fingerprints=made.known,
        is_forced=is_forced,
        look=looking,
    )


def key_of(writer: Target, folder: str, settings: Settings) -> str:
    """Return a digest of all that every post of a blog depends on: settings, target, program."""
    style = Path(settings.style)
    csl = files.digest(files.read(style)) if style.is_file() else ""
    lasting = replace(settings, today=date.min)
    said = repr((writer.name, folder, lasting, csl, program()))
    return files.digest(said.encode("utf-8", "replace"))


def program() -> str:
    """Return a digest of the program's own files, by their sizes and times."""
    found = []
    for at, _, names in os.walk(Path(__file__).parents[1]):
        for name in names:
            if not name.endswith(".pyc"):
                stat = os.stat(f"{at}/{name}")  # noqa: PTH116 - hundreds of them
                found.append((at, name, stat.st_size, stat.st_mtime_ns))
    return files.digest(repr(sorted(found)).encode("utf-8", "replace"))


def _said(task: _Task, made: _Blog) -> Iterator[Problem]:
    """Yield what is to be said of the chosen notes and of the blog."""
    for ref in sorted(task.chosen):
        yield from made.posts.records[ref].problems
    yield from made.clashes
    for note in sorted(task.source.notes, key=lambda note: note.ref):
        yield from _warnings(note, task, made.site.placements[note.ref])
        if made.held.get(note.ref) == _TELLING:
            yield Problem("private-comment", note.path, _TELLING)
    yield from made.faults
    configs = [task.blog / name for name in task.writer.config.split()]
    config = next((path for path in configs if path.is_file()), None)
    said = files.read(config).decode("utf-8", "replace") if config else None
    for text in task.writer.advice(made.shown, said):
        yield Problem("blog", str(config or next(iter(configs), task.blog)), text)


def _warnings(note: Note, task: _Task, placement: Placement) -> Iterator[Problem]:
    if placement.published_on > task.settings.today and task.writer.name in _LATER:
        yield Problem("future-date", note.path, f"dated in the future: {_LATER[task.writer.name]}")
    may_stay, why = publishable(note, task.writer.name)
    if note.ref in task.source.named and not may_stay:
        message = f"{why}: the next export without its name will remove the post"
        yield Problem("not-marked", note.path, message)


def _leaks(task: _Task, actions: Iterable[Action], shown: Sequence[Summary]) -> tuple[Problem, ...]:
    """Return warnings about what is to be written. Raises LeakError for what must not leave."""
    source, settings = task.source, task.settings
    changed = [OutFile(one.path, one.data) for one in actions if one.is_write]
    if not changed:
        return ()

    def texts() -> Iterator[str]:
        for note in (*source.notes, *source.published):
            yield note.ref
            yield source.said(note)

    def papers() -> Iterator[Paper]:
        return (
            paper
            for one in shown
            for paper in (*one.cited, *([one.card.paper] if one.card else ()))
        )

    said = published(texts, papers, settings=settings, writer=task.writer, folder=task.folder)
    secrets = source.secrets()

    parent = os.getpid()

    def search(part: Sequence[OutFile]) -> tuple[Leak, ...]:
        told = telling(part, "looking for leaks", source.tell, parent)
        return find_leaks(told, said, secrets, allow=settings.allow)

    leaks = sorted(shared_out(changed, search, source.forked), key=lambda leak: leak.path)
    refuse(leaks)
    return leak_problems(leaks)


def _shown_text(note: Note) -> str:
    return markdown.blank_comments(markdown.parse(cleaned(note.body)))
