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


def jekyll(library: Shell, posts: dict[str, str]) -> Path:
    blog = library.folder.parent / "old"
    for path, text in posts.items():
        (blog / path).parent.mkdir(parents=True, exist_ok=True)
        (blog / path).write_text(text)
    (blog / "_config.yml").write_text("title: Old\n")
    return blog


def test_what_the_blog_does_not_show_is_not_published(library: Shell) -> None:
    blog = jekyll(
        library,
        {
            "_posts/2020-01-02-no.md": "---\npublished: no\n---\nHush.\n",
            "_posts/2999-01-02-later.md": "---\ntitle: Later\n---\nHush.\n",
            "_drafts/idea.md": "---\ntitle: Idea\n---\nHush.\n",
        },
    )
    done = library("adopt", str(blog))
    assert done.status == 0, done.err
    assert [line.split("\t")[0] for line in done.out.splitlines()] == ["draft"] * 3
    assert "cannot be kept" not in done.err
    shown = library("export", str(blog), "--to", "jekyll", "--dry-run")
    assert "nothing to export" in shown.out


def test_posts_whose_address_cannot_be_kept_are_adopted_once(library: Shell) -> None:
    blog = jekyll(
        library,
        {
            "_posts/2020-01-01-up.md": "---\npermalink: /../../up\n---\nx\n",
            "_posts/2020-01-02-what's it.md": "---\ntitle: It\n---\nx\n",
            "_posts/2020-01-03-odd.md": "---\npermalink: /:nothing/x.html\n---\nx\n",
            "_drafts/idea.md": "---\ntitle: Idea\n---\nx\n",
        },
    )
    done = library("adopt", str(blog))
    assert done.err.count("cannot be kept") == 2
    assert "/2020/01/02/what%27s-it.html" in done.out
    assert "permalink" not in (library.folder / "notes/up.md").read_text()
    again = library("adopt", str(blog))
    assert [line.split("\t")[0] for line in again.out.splitlines()] == ["known"] * 4
    assert len(list((library.folder / "notes").glob("*.md"))) == 4


def test_posts_in_folders_are_of_that_category_and_others_are_told(library: Shell) -> None:
    post = "---\ntitle: A\n---\nx\n"
    blog = jekyll(
        library,
        {
            "_posts/2020-01-02-a.md": post,
            "ml/_posts/2020-01-02-b.md": post,
            "_site/_posts/2020-01-02-copy.md": post,
            "_posts/2020-01-03-page.html": post,
        },
    )
    (blog / "_posts/2020-01-04-link.md").symlink_to(blog / "_posts/2020-01-02-a.md")
    for place in (blog, blog / "ml/_posts"):
        planned = library("adopt", str(place), "--dry-run")
        assert "new\tb\t/ml/2020/01/02/b.html\tml/_posts/2020-01-02-b.md" in planned.out
    done = library("adopt", str(blog))
    assert done.status == 1
    assert done.out.count("\n") == 2
    assert "_posts/2020-01-03-page.html: papernotes reads no .html posts" in done.err
    assert "_posts/2020-01-04-link.md: is a symbolic link" in done.err


def test_a_run_that_was_stopped_is_completed(library: Shell) -> None:
    posts = {f"_posts/2020-01-0{day}-p{day}.md": "---\ntitle: P\n---\nx\n" for day in range(1, 5)}
    blog = jekyll(library, posts)
    assert library("adopt", str(blog)).status == 0
    ledger = blog / ".papernotes-export.json"
    whole = ledger.read_bytes()
    ledger.unlink()
    (library.folder / "notes/p2.md").unlink()
    edited = library.folder / "notes/p3.md"
    edited.write_text(f"{edited.read_text()}Mine.\n")
    done = library("adopt", str(blog))
    assert [line.split("\t")[:2] for line in done.out.splitlines()] == [
        ["known", "p1"], ["new", "p2"], ["known", "p3"], ["known", "p4"],
    ]  # fmt: skip
    known = json.loads(ledger.read_bytes())["notes"]
    assert sorted(known) == ["p1", "p2", "p4"]
    assert known.items() < json.loads(whole)["notes"].items()


def test_an_image_in_the_way_is_kept_and_one_bad_post_costs_one(library: Shell) -> None:
    text = "---\ntitle: P\n---\n![a](/images/a.png) ![b](/images/b.avif) ![c](/images/c.png)\n"
    posts = dict.fromkeys(["_posts/2020-01-02-p.md", "_posts/2020-01-03-q.md"], text)
    blog = jekyll(library, posts)
    (blog / "images").mkdir()
    (blog / "images/a.png").write_bytes(make_png())
    (blog / "images/b.avif").write_bytes(b"avif")
    (blog / "images/c.png").symlink_to(library.folder / "papernotes.toml")
    mine = library.folder / "notes/images/p/a.png"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine")
    outside = library.folder.parent / "outside"
    outside.mkdir()
    (library.folder / "notes/images/q").symlink_to(outside)
    done = library("adopt", str(blog))
    assert done.status == 1
    assert done.out == "new\tp\t/2020/01/02/p.html\t_posts/2020-01-02-p.md\n"
    assert "_posts/2020-01-03-q.md: could not be adopted" in done.err
    assert "b.avif is of a kind that exports leave behind" in done.err
    assert "the image /images/c.png is not in the blog" in done.err
    assert mine.read_bytes() == b"mine"
    assert "![a](images/p/a-2.png)" in (library.folder / "notes/p.md").read_text()
    assert not list(outside.iterdir())
    assert not (library.folder / "notes/q.md").exists()


def test_a_ledger_that_cannot_be_read_is_told_before_anything_is_written(library: Shell) -> None:
    blog = jekyll(library, {"_posts/2020-01-02-p.md": "x\n"})
    (blog / ".papernotes-export.json").write_text("{")
    for more in ([], ["--dry-run"]):
        done = library("adopt", str(blog), *more)
        assert (done.status, done.out) == (6, "")
        assert done.err.count("\n") == 1
    assert not list((library.folder / "notes").glob("*.md"))


def test_a_hugo_site_whose_settings_stand_in_a_folder(library: Shell) -> None:
    site = library.folder.parent / "site"
    (site / "content/posts").mkdir(parents=True)
    (site / "config/_default").mkdir(parents=True)
    (site / "config/_default/hugo.toml").write_text('baseURL = "https://example.org/"\n')
    (site / "config/_default/permalinks.toml").write_text('posts = "/:year/:slug/"\n')
    (site / "content/posts/a.md").write_text(
        "---\nTitle: First\nDate: 2021-01-02\nTags: [x]\n---\nSee [b](b.md#part).\n"
    )
    (site / "content/posts/b.md").write_text("---\ntitle: B\ndate: 2021-01-03\n---\n# Part\n")
    for place in (site, site / "content"):
        done = library("adopt", str(place), "--dry-run")
        assert "new\ta\t/2021/a/\tcontent/posts/a.md\n" in done.out
    assert library("adopt", str(site)).status == 0
    text = (library.folder / "notes/a.md").read_text()
    assert 'title: "First"' in text
    assert "tags: [x]" in text
    assert "blog:" not in text
    assert "See [b](b.md#part)." in text


def test_relative_links_of_a_page_lead_where_they_led(library: Shell) -> None:
    site = library.folder.parent / "site"
    (site / "content/posts/x").mkdir(parents=True)
    (site / "content/posts/y").mkdir(parents=True)
    (site / "hugo.toml").write_text('baseURL = "https://example.org/blog/"\n')
    (site / "content/posts/x/data.csv").write_text("1\n")
    head = "---\ntitle: A post\ndate: 2021-01-02\n---\n"
    (site / "content/posts/x/index.md").write_text(f"{head}[d](data.csv) [y](../y/#z) [o](/p/)\n")
    (site / "content/posts/y/index.md").write_text(f"{head}# Z\n")
    assert library("adopt", str(site)).status == 0
    text = (library.folder / "notes/x.md").read_text()
    assert "[d](/blog/posts/x/data.csv) [y](y.md#z) [o](/p/)\n" in text
    assert library("export", str(site), "--to", "hugo").status == 0
    assert "[d](/blog/posts/x/data.csv)" in (site / "content/posts/x/index.md").read_text()
