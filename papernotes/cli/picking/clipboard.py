"""Putting text on the clipboard: through the terminal, and through the desktop where there is one.

The terminal's way is OSC 52, which also works over ssh; many terminals know it, some want it
allowed, and none answers. So the desktop's own program is given the text as well.
"""

from __future__ import annotations

import base64
import contextlib
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from papernotes.cli.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from papernotes.cli.picking.model import Picked

_BARE_KEY = re.compile(r"\w+(?:[:.#$%&+?<>~/-]\w+)*")  # Pandoc's, without braces
_PATIENCE_SECONDS = 2


def citation(picked: Sequence[Picked]) -> str:
    """Return ``[@key; @other]`` for papers, and links for notes, which nobody can cite."""
    keys = [one_line(each.ref) for each in picked if each.is_paper]
    cited = "; ".join(f"@{key}" if _BARE_KEY.fullmatch(key) else f"@{{{key}}}" for key in keys)
    notes = links([each for each in picked if not each.is_paper])
    return " ".join(filter(None, (f"[{cited}]" if cited else "", notes)))


def links(picked: Sequence[Picked]) -> str:
    """Return ``[[ref]] [[other]]``."""
    return " ".join(f"[[{one_line(each.ref)}]]" for each in picked)


def osc52(text: str) -> str:
    """Return what tells a terminal to take ``text`` to its clipboard."""
    data = base64.b64encode(text.encode(errors="replace")).decode()
    return f"\x1b]52;c;{data}\a"


def give_desktop(text: str, environ: Mapping[str, str]) -> None:
    """Hand ``text`` to the first program that serves the clipboard here, if there is one."""
    for words in _programs(environ, shutil.which):
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            done = subprocess.run(  # noqa: S603 - fixed words
                words,
                input=text.encode(errors="replace"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_PATIENCE_SECONDS,
                check=False,
            )
            if not done.returncode:
                return


def _programs(
    environ: Mapping[str, str], which: Callable[[str], str | None]
) -> Iterator[list[str]]:
    """Yield the commands that may serve the clipboard, the most likely first."""
    if environ.get("WAYLAND_DISPLAY"):
        yield ["wl-copy"]
    if environ.get("DISPLAY"):
        yield from (["xclip", "-selection", "clipboard"], ["xsel", "--clipboard", "--input"])
    if environ.get("TMUX"):
        yield ["tmux", "load-buffer", "-w", "-"]
    yield from ([each] for each in ("pbcopy", "clip.exe") if which(each))
