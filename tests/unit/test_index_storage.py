"""Mapped files of the index are let go of, however much of them is read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from papernotes.index.storage import Storage

SIZE = 4_000_000


def resident(name: str) -> int:
    """Return how many kilobytes of mapped files of that name are in memory."""
    _, _, rest = Path("/proc/self/smaps").read_text().partition(name)
    return int(rest.partition("Rss:")[2].split()[0])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what is in memory")
def test_what_was_read_does_not_stay_in_memory(tmp_path: Path) -> None:
    (tmp_path / "words.voc").write_bytes(bytes(SIZE))
    storage = Storage(tmp_path)
    mapped = storage.map("words.voc")
    assert mapped.find(b"x") == -1
    assert resident("words.voc") > SIZE // 2_000
    for _ in range(100):
        storage.count_read()
    assert resident("words.voc") < 100
    assert mapped[:2] == b"\0\0"
    mapped.close()
    for _ in range(100):
        storage.count_read()
