"""Liquid, the template language Jekyll runs over every post before its Markdown is read.

No text of a note may be live Liquid. Liquid knows nothing of Markdown, so one pass over the
finished body is enough, whatever the text stands in: code, prose, HTML or a table. What we insert
ourselves goes in as :data:`BASEURL`, a character no note can hold, and is put in its place last.
"""

from __future__ import annotations

import re

BASEURL = "\x02"
_BASEURL_TAG = "{{ site.baseurl }}"

_TAG = re.compile(r"\{{2,}%?(?:.{0,300}?\}{2,})?|\{%(?:.{0,300}?%\}+)?")
_END_RAW = re.compile(r"\{%-?\s*endraw")
_OPENER = re.compile(r"\{{2,}%?|\{%")


def escape_liquid(text: str) -> str:
    """Return ``text`` so that Liquid gives back exactly its characters, with our tags put in.

    A tag is wrapped in ``raw``, never over a line's end, because Jekyll cuts excerpts at blank
    lines. Openers that nothing closes soon in their line, and whatever would end ``raw`` itself,
    become string literals.
    """
    return _TAG.sub(_escape_tag, text).replace(BASEURL, _BASEURL_TAG)


def _escape_tag(match: re.Match[str]) -> str:
    tag = match[0]
    if _OPENER.fullmatch(tag) or _END_RAW.search(tag) or BASEURL in tag:
        return _OPENER.sub(lambda opener: f'{{{{ "{opener[0]}" }}}}', tag)
    return f"{{% raw %}}{tag}{{% endraw %}}"
