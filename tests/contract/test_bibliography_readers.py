"""The programs that read bibliographies read ours: bibtex, biber, pandoc, where they are there.

The entries are those of the corpora beside the repository, else a few of our own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from papernotes import bib
from papernotes.bibliography import Source, make_items, render
from papernotes.bibliography.titles import plain_text
from tests.programs import require

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "bib" / "wild"
STYLES = ("plain", "abbrv", "alpha", "unsrt")
ERRORS = 2  # the status of bibtex when it found any; 1 is for warnings
_MOST = 300  # entries of one file
OWN = r"""
@misc{vaswani2017attention, title = {Attention {Is} All You Need}, year = 2017, month = jun,
  author = {Vaswani, Ashish and Gómez, Aidan and Kaiser, {\L}ukasz and others},
  eprint = {1706.03762}, archivePrefix = {arXiv}, primaryClass = {cs.CL}}
@online{page, title = {Über eine Seite}, subtitle = {50\% & mehr}, date = {2020-05-03},
  author = {{The Team}}, url = {https://example.org/a\_b%20c}, urldate = {2021-01-01}}
@thesis{thesis, title = {Things}, type = {mathesis}, institution = {ETH Zürich}, date = {2001},
  author = {van der Berg, Jan}, location = {Zürich}}
@article{journal, title = {On $\alpha$ in {DNA}}, author = {Doe, Jr., Jane, and , Roe},
  journaltitle = {Nature}, date = {1999-02/1999-03}, pages = {1--9}, doi = {10.1000/a_b}}
@mvbook{many, title = {All of It}, editor = {family=Cruz, given=Juan, prefix=de la}, date = {1984~}}
@inbook{part, title = {One}, booktitle = {All}, author = {Ôe, Kenzaburô}, year = {in press}}
@unpublished{braces, title = {Odd \{ braces}, author = {易, 仕和}, note = {n}}
"""


def collections() -> list[tuple[str, str]]:
    """Return names and texts of .bib files: the smallest of each collection of the corpora."""
    found = [("own", OWN)]
    for folder in sorted(CORPUS.iterdir()) if CORPUS.is_dir() else ():
        paths = sorted(folder.rglob("*.bib"), key=lambda path: (path.stat().st_size, path))
        found += [(path.stem, bib.decode(path.read_bytes())[0]) for path in paths[-1:]]
    return found


COLLECTIONS = collections()
every_collection = pytest.mark.parametrize(
    "text", [text for _, text in COLLECTIONS], ids=[name for name, _ in COLLECTIONS]
)


def sources(text: str) -> list[Source]:
    """Return the first entries of a file, each key once; pandoc reads no comma of East Asia."""
    entries: dict[str, Source] = {}
    for entry in bib.parse_entries(text, "x.bib")[0]:
        if "，" not in entry.key:
            entries.setdefault(entry.key.lower(), Source(entry, "x.bib"))
    return list(entries.values())[:_MOST]


def write(folder: Path, name: str, text: str, to: str) -> tuple[str, ...]:
    made = render(sources(text), to, is_ascii=None)
    (folder / name).write_bytes(made.text.encode())
    return made.keys


@every_collection
@pytest.mark.parametrize("style", STYLES)
def test_bibtex_reads_it_without_an_error(tmp_path: Path, text: str, style: str) -> None:
    bibtex = require("bibtex")
    kpsewhich = require("kpsewhich")
    if not subprocess.run([kpsewhich, f"{style}.bst"], check=False, capture_output=True).stdout:
        pytest.skip(f"{style}.bst is not installed")
    keys = write(tmp_path, "refs.bib", text, "bibtex")
    aux = f"\\citation{{*}}\n\\bibstyle{{{style}}}\n\\bibdata{{refs}}\n"
    (tmp_path / "paper.aux").write_text(aux)
    done = subprocess.run(
        [bibtex, "paper"], cwd=tmp_path, check=False, capture_output=True, env=dict(os.environ)
    )
    assert done.returncode < ERRORS, done.stdout.decode(errors="replace")
    assert (tmp_path / "paper.bbl").read_bytes().count(b"\\bibitem") == len(keys)


@every_collection
def test_biber_reads_it_without_an_error(tmp_path: Path, text: str) -> None:
    biber = require("biber")
    keys = write(tmp_path, "refs.bib", text, "biblatex")
    done = subprocess.run(
        [biber, "--tool", "--nolog", "--output-file", "out.bib", "refs.bib"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, "ERROR" in done.stdout) == (0, False), done.stdout
    assert len(re.findall(r"(?m)^@", (tmp_path / "out.bib").read_text())) == len(keys)


@every_collection
@pytest.mark.parametrize("to", ["bibtex", "biblatex", "csljson", "ris"])
def test_pandoc_reads_as_many_items_as_we_wrote(tmp_path: Path, text: str, to: str) -> None:
    pandoc = require("pandoc")
    known = subprocess.run(
        [pandoc, "--list-input-formats"], check=True, capture_output=True, text=True
    ).stdout.split()
    if to not in known:
        pytest.skip(f"this pandoc reads no {to}")
    keys = write(tmp_path, "refs", text, to)
    done = subprocess.run(
        [pandoc, "-f", to, "-t", "csljson", "refs"], cwd=tmp_path, check=True, capture_output=True
    )
    items = {item["id"]: item for item in json.loads(done.stdout)}
    assert len(items) == len(keys)
    ours = {item["id"]: item for item in make_items(sources(text))}
    same = sum(meaning(items[key]) == meaning(ours[key]) for key in items)
    assert same >= 0.9 * len(items)  # pandoc has its own way with a few commands of LaTeX


def meaning(item: dict[str, Any]) -> tuple[str, str]:
    """Return the letters of a title and of the first author's family name."""
    person = (item.get("author") or [{}])[0]
    family = person.get("family", person.get("literal", ""))
    title = plain_text(str(item.get("title", "")))
    return letters(title), letters(family)


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
