"""How the command line ends: one line on stderr and the exit status of the contract."""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from papernotes.cli.interrupts import heeded_only_within
from papernotes.cli.streams import silence_output
from papernotes.cli.text import one_line
from papernotes.errors import LeakError, PapernotesError, QueryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from papernotes.cli.context import App

USAGE = 2
STOPPED = 130


def failing_clearly(run: Callable[[], Any], app: App) -> int:
    """Run the command line and return its exit status; report whatever goes wrong."""
    try:
        with heeded_only_within():
            result = run()
            sys.stdout.flush()
    except PapernotesError as error:
        for place in error.places if isinstance(error, LeakError) else ():
            app.warn(one_line(place))
        return _report(app, _sentence(error), error.exit_status)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return USAGE
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "papernotes"
        message = error.format_message().rstrip(".")
        return _report(app, f"{message}; see: {where} --help", USAGE)
    except click.ClickException as error:
        return _report(app, error.format_message(), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _report(app, "stopped; what was finished is kept, run it again to go on", STOPPED)
    except SystemExit as end:  # of click, when a shell has got its completions
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BrokenPipeError:
        return _broken_pipe()
    except OSError as error:
        silence_output()
        return _report(app, _of_the_system(error), 1)
    except Exception as error:
        if app.is_verbose:
            raise
        message = f"unexpected {type(error).__name__}: {error}; this is a bug, -v shows where"
        return _report(app, message, 1)
    return result if isinstance(result, int) else 0


def _sentence(error: PapernotesError) -> str:
    text = str(error)
    if isinstance(error, LeakError):
        text = "nothing was exported"
    if isinstance(error, QueryError):
        text = f"column {error.column} of the query: {text}"
    return f"{text}; {error.hint}" if error.hint else text


def _of_the_system(error: OSError) -> str:
    """Return what happened; an error without a file's name is of the output or the folder."""
    if error.filename is None and error.errno == errno.ENOENT and not _is_somewhere():
        return "the current folder does not exist any more; change to one that does"
    if error.filename is None and error.errno == errno.EBADF:
        return "output: is closed"
    return f"{error.filename or 'output'}: {error.strerror or error}"


def _is_somewhere() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 - asked for its error
    except OSError:
        return False
    return True


def _report(app: App, message: str, status: int) -> int:
    app.warn(" ".join(message.split()))
    return status


def _broken_pipe() -> int:
    """End as other tools do when the reader of a pipe has gone."""
    silence_output()
    return 128 + signal.SIGPIPE if hasattr(signal, "SIGPIPE") else 1
