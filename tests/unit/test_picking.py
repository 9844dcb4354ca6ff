"""The picker without a terminal: what keys and answers make of its state, and what is shown."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import click
import pytest

from papernotes.cli.output import MATCHED
from papernotes.cli.picking import clipboard, deeds, feed, fzf, model, view
from papernotes.cli.picking.deeds import Tag, Turn
from papernotes.cli.picking.model import Ask, Look, Picked, State
from papernotes.cli.picking.worker import Worker
from papernotes.cli.text import width
from papernotes.errors import PapernotesError, UsageError
from papernotes.models import Card, Fragment, Hit, Hits
from papernotes.query.typed import as_typed
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from papernotes.library import Library

HOSTILE = "\x1b]0;owned\x07 \x9b31m \u202eevil 注意力机制 " + "ö\u0301" * 3_000


def hit(ref: str, **fields: object) -> Hit:
    return replace(Hit(ref, "paper", f"Title of {ref}", ("Jane Doe",), 2020), **fields)  # type: ignore[arg-type]


def filled(count: int = 9) -> State:
    """Return a picker whose first question was answered."""
    found = Hits(tuple(hit(f"p{number}") for number in range(count)), 100)
    return model.answered(State(), 1, found)


# --- the model -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("atten", "atten*"),
        ("deep at", "deep at"),
        ("title:atten", "title:atten*"),
        ("year:2017", "year:2017"),
        ("(deep lear", "(deep lear*"),
        ("self-superv", "self-superv*"),
        ("ab-cd", "ab-cd"),
        ("-survey", "-survey"),
        ("deep AND", "deep AND"),
        ('"scaled dot', '"scaled dot'),
        ('"scaled dot" prod', '"scaled dot" prod*'),
        ("1706.03762", "1706.03762"),
        ("optimi*", "optimi*"),
        ("schröd", "schröd*"),
        ("注意力", "注意力*"),
        ("", ""),
    ],
)
def test_the_last_word_is_a_beginning_while_it_is_typed(text: str, meant: str) -> None:
    assert as_typed(text, is_at_end=True) == meant
    assert as_typed(text, is_at_end=False) == text
    assert as_typed(f"{text} ", is_at_end=True) == f"{text} "


def test_typing_asks_and_an_answer_to_an_older_question_is_dropped() -> None:
    begun = State()
    assert model.wishes(None, begun) == (Ask(1, "", True, "relevance"),)
    one = model.typed(begun, "a", is_at_end=True)
    two = model.typed(one, "at", is_at_end=True)
    assert model.wishes(one, two) == (Ask(3, "at", True, "relevance"),)
    assert model.answered(two, 2, Hits((hit("old"),), 1)) is two
    assert model.refused(two, 2, "wrong") is two
    done = model.answered(two, 3, Hits((hit("new"),), 7))
    assert (done.hits[0].ref, done.total) == ("new", 7)
    assert model.wishes(two, done) == (Look("new"),)
    assert model.typed(done, "at", is_at_end=True) is done


def test_a_query_that_is_not_yet_one_keeps_the_hits_and_says_why() -> None:
    before = model.typed(filled(), "year:", is_at_end=True)
    after = model.refused(before, before.question, "year: needs a value")
    assert (after.hits, after.total) == (before.hits, 100)
    assert (after.said, after.is_wrong) == ("year: needs a value", True)
    assert "needs a value" in view.frame(after, 60, 20)[-1]
    mended = model.typed(after, "year:2", is_at_end=True)
    assert (mended.said, mended.is_wrong) == ("", False)


def test_how_a_query_was_mended_is_said() -> None:
    asked = model.typed(State(), "atention", is_at_end=True)
    found = Hits((hit("a"),), 1, suggestion="attention")
    said = model.answered(asked, asked.question, found).said
    assert said == "nothing matches that; showing: attention"
    less = model.answered(asked, asked.question, replace(found, dropped=("x",))).said
    assert less == "nothing has all of that; showing: attention"


def test_moving_stays_on_the_hits_and_in_sight() -> None:
    state = model.fitted(model.moved(filled(), 100), 4)
    assert (state.at, state.top) == (8, 5)
    state = model.fitted(model.moved(state, -2), 4)
    assert (state.at, state.top) == (6, 5)
    state = model.fitted(model.moved(state, -100), 4)
    assert (state.at, state.top) == (0, 0)
    assert model.fitted(state, 20).top == 0
    assert model.moved(State(), 1).at == 0


def test_asking_the_same_again_stays_on_the_hit_and_another_query_begins_at_the_top() -> None:
    state = model.again(model.told(model.moved(filled(), 3), "tagged"))
    moved = Hits((hit("new"), *state.hits), 101)
    after = model.answered(state, state.question, moved)
    assert after.hit is not None
    assert (after.hit.ref, after.at, after.said) == ("p3", 4, "tagged")
    gone = model.answered(state, state.question, Hits(state.hits[:2], 2))
    assert gone.at == 1
    other = model.typed(state, "x", is_at_end=True)
    assert model.answered(other, other.question, moved).at == 0
    none = model.answered(other, other.question, Hits((), 0, suggestion="y"))
    assert (none.hit, none.picked) == (None, ())
    assert none.said == "nothing matches; did you mean: y"


def test_marks_outlive_queries_and_come_in_their_order() -> None:
    note = hit("n", kind="note", fragments=(Fragment("x", field="note", line=7),))
    state = model.answered(State(), 1, Hits((hit("p"), note), 2))
    assert state.picked == (Picked("p", is_paper=True),)
    state = model.marked(model.moved(state, 1), -1)
    assert (state.at, state.marked) == (0, (Picked("n", line=7),))
    state = model.marked(state, 1)
    other = model.typed(state, "x", is_at_end=True)
    other = model.answered(other, other.question, Hits((), 0))
    assert other.picked == (Picked("n", line=7), Picked("p", is_paper=True))
    assert model.marked(state, 0).marked == (Picked("p", is_paper=True),)
    assert model.marked(State(), 1) == State()


def test_sorting_goes_round_and_tags_are_asked_for_only_with_something_to_tag() -> None:
    state = replace(filled(), sort="title")
    sorts = [(state := model.resorted(state)).sort for _ in range(4)]
    assert sorts == ["relevance", "added", "year", "relevance"]
    assert model.tagging(state, is_on=True).is_tagging
    assert not model.tagging(State(), is_on=True).is_tagging
    assert model.parse_tags("+a  -b, c #d -#e + -") == (["a", "c", "d"], ["b", "e"])


def test_what_is_known_of_another_hit_is_not_shown() -> None:
    state = filled()
    assert model.known(state, Card("other", "paper", "Other")) is state
    known = model.known(state, Card("p0", "paper", "P0"))
    assert known.card is not None
    shown = view.frame(model.moved(replace(known, card=Card("other", "note", "SECRET")), 1), 90, 30)
    assert not any("SECRET" in line for line in shown)


# --- what is shown -------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [1, 10, 40, 80, 99, 100, 140])
@pytest.mark.parametrize("rows", [1, 3, 8, 24])
def test_a_frame_fits_and_nothing_in_it_commands_a_terminal(columns: int, rows: int) -> None:
    places = tuple(
        Fragment(HOSTILE, ((3, 9),), field, HOSTILE, 3 if field == "note" else None)
        for field in ("title", "note", "abstract")
    )
    bad = hit("x", title=HOSTILE, authors=(HOSTILE,), fragments=places, status="reading", rating=4)
    state = model.answered(State(), 1, Hits((bad, replace(bad, ref=HOSTILE)) * 20, 40))
    state = replace(model.marked(model.moved(state, 3), 0), said=HOSTILE)
    lines = view.frame(model.fitted(state, view.list_rows(columns, rows)), columns, rows)
    assert len(lines) == max(rows - 1, 2)
    for line in lines:
        plain = click.unstyle(line)
        assert not set(plain) & set("\x1b\x07\x9b\u202e\n")
        if columns >= 40:
            assert width(plain) <= columns


def test_marks_status_and_places_are_seen() -> None:
    fragments = (
        Fragment("Attention Is All", ((0, 9),), "title"),
        Fragment("We use attention here.", ((7, 16),), "note", "Title of vaswani › Model", 12),
        Fragment("Attention again.", ((0, 9),), "pdf", page=3),
    )
    one = hit("vaswani", fragments=fragments, status="reading", arxiv="1706.03762")
    state = model.answered(State(), 1, Hits((hit("other"), one), 2))
    state = model.marked(model.moved(state, 1), 0)
    shown = "\n".join(view.frame(state, 120, 30))
    plain = click.unstyle(shown)
    for text in ("reading", "arXiv 1706.03762", "note:12", "pdf p.3", "› Model", "*>vaswani"):
        assert text in plain, text
    assert click.style("attention", fg=MATCHED, bold=True) in shown
    assert "1 marked" in click.unstyle(view.count(state, 80))
    assert "enter edit" in plain
    assert "enter print" in click.unstyle(view.frame(state, 120, 30, prints=True)[-1])
    assert click.unstyle(view.frame(replace(state, is_tagging=True), 80, 9)[-1]) == (
        "enter tag  esc not now"
    )


# --- what keys do --------------------------------------------------------------------------------


def test_what_is_copied_is_what_pandoc_and_editors_read() -> None:
    picked = (Picked("vaswani2017attention", is_paper=True), Picked("a b", is_paper=True))
    assert clipboard.citation(picked) == "[@vaswani2017attention; @{a b}]"
    assert clipboard.citation((*picked[:1], Picked("ideas/x"))) == (
        "[@vaswani2017attention] [[ideas/x]]"
    )
    assert clipboard.links(picked) == "[[vaswani2017attention]] [[a b]]"
    assert clipboard.links((Picked("a\nls \x1b"),)) == "[[a ls \\x1b]]"
    assert clipboard.osc52("[@é]") == "\x1b]52;c;W0DDqV0=\a"
    programs = clipboard._programs({"DISPLAY": ":0", "TMUX": "x"}, lambda _: None)
    assert [words[0] for words in programs] == ["xclip", "xsel", "tmux"]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    root = tmp_path / "library"
    opened = open_library(root)
    write(root, "bib/doe.bib", entry("doe2020", "Attention for Bees", abstract="Bees look."))
    write(root, "notes/honey.md", "---\ntags: [food]\n---\n# Honey\n\nBees pay attention.\n")
    return opened


def test_deeds_say_what_became_of_them(library: Library) -> None:
    paper, note = Picked("doe2020", is_paper=True), Picked("honey")

    def do(deed: deeds.Deed) -> str:
        return deeds.do(library, deed, on_failure=pytest.fail)

    with library, library.session():
        assert do(Tag((note,), "+bees -food")) == "honey: #bees"
        assert do(Tag((note, paper), "+bees")) == "1 of 2 changed (1 new note)"
        assert do(Turn((paper,))) == "doe2020: reading"
        assert do(Turn((paper,))) == "doe2020: read"
        assert do(Turn((paper,))) == "doe2020: unread"
        found = deeds.answer(library, Ask(1, "tag:bees", is_at_end=True, sort="year"))
        assert {hit.ref for hit in found} == {"doe2020", "honey"}
        with pytest.raises(UsageError, match="write \\+tag"):
            do(Tag((note,), " "))
        with pytest.raises(UsageError, match="no PDF and no page"):
            do(deeds.Open((note,)))
        with pytest.raises(PapernotesError, match="none"):
            do(Tag((Picked("none"),), "+a"))
        with pytest.raises(PapernotesError, match=r"^1 of 2 changed; none: "):
            do(Tag((note, Picked("none")), "+a"))


def test_an_answer_knows_half_words_whole_ones_and_misspelt_ones(library: Library) -> None:
    def refs(text: str) -> list[str]:
        found = deeds.answer(library, Ask(1, text, is_at_end=True, sort="relevance"))
        return [hit.ref for hit in found]

    with library, library.session():
        assert set(refs("")) == set(refs("atten")) == {"doe2020", "honey"}
        assert refs("honey atten") == ["honey"]
        assert refs("atention hony") == ["honey"]
        assert refs('"pay att') == []


def test_a_session_answers_from_one_look_and_sees_what_goes_through_it(library: Library) -> None:
    with library:
        with library.session():
            write(library.root, "notes/new.md", "# Wasps\n")
            assert library.search("wasps").total == 0
            library.tag(["honey"], add=["wasps"])
            assert [hit.ref for hit in library.search("tag:wasps")] == ["honey"]
        assert library.search("wasps").total == 2


# --- the thread ----------------------------------------------------------------------------------


class Happening:
    """Collects the events of a worker on a state, as a screen would."""

    def __init__(self, opening: Callable[[], Library]) -> None:
        self.state = State()
        self.error: BaseException | None = None
        self._news = threading.Condition()
        self.worker = Worker(opening, self._tell, self._fail)

    def _tell(self, event: Callable[[State], State]) -> None:
        with self._news:
            self.state = event(self.state)
            self._news.notify()

    def _fail(self, error: BaseException) -> None:
        with self._news:
            self.error = error
            self._news.notify()

    def until(self, done: Callable[[Happening], bool]) -> None:
        with self._news:
            assert self._news.wait_for(lambda: done(self), timeout=30), self.state


def test_the_thread_does_what_changes_something_and_answers_the_last_question(
    library: Library, tmp_path: Path
) -> None:
    library.close()
    here = Happening(lambda: open_library(tmp_path / "library"))
    here.worker.start()
    here.state = replace(here.state, query="bees", question=3)
    for number in (1, 2, 3):
        here.worker.wish(Ask(number, "bees", is_at_end=True, sort="relevance"))
    here.until(lambda now: now.state.answer == 3)
    assert {hit.ref for hit in here.state.hits} == {"doe2020", "honey"}
    here.worker.wish(Look(here.state.hits[0].ref))
    here.until(lambda now: now.state.card is not None)
    here.worker.wish(Ask(3, "year:x", is_at_end=True, sort="relevance"))
    here.until(lambda now: now.state.is_wrong)
    assert here.state.total == 2
    here.worker.wish(Tag((Picked("none"),), "+a"))
    here.until(lambda now: now.state.question == 4)
    assert "none" in here.state.said
    here.worker.wish(Tag((Picked("honey"),), "+sweet"))
    here.worker.end()
    assert here.state.said == "honey: #food #sweet"
    assert "sweet" in (tmp_path / "library/notes/honey.md").read_text()


def test_a_library_that_cannot_be_opened_ends_the_picker(tmp_path: Path) -> None:
    def opening() -> Library:
        raise PapernotesError("no library")

    here = Happening(opening)
    here.worker.start()
    here.until(lambda now: now.error is not None)
    here.worker.end()
    assert str(here.error) == "no library"


# --- fzf -----------------------------------------------------------------------------------------


def test_fzf_is_given_a_line_a_hit_and_hands_back_what_it_was(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(library.root, "notes/tab\there.md", "# Bees in tabs\n")
    library.close()
    monkeypatch.setenv("PAPERNOTES_LIBRARY", str(library.root))
    monkeypatch.setenv("PAPERNOTES_STATE_DIR", str(library.root.parent / "state"))
    lines = list(feed.lines(["hits", "relevance", "bee"]))
    assert sorted(line.split("\t")[:3] for line in lines) == [
        ["doe2020", "paper", ""],
        ["honey", "note", "6"],
    ]
    said = "\n".join(["bee", "ctrl-y", *lines, ""])
    query, key, picked = fzf.parse_answer(said)
    assert (query, key) == ("bee", "ctrl-y")
    assert set(picked) == {Picked("doe2020", is_paper=True), Picked("honey", line=6)}
    assert fzf.parse_answer("") == ("", "", ())
    shown = click.unstyle("\n".join(feed.lines(["preview", "bee", "doe2020"])))
    assert "Attention for Bees" in shown
    assert "Bees look." in shown


def test_no_query_reaches_the_shell_of_fzf_unquoted() -> None:
    words = fzf.options(State(query="'; rm x", sort="year", said="a\nb"), 120, prints=False)
    assert "--query='; rm x" in words
    assert "--header=a b" in words
    commands = [word for word in words if "papernotes" in word]
    assert len(commands) == 2
    assert not any("rm x" in word for word in commands)
