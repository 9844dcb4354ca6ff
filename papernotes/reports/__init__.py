"""What the verbs answer with that change, fetch, connect or check, as frozen values.

Apart from :mod:`papernotes.models`, since list and search, which must start quickly, need none;
in modules by kind, since making dozens of dataclasses takes longer than most questions.
"""
