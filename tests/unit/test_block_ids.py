"""What a block id names: an item and all below it, a paragraph, or the block above."""

from __future__ import annotations

import pytest

from papernotes import markdown


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("One.\n\nTwo\nthree. ^b\n\nFour.", "Two\nthree. ^b"),
        ("- P ^b\n  - c1\n  - c2\n- other", "- P ^b\n  - c1\n  - c2"),
        ("- a\n- P\n  goes on ^b\n\n  more\n\n- other", "- P\n  goes on ^b\n\n  more"),
        ("- a\n  - P ^b\n  - c", "  - P ^b"),
        ("1. a\n2. P ^B\n   - c\n\ntext", "2. P ^B\n   - c"),
        ("> a\n>\n> b ^b\n> c", None),
        ("x\n\n> quote\n> on\n\n^b\n\ny", "> quote\n> on\n\n^b"),
        ("x\n\n```\na\n\nb\n```\n^b", "```\na\n\nb\n```\n^b"),
        ("x\n\n| a |\n|---|\n| b |\n\n^b\n", "| a |\n|---|\n| b |\n\n^b"),
        ("# H ^b\n\ntext", "# H ^b"),
        ("^b", "^b"),
    ],
)
def test_find_block(text: str, block: str | None) -> None:
    found = markdown.find_block(markdown.parse(text), "b")
    assert (found and text[slice(*found)]) == block


def test_no_block_has_this_name() -> None:
    assert markdown.find_block(markdown.parse("a ^b"), "c") is None
