"""The html target's parts: bodies of posts, the pages round them, feed, search and styles."""
