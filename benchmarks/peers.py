"""Other programs with the same records, each made ready as quickly as it allows.

``papis`` gets a folder with an ``info.yaml`` for each record, written straight to disk (its own
import takes over half an hour for 10,000); its three databases are built from these by their
first question. ``pubs`` and ``cobib`` import a .bib file. None of them looks into notes.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from measure import Case

from papernotes import bib

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from papernotes.models import Paper

_VERSION = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
_BACK_ENDS = {"papis": "pickle", "sqlite": "sqlite", "whoosh": "whoosh"}


@dataclass(frozen=True)
class Question:
    """What is asked of everybody: in words of ours, of papis, of pubs and of cobib.

    An empty one is a question that the program has no words for.
    """

    name: str
    ours: Sequence[str]
    papis: Sequence[str]
    pubs: Sequence[str]
    cobib: Sequence[str]


QUESTIONS = (
    Question(
        "a frequent word of titles",
        ("search", "--refs", "title:learning"),
        ("title:learning",),
        ("title:learning",),
        ("list", "-i", "++title", "learning"),
    ),
    Question(
        "a word of few titles",
        ("search", "--refs", "title:attention"),
        ("title:attention",),
        ("title:attention",),
        ("list", "-i", "++title", "attention"),
    ),
    Question(
        "an author",
        ("search", "--refs", "author:schmidhuber"),
        ("author:schmidhuber",),
        ("author:schmidhuber",),
        ("list", "-i", "++author", "schmidhuber"),
    ),
    Question(
        "a word of the title, a year",
        ("search", "--refs", "title:attention year:2018"),
        ("title:attention year:2018",),
        ("title:attention", "year:2018"),
        ("list", "-i", "++title", "attention", "++year", "2018"),
    ),
    Question(
        "a rare word anywhere",
        ("search", "--refs", "hippocampus"),
        ("abstract:hippocampus",),
        (),
        ("search", "-i", "hippocampus"),
    ),
)


@dataclass(frozen=True)
class Peer:
    """A program that is ready: its name with version, and what makes a command of a question."""

    name: str
    command: Sequence[str]
    words: str
    environ: Mapping[str, str]
    folder: Path
    everything: Sequence[str] = ()  # the query that all match

    def case(self, question: Question) -> Case | None:
        """Return the command that asks, or nothing where there are no words for it."""
        words = getattr(question, self.words)
        if not words:
            return None
        return Case(self.name, [*self.command, *words], self.folder, environ=self.environ)


def prepare(venvs: Path, folder: Path, papers: Sequence[Paper]) -> Iterator[Peer | str]:
    """Yield the programs found in environments named after them, or why one cannot be asked."""
    refs = folder / "refs.bib"
    refs.write_text("\n".join(map(bib.render, papers)), encoding="utf-8")
    for name, ready in (("papis", _papis), ("pubs", _pubs), ("cobib", _cobib)):
        python = venvs / name / "bin/python"
        try:
            done = subprocess.run(
                [str(python), "-c", _VERSION, name], capture_output=True, text=True, check=True
            )
            yield from ready(python.with_name(name), done.stdout.strip(), folder, papers)
        except (OSError, subprocess.CalledProcessError) as error:
            yield f"{name} could not be made ready: {error}"


def _papis(program: Path, version: str, folder: Path, papers: Sequence[Paper]) -> Iterator[Peer]:
    library = folder / "papis"
    for paper in papers:
        place = library / paper.citekey
        place.mkdir(parents=True)
        (place / "info.yaml").write_text(_info(paper), encoding="utf-8")
    for back_end, called in _BACK_ENDS.items():
        home = folder / f"papis-{back_end}"
        config = home / "config/papis/config"
        config.parent.mkdir(parents=True)
        config.write_text(
            f"[settings]\ndefault-library = papers\ndatabase-backend = {back_end}\n"
            f"[papers]\ndir = {library}\n",
            encoding="utf-8",
        )
        homes = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "CACHE")}
        command = [str(program), "list", "--all"]
        everything = () if called == "pickle" else ("*",)
        peer = Peer(
            f"papis {version}, {called}",
            command,
            "papis",
            _environ(home, homes),
            folder,
            everything,
        )
        _run([*command, "title:attention"], peer)
        yield peer


def _info(paper: Paper) -> str:
    """Return a record as YAML, of which JSON values are a part."""
    values = {
        "papis_id": paper.citekey,
        "ref": paper.citekey,
        "type": "article",
        "title": paper.title,
        "author": " and ".join(f"{each.family}, {each.given}" for each in paper.authors),
        "year": paper.year,
        "abstract": paper.abstract,
        "eprint": paper.arxiv_id,
        "tags": list(paper.categories),
    }
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
    return "\n".join(lines) + "\n"


def _pubs(program: Path, version: str, folder: Path, _: Sequence[Paper]) -> Iterator[Peer]:
    command = [str(program), "-c", str(folder / "pubsrc")]
    peer = Peer(f"pubs {version}", [*command, "list"], "pubs", _environ(folder), folder)
    _run([*command, "init", "-p", str(folder / "pubs")], peer)
    _run([*command, "import", "refs.bib"], peer)
    _run([*command, "list", "title:attention"], peer)
    yield peer


def _cobib(program: Path, version: str, folder: Path, _: Sequence[Paper]) -> Iterator[Peer]:
    config = folder / "cobib.py"
    files = {"file": str(folder / "cobib.yaml"), "cache": str(folder / "cobib.cache")}
    lines = (f"config.database.{name} = {path!r}\n" for name, path in files.items())
    config.write_text("from cobib.config import config\n" + "".join(lines), encoding="utf-8")
    (folder / "cobib.yaml").touch()
    command = [str(program), "-c", str(config)]
    peer = Peer(f"cobib {version}", command, "cobib", _environ(folder), folder)
    _run([*command, "import", "--bibtex", "--", "refs.bib"], peer)
    _run([*command, "list", "-i", "++title", "attention"], peer)
    yield peer


def _environ(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return {**kept, "HOME": str(home), **(more or {})}


def _run(command: Sequence[str], peer: Peer) -> None:
    subprocess.run(
        command,
        cwd=peer.folder,
        env=dict(peer.environ),
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
