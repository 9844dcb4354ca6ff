from __future__ import annotations

from pathlib import Path

import pytest

from papernotes import bib
from papernotes.bib.renaming import rename_keys
from papernotes.errors import FormatError
from tests.factories import entry

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "bib"
FILES = sorted(path for path in CORPUS.rglob("*.bib") if path.stat().st_size < 100_000)


def test_only_the_key_changes() -> None:
    text = "% papernotes: x\r\n@Misc{ doe2020 ,\r\n\ttitle = {On doe2020},\r\n}\r\nrest"
    new = rename_keys(text, "bib/a.bib", {"doe2020": "roe2021"})
    assert new == text.replace("{ doe2020 ,", "{ roe2021 ,")
    assert rename_keys(new, "bib/a.bib", {"roe2021": "doe2020"}) == text


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("crossref", "{doe}", "{roe}"),
        ("crossref", "{DOE}", "{roe}"),
        ("xdata", '"a, doe"', '"a, roe"'),
        ("xref", "{doe}", "{roe}"),
        ("related", "{a,doe, b, doed}", "{a,roe, b, doed}"),
        ("related", "{DOE}", "{DOE}"),
        ("ids", "{x-doe, doe}", "{x-doe, roe}"),
        ("entryset", "{doe,other}", "{roe,other}"),
        ("note", "{doe}", "{doe}"),
    ],
)
def test_what_refers_to_the_key_follows(field: str, value: str, wanted: str) -> None:
    parent = entry("doe", year="2020")
    other = f"@inbook{{other, title = {{T}}, {field} = {value}, year = 2020}}\n"
    text = f"{other}\n{parent}"
    new = rename_keys(text, "bib/a.bib", {"doe": "roe"})
    assert new == text.replace("{doe,\n", "{roe,\n").replace(
        f"{field} = {value}", f"{field} = {wanted}"
    )


def test_keys_are_swapped() -> None:
    text = entry("a", "First") + entry("b", "Second", crossref="a")
    new = rename_keys(text, "bib/a.bib", {"a": "b", "b": "a"})
    assert new == entry("b", "First") + entry("a", "Second", crossref="b")
    assert rename_keys(new, "bib/a.bib", {"a": "b", "b": "a"}) == text


def test_keys_that_are_not_there_do_nothing() -> None:
    text = entry("b", crossref="a")
    assert rename_keys(text, "bib/a.bib", {"a": "c"}) == text


def test_what_would_read_otherwise_is_refused() -> None:
    text = entry("a") + entry("b")  # the new key stands there
    with pytest.raises(FormatError) as error:
        rename_keys(text, "bib/a.bib", {"a": "b"})
    assert error.value.line == 1


def test_other_problems_and_entries_are_no_obstacle() -> None:
    broken = "@misc{broken, title = {never closed\n"
    text = f"@comment{{a}}\n{entry('a', ids='old')}@article(a2, title = {{x}})\n{broken}"
    new = rename_keys(text, "bib/a.bib", {"a": "z"})
    assert new == text.replace("@misc{a,", "@misc{z,")


def test_many_entries_take_no_square_of_time() -> None:
    text = "".join(entry(f"k{i}", crossref=f"k{i + 1}") for i in range(3000))
    keys = {f"k{i}": f"n{i}" for i in range(3001)}
    new = rename_keys(text, "bib/a.bib", keys)
    assert new.count("{n") == 5999
    assert new.count("{k3000}") == 1


@pytest.mark.skipif(not FILES, reason="the corpora are not beside us")
def test_a_key_of_a_real_file_is_renamed_there_and_back() -> None:
    refused, count = [], 0
    for path in FILES:
        text, _ = bib.decode(path.read_bytes())
        entries, _ = bib.parse_entries(text, "bib/a.bib")
        key = entries[len(entries) // 2].key if entries else ""
        if not key or any(key in str(each.fields) for each in entries):
            continue
        count += 1
        try:
            there = rename_keys(text, "bib/a.bib", {key: "zz2020:new"})
        except FormatError:
            refused.append(path)
            continue
        assert there == text.replace(key, "zz2020:new") or there.count("zz2020:new") == 1
        assert rename_keys(there, "bib/a.bib", {"zz2020:new": key}) == text
    assert count > 100
    assert len(refused) <= count // 50, refused


def test_what_refers_to_an_entry_of_another_file_follows() -> None:
    text = entry("a", related="doe, b", ids="doe", note="doe") + entry("b", xref="a")
    new = rename_keys(text, "bib/a.bib", {"a": "c"}, elsewhere={"doe": "roe", "b": "never"})
    assert new == entry("c", related="roe, b", ids="doe", note="doe") + entry("b", xref="c")
    assert rename_keys(text, "bib/a.bib", {}, elsewhere={"x": "y"}) == text
