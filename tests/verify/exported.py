"""Notes exported to a target, in memory, with the posts they became."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from papernotes.export import find_target
from papernotes.export.blog.ledger import Ledger
from papernotes.export.blog.placing import place
from papernotes.export.making.build import build_post
from papernotes.export.making.draft import Shelf
from papernotes.export.post import OutFile, Site
from papernotes.export.site import around, newest_first, summary_of
from tests.exporting import SETTINGS, make_note, make_source
from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papernotes.export.post import Post, Settings
    from papernotes.models import Note

CONSTRUCTS = Path(__file__).parent.parent / "constructs.md"
ODDITIES = Path(__file__).parent.parent / "oddities.md"
SECOND = """\
---
title: The second note
created: 2026-01-03
publish: true
description: Another.
---
It begins. Its figure: ![[figure.png]]

## Part *two*

Back to [[constructs]].
"""


@dataclass(frozen=True)
class Exported:
    """Posts, the site they belong to, and the files of each and of all together."""

    target: str
    posts: tuple[Post, ...]
    site: Site
    written: dict[str, tuple[OutFile, ...]]
    shared: tuple[OutFile, ...]

    @property
    def files(self) -> dict[str, bytes]:
        every = [one for files in self.written.values() for one in files]
        return {one.path: one.data for one in (*every, *self.shared)}

    def post(self, ref: str) -> Post:
        return next(post for post in self.posts if post.ref == ref)


def export_notes(
    notes: Iterable[Note], target: str, root: Path, settings: Settings = SETTINGS
) -> Exported:
    """Export ``notes`` of the library at ``root`` as the command would, writing nothing."""
    source = make_source(root, notes)
    writer = find_target(target)
    placements, _ = place(
        source.notes,
        Ledger(target),
        kept=frozenset(),
        permalink=writer.permalink,
        today=settings.today,
    )
    shelf = Shelf(source, placements)
    posts = tuple(build_post(shelf, note)[0] for note in source.notes)
    listed = newest_first(summary_of(post, placements[post.ref]) for post in posts)
    site = Site(placements, settings, around(listed))
    written = {post.ref: writer.render(post, site, folder=writer.folder).files for post in posts}
    late = writer.shared(listed, site, folder=writer.folder)
    shared = tuple(OutFile(file.path, file.data) for file in late)
    return Exported(target, posts, site, written, shared)


def constructs(root: Path) -> list[Note]:
    """Return the note with every construct, the one it links to, and one with oddities."""
    (root / "notes").mkdir(parents=True, exist_ok=True)
    (root / "notes/figure.png").write_bytes(make_png())
    texts = {
        "constructs": CONSTRUCTS.read_text("utf-8"),
        "second": SECOND,
        "oddities": ODDITIES.read_text("utf-8"),
    }
    return [make_note(f"notes/{name}.md", text) for name, text in texts.items()]
