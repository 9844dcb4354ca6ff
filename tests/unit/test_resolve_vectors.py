"""The vectors of link resolution gathered from other tools, each against a real store."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from papernotes import bib
from papernotes.library.pointing import find_files
from papernotes.links import shortest_name
from papernotes.store import connect, pointing
from papernotes.store.create import create
from papernotes.store.read import Store
from papernotes.sync import apply, look, plan
from tests.factories import write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.store.pointing import Pointer

FILE = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "note-vectors.json"
SOURCE = "zz-source.md"
# Vectors that are not core and that we do not meet, each with the reason.
MISSES: dict[str, str] = {}
# Contexts and answers that the vectors give in words, or not at all.
CONTEXTS = {
    "resolve-024": ["template-creation.md"],
    "resolve-028": ["Re\u0301sume\u0301.md"],
    "resolve-030": ["pictures/deep/Figure 1.png"],
    "resolve-031": ["Projects/Three laws.md", "Three laws.md"],
    "resolve-032": ["deep/other.md"],
    "resolve-038": ["foo.md", "foo..md"],
    "resolve-039": ["foo|bar.md"],
    "resolve-040": ["deep/foo.md"],
    "resolve-041": [".foobar.md"],
}
ANSWERS = {
    "resolve-008": "a/todo.md",
    "resolve-012": None,
    "resolve-024": None,
    "resolve-025": None,
    "resolve-026": None,
    "resolve-028": "Re\u0301sume\u0301.md",
    "resolve-030": "pictures/deep/Figure 1.png",
    "resolve-031": "Projects/Three laws.md",
    "resolve-015": "Papers/vaswani2017.md",
}

Vector = dict[str, Any]


def _load() -> list[Vector]:
    if not FILE.is_file():
        return []
    vectors: list[Vector] = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]
    return [vector for vector in vectors if vector["area"] == "resolve"]


VECTORS = _load()
needs_vectors = pytest.mark.skipif(not VECTORS, reason="the shared vectors are not on this machine")
RESOLVED = [vector for vector in VECTORS if vector["id"] != "resolve-017"]


class Vault:
    """A library whose ``notes/`` is the vault of a vector, synced into a store without index."""

    def __init__(self, root: Path) -> None:
        self.root = root
        database = root / "store.db"
        root.mkdir(parents=True)
        create(database)
        self.store = Store(connect.connect(database), database)

    def sync(self) -> None:
        scan = look.look(self.root)
        todo = plan.diff(scan, self.store.files(), force=True)
        apply.apply(self.root, todo, scan, self.store, parse_bib=bib.parse_bytes)

    def links(self, source: str) -> list[Pointer]:
        ((note,),) = self.store.rows_of("SELECT id FROM notes WHERE path = ?", (f"notes/{source}",))
        return pointing.pointers(self.store, note)

    def answer(self, source: str) -> str | None:
        """Return the path that the one link of a note leads to, below ``notes/``."""
        (link,) = self.links(source)
        if link.document is not None:
            rows = self.store.rows([link.document])
            return rows[link.document].path.removeprefix("notes/")
        found = find_files(self.root, [link]).get(link.link)
        return found and found.removeprefix("notes/")


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = Vault(tmp_path / "lib")
    yield made
    made.store.close()


def _front(described: str) -> str:
    """Return the note that a context describes as ``name.md (title '…', aliases […], …)``."""
    title = re.search(r"title '([^']*)'", described)
    lists = re.findall(r"(alias(?:es)?) \[([^\]]*)\]", described)
    heading = re.search(r"heading '([^']*)'", described)
    block = re.search(r"block (\^\S+?)\)", described)
    lines = [f'title: "{title[1]}"'] if title else []
    lines += [f"{key}: [{names}]" for key, names in lists]
    body = [heading[1] if heading else "", f"A block. {block[1]}" if block else ""]
    return "---\n" + "\n".join(lines) + "\n---\n\n" + "\n\n".join(body) + "\n"


def _fill(vault: Vault, vector: Vector) -> str:
    """Write the vector's files and the note with its link; return that note's path."""
    context: list[str] = CONTEXTS.get(vector["id"]) or vector.get("context") or []
    answer = ANSWERS.get(vector["id"], vector["expected"])
    described = {each.partition(" (")[0]: each for each in context if not each.startswith("then ")}
    if not context and isinstance(answer, str):
        described[answer] = answer
    for path, each in described.items():
        write(vault.root, f"notes/{path}", _front(each) if path.endswith(".md") else b"x")
    link = re.match(r"\[\[.*?\]\]|\[.*?\]\(.*?\)", vector["input"])
    assert link
    said = re.search(r"from (\S+\.md)", vector["input"])
    source = said[1] if said else SOURCE
    write(vault.root, f"notes/{source}", f"A link: {link[0]}\n")
    return source


@needs_vectors
@pytest.mark.parametrize("vector", RESOLVED, ids=[vector["id"] for vector in RESOLVED])
def test_a_link_leads_where_the_vector_says(vault: Vault, vector: Vector) -> None:
    source = _fill(vault, vector)
    vault.sync()
    wanted = ANSWERS.get(vector["id"], vector["expected"])
    is_met = vault.answer(source) == wanted
    assert is_met == (vector["id"] not in MISSES), vault.answer(source)
    dangling = [each.path for each in pointing.dangling(vault.store)]
    is_dangling = wanted is None or not wanted.endswith(".md")  # the store knows no other files
    assert dangling == [f"notes/{source}"] * is_dangling


@needs_vectors
def test_the_misses_are_of_this_area_and_none_is_core() -> None:
    core = {vector["id"]: vector["core"] for vector in VECTORS}
    assert not [each for each in MISSES if core.get(each, True)]
    assert sum(core.values()) >= 10


@needs_vectors
def test_the_shortest_names_of_vector_017() -> None:
    (vector,) = [each for each in VECTORS if each["id"] == "resolve-017"]
    refs = [path.removesuffix(".md") for path in vector["context"]]
    found = {f"{ref}.md": shortest_name(ref, refs) for ref in refs}
    assert found == vector["expected"]


def test_an_ambiguous_name_is_reported_and_picked_by_folder_then_parts_then_path(
    vault: Vault,
) -> None:
    for path in ("c/todo.md", "a/b/todo.md", "b/todo.md"):
        write(vault.root, f"notes/{path}", "# One of many\n")
    for path in ("top.md", "c/here.md", "a/b/here.md", "d/here.md"):
        write(vault.root, f"notes/{path}", "[[todo]]\n")
    write(vault.root, "notes/d/sure.md", "[[a/b/todo]]\n")
    vault.sync()
    assert {each.path: names for each, names in pointing.ambiguous(vault.store)} == {
        "notes/top.md": ("b/todo", "c/todo", "a/b/todo"),
        "notes/d/here.md": ("b/todo", "c/todo", "a/b/todo"),
        "notes/c/here.md": ("c/todo", "b/todo", "a/b/todo"),
        "notes/a/b/here.md": ("a/b/todo", "b/todo", "c/todo"),
    }
    for path in ("top.md", "c/here.md", "a/b/here.md"):
        (link,) = vault.links(path)
        assert vault.answer(path) == pointing.candidates(vault.store, [link])[link.link][0] + ".md"


def test_a_new_note_answers_a_dangling_link_and_no_longer_when_it_goes(vault: Vault) -> None:
    write(vault.root, "notes/index.md", "[[template]]\n")
    write(vault.root, "notes/template-creation.md", "# Creating\n")
    vault.sync()
    assert vault.answer("index.md") is None
    for path, answer in (("deep/Template.md", "deep/Template.md"), ("template.md", "template.md")):
        write(vault.root, f"notes/{path}", "# It\n")
        vault.sync()
        assert vault.answer("index.md") == answer
        assert not pointing.dangling(vault.store)
    for path, left in (("template.md", "deep/Template.md"), ("deep/Template.md", None)):
        (vault.root / "notes" / path).unlink()
        vault.sync()
        assert vault.answer("index.md") == left
    assert [each.target for each in pointing.dangling(vault.store)] == ["template"]


def test_an_entry_that_took_a_key_gives_the_links_back_when_it_goes(vault: Vault) -> None:
    write(vault.root, "bib/b.bib", "@misc{k, title={Second}, eprint={2002.00002}}\n")
    write(vault.root, "notes/n.md", "@k and [[2002.00002]] and [[Second]]\n")
    vault.sync()
    assert not pointing.dangling(vault.store)
    write(vault.root, "bib/a.bib", "@misc{k, title={First}, eprint={2001.00001}}\n")
    vault.sync()
    assert [each.target for each in pointing.dangling(vault.store)] == ["2002.00002", "Second"]
    (vault.root / "bib/a.bib").unlink()
    vault.sync()
    assert not pointing.dangling(vault.store)


def test_what_dangles_and_what_only_looks_so(vault: Vault) -> None:
    text = (
        "@nobody @fig-one [[no]] ![[no]] [t](no.md) [t](/about/) [t](//a.b/c) [t](mailto:a@b.c)\n"
        "<https://arxiv.org/abs/2001.00001> [[#Part]] ![](no.png) ![[no.png]]"
        " [[arXiv:2001.00001]]\n"
        "[t](../../out.md) [[Übung]] [[\x01]] \\[[no]] `[[no]]` $[[no]]$\n"
    )
    write(vault.root, "notes/n.md", text)
    write(vault.root, "notes/U\u0308BUNG.md", "# Folded\n")
    vault.sync()
    assert [(each.line, each.written) for each in pointing.dangling(vault.store)] == [
        (1, "@nobody"),
        (1, "[[no]]"),
        (1, "![[no]]"),
        (1, "[t](no.md)"),
        (2, "[[arXiv:2001.00001]]"),
        (3, "[t](../../out.md)"),
        (3, "[[\x01]]"),
    ]


def test_names_that_may_be_meant(vault: Vault) -> None:
    for path in ("Attention is all.md", "202110031652 foo bar.md", "deep/moved.md"):
        write(vault.root, f"notes/{path}", "# \n")
    write(vault.root, "bib/a.bib", "@misc{Vaswani2017attention, title={A}}\n")
    asked = "@vaswani2017Attention [[Atention is al]] [[foo bar]] [t](moved.md) [[zz top]] [[a]]"
    write(vault.root, "notes/n.md", asked)
    vault.sync()
    found = pointing.dangling(vault.store)
    near = pointing.near_names(vault.store, found)
    assert [near.get((each.scheme, each.key)) for each in found] == [
        "Vaswani2017attention",
        "Attention is all",
        "202110031652 foo bar",
        "deep/moved",
        None,
    ]
    assert all(each.key != "a" for each in found), "[[a]] is the title of a paper"
