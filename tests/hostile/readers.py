"""Everything that reads what strangers wrote, by name, and what each reads in good times.

A reader answers, or raises an error of :mod:`papernotes.errors`; nothing else, whatever it is
handed, and in a time that grows as the text does.
"""

# ruff: noqa: E501 - tables of texts are read by the line

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes import bib, config, ids, latex, markdown, notes, sources, trash
from papernotes.adopt.kramdown import plain_kramdown
from papernotes.adopt.liquid import Page, plain_liquid
from papernotes.adopt.literal import literal
from papernotes.adopt.posts import parse_post
from papernotes.adopt.shortcodes import plain_shortcodes
from papernotes.arxiv.feed import check_feed
from papernotes.arxiv.question import ids_asked, render_question
from papernotes.arxiv.tex import decode_metadata
from papernotes.attachments import find_pdfs, move_pdfs
from papernotes.bibliography import rendering
from papernotes.bibliography.cited import read_citations
from papernotes.citekeys import parse_template as parse_key_template
from papernotes.demo.atom import render_feed
from papernotes.demo.records import load_records
from papernotes.export.blog.ledger import parse_ledger
from papernotes.export.blog.urls import parse_url
from papernotes.export.html.cleaning import clean_html
from papernotes.export.images.metadata import ImageError, strip_metadata
from papernotes.export.making.styles import read_csl
from papernotes.export.privacy.ignoring import parse_ignore
from papernotes.names import parse_names
from papernotes.notes.tagging import edit_tags
from papernotes.notes.templates import parse_template
from papernotes.query import parse, parse_kindly

if TYPE_CHECKING:
    from collections.abc import Callable

_FOLDERS = {"notes": ".md", "bib": ".bib", "pdf": ".pdf"}
_LONG, _HUGE = 100_000, 200_000


@dataclass(frozen=True, slots=True)
class Reader:
    """What reads a text; ``good`` is one it understands, ``most`` how long one it is tried with."""

    read: Callable[[str], object]
    good: str
    most: int = _HUGE


def _at(name: str, read: Callable[[Path], object]) -> Callable[[str], object]:
    """Return what reads a file of that name, of the text."""

    def act(text: str) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(text.encode("utf-8", "surrogatepass"))
            return read(path)

    return act


def _bytes(read: Callable[[bytes], object]) -> Callable[[str], object]:
    return lambda text: read(text.encode("utf-8", "surrogatepass"))


def _text(text: str) -> str:
    """Return what a text is when it has been a file."""
    return text.encode("utf-8", "replace").decode()


def _image(data: bytes) -> object:
    with contextlib.suppress(ImageError):
        return strip_metadata(data)
    return None


def _url(text: str) -> object:
    with contextlib.suppress(ValueError):  # which says what is wrong, and is the answer
        return parse_url(text)
    return None


def _feed() -> str:
    asked = {"search_query": "", "id_list": "x", "start": "0", "max_results": "2"}
    return render_feed(load_records()[:2], asked, total=2, now="2026-01-01T00:00:00Z").decode()


_BIB = (
    '@string{j = {Journal # x}}\n@comment{x}\n@preamble{"a" # {b}}\n% line\n'
    '@article{doe2020a,\n  title = {A {Title} of \\"u \\\'{e} $x^2$},\n  author = "Doe, Jane and '
    '{The Group} and Ludwig van B{\\ae}rg",\n  journal = j # { two},\n  month = jan,\n  year = 2020,\n'
    "  crossref = {p},\n  file = {:a.pdf:PDF;b\\:c.pdf}\n}\n@book(p, title = {P}, year = 2019)\n"
)
_ENTRIES = '@misc{a, title = {A}, year = 2020}\n\n@book{b, title = "B {c}"}\n'
_BODY = (
    "# Head\n\nText *a* **b** `c` [[x#y|z]] [@k, p. 3; -@l] @m #tag $x$ ![[i.png]] <b>h</b>\n\n"
    "> [!note] N\n> q\n\n- [ ] a\n  1. b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\nx\n```\n\n"
    "[^1]\n\n[^1]: f\n\n$$\ny\n$$\n\n%%c%%\n\n[r]: /u 't'\n\n<!-- d -->\n\nhttps://x.org/a_(b)\n"
)
_NOTE = (
    '---\ntitle: "T: x"\ntags: [a, "b"]\naliases:\n  - c\ncreated: 2026-01-02\nauthors: ["J"]\n'
    f"rating: 3 # four\nblog: {{x: [1, 2]}}\ntext: |\n  a\n  b\n---\n{_BODY}"
)
_POST = f"---\nlayout: post\ntitle: T\ndate: 2020-01-02 03:04:05 +0100\ntags: a b\n---\n{_BODY}"
_LEDGER = (
    '{"version": 2, "target": "jekyll", "notes": {"a": {"slug": "a", "date": "2020-01-02", "url": "/a/",'
    ' "files": {"_posts/a.md": "'
    + "0" * 64
    + '"}, "aliases": ["/b/"]}}, "pending": {}, "shared": {}}'
)
_MANIFEST = (
    '{"version": 1, "ref": "x", "title": "X", "removed_at": "2026-11-25T10:00:00+00:00",'
    ' "files": ["notes/x.md"]}'
)
_CSLJSON = (
    '[{"id": "a", "type": "book", "author": [{"family": "D"}], "issued": {"date-parts": [[2020]]}}]'
)
_RIS = "TY  - JOUR\r\nID  - a\r\nTI  - T\r\nAU  - D, J\r\nER  - \r\n"
_MAIL = (
    "From: a@b.c\nSubject: =?utf-8?q?x_1706=2E03762?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed;"
    ' boundary="q"\nContent-Transfer-Encoding: quoted-printable\n\n--q\nContent-Type: text/plain;'
    ' charset="latin-1"\nContent-Transfer-Encoding: base64\n\nYWJj\n--q--\n'
)
_SVG = (
    '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><style>a{b:url(#c)}</style><a '
    'href="#x"><path d="M0 0" onload="x()"/></a><image href="data:image/png;base64,AAAA"/></svg>'
)
_TOML = (
    '# c\n[arxiv]\ndelay_seconds = 3\ncontact = "a@b.c"\n[export.blog]\nto = "hugo"\ndir = "../x"\n'
)
_TEX = (
    "\\documentclass{a}\\cite[p.~3]{k,l}\\input{x}% c\n\\begin{verbatim}\\cite{n}\\end{verbatim}"
    "\\newcommand{\\x}[1]{\\textcite{#1}}\\nocite{*}\\bibliography{refs}"
)
_LIQUID = (
    "{{ site.baseurl }}/a {% raw %}x{% endraw %} {% include youtube.html content='https://y' %} {% post_url"
    " 2020-01-02-a %}\n{: .no_toc}\n* TOC\n{:toc}\n{% highlight py %}\nx\n{% endhighlight %}\n"
)
_CODES = '{{< figure src="a.png" caption="b" >}} {{% ref "x" %}} {{</* c */>}} {{< highlight go >}}\nx\n{{< /highlight >}}'

READERS: dict[str, Reader] = {
    "arXiv id": Reader(ids.parse_arxiv_id, "https://arxiv.org/pdf/1706.03762v5.pdf?x#y", _LONG),
    "arXiv ids": Reader(ids.find_arxiv_ids, "see 1706.03762v5, hep-th/9901001 and https://arxiv.org/abs/x"),
    "doi": Reader(ids.parse_doi, "https://doi.org/10.1000/ab(c)d", _LONG),
    "slugs": Reader(lambda text: (ids.portable_slug(text), ids.slugify(text)), "A key: of/it", _LONG),
    "BibTeX": Reader(lambda text: bib.parse(text, "x.bib"), _BIB),
    "BibTeX bytes": Reader(lambda text: bib.parse_bytes(text.encode("utf-8", "surrogatepass"), "x"), _BIB),
    "LaTeX": Reader(lambda text: (latex.to_unicode(text), latex.to_ascii(text)), "\\'e {\\ss} $x_2$ --- {A}"),
    "names": Reader(parse_names, "van der Berg, Jr., Ludwig and {The Group} and others"),
    "file field": Reader(
        lambda text: (find_pdfs([("file", text)]), move_pdfs("file", text, lambda _: None)),
        "Full Text:/a/b.pdf:application/pdf;:C$\\backslash$:/b.pdf:pdf",
    ),
    "front matter": Reader(lambda text: notes.parse(f"---\n{text}\n---\n", "notes/x.md"), _NOTE[4:200], 64_000),
    "note": Reader(lambda text: notes.read(text, "notes/x.md"), _NOTE),
    "tags of a note": Reader(lambda text: edit_tags(text, add=["x"], remove=["a"]), _NOTE, _LONG),
    "Markdown": Reader(lambda text: markdown.plain_text(markdown.parse(text)), _BODY),
    "template": Reader(parse_template, "---\ntitle: {{title}}\n---\n# {{ title }} {{date:YYYY-MM-DD}}\n"),
    "key template": Reader(parse_key_template, "{auth}{year}[auth:lower]{shorttitle}", _LONG),
    "query": Reader(parse, 'a OR (title:"b c"~3 -d) year:2017..2018 est* four~'),
    "query, kindly": Reader(parse_kindly, 'attention "is all year:2017 https://arxiv.org/abs/1706.03762'),
    "question": Reader(
        lambda text: (ids_asked(text), render_question(text, today=date(2026, 1, 1))),
        'au:ho ti:"diffusion models" ANDNOT cat:cs.LG',
        _LONG,
    ),
    "Atom": Reader(_bytes(lambda data: check_feed(data, "application/atom+xml")), _feed()),
    "TeX of arXiv": Reader(decode_metadata, "Schr\\\"odinger {\\it x} $\\alpha$ \\'e"),
    "settings": Reader(_at("papernotes.toml", lambda path: config.load(path.parent, environ={})), _TOML, 64_000),
    "ledger": Reader(_bytes(lambda data: parse_ledger(data, "x")), _LEDGER),
    "permalink": Reader(_url, "/2020/01/02/a-b.html", _LONG),
    ".exportignore": Reader(
        lambda text: parse_ignore(text).covers("notes/a/b/c.md"), "# c\n*.draft.md\n!x\n/a/**/b/\n[a-c]?\n", _LONG
    ),
    "manifest": Reader(_bytes(lambda data: trash.parse_manifest(data, "x", _FOLDERS)), _MANIFEST),
    "CSL-JSON": Reader(lambda text: rendering.parse_bibliography(text, "csljson"), _CSLJSON),
    "RIS": Reader(lambda text: rendering.parse_bibliography(text, "ris"), _RIS),
    "bibliography": Reader(lambda text: rendering.parse_bibliography(text, "bibtex"), _ENTRIES, _LONG),
    "CSL style": Reader(_at("x.csl", read_csl), "<?xml version='1.0'?>\n<style xmlns='http://purl.org/net/xbiblio/csl'><citation><layout/></citation></style>"),
    "LaTeX document": Reader(_at("x.tex", lambda path: read_citations([str(path)])), _TEX),
    "Markdown document": Reader(_at("x.md", lambda path: read_citations([str(path)])), _BODY),
    "Typst document": Reader(_at("x.typ", lambda path: read_citations([str(path)])), "@a #cite(<b>) // c\n/* @d */"),
    ".aux": Reader(_at("x.aux", lambda path: read_citations([str(path)])), "\\citation{a,b}\\@input{x.aux}"),
    ".bcf": Reader(_at("x.bcf", lambda path: read_citations([str(path)])), "<a><bcf:citekey>k</bcf:citekey></a>"),
    "mail": Reader(_bytes(sources.readable), _MAIL),
    "post": Reader(lambda text: parse_post(text, "_posts/2020-01-02-a.md"), _POST),
    "post in TOML": Reader(
        lambda text: parse_post(f"+++\n{text}\n+++\nx", "content/a.md"), 'title = "T"\ndate = 2020-01-02\n', _LONG
    ),
    "post in JSON": Reader(lambda text: parse_post(text, "content/a.md"), '{"title": "T", "tags": ["a"]}\nx'),
    "Liquid": Reader(lambda text: plain_liquid(text, Page()), _LIQUID),
    "kramdown": Reader(plain_kramdown, _LIQUID),
    "shortcodes": Reader(lambda text: plain_shortcodes(text, lambda _: None), _CODES),
    "literal": Reader(literal, _BODY),
    "HTML": Reader(lambda text: clean_html(_text(text)), "<p onclick='x()'>a<script>b</script><a href='javascript:c'>d</a></p>"),
    "SVG": Reader(_bytes(_image), _SVG),
}  # fmt: skip
