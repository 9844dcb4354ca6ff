from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from papernotes import bib, notes
from papernotes.demo.answers import answer
from papernotes.demo.records import Record
from papernotes.demo.standin import StandIn
from tests.factories import paper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from papernotes.models import Note, Paper
    from tests.cli.conftest import Shell

FIRST = Record(
    id="1801.00001",
    version=1,
    title="On the Behaviour of Models",
    authors=("Ada Lovelace", "Ben Second"),
    categories=("cs.LG",),
    published="2018-01-02T03:04:05Z",
    updated="2018-01-02T03:04:05Z",
    summary="We look at models.",
)
SECOND = replace(
    FIRST,
    version=3,
    title="On the Conduct of Models",
    authors=("Ada Lovelace", "Ben Second", "Cleo Third"),
    updated="2019-05-06T07:08:09Z",
    summary="We look at models again.",
    journal_ref="J. Mod. 3 (2019) 1-9",
    dois=("10.1234/jm.2019.3",),
)
WITHDRAWN = replace(
    FIRST,
    version=2,
    title="Withdrawn",
    summary="This paper has been withdrawn.",
    comment="This paper has been withdrawn by the authors due to an error in Lemma 1",
)
KEY = "lovelace2018behaviour"


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn([FIRST]) as server:
        yield server


@pytest.fixture
def shelf(library: Shell) -> Shell:
    library.environ["PAPERNOTES_ARXIV_CACHE_HOURS"] = "0"
    assert library("add", "1801.00001").status == 0
    return library


def read_paper(shell: Shell, key: str = KEY) -> Paper:
    path = f"bib/{key}.bib"
    (paper,), problems = bib.parse((shell.folder / path).read_text("utf-8"), path)
    assert problems == ()
    return paper


def read_note(shell: Shell, key: str = KEY) -> Note:
    note, problems = notes.parse((shell.folder / f"notes/{key}.md").read_text("utf-8"), "x.md")
    assert problems == ()
    return note


def texts(shell: Shell) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for folder in ("notes", "bib")
        for path in (shell.folder / folder).rglob("*")
        if path.is_file()
    }


def test_nothing_new_changes_nothing(shelf: Shell) -> None:
    before = texts(shelf)
    ended = shelf("update")
    assert (ended.status, ended.out) == (0, "")
    assert "1 asked: 1 up to date" in ended.err
    assert texts(shelf) == before


def test_a_new_version_is_shown_field_by_field_and_written(shelf: Shell, stand_in: StandIn) -> None:
    stand_in.records = (FIRST, SECOND)
    before = texts(shelf)
    planned = shelf("update", "--dry-run", KEY)
    assert planned.status == 0
    assert texts(shelf) == before
    ended = shelf("update", KEY)
    assert (ended.status, ended.out) == (0, planned.out)
    told = {line.split("\t")[1]: line.split("\t")[2:] for line in ended.out.splitlines()}
    assert told["version"] == ["1", "3"]
    assert told["title"] == ["On the Behaviour of Models", "On the Conduct of Models"]
    assert told["doi"] == ["", "10.1234/jm.2019.3"]
    assert told["journal"] == ["", "J. Mod. 3 (2019) 1-9"]
    assert told["authors"] == ["Ada Lovelace, Ben Second", "Ada Lovelace, Ben Second, Cleo Third"]
    paper = read_paper(shelf)
    assert (paper.arxiv_version, paper.title, paper.doi, paper.entry_type) == (
        3,
        "On the Conduct of Models",
        "10.1234/jm.2019.3",
        "article",
    )
    assert paper.citekey == KEY
    note = read_note(shelf)
    assert (note.title, str(note.arxiv)) == ("On the Conduct of Models", "1801.00001v1")
    assert note.meta["authors"] == ["Ada Lovelace", "Ben Second", "Cleo Third"]
    assert shelf("search", "conduct").out.startswith(KEY)
    assert "1 asked: 1 up to date" in shelf("update").err


def test_a_note_about_an_old_version_says_so(shelf: Shell, stand_in: StandIn) -> None:
    stand_in.records = (FIRST, SECOND)
    shelf("update")
    assert "v3 exists; this note is about v1" in shelf("show", KEY).out
    assert shelf("list").out.rstrip("\n").split("\t")[-1] == "v3 exists"
    assert shelf("list", "is:outdated").out.startswith(KEY)
    (hit,) = shelf("list", "--json").data["hits"]
    assert (hit["version"], hit["latest"]) == (1, 3)
    path = shelf.folder / f"notes/{KEY}.md"
    path.write_text(path.read_text("utf-8").replace("1801.00001v1", "1801.00001"), "utf-8")
    assert "exists" not in shelf("list").out
    assert "exists" not in shelf("show", KEY).out


def test_a_person_s_words_are_left_alone(shelf: Shell, stand_in: StandIn) -> None:
    note = shelf.folder / f"notes/{KEY}.md"
    text = note.read_text("utf-8").replace(
        'title: "On the Behaviour of Models"', "title: My name for it  # mine"
    )
    text = text.replace("status: unread", "mood:   'curious'\nstatus: reading")
    note.write_text(f"{text}\nMy words\tstay.   \n", "utf-8")
    entry = shelf.folder / f"bib/{KEY}.bib"
    source = entry.read_text("utf-8").replace(
        "  eprint", "  file    =   {:my file.pdf:PDF},\n  eprint"
    )
    entry.write_text(f"% mine\n{source}", "utf-8")
    stand_in.records = (FIRST, SECOND)
    assert shelf("update").status == 0
    wanted = text.replace('"Ben Second"]', '"Ben Second", "Cleo Third"]').replace(
        'arxiv: "1801.00001"', 'arxiv: "1801.00001v1"'
    )
    assert note.read_text("utf-8") == f"{wanted}\nMy words\tstay.   \n"
    assert entry.read_text("utf-8").startswith("% mine\n@article{")
    assert "  file    =   {:my file.pdf:PDF},\n" in entry.read_text("utf-8")


@pytest.mark.fault(53)
def test_a_withdrawal_marks_and_takes_nothing_away(shelf: Shell, stand_in: StandIn) -> None:
    shelf("pdf", KEY)
    stand_in.records = (FIRST, WITHDRAWN)
    ended = shelf("update")
    assert ended.status == 0
    assert "withdrawn" in ended.err
    paper = read_paper(shelf)
    assert (paper.title, paper.abstract, paper.arxiv_version) == (
        "On the Behaviour of Models",
        "We look at models.",
        1,
    )
    assert paper.is_withdrawn
    assert "Lemma 1" in (paper.comment or "")
    assert (shelf.folder / f"pdf/{KEY}-v1.pdf").is_file()
    assert shelf("list", "is:withdrawn").out.startswith(KEY)
    assert shelf("list").out.rstrip().endswith("v2 exists, withdrawn")
    assert "withdrawn" in shelf("show", KEY).out
    assert "1 asked: 1 up to date" in shelf("update").err
    stand_in.records = (FIRST, WITHDRAWN, replace(SECOND, version=4))
    assert shelf("update").status == 0
    paper = read_paper(shelf)
    assert (paper.arxiv_version, paper.is_withdrawn, paper.arxiv_latest) == (4, False, None)


def test_a_withdrawn_paper_is_added_with_a_warning(library: Shell, stand_in: StandIn) -> None:
    stand_in.records = (WITHDRAWN,)
    ended = library("add", "1801.00001")
    assert ended.status == 0
    assert "withdrawn" in ended.err
    assert "Lemma 1" in ended.err
    assert library("list", "is:withdrawn").out != ""


def test_the_version_asked_for_is_recorded_and_the_newest_known(
    library: Shell, stand_in: StandIn
) -> None:
    stand_in.records = (FIRST, SECOND)
    assert library("add", "1801.00001v1").status == 0
    assert len(stand_in.requests) == 1
    paper = read_paper(library)
    assert (paper.arxiv_version, paper.arxiv_latest, paper.title) == (
        1,
        3,
        "On the Behaviour of Models",
    )
    assert str(read_note(library).arxiv) == "1801.00001v1"
    assert "v3 exists" in library("list").out
    assert library("update").status == 0
    paper = read_paper(library)
    assert (paper.arxiv_version, paper.arxiv_latest) == (3, None)
    assert str(read_note(library).arxiv) == "1801.00001v1"


@pytest.mark.fault(47)
def test_a_stub_is_made_without_asking_and_completed_later(
    library: Shell, stand_in: StandIn
) -> None:
    stand_in.records = (FIRST, SECOND)
    ended = library("add", "--offline", "1801.00001", "hep-th/9901001v2", "1706.0376")
    assert (ended.status, ended.out.split()) == (1, ["arxiv-1801.00001", "arxiv-hep-th-9901001"])
    assert stand_in.requests == ()
    assert read_paper(library, "arxiv-1801.00001").year == 2018
    assert str(read_note(library, "arxiv-hep-th-9901001").arxiv) == "hep-th/9901001v2"
    note = library.folder / "notes/arxiv-1801.00001.md"
    note.write_text(note.read_text("utf-8") + "\nWritten on a train.\n", "utf-8")
    assert "already have" in library("add", "--offline", "1801.00001").err
    ended = library("update", "arxiv-1801.00001")
    assert ended.status == 0
    paper = read_paper(library, "arxiv-1801.00001")
    assert (paper.title, paper.arxiv_version) == ("On the Conduct of Models", 3)
    assert [author.name for author in paper.authors][:2] == ["Ada Lovelace", "Ben Second"]
    told = read_note(library, "arxiv-1801.00001")
    assert (told.title, str(told.arxiv)) == ("On the Conduct of Models", "1801.00001")
    assert told.body.endswith("\nWritten on a train.\n")
    ended = library("update", "--all")
    assert ended.status == 1
    assert "arXiv has no paper hep-th/9901001v2" in ended.err


def test_a_stub_of_a_version_is_completed_with_that_version(
    library: Shell, stand_in: StandIn
) -> None:
    stand_in.records = (FIRST, SECOND)
    library("add", "--offline", "1801.00001v1")
    assert library("update").status == 0
    paper = read_paper(library, "arxiv-1801.00001")
    assert (paper.arxiv_version, paper.arxiv_latest) == (1, 3)
    assert str(read_note(library, "arxiv-1801.00001").arxiv) == "1801.00001v1"


def test_files_of_other_programs_are_reported_on_and_left(
    library: Shell, stand_in: StandIn
) -> None:
    source = (
        "@article{lovelace,\n  title = {On the {Behaviour} of Models},\n"
        "  author = {Lovelace, Ada}, eprint = {1801.00001v1}, archivePrefix = {arXiv}\n}\n"
        "@book{other, title = {A Book}, author = {Doe, Jane}}\n"
    )
    (library.folder / "bib/zotero.bib").write_text(source, "utf-8")
    stand_in.records = (FIRST, SECOND)
    ended = library("update")
    assert ended.status == 0
    assert (library.folder / "bib/zotero.bib").read_text("utf-8") == source
    assert "lovelace\tdoi\t\t10.1234/jm.2019.3\n" in ended.out
    assert "lovelace\tversion\t1\t3\n" in ended.out
    assert "bib/zotero.bib, which papernotes did not make; it was left as it is" in ended.err
    assert "1 not from arXiv" in ended.err
    assert library("update", "other").status == 2
    assert library("update", "nobody").status == 3
    assert library("update", "lovelace", "--all").status == 2


def test_arxiv_failing_half_way_keeps_what_was_written(library: Shell, stand_in: StandIn) -> None:
    library.environ["PAPERNOTES_ARXIV_CACHE_HOURS"] = "0"
    old = [
        replace(FIRST, id=f"1801.{number:05}", title=f"Model {number}") for number in range(1, 61)
    ]
    stand_in.records = tuple(old)
    assert library("add", *(each.id for each in old)).status == 0
    new = [replace(each, version=2, comment="revised") for each in old]
    stand_in.records = (*old, *new)
    ids = [bib_id(library, path) for path in sorted((library.folder / "bib").glob("*.bib"))]
    page = answer(
        stand_in.records,
        {"id_list": ",".join(ids[:50]), "max_results": "50"},
        now="2026-11-24T00:00:00Z",
    )
    stand_in.play(page, "status:403")
    ended = library("update", "--json")
    assert ended.status == 1
    outcomes = Counter(each["outcome"] for each in ended.data["results"])
    assert outcomes == {"changed": 50, "failed": 10}
    assert ended.err.count("access is denied") == 1
    versions = Counter(
        read_paper(library, path.stem).arxiv_version
        for path in (library.folder / "bib").glob("*.bib")
    )
    assert versions == {2: 50, 1: 10}
    assert "60 asked: 10 changed, 50 up to date" in library("update").err


def bib_id(shell: Shell, path: Path) -> str:
    return read_paper(shell, path.stem).arxiv_id or ""


def test_an_entry_of_a_person_s_own_is_not_ours_by_its_name(
    library: Shell, stand_in: StandIn
) -> None:
    source = (
        "@article{lovelace2018, title={Models, in my own words}, author={Lovelace, Ada},\n"
        "  url={https://my.org/models}, eprint={1801.00001v1}, archivePrefix={arXiv}}\n"
    )
    path = library.folder / "bib/lovelace2018.bib"
    path.write_text(source, "utf-8")
    shared = library.folder / "bib/doe2020.bib"
    ours = bib.render(replace_paper("doe2020", "1801.00001"))
    shared.write_text(ours + "@book{other, title={A Book}}\n", "utf-8")
    stand_in.records = (FIRST, SECOND)
    before = texts(library)
    ended = library("update")
    assert ended.status == 0
    assert texts(library) == before
    assert ended.err.count("which papernotes did not make") == 2


def replace_paper(key: str, arxiv_id: str) -> Paper:
    return paper(key, arxiv_id=arxiv_id, title="On the Behaviour of Models", doi=None)


def test_one_bad_note_costs_one_paper(shelf: Shell, stand_in: StandIn) -> None:
    other = replace(FIRST, id="1801.00002", title="Something Else")
    stand_in.records = (FIRST, other)
    shelf("add", "1801.00002")
    note = shelf.folder / f"notes/{KEY}.md"
    note.write_bytes(b"---\ntitle: [\n" + note.read_bytes()[4:])
    stand_in.records = (FIRST, SECOND, other, replace(other, version=2, title="Else"))
    ended = shelf("update")
    assert ended.status in {0, 1}
    assert read_paper(shelf, "lovelace2018something").title == "Else"
    assert (shelf.folder / "notes/lovelace2018something.md").read_text("utf-8").count("v1") == 1


def test_json_has_every_paper_and_change(shelf: Shell, stand_in: StandIn) -> None:
    stand_in.records = (FIRST, SECOND)
    data = shelf("update", "--json").data
    assert data["dry_run"] is False
    (result,) = data["results"]
    assert (result["citekey"], result["outcome"]) == (KEY, "changed")
    assert result["paths"] == [f"notes/{KEY}.md", f"bib/{KEY}.bib"]
    assert {"field": "version", "before": "1", "after": "3"} in result["changes"]


def test_update_asks_once_a_day_but_never_hears_what_add_heard(
    library: Shell, stand_in: StandIn
) -> None:
    library("add", "1801.00001")
    stand_in.records = (FIRST, SECOND)
    assert "version\t1\t3" in library("update").out
    assert len(stand_in.requests) == 2
    library("update")
    assert len(stand_in.requests) == 2


def test_what_a_person_corrected_stays_while_arxiv_has_nothing_new(
    shelf: Shell, stand_in: StandIn
) -> None:
    entry = shelf.folder / f"bib/{KEY}.bib"
    text = entry.read_text("utf-8")
    text = text.replace("Behaviour", "Behavior").replace("Second, Ben", "Second, Benjamin")
    text = text.replace("keywords = {cs.LG}", "keywords = {mine, cs.LG}")
    text = text.replace("  eprint", "  doi = {10.1000/mine},\n  eprint")
    entry.write_text(text, "utf-8")
    assert "1 asked: 1 up to date" in shelf("update").err
    assert entry.read_text("utf-8") == text
    revised = replace(FIRST, version=2, summary="We look at models for longer.")
    stand_in.records = (FIRST, revised)
    assert shelf("update").status == 0
    found = read_paper(shelf)
    assert (found.arxiv_version, found.doi) == (2, "10.1000/mine")
    assert (found.title, found.abstract) == ("On the Behavior of Models", revised.summary)
    assert [author.name for author in found.authors] == ["Ada Lovelace", "Benjamin Second"]
    stand_in.records = (FIRST, revised, SECOND)
    assert shelf("update").status == 0
    found = read_paper(shelf)
    assert (found.arxiv_version, found.title) == (3, SECOND.title)
    assert [author.name for author in found.authors] == list(SECOND.authors)


def test_a_note_with_a_title_of_its_own_keeps_no_title_from_the_entry(
    shelf: Shell, stand_in: StandIn
) -> None:
    path = shelf.folder / f"notes/{KEY}.md"
    mine = path.read_text("utf-8").replace("On the Behaviour of Models", "What models do")
    path.write_text(mine, "utf-8")
    stand_in.records = (FIRST, SECOND)
    assert shelf("update").status == 0
    assert read_paper(shelf).title == SECOND.title
    assert read_note(shelf).title == "What models do"


def test_a_changed_title_is_taken_over_without_a_new_version(
    shelf: Shell, stand_in: StandIn
) -> None:
    stand_in.records = (replace(FIRST, title="On the Manners of Models"),)
    assert "title\tOn the Behaviour of Models\tOn the Manners of Models" in shelf("update").out
    assert read_note(shelf).title == "On the Manners of Models"


def test_a_stub_with_a_title_of_one_s_own_is_completed(library: Shell, stand_in: StandIn) -> None:
    library("add", "--offline", "1801.00001")
    entry = library.folder / "bib/arxiv-1801.00001.bib"
    entry.write_text(
        entry.read_text("utf-8").replace("{{arXiv}:1801.00001}", "{Models (to read!)}"), "utf-8"
    )
    ended = library("add", "1801.00001")
    assert "complete it with: papernotes update arxiv-1801.00001" in ended.err
    assert stand_in.requests == ()
    assert library("update").status == 0
    found = read_paper(library, "arxiv-1801.00001")
    assert (found.title, found.arxiv_version) == ("Models (to read!)", 1)
    assert found.authors[0].name == "Ada Lovelace"
