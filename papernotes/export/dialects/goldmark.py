r"""Pieces as Goldmark reads them, Hugo's Markdown reader: the escapes, measured with Hugo 0.168.

============== ==================================== ===========================================
place          Goldmark                             Hugo, before Markdown (:func:`shortcodes`)
============== ==================================== ===========================================
prose          ``$`` and ``: x`` with a backslash   ``{{<`` and ``{{%`` begin shortcodes, and an
                                                    unknown one ends the build
code in a line more backticks than it holds         the same
fence          nothing                              the same; ``<!--more-->`` vanishes
formula        ``\(…\)`` and ``$$``, which sites    the same
               pass through that show formulas
HTML           left out, unless ``unsafe: true``    the same
front matter   quoted YAML (``frontmatter``)        never run: nothing
============== ==================================== ===========================================

A formula in a quote is one line, because what is passed through holds the quote's marks.
"""

from __future__ import annotations

import posixpath
import re
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

from papernotes.export.dialects.gfm import Gfm, heading_id, text_pattern, without_comment
from papernotes.export.dialects.pandoc import escape_url

if TYPE_CHECKING:
    from papernotes.export.pieces import Callout, MathBlock, Plain
    from papernotes.export.post import Site

_OPENER = re.compile(r"\{\{([<%])")
_CLOSERS = {"<": ">}}", "%": "%}}"}
_BESIDES = r"""
    (?P<colon>^[ \t>]*:(?=[ \t]))                       # a definition
    | (?P<quote>^(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*>)   # marks of block quotes
    | (?P<attribute>(?<=[^\n])\{(?!\#[\w.:-]+\}[ \t]*$)(?=[^{}\n]*\}[ \t]*$))
    | (?P<option>(?<![\w-])--(?=[A-Za-z]))
    | (?P<angle><<)
    | (?P<angles>>{2,})
    |"""
_DIVIDER = "<!--more-->"


def shortcodes(text: str) -> str:
    r"""Return a body so that Hugo gives back exactly its characters, whatever they stand in.

    Hugo leaves all between ``{{</*`` and ``*/>}}`` as it is. Where a shortcode has no end, a link
    definition behind the body, which shows nothing, holds it; where the mark of a summary would
    be taken out of code, the body stands between two of these.
    """
    if _DIVIDER in text:
        for kind, closer in _CLOSERS.items():
            if f"*/{closer}" not in text:
                start, end_mark = _definition(f"{{{{{kind}/*"), _definition(f"*/{closer}")
                return f"{start}\n{text.rstrip()}\n\n{end_mark}"
    found: list[str] = []
    done = 0
    while match := _OPENER.search(text, done):
        kind = match[1]
        end = text.find(_CLOSERS[kind], match.end())
        found.append(f"{text[done : match.end()]}/*")
        if end < 0:
            rest = text[match.end() :].rstrip()
            return "".join([*found, f"{rest}\n\n{_definition(f'*/{_CLOSERS[kind]}')}"])
        done = end + len(_CLOSERS[kind])
        found.append(f"{text[match.end() : end]}*/{_CLOSERS[kind]}")
    return "".join([*found, text[done:]])


def _definition(title: str) -> str:
    return f'[//]: # "{title}"\n'


class Goldmark(Gfm):
    """The table of escapes for one post, at ``url``.

    ``has_alerts``: the site shows ``> [!NOTE]`` as a box; Hugo itself would print it.
    """

    pattern = text_pattern(_BESIDES)
    swaps = MappingProxyType({**Gfm.swaps, "option": "-&#45;", "angle": "&lt;&lt;"})
    escapes = MappingProxyType({**Gfm.escapes, r"\(": "&#40;", r"\[": "&#91;"})

    def __init__(self, site: Site, url: str, *, has_alerts: bool) -> None:
        super().__init__()
        self._site = site
        self._url_of_post = url
        self._has_alerts = has_alerts

    def _swap(self, name: str, match: re.Match[str]) -> str:
        if name == "colon":
            return f"{match[0][:-1]}\\:"
        if name == "attribute":  # of a heading, whose line may begin in a piece before
            return "&#123;"
        return "&gt;" * len(match[0]) if name == "angles" else super()._swap(name, match)

    def plain(self, piece: Plain) -> str:
        """Write text to be seen exactly as it is, its hyphens, too."""
        return super().plain(piece).replace(r"\[", "&#91;").replace("--", "-&#45;")

    def math_block(self, piece: MathBlock) -> str:
        """Write a displayed formula; in a quote on one line, without TeX's comments."""
        if ">" not in piece.prefix:
            return super().math_block(piece)
        tex = " ".join(without_comment(line).strip() for line in piece.lines)
        self._in_table = False
        return f"{piece.lead}$${tex}$$\n"

    def callout(self, piece: Callout, title: str, body: str) -> str:
        """Write a box as an alert where the site has these, else as a quote."""
        if not self._has_alerts:
            return super().callout(piece, title, body)
        head = f"[!{piece.kind.upper()}]{piece.fold} {title.strip()}".rstrip()
        return self.quote(piece, "", body, head=head)

    def _formula(self, tex: str) -> str:
        tex = f"{tex} " if tex.endswith("\\") else tex
        if self._in_html:
            return rf'<span class="math">\({tex}\)</span>'
        return f"${tex}$" if r"\)" in tex else rf"\({tex}\)"

    def _id(self, heading: str, repeat: int) -> str:
        slug = heading_id(heading) or "heading"
        return f"{slug}-{repeat}" if repeat else slug

    def _image(self, name: str) -> str:
        """Return where Hugo puts a file of the bundle: ``/a/b.html`` has its files in ``/a/b/``."""
        path = self._url_of_post
        beside = "" if path.endswith("/") else posixpath.splitext(posixpath.basename(path))[0]
        return quote(posixpath.join(beside, name))

    def _post(self, ref: str) -> str:
        """Return the way from one post to another: right whatever the site's own address is."""
        there = self._site.placements[ref].url
        here = posixpath.dirname(self._url_of_post)
        way = posixpath.relpath(there, here)
        way = f"../{posixpath.basename(here)}" if way == "." else way
        return escape_url(f"{way}/" if there.endswith("/") else way)
