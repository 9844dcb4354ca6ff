"""All that papernotes writes agrees with the .editorconfig of docs/other-tools.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from papernotes import notes
from papernotes.library import Library
from papernotes.reports.writing import TARGETS
from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.demo.standin import StandIn

POST = "---\ntitle: Old\ndate: 2020-01-02\n---\nAn *old* post.\n\n- with\n- a list\n"
BODY = """\
# Read

> [!tip] A box
> with $x$ and [@vaswani2017attention; -@kingma2014adam, p. 3]

| a | b |
|---|---|
| [[roe2021]] | `c` |

$$
\\sum_i x_i
$$

```python
def f():
    return 1
```
"""
TEXTS = {".md", ".qmd", ".html", ".bib", ".toml", ".json", ".xml", ".css", ".js", ".svg", ".txt"}


@pytest.fixture
def written(tmp_path: Path, stand_in: StandIn) -> dict[str, bytes]:
    """Return every text file of a library and its blogs that papernotes has written."""
    root = tmp_path / "library"
    Library.init(root, has_templates=True)
    write(tmp_path, "blog/_posts/2020-01-02-old.md", POST)
    write(tmp_path, "mine.bib", entry("roe2021", "About Roe", keywords="a, b"))
    with open_library(root, api_url=stand_in.api_url) as library:
        library.add(["1706.03762", "1412.6980v1"], tags=["first"])
        library.add(["2103.00020"], is_offline=True)
        library.add_bib([str(tmp_path / "mine.bib")], has_note=True, has_keywords=True)
        for kind in notes.KINDS:
            library.new(f"A {kind}", kind=kind, tags=["x"], paper="roe2021")
        note = root / "notes/a-note.md"
        note.write_text(note.read_text() + BODY)
        library.set_status(["roe2021", "vaswani2017attention"], "read", rating=5)
        library.tag(["a-note"], add=["y", "z"], remove=["x"])
        library.adopt(tmp_path / "blog")
        library.rename("roe2021", "roe2022")
        library.update()
        library.bib(output=root / "all.bib")
        for target in TARGETS:
            report = library.export(tmp_path / target, to=target, refs=["a-note", "old"])
            assert {post.ref: post.outcome for post in report.posts} == {
                "a-note": "new",
                "old": "new",
            }
        library.remove(["a-rant"])
    files = [
        path for path in tmp_path.rglob("*") if path.suffix in TEXTS or path.name == ".gitignore"
    ]
    return {
        path.relative_to(tmp_path).as_posix(): path.read_bytes()
        for path in files
        if path.is_file() and "index/" not in str(path) and "state/" not in str(path)
    }


def test_every_text_we_write_is_clean(written: dict[str, bytes]) -> None:
    kinds = {path.rpartition(".")[2] for path in written}
    assert kinds >= {"md", "qmd", "html", "bib", "toml", "json", "xml", "css", "js", "gitignore"}
    assert {path.split("/")[0] for path in written} >= {"library", *TARGETS}
    wrong = {path: found for path, data in written.items() if (found := faults(data))}
    assert wrong == {}


def faults(data: bytes) -> list[str]:
    """Return what an editor that keeps to the rules would change in a file."""
    text = data.decode("utf-8")
    found = ["a mark at the beginning"] if text.startswith("\ufeff") else []
    found += ["\\r"] if "\r" in text else []
    found += ["no line end at the end"] if text and not text.endswith("\n") else []
    found += ["blank lines at the end"] if text.endswith("\n\n") else []
    lines = text.split("\n")
    found += [
        f"{number}: ends with spaces"
        for number, line in enumerate(lines, 1)
        if line.rstrip(" \t") != line
    ]
    found += [
        f"{number}: begins with a tab"
        for number, line in enumerate(lines, 1)
        if re.match(r" *\t", line)
    ]
    return found


@pytest.mark.parametrize("text", ["a", "a\r\n", "a \n", "\ta\n", "a\n\n", "\ufeffa\n"])
def test_the_rules_find_what_they_are_for(text: str) -> None:
    assert len(faults(text.encode())) == 1
    assert faults(b"a\n  b\n") == []
