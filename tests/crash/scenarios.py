"""The commands that are interrupted, and the libraries they are interrupted in."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from papernotes import bib
from papernotes.models import Author
from tests.factories import entry, paper, write
from tests.pdfs import HELLO, page_with
from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.crash.sandbox import Sandbox

_POST = "---\ntitle: {0}\ncreated: 2026-01-02\npublish: true\n---\n{1}\n"
_OLD = 1_700_000_000


def _whole(_path: str) -> str:
    return "all"


def _alone(_path: str) -> str:
    return ""


def _by_name(path: str) -> str:
    """Group an entry with its note."""
    return PurePosixPath(path).stem if path.startswith(("lib/notes/", "lib/bib/")) else ""


def _nothing(_sandbox: Sandbox) -> None:
    pass


@dataclass(frozen=True)
class Scenario:
    """A command; what comes ``before`` it when its library is made, and right before it runs.

    ``group`` names the files that change together or not at all; ``again`` says that the command
    may be run once more after it was done, and changes nothing then. ``strays`` is a folder that is
    not ours, where a killed writer's temporary file stays. ``run`` stands in for the command line.
    """

    name: str
    command: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    edit: Callable[[Sandbox], None] = _nothing
    group: Callable[[str], str] = _whole
    again: bool = True
    statuses: frozenset[int] = frozenset({0})
    settings: str = ""
    strays: str | None = None
    run: Callable[[Path], int] | None = field(default=None, compare=False)


def make_base(
    sandbox: Sandbox, scenario: Scenario, run: Callable[[Sandbox, tuple[str, ...]], None]
) -> None:
    """Fill a new sandbox: papers of ours and of others, notes, images, PDFs, a blog."""
    root = sandbox.root
    for folder in ("home", "state", "blog"):
        (root / folder).mkdir(parents=True)
    (root / "state").chmod(0o700)
    lib = sandbox.library
    lib.mkdir()
    write(lib, "papernotes.toml", f'[export.blog]\ndir = "../blog"\n{scenario.settings}')
    write(lib, "README.txt", "Nobody touches this.\n")
    for number, (key, other) in enumerate((("ann", "ben"), ("ben", "ann"), ("cid", "cid"))):
        made = paper(key, arxiv_id=f"2002.0000{number + 1}", authors=(Author(other),))
        write(lib, f"bib/{key}.bib", bib.render(made))
        write(
            lib,
            f"notes/{key}.md",
            f"---\npaper: {key}\ntags: [fruit]\n---\n# About {other}\n\nAdam.\n",
        )
    for key in ("ann", "cid"):
        write(lib, f"pdf/{key}.pdf", page_with(HELLO))
    write(
        lib,
        "bib/mine.bib",
        "% mine\r\n@string{j = {Journal}}\r\n" + entry("doe2020", "On Apples", year="2020"),
    )
    write(lib, "bib/other.bib", entry("doe2021", "On Adam", year="2021"))
    write(
        lib,
        "notes/a.md",
        "# Apples\n\nI know [@doe2020] and [[b]], @ann and [[ben]], [@cid]. #fruit\n",
    )
    write(lib, "notes/b.md", "# Bees\n\nAttention ![[pic.png]]\n")
    write(lib, "notes/deep/c.md", "# Deep\n\n@ann, [[ben]].\n")
    (lib / "notes/pic.png").write_bytes(make_png())
    for name in ("stays", "changes", "goes", "moves"):
        write(lib, f"notes/{name}.md", _POST.format(name, f"![[{name}.png]] [[stays]] @ann"))
        (lib / f"notes/{name}.png").write_bytes(make_png())
    write(root, "blog/_posts/2020-01-01-mine.md", "mine\n")
    write(
        root,
        "outside/refs.bib",
        entry("roe1999", "Of Pears", year="1999")
        + "\n"
        + entry("doe2020", "On Apples", year="2020", doi="10.1/x"),
    )
    _write_old_blog(root / "outside/old")
    for path in root.rglob("*"):
        os.utime(path, (_OLD, _OLD))
    for command in (("sync",), *scenario.before):
        run(sandbox, command)


def _write_old_blog(folder: Path) -> None:
    write(folder, "_config.yml", 'url: "https://example.org"\nbaseurl: ""\n')
    write(
        folder,
        "_posts/2020-01-02-First.md",
        "---\ntitle: First post\nlayout: post\n---\nSee ![a logo](/images/logo.png).\n",
    )
    write(folder, "_posts/2020-02-03-Second.md", "---\ntitle: Second\n---\n# Part\n\nText.\n")
    write(folder, "images/logo.png", make_png())


def _edit_for_sync(sandbox: Sandbox) -> None:
    write(sandbox.library, "notes/a.md", "# Apples\n\nchanged, see [@doe2021] and [[new]]\n")
    write(sandbox.library, "notes/new.md", "# New\n\n[[a]] attention\n")
    write(sandbox.library, "bib/other.bib", entry("doe2021", "On Adam", year="2022") + entry("eve"))
    (sandbox.library / "notes/b.md").unlink()
    (sandbox.library / "pdf/cid.pdf").unlink()


def _edit_for_export(sandbox: Sandbox) -> None:
    lib = sandbox.library
    write(lib, "notes/changes.md", _POST.format("changes", "Other words. ![[goes.png]]"))
    write(lib, "notes/comes.md", _POST.format("comes", "New."))
    (lib / "notes/goes.md").unlink()
    write(lib, "notes/moves.md", _POST.format("m\nslug: elsewhere", "![[moves.png]]"))


def _edit_for_doctor(sandbox: Sandbox) -> None:
    write(sandbox.library, "notes/ids.md", "---\ntitle: Ids\narxiv: 2301.00010\n---\nadam\n")


def naive(lib: Path) -> int:
    """Mark a paper as read as one writes it down at first: open, write, done."""
    for name in ("ann", "ben"):
        path = lib / f"notes/{name}.md"
        text = path.read_text().replace("tags:", "status: read\ntags:")
        try:
            with path.open("w") as file:
                file.write(text)
        except OSError as error:
            print(f"naive: {error}", file=sys.stderr)
            return 1
    return 0


_EXPORTED = (("export",),)
SCENARIOS = (
    Scenario("add", ("add", "1706.03762", "1412.6980"), group=_by_name),
    Scenario("add --pdf", ("add", "--pdf", "--tag", "nlp", "1706.03762"), group=_by_name),
    Scenario("add refs.bib", ("add", "--note", "../outside/refs.bib"), group=_by_name),
    Scenario("new", ("new", "Apples and pears", "--tag", "fruit"), again=False),
    Scenario("status", ("status", "ann", "read", "--rating", "5")),
    Scenario("tag", ("tag", "ann", "ben", "doe2020", "+pears", "-fruit")),
    Scenario("rename", ("rename", "ann", "new"), again=False),
    Scenario("rename #tag", ("rename", "#fruit", "#food"), again=False),
    Scenario(
        "rename --all",
        ("rename", "--all", "--yes", "--template", "{auth}", "key:ann OR key:ben OR key:cid"),
    ),
    Scenario("remove", ("remove", "ann", "deep/c"), again=False),
    Scenario(
        "restore", ("restore", "ann", "deep/c"), before=(("remove", "ann", "deep/c"),), again=False
    ),
    Scenario(
        "update",
        ("update", "vaswani2017attention"),
        before=(("add", "1706.03762v1"),),
        group=_by_name,
    ),
    Scenario("pdf", ("pdf", "vaswani2017attention"), before=(("add", "1706.03762"),)),
    Scenario(
        "bib -o",
        ("bib", "-o", "../outside/out.bib"),
        before=(("bib", "-o", "../outside/out.bib", "key:ann"),),
        strays="outside/",
    ),
    Scenario("sync", ("sync",), edit=_edit_for_sync, statuses=frozenset({0, 1})),
    Scenario("sync --rebuild", ("sync", "--rebuild")),
    Scenario(
        "doctor --fix",
        ("doctor", "--fix", "--yes"),
        edit=_edit_for_doctor,
        statuses=frozenset({0, 1}),
        group=_alone,
    ),
    Scenario(
        "export jekyll",
        ("export",),
        before=_EXPORTED,
        edit=_edit_for_export,
        settings='to = "jekyll"\n',
        group=_alone,
    ),
    Scenario(
        "export html",
        ("export",),
        before=_EXPORTED,
        edit=_edit_for_export,
        settings='to = "html"\n',
        group=_alone,
    ),
    Scenario(
        "publish",
        ("publish", "a", "--yes"),
        before=_EXPORTED,
        settings='to = "markdown"\n',
        group=_alone,
    ),
    Scenario("adopt", ("adopt", "../outside/old"), group=_alone),
    Scenario("init --templates", ("init", "--templates", "../outside/fresh"), group=_alone),
)
NAIVE = Scenario("a naive writer", (), group=_alone, again=False, run=naive)
