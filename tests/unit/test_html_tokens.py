"""A page whose token stays is the same page; tokens of pages that a change does not show stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from papernotes.export.html.extracts import render_extract
from papernotes.export.html.tokens import token_of
from papernotes.export.post import Card, LateFile, Placement, Site, Summary
from papernotes.export.targets.html import TARGET
from papernotes.models import Author
from tests.exporting import SETTINGS
from tests.factories import paper

DOE, ROE = paper("doe2020", title="On Apples"), paper("roe2021", title="On Pears")


def summary(ref: str, day: int) -> Summary:
    extract = render_extract(f"{ref} begins.", {ref: 1})
    return Summary(
        ref=ref,
        title=ref.title(),
        placement=Placement(ref, date(2026, 1, day), f"/notes/{ref}/"),
        tags=("fruit",) if day > 1 else ("soup",),
        cited=(DOE,) if day > 1 else (ROE,),
        extract=extract,
        content=f"<p>{ref}</p>",
    )


POSTS = (summary("three", 3), summary("two", 2), summary("one", 1))
OTHERS = {
    "title": replace(POSTS[0], title="Drei"),
    "formula": replace(POSTS[0], title="Of $x^2$"),
    "description": replace(POSTS[0], description="Said of it."),
    "place": replace(POSTS[0], placement=Placement("drei", date(2026, 1, 3), "/notes/drei/")),
    "day": replace(POSTS[0], placement=replace(POSTS[0].placement, modified_on=date(2026, 2, 1))),
    "tags": replace(POSTS[0], tags=("Fruit", "new")),
    "kind": replace(POSTS[0], kind="tutorial"),
    "length": replace(POSTS[0], words=9000),
    "card": replace(POSTS[0], card=Card(DOE, 2)),
    "cited": replace(POSTS[0], cited=()),
    "title of paper": replace(POSTS[0], cited=(replace(DOE, title="On Plums"),)),
    "authors of paper": replace(POSTS[0], cited=(replace(DOE, authors=(Author("N", "A"),)),)),
    "field of paper": replace(POSTS[0], cited=(replace(DOE, extra=(("publisher", "P"),)),)),
    "text": replace(POSTS[0], content="<p>More</p>"),
    "words": replace(POSTS[0], extract=render_extract("three begins.", {"more": 2})),
}


def pages(*posts: Summary) -> dict[str, LateFile]:
    site = Site({post.ref: post.placement for post in posts}, SETTINGS)
    shared = TARGET.shared(posts, site, folder="")
    return {file.path: file for file in shared if isinstance(file, LateFile)}


@pytest.mark.parametrize("name", OTHERS)
def test_a_token_stays_only_as_long_as_the_page(name: str) -> None:
    cited = OTHERS[name].cited or (DOE,)
    before = pages(*POSTS)
    after = pages(OTHERS[name], replace(POSTS[1], cited=cited), POSTS[2])
    changed = {path for path, file in after.items() if _other(before.get(path), file)}
    assert changed
    assert "papers/roe2021/index.html" not in changed
    assert "404.html" not in changed
    for path in after.keys() - changed:
        assert after[path].data == before[path].data, path


def _other(before: LateFile | None, after: LateFile) -> bool:
    return before is None or before.token != after.token


def test_tokens_tell_what_stands_where() -> None:
    told: list[object] = [
        ("a", "b"),
        ("ab", ""),
        ("a,b",),
        (("a",), "b"),
        ("a", ("b",)),
        ("a", None),
        ("a", 1),
    ]
    told += [("a", "1"), (DOE, ROE), (ROE, DOE), (replace(DOE, title="x"), ROE)]
    assert len({token_of(value, {}) for value in told}) == len(told)
    assert token_of((POSTS[0], DOE), {}) == token_of((replace(POSTS[0]), replace(DOE)), {})
