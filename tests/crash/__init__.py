"""Every change a command makes to files, killed or refused once: is anything lost?

``python -m tests.crash`` runs it all (``make crash``); docs/reliability-crash.md has the figures.
"""
