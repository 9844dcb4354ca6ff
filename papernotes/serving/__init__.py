"""A web server for one reader on this computer: files in memory, reloaded when they change.

:mod:`answering` is pure, request in, answer out; :mod:`server` has the sockets, :mod:`watching`
notices that files on disk change, :mod:`reloading` is what a served page has and its file has not.
"""

from __future__ import annotations

from papernotes.serving.answering import Site
from papernotes.serving.server import PORT, Server
from papernotes.serving.watching import Watch

__all__ = ["PORT", "Server", "Site", "Watch"]
