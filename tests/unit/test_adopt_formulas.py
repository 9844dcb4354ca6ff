"""Formulas, boxes and tables of a blog, as its own program marks them → those of notes."""

from __future__ import annotations

import pytest

from papernotes.adopt.formulas import plain_formulas
from papernotes.adopt.kramdown import plain_kramdown
from papernotes.adopt.liquid import Page, plain_liquid
from papernotes.adopt.shortcodes import plain_shortcodes


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (r"so \\(x\\) and \\[y\\]", "so $x$ and $$\ny\n$$"),
        (r"so \(x_1\) and \[y = 2 \\ z\]", "so $x_1$ and $$\ny = 2 \\\\ z\n$$"),
        (r"\(an aside\), \[1\] and `\(x_1\)`", r"\(an aside\), \[1\] and `\(x_1\)`"),
        (r"at $ \theta $ and $x_1 $", r"at $\theta$ and $x_1$"),
        ("for $ 5 and $ 6, or $5_000 and $6", "for $ 5 and $ 6, or $5_000 and $6"),
        ("$5 for $x_1$ and a_b then $y$", "$5 for $x_1$ and a_b then $y$"),
        ("`$ x_1 $`", "`$ x_1 $`"),
        (
            "so:\n\\begin{align}\na\\_i &amp;= b \\\\\\\\\n&amp;= c \\\\\n\\end{align}\nand",
            "so:\n$$\n\\begin{aligned}\na_i &= b \\\\\n&= c \\\\\n\\end{aligned}\n$$\nand",
        ),
        ("\\begin{equation*}x\\end{equation*}", "$$\nx\n$$"),
        ("$$\\begin{align}x\\end{align}$$", "$$\\begin{align}x\\end{align}$$"),
        ("<p>\n\\begin{align}x\\end{align}</p>", "<p>\n\\begin{align}x\\end{align}</p>"),
        ("`\\begin{align}x\\end{align}`", "`\\begin{align}x\\end{align}`"),
    ],
)
def test_formulas_get_dollar_signs(given: str, expected: str) -> None:
    assert plain_formulas(given, has_single=True) == expected


def test_a_single_backslash_is_an_escape_where_the_blog_has_no_other_meaning_for_it() -> None:
    assert plain_formulas(r"\(x_1\)") == r"\(x_1\)"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{{< math >}}$x_1${{< /math >}}", "$x_1$"),
        ("{{< math >}}\n$$\nx\n$$\n{{< /math >}}", "\n$$\nx\n$$\n"),
        ("{{< katex >}}x{{< /katex >}}", "$$x$$"),
        (
            "{{% notice tip %}}\nAt {{< math >}}$ 0 ${{< /math >}}.\n{{% /notice %}}",
            "> [!tip]\n> At $ 0 $.",
        ),
        ("{{< highlight go >}}\n{{</* x */>}}\n{{< /highlight >}}", "```go\n{{</* x */>}}\n```"),
    ],
)
def test_shortcodes_in_shortcodes(given: str, expected: str) -> None:
    assert plain_shortcodes(given, lambda _: None) == (expected, ())


def test_what_stays_in_a_box_is_told_with_its_line() -> None:
    text = "a\n\n{{% notice tip %}}\nb\n{{< mine >}}\n{{% /notice %}}\n"
    assert [each.line for each in plain_shortcodes(text, lambda _: None)[1]] == [5]


def test_boxes_in_boxes_end_somewhere() -> None:
    names = ("note", "tip", "warning", "hint", "alert", "callout", "notice", "admonition")
    text = "".join(f"{{{{< {name} >}}}}\n" for name in names * 200)
    assert "[!" not in plain_shortcodes(text, lambda _: None)[0]
    closed = text + "".join(f"{{{{< /{name} >}}}}\n" for name in names[::-1])
    assert plain_shortcodes(closed, lambda _: None)[0].startswith("> [!note]")


def test_details_are_a_folded_box() -> None:
    text = "a\n\n{% details The *proof* %}\nb {% mine %}\n\n- c\n{% enddetails %}\n"
    found, notices = plain_liquid(text, Page())
    assert found == "a\n\n> [!note]- The *proof*\n> b {% mine %}\n>\n> - c\n"
    assert [each.line for each in notices] == [4]


def test_lines_between_the_rows_of_a_table_are_no_rows() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n{}| 3 | -- |\n"
    for rule in ("|---|---|\n", "|-------|\n", "|===+===|\n", "| :-: | --- |\n"):
        assert plain_kramdown(table.format(rule)) == (table.format(""), ())
    assert plain_kramdown("```\n|---|\n|---|\n|---|\n```\n")[0] == "```\n|---|\n|---|\n|---|\n```\n"
