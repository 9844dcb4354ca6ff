"""The stand-in answers as arXiv does: checked by hand-made requests, and against recordings."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree as ET

import pytest

from papernotes.demo.answers import answer
from papernotes.demo.records import Record, load_records
from papernotes.errors import FormatError

if TYPE_CHECKING:
    from papernotes.demo.standin import StandIn

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
