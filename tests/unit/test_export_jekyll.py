"""The front matter of posts for Jekyll's themes, and what stands around a body."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml

from papernotes.errors import UsageError
from papernotes.export import find_target
from papernotes.export.pieces import Code, Fence, Href, Link, LinkEnd, Math, Plain, Text
from papernotes.export.post import Card, Placement, Post, Reference, Site
from papernotes.export.targets.posting import opening
from tests.exporting import ATTENTION, SETTINGS

DAY, LATER = date(2026, 1, 2), date(2026, 3, 4)
PLACED = Placement("x", DAY, "/notes/x/", ("/old/",), LATER)
POST = Post(
    "x",
    "A <b> & {{ b }}",
    (Text("Text "), Math("a"), Text(".\n"), Fence(("graph",), "mermaid")),
    description="1 < 2",
    categories=("One", "Two", "Three"),
    tags=("AI", "ai", "ML"),
)


def render(post: Post, target: str = "jekyll", theme: str = "", placed: Placement = PLACED) -> str:
    site = Site({"x": placed}, replace(SETTINGS, theme=theme))
    return find_target(target).render(post, site, folder="_posts").files[0].data.decode()


def front(text: str) -> dict[str, Any]:
    found = yaml.safe_load(text.split("---\n")[1])
    assert isinstance(found, dict)
    return found


def test_each_theme_gets_its_keys() -> None:
    common = {
        "layout": "post",
        "title": "A &lt;b&gt; &amp; {{ b }}",
        "description": "1 &lt; 2",
        "date": DAY,
        "last_modified_at": LATER,
        "permalink": "/notes/x/",
        "redirect_from": ["/old/"],
    }
    all_of_it = {"categories": ["One", "Two", "Three"], "tags": ["AI", "ai", "ML"]}
    signed = {"author": "Ada Blogger"}
    raw = {"title": "A <b> & {{ b }}"}
    assert front(render(POST, theme="chirpy")) == common | {
        "categories": ["One", "Two"],
        "tags": ["ai", "ml"],
        "math": True,
        "mermaid": True,
    }
    assert front(render(POST, theme="al-folio")) == common | all_of_it | signed | {
        "last_updated": LATER,
        "toc": {"beginning": True},
    }
    assert front(render(POST, theme="minima")) == common | all_of_it | signed | raw | {
        "modified_date": LATER,
        "excerpt": "1 &lt; 2",
    }
    assert front(render(POST, "fastpages")) == common | all_of_it | signed | raw | {
        "modified_date": LATER,
        "toc": True,
    }


@pytest.mark.parametrize(
    ("target", "theme"), [("fastpages", ""), *(("jekyll", t) for t in find_target("jekyll").themes)]
)
def test_what_a_note_carries_wins_but_decides_no_place(target: str, theme: str) -> None:
    carried = {
        "layout": "page",
        "author": ["Ada", "Grace"],
        "toc": False,
        "image": {"path": "a.png", "alt": 'b: "c"'},
        "sticky_rank": 1,
        "hide": True,
        "nothing": None,
        "last_modified_at": "2020-01-01",
    }
    decided = {"permalink": "/y/", "date": "2000-01-01", "title": "Other", "tags": ["z"]}
    liquid = {"render_with_liquid": False}
    placed = replace(PLACED, modified_on=None)
    found = front(render(replace(POST, extra=carried | decided | liquid), target, theme, placed))
    del carried["nothing"]
    assert {key: found.get(key) for key in carried} == carried
    assert not set(found) & {"nothing", "render_with_liquid"}
    assert (found["permalink"], found["date"]) == ("/notes/x/", DAY)
    assert found["tags"] != ["z"]
    changed = front(render(replace(POST, extra=carried), target, theme))
    assert changed["last_modified_at"] == LATER


def test_a_theme_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="no theme hugo"):
        find_target("jekyll", "hugo")


def test_numbers_of_references_are_those_of_the_citations() -> None:
    entries = (Plain("First."),), (Plain("Second * one."),)
    numbered = tuple(
        Reference(f"k{n}", f"ref-k{n}", pieces, f"[{n}]") for n, pieces in enumerate(entries, 1)
    )
    named = (Reference("k", "ref-k", entries[0], "[Vas17]"),)
    assert render(replace(POST, references=numbered), "fastpages").endswith(
        "## References\n\n1. {: #ref-k1}First.\n2. {: #ref-k2}Second \\* one.\n"
    )
    assert render(replace(POST, references=named), "fastpages").endswith(
        "- {: #ref-k}\\[Vas17\\] First.\n"
    )


def test_the_paper_and_an_excerpt_that_is_not_the_paper() -> None:
    text = render(replace(POST, description="", card=Card(ATTENTION, 5)), "fastpages")
    assert front(text)["excerpt"] == "Text a."
    assert "](https://arxiv.org/abs/1706.03762v5) · Vaswani, A., " in text
    assert "&amp; Polosukhin, I. · 2017 · version 5 read\n</div>\n\nText $$a$$." in text


def test_the_opening_is_the_first_paragraph_in_plain_words() -> None:
    link = Link((Plain("two"),), Href(url="https://example.org"))
    body = (
        Text("# Head\n\nOne **"),
        link,
        Text("**, [three"),
        LinkEnd(Href(ref="y")),
        Text(" and "),
        Code("f()"),
        Text(".\n\nNext.\n"),
    )
    assert opening(body) == "One two, three and f()."
    long = opening((Text("word " * 100),))
    assert len(long) < 210
    assert long.endswith("word …")
    assert opening((Fence(("code",)), Text("Then text."))) == "Then text."
    assert opening(()) == ""
