"""What is found does not depend on how a library came to be, and everything is found by its own."""

from __future__ import annotations

import json
import lzma
import re
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes import analysis, markdown
from papernotes.errors import PapernotesError
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papernotes.library import Library

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
RECORDS = CORPORA / "arxiv_records.jsonl.xz"
POSTS = CORPORA / "posts"

NAMES = ("a", "b", "deep/c", "d")
KEYS = ("doe2020", "roe2021")
SENTENCES = (
    "Apples run deep, e.g. in Fig. 3.",
    "A self-supervised network runs.",
    "The selfsupervised bees of Müller eat apples.",
    "- an item on networks\n- another on M\\\"uller's bees",
    "## Of bees\n\nNothing of note.",
    "```\nnetwork = Bees()\n```",
    "学习很有趣。深度学习",
)
WORDS = ("apples", "bees", "networks", "reading", "deep")
QUERIES = (
    "apples", "bees network", '"run deep"', '"network bees"~4', "net*", "aples", "self supervised",
    "title:bees", "author:doe bees", "note:bees -apples", "apples OR tag:fruit", "muller",
    "status:read bees", "year:2020 bees", "学习", "the bees", "networkz~", "other", "-bees",
)  # fmt: skip
names, keys, words = st.sampled_from(NAMES), st.sampled_from(KEYS), st.sampled_from(WORDS)
bodies = st.lists(st.sampled_from(SENTENCES), max_size=4).map("\n\n".join)
heads = st.sampled_from(("", "tags: [fruit]\n", "status: read\n", "aliases: [other]\n"))
edits = st.lists(
    st.one_of(
        st.tuples(st.just("note"), names, words, heads, bodies),
        st.tuples(st.just("own"), keys, words, heads, bodies),
        st.tuples(st.just("entry"), keys, words, st.sampled_from(("2020", "2021"))),
        st.tuples(st.just("delete"), st.one_of(names, keys)),
        st.tuples(st.just("move"), names, names),
        st.tuples(st.just("rename"), st.one_of(names, keys), words),
        st.tuples(st.just("tag"), st.one_of(names, keys), words),
        st.tuples(st.just("status"), st.one_of(names, keys), st.sampled_from(("read", "unread"))),
        st.tuples(st.just("look"), st.sampled_from(QUERIES)),
    ),
    min_size=1,
    max_size=14,
)


def make(library: Library, kind: str, name: str, *more: str) -> None:
    """Edit a library as a person would, by an editor, a shell or a command."""
    root = library.root
    if kind == "note":
        write(root, f"notes/{name}.md", f"---\ntitle: On {more[0]}\n{more[1]}---\n{more[2]}\n")
    elif kind == "own":
        head = f"---\ntitle: On {more[0]}\npaper: {name}\n{more[1]}---\n"
        write(root, f"notes/{name}.md", f"{head}{more[2]}\n".replace("\n", "\r\n"))
    elif kind == "entry":
        about = {"year": more[1], "abstract": "Of bees, and of a network."}
        write(root, f"bib/{name}.bib", entry(name, f"A Study of {more[0]}", "Doe, J.", **about))
    elif kind == "delete":
        for path in (root / f"notes/{name}.md", root / f"bib/{name}.bib"):
            path.unlink(missing_ok=True)
    elif kind == "move" and (root / f"notes/{name}.md").exists():
        (root / f"notes/{more[0]}.md").parent.mkdir(exist_ok=True)
        (root / f"notes/{name}.md").rename(root / f"notes/{more[0]}.md")
    elif kind == "look":
        library.search(name)
    elif kind == "rename":
        library.rename(name, more[0])
    elif kind == "tag":
        library.tag([name], add=[more[0]])
    elif kind == "status":
        library.set_status([name], more[0])


def all_answers(library: Library) -> list[Any]:
    found = []
    for text in QUERIES:
        for sort in ("relevance", "year", "title"):
            hits = library.search(text, limit=0, sort=sort, context=1)
            found.append((text, sort, hits.total, hits.suggestion, hits.dropped, hits.hits))
    return found


@settings(max_examples=12, deadline=None)
@given(edits)
def test_after_any_edits_the_answers_are_those_of_a_fresh_library(
    changes: list[tuple[str, ...]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        with open_library(base / "one" / "library") as library:
            for kind, *rest in changes:
                with suppress(PapernotesError):  # nothing has that name
                    make(library, kind, *rest)
            found = all_answers(library)
            (base / "two").mkdir()
            ignored = shutil.ignore_patterns("index")
            shutil.copytree(library.root, base / "two" / "library", ignore=ignored)
        with open_library(base / "two" / "library") as fresh:
            assert found == all_answers(fresh)


def posts() -> Iterator[Path]:
    return islice(sorted(POSTS.rglob("*.md")), 0, None, 2)


def rarest(text: str, counts: Counter[str]) -> list[str]:
    """Return the three rarest words of a text, of those that are in few others."""
    found = {
        word
        for word in re.findall(r"(?<![\\\w])[^\W\d_]{4,}(?!\w)", text)
        if counts[terms(word)[0]]
    }
    return sorted(found, key=lambda word: (counts[terms(word)[0]], word))[:3]


def terms(text: str) -> list[str]:
    return [slot[0] for slot in analysis.slots(text)]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Return a library of 400 real records and 70 posts."""
    if not RECORDS.exists():
        pytest.skip("the corpora are not beside us")
    root = tmp_path_factory.mktemp("real") / "library"
    with open_library(root) as library:
        entries = []
        for number, record in enumerate(records()):
            fields = {"year": record["published"][:4], "abstract": record["abstract"]}
            author = " and ".join(record["authors"][:5])
            entries.append(entry(f"r{number}", record["title"], author, **fields))
        write(root, "bib/records.bib", "\n".join(entries))
        for number, path in enumerate(posts()):
            write(root, f"notes/p{number}.md", path.read_bytes())
        yield library


def records() -> Iterator[dict[str, Any]]:
    with lzma.open(RECORDS, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, islice(lines, 0, 8000, 20)):
            text = record["title"] + record["abstract"]
            if text.count("{") == text.count("}") and "@" not in text:
                yield record


def own_texts(library: Library) -> dict[str, str]:
    """Return title and abstract or body of every document, as a reader sees them."""
    found = {}
    abstracts = {f"r{number}": record["abstract"] for number, record in enumerate(records())}
    for hit in library.list(limit=0):
        body = abstracts.get(hit.ref, "")
        if hit.path.startswith("notes/"):
            text = (library.root / hit.path).read_text("utf-8")
            text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
            body = markdown.plain_text(markdown.parse(text))
        found[hit.ref] = f"{hit.title}\n{body}"
    return found


def test_every_document_is_found_by_its_own_rare_words(real: Library) -> None:
    texts = own_texts(real)
    counts: Counter[str] = Counter()
    for text in texts.values():
        counts.update(set(terms(text)))
    missed = []
    for ref, text in texts.items():
        query = " ".join(f'"{word}"' for word in rarest(text, counts))
        hits = real.search(query, limit=3)
        if ref not in [hit.ref for hit in hits] or hits.suggestion:
            missed.append((ref, query, [hit.ref for hit in hits]))
    assert len(texts) > 400
    assert not missed, missed


def test_the_line_that_is_shown_holds_what_was_found(real: Library) -> None:
    checked, wrong = 0, []
    for word in ("model", "training", "data", "learn*", "image", '"neural network"', "python"):
        for hit in real.search(word, limit=30):
            for fragment in hit.fragments:
                if fragment.field != "note":
                    continue
                lines = re.split(r"\r\n|\r|\n", (real.root / hit.path).read_text("utf-8"))
                start, end = fragment.marks[0]
                checked += 1
                if fragment.text[start:end].split()[0] not in lines[(fragment.line or 0) - 1]:
                    wrong.append((hit.path, fragment, lines[(fragment.line or 0) - 1]))
    assert checked > 100
    assert wrong == []


def test_hostile_queries_are_answered_or_refused(real: Library) -> None:
    asked: Sequence[str] = (
        "*", "?????*", "[a TO z]", "~5", "(" * 5_000, "x" * 100_000, "\0", "\ud800", '"', "a:b:c",
        "-", "NOT", "a OR", ")(", "title:", '"a b"~99999', "a" * 70 + "*", "\u202e", "%s {0}",
        "../../etc", "' OR 1=1 --", "\r\n", "🚀" * 90, "學" * 900, "year:2015..", "://", "#",
        "the a of",
    )  # fmt: skip
    refused = [found for text in asked if (found := refusal(real, text)) is not None]
    assert {error.exit_status for error in refused} == {2}
    assert all(map(str, refused))
    assert len(refused) < len(asked) - 5


def refusal(library: Library, query: str) -> PapernotesError | None:
    try:
        library.search(query, limit=3, context=2)
    except PapernotesError as error:
        return error
    return None
