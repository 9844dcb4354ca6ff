"""What Library has for looking at all of it: a picture, and numbers."""

# ruff: noqa: PLC0415 - one of the two seams of late imports

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes import files
from papernotes.errors import ConflictError, UsageError
from papernotes.library.exploring import Exploring
from papernotes.query import parse as parse_query

if TYPE_CHECKING:
    from papernotes.reports.surveying import GraphReport, Stats

_SUFFIXES = {
    ".html": "html",
    ".htm": "html",
    ".svg": "svg",
    ".dot": "dot",
    ".gv": "dot",
    ".json": "json",
}
_OURS = ("notes", "bib", "pdf", "index", ".trash")


class Surveying(Exploring):
    """The verbs graph and stats."""

    def graph(
        self,
        text: str = "",
        *,
        around: str | None = None,
        depth: int = 2,
        has_alone: bool = False,
        is_published: bool = False,
        to: str = "",
        by: str = "kind",
        output: str | Path | None = None,
        is_forced: bool = False,
    ) -> GraphReport:
        """Return papers, notes and the links between them, and write them to ``output``.

        Those that match the query ``text``; of these, if ``around`` names one, what is at most
        ``depth`` links away from it. What has no link at all is there only with ``has_alone``.
        ``is_published`` takes the published notes and the papers they are about or cite, and says
        nothing of them that is not public; a query that asks for ``is:published`` does without the
        papers. ``to`` is one of ``papernotes.graph.rendering.FORMS``
        (else told by the name of ``output``; empty without one: no text is made); ``by`` is what
        nodes are coloured by: ``kind``, ``status`` or ``category``. Raises QueryError,
        NotFoundError, AmbiguousRefError, UsageError for a form, colour or name of a file that is
        none, ConflictError for a file that is no such picture, unless ``is_forced``; FileError.
        """
        from papernotes.graph import rendering
        from papernotes.library.graphing import Wish, asks_for_published, make_graph
        from papernotes.reports.surveying import GraphReport

        form = to or _form_of(output)
        if form and form not in rendering.FORMS:
            raise UsageError(f"no form {form!r}", hint=f"one of: {', '.join(rendering.FORMS)}")
        if by not in rendering.BY:
            raise UsageError(f"no colours by {by!r}", hint=f"one of: {', '.join(rendering.BY)}")
        is_public = is_published or asks_for_published(parse_query(text))
        path = None if output is None else self._place(output, is_forced=is_forced)
        problems = self._upkeep.refresh()

        def act() -> GraphReport:
            among = self._matching(text) if text.strip() else None
            store = self._upkeep.store()
            with store.snapshot():
                wish = Wish(among, around, depth, has_alone, is_public, is_published)
                return GraphReport(make_graph(store, self.root, wish), problems=problems)

        report = self._upkeep.mended(act)
        if not form:
            return report
        to_root = "" if path is None else _way(path.parent, self.root)
        tell = rendering.untold if self._progress is None else partial(self._progress, "drawing")
        shown = rendering.render(report.graph, form, by=by, to_root=to_root, tell=tell)
        if path is None:
            return replace(report, text=shown)
        is_new = not path.exists()
        is_written = files.write_if_changed(path, shown.encode())
        outcome = "new" if is_new else "changed" if is_written else "unchanged"
        return replace(report, text=shown, path=str(output), outcome=outcome)

    def stats(self, text: str = "", *, limit: int = 10) -> Stats:
        """Return the numbers of the library, or of what matches the query ``text``.

        ``limit`` is how many rows each of its lists has at most, 0 for all. Raises QueryError.
        """
        from papernotes.library import figuring

        node = parse_query(text)
        problems = self._upkeep.refresh()

        def act() -> Stats:
            among = self._matching(text) if text.strip() else None
            store = self._upkeep.store()
            with store.snapshot():
                return figuring.count(store, text, node, among, limit=limit, problems=problems)

        return self._upkeep.mended(act)

    def _place(self, output: str | Path, *, is_forced: bool) -> Path:
        """Return where a picture is to lie. Raises ConflictError where something else does."""
        from papernotes.config import LIBRARY_FILE
        from papernotes.export.privacy.ignoring import IGNORE_NAME
        from papernotes.files.reading import opened
        from papernotes.graph.rendering import HEAD, is_picture

        path = files.resolved(output)
        own = (*_OURS, LIBRARY_FILE, IGNORE_NAME)
        if any(path.is_relative_to(self.root / name) for name in own):
            raise ConflictError(
                f"{output}: is the library's own, or in a folder of its own",
                hint="choose another place",
            )
        if path.exists() and not path.is_file():
            raise ConflictError(
                f"{output}: is no file, so none can take its place", hint="choose another name"
            )
        if path.exists() and not is_forced:
            with opened(path) as file:
                head = file.read(HEAD)
            if head.strip() and not is_picture(head):
                raise ConflictError(
                    f"{output}: is not a picture that papernotes made; left as it is",
                    hint="choose another name, or replace it with --force",
                )
        return path


def _form_of(output: str | Path | None) -> str:
    """Return the form that a file's name says. Raises UsageError where it says another."""
    if output is None:
        return ""
    suffix = Path(output).suffix.lower()
    if suffix and suffix not in _SUFFIXES:
        raise UsageError(
            f"{output}: no form is known by {suffix}", hint=f"one of: {', '.join(_SUFFIXES)}"
        )
    return _SUFFIXES.get(suffix, "html")


def _way(folder: Path, root: Path) -> str:
    """Return the relative path from a folder to the root, empty if they are one."""
    way = Path(os.path.relpath(root, folder)).as_posix()
    return "" if way == "." else way
