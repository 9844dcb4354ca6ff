"""What strangers wrote is read or refused: mutations of good texts, and texts without end.

``PAPERNOTES_FUZZ=2000`` tries so many mutations for each reader, and every text without end.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
from typing import TYPE_CHECKING

import pytest

from papernotes.errors import PapernotesError
from tests.hostile.mutating import bombs, mutations
from tests.hostile.readers import READERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

COUNT = int(os.environ.get("PAPERNOTES_FUZZ", "30"))
IS_LONG = "PAPERNOTES_FUZZ" in os.environ
_FEW = 3
_MOST_SECONDS = 20  # of the processor: what takes the square of the time takes minutes


@pytest.mark.parametrize("name", READERS)
def test_what_is_good_is_read(name: str) -> None:
    assert READERS[name].read(READERS[name].good) != ""


@pytest.mark.parametrize("name", READERS)
def test_what_was_good_is_read_or_refused(name: str) -> None:
    reader = READERS[name]
    for text in mutations(reader.good, COUNT, f"8 {name}"):
        with contextlib.suppress(PapernotesError):
            reader.read(text)


@pytest.mark.parametrize("name", READERS)
def test_what_never_ends_takes_no_square_of_time(name: str) -> None:
    reader = READERS[name]
    found = bombs(reader.good, reader.most)
    chosen = list(found) if IS_LONG else random.Random(f"8 {name}").sample(list(found), _FEW)
    for which in chosen:
        with _limited(which), contextlib.suppress(PapernotesError):
            reader.read(found[which])


@pytest.mark.parametrize("charset", ["a\0b", "idna", "undefined", "hex", "", "x" * 9_999])
def test_a_mail_in_a_charset_that_is_none_is_read(charset: str) -> None:
    mail = READERS["mail"].good.replace("latin-1", charset)
    assert "abc" in str(READERS["mail"].read(mail))


SVG = '<svg xmlns="http://www.w3.org/2000/svg">'
KNOWN = (  # that once took the square of the time
    ("SVG", " ", ""),
    ("SVG", f"{SVG}<path", " ", "/></svg>"),
    ("SVG", f"{SVG}<style>", "/* ", "</style></svg>"),
    ("SVG", f"{SVG}<style>", "url(", "</style></svg>"),
    ("SVG", f'{SVG}<path style="', "url( ", '"/></svg>'),
    (".exportignore", "a", " ", "b"),
    (".exportignore", "", "[[", ""),
    (".exportignore", "a]", "[@", ""),
    ("Typst document", "", "http://", ""),
    ("Typst document", "", "https://a.b/(", ""),
)


@pytest.mark.parametrize("known", KNOWN, ids=repr)
def test_what_took_the_square_of_time_once_does_not(known: tuple[str, ...]) -> None:
    name, before, unit, after = known if len(known) == 4 else (known[0], "", *known[1:])
    with _limited(name), contextlib.suppress(PapernotesError):
        READERS[name].read(before + unit * (1_500_000 // len(unit)) + after)


@contextlib.contextmanager
def _limited(which: str) -> Iterator[None]:
    """Fail where the processor is busy for too long; a regular expression is ended too late."""

    def fail(_number: int, _frame: FrameType | None) -> None:
        pytest.fail(f"{which} takes more than {_MOST_SECONDS} s")

    before = signal.signal(signal.SIGVTALRM, fail)
    signal.setitimer(signal.ITIMER_VIRTUAL, _MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
