from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

FIRST = """\
---
title: "The first: a post"
layout: post
date: 2020-01-02
categories: [deep learning]
tags: [a, b]
image: images/logo.png
toc: true
---
See [the second]({{ site.baseurl }}{% post_url 2020-02-03-Second %}#part) and
[the same](/2020/02/03/Second.html), ![a logo]({{ site.baseurl }}/images/logo.png).

{% include note.html text="Mind **this**." %}

So $$x_1$$ is. {% odd %}
"""
SECOND = "---\ntitle: Second\n---\n# Part\n\nText, ![](/images/gone.png)\n"


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def blog(library: Shell) -> Path:
    folder = library.folder.parent / "blog"
    (folder / "_posts").mkdir(parents=True)
    (folder / "images").mkdir()
    (folder / "_notebooks").mkdir()
    (folder / "_config.yml").write_text('url: "https://example.org"\nbaseurl: ""\n')
    (folder / "_posts/2020-01-02-First.md").write_text(FIRST)
    (folder / "_posts/2020-02-03-Second.md").write_text(SECOND)
    (folder / "_posts/2020-03-04-draft.md").write_text("---\npublished: false\n---\nNot yet.\n")
    (folder / "_posts/readme.md").write_text("No post.\n")
    (folder / "_posts/2020-05-06-broken.md").write_text("---\na: &x 1\nb: *x\n---\n")
    (folder / "images/logo.png").write_bytes(make_png())
    return folder


def test_posts_become_notes_and_go_back_to_the_same_pages(library: Shell, blog: Path) -> None:
    before = tree(blog)
    planned = library("adopt", str(blog / "_posts"), "--dry-run")
    assert tree(blog) == before
    assert not (library.folder / "notes/first.md").exists()

    done = library("adopt", str(blog / "_posts"))
    assert (done.status, done.out) == (planned.status, planned.out) == (1, done.out)
    assert done.out.splitlines() == [
        "new\tfirst\t/deep%20learning/2020/01/02/First.html\t_posts/2020-01-02-First.md",
        "new\tsecond\t/2020/02/03/Second.html\t_posts/2020-02-03-Second.md",
        "draft\tdraft\t/2020/03/04/draft.html\t_posts/2020-03-04-draft.md",
    ]
    assert "2020-01-02-First.md:15: {% odd %} stays as text" in done.err
    assert "the image /images/gone.png is not in the blog" in done.err
    assert "_posts/readme.md: has no date in its name" in done.err
    assert "_posts/2020-05-06-broken.md: line 2" in done.err
    text = (library.folder / "notes/first.md").read_text()
    assert "[the second](second.md#part) and\n[the same](second.md)" in text
    assert "![a logo](images/first/logo.png)" in text
    assert "> [!note]\n> Mind **this**." in text
    assert "So $x_1$ is. {% odd %}" in text
    assert (
        "![](https://example.org/images/gone.png)"
        in (library.folder / "notes/second.md").read_text()
    )
    assert (library.folder / "notes/images/first/logo.png").read_bytes() == make_png()
    assert {path for path in tree(blog) if path not in before} == {".papernotes-export.json"}

    again = library("adopt", str(blog), "--json")
    assert [post["outcome"] for post in again.data["posts"]] == ["known"] * 3

    shown = library("export", str(blog), "--to", "fastpages")
    assert shown.status == 0, shown.err
    after = tree(blog)
    assert after["images/logo.png"] == before["images/logo.png"]
    assert after["_posts/2020-03-04-draft.md"] == before["_posts/2020-03-04-draft.md"]
    assert "_posts/2020-01-02-First.md" not in after
    post = after["_posts/2020-01-02-first.md"].decode()
    assert 'permalink: "/deep%20learning/2020/01/02/First.html"' in post
    assert "{{ site.baseurl }}/2020/02/03/Second.html" in post
    assert library("export", str(blog), "--to", "fastpages").out.count("unchanged") == 1


def test_a_hugo_site(library: Shell) -> None:
    site = library.folder.parent / "site"
    (site / "content/posts/bundle").mkdir(parents=True)
    (site / "static").mkdir()
    (site / "hugo.toml").write_text('baseURL = "https://example.org/"\n')
    (site / "static/x.png").write_bytes(make_png())
    (site / "content/posts/bundle/fig.png").write_bytes(make_png())
    (site / "content/posts/_index.md").write_text("---\ntitle: Posts\n---\n")
    (site / "content/posts/bundle/index.md").write_text(
        '+++\ntitle = "Bundle"\ndate = 2021-01-02\nweight = 3\n+++\n'
        '{{< figure src="fig.png" caption="C" >}} ![](/x.png) [o]({{< ref "plain.md" >}})\n'
    )
    (site / "content/posts/plain.md").write_text(
        "---\ntitle: Plain\ndate: 2021-01-03\n---\nText.\n"
    )
    done = library("adopt", str(site), "--json")
    assert done.status == 0, done.err
    assert json.loads(done.out)["data"]["kind"] == "hugo"
    assert [(post["ref"], post["url"], post["images"]) for post in done.data["posts"]] == [
        ("bundle", "/posts/bundle/", 2),
        ("plain", "/posts/plain/", 0),
    ]
    text = (library.folder / "notes/bundle.md").read_text()
    assert '![](images/bundle/fig.png "C") ![](images/bundle/x.png) [o](plain.md)' in text
    assert "blog:\n  weight: 3\n" in text


def test_a_note_that_is_there_is_never_replaced(library: Shell, blog: Path) -> None:
    note = library.folder / "notes/first.md"
    note.write_text("Mine.\n")
    done = library("adopt", str(blog))
    assert "new\tfirst-2\t" in done.out
    assert note.read_text() == "Mine.\n"


@pytest.mark.parametrize("place", [".", "notes", "missing"])
def test_a_folder_that_is_no_blog(library: Shell, place: str) -> None:
    done = library("adopt", place)
    assert (done.status, done.out) == (2, "")
    assert done.err.count("\n") == 1
