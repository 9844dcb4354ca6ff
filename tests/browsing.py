"""A library to be browsed, and a reader of it who talks HTTP."""

from __future__ import annotations

import contextlib
import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.factories import entry, write
from tests.pdfs import HELLO, page_with
from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import Popen

PDF = page_with(HELLO)
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    b'<desc>of mine</desc><circle cx="4" cy="4" r="4"/></svg>'
)
HOSTILE = """\
<script>window.hit = "script"</script>
<img src="x" onerror="window.hit = 'error'"> <svg onload="window.hit = 'svg'"></svg>
<a id="bad" href="javascript:window.hit='href'">one</a> [two](javascript:window.hit='md')
<iframe src="/page/diary/"></iframe> <object data="/page/diary/"></object>
<form action="https://evil.example/"><input name="q"><button>go</button></form>
<meta http-equiv="refresh" content="0; url=https://evil.example/"> <base href="https://evil.example/">
<link rel="stylesheet" href="https://evil.example/x.css"> <style>* { display: none }</style>
<img src="https://evil.example/beacon.png" alt="beacon"> ![there](http://evil.example/b.gif)
<p style="position: fixed; inset: 0">over it all</p>

![drawn](drawn.svg) ![plain](plain.svg)
"""
PUBLIC = "Pears keep well."


def make_library(root: Path) -> None:
    """Write papers, notes in folders, a picture, a PDF, and what somebody hostile would write."""
    write(root, "papernotes.toml", "")
    write(
        root,
        "bib/all.bib",
        entry(
            "doe2020paper",
            "A Paper about $x^2$ Pears",
            "Doe, Jane and Roe, Richard",
            year="2020",
            eprint="2002.01234",
            archiveprefix="arXiv",
            primaryclass="cs.LG",
            doi="10.1000/pears",
            abstract="We weigh $\\alpha$ pears & <b>more</b>.",
        )
        + entry("roe2021plums", "On Plums", "Roe, Richard", year="2021")
        + entry("DBLP:conf/x//Y21", "Odd Key of Quinces", "Moe, Max", year="2021"),
    )
    write(
        root,
        "notes/doe2020paper.md",
        '---\ntitle: "A Paper about Pears"\npaper: doe2020paper\nstatus: reading\nrating: 4\n'
        "tags: [fruit, fruit/pears]\ncreated: 2026-01-02\n---\n"
        f"{PUBLIC} %%whispered%% See [[diary]], [[roe2021plums]], [[DBLP:conf/x//Y21]]\n"
        "and [[nowhere]], as @roe2021plums says. $e = mc^2$\n\n"
        "## Pictures\n\n![[pear.png]]\n\n![[tart#Filling]]\n",
    )
    write(
        root,
        "notes/diary.md",
        "---\ntitle: Diary\nprivate: true\ncreated: 2026-01-03\n---\n"
        "The secret of pears, see [[doe2020paper#Pictures|there]].\n",
    )
    write(
        root,
        "notes/kitchen/tart.md",
        "---\ntitle: Tart & Pie\nkind: experiment\n---\n# Tart & Pie\n\n## Filling\n\n"
        "Cinnamon goes in.\n\n## Crust\n\nButter.\n",
    )
    write(root, "notes/hostile.md", f"---\ntitle: '<script>hit = 1</script>'\n---\n{HOSTILE}")
    write(root, "notes/drawn.svg", SVG.replace(b"<desc>", b"<script>parent.hit = 1</script><desc>"))
    write(root, "notes/plain.svg", SVG)
    write(root, "notes/images/pear.png", make_png())
    write(root, "pdf/doe2020paper-v1.pdf", PDF)


class Guest:
    """Somebody who was given the address of a library that ``process`` serves."""

    def __init__(self, process: Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        self.address = process.stdout.readline().strip()
        parts = urlsplit(self.address)
        self.port, self.target = parts.port or 0, f"{parts.path}?{parts.query}"
        self.cookie = ""

    def ask(
        self, target: str, method: str = "GET", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Return status, headers and body; ``_`` in the name of a header stands for ``-``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, target, headers=named)
            found = connection.getresponse()
            return found.status, found.headers, found.read()

    def enter(self) -> str:
        """Come in by the address; return where it leads."""
        status, headers, _ = self.ask(self.target)
        assert status == 303
        self.cookie = str(headers["Set-Cookie"]).split(";", maxsplit=1)[0]
        return str(headers["Location"])

    def get(self, target: str, **headers: str) -> tuple[int, str]:
        """Return status and text of a page, as who has come in."""
        status, _, body = self.ask(target, Cookie=self.cookie, **headers)
        return status, body.decode("utf-8", "replace")
