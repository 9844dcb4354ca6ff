"""Chromium through its own protocol (Chrome DevTools Protocol over a pipe): pages as they run.

The protocol is JSON messages that end in a null byte, on file descriptors 3 and 4:
https://chromedevtools.github.io/devtools-protocol/.
"""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from tests.programs import require

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-dev-shm-usage", "--disable-background-networking", "--remote-debugging-pipe"),
)
_START = (
    "import os, sys\n"
    "read, write = (os.dup(int(number)) for number in sys.argv[1:3])\n"
    "read, write = os.dup2(read, 103), os.dup2(write, 104)\n"
    "os.dup2(read, 3)\n"
    "os.dup2(write, 4)\n"
    "os.execv(sys.argv[3], sys.argv[3:])\n"
)
_SECONDS = 60


@dataclass
class Loaded:
    """A page that was opened: what it asked for, and what the browser complained of."""

    session: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


class Chromium:
    """One browser, one page at a time."""

    def __init__(self, profile: Path) -> None:
        browser = require("chromium")
        to_browser, self._to = os.pipe()
        self._from, from_browser = os.pipe()
        command = [sys.executable, "-c", _START, str(to_browser), str(from_browser)]
        self._process = subprocess.Popen(
            [*command, browser, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(to_browser, from_browser),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._rest = b""
        self._number = 0
        self._loaded = Loaded("")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._to)
        os.close(self._from)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def open(self, url: str, *, is_dark: bool = False, width: int = 1280) -> Loaded:
        """Load a page and wait until it is there."""
        if self._loaded.session:
            self._tell("Page.close", session=self._loaded.session)
        target = self._tell("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self._tell("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._loaded = loaded = Loaded(attached["sessionId"])
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        for method, params in (
            ("Page.enable", {}),
            ("Log.enable", {}),
            ("Network.enable", {}),
            ("Runtime.enable", {}),
            ("Emulation.setEmulatedMedia", {"features": [scheme]}),
            ("Emulation.setDeviceMetricsOverride", size),
        ):
            self._tell(method, params, session=loaded.session)
        self._tell("Page.navigate", {"url": url}, session=loaded.session)
        self._wait_for("Page.loadEventFired")
        self.run("document.fonts.ready.then(() => 0)")
        return loaded

    def run(self, script: str) -> Any:
        """Return what a script says in the page that is open, as a value of JSON."""
        asked = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = self._tell("Runtime.evaluate", asked, session=self._loaded.session)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key in the page that is open."""
        for kind in ("keyDown", "keyUp"):
            event = {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": 9}
            self._tell("Input.dispatchKeyEvent", event, session=self._loaded.session)

    def write(self, text: str) -> None:
        """Write text where the cursor stands."""
        self._tell("Input.insertText", {"text": text}, session=self._loaded.session)

    def picture(self, path: Path) -> None:
        """Save a picture of the whole page that is open."""
        asked = {"captureBeyondViewport": True}
        shot = self._tell("Page.captureScreenshot", asked, session=self._loaded.session)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _tell(
        self, method: str, params: dict[str, Any] | None = None, *, session: str = ""
    ) -> dict[str, Any]:
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == number:
                assert "error" not in answer, (method, answer["error"])
                return dict(answer["result"])

    def _wait_for(self, event: str) -> None:
        while self._read().get("method") != event:
            pass

    def _read(self) -> dict[str, Any]:
        end = time.monotonic() + _SECONDS
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from], [], [], max(0, end - time.monotonic()))
            assert ready, "Chromium does not answer"
            data = os.read(self._from, 1 << 20)
            assert data, "Chromium has ended"
            self._rest += data
        text, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        self._note(message)
        return message

    def _note(self, message: dict[str, Any]) -> None:
        params = message.get("params", {})
        if message.get("sessionId") != self._loaded.session:
            return
        match message.get("method"):
            case "Network.requestWillBeSent":
                self._loaded.requests.append(params["request"]["url"])
            case "Log.entryAdded":
                self._loaded.complaints.append(params["entry"]["text"])
            case "Runtime.exceptionThrown":
                self._loaded.complaints.append(str(params["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if params["type"] in {"error", "warning", "assert"}:
                self._loaded.complaints.append(str(params["args"]))
