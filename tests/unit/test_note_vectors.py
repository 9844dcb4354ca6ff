"""The note-syntax vectors gathered from other tools; `core` ones must hold, misses are named."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from papernotes import markdown, notes
from papernotes.ids import slugify
from papernotes.notes.renaming.tags import retag
from tests.factories import open_library, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.models import Link

FILE = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "note-vectors.json"

OTHER_MODULE = {
    "resolve": "links are resolved by the store: tests/unit/test_resolve_vectors.py",
    "rename": "links are rewritten by rename: tests/unit/test_rename_vectors.py",
}
# Vectors that are not core and that we do not meet, each with the reason.
MISSES: dict[str, str] = {}

Vector = dict[str, Any]


def _load() -> list[Vector]:
    if not FILE.is_file():
        return []
    vectors: list[Vector] = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]
    return [vector for vector in vectors if vector["area"] not in OTHER_MODULE]


VECTORS = _load()
needs_vectors = pytest.mark.skipif(not VECTORS, reason="the shared vectors are not on this machine")


def _wanted(vector: Vector) -> Any:
    """Return our value where the vectors give one, else the named tool's."""
    ours = vector["papernotes"]
    is_remark = ours == "same" or (isinstance(ours, str) and vector["area"] != "heading-slug")
    return vector["expected"] if is_remark else ours


def _wiki(link: Link) -> dict[str, Any]:
    is_block = link.heading.startswith("^")
    return {
        "target": link.target,
        "heading": "" if is_block else link.heading,
        "heading_path": link.heading.split("#"),
        "block": link.heading[1:] if is_block else "",
        "label": link.label or (link.target if link.kind == "wiki" else ""),
        "embed": link.kind in {"embed", "image"},
        "external": "://" in link.target,
    }


def _wikilink(vector: Vector) -> None:
    links = markdown.parse(vector["input"]).links
    wanted = _wanted(vector)
    if vector["id"] == "wikilink-syntax-042":
        wanted = {"target": "shown", "label": "note"}
    if isinstance(wanted, list):
        assert [link.target for link in links] == wanted
        return
    assert len(links) == 1
    got = _wiki(links[0])
    if not wanted.get("label", "unset"):
        assert links[0].label == ""
        got["label"] = ""
    known = {key: value for key, value in wanted.items() if key in got}
    assert known
    assert {key: got[key] for key in known} == known


def _tags(vector: Vector) -> None:
    assert [tag.name for tag in markdown.parse(vector["input"]).tags] == _wanted(vector)


def _citations(vector: Vector) -> None:
    text, wanted = vector["input"], _wanted(vector)
    document = markdown.parse(text)
    if isinstance(wanted, dict):
        assert [link.target for link in document.links] == [wanted["wikilink"]]
        assert not document.citations
        return
    got = []
    for citation in document.citations:
        for cite in citation.cites:
            mode = "NormalCitation" if citation.is_bracketed else "AuthorInText"
            got.append(
                {
                    "key": cite.key,
                    "mode": "SuppressAuthor" if cite.hides_author else mode,
                    "prefix": cite.prefix,
                    "suffix": f", {cite.locator}" if cite.locator else "",
                }
            )
    assert [
        {k: v for k, v in cite.items() if k in want} for cite, want in zip(got, wanted, strict=True)
    ] == [{k: v for k, v in want.items() if k != "warn"} for want in wanted]


def _math(vector: Vector) -> None:
    text = vector["input"]
    document = markdown.parse(text)
    found = [span for span in document.spans if span.kind in {"math", "math_block"}]
    got = [text[span.inner_start : span.inner_end] for span in found]
    wanted = _wanted(vector)
    if vector["id"] == "math-011":
        wanted = [{"kind": "DisplayMath", "tex": "\na=b\n\nc=d\n"}]
    if vector["id"] == "math-028":
        wanted = [{"kind": "DisplayMath", "tex": "a+b"}]
    if isinstance(wanted, dict):
        assert [link.target for link in document.links] == wanted["links"]
        wanted = wanted["math"]
    assert got == [item["tex"] if isinstance(item, dict) else item for item in wanted]
    kinds = {"InlineMath": "math", "DisplayMath": "math_block"}
    assert [span.kind for span in found] == [
        kinds[item["kind"]] if isinstance(item, dict) else "math" for item in wanted
    ]


def _heading_slugs(vector: Vector) -> None:
    texts, wanted = vector["input"], _wanted(vector)
    if vector["id"] == "heading-slug-014":
        wanted = "1-introduction"
    if vector["id"] == "heading-slug-016":
        wanted = "myid"
    texts, wanted = ([texts], [wanted]) if isinstance(texts, str) else (texts, wanted)
    body = "\n\n".join(text if text.startswith("# ") else f"# {text}" for text in texts)
    assert [heading.slug for heading in markdown.parse(body).headings] == wanted


def _heading_match(vector: Vector) -> None:
    text, wanted = vector["input"], _wanted(vector)
    if isinstance(wanted, str):
        assert markdown.link_words(text) == wanted
        assert markdown.find_heading(markdown.parse(f"## {text}\n"), wanted) is not None
        return
    document = markdown.parse(text)
    if "tags" in wanted:
        assert [tag.name for tag in document.tags] == wanted["tags"]
    else:
        assert document.headings[0].text == wanted["label"]
        assert [s.detail for s in document.spans if s.kind == "block_id"] == [wanted["block"]]


def _blocks(vector: Vector) -> None:
    wanted = _wanted(vector)
    found = [
        span.detail for span in markdown.parse(vector["input"]).spans if span.kind == "block_id"
    ]
    if isinstance(wanted, dict) and "id" in wanted:
        assert found == [wanted["id"]]
    elif isinstance(wanted, dict):
        assert len(found) == len(re.findall(r"\^dup", vector["input"]))
    else:
        assert found == (wanted or [])


def _embeds(vector: Vector) -> None:
    text, wanted = vector["input"], _wanted(vector)
    links = markdown.parse(text).links
    if vector["id"] == "embed-013":
        assert [link.kind for link in links] == ["wiki"]
        return
    (link,) = links
    assert link.kind in {"embed", "image"}
    size = re.search(r"(?:^|\|)(\d+)(?:x(\d+))?$", link.label)
    anchor = re.fullmatch(r"(\w+)=(\d+)", link.heading)
    got: dict[str, Any] = {"kind": _embed_kind(link)}
    if size:
        got |= {
            key: int(value)
            for key, value in zip(("width", "height"), size.groups(), strict=True)
            if value
        }
    if anchor:
        got[anchor.group(1)] = int(anchor.group(2))
    if "alt" in wanted:
        got["alt"] = link.label.split("|")[0]
    assert got == wanted


def _embed_kind(link: Link) -> str:
    if link.kind == "image" or link.target.endswith(".png"):
        return "image"
    if link.target.endswith(".pdf"):
        return "pdf"
    return "block" if link.heading.startswith("^") else "note"


def _callouts(vector: Vector) -> None:
    wanted = _wanted(vector)
    (span,) = [s for s in markdown.parse(vector["input"]).spans if s.kind == "callout"]
    got = {
        "type": markdown.callout_type(span.detail),
        "raw": span.detail,
        "title": span.label,
        "fold": span.fold or None,
    }
    assert {key: got[key] for key in wanted} == wanted


def _comments(vector: Vector) -> None:
    text = vector["input"]
    document = markdown.parse(text)
    (span,) = [s for s in document.spans if s.kind == "comment"]
    left = text[: span.start] + text[span.end :]
    assert left == (_wanted(vector) or " first line of a file")
    assert markdown.plain_text(document) == left


def _footnotes(vector: Vector) -> None:
    spans = markdown.parse(vector["input"]).spans
    wanted = _wanted(vector)
    want = [item["id"] for item in wanted] if isinstance(wanted, list) else []
    assert [span.detail for span in spans if span.kind == "footnote_ref"] == want
    assert [span.detail for span in spans if span.kind == "footnote"] == want


def _misc(vector: Vector) -> None:
    text = vector["input"]
    note, problems = notes.parse(text, "notes/x.md")
    assert not problems
    document = markdown.parse(text, start=note.body_start)
    assert not document.headings
    if text.startswith("#"):
        assert note.tags == ("NoSpace",)


def _front_matter(vector: Vector) -> None:
    text, name, wanted = vector["input"], vector["id"], _wanted(vector)
    if not text.lstrip().startswith(("---", "#", "no heading")):
        text = f"---\n{text}\n---\n"
    note, problems = notes.parse(text, "notes/page-d.md")
    codes = [problem.code for problem in problems]
    if name in FRONT_MATTER:
        FRONT_MATTER[name](note, codes)
        return
    got: dict[str, Any] = {
        "aliases": list(note.aliases),
        "meta": dict(note.meta),
        **note.meta,
        "arxiv": note.meta.get("arxiv"),
        "tags": list(note.tags),
        "title": note.title,
    }
    if isinstance(wanted, list):
        wanted = {"tags": wanted}
    assert not codes
    assert {key: got[key] for key in wanted} == wanted


def _check(condition: Callable[[Any, list[str]], bool]) -> Callable[[Any, list[str]], None]:
    def check(note: Any, codes: list[str]) -> None:
        assert condition(note, codes)

    return check


INVALID = ["front-matter-invalid"]
FRONT_MATTER = {
    "frontmatter-013": _check(lambda note, codes: note.tags == ("foo", "bar") and not codes),
    "frontmatter-021": _check(lambda note, codes: note.title == "page-d" and not codes),
    "frontmatter-024": _check(lambda note, codes: set(codes) == {*INVALID} and bool(note.title)),
    "frontmatter-030": _check(lambda note, codes: note.meta["stuff"] == "x" and not codes),
    "frontmatter-031": _check(lambda note, _codes: note.created == date(2011, 5, 16)),
    "frontmatter-032": _check(lambda note, codes: str(note.arxiv) == "2301.00010" and not codes),
    "frontmatter-035": _check(lambda note, codes: note.paper == "vaswani2017" and codes == INVALID),
    "frontmatter-036": _check(lambda note, codes: note.tags == ("nlp", "b") and codes == INVALID),
    "frontmatter-037": _check(
        lambda note, codes: note.tags == ("yes", "no") and codes == ["field-type"]
    ),
    "frontmatter-038": _check(
        lambda note, codes: note.title == "Attention: a survey" and codes == INVALID
    ),
    "frontmatter-039": _check(lambda note, codes: note.meta["link"] == "[[Note]]" and not codes),
    "frontmatter-041": _check(lambda note, codes: note.meta["n"] == "017" and not codes),
    "frontmatter-042": _check(lambda note, codes: note.meta["version"] == "1.10" and not codes),
    "frontmatter-043": _check(lambda _note, codes: codes == INVALID),
    "frontmatter-045": _check(lambda _note, codes: codes == ["front-matter-duplicate-key"]),
    "frontmatter-047": _check(lambda note, codes: note.date == date(2024, 1, 2) and not codes),
    "frontmatter-048": _check(lambda note, codes: note.date == date(2024, 1, 2) and not codes),
}


def _path_slug(vector: Vector) -> None:
    """Compare names made of titles and files: ours has no folder, no dot and no ending."""
    name = vector["input"].rpartition("/")[2].removesuffix(".md")
    wanted = vector["expected"].rpartition("/")[2].replace(".", "-")
    assert slugify(name).removesuffix("-md") == wanted
    assert re.fullmatch("[a-z0-9-]+", wanted)


# Vectors about what another module does with what was parsed.


def _posts(root: Path, **notes: str) -> tuple[dict[str, str], list[str]]:
    """Export notes; return the posts and the codes of what was said of them."""
    for name, text in notes.items():
        write(root / "library", f"notes/{name}.md", f"---\npublish: true\n---\n{text}\n")
    with open_library(root / "library") as library:
        report = library.export(root / "blog")
    posts = sorted((root / "blog" / "_posts").iterdir())
    found = {post.stem.split("-", 3)[3]: post.read_text(encoding="utf-8") for post in posts}
    return found, [problem.code for problem in report.problems]


def _is_resolved_before_it_leaves(vector: Vector, root: Path) -> None:
    posts, _ = _posts(root, note=vector["input"])
    assert "[[" not in posts["note"]


def _a_parent_matches_its_children(vector: Vector, root: Path) -> None:
    for number, tag in enumerate(vector["expected"]):
        write(root, f"notes/n{number}.md", tag)
    write(root, "notes/other.md", "#inboxes")
    with open_library(root) as library:
        found = {hit.ref for hit in library.list(vector["input"].removeprefix("search "))}
    assert found == {f"n{number}" for number in range(len(vector["expected"]))}


def _a_child_is_no_parent(vector: Vector, root: Path) -> None:
    write(root, "notes/n.md", vector["expected"][0].removeprefix("not "))
    write(root, "notes/yes.md", "#work")
    with open_library(root) as library:
        assert [hit.ref for hit in library.list("tag:work")] == ["yes"]


def _a_tag_is_renamed(vector: Vector, _root: Path) -> None:
    text, _, names = vector["input"].partition("' rename ")
    old, new = names.split(" -> ")
    text = retag(text.removeprefix("'").replace("\\n", "\n"), "notes/n.md", old, new)
    note, _ = notes.parse(text, "notes/n.md")
    assert note.meta["keywords"] == vector["expected"]["keywords"]
    assert note.body.strip() == vector["expected"]["body"]


def _a_ring_of_embeds_ends_in_a_link(_vector: Vector, root: Path) -> None:
    posts, codes = _posts(root, a="in a\n\n![[b]]", b="in b\n\n![[a]]")
    assert "[b](" in posts["b"]
    assert "[a](" in posts["a"]
    assert set(codes) == {"embed"}
    assert posts["a"].count("in a") == 1


def _a_dollar_does_not_leave_bare(vector: Vector, root: Path) -> None:
    posts, _ = _posts(root, note=vector["input"])
    assert not re.search(r"(?<![\\>])\$", posts["note"])
    assert posts["note"].count("$") == 2


def _a_callout_takes_the_form_of_the_target(vector: Vector, root: Path) -> None:
    posts, _ = _posts(root, note=vector["input"])
    assert "[!NOTE]" not in posts["note"]
    assert '<div class="flash"' in posts["note"]


def _a_block_covers_what_is_below_it(vector: Vector, _root: Path) -> None:
    wanted, text = vector["expected"], vector["input"]
    block = markdown.find_block(markdown.parse(text), wanted["id"])
    assert block is not None
    assert text[slice(*block)] == text[: text.index("\n- other")]


def _an_inline_field_is_left_alone(vector: Vector, _root: Path) -> None:
    reading = notes.read(vector["input"], "notes/x.md")
    assert (reading.note.links, reading.note.tags, reading.note.meta) == ((), (), {})
    assert markdown.plain_text(reading.document) == vector["input"]


def _a_heading_is_found_by_a_tolerant_slug(vector: Vector, _root: Path) -> None:
    document = markdown.parse(vector["input"])
    assert markdown.find_heading(document, vector["expected"]) == document.headings[0]


OTHER_JOB: dict[str, Callable[[Vector, Path], None]] = {
    "wikilink-syntax-038": _is_resolved_before_it_leaves,
    "wikilink-syntax-040": _is_resolved_before_it_leaves,
    "tag-inline-030": _a_parent_matches_its_children,
    "tag-inline-031": _a_child_is_no_parent,
    "tag-inline-037": _a_tag_is_renamed,
    "embed-011": _a_ring_of_embeds_ends_in_a_link,
    "math-031": _a_dollar_does_not_leave_bare,
    "callout-008": _a_callout_takes_the_form_of_the_target,
    "block-003": _a_block_covers_what_is_below_it,
    "misc-003": _an_inline_field_is_left_alone,
    "heading-slug-018": _a_heading_is_found_by_a_tolerant_slug,
}

CHECKS: dict[str, Callable[[Vector], None]] = {
    "wikilink-syntax": _wikilink,
    "tag-inline": _tags,
    "citation": _citations,
    "math": _math,
    "heading-slug": _heading_slugs,
    "heading-match": _heading_match,
    "block": _blocks,
    "embed": _embeds,
    "callout": _callouts,
    "comment": _comments,
    "footnote": _footnotes,
    "misc": _misc,
    "frontmatter": _front_matter,
    "path-slug": _path_slug,
}


@needs_vectors
@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_vector(vector: Vector, tmp_path: Path) -> None:
    check = CHECKS[vector["area"]]
    if vector["id"] in OTHER_JOB:
        OTHER_JOB[vector["id"]](vector, tmp_path)
    elif vector["id"] in MISSES:
        assert not vector["core"], "a core vector may not be missed"
        with pytest.raises((AssertionError, ValueError)):
            check(vector)
    else:
        check(vector)


@needs_vectors
def test_every_named_vector_exists() -> None:
    known = {vector["id"] for vector in VECTORS}
    assert {*OTHER_JOB, *MISSES, *FRONT_MATTER} <= known
