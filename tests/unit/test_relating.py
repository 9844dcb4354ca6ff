"""What is like what, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.errors import NotFoundError
from papernotes.library.relating import affordable
from papernotes.library.scoring import Evidence, Shared, named_words, rank, rarity
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.reports.connecting import RelatedReport


def related(tmp_path: Path, files: dict[str, str], ref: str, limit: int = 0) -> RelatedReport:
    for path, text in files.items():
        write(tmp_path / "lib", path, text)
    with open_library(tmp_path / "lib") as library:
        return library.related(ref, limit=limit)


def reasons(report: RelatedReport) -> dict[str, tuple[str, ...]]:
    return {each.ref: each.reasons for each in report.results}


TITLES = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta")
PAPERS = {
    f"bib/{name.lower()}.bib": entry(name.lower(), f"{name} paper", author=f"{name}son, A.")
    for name in TITLES
}


def test_each_kind_of_evidence_is_told(tmp_path: Path) -> None:
    notes = {
        "notes/survey.md": "Both [@alpha] and [@beta].\n",
        "notes/alpha.md": "---\npaper: alpha\ntags: [rare, all]\n---\nBuilds on [@gamma].\n",
        "notes/delta.md": "---\npaper: delta\ntags: [all]\n---\nBuilds on [@gamma] too.\n",
        "notes/gamma.md": "---\npaper: gamma\ntags: [all]\n---\nBuilds on [[zeta]].\n",
        "notes/idea.md": "---\ntags: [rare, all]\n---\nNothing more.\n",
        "notes/more.md": "---\npaper: alpha\n---\nSecond thoughts.\n",
        "bib/eta.bib": entry("eta", "Eta", author="Alphason, A."),
    }
    found = reasons(related(tmp_path, {**PAPERS, **notes}, "alpha"))
    assert found["survey"] == ("links to it",)
    assert found["beta"] == ("cited together in 1 note",)
    assert found["gamma"][0] == "linked from it"
    assert found["delta"] == ("both cite gamma", "tags: all")
    assert found["zeta"] == ("linked through gamma",)
    assert found["idea"][0] == "tags: rare, all"
    assert found["more"] == ("a note about it",)
    assert found["eta"] == ("authors: A. Alphason",)
    assert "epsilon" not in found
    assert "alpha" not in found
    assert reasons(related(tmp_path, {}, "more"))["alpha"] == ("the paper it is about",)


def test_words_that_few_others_have_make_alike(tmp_path: Path) -> None:
    common = "We train the model and report results of training."
    notes = {
        f"notes/n{number}.md": f"# Note {number}\n\n{common} {words}\n"
        for number, words in enumerate(
            (
                "The hippocampus replays spikes; hippocampal spikes encode places.",
                "Spikes in the hippocampus encode where an animal is.",
                "Cooking pasta with basil.",
                "Violins and cellos.",
                "Bread needs yeast.",
                "日本語の文字列を比べる方法。",
                "文字列を比べる日本語の話。",
            )
        )
    }
    report = related(tmp_path, notes, "n0")
    assert next(iter(reasons(report).items())) == (
        "n1",
        ("alike in words: spikes, encode, hippocampus",),
    )
    assert reasons(related(tmp_path, {}, "n5"))["n6"][0].startswith("alike in words: ")


def test_words_that_any_abstract_may_have_make_nothing_alike(tmp_path: Path) -> None:
    said = "extensive experiments demonstrate significantly improved performance and efficiency"
    subjects = ("Violins", "Pasta", "Yeast", "Spikes", "Bicycles", "Glaciers")
    notes = {
        f"notes/n{number}.md": f"# {subject}\n\n{said if number < 2 else 'Rust'}\n"
        for number, subject in enumerate(subjects)
    }
    assert "n1" not in reasons(related(tmp_path, notes, "n0"))


def test_the_index_tells_how_many_have_a_word_in_any_form(tmp_path: Path) -> None:
    write(tmp_path / "lib", "notes/a.md", "Spikes spike.\n")
    write(tmp_path / "lib", "notes/b.md", "A spiking net.\n")
    with open_library(tmp_path / "lib") as library:
        library.sync()
        found = library._upkeep.index().frequencies(["spikes", "net", "gone"])
    assert found == {"spikes": 2, "net": 1, "gone": 0}


def test_what_everything_cites_or_is_tagged_with_does_not_drown_the_rest(tmp_path: Path) -> None:
    notes = {
        f"notes/n{number}.md": f"---\ntags: [ml]\n---\nAs all cite [[hub]]. Nr{number}.\n"
        for number in range(30)
    }
    notes["notes/hub.md"] = "# Hub\n"
    notes["notes/one.md"] = "---\ntags: [ml]\n---\n[[hub]] [[gem]]\n"
    notes["notes/two.md"] = "---\ntags: [ml, odd]\n---\n[[hub]] [[gem]]\n"
    notes["notes/three.md"] = "---\ntags: [ml, odd]\n---\nAlone.\n"
    notes["notes/gem.md"] = "# Gem\n"
    report = related(tmp_path, notes, "two")
    assert {each.ref for each in report.results[:3]} == {"one", "gem", "three"}
    assert reasons(report)["one"][0] == "both cite gem"
    assert reasons(report)["three"][0] == "tags: odd"
    assert all("ml" not in " ".join(said) for said in reasons(report).values())


def test_answers_survive_the_index(tmp_path: Path) -> None:
    notes = {f"notes/{name}.md": f"[[hub]] [[{name}]] {name}" for name in "zyxwvabc"}
    report = related(tmp_path, {**notes, "notes/hub.md": "# Hub\n"}, "hub")
    assert [each.ref for each in report.results] == sorted("zyxwvabc")
    with open_library(tmp_path / "lib") as library:
        library.sync(rebuild=True)
        assert library.related("hub", limit=0) == report
        assert library.related("hub", limit=3).results == report.results[:3]
        with pytest.raises(NotFoundError):
            library.related("nothing like it")


def test_names_that_others_share_lead_nowhere(tmp_path: Path) -> None:
    """A link to a name that another thing has by right is no link to this one."""
    notes = {
        "notes/same.md": "# One\n",
        "notes/b/other.md": "---\ntitle: same\n---\n",
        "notes/n.md": "See [[same]].\n",
    }
    assert related(tmp_path, notes, "b/other").results == ()
    assert reasons(related(tmp_path, notes, "same")) == {"n": ("links to it",)}


# --- the pure part -------------------------------------------------------------------------------


def evidence(**fields: object) -> Evidence:
    return Evidence(document=1, total=100, refs={n: f"r{n}" for n in range(1, 60)}, **fields)  # type: ignore[arg-type]


def test_rarity_falls_from_one_to_nothing() -> None:
    values = [rarity(count, 1_000) for count in range(0, 1_001, 100)]
    assert values == sorted(values, reverse=True)
    assert 0 <= values[-1] < 0.01
    assert values[0] == 1.0
    assert 0 < rarity(2, 2) < 1
    assert 0 <= rarity(5, 0) <= 1


def test_equals_are_ordered_by_ref_and_categories_alone_are_no_reason() -> None:
    shared = {
        "tag": Shared({"t": 3}, {7: {"t"}, 5: {"t"}, 1: {"t"}}),
        "category": Shared({"cs.LG": 5}, {7: {"cs.LG"}, 9: {"cs.LG"}}),
    }
    found = rank(evidence(shared=shared))
    assert [(each.document, each.reasons) for each in found] == [
        (7, ("tags: t", "categories: cs.LG")),
        (5, ("tags: t",)),
    ]
    twins = rank(evidence(shared={"tag": shared["tag"]}))
    assert [each.document for each in twins] == [5, 7]


def test_long_lists_say_less_than_short_ones() -> None:
    long, short = frozenset({1, *range(10, 60)}), frozenset({1, 4})
    found = rank(evidence(links={2: long, 3: short}))
    scores = {each.document: each.score for each in found}
    assert scores[3] > scores[2]
    assert scores[4] > scores[10]


def test_many_names_are_cut_to_the_weightiest() -> None:
    links = {1: frozenset(range(10, 16)), 2: frozenset(range(10, 16))}
    popularity = {10: 30, 11: 1, 12: 2, 13: 3}
    found = {
        each.document: each.reasons for each in rank(evidence(links=links, popularity=popularity))
    }
    assert found[2][0] == "both cite r14, r15, r11 and 3 more"


def test_what_costs_too_much_is_not_followed() -> None:
    assert affordable({5: 1, 3: 2, 9: 8, 2: 900}, 11) == [5, 3, 9]
    assert affordable({}, 10) == []


def test_pairs_of_words_are_named_in_place_of_their_words() -> None:
    words = {
        "neural": 2.0,
        "network": 1.0,
        "neural network": 3.0,
        "network training": 2.5,
        "odd": 4,
    }
    assert named_words(words) == ["neural network", "odd"]
    assert named_words(words, 1) == ["neural network"]
    assert named_words({"b": 1.0, "a": 1.0}) == ["a", "b"]
