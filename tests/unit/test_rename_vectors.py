"""The vectors gathered from other tools that are about renaming, and about names of files.

Each is a small library, what is renamed in it, and what its files must say after.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from papernotes.export.blog.ledger import Ledger
from papernotes.export.blog.placing import place
from papernotes.ids import slugify
from papernotes.notes import parse
from tests.factories import TODAY, open_library, write

if TYPE_CHECKING:
    from papernotes.library import Library

FILE = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "note-vectors.json"
AREAS = frozenset({"rename", "path-slug"})
ALSO = frozenset({"tag-inline-037"})

Vector = dict[str, Any]


def _load() -> list[Vector]:
    if not FILE.is_file():
        return []
    vectors: list[Vector] = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]
    return [each for each in vectors if each["area"] in AREAS or each["id"] in ALSO]


VECTORS = _load()
needs_vectors = pytest.mark.skipif(not VECTORS, reason="the shared vectors are not on this machine")


class Case(NamedTuple):
    """What stands in the vector's words, as files: ``words`` are those given to ``rename``."""

    words: tuple[str, str]
    files: dict[str, str]
    wanted: dict[str, str]


def _rename(library: Library, old: str, new: str) -> None:
    note, mark, heading = old.partition("#")
    if not note:
        library.rename_tag(old, new)
    elif mark:
        library.rename_heading(note, heading, new)
    else:
        library.rename(old, new)


def _of_a_note(vector: Vector, ours: str) -> Case:
    """Read ``TEXT (rename Old.md -> New.md)``."""
    text = re.split(r"  ?\(rename|  ?rename ", vector["input"])[0]
    told = re.search(r"rename (\w+)(?:\.md)? -> (.+?)(?:\.md)?\)?$", vector["input"])
    words = (told[1], told[2]) if told else ("Idea", "Big Idea")
    named = "[[Idea]]" in text and not told
    is_math = named and "$" in text
    wanted = text if ours.startswith("math is not touched") and is_math else ours
    table = "\n|--|\n" if text.startswith("|") else ""
    return Case(words, {words[0]: "", "a": text + table}, {words[1]: "", "a": wanted + table})


def _case(vector: Vector) -> Case:
    ours = vector["expected"] if vector["papernotes"] == "same" else vector["papernotes"]
    match vector["id"]:
        case "rename-013":
            text, head = "[[n#Old]], [x](n.md#old)", "# Old\n[[#Old]]"
            files = {"n": head, "a": text}
            wanted = {"n": f"# New\n{ours[2]}", "a": ", ".join(ours[:2])}
            return Case(("n#Old", "New"), files, wanted)
        case "rename-014":
            text = "---\ntags: [project]\n---\n#project #project/active #projects"
            yaml = ours[2].removeprefix("yaml: ")
            said = f"---\ntags: [{yaml}]\n---\n{ours[0]} {ours[1]} #projects"
            return Case(("#project", "work"), {"a": text}, {"a": said})
        case "tag-inline-037":
            text = re.findall(r"'(.*)'", vector["input"])[0].replace("\\n", "\n")
            keywords = ", ".join(ours["keywords"])
            said = f"---\nkeywords: [{keywords}]\n---\n{ours['body']}"
            return Case(("#mixed-case", "low"), {"a": text}, {"a": said})
        case "rename-012":
            files = {"a/todo": "# A", "b/todo": "# B", "n": "[[a/todo]]"}
            return Case(("a/todo", "c/todo"), files, {"c/todo": "# A", "b/todo": "# B", "n": ours})
        case _:
            return _of_a_note(vector, ours)


@needs_vectors
@pytest.mark.parametrize(
    "vector",
    [each for each in VECTORS if each["area"] != "path-slug"],
    ids=lambda vector: vector["id"],
)
def test_renaming(vector: Vector, tmp_path: Path) -> None:
    case = _case(vector)
    root = tmp_path / "lib"
    for name, text in case.files.items():
        write(root, f"notes/{name}.md", text)
    with open_library(root) as library:
        _rename(library, *case.words)
        folder = root / "notes"
        found = {
            path.relative_to(folder).as_posix().removesuffix(".md"): path.read_text()
            for path in folder.rglob("*.md")
        }
        assert found == case.wanted
        assert library.sync(rebuild=True).problems == ()


@needs_vectors
@pytest.mark.parametrize(
    "vector",
    [each for each in VECTORS if each["area"] == "path-slug"],
    ids=lambda vector: vector["id"],
)
def test_names_of_files(vector: Vector) -> None:
    """A name is made of lower-case letters, digits and hyphens, and a ``slug:`` wins over it."""
    name = Path(vector["input"]).name.removesuffix(".md").removesuffix(".png")
    slug = slugify(name)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug)
    if vector["papernotes"] == "same":
        assert slug == vector["expected"]
        return
    path = f"notes/{name}.md"
    for text, wanted in (("", slug), ("---\nslug: kept\n---\n# Another title\n", "kept")):
        note, _ = parse(text, path)
        placed, _ = place(
            [note], Ledger("jekyll"), kept=frozenset(), permalink="/{slug}/", today=TODAY
        )
        assert placed[note.ref].slug == wanted
