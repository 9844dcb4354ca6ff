"""``papernotes serve --library``: the pages of the whole library, for who has the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from papernotes.cli.choice import chosen
from papernotes.cli.text import safe
from papernotes.serving import ClosedError, Desk, Door, Listener
from papernotes.serving.answering import Answer, Asked, guarded

if TYPE_CHECKING:
    from papernotes.cli.context import App
    from papernotes.library import Library


def browse(app: App, library: Library, ref: str, port: int | None) -> None:
    """Serve the library until Ctrl-C, and print the address: of the page of ``ref``, or of all.

    This thread has the library; those of connections ask it.
    """
    desk: Desk[Asked, Answer] = Desk()

    def respond(asked: Asked) -> Answer:
        refused = door.refusal(asked)
        if refused is not None:
            return guarded(refused)
        try:
            return desk.ask(asked)
        except ClosedError:
            return guarded(Answer(503, b"papernotes is ending.\n"))

    with Listener(port, respond) as listener:
        door = Door(listener.port)
        browser = library.browse(listener.pause)
        place = chosen(browser.place_of, ref) if ref else ""
        app.clear_progress()
        listener.start()
        click.echo(safe(door.address(place)))
        app.notice("your library, for who has this address; Ctrl-C ends it")
        try:
            desk.work(browser.answer)
        except KeyboardInterrupt:
            app.notice("the library is closed")
