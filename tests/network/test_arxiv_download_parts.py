"""What a fault breaks off is gone on with: by the same run, another one, or another process."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from papernotes.arxiv.download import (
    _validator,
)
from papernotes.arxiv.part import PartFile
from papernotes.demo.paperfiles import PDF_TYPE, FileReply, paper_pdf
from papernotes.demo.standin import StandIn
from papernotes.errors import BadAnswerError, LockedError
from papernotes.models import ArxivId
from tests.downloading import (
    ADAM,
    PDF,
    RECORDS,
    answer_of,
    break_off,
    hidden,
    make_downloads,
    speaking,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from papernotes.arxiv.download import Downloads


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "pdfs" / "adam.pdf"


@pytest.fixture
def make(server: StandIn, tmp_path: Path, clock: Any, told: list[str]) -> Callable[..., Downloads]:
    def downloads(api_url: str = "", **options: Any) -> Downloads:
        given = {"notify": told.append} | options
        return make_downloads(tmp_path, clock, api_url or server.api_url, **given)

    return downloads


@pytest.mark.fault(55)
def test_the_next_run_goes_on(
    make: Callable[..., Downloads], server: StandIn, target: Path
) -> None:
    size = break_off(make(), server, target).stat().st_size
    seen: list[tuple[int, int | None]] = []
    make().fetch(ADAM, target, progress=lambda *both: seen.append(both))
    assert target.read_bytes() == PDF
    assert seen[-1] == (len(PDF), len(PDF))
    assert seen[0][0] > size
    request = server.requests[-1]
    assert request.range == f"bytes={size}-"
    assert request.if_range.startswith('"sha256:')
    assert hidden(target) == []


@pytest.mark.fault(56)
def test_a_pdf_that_changed_is_fetched_anew(
    make: Callable[..., Downloads], server: StandIn, target: Path
) -> None:
    break_off(make(), server, target)
    changed = replace(RECORDS[str(ADAM)], summary="Another text altogether. " * 40)
    with StandIn([changed]) as other:
        make(other.api_url).fetch(ADAM, target)
        (request,) = other.requests
    assert request.range
    assert target.read_bytes() == paper_pdf(changed)
    assert hidden(target) == []


def test_a_part_of_another_id_is_not_gone_on_with(
    make: Callable[..., Downloads], server: StandIn, target: Path
) -> None:
    break_off(make(), server, target)
    make().fetch(ArxivId("1706.03762", 1), target)
    assert server.requests[-1].range == ""
    assert target.read_bytes() == paper_pdf(RECORDS["1706.03762v1"])


def test_a_range_behind_the_end_starts_anew(
    make: Callable[..., Downloads], server: StandIn, target: Path
) -> None:
    server.play("truncate_noclen:1.0")  # all of it, but not the end of the chunks
    make().fetch(ADAM, target)
    assert [one.range for one in server.requests] == ["", f"bytes={len(PDF)}-", ""]
    assert target.read_bytes() == PDF


ETAG = ("ETag", f'"sha256:{hashlib.sha256(PDF).hexdigest()}"')
OTHER = ("ETag", '"other"')


@pytest.mark.parametrize(
    "headers",
    [
        (("Content-Range", f"bytes 0-{len(PDF) - 1}/{len(PDF)}"), ETAG),
        (("Content-Range", f"bytes 1-{len(PDF) - 1}/{len(PDF)}"), ETAG),
        (("Content-Range", "bytes */*"), ETAG),
        (("Content-Range", "bytes {size}-{size}/{size}"), ETAG),
        (("Content-Range", f"bytes {{size}}-{len(PDF) - 1}/{len(PDF)}"), OTHER),
        (("Content-Range", f"bytes {{size}}-{len(PDF) - 1}/{len(PDF)}"),),
        (("Content-Range", f"bytes {{size}}-{len(PDF)}/{len(PDF) + 1}"), OTHER),
        (ETAG,),
    ],
)
def test_a_part_that_does_not_fit_starts_anew(
    make: Callable[..., Downloads],
    server: StandIn,
    target: Path,
    headers: tuple[tuple[str, str], ...],
) -> None:
    size = break_off(make(), server, target).stat().st_size
    shown = tuple((name, value.replace("{size}", str(size))) for name, value in headers)
    server.play(FileReply(206, PDF, PDF_TYPE, shown))
    make().fetch(ADAM, target)
    assert [one.range for one in server.requests[1:]] == [f"bytes={size}-", ""]
    assert target.read_bytes() == PDF


def test_a_part_of_another_whole_starts_anew(
    make: Callable[..., Downloads], server: StandIn, target: Path
) -> None:
    size = len(PDF) // 2
    place = (("Content-Range", f"bytes {size}-{len(PDF)}/{len(PDF) + 1}"), ETAG)
    server.play("truncate:0.5", FileReply(206, PDF[size:] + b"\n", PDF_TYPE, place))
    make().fetch(ADAM, target)
    assert [one.range for one in server.requests] == ["", f"bytes={size}-", ""]
    assert target.read_bytes() == PDF


def test_a_part_longer_than_it_says_starts_anew(
    make: Callable[..., Downloads], server: StandIn, target: Path
) -> None:
    size = break_off(make(), server, target).stat().st_size
    place = (("Content-Range", f"bytes {size}-{len(PDF) - 1}/{len(PDF)}"), ETAG)
    server.play(FileReply(206, PDF, PDF_TYPE, place))
    make().fetch(ADAM, target)
    assert target.read_bytes() == PDF
    assert server.requests[-1].range == ""


def test_a_part_nobody_asked_for_is_not_taken(
    make: Callable[..., Downloads], server: StandIn, target: Path
) -> None:
    place = (("Content-Range", f"bytes 0-{len(PDF) - 1}/{len(PDF)}"),)
    server.play_forever(FileReply(206, PDF, PDF_TYPE, place))
    with pytest.raises(BadAnswerError, match="another part"):
        make().fetch(ADAM, target)
    assert not target.exists()


DATE = "Tue, 15 Nov 1994 12:45:26 GMT"
LATER = DATE.replace("12:", "13:")


@pytest.mark.parametrize("validators", [{}, {"ETag": 'W/"1"'}, {"Last_Modified": DATE}])
def test_bytes_of_two_files_that_nothing_tells_apart_are_never_joined(
    make: Callable[..., Downloads], target: Path, validators: dict[str, str]
) -> None:
    other = PDF.replace(b"Adam", b"Eve!")
    half = len(PDF) // 2
    place = f"bytes {half}-{len(PDF) - 1}/{len(PDF)}"
    kind = {"Content_Type": PDF_TYPE} | validators
    answers = [
        answer_of("200 OK", PDF[:half], Content_Length=str(len(PDF)), **kind),
        answer_of("206 Partial Content", other[half:], Content_Range=place, **kind),
        answer_of("200 OK", other, Content_Length=str(len(other)), **kind),
    ]
    assert other != PDF
    assert len(other) == len(PDF)
    with speaking(*answers) as (api_url, asked):
        make(api_url).fetch(ADAM, target)
    assert target.read_bytes() == other
    assert len(asked) == 3
    assert not any("range:" in request.lower() for request in asked)


@pytest.mark.parametrize(("changed", "count"), [(DATE, 2), ("", 2), (LATER, 3)])
def test_a_part_under_a_date_must_not_have_another(
    make: Callable[..., Downloads], target: Path, changed: str, count: int
) -> None:
    half = len(PDF) // 2
    place = f"bytes {half}-{len(PDF) - 1}/{len(PDF)}"
    kind, dates = {"Content_Type": PDF_TYPE}, {"Last_Modified": DATE, "Date": LATER}
    given = {"Last_Modified": changed} if changed else {}
    answers = [
        answer_of("200 OK", PDF[:half], Content_Length=str(len(PDF)), **kind, **dates),
        answer_of("206 Partial Content", PDF[half:], Content_Range=place, **kind, **given),
        answer_of("200 OK", PDF, Content_Length=str(len(PDF)), **kind),
    ]
    with speaking(*answers) as (api_url, asked):
        make(api_url).fetch(ADAM, target)
    assert target.read_bytes() == PDF
    assert f"If-Range: {DATE}" in asked[1]
    assert len(asked) == count


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"ETag": '"abc"'}, '"abc"'),
        ({"ETag": 'W/"abc"'}, ""),
        ({"ETag": "abc"}, ""),
        ({"ETag": '"a\nb"'}, ""),
        ({"ETag": 'W/"abc"', "Last-Modified": DATE, "Date": LATER}, ""),
        ({"Last-Modified": DATE, "Date": LATER}, DATE),
        ({"Last-Modified": DATE, "Date": DATE}, ""),
        ({"Last-Modified": DATE}, ""),
        ({"Last-Modified": "yesterday", "Date": DATE}, ""),
        ({}, ""),
    ],
)
def test_what_tells_a_file_from_all_others(headers: dict[str, str], validator: str) -> None:
    assert _validator(headers) == validator


@pytest.mark.parametrize(
    ("validator", "size"), [('"abc"', 4), (DATE, 4), ("", 0), ('"' + "x" * 300 + '"', 0)]
)
def test_only_a_part_with_a_validator_is_gone_on_with(
    tmp_path: Path, validator: str, size: int
) -> None:
    target = tmp_path / ("long" * 50 + ".pdf")
    with PartFile(target, "1") as part:
        part.restart(validator)
        part.write(b"%PDF")
    with PartFile(target, "1") as part:
        part.reopen()
        assert part.size == size
        assert part.validator == (validator if size else "")
    assert len(hidden(target)) == bool(size)


def test_a_part_that_is_a_name_of_another_file_is_left_alone(tmp_path: Path) -> None:
    target, precious = tmp_path / "a.pdf", tmp_path / "precious"
    with PartFile(target, "1") as part:
        part.restart('"abc"')
        part.write(b"%PDF")
    hidden(target)[0].rename(precious)
    hidden_name = PartFile(target, "1").stem + "ImFiYyI.part"
    (tmp_path / hidden_name).hardlink_to(precious)
    with PartFile(target, "1") as part:
        part.reopen()
        assert part.size == 0
        part.restart('"abc"')
        part.write(b"more")
    assert precious.read_bytes() == b"%PDF"


def test_a_part_is_one_processs_at_a_time(
    make: Callable[..., Downloads], server: StandIn, target: Path
) -> None:
    break_off(make(), server, target)
    with PartFile(target, str(ADAM)) as part:
        part.reopen()
        assert part.size
        with pytest.raises(LockedError, match=r"adam\.pdf: another papernotes"):
            make().fetch(ADAM, target)
    make().fetch(ADAM, target)
    assert target.read_bytes() == PDF


CHILD = """
import json, resource, sys
from pathlib import Path
from papernotes.arxiv.download import Downloads
from papernotes.config import load
from papernotes.errors import PapernotesError
from papernotes.ids import parse_arxiv_id
api_url, folder, delay, target, *asked = sys.argv[1:]
flags = {"arxiv.api_url": api_url, "arxiv.delay_seconds": float(delay)}
downloads = Downloads(load(None, environ={"HOME": folder}, flags=flags), Path(folder))
said = ""
for text in asked:
    try:
        downloads.fetch(parse_arxiv_id(text), Path(target.format(text)))
    except PapernotesError as error:
        said = str(error)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([said, peak // (1024**2 if sys.platform == "darwin" else 1024)]))
"""
# A child counts what its parent held when it was made, so a small process stands between.
BETWEEN = "import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-c', *sys.argv[1:]]))"


def start(server: StandIn, folder: Path, target: Path, *asked: str) -> subprocess.Popen[str]:
    arguments = [server.api_url, str(folder), "0.2", str(target), *asked]
    command = [sys.executable, "-c", CHILD, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.fault(55)
def test_killed_in_the_middle(
    make: Callable[..., Downloads], server: StandIn, tmp_path: Path, target: Path
) -> None:
    server.play("drip:0.002")
    with start(server, tmp_path, target, str(ADAM)) as child:
        deadline = time.monotonic() + 30
        while not any(part.stat().st_size >= 100 for part in hidden(target)):
            assert time.monotonic() < deadline
            assert child.poll() is None
            time.sleep(0.01)
        child.kill()
    (part,) = hidden(target)
    size = part.stat().st_size
    assert 100 <= size < len(PDF)
    assert not target.exists()
    make().fetch(ADAM, target)
    assert target.read_bytes() == PDF
    assert hidden(target) == []
    assert [one.range for one in server.requests] == ["", f"bytes={size}-"]


def test_two_processes_keep_one_pace(server: StandIn, tmp_path: Path) -> None:
    children = [
        start(server, tmp_path, tmp_path / f"{number}-{{}}.pdf", "1412.6980", "1706.03762")
        for number in range(2)
    ]
    assert [json.loads(child.communicate()[0])[0] for child in children] == ["", ""]
    assert len(list(tmp_path.glob("*.pdf"))) == 4
    assert server.max_active == 1
    times = sorted(one.at for one in server.requests)
    assert len(times) == 4
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.19


def test_two_processes_fetch_one_pdf_once(server: StandIn, tmp_path: Path, target: Path) -> None:
    server.play("drip:0.0002")
    children = [start(server, tmp_path, target, str(ADAM)) for _ in range(2)]
    said = sorted(json.loads(child.communicate()[0])[0] for child in children)
    assert said[0] == ""
    assert "exists already" in said[1] or "another papernotes" in said[1]
    assert len(server.requests) == 1
    assert target.read_bytes() == PDF


@pytest.mark.parametrize(("fault", "size"), [("big:400", 0), ("big:150", 150_000_000 + len(PDF))])
def test_a_big_pdf_stays_below_150_megabytes_of_memory(
    server: StandIn, tmp_path: Path, target: Path, fault: str, size: int
) -> None:
    server.play(fault)
    arguments = [server.api_url, str(tmp_path), "0", str(target), str(ADAM)]
    command = [sys.executable, "-c", BETWEEN, CHILD, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    message, megabytes = json.loads(done.stdout)
    assert ("larger than 200 MB" in message) == (size == 0)
    assert megabytes < 150
    assert hidden(target) == []
    assert (target.stat().st_size if target.exists() else 0) == size
