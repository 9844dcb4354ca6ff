"""Whatever is done to the files, the answers are those of a library made from them afresh."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from unittest import mock

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from papernotes import bib
from papernotes.errors import PapernotesError
from papernotes.files import RACY_NS, FileStat, Scan, scanning
from papernotes.library.importing import Source
from papernotes.store.filed import KnownFile
from papernotes.sync.plan import diff
from tests.factories import answers, entry, open_library, paper, write
from tests.stores import contents, contents_of_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.library import Library
    from papernotes.reports.changing import RenameReport

T = TypeVar("T")
EXAMPLES = int(os.environ.get("PAPERNOTES_SYNC_EXAMPLES", "8"))
STEPS = int(os.environ.get("PAPERNOTES_SYNC_STEPS", "30"))

NAMES = ("a", "b", "deep/a", "doe2020", "Roe2021", "own")
KEYS = ("doe2020", "Roe2021", "doe2020x", "own")
WORDS = ("apples", "bees", "title", "doe", '"apples and bees"', "tag:fruit", "author:doe")
SENTENCES = (
    "I like apples and bees.",
    "See [@doe2020] and [[a]].",
    "Compare [[deep/a|that]] with @Roe2021, [@own; @doe2020x].",
    "A #fruit is an apple: https://arxiv.org/abs/2002.01234.",
    "Bees make honey; [[Title of b]] says so.",
    "## Of bees\n\n[[b#Of bees]], [[#Of bees]], [x](a.md#of-bees), `[[own]]`.",
    "## On @doe2020, a #fruit\n\n[[#On @doe2020, a fruit]] [x](b.md#on-doe2020-a-fruit)",
    "## See [[deep/a]]\n\n[[b#See deep/a]] [x](#see-deepa) [y](../a.md#of-bees)",
    "| [[own\\|mine]] | [[doe2020#Of bees\\|bees]] |\n|--|--|",
)
FRONT = (
    "",
    "---\ntitle: Title of b\ntags: [fruit]\n---\n",
    "---\npaper: doe2020\naliases: [other]\n---\n",
    "---\npaper: own\nstatus: reading # still\ntags:\n- Fruit/ripe\n---\n",
    "---\npaper: Roe2021\ntitle: x\n",
    "---\nprivate: true\nkind: rant\n---\n# A title\n",
    "---\ntitle: [\n---\n",
)

names = st.sampled_from(NAMES)
keys = st.sampled_from(KEYS)
numbers = st.integers(0, 11)
bodies = st.lists(st.sampled_from(SENTENCES), max_size=4).map("\n\n".join)
texts = st.tuples(st.sampled_from(FRONT), bodies).map("".join)
entries = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(("On apples", "On bees"))), max_size=3
)
as_saved: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "dos": lambda text: text.replace("\n", "\r\n").encode(),
    "marked": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "wide": lambda text: text.encode("utf-16"),
    "broken": lambda text: text.encode() + b"\xff\n",
}


bib_names = st.sampled_from(("one", "two"))
edits = st.one_of(
    st.tuples(st.just("note"), names, texts, st.just("plain")),
    st.tuples(st.just("note"), names, texts, st.sampled_from(sorted(as_saved))),
    st.tuples(st.just("delete"), names.map("notes/{}.md".format)),
    st.tuples(st.just("move"), names, names),
    st.tuples(st.just("bib"), bib_names, entries),
    st.tuples(st.just("own"), keys),
    st.tuples(st.just("delete"), (bib_names | keys.map(str.lower)).map("bib/{}.bib".format)),
)


def marks(root: Path) -> dict[str, tuple[bytes, int, int]]:
    """Return each file of the library with its bytes, permissions and time."""
    found = [path for folder in ("notes", "bib") for path in (root / folder).rglob("*.*")]
    stats = {path: path.stat() for path in found}
    return {
        path.relative_to(root).as_posix(): (path.read_bytes(), stat.st_mode, stat.st_mtime_ns)
        for path, stat in stats.items()
    }


def texts_anywhere(root: Path) -> list[bytes]:
    """Return what all files say, also those in the trash, wherever they are."""
    found = (path for folder in ("notes", "bib", ".trash") for path in (root / folder).rglob("*.*"))
    return sorted(
        path.read_bytes() for path in found if path.is_file() and path.name != "removed.json"
    )


def faults(library: Library) -> Counter[str]:
    """Return how many links lead nowhere, or to no heading that is there."""
    found: Counter[str] = Counter()
    for path in (library.root / "notes").rglob("*.md"):
        report = library.links(path.relative_to(library.root).as_posix())
        found.update(each.fault for each in (*report.out, *report.dangling))
    return found


class Edits(RuleBasedStateMachine):
    """A person, an editor, git and papernotes at work in one library."""

    def __init__(self) -> None:
        super().__init__()
        self.chunks = mock.patch.object(scanning, "CHUNK", 1)
        self.chunks.start()
        self.folder = Path(tempfile.mkdtemp())
        self.root = self.folder / "lib"
        self.numbers = count(1)
        open_library(self.root).close()
        for key in KEYS[:3]:
            self.edit("own", key)
        for name, body in zip(NAMES, SENTENCES, strict=False):
            self.edit("note", name, FRONT[len(name) % 4] + body, "plain")

    def teardown(self) -> None:
        self.answers_are_those_of_a_fresh_library()
        self.chunks.stop()
        shutil.rmtree(self.folder)

    # --- others at work ----------------------------------------------------------------------

    @rule()
    def nothing_happens_for_a_while(self) -> None:
        time.sleep(RACY_NS / 1e9)
        with open_library(self.root) as library:
            library.sync()
            library.sync()

    @rule(some=st.lists(edits, min_size=1, max_size=4))
    def others_write(self, some: list[tuple[Any, ...]]) -> None:
        for each in some:
            self.edit(*each)

    def edit(self, *how: Any) -> None:
        match how:
            case "note", name, text, saved:
                write(self.root, f"notes/{name}.md", as_saved[saved](text))
            case "delete", path:
                (self.root / path).unlink(missing_ok=True)
            case "move", name, new if (self.root / f"notes/{name}.md").exists():
                target = self.root / f"notes/{new}.md"
                target.parent.mkdir(exist_ok=True)
                (self.root / f"notes/{name}.md").replace(target)
            case "bib", name, found:
                text = "".join(entry(key, title, eprint="2002.01234") for key, title in found)
                write(self.root, f"bib/{name}.bib", text)
            case "own", key:
                arxiv_id = f"2003.{next(self.numbers):05}"
                made = paper(key, title=f"Title of {key}", arxiv_id=arxiv_id, url=None)
                write(self.root, f"bib/{key.lower()}.bib", bib.render(made))

    # --- our own verbs -----------------------------------------------------------------------

    def attempt(self, act: Callable[[Library], T]) -> T | None:
        """Do something with the library; what is refused must have changed nothing."""
        before = marks(self.root)
        with open_library(self.root) as library:
            try:
                return act(library)
            except PapernotesError:
                assert marks(self.root) == before
        return None

    def ref(self, number: int) -> str:
        """Return one of what there is."""
        with open_library(self.root) as library:
            hits = library.list(sort="title", limit=0).hits
        return hits[number % len(hits)].ref if hits else "nothing"

    @rule(title=st.sampled_from(("Title of b", "Bees", "c")), about=st.none() | keys)
    def new(self, title: str, about: str | None) -> None:
        self.attempt(lambda library: library.new(title, paper=about))

    @rule(found=entries, has_note=st.booleans())
    def add_bib(self, found: list[tuple[str, str]], has_note: bool) -> None:
        text = "".join(entry(key, title, year="2020") for key, title in found)
        source = Source("given.bib", text.encode())
        self.attempt(lambda library: library.add_bib([source], has_note=has_note))

    def attempt_renaming(self, act: Callable[[Library], RenameReport]) -> RenameReport | None:
        """Give something another name: no link may lead nowhere that led somewhere.

        One that led nowhere may lead to what has its name now, though not to the heading it names.
        """
        with open_library(self.root) as library:
            before = faults(library)
        done = self.attempt(act)
        if done is not None:
            with open_library(self.root) as library:
                after = faults(library)
            found = before["dangling"] - after["dangling"]
            assert found >= 0, (before, after, done)
            assert after["missing heading"] <= before["missing heading"] + found, (before, after)
        return done

    @rule(number=numbers, new=st.sampled_from((*NAMES, "c", "d", "deep/own", "new/deep/c")))
    def rename(self, number: int, new: str) -> None:
        ref = self.ref(number)
        self.attempt_renaming(lambda library: library.rename(ref, new))

    @rule(number=numbers)
    def rename_heading(self, number: int) -> None:
        ref = self.ref(number)
        for old, new in (("Of bees", "About them"), ("About them", "Of bees")):
            if self.attempt_renaming(lambda library: library.rename_heading(ref, old, new)):  # noqa: B023
                break

    @rule(is_back=st.booleans())
    def rename_tag(self, is_back: bool) -> None:
        old, new = ("food", "fruit") if is_back else ("fruit", "food")
        self.attempt_renaming(lambda library: library.rename_tag(old, new))

    @rule(number=numbers, status=st.sampled_from(("unread", "reading", "read")))
    def set_status(self, number: int, status: str) -> None:
        ref = self.ref(number)
        self.attempt(lambda library: library.set_status([ref], status, rating=3))

    @rule(number=numbers)
    def tag(self, number: int) -> None:
        ref = self.ref(number)
        self.attempt(lambda library: library.tag([ref], add=["food"], remove=["fruit"]))

    @rule(number=numbers, only_notes=st.booleans())
    def remove(self, number: int, only_notes: bool) -> None:
        ref = self.ref(number)
        before = texts_anywhere(self.root)
        self.attempt(lambda library: library.remove([ref], only_notes=only_notes))
        assert texts_anywhere(self.root) == before

    @rule(number=st.integers(0, 3))
    def restore(self, number: int) -> None:
        def act(library: Library) -> None:
            for removal in library.trash().results[number:][:1]:
                library.restore([removal.name])

        before = texts_anywhere(self.root)
        self.attempt(act)
        assert texts_anywhere(self.root) == before

    @rule(some=st.lists(numbers, min_size=1, max_size=2), only_notes=st.booleans())
    def remove_and_restore(self, some: list[int], only_notes: bool) -> None:
        refs = [self.ref(number) for number in some]
        before = marks(self.root)
        removed = self.attempt(lambda library: library.remove(refs, only_notes=only_notes))
        if removed is not None:
            assert marks(self.root) != before
            folders = [each.folder for each in removed.results]
            with open_library(self.root) as library:
                library.restore(folders)
            assert marks(self.root) == before

    # --- what always holds -------------------------------------------------------------------

    @invariant()
    def the_store_is_what_it_would_be_made_anew(self) -> None:
        with open_library(self.root) as library:
            library.sync()
            store = library._upkeep.store()
            assert store.stale() == ()
            kept = contents(store)
        assert kept == contents_of_files(self.root, self.folder / "fresh.db")

    def answers_are_those_of_a_fresh_library(self) -> None:
        with open_library(self.root) as library:
            kept = answers(library, WORDS)
        fresh = self.folder / "fresh"
        shutil.copytree(self.root, fresh, ignore=shutil.ignore_patterns("index"))
        with open_library(fresh) as library:
            assert answers(library, WORDS) == kept
        shutil.rmtree(fresh)


TestEdits = Edits.TestCase
TestEdits.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking would take minutes
    suppress_health_check=list(HealthCheck),
)


paths = st.builds("notes/{}{}.md".format, st.sampled_from(("", "sub/")), st.integers(0, 9))
stats = st.builds(FileStat, st.integers(0, 9), st.just(1), st.just(1), st.integers(0, 9))
known_files = st.builds(KnownFile, stats, st.booleans(), st.just("d"), st.booleans())


@given(st.dictionaries(paths, stats), st.dictionaries(paths, known_files), st.booleans())
@settings(max_examples=200)
def test_every_path_has_one_fate_and_a_plan_carried_out_leaves_nothing_to_do(
    found: dict[str, FileStat], known: dict[str, KnownFile], force: bool
) -> None:
    scan = Scan(found, (), (), 0)
    plan = diff(scan, known, force=force)
    gone = known.keys() - found.keys()
    assert sorted((*plan.removed, *plan.held_back)) == sorted(gone)
    assert sorted(plan.added) == sorted(found.keys() - known.keys())
    assert set(plan.changed) <= found.keys() & known.keys()
    assert set(plan.held_anew) <= set(plan.held_back)
    assert not (force and plan.held_back)
    after = {path: KnownFile(stat, False, "d") for path, stat in found.items()}
    after |= {path: KnownFile(known[path].stat, False, "d", True) for path in plan.held_back}
    again = diff(scan, after)
    assert again.is_empty
    assert again.held_back == plan.held_back
