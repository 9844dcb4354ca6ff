"""Bad texts out of good ones: pieces lost, doubled, swapped, replaced; and endless repetition."""

# ruff: noqa: E501 - tables of texts are read by the line

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECES = re.compile(r"\w+|\s+|[^\w\s]")
_ODD = (
    *(
        "\x00",
        "\x1b",
        "\x7f",
        "\x85",
        "\u00a0",
        "\u0301",
        "\u0130",
        "\u200b",
        "\u2028",
        "\u202e",
        "\ufeff",
    ),
    *(
        "\ud800",
        "\udfff",
        "\U0001f600",
        "\ufffd",
        "\ufdfa",
        "\u0663",
        "\uff11",
        "\u00df",
        "\r",
        "\r\n",
        "\n",
    ),
    *(
        "",
        " ",
        "-1",
        "0",
        "1e999",
        "9" * 30,
        "NaN",
        "true",
        "null",
        "~",
        "0x",
        "2020-13-45",
        "12:30",
    ),
    *(
        "{" * 30,
        "[" * 30,
        "(" * 30,
        '"',
        "'",
        "\\",
        "`",
        "$",
        "%",
        "&",
        "#",
        "@",
        "<",
        ">",
        "|",
        "*",
        "_",
    ),
    *(
        "!!python/object/apply:os.system [id]",
        "&a [*a, *a]",
        "<<: *a",
        "*a",
        "%TAG ! x",
        "--- ",
        "...",
    ),
    *("<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "<![CDATA[", "]]>", "<?x?>", "<!--", "-->", "</"),
    *("{{", "}}", "{%", "%}", "{{<", ">}}", "${x}", "%s", "\\input{x}", "\\def\\x{\\x}", "\\u0000"),
)
UNITS = (
    *("[", "![", "[[", "![[", "](", "[a](", "[a](<", "[a]: b\n", "[^1]", "[^1]: a\n", "[@a; ", "@a ", "]"),
    *("<", "<a ", "<a>", "</a>", "<!--", "-->", "<![CDATA[", "<?", "<a b='", "&", "&amp;", "&#", "&lt"),
    *("`", "`` ` ", "~~~\n", "```\n", "*", "_", "*a _b ", "**a", "~~", "==", "^", "a^b_", "$", "$$", "$a "),
    *("{", "}", "{{", "}}", "{%", "{% raw %}", "{{< ", "{{< x >}}", "{: ", "{#", "\\", "\\{", "\\a", "\\'"),
    *("#a ", "# a\n", "> ", ">", "- ", "- a\n", "1. ", "    ", "\t", " ", "\n", "\r", "\r\n", "a\n", "a\n\n"),
    *("|", "|a", "| - |\n", "---\n", "===\n", "%%", "%% a ", "% a\n", ":::", "::: a\n", "> [!a] b\n", "//"),
    *('"', '"a" ', "'", "(", ")", "()", ",", ", ", ";", ":", "a:b:", "a=b,", "=", "a = {", "@a{b,", "@string{a={b}}"),
    *("@a{b,c={d}}\n", "and ", "a and ", "a, b and ", "{a} ", "a OR ", "NOT ", "-a ", "a~ ", "abc* ", "a*", "x:"),
    *("http://", "https://a.b/(", "www.", "a@b.", "10.1000/", "1706.03762 ", "arXiv:", "/", "../", "a/", "%2e", "."),
    *("\u0301", "e\u0301", "\u202e", "\ufdfa", "\u0130", "\u00df", "\ud800", "\x00", "\x1b[", "\U0001f600", "\u200b"),
    *("0", "9", "-", "--", "+", "a", "A", "a ", "a-", "a_", "a.", "\\cite{", "\\cite{a}", "\\input{a}\n", "\\begin{a}"),
    *("[a]\n", "a.b = 1\n", "[[a]]\n", '{"a":', "[1,", "a: [", "a: &a b\n", "- - ", "? ", "a: |\n ", "**/", "*/", "!a\n"),
    *("TY  - A\n", "ER  - \n", "<entry>", "<a xmlns='", "url(", "<path ", "<style>", "data:image/png;base64,"),
)  # fmt: skip


def mutations(good: str, count: int, seed: str) -> Iterator[str]:
    """Yield so many texts that were good once."""
    chance = random.Random(seed)
    pieces = _PIECES.findall(good)
    for _ in range(count):
        bad = list(pieces)
        for _ in range(chance.choice((1, 1, 2, 3, 8))):
            at = chance.randrange(len(bad) or 1)
            end = at + chance.choice((1, 1, 1, 2, 5, 20))
            match chance.randrange(6):
                case 0:
                    del bad[at:end]
                case 1:
                    bad[at:at] = bad[at:end] * chance.choice((1, 2, 50))
                case 2:
                    bad[at:at] = [chance.choice(_ODD)]
                case 3:
                    bad[at:end] = [chance.choice(_ODD)]
                case 4:
                    bad[at:at] = [chance.choice(pieces)]
                case _:
                    del bad[at if chance.random() < 0.3 else len(bad) :]
        yield "".join(bad)


def bombs(good: str, most: int) -> dict[str, str]:
    """Return by a name texts of ``most`` characters that repeat one thing without end."""
    found = {}
    for unit in UNITS:
        body = unit * (most // len(unit))
        found[repr(unit)] = body
        found[f"good, {unit!r}"] = (
            good[: len(good) // 2] + body[: -len(good)] + good[len(good) // 2 :]
        )
    for opening, closing in (
        ("[", "]"),
        ("{", "}"),
        ("(", ")"),
        ("<a>", "</a>"),
        ("[[", "]]"),
        ("{{", "}}"),
    ):
        depth = most // (len(opening) + len(closing))
        found[f"{opening}…{closing}"] = opening * depth + "a" + closing * depth
    found["good again and again"] = good * (most // len(good))
    return found
