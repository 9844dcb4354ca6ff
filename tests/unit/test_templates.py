from __future__ import annotations

from datetime import date

import pytest

from papernotes import notes
from papernotes.errors import FormatError
from papernotes.models import ArxivId, Author, Paper
from papernotes.notes import starting
from papernotes.notes.templates import VARIABLES, parse_template, render_day

DAY = date(2026, 11, 2)
HOSTILE = '{{year}} [[x]] @y #z %%c%% "q": - <b> {% x %}'
PAPER = Paper(
    "doe2020a",
    HOSTILE,
    (Author("Doe", "Jane"), Author("Roe: Sons", "R.")),
    2020,
    arxiv_id="2002.01230",
    doi="10.1/x",
    abstract="We say\nsomething.",
)


def rendered(template: str, paper: Paper = PAPER, **options: object) -> str:
    found = parse_template(template, "templates/paper.md")
    return starting.render_paper_note(paper, created=DAY, template=found, **options)  # type: ignore[arg-type]


def read(text: str) -> notes.Reading:
    reading = notes.read(text, "notes/doe2020a.md")
    assert reading.problems == ()
    return reading


def test_a_body_is_filled_once_and_values_stay_words() -> None:
    template = (
        "# {{title}}\n\n{{ authors }} {{author}} {{year}} {{citekey}} {{created}} {{arxiv}}\n"
    )
    note = read(rendered(template)).note
    assert note.title == HOSTILE
    assert note.body.endswith(
        "\n\nJane Doe, R. Roe: Sons Jane Doe 2020 doe2020a 2026-11-02 2002.01230\n"
    )
    assert r"# \{\{year\}\} \[\[x\]\] \@y \#z" in note.body
    assert (note.links, note.tags) == ((), ())


def test_every_variable_has_a_value_for_papers_and_for_free_notes() -> None:
    template = parse_template("".join(f"{name}={{{{{name}}}}}\n" for name in VARIABLES))
    text = starting.render_paper_note(
        PAPER, created=DAY, tags=["a", "b c"], template=template, venue="Nature"
    )
    said = dict(
        line.split("=", 1) for line in notes.parse(text, "x.md")[0].body.split("\n") if line
    )
    assert set(said) == set(VARIABLES)
    assert all(said.values())
    assert (said["tags"], said["venue"], said["slug"]) == ("a, b c", "Nature", "doe2020a")
    assert said["abstract"] == "We say something."
    free = starting.render_free_note("My Idea", kind="rant", created=DAY, template=template)
    body = notes.parse(free, "x.md")[0].body
    assert "kind=rant\n" in body
    assert "slug=my-idea\n" in body
    assert "link=\nabstract=\n" in body
    about = starting.render_free_note("T", kind="note", created=DAY, template=template, paper=PAPER)
    assert "citekey=doe2020a\n" in about
    assert "paper: doe2020a\n" in about


def test_front_matter_of_a_template_is_kept_and_ours_put_in() -> None:
    template = (
        "\ufeff---\r\ntitle: 'Reading {{title}}'\r\npaper: old\r\nstatus: Reading\r\n"
        "# for the blog\r\npublish: false  # yet\r\ncategories: [papers, '{{year}}']\r\n"
        'tags:\r\n  - "{{year}}-papers"\r\n  - later\r\nrating: 4\r\ndate: {{date}}\r\n'
        "venue: {{venue}}\r\ndescription: |\r\n  On {{title}}\r\n  by {{author}}\r\n"
        'nested: {a: [{{title}}, b]}\r\n# {{title}}\r\nno: "\\{{x}}"\r\n---\r\n\r\nBody {{year}}'
    )
    text = rendered(template, tags=["Later", "new"])
    assert "\r" not in text
    assert text.startswith('---\ntitle: "Reading {{year}}')
    assert text.endswith("---\n\nBody 2020\n")
    assert "publish: false  # yet\n" in text
    assert "date: 2026-11-02\n" in text
    note = read(text).note
    assert (note.title, note.paper, note.status) == (f"Reading {HOSTILE}", "doe2020a", "reading")
    assert note.arxiv == ArxivId("2002.01230")
    assert note.tags == ("2020-papers", "later", "new")
    assert note.meta["created"] == "2026-11-02"
    assert (note.rating, note.categories, note.publish) == (4, ("papers", "2020"), False)
    assert note.meta["nested"] == {"a": [HOSTILE, "b"]}
    assert note.description == f"On {HOSTILE}\nby Jane Doe\n"
    assert (note.meta["venue"], note.meta["no"]) == ("", "{{x}}")
    assert read(rendered(template, status="read")).note.status == "read"


def test_a_title_that_is_no_variable_is_not_the_title_of_all_notes() -> None:
    copied = "---\ntitle: Attention\ncreated: 2019-01-01\nkind: rant\n---\n"
    text = starting.render_free_note(
        "Mine", kind="note", created=DAY, template=parse_template(copied)
    )
    assert text == '---\ntitle: "Mine"\nkind: note\ntags: []\ncreated: 2026-11-02\n---\n'


@pytest.mark.parametrize(
    ("template", "line", "message", "hint"),
    [
        ("x\n{{nope}}", 2, "{{nope}}", "{{"),
        ("---\na: b\nc: {{titel}}\n---\n", 3, "{{titel}}", "did you mean {{title}}?"),
        (r"$\hat{{\theta}}$", 1, r"{{\theta}}", r"write \{{"),
        ("{{format-date now}}", 1, "format-date now", "citekey"),
        ("{{title:x}}", 1, "title is no date", "{{title}}"),
        ("\n\n{{date:YYYY-MM-DD HH}}", 3, "'HH' is no part of a date", "YYYY"),
        ("{{date:DDD}}", 1, "'DDD'", "YYYY"),
        ("---\ntitle: x\n", 1, "no closing", "add the line"),
        ("---\na: b: c\n---\n", 2, "double quotes", "mend"),
        ("---\na: &x b\n---\n", 2, "anchors", "mend"),
        ("---\na: b\n{{title}}: true\n---\n", 3, "name of a key", "behind the colon"),
        ("---\na: b\na: c\n---\n", 3, "a stands twice", "mend"),
        ("---\n{a: b}\n---\n", 2, "key: value", "mend"),
        ("---\n  a: b\n---\n", 2, "key: value", "mend"),
        ("---\na: b\nstatus: done\n---\n", 3, "'done' is no status", "unread"),
        ("---\nstatus: {{kind}}\n---\n", 2, "not a variable", "unread"),
        ("---\ntags:\n  - a\n---\n" + "{{year}}" * 1001, 5, "variables", "fewer"),
    ],
)
def test_what_cannot_be_filled_is_told_with_its_line(
    template: str, line: int, message: str, hint: str
) -> None:
    with pytest.raises(FormatError) as caught:
        parse_template(template, "templates/paper.md")
    assert str(caught.value).startswith(f"templates/paper.md:{line}: ")
    assert message in str(caught.value)
    assert hint in caught.value.hint
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("YYYY-MM-DD", "2026-11-02"),
        ("YYYYMMDD", "20261102"),
        ("dddd, D MMMM YYYY", "Monday, 2 November 2026"),
        ("ddd D.M.YY [at home]", "Mon 2.11.26 at home"),
        ("MMM", "Nov"),
    ],
)
def test_dates_take_the_forms_of_obsidian(form: str, shown: str) -> None:
    assert render_day(DAY, form) == shown
    assert rendered(f"Begun {{{{date:{form}}}}}.").endswith(f"\nBegun {shown}.\n")


@pytest.mark.parametrize("kind", notes.KINDS)
def test_the_defaults_are_templates_themselves_and_say_nothing_aloud(kind: str) -> None:
    template = parse_template(notes.KINDS[kind])
    note = read(starting.render_free_note("T", kind=kind, created=DAY, template=template)).note
    assert (note.title, note.kind) == ("T", kind)
    shown = notes.KINDS[kind].replace("{{link}}", "")
    plain = [line for line in shown.split("\n") if line and not line.startswith(("## ", "%% "))]
    assert plain == []
    assert "{{" not in note.body
