"""Posts of real blogs, adopted and exported again, are the same pages at the same addresses."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.library import Library
from tests.jekyll.site import CONFIG, Page, build
from tests.programs import require

if TYPE_CHECKING:
    from papernotes.reports.adopting import AdoptReport

pytestmark = [pytest.mark.jekyll, pytest.mark.slow]

CORPUS = Path(__file__).parents[3] / "shared/corpora/posts"
BOXES = {"alert": "", "info": "", "note": "Note: ", "tip": "Tip: ", "warning": "Warning: "}
IMAGE = '<img src="{{ include.path }}" alt="{{ include.alt }}"><p>{{ include.caption }}</p>'
# Tags of plugins that are not here, and of blogs' own; what they show is not compared.
PLUGINS = """\
class Silent < Liquid::Tag; def render(_); ""; end; end
class Whole < Liquid::Block; end
%w[cite bibliography twitter fn].each { |name| Liquid::Template.register_tag(name, Silent) }
Liquid::Template.register_tag("mermaid", Whole)
module Notes; def fndetail(text, _); text; end; end
Liquid::Template.register_filter(Notes)
"""
_WORD = re.compile(r"[^\W_]+")


def make_blog(folder: Path, posts: dict[str, str]) -> None:
    for name in ("_posts", "_includes", "_layouts", "_plugins", "_notebooks"):
        (folder / name).mkdir(parents=True)
    (folder / "_config.yml").write_text(CONFIG)
    for name, title in BOXES.items():
        box = "<div>" + title + "{{ include.text | markdownify }}</div>"
        (folder / f"_includes/{name}.html").write_text(box)
    for name in ("important", "youtube", "twitter", "video_small", "[FIGURE_NAME]"):
        (folder / f"_includes/{name}.html").write_text("{{ include.content }}")
    (folder / "_includes/figure.html").write_text(IMAGE)
    for name in ("distill", "blog", "notebook"):
        text = "---\nlayout: post\n---\n{{ content }}"
        (folder / f"_layouts/{name}.html").write_text(text)
    (folder / "_plugins/here.rb").write_text(PLUGINS)
    for name, text in posts.items():
        (folder / "_posts" / name).write_text(text, "utf-8")


def pages(out: Path) -> dict[str, Page]:
    found = {}
    for path in sorted(out.rglob("*.html")):
        text = path.read_text("utf-8")
        if "<article" in text:
            found[path.relative_to(out).as_posix()] = Page(text)
    return found


def there_and_back(
    folder: Path, blog: Path
) -> tuple[AdoptReport, dict[str, Page], dict[str, Page]]:
    """Return what became of the posts, and the pages of the blog before and after."""
    complaints = build(blog, folder / "before")
    assert not [each for each in complaints if "rror" in each or "xit" in each]
    Library.init(folder / "library")
    with Library.open(folder / "library") as library:
        report = library.adopt(blog)
        exported = library.export(blog, to="fastpages")
    assert not [each for each in exported.files if each.outcome == "blocked"]
    assert set(build(blog, folder / "after")) <= set(complaints)
    return report, pages(folder / "before"), pages(folder / "after")


def words(page: Page) -> Counter[str]:
    return Counter(_WORD.findall(" ".join(page.text)))


MADE = """\
---
layout: post
title: "Made: for this"
categories: [deep learning, "C++"]
tags: [a]
---
Prose with `{% raw %}{{ jinja }}{% endraw %}`, $$x_1 < 2$$, a
[link]({% post_url 2020-02-03-Other %}).

{% include note.html text="Mind **this**." %}

$$
\\sum_i x_i
$$

{% highlight python %}
print("{% raw %}{{ x }}{% endraw %}")
{% endhighlight %}

| a | b |
|---|---|
| 1 | `x` |

An @name, a #tag, [[double]], 100%% of ==it==, $5 and $6.[^1]

[^1]: A note.
"""


def test_a_post_with_every_construct(tmp_path: Path) -> None:
    require("jekyll")
    other = "---\nlayout: post\ntitle: Other\ndate: 2020-02-03 23:30 -0800\n---\nText.\n"
    make_blog(tmp_path / "blog", {"2020-01-02-Made It.md": MADE, "2020-02-03-Other.md": other})
    report, before, after = there_and_back(tmp_path, tmp_path / "blog")
    assert [each.outcome for each in report.posts] == ["new", "new"]
    assert set(before) == set(after) == {
        "deep learning/c++/2020/01/02/Made-It.html", "2020/02/03/Other.html",
    }  # fmt: skip
    for place, page in before.items():
        assert words(page) == words(after[place]), place
        assert page.hrefs == after[place].hrefs
        assert page.tags.count("table") == after[place].tags.count("table")


def test_the_posts_of_the_corpus(tmp_path: Path) -> None:
    require("jekyll")
    if not CORPUS.is_dir():
        pytest.skip("needs the corpus of posts, which is not part of the repository")
    posts: dict[str, str] = {}
    for path in sorted(CORPUS.rglob("_posts/*.m*")):
        text = path.read_text("utf-8")
        if "post_url" not in text:  # Jekyll stops where the other post is not there
            posts.setdefault(path.name, text)
    make_blog(tmp_path / "blog", posts)
    for folder in sorted(CORPUS.rglob("images")):
        shutil.copytree(folder, tmp_path / "blog/images", dirs_exist_ok=True)
    report, before, after = there_and_back(tmp_path, tmp_path / "blog")
    assert len(report.posts) > 40
    assert set(before) <= set(after)
    left = {each.url.strip("/") for each in report.posts if each.notices}
    vanished = {
        place: gone
        for place, page in before.items()
        if place not in left and (gone := set(words(page)) - set(words(after[place])))
    }
    assert vanished == {}
