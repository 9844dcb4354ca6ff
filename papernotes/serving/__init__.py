"""A web server for one reader on this computer.

:mod:`answering` is pure, request in, answer out; :mod:`server` has the sockets, :mod:`watching`
notices that files on disk change, :mod:`reloading` is what a served page has and its file has not.
:mod:`guarding` is who may come in where private notes are shown, :mod:`parts` stretches of a file,
:mod:`desk` how the threads of connections ask the one that has the library.
"""

from __future__ import annotations

from papernotes.serving.answering import Site
from papernotes.serving.desk import ClosedError, Desk
from papernotes.serving.guarding import Door
from papernotes.serving.server import PORT, Listener, Server
from papernotes.serving.watching import Watch

__all__ = ["PORT", "ClosedError", "Desk", "Door", "Listener", "Server", "Site", "Watch"]
