"""papernotes serve as people use it: a browser's requests, notes that change, Ctrl-C."""

from __future__ import annotations

import contextlib
import http.client
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.site.chromium import Chromium
from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

    from tests.cli.conftest import Shell

pytest.importorskip("markdown_it", reason="the extra html is not installed")


class Reader:
    """A browser with one page open: it gets pages and hears of changes."""

    def __init__(self, process: Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        self.home = process.stdout.readline().strip()
        self.port = urlsplit(self.home).port or 0
        self._events = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self._events.request("GET", "/.papernotes/events")
        self._stream = self._events.getresponse()
        self.version = self.hear()

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request("GET", path)
            found = connection.getresponse()
            return found.status, found.read().decode("utf-8", "replace")

    def hear(self) -> str:
        """Return the next thing an open page is told."""
        lines = [self._stream.readline().decode()]
        while lines[-1].strip():
            lines.append(self._stream.readline().decode())
        said = "".join(lines).strip()
        return self.hear() if said == ": here" else said

    def end(self) -> tuple[int, str]:
        """Press Ctrl-C, and return status and stderr."""
        self.process.send_signal(signal.SIGINT)
        _, err = self.process.communicate(timeout=30)
        self._events.close()
        return self.process.returncode, err


@contextlib.contextmanager
def serving(shell: Shell, *args: str) -> Iterator[Reader]:
    process = shell.start("serve", "--port", "0", *args)
    try:
        yield Reader(process)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def writer(library: Shell) -> Shell:
    """Return a library with a published note, a draft and a private one, and a blog."""
    (library.folder / "papernotes.toml").write_text(
        '[export.blog]\nto = "html"\ndir = "blog"\nbase_url = "https://ada.example/log"\n'
        '[export.paper]\nto = "quarto"\ndir = "paper"\n'
    )
    write(library, "pie", "Apples, unlike [[tart]]. ![](/pictures/pie.png)", "publish: true\n")
    write(library, "tart", "Pears with the secret of pears, see [[pie]].", "")
    write(library, "diary", "Nobody knows what it says here.", "private: true\npublish: true\n")
    (library.folder / "pictures").mkdir()
    (library.folder / "pictures/pie.png").write_bytes(make_png())
    return library


def write(shell: Shell, name: str, body: str, more: str) -> None:
    text = f"---\ntitle: {name.title()}\ncreated: 2026-01-02\n{more}---\n{body}\n"
    (shell.folder / f"notes/{name}.md").write_text(text)


def tree(shell: Shell) -> set[Path]:
    """Return all files of the library but those of the index."""
    return {
        path.relative_to(shell.folder)
        for path in shell.folder.rglob("*")
        if "index" not in path.relative_to(shell.folder).parts
    }


def test_pages_are_those_of_the_export_and_reload_when_something_changes(writer: Shell) -> None:
    before = tree(writer)
    with serving(writer) as reader:
        assert reader.home == f"http://127.0.0.1:{reader.port}/log/"
        status, page = reader.get("/log/notes/pie/index.html")
        assert (status, "Apples" in page) == (200, True)
        assert "Preview, on" not in page
        for path in ("/log/notes/tart/", "/log/notes/diary/", "/notes/pie.md", "/papernotes.toml"):
            assert reader.get(path)[0] == 404
        for path in ("", "search/index.js", "feed.xml", "archive/"):
            text = reader.get(f"/log/{path}")[1]
            assert "Tart" not in text
            assert "Diary" not in text

        write(writer, "pie", "Cherries. ![](/pictures/pie.png)", "publish: true\n")
        assert reader.hear() != reader.version
        assert "Cherries" in reader.get("/log/notes/pie/")[1]

        (writer.folder / "pictures/pie.png").unlink()
        reader.hear()
        write(writer, "tart", "Pears, and the secret of pears.", "publish: true\n")
        reader.hear()
        assert reader.get("/log/notes/tart/")[0] == 200
        write(writer, "tart", "Pears, and the secret of pears.", "")
        reader.hear()
        assert reader.get("/log/notes/tart/")[0] == 404

        write(writer, "pie", "Plums.", "publish: true\nslug: cake\n")
        reader.hear()
        assert reader.get("/log/notes/pie/")[0] == 302
        assert "Plums" in reader.get("/log/notes/cake/")[1]

        toml = writer.folder / "papernotes.toml"
        said = toml.read_text()
        toml.write_text(said.replace("[export.paper]", 'titel = "x"\n[export.paper]'))
        assert "did you mean" in reader.hear()
        toml.write_text(said.replace("[export.paper]", 'title = "Pâtisserie"\n[export.paper]'))
        assert reader.hear().startswith("data: ")
        assert "Pâtisserie" in reader.get("/log/")[1]
        status, err = reader.end()
    assert status == 0
    assert "Traceback" not in err
    assert "1 post;" in err
    assert "pages are as they were" in err
    assert err.endswith("the preview has ended\n")
    assert tree(writer) == before - {Path("pictures/pie.png")}


def test_a_note_that_is_named_is_shown_with_the_others_and_said_to_be_a_preview(
    writer: Shell,
) -> None:
    before = tree(writer)
    with serving(writer, "tart") as reader:
        assert reader.home.endswith("/log/notes/tart/")
        for path in ("/log/notes/tart/", "/log/notes/pie/", "/log/", "/log/nothing"):
            assert "Not published: Tart" in reader.get(path)[1], path
        assert "../tart/index.html" in reader.get("/log/notes/pie/")[1]
        (writer.folder / "notes/tart.md").unlink()
        assert "nothing is called" in reader.hear()
        assert reader.get("/log/notes/tart/")[0] == 200
        assert reader.end()[0] == 0
    assert tree(writer) == before - {Path("notes/tart.md")}
    ended = writer("serve", "diary")
    assert (ended.status, ended.out) == (2, "")
    assert "private: true" in ended.err
    assert writer("serve", "nobody").status == 3


def test_what_must_not_leave_is_not_served_either(writer: Shell) -> None:
    secret = "AKIA" + "Q7ZK3MWX9PLT2VBN"
    with serving(writer) as reader:
        write(writer, "pie", f"Apples: {secret}.", "publish: true\n")
        assert reader.hear().startswith("event: fault")
        assert secret not in reader.get("/log/notes/pie/")[1]
        write(writer, "pie", "Apples, %%quietly%% quietly.", "publish: true\n")
        reader.hear()
        _, err = reader.end()
    assert "notes/pie/index.html" in err
    write(writer, "pie", f"Apples: {secret}.", "publish: true\n")
    ended = writer("serve", "--port", "0")
    assert (ended.status, ended.out) == (1, "")


def test_urls_are_those_of_the_blog_that_is_there(writer: Shell) -> None:
    write(writer, "pie", "Apples.", "publish: true\nslug: first\n")
    assert writer("export", "blog").status == 0
    write(writer, "pie", "Apples.", "publish: true\n")
    with serving(writer) as reader:
        assert reader.get("/log/notes/first/")[0] == 200
        assert reader.get("/log/notes/pie/")[0] == 404
        with serving(writer, "--blog", "paper") as other:
            assert other.get("/notes/pie/")[0] == 200
    ended = writer("serve", "--port", str(reader.port), "--blog", "nobody")
    assert ended.status == 2


def test_a_library_without_settings_or_notes_has_a_preview(library: Shell) -> None:
    with serving(library) as reader:
        assert reader.home == f"http://127.0.0.1:{reader.port}/"
        assert reader.get("/")[0] == 200
        ended = library("serve", "--port", str(reader.port))
        assert (ended.status, ended.out) == (4, "")
        assert "--port 0" in ended.err
        assert reader.end()[0] == 0


def test_a_page_in_a_browser_reloads_and_says_what_is_wrong(writer: Shell, tmp_path: Path) -> None:
    with serving(writer, "tart") as reader, Chromium(tmp_path / "profile") as chromium:

        def shows(text: str) -> bool:
            until = time.monotonic() + 30
            while time.monotonic() < until:
                if text in chromium.run("document.body ? document.body.innerText : ''"):
                    return True
                time.sleep(0.1)
            return False

        assert chromium.open(reader.home).complaints == []
        assert shows("Not published: Tart")
        write(writer, "tart", "Quinces.", "")
        assert shows("Quinces.")
        write(writer, "tart", "Quinces, AKIA" + "Q7ZK3MWX9PLT2VBN.", "")
        assert shows("notes/tart/index.html")
        assert chromium.run("document.querySelector('.papernotes-fault').hidden") is False
        write(writer, "tart", "Medlars.", "")
        assert shows("Medlars.")
        assert chromium.run("document.querySelector('.papernotes-fault')") is None
