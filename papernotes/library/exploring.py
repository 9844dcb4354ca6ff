"""What is seen of a library from aside: links, alike papers, mentions, tags, what to read next."""

from papernotes.library.tending import Tending


class Exploring(Tending):
    """The verbs links, related, tags and next."""
