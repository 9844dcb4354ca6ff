"""Laws of edits: they say what was asked, and every other byte is what it was."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from papernotes import bib, notes
from papernotes.bib.normal import make_normal
from papernotes.errors import FormatError
from papernotes.library.marking import make_wish, marked_text
from tests.property.test_bib_property import PAPERS

if TYPE_CHECKING:
    from papernotes.models import Paper

NEIGHBOURS = st.lists(
    st.sampled_from(
        [
            "@string{x = {y}}\n",
            "% a comment\n",
            "@comment{ {x} }\r\n",
            "@book(other, title = {T}, year = 2000)\n",
            "@misc{lost, title = \n\n",
            "@misc{third, month = may # x, note = x}",
            "\n\n\t",
        ]
    ),
    max_size=4,
).map("".join)
WORDS = st.text(st.sampled_from("ab Z{}\\$%\"'#@,=é—\n:-"), max_size=20)


def _restyled(entry: str, style: int) -> str:
    """Write an entry of ours as another tool would."""
    match style:
        case 1:
            return entry.replace("\n", "\r\n")
        case 2:
            return entry.replace("\n  ", "\n\t").replace(",\n}", "\n}")
        case 3:
            return entry.replace(",\n  ", "\n, ").replace(",\n}", "\n}")
        case _:
            return entry


@given(PAPERS, PAPERS, NEIGHBOURS, NEIGHBOURS, st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_an_edited_entry_reads_as_wanted(
    paper: Paper, other: Paper, before: str, after: str, style: int
) -> None:
    paper, other = replace(paper, citekey="key"), replace(other, citekey="key")
    assume(not bib.render_reported(other)[1])
    before = before and before + "\n"
    after = "\n" + after
    text = before + _restyled(bib.render(paper), style) + after
    papers, _ = bib.parse(text, "x.bib")
    old = next((p for p in papers if p.citekey == "key"), None)
    assume(old is not None and make_normal(old).extra == old.extra)
    assert old is not None
    assert bib.edit_entry(text, old, old) == text
    new = replace(make_normal(other), path="x.bib", line=old.line)
    edited = bib.edit_entry(text, old, new)
    assert edited.startswith(before)
    assert edited.endswith(after)
    back = next(p for p in bib.parse(edited, "x.bib")[0] if p.citekey == "key")
    assert replace(make_normal(back), extra=()) == replace(make_normal(new), extra=())
    assert dict(back.extra) == dict(make_normal(new).extra)


@given(PAPERS, st.sampled_from(["x-read", "file", "bdsk-url-1"]), WORDS, WORDS)
@settings(max_examples=100, deadline=None)
def test_unknown_fields_survive(paper: Paper, name: str, value: str, title: str) -> None:
    assume('"' not in value)  # or the entry ends within the line
    line = f'  {name} = "{value}" # {{{value}}} ,\n'
    head, _, rest = bib.render(replace(paper, extra=())).partition("\n")
    text = f"{head}\n{line}{rest}"
    papers, problems = bib.parse(text, "x.bib")
    assume(len(papers) == 1 and not problems)
    (old,) = papers
    try:
        edited = bib.edit_entry(text, old, replace(old, title=title, doi="10.1000/new"))
    except FormatError:
        assume(False)
    assert line in edited
    assert bib.parse(edited, "x.bib")[0][0].doi == "10.1000/new"


# Whole files in all syntaxes, and a single edit.

FIELD_NAMES = st.sampled_from(
    ["title", "Author", "YEAR", "doi", "journal", "note", "x-y", "month", "abstract", "file"]
)
FIELD_VALUES = st.sampled_from(
    [
        *("{Plain}", '"Quoted"', "2020", "{{Double} Braced}", '{G{\\"o}del, Kurt}', "jml # { 2}"),
        *(
            '"a {b, c} d"',
            "{A \\& B -- C}",
            "{one\n\n  two}",
            "jan",
            "{10.1000/x_y}",
            "{}",
            "unknown",
        ),
    ]
)
FIELDS = st.lists(
    st.tuples(FIELD_NAMES, FIELD_VALUES), max_size=5, unique_by=lambda f: f[0].lower()
)
STYLES = st.sampled_from(  # between fields, around the =, behind the last field
    [
        (",\n  ", " = ", "\n"),
        (",\n\t", "=", ",\n"),
        ("\n, ", " = ", "\n"),
        (", ", "=", ""),
        (",\n  % said before\n  ", "   =   ", " ,\n"),
        (",\r\n    ", " = ", ",\r\n"),
    ]
)
KINDS = st.sampled_from(["misc", "Article", "BOOK", "online", "software"])


def _written(
    key: str, kind: str, style: tuple[str, str, str], fields: list[tuple[str, str]], is_round: bool
) -> str:
    between, equals, end = style
    opening, closing = "()" if is_round else "{}"
    listed = "".join(f"{between}{name}{equals}{value}" for name, value in fields)
    return f"@{kind}{opening}{key}{listed or ','}{end}{closing}"


ENTRIES = st.builds(
    _written, st.sampled_from(["a", "b", "c:1", "d'", "é"]), KINDS, STYLES, FIELDS, st.booleans()
)
BETWEEN = st.sampled_from(
    [
        *("\n", "\n\n", "\r\n", " % text\n", '\n@string{jml = "J. {ML}"}\n', "\n@preamble{{x}}\n"),
        *("\n@comment{jabref-meta: grouping; 0 x;}\n", "\n% @misc{out, title = {x}}\n"),
        *("\n@misc{open, title = {x\n", "\n@misc{z, crossref = {nobody}}\n", "\n\n text } \n"),
    ]
)
CHANGES = st.sampled_from(
    [
        {"title": "A new Title"},
        {"title": "", "doi": "10.1000/new"},
        {"doi": None},
        {"year": 1999, "month": None},
        {"authors": ()},
        {"journal_ref": "J. & K."},
        {"url": "https://example.org/", "abstract": "One.\n\nTwo."},
    ]
)


@given(st.lists(st.tuples(BETWEEN, ENTRIES), min_size=1, max_size=5), BETWEEN, st.data())
@settings(max_examples=300, deadline=None)
@pytest.mark.fault(42, 46, 58)
def test_an_edit_leaves_every_other_byte(
    parts: list[tuple[str, str]], end: str, data: st.DataObject
) -> None:
    text = "".join(f"{between}{entry}" for between, entry in parts) + end
    papers, problems = bib.parse(text, "x.bib")
    at = data.draw(st.integers(0, len(parts) - 1))
    head = "".join(f"{between}{entry}" for between, entry in parts[:at]) + parts[at][0]
    line = len(re.findall(r"\r\n|\r|\n", head)) + 1
    old = next((p for p in papers if p.line == line and parts[at][1].find(p.citekey) > 0), None)
    assume(old is not None)
    assert old is not None
    new = replace(old, **data.draw(CHANGES))  # type: ignore[arg-type]
    tail = text[len(head) + len(parts[at][1]) :]
    try:
        edited = bib.edit_entry(text, old, new)
    except FormatError:
        assert {p.code for p in problems} - {"bib-duplicate-key"} or _is_contradicted(old)
        return
    assert edited.startswith(head)
    assert edited.endswith(tail)
    after, found = bib.parse(edited, "x.bib")
    assert len(after) == len(papers)
    assert len(found) <= len(problems)
    for one, other in zip(papers, after, strict=True):
        if one is old:
            assert replace(make_normal(other), extra=()) == replace(make_normal(new), extra=())
        else:
            assert replace(one, line=0) == replace(other, line=0)
    kept = edited[len(head) : len(edited) - len(tail)]
    for name in ("note", "x-y", "file"):
        if match := re.search(rf"\b{name}\s*=\s*[^,\r\n]*", parts[at][1]):
            assert match[0].rstrip(" )}") in kept


def _is_contradicted(paper: Paper) -> bool:
    """Tell whether a field that stays says something else: a year in words, a DOI that is none."""
    return bool({name for name, _ in paper.extra} & {"year", "month", "doi", "journal"})


LINES = st.lists(
    st.sampled_from(
        [
            *("title: 'T' # a", "Status: unread", "tags: [a, 'b']", "tags:\n- a # x\n-  b", "x:"),
            *("arxiv: 1706.03762", "# comment", "", "y: |\n  a\n  b", "z: {a: [b]}", "x: ~ # b"),
            *("t:\n  u: 1\n  # w\n  v: 2", '"q": "a: b"', "f: a\n  b"),
        ]
    ),
    max_size=6,
)
TEXTS = st.text(st.sampled_from("ab Zé😀:#-'\"\\[]{},@&*!|>%`~?\n\t\u2028\x85\x00"), max_size=10)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-99, 9999)
    | TEXTS
    | st.lists(TEXTS.filter(bool), max_size=3)
)
KEYS = st.sampled_from(["title", "status", "tags", "arxiv", "x", "y", "z", "t", "q", "f", "new"])


@given(LINES, st.dictionaries(KEYS, VALUES, max_size=3), TEXTS, st.booleans(), st.booleans())
@settings(max_examples=300, deadline=None)
@pytest.mark.fault(42, 46)
def test_keys_are_set_and_all_else_stays(
    lines: list[str],
    changes: dict[str, str | int | bool | list[str] | None],
    body: str,
    has_mark: bool,
    is_crlf: bool,
) -> None:
    text = "\n".join(["\ufeff" * has_mark + "---", *lines, "---", body])
    text = text.replace("\n", "\r\n") if is_crlf else text
    before, _ = notes.parse(text, "notes/x.md")
    try:
        edited = notes.edit_front_matter(text, changes)
    except FormatError:
        assume(False)
    assert notes.edit_front_matter(edited, changes) == edited
    after, _ = notes.parse(edited, "notes/x.md")
    assert after.body == before.body
    for key, value in before.meta.items():
        if key.lower() not in changes:
            assert after.meta[key] == value
    said = {key.lower(): value for key, value in after.meta.items()}
    for key, value in changes.items():
        if isinstance(value, list):
            assert len(_list(said[key])) == len(value)
        elif isinstance(value, str):
            assert said[key] == value.replace("\x00", "\ufffd")
        else:
            assert said.get(key) == value


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


# Reading state and tags, as status and tag set them.

SPELLED = [
    *("tags: [{0}, 'b c', \"{1}\"] # of mine\n", "tags:\n- {0} # so\n-   '{1}'\n# between\n- z\n"),
    *(
        "tags: {0}, {1}\n",
        "Tags: '{0} {1}' # two\n",
        "tags:   # none\n",
        "tag: {0}\n",
        "tags: []\n",
    ),
    *(
        "tags:\n  - {0}\n  -\n  - {1}\n",
        "tags: [\n  {0}, # one\n  {1},\n]\n",
        "keywords: [{0}]\n",
        "",
    ),
]
STATES = ["status: unread # todo\n", "status: 'Reading'\n", "STATUS: read\n", "status:\n", ""]
MORE = ["rating: 3  # stars\npriority: high\n", 'rating: "5"\n', "priority: low\nrating: 9\n", ""]
TAGS = st.sampled_from(["a", "B", "nlp/mt", "éa", "z", "b c"])


@given(
    st.sampled_from(SPELLED),
    st.sampled_from(STATES),
    st.sampled_from(MORE),
    st.permutations(["tags", "state", "more", "x: {a: [b]} # as it is\n", "# note\n"]),
    st.lists(TAGS, min_size=2, max_size=2),
    st.sets(TAGS.filter(lambda tag: " " not in tag), max_size=2),
    st.sets(TAGS, max_size=2),
    st.sampled_from([None, "unread", "reading", "read"]),
    st.sampled_from([None, 0, 1, 5]),
    st.sampled_from([None, "high", "normal"]),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_marks_change_their_own_lines_alone(
    tags: str,
    state: str,
    more: str,
    order: list[str],
    here: list[str],
    add: set[str],
    remove: set[str],
    status: str | None,
    rating: int | None,
    priority: str | None,
    has_mark: bool,
    is_crlf: bool,
) -> None:
    parts = {"tags": tags.format(*here), "state": state, "more": more}
    head = "".join(parts.get(part, part) for part in order)
    text = "\ufeff" * has_mark + f"---\n{head}---\nBody #a\n---\nstatus: x\n"
    text = text.replace("\n", "\r\n") if is_crlf else text
    remove = {tag for tag in remove if tag.casefold() not in {each.casefold() for each in add}}
    wish = make_wish(
        status=status, rating=rating, priority=priority, add=sorted(add), remove=sorted(remove)
    )
    before, _ = notes.parse(text, "notes/x.md")
    try:
        edited = marked_text(text, before, wish)
    except FormatError:
        assert "# one" in text  # a comment in a list in brackets is never taken along
        return
    after, _ = notes.parse(edited, "notes/x.md")
    assert marked_text(edited, after, wish) == edited
    assert (after.body, after.status) == (before.body, status or before.status)
    assert after.rating == (before.rating if rating is None else rating or None)
    assert (after.priority or "normal") == (priority or before.priority or "normal")
    front = {tag.casefold() for tag in after.tags} - {"a"}  # which the body has
    assert front == (
        {tag.casefold() for tag in before.tags} - {tag.casefold() for tag in remove}
        | {tag.casefold() for tag in add}
    ) - {"a"}
    kept = Counter(edited.splitlines(keepends=True))
    lines = Counter(text.splitlines(keepends=True))
    touched = ("tag", "keywords", "status", "rating", "priority", "-", " ", "]")
    assert all(line.lower().lstrip("\ufeff").startswith(touched) for line in lines - kept)
    for comment in ("# as it is", "# note", "# between", "# todo", "# of mine", "# two"):
        assert edited.count(comment) == text.count(comment)
