"""``search --like``: have I read something like this?"""

from __future__ import annotations

import json
import lzma
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.errors import QueryError, UsageError
from papernotes.library.foreign import MOST_TEXT, read_foreign
from papernotes.links import Address
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.library import Library

RECORDS = Path(__file__).parents[3] / "shared" / "corpora" / "arxiv_records.jsonl.xz"
RECIPE = """\
Bring a large pot of salted water to the boil and cook the spaghetti until al dente. Meanwhile fry
the guanciale in a dry pan until crisp. Beat the egg yolks with grated pecorino and plenty of black
pepper. Drain the pasta, keeping a cup of the cooking water. Toss the pasta with the guanciale.
"""
SUBJECTS = {
    "spikes": "Hippocampal replay: place cells fire spikes in sharp waves while a rat sleeps.",
    "glaciers": "Glacier mass balance from satellite altimetry shows ice loss in Patagonia.",
    "violins": "Violin varnish chemistry: spruce plates, damping and sound of old Cremona.",
    "yeast": "Yeast metabolism under glucose limitation: fermentation, ethanol yield, growth rate.",
    "graphs": "Spectral clustering of sparse graphs by the Laplacian eigenvectors of random walks.",
    "proteins": "Protein folding kinetics by molecular dynamics with coarse grained force fields.",
    "teacher": "知識蒸留により教師モデルから生徒モデルへ学習させる方法。",
    "camera": "カメラ画像から物体検出を行う畳み込み手法の研究。",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root = tmp_path_factory.mktemp("like") / "lib"
    for number, (key, text) in enumerate(SUBJECTS.items()):
        ids = {"eprint": f"2001.0000{number}", "archiveprefix": "arXiv", "year": str(2000 + number)}
        write(root, f"bib/{key}.bib", entry(key, text.split(":")[0][:40], abstract=text, **ids))
    write(root, "notes/other.md", "# Other thoughts\n\nNothing of this is about anything.\n")
    with open_library(root) as library:
        yield library


def refs(library: Library, text: str, **options: str) -> list[str]:
    return [hit.ref for hit in library.like(text, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize("key", SUBJECTS)
def test_a_copy_is_found_first_by_far_with_reasons_and_places(small: Library, key: str) -> None:
    found = small.like(SUBJECTS[key])
    first, *others = found.hits
    assert first.ref == key
    assert first.score is not None
    assert first.score > 0.7
    assert all(hit.score is not None and hit.score < 0.5 * first.score for hit in others)
    assert first.reasons[-1].startswith("alike in words: ")
    assert any(fragment.marks for fragment in first.fragments)


def test_a_paraphrase_is_found_and_a_recipe_is_like_nothing(small: Library) -> None:
    assert refs(small, "Asleep, a rat's place cells fire again: spiking replay.")[0] == "spikes"
    assert small.like(RECIPE).hits == ()
    assert small.like(RECIPE).total == 0


def test_what_is_named_is_found_the_surer_the_less_is_named(small: Library) -> None:
    for text in (
        "As arXiv:2001.00001v2 has it.",
        "As [@glaciers] has it.",
        r"\section{One} As \citep[p.~3]{glaciers} has it.",
        "@misc{glaciers,\n  title = {Something}\n}\n",
    ):
        first = small.like(text).hits[0]
        assert (first.ref, first.reasons[0], first.score) == ("glaciers", "named in it", 1.0)
    many = SUBJECTS["spikes"] + " ".join(f" [@{key}]" for key in SUBJECTS)
    assert refs(small, many)[0] == "spikes"


def test_a_query_narrows_what_is_looked_at(small: Library) -> None:
    text = SUBJECTS["spikes"] + SUBJECTS["graphs"]
    assert set(refs(small, text)) == {"spikes", "graphs"}
    assert refs(small, text, query="year:2004") == ["graphs"]
    assert refs(small, text, query="laplacian") == ["graphs"]
    assert refs(small, text, query="year:1950") == []
    assert small.like(text, limit=1).total == 2
    with pytest.raises(QueryError):
        small.like(text, query="year:soon")


@pytest.mark.parametrize("text", ["", " \n", "the of and", "…!?", "$$ $$"])
def test_a_text_without_words_is_refused(small: Library, text: str) -> None:
    with pytest.raises(UsageError, match="no word"):
        small.like(text)


def test_markup_is_no_word_of_a_text() -> None:
    texts = {
        "tex": r"\documentclass{article}\usepackage{graphicx}"
        "\n\\title{Ice \\emph{loss}}\n\\begin{document}% hidden\n"
        "Glacier\\label{sec:one} \\cite{key}"
        "\n\\begin{tikzpicture}\\draw (0,0);\\end{tikzpicture} \\begin{equation}x\\end{equation}"
        "melts.\n\\end{document}\nbehind",
        "md": "---\ntitle: Ice loss\ntags: [x]\ndate: 2020-01-01\n---\nGlacier [melts](https://a.b/c)"
        " %%hidden%% ![](behind.png) <b>.</b>\n",
        "bib": "@article{key1,\n title={Ice loss},\n abstract={Glacier melts.},\n"
        " publisher={hidden}, file={behind.pdf}\n}\n",
    }
    for kind, text in texts.items():
        found = read_foreign(text)
        said = " ".join(part for part, _ in found.parts)
        assert found.parts[0][0] == "Ice loss", kind
        assert Address("name", "ice loss") in found.addresses
        for word in ("Glacier", "melts"):
            assert word in said, kind
        for word in ("hidden", "behind", "graphicx", "article", "tikz", "draw", "sec:one", "key"):
            assert word not in said, (kind, word)


def test_words_parted_at_the_end_of_a_line_are_whole() -> None:
    parts = read_foreign("A long line about trans-\nformers.").parts
    assert "transformers" in parts[-1][0]


@pytest.mark.parametrize(
    "text",
    [
        "{" * 400_000,
        "\\begin{verbatim}" * 30_000,
        "\\title{" * 60_000,
        "@article{a, title={" * 20_000,
        "[[" * 200_000,
        "---\n" * 100_000,
        "\\cite[" * 70_000,
        "10.1000/" * 60_000,
        "word " * 300_000,
        "\ud800\x00 word \ufffd" * 1_000,
    ],
)
def test_hostile_texts_are_read_and_like_nothing(small: Library, text: str) -> None:
    try:
        found = small.like(text)
    except UsageError:
        return
    assert found.hits == ()
    cut = ("only the first 200,000 characters of it were read",)
    assert found.notices == (cut if len(text) > MOST_TEXT else ())


@pytest.mark.skipif(not RECORDS.exists(), reason="the corpora are not here")
def test_half_of_an_abstract_finds_its_paper_among_many(tmp_path: Path) -> None:
    rng = random.Random(6)
    records: dict[str, dict[str, str]] = {}
    with lzma.open(RECORDS, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if len(record["abstract"]) > 400:
                records[f"k{len(records)}"] = record
            if len(records) == 600:
                break
    text = "\n".join(
        entry(key, "A Paper", abstract=record["abstract"].replace("{", "").replace("}", ""))
        for key, record in records.items()
    )
    write(tmp_path / "lib", "bib/all.bib", text)
    with open_library(tmp_path / "lib") as library:
        first = 0
        for key in rng.sample(sorted(records), 40):
            words = records[key]["abstract"].split()
            kept = sorted(rng.sample(range(len(words)), len(words) // 2))
            found = refs(library, " ".join(words[at] for at in kept))
            first += found[0] == key
            assert key in found[:3]
        assert first >= 38
        assert refs(library, RECIPE) == []
