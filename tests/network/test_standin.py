"""The stand-in answers as arXiv does: checked by hand-made requests, and against recordings."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree as ET

import pytest

from papernotes.demo.answers import answer
from papernotes.demo.records import Record, load_records
from papernotes.demo.standin import StandIn
from papernotes.errors import FormatError

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "atom" / "arxiv.py"
NOW = "2026-11-22T00:00:00Z"
ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def ask(server: StandIn, path: str, *, form: bytes | None = None) -> tuple[int, bytes]:
    host = urlsplit(server.url)
    connection = http.client.HTTPConnection(host.hostname or "", host.port, timeout=5)
    try:
        connection.request("GET" if form is None else "POST", path, body=form)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def query(server: StandIn, **params: str) -> tuple[int, ET.Element]:
    status, body = ask(server, "/api/query?" + urlencode(params))
    return status, ET.fromstring(body)


def entry_ids(feed: ET.Element) -> list[str]:
    return [
        entry.findtext(f"{ATOM}id", "").removeprefix("http://arxiv.org/abs/")
        for entry in feed.findall(f"{ATOM}entry")
    ]


@pytest.mark.parametrize(
    ("id_list", "expected"),
    [
        ("1412.6980", ["1412.6980v9"]),
        ("1706.03762v1", ["1706.03762v1"]),
        ("1706.03762,1706.03762", ["1706.03762v7"]),
        ("1706.03762,1706.03762v7", ["1706.03762v7"]),
        ("1706.03762,1706.03762v1", ["1706.03762v7", "1706.03762v1"]),
        ("1412.6980,1706.03762", ["1706.03762v7", "1412.6980v9"]),  # its order, not ours
        ("0000.0000", []),
        ("1706.03762v3", []),
        ("arXiv:1412.6980", []),
        (" 1412.6980", []),
        ("https://arxiv.org/abs/1412.6980", []),
        ("1412.6980,2401.99999", ["1412.6980v9"]),
    ],
)
def test_lists_of_ids(server: StandIn, id_list: str, expected: list[str]) -> None:
    status, feed = query(server, id_list=id_list)
    assert (status, entry_ids(feed)) == (200, expected)
    assert feed.findtext(f"{OPENSEARCH}totalResults") == str(len(expected))


@pytest.mark.parametrize(
    ("params", "status", "reason"),
    [
        ({}, 400, "Either a search_query or id_list must be specified for the classic API."),
        ({"id_list": "abc"}, 400, "incorrect id format for abc"),
        ({"id_list": "1412.6980,abc"}, 400, "incorrect id format for abc"),
        ({"id_list": "1412.6980,"}, 400, "incorrect id format for "),
        ({"id_list": "1412.6980", "start": "x"}, 400, "start must be an integer"),
        ({"id_list": "1412.6980", "start": "-1"}, 400, "start must be non-negative"),
        ({"id_list": "1412.6980", "max_results": "-1"}, 400, "max_results must be non-negative"),
        ({"search_query": "x", "start": "10000"}, 500, "Internal server error"),
        ({"search_query": "x", "max_results": "0"}, 500, "Internal server error"),
        (
            {"search_query": "x", "sortBy": "foo"},
            400,
            "sortBy must be in: relevance, lastUpdatedDate, submittedDate",
        ),
    ],
)
def test_wrong_requests(server: StandIn, params: dict[str, str], status: int, reason: str) -> None:
    got, feed = query(server, **params)
    assert got == status
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "Error"
    assert feed.findtext(f"{ATOM}entry/{ATOM}summary") == reason
    assert feed.findtext(f"{OPENSEARCH}totalResults") == "1"
    assert feed.find(f"{ATOM}entry/{ATOM}published") is None


@pytest.mark.parametrize(
    ("search_query", "expected"),
    [
        ("ti:attention", ["1706.03762v7"]),
        ('au:"Jimmy Ba"', ["1412.6980v9"]),
        ("au:kingma AND cat:stat.ML", ["1312.6114v11"]),
        ("au:kingma ANDNOT cat:stat.ML", ["1412.6980v9"]),
        ("all:nothingofthekind", []),
    ],
)
def test_searches(server: StandIn, search_query: str, expected: list[str]) -> None:
    _, feed = query(server, search_query=search_query)
    assert entry_ids(feed) == expected


ADAM, VAE, RESNET, BERT = "1412.6980v9", "1312.6114v11", "1512.03385v1", "1810.04805v2"


@pytest.mark.parametrize(
    ("search_query", "expected"),
    [
        ("au:kingma cat:cs.CV", [ADAM, VAE, RESNET, "2103.00020v1"]),  # nothing between is OR
        ("ti:adam OR ti:resnet AND cat:cs.CL", [ADAM]),
        ("(ti:adam OR ti:bert) AND cat:cs.CL", [BERT]),
        ("au:kingma AND NOT ti:adam", [VAE]),
        ("au:kingma ANDNOT (ti:adam OR ti:gan)", [VAE]),
        ("ti:(residual AND recognition)", [RESNET]),
        ('ti:"residual learning"', [RESNET]),
        ('ti:"learning residual"', []),
        ("ti:resid*", [RESNET]),
        ("TI:adam", None),
        ("ti:networks AND ti:adversarial", ["1406.2661v1"]),
        ("ti:network AND ti:adversarial", ["1406.2661v1"]),  # in any form
        ("au:Sébastien OR au:ba", [ADAM]),
        ("au:jimmy_ba", [ADAM]),
        ("id:1412.6980", [ADAM]),
        ("id:1706.03762v1", []),  # a search knows the newest version only
        ("cat:cs.C* ANDNOT cat:cs.CL", [RESNET, "2103.00020v1", "2104.12255v1"]),
        ("cat:hep-*", ["hep-th/9711200v3"]),
        ("submittedDate:[2014 TO 2014] AND cat:stat.ML", ["1406.2661v1", "1409.0473v7"]),
        ("submittedDate:[201412221354 TO 201412221354]", [ADAM]),
        ("submittedDate:[201412221355 TO 201412222359]", []),
        ("lastUpdatedDate:[2022 TO 202212]", [VAE]),
        ("doi:10.1023/A:1026654312961", None),  # a colon has to be quoted
        ('doi:"10.1023/a:1026654312961"', ["hep-th/9711200v3"]),
        ("(ti:adam", None),
        ("ti:adam)", None),
        ("()", None),
        ('ti:"adam', None),
        ("AND ti:adam", None),
        ("ti:adam AND", None),
        ("ti:adam OR OR ti:bert", None),
        ("ANDNOT ti:adam", None),
        ("*", None),
        ("ti:*dam", None),
        ("C++", None),
        ("colour:red", None),
        ("submittedDate:2014", None),
        ("ti:[a TO b]", None),
        ("(" * 60 + "x" + ")" * 60, None),
    ],
)
def test_the_language_of_searches(
    server: StandIn, search_query: str, expected: list[str] | None
) -> None:
    status, feed = query(server, search_query=search_query, max_results="50")
    if expected is not None:
        assert (status, entry_ids(feed)) == (200, expected)
        return
    assert status == 400
    assert feed.findtext(f"{ATOM}entry/{ATOM}summary") == f"Invalid query string: {search_query!r}"


def test_relevance_is_title_before_abstract_and_always_the_same(server: StandIn) -> None:
    orders = [entry_ids(query(server, search_query="learning")[1]) for _ in range(2)]
    assert orders[0] == orders[1]
    titles = {one.versioned_id: one.title.lower() for one in load_records()}
    has_it = ["learn" in titles[place] for place in orders[0]]
    assert has_it == sorted(has_it, reverse=True)
    assert {True, False} == set(has_it)


def test_ids_and_a_question_are_what_both_have(server: StandIn) -> None:
    _, feed = query(server, id_list="1412.6980,1312.6114", search_query="ti:adam OR ti:bert")
    assert entry_ids(feed) == [ADAM]


def test_pages_and_order(server: StandIn) -> None:
    params = {"search_query": "cat:cs.CL", "sortBy": "submittedDate", "sortOrder": "ascending"}
    _, first = query(server, **params, max_results="2")
    _, second = query(server, **params, start="2", max_results="2")
    assert entry_ids(first) == ["1301.3781v3", "1409.0473v7"]
    assert entry_ids(second) == ["1409.3215v3", "1706.03762v7"]
    assert first.findtext(f"{OPENSEARCH}totalResults") == "7"


def test_a_post_is_as_good_as_a_get(server: StandIn) -> None:
    status, body = ask(server, "/api/query", form=b"id_list=1412.6980")
    assert status == 200
    assert entry_ids(ET.fromstring(body)) == ["1412.6980v9"]
    assert server.requests[0].method == "POST"


def test_log_and_faults_over_http(server: StandIn) -> None:
    assert ask(server, "/_fault", form=b'["status:418"]') == (200, b"queued\n")
    assert ask(server, "/_fault", form=b'["nonsense"]')[0] == 400
    assert ask(server, "/_fault", form=b"{")[0] == 400
    assert ask(server, "/api/query?id_list=1412.6980")[0] == 418
    assert ask(server, "/api/query?id_list=1412.6980")[0] == 200
    assert ask(server, "/elsewhere")[0] == 404
    log = json.loads(ask(server, "/_log")[1])
    assert [row["params"]["id_list"] for row in log["requests"]] == ["1412.6980"] * 2
    assert log["max_active"] == 1


def fetch(
    server: StandIn, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of a file's answer; what is broken off raises."""
    host = urlsplit(server.url)
    connection = http.client.HTTPConnection(host.hostname or "", host.port, timeout=5)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, headers=sent)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/pdf/1706.03762", "1706.03762v7"),
        ("/pdf/1706.03762v1", "1706.03762v1"),
        ("/pdf/hep-th/9711200v3", "hep-th9711200v3"),
    ],
)
def test_a_pdf(server: StandIn, path: str, name: str) -> None:
    status, headers, body = fetch(server, path)
    assert (status, headers["Content-Type"]) == (200, "application/pdf")
    assert headers["Content-Disposition"] == f'inline; filename="{name}.pdf"'
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["Transfer-Encoding"] == "chunked"
    assert "Content-Length" not in headers
    assert headers["Last-Modified"].endswith(" GMT")
    assert body.startswith(b"%PDF-")
    assert body.rstrip().endswith(b"%%EOF")
    assert body.count(b"made for the papernotes demo") >= 2
    head_status, head_headers, nothing = fetch(server, path, "HEAD")
    assert (head_status, nothing) == (200, b"")
    assert head_headers["ETag"] == headers["ETag"]
    assert head_headers["Content-Length"] == str(len(body))
    assert [one.path for one in server.requests] == [path, path]


@pytest.mark.parametrize(
    ("asked", "condition", "status", "first", "last"),
    [
        ("bytes=100-", "", 206, 100, -1),
        ("bytes=100-199", "", 206, 100, 199),
        ("bytes=0-99999999", "", 206, 0, -1),
        ("bytes=-100", "", 206, -100, -1),
        ("bytes=100-", "ETag", 206, 100, -1),
        ("bytes=100-", "Last-Modified", 206, 100, -1),
        ("bytes=100-", "other", 200, 0, -1),
        ("bytes=99999999-", "other", 200, 0, -1),
        ("bytes=9-5", "", 200, 0, -1),
        ("bytes=-", "", 200, 0, -1),
        ("bytes=1-2,4-5", "", 200, 0, -1),
        ("lines=1-2", "", 200, 0, -1),
    ],
)
def test_ranges(
    server: StandIn, asked: str, condition: str, status: int, first: int, last: int
) -> None:
    _, headers, whole = fetch(server, "/pdf/1412.6980")
    sent = {"Range": asked} | ({"If_Range": headers.get(condition, '"x"')} if condition else {})
    got, answered, body = fetch(server, "/pdf/1412.6980", **sent)
    start, end = first % len(whole), last % len(whole)
    assert (got, body) == (status, whole[start : end + 1])
    shown = f"bytes {start}-{end}/{len(whole)}" if status == 206 else None
    assert answered.get("Content-Range") == shown
    assert answered["ETag"] == headers["ETag"]
    assert server.requests[-1].range == asked


def test_a_range_behind_the_end(server: StandIn) -> None:
    size = len(fetch(server, "/pdf/1412.6980")[2])
    status, headers, _ = fetch(server, "/pdf/1412.6980", Range=f"bytes={size}-")
    assert (status, headers["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/pdf/1412.6980.pdf", "/pdf/1412.6980"),
        ("/pdf/1412.6980v9?download=1", "/pdf/1412.6980v9"),
        ("/pdf/hep-th/9711200.pdf?x", "/pdf/hep-th/9711200"),
    ],
)
def test_a_pdf_under_another_name(server: StandIn, path: str, place: str) -> None:
    status, headers, body = fetch(server, path)
    assert (status, headers["Location"], body) == (301, place, b"")


@pytest.mark.parametrize(
    "path", ["/pdf/2401.99999", "/pdf/1412.6980v8", "/pdf/abc", "/pdf/", "/abs/2401.99999"]
)
def test_a_file_that_is_not_there(server: StandIn, path: str) -> None:
    status, headers, body = fetch(server, path)
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert b"no such paper" in body


def test_a_withdrawn_version_has_no_pdf() -> None:
    (first,) = (one for one in load_records() if one.versioned_id == "1706.03762v1")
    second = replace(first, version=2, comment="This paper has been withdrawn by Jane Doe")
    with StandIn([first, second]) as server:
        status, _, body = fetch(server, "/pdf/1706.03762")
        assert status == 404
        assert b"version of 1706.03762v2 has been withdrawn and is unavailable" in body
        assert fetch(server, "/pdf/1706.03762v1")[0] == 200
        assert b"withdrawn by Jane Doe" in fetch(server, "/abs/1706.03762")[2]


def test_an_abstract_page_escapes_what_it_shows() -> None:
    (one, *_) = load_records()
    with StandIn([replace(one, title="<script>", summary="a & b")]) as server:
        status, headers, body = fetch(server, f"/abs/{one.id}")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"&lt;script&gt;" in body
    assert b"a &amp; b" in body


def test_a_pdf_that_is_cut_has_the_length_of_the_whole(server: StandIn) -> None:
    whole = fetch(server, "/pdf/1412.6980")[2]
    server.play("truncate:0.5")
    with pytest.raises(http.client.IncompleteRead) as caught:
        fetch(server, "/pdf/1412.6980")
    assert caught.value.partial == whole[: len(whole) // 2]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("truncate_noclen:0.5", http.client.IncompleteRead),
        ("truncate_noclen:1.0", http.client.IncompleteRead),
        ("reset", ConnectionError),
        ("reset:0.5", ConnectionError),
    ],
)
def test_a_pdf_that_is_broken_off(server: StandIn, fault: str, error: type[Exception]) -> None:
    server.play(fault)
    with pytest.raises(error):
        fetch(server, "/pdf/1412.6980")


def test_a_fault_is_played_for_a_part_too(server: StandIn) -> None:
    whole = fetch(server, "/pdf/1412.6980")[2]
    server.play("cut:0.5")
    status, headers, body = fetch(server, "/pdf/1412.6980", Range="bytes=200-")
    assert (status, body) == (206, whole[200:][: (len(whole) - 200) // 2])
    assert headers["Content-Range"] == f"bytes 200-{len(whole) - 1}/{len(whole)}"
    assert headers["Content-Length"] == str(len(body))


def test_a_pdf_can_be_blown_up(server: StandIn) -> None:
    whole = fetch(server, "/pdf/1412.6980")[2]
    server.play("big:2")
    body = fetch(server, "/pdf/1412.6980")[2]
    assert len(body) == len(whole) + 2_000_000
    assert body.startswith(b"%PDF-")
    assert body.endswith(whole[whole.rindex(b"startxref") :])


def test_records_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    path.write_text('[{"id": "2401.00001"}]')
    with pytest.raises(FormatError, match=r"records\.json: not a list of records"):
        load_records(path)
    with pytest.raises(FormatError, match="No such file"):
        load_records(tmp_path / "none.json")


def test_it_runs_on_its_own() -> None:
    command = [sys.executable, "-m", "papernotes.demo.standin", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = urlsplit(process.stdout.readline().strip())
        connection = http.client.HTTPConnection("127.0.0.1", address.port or 0, timeout=5)
        connection.request("GET", f"{address.path}?id_list=1412.6980")
        body = connection.getresponse().read()
        connection.close()
        process.terminate()
    assert entry_ids(ET.fromstring(body)) == ["1412.6980v9"]


def as_record(entry: ET.Element) -> Record:
    """Read an entry as served in 2026, so that it can be served again."""
    place, _, version = entry.findtext(f"{ATOM}id", "").partition("/abs/")[2].rpartition("v")
    names = [author.findtext(f"{ATOM}name", "") for author in entry.findall(f"{ATOM}author")]
    return Record(
        id=place,
        version=int(version),
        title=entry.findtext(f"{ATOM}title", ""),
        authors=tuple(names),
        categories=tuple(one.get("term", "") for one in entry.findall(f"{ATOM}category")),
        published=entry.findtext(f"{ATOM}published", ""),
        updated=entry.findtext(f"{ATOM}updated", ""),
        summary=entry.findtext(f"{ATOM}summary", ""),
        comment=entry.findtext(f"{ARXIV}comment", ""),
        journal_ref=entry.findtext(f"{ARXIV}journal_ref", ""),
        dois=tuple(one.text or "" for one in entry.findall(f"{ARXIV}doi")),
        affiliations=tuple(
            (author.findtext(f"{ATOM}name", ""), one.text or "")
            for author in entry.findall(f"{ATOM}author")
            for one in author.findall(f"{ARXIV}affiliation")
        ),
    )


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpora are not beside us")
def test_answers_are_arxivs_own_byte_for_byte() -> None:
    checked = 0
    for path in sorted(CORPUS.glob("id_*.json")):
        recorded = json.loads(path.read_text("utf-8"))
        feed = ET.fromstring(recorded["body"].encode())
        is_error = recorded["status_code"] != 200
        records = [] if is_error else [as_record(e) for e in feed.findall(f"{ATOM}entry")]
        params = dict(parse_qsl(urlsplit(recorded["url"]).query, keep_blank_values=True))
        reply = answer(records, params, now=feed.findtext(f"{ATOM}updated", ""))
        assert reply.status == recorded["status_code"]
        ours, theirs = reply.body.decode().splitlines(), recorded["body"].splitlines()
        # The hash in the feed's id is of a form of the query only arXiv knows.
        assert [line for line in ours if "<id>https://arxiv.org/api/" not in line or is_error] == [
            line for line in theirs if "<id>https://arxiv.org/api/" not in line or is_error
        ], path.name
        checked += 1
    assert checked == 10
