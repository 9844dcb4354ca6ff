"""What is changed in a library by hand: reading state, tags, removal, and what is not in order."""

from papernotes.library.gathering import Gathering


class Tending(Gathering):
    """The verbs status, tag, remove, restore and doctor."""
