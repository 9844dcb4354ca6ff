"""Real .bib files and fixtures of other programs: nothing is lost, and known outcomes come out."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from papernotes.bib import decode, parse_bytes
from papernotes.library import Library
from papernotes.names import is_others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.models import Paper

CORPUS = Path(__file__).parents[2].parent / "shared/corpora/bib"
ENDINGS = {".bib", ".biblatex", ".bibtex", ".badbib"}
FILES = sorted(path for path in CORPUS.rglob("*") if path.suffix in ENDINGS)
NO_WORKS = {"xdata", "control"}  # data for other entries
NAMED = {"bib-syntax", "bib-no-key"}

needs_corpus = pytest.mark.skipif(not FILES, reason="the real .bib files are not on this machine")


# --- an independent count ------------------------------------------------------------------------

START = re.compile(r"@\s*([^\s{}()\"@,=%#]+)\s*([{(])")


def starts(text: str) -> list[tuple[int, str]]:
    """Return line and type of the entries of a file, by the rules of BibTeX and biber.

    Between entries all is comment, but for an ``@``; an entry ends where its brace closes, with
    braces balanced whatever stands between. One that never ends, or that holds the start of
    another at the beginning of a line, is broken: there the count goes on.
    """
    found: list[tuple[int, str]] = []
    position, line, counted = 0, 1, 0
    while match := START.search(text, position):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        kind = match[1].lower()
        is_commented = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip()[:1]
        end = _end(text, match)
        if kind not in {"comment", "string", "preamble"} and is_commented != "%":
            found.append((line, kind))
        position = match.end() if end is None else end
    return found


def _end(text: str, start: re.Match[str]) -> int | None:
    """Return where an entry ends; None if it does not, or only behind the next one."""
    depth, is_quoted, is_round = 0, False, start[2] == "("
    for match in re.finditer(
        r"\\.|[{}\")]|(?m:^[ \t]*@\s*\w+[ \t]*[{(])", text[start.end() :], re.DOTALL
    ):
        mark = match[0]
        if mark.lstrip()[:1] == "@":
            return start.end() + match.start()
        if mark == "{":
            depth += 1
        elif mark == "}" and depth:
            depth -= 1
        elif mark == '"' and not depth:
            is_quoted = not is_quoted
        elif not depth and mark == (")" if is_round else "}") and not (is_round and is_quoted):
            return start.end() + match.end()
    return None


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CORPUS)))
def test_every_entry_is_read_or_named(path: Path) -> None:
    data = path.read_bytes()
    papers, problems = parse_bytes(data, path.name)
    text = decode(data)[0].replace("\r\n", "\n").replace("\r", "\n")
    there = Counter(line for line, kind in starts(text) if kind not in NO_WORKS)
    read = Counter(paper.line for paper in papers)
    named = Counter(problem.line or 0 for problem in problems if problem.code in NAMED)
    lost = there - read - named
    invented = read - there
    assert not lost, text.splitlines()[min(lost) - 1]
    assert not invented, text.splitlines()[min(invented) - 1]


@needs_corpus
def test_all_files_are_synced_in_one_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERNOTES_STATE_DIR", str(tmp_path / "state"))
    library = tmp_path / "library"
    Library.init(library)
    for number, path in enumerate(FILES):
        (library / "bib" / f"{number:03}.bib").write_bytes(path.read_bytes())
    with Library.open(library) as opened:
        report = opened.sync()
    read = [parse_bytes(path.read_bytes(), f"bib/{n:03}.bib") for n, path in enumerate(FILES)]
    assert report.files_read == len(FILES)
    assert report.papers == len({paper.citekey for papers, _ in read for paper in papers})
    told = Counter((p.path, p.line, p.code) for p in report.problems)
    assert not Counter((p.path, p.line, p.code) for _, found in read for p in found) - told
    codes: dict[tuple[str, int | None], set[str]] = {}
    for where, line, code in told:
        codes.setdefault((where, line), set()).add(code)
    first: dict[str, Paper] = {}
    for paper in (paper for papers, _ in read for paper in papers):
        used = first.setdefault(paper.citekey, paper)
        if replace(paper, path="", line=0) != replace(used, path="", line=0):
            assert codes[paper.path, paper.line] & {"duplicate-key", "bib-duplicate-key"}


# --- fixtures with known outcomes ----------------------------------------------------------------


def plain(text: object) -> str:
    """Return letters and digits of a text without mark-up of HTML or Pandoc, in one case."""
    text = re.sub(r"</?[a-z][^<>]*>|\{\.[\w .-]+\}", "", str(text or ""))
    text = unicodedata.normalize("NFKD", text)
    return "".join(char for char in text.casefold() if char.isalnum())


def said(paper: Paper) -> dict[str, str]:
    """Return what the fixtures of all kinds say about a paper."""
    people = [a for a in paper.authors if not is_others(a)]
    return {
        "type": paper.entry_type,
        "year": str(paper.year or ""),
        "title": plain(paper.title),
        "families": " ".join(plain(a.family) for a in people),
        "doi": (paper.doi or "").lower(),
    }


Expected = dict[str, dict[str, str]]  # by citation key, of what `said` gives the part that is known


def from_retorquere(path: Path) -> Expected:
    """Read the YAML of @retorquere/bibtex-parser: entries as it parses them."""
    found: Expected = {}
    outcome = yaml.safe_load(path.read_text(encoding="utf-8"))
    for entry in outcome["entries"] if isinstance(outcome, dict) else ():  # else an error of theirs
        fields = entry["fields"]
        people = [
            p for p in fields.get("author", []) if p.get("lastName", p.get("name")) != "others"
        ]
        year = re.match(r"\d{4}", str(fields.get("year") or fields.get("date") or ""))
        found[entry["key"]] = {
            "type": entry["type"],
            "year": year[0] if year else "",
            "title": plain(fields.get("title")),
            "families": " ".join(plain(p.get("lastName", p.get("name"))) for p in people),
            "doi": str(fields.get("doi", "")).lower(),
        }
    return found


def from_zotero(path: Path) -> Expected:
    """Read Better BibTeX's JSON: items as Zotero has them; types have other names there."""
    found: Expected = {}
    for item in json.loads(path.read_text(encoding="utf-8"))["items"]:
        people = [c for c in item.get("creators", []) if c["creatorType"] in AUTHORS_OF_ZOTERO]
        year = re.match(r"\d{4}", item.get("date", ""))
        if "citationKey" not in item:
            continue
        found[item["citationKey"]] = {
            "year": year[0] if year else "",
            "title": plain(item.get("title") or item.get("caseName") or item.get("subject")),
            "families": " ".join(plain(c.get("lastName", c.get("name"))) for c in people),
            "doi": item.get("DOI", "").lower(),
        }
    return found


AUTHORS_OF_ZOTERO = {"author", "programmer", "inventor", "artist", "director", "podcaster"}


def from_pandoc(text: str) -> Expected:
    """Read the references that Pandoc's tests expect, in CSL."""
    found: Expected = {}
    for item in yaml.safe_load(text.replace("\t", " "))["references"]:
        people = item.get("author", [])
        issued = re.match(r"\d{4}", str(item.get("issued", "")))
        found[item["id"]] = {
            "year": issued[0].lstrip("0") if issued else "",
            "title": plain(item.get("title")),
            "families": " ".join(plain(p.get("family", p.get("literal"))) for p in people),
            "doi": item.get("DOI", "").lower(),
        }
    return found


def iter_fixtures() -> Iterator[tuple[str, bytes, Expected]]:
    """Yield name, .bib and expected outcome of the fixtures that have one in a form to read."""
    root = CORPUS / "fixtures"
    for path in sorted((root / "retorquere-bibtex-parser/expected").glob("*.yaml")):
        source = path.parents[1] / "input" / path.name.removesuffix(".yaml")
        yield f"retorquere/{source.name}", source.read_bytes(), from_retorquere(path)
    for path in sorted((root / "better-bibtex/import/test/fixtures/import").glob("*.json")):
        source = path.with_suffix(".bib")
        if not source.exists():
            source = root / "retorquere-bibtex-parser/input" / source.name
        if source.exists():
            yield f"zotero/{source.name}", source.read_bytes(), from_zotero(path)
    for path in sorted((root / "pandoc/test/command").glob("*.md")):
        case = PANDOC.search(path.read_text(encoding="utf-8"))
        if case:
            yield f"pandoc/{path.name}", case[1].encode(), from_pandoc(case[2])


PANDOC = re.compile(
    r"^```+\n% pandoc[^\n]*-f bib(?:la)?tex[^\n]*-t markdown[^\n]*\n(.*?)\n\^D\n---\n(.*?)\n---\n",
    re.DOTALL | re.MULTILINE,
)


UNPARSED = "zotero/Failure to handle unparsed author names (92).bib"
JABREF_1058 = "zotero/Import Jabref fileDirectory, unexpected reference type #1058.bib"
NO_DOI = "Zotero keeps it in another field, or the test of Pandoc leaves DOIs out"
# Where we mean to differ: fixture, key, what, and why.
ON_PURPOSE = {
    ("zotero/Better BibTeX.004.bib", "hicks2001", "families"): "von is a particle, not the name",
    ("zotero/DOIs excluded from export in 6.7.86 #2555.bib", "minock-kraus-LIAI02", "doi"): NO_DOI,
    (UNPARSED, "Madelung_1998_LB_10681727_56", "doi"): NO_DOI,
    (UNPARSED, "Madelung_1998_LB_10681727_56", "families"): "others are not counted",
    (JABREF_1058, "Afonso2011", "families"): "Zotero has another word for their part",
    ("pandoc/biblatex-article.md", "article-opt", "doi"): NO_DOI,
    ("pandoc/biblatex-kastenholz.md", "kastenholz", "doi"): NO_DOI,
    ("pandoc/biblatex-sigfridsson.md", "sigfridsson", "doi"): NO_DOI,
    (
        "pandoc/biblatex-bibstring-resolution.md",
        "item1",
        "title",
    ): r"\bibstring asks for a language",
    ("pandoc/biblatex-crossref-nested.md", "book-1", "title"): "the title is that of the volume",
    ("pandoc/biblatex-edtf-date.md", "item5-13", "year"): "20uu is a century and no year",
}


def differences(paper: Paper, outcome: dict[str, str]) -> list[str]:
    """Return what is not as it should be.

    Titles are not compared where CSL joins several fields in one, or where there is math, which
    stays TeX with us.
    """
    read = said(paper)
    names = {name for name, _ in paper.extra}
    if "$" in paper.title or names & {"maintitle", "subtitle", "titleaddon", "issuetitle"}:
        outcome = {what: value for what, value in outcome.items() if what != "title"}
    return [what for what, value in outcome.items() if read[what] != value]


def test_fixtures_with_known_outcomes_give_them() -> None:
    fixtures = list(iter_fixtures()) if FILES else []
    if not fixtures:
        pytest.skip("the fixtures of other programs are not on this machine")
    differ: set[tuple[str, str, str]] = set()
    compared = 0
    for name, data, expected in fixtures:
        papers = {paper.citekey: paper for paper in parse_bytes(data, "x.bib")[0]}
        for key, outcome in expected.items():
            compared += len(outcome)
            there = papers.get(key)
            whats = differences(there, outcome) if there else ["key"]
            differ.update((name, key, what) for what in whats)
    assert differ <= set(ON_PURPOSE)
    assert compared > 1000
