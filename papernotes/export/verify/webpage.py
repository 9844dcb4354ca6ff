"""A post as a target wrote it in HTML, read back and held against the post."""

from __future__ import annotations

import posixpath
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from papernotes.export.pieces import Code, Fence, Math, MathBlock, Text, iter_pieces
from papernotes.export.verify.reading import heading_key, parse_page, read_visible
from papernotes.export.verify.residue import escaped_marks, note_marks
from papernotes.export.verify.said import given_addresses, runs, said
from papernotes.export.verify.visible import bare_tex, canonical_tex, straight
from papernotes.export.verify.written import own_text
from papernotes.models import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from lxml.html import HtmlElement

    from papernotes.export.post import OutFile, Post, Site


def page_faults(
    post: Post,
    files: Sequence[OutFile],
    site: Site,
    *,
    target: str,
    is_there: Callable[[str], bool],
) -> Iterator[Problem]:
    """Yield what is wrong with the written page of a post, its own file first.

    Words are counted, not compared in their order: that is done when the page is built.
    """
    del site, target
    path = files[0].path
    tree = parse_page(files[0].data.decode("utf-8", "replace"))
    article = tree.find(".//article")
    seen = read_visible(tree if article is None else article, link_of=str, image_of=str)
    words = " ".join(word for one in seen for word in one.words)
    lost = Counter(said(post.body, is_page=True)) - Counter(
        runs(" ".join((words, *(code for one in seen for code in one.codes))))
    )
    if lost:
        yield Problem(
            "verify-words", path, f"words of the note are lost: {' '.join(list(lost)[:5])}"
        )
    yield from _held_faults(
        post, path, seen[0].codes + seen[1].codes, seen[0].formulas + seen[1].formulas
    )
    code = "\n".join(piece.text for piece in iter_pieces(post.body) if isinstance(piece, Code))
    own = straight(f"{own_text(post.body)} {code}")
    sources = [piece.source for piece in iter_pieces(post.body) if isinstance(piece, Text)]
    for found in sorted(note_marks(words) - note_marks(own) - escaped_marks("\n".join(sources))):
        yield Problem("verify-residue", path, f"{found} is left over")
    headings = {heading_key(one) for one in seen[0].headings}
    for fault in _address_faults(post, tree, files, headings, is_there):
        yield Problem("verify-link", path, fault)


def _held_faults(
    post: Post, path: str, codes: Sequence[str], formulas: Sequence[str]
) -> Iterator[Problem]:
    pieces = list(iter_pieces(post.body))
    blocks = Counter("\n".join(one.lines).strip("\n") for one in pieces if isinstance(one, Fence))
    for code in blocks - Counter(codes):
        yield Problem("verify-code", path, f"code is not as it was: {code[:100]}")
    wanted = [one.tex for one in pieces if isinstance(one, Math)]
    wanted += ["\n".join(one.lines) for one in pieces if isinstance(one, MathBlock)]
    for tex in Counter(canonical_tex(bare_tex(one)) for one in wanted) - Counter(formulas):
        yield Problem("verify-math", path, f"a formula is not as it was: {tex[:100]}")


def _address_faults(
    post: Post,
    tree: HtmlElement,
    files: Sequence[OutFile],
    headings: Container[str],
    is_there: Callable[[str], bool],
) -> Iterator[str]:
    own = {one.path for one in files}
    folder = posixpath.dirname(files[0].path)
    ids = {str(one.get("id")) for one in tree.iterfind(".//*[@id]")}
    given = given_addresses(post.body)
    shown: set[str] = set()
    found = [
        one.get("href") or one.get("src") or "" for one in tree.iter("a", "img", "link", "script")
    ]
    for to in dict.fromkeys(found):
        if ":" in to.partition("/")[0] or to.startswith("/"):
            continue
        path, _, anchor = unquote(to).partition("#")
        path = path.partition("?")[0]
        place = posixpath.normpath(posixpath.join(folder, path)) if path else files[0].path
        shown.add(place)
        if unquote(to) in given:
            continue
        if place not in own and not is_there(place):
            yield f"{to} leads nowhere"
        elif place == files[0].path and heading_key(anchor) in headings and anchor not in ids:
            yield f"{to} does not lead to its heading"
    for one in files[1:]:
        if one.path not in shown and one.path.endswith(
            (".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp")
        ):
            yield f"the image {posixpath.basename(one.path)} is not shown"
