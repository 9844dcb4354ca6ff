"""Foreign text is text on every page: hostile papers through every target and the real programs.

Entries whose every field attacks are imported, noted, published, exported, and built by Jekyll,
Hugo and pandoc. Nothing runs, nothing of the machine or the blog's settings is shown, and each
title is there to be read.
"""

# ruff: noqa: E501 - tables of texts are read by the line

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import lxml.html
import pytest

from papernotes import bib
from papernotes.models import Author
from papernotes.notes import edit_front_matter
from papernotes.reports.writing import TARGETS
from tests.factories import open_library, paper, write
from tests.jekyll.site import build as build_jekyll
from tests.jekyll.site import make_blog
from tests.programs import require

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

SECRET = "zqsecretzq"
PAYLOADS = (
    *("<script>pwned()</script>", "<img src=x onerror=pwned()>", '"><svg onload=pwned()>', "</title><script>pwned()"),
    *("' onmouseover='pwned()", '" onmouseover="pwned()', "]]></script><script>pwned()</script>", "--><script>pwned()"),
    *("&#60;script&#62;pwned()", "&lt;script&gt;pwned()", "<iframe srcdoc='&lt;script&gt;pwned()'>", "<base href=//x>"),
    *("[x](javascript:pwned())", "![x](javascript:pwned())", "<javascript:pwned()>", "[x]: javascript:pwned()"),
    *("{{ site.secret }}", "{% include ../../secret %}", "{% raw %}{{ site.secret }}", "{% endraw %}{{ site.secret }}"),
    *("%}{{ site.secret }}{%", "{: onclick='pwned()'}", "{::nomarkdown}<script>pwned()</script>{:/}", "{:toc}"),
    *("{{< param secret >}}", "{{% param secret %}}", "{{</* x */>}}", "{{< highlight >}}", "{{< ref nowhere >}}"),
    *("{{< include /secret >}}", "{{< env SECRET >}}", "{{< meta secret >}}", "{python} open('PWNED','w')"),
    *("`{python} open('PWNED','w')`", "`r file.create('PWNED')`", "`<script>pwned()</script>`{=html}"),
    *("```{python}", "::: {onclick=pwned()}", "[x]{onclick=pwned()}", "<%= File.write('PWNED') %>", "<?php pwned(); ?>"),
    *("$\\href{javascript:pwned()}{x}$", "\\input{/etc/hostname}", "$\\htmlData{x=y}{z}$", "${7*7}", "#{7*7}"),
    *(": x, layout: evil", "- x: y", "'\" : [", "---", "%%hidden%%", "[[secret]]", "![[secret.png]]", "[@secret]"),
    *("<!--more-->", "<!-- x", "| a | b |", "\\", "&amp;&quot;", "*a* _b_ `c` ~~d~~ ==e==", "=1+1", "@nobody #tag"),
)  # fmt: skip
MARKS = tuple(f"mark{number}q" for number in range(len(PAYLOADS)))
IS_LONG = "PAPERNOTES_FUZZ" in os.environ


@dataclass(frozen=True)
class Exported:
    """The library of hostile papers and where its posts went."""

    root: Path
    blogs: Path


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    base = tmp_path_factory.mktemp("pages")
    root, blogs = base / "library", base / "blogs"
    write(base, "secret", SECRET)
    make_blog(blogs / "jekyll")
    make_blog(blogs / "fastpages")
    for name in ("jekyll", "fastpages"):
        with (blogs / name / "_config.yml").open("a") as file:
            file.write(f"secret: {SECRET}\n")
    write(blogs, "hugo/hugo.toml", f'baseURL = "https://x.org/"\n[params]\nsecret = "{SECRET}"\n')
    layout = "<html><head><title>{{ .Title }}</title></head><body>{{ .Content }}</body></html>"
    for name in ("single", "list"):
        write(blogs, f"hugo/layouts/_default/{name}.html", layout)
    entries = []
    for number, payload in enumerate(PAYLOADS):
        mark = MARKS[number]
        hostile = paper(
            f"evil{number}",
            title=f"{payload} {mark}",
            authors=(Author(payload, "Ann"), Author(f"Doe {payload}", is_literal=True)),
            abstract=f"{payload} abstract {mark}",
            journal_ref=f"{payload} journal",
            comment=payload,
            arxiv_id=None,
            url=f"https://x.org/{number}",
        )
        attack = (
            "  howpublished = {x},\n  publisher = {javascript:pwned()},\n"
            f"  doi = {{10.1000/x{number}<script>pwned()}}\n}}\n"
        )
        whole = re.sub(r",?\s*\}\s*\Z", ",\n", bib.render(hostile))
        entries.append(whole + attack)
    with open_library(root) as library:
        write(base, "in.bib", "".join(entries))
        report = library.add_bib([base / "in.bib"], has_note=True, has_keywords=True)
        added = [each.citekey for each in report.results if each.outcome == "added"]
        assert len(added) == len(PAYLOADS), report.unread
        for number, key in enumerate(added):
            path = root / f"notes/{key}.md"
            text = edit_front_matter(path.read_text("utf-8"), {"publish": True, "cite": True})
            other = added[number - 1]
            path.write_text(f"{text}\n[[{other}]] [@{other}] [[{key}|label]]\n", "utf-8")
        for target in sorted(TARGETS):
            wrote = library.export(blogs / target, to=target)
            assert not [each for each in wrote.files if each.outcome == "blocked"], target
    return Exported(root, blogs)


def live(page: lxml.html.HtmlElement) -> list[str]:
    """Return what of a page runs, and what of it is ours to fear."""
    found = []
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        text = element.text or ""
        if element.tag == "script" and element.get("type") != "application/ld+json":
            found += [f"script {text}"] if "pwned" in text else []
        if element.tag in {"iframe", "object", "embed", "base", "svg"} and "pwned" in (
            lxml.html.tostring(element).decode()
        ):
            found.append(element.tag)
        for name, value in element.attrib.items():
            address = re.sub(r"[\x00-\x20]", "", str(value)).lower()
            if str(name).startswith("on") or address.startswith(
                ("javascript:", "data:text", "//x")
            ):
                found.append(f"{element.tag} {name}={value}")
    return found


def assert_harmless(built: Path, exported: Exported, marks: Collection[str] = MARKS) -> None:
    pages = sorted(built.rglob("*.html"))
    assert len(pages) >= len(marks)
    text = ""
    for path in pages:
        source = path.read_text("utf-8")
        assert SECRET not in source, path
        page = lxml.html.fromstring(source)
        assert live(page) == [], path
        text += page.text_content()
    assert {mark for mark in marks if mark not in text} == set()
    for path in (path for path in built.rglob("*") if path.is_file()):
        assert SECRET.encode() not in path.read_bytes(), path
    assert not list(exported.root.parent.rglob("PWNED"))


def test_our_own_site(exported: Exported) -> None:
    assert_harmless(exported.blogs / "html", exported)


def test_jekyll(exported: Exported, tmp_path: Path) -> None:
    complaints = build_jekyll(exported.blogs / "jekyll", tmp_path / "out")
    assert complaints == []
    assert_harmless(tmp_path / "out", exported)


def test_hugo(exported: Exported, tmp_path: Path) -> None:
    done = subprocess.run(
        [require("hugo"), "--destination", str(tmp_path / "out"), "--noBuildLock", "--buildFuture"],
        cwd=exported.blogs / "hugo",
        env={**os.environ, "SECRET": SECRET},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert_harmless(tmp_path / "out", exported)


@pytest.mark.parametrize("target", ["quarto", "markdown"])
def test_pandoc(exported: Exported, tmp_path: Path, target: str) -> None:
    program = require("pandoc")
    posts = sorted(
        path for path in (exported.blogs / target).rglob("*") if path.suffix in {".md", ".qmd"}
    )
    assert len(posts) >= len(PAYLOADS)
    marks: set[str] = set()
    for number, path in enumerate(posts[:: 1 if IS_LONG else 5]):
        text = path.read_text("utf-8")
        if target == "quarto":
            assert "{{<" not in text
            assert not re.findall(r"^\s*[`~]{3,}\s*\{(?!=html|\.)", text, re.MULTILINE), path
            assert "\nengine: markdown\n" in text  # so no `r 1+1` is run either
        else:  # whose front matter is of no program: what it says is text
            text = text.partition("\n---\n")[2]
        subprocess.run(
            [
                *(program, "--from", "markdown" if target == "quarto" else "gfm", "--standalone"),
                *("--metadata", "pagetitle=x", "--output", str(tmp_path / f"{number}.html")),
            ],
            input=text.encode(),
            check=True,
            env={**os.environ, "SECRET": SECRET},
            capture_output=True,
        )
        marks |= {mark for mark in MARKS if f"-{mark}" in str(path)}
    assert_harmless(tmp_path, exported, marks)
