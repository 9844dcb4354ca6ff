"""Checks: what is known of a library → what is not in order in it. Nothing is written here.

Each file is a group of checks. Those of a note's text are pure functions of a
:class:`~papernotes.doctor.text.NoteText` that yield findings; those of names are pure functions
of paths; those of papers ask the store. ``codes`` is the one table of everything that can be
said, also by sync.
"""
