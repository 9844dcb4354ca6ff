"""Whatever is done to the files, the answers are those of a library made from them afresh."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from papernotes.files import FileStat, Scan
from papernotes.store.read import KnownFile
from papernotes.sync.plan import diff
from tests.factories import answers, entry, open_library, write

NAMES = ("a", "b", "deep/a", "doe2020", "Roe2021")
KEYS = ("doe2020", "Roe2021", "doe2020x")
WORDS = ("apples", "bees", "title", "doe", '"apples and bees"', "tag:fruit", "author:doe")
SENTENCES = (
    "I like apples and bees.",
    "See [@doe2020] and [[a]].",
    "Compare [[deep/a|that]] with @Roe2021.",
    "A #fruit is an apple: https://arxiv.org/abs/2002.01234.",
    "Bees make honey; [[Title of b]] says so.",
)
FRONT = (
    "",
    "---\ntitle: Title of b\ntags: [fruit]\n---\n",
    "---\npaper: doe2020\naliases: [other]\n---\n",
    "---\npaper: Roe2021\ntitle: x\n",
    "---\nprivate: true\nkind: rant\n---\n# A title\n",
)

names = st.sampled_from(NAMES)
bodies = st.lists(st.sampled_from(SENTENCES), max_size=3).map("\n\n".join)
texts = st.tuples(st.sampled_from(FRONT), bodies).map("".join)
entries = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(("On apples", "On bees"))), max_size=3
)


class Edits(RuleBasedStateMachine):
    """A person, an editor and git at work in one library."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.root = self.folder / "lib"
        open_library(self.root).close()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @rule(name=names, text=texts)
    def write_note(self, name: str, text: str) -> None:
        write(self.root, f"notes/{name}.md", text)

    @rule(name=names)
    def remove_note(self, name: str) -> None:
        (self.root / f"notes/{name}.md").unlink(missing_ok=True)

    @rule(name=names, new=names)
    def move_note(self, name: str, new: str) -> None:
        path = self.root / f"notes/{name}.md"
        if path.exists():
            target = self.root / f"notes/{new}.md"
            target.parent.mkdir(exist_ok=True)
            path.replace(target)

    @rule(name=st.sampled_from(("one", "two")), found=entries)
    def write_bib(self, name: str, found: list[tuple[str, str]]) -> None:
        text = "".join(entry(key, title, eprint="2002.01234") for key, title in found)
        write(self.root, f"bib/{name}.bib", text)

    @rule(name=st.sampled_from(("one", "two")))
    def remove_bib(self, name: str) -> None:
        (self.root / f"bib/{name}.bib").unlink(missing_ok=True)

    @rule()
    def sync(self) -> None:
        with open_library(self.root) as library:
            library.sync()

    @invariant()
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
    max_examples=8,
    stateful_step_count=8,
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
