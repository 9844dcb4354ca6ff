from __future__ import annotations

from datetime import date
from time import process_time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes import notes
from papernotes.adopt.destinations import local_path, on_blog, with_destinations
from papernotes.adopt.kramdown import plain_kramdown
from papernotes.adopt.liquid import Page, plain_liquid
from papernotes.adopt.literal import literal
from papernotes.adopt.posts import BlogPost, parse_post
from papernotes.adopt.rendering import render_note
from papernotes.adopt.shortcodes import plain_shortcodes
from papernotes.adopt.showing import is_shown
from papernotes.adopt.urls import Blog, find_day, find_url
from papernotes.errors import FormatError

PAGE = Page({"title": "A day"}, {"title": "Blog"}, {"2020-01-02-other": "other.md"}.get)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("![a]({{ site.baseurl }}/images/x.png)", "![a](/images/x.png)"),
        ("{{site.url}}{{site.baseurl}}/a", "/a"),
        ("![a]({{ 'images/x.png' | relative_url }})", "![a](/images/x.png)"),
        ("{{ page.title }} of {{ site.title }}", "A day of Blog"),
        ("`{% raw %}{{ x }}{% endraw %}`", "`{{ x }}`"),
        ("```\n{% raw %}\n{{ x }}\n{% endraw %}\n```", "```\n{{ x }}\n```"),
        ('{{ "{{" }} and {{ "{%" }}', "{{ and {%"),
        ("{% highlight python linenos %}\na = 1\n{% endhighlight %}", "```python\na = 1\n```"),
        ("{% highlight text %}\n```\n{% endhighlight %}", "````text\n```\n````"),
        ('{% include alert.html text="See **this**." %}', "> [!warning]\n> See **this**."),
        ('{% include note.html content="a \\"b\\" c" %}', '> [!note]\n> a "b" c'),
        ('{% include youtube.html content="https://youtu.be/abc" %}', "<https://youtu.be/abc>"),
        ("{% twitter https://x.com/a/status/1 %}", "<https://x.com/a/status/1>"),
        (
            '{% include figure.html path="i/a.png" alt="A" caption="Its \\"loss\\"" width="300" %}',
            '![A|300](/i/a.png "Its &quot;loss&quot;")',
        ),
        (
            '<div>\n{% include figure.html path="img/a.png" class="z" %}\n</div>',
            '<div>\n<figure><img src="/img/a.png" alt=""></figure>\n</div>',
        ),
        ("one{% fn 1 %}\n\n{{ 'Two.' | fndetail: 1 }}", "one[^1]\n\n[^1]: Two."),
        ("[o]({% post_url 2020-01-02-other %})", "[o](other.md)"),
        ("{% cite a2017b c2018d %}", "[@a2017b; @c2018d]"),
        ("a {% comment %}not this{% endcomment %} b", "a <!--not this--> b"),
        ("{% comment %}a --> b---c{% endcomment %}", "<!--a - -> b- --c-->"),
        ("{% mermaid %}\ngraph\n{% endmermaid %}", "```mermaid\ngraph\n```"),
        ("a {%- raw -%} b {%- endraw -%} c", "a b c"),
    ],
)
def test_liquid_with_a_plain_meaning(given: str, expected: str) -> None:
    assert plain_liquid(given, PAGE) == (expected, ())


@pytest.mark.parametrize(
    "text",
    [
        "{% if page.x %}a{% endif2 %}",
        "{{ page.missing }}",
        "{{ page.title | sha }}",
        "{% raw %} never closed",
        "{% post_url 2019-01-01-none %}",
        "{% include own.html a=1 %}",
    ],
)
def test_liquid_without_one_stays_and_is_told(text: str) -> None:
    found, notices = plain_liquid(f"a\n{text}", PAGE)
    assert found == f"a\n{text}"
    assert {notice.line for notice in notices} == {2}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("so $$x_1$$ is", "so $x_1$ is"),
        ("- $$x$$", "- $x$"),
        ("a\n\n$$x$$\n\nb", "a\n\n$$x$$\n\nb"),
        ("a\n\n$$\nx\n$$\n\nb", "a\n\n$$\nx\n$$\n\nb"),
        (r"so \\(x\\) and \\[y\\]", "so $x$ and $$\ny\n$$"),
        ("`$$x$$` and $$y$$", "`$$x$$` and $y$"),
        ("1. TOC\n{:toc}\n\n# A", "\n# A"),
        ("# A\n{:.no_toc}\n\nb", "# A\n\nb"),
        ('![a](x.png){: width="300" .c}', "![a|300](x.png)"),
        ('[a](b){:target="_blank"} c', "[a](b) c"),
        ("f'{x:.4f}' and `{: .a}`", "f'{x:.4f}' and `{: .a}`"),
        ("a set {:} of", "a set {:} of"),
    ],
)
def test_kramdown(given: str, expected: str) -> None:
    assert plain_kramdown(given) == (expected, ())


def test_attributes_without_a_place_in_a_note_are_told() -> None:
    assert plain_kramdown("a\nb\n{: data-x='1'}\n")[0] == "a\nb\n"
    assert [each.line for each in plain_kramdown("a\nb\n{: data-x='1'}\n")[1]] == [3]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('{{< figure src="a.png" alt="A" caption="C" >}}', '![A](a.png "C")'),
        ('[o]({{< ref "other.md" >}})', "[o](other.md)"),
        ('[o]({{< relref "other.md#part" >}})', "[o](other.md#part)"),
        ("{{< highlight go >}}\nx := 1\n{{< /highlight >}}", "```go\nx := 1\n```"),
        ("{{< youtube abc-1 >}}", "<https://www.youtube.com/watch?v=abc-1>"),
        ("{{% notice tip %}}\nDo **it**.\n{{% /notice %}}", "> [!tip]\n> Do **it**."),
        ('{{< details "More" >}}\nx\n{{< /details >}}', "> [!note]- More\n> x"),
        ("{{</* figure src=1 */>}}", "{{< figure src=1 >}}"),
    ],
)
def test_shortcodes(given: str, expected: str) -> None:
    assert plain_shortcodes(given, {"other.md": "other.md"}.get) == (expected, ())


def test_a_shortcode_of_a_theme_stays_and_is_told() -> None:
    text = '{{< mine a="b" >}}'
    assert plain_shortcodes(text, lambda _: None)[0] == text
    assert plain_shortcodes(text, lambda _: None)[1]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a [[b]] c", r"a \[\[b]] c"),
        ("100%% of %% it", r"100\%\% of %% it"),
        ("a ==b== `==c==`", r"a \==b== `==c==`"),
        ("```\n[[a]] %%b%%\n```", "```\n[[a]] %%b%%\n```"),
        ("a #tag, `#b` and [c](#c)", r"a \#tag, `#b` and [c](#c)"),
        ("[[#a]] #b", r"\[\[\#a]] \#b"),
        ("<div>\n#a [[b]] ==c==\n</div>", "<div>\n&#35;a &#91;&#91;b]] &#61;=c==\n</div>"),
    ],
)
def test_what_only_notes_know_is_shown_as_it_is(given: str, expected: str) -> None:
    assert literal(given) == expected


URLS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("_posts/2020-01-02-A-b.md", {}, {}, "/2020/01/02/A-b.html"),
    ("_posts/2020-1-2-a.md", {}, {}, "/2020/01/02/a.html"),
    ("_posts/2020-01-02-what's up!.md", {}, {}, "/2020/01/02/what%27s-up%21.html"),
    ("in/_posts/2020-01-02-a.md", {}, {"collections_dir": "in"}, "/2020/01/02/a.html"),
    ("_posts/2020-01-02-A - B.md", {}, {}, "/2020/01/02/A-B.html"),
    ("_posts/2020-01-02-When it’s “x”.md", {}, {}, "/2020/01/02/When-it-s-x.html"),
    ("_posts/2020-01-02-a.md", {"permalink": "/x/"}, {}, "/x/"),
    ("_posts/2020-01-02-a.md", {"categories": ["Deep Learning", "C++"]}, {},
     "/deep%20learning/c++/2020/01/02/a.html"),
    ("_posts/2020-01-02-a.md", {"categories": "deep learning"}, {},
     "/deep/learning/2020/01/02/a.html"),
    ("_posts/2020-01-02-a.md", {"category": "deep learning"}, {},
     "/deep%20learning/2020/01/02/a.html"),
    ("ml/_posts/2020-01-02-a.md", {"categories": ["x"]}, {}, "/ml/x/2020/01/02/a.html"),
    ("_posts/2020-01-02-a.md", {"date": "2020-01-05"}, {}, "/2020/01/05/a.html"),
    ("_posts/2020-01-02-a.md", {"date": "2020-01-02 23:30 -0800"}, {}, "/2020/01/03/a.html"),
    ("_posts/2020-01-02-a.md", {"date": "2020-01-02 23:30:00 -0800"},
     {"timezone": "America/Los_Angeles"}, "/2020/01/02/a.html"),
    ("_posts/2020-01-02-a.md", {"slug": "B"}, {"permalink": "pretty"}, "/2020/01/02/B/"),
    ("_posts/2020-01-02-a.md", {}, {"permalink": "ordinal"}, "/2020/002/a.html"),
    ("_posts/2020-01-02-a.md", {}, {"permalink": "none"}, "/a.html"),
    ("_posts/2020-01-02-a.md", {"categories": ["x"]},
     {"permalink": "/:categories/:year-:month-:day-:title/"}, "/x/2020-01-02-a/"),
    ("_posts/2020-01-02-a.md", {},
     {"defaults": [{"scope": {"path": "", "type": "posts"}, "values": {"permalink": "/d/:title"}}]},
     "/d/a"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "meta", "config", "expected"), URLS)
def test_where_jekyll_puts_a_page(
    path: str, meta: dict[str, Any], config: dict[str, Any], expected: str
) -> None:
    head = yaml.safe_dump(meta) if meta else "layout: post\n"
    post = parse_post(f"---\n{head}---\nx\n", path)
    assert find_url(post, Blog("jekyll", config)) == expected


@pytest.mark.parametrize(
    ("path", "meta", "config", "expected"),
    [
        ("content/posts/My Post.md", {}, {}, "/posts/my-post/"),
        ("content/posts/a/index.md", {}, {}, "/posts/a/"),
        ("content/posts/a.md", {"slug": "b"}, {}, "/posts/b/"),
        ("content/posts/a.md", {"url": "/c.html"}, {}, "/c.html"),
        ("content/posts/a.md", {"date": "2020-01-02T23:30:00-08:00"},
         {"permalinks": {"posts": "/:year/:month/:slug/"}}, "/2020/01/a/"),
        ("content/posts/a.md", {"date": "2020-01-02"},
         {"permalinks": {"page": {"posts": "/:sections/:contentbasename"}}}, "/posts/a"),
        ("content/a.md", {}, {}, "/a/"),
    ],
)  # fmt: skip
def test_where_hugo_puts_a_page(
    path: str, meta: dict[str, Any], config: dict[str, Any], expected: str
) -> None:
    post = BlogPost(path, parse_post("x", path).name, "x", meta=meta)
    assert find_url(post, Blog("hugo", config)) == expected


def test_front_matter_in_every_form() -> None:
    toml = '+++\ntitle = "A"\ndate = 2020-01-02T10:00:00Z\ntags = ["x"]\n+++\nBody.\n'
    found = parse_post(toml, "content/posts/a.md")
    assert (found.meta["title"], found.words("tags", "tag"), found.body, found.line) == (
        "A", ("x",), "Body.\n", 6,
    )  # fmt: skip
    assert find_day(found, Blog("hugo")) == date(2020, 1, 2)
    found = parse_post('{"title": "B"}\n\nBody.\n', "content/posts/b.md")
    assert (found.meta, found.body, found.line) == ({"title": "B"}, "Body.\n", 3)
    assert parse_post("Just text.\n", "_posts/2020-01-02-a.md").meta == {}
    with pytest.raises(FormatError, match="line"):
        parse_post("---\ntitle: &a x\nb: *a\n---\n", "_posts/2020-01-02-a.md")
    with pytest.raises(FormatError, match="front matter"):
        parse_post("+++\ntitle = \n+++\n", "content/posts/a.md")


def test_the_note_carries_what_it_has_no_word_for() -> None:
    meta = {
        "title": 'A: "b"',
        "layout": "post",
        "image": "images/x.png",
        "toc": True,
        "authors": [{"name": "Ada", "url": "https://example.org"}],
        "tags": ["2014", "deep learning"],
        "redirect_from": ["/old.html"],
        "private": False,
    }
    post = BlogPost("_posts/2020-01-02-a.md", "a", "x", meta=meta)
    text = render_note(post, "Body.", slug="a", url="/2020/01/02/a.html", day=date(2020, 1, 2))
    note, problems = notes.parse(text, "notes/a.md")
    assert not problems
    assert (note.title, note.publish, note.tags) == ('A: "b"', True, ("deep learning",))
    assert note.meta["permalink"] == "/2020/01/02/a.html"
    assert note.meta["redirect_from"] == ["/old.html"]
    carried = {key: meta[key] for key in ("layout", "image", "toc", "authors", "tags", "private")}
    assert note.meta["blog"] == carried
    assert not note.is_private


def test_what_a_blog_does_not_show_is_no_published_note() -> None:
    post = BlogPost("_posts/2020-01-02-a.md", "a", "x")
    text = render_note(post, "x", slug="a", url="", day=None, is_shown=False)
    assert notes.parse(text, "notes/a.md")[0].publish is False


HIDDEN = [
    ("_posts/2020-01-02-a.md", "published: false", "jekyll"),
    ("_posts/2020-01-02-a.md", "published: no", "jekyll"),
    ("_posts/2020-01-02-a.md", "published: Off", "jekyll"),
    ("_posts/2020-01-02-a.md", "published:", "jekyll"),
    ("_posts/2020-01-02-a.md", 'published: "false"', "jekyll"),
    ("_posts/2020-01-02-a.md", "draft: true", "jekyll"),
    ("_posts/2021-01-02-a.md", "title: Later", "jekyll"),
    ("_drafts/a.md", "title: A", "jekyll"),
    ("hidden/_posts/2020-01-02-a.md", "title: A", "jekyll"),
    ("content/posts/a.md", 'draft: "true"', "hugo"),
    ("content/posts/a.md", "Draft: yes", "hugo"),
    ("content/posts/a.md", "date: 2021-01-02", "hugo"),
    ("content/posts/a.md", "publishDate: 2021-01-02T10:00:00Z", "hugo"),
    ("content/posts/a.md", "expiryDate: 2020-02-02", "hugo"),
    ("content/posts/a.md", "headless: true", "hugo"),
    ("content/posts/a.md", "build:\n  render: never", "hugo"),
]


@pytest.mark.parametrize(("path", "head", "kind"), HIDDEN)
def test_what_a_blog_does_not_show(path: str, head: str, kind: str) -> None:
    defaults = [{"scope": {"path": "hidden"}, "values": {"published": False}}]
    post = parse_post(f"---\n{head}\n---\nx\n", path)
    assert not is_shown(post, Blog(kind, {"defaults": defaults}), today=date(2020, 6, 1))


@pytest.mark.parametrize(
    ("path", "head", "kind"),
    [
        ("_posts/2020-01-02-a.md", "published: yes", "jekyll"),
        ("_posts/2020-01-02-a.md", "draft: false", "jekyll"),
        ("_posts/2020-01-02-a.md", "expiryDate: 2020-02-02", "jekyll"),
        ("my_drafts/_posts/2020-01-02-a.md", "title: A", "jekyll"),
        ("content/posts/a.md", "publishDate: 2020-01-02\ndraft: no", "hugo"),
    ],
)
def test_what_a_blog_shows(path: str, head: str, kind: str) -> None:
    post = parse_post(f"---\n{head}\n---\nx\n", path)
    assert is_shown(post, Blog(kind), today=date(2020, 6, 1))


HOSTILE = [
    "{{ " + '"a" ' * 50_000,
    "{% " + "a" * 200_000,
    "{% raw %}" * 50_000,
    "{{< " + "a" * 200_000,
    "{{< " + " " * 200_000,
    "{{< highlight >}}" * 50_000,
    "* x\n{: " + "toc " * 50_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_that_is_never_closed_takes_no_longer_than_other_text(text: str) -> None:
    started = process_time()
    for _ in range(3):
        plain_liquid(text, Page())
        plain_shortcodes(text, lambda _: None)
        plain_kramdown(text)
    assert process_time() - started < 20


def test_old_addresses_are_kept_whole() -> None:
    meta = {"redirect_from": "/a b, c/", "aliases": ["old", "/older/"]}
    text = render_note(
        BlogPost("_posts/2020-01-02-a.md", "a", "x", meta=meta), "x", slug="a", url="", day=None
    )
    note, _ = notes.parse(text, "notes/a.md")
    assert note.meta["redirect_from"] == ["/a b, c/", "/old", "/older/"]


def test_destinations_are_found_everywhere_but_in_code() -> None:
    text = (
        "[a](/x) ![b](</y z.png> \"t\") <img src='/i.png'> `[c](/x)`\n\n[d]: /x\n\n"
        "```\n[e](/x)\n```\n"
    )
    asked: list[str] = []

    def place(destination: str) -> str | None:
        asked.append(destination)
        return {"/x": "n (1).md"}.get(destination)

    found = with_destinations(text, place)
    assert sorted(asked) == ["/i.png", "/x", "/x", "/y z.png"]
    assert found == text.replace("[a](/x)", "[a](<n (1).md>)").replace(": /x", ": <n (1).md>")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/a%20b.png?raw=1", "/a b.png"),
        ("https://x.org/blog/a.png", "/a.png"),
        ("/blog/a.png", "/a.png"),
        ("a.png#x", "a.png"),
        ("https://other.org/a.png", None),
        ("mailto:a@b.c", None),
        ("#here", None),
        ("//x.org/a", None),
    ],
)
def test_which_paths_are_of_the_blog(given: str, expected: str | None) -> None:
    assert local_path(given, ("https://x.org/blog", "/blog")) == expected


PIECES = st.sampled_from(
    [
        *(
            "{% raw %}",
            "{% endraw %}",
            "{{ x }}",
            "{% include a.html ",
            'text="',
            "{{<",
            ">}}",
            "$$",
        ),
        *(
            "{: .a}",
            "```",
            "`",
            "\n\n",
            "\n",
            "- ",
            "> ",
            "[a](",
            ")",
            "/x",
            "![[",
            "]]",
            "%%",
            "==",
        ),
        *("word", " ", "é", "{% highlight x %}", "{% endhighlight %}", "<div>", "<!--", "-->"),
        *("---\n", "\\", "$"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join), st.booleans())
def test_any_text_becomes_a_note_with_its_words(text: str, is_hugo: bool) -> None:
    if is_hugo:
        body = literal(plain_shortcodes(text, lambda _: None)[0])
    else:
        body = plain_kramdown(literal(plain_liquid(text, PAGE)[0]))[0]
    post = BlogPost("_posts/2020-01-02-a.md", "a", text, meta={"x": text})
    note, _ = notes.parse(render_note(post, body, slug="a", url="/a/", day=None), "notes/a.md")
    assert note.publish is True
    assert note.meta["blog"] == {"x": text}
    if "{" not in text and "<!--" not in text:
        assert body.count("word") == text.count("word")


@pytest.mark.parametrize(
    ("page", "given", "expected"),
    [
        ("/posts/x/", "data.csv", "/posts/x/data.csv"),
        ("/posts/x/", "../y/?a#b", "/posts/y/?a#b"),
        ("/2020/x.html", "./y.html#b", "/2020/y.html#b"),
        ("/x.html", "..", ""),
        ("/a/x.html", "..", "/"),
        ("", "y.html", ""),
    ],
)
def test_where_a_relative_link_leads(page: str, given: str, expected: str) -> None:
    assert on_blog(page, given) == expected
