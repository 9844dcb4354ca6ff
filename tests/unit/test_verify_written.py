"""What a written post may hold without being at fault: the author's own addresses and ids."""

from __future__ import annotations

from papernotes.export.pieces import Href, Html, Link, Math, Text
from papernotes.export.verify.said import given_addresses, said, without_ids


def test_addresses_of_the_author_are_told_from_ours() -> None:
    pieces = (
        Link((Text("a"),), Href(url="/posts/gone%20away/")),
        Link((Text("b"),), Href(ref="other")),
        Html('<a href="/posts/x&amp;y/">'),
    )
    assert "/posts/gone away/" in given_addresses(pieces)
    assert "/posts/x&y/" in given_addresses(pieces)
    assert "other" not in given_addresses(pieces)


def test_the_id_of_a_heading_is_not_said() -> None:
    pieces = (Text("## A ", starts_line=True), Math("x"), Text(" b {#own}\nc {#said}\n"))
    assert said(pieces) == ["A", "b", "c", "said"]
    assert without_ids("Under {#id}\n-----\n\n> # Q {#q}\n") == "Under\n-----\n\n> # Q\n"
    assert without_ids("#no {#id}\n") == "#no {#id}\n"
