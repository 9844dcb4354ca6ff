"""What papernotes writes is read as meant by Obsidian, zk, Foam, Zettlr and Pandoc.

Their rules are those of docs/other-tools.md. Pandoc itself is asked where it is installed.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from papernotes import markdown, notes
from papernotes.library.ownership import own_path
from tests.factories import entry, open_library, write
from tests.programs import require

SAMPLE = Path(__file__).resolve().parents[2]
# What Dendron, Logseq, SilverBullet, Foam or Pandoc take for something of their own.
RESERVED = frozenset({
    "id", "name", "type", "range", "pos", "template", "public", "icon", "cssclasses", "abstract",
    "alias", "desc", "updated", "permalink", "nocite", "bibliography",
})  # fmt: skip
PANDOC = ("-f", "markdown", "-t", "plain", "--wrap=none", "--citeproc", "--bibliography")
TEXTS = ("title", "arxiv", "paper", "kind", "status", "priority")
DATES = ("created", "date")


@dataclass(frozen=True)
class Highlight:
    page: int
    quote: str
    comment: str
    id: str


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the notes of a library in which all that writes notes has written."""
    root = tmp_path_factory.mktemp("beside") / "library"
    adam = {"eprint": "1412.6980", "arxiv_version": "1", "year": "2014"}
    title = "Adam: A Method for #1 [Stochastic] Optimization"
    people = "Kingma, Diederik P. and Ba, Jimmy"
    write(root, own_path("Kingma:2014"), entry("Kingma:2014", title, people, **adam))
    sure = entry("0704.0001", "100% sure: a $5 title", eprint="0704.0001", arxiv_version="1")
    write(root, own_path("0704.0001"), sure)
    write(root, "notes/mine.md", "%%private%% As Kingma & Ba (2014) say.\n")
    with open_library(root) as library:
        for kind in notes.KINDS:
            name = library.new(f"A {kind}: yes, #1 @home", kind=kind, tags=["reading-list", "#a/b"])
            library.tag([name], add=["Two-Words", "yes"])
        library.set_status(["Kingma:2014", "0704.0001"], "reading", rating=4, priority="high")
        library.rename("Kingma:2014", "kingma2014adam")
        library.mentions("kingma2014adam", is_linking=True)
        paths = {str(each.relative_to(root)): each for each in root.glob("notes/**/*.md")}
        texts = {path: file.read_text(encoding="utf-8") for path, file in paths.items()}
    (path,) = (path for path in texts if "0704" in path)
    found = [Highlight(2, "% a quote of $5", "#mine", "h1"), Highlight(3, "", "[[x]]", "h2")]
    texts[path], added = notes.add_highlights(texts[path], "0704.0001", found)
    assert added == 2
    return texts


def yaml_of(text: str) -> dict[str, Any]:
    """Return a front matter as YAML's own rules read it, as every other tool does."""
    found: dict[str, Any] = yaml.safe_load(notes.split(text).text) or {}
    return found


def test_names_of_files_are_safe_and_unique_everywhere(written: dict[str, str]) -> None:
    names = [path.rpartition("/")[2].removesuffix(".md") for path in written]
    assert len({name.casefold() for name in names}) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name)] == []


def test_yaml_says_what_we_say(written: dict[str, str]) -> None:
    for path, text in written.items():
        meta, (note, problems) = yaml_of(text), notes.parse(text, path)
        assert problems == (), path
        assert all(re.fullmatch(r"[a-z]+", key) for key in meta), path
        assert not RESERVED & meta.keys(), path
        assert all(isinstance(meta[key], str) for key in TEXTS if key in meta), path
        assert all(type(meta[key]) is date for key in DATES if key in meta), path
        assert meta.get("title", note.title) == note.title
        if note.arxiv is not None:
            assert meta["arxiv"] == str(note.arxiv)


def test_tags_and_aliases_are_lists_of_single_words(written: dict[str, str]) -> None:
    seen = set()
    for path, text in written.items():
        meta = yaml_of(text)
        for key in ("tags", "aliases"):
            assert isinstance(meta.get(key, []), list), path
        tags = meta.get("tags", [])
        assert all(isinstance(tag, str) for tag in tags), (path, tags)
        assert [tag for tag in tags if re.search(r"[\s#,]", tag) or tag.isdigit()] == [], path
        seen |= set(tags)
    assert {"a/b", "yes"} <= seen


def test_links_name_a_file_and_carry_a_label(written: dict[str, str]) -> None:
    names = {path.rpartition("/")[2].removesuffix(".md") for path in written}
    links = [
        link
        for path, text in written.items()
        for link in notes.parse(text, path)[0].links
        if link.kind in {"wiki", "embed"}
    ]
    assert {link.target for link in links} == {"kingma2014adam"}
    assert all(link.target in names and link.label for link in links)


def test_no_file_of_ours_begins_as_a_title_block_of_pandoc(written: dict[str, str]) -> None:
    """A comment below front matter is shown; at the beginning of a file Pandoc would eat it."""
    ours = {path: text for path, text in written.items() if path != "notes/mine.md"}
    assert [path for path, text in ours.items() if not text.startswith("---\n")] == []


@pytest.mark.parametrize(
    "path", sorted((SAMPLE / "notes").glob("*.md")), ids=lambda path: path.stem
)
def test_pandoc_reads_our_sample_notes(path: Path, tmp_path: Path) -> None:
    """Pandoc finds every paper that is cited, and shows every word that a reader sees."""
    bibliography = tmp_path / "all.bib"
    bibs = [each.read_text(encoding="utf-8") for each in sorted((SAMPLE / "bib").glob("*.bib"))]
    bibliography.write_text("\n".join(bibs), encoding="utf-8")
    ran = subprocess.run(
        [require("pandoc"), *PANDOC, str(bibliography), str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "not found" not in ran.stderr
    shown = letters(ran.stdout)
    reading = notes.read(path.read_text(encoding="utf-8"), f"notes/{path.name}")
    hidden = [span for span in reading.document.spans if span.kind in {"math", "math_block"}]
    text = reading.document.text
    for span in hidden:  # formulas become Unicode
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    for link in reading.note.links:
        if link.kind == "citation":
            text = text[: link.start] + " " * (link.end - link.start) + text[link.end :]
    plain = markdown.plain_text(markdown.parse(text, start=reading.note.body_start))
    assert [word for word in plain.split() if letters(word) not in shown] == []


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
