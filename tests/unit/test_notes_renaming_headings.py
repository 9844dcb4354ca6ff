"""A heading's words change in its line and in every link that means it; all else stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes import markdown
from papernotes.errors import ConflictError, FormatError, NotFoundError, UsageError
from papernotes.notes.renaming.anchors import Anchors
from papernotes.notes.renaming.headings import rename_heading, repoint

if TYPE_CHECKING:
    from papernotes.models import Link

PATH = "notes/n.md"


def leads(link: Link) -> bool:
    name = link.target.partition("#")[0].partition("?")[0]
    return link.kind != "citation" and name in {"", "n", "n.md", "../notes/n.md"}


def run(text: str, wanted: str = "Old", new: str = "New thing", *, path: str = PATH) -> str:
    """Rename a heading of the note n, and let its own links follow."""
    change = rename_heading(text, path, wanted, new)
    return repoint(change.text, path, change, leads)


LINES = {
    "# Old\n": "# New thing\n",
    "###### Old ######\n": "###### New thing ######\n",
    "## Old #  \r\n": "## New thing #  \r\n",
    "## Old {#anchor}\n": "## New thing {#anchor}\n",
    "## Old ^block-1\n": "## New thing ^block-1\n",
    "## Old {#a} ##\n": "## New thing {#a} ##\n",
    "##   **Old**  \n": "##   **New thing**  \n",
    "## [Old](old.md)\n": "## [New thing](old.md)\n",
    "## The *old* thing\n": "## New thing\n",
    "Old\n===\n": "New thing\n===\n",
    "> - Old\n>   ---\n": "> - New thing\n>   ---\n",
    "Old\r\n---\r\n": "New thing\r\n---\r\n",
    "# Old": "# New thing",
    "#\tOld\t#": "#\tNew thing\t#",
}


@pytest.mark.parametrize("text", LINES)
def test_only_the_words_of_the_line_change(text: str) -> None:
    name = markdown.parse(text).headings[0].text
    assert run(text, name) == LINES[text]
    head = "\ufeff---\ntitle: Old\n---\n"
    assert run(head + text, name) == head + LINES[text]


FOLLOW = {
    "[[n#Old]] [[#Old]] [[n#Old|Old]]": "[[n#New thing]] [[#New thing]] [[n#New thing|Old]]",
    "[[n# Old ]] ![[n#Old]]": "[[n# New thing ]] ![[n#New thing]]",
    "[[n#Top#Old]] [[n#Old#Sub]]": "[[n#Top#New thing]] [[n#New thing#Sub]]",
    "[[n#old]]": "[[n#new-thing]]",
    "[x](n.md#old) [x](#old 'Old')": "[x](n.md#new-thing) [x](#new-thing 'Old')",
    "[x](<n.md#old>)": "[x](<n.md#new-thing>)",
    "[Old](../notes/n.md?a=1#old)": "[Old](../notes/n.md?a=1#new-thing)",
    "![x](n.md#Old)": "![x](n.md#new-thing)",
    "[r] [s][r]\n\n[r]: n.md#old 'Old'": "[r] [s][r]\n\n[r]: n.md#new-thing 'Old'",
    "| [[n#Old\\|Old]] | b |\n|--|--|\n": "| [[n#New thing\\|Old]] | b |\n|--|--|\n",
    "[see [[#Old]]](n.md#old)": "[see [[#New thing]]](n.md#new-thing)",
    "[x](n.md#old-1) [[n#Over]]": "[x](n.md#old) [[n#Over]]",  # the second is the first now
}
STAY = [
    "`[[n#Old]]` $[[n#Old]]$ %%[[n#Old]]%% <!-- [[n#Old]] -->",
    "```\n[[n#Old]]\n```",
    "[[other#Old]] [x](other.md#old) [[n]] [[n#^Old]] [[n#Nothing]] [x](https://x.org/n.md#old)",
    "[[n#Over#Old]] Old #Old",
]
BODY = "# Top\n\n## Old\n\n### Sub\n\n## Over\n\n### Old\n\n"


@pytest.mark.parametrize("text", FOLLOW)
def test_links_follow_in_the_form_they_have(text: str) -> None:
    assert run(BODY + text) == BODY.replace("## Old", "## New thing", 1) + FOLLOW[text]


@pytest.mark.parametrize("text", STAY)
def test_what_means_something_else_stays(text: str) -> None:
    assert run(BODY + text) == BODY.replace("## Old", "## New thing", 1) + text


def test_links_of_other_notes_follow_and_their_like_named_headings_stay() -> None:
    change = rename_heading("# Über uns\n", PATH, "Über uns", "Was: ist #1 | [wir]?")
    text = "# Über uns\n[[n#Über uns]] [a](n.md#über-uns) [b](n.md#%C3%9Cber%20uns) [[#Über uns]]"
    said = repoint(text, "notes/m.md", change, lambda link: link.target.startswith("n"))
    assert said == (
        "# Über uns\n[[n#Was: ist 1 wir ?]] [a](n.md#was-ist-1--wir)"
        " [b](n.md#Was%3A%20ist%20%231%20%7C%20%5Bwir%5D%3F) [[#Über uns]]"
    )
    again = markdown.parse(change.text)
    for link in markdown.parse(said).links[:3]:
        fragment = link.heading or link.target.partition("#")[2]
        assert link.kind == "link" or markdown.find_heading(again, fragment) is not None


def test_a_link_that_would_mean_another_heading_is_refused() -> None:
    text = "# New\n\n## Old\n\n## Old\n\n[[#Old]]\n"
    with pytest.raises(ConflictError, match=r"notes/n\.md:7: .*'Old'.* that in line 1"):
        run(text, new="New")
    with pytest.raises(ConflictError, match=r"notes/n\.md:5: .*'New'.* that in line 1"):
        run("## Old\n\n## New\n\n[[n#New]]\n", new="New")


def test_equal_headings_are_allowed_where_every_link_still_leads_to_its_own() -> None:
    text = "# A\n\n## Old\n\n# B\n\n## New\n\n[[#B#New]] [x](#new) [y](#old)\n"
    assert run(text, new="New") == (
        "# A\n\n## New\n\n# B\n\n## New\n\n[[#B#New]] [x](#new-1) [y](#new)\n"
    )


def test_which_heading_is_meant_may_be_said_by_a_path_or_an_anchor() -> None:
    text = "# A\n## Old\n# B\n## Old\n"
    assert run(text, "B#Old") == "# A\n## Old\n# B\n## New thing\n"
    assert run(text, "old-1") == "# A\n## Old\n# B\n## New thing\n"
    with pytest.raises(NotFoundError, match="has no heading 'C'"):
        run(text, "C")
    assert run("# C#\n## A#2\n[[n#A 2]]\n", "A#2") == "# C#\n## New thing\n[[n#New thing]]\n"


def test_words_may_become_code_or_math_and_words_again() -> None:
    text = "# Old\n\n`a` $x$\n[[n#Old]] [x](#old)\n"
    there = run(text, new="The `AdamW` of $L_2$")
    assert there == (
        "# The `AdamW` of $L_2$\n\n`a` $x$\n[[n#The AdamW of L_2]] [x](#the-adamw-of-l_2)\n"
    )
    assert run(there, "the-adamw-of-l_2", new="Old") == text
    with pytest.raises(FormatError):
        run("Old\n---\n`a\n", new="- `b`")


@pytest.mark.parametrize(
    "new", ["", " a", "a ", "a\nb", "a {#b}", "a ^b", "a ##", "[[x]]", "a #b", "@c", "%%d%%", "x\0"]
)
def test_words_that_are_none_are_refused(new: str) -> None:
    with pytest.raises(UsageError):
        run("# Old\n", new=new)


@pytest.mark.parametrize(
    "text", ["Old\nmore\n===\n", "# On [[doe]]\n", "# [[Old]]\n", "# *[Old](x.md)* `b`\n"]
)
def test_what_cannot_be_changed_alone_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        run(text, markdown.parse(text).headings[0].text)


def test_a_setext_heading_takes_no_words_that_would_be_something_else() -> None:
    with pytest.raises(FormatError, match="cannot be renamed here safely"):
        run("Old\n===\n", new="- a list")


def test_many_headings_with_many_links_take_no_square_of_time() -> None:
    body = "".join(f"## H {number}\n\n" for number in range(5_000))
    toc = "".join(f"[x](#h-{number}) [[#H {number}]]\n\n" for number in range(5_000))
    assert run(body + toc, "H 4999", "Last").count("Last") == 2
    change = rename_heading(body, PATH, "H 0", "First")
    assert Anchors(markdown.parse(change.text)).path(["First"]) == (0,)
