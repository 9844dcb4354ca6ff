"""Foreign text cannot command a terminal: hostile papers, notes, files and arguments are shown.

Everything is run on a real terminal. But for our own colours, nothing that comes out of it may be
a control character or turn the direction of text; through a pipe not even colours.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from papernotes.cli import COMMANDS
from papernotes.demo.records import Record, load_records
from papernotes.demo.standin import StandIn
from tests.factories import write
from tests.hostile.running import COMMANDING, Runner, environ_of
from tests.pdfs import HELLO, page_with

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Title of a window, colours, the clipboard, C1, a line that overwrites, bidi, hidden letters.
ESCAPES = (
    "\x1b]0;owned\x07\x1b[31;1m\x1b]52;c;cHduZWQ=\x07\x1b[2J\x9b5m\x90q\x9c\rover\x08\x08"
    "\u202egnp.exe\u202c\u2066i\u2069\u200f\u061c\u2028\ufeff\U000e0041\x7f"
)
XML = "".join(char for char in ESCAPES if char >= " " and char != "\x7f")
YAML = "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in ESCAPES)
KEY = "evil\x1b]0;x\x07\x9b31m\u202ex\u2066y\ufeff\x7f"
NOTE = f"n{ESCAPES}"
# Our own: colours, the cursor, links; and text from right to left, kept apart from its line.
_OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\[\?25[hl]|\r(?=\n)|\x1b\]8;;[!-~]*(?:\x1b\\|\x07)")
_APART = re.compile("\u2068([^\u2068\u2069]*)\u2069")

# Every command, as people use it; KEY is a hostile paper's, NAME a hostile note's.
ASKED: dict[str, tuple[tuple[str, ...], ...]] = {
    "init": (("--dry-run",), ("--dry-run", f"x{ESCAPES}"), (f"x{ESCAPES}/y",)),
    "find": (("turning",), ("zzznothing", ESCAPES), ("turning", "--json"), ("--cat", ESCAPES, "x")),
    "add": (
        ("2001.00002",),
        (ESCAPES,),
        (f"{ESCAPES}.bib",),
        ("more.bib",),
        ("more.bib", "--dry-run"),
        ("--from", f"x{ESCAPES}"),
        ("--tag", ESCAPES, "2001.00003"),
    ),
    "adopt": ((f"blog{ESCAPES}",), (ESCAPES,), ("--dry-run", f"blog{ESCAPES}")),
    "new": ((f"A {ESCAPES} title",), ("x", "--kind", ESCAPES), ("x", "--paper", ESCAPES)),
    "edit": ((ESCAPES,), ("NAME",), ("evil",)),
    "show": (("KEY",), ("NAME",), (ESCAPES,), ("evil",), ("KEY", "--json"), ("owned",)),
    "links": ((), ("KEY",), ("NAME",), (ESCAPES,), ("--mentions",), ("--json",), ("plain",)),
    "list": (
        (),
        ("--json",),
        (ESCAPES,),
        (f"title:{ESCAPES}(",),
        ("--count", "tag"),
        ("--count", "author"),
        ("--sort", "title"),
        ("tag:x",),
    ),
    "search": (
        ("quokka",),
        ("evil",),
        (f"quokka {ESCAPES}",),
        ("--like", f"x{ESCAPES}"),
        ("--refs", "quokka"),
        ("quokka", "--json"),
        (f'"{ESCAPES}',),
        ("quokkaa",),
        ("--like", "notes/plain.md"),
    ),
    "next": ((), ("--json",), (ESCAPES,)),
    "status": (
        ("KEY",),
        (ESCAPES, "read"),
        ("KEY", "reading"),
        ("NAME", "read"),
        ("plain", ESCAPES),
    ),
    "tag": (("KEY",), ("KEY", f"+{ESCAPES}"), ("plain", "+x"), (ESCAPES, "+x"), ("NAME",)),
    "tags": ((), ("--json",), (ESCAPES,), ("--rename", "x", ESCAPES)),
    "related": (("KEY",), ("plain",), (ESCAPES,), ("KEY", "--json")),
    "update": (("--dry-run", "--all"), ("--all",), ("KEY",), (ESCAPES,)),
    "pdf": (("KEY",), (ESCAPES,), ("NAME",), ("--annotations", "KEY")),
    "open": (("KEY", "--print"), (ESCAPES,), ("KEY", "--page", "--print")),
    "rename": (
        ("KEY", "plainer"),
        ("KEY", ESCAPES),
        ("NAME", "NEW"),
        ("plain#Plain", ESCAPES),
        ("#x", ESCAPES),
    ),
    "remove": (("KEY",), (ESCAPES,), ("NAME",)),
    "restore": ((), ("--json",), (ESCAPES,)),
    "bib": (
        ("--key", "KEY"),
        (ESCAPES,),
        ("--cited-in", f"doc{ESCAPES}.tex"),
        ("--key", ESCAPES),
        ("--json",),
        ("-o", f"out{ESCAPES}.bib"),
        ("--format", "ris", "evil"),
        ("--format", "csljson", "evil"),
    ),
    "export": (
        (f"out{ESCAPES}", "--to", "html"),
        (f"out{ESCAPES}", "--to", "hugo", "--diff"),
        ("out", "--to", "jekyll", "--verify"),
        (ESCAPES,),
        ("status",),
    ),
    "publish": (("NAME", "--blog", "out"), (ESCAPES,), ("plain", "--blog", f"out{ESCAPES}")),
    "serve": (("NAME",), (ESCAPES,)),
    "sync": ((), ("-v",), ("--rebuild",), ("--json",)),
    "doctor": ((), ("--json",), ("--fix",), ("--blog", f"out{ESCAPES}")),
    "config": ((), ("--json",)),
    "demo": ((f"plain{ESCAPES}",),),
}


_CHANGING = frozenset(
    (
        "add",
        "adopt",
        "export",
        "links",
        "new",
        "pdf",
        "publish",
        "remove",
        "rename",
        "status",
        "tag",
        "tags",
        "update",
    )
)
_UNKNOWN = ((), (ESCAPES,), ("KEY",), ("--json",), (ESCAPES, ESCAPES))  # a command made since


def records() -> list[Record]:
    day = "2020-01-02T00:00:00Z"
    return [
        Record(
            *(f"2001.{number:05d}", 1, f"Turning {XML} {number}", (f"Ann {XML}", f"{XML} Doe")),
            *(("cs.LG",), day, day, f"Summary {XML} quokka."),
            comment=f"withdrawn? {XML}",
            journal_ref=XML,
            affiliations=((f"Ann {XML}", XML),),
        )
        for number in range(1, 4)
    ]


def make_library(root: Path) -> None:
    """Write a library in which all that can be hostile is."""
    field = "".join(char for char in ESCAPES if char not in "{}%#\\") + " quokka evil"
    key = KEY
    evil = (
        f"@misc{{{key},\n title = {{Owned {field}}},\n author = {{{field} and Doe, {field}}},\n"
        f" year = {{2020}},\n eprint = {{2001.00001}},\n archivePrefix = {{arXiv}},\n"
        f" abstract = {{{field}}},\n keywords = {{{field}}},\n file = {{:{field}.pdf:PDF}},\n"
        f" url = {{https://x.org/{field}}},\n journal = {{{field}}},\n note = {{{field}}}\n}}\n"
    )
    write(root, "papernotes.toml", "")
    write(root, "bib/evil.bib", evil)
    write(root, f"bib/b{ESCAPES.replace('/', '')}.bib", "@misc{b, title = {B}}\n@article{broken")
    write(root, "more.bib", evil.replace(key, f"more{key}").replace("2001.00001", "2001.09999"))
    head = (
        f'---\ntitle: "{YAML}"\naliases: ["a{YAML}"]\ntags: ["x", "t{YAML}"]\nstatus: "{YAML}"\n'
        f'publish: true\ndescription: "{YAML}"\nkind: "{YAML}"\nupdate: [{{\n---\n'
    )
    body = f"# A {ESCAPES} heading\n\nquokka {ESCAPES} [[gone{ESCAPES}]] #x ![]({ESCAPES}.png)\n"
    write(root, f"notes/n{ESCAPES}.md", head.replace("update: [{\n", "") + body)
    write(root, f"notes/deep{ESCAPES}/bad.md", head + body + f"[@{key}] Owned {field}\n")
    write(root, "notes/plain.md", f"---\npublish: true\n---\n# Plain\n\nquokka #x [@{key}] {body}")
    write(root, f"doc{ESCAPES}.tex", f"\\cite{{evil{ESCAPES}, {key}}}\n")
    write(root, f"blog{ESCAPES}/_config.yml", f'title: "{YAML}"\n')
    write(
        root, f"blog{ESCAPES}/_posts/2020-01-02-p{ESCAPES}.md", head + body + f"{{% {ESCAPES} %}}"
    )
    write(root, f"notes/pic{ESCAPES}.png", b"no picture")
    write(root, f"pdf/x{ESCAPES}.pdf", page_with(HELLO))
    write(root, f"templates/k{ESCAPES}.md", f"{{{{ {ESCAPES} }}}}")


def restore(runner: Runner) -> None:
    """Make the library what it was, its index included."""
    whole = runner.folder.parent / "whole"
    for path in sorted(runner.folder.rglob("*"), reverse=True):
        told = path.relative_to(runner.folder)
        if told.parts[0] != "index" and not path.is_dir() and not (whole / told).exists():
            path.unlink()
    for path in (path for path in whole.rglob("*") if path.is_file()):
        place = runner.folder / path.relative_to(whole)
        if not place.exists() or place.read_bytes() != path.read_bytes():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    base = tmp_path_factory.mktemp("terminal")
    whole, root = base / "whole", base / f"lib{ESCAPES.replace('/', '')}"
    make_library(whole)
    shutil.copytree(whole, root)
    (base / "scratch").mkdir()
    with StandIn((*records(), *load_records())) as server:
        environ = environ_of(base, server.api_url, TERM="xterm-256color", COLUMNS="100")
        with Runner(root, base / "scratch", environ) as runner:
            refs = {hit["ref"] for hit in runner("list", "--json", "-n", "0").data["hits"]}
            assert refs >= {KEY, NOTE, "plain"}
            yield runner


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_foreign_commands_a_terminal(runner: Runner, name: str) -> None:
    for words in ASKED.get(name, _UNKNOWN):
        if name in _CHANGING:
            restore(runner)
        args = [{"KEY": KEY, "NAME": NOTE, "NEW": f"m{ESCAPES}"}.get(word, word) for word in words]
        for is_terminal in (True, False) if name not in _CHANGING else (True,):
            run = runner(
                *(name, *args),
                stdin=b"n\n\4\4" if is_terminal else b"",  # no, and the end of input
                limit=1.0 if name == "serve" else 10.0,
                is_terminal=is_terminal,
            )
            assert run.faults() == [], (args, run.err, run.out[-3000:])
            said = run.out.decode("utf-8", "surrogateescape")
            if is_terminal:
                said = re.sub(
                    r"\r[^\n\r]*(?=\r)", "", _OURS.sub("", _APART.sub(r"\1", said))
                )  # lines of progress
            if (name == "bib" and not is_terminal) or "--diff" in args:
                continue  # a file, as it goes to a program
            found = COMMANDING.search(said)
            assert not found, (args, is_terminal, found, said[max(0, found.start() - 200) :][:400])
