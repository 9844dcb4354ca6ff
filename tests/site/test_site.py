"""The whole site, built once: checkers of HTML, accessibility in Chromium, links, feed, weight."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree, html

from tests.programs import require
from tests.site.blog import SETTINGS, make_blog
from tests.site.chromium import Chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

ATOM = "{http://www.w3.org/2005/Atom}"
POST = "notes/attention-read-slowly/index.html"
SHOWN = (
    *("index.html", POST, "notes/warm-up/index.html", "notes/reading-a-profile/index.html"),
    *("tags/index.html", "tags/deep-learning/index.html", "kinds/paper/index.html"),
    *("papers/index.html", "papers/kingma2014adam/index.html", "bibliography/index.html"),
    *("archive/index.html", "stats/index.html", "search/index.html", "404.html"),
)
WIDE_TITLE = "Anunbreakablewordthatislongerthananytelephoneiswideandlongerthanhalfapageofadesktop"
WIDE = "notes/anunbreakablewordthatislongerthananytelephoneiswideandlonger/index.html"
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)"  # of RFC 3339
_AXE = """
axe.run(document, {resultTypes: ["violations"], preload: false}).then(found =>
  JSON.stringify(found.violations.map(one => [one.id, one.help, one.nodes.map(node => node.html)])))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_blog(tmp_path_factory.mktemp("blog"))


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, html.HtmlElement]:
    return {
        path.relative_to(site).as_posix(): html.fromstring(path.read_bytes())
        for path in sorted(site.rglob("*.html"))
    }


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def test_vnu_finds_no_error(site: Path) -> None:
    vnu = [require("java"), "-jar", require("vnu-jar/build/dist/vnu.jar")]
    pages = [*vnu, "--skip-non-html", "--errors-only", str(site)]
    style = [*vnu, "--css", "--errors-only", str(site / "assets/style.css")]
    icon = [*vnu, "--svg", "--errors-only", str(site / "assets/icon.svg")]
    for command in (pages, style, icon):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_html_validate_finds_no_error(site: Path) -> None:
    program = require("html-validate/bin/html-validate.mjs")
    config = Path(__file__).with_name("html-validate.json")
    command = [require("node"), program, "--config", str(config), "--ext", "html", "."]
    done = subprocess.run(command, cwd=site, capture_output=True, text=True, check=False)
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("is_dark", "width"),
    [(False, 1280), (True, 1280), (False, 390)],
    ids=["light", "dark", "small"],
)
def test_axe_finds_nothing_and_nothing_is_complained_of_or_asked_for_elsewhere(
    site: Path, chromium: Chromium, is_dark: bool, width: int
) -> None:
    axe = Path(require("axe-core/axe.min.js")).read_text()
    for page in (*SHOWN, WIDE):
        loaded = chromium.open((site / page).as_uri(), is_dark=is_dark, width=width)
        told, own = loaded.complaints, site.as_uri()
        if page == "404.html":  # it also asks for its style where a web server would have it
            told, own = [text for text in told if "ERR_FILE_NOT_FOUND" not in text], "file:///"
        assert not [url for url in loaded.requests if not url.startswith(own)]
        assert (page, told) == (page, [])
        assert chromium.run("getComputedStyle(document.body).margin") == "0px"
        chromium.run(f"{axe}; 0")
        assert (page, json.loads(chromium.run(_AXE))) == (page, [])


def test_nothing_is_wider_than_a_telephone(site: Path, chromium: Chromium) -> None:
    for width in (390, 700):
        for page in (*SHOWN, WIDE, "notes/log-6/index.html"):
            chromium.open((site / page).as_uri(), width=width)
            found = chromium.run("document.documentElement.scrollWidth")
            assert (page, found <= width) == (page, True)


def test_what_is_wider_than_the_column_is_scrolled_by_itself(
    site: Path, chromium: Chromium
) -> None:
    chromium.open((site / WIDE).as_uri(), width=390)
    for one in (".wide", ".formula"):
        box = f"document.querySelector('{one}')"
        assert chromium.run(f"{box}.scrollWidth > {box}.clientWidth"), one
        assert chromium.run(f"{box}.tabIndex") == 0, one


def test_a_task_inside_of_a_task_stands_further_in(site: Path, chromium: Chromium) -> None:
    chromium.open((site / WIDE).as_uri())
    lefts = "[...document.querySelectorAll('input')].map(box => box.getBoundingClientRect().left)"
    outer, inner = chromium.run(lefts)
    assert inner - outer > 20


def test_formulas_are_drawn_in_the_font_that_comes_with_the_site(
    site: Path, chromium: Chromium
) -> None:
    loaded = chromium.open((site / POST).as_uri())
    assert chromium.run("document.fonts.check('20px \"Papernotes Math\"')")
    assert any(url.endswith("/math.woff2") for url in loaded.requests)
    plain = chromium.open((site / "notes/log-1/index.html").as_uri())
    assert not any(url.endswith("/math.woff2") for url in plain.requests)


def test_the_policy_is_at_work(site: Path, chromium: Chromium) -> None:
    page = site / "hostile.html"
    text = (site / POST).read_text()
    page.write_text(text.replace("</main>", "<script>document.title = 'run'</script></main>"))
    loaded = chromium.open(page.as_uri())
    page.unlink()
    assert chromium.run("document.title") != "run"
    assert any("Content Security Policy" in text for text in loaded.complaints)


def test_searching_finds_words_whatever_their_case_and_accents(
    site: Path, chromium: Chromium
) -> None:
    loaded = chromium.open((site / "search/index.html").as_uri())
    titles = "[...document.querySelectorAll('.entry-title a')].map(link => link.textContent)"
    for words, first in (
        ("SOFTMAX ent", "Attention, read slowly"),
        ("naive resume", "機械学習のメモ <b> & “quotes”"),
        ("学習", "機械学習のメモ <b> & “quotes”"),
        ("vaswani", "Attention, read slowly"),
        ("re++", WIDE_TITLE),  # the whole tag, before titles that only begin so
    ):
        chromium.run(f"document.getElementById('p:query').value = {json.dumps(words)}")
        chromium.run("document.getElementById('p:query').dispatchEvent(new Event('input'))")
        assert chromium.run(titles)[:1] == [first], words
    chromium.run("document.getElementById('p:query').value = 'nowhere'")
    chromium.run("document.getElementById('p:query').dispatchEvent(new Event('input'))")
    assert chromium.run("document.getElementById('p:count').textContent") == "No posts"
    assert loaded.complaints == []
    target = (site / "search/index.html").as_uri() + "#q=warm-up"
    chromium.open(target)
    link = chromium.run("document.querySelector('.entry-title a').href")
    assert link == (site / "notes/warm-up/index.html").as_uri()


def test_an_older_url_leads_on(site: Path, chromium: Chromium) -> None:
    old = site / "2026/02/old-warm-up.html"
    assert html.fromstring(old.read_bytes()).xpath('string(//link[@rel="canonical"]/@href)') == (
        f"{SETTINGS.base_url}/notes/warm-up/"
    )
    chromium.open(old.as_uri())
    chromium.run("new Promise(done => setTimeout(done, 200))")
    assert chromium.run("location.href") == (site / "notes/warm-up/index.html").as_uri()


def test_the_keyboard_comes_to_the_skip_link_first(site: Path, chromium: Chromium) -> None:
    chromium.open((site / POST).as_uri())
    chromium.press("Tab")
    assert chromium.run("document.activeElement.className") == "skip"
    assert chromium.run("document.activeElement.getBoundingClientRect().left >= 0")
    assert chromium.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_every_link_and_anchor_of_the_site_exists(
    site: Path, pages: dict[str, html.HtmlElement]
) -> None:
    ids = {path: set(page.xpath("//@id")) for path, page in pages.items()}
    count = 0
    for path, page in pages.items():
        for url in page.xpath("//@href | //@src"):
            parts = urlsplit(url)
            if parts.scheme or parts.netloc or (path == "404.html" and url.startswith("/")):
                continue
            there = (site / path).parent / unquote(parts.path) if parts.path else site / path
            name = there.resolve().relative_to(site.resolve()).as_posix()
            assert there.is_file(), (path, url)
            assert not parts.fragment or unquote(parts.fragment) in ids[name], (path, url)
            count += 1
    assert count > 300


def test_no_page_has_a_style_or_script_of_its_own(pages: dict[str, html.HtmlElement]) -> None:
    for path, page in pages.items():
        handlers = page.xpath('//@*[starts-with(name(), "on")] | //@style | //style')
        scripts = page.xpath('//script[not(@src) and not(@type="application/ld+json")]')
        assert (path, handlers, scripts) == (path, [], [])
        assert path.startswith("search/") or not page.xpath("//script[@src]"), path
        policy = page.xpath('string(//meta[@http-equiv="Content-Security-Policy"]/@content)')
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy


def test_pictures_from_elsewhere_are_named_in_the_policy(
    pages: dict[str, html.HtmlElement],
) -> None:
    policy = '//meta[@http-equiv="Content-Security-Policy"]/@content'
    said = pages["notes/against-bar-charts/index.html"].xpath(f"string({policy})")
    assert "img-src 'self' file: https://pictures.example.net;" in said
    assert "https:" not in pages[POST].xpath(f"string({policy})")


def test_the_feed_keeps_what_rfc_4287_asks(site: Path) -> None:
    feed = etree.fromstring((site / "feed.xml").read_bytes())
    entries = feed.findall(f"{ATOM}entry")
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}id") == f"{SETTINGS.base_url}/"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == SETTINGS.author
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")] == ["self", "alternate"]
    assert len(entries) == 13
    for element in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        assert re.fullmatch(_TIME, element.findtext(f"{ATOM}updated") or "")
    found = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(found)) == len(found)
    assert all(url and url.startswith(f"{SETTINGS.base_url}/notes/") for url in found)
    for entry in entries:
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
        body = html.fromstring(f"<div>{content.text}</div>")
        links = [url for url in body.xpath("//@href | //@src") if not url.startswith("mailto:")]
        assert all(url.startswith(("https://", "http://")) for url in links), links


def test_the_sitemap_has_every_page_once(site: Path, pages: dict[str, html.HtmlElement]) -> None:
    sitemap = etree.fromstring((site / "sitemap.xml").read_bytes())
    namespace = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    urls = sitemap.xpath("//s:loc/text()", namespaces=namespace)
    canonical = {
        page.xpath('string(//link[@rel="canonical"]/@href)')
        for path, page in pages.items()
        if path not in {"404.html", "2026/02/old-warm-up.html"}
    }
    assert sorted(urls) == sorted(canonical)
    assert (site / "robots.txt").read_text().endswith(f"{SETTINGS.base_url}/sitemap.xml\n")


def test_a_post_tells_machines_what_it_is(pages: dict[str, html.HtmlElement]) -> None:
    page = pages[POST]
    data = json.loads(page.xpath('string(//script[@type="application/ld+json"])'))
    assert (data["@type"], data["datePublished"]) == ("BlogPosting", "2026-03-04")
    assert data["image"] == f"{SETTINGS.base_url}/notes/attention-read-slowly/curve.png"
    assert page.xpath('string(//meta[@name="citation_author"]/@content)') == "Ada Blogger"
    assert page.xpath('string(//meta[@property="og:url"]/@content)') == data["url"]
    title = pages["notes/b-quotes/index.html"].xpath("string(//h1)")
    assert title == "機械学習のメモ <b> & “quotes”"


def test_a_post_has_all_that_stands_round_it(pages: dict[str, html.HtmlElement]) -> None:
    page = pages[POST]
    contents = page.xpath('//nav[@class="contents"]//a/text()')
    assert contents[:3] == ["Scaled dot products", "In code", "What it costs"]
    assert page.xpath('string(//aside[@class="card"])').split()[:4] == [
        *("Paper", "·", "version", "5")
    ]
    backlinks = page.xpath('//section[@class="backlinks"]//a/@href')
    assert backlinks == ["../warm-up/index.html"]
    assert page.xpath('//a[@rel="prev"]/@href') == ["../warm-up/index.html"]
    assert not pages["notes/log-1/index.html"].xpath('//nav[@class="contents"]')
    deep = pages["tags/deep-learning/index.html"].xpath('//h2[@class="entry-title"]/a/@href')
    assert len(deep) == 2


def test_a_page_weighs_little(site: Path, pages: dict[str, html.HtmlElement]) -> None:
    style = (site / "assets/style.css").stat().st_size + (site / "assets/icon.svg").stat().st_size
    assert max((site / page).stat().st_size for page in pages) + style < 100_000
    assert (site / "assets/math.woff2").stat().st_size < 260_000
