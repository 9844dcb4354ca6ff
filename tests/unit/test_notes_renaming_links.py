"""Links, citations and front matter of notes follow a new name; all else stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes import links
from papernotes.errors import FormatError
from papernotes.notes.renaming.links import NewNames, names_in_broken, relink

if TYPE_CHECKING:
    from papernotes.models import Link

PATH = "notes/sub/x.md"


def run(text: str, old: str = "doe2020", new: str = "roe2021", *, has_note: bool = True) -> str:
    """Rename a paper, with its note notes/<key>.md, in one text."""
    names = NewNames(old, new, old, new) if has_note else NewNames(old, new)

    def renamed(link: Link) -> NewNames | None:
        address = links.address(link, PATH)
        own = {
            links.Address("citekey", old),
            links.Address("name", old.lower()),
            links.Address("name", f"notes/{old}".lower()),
            links.Address("path", f"notes/{old}".lower()),
            links.Address("name", "the title"),
            links.Address("arxiv", "1706.03762"),
        }
        return names if address in own else None

    return relink(text, PATH, renamed=renamed, papers={old: new})


FOLLOW = [
    "[@doe2020]",
    "[see @doe2020, p. 3; -@doe2020; @other]",
    "@doe2020 says [p. 33]",
    "[-@doe2020]",
    "@{doe2020}",
    "*@doe2020*: @doe2020.",
    "[[doe2020]]",
    "[[@doe2020]]",
    "[[doe2020|doe2020 says]]",
    "[[doe2020#Heading of it|label]]",
    "[[ doe2020 ]]",
    "[[notes/doe2020]]",
    "[[/notes/doe2020]]",
    "[[doe2020.md]]",
    "[[../doe2020]]",
    "![[doe2020]]",
    "![[doe2020#^block]]",
    "[text](../doe2020.md)",
    "[text](../doe2020.md#x)",
    "[text](<../doe2020.md> 'title](doe2020.md)')",
    "[text](../doe2020)",
    "[text](../doe2020.md\\#x) [ref]\n\n[ref]: ../doe2020.md\\#x",
    r"[a \](b) c](/notes/doe2020.md?x=1)",
    "[see [[doe2020]]](../doe2020.md)",
    "[[1]](../doe2020.md)",
    "| a | [[doe2020\\|label]] | @doe2020 |\n|--|--|--|",
    "> quoted @doe2020\n> and [x](../doe2020.md)",
    "- [ ] read [[doe2020]]",
    "text[^1]\n\n[^1]: as @doe2020 says",
    "# On [[doe2020]]",
    '[text][ref]\n\n[ref]: ../doe2020.md#x "title"',
    "[ref]\n\n[ref]: <../doe2020.md>",
    "é 😀 @doe2020 and\r\n[[doe2020]]\r\n",
    "---\npaper: doe2020\n---\n",
    "---\npaper: 'doe2020' # mine\nciteKEY: doe2020\n---\n",
    '---\ntitle: "doe"\npaper: "@doe2020"\n---\n@doe2020',
    "---\npaper: [[doe2020]]\n---\n",
    '---\npaper: "[[doe2020|Doe]]"\ntags: [a, b]\n...\n',
    "\ufeff---\r\npaper:   doe2020   \r\nx: 1\r\n---\r\n",
    "---\nciteKey: doe2020\n---",
]


@pytest.mark.parametrize("text", FOLLOW)
def test_every_form_follows_and_comes_back(text: str) -> None:
    new = run(text)
    kept = {"doe2020 says]]": "D1", "'title](doe2020.md)'": "D2"}
    wanted = text
    for shown, mark in kept.items():
        wanted = wanted.replace(shown, mark)
    wanted = wanted.replace("doe2020", "roe2021")
    for shown, mark in kept.items():
        wanted = wanted.replace(mark, shown)
    assert new == wanted
    assert run(new, "roe2021", "doe2020") == text


STAY = [
    "doe2020 in words, a@doe2020.org, doe2020@home",
    "`@doe2020 [[doe2020]]`",
    "```\n@doe2020\n```",
    "    @doe2020",
    "$@doe2020$ and $$[[doe2020]]$$",
    "%%@doe2020%% <!-- [[doe2020]] --> ",
    "@doe2020a @doe2020:1 [[doe2020a]] [[my-doe2020]]",
    r"\@doe2020",
    "[[The Title]] [[doe2020x|doe2020]]",
    "[text](https://example.org/doe2020.md)",
    "[@doe2020 in a link](https://example.org)",
    "![doe2020](doe2020.png)",
    "[text](doe2020.md)",  # another folder
    "https://arxiv.org/abs/1706.03762 [[1706.03762]]",
    "---\npaper: doe2020a\ntags: [doe2020]\ntitle: doe2020\n---\n",
    "#doe2020",
]


@pytest.mark.parametrize("text", STAY)
def test_what_is_no_link_to_it_stays(text: str) -> None:
    assert run(text) == text


def test_a_paper_without_a_note_of_its_name_keeps_links_to_files() -> None:
    text = "[[doe2020]] [x](../doe2020.md)"
    assert run(text, has_note=False) == "[[roe2021]] [x](../doe2020.md)"


def test_a_key_gets_the_braces_it_needs_and_loses_them_with_the_need() -> None:
    text = "@doe2020, @{doe2020}."
    new = run(text, new="roe:")
    assert new == "@{roe:}, @{roe:}."
    assert run("@doe2020, x", new="roe:") == "@{roe:}, x"
    assert run("@{roe:}, x", "roe:", "doe2020") == "@doe2020, x"
    assert run("@{roe:}x", "roe:", "doe2020") == "@{doe2020}x"


def test_a_key_that_yaml_would_not_take_for_a_word_is_quoted() -> None:
    assert run("---\npaper: doe2020\n---\n", new="roe:") == '---\npaper: "roe:"\n---\n'
    assert run("---\npaper: [[doe2020]]\n---\n", new="r:s") == "---\npaper: [[r:s]]\n---\n"


def test_slug_and_key_are_told_apart() -> None:
    names = NewNames("Doe:20", "Roe:21", "doe-20-abc", "roe-21-def")
    text = "[[Doe:20]] [[doe-20-abc]] [x](doe-20-abc.md) [[notes/doe-20-abc|y]] @Doe:20"
    new = relink(text, "notes/x.md", renamed=lambda _link: names, papers={})
    assert new == ("[[Roe:21]] [[roe-21-def]] [x](roe-21-def.md) [[notes/roe-21-def|y]] @Roe:21")


def test_a_key_with_an_ending_is_still_a_key() -> None:
    names = NewNames("Doe:20", "Roe:21", "doe-20-abc", "roe-21-def")
    text = "[[Doe:20.md]] [[/Doe:20.md#x]]"
    new = relink(text, "notes/x.md", renamed=lambda _link: names, papers={})
    assert new == "[[Roe:21.md]] [[/Roe:21.md#x]]"


def test_a_path_to_a_name_with_a_dot_gets_the_ending_it_needs() -> None:
    text = "[a](../doe2020#x) [b](/notes/doe2020) [[../doe2020]] [[doe2020]]\n\n[b]: ../doe2020\n"
    assert run(text, new="r.1") == (
        "[a](../r.1.md#x) [b](/notes/r.1.md) [[../r.1.md]] [[r.1]]\n\n[b]: ../r.1.md\n"
    )


def test_a_path_that_cannot_be_changed_is_refused() -> None:
    with pytest.raises(FormatError, match=r"doe2020\.md/ cannot be renamed here safely"):
        run("[a](../doe2020.md/)")


def test_a_name_with_spaces_stays_one_path() -> None:
    names = NewNames(name="my note", new_name="our (new) note")
    text = "[a](my%20note.md) [b](<my note.md>) [[my note#x]]"
    new = relink(text, "notes/x.md", renamed=lambda _link: names, papers={})
    assert new == "[a](our%20%28new%29%20note.md) [b](<our (new) note.md>) [[our (new) note#x]]"
    back = NewNames(name="our (new) note", new_name="my note")
    assert relink(new, "notes/x.md", renamed=lambda _link: back, papers={}) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\npaper: doe2020\ntitle: a: b\n---\n", 3),
        ("---\nx: &a 1\npaper: doe2020\n---\n", 2),
        ("---\ntitle: x\npaper: |\n  doe2020\n---\n", 2),
        ('---\npaper: "doe\\x32020"\n---\n', 2),
    ],
)
def test_what_cannot_be_changed_alone_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(FormatError) as error:
        run(text)
    assert error.value.line == line
    assert relink(text, PATH, renamed=lambda _: None, papers={}) == text


def test_a_broken_front_matter_tells_whom_it_seems_to_be_about() -> None:
    assert names_in_broken("---\npaper: doe2020\nx: &a 1\n---\n") == {"doe2020"}
    assert "doe2020" in names_in_broken("---\npaper: [[doe2020|x]]\n")
    assert names_in_broken("---\npaper: doe2020\n---\n") == frozenset()


def test_long_hostile_text_takes_no_square_of_time() -> None:
    text = "[" * 2000 + "](" * 50_000 + "x" * 50_000 + "](../doe2020.md)"
    assert run(text).count("roe2021") <= 1
    text = "[x](../doe2020.md) " * 5000
    assert run(text) == text.replace("doe2020", "roe2021")
