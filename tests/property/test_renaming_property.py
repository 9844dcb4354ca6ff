"""NewNames there and back, a library is what it was, and in between only names differ."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from papernotes import bib, files, markdown, notes
from papernotes.bib.renaming import rename_keys
from papernotes.errors import ConflictError, FormatError, NotFoundError, UsageError
from papernotes.files import Edit
from papernotes.notes.renaming.anchors import Anchors
from papernotes.notes.renaming.headings import rename_heading, repoint
from papernotes.notes.renaming.links import NewNames, relink
from papernotes.notes.renaming.tags import retag
from tests.factories import entry, open_library, paper, write

if TYPE_CHECKING:
    from papernotes.models import Link

OLD, NEW, OTHER = "doe2020apples", "roe2021", "poe2018"

_FORMS = (
    *("[@{}]", "@{}", "@{{{}}}", "[-@{}, p. 3; @x]", "[[{}]]", "[[{}|a label]]", "[[{}#part|b]]"),
    *("[[notes/{}]]", "![[{}]]", "[text]({}.md#x)", "[t](../notes/{}.md)", "[[@{}]]", "[[{}.md]]"),
    *("`@{}`", "$[[{}]]$", "%%@{}%%", "<!-- [[{}]] -->", "{}", "a{}b", "[t](https://x.org/{}.md)"),
    *("[r]: {}.md", "> @{}", "- [ ] [[{}]]", "| [[{}\\|c]] |", "```\n@{}\n```", "# On @{}"),
)
_pieces = st.one_of(
    st.builds(str.format, st.sampled_from(_FORMS), st.sampled_from([OLD, OTHER])),
    st.sampled_from(["\n", "\n\n", "\r\n", " ", "[", "](", ")", "`", "$", "%%", "[r]", "é😀", "*"]),
    st.text(max_size=8),
)
bodies = st.lists(_pieces, max_size=20).map("".join)
heads = st.sampled_from(
    [
        *("", "\ufeff", f"---\npaper: {OLD}\n---\n", f'---\r\npaper: "{OLD}"\r\nx: 1\r\n---\r\n'),
        *(f"---\npaper: [[{OLD}]]\n---\n", f"\ufeff---\npaper: '@{OLD}' # c\n---\n", "---\nx: [\n"),
    ]
)
texts = st.builds(str.__add__, heads, bodies).map(
    lambda text: text.encode("utf-8", "replace").decode().replace("\0", "0")
)


def turn(text: str, old: str, new: str) -> str:
    def renamed(link: Link) -> NewNames | None:
        name = link.target.removeprefix("@").split("#", maxsplit=1)[0].removesuffix(".md")
        is_path = link.kind in {"wiki", "embed", "link"}
        same = {old, f"notes/{old}", f"../notes/{old}"} if is_path else {old}
        return NewNames(old, new, old, new) if name in same else None

    return relink(text, "notes/x.md", renamed=renamed, papers={old: new})


@given(texts)
def test_a_note_renamed_there_and_back_is_what_it_was(text: str) -> None:
    try:
        there = turn(text, OLD, NEW)
    except FormatError:
        event("refused")
        return
    assert turn(there, NEW, OLD) == text


@given(texts)
def test_nothing_but_the_name_changes(text: str) -> None:
    try:
        there = turn(text, OLD, NEW)
    except FormatError:
        return
    assert there.replace(NEW, OLD) == text.replace(NEW, OLD)
    assert there.count(OTHER) == text.count(OTHER)
    cited = {link.target for link in markdown.parse(there).links if link.kind == "citation"}
    assert OLD not in cited or there == text


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.text(max_size=10)),
        max_size=5,
        unique_by=lambda each: each[0],
    ),
    st.permutations("abcdef"),
)
def test_keys_of_a_bib_file_are_permuted_and_come_back(
    entries: list[tuple[str, str, str]], order: list[str]
) -> None:
    text = "".join(
        entry(f"k{key}", re.sub(r"[^\w ]", "", title), related=f"k{other}, k{key}")
        for key, other, title in entries
    )
    keys = {f"k{old}": f"n{new}" for old, new in zip("abcdef", order, strict=True)}
    there = rename_keys(text, "bib/a.bib", keys)
    assert rename_keys(there, "bib/a.bib", {new: old for old, new in keys.items()}) == text
    papers, _ = bib.parse(there, "bib/a.bib")
    assert [each.citekey for each in papers] == [keys[f"k{key}"] for key, _, _ in entries]


@given(
    st.dictionaries(st.sampled_from("abcd"), st.binary(max_size=4), max_size=4),
    st.dictionaries(st.sampled_from("abcd"), st.binary(max_size=4), max_size=4),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_a_change_brings_any_files_to_any_others(
    before: dict[str, bytes], after: dict[str, bytes]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, data in before.items():
            write(root, f"notes/{name}.md", data)
        edits = [
            Edit(f"notes/{name}.md", before.get(name), after.get(name))
            for name in sorted({*before, *after})
        ]
        files.change(root, edits, journal=root / "j")
        found = {path.stem: path.read_bytes() for path in root.glob("notes/*")}
        assert found == after
        assert not (root / "j").exists()


@given(texts, bodies)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_library_renamed_there_and_back_is_the_same_tree(text: str, body: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "lib"
        write(root, f"bib/{OLD}.bib", bib.render(paper(OLD)))
        write(root, f"bib/{OTHER}.bib", bib.render(paper(OTHER, arxiv_id="2002.05678")))
        clean = body.encode("utf-8", "replace").replace(b"\0", b"")
        write(root, f"notes/{OLD}.md", f"---\npaper: {OLD}\n---\n".encode() + clean)
        write(root, "notes/a.md", text)
        before = {path: path.read_bytes() for path in root.glob("*/*.[mb]*")}
        with open_library(root) as library:
            try:
                library.rename(OLD, NEW)
            except FormatError:
                event("refused")
            else:
                assert library.show(NEW).paper is not None
                library.rename(NEW, OLD)
        assert {path: path.read_bytes() for path in root.glob("*/*.[mb]*")} == before


_TAGGED = (
    *("#{}", "#{}/x", "(#{})", "#{}er", "#my/{}", "`#{}`", "$#{}$", "%%#{}%%", "[t](a.md#{})"),
    *("# On #{}", "> #{}", "- [ ] #{}", "| #{} | b |\n|--|--|", "```\n#{}\n```", "{}"),
)
_TAG_HEADS = (
    *("", "---\ntags: [{0}, b] # {0}\n---\n", "\ufeff---\r\nTags:\r\n- '{0}/x'\r\n- b\r\n---\r\n"),
    *('---\ntags: "{0}, b"\ntag: {0}\n---\n', "---\nkeywords: b {0} #{0}/y\n---\n"),
    *("---\ntitle: {0}\ntags: |\n  {0}\n  b\n---\n", "---\nx: [\ntags: [{0}]\n---\n"),
)
_tagged = st.one_of(
    st.builds(str.format, st.sampled_from(_TAGGED), st.sampled_from(["old", "b"])),
    st.sampled_from(["\n", "\n\n", "\r\n", " ", "`", "$", "%%", "é", "*", "[", "]"]),
    st.text(max_size=6).filter(lambda text: "old" not in text.casefold()),
)
tagged = st.builds(
    "{}{}".format,
    st.builds(str.format, st.sampled_from(_TAG_HEADS), st.just("old")),
    st.lists(_tagged, max_size=15).map("".join),
).map(lambda text: text.encode("utf-8", "replace").decode().replace("\0", "0"))


@given(tagged, st.sampled_from(["new", "a/deep-er", "old/below", "null", "Über"]))
def test_a_tag_renamed_there_and_back_is_what_it_was(text: str, new: str) -> None:
    try:
        there = retag(text, "notes/x.md", "old", new)
    except FormatError:
        event("refused")
        return
    back = retag(there, "notes/x.md", new, "old")
    assert back.replace('"old"', "old") == text.replace('"old"', "old")
    assert there.replace(new, "old").replace('"old"', "old") == text.replace(new, "old")


_HEADINGS = ("# {}\n", "## {} ##\n", "### **{}** ^b\n", "{}\n---\n", "> # {} {{#a}}\n", "## {}\r\n")
_POINTERS = (
    *("[[#{}]]", "[[n#{}|{}]]", "![[n#{}]]", "[[n#Top#{}]]", "`[[#{}]]`", "$[[#{}]]$", "{}"),
    *("| [[n#{}\\|c]] | b |\n|--|--|\n", "%%[[#{}]]%%", "[[other#{}]]", "[[n#{}#Sub]]"),
)
_PATHS = ("[x](#{})", "[x](n.md#{} 't')", "[x](<n.md#{}>)", "[r]\n\n[r]: n.md#{}\n", "[x](o.md#{})")
_said = st.sampled_from(["Old Part", "Top", "Sub"])
_headed = st.one_of(
    st.builds(str.format, st.sampled_from(_HEADINGS), _said),
    st.builds(lambda form, name: form.format(name, name), st.sampled_from(_POINTERS), _said),
    st.builds(
        lambda form, name: form.format(markdown.heading_slug(name)), st.sampled_from(_PATHS), _said
    ),
    st.sampled_from(["\n", "\n\n", "\r\n", " ", "```\n", "[x](#old-part-1)", "é", "* ", "---\n"]),
)
headed = st.lists(_headed, max_size=15).map("\n".join)


def leads(link: Link) -> bool:
    return link.target.partition("#")[0] in {"", "n", "n.md"} and link.kind != "citation"


def turn_heading(text: str, wanted: str, new: str) -> tuple[str, str, int]:
    """Return the text after, what the heading said, and where it stands among the headings."""
    change = rename_heading(text, "notes/n.md", wanted, new)
    return repoint(change.text, "notes/n.md", change, leads), change.old, change.index


def meant(text: str) -> list[tuple[int, ...]]:
    """Return which headings the links that lead to the note mean, link by link."""
    document = notes.read(text, "notes/n.md").document
    anchors = Anchors(document)
    links = [link for link in document.links if leads(link)]
    fragments = [link.heading or link.target.partition("#")[2] for link in links]
    fragments += [
        text[span.inner_start : span.inner_end].partition("#")[2]
        for span in document.spans
        if span.kind == "reference"
    ]
    return [
        anchors.path([unquote(name).strip() for name in fragment.split("#")])
        for fragment in fragments
    ]


@given(headed, st.sampled_from(["New Words", "Was: it #2?", "Other", "Top"]))
def test_a_heading_renamed_there_and_back_is_what_it_was(text: str, new: str) -> None:
    try:
        there, old, index = turn_heading(text, "Old Part", new)
    except (FormatError, ConflictError, NotFoundError) as error:
        event(type(error).__name__)
        return
    before, after = meant(text), meant(there)
    assert [path for path, was in zip(after, before, strict=True) if was] == list(
        filter(None, before)
    )
    if after != before:
        event("a link that led nowhere leads to it now")
        return
    document = notes.read(there, "notes/n.md").document
    wanted = document.headings[index].slug
    if Anchors(document).path([wanted]) != (index,):
        event("a heading above it is called so too")
        return
    try:
        assert turn_heading(there, wanted, old)[0] == text
    except UsageError:
        assert "`" in text  # its words were code, and would be a link without the marks


@given(headed, st.lists(_said, min_size=1, max_size=3))
def test_one_look_and_many_find_the_same_heading(text: str, names: list[str]) -> None:
    document = markdown.parse(text)
    for written in (names, [markdown.heading_slug(name) for name in names]):
        path = Anchors(document).path(written)
        found = markdown.find_heading(document, "#".join(written))
        assert (document.headings[path[-1]] if path else None) == found
