"""Citations and references in the style of a CSL file, as pandoc's citeproc makes them.

The citations of a post go to pandoc as a document of its own (pandoc-types 1.23, as JSON), one
paragraph each, with the cited papers as BibTeX; what comes back becomes pieces again, with its
italics, formulas and links. CSL: the Citation Style Language 1.0.2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from papernotes.export.making.citations import anchor
from papernotes.export.making.entries import public_entry
from papernotes.export.pieces import Cited, Code, Href, Html, Link, Math, Plain, Text
from papernotes.export.post import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from papernotes.export.making.pandoc import RunningPandoc
    from papernotes.export.pieces import Piece
    from papernotes.markdown import Cite
    from papernotes.models import Paper

_API = [1, 23, 1]
_AROUND: dict[str, tuple[Piece, Piece]] = {
    "Emph": (Text("*"), Text("*")),
    "Strong": (Text("**"), Text("**")),
    "Superscript": (Html("<sup>"), Html("</sup>")),
    "Subscript": (Html("<sub>"), Html("</sub>")),
    "Underline": (Html("<u>"), Html("</u>")),
}
_SPACES = {"Space": " ", "SoftBreak": " ", "LineBreak": " "}


class CslStyle:
    """The style of the CSL file at ``path``, formatted by a running pandoc."""

    def __init__(self, path: str, pandoc: RunningPandoc) -> None:
        self._path = path
        self._pandoc = pandoc

    def styled(
        self, citations: Sequence[Cited], papers: Mapping[str, Paper]
    ) -> tuple[list[tuple[Piece, ...]], tuple[Reference, ...], dict[int, tuple[Piece, ...]]]:
        """Return what the citations read as, the references, and what stands in footnotes.

        Raises UsageError where pandoc is missing or cannot read the style.
        """
        if not papers:
            return [_unknown(cited, papers) for cited in citations], (), {}
        names = {key: f"paper{number}" for number, key in enumerate(papers)}
        blocks = self._pandoc.ask(_document(self._path, citations, papers, names))
        read = _Reading({name: key for key, name in names.items()})
        texts, notes = [], {}
        for number, cited in enumerate(citations):
            inlines, note = _apart(blocks[number]["c"])
            texts.append((*read.pieces(inlines), *_unknown(cited, papers)))
            if note:
                notes[number] = read.pieces(note)
        return texts, tuple(read.references(blocks[len(citations) :])), notes


def _apart(inlines: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return a citation without its footnote, and what stands in that."""
    inside = [one["c"][1] if one["t"] == "Cite" else [one] for one in inlines]
    flat = [one for part in inside for one in part]
    notes = [one["c"] for one in flat if one["t"] == "Note"]
    rest = [one for one in flat if one["t"] != "Note"]
    return rest, [inline for blocks in notes for block in blocks for inline in block["c"]]


def _unknown(cited: Cited, papers: Mapping[str, Paper]) -> tuple[Piece, ...]:
    """Return the keys of a citation that are in no paper, to be seen as they are."""
    lost = [f"@{one.key}" for one in cited.cites if one.key not in papers]
    if not lost:
        return ()
    known = len(lost) < len(cited.cites)
    is_bare = not known and not cited.is_bracketed
    text = "; ".join(lost)
    return (Plain(text if is_bare else f"{' ' if known else ''}({text})"),)


# --- pieces → pandoc ---------------------------------------------------------------------------


def _document(
    path: str, citations: Iterable[Cited], papers: Mapping[str, Paper], names: Mapping[str, str]
) -> dict[str, Any]:
    entries = "\n".join(public_entry(paper, names[key]) for key, paper in papers.items())
    uncited = [_cite(name, "NormalCitation") for name in names.values()]
    meta = {
        "csl": {"t": "MetaString", "c": path},
        "papers": {"t": "MetaString", "c": entries},
        "link-citations": {"t": "MetaBool", "c": True},
        "nocite": {"t": "MetaInlines", "c": [{"t": "Cite", "c": [uncited, []]}]},
    }
    blocks = [{"t": "Para", "c": _inlines(cited, names)} for cited in citations]
    return {"pandoc-api-version": _API, "meta": meta, "blocks": blocks}


def _inlines(cited: Cited, names: Mapping[str, str]) -> list[dict[str, Any]]:
    known = [one for one in cited.cites if one.key in names]
    if not known:
        return []
    cites = [_cited(one, names[one.key], is_bracketed=cited.is_bracketed) for one in known]
    return [{"t": "Cite", "c": [cites, [{"t": "Str", "c": "?"}]]}]


def _cited(one: Cite, name: str, *, is_bracketed: bool) -> dict[str, Any]:
    mode = "NormalCitation" if is_bracketed else "AuthorInText"
    locator = f", {one.locator}" if one.locator and is_bracketed else one.locator
    return _cite(name, "SuppressAuthor" if one.hides_author else mode, one.prefix, locator)


def _cite(name: str, mode: str, prefix: str = "", suffix: str = "") -> dict[str, Any]:
    return {
        "citationId": name,
        "citationPrefix": _words(prefix),
        "citationSuffix": _words(suffix),
        "citationMode": {"t": mode},
        "citationNoteNum": 0,
        "citationHash": 0,
    }


def _words(text: str) -> list[dict[str, Any]]:
    words = [{"t": "Str", "c": word} for word in text.split()]
    return [part for word in words for part in ({"t": "Space"}, word)][1:]


# --- pandoc → pieces ---------------------------------------------------------------------------


class _Reading:
    """Reads pandoc's inlines; ``keys`` are the citation keys behind the names papers went by."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = keys

    def references(self, blocks: Iterable[Any]) -> Iterable[Reference]:
        """Yield the entries of the list at the end of a document."""
        for block in blocks:
            for entry in block["c"][1] if block["t"] == "Div" else ():
                key = self._keys[entry["c"][0][0].removeprefix("ref-")]
                inlines = [inline for part in entry["c"][1] for inline in part["c"]]
                label = "".join(map(_plain, filter(_is_label, inlines))).strip()
                rest = [inline for inline in inlines if not (label and _is_label(inline))]
                yield Reference(key, anchor(key), self.pieces(rest), label)

    def pieces(self, inlines: Sequence[Any]) -> tuple[Piece, ...]:
        """Return inlines as pieces, text that touches as one."""
        found: list[Piece] = []
        waiting: list[Any] = list(inlines)[::-1]
        while waiting:
            one = waiting.pop()
            if not isinstance(one, dict):
                found.append(one)
                continue
            kind: str = one["t"]
            content: Any = one.get("c")
            if kind in _AROUND:
                before, after = _AROUND[kind]
                found.append(before)
                waiting += [after, *content[::-1]]
            elif kind == "Link":
                found.append(self._link(content))
            elif kind == "Math":
                found.append(Math(content[1]))
            elif kind == "Code":
                found.append(Code(content[1]))
            elif kind == "Quoted":
                marks = "‘’" if content[0]["t"] == "SingleQuote" else "“”"
                found.append(Plain(marks[0]))
                waiting += [Plain(marks[1]), *content[1][::-1]]
            elif kind in {"Span", "Cite"}:
                waiting += content[1][::-1]
            elif kind in {"SmallCaps", "Strikeout"}:
                waiting += content[::-1]
            elif text := _plain(one):
                found.append(Plain(text))
        return tuple(_together(found))

    def _link(self, content: Any) -> Link:
        url = content[2][0]
        key = self._keys.get(url.removeprefix("#ref-"))
        label = tuple(p for p in self.pieces(content[1]) if not isinstance(p, Link))
        return Link(label, Href(anchor=anchor(key)) if key else Href(url=url))


def _plain(inline: Any) -> str:
    """Return the text of a word or space, and of a label, which holds nothing else."""
    if inline["t"] == "Str":
        return str(inline["c"])
    if inline["t"] == "Span":
        return "".join(map(_word, inline["c"][1]))
    return _word(inline)


def _word(inline: Any) -> str:
    return str(inline["c"]) if inline["t"] == "Str" else _SPACES.get(inline["t"], "")


def _is_label(inline: Any) -> bool:
    return inline["t"] == "Span" and "csl-left-margin" in inline["c"][0][1]


def _together(pieces: Iterable[Piece]) -> Iterable[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, Plain) and isinstance(last, Plain):
            joined[-1] = replace(last, text=last.text + piece.text)
        else:
            joined.append(piece)
    return joined
