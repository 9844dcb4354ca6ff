"""The pages of a whole library for its owner, private notes included: values in, HTML out. Pure.

They are made with the templates, styles and bodies of the html target, which is why this package
stands above ``export``; nothing of ``export`` knows of it. :mod:`wishes` says which page an
address means, :mod:`shelf` makes bodies of notes, :mod:`sheets` puts pages into their frame,
:mod:`listing` and :mod:`documents` are what stands on them.
"""

from __future__ import annotations
