"""``papernotes bib`` from the outside."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from papernotes import bib
from tests.cli.test_start_up import HEAVY, loaded

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

BIB = """\
@misc{vaswani2017attention,
  title = {Attention {Is} All You Need},
  author = {Vaswani, Ashish and Gómez, Aidan},
  year = 2017,
  month = jun,
  eprint = {1706.03762},
  archivePrefix = {arXiv},
  primaryClass = {cs.CL},
  ids = {attn},
  keywords = {transformers},
  file = {a.pdf},
}

@book{Knuth1984,
  title = {The {TeX}book},
  author = {Knuth, Donald E.},
  year = 1984,
  doi = {10.1000/tex},
}

@online{page,
  title = {A Page},
  url = {https://example.org/a\\_b},
  date = {2020-05-03},
}
"""


@pytest.fixture
def papers(library: Shell) -> Shell:
    """Return a library of three papers and a note, synced."""
    (library.folder / "bib/refs.bib").write_text(BIB)
    (library.folder / "notes/free.md").write_text("# Free\n\nOn attention.\n")
    assert library("sync").status == 0
    return library


def keys(text: str) -> list[str]:
    return [entry.key for entry in bib.parse_entries(text, "")[0]]


def test_all_papers_by_key_without_private_fields(papers: Shell) -> None:
    done = papers("bib")
    assert (done.status, done.err) == (0, "")
    assert done.out == (
        "@book{Knuth1984,\n  title = {The {TeX}book},\n  author = {Knuth, Donald E.},\n"
        "  year = {1984},\n  doi = {10.1000/tex},\n}\n\n"
        "@misc{page,\n  title = {A Page},\n  url = {https://example.org/a_b},\n"
        "  year = {2020},\n  month = may,\n  day = {3},\n}\n\n"
        "@misc{vaswani2017attention,\n  title = {Attention {Is} All You Need},\n"
        "  author = {Vaswani, Ashish and G{\\'o}mez, Aidan},\n  year = {2017},\n  month = jun,\n"
        "  eprint = {1706.03762},\n  archiveprefix = {arXiv},\n  primaryclass = {cs.CL},\n}\n"
    )


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        (["year:2017"], ["vaswani2017attention"]),
        (["attention"], ["vaswani2017attention"]),
        (["--key", "page"], ["page"]),
        (["--key", "page", "--key", "attn"], ["attn", "page"]),
        (["--key", "page", "--key", "Knuth1984", "year:..1990"], ["Knuth1984"]),
        (["nothing"], []),
    ],
)
def test_which_papers(papers: Shell, args: list[str], wanted: list[str]) -> None:
    done = papers("bib", *args)
    assert done.status == 0
    assert keys(done.out) == wanted


def test_what_a_document_cites_under_the_keys_it_uses(papers: Shell) -> None:
    (papers.folder / "paper.tex").write_text("\\cite{page}\n\\input{more}\n% \\cite{Knuth1984}\n")
    (papers.folder / "more.tex").write_text("\\citep[p. 2]{attn,\n  page}\n")
    assert keys(papers("bib", "--cited-in", "paper.tex").out) == ["attn", "page"]
    done = papers("bib", "--cited-in", "paper.tex", "--sort", "cited")
    assert keys(done.out) == ["page", "attn"]
    assert "ids" not in done.out


def test_ids_and_wiki_links_in_markdown(papers: Shell) -> None:
    text = "[@doi:10.1000/TeX; @arxiv:1706.03762], [[page]], [[free]], [[nowhere]], @fig-one\n"
    done = papers("bib", "--cited-in", "-", "--sort", "cited", stdin=text)
    assert (done.status, done.err) == (0, "")
    assert keys(done.out) == ["doi:10.1000/TeX", "arxiv:1706.03762", "page"]


def test_keys_that_nothing_answers_are_named_and_the_rest_is_written(papers: Shell) -> None:
    (papers.folder / "paper.tex").write_text("x\n\\cite{knuth1984,page}\n\\cite{zzz}\n")
    done = papers("bib", "--cited-in", "paper.tex", "-o", "refs.bib", "--key", "page2")
    assert done.status == 3
    assert keys((papers.folder / "refs.bib").read_text()) == ["page"]
    assert done.err.splitlines() == [
        "papernotes: paper.tex:2: no paper has the key knuth1984; did you mean Knuth1984?",
        "papernotes: paper.tex:3: no paper has the key zzz",
        "papernotes: no paper has the key page2; did you mean page?",
    ]


def test_a_document_may_cite_everything(papers: Shell) -> None:
    done = papers("bib", "--cited-in", "-", stdin="\\documentclass{a} \\nocite{*}")
    assert keys(done.out) == ["Knuth1984", "page", "vaswani2017attention"]


def test_a_file_is_written_when_it_would_change(papers: Shell) -> None:
    path = papers.folder / "refs.bib"
    dry = papers("bib", "--key", "page", "-o", "refs.bib", "--dry-run")
    assert dry.out == "+ page\nrefs.bib: would be written, 1 entry, +1 -0 ~0\n"
    assert not path.exists()
    assert "written, 1 entry" in papers("bib", "--key", "page", "-o", "refs.bib").out
    before = path.stat()
    again = papers("bib", "--key", "page", "-o", "refs.bib")
    assert again.out == "refs.bib: unchanged, 1 entry\n"
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    entries = papers.folder / "bib/refs.bib"
    entries.write_text(BIB.replace("A Page", "Another Page"))
    more = papers("bib", "--key", "page", "--key", "Knuth1984", "-o", "refs.bib")
    assert more.out == "+ Knuth1984\n~ page\nrefs.bib: updated, 2 entries, +1 -0 ~1\n"
    fewer = papers("bib", "--key", "Knuth1984", "-o", "refs.bib", "-q")
    assert fewer.out == "refs.bib: updated, 1 entry, +0 -1 ~0\n"


def test_a_file_that_holds_more_is_left_alone_unless_forced(papers: Shell) -> None:
    path = papers.folder / "refs.bib"
    mine = "@misc{mine2020, title = {Mine}}\n@misc{page, title = {A}}\n"
    path.write_text(mine)
    done = papers("bib", "-o", "refs.bib")
    assert done.status == 4
    assert "mine2020" in done.err
    assert "page" not in done.err
    assert path.read_text() == mine
    forced = papers("bib", "-o", "refs.bib", "--force")
    assert forced.status == 0
    assert "- mine2020" in forced.out
    path.write_text("Dear diary\n")
    assert papers("bib", "-o", "refs.bib").status == 4
    assert path.read_text() == "Dear diary\n"


@pytest.mark.parametrize("name", ["bib/refs.bib", "bib/new.bib", "notes/../bib/sub/x.bib"])
def test_the_library_s_own_entries_are_never_overwritten(papers: Shell, name: str) -> None:
    done = papers("bib", "-o", name, "--force")
    assert done.status == 4
    assert (papers.folder / "bib/refs.bib").read_text() == BIB
    assert sorted(each.name for each in (papers.folder / "bib").iterdir()) == ["refs.bib"]


def test_other_formats(papers: Shell) -> None:
    modern = papers("bib", "--format", "biblatex", "--with", "keywords,file").out
    assert "@online{vaswani2017attention," in modern
    assert "date = {2017-06}" in modern
    assert "Gómez" in modern
    assert "transformers" in modern
    assert "a.pdf" in modern
    items = json.loads(papers("bib", "--format", "csljson").out)
    assert [each["id"] for each in items] == ["Knuth1984", "page", "vaswani2017attention"]
    assert items[0]["title"] == 'The <span class="nocase">TeX</span>book'
    records = papers("bib", "--format", "ris").out
    assert records.count("TY  - ") == records.count("ER  - ") == 3


def test_everything_as_it_stands(papers: Shell) -> None:
    done = papers("bib", "--with", "all", "--key", "page")
    assert done.out == (
        "@online{page,\n  title = {A Page},\n  url = {https://example.org/a\\_b},\n"
        "  date = {2020-05-03},\n}\n"
    )


def test_the_envelope_has_items_and_what_is_missing(papers: Shell) -> None:
    done = papers("bib", "--cited-in", "-", "--json", stdin="[@page; @pagf]")
    assert done.status == 3
    assert [each["id"] for each in done.data["items"]] == ["page"]
    assert done.data["keys"] == ["page"]
    assert done.data["missing"] == [{"key": "pagf", "path": "-", "line": 1, "near": "page"}]


def test_mistakes(papers: Shell) -> None:
    assert papers("bib", "--with", "abtract").status == 2
    assert papers("bib", "--format", "word").status == 2
    assert papers("bib", "yeer:2010").status == 2
    assert papers("bib", "-o", "").status == 2
    nothing = papers("bib", "--cited-in", "/dev/null")
    assert (nothing.status, nothing.out) == (0, "")
    assert "nothing to write" in nothing.err
    missing = papers("bib", "--cited-in", "nowhere.tex")
    assert missing.status == 1
    assert "nowhere.tex" in missing.err


def test_the_entries_of_a_document_need_neither_the_index_nor_the_writing_store(
    papers: Shell,
) -> None:
    (papers.folder / "paper.tex").write_text("\\cite{page}")
    while papers("sync").out.count("nothing changed") == 0:
        pass
    assert not loaded(papers, "bib", "--cited-in", "paper.tex") & (HEAVY - {"bibtexparser"})


def test_a_query_that_finds_nothing_empties_no_file(library: Shell) -> None:
    (library.folder / "bib/mine.bib").write_text("@misc{one, title={One Thing}}\n")
    assert library("bib", "-o", "refs.bib").status == 0
    before = (library.folder / "refs.bib").read_text()
    done = library("bib", "title:nothing", "-o", "refs.bib")
    assert (done.status, done.out) == (4, "")
    assert "no paper is chosen" in done.err
    assert (library.folder / "refs.bib").read_text() == before
    assert library("bib", "title:nothing", "-o", "refs.bib", "--force").status == 0
    assert (library.folder / "refs.bib").read_text() == ""
