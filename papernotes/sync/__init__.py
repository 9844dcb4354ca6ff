"""Bringing the store up to date with the files: look, decide, then act.

``look`` lists the files and, where a stat differs, compares digests; ``plan`` is the pure
comparison with what the store remembers; ``apply`` parses what changed and writes the store in
one transaction. They are apart because every command looks, and few find anything.
"""
