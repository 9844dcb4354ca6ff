"""Liquid: what the note says is what Liquid prints, and nothing of a note is live."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from papernotes.export.dialects.liquid import BASEURL, escape_liquid

TOKEN = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}?)", re.DOTALL)
RAW = re.compile(r"\A\{%-?\s*raw\s*-?%\}\Z")
END_RAW = re.compile(r"\A(.*)\{%-?\s*(\w+)\s*(.*)?-?%\}\Z", re.DOTALL)
LITERAL = re.compile(r'\A\{\{ "([^"]*)" \}\}\Z')


def print_liquid(text: str) -> str:
    """A tiny Liquid: its own tokenizer's rules, raw, string literals and site.baseurl."""
    printed = []
    is_raw = False
    for token in TOKEN.split(text):
        if is_raw:
            match = END_RAW.match(token)
            if match and match[2] == "endraw":
                printed.append(match[1])
                is_raw = False
            else:
                printed.append(token)
        elif RAW.match(token):
            is_raw = True
        elif token == "{{ site.baseurl }}":
            printed.append("/blog")
        elif literal := LITERAL.match(token):
            printed.append(literal[1])
        elif token.startswith(("{{", "{%")):
            raise AssertionError(f"live Liquid: {token!r} in {text!r}")
        else:
            printed.append(token)
    assert not is_raw, f"raw is never closed in {text!r}"
    return "".join(printed)


pieces = st.sampled_from(
    [
        "{",
        "}",
        "%",
        "{{",
        "}}",
        "{%",
        "%}",
        "endraw",
        " raw ",
        " x ",
        "-",
        "\n",
        '"',
        "a",
        "$$",
        "|",
    ]
)


@given(st.lists(pieces, max_size=25).map("".join))
@settings(max_examples=200)
@example("{{% raw %}")
@example("{{{ x }}}}")
@example("{% raw %}{{ a }}{% endraw %}")
@example("{%- endraw -%}")
@example("{{ a\nb }}")
def test_liquid_prints_the_text_itself(text: str) -> None:
    assert print_liquid(escape_liquid(text)) == text


def test_the_checker_knows_live_liquid() -> None:
    with pytest.raises(AssertionError, match="live"):
        print_liquid("a {{ page.title }} b")


def test_raw_never_spans_lines() -> None:
    escaped = escape_liquid("{{ a }}\n\n{% b %}\n")
    assert escaped == "{% raw %}{{ a }}{% endraw %}\n\n{% raw %}{% b %}{% endraw %}\n"


def test_our_own_tag_stays_live() -> None:
    assert escape_liquid(f"[a]({BASEURL}/x)") == "[a]({{ site.baseurl }}/x)"
    assert print_liquid(escape_liquid(f"{{{{ [a]({BASEURL}/x) }}}}")) == "{{ [a](/blog/x) }}"
