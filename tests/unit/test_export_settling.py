"""Lines as kramdown needs them: what CommonMark parts is parted, and nothing else is touched."""

from __future__ import annotations

import pytest

from papernotes.export.dialects.settling import settle
from papernotes.export.dialects.standing import Kept


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. a\n2. b\n- c", "1. a\n2. b\n^\n- c"),
        ("- a\n\n* b", "- a\n\n^\n* b"),
        ("- a\n  1. x\n  - y\n- b", "- a\n  1. x\n  ^\n  - y\n- b"),
        ("1. a\n\n  * b", "1. a\n\n^\n  * b"),
        ("> - a\n> 1. b", "> - a\n> ^\n> 1. b"),
        ("- a\n# H", "- a\n\n# H"),
        ("> - a\n- b", "> - a\n\n- b"),
        ("text\n***\nmore", "text\n\n***\nmore"),
        ("one\ntwo\n===\nmore", "# one two\n\nmore"),
        ("***\nHead\n---", "***\n## Head\n"),
        ("text\n[^1]: A note.\n[^2]: Another.", "text\n\n[^1]: A note.\n[^2]: Another."),
        ("[^1]: A note\non two lines.", "[^1]: A note\n    on two lines."),
        ("[^1]: A\nB\n[^2]: C", "[^1]: A\n    B\n\n[^2]: C"),
        ("[^1]: A note.\n\n    More,\nlazy.", "[^1]: A note.\n\n    More,\n    lazy."),
        ("[^1]: A note.\n\n    More.\n- a", "[^1]: A note.\n\n    More.\n\n- a"),
        ("# H\n    {% raw %}\n", "# H\n{% raw %}\n"),
        ("text\n2. no item", "text\n2\\. no item"),
        ("1) one\n2) two", "1. one\n2. two"),
        ("- 1) one", "- 1. one"),
        ("- text\n  2. no item", "- text\n  2\\. no item"),
        ("text\n: no definition", "text\n\\: no definition"),
        ("Li*, Chen*, and *this*", "Li\\*, Chen\\*, and *this*"),
    ],
)
def test_what_commonmark_parts_is_parted(text: str, expected: str) -> None:
    assert settle(text, Kept()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Text of\ntwo lines.\n\nMore.",
        "Head\n====\n\nHead\n----\n",
        "# H\ntext\n## H2\n- a\n- b\n\n  para\n- c\n\ntext\n\n1. one\n2. two",
        "- a\n  - b\n    - c\n- d",
        "- a\n\ntext\n\n1. b",
        "1. a\n   - b\n   - c\n2. d",
        "> quote\n> - a\n> - b\nlazy\n\ntext",
        "- a\ntext\n- b",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "[^1]: A note.\n\n    Its second paragraph.",
        "text: 1) one, and\n2) two",
    ],
)
def test_what_stands_well_stays(text: str) -> None:
    assert settle(text, Kept()) == text


def test_what_is_kept_is_looked_at_by_no_rule() -> None:
    kept = Kept()
    token = kept.add("```\n- a\n1. b\n***\n```")
    assert settle(f"- a\n\n  {token}\n- b", kept) == "- a\n\n  ```\n- a\n1. b\n***\n```\n- b"


def test_what_is_kept_in_a_line_goes_on_with_its_item() -> None:
    kept = Kept()
    formula, block = kept.add("$$x$$"), kept.add("$$\ny\n$$", is_apart=True)
    assert settle(f"- a\n{formula}\nb", kept) == "- a\n$$x$$\nb"
    assert settle(f"- a\n{block}\nb", kept) == "- a\n\n$$\ny\n$$\nb"


def test_long_texts_take_no_more_than_their_length() -> None:
    lines = 20_000
    text = "\n".join(["- a", "1. b", "> - c", "text", "***"] * (lines // 5))
    assert settle(text, Kept()).count("\n") < 4 * lines
    assert settle("x\n" * lines + "===", Kept()).startswith("# x x")
