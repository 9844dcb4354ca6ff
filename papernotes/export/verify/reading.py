"""A page of HTML → what a reader gets of it; the same reader for both sides of a comparison."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree, html

from papernotes.export.verify.visible import (
    BLOCK,
    CITED,
    FORMULA,
    IMAGE,
    Visible,
    bare_tex,
    canonical_tex,
    straight,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml.html import HtmlElement

_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_BLOCK = frozenset(
    "address article aside blockquote body br center dd details dir div dl dt fieldset figcaption "  # noqa: SIM905
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol option p "
    "search section summary table tbody td tfoot th thead tr ul".split()
)
_PLAYERS = frozenset(["iframe", "video", "audio", "embed"])
_LISTED = frozenset(["ul", "ol", "li", "table", "tr"])
_UNSEEN = frozenset(
    "audio canvas embed head iframe noscript object script style svg template title video".split()  # noqa: SIM905
)
_MARGINAL = frozenset(["anchor", "header-anchor", "headerlink", "heading-anchor", "permalink"])
_NOTES = frozenset(["footnotes", "footnotes-end-of-document"])
_NOTE_MARKS = frozenset(
    ["footnote", "footnote-ref", "footnote-back", "footnote-backref", "reversefootnote"]
)
_NOTE_ROLES = frozenset(["doc-noteref", "doc-backlink"])
_DELIMITERS = ((r"\(", r"\)"), (r"\[", r"\]"), ("$$", "$$"), ("$", "$"))
_FORMULA_CLASSES = frozenset(["math", "kdmath", "tex"])  # tex: shown as it was typed


def parse_page(source: str) -> HtmlElement:
    """Return the tree of a page or of a part of one."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    tree = html.document_fromstring(f"<!doctype html>{source}".encode(), parser=parser)
    return tree if tree.tag == "html" else tree.getroottree().getroot()


def classes_of(element: HtmlElement) -> frozenset[str]:
    """Return the classes of an element."""
    return frozenset((element.get("class") or "").split())


@dataclass(slots=True)
class _Reader:
    """Gathers while a tree is walked; ``text`` are the parts of the running text."""

    link_of: Callable[[str], str]
    image_of: Callable[[str], str]
    captions: frozenset[str] = frozenset()
    plays: bool = True
    text: list[str] = field(default_factory=list)
    links: list[tuple[str, int]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)

    def since(self, place: int) -> str:
        return straight("".join(self.text[place:]))

    def visible(self) -> Visible:
        return Visible(
            tuple(self.since(0).split()),
            tuple(self.labels),
            tuple(self.images),
            tuple(self.codes),
            tuple(self.formulas),
            tuple(self.headings),
            tuple(self.blocks),
        )


def read_visible(
    root: HtmlElement,
    *,
    link_of: Callable[[str], str],
    image_of: Callable[[str], str],
    captions: frozenset[str] = frozenset(),
    plays: bool = True,
) -> tuple[Visible, Visible]:
    """Return what is seen below ``root``: its text, and its footnotes.

    ``link_of`` says in one spelling where a ``href`` leads, ``image_of`` what a ``src`` shows.
    Marks of footnotes and links of headings to themselves are left out. ``captions`` are titles
    of images, which belong to the image whether they stand below it or in its ``title``. Unless
    the page ``plays`` films and frames, their addresses are to be links.
    """
    notes = [one for one in root.iter(etree.Element) if _is_notes(one) and one is not root]
    seen: list[Visible] = []
    for parts, skipped in (((root,), frozenset(notes)), (notes, frozenset())):
        reader = _Reader(link_of, image_of, captions, plays)
        for part in parts:
            _walk(part, reader, skipped)
        seen.append(reader.visible())
    return seen[0], seen[1]


def _is_notes(element: HtmlElement) -> bool:
    return element.get("role") == "doc-endnotes" or bool(classes_of(element) & _NOTES)


def _walk(root: HtmlElement, reader: _Reader, skipped: Iterable[HtmlElement]) -> None:
    places: list[int] = []
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        tag = element.tag
        if event in {"comment", "pi"}:
            _tail(element, root, reader)
        elif event == "start":
            places.append(len(reader.text))
            is_done = element in skipped or _special(element, tag, reader)
            if is_done:
                walker.skip_subtree()
            else:
                _open(tag, element, reader)
        else:
            place = places.pop()
            if element not in skipped and not _is_special(element, tag, reader):
                _close(tag, element, reader, place)
            _tail(element, root, reader)


def _tail(element: HtmlElement, root: HtmlElement, reader: _Reader) -> None:
    if element is not root and element.tail:
        reader.text.append(element.tail)


def _open(tag: str, element: HtmlElement, reader: _Reader) -> None:
    if tag in _BLOCK:
        reader.text.append("\n")
    if tag in _LISTED:
        reader.blocks.append(tag)
    if element.text:
        reader.text.append(element.text)


def _close(tag: str, element: HtmlElement, reader: _Reader, place: int) -> None:
    if tag == "code":
        reader.codes.append(" ".join(element.text_content().split("\n")))
    elif tag == "a" and element.get("href") is not None:
        reader.labels.append(f"{reader.since(place)} → {reader.link_of(element.get('href'))}")
    elif tag in _HEADINGS:
        reader.headings.append(reader.since(place))
    if tag in {"ul", "ol", "table"}:
        reader.blocks.append(f"/{tag}")
    if tag in _BLOCK:
        reader.text.append("\n")


def _is_special(element: HtmlElement, tag: str, reader: _Reader) -> bool:
    """Whether an element is read as a whole, or not at all."""
    if tag in _UNSEEN or tag in {"math", "img", "pre"}:
        return True
    if _is_caption(element, tag) and straight(element.text_content()) in reader.captions:
        return True
    classes = classes_of(element)
    if classes & _FORMULA_CLASSES and tag in {"span", "div", "p", "code"}:
        return True
    if tag in {"a", "sup"} and classes & (_MARGINAL | _NOTE_MARKS):
        return True
    if element.get("data-cites") and "citation" in classes:
        return True
    if element.get("role") in _NOTE_ROLES:
        return True
    return bool(element.get("aria-hidden") == "true")


def _special(element: HtmlElement, tag: str, reader: _Reader) -> bool:
    if not _is_special(element, tag, reader):
        return False
    if tag == "math" or classes_of(element) & _FORMULA_CLASSES:
        reader.text.append(FORMULA if not _is_display(element) else f" {FORMULA} ")
        reader.formulas.append(canonical_tex(bare_tex(_tex_of(element))))
    elif tag == "img":
        reader.text.append(f" {IMAGE} ")
        shown = reader.image_of(element.get("src") or "")
        alt, title = straight(element.get("alt") or ""), _caption(element, reader)
        reader.images.append(f"{shown} “{alt}”{title and f' – {title}'}")
    elif tag in _PLAYERS and not reader.plays:
        for source in (one.get("src") for one in element.iter(tag, "source")):
            if source:
                reader.text.append(source)
                reader.labels.append(f"{source} → {reader.link_of(source)}")
    elif element.get("data-cites"):
        reader.text.append(CITED)
    elif tag == "pre":
        title = next((one for one in map(_file_of, (element, *element.iterancestors())) if one), "")
        reader.text.append(f"\n{title} {BLOCK} ")
        reader.codes.append(element.text_content().strip("\n"))
    return True


def _file_of(element: HtmlElement) -> str:
    """Return what Quarto and the theme chirpy show above a block of code."""
    return element.get("data-filename") or element.get("file") or ""


def _is_caption(element: HtmlElement, tag: str) -> bool:
    """Whether an element may be what stands below an image: some themes take emphasis for it."""
    if tag != "em":
        return tag == "figcaption"
    before = element.getprevious()
    before = before.getprevious() if before is not None and before.tag == "br" else before
    return before is not None and before.tag == "img"


def _caption(image: HtmlElement, reader: _Reader) -> str:
    figure = next(image.iterancestors("figure"), None)
    below = [] if figure is None else figure.findall(".//figcaption")
    behind = image.getnext()
    behind = behind.getnext() if behind is not None and behind.tag == "br" else behind
    below += [behind] if behind is not None and behind.tag == "em" else []
    found = [image.get("title") or "", *(one.text_content() for one in below)]
    return next((one for one in map(straight, found) if one in reader.captions), "")


def _is_display(element: HtmlElement) -> bool:
    return (
        element.tag == "div"
        or element.get("display") == "block"
        or "display" in classes_of(element)
    )


def _tex_of(element: HtmlElement) -> str:
    math = element if element.tag == "math" else element.find(".//math")
    if math is not None:
        for one in math.iter("annotation"):
            if "tex" in (one.get("encoding") or ""):
                return str(one.text_content())
        return math.get("alttext") or f"a formula without its TeX: {math.text_content()[:60]}"
    text = str(element.text_content()).strip()
    for start, end in _DELIMITERS:
        if text.startswith(start) and text.endswith(end) and len(text) >= len(start + end):
            return text[len(start) : -len(end)]
    return text


def heading_key(text: str) -> str:
    """Return a heading's letters and digits, by which two spellings of it are the same."""
    return "".join(re.findall(r"[^\W_]+", text.casefold()))
