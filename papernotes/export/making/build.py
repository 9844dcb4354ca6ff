"""A note → a neutral post: what must change becomes pieces, all other text stays as it is.

Pure but for the images it reads.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from papernotes import markdown
from papernotes.export.making.containers import (
    continued,
    lead_of,
    line_lead,
    line_start,
    without,
)
from papernotes.export.making.counting import count_words, linked_posts
from papernotes.export.making.draft import Draft, Edit, Scope
from papernotes.export.making.linking import (
    anchor_end,
    edit_link,
    html_picture,
    is_image,
    is_label,
    is_outward,
    picture,
    unlinked,
    wiki_link,
)
from papernotes.export.making.parts import ends_with_references, section, title_heading
from papernotes.export.making.rawhtml import holds_markdown, is_whole, raw_end, rewritten
from papernotes.export.making.spans import (
    bare_rows,
    code,
    code_block,
    fence,
    line_end,
    math,
    math_block,
    removed,
)
from papernotes.export.making.styles import AUTHOR_YEAR, styled_body
from papernotes.export.pieces import (
    Callout,
    Cited,
    Gap,
    Html,
    Piece,
    Text,
)
from papernotes.export.post import Card, Post
from papernotes.markdown import Citation, Span
from papernotes.models import Link
from papernotes.notes import with_tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from papernotes.export.making.draft import Shelf
    from papernotes.export.making.styles import Style
    from papernotes.markdown import Cite, Heading
    from papernotes.models import Note, Problem

_Placed = TypeVar("_Placed", "Span", "Link", "Citation")

_DEEPEST_EMBED = 5
_MOST_EMBEDS = 500  # in one post, whose notes embed others many times over
_MOST_EMBEDDED = 2_000_000  # characters
_DEEPEST = 20
_MARK = re.compile(r"(?<![=\\])==(?![=\s])(?:(?!==|\n\n).)+(?<![=\s\\])==(?!=)", re.DOTALL)
_LIQUID = re.compile(r"\{%-?[ \t]*[a-z]\w*[^\n]{0,200}?%\}|\{\{[^{}\n]{1,200}\}\}")
_HTML_BLOCK = re.compile(
    r"<(div|details|section|article|aside|figure|center|blockquote|main|table|ul|ol|pre|p|hr|h[1-6]|video|audio|iframe)\b",
    re.IGNORECASE,
)


def build_post(
    shelf: Shelf, note: Note, style: Style = AUTHOR_YEAR
) -> tuple[Post, tuple[Problem, ...]]:
    """Return the post of a chosen note, and what its readers would miss.

    The note's own paper is one of the references only if the text cites it.
    """
    draft, body = _read(shelf, note)
    body, references = styled_body(draft, body, style)
    tags = with_tags(note, shelf.document(note.ref))
    post = Post(
        ref=note.ref,
        title=note.title,
        body=body,
        description=note.description,
        categories=note.categories or tags,
        tags=tags,
        references=references,
        needs_heading=not ends_with_references(shelf.document(note.ref)),
        images=draft.images,
        kind=note.kind,
        words=count_words(body),
        card=_card(shelf, note),
        cited=tuple(draft.cited[one.key] for one in references),
        links_to=linked_posts(body, note.ref),
        is_cited=note.meta.get("cite") is True,
        extra=_extra(note),
    )
    return post, tuple(sorted(draft.problems, key=lambda problem: problem.line or 0))


def _extra(note: Note) -> Mapping[str, Any]:
    """Return the front matter that the note carries for its blog, under ``blog:``."""
    carried = note.meta.get("blog")
    return carried if isinstance(carried, dict) else {}


def _card(shelf: Shelf, note: Note) -> Card | None:
    paper = shelf.source.papers.get(note.paper) if note.paper else None
    if paper is None:
        return None
    read = note.arxiv.version if note.arxiv else None
    return Card(paper, read or paper.arxiv_version)


def _read(shelf: Shelf, note: Note) -> tuple[Draft, tuple[Piece, ...]]:
    """Return what the note gathers and its body, whose citations do not read as anything yet."""
    draft = Draft(shelf, note)
    scope = Scope(note, shelf.document(note.ref), (note.ref,))
    draft.footnote_names.update(span.detail for span in scope.document.spans)
    _warn_of_liquid(draft, scope)
    pieces = _Builder(draft).walk(scope, scope.document.start, len(scope.text))
    endnotes = (piece for endnote in draft.endnotes for piece in endnote)
    return draft, (*pieces, *endnotes)


def _warn_of_liquid(draft: Draft, scope: Scope) -> None:
    """Say once that Liquid does not run; in code nobody expects it to."""
    for match in _LIQUID.finditer(scope.text, scope.document.start):
        if not scope.is_masked(match.start()):
            message = f"{match[0]} is shown as it stands: Liquid in notes does not run"
            line = scope.note.body_line + scope.text.count("\n", 0, match.start())
            draft.warn(scope, line, "liquid", message)
            return


class _Builder:
    """Reads a note's text into pieces; what it gathers on the way is in its draft."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._depth = 0

    def walk(self, scope: Scope, start: int, end: int) -> tuple[Piece, ...]:
        """Return the pieces of the stretch ``start`` … ``end`` of the scope's text."""
        edits = sorted(
            self._edits(scope, start, end),
            key=lambda edit: (edit.start, edit.end > edit.start, -edit.end),  # insertions first
        )
        pieces: list[Piece] = []
        done = start
        for edit in (*edits, Edit(end, end, ())):
            if edit.start < done or edit.end > end:
                continue
            if edit.start > done:
                starts_line = done == 0 or scope.text[done - 1] == "\n"
                source = scope.text[done : edit.start]
                pieces.append(Text(source, scope.is_in_table(done), starts_line))
            pieces += edit.pieces
            done = edit.end
        return tuple(pieces)

    def _edits(self, scope: Scope, start: int, end: int) -> Iterator[Edit]:
        """Yield the edits of a stretch; what stands inside a replaced one is not looked at."""
        document = scope.document
        found: list[Span | Link | Citation] = [
            *_between(document.spans, start, end),
            *(link for link in _between(document.links, start, end) if link.kind != "citation"),
            *_between(document.citations, start, end),
        ]
        covered = labelled = start
        title = _title_heading(scope)
        above = title.start if title else start
        below = line_end(scope.text, title.end) if title else start
        if start <= above < below:
            yield Edit(above, below, ())
        for one in sorted(found, key=lambda one: (one.start, -one.end)):
            if one.start < covered or above <= one.start < below:
                continue
            labelled = max(labelled, anchor_end(scope, one))
            for each in self._edits_of(scope, one, start, end):
                edit = unlinked(each) if one.start < labelled else each
                yield edit
                if one.start >= labelled and is_label(edit):
                    labelled = edit.start
                if edit.start <= one.start and edit.end >= one.end:
                    covered = max(covered, edit.end)
        for match in _MARK.finditer(scope.text, start, end):
            if not scope.is_masked(match.start()) and not scope.is_masked(match.end() - 1):
                yield Edit(match.start(), match.start() + 2, (Html("<mark>"),))
                yield Edit(match.end() - 2, match.end(), (Html("</mark>"),))

    def _edits_of(
        self, scope: Scope, one: Span | Link | Citation, start: int, end: int
    ) -> Iterable[Edit]:
        if isinstance(one, Span):
            return self._span(scope, one, start, end)
        if isinstance(one, Citation):
            return (self._citation(scope, one),)
        if one.kind == "embed":
            return (self._embed(scope, one),)
        return edit_link(self._draft, scope, one)

    # --- what is not a link ------------------------------------------------------------------

    def _span(self, scope: Scope, span: Span, start: int, end: int) -> Iterator[Edit]:  # noqa: C901, PLR0912 - one line per kind
        text = scope.text
        match span.kind:
            case "fence":
                yield fence(text, span)
            case "code_block":
                yield code_block(text, span)
            case "code":
                yield Edit(
                    span.start,
                    span.end,
                    (code(text, span, in_table=scope.is_in_table(span.start)),),
                )
            case "math":
                yield Edit(
                    span.start,
                    span.end,
                    (math(text, span, in_table=scope.is_in_table(span.start)),),
                )
            case "math_block":
                yield math_block(text, span, in_table=scope.is_in_table(span.start))
            case "comment":
                yield removed(text, span.start, span.end)
            case "block_id":
                yield removed(text, span.start, span.end)
            case "table":
                prefix = continued(line_lead(text, span.start))
                line = line_start(text, span.start)
                if line >= start and lead_of(text, span.start) == prefix:
                    yield Edit(line, line, (Gap(prefix),))
                yield Edit(span.start, span.start, ())  # bars part cells from here on
                after = min(line_end(text, span.end), end)
                yield from bare_rows(text, span, prefix)
                yield Edit(after, after, (Gap(prefix),))
            case "html":
                yield self._html(scope, span, end)
            case "callout" if scope.depth < _DEEPEST:
                yield self._callout(scope, span)
            case "footnote" if span.detail.casefold() not in scope.referred:
                message = f"[^{span.detail}] is never referred to; left out"
                self._draft.warn(scope, span.line, "footnote", message)
                yield removed(text, span.start, span.end)
            case "footnote" | "footnote_ref" if scope.footnotes:
                at = text.index("[^", span.start) + 2
                yield Edit(at, at, (Text(scope.footnotes),))
            case "reference" if not is_outward(text[span.inner_start : span.inner_end]):
                yield removed(text, span.start, span.end)
            case "inline_footnote" if self._depth < _DEEPEST:
                yield self._inline_footnote(scope, span)
            case _:
                return

    def _html(self, scope: Scope, span: Span, end: int) -> Edit:
        lead = lead_of(scope.text, span.start)
        may_be_raw = lead is not None or span.detail == "pre"
        stop = raw_end(scope, span, end) if may_be_raw else span.end
        tag = scope.text[span.start : span.end]
        is_raw = stop > span.end or is_whole(tag)
        if not is_raw and (piece := html_picture(self._draft, scope, tag, span.line)):
            return Edit(span.start, span.end, (piece,))
        is_block = lead is not None and bool(is_raw or _HTML_BLOCK.match(tag))
        html = rewritten(
            self._draft, scope, span.start, stop, line=span.line, is_block=is_block or is_raw
        )
        if is_block and not is_raw and holds_markdown(scope, span, end):
            html = replace(html, holds_markdown=True)
        return Edit(span.start, stop, (Gap(), html) if is_block and lead == "" else (html,))

    def _callout(self, scope: Scope, span: Span) -> Edit:
        text = scope.text
        line = line_start(text, span.start)
        lead = text[line : span.start]
        prefix = continued(lead)
        lines = text[span.start : span.end].split("\n")
        inner = "\n".join(without(row, prefix + "> ") for row in lines[1:])
        body = self._nested(scope, inner, span.line + 1)
        title = self._nested(scope, span.label, span.line)
        gap = () if lead != prefix else (Gap(prefix),)
        box = Callout(span.detail, title, body, span.fold, lead, prefix)
        return Edit(line, line_end(text, span.end), (*gap, box, Gap(prefix)))

    def _nested(self, scope: Scope, text: str, line: int) -> tuple[Piece, ...]:
        document = markdown.parse(text, line=line)
        inner = Scope(scope.note, document, scope.embedded, scope.footnotes, scope.depth + 1)
        return self.walk(inner, document.start, len(text))

    def _inline_footnote(self, scope: Scope, span: Span) -> Edit:
        name = self._draft.new_footnote()
        place = len(self._draft.endnotes)
        self._draft.endnotes.append(())
        self._depth += 1
        words = self.walk(scope, span.inner_start, span.inner_end)
        self._depth -= 1
        self._draft.endnotes[place] = (Gap(), Text(f"[^{name}]: "), *words, Text("\n"))
        return Edit(span.start, span.end, (Text(f"[^{name}]"),))

    # --- citations and embeds ----------------------------------------------------------------

    def _citation(self, scope: Scope, citation: Citation) -> Edit:
        cites: list[Cite] = []
        source = self._draft.shelf.source
        for one in citation.cites:
            link = Link("citation", one.key, citation.start, citation.end, citation.line)
            name = source.resolve(scope.note, link)
            paper = source.papers.get(one.key if name is None else name)
            if paper is None:
                message = f"@{one.key}: no paper of the library has this key; it shows as it is"
                self._draft.warn(scope, citation.line, "unknown-citation", message)
                cites.append(one)
                continue
            self._draft.cited.setdefault(paper.citekey, paper)
            cites.append(replace(one, key=paper.citekey))
        written = scope.text[citation.start : citation.end]
        in_note = self._depth > 0 or scope.is_in_footnote(citation.start)
        cited = Cited(written, (), tuple(cites), citation.is_bracketed, in_note)
        return Edit(citation.start, citation.end, (cited,))

    def _embed(self, scope: Scope, link: Link) -> Edit:
        if is_image(link.target):
            return Edit(link.start, link.end, picture(self._draft, scope, link))
        name = self._draft.shelf.source.resolve(scope.note, link)
        ref = self._draft.shelf.post_of(name) if name else None
        if ref is None and name not in self._draft.shelf.source.papers:
            what = "is not published" if name else "leads nowhere"
            message = f"![[{link.target}]] {what}; left out"
            self._draft.warn(scope, link.line, "embed", message)
            return removed(scope.text, link.start, link.end)
        inlined = self._inlined(scope, link, ref) if ref else None
        if inlined is None:
            return Edit(link.start, link.end, wiki_link(self._draft, scope, link))
        return Edit(link.start, line_end(scope.text, link.end), (Gap(), *inlined, Gap()))

    def _inlined(self, scope: Scope, link: Link, ref: str) -> tuple[Piece, ...] | None:
        """Return the text of a note embedded on a line of its own; None where it must be a link."""
        shelf = self._draft.shelf
        line = line_start(scope.text, link.start)
        is_alone = (
            scope.text[line : line_end(scope.text, link.end)].strip()
            == scope.text[link.start : link.end]
        )
        if not is_alone or scope.depth:
            return None
        if ref in scope.embedded or len(scope.embedded) > _DEEPEST_EMBED:
            self._draft.warn(
                scope, link.line, "embed", f"![[{link.target}]] would contain itself; linked"
            )
            return None
        document = shelf.document(ref)
        part = section(document, link.heading)
        if part is None:
            message = f"![[{link.target}#{link.heading}]]: there is no such part; linked"
            self._draft.warn(scope, link.line, "embed", message)
            return None
        embedded, size = self._draft.embedded, part[1] - part[0]
        if len(embedded) >= _MOST_EMBEDS or sum(embedded) + size > _MOST_EMBEDDED:
            message = f"![[{link.target}]]: too much is embedded before it; linked"
            self._draft.warn(scope, link.line, "embed", message)
            return None
        names = f"{len(embedded) + 1}-"
        embedded.append(size)
        inner = Scope(shelf.notes[ref], document, (*scope.embedded, ref), names)
        return self.walk(inner, *part)


# --- places in a document ----------------------------------------------------------------------


def _between(sorted_values: Sequence[_Placed], start: int, end: int) -> Sequence[_Placed]:
    first = bisect_left(sorted_values, start, key=lambda value: value.start)
    return sorted_values[first : bisect_left(sorted_values, end, key=lambda value: value.start)]


def _title_heading(scope: Scope) -> Heading | None:
    return None if scope.depth else title_heading(scope.note, scope.document)
