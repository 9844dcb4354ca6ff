"""Every fault the stand-in can play: the right error, in time, and nothing returned."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from papernotes.arxiv.transport import check_url
from papernotes.errors import BadAnswerError, NetworkError, PapernotesError, ThrottledError
from papernotes.models import ArxivId

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from papernotes.arxiv import ArxivClient
    from papernotes.demo.standin import StandIn


ASKED = [ArxivId("1706.03762"), ArxivId("1412.6980")]

# fault, error, part of its message, requests made when the fault never ends
FOR_EVER = [
    ("status:429", ThrottledError, "pause of 120 more seconds", 2),
    ("status:429,1", ThrottledError, "pause of 1 more seconds", 3),
    ("status:503,7", ThrottledError, "pause of 7 more seconds", 3),
    ("status:503,1000000000", ThrottledError, "pause of 3600 more seconds", 1),
    ("rate200", ThrottledError, "pause of 120 more seconds", 2),
    ("status:503", NetworkError, "status 503", 3),
    ("status:500", NetworkError, "status 500", 3),
    ("status:403", NetworkError, "access is denied", 1),
    ("status:404", BadAnswerError, "status 404", 1),
    ("status:301", BadAnswerError, "status 301", 1),
    ("html200", BadAnswerError, "a web page instead of a list", 1),
    ("html_as_atom", BadAnswerError, "a web page instead of a list", 1),
    ("garbage", BadAnswerError, "not UTF-8", 1),
    ("empty", BadAnswerError, "says there are 99 papers, but sent 0", 3),
    ("status:400", BadAnswerError, "status 400", 1),
    ("truncate:0.6", NetworkError, "broke off", 3),
    ("truncate_noclen:0.6", BadAnswerError, "cut off", 3),
    ("cut:0.6", BadAnswerError, "cut off", 3),
    ("cut:0", BadAnswerError, "empty", 1),
    ("reset", NetworkError, "broke off", 3),
    ("loop", BadAnswerError, "more than 3 times", 4),
    ("redirect:file:///etc/passwd", BadAnswerError, "refused to go to 'file:", 1),
    ("redirect:http://arxiv.org/", BadAnswerError, "refused to go to 'http://arxiv.org/'", 1),
    ("redirect:https://evil.example/", BadAnswerError, "refused to go to 'https://evil", 1),
    ("redirect:http://127.0.0.1:9/", BadAnswerError, "refused to go to 'http://127.0.0.1:9/'", 1),
    ("big:21", BadAnswerError, "larger than 20 MB", 1),
    ("gzipbomb:21", BadAnswerError, "larger than 20 MB", 1),
]


@pytest.mark.parametrize(
    ("fault", "error", "message", "requests"), FOR_EVER, ids=[f[0] for f in FOR_EVER]
)
@pytest.mark.fault(49, 50, 51, 54)
def test_a_fault_that_never_ends(
    client: ArxivClient,
    server: StandIn,
    fault: str,
    error: type[PapernotesError],
    message: str,
    requests: int,
) -> None:
    server.play_forever(fault)
    with pytest.raises(error, match=message.replace("(", r"\(")) as caught:
        client.fetch(ASKED)
    assert caught.value.exit_status == 5
    assert caught.value.hint
    assert len(server.requests) == requests


@pytest.mark.parametrize(
    "fault",
    [
        *("status:429", "status:503,7", "status:503", "rate200", "empty", "reset"),
        *("truncate:0.5", "truncate_noclen:0.5", "cut:0.5"),
    ],
)
def test_a_fault_that_passes_is_waited_out(
    client: ArxivClient, server: StandIn, told: list[str], fault: str
) -> None:
    server.play(fault)
    assert list(client.fetch(ASKED).papers) == ASKED
    assert len(server.requests) == 2
    assert len(told) == 1


@pytest.mark.parametrize(
    ("fault", "message"),
    [("slow:30", "sent nothing for 0.3 seconds"), ("drip:0.01", "within 0.6 seconds")],
)
@pytest.mark.fault(48)
def test_slow_servers_are_left(
    client: ArxivClient, server: StandIn, fault: str, message: str
) -> None:
    server.play(fault)
    with pytest.raises(NetworkError, match=message):
        client.fetch(ASKED)


@pytest.mark.fault(47)
def test_nobody_there(make_client: Callable[..., ArxivClient], server: StandIn) -> None:
    unused = "http://127.0.0.1:9/api/query"  # the port of a service nobody runs any more
    with pytest.raises(NetworkError, match=r"127\.0\.0\.1 cannot be reached"):
        make_client(unused).fetch(ASKED)


@pytest.mark.fault(50)
def test_retry_after_is_honoured_to_the_second(
    client: ArxivClient, server: StandIn, clock: Any
) -> None:
    server.play("status:503,7")
    client.fetch(ASKED)
    assert clock.slept == [7.0]


def test_retry_after_as_a_date(client: ArxivClient, server: StandIn, clock: Any) -> None:
    clock.now = 1_000_000_000.0  # Sun, 09 Sep 2001 01:46:40 GMT
    server.play("status:503,Sun, 09 Sep 2001 01:47:00 GMT")
    client.fetch(ASKED)
    assert clock.slept == [20.0]


def test_pauses_double_over_runs_until_arxiv_answers(
    make_client: Callable[..., ArxivClient], server: StandIn, clock: Any
) -> None:
    server.play("status:429", "status:429", "status:429")
    pauses = []
    for _ in range(3):
        with pytest.raises(ThrottledError) as caught:
            make_client(patience_seconds=0).fetch(ASKED)
        pauses.append(caught.value.retry_after_seconds)
        clock.now += pauses[-1] or 0
    assert pauses == [60.0, 120.0, 240.0]
    assert make_client(patience_seconds=0).fetch(ASKED).papers
    server.play("status:429")
    with pytest.raises(ThrottledError, match="pause of 60 more"):
        make_client(patience_seconds=0).fetch(ASKED)


def test_a_pause_is_kept_by_the_next_run(
    make_client: Callable[..., ArxivClient], server: StandIn, clock: Any
) -> None:
    server.play("status:429")
    with pytest.raises(ThrottledError):
        make_client(patience_seconds=0).fetch(ASKED)
    clock.now += 20
    with pytest.raises(ThrottledError, match="pause of 40 more seconds") as caught:
        make_client(patience_seconds=0).fetch(ASKED)
    assert "try again after" in caught.value.hint
    assert len(server.requests) == 1


@pytest.mark.parametrize("fault", [fault for fault, *_ in FOR_EVER])
def test_what_a_fault_is_called_does_not_depend_on_the_ids(
    make_client: Callable[..., ArxivClient], server: StandIn, fault: str
) -> None:
    server.play_forever(fault)
    said = set()
    for asked in (ASKED, [ArxivId("hep-th/9711200")]):
        with pytest.raises(NetworkError) as caught:
            make_client(patience_seconds=0).fetch(asked)
        said.add(re.sub(r"pause of \d+", "pause of some", str(caught.value)))
    assert len(said) == 1


def test_a_redirect_elsewhere_is_named_without_the_query(
    client: ArxivClient, server: StandIn
) -> None:
    server.play("redirect:https://evil.example/a?id_list=1706.03762")
    with pytest.raises(BadAnswerError, match=r"refused to go to 'https://evil\.example/a'"):
        client.fetch(ASKED)


def test_a_million_blanks_are_no_bomb(client: ArxivClient, server: StandIn) -> None:
    server.play("gzipbomb:1")
    assert list(client.fetch(ASKED).papers) == ASKED


# A child counts what its parent held when it was made, so a small process stands between.
BETWEEN = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', *sys.argv[1:]]))"
MEMORY = """
import json, resource, sys
from pathlib import Path
from papernotes.arxiv import ArxivClient
from papernotes.config import load
from papernotes.errors import BadAnswerError
from papernotes.models import ArxivId
config = load(None, environ={"HOME": sys.argv[2]}, flags={"arxiv.api_url": sys.argv[1]})
try:
    ArxivClient(config, Path(sys.argv[2])).fetch([ArxivId("1706.03762")])
except BadAnswerError as error:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1024**2 if sys.platform == "darwin" else 1024
    print(json.dumps([str(error), peak // unit]))
"""


@pytest.mark.parametrize("fault", ["gzipbomb:400", "big:400"])
@pytest.mark.fault(51)
def test_a_bomb_stays_below_150_megabytes(server: StandIn, tmp_path: Path, fault: str) -> None:
    server.play(fault)
    done = subprocess.run(
        [sys.executable, "-c", BETWEEN, MEMORY, server.api_url, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    message, megabytes = json.loads(done.stdout)
    assert "larger than 20 MB" in message
    assert megabytes < 150


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://export.arxiv.org/api/query", True),
        ("https://arxiv.org/x", True),
        ("http://arxiv.org/x", False),
        ("https://arxiv.org:8443/x", False),
        ("https://arxiv.org.evil.example/", False),
        ("https://user:pass@arxiv.org/", False),
        ("https://mirror.example/api", True),
        ("https://mirror.example:443/other", True),
        ("https://mirror.example:444/api", False),
        ("http://mirror.example/api", False),
        ("http://127.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("ftp://arxiv.org/", False),
        ("https://arxiv.org:port/", False),
        ("https://[bad/", False),
        ("", False),
    ],
)
@pytest.mark.fault(54)
def test_where_requests_may_go(url: str, *, is_allowed: bool) -> None:
    if is_allowed:
        check_url(url, "https://mirror.example/api")
    else:
        with pytest.raises(BadAnswerError, match="refused to go"):
            check_url(url, "https://mirror.example/api")
