"""New notes: front matter that reads back as it was meant, and a short body to begin with."""

from __future__ import annotations

import difflib
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from papernotes.errors import ArxivIdError, FormatError, UsageError
from papernotes.ids import parse_arxiv_id
from papernotes.models import ArxivId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from papernotes.models import Paper

MAX_AUTHORS = 100

PAPER_BODY = """\
{{link}}

## In one sentence

%% What is new here, in your own words. %%

## Notes

%% What they did, what it shows, what you would try. %%

## Questions

%% What is unclear, missing, or worth checking. %%
"""

KINDS: Mapping[str, str] = {
    "experiment": """\
## Question

%% What do you want to find out, and what do you expect? %%

## Setup

%% Data, code, versions, seeds: enough to run it again. %%

## Results

## What I learned
""",
    "tutorial": """\
%% Who is it for, and what will they be able to do at the end? %%

## Before you start

## Step by step

## Where to go from here
""",
    "paper": """\
%% Which papers is this about? Cite them as @citekey. %%

## The idea

## What I make of it

## Open questions
""",
    "resources": """\
%% What is collected here, and for whom? One line of reason for each entry. %%

""",
    "rant": """\
%% The claim, in one sentence. Then: why it matters, and the best case against it. %%

""",
    "note": "",
}

_SAFE_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_SURROGATE_OR_NUL = re.compile("[\ud800-\udfff\x00]")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff0-\uffff]")
_PLACEHOLDER = re.compile(r"\{\{[ \t]*(\w+)[ \t]*\}\}")
_MARKDOWN_ACTIVE = re.compile(r"([\\`*\[\]<>#@%{}|~])")
_MATH = re.compile(r"(\$(?![\s$])(?:[^$\\]|\\.)*+(?<!\s)\$(?!\d))")
_NOT_IN_DESTINATION = re.compile(r"[\s<>()\\\x00-\x20\x7f-\x9f]")


def render_paper_note(
    paper: Paper,
    *,
    created: date,
    version: int | None = None,
    tags: Iterable[str] = (),
    status: str = "unread",
    template: str | None = None,
) -> str:
    """Return the text of a new note about ``paper``, or about one ``version`` of it.

    ``template`` replaces the body; it may hold ``{{title}}``, ``{{authors}}``, ``{{year}}``,
    ``{{citekey}}``, ``{{arxiv}}``, ``{{url}}``, ``{{link}}``, ``{{abstract}}`` and
    ``{{created}}``. Raises FormatError for any other placeholder.
    """
    lines = [f"title: {quoted(paper.title)}", f"paper: {word(paper.citekey)}"]
    if paper.arxiv_id:
        lines.append(f"arxiv: {quoted(str(ArxivId(paper.arxiv_id, version)))}")
    lines.append(f"authors: [{', '.join(map(quoted, author_names(paper)))}]")
    if paper.year is not None:
        lines.append(f"year: {paper.year}")
    lines += [_tags(tags), f"status: {word(status)}", f"created: {created.isoformat()}"]
    body = PAPER_BODY if template is None else template
    return _assemble(lines, _fill(body, _values(paper, created)).lstrip("\n"))


def author_names(paper: Paper) -> list[str]:
    """Return the names that a paper's note lists: the first hundred, and that there are others."""
    names = [author.name for author in paper.authors[:MAX_AUTHORS]]
    return [*names, "others"] if len(paper.authors) > MAX_AUTHORS else names


def render_free_note(
    title: str,
    *,
    kind: str,
    created: date,
    tags: Iterable[str] = (),
    paper: str | None = None,
) -> str:
    """Return the text of a new free note of one of :data:`KINDS`; UsageError for another kind."""
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {near[0]}?" if near else "one of: " + ", ".join(KINDS)
        raise UsageError(f"there is no kind of note called {kind!r}", hint=hint)
    lines = [f"title: {quoted(title)}", f"kind: {kind}"]
    if paper:
        lines.append(f"paper: {word(paper)}")
    lines += [_tags(tags), f"created: {created.isoformat()}"]
    return _assemble(lines, KINDS[kind])


def _assemble(lines: Iterable[str], body: str) -> str:
    head = "\n".join(["---", *lines, "---", ""])
    return f"{head}\n{body}" if body.strip() else head


def quoted(text: str) -> str:
    """Return ``text`` as a double-quoted YAML scalar on one line.

    What has no place in a text file (lone surrogates, NUL) becomes U+FFFD; other characters that
    are invisible, or line ends to YAML, are escaped.
    """
    text = json.dumps(_SURROGATE_OR_NUL.sub("\ufffd", text), ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def word(text: str) -> str:
    """Return ``text`` as it is if YAML and other tools take it for a word, else quoted."""
    is_safe = _SAFE_WORD.fullmatch(text) and text.lower() not in _RESERVED
    return text if is_safe else quoted(text)


def _tags(tags: Iterable[str]) -> str:
    return f"tags: [{', '.join(word(tag.strip().lstrip('#')) for tag in tags)}]"


# The body


def _values(paper: Paper, created: date) -> dict[str, str]:
    return {
        "title": foreign_text(paper.title),
        "authors": foreign_text(", ".join(author.name for author in paper.authors)),
        "year": "" if paper.year is None else str(paper.year),
        "citekey": foreign_text(paper.citekey),
        "arxiv": foreign_text(paper.arxiv_id or ""),
        "url": _url(paper),
        "link": _link(paper),
        "abstract": foreign_text(paper.abstract),
        "created": created.isoformat(),
    }


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Put the values in, in one pass: a value is never read as a template."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in values:
            line = template.count("\n", 0, match.start()) + 1
            hint = "it knows " + ", ".join(f"{{{{{known}}}}}" for known in values)
            message = f"the template asks for {{{{{name}}}}} in line {line}"
            raise FormatError(message, line=line, hint=hint)
        return values[name]

    return _PLACEHOLDER.sub(value, template)


def foreign_text(text: str) -> str:
    """Return foreign text as one line of Markdown that shows it; TeX math stays math."""
    words = " ".join(_SURROGATE_OR_NUL.sub("\ufffd", text).split())
    pieces = _MATH.split(words)
    return "".join(
        piece if number % 2 else _MARKDOWN_ACTIVE.sub(r"\\\1", piece)
        for number, piece in enumerate(pieces)
    )


def _arxiv_path(paper: Paper) -> str:
    try:
        return parse_arxiv_id(paper.arxiv_id).id if paper.arxiv_id else ""
    except ArxivIdError:
        return ""


def _url(paper: Paper) -> str:
    if path := _arxiv_path(paper):
        return f"https://arxiv.org/abs/{path}"
    if paper.doi:
        return "https://doi.org/" + quote(_SURROGATE_OR_NUL.sub("", paper.doi), safe="/:;._-")
    return _safe_url(paper.url or "")


def _safe_url(url: str) -> str:
    try:
        is_web = urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        return ""
    return "" if not is_web or _NOT_IN_DESTINATION.search(url) else quote(url, safe=_URL_SAFE)


_URL_SAFE = "/:?#[]@!$&'*+,;=%~._-"


def _link(paper: Paper) -> str:
    url = _url(paper)
    if path := _arxiv_path(paper):
        return f"[arXiv:{path}]({url}) · [PDF](https://arxiv.org/pdf/{path})"
    return f"<{url}>" if url else ""
