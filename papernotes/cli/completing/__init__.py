"""Completion: what a shell shows at TAB, in time to be waited for.

``lines`` reads the line that was typed and spells what is put in its place, ``wishes`` says what
may stand at its end, ``words`` looks up which there are, ``scripts`` is what the shells run. The
store is read as it stands: no sync, no file made, and no error said.
"""
