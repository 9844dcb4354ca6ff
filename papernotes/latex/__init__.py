"""LaTeX text ⇄ Unicode: what stands in titles, names and abstracts. Pure, one pass, no recursion.

Math between dollar signs is carried as it stands. A command that is not known stays as it is; an
unescaped ``%`` is a percent sign and no comment. The laws:

- ``to_unicode(escape(text)) == text`` for any text without control characters;
- ``to_unicode(to_ascii(latex)) == to_unicode(latex)`` outside math, but for the kind of a space
  and the form of a composed letter;
- both writers leave braces balanced where they were, and all three take linear time.

``letters`` has the tables, ``reading`` goes to Unicode, ``writing`` and ``spelling`` come back.
"""

from papernotes.latex.letters import ACCENTS, DOTLESS, MATH, NAMED
from papernotes.latex.reading import has_markup, match_braces, take_text_branch, to_unicode
from papernotes.latex.spelling import to_ascii
from papernotes.latex.writing import escape, is_balanced

__all__ = [
    "ACCENTS",
    "DOTLESS",
    "MATH",
    "NAMED",
    "escape",
    "has_markup",
    "is_balanced",
    "match_braces",
    "take_text_branch",
    "to_ascii",
    "to_unicode",
]
