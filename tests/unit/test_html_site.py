"""The pages of the html target, as values: paths, templates, search, feed, and hostile text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from lxml import etree, html

from papernotes.errors import FormatError
from papernotes.export.html.excerpts import first_words, shorten
from papernotes.export.html.extracts import excerpt_in, render_extract, terms_in
from papernotes.export.html.frame import Frame, Page, picture_origins
from papernotes.export.html.inline import plain_title, render_title
from papernotes.export.html.packaged import read_templates, template_names
from papernotes.export.html.paths import files_folder, page_path, relative, tag_path
from papernotes.export.html.search import count_terms, fold, render_index
from papernotes.export.html.views import make_day, make_entry
from papernotes.export.pieces import Text
from papernotes.export.post import (
    Around,
    Card,
    Neighbour,
    OutFile,
    Placement,
    Post,
    Site,
    Summary,
)
from papernotes.export.targets.html import TARGET
from tests.exporting import ADAM, ATTENTION, SETTINGS, TSNE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ATOM = "{http://www.w3.org/2005/Atom}"
EVIL = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;]]>\u2028{{ 7*7 }}"


def make_summary(name: str, **changes: object) -> Summary:
    placement = Placement(name, date(2026, 1, 2), f"/notes/{name}/")
    extract = render_extract("It begins.", {"word": 1})
    summary = Summary(
        name, name.title(), placement, words=300, extract=extract, content="<p>Text.</p>"
    )
    return replace(summary, **changes)  # type: ignore[arg-type]


def shared(posts: Sequence[Summary], **settings: object) -> dict[str, bytes]:
    placements = {post.ref: post.placement for post in posts}
    said = replace(SETTINGS, **settings)  # type: ignore[arg-type]
    files = TARGET.shared(posts, Site(placements, said), folder="")
    assert len({file.path for file in files}) == len(files)
    return {file.path: file.data for file in files}


def rendered(post: Post, placement: Placement, **settings: object) -> tuple[OutFile, ...]:
    said = replace(SETTINGS, **settings)  # type: ignore[arg-type]
    return TARGET.render(post, Site({post.ref: placement}, said), folder="").files


@pytest.mark.parametrize(
    ("url", "path", "folder"),
    [
        ("/notes/x/", "notes/x/index.html", "notes/x"),
        ("/", "index.html", "index"),
        ("/2026/01/x.html", "2026/01/x.html", "2026/01/x"),
        ("/about", "about.html", "about"),
        ("/a%20b/", "a b/index.html", "a b"),
        ("/../../etc/passwd", "etc/passwd.html", "etc/passwd"),
        ("/%2e%2e/x/", "x/index.html", "x"),
        ("/a%2f..%2f..%2fx/", "a/x/index.html", "a/x"),
    ],
)
def test_where_pages_stand(url: str, path: str, folder: str) -> None:
    assert (page_path(url), files_folder(url)) == (path, folder)


@pytest.mark.parametrize(
    ("page", "path", "link"),
    [
        ("index.html", "notes/x/index.html", "notes/x/index.html"),
        ("notes/x/index.html", "notes/y/index.html", "../y/index.html"),
        ("notes/x/index.html", "notes/x/fig 1.png", "fig%201.png"),
        ("notes/x/index.html", "index.html", "../../index.html"),
        ("a/b.html", "a/b/fig.png", "b/fig.png"),
        ("a/x.html", "a:b#c?.html", "../a%3Ab%23c%3F.html"),
    ],
)
def test_links_are_relative(page: str, path: str, link: str) -> None:
    assert relative(page, path) == link


def test_spellings_of_a_tag_share_a_page_and_other_tags_do_not() -> None:
    assert tag_path("Deep Learning") == tag_path("deep-learning") == tag_path("deep_learning")
    different = ["c", "C++", "C#", "日本語", "機械学習", "é", "e", "..", "../x", "con"]
    assert len({tag_path(tag) for tag in different}) == len(different)
    assert all(tag_path(tag).count("/") == 2 and "/.." not in tag_path(tag) for tag in different)


def test_a_tag_is_called_as_most_posts_do() -> None:
    posts = [
        make_summary("a", tags=("Deep Learning",)),
        make_summary("b", tags=("deep-learning", "Deep Learning")),
        make_summary("c", tags=("deep-learning",)),
    ]
    files = shared([*posts, make_summary("d", tags=("deep-learning",))])
    page = html.fromstring(files["tags/deep-learning/index.html"])
    assert page.xpath("string(//h1)") == "deep-learning"
    assert len(page.xpath("//article")) == 4


def test_an_empty_blog_has_its_pages() -> None:
    files = shared([])
    assert "There are no posts yet." in files["index.html"].decode()
    assert {"archive/index.html", "tags/index.html", "papers/index.html", "404.html"} <= {*files}
    assert "assets/math.woff2" not in files
    feed = etree.fromstring(files["feed.xml"])
    assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


def test_without_a_url_there_is_no_sitemap_and_the_feed_stays_valid() -> None:
    files = shared([make_summary("a")], base_url="")
    assert "sitemap.xml" not in files
    assert b"Sitemap" not in files["robots.txt"]
    assert b"canonical" not in files["index.html"]
    entry = etree.fromstring(files["feed.xml"]).find(f"{ATOM}entry")
    assert entry is not None
    assert (entry.findtext(f"{ATOM}id") or "").startswith("urn:uuid:")
    assert [link.get("href") for link in entry.findall(f"{ATOM}link")] == ["notes/a/index.html"]


def test_links_in_the_feed_are_whole_urls() -> None:
    body = (
        '<p><a href="../b/index.html#x">b</a> <a href="#y">y</a> <img src="f.png" alt="">'
        '<a href="mailto:a@b.c">m</a> \x0b</p>'
    )
    files = shared([make_summary("a", content=body)], base_url="https://x.org/blog")
    content = etree.fromstring(files["feed.xml"]).findtext(f"{ATOM}entry/{ATOM}content")
    found = html.fromstring(str(content)).xpath("//@href | //@src")
    assert found == [
        "https://x.org/blog/notes/b/#x",
        "https://x.org/blog/notes/a/#y",
        "https://x.org/blog/notes/a/f.png",
        "mailto:a@b.c",
    ]


def test_hostile_text_is_text_on_every_page() -> None:
    paper = replace(ADAM, title=EVIL, url='https://x.org/?a&b"<', arxiv_id=None)
    post = Post(
        "notes/e",
        EVIL,
        (Text("Words."),),
        description=EVIL,
        tags=(EVIL,),
        kind="<b>",
        card=Card(paper, 1),
    )
    placement = Placement("e", date(2026, 1, 2), "/notes/e/", aliases=("/old.html",))
    said = {"author": EVIL, "title": EVIL, "description": EVIL, "base_url": "https://x.org"}
    around = {post.ref: Around(older=Neighbour(EVIL, "/o/"), backlinks=(Neighbour(EVIL, "/o/"),))}
    site = Site({post.ref: placement}, replace(SETTINGS, **said), around)  # type: ignore[arg-type]
    written = TARGET.render(post, site, folder="")
    summary = Summary(
        *(post.ref, post.title, placement, post.description),
        tags=post.tags,
        kind=post.kind,
        card=post.card,
        cited=(paper,),
        extract=written.extract,
        content=written.content,
    )
    files = (*written.files, *TARGET.shared([summary], site, folder=""))
    for file in files:
        if file.path.endswith(".html"):
            page = html.fromstring(file.data)
            scripts = page.xpath('//script[not(@src) and not(@type="application/ld+json")]')
            assert (file.path, scripts, page.xpath("//@onerror")) == (file.path, [], [])
            assert b"49" not in file.data
        if file.path.endswith(".xml"):
            etree.fromstring(file.data)
    data = html.fromstring(written.files[0].data).xpath("string(//script)")
    assert json.loads(data)["headline"] == EVIL
    index = next(file.data for file in files if file.path == "search/index.js").decode()
    assert "\u2028" not in index
    text = index.removeprefix("window.papernotesIndex = ").removesuffix(";\n")
    assert json.loads(text)[0]["s"] == " ".join(EVIL.split())


def test_older_urls_lead_on_and_never_over_the_post_itself() -> None:
    post = Post("notes/a", "A", (Text("Words."),))
    aliases = ("/old/", "/notes/a/", "/2020/01/x.html")
    placement = Placement("a", date(2026, 1, 2), "/notes/a/", aliases=aliases)
    files = {file.path: file.data.decode() for file in rendered(post, placement)}
    assert [*files] == ["notes/a/index.html", "old/index.html", "2020/01/x.html"]
    assert 'content="0; url=../../notes/a/index.html"' in files["2020/01/x.html"]


def test_a_post_that_wants_the_place_of_a_list_keeps_it() -> None:
    place = Placement("a", date(2026, 1, 2), "/Archive/", aliases=("/tags/",))
    files = shared([make_summary("a", placement=place)])
    assert "archive/index.html" not in files
    assert "tags/index.html" not in files
    assert "index.html" in files


def test_long_posts_have_contents_and_only_if_wanted() -> None:
    text = "".join(f"## Part {number}\n\nWords.\n\n### Inner\n\nMore.\n\n" for number in range(3))
    post = Post("notes/a", "A", (Text(text, starts_line=True),))
    placement = Placement("a", date(2026, 1, 2), "/notes/a/")
    wanted = html.fromstring(rendered(post, placement)[0].data)
    assert len(wanted.xpath('//nav[@class="contents"]/ol/li')) == 3
    assert len(wanted.xpath('//nav[@class="contents"]/ol/li/ol/li')) == 3
    assert b'class="contents"' not in rendered(post, placement, toc=False)[0].data


def test_papers_have_the_posts_that_cite_them_and_a_bib_file_without_private_fields() -> None:
    secret = (("note", "my-secret"), ("file", "/home/ada/x.pdf"), ("journal", "JMLR"))
    tsne = replace(TSNE, extra=secret, abstract="my-secret abstract")
    posts = [
        make_summary("a", cited=(ATTENTION, tsne), card=Card(ATTENTION, 5)),
        make_summary("b", cited=(tsne,)),
    ]
    files = shared(posts)
    page = html.fromstring(files["papers/maaten2008visualizing/index.html"])
    links = page.xpath('//h3[@class="entry-title"]/a/@href')
    assert links == ["../../notes/a/index.html", "../../notes/b/index.html"]
    assert files["bibliography.bib"].count(b"@") == 2
    for data in files.values():
        assert b"my-secret" not in data
        assert b"/home/ada" not in data


def test_dates_are_words_only_where_the_blog_is_in_english() -> None:
    day = date(2026, 3, 4)
    assert make_day(day, "en-GB").text == "4 March 2026"
    assert make_day(day, "de").text == make_day(day, "de").iso == "2026-03-04"


def test_titles_show_formulas_and_code() -> None:
    assert render_title("A < b & c") == "A &lt; b &amp; c"
    assert render_title("`x<y` wins") == "<code>x&lt;y</code> wins"
    assert "<math " in render_title("On $x^2$ and $5")
    assert r"<code>\nosuch{x}</code>" in render_title(r"On $\nosuch{x}$")
    assert plain_title("`x` wins") == "x wins"


def test_a_post_begins_with_its_first_paragraph_that_says_something() -> None:
    body = (
        '<h2 id="x">Heading</h2><p>Hi.</p><ul><li>An item of some length, but an item.</li></ul>'
        '<p>The <em>loss</em> &lt; <code>x</code> at <math alttext="a&lt;b"><mi>a</mi></math>'
        '<sup><a href="#fn:1">1</a></sup> falls.</p>'
    )
    assert first_words(body) == "The loss < `x` at $a<b$ falls."
    assert first_words("<p>Hi.</p>") == "Hi."
    assert first_words("<h2>Only</h2>") == ""


def test_what_is_shortened_ends_well() -> None:
    sentence = "Some words that stand here and say little. "
    assert shorten(sentence * 9) == (sentence * 5).strip()
    cut = shorten("word " * 46 + "$x + y + z$ and more")
    assert cut.endswith("word…")
    assert shorten("x" * 500) == "x" * 240 + "…"
    assert shorten("`" + "x" * 500) == "…"


def test_words_are_folded_as_the_script_does() -> None:
    assert fold("ÉCOLE Straße Łódź ﬁne Ærø") == "ecole strasse lodz fine aero"
    assert count_terms("Résumé, resume: C3PO!") == {"c3po": 1, "resume": 2}


def test_the_search_index_is_bounded_and_keeps_the_telling_words() -> None:
    entry = make_entry(make_summary("a"), "en")
    common = {f"word{number:06}": 1 for number in range(9000)}
    extracts = [
        render_extract("", common | {f"only{post}": 9, f"once{post}": 1}) for post in range(40)
    ]
    terms = [*map(terms_in, extracts)]
    index = render_index([entry] * 40, terms, [""] * 40)
    assert len(index) < 1_600_000
    for number in range(40):
        assert f"only{number}".encode() in index
        assert f"once{number}".encode() in index


def test_origins_of_pictures() -> None:
    body = (
        '<img alt="" src="https://A.example.net/x.png?a=1&amp;b"><img src="http://b.org:80/">'
        '<img src="https://evil.org;script-src%20*/x"><img src="own.png"> src="https://text.org/"'
    )
    assert picture_origins(body) == ("http://b.org:80", "https://a.example.net")
    assert picture_origins('<img src="data:image/png;base64,AAAA">') == ("data:",)


def test_a_person_may_bring_templates(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "html"
    folder.mkdir(parents=True)
    assert read_templates(tmp_path) == {}
    (folder / "404.html").write_text(
        '{% extends "base.html" %}{% block main %}<h1>Lost in {{ blog.title }}</h1>{% endblock %}'
    )
    files = shared([], title="<Mine>", templates=read_templates(tmp_path))
    assert b"<h1>Lost in &lt;Mine&gt;</h1>" in files["404.html"]
    (folder / "pots.html").write_text("")
    with pytest.raises(FormatError, match=r"templates/html/pots\.html") as caught:
        read_templates(tmp_path)
    assert "post.html" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("one\n{% if %}", r"templates/html/404\.html:2: "),
        ("one\ntwo\n{{ nothing.there }}", r"templates/html/404\.html:3: 'nothing' is undefined"),
        ("{{ 1 / 0 }}", r"templates/html/404\.html:1: division by zero"),
        ("\n{% include 'x.html' %}", r"templates/html/404\.html:2: no template x\.html"),
        ("{{ link.__globals__ }}", r"templates/html/404\.html:1: .*unsafe"),
        ("{{ ''.__class__.__mro__ }}", r"templates/html/404\.html:1: .*unsafe"),
    ],
)
def test_a_fault_in_a_template_names_file_and_line(text: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        shared([], templates={"404.html": text})


def test_a_fault_in_ours_that_theirs_brings_about_is_told_too() -> None:
    with pytest.raises(FormatError, match=r"templates/html/base\.html:1: .*titel"):
        shared([], templates={"base.html": "{{ page.titel }}"})


def test_every_template_of_ours_is_used_or_built_upon() -> None:
    assert {"base.html", "macros.html", "post.html", "redirect.html"} <= {*template_names()}


def test_the_title_of_a_page_and_its_policy() -> None:
    frame = Frame(replace(SETTINGS, base_url="https://x.org/b/"))
    assert frame.url("index.html") == "https://x.org/b/"
    assert frame.url("notes/x/index.html") == "https://x.org/b/notes/x/"
    assert frame.url("a b.html") == "https://x.org/b/a%20b.html"
    assert Page("x", "X").policy.startswith("default-src 'none'; style-src 'self'")
    assert "script-src 'self'" in Page("x", "X", runs_script=True).policy


def test_the_page_for_what_is_missing_can_be_shown_at_any_address() -> None:
    page = html.fromstring(shared([], base_url="https://x.org/b")["404.html"])
    styles = page.xpath('//link[@rel="stylesheet"]/@href')
    assert styles == ["/b/assets/style.css", "assets/style.css"]
    assert page.xpath("//main//a/@href")[0] == "https://x.org/b/archive/"
    alone = html.fromstring(shared([], base_url="")["404.html"])
    assert alone.xpath("//main//a/@href")[0] == "archive/index.html"


def test_an_extract_holds_what_was_put_in() -> None:
    numbers = {"wörd": 2, "a": 1, "b": 1, "c": 4, "d": 8, "e": 900}
    extract = render_extract("It “begins”\n.", numbers)
    assert excerpt_in(extract) == "It “begins”\n."
    assert terms_in(extract) == (["a", "b"], ["wörd"], ["c"], ["d"], ["e"])
    assert terms_in(render_extract("", {})) == ([], [], [], [], [])
    assert (excerpt_in(""), terms_in("")) == ("", ())


def test_a_list_shows_the_first_of_many_tags_and_a_post_all() -> None:
    tags = tuple(f"tag{number}" for number in range(40))
    files = shared([make_summary("a", tags=tags)])
    entry = html.fromstring(files["index.html"]).xpath('//article//ul[@class="tags"]/li')
    assert [one.text_content() for one in entry] == [*tags[:10], "and 30 more"]
    post = Post("a", "A", (Text("It."),), tags=tags)
    page = html.fromstring(rendered(post, make_summary("a").placement)[0].data)
    assert len(page.xpath('//ul[@class="tags"]/li')) == len(tags)


def test_the_bibliography_goes_by_names_whether_or_not_an_and_stands_between() -> None:
    two = replace(ADAM, citekey="two", authors=(TSNE.authors[0], ATTENTION.authors[0]))
    three = replace(ADAM, citekey="three", authors=(TSNE.authors[0], *ADAM.authors))
    files = shared([make_summary("a", cited=(two, three))])
    links = html.fromstring(files["bibliography/index.html"]).xpath("//li/a[1]/@href")
    places = [links.index(f"../papers/{key}/index.html") for key in ("three", "two")]
    assert places == sorted(places)
