"""Importing a .bib file into an empty library, as whole processes, against papis and cobib.

What is imported: papernotes writes a file for each entry, its store and its search index; papis a
folder for each document; cobib one YAML file. Only papernotes recognises the same paper under
another key and can be searched by words at once.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from measure import Case, run

from papernotes.latex import is_balanced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_FILES = re.compile(r"(?m)^\s*file = .*\n")  # there are none: nobody shall look for them
_PAPIS = "[settings]\ndefault-library = papers\n[papers]\ndir = {}\n"
_COBIB = "from cobib.config import config\nconfig.database.file = {!r}\n"
_VERSION = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"


def report(folder: Path, text: str, sizes: tuple[int, int], peers: Path | None) -> Iterator[str]:
    """Yield the lines of a table; ``text`` has entries apart by empty lines.

    ``sizes`` are the entries that all import, and those that papis is spared.
    """
    whole = re.split(r"\n\n(?=@)|\n(?=@)", _FILES.sub("", text))
    entries = [entry for entry in whole if is_balanced(entry)]  # some abstracts are not
    yield from ("", "## Import into an empty library", "")
    yield "| program | entries | arrived | CPU s | wall s | peak MB |"
    yield "|---|--:|--:|--:|--:|--:|"
    for size in sizes:
        place = folder / f"import-{size}"
        place.mkdir()
        (place / "refs.bib").write_text("\n\n".join(entries[:size]) + "\n", encoding="utf-8")
        for case, environ, arrived in _cases(place, peers, has_papis=size == min(sizes)):
            done = run(case, environ)
            yield (
                f"| {case.name} | {size:,} | {arrived():,} | {done.cpu:.1f} | {done.wall:.1f} "
                f"| {done.peak_mb:.0f} |"
            )


def _cases(
    place: Path, peers: Path | None, *, has_papis: bool
) -> Iterator[tuple[Case, dict[str, str], Callable[[], int]]]:
    """Yield each program's command, its environment, and what counts its entries afterwards."""
    environ = {**os.environ, "PAPERNOTES_STATE_DIR": str(place / "state")}
    ours = [sys.executable, "-m", "papernotes"]
    subprocess.run(
        [*ours, "init", str(place / "lib")], env=environ, check=True, capture_output=True
    )
    command = [*ours, "--library", str(place / "lib"), "add", "refs.bib"]
    yield (
        Case("papernotes", command, place),
        environ,
        lambda: len(list(place.glob("lib/bib/*.bib"))),
    )
    if peers is None:
        return
    bin_dir = peers.parent
    if has_papis and (bin_dir / "papis").exists():
        config = place / "config/papis/config"
        config.parent.mkdir(parents=True)
        (place / "papis").mkdir()
        config.write_text(_PAPIS.format(place / "papis"), encoding="utf-8")
        command = [str(bin_dir / "papis"), "bibtex", "read", "refs.bib", "import", "-a", "-b"]
        homes = {f"XDG_{name}_HOME": str(place / name.lower()) for name in ("CACHE", "DATA")}
        environ = {**os.environ, **homes, "XDG_CONFIG_HOME": str(place / "config")}
        yield (
            Case(f"papis {_version(peers, 'papis')}", command, place),
            environ,
            lambda: len(list(place.glob("papis/*"))),
        )
    if (bin_dir / "cobib").exists():
        config = place / "cobib.py"
        config.write_text(_COBIB.format(str(place / "cobib.yaml")), encoding="utf-8")
        (place / "cobib.yaml").touch()
        command = [
            str(bin_dir / "cobib"),
            "-c",
            str(config),
            "import",
            "--bibtex",
            "--",
            "refs.bib",
        ]
        kept = place / "cobib.yaml"
        yield (
            Case(f"cobib {_version(peers, 'cobib')}", command, place),
            dict(os.environ),
            lambda: kept.read_text(encoding="utf-8").splitlines().count("---"),
        )


def _version(python: Path, name: str) -> str:
    done = subprocess.run(
        [str(python), "-c", _VERSION, name], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
