"""Front matter: whatever a title holds, YAML reads back that title and no other key."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from papernotes.export.targets.frontmatter import render_front_matter

if TYPE_CHECKING:
    from papernotes.export.targets.frontmatter import Value


def read_back(block: str) -> dict[str, object]:
    assert block.startswith("---\n")
    assert block.endswith("\n---\n")
    inner = block[4:-5]
    assert "\n---" not in f"\n{inner}"
    (document,) = yaml.safe_load_all(inner)
    assert isinstance(document, dict)
    return document


@given(st.text(max_size=60))
@settings(max_examples=200)
@example('a: b "c" \\d # e')
@example("---\nlayout: evil\n---")
@example("{{ x }} {% y %} : - ? [a] {b} & * ! | > %")
@example("\u2028\x85\ufeff\x00\ud800 é 日本")
def test_any_text_comes_back_as_itself(text: str) -> None:
    block = render_front_matter({"title": text, "tags": (text, "b"), "layout": "post"})
    found = read_back(block)
    shown = "".join(c for c in " ".join(text.split()) if c.isprintable() or c == " ")
    assert set(found) <= {"title", "tags", "layout"}
    assert found["layout"] == "post"
    title = str(found.get("title", ""))
    assert "".join(c for c in " ".join(title.split()) if c.isprintable() or c == " ").replace(
        " ", ""
    ) == shown.replace(" ", "")
    assert block.count("\n") <= 5


def test_values_have_one_form_each() -> None:
    values: dict[str, Value] = {
        "title": "A",
        "date": date(2026, 3, 4),
        "toc": True,
        "tags": ("x", "y z"),
        "none": "",
    }
    assert render_front_matter(values) == (
        '---\ntitle: "A"\ndate: 2026-03-04\ntoc: true\ntags: ["x", "y z"]\n---\n'
    )


_WORDS = st.text(st.characters(categories=("L", "N", "P", "S")), max_size=12)
_NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
_NESTED = st.recursive(
    _WORDS | _NUMBERS | st.booleans() | st.none() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_WORDS, _NESTED, max_size=4))
@settings(max_examples=150)
@example({"on": {"No": [1e16, 1e-7, -0.0]}, "a: b": [[], {}], "image": {"~": None}})
def test_what_yaml_can_say_comes_back(values: dict[str, object]) -> None:
    found = read_back(render_front_matter({"layout": "post"} | values))
    kept = {key: value for key, value in values.items() if value not in (None, "", ())}
    assert found == {"layout": "post"} | kept
