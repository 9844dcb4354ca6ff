"""A tag follows in front matter and body, in every form; all else stays."""

from __future__ import annotations

import pytest

from papernotes.errors import FormatError, UsageError
from papernotes.notes.renaming.tags import check_tag, retag

PATH = "notes/n.md"


def run(text: str, old: str = "old", new: str = "new") -> str:
    return retag(text, PATH, old, new)


FORMS = {
    "#old (#old) #OLD, #old.": "#new (#new) #new, #new.",
    "#old/x #Old/x/y #older #my/old #old-x": "#new/x #new/x/y #older #my/old #old-x",
    "---\ntags: [old, b] # c\n---\n": "---\ntags: [new, b] # c\n---\n",
    "---\nTags:\n  - b\n  - old # c\n  - '#old/x'\n---\n": (
        "---\nTags:\n  - b\n  - new # c\n  - '#new/x'\n---\n"
    ),
    '\ufeff---\r\ntags: ["old", "Old/x"]\r\n---\r\n#old\r\n': (
        '\ufeff---\r\ntags: ["new", "new/x"]\r\n---\r\n#new\r\n'
    ),
    "---\ntags: old, b c\n---\n": "---\ntags: new, b c\n---\n",
    "---\ntags: a old b\n---\n": "---\ntags: a new b\n---\n",
    "---\nkeywords: '#old #b'\n---\n": "---\nkeywords: '#new #b'\n---\n",
    "---\ntags: |\n  old\n  b\n---\n": "---\ntags: |\n  new\n  b\n---\n",
    "---\ntag: old\n---\n": "---\ntag: new\n---\n",
    "---\ntags: [b, old]\nkeywords: [old]\n---\n": "---\ntags: [b, new]\nkeywords: [new]\n---\n",
    # one of two that become one
    "---\ntags: [old, b, New] # c\n---\n": "---\ntags: [b, New] # c\n---\n",
    "---\ntags:\n- new # c\n- old # d\n- old/x\n---\n": "---\ntags:\n- new # c\n- new/x\n---\n",
    "---\ntags: old, new, b\n---\n": "---\ntags: new, b\n---\n",
    "---\ntags: b new old\n---\n": "---\ntags: b new\n---\n",
    # what is no tag
    "`#old` $#old$ %%#old%% <!-- #old --> #old": "`#old` $#old$ %%#old%% <!-- #old --> #new",
    "[x](a.md#old) https://x.org/#old a#old \\#old #old": (
        "[x](a.md#old) https://x.org/#old a#old \\#old #new"
    ),
    "---\ntitle: old\nnames: [old]\n---\n[[old]] @old #old": (
        "---\ntitle: old\nnames: [old]\n---\n[[old]] @old #new"
    ),
}


@pytest.mark.parametrize("text", FORMS)
def test_every_form_follows(text: str) -> None:
    assert run(text) == FORMS[text]


def test_a_text_without_the_tag_is_the_same_text() -> None:
    for text in ("", "#older", "---\ntags: [older]\n---\n", "---\ntags: &a [old]\n---\n"):
        assert run(text) == text


def test_a_name_that_yaml_would_not_take_for_a_word_is_quoted() -> None:
    assert run("---\ntags: [old, b]\n---\n", new="null") == '---\ntags: ["null", b]\n---\n'
    assert run("---\ntags: old\n---\n", new="no/null") == "---\ntags: no/null\n---\n"
    assert run("---\ntags:\n- old\n---\n", new="True") == '---\ntags:\n- "True"\n---\n'
    assert run("---\ntags: old\n---\n", new="no") == '---\ntags: "no"\n---\n'


def test_a_tag_of_two_words_may_become_one() -> None:
    text = "---\nkeywords: [one tag, b]\n---\none tag\n"
    assert run(text, "one tag") == "---\nkeywords: [new, b]\n---\none tag\n"


def test_a_tag_may_go_below_itself_and_come_back() -> None:
    text = "---\ntags: [old, old/x]\n---\n#old #old/x"
    there = run(text, new="old/y")
    assert there == "---\ntags: [old/y, old/y/x]\n---\n#old/y #old/y/x"
    assert run(there, "old/y", "old") == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: a: b\ntags: [old]\n---\n", 2),
        ('---\ntags: ["\\x6fld"]\n---\n', 2),
        ("---\ntags: [old, old, new]\nTags: [old, new]\n---\n", 3),
    ],
)
def test_what_cannot_be_changed_alone_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(FormatError) as error:
        run(text)
    assert error.value.line == line


@pytest.mark.parametrize("name", ["", "a b", "1", "12/3", "a/", "/a", "a//b", "C#", "#a", "a.b"])
def test_a_tag_that_would_not_be_read_back_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        check_tag(name)


def test_tags_of_every_script_are_tags() -> None:
    for name in ("nlp", "a/b-c_d", "über", "深度学习", "2024x", "🎉"):
        check_tag(name)
