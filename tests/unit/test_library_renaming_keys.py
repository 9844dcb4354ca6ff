from __future__ import annotations

from itertools import permutations

import pytest

from papernotes.errors import ConflictError, UsageError
from papernotes.library.renaming.keys import (
    Claims,
    check_free,
    check_key,
    check_note_name,
    choose_keys,
)
from papernotes.store.standing import Standing


def claims(*keys: str, **more: object) -> Claims:
    entries = tuple((key, f"bib/{key}.bib", 1) for key in keys)
    return Claims(Standing(entries=entries, **more))  # type: ignore[arg-type]


def test_clashing_papers_get_letters_in_order() -> None:
    bases = {"x": "doe", "y": "doe", "z": "roe"}
    assert choose_keys(bases, claims(*bases)) == {"x": "doe", "y": "doea", "z": "roe"}


def test_keys_that_are_right_stay() -> None:
    bases = {"x": "doe", "doe": "doe", "doea": "doe", "doec": "doe"}
    chosen = choose_keys(bases, claims(*bases))
    assert chosen == {"x": "doeb", "doe": "doe", "doea": "doea", "doec": "doec"}


def test_a_letter_without_anything_to_tell_apart_goes() -> None:
    assert choose_keys({"doea": "doe"}, claims("doea")) == {"doea": "doe"}
    assert choose_keys({"doea": "doe"}, claims("doea", "doe")) == {"doea": "doea"}


def test_a_longer_ending_is_no_letter() -> None:
    bases = {"doe2020attention": "doe2020", "doe2020apples": "doe2020"}
    chosen = choose_keys(bases, claims(*bases))
    assert chosen == {"doe2020attention": "doe2020", "doe2020apples": "doe2020a"}


def test_keys_are_swapped_and_handed_on() -> None:
    assert choose_keys({"a": "b", "b": "a"}, claims("a", "b")) == {"a": "b", "b": "a"}
    ring = {"a": "b", "b": "c", "c": "a"}
    assert choose_keys(ring, claims(*ring)) == ring


def test_what_others_have_is_not_taken() -> None:
    held = claims("x", "doe", "Roe", notes=("notes/deep/poe.md",), bibs=("bib/low.bib",))
    assert choose_keys({"x": "doe"}, held) == {"x": "doea"}
    assert choose_keys({"x": "roe"}, held) == {"x": "roea"}
    assert choose_keys({"x": "poe"}, held) == {"x": "poea"}
    assert choose_keys({"x": "low"}, held) == {"x": "lowa"}


@pytest.mark.parametrize("order", list(permutations(["p", "q", "r", "doea"])))
def test_asked_again_nothing_changes(order: tuple[str, ...]) -> None:
    wanted = {"p": "doe", "q": "doe", "r": "doea", "doea": "doe"}
    now = {key: wanted[key] for key in order}
    chosen = choose_keys(now, claims(*now, "doeb"))
    assert len(set(chosen.values())) == 4
    again = {chosen[old]: base for old, base in now.items()}
    assert choose_keys(again, claims(*again, "doeb")) == {key: key for key in again}


def test_thousands_of_equal_keys_take_no_square_of_time() -> None:
    bases = {f"x{i}": "doe" for i in range(3000)}
    chosen = choose_keys(bases, claims(*bases))
    assert len(set(chosen.values())) == 3000
    again = dict.fromkeys(chosen.values(), "doe")
    assert choose_keys(again, claims(*again)) == {key: key for key in again}


@pytest.mark.parametrize(
    "key",
    [
        *("", "a b", "a,b", "{a}", "a@b", "a]", "a[b", "a|b", "a#b", "a%b", 'a"b', "a\\b", "a.md"),
        *("a\n", "a\u200bb", "\udc80", "a`b", "a<b", "arxiv:1706.03762", "doi:10.1000/x", "x.png"),
        *("a=b", "../a", "./a", "/a", "a*b", "a$b", "https://arxiv.org/abs/1706.03762", "x.PDF"),
    ],
)
def test_keys_that_no_link_could_hold_are_refused(key: str) -> None:
    with pytest.raises(UsageError, match="cannot be a citation key"):
        check_key(key)


@pytest.mark.parametrize("key", ["doe2020", "Doe:2020_x", "journals/corr/X-1", "müller2020", "a+b"])
def test_other_keys_are_fine(key: str) -> None:
    check_key(key)


@pytest.mark.parametrize(
    "name",
    [
        "CON",
        "nul.x",
        "",
        " a",
        ".a",
        "a/b",
        "a|b",
        "a#b",
        "[a]",
        "a\0",
        "x" * 201,
        "a.png",
        "@a",
        "a\udc80",
        "a.pdf",
    ],
)
def test_names_that_no_file_or_link_could_have_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a note"):
        check_note_name(name)


@pytest.mark.parametrize("name", ["a", "A note", "2020-01-02-x", "日本", "a.b"])
def test_other_names_are_fine(name: str) -> None:
    check_note_name(name)


def test_who_has_a_name_is_told() -> None:
    held = claims(
        *("doe", "roe"),
        aliases=(("moe", "roe"),),
        notes=("notes/doe.md", "notes/poe.md"),
        own_notes={"doe": "notes/doe.md"},
        pdfs=(("pdf/foe-v2.pdf", "foe"), ("pdf/doe.pdf", "doe")),
    )
    for name, what in {
        "Roe": r"roe stands in bib/roe\.bib:1",
        "moe": "roe goes by moe too",
        "poe": r"notes/poe\.md has this name",
        "foe": r"pdf/foe-v2\.pdf has this name",
    }.items():
        with pytest.raises(ConflictError, match=what):
            check_free(held, name, me="doe", is_key=True)
    check_free(held, "DOE", me="doe", is_key=True)
    check_free(held, "moe", me="roe", is_key=True)
    with pytest.raises(ConflictError, match="doe stands in"):
        check_free(held, "doe", me="notes/poe.md", is_key=False)
