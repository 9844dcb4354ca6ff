"""Who may come in, stretches of files, and how threads ask the one that has the library."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from papernotes.serving import ClosedError, Desk, Door
from papernotes.serving.answering import Asked
from papernotes.serving.parts import Part, stretch

DOOR = Door(4000, "good-token", "good-cookie")
READER = Asked("GET", "/", ("127.0.0.1:4000",), cookies="x=y; papernotes-4000=good-cookie")


@pytest.mark.parametrize(
    "cookies",
    [
        "",
        "papernotes-4000=",
        "papernotes-4000=good-token",
        "papernotes-4001=good-cookie",
        "papernotes-4000=good-cookie-and-more",
        'papernotes-4000="good-cookie"',
        "xpapernotes-4000=good-cookie",
        "papernotes-4000=g\u00f6\u00f6d; good-cookie",
    ],
)
def test_a_cookie_is_right_as_a_whole_or_not_at_all(cookies: str) -> None:
    assert DOOR.refusal(READER) is None
    refused = DOOR.refusal(replace(READER, cookies=cookies))
    assert refused is not None
    assert refused.status == 403
    assert b"good" not in refused.body


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("/?token=good-token", "/"),
        ("/?token=good%2Dtoken", "/"),
        ("/page/a%20b/?token=good-token&beside=pdf", "/page/a%20b/?beside=pdf"),
        ("//evil.example/?token=good-token", "/evil.example/"),
        ("/\\evil.example?q=1&token=good-token&token=x", "/%5Cevil.example?q=1"),
        ("/?q=a%0d%0aSet-Cookie:%20x&token=good-token", "/?q=a%0D%0ASet-Cookie%3A+x"),
        ("/?token=", None),
        ("/?token=good", None),
        ("/?xtoken=good-token", None),
        ("/good-token", None),
    ],
)
def test_the_token_gives_the_cookie_and_leaves_the_address(target: str, place: str | None) -> None:
    found = DOOR.refusal(replace(READER, target=target, cookies=""))
    assert found is not None
    headers = dict(found.headers)
    if place is None:
        assert (found.status, headers) == (403, {})
    else:
        assert (found.status, headers["Location"]) == (303, place)
        assert headers["Set-Cookie"].startswith("papernotes-4000=good-cookie; ")


def test_each_run_has_a_token_and_a_cookie_of_its_own() -> None:
    doors = [Door(1) for _ in range(3)]
    assert len({word for door in doors for word in (door.token, door.cookie)}) == 6


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", (0, 10)),
        ("bytes=0-", (0, 10)),
        ("bytes=2-4", (2, 3)),
        ("bytes=2-99999999", (2, 8)),
        ("bytes=-3", (7, 3)),
        ("bytes=-99", (0, 10)),
        ("bytes=9-9", (9, 1)),
        ("bytes=10-", None),
        ("bytes=10-12", None),
        ("bytes=-0", None),
        ("bytes=4-2", (0, 10)),
        ("bytes=-", (0, 10)),
        ("bytes=0-1,3-4", (0, 10)),
        ("lines=0-1", (0, 10)),
        ("bytes=\u0661-\u0662", (0, 10)),
        ("bytes=" + "9" * 99 + "-", (0, 10)),
    ],
)
def test_a_range_gives_one_stretch_or_the_whole(asked: str, found: tuple[int, int] | None) -> None:
    assert stretch(asked, 10) == found
    if found is None:
        return
    import io

    assert (
        b"".join(Part(io.BytesIO(b"0123456789"), *found).read())
        == b"0123456789"[found[0] : found[0] + found[1]]
    )


def test_a_desk_answers_in_one_thread_and_lets_nobody_wait_at_the_end() -> None:
    desk: Desk[int, int] = Desk()
    told: list[object] = []
    started = threading.Barrier(3)

    def ask(number: int) -> None:
        started.wait()
        try:
            told.append(desk.ask(number))
        except (ClosedError, ZeroDivisionError) as error:
            told.append(type(error))

    threads = [threading.Thread(target=ask, args=(number,)) for number in (0, 4)]
    for thread in threads:
        thread.start()
    started.wait()
    asked: list[int] = []

    def answer(number: int) -> int:
        asked.append(number)
        if number == 99:
            raise KeyboardInterrupt
        if len(asked) == 2:
            threading.Thread(target=ask_last).start()
        return 100 // number

    def ask_last() -> None:
        try:
            desk.ask(99)
        except ClosedError as error:
            told.append(type(error))
            finished.set()

    finished = threading.Event()
    with pytest.raises(KeyboardInterrupt):
        desk.work(answer)
    for thread in threads:
        thread.join()
    assert finished.wait(10)
    assert sorted(map(str, told)) == sorted(map(str, (25, ZeroDivisionError, ClosedError)))
    with pytest.raises(ClosedError):
        desk.ask(1)
