"""The picker on a terminal, drawn by prompt_toolkit; the only module that knows it.

Nothing here decides: keys and answers become events of ``model``, and ``view`` makes the lines.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import (
    BufferControl,
    DynamicContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    VSplit,
    Window,
)
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output

from papernotes.cli.picking import clipboard, model, view
from papernotes.cli.picking.deeds import Open, Tag, Turn
from papernotes.cli.picking.model import Outcome
from papernotes.cli.picking.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prompt_toolkit.key_binding import KeyPressEvent

    from papernotes.cli.picking.model import Picked, State
    from papernotes.cli.picking.worker import Event
    from papernotes.library import Library

_MOST_PASTED = 4_000  # characters, more than a query may have
_ESCAPE_SECONDS = 0.05  # how long Esc may be the beginning of another key


def run(
    opening: Callable[[Callable[[str], None]], Library],
    state: State,
    *,
    has_color: bool,
    prints: bool,
) -> tuple[Outcome, State]:
    """Let a person pick; return how that ended and the state to come back with.

    ``opening`` opens the library, with a function that takes its notices. ``prints`` says that
    Enter prints refs. Standard input and standard error must be terminals: what is picked may go
    to standard output. Raises whatever went wrong with the library.
    """
    with _terminal(has_color=has_color) as (given, output, depth):
        return _Screen(opening, state, prints=prints).run(given, output, depth)


@contextlib.contextmanager
def _terminal(*, has_color: bool) -> Iterator[tuple[Vt100Input, Vt100_Output, ColorDepth | None]]:
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    with open(os.dup(2), "w", encoding=encoding, errors="replace") as shown:  # noqa: PTH123 - a descriptor

        def size() -> Size:
            columns, rows = os.get_terminal_size(shown.fileno())
            return Size(rows=rows or 24, columns=columns or 80)

        output = Vt100_Output(shown, size, term=os.environ.get("TERM"))
        yield Vt100Input(sys.stdin), output, None if has_color else ColorDepth.DEPTH_1_BIT


class _Screen:
    """One showing of the picker."""

    def __init__(
        self,
        opening: Callable[[Callable[[str], None]], Library],
        state: State,
        *,
        prints: bool,
    ) -> None:
        self.state = state
        self._prints = prints
        self._query = Buffer(
            document=Document(state.query), multiline=False, on_text_changed=self._on_query
        )
        self._tags = Buffer(multiline=False)
        self._worker = Worker(lambda: opening(self._notice), self._later, self._fail)
        self._app: Application[Outcome]

    def run(
        self, given: Vt100Input, output: Vt100_Output, depth: ColorDepth | None
    ) -> tuple[Outcome, State]:
        self._app = Application(
            layout=self._layout(),
            key_bindings=self._keys(),
            full_screen=True,
            input=given,
            output=output,
            color_depth=depth,
        )
        self._app.ttimeoutlen = self._app.timeoutlen = _ESCAPE_SECONDS
        self._fit()
        try:
            outcome = self._app.run(pre_run=self._begin)
        finally:
            self._worker.end()
        return outcome, self.state

    def _begin(self) -> None:
        if self._app.loop is not None:  # a kill leaves the terminal as it was
            end = partial(self._leave, Outcome(is_stopped=True))
            self._app.loop.add_signal_handler(signal.SIGTERM, end)
        self._worker.start()
        for wish in model.wishes(None, self.state):
            self._worker.wish(wish)

    # --- events ------------------------------------------------------------------------------

    def _happen(self, event: Event) -> None:
        """Apply an event, and ask for what is to be known then."""
        before, self.state = self.state, event(self.state)
        self._fit()
        for wish in model.wishes(before, self.state):
            self._worker.wish(wish)
        self._app.invalidate()

    def _fit(self) -> None:
        size = self._app.output.get_size()
        self.state = model.fitted(self.state, view.list_rows(size.columns, size.rows))

    def _later(self, event: Event) -> None:
        """Take an event from another thread; after the end nobody needs it."""
        loop = self._app.loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(self._happen, event)

    def _fail(self, error: BaseException) -> None:
        def stop() -> None:
            if self._app.is_running and not self._app.is_done:
                self._app.exit(exception=error)

        loop = self._app.loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(stop)

    def _notice(self, message: str) -> None:
        self._later(lambda state: model.told(state, message))

    def _on_query(self, buffer: Buffer) -> None:
        is_at_end = buffer.cursor_position == len(buffer.text)
        self._happen(partial(model.typed, text=buffer.text, is_at_end=is_at_end))

    # --- what is shown -----------------------------------------------------------------------

    def _layout(self) -> Layout:
        query = _line("> ", self._query)
        tags = _line("tags (+a -b): ", self._tags)
        counted = Window(
            FormattedTextControl(lambda: ANSI(view.count(self.state, self._columns()))),
            height=1,
            dont_extend_width=True,
        )
        first = DynamicContainer(
            lambda: VSplit([tags if self.state.is_tagging else query, counted])
        )
        body = Window(FormattedTextControl(self._lines), wrap_lines=False)
        return Layout(HSplit([first, body]), focused_element=self._query)

    def _columns(self) -> int:
        return self._app.output.get_size().columns

    def _lines(self) -> ANSI:
        size = self._app.output.get_size()
        self._fit()
        lines = view.frame(self.state, size.columns, size.rows, prints=self._prints)
        return ANSI("\n".join(lines))

    # --- keys --------------------------------------------------------------------------------

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        is_tagging = Condition(lambda: self.state.is_tagging)

        def bind(act: Callable[[], object], *names: str, tagging: bool = False) -> None:
            def handle(_event: KeyPressEvent) -> None:
                act()

            where = is_tagging if tagging else ~is_tagging
            keys.add(*names, filter=where, eager=False)(handle)

        def on(event: Event) -> Callable[[], None]:
            return lambda: self._happen(event)

        for name, rows in (("up", -1), ("c-p", -1), ("c-k", -1), ("down", 1), ("c-n", 1)):
            bind(on(partial(model.moved, rows=rows)), name)
        bind(on(partial(model.moved, rows=1)), "c-j")
        bind(on(lambda state: model.moved(state, -self._page())), "pageup")
        bind(on(lambda state: model.moved(state, self._page())), "pagedown")
        bind(on(partial(model.marked, rows=1)), "tab")
        bind(on(partial(model.marked, rows=-1)), "s-tab")
        bind(on(model.resorted), "c-r")
        bind(self._pick, "enter")
        bind(partial(self._pick, is_coming_back=True), "escape", "enter")
        bind(partial(self._copy, clipboard.citation), "c-y")
        bind(partial(self._copy, clipboard.links), "escape", "y")
        bind(self._open, "c-o")
        bind(self._turn, "c-s")
        bind(partial(self._ask_tags, is_on=True), "c-t")
        bind(self._tag, "enter", tagging=True)
        for name in ("escape", "c-g"):
            bind(partial(self._leave, Outcome()), name)
            bind(partial(self._ask_tags, is_on=False), name, tagging=True)
        for is_on in (True, False):
            bind(partial(self._leave, Outcome(is_stopped=True)), "c-c", tagging=is_on)
            bind(self._suspend, "c-z", tagging=is_on)

        @keys.add(Keys.BracketedPaste)
        def paste(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text(" ".join(event.data[:_MOST_PASTED].split()))

        return keys

    def _page(self) -> int:
        size = self._app.output.get_size()
        return max(view.list_rows(size.columns, size.rows) - 1, 1)

    def _pick(self, *, is_coming_back: bool = False) -> None:
        if self.state.picked:
            self._leave(Outcome(self.state.picked, is_coming_back=is_coming_back))

    def _leave(self, outcome: Outcome) -> None:
        if not self._app.is_done:
            self._app.exit(result=outcome)

    def _suspend(self) -> None:
        self._app.suspend_to_background()

    def _copy(self, spelled: Callable[[tuple[Picked, ...]], str]) -> None:
        if picked := self.state.picked:
            text = spelled(picked)
            self._app.output.write_raw(clipboard.osc52(text))
            self._app.output.flush()
            clipboard.give_desktop(text, os.environ)
            self._happen(partial(model.told, news=f"copied {text}"))

    def _open(self) -> None:
        if picked := self.state.picked:
            self._worker.wish(Open(picked))

    def _turn(self) -> None:
        if picked := self.state.picked:
            self._worker.wish(Turn(picked))

    def _ask_tags(self, *, is_on: bool) -> None:
        self._tags.text = ""
        self._happen(lambda state: replace(model.tagging(state, is_on=is_on), said=""))
        self._app.layout.focus(self._tags if self.state.is_tagging else self._query)

    def _tag(self) -> None:
        wish = Tag(self.state.picked, self._tags.text)
        self._ask_tags(is_on=False)
        self._worker.wish(wish)


def _line(label: str, buffer: Buffer) -> VSplit:
    """Return a line to type in."""
    return VSplit(
        [
            Window(FormattedTextControl([("bold", label)]), width=len(label), height=1),
            Window(BufferControl(buffer), height=1),
        ]
    )
