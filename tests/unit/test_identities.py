"""Few papers that come are compared with few of the store, with the same result as with all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from papernotes import bib
from papernotes.identity import Shelf, identify, make_identity, may_begin
from papernotes.store.identities import identities
from tests.factories import open_library, write
from tests.unit.test_identity import ALIKE, APART, SURE

if TYPE_CHECKING:
    from pathlib import Path

PAIRS = [(one, other) for one, other, *_ in (*SURE, *ALIKE, *APART)]


def numbered(entry: str, number: int) -> str:
    """Return an entry with a key that no pair before has."""
    return re.sub(r"^(@\w+\{)", rf"\g<1>p{number}", entry)


def test_what_is_found_among_few_is_what_is_found_among_all(tmp_path: Path) -> None:
    known = [numbered(one, number) for number, (one, _) in enumerate(PAIRS)]
    write(tmp_path, "bib/mine.bib", "\n".join(known))
    with open_library(tmp_path) as library:
        library.sync()
        store = library._upkeep.store()
        everything = identities(store)
        assert len(everything) == len(PAIRS)
        found = []
        for number, (_, other) in enumerate(PAIRS):
            (paper,), _ = bib.parse(numbered(other, number), "")
            identity = identify(paper)
            few = identities(store, [identity])
            found.append(Shelf(few).find(identity))
            assert found[-1] == Shelf(everything).find(identity), other
        assert len([match for match in found if match]) > len(PAIRS) / 2
        (paper,), _ = bib.parse("@misc{q, title={Zebras at Night}, author={Q, R.}}", "")
        assert len(identities(store, [identify(paper)])) < len(PAIRS) / 2


@given(st.text(max_size=12), st.text(max_size=8))
def test_a_title_may_begin_itself_with_any_subtitle(title: str, subtitle: str) -> None:
    whole = make_identity(
        "k",
        "misc",
        title=title,
        authors=(),
        date=(None, None),
        arxiv_id=None,
        dois=(),
        journal="",
        others=(),
        extra={"subtitle": subtitle},
    )
    assert may_begin(title, whole.title)
