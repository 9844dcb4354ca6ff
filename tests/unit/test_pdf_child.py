"""The process that reads PDFs: its start, its limits and its end."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import papernotes.pdf
from papernotes.demo.typeset import render_pdf
from papernotes.errors import FormatError, PapernotesError
from papernotes.pdf import PdfReader, is_available
from tests.pdfs import (
    CATALOGUE,
    HELLO,
    ONE_KID,
    PAGE,
    Read,
    page_with,
    pdf_of,
    reading,
    reason_of,
    stream,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(not is_available(), reason='needs the extra "pdf"')


@pytest.fixture(scope="module")
def reader() -> Iterator[PdfReader]:
    with PdfReader(seconds=20) as one:
        yield one


@pytest.fixture
def read(reader: PdfReader, tmp_path: Path) -> Read:
    return reading(reader, tmp_path)


def child_of(reader: PdfReader) -> subprocess.Popen[bytes]:
    assert reader._child is not None
    return reader._child


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in {"Z", "X"}


def wait_until(is_true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def test_many_files_share_one_child(reader: PdfReader, read: Read) -> None:
    read(page_with(HELLO))
    first = child_of(reader).pid
    for data in (page_with(HELLO), render_pdf(["x"])):
        read(data)
    with pytest.raises(FormatError):
        read(b"%PDF-1.4 broken")
    assert child_of(reader).pid == first


def test_nothing_starts_before_the_first_file_and_nothing_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(page_with(HELLO))
    with PdfReader() as one:
        assert one._child is None
        one.read(path)
        pid = child_of(one).pid
        assert is_running(pid)
    assert not is_running(pid)


def asked(reader: PdfReader) -> bool:
    """Whether a question lies unread in the pipe to the child."""
    child = reader._child
    if child is None or child.stdin is None or child.stdin.closed:
        return False
    waiting = bytearray(4)
    fcntl.ioctl(child.stdin.fileno(), termios.FIONREAD, waiting)
    return int.from_bytes(waiting, sys.byteorder) > 0


def test_a_child_that_hangs_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(page_with(HELLO))
    with PdfReader(seconds=0.3) as one:
        one.read(path)
        pid = child_of(one).pid
        os.kill(pid, signal.SIGSTOP)
        begin = time.monotonic()
        assert "it took more than 0.3 seconds" in reason_of(lambda: one.read(path))
        assert 0.3 <= time.monotonic() - begin < 5
        assert not is_running(pid)
        assert one.read(path).pages == ("hello",)


def test_a_child_that_crashes_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(page_with(HELLO))
    with PdfReader() as one:
        one.read(path)
        pid = child_of(one).pid
        os.kill(pid, signal.SIGSTOP)

        def kill() -> None:
            wait_until(lambda: asked(one))
            os.kill(pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        assert "crashed the reader (SIGKILL)" in reason_of(lambda: one.read(path))
        killer.join()
        assert one.read(path).pages == ("hello",)


def test_a_child_that_died_between_two_files_is_no_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(page_with(HELLO))
    with PdfReader() as one:
        one.read(path)
        child_of(one).kill()
        child_of(one).wait()
        assert one.read(path).pages == ("hello",)


def test_an_interrupted_question_is_not_answered_later(tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    first.write_bytes(page_with(HELLO))
    second.write_bytes(render_pdf(["second"]))
    with PdfReader() as one:
        one.read(second)
        pid = child_of(one).pid
        os.kill(pid, signal.SIGSTOP)

        def interrupt() -> None:
            wait_until(lambda: asked(one))
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

        interrupter = threading.Thread(target=interrupt)
        interrupter.start()
        with pytest.raises(KeyboardInterrupt):
            one.read(first)
        interrupter.join()
        assert not is_running(pid)
        assert one.read(second).pages == ("second",)


def test_ctrl_c_at_the_terminal_does_not_reach_the_child(reader: PdfReader, read: Read) -> None:
    read(page_with(HELLO))
    assert os.getpgid(child_of(reader).pid) != os.getpgrp()


@pytest.mark.slow
def test_a_child_nobody_waits_for_stops_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    mark = b"<< /Type /Annot /Subtype /Highlight /Rect [0 0 1 1] /QuadPoints [%s] /Contents (x) >> "
    marks = b"/Annots [" + (mark % (b"0 9 9 9 0 0 9 0 " * 1000)) * 3000 + b"] >>"
    lines = stream(b"BT /F1 1 Tf 50 700 Td (abcdefghijklmnop) Tj 0 -1 Td ET " * 600)
    path.write_bytes(pdf_of([CATALOGUE, ONE_KID, PAGE[:-2] + marks, lines]))
    question = {"path": str(path), "with_annotations": True, "seconds": 0}
    script = papernotes.pdf.__file__.replace("__init__", "child")
    done = subprocess.run(
        [sys.executable, script, "4096"],
        input=json.dumps(question).encode() + b"\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGALRM
    assert done.stdout == b'{"ready": true}\n'


def test_too_little_memory_is_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(page_with(b" " * (1 << 20), times=200))
    with PdfReader(megabytes=128) as one:
        assert "too much memory" in reason_of(lambda: one.read(path))
        path.write_bytes(page_with(HELLO))
        assert one.read(path).pages == ("hello",)


def test_the_child_has_limits_and_few_files(reader: PdfReader, read: Read) -> None:
    read(page_with(HELLO))
    proc = Path(f"/proc/{child_of(reader).pid}")
    if not proc.exists():
        pytest.skip("no /proc")
    lines = proc.joinpath("limits").read_text().splitlines()
    limits = {line[:25].strip(): line[25:].split()[0] for line in lines}
    assert limits["Max address space"] == str(1024 << 20)
    assert limits["Max core file size"] == "0"
    assert limits["Max file size"] == "0"
    names = {fd.readlink().name.split(":")[0] for fd in proc.joinpath("fd").iterdir()}
    assert names <= {"null", "pipe"}
    assert proc.joinpath("cwd").readlink() == Path("/")


PARENT = """
import sys, os, signal
from pathlib import Path
from papernotes.pdf import PdfReader
with PdfReader() as reader:
    reader.read(Path(sys.argv[1]))
    os.kill(reader._child.pid, getattr(signal, sys.argv[2]))
    print(reader._child.pid, flush=True)
    if sys.argv[3] == "read":
        reader.read(Path(sys.argv[1]))
    sys.stdin.read()
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    ("to_child", "state", "to_parent"),
    [("SIGCONT", "idle", "SIGKILL"), ("SIGSTOP", "read", "SIGINT"), ("SIGINT", "read", "SIGINT")],
)
def test_the_child_ends_with_its_parent(
    tmp_path: Path, to_child: str, state: str, to_parent: str
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(page_with(HELLO))
    command = [sys.executable, "-c", PARENT, str(path), to_child, state]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(getattr(signal, to_parent))
        assert parent.wait(20) != 0
        wait_until(lambda: not is_running(pid))


def test_modules_in_the_current_folder_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "ctypes", "pypdfium2_raw", "papernotes"):
        (tmp_path / f"{name}.py").write_text("open('mark', 'w').write('ran'); raise SystemExit(9)")
    path = tmp_path / "a.pdf"
    path.write_bytes(page_with(HELLO))
    monkeypatch.chdir(tmp_path)
    with PdfReader() as one:
        assert one.read(path).pages == ("hello",)
    assert not (tmp_path / "mark").exists()


def test_a_missing_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(page_with(HELLO))
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    assert not is_available()
    with PdfReader() as one, pytest.raises(PapernotesError) as caught:
        one.read(path)
    assert 'pip install "papernotes[pdf]"' in caught.value.hint


def test_a_broken_extra_is_not_the_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(page_with(HELLO))
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "pypdfium2_raw.py").write_text("raise OSError('no such library')")
    monkeypatch.setenv("PYTHONPATH", str(modules))
    with PdfReader() as one, pytest.raises(PapernotesError, match="does not start") as caught:
        one.read(path)
    assert not isinstance(caught.value, FormatError)


def test_asking_whether_it_is_there_loads_nothing() -> None:
    script = (
        "import sys, papernotes.pdf; print(papernotes.pdf.is_available(),"
        " any(name.startswith('pypdfium2') for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "False"]
