"""The trip of PDFs into the library: arXiv → pdf/ → their text, and what was marked in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes import files, notes
from papernotes.arxiv.download import Downloads, PdfUnavailableError
from papernotes.errors import (
    ArxivIdError,
    BadAnswerError,
    ConflictError,
    LockedError,
    NetworkError,
    NotFoundError,
    PapernotesError,
    StoreError,
    UsageError,
)
from papernotes.ids import parse_arxiv_id, portable_slug
from papernotes.library.viewing import find_attached, view
from papernotes.models import ArxivId
from papernotes.pdf import PdfReader
from papernotes.refs import find_document
from papernotes.reports.gathering import PdfResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from papernotes.library.upkeep import Progress, Upkeep
    from papernotes.models import Paper


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper whose PDF is wanted: the file it has, or the id and path of the one to fetch.

    ``attached`` is where its entry says that it stands, outside the library.
    """

    paper: Paper
    path: str
    arxiv_id: ArxivId | None
    attached: str = ""


def wanted(upkeep: Upkeep, ref: str) -> Wanted:
    """Return what ``ref`` asks for: an id with a version means just that, else the entry's own.

    Raises NotFoundError, and UsageError for what has no PDF on arXiv and none here.
    """
    store = upkeep.store()
    with store.snapshot():
        document = find_document(store, ref)
        row = store.rows([document])[document]
        paper = None if row.paper_id is None else store.paper(row.paper_id)
    if paper is None:
        raise UsageError(f"{row.ref} is a note, not a paper: it has no PDF")
    slug = portable_slug(paper.citekey)
    version = _version(ref) or paper.arxiv_version
    if not paper.arxiv_id:
        if row.pdf:
            return Wanted(paper, row.pdf, None)
        if attached := find_attached(upkeep.root, paper):
            return Wanted(paper, f"pdf/{slug}.pdf", None, attached)
        hint = f"put its PDF at pdf/{slug}.pdf"
        raise UsageError(f"{row.ref} is no paper of arXiv", hint=hint)
    if version is None:
        path = row.pdf or f"pdf/{slug}.pdf"  # the version is told with the PDF
        return Wanted(paper, path, None if row.pdf else ArxivId(paper.arxiv_id))
    return Wanted(paper, f"pdf/{slug}-v{version}.pdf", ArxivId(paper.arxiv_id, version))


def _version(ref: str) -> int | None:
    try:
        return parse_arxiv_id(ref).version
    except ArxivIdError:
        return None


class Reading:
    """One run of ``pdf``: ``tell`` hears of each paper as soon as it is settled."""

    def __init__(
        self,
        upkeep: Upkeep,
        downloads: Downloads,
        *,
        tell: Callable[[PdfResult], None] | None,
        progress: Progress | None,
        note_path: Callable[[str], Path] | None,
        is_dry_run: bool,
    ) -> None:
        """``note_path`` returns the file of a paper's note; None leaves annotations alone."""
        self._upkeep = upkeep
        self._downloads = downloads
        self._tell = tell
        self._progress = progress
        self._note_path = note_path
        self._is_dry_run = is_dry_run

    def run(self, refs: Sequence[str]) -> tuple[PdfResult, ...]:
        """Return what became of each ref."""
        results = []
        self._downloads.tidy(self._upkeep.root / "pdf")
        gone: PapernotesError | None = None
        for ref in dict.fromkeys(refs):
            try:
                result = self._one(ref) if gone is None else _failed(ref, gone)
            except NetworkError as error:  # asking on would be in vain, or an attack
                gone, result = error, _failed(ref, error)
            results.append(result)
            if self._tell is not None:
                self._tell(result)
        return tuple(results)

    def _one(self, ref: str) -> PdfResult:
        """Settle one ref. Raises NetworkError where there is no use in asking for others."""
        try:
            asked = self._upkeep.mended(lambda: wanted(self._upkeep, ref))
        except (StoreError, LockedError):
            raise
        except PapernotesError as error:
            return _failed(ref, error)
        try:
            result = self._fetched(asked)
            if self._note_path is None or result.outcome == "wanted":
                return result
            return self._annotated(replace(asked, path=result.path), result, self._note_path)
        except PdfUnavailableError as error:
            return replace(_failed(asked.paper.citekey, error), outcome="unavailable")
        except (StoreError, LockedError):
            raise
        except PapernotesError as error:
            if isinstance(error, NetworkError) and not isinstance(error, BadAnswerError):
                raise
            return _failed(asked.paper.citekey, error)

    def _fetched(self, asked: Wanted) -> PdfResult:
        target = self._upkeep.root / asked.path
        key = asked.paper.citekey
        files.refuse_links(self._upkeep.root, asked.path)
        if target.is_symlink():
            raise ConflictError(f"{asked.path}: is a symbolic link; not followed")
        if target.is_file() or not (asked.arxiv_id or asked.attached):
            return PdfResult(key, "known", asked.path)
        if self._is_dry_run:
            return PdfResult(key, "wanted", asked.path)
        files.make_folder(target.parent)
        if asked.arxiv_id is None:
            files.copy_new(Path(asked.attached), target)
            with self._upkeep.locked():
                self._upkeep.sync_written([asked.path])
            return PdfResult(key, "copied", asked.path)
        try:
            got = self._downloads.fetch(asked.arxiv_id, target, progress=self._counter(asked))
        except LockedError as error:
            return _failed(key, error)
        except ConflictError:
            return PdfResult(key, "known", asked.path)  # another process was quicker
        path = asked.path
        with self._upkeep.locked():
            if asked.arxiv_id.version is None and got.version is not None:
                path = f"{path.removesuffix('.pdf')}-v{got.version}.pdf"
                files.move_into_place(target, self._upkeep.root / path)
            self._upkeep.sync_written([path])
        return PdfResult(key, "fetched", path)

    def _counter(self, asked: Wanted) -> Callable[[int, int | None], None] | None:
        progress = self._progress
        if progress is None:
            return None
        doing = f"fetching {asked.arxiv_id}, kB"
        return lambda done, of: progress(doing, done // 1000, (of or 0) // 1000)

    def _annotated(
        self, asked: Wanted, result: PdfResult, note_path: Callable[[str], Path]
    ) -> PdfResult:
        """Put what is marked in the PDF into the paper's note, as far as it is not there yet."""
        with PdfReader() as reader:
            content = reader.read(self._upkeep.root / asked.path, with_annotations=True)
        key = asked.paper.citekey
        result = replace(result, pages=len(content.pages))
        if not content.annotations:
            return result
        note = view(self._upkeep, key).note
        if self._is_dry_run and note is None:
            return replace(result, added=notes.add_highlights("", key, content.annotations)[1])
        path = note_path(key) if note is None else self._upkeep.root / note.path
        name = path.relative_to(self._upkeep.root).as_posix()
        with self._upkeep.locked():
            data = files.read(path)
            try:
                text = data.decode()
            except UnicodeDecodeError as error:
                raise ConflictError(f"{name}: is not UTF-8; left as it is") from error
            edited, added = notes.add_highlights(text, key, content.annotations)
            if added and not self._is_dry_run:
                files.replace(path, data, edited.encode())
                self._upkeep.sync_written([name])
        return replace(result, added=added, note_path=name)


def _failed(ref: str, error: PapernotesError) -> PdfResult:
    outcome = "unknown" if isinstance(error, NotFoundError) else "failed"
    return PdfResult(
        ref, outcome, message=str(error), hint=error.hint, exit_status=error.exit_status
    )
