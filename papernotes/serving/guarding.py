"""Who may come in: who has the address that was printed, and from then on a cookie. Pure.

Any page a browser shows can send requests to loopback, and any user of this computer can. So the
first address has a token; it is answered with a cookie that no script can read and that no page
of another site can make the browser send.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus, urlencode

from papernotes.serving.answering import HTML, Answer, refusal

if TYPE_CHECKING:
    from papernotes.serving.answering import Asked

_TOKEN = "token"  # noqa: S105 - its name in an address, not one
_BYTES = 32
_STRANGER = b"""\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>papernotes</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>This page is for one reader</h1>
<p>Open the whole address that <code>papernotes serve --library</code> printed when it began.
It is another one each time.</p></body></html>
"""


@dataclass(frozen=True, slots=True)
class Door:
    """The door of one run on one port; token and cookie are random and two different things."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES))
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES))

    @property
    def name(self) -> str:
        """The name of the cookie: browsers share cookies among the ports of a computer."""
        return f"papernotes-{self.port}"

    def address(self, path: str = "") -> str:
        """Return the address to print; ``path`` has no slash before it and is quoted already."""
        return f"http://127.0.0.1:{self.port}/{path}?{_TOKEN}={self.token}"

    def refusal(self, asked: Asked) -> Answer | None:
        """Return what is answered instead of a page; None to who may come in."""
        if (refused := refusal(asked, self.port)) is not None:
            return refused
        path, mark, query = asked.target.partition("?")
        words = [part.partition("=") for part in query.split("&")] if mark else []
        tokens = [unquote_plus(value) for name, _, value in words if name == _TOKEN]
        if any(_is_same(token, self.token) for token in tokens):
            rest = [(unquote_plus(n), unquote_plus(v)) for n, _, v in words if n and n != _TOKEN]
            return self._welcome(path, urlencode(rest))
        if any(_is_same(value, self.cookie) for value in self._cookies(asked.cookies)):
            return None
        return Answer(403, _STRANGER, HTML)

    def _welcome(self, path: str, query: str) -> Answer:
        """Return the cookie, and the way to the same page without the token."""
        place = "/" + quote(path.lstrip("/"), safe="/%:~-._") + ("?" if query else "") + query
        cookie = f"{self.name}={self.cookie}; Path=/; HttpOnly; SameSite=Strict"
        return Answer(303, headers=(("Location", place), ("Set-Cookie", cookie)))

    def _cookies(self, header: str) -> list[str]:
        pairs = (part.strip().partition("=") for part in header.split(";"))
        return [value for name, _, value in pairs if name == self.name]


def _is_same(given: str, ours: str) -> bool:
    """Compare in a time that does not depend on how much is right."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), ours.encode())
