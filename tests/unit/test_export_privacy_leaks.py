"""The search for what must stay home: what it finds, and what is no leak."""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from papernotes.errors import LeakError
from papernotes.export import find_target
from papernotes.export.post import OutFile
from papernotes.export.privacy.leaks import find_leaks, leak_problems, refuse
from papernotes.export.privacy.saying import Published, published, told_by
from papernotes.export.privacy.secrets import Private, Secrets
from tests.exporting import ATTENTION, SETTINGS, make_note
from tests.unit.test_export_metadata import make_png, png_chunk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papernotes.export.privacy.leaks import Leak
    from papernotes.models import Paper

BODY = "The zebra plan begins on a cold Monday, when seven owls leave the old tower for good."
DIARY = Private(
    "diary/zebra-plan",
    ("The Zebra Plan", "zebra-plan", "Operation Stripes"),
    ("owls", "moving-out", "sparrow2021towers"),
    lambda: f"---\ntitle: The Zebra Plan\n---\n{BODY}\n",
)
SECRETS = Secrets(
    (DIARY,),
    (("kingma2014adam", "note", "lent to Bob, wants it back"),),
    ("/home/ada/library", "/home/ada"),
)
TOKEN = "ghp_" + "0123456789abcdefghijABCDEFGHIJ987654"[::-1]


def search(
    *files: OutFile | str,
    said: Iterable[str] = (),
    papers: Iterable[Paper] = (),
    secrets: Secrets = SECRETS,
    allow: tuple[str, ...] = (),
) -> tuple[Leak, ...]:
    """Return the leaks of files; a text is that of a post."""
    made = [OutFile("p.md", file.encode()) if isinstance(file, str) else file for file in files]
    known = Published(lambda: said, lambda: papers, lambda: [OutFile("f.html", b"<h2>Tags</h2>")])
    return find_leaks(made, known, secrets, allow=allow)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("See The Zebra Plan.", "name"),
        ("See the *zebra* plan.", "name"),
        ("href='/notes/the-zebra-plan/'", "name"),
        ("Operation_Stripes", "name"),
        ("tags: [ml, owls]", "name"),
        ("tags:\n- owls\n", "name"),
        ("<a href='/t/1/'>Owls</a>", "name"),
        ("a tag: moving-out", "name"),
        ("#ref-sparrow2021towers", "name"),
        ("on a cold Monday, when seven owls leave the tower", "phrase"),
        ("begins on a <em>cold</em> Monday, when\nseven **owls** leave", "phrase"),
        ("note = {lent to Bob, wants it back}", "field"),
        ("Saved in /home/ada/papers/x.pdf", "path"),
        (f"export TOKEN={TOKEN}", "token"),
        ("password: 'q8Zr7LmN2xKv0PwY5tBd'", "token"),
        ("Mail ada.secret@example.org", "mail address"),
    ],
)
def test_what_stays_home_is_found_wherever_it_stands(text: str, kind: str) -> None:
    text = text.replace("the tower", "the old tower")
    leaks = search(f"# Fine\n\n{text}\n")
    assert kind in {leak.kind for leak in leaks}
    assert all(leak.stops and leak.path == "p.md" for leak in leaks)
    assert {leak.line for leak in leaks} <= {3, 4}
    with pytest.raises(LeakError, match=r"p\.md:[34]: ") as caught:
        refuse(leaks)
    assert TOKEN not in str(caught.value)
    assert caught.value.exit_status == 1


@pytest.mark.parametrize(
    "text",
    [
        "Seven owls live in the tower, and one plan is to leave it on a Monday.",
        "A zebra. The plan is another.",
        "title: Other\ntags: [ml]\n\nOwls are birds.",
        "We lent it.",
        "Look at /home/adam/x and https://example.org/home/ada/x",
        "token = my_long_variable_name_of_words and key: 11111111111111111111",
    ],
)
def test_words_in_common_are_no_leak(text: str) -> None:
    assert search(f"# Fine\n\n{text}\n") == ()


@pytest.mark.parametrize(
    "text",
    [
        "See The Zebra Plan.",
        "tags: [owls]",
        BODY,
        "Mail ada.secret@example.org",
        "lent to Bob, wants it back",
    ],
)
def test_what_published_notes_say_is_no_leak(text: str) -> None:
    assert search(text)
    assert search(text, said=[f"Before.\n\n{text}\n"]) == ()


@pytest.mark.parametrize(
    "hidden",
    [
        "%% The Zebra Plan %%",
        "<!-- The Zebra Plan -->",
        "[[The Zebra Plan|there]]",
        "[there](zebra-plan.md)",
        "\n---\nup: '[[The Zebra Plan]]'\n# zebra-plan\n---\n",
    ],
)
def test_what_published_notes_hide_is_not_said(hidden: str) -> None:
    assert search("The Zebra Plan, or zebra-plan", said=[f"{hidden.lstrip()} more."])


@pytest.mark.parametrize("shown", ["![x](img/zebra-plan.png)", "![[zebra-plan.png|300]]"])
def test_the_name_of_a_picture_goes_along(shown: str) -> None:
    assert search("![x](/images/zebra-plan.png)", said=[f"Word {shown} more."]) == ()


def test_a_note_that_says_a_secret_of_this_computer_still_stops() -> None:
    for text in ("In /home/ada/x", f"My key: {TOKEN}"):
        assert [leak.stops for leak in search(text, said=[text])] == [True]
    weak = "password: 'q8Zr7LmN2xKv0PwY5tBd'"
    leaks = search(weak, said=[weak])
    assert [leak.stops for leak in leaks] == [False]
    assert [(one.code, one.path, one.line) for one in leak_problems(leaks)] == [("leak", "p.md", 1)]
    refuse(leaks)
    root = Secrets(paths=("/root",))
    assert search("In /root/.ssh", said=["In /root/.ssh"], secrets=root) == ()
    assert search("In /root/.ssh", secrets=root)


def test_what_is_allowed_passes() -> None:
    text = "See The Zebra Plan in /home/ada/x"
    assert [leak.kind for leak in search(text, allow=("the zebra PLAN",))] == ["path"]
    assert search(text, allow=("The Zebra Plan", "/home/ada")) == ()
    assert len(search(text, allow=("plan", "zebra"))) == 2


def test_a_list_of_references_says_what_a_cited_paper_is() -> None:
    note = Private(
        "attention",
        ("Attention Is All You Need", "vaswani2017attention"),
        ("vaswani2017attention",),
        lambda: "Ashish Vaswani, Noam Shazeer, Niki Parmar, Jakob Uszkoreit. Attention Is All.",
    )
    entry = (
        "- {: #ref-vaswani2017attention}Vaswani, A. … Ashish Vaswani, Noam Shazeer, Niki Parmar, "
        "Jakob Uszkoreit, 2017. Attention Is All You Need. arXiv:1706.03762."
    )
    secrets = Secrets((note,))
    assert {leak.kind for leak in search(entry, secrets=secrets)} == {"name", "phrase"}
    assert search(entry, secrets=secrets, papers=[ATTENTION]) == ()


def test_dates_plain_words_and_the_words_of_a_theme_are_no_names() -> None:
    names = ("2026-01-02", "January 2026", "Notes", "Tags", "ML", "Ideas", "Monday")
    secrets = Secrets((Private("x", names),))
    page = "title: x\ndate: 2026-01-02\n\n2 January 2026. My notes on ML, and ideas.\n"
    assert search(page, OutFile("i.html", b"<h1>Tags</h1><p>Monday"), secrets=secrets) == ()
    assert [leak.text for leak in search("<li><a>Ideas</a>", secrets=secrets)] == ["ideas"]


def packed_zip(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", text)
    return stream.getvalue()


SECRET = "The Zebra Plan"
TEXT_CHUNK = png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"Say: " + SECRET.encode()))


@pytest.mark.parametrize(
    "file",
    [
        OutFile("the-zebra-plan/index.html", b"x"),
        OutFile("images/zebra%2Dplan.png", make_png()),
        OutFile("s.json", json.dumps({"t": f"One\n{SECRET}\n"}).encode()),
        OutFile("s.json", b'{"t": "The \\u005aebra Plan"}'),
        OutFile("p.html", b"<p title='The&#32;Zebra&nbsp;Plan'>"),
        OutFile("p.html", b"<a href='/The%20Zebra%20Plan'>"),
        OutFile("feed.xml.gz", gzip.compress(SECRET.encode())),
        OutFile("all.zip", packed_zip(SECRET)),
        OutFile("a.png", make_png(TEXT_CHUNK)),
        OutFile(
            "p.html",
            b"<img src='data:image/png;base64,%s'>" % base64.b64encode(make_png(TEXT_CHUNK)),
        ),
        OutFile("a.bin", b"\0\1\2" + SECRET.encode() + b"\xff"),
        OutFile("a.bin", b"\xff\xfe" + SECRET.encode("utf-16-le")),
    ],
)
def test_it_is_found_in_what_is_packed_or_encoded(file: OutFile) -> None:
    assert "name" in {leak.kind for leak in search(file)}


def test_a_picture_that_only_draws_is_not_read() -> None:
    assert search(OutFile("a.png", make_png())) == ()


def test_a_script_without_spaces_is_compared_by_characters() -> None:
    text = "我们明天早上在旧塔楼里见面"
    secrets = Secrets((Private("x", ("塔楼计划",), (), lambda: f"。{text}。"),))
    assert [leak.kind for leak in search(f"今天{text}吧", secrets=secrets)] == ["phrase"]
    assert [leak.kind for leak in search("读《塔楼计划》", secrets=secrets)] == ["name"]
    assert search("塔楼很旧,我们明天见", secrets=secrets) == ()


def test_front_matter_of_published_notes_is_said_and_the_target_says_its_own() -> None:
    note = make_note("notes/a.md", "---\ntitle: The Zebra Plan\nx: [a, {b: owls}]\n---\nBody.\n")
    writer = find_target("fastpages")
    said = published(
        lambda: [told_by(note)], list, settings=SETTINGS, writer=writer, folder="_posts"
    )
    assert said.says("the zebra plan")
    assert said.says("owls")
    assert said.says("layout")
    assert not said.says("zebra owls")


def test_each_thing_is_told_once_in_a_file_with_the_note_it_is_of() -> None:
    leaks = search("The Zebra Plan.\n\nThe Zebra Plan. " + BODY, "nothing")
    assert [(leak.kind, leak.line, leak.of) for leak in leaks] == [
        ("name", 1, "diary/zebra-plan"),
        ("phrase", 3, "diary/zebra-plan"),
    ]
    assert "begins on a cold monday" in leaks[1].text
