"""What a served page has and its file has not: a script that reloads it, and that it is a preview.

The page's own Content-Security-Policy stays in force; it is only widened by a nonce for these two
and by the stream of events the script listens to.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OWN = "/.papernotes/"
EVENTS = f"{OWN}events"
SCRIPT = f"{OWN}reload.js"
STYLE = f"{OWN}preview.css"

_POLICY = re.compile(
    r"(<meta\s+http-equiv=[\"']?Content-Security-Policy[\"']?\s+content=\")([^\"]*)(\")",
    re.IGNORECASE,
)
_BODY = re.compile(r"<body(?:\s[^>]*)?>", re.IGNORECASE)
_NONE = "'none'"

RELOAD = b"""\
"use strict";
(() => {
  const version = document.currentScript.dataset.version;
  let events = null;
  let bar = null;

  function say(text) {
    if (!bar) {
      bar = document.createElement("aside");
      bar.className = "papernotes-preview papernotes-fault";
      bar.setAttribute("role", "status");
      document.body.prepend(bar);
    }
    bar.textContent = text;
    bar.hidden = text === "";
  }

  function listen() {
    if (events) return;
    events = new EventSource("/.papernotes/events");
    events.onmessage = (event) => {
      if (event.data !== version) location.reload();
      else if (bar) say("");
    };
    events.addEventListener("fault", (event) => say(JSON.parse(event.data)));
  }

  // A browser opens few connections to one server: a page that is not seen gives its own back.
  function listenWhenSeen() {
    if (document.hidden) {
      if (events) events.close();
      events = null;
    } else listen();
  }

  document.addEventListener("visibilitychange", listenWhenSeen);
  addEventListener("pagehide", () => { if (events) events.close(); events = null; });
  addEventListener("pageshow", listenWhenSeen);
  listenWhenSeen();
})();
"""

LOOK = b"""\
.papernotes-preview {
  margin: 0; padding: .5rem 1rem; text-align: center;
  font: .9rem/1.4 system-ui, sans-serif; background: #fff3c4; color: #3d2f00;
}
.papernotes-preview p { margin: 0; }
.papernotes-fault { background: #ffd9d6; color: #5c0700; white-space: pre-line; }
@media (prefers-color-scheme: dark) {
  .papernotes-preview { background: #4a3b00; color: #ffeeb0; }
  .papernotes-fault { background: #5c0f08; color: #ffdcd8; }
}
@media print { .papernotes-preview { display: none; } }
"""


def with_reloading(page: bytes, *, version: str, nonce: str, unpublished: Sequence[str]) -> bytes:
    """Return a page as it is served; ``unpublished`` are titles of notes that are only shown here.

    ``version`` is that of the whole site: a page of another one reloads itself.
    """
    text = page.decode("utf-8", "surrogateescape")
    head, end, rest = text.partition("</head>")
    policy = _POLICY.sub(lambda found: _widened(found, nonce), head) if end else head
    own = (
        f'<link rel="stylesheet" href="{STYLE}" nonce="{nonce}">\n'
        f'<script src="{SCRIPT}" nonce="{nonce}" data-version="{escape(version)}"></script>\n'
    )
    body = _BODY.search(rest)
    at = body.end() if body else 0
    shown = f"{policy}{end}{rest[:at]}{_banner(unpublished)}{rest[at:]}"
    before, close, after = shown.rpartition("</body>")
    whole = f"{before}{own}{close}{after}" if close else f"{shown}\n{own}"
    return whole.encode("utf-8", "surrogateescape")


def _banner(unpublished: Sequence[str]) -> str:
    if not unpublished:
        return ""
    titles = ", ".join(escape(title) for title in unpublished)
    return (
        '\n<aside class="papernotes-preview" aria-label="Preview">'
        f"<p>Preview, on this computer only. Not published: {titles}</p></aside>"
    )


def _widened(found: re.Match[str], nonce: str) -> str:
    policy = widened(unescape(found[2]), nonce)
    return f"{found[1]}{escape(policy)}{found[3]}"


def widened(policy: str, nonce: str) -> str:
    """Return a Content-Security-Policy that also lets in what has the nonce, and our events."""
    rules: dict[str, list[str]] = {}
    for name, *words in (part.split() for part in policy.split(";") if part.strip()):
        rules.setdefault(name.lower(), words)  # of two of a name the first counts
    usual = rules.get("default-src", [])
    has_usual = "default-src" in rules
    for name, more in (
        ("script-src", f"'nonce-{nonce}'"),
        ("style-src", f"'nonce-{nonce}'"),
        ("connect-src", "'self'"),
    ):
        if name in rules or has_usual:
            sources = [word for word in rules.get(name, usual) if word.lower() != _NONE]
            rules[name] = [*sources, *(() if more in sources else (more,))]
    return "; ".join(" ".join((name, *words)) for name, words in rules.items())
