"""Real posts and notes of others lose nothing: all that independent readers find, we find too.

markdown-it-py reads CommonMark with tables; Pandoc reads math. What either finds and we do not is a
fault, or stands below with its reason. We may find more: Markdown inside HTML, which these readers
leave alone, and wiki links, citations and comments, which they do not know.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from papernotes import markdown
from papernotes.notes import read
from tests.programs import require

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.token import Token

    from papernotes.notes import Reading

POSTS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "posts"
FEWEST = 60
SURE_LETTERS = 12  # so long a text is hardly found where it is not meant

# File name and what is lost there → why that is meant.
_HIDDEN = "[//]: #(…) is meant as a comment, though CommonMark asks for a space: private stays so"
_STYLE = "CSS over blank lines, where CommonMark ends the HTML and sees code: it is no text"
_IN_HTML = "a comment over a blank line, where CommonMark ends the HTML around it: private stays so"
REASONS = {
    ("2023-05-01-adamw.md", "links"): _HIDDEN,
    ("2023-05-01-adamw.md", "text"): _HIDDEN,
    ("2020-02-20-test.md", "text"): _STYLE,
    ("2025-04-28-rethinking-graph-prompts.md", "text"): _IN_HTML,
}
_PANDOC = (
    "markdown-yaml_metadata_block-raw_tex-latex_macros-blank_before_header-native_divs"
    "-blank_before_blockquote-markdown_in_html_blocks+lists_without_preceding_blankline"
)

needs_posts = pytest.mark.skipif(not POSTS.is_dir(), reason="the posts are not on this machine")


@cache
def posts() -> dict[str, Reading]:
    files = [
        each for each in sorted(POSTS.rglob("*")) if each.suffix in {".md", ".markdown", ".qmd"}
    ]
    read_as = {each: each.read_bytes().decode("utf-8", "replace") for each in files}
    return {
        str(file.relative_to(POSTS)): read(text, f"notes/{file.name}")
        for file, text in read_as.items()
    }


@cache
def tokens_of(post: str) -> tuple[Token, ...]:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    found: list[Token] = []
    for token in reader.parse(posts()[post].note.body):
        found += [token, *(token.children or ())]
    return tuple(found)


def squeezed(text: str) -> str:
    """Return a text without white space, quote marks at its lines' beginnings, and escapes."""
    return re.sub(r"\s+", "", re.sub(r"^[ \t]*>[> \t]*", "", text, flags=re.MULTILINE))


def targets(found: Iterable[Any]) -> Counter[str]:
    return Counter(unquote(str(each)).replace("&amp;", "&") for each in found)


def inside(reading: Reading, *kinds: str) -> Counter[str]:
    text = reading.document.text
    spans = [span for span in reading.document.spans if span.kind in kinds]
    return Counter(squeezed(text[span.inner_start : span.inner_end]) for span in spans)


def lost_links(post: str) -> Counter[str]:
    theirs = [token.attrs["href"] for token in tokens_of(post) if token.type == "link_open"]
    ours = [each.target for each in posts()[post].note.links if each.kind in {"link", "url"}]
    return targets(theirs) - targets(ours)


def lost_images(post: str) -> Counter[str]:
    theirs = [token.attrs["src"] for token in tokens_of(post) if token.type == "image"]
    ours = [each.target for each in posts()[post].note.links if each.kind == "image"]
    return targets(theirs) - targets(ours)


def lost_code(post: str) -> Counter[str]:
    theirs = [token for token in tokens_of(post) if token.type in {"code_inline", "fence"}]
    ours = inside(posts()[post], "code", "fence")
    return Counter(squeezed(token.content) for token in theirs) - ours


def lost_indented_code(post: str) -> Counter[str]:
    """Return what is in no code of ours, nor in HTML that is not read as Markdown (pre, style)."""
    theirs = [token for token in tokens_of(post) if token.type == "code_block"]
    ours = "\n".join(inside(posts()[post], "code_block", "html"))
    return Counter(code for token in theirs if (code := squeezed(token.content)) not in ours)


def lost_headings(post: str) -> Counter[str]:
    tokens = tokens_of(post)
    theirs = [after for each, after in pairwise(tokens) if each.type == "heading_open"]
    ours = Counter(letters(each.text) for each in posts()[post].document.headings)
    return Counter(letters(shown(token)) for token in theirs) - ours


def shown(token: Token) -> str:
    children = token.children or ()
    return "".join(each.content for each in children if each.type in {"text", "code_inline"})


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def lost_text(post: str) -> Counter[str]:
    """Return what is not found in our plain text, letter for letter and in this order.

    URLs, which the plain text leaves out, are links, and marks of footnotes are none to CommonMark.
    """
    ours, at = letters(markdown.plain_text(posts()[post].document)), 0
    lost: Counter[str] = Counter()
    for before, token in pairwise(tokens_of(post)):
        is_shown = token.type in {"text", "code_inline", "fence", "code_block"}
        words = words_of(token) if is_shown and before.info != "auto" else []
        found = ours.find("".join(words), at)
        if found < 0:
            lost.update(word for word in words if ours.find(word, at) < 0)
        elif sum(map(len, words)) > SURE_LETTERS:
            at = found
    return lost


def words_of(token: Token) -> list[str]:
    is_text = token.type == "text"
    text = (
        re.sub(r"https?://\S*|\[\^[^\]\s]+\]:?", " ", token.content) if is_text else token.content
    )
    return list(filter(None, map(letters, text.split())))


LOST = {
    "links": lost_links,
    "images": lost_images,
    "code": lost_code,
    "indented code": lost_indented_code,
    "headings": lost_headings,
    "text": lost_text,
}


@needs_posts
@pytest.mark.parametrize("what", LOST)
def test_nothing_is_lost(what: str) -> None:
    assert len(posts()) >= FEWEST
    lost = {post: dict(found) for post in posts() if (found := LOST[what](post))}
    excused = {post for post in lost if (Path(post).name, what) in REASONS}
    assert {post: found for post, found in lost.items() if post not in excused} == {}
    assert {name for name, kind in REASONS if kind == what} == {Path(post).name for post in excused}


@needs_posts
def test_no_formula_is_lost() -> None:
    lost: dict[str, Any] = {}
    for post, reading in posts().items():
        if "$" in reading.note.body:
            theirs = Counter(squeezed(each) for each in formulas(reading.note.body))
            if found := theirs - inside(reading, "math", "math_block"):
                lost[post] = dict(found)
    assert lost == {}


def formulas(text: str) -> Iterator[str]:
    ran = subprocess.run(
        [require("pandoc"), "-f", _PANDOC, "-t", "json"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    stack: list[Any] = [json.loads(ran.stdout)]
    while stack:
        node = stack.pop()
        if isinstance(node, dict) and node.get("t") == "Math":
            yield node["c"][1]
        elif isinstance(node, dict | list):
            stack += node.values() if isinstance(node, dict) else node


@needs_posts
def test_no_post_is_refused() -> None:
    codes = {
        (problem.code, problem.path)
        for reading in posts().values()
        for problem in reading.problems
        if problem.code not in {"field-type", "front-matter-duplicate-key"}
    }
    assert codes == set()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Said *[[a|Deep Sets]]* and _`x`_ *b*.", "Said Deep Sets and x b."),
        ("<table>\n    <tr>[[a]]</tr>\n</table>", "a"),
        ("<div>\n<style>\nb {}\n</style>\n\n    code\n", "code"),
        ('<a href="b" c>d</a> <e f="1", g="2">', 'd <e f="1", g="2">'),
        ("</div >x<br/>", "x"),
    ],
)
def test_what_the_posts_taught(text: str, shown: str) -> None:
    assert markdown.plain_text(markdown.parse(text)).split() == shown.split()


def test_a_comment_that_is_a_definition_is_closed() -> None:
    reading = read("[//]: # (mine)\n\nYours.\n", "notes/x.md")
    assert markdown.plain_text(reading.document).strip() == "Yours."
    assert reading.problems == ()


def test_a_sentence_does_not_end_after_et_al() -> None:
    text = "First. As Vaswani et al. (2017) say in Fig. A of D. Knuth, it works. Last."
    document = markdown.parse(text)
    sentence = "As Vaswani et al. (2017) say in Fig. A of D. Knuth, it works."
    assert markdown.sentence_at(document, text.index("2017")) == sentence
