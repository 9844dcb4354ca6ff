"""A request to the preview and its answer, both values. Pure.

Whatever a page of another site may try reaches a server on loopback too, so a request is looked
at closely: its host must be ours (a foreign name that points here is DNS rebinding), and of what
other sites ask for, only a whole page may be gone to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from papernotes.serving.reloading import EVENTS, LOOK, OWN, RELOAD, SCRIPT, STYLE, with_reloading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from papernotes.serving.parts import Part

ALLOWED = ("GET", "HEAD")
STREAM = "text/event-stream"
HTML = "text/html; charset=utf-8"
_PLAIN = "text/plain; charset=utf-8"
_INDEX = "index.html"
_MISSING = "404.html"
_KINDS = {
    ".html": HTML,
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".xml": "application/xml; charset=utf-8",
    ".txt": _PLAIN,
    ".bib": _PLAIN,
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_OTHER = "application/octet-stream"
_LINK = re.compile(rb"\b(href|src)=\"(?![a-z][a-z0-9+.-]*:|/|#|\")", re.IGNORECASE)
_UNFRAMED = "frame-ancestors 'none'"


@dataclass(frozen=True, slots=True)
class Site:
    """The files that are served, by path; ``base_url`` is where they will stand on the web.

    They are served below the path of that URL. ``moved`` are paths of pages that stood elsewhere
    a while ago, with those where they are now. ``unpublished`` are titles of notes that are only
    shown here.
    """

    files: Mapping[str, bytes]
    base_url: str = ""
    moved: Mapping[str, str] = field(default_factory=dict)
    unpublished: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The path all pages are below, with a slash at both ends."""
        path = unquote(urlsplit(self.base_url).path).strip("/")
        return f"/{path}/" if path else "/"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: ``hosts`` are its Host headers, ``from_site`` and ``mode`` its Sec-Fetch-*.

    ``cookies`` and ``stretch`` are its headers Cookie and Range.
    """

    method: str
    target: str
    hosts: tuple[str, ...]
    from_site: str = ""
    mode: str = ""
    cookies: str = ""
    stretch: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: ``body``, or the ``part`` of a file.

    The body of a :data:`STREAM` is made while it is sent, by ``events`` where there are some of
    its own. ``policy`` is the Content-Security-Policy, with who may frame it.
    """

    status: int
    body: bytes = b""
    kind: str = _PLAIN
    headers: tuple[tuple[str, str], ...] = field(default=())
    part: Part | None = None
    events: Callable[[], Iterator[bytes]] | None = None
    policy: str = _UNFRAMED


def guarded(found: Answer) -> Answer:
    """Return an answer with the headers that keep it from other sites, and out of caches."""
    guards = (
        ("Cache-Control", "no-store"),  # nothing of a note stays in the browser's cache on disk
        ("Content-Security-Policy", found.policy),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    )
    return replace(found, headers=(*found.headers, *guards))


def answer(asked: Asked, site: Site, *, port: int, version: str, nonce: str) -> Answer:
    """Return the answer to a request, its headers complete but for the length and the date."""
    return guarded(refusal(asked, port) or _found(asked.target, site, version, nonce))


def refusal(asked: Asked, port: int) -> Answer | None:
    """Return what is answered to who is no reader on this computer; None to who may be one."""
    names = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
    if port == 80:
        names |= {"127.0.0.1", "localhost"}
    if len(asked.hosts) != 1 or asked.hosts[0].strip().lower() not in names:
        return Answer(403, b"This is a preview for this computer only; the Host is not ours.\n")
    if asked.method not in ALLOWED:
        return Answer(405, b"Only GET and HEAD.\n", headers=(("Allow", ", ".join(ALLOWED)),))
    if asked.from_site in {"cross-site", "same-site"} and asked.mode != "navigate":
        return Answer(403, b"A preview is not for the pages of other sites.\n")
    if not asked.target.startswith("/"):
        return Answer(400, b"The target of a request begins with a slash.\n")
    return None


def _found(target: str, site: Site, version: str, nonce: str) -> Answer:
    given, mark, query = target.partition("?")
    if given.startswith(OWN):
        return _own(given)
    path = unquote(given)
    if path == "/" and site.base != "/":
        return _moved(site.base, mark + query)
    file = path[len(site.base) :] if path.startswith(site.base) else None
    if file is not None and (file == "" or file.endswith("/")):
        file += _INDEX
    if file is None or file not in site.files:
        inside = f"{path}/"[len(site.base) :] + _INDEX
        if not path.endswith("/") and f"{path}/".startswith(site.base) and inside in site.files:
            return _moved(f"{path}/", mark + query)
        page = path[len(site.base) :].removesuffix(_INDEX)
        if file is not None and page in site.moved:
            return _moved(site.base + site.moved[page], mark + query)
        return _missing(site, version, nonce)
    kind = kind_of(file)
    data = site.files[file]
    if kind == HTML:
        data = _served(data, site, version, nonce)
    return Answer(200, data, kind)


def _own(path: str) -> Answer:
    if path == EVENTS:
        return Answer(200, kind=STREAM)
    if path == SCRIPT:
        return Answer(200, RELOAD, _KINDS[".js"])
    if path == STYLE:
        return Answer(200, LOOK, _KINDS[".css"])
    return Answer(404, b"There is nothing here.\n")


def _moved(path: str, query: str) -> Answer:
    place = "/" + quote(path.lstrip("/"), safe="/") + quote(query, safe="?&=%+-._~!$'()*,;:@/")
    return Answer(302, headers=(("Location", place),))


def _missing(site: Site, version: str, nonce: str) -> Answer:
    """Return the site's own page for what is not there, with links that lead from anywhere."""
    page = site.files.get(_MISSING)
    if page is None:
        return Answer(404, b"There is no page at this address.\n")
    base = quote(site.base, safe="/").encode()
    page = _LINK.sub(rb'\1="' + base.replace(b"\\", rb"\\"), page)
    if site.base_url:
        page = page.replace(b'"' + site.base_url.encode() + b"/", b'"' + base)
    return Answer(404, _served(page, site, version, nonce), HTML)


def _served(page: bytes, site: Site, version: str, nonce: str) -> bytes:
    return with_reloading(page, version=version, nonce=nonce, unpublished=site.unpublished)


def kind_of(path: str) -> str:
    """Return the Content-Type of a file by its name."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return _KINDS.get(name[dot:].lower(), _OTHER) if dot > 0 else _OTHER
