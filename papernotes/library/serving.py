"""What a preview shows: the html target of the library as it is, in memory only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from papernotes import config as settings
from papernotes import export
from papernotes.errors import UsageError
from papernotes.export.privacy.ignoring import IGNORE_NAME
from papernotes.library import blogs, publishing
from papernotes.library.withholding import unsound_notes
from papernotes.models import Problem
from papernotes.refs import find_document
from papernotes.reports.previewing import PreviewReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from papernotes.config import Config
    from papernotes.library.blogs import Blog
    from papernotes.library.publishing import Choice
    from papernotes.library.upkeep import Upkeep

TARGET = "html"
_FOLDERS = ("notes", "bib", "templates")


class Preview:
    """The blog as it would be exported now, made again where something changed.

    Published notes are shown, and those that ``refs`` mean, whether they are published or not;
    private ones never. ``where`` is a blog of the settings, or its folder.
    """

    def __init__(
        self, upkeep: Upkeep, refs: Sequence[str], where: str, *, today: Callable[[], date]
    ) -> None:
        self._upkeep = upkeep
        self._refs = refs
        self._where = where
        self._today = today
        self._memory = export.Memory()
        self._held = export.Held(export.Ledger(TARGET))
        self._stood: dict[str, str] = {}

    def update(self) -> PreviewReport:
        """Read what has changed and return all files of the blog.

        Settings are read anew too. Raises what an export does: UsageError, NotFoundError,
        FormatError, LeakError, FileError; what was made before stays as it is then.
        """
        self._upkeep.refresh()
        blog = blog_of(
            settings.load(self._upkeep.root), self._upkeep.root, self._where, today=self._today()
        )
        return self._upkeep.mended(lambda: self._made(blog))

    def _made(self, blog: Blog) -> PreviewReport:
        store = self._upkeep.store()
        with store.snapshot():
            named = [find_document(store, ref) for ref in self._refs]
            choice = publishing.choose(self._upkeep, TARGET, chosen=None, named=named)
            plan = export.plan(
                _all_of(choice),
                target=TARGET,
                directory=blog.directory,
                settings=blog.settings,
                memory=self._memory,
                held=replace(self._held, ledger=_ledger(blog)),
            )
            unsound = tuple(unsound_notes(store, self._upkeep.root))
        before, self._held = self._held, export.held_after(self._held, plan)
        self._memory = plan.memory
        choice.heads.save()
        urls = {ref: one.placement.url.lstrip("/") for ref, one in plan.after.entries.items()}
        self._stood |= {url: ref for ref, url in urls.items()}
        named_urls = [urls[ref] for ref in sorted(choice.source.named) if ref in urls]
        paths = {*before.digests, *self._held.digests}
        return PreviewReport(
            self._held.files,
            tuple(sorted(path for path in paths if before(path) != self._held(path))),
            len(urls),
            named_urls[0] if named_urls else "",
            blog.settings.base_url,
            {url: urls[ref] for url, ref in self._stood.items() if urls.get(ref, url) != url},
            tuple(_unpublished(choice)),
            (*unsound, *_problems(plan)),
        )

    def places(self) -> tuple[list[str], list[str]]:
        """Return the folders and the single files a preview depends on, as paths."""
        root = self._upkeep.root
        user = str(settings.user_file())
        single = [str(root / name) for name in (settings.LIBRARY_FILE, IGNORE_NAME)]
        return [str(root / name) for name in _FOLDERS], [*single, user, *self._images(root)]

    def _images(self, root: Path) -> Iterator[str]:
        """Yield the images posts show that stand elsewhere in the library."""
        inside = str(root / "notes") + "/"
        for post in self._memory.posts.values():
            for asked in post.asked:
                path = asked[-1].rsplit(" ", 3)[0]
                if asked[0] == "image" and not path.startswith((inside, "none:")):
                    yield path


def blog_of(config: Config, root: Path, where: str, *, today: date) -> Blog:
    """Return the blog whose settings a preview has; where there are none, one of no name.

    That is the one of ``where``, else the only one of kind html, else the only one, else the one
    that is called ``blog``. Raises UsageError where several may be meant.
    """
    names = config.blogs
    ours = [name for name in names if config.blog(name)["to"] == TARGET]
    if not where and len(ours) == 1:
        where = ours[0]
    if not where and len(names) > 1 and "blog" not in names:
        raise UsageError(f"which blog? {', '.join(names)}", hint=f"--blog {names[0]}")
    if not where and not names:
        where = str(root)  # a folder, which has no settings of its own
    blog = blogs.choose(config, root, blogs.Wish(where, TARGET), today=today)
    return replace(blog, settings=replace(blog.settings, theme=""))


def _ledger(blog: Blog) -> export.Ledger:
    """Return what earlier exports left in the blog: its posts keep their URLs and dates."""
    if export.target_of(blog.directory) == TARGET:
        return export.read_ledger(blog.directory, TARGET)
    return export.Ledger(TARGET)


def _all_of(choice: Choice) -> export.Source:
    """Return a source of everything that is shown: named notes beside all published ones."""
    source = choice.source
    return replace(
        source, notes=(*source.notes, *source.published), published=(), named=frozenset()
    )


def _unpublished(choice: Choice) -> Iterator[str]:
    for note in choice.source.notes:
        if note.ref in choice.source.named and not export.publishable(note, TARGET)[0]:
            yield note.title


def _problems(plan: export.Plan) -> Iterator[Problem]:
    """Yield what is to be said of a plan, and why posts are not shown."""
    yield from plan.problems
    said = {problem.message for problem in plan.problems}
    for action in plan.actions:
        if action.outcome == "blocked" and action.message not in said:
            yield Problem("withheld", action.path, action.message)
