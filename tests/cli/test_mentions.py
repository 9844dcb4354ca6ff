"""links REF --mentions: shown, in doubt, linked after a plan, and asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories import entry, write

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

SAID = "# Survey\n\nAs Kingma & Ba (2014) say.\n\n| a |\n|---|\n| arXiv:1412.6980 |\n"
LINKED = (
    "# Survey\n\nAs [[kingma2014adam|Kingma & Ba (2014)]] say.\n\n"
    "| a |\n|---|\n| [[kingma2014adam\\|arXiv:1412.6980]] |\n"
)


@pytest.fixture
def said(library: Shell) -> Shell:
    adam = entry(
        "kingma2014adam",
        "Adam: A Method for Stochastic Optimization",
        "Kingma, Diederik P. and Ba, Jimmy",
        year="2014",
        eprint="1412.6980",
        archiveprefix="arXiv",
    )
    write(library.folder, "bib/kingma2014adam.bib", adam)
    write(library.folder, "notes/survey.md", SAID)
    write(library.folder, "notes/heading.md", "# Adam: A Method for Stochastic Optimization\n\n")
    return library


def test_mentions_are_shown_and_linked(said: Shell) -> None:
    shown = said("links", "1412.6980", "--mentions")
    assert shown.status == 0
    assert [line.split("\t") for line in shown.out.splitlines()] == [
        [
            "notes/heading.md:1",
            "title",
            "Adam: A Method for Stochastic Optimization",
            "Adam: A Method for Stochastic Optimization",
        ],
        ["notes/survey.md:3", "authors", "Kingma & Ba (2014)", "As Kingma & Ba (2014) say."],
        ["notes/survey.md:7", "arxiv", "arXiv:1412.6980", "arXiv:1412.6980"],
    ]
    planned = said("links", "kingma2014adam", "--mentions", "--link", "--dry-run")
    assert planned.out.splitlines() == [
        "notes/survey.md:3\tKingma & Ba (2014)\t[[kingma2014adam|Kingma & Ba (2014)]]",
        "notes/survey.md:7\tarXiv:1412.6980\t[[kingma2014adam\\|arXiv:1412.6980]]",
    ]
    assert "heading.md:1: Adam: A Method for Stochastic Optimization: left" in planned.err
    assert (said.folder / "notes/survey.md").read_text() == SAID
    done = said("links", "kingma2014adam", "--mentions", "--link", "-y", "--json")
    assert done.data["linked"] is True
    assert [each["link"] for each in done.data["mentions"]] == [
        "",
        "[[kingma2014adam|Kingma & Ba (2014)]]",
        "[[kingma2014adam\\|arXiv:1412.6980]]",
    ]
    assert (said.folder / "notes/survey.md").read_text() == LINKED
    again = said("links", "kingma2014adam", "--mentions", "--link", "-y")
    assert (again.status, again.out) == (0, "")
    assert (said.folder / "notes/survey.md").read_text() == LINKED


def test_a_pipe_is_not_asked(said: Shell) -> None:
    refused = said("links", "kingma2014adam", "--mentions", "--link")
    assert refused.status == 2
    assert "--yes" in refused.err
    assert (said.folder / "notes/survey.md").read_text() == SAID
    assert said("links", "nothing-of-this-name", "--mentions").status == 3
