"""Pandoc, the program: where it is, and a running one that formats citations, post after post.

Pandoc reads CSL styles and BibTeX itself; here it only gets documents as its own JSON and gives
them back with their citations formatted. It is started once for all posts of an export.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, Self

from papernotes.errors import UsageError

if TYPE_CHECKING:
    from types import TracebackType

_SCRIPT = Path(__file__).with_name("citing.lua")
_LONGEST = 60  # seconds for one post
_HINT = "install pandoc 3.1 or newer (the Python package pypandoc-binary has it), or use --style"


def find_pandoc() -> str | None:
    """Return the path of pandoc: in the package pypandoc-binary, or on the PATH.

    The package comes first: what distributions have is often too old.
    """
    spec = find_spec("pypandoc")
    inside = Path(spec.origin).parent / "files" if spec and spec.origin else None
    found = sorted(inside.glob("pandoc*")) if inside else []
    return next((str(path) for path in found if path.is_file()), None) or shutil.which("pandoc")


class RunningPandoc:
    """A pandoc that formats citations; use as a context, which ends it. Started when first asked.

    Raises UsageError where there is no pandoc, or one that cannot do this.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()

    def ask(self, document: dict[str, Any]) -> list[Any]:
        """Return the blocks of a document, its citations formatted.

        Raises UsageError for a style or entries pandoc cannot read.
        """
        process = self._process = self._process or self._started()
        assert process.stdin is not None, "a pipe"
        assert process.stdout is not None, "a pipe"
        guard = Timer(_LONGEST, process.kill)
        guard.start()
        try:
            process.stdin.write(json.dumps(document).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            guard.cancel()
        if not line:
            raise UsageError(f"{find_pandoc()} cannot format citations", hint=_HINT)
        answer = json.loads(line)
        if "error" in answer:
            raise UsageError(f"pandoc cannot format the citations: {answer['error'].strip()}")
        return list(answer["blocks"])

    def _started(self) -> subprocess.Popen[bytes]:
        program = find_pandoc()
        if program is None:
            raise UsageError("a CSL style needs pandoc, which is not installed", hint=_HINT)
        return subprocess.Popen(  # noqa: S603 - a program the person installed, no shell
            [program, "lua", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
