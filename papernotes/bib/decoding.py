"""Bytes of a .bib file → text."""

from __future__ import annotations

import codecs
import re

_HEAD = 4096  # bytes in which an encoding may be declared
# % Encoding: UTF-8 (JabRef), % !TeX encoding = latin1, -*- coding: utf-8 -*- (Emacs),
# %% Saved with string encoding Western (Mac OS Roman) (BibDesk)
_DECLARED = re.compile(
    rb"%[^\r\n]{0,80}?\b(?:en)?coding(?:\s*[:=]\s*|\s+(?=[A-Z]))([^\r\n]{1,60})", re.IGNORECASE
)
_NAME = re.compile(r"\(?(?:x-)?([\w.:-]+)")
_NAMED_TEXT = (
    "mac os roman=mac-roman, iso latin 1=latin-1, iso latin 2=iso8859-2, windows latin 1=cp1252, "
    "shift jis=shift_jis, gb 18030=gb18030, gb 2312=gb2312, latin-2=iso8859-2, windows-31j=cp932, "
    "windows-949=cp949"
)
_NAMED = dict(pair.split("=") for pair in _NAMED_TEXT.split(", "))
_KNOWN = re.compile(
    r"(?:iso8859|iso2022|cp\d|latin|mac|koi8|gb|big5|shift_jis|euc|ascii|utf-(?:8|16|32))"
)


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a .bib file and the encoding it was read in; never fails.

    Tried in order: byte order mark, UTF-16 by its zeros, UTF-8, a declared ``% Encoding: …``,
    Windows-1252, Latin-1.
    """
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", "replace"), "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), "utf-16"
    for encoding in (*_wide(data), "utf-8", *_declared(data), "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def is_declared(data: bytes, encoding: str) -> bool:
    """Tell whether a .bib file itself says that this is its encoding."""
    return encoding in _declared(data)


def _wide(data: bytes) -> tuple[str, ...]:
    """Return UTF-16 in its byte order if every other byte is mostly zero, as in our letters."""
    even, odd = (data[start:_HEAD:2] for start in (0, 1))
    if odd.count(0) * 2 > len(odd) > 1 and even.count(0) * 4 < len(even):
        return ("utf-16-le",)
    if even.count(0) * 2 > len(even) > 1 and odd.count(0) * 4 < len(odd):
        return ("utf-16-be",)
    return ()


def _declared(data: bytes) -> tuple[str, ...]:
    match = _DECLARED.search(data[:_HEAD])
    said = match[1].decode("ascii", "replace").strip() if match else ""
    named = next((name for words, name in _NAMED.items() if words in said.lower()), "")
    plain = _NAME.match(said.partition("(")[2] or said)
    try:
        name = codecs.lookup(named or (plain[1] if plain else "")).name
    except (LookupError, UnicodeError, ValueError):
        return ()
    return (name,) if _KNOWN.match(name) else ()
