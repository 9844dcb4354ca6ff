"""Laws of bibliographies: whatever an entry holds, what we write is read back whole."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes import bib
from papernotes.bib import RawEntry
from papernotes.bibliography import FORMATS, Source, make_items, parse_bibliography, render
from papernotes.bibliography.prose import parse_markdown, parse_typst
from papernotes.bibliography.ris import NEWLINE
from papernotes.bibliography.tex import parse_aux, parse_tex
from papernotes.latex import is_balanced

CSL_TYPES_TEXT = (
    "article article-journal article-magazine article-newspaper bill book broadcast chapter "
    "classic collection dataset document entry entry-dictionary entry-encyclopedia event figure "
    "graphic hearing interview legal_case legislation manuscript map motion_picture "
    "musical_score pamphlet paper-conference patent performance periodical "
    "personal_communication post post-weblog regulation report review review-book software song "
    "speech standard thesis treaty webpage"
)
CSL_TYPES = frozenset(CSL_TYPES_TEXT.split())
CSL_NAMES = {"author", "editor", "translator", "container-author", "director"}
CSL_DATES = {"issued", "accessed", "event-date", "original-date"}
CSL_TEXTS_TEXT = (
    "id type title volume-title container-title collection-title volume number-of-volumes "
    "chapter-number edition version number-of-pages event-title event-place title-short "
    "container-title-short ISBN ISSN PMID PMCID call-number keyword original-publisher status "
    "page issue collection-number number DOI URL publisher publisher-place genre language note "
    "abstract annote archive archive_location"
)
CSL_TEXTS = frozenset(CSL_TEXTS_TEXT.split())
CSL_PARTS = {"family", "given", "suffix", "literal", "dropping-particle", "non-dropping-particle"}

NAMES_TEXT = (
    "title subtitle author editor year month date journal journaltitle booktitle maintitle pages "
    "volume number issue series publisher address location school institution type url doi eprint "
    "archiveprefix eprinttype primaryclass note howpublished urldate keywords abstract file ids "
    "options langid edition crossref entrysubtype shortjournal x-odd"
)
TYPES_TEXT = (
    "article book misc online thesis phdthesis report techreport inbook incollection inproceedings "
    "mvbook dataset software periodical talk unpublished patent"
)
PIECES = [
    *("a", "B", "é", "–", " ", "and", ",", "{", "}", "\\", "$x$", "--", "10.1000/x", "others"),
    *("2001", "1706.03762", "arXiv", "https://x.org/a_b", "\\_", "%", "#", "&", "=", "\n", "~"),
    *("family=", "van der ", "\\emph{x}", "{DNA}", "May", "/", "<i>", '"', "@a", "\n@b", "\n@c{d,"),
]
VALUES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
FIELDS = st.dictionaries(st.sampled_from(NAMES_TEXT.split()), VALUES, max_size=8)
KEYS = st.from_regex(r"[a-z][a-z0-9:_.-]{0,8}", fullmatch=True)
ENTRIES = st.lists(
    st.builds(RawEntry, st.sampled_from(TYPES_TEXT.split()), KEYS, st.just(1), FIELDS),
    max_size=4,
    unique_by=lambda entry: entry.key,
)


def sources(entries: list[RawEntry]) -> list[Source]:
    return [Source(entry, "bib/x.bib") for entry in entries]


@settings(deadline=None)
@given(ENTRIES, st.sampled_from(FORMATS), st.sampled_from([None, True, False]))
def test_every_entry_is_written_or_named_and_read_back(
    entries: list[RawEntry], to: str, is_ascii: bool | None
) -> None:
    made = render(sources(entries), to, wanted=["abstract"], is_ascii=is_ascii)
    assert len(made.keys) + len(made.problems) == len(entries)
    assert list(parse_bibliography(made.text, to)) == list(made.keys)
    assert made == render(sources(entries), to, wanted=["abstract"], is_ascii=is_ascii)


@settings(deadline=None)
@given(ENTRIES, st.sampled_from(["bibtex", "biblatex"]))
def test_entries_for_latex_have_balanced_braces_and_no_empty_fields(
    entries: list[RawEntry], to: str
) -> None:
    made = render(sources(entries), to, is_ascii=None)
    again, problems = bib.parse_entries(made.text, "")
    assert not problems
    assert [entry.key for entry in again] == list(made.keys)
    for entry in again:
        assert all(value.strip() and is_balanced(value) for value in entry.fields.values())
        assert not {"crossref", "xdata", "file", "keywords"} & set(entry.fields)


@settings(deadline=None)
@given(ENTRIES)
def test_entries_as_they_stand_are_the_same_entries(entries: list[RawEntry]) -> None:
    text = render(sources(entries), "", wanted=["all"], is_ascii=None).text
    first, _problems = bib.parse_entries(text, "")
    again = render(sources(first), "", wanted=["all"], is_ascii=None).text
    assert again == text


def check_item(item: dict[str, Any]) -> None:
    """Check the shape that the schema of CSL-JSON wants."""
    assert item["type"] in CSL_TYPES
    for name, value in item.items():
        if name in CSL_NAMES:
            assert value
            assert all(person and set(person) <= CSL_PARTS for person in value)
            assert all(isinstance(part, str) and part for each in value for part in each.values())
        elif name in CSL_DATES:
            assert set(value) <= {"date-parts", "season", "circa", "literal"}
            for parts in value.get("date-parts", ()):
                assert 1 <= len(parts) <= 3
                assert all(isinstance(part, int) for part in parts)
                assert all(1 <= part <= 31 for part in parts[1:])
        else:
            assert name in CSL_TEXTS
            assert isinstance(value, str)
            assert value


@settings(deadline=None)
@given(ENTRIES)
def test_items_have_the_shape_of_csl_json(entries: list[RawEntry]) -> None:
    items = make_items(sources(entries), ["all"])
    assert json.loads(json.dumps(items)) == list(items)
    assert [item["id"] for item in items] == [entry.key for entry in entries]
    for item in items:
        check_item(item)


@settings(deadline=None)
@given(ENTRIES)
def test_records_have_the_shape_of_ris(entries: list[RawEntry]) -> None:
    text = render(sources(entries), "ris", wanted=["all"], is_ascii=None).text
    lines = text.split(NEWLINE)
    assert "\n" not in "".join(lines)
    assert all(not line or re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines)
    for record in filter(None, text.split(NEWLINE * 2)):
        tags = [line[:2] for line in record.split(NEWLINE) if line]
        assert (tags[0], tags[-1]) == ("TY", "ER")
        assert (tags.count("TY"), tags.count("ER"), tags.count("ID")) == (1, 1, 1)


TEX = st.lists(
    st.sampled_from(
        [
            *(
                "\\cite",
                "{",
                "}",
                "[",
                "]",
                "a",
                ",",
                "%",
                "\n",
                "\\",
                "*",
                "@",
                "<",
                ">",
                "(",
                ")",
            ),
            *("\\begin{verbatim}", "\\end{verbatim}", "\\verb|", "\\input{x}", "`", "---\n", "[["),
            *("\\citation{", "\\iffalse", "\\fi", "nocite: ", "//", "/*", "é"),
        ]
    ),
    max_size=40,
).map("".join)


@given(TEX)
def test_documents_of_any_kind_are_read_with_lines_that_exist(text: str) -> None:
    lines = text.count("\n") + 1
    found = [*parse_tex(text)[0], *parse_aux(text)[0], *parse_markdown(text), *parse_typst(text)]
    assert all(1 <= mention.line <= lines and mention.key for mention in found)


@given(st.lists(KEYS, min_size=1, max_size=5), st.sampled_from(["\\cite", "\\parencite[p. 2]"]))
def test_what_is_cited_is_found_and_what_is_commented_is_not(keys: list[str], cite: str) -> None:
    text = f"{cite}{{{','.join(keys)}}}"
    assert [mention.key for mention in parse_tex(text)[0]] == keys
    assert parse_tex(f"% {text}\n")[0] == []
