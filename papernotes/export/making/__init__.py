"""A note of the library → a neutral post."""
