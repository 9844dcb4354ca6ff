"""Checks of one note's text: what they find, and above all what they leave alone."""

from __future__ import annotations

import pytest

from papernotes.doctor import conflicts, fields, images, prose
from papernotes.doctor.text import NoteText
from papernotes.notes.front_matter import read_yaml, split
from papernotes.splices import splice


def note(text: str, path: str = "notes/a.md") -> NoteText:
    return NoteText(path, text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("It costs $5 for one or 10$ for two.", r"It costs \$5 for one or 10\$ for two."),
        ("From 5$/month to 10$ for teams", r"From 5\$/month to 10\$ for teams"),
        ("a\n\n- was $2.50 and\n  is 3$ now", "a\n\n- was \\$2.50 and\n  is 3\\$ now"),
        ("$20k for the first and 30k$ (or so)", r"\$20k for the first and 30k\$ (or so)"),
        ("$5/month or 10$/month", r"\$5/month or 10\$/month"),
    ],
)
def test_money_that_reads_as_math_gets_backslashes(before: str, after: str) -> None:
    (found,) = prose.money(note(before))
    assert (found.code, found.is_hint) == ("money-as-math", False)
    assert splice(before, found.splices) == after
    assert not [span for span in note(after).document.spans if span.kind == "math"]


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $6 are money already",
        "$2 x + 1$ and $3 \\text{ for } x$ and $5 km$ and $3 mod 5$",
        "$n$ is 5 and $1 < x$",
        "`$5 and 10$` and\n\n```\n$5 for 10$\n```\n",
        "$$5 for one or 10$$",
        "$10 \\times 5 = 50$",
        "%% $5 and 10$ %%",
        r"\$5 and 10\$",
        "pay $5",
    ],
)
def test_math_and_code_and_lone_dollars_are_no_money(text: str) -> None:
    assert list(prose.money(note(text))) == []


def test_tags_that_are_likely_none_are_hints() -> None:
    text = "#fff #ff8800 #C++ and #C# but #add #face #1st #deep-learning #2d `#eee` \\#ddd\n"
    found = list(prose.unlikely_tags(note(text)))
    assert [each.message.split()[0] for each in found] == ["#fff", "#ff8800", "#C", "#C"]
    assert all(each.is_hint and not each.can_be_fixed for each in found)


FRONT = "---\n{}\n---\nbody\n"


@pytest.mark.parametrize(
    ("line", "code", "after"),
    [
        ("arxiv: 2301.00010", "unquoted-id", 'arxiv: "2301.00010"'),
        ("arxiv:   0704.0001  # mine", "unquoted-id", 'arxiv:   "0704.0001"  # mine'),
        ("tags: [yes, rl, 1e3]", "unquoted-text", 'tags: ["yes", rl, "1e3"]'),
        ("tags:\n- on\n- off # x", "unquoted-text", 'tags:\n- "on"\n- "off" # x'),
        ("title: 1984", "unquoted-text", 'title: "1984"'),
        ("Aliases: 2020-01-02", "unquoted-text", 'Aliases: "2020-01-02"'),
    ],
)
def test_what_yaml_takes_for_something_else_gets_quotes(line: str, code: str, after: str) -> None:
    text = FRONT.format(line)
    found = list(fields.unquoted(note(text)))
    assert {each.code for each in found} == {code}
    mended = splice(text, [part for each in found for part in each.splices])
    assert mended == FRONT.format(after)
    assert list(fields.unquoted(note(mended))) == []


@pytest.mark.parametrize(
    "line",
    [
        'arxiv: "2301.00010"',
        "arxiv: 2301.00010v2",
        "arxiv: hep-th/9901001",
        "doi: 10.1000/182",
        "year: 2017",
        "created: 2026-01-02",
        "publish: yes",
        "tags: [2017, no-free-lunch, yes-man]",
        "title: 1984 revisited",
        "other: no",
        "title: [unclosed",
        "arxiv: 2301.0001",
        "arxiv: 1e5",
        "arxiv: 23010.0010",
    ],
)
def test_what_reads_the_same_everywhere_is_left_alone(line: str) -> None:
    assert list(fields.unquoted(note(FRONT.format(line)))) == []


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("2301.0001", "2301.00010"),
        ("704.0001", "0704.0001"),
        ("1412.698", "1412.6980"),
        ("2301.1", "2301.10000"),
        ("2301.00010", None),
        ("1706.03762", None),
        ("0704.0001", None),
        ("2399.0001", None),
        ("hep-th/9901001", None),
    ],
)
def test_an_id_that_lost_a_zero_can_be_told(written: str, whole: str | None) -> None:
    assert fields.restored_id(written) == whole


def test_a_lost_zero_comes_back_only_where_the_entry_says_so() -> None:
    text = FRONT.format("paper: doe\narxiv: 2301.0001")
    (sure,) = fields.damaged_id(note(text), {"doe": "2301.00010"})
    assert splice(text, sure.splices) == FRONT.format('paper: doe\narxiv: "2301.00010"')
    for ids in ({"doe": "2301.00012"}, {}):
        (unsure,) = fields.damaged_id(note(text), ids)
        assert not unsure.can_be_fixed
        assert unsure.line == 3


def test_keys_one_slip_away_are_hints() -> None:
    found = fields.near_keys(note(FRONT.format("tittle: x\nstauts: read\nauthro: y\ndata: z")))
    assert [each.message.split()[-1] for each in found] == ["title?", "status?"]
    text = FRONT.format("tittle: x\ntitle: y\ntgas: [a]\ndate: 2026-01-01\ndata: 5")
    assert list(fields.near_keys(note(text), usual={"tgas"})) == []


def test_fixes_of_front_matter_change_what_is_read_of_nothing() -> None:
    text = FRONT.format("tags: [yes, 'no', 0x1f, ~]\ntitle: on\naliases:\n  - 1.5\n  - b")
    found = fields.unquoted(note(text))
    mended = splice(text, [part for each in found for part in each.splices])

    def read(of: str) -> str:
        return str(read_yaml(split(of).text).entries).replace("is_plain=False", "is_plain=True")

    assert read(mended) == read(text)
    assert mended != text


CONFLICT = "a\n<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> other\nb\n"


def test_merge_markers_are_found_but_not_in_code() -> None:
    (found,) = conflicts.merge_markers(note(CONFLICT))
    assert (found.code, found.line) == ("merge-marker", 2)
    assert len(list(conflicts.merge_markers(note(CONFLICT * 2)))) == 2
    assert [each.line for each in conflicts.merge_markers(note(CONFLICT, "bib/a.bib"))] == [2]
    (found,) = conflicts.merge_markers(note(f"---\ntitle: x\n{CONFLICT}---\n"))
    assert found.line == 4
    assert list(conflicts.merge_markers(note(f"```\n{CONFLICT}```\n"))) == []
    (alone,) = conflicts.merge_markers(note("a\n<<<<<<< HEAD\nand the others removed\n"))
    assert alone.line == 2
    title = "Title\n=======\n\n>>>>>>> seven quotes\n"
    assert list(conflicts.merge_markers(note(title))) == []


def shelf(*paths: str) -> images.Shelf:
    return images.Shelf(
        [path for path in paths if path.startswith("notes/")], set(paths).__contains__
    )


@pytest.mark.parametrize(
    "text",
    [
        "![](images/a.png)",
        "![](/notes/images/a.png) ![](/images/a.png)",
        "![[a.png]] ![[A.PNG|300]] ![[images/a.png]]",
        "![](<images/with space.png>) ![](images/with%20space.png)",
        '<img src="images/a.png" width=3>',
        "![](https://x.org/y.png) ![](//x.org/y.png) ![](data:image/png;base64,AA)",
        "![]({{ site.baseurl }}/y.png) ![]() ![[a note]]",
        "`![](x.png)`\n\n```\n![](x.png)\n```\n%% ![](x.png) %%",
        "![](../static/b.png)",
        '<img data-src="later.png" src="images/a.png"> <img src=images/a.png>',
        "<p><code>![](x.png)</code></p>",
    ],
)
def test_images_that_are_there_or_elsewhere_are_not_missing(text: str) -> None:
    there = ("notes/images/a.png", "notes/images/with space.png", "static/b.png")
    assert list(images.missing_images(note(text), shelf(*there))) == []


def test_missing_images_say_what_may_be_meant() -> None:
    text = "![](a.png)\n\n![[b.PNG]]\n![](Images/c.png)\n![](../../x.png) ![](/home/me/y.png)\n"
    text += "![](C:\\d.png) ![](file:///z.png) <img src='e.png'>\n"
    found = list(images.missing_images(note(text), shelf("notes/images/c.png", "notes/d/a.png")))
    assert [(each.code, each.line) for each in found] == [
        ("missing-image", 1),
        ("missing-image", 3),
        ("missing-image", 4),
        ("image-outside", 5),
        ("missing-image", 5),
        ("image-outside", 6),
        ("image-outside", 6),
        ("missing-image", 6),
    ]
    forms = "<img src=x1.png> <img alt='x>y' src='x2.png'/> ![[x3.mp4]] <img\nsrc='x4.png'>\n"
    missing = images.missing_images(note(forms), shelf())
    assert [each.message[:2] for each in missing] == ["x3", "x1", "x2", "x4"]
    assert "notes/d/a.png" in found[0].message
    assert "notes/images/c.png" in found[2].message


def test_hostile_text_costs_no_more_than_its_length() -> None:
    parts = ("$5 for 1$ " * 20_000, "![](" * 50_000, "<img " * 50_000, "#fff" * 50_000)
    for text in (*parts, "<<<<<<< a\n" * 50_000, f"---\n{'a: [' * 9_000}\n---\n"):
        for check in (prose.money, prose.unlikely_tags, fields.unquoted, fields.near_keys):
            list(check(note(text)))
        list(images.missing_images(note(text), shelf()))
        list(conflicts.merge_markers(note(text)))
