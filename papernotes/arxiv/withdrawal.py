"""Whether a paper says of itself that it was withdrawn.

arXiv's API has no mark for it; a withdrawn version says so in its comment, in words of its
author or of arXiv's administrators. Others talk of withdrawal too: of an earlier paper, from a
conference, of nicotine. So it is sentences about this very paper that count.
"""

from __future__ import annotations

import re

_WORK = r"(?:papers?|submission|article|version|manuscript|note|preprint|e-?print|work)"
_SAID = re.compile(
    rf"""(?:^|[.;:]\s*|\b(?:paper|preprint)\s+)\W*withdrawn\b(?!\s+(?:from|arxiv))
    |\bwithdrawn\s+(?:by|bt)\s+(?:the\s+)?(?:\w+\s+)?
      (?:aut\w*ors?|arxiv|submitter|administrators?)\b
    |(?<!preceding\s)(?<!previous\s)(?<!companion\s)(?<!earlier\s)
      \b{_WORK}\s+(?:(?:has|have|had)\s+been|is|was|needs\s+to\s+be|must\s+be|should\s+be)?\s*
      (?:being\s+)?(?:temporarily\s+|now\s+)?withdrawn\b(?!\s+from\b)
    |\b(?:it|this)\s+(?:has\s+been|is|was)\s+(?:temporarily\s+)?withdrawn\b
    |\b(?:to|please|we|i|must)\s+withdraw\s+(?:this|the|our|my)\s+{_WORK}\b(?!\s+from\s+the\s+con)
    |\bto\s+withdraw\s+it\s+from\s+(?:the\s+)?arxiv
    |^\W*withdrawing\b | [,;]\s*withdrawn\W*$
    """,
    re.IGNORECASE | re.VERBOSE,
)


def says_withdrawn(comment: str) -> bool:
    """Say whether a comment tells that the version it belongs to was withdrawn."""
    return "withdr" in comment.lower() and _SAID.search(comment[:2000]) is not None
