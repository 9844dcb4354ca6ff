"""arXiv's subjects: names, spellings, second names, and what is meant by a wrong one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from papernotes.categories import categories, category_name, get_category, subject_patterns
from papernotes.errors import UsageError

FACTS = Path(__file__).parents[3] / "shared" / "facts" / "arxiv_categories.json"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("cs.LG", "Machine Learning"),
        ("cs", "Computer Science"),
        ("hep-th", "High Energy Physics - Theory"),
        ("cs.SY", "Systems and Control"),
        ("cs.lg", None),
        ("cs.XX", None),
        ("", None),
    ],
)
def test_names(text: str, name: str | None) -> None:
    assert category_name(text) == name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cs.LG", "cs.LG"),
        (" CS.lg ", "cs.LG"),
        ("HEP-TH", "hep-th"),
        ("Cond-Mat.DIS-nn", "cond-mat.dis-nn"),
        ("math", "math"),
        ("astro-ph", "astro-ph"),
        ("cs.sy", "eess.SY"),
        ("math.MP", "math-ph"),
        ("cmp-lg", "cmp-lg"),  # closed, and its papers are still there
    ],
)
def test_any_spelling_finds_the_canonical_id(text: str, found: str) -> None:
    assert get_category(text) == found


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("machine learning", "did you mean cs.LG, stat.ML?"),
        ("Machine  Learnin", "did you mean cs.LG, stat.ML?"),
        ("computer vision", "did you mean cs.CV?"),
        ("cs.LGG", "cs.LG"),
        ("hepth", "did you mean hep-th"),
        ("cs.XX", "write it like cs.LG"),
        ("", "write it like cs.LG"),
        ("*", "write it like cs.LG"),
    ],
)
def test_a_wrong_one_is_refused_with_what_may_be_meant(text: str, hint: str) -> None:
    with pytest.raises(UsageError, match="arXiv has no category") as caught:
        get_category(text)
    assert hint in caught.value.hint


def test_what_the_papers_of_a_subject_have() -> None:
    assert subject_patterns("cs.LG") == ("cs.LG",)
    assert subject_patterns("hep-th") == ("hep-th",)
    assert subject_patterns("cs") == ("cs.*",)
    assert subject_patterns("astro-ph") == ("astro-ph", "astro-ph.*")


def test_the_table_is_sound() -> None:
    table = categories()
    assert len(table) == 184
    for one in table.values():
        assert re.fullmatch(r"[a-z]+(?:-[a-z]+)?(?:\.(?:[A-Z]{2}|[a-z]+(?:-[a-z]+)?))?", one.id)
        assert one.name
        assert one.name == one.name.strip()
        assert one.state in {"active", "closed", "archive"}
        assert one.canonical in {"", *table}
        assert one.id.partition(".")[0] in table
        assert get_category(one.id) == (one.canonical or one.id)


@pytest.mark.skipif(not FACTS.exists(), reason="the shared facts are not beside us")
def test_the_table_says_what_arxivs_own_taxonomy_says() -> None:
    facts = json.loads(FACTS.read_text("utf-8"))
    table = categories()
    for one in facts["categories"]:
        ours = table[one["id"]]
        assert (ours.name, ours.canonical) == (one["name"], one["alias_of"] or "")
        assert (ours.state == "active") == one["active"]
    archives = {one["id"] for one in facts["archives"]} - {"bad-arch"}
    assert archives <= set(table)
