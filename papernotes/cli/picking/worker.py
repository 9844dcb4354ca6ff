"""The thread that owns the library while a person types.

It does one thing at a time: first what changes something, in order; then the last question asked,
for those before it interest nobody any more; then a look at the hit the person is on.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from papernotes.cli.picking.deeds import answer, do, sentence
from papernotes.cli.picking.model import Ask, Look, again, answered, known, refused, told
from papernotes.errors import PapernotesError, QueryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.cli.picking.deeds import Deed
    from papernotes.cli.picking.model import State
    from papernotes.library import Library

    Event = Callable[[State], State]


class Worker:
    """Answers wishes with events, on a library that it opens by ``opening`` in its own thread.

    ``tell`` takes an event, to be applied to the state there is then; ``fail`` takes what must
    end the picker. Both are called from this thread.
    """

    def __init__(
        self,
        opening: Callable[[], Library],
        tell: Callable[[Event], None],
        fail: Callable[[BaseException], None],
    ) -> None:
        self._opening = opening
        self._tell = tell
        self._fail = fail
        self._deeds: deque[Deed] = deque()
        self._ask: Ask | None = None
        self._look: Look | None = None
        self._is_ending = False
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="library")

    def start(self) -> None:
        """Open the library and begin."""
        self._thread.start()

    def wish(self, wish: Ask | Look | Deed) -> None:
        """Note what is to be done; returns at once."""
        with self._news:
            if isinstance(wish, Ask):
                self._ask = wish
            elif isinstance(wish, Look):
                self._look = wish
            else:
                self._deeds.append(wish)
            self._news.notify()

    def end(self) -> None:
        """Finish what changes something, forget the rest, and close the library."""
        with self._news:
            self._is_ending = True
            self._news.notify()
        self._thread.join()

    def _run(self) -> None:
        try:
            with self._opening() as library, library.session():
                while (wish := self._next()) is not None:
                    self._grant(library, wish)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that shows it
            self._fail(error)

    def _next(self) -> Ask | Look | Deed | None:
        with self._news:
            while True:
                if self._deeds:
                    return self._deeds.popleft()
                if self._is_ending:
                    return None
                if (ask := self._ask) is not None:
                    self._ask = None
                    return ask
                if (look := self._look) is not None:
                    self._look = None
                    return look
                self._news.wait()

    def _grant(self, library: Library, wish: Ask | Look | Deed) -> None:
        if isinstance(wish, Ask):
            number = wish.number
            try:
                found = answer(library, wish)
            except QueryError as error:
                why = sentence(error)
                self._tell(lambda state: refused(state, number, why))
            else:
                self._tell(lambda state: answered(state, number, found))
            return
        try:
            if isinstance(wish, Look):
                card = library.show(wish.ref)
                self._tell(lambda state: known(state, card))
                return
            said = do(library, wish, on_failure=self._complain)
            self._tell(lambda state: again(told(state, said)))
        except PapernotesError as error:
            self._complain(sentence(error))
            if not isinstance(wish, Look):  # some of it may have been done
                self._tell(again)

    def _complain(self, why: str) -> None:
        self._tell(lambda state: told(state, why, is_wrong=True))
