"""Hyperlinks (OSC 8): what is shown leads to the note, or to the paper's page.

Only on terminals known to understand them, since others show them as rubbish; and, as with
systemd and gcc, only where colours are wanted. ``PAPERNOTES_HYPERLINKS`` says always or never, as
``FORCE_HYPERLINK`` does with 1 and 0.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROGRAMS = {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "WarpTerminal"}
_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour")
_VARIABLES = ("WT_SESSION", "KITTY_WINDOW_ID", "DOMTERM", "KONSOLE_VERSION")
_VTE = 5000  # 0.50, the first where they are right
_TMUX = (3, 4)


def knows_links(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal is one of those known to understand hyperlinks."""
    said = environ.get("PAPERNOTES_HYPERLINKS", "").lower()
    if said in {"always", "never"}:
        return said == "always"
    if (forced := environ.get("FORCE_HYPERLINK")) is not None:
        return forced not in {"", "0", "false"}
    if environ.get("TERM_PROGRAM") == "tmux" or "TMUX" in environ:
        return _version(environ.get("TERM_PROGRAM_VERSION", "")) >= _TMUX
    vte = environ.get("VTE_VERSION", "")
    return (
        environ.get("TERM_PROGRAM") in _PROGRAMS
        or environ.get("TERM", "").startswith(_TERMS)
        or any(environ.get(name) for name in _VARIABLES)
        or (vte.isdecimal() and int(vte) >= _VTE)
    )


def _version(text: str) -> tuple[int, ...]:
    digits = "".join(char if char.isdecimal() else " " for char in text).split()
    return tuple(map(int, digits[:2]))


def linked(text: str, address: str) -> str:
    """Return ``text``, styled or not, as a link to ``address`` where that is seen as one.

    ``address`` is a URL, or the path of a file. The text takes no more room than before.
    """
    context = click.get_current_context(silent=True)
    is_plain = context is not None and context.color is False
    if not address or not text or is_plain or not sys.stdout.isatty() or not knows_links():
        return text
    url = address if address.startswith(("https://", "http://")) else _file_url(address)
    safe_url = quote(url, safe="/:?&=#%@+,;~!$'()*[]")
    return f"\x1b]8;;{safe_url}\x1b\\{text}\x1b]8;;\x1b\\"


def _file_url(path: str) -> str:
    return "file://" + quote(str(Path(path).absolute()))


def page_of(arxiv: str | None) -> str:
    """Return the address of a paper's page, empty where arXiv has none."""
    return f"https://arxiv.org/abs/{arxiv}" if arxiv else ""
