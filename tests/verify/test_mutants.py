"""A check is believed only after a fault has failed it: one fault a post, in every target.

Each fault is put into the files a target wrote, the rest is left as it is. All posts with a fault
stand in one blog, which is built once; those that no program builds have a blog of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from papernotes.export.post import OutFile
from papernotes.export.verify import verify_post
from papernotes.export.verify.building import build, find_program
from papernotes.reports.writing import TARGETS
from tests.exporting import make_note
from tests.programs import require
from tests.unit.test_export_metadata import make_png
from tests.verify.exported import Exported, export_notes

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.models import Problem

pytestmark = pytest.mark.slow

SOUND = """\
---
title: "Post NUMBER: a title"
created: 2026-01-02
publish: true
tags: [test]
---
Alpha paragraph about ordinary things and nothing else.

Bravo links [[second|to another post]] and cites [@kingma2014adam], with $x_1 * y_2$ in it.

## Charlie heading

See [[#Charlie heading]]. Its picture: ![[fig.png]]

```python
first = "line"
second = "line"
third = first + second
```

- delta item
- echo item

Golf | hotel, and $p(a|b)$ behind them.

Foxtrot ends here with the last words.
"""
SECOND = "---\ntitle: Second\ncreated: 2026-01-03\npublish: true\n---\nIt is short.\n"


@dataclass(frozen=True)
class Fault:
    """What is done to the text of a post: a pattern and what stands there then.

    ``cheap``: the check of the files alone must find it, too. ``only``: what to do in these
    targets instead (None: it is no fault there).
    """

    pattern: str
    there: str
    cheap: bool = True
    only: tuple[tuple[str, tuple[str, str] | None], ...] = ()


LIQUID = ("fastpages", "jekyll")
MARKDOWN = ("hugo", "quarto", "markdown", "html")


def no(target: str) -> tuple[str, None]:
    return target, None


FAULTS = {
    "an unquoted colon in front matter": Fault(
        r"(?m)^title: .*$", "title: Post: a title: more", only=(("html", None),)
    ),
    "no date": Fault(r"(?m)^date: .*\n", "", only=(("html", None),)),
    "a wrong title": Fault(r'(?m)^title: "Post', 'title: "Past', only=(("html", None),)),
    "the URL of another post": Fault(
        r"(?m)^(permalink|url|slug): (.*)post-\d+",
        r"\1: \2post-0",
        only=(no("html"), no("quarto"), no("markdown")),
    ),
    "a wiki link": Fault(r"Alpha paragraph about", "Alpha paragraph about [[second]] "),
    "a private comment": Fault(r"Foxtrot ends", "Foxtrot %%the reviewer is wrong%% ends"),
    "a citation key": Fault(r"Alpha paragraph about", "Alpha paragraph about [@nobody2020] "),
    "a callout's head": Fault(r"Foxtrot ends", "[!warning] Foxtrot ends"),
    "kramdown's attributes": Fault(
        r"ordinary things",
        "ordinary things{: width='3'}",
        cheap=False,
        only=tuple(
            (one, (r"ordinary things", r"ordinary things\\{: width='3'}")) for one in LIQUID
        ),
    ),
    "a placeholder": Fault(r"ordinary things", "ordinary \x02things"),
    "a lost paragraph": Fault(r"(?m)^(<p>)?Alpha paragraph.*\n", ""),
    "a lost word": Fault(r"nothing else", "nothing"),
    "two words in the wrong order": Fault(r"delta item", "item delta", cheap=False),
    "a lost line of code": Fault(r"(?m)^.*second(</span>)? (<[^>]*>)?=.*\n", ""),
    "a changed line of code": Fault(r"first(</span>)?( <[^>]*>)?\+|first \+", "first -"),
    "a changed formula": Fault(r"y_2", "y_3"),
    "an underscore eaten in a formula": Fault(r"x_1", "x1"),
    "a missing image": Fault(r"fig\.png", "fog.png"),
    "a dead link": Fault(r"second(?=[/.\"#)])", "secund"),
    "a dead anchor": Fault(r"#charlie-heading", "#charlie-haeding", cheap=False),
    "lists that merge": Fault(
        r"- echo item",
        "  - echo item",
        cheap=False,
        only=(("html", (r"</li>\s*<li>echo", " echo")),),
    ),
    "a live template": Fault(
        r"ordinary things",
        "ordinary {{ site.title }} things",
        only=(
            ("hugo", None),
            ("quarto", (r"ordinary things", "ordinary {{< meta title >}} things")),
            ("html", None),
            ("markdown", None),
        ),
    ),
    "a bar that makes a table": Fault(r"\\\|", "|", cheap=False, only=(*map(no, MARKDOWN),)),
    "a bar in a formula": Fault(r"\\vert ?", "|", cheap=False, only=(*map(no, MARKDOWN),)),
}
"""Every one is found on the built page; those that are ``cheap`` in the written file, too."""


IN_FRONT = {
    "an unquoted colon in front matter",
    "no date",
    "a wrong title",
    "the URL of another post",
}


def faults_of(target: str) -> dict[str, tuple[str, str]]:
    """Return the faults a target can have, as patterns with what takes their place."""
    found = {}
    for name, fault in FAULTS.items():
        special = dict(fault.only)
        if target not in special:
            found[name] = (fault.pattern, fault.there)
        elif (given := special[target]) is not None:
            found[name] = given
    return found


@pytest.fixture(scope="module", params=sorted(TARGETS))
def faulty(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Exported, dict[str, str]]:
    """Return a blog of a sound post and one for each fault, and the faults' refs by name."""
    root = tmp_path_factory.mktemp("faulty")
    target: str = request.param
    (root / "notes").mkdir()
    (root / "notes/fig.png").write_bytes(make_png())
    faults = faults_of(target)
    refs = {name: f"post-{number}" for number, name in enumerate(faults, 1)}
    notes = [make_note("notes/second.md", SECOND)]
    notes += [
        make_note(f"notes/{ref}.md", SOUND.replace("NUMBER", ref[5:]))
        for ref in ("post-0", *refs.values())
    ]
    exported = export_notes(notes, target, root)
    for name, (pattern, there) in faults.items():
        own, *others = exported.written[refs[name]]
        front, body = halves(own.data.decode())
        if name in IN_FRONT:
            front, count = re.subn(pattern, there, front)
        else:
            body, count = re.subn(pattern, there, body)
        assert count, f"{name}: nothing to change in {own.path}\n{front}{body}"
        exported.written[refs[name]] = (OutFile(own.path, (front + body).encode()), *others)
    return exported, refs


def halves(text: str) -> tuple[str, str]:
    """Return what stands above a post's text, and the rest."""
    mark = "\n---\n" if text.startswith("---\n") else '<div class="body" dir="auto">'
    at = text.index(mark) + len(mark)
    return text[:at], text[at:]


def cheap(exported: Exported, ref: str) -> tuple[Problem, ...]:
    return verify_post(
        exported.post(ref),
        exported.written[ref],
        exported.site,
        target=exported.target,
        is_there=exported.files.__contains__,
    )


def test_the_check_of_the_files_finds_each_fault(faulty: tuple[Exported, dict[str, str]]) -> None:
    exported, refs = faulty
    assert cheap(exported, "second") == cheap(exported, "post-0") == ()
    found = {name: cheap(exported, ref) for name, ref in refs.items()}
    assert [name for name in found if FAULTS[name].cheap and not found[name]] == []


def test_the_check_of_the_pages_finds_each_fault(
    faulty: tuple[Exported, dict[str, str]], tmp_path: Path
) -> None:
    exported, refs = faulty
    program = find_program(exported.target)
    if program.name not in {"html", "markdown-it-py"}:
        require(program.name)
    files = dict(exported.files)
    for name in IN_FRONT & refs.keys():
        files |= {one.path: one.data for one in sound(exported, refs[name])}
    built = build(exported.target, tmp_path / "none", files, exported.posts, exported.site)
    found = {problem.path for problem in built.problems}
    assert not {"second", "post-0"} & found
    assert [name for name in refs.keys() - IN_FRONT if refs[name] not in found] == []


def sound(exported: Exported, ref: str) -> list[OutFile]:
    """Return the files of a post as the target writes them."""
    from papernotes.export import find_target

    writer = find_target(exported.target)
    return list(writer.render(exported.post(ref), exported.site, folder=writer.folder).files)
