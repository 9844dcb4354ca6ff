"""papernotes serve --library: who may come in, what they see, and that nothing is changed by it."""

from __future__ import annotations

import contextlib
import http.client
import re
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from tests.browsing import PDF, PUBLIC, Guest, make_library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Shell

pytest.importorskip("markdown_it", reason="the extra html is not installed")

PAPER = "/page/doe2020paper/"


@contextlib.contextmanager
def serving(shell: Shell, *args: str) -> Iterator[Guest]:
    process = shell.start("serve", "--library", "--port", "0", *args)
    try:
        yield Guest(process)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def home(shell: Shell) -> Shell:
    make_library(shell.folder)
    return shell


def tree(shell: Shell) -> dict[str, bytes]:
    """Return all files of the library but those of the index."""
    files = (path for path in shell.folder.rglob("*") if path.is_file())
    named = {path.relative_to(shell.folder).as_posix(): path for path in files}
    return {name: p.read_bytes() for name, p in named.items() if not name.startswith("index/")}


def test_only_who_has_the_address_comes_in_and_nobody_from_another_site(home: Shell) -> None:
    with serving(home) as guest:
        for target in ("/", PAPER, "/assets/style.css", "/events", "/?token=", "/?token=%ff%00"):
            status, headers, body = guest.ask(target, Cookie=f"papernotes-{guest.port}=; a=b")
            assert (status, PUBLIC.encode() in body) == (403, False), target
            assert "Set-Cookie" not in headers
        assert guest.ask(guest.target, Host="evil.example")[0] == 403
        assert guest.ask(guest.target, Host=f"evil.example:{guest.port}")[0] == 403

        place = guest.target.replace("/?", "//evil.example/x%0d%0aA:b/?q=a%26b&", 1)
        status, headers, _ = guest.ask(place)
        assert (status, headers["Location"]) == (303, "/evil.example/x%0d%0aA:b/?q=a%26b")
        assert guest.enter() == "/"
        _, headers, _ = guest.ask(guest.target)
        flags = headers["Set-Cookie"].split("; ")[1:]
        assert flags == ["Path=/", "HttpOnly", "SameSite=Strict"]
        token = guest.target.partition("=")[2]
        assert len(token) > 40
        assert token not in headers["Set-Cookie"]

        status, headers, body = guest.ask(PAPER, Cookie=f"a=b; {guest.cookie}")
        assert (status, PUBLIC.encode() in body) == (200, True)
        assert token.encode() not in body
        assert guest.cookie.partition("=")[2].encode() not in body
        policy = headers["Content-Security-Policy"]
        for rule in ("default-src 'none'", "frame-ancestors 'none'", "script-src 'self'"):
            assert rule in policy.split("; ")
        assert "unsafe" not in policy
        wanted = {
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        assert {name: headers[name] for name in wanted} == wanted
        assert not [name for name in headers if name.startswith("Access-Control")]

        for more in (
            {"Host": "evil.example"},
            {"Host": f"papernotes.example:{guest.port}"},
            {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
            {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors"},
        ):
            assert guest.get(PAPER, **more)[0] == 403, more
        assert guest.ask(PAPER, "POST", Cookie=guest.cookie)[0] == 405
        with serving(home) as other:
            other.cookie = guest.cookie.replace(str(guest.port), str(other.port))
            assert other.get("/")[0] == 403


def test_what_a_reader_sees_of_a_library_and_nothing_is_written(home: Shell) -> None:
    before = tree(home)
    with serving(home, "diary") as guest:
        assert guest.enter() == "/page/diary/"
        status, page = guest.get("/page/diary/")
        assert (status, "The secret of pears" in page) == (200, True)
        assert "</span> private" in page
        assert 'href="../doe2020paper/index.html#pictures">there</a>' in page

        status, page = guest.get(PAPER)
        assert status == 200
        for said in (
            'href="../diary/index.html">Diary</a>',
            'href="../roe2021plums/index.html">On Plums</a>',
            f'href="../~{b"DBLP:conf/x//Y21".hex()}/index.html">',
            "nowhere, as ",
            "Cinnamon goes in.",
            "The secret of pears, see <mark>there</mark>.",
            '<code class="copied">doe2020paper</code>',
            "papernotes edit doe2020paper",
            "https://arxiv.org/abs/2002.01234",
            "@misc{doe2020paper,",
            "pears &amp; more.",
            'alttext="e = mc^2"',
            "★★★★☆",
            "/?q=tag%3Afruit%2Fpears",
        ):
            assert said in page, said
        for hidden in ("whispered", "Butter.", "[[nowhere]]"):
            assert hidden not in page, hidden
        for link in re.findall(r'href="\.\./([^"#]+)index\.html', page):
            assert guest.get(f"/page/{link}")[0] == 200, link
        assert "Odd Key of Quinces" in guest.get(f"/page/~{b'DBLP:conf/x//Y21'.hex()}/")[1]

        picture = re.search(r'<img src="([^"]+)"', page)
        assert picture is not None
        status, headers, data = guest.ask(f"{PAPER}{picture[1]}", Cookie=guest.cookie)
        assert (status, headers["Content-Type"], data[:4]) == (200, "image/png", b"\x89PNG")
        status, page = guest.get("/page/kitchen/tart/")
        assert (status, page.count("Tart &amp; Pie")) == (200, 2)
        assert guest.get("/page/kitchen/tart")[0] == 302
        assert guest.get("/page/2002.01234/")[0] == 302
        for lost in ("/page/nobody/", "/page/~zz/", "/page/", "/%2e%2e/etc/passwd", "/page/..%2f"):
            status, page = guest.get(lost)
            assert (status, "Nothing to show" in page) == (404, True), lost
        for lost in (f"{PAPER}other.png", f"{PAPER}..%2f..%2fbib/all.bib", "/assets/../x.py"):
            assert guest.get(lost)[0] == 404, lost
        assert "Tart &amp; Pie" in guest.get("/?sort=title")[1]
        assert "doe2020paper" in guest.get("/next/")[1]
        assert "/?q=tag%3Afruit" in guest.get("/tags/")[1]
    assert tree(home) == before


def test_searching_by_form_and_as_it_is_typed_is_answered_in_the_language_of_queries(
    home: Shell,
) -> None:
    with serving(home) as guest:
        guest.enter()
        page = guest.get("/?q=cinnamon")[1]
        assert "1 found" in page
        assert 'value="cinnamon"' in page
        assert "<mark>Cinnamon</mark> goes in." in page
        assert 'href="/page/kitchen/tart/#filling">note › Filling</a>' in page
        part = guest.get("/?q=cinn&typed=1&part=results")[1]
        assert "<mark>Cinnamon</mark>" in part
        assert "<html" not in part
        assert "1 found" in guest.get("/?q=cinn&typed=1")[1]
        assert "pears%20kind%3Aexperiment" not in guest.get("/?q=pears&part=facets")[1]
        assert "pears%20kind%3Apaper" in guest.get("/?q=pears&part=facets")[1]
        for text, column in (("pears%20colour:x", 7), ("year:%3Cb%3E", 6)):
            status, page = guest.get(f"/?q={text}")
            assert (status, f"(column {column})" in page) == (200, True), text
            assert "<b>" not in page
        assert "Nothing matches" in guest.get("/?q=zzzzqqqq")[1]
        assert "for: cinnamon" in guest.get("/?q=cinnamonn")[1]
        assert "selected>by title" in guest.get("/?q=pears&sort=title&page=x&page=9999999")[1]
        assert guest.get("/?" + "&".join(["a=b"] * 99))[0] == 200

        note = home.folder / "notes/kitchen/tart.md"
        note.write_text(note.read_text().replace("Cinnamon", "Cardamom"))
        assert "1 found" in guest.get("/?q=cardamom")[1]
        assert "Cardamom" in guest.get("/page/kitchen/tart/")[1]


def test_a_pdf_is_served_in_the_stretches_a_viewer_asks_for(home: Shell) -> None:
    with serving(home) as guest:
        guest.enter()

        def get(**more: str) -> tuple[int, http.client.HTTPMessage, bytes]:
            return guest.ask("/pdf/doe2020paper.pdf", Cookie=guest.cookie, **more)

        status, headers, data = get()
        assert (status, data == PDF, headers["Content-Type"]) == (200, True, "application/pdf")
        assert headers["Accept-Ranges"] == "bytes"
        assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
        status, headers, data = get(Range="bytes=5-9")
        assert (status, data, headers["Content-Range"]) == (206, PDF[5:10], f"bytes 5-9/{len(PDF)}")
        assert get(Range="bytes=-6")[2] == PDF[-6:]
        assert get(Range=f"bytes={len(PDF)}-")[0] == 416
        assert guest.ask("/pdf/doe2020paper.pdf", Range="bytes=0-9")[0] == 403
        assert guest.get("/pdf/roe2021plums.pdf")[0] == 404
        page = guest.get(f"{PAPER}?beside=pdf")
        assert '<iframe class="pdf" src="/pdf/doe2020paper.pdf#' in page[1]
        (home.folder / "pdf/doe2020paper-v1.pdf").write_bytes(b"<script>no PDF</script>")
        assert guest.get("/pdf/doe2020paper.pdf")[0] == 404


def test_an_open_page_hears_of_its_own_note_and_of_what_it_embeds(home: Shell) -> None:
    with serving(home) as guest:
        guest.enter()

        def listening() -> http.client.HTTPResponse:
            place = re.search(r'data-events="([^"]+)"', guest.get(PAPER)[1])
            assert place is not None
            connection = http.client.HTTPConnection("127.0.0.1", guest.port, timeout=60)
            target = place[1].replace("&amp;", "&")
            connection.request("GET", target, headers={"Cookie": guest.cookie})
            stream = connection.getresponse()
            assert stream.headers["Content-Type"] == "text/event-stream"
            assert stream.readline() == b": here\n"
            return stream

        for name, text in (("doe2020paper", "Medlars"), ("kitchen/tart", "Cloves")):
            stream = listening()
            note = home.folder / f"notes/{name}.md"
            note.write_text(note.read_text() + f"\n## Filling\n\n{text}.\n")
            heard = b""
            while b"data:" not in heard and (line := stream.readline()):
                heard += line
            assert b"data: changed" in heard
            assert stream.read() == b"\n"


def test_an_index_that_was_thrown_away_and_made_anew_is_the_one_that_is_used(home: Shell) -> None:
    with serving(home) as guest:
        guest.enter()
        assert "2 found" in guest.get("/?q=pears")[1]
        shutil.rmtree(home.folder / "index")
        assert home("sync").status == 0
        (home.folder / "notes/medlars.md").write_text("Medlars are like pears.\n")
        assert "3 found" in guest.get("/?q=pears")[1]
        ended = home("search", "medlars")
        assert (ended.out.count("\n"), ended.err) == (1, "")


def test_what_is_like_a_paper_has_a_page_that_is_a_part_of_its_own(home: Shell) -> None:
    with serving(home) as guest:
        guest.enter()
        assert 'href="?like=1" data-later' in guest.get(PAPER)[1]
        status, page = guest.get(f"{PAPER}?like=1")
        assert (status, '<ul class="short" data-alike>' in page) == (200, True)
        assert '<a href="/page/diary/">Diary</a>' in page
        assert guest.get("/page/nobody/?like=1")[0] == 404


def test_a_command_to_copy_is_one_that_a_terminal_takes_as_it_stands(home: Shell) -> None:
    for name in ("-dash", "it's", "a\x03b", "c\nd"):
        (home.folder / f"notes/{name}.md").write_text("Odd.\n")
    with serving(home) as guest:
        guest.enter()
        assert "papernotes edit -- -dash<" in guest.get("/page/-dash/")[1]
        assert (
            "papernotes edit &#39;it&#39;&#34;&#39;&#34;&#39;s&#39;<" in guest.get("/page/it's/")[1]
        )
        for name in ("a\x03b", "c\nd"):
            status, page = guest.get(f"/page/~{name.encode().hex()}/")
            assert (status, "papernotes edit" in page) == (200, False)


def test_hostile_notes_and_pictures_have_nothing_left_that_runs(home: Shell) -> None:
    with serving(home) as guest:
        guest.enter()
        status, page = guest.get("/page/hostile/")
        assert (status, page.count("<script"), page.count("<style")) == (200, 1, 0)
        assert "<h1>&lt;script&gt;hit = 1&lt;/script&gt;</h1>" in page
        body = page[page.index('<div class="body"') :]
        for bad in ("javascript:", "onerror", "onload", "<iframe", "<object", "<form action",
                    "<meta", "<base", "<link", "style=", 'src="http', 'src="//'):  # fmt: skip
            assert bad not in body, bad
        assert body.count("a picture at evil.example, not loaded") == 2
        assert 'src="drawn.svg"' not in body
        assert guest.get("/page/hostile/drawn.svg")[0] == 404
        status, headers, data = guest.ask("/page/hostile/plain.svg", Cookie=guest.cookie)
        assert (status, b"<desc" in data, b"circle" in data) == (200, False, True)
        assert "sandbox" in headers["Content-Security-Policy"].split("; ")


def test_how_it_begins_and_ends(home: Shell) -> None:
    for args, status in (
        (("--library", "nobody"), 1),
        (("nobody", "--library"), 3),
        (("doe2020paper", "diary", "--library"), 2),
        (("--library", "--blog", "x"), 2),
        (("--library", ""), 2),
    ):
        ended = home("serve", *args)
        assert (ended.status, ended.out) == (status, ""), args
        assert ("papernotes serve nobody --library" in ended.err) == (status == 1)
    ended = home("serve", "-", "--library", stdin="nobody\t2020\n")
    assert (ended.status, "'nobody'" in ended.err) == (3, True)
    with serving(home) as guest:
        guest.enter()
        ended = home("serve", "--library", "--port", str(guest.port))
        assert (ended.status, "--port 0" in ended.err) == (4, True)
        assert guest.get("/")[0] == 200
        guest.process.send_signal(signal.SIGINT)
        _, err = guest.process.communicate(timeout=30)
        assert guest.process.returncode == 0
        assert err.endswith("the library is closed\n")
        assert "Traceback" not in err
