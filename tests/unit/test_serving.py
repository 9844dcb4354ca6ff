"""The preview's server: what it answers, to whom, and how open pages hear of changes."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import socket
from html import unescape
from typing import TYPE_CHECKING

import pytest

from papernotes.errors import ConflictError
from papernotes.serving import Server, Site, Watch
from papernotes.serving.answering import HTML, STREAM, Answer, Asked, answer
from papernotes.serving.reloading import widened, with_reloading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = (
    b"<!doctype html>\n<html><head>\n"
    b'<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;">\n'
    b"<title>T</title></head>\n<body>\n<p>Words &lt;/body&gt; \xff</p>\n</body>\n</html>\n"
)
LOST = PAGE.replace(
    b"<p>",
    b'<link href="assets/a.css"><a href="https://ada.example/n/x/">x</a>'
    b'<a href="#top">t</a><a href="mailto:a@b">m</a><p>',
)
NONCE = "'nonce-n'"
SITE = Site(
    {
        "index.html": PAGE,
        "404.html": LOST,
        "notes/pie/index.html": PAGE,
        "notes/pie/a.svg": b"<svg/>",
        "notes/old.html": PAGE,
        "feed.xml": b"<feed/>",
        "assets/math.woff2": b"wOF2",
        "odd.exe": b"MZ",
    }
)
BELOW = Site(SITE.files, "https://ada.example/n")


def ask(target: str, site: Site = SITE, method: str = "GET", **more: str) -> Answer:
    hosts = (more.pop("host", "127.0.0.1:4000"),)
    asked = Asked(method, target, hosts, **more)
    return answer(asked, site, port=4000, version="v1", nonce="abc")


def header(found: Answer, name: str) -> str:
    return dict(found.headers).get(name, "")


@pytest.mark.parametrize(
    ("target", "status", "kind"),
    [
        ("/", 200, HTML),
        ("/index.html?x=1", 200, HTML),
        ("/notes/pie/", 200, HTML),
        ("/notes/old.html", 200, HTML),
        ("/notes/pie/%61.svg", 200, "image/svg+xml"),
        ("/feed.xml", 200, "application/xml; charset=utf-8"),
        ("/assets/math.woff2", 200, "font/woff2"),
        ("/odd.exe", 200, "application/octet-stream"),
        ("/assets/", 404, HTML),
        ("/assets", 404, HTML),
        ("/notes/../index.html", 404, HTML),
        ("/%2e%2e/%2e%2e/etc/passwd", 404, HTML),
        ("/..%5c..%5cboot.ini", 404, HTML),
        ("//notes/pie", 404, HTML),
        ("/%00", 404, HTML),
        ("/%ff%fe", 404, HTML),
        ("/.papernotes/nothing", 404, "text/plain; charset=utf-8"),
        ("/.papernotes/events", 200, STREAM),
        ("http://evil.example/", 400, "text/plain; charset=utf-8"),
        ("*", 400, "text/plain; charset=utf-8"),
    ],
)
def test_paths_are_those_of_files_and_no_others(target: str, status: int, kind: str) -> None:
    found = ask(target)
    assert (found.status, found.kind) == (status, kind)
    assert header(found, "Cache-Control") == "no-store"
    assert header(found, "X-Content-Type-Options") == "nosniff"


def test_a_folder_without_its_slash_is_moved_to_it_and_never_elsewhere() -> None:
    found = ask("/notes/pie?a=b%20c\u00e9")
    assert (found.status, header(found, "Location")) == (302, "/notes/pie/?a=b%20c%C3%A9")
    site = Site({"/evil.example/index.html": PAGE, "a b/index.html": PAGE})
    assert header(ask("/a%20b", site), "Location") == "/a%20b/"
    for target in ("//evil.example", "/%2fevil.example", "//evil.example/"):
        place = header(ask(target, site), "Location")
        assert not place.startswith(("//", "http"))


def test_a_page_that_has_moved_leads_to_where_it_is() -> None:
    site = Site(SITE.files, "https://ada.example/n", {"notes/tart/": "notes/pie/"})
    for path in ("notes/tart/", "notes/tart/index.html"):
        assert header(ask(f"/n/{path}", site), "Location") == "/n/notes/pie/"
        assert ask(f"/{path}", site).status == 404


def test_a_blog_below_a_path_is_served_below_it() -> None:
    assert header(ask("/", BELOW), "Location") == "/n/"
    assert header(ask("/n", BELOW), "Location") == "/n/"
    assert ask("/n/notes/pie/", BELOW).status == 200
    for target in ("/notes/pie/", "/nnotes/pie/", "/nnotes/pie", "/index.html"):
        assert ask(target, BELOW).status == 404, target


@pytest.mark.parametrize(("site", "base"), [(SITE, b"/"), (BELOW, b"/n/")])
def test_what_is_not_there_is_the_sites_own_page_with_links_from_anywhere(
    site: Site, base: bytes
) -> None:
    body = ask("/deep/down/x", site).body
    assert b'href="' + base + b'assets/a.css"' in body
    assert b'href="#top"' in body
    assert b'href="mailto:a@b"' in body
    assert (b'href="/n/x/"' in body) is (site is BELOW)
    bare = ask("/x", Site({}))
    assert (bare.status, bare.kind) == (404, "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:4000", 200),
        ("LOCALHOST:4000", 200),
        ("localhost", 403),
        ("127.0.0.1:4001", 403),
        ("evil.example:4000", 403),
        ("127.0.0.1.evil.example:4000", 403),
        ("", 403),
    ],
)
def test_only_our_own_names_are_answered(host: str, status: int) -> None:
    assert ask("/", host=host).status == status
    assert ask("/.papernotes/events", host=host).status == status
    twice = Asked("GET", "/", (host, "127.0.0.1:4000"))
    assert answer(twice, SITE, port=4000, version="", nonce="").status == 403
    none = Asked("GET", "/", ())
    assert answer(none, SITE, port=4000, version="", nonce="").status == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"])
def test_other_methods_are_refused(method: str) -> None:
    found = ask("/", method=method)
    assert (found.status, header(found, "Allow")) == (405, "GET, HEAD")


def test_other_sites_may_link_here_and_take_nothing() -> None:
    for site in ("cross-site", "same-site"):
        assert ask("/feed.xml", from_site=site, mode="no-cors").status == 403
        assert ask("/.papernotes/events", from_site=site, mode="cors").status == 403
        assert ask("/", from_site=site, mode="navigate").status == 200
    assert ask("/", from_site="same-origin", mode="cors").status == 200
    assert ask("/", from_site="none", mode="navigate").status == 200
    found = ask("/")
    assert header(found, "Cross-Origin-Resource-Policy") == "same-origin"
    assert header(found, "Content-Security-Policy") == "frame-ancestors 'none'"


def test_a_served_page_is_the_file_and_a_script_its_policy_lets_in() -> None:
    body = ask("/").body
    assert body != PAGE
    policy = unescape(re.search(rb'Policy" content="([^"]*)"', body)[1].decode())  # type: ignore[index] # it is there
    assert policy == (
        "default-src 'none'; script-src 'nonce-abc'; style-src 'nonce-abc'; connect-src 'self'"
    )
    own = (
        b'<link rel="stylesheet" href="/.papernotes/preview.css" nonce="abc">\n'
        b'<script src="/.papernotes/reload.js" nonce="abc" data-version="v1"></script>\n'
    )
    assert body.endswith(own + b"</body>\n</html>\n")
    left = re.sub(rb"<meta[^>]*>", b"", body.replace(own, b""))
    assert left == re.sub(rb"<meta[^>]*>", b"", PAGE)


def test_a_page_without_policy_or_body_reloads_too() -> None:
    for page in (b"", b"<p>x", b"<body><p>x"):
        body = with_reloading(page, version="v", nonce="n", unpublished=("<A>",))
        assert body.count(b"reload.js") == 1
        assert b"Not published: &lt;A&gt;" in body
        assert b"Security" not in body


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ("", ""),
        ("img-src *", "img-src *"),
        ("script-src 'none'", "script-src 'nonce-n'"),
        (
            "default-src a",
            f"default-src a; script-src a {NONCE}; style-src a {NONCE}; connect-src a 'self'",
        ),
        ("script-src a; script-src b", "script-src a 'nonce-n'"),
        ("CONNECT-SRC 'self';;", "connect-src 'self'"),
    ],
)
def test_a_policy_is_widened_by_a_nonce_and_nothing_else(policy: str, wanted: str) -> None:
    assert widened(policy, "n") == wanted


# --- over sockets ----------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(0) as one:
        one.show(SITE)
        one.start()
        yield one


def exchange(server: Server, request: bytes) -> bytes:
    """Send bytes as they are, and return all that comes back until the connection ends."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def test_head_has_the_headers_of_get_and_a_connection_is_used_again(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("HEAD", "/feed.xml")
    head = connection.getresponse()
    assert (head.status, head.read(), head.headers["Content-Length"]) == (200, b"", "7")
    used = connection.sock
    connection.request("GET", "/feed.xml")
    assert connection.getresponse().read() == b"<feed/>"
    assert connection.sock is used
    connection.close()


def test_a_body_nobody_asked_for_is_no_second_request(server: Server) -> None:
    host = f"Host: 127.0.0.1:{server.port}\r\n".encode()
    inner = b"GET /feed.xml HTTP/1.1\r\n" + host + b"\r\n"
    length = b"Content-Length: %d\r\n\r\n" % len(inner)
    got = exchange(server, b"POST / HTTP/1.1\r\n" + host + length + inner)
    assert got.startswith(b"HTTP/1.1 405 ")
    assert b"<feed/>" not in got


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
    ],
)
def test_what_is_no_request_ends_plainly(server: Server, request_bytes: bytes) -> None:
    got = exchange(server, request_bytes)
    assert re.match(rb"HTTP/1\.1 [45]\d\d ", got), got[:80]
    assert b"Python" not in got
    assert ask("/").status == 200


def test_open_pages_hear_of_changes_faults_and_their_end(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", "/.papernotes/events")
    events = connection.getresponse()
    assert events.headers["Content-Type"] == STREAM

    def told() -> str:
        lines = [events.readline().decode()]
        while lines[-1].strip():
            lines.append(events.readline().decode())
        return "".join(lines).strip()

    first = told()
    assert re.fullmatch(r"data: [0-9a-f]+-1", first)
    server.tell("no <such>\nfile")
    assert told() == "event: fault\ndata: " + json.dumps("no <such>\nfile")
    server.show(Site(dict(SITE.files)))  # as before: the fault has gone, nothing is to reload
    assert told() == first
    server.show(Site({**SITE.files, "index.html": PAGE.replace(b"Words", b"Other")}))
    assert told() == first.replace("-1", "-2")
    assert f'data-version="{first[6:-1]}2"'.encode() in server.answer(
        Asked("GET", "/", (f"localhost:{server.port}",))
    ).body  # fmt: skip
    server.close()
    assert events.read() == b""
    connection.close()


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET / HTTP/1.1\r\nHost: ", b"GET /.papernotes/events HTTP/1.1\r\nHost: {0}\r\n\r\n"],
)
def test_connections_that_rest_shut_nobody_out(
    monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr("papernotes.serving.server._MOST_CONNECTIONS", 8)
    monkeypatch.setattr("papernotes.serving.server._MOST_STREAMS", 4)
    with Server(0) as server, contextlib.ExitStack() as stack:
        server.show(SITE)
        server.start()
        for _ in range(20):
            resting = socket.create_connection(("127.0.0.1", server.port), 10)
            stack.enter_context(resting)
            resting.sendall(begun.replace(b"{0}", b"127.0.0.1:%d" % server.port))
        reader = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        stack.callback(reader.close)
        for _ in range(2):
            reader.request("GET", "/feed.xml")
            assert reader.getresponse().read() == b"<feed/>"


def test_a_port_that_is_taken_is_said_and_the_usual_one_is_stood_in_for(server: Server) -> None:
    with pytest.raises(ConflictError, match=str(server.port)) as caught:
        Server(server.port)
    assert "--port" in caught.value.hint
    with Server() as one, Server() as other:
        assert one.port != other.port
        assert other.url("a/") == f"http://127.0.0.1:{other.port}/a/"


# --- watching --------------------------------------------------------------------------------


def test_every_change_of_a_file_is_noticed_once(tmp_path: Path) -> None:
    notes, single = tmp_path / "notes", tmp_path / "settings"
    (notes / "deep").mkdir(parents=True)
    (notes / "deep/a.md").write_text("a")
    (notes / "round").symlink_to(notes)
    watch = Watch(lambda: ([str(notes), str(tmp_path / "none")], [str(single)]))
    assert not watch.has_changed()

    def replaced() -> None:
        (notes / "b.new").write_text("b")
        (notes / "b.new").replace(notes / "deep/a.md")

    for change in (
        lambda: (notes / "deep/a.md").write_text("longer"),
        lambda: os.utime(notes / "deep/a.md", ns=(1, 1)),
        replaced,
        lambda: (notes / "deep/a.md").rename(notes / "c.md"),
        lambda: single.write_text("x"),
        (notes / "c.md").unlink,
    ):
        change()
        assert watch.has_changed()
        assert not watch.has_changed()
    (notes / ".c.md.swp").write_text("x")
    (notes / "c.md~").write_text("x")
    assert not watch.has_changed()
    single.unlink()
    watch.wait()
    assert not watch.has_changed()
