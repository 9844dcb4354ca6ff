"""The program: ``python -m papernotes`` and the installed command.

Until the command line is ready to say that it was stopped, Ctrl-C ends the process at once and
without a word, as it ends any small tool; so this comes before everything else is imported.
"""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from papernotes.cli import main

if __name__ == "__main__":
    main()
