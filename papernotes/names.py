"""Names of authors: BibTeX's author field ⇄ Author, and plain names as arXiv gives them.

The grammar is BibTeX's own (First von Last; von Last, First; von Last, Jr, First), with Unicode's
idea of a lower-case letter, and biblatex's ``family=…, given=…``. Where people write what BibTeX
would misread and only one reading makes sense, that one is taken: ``;`` between names, ``et al.``,
a list with commas alone (``A. Foo, B. Bar``), ``Jr`` or ``III`` without its comma, ``CMS
Collaboration`` without braces, a family name before the given one in Chinese, Japanese and Korean
letters. An ``&`` divides nobody: it is part of firms' names.

A body in braces (``{ATLAS Collaboration}``) is one literal name. ``and others`` is kept as the
literal Author ``others``, last in the list, and written bare again, so that nothing is lost;
readers that count people leave it out with :func:`is_others`.
"""

from __future__ import annotations

import re

from papernotes.latex import escape, has_markup, match_braces, take_text_branch, to_unicode
from papernotes.models import Author

OTHERS = Author(family="others", is_literal=True)

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_AND = re.compile(r"\s+and(?=\s)", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:jr|sr|junior|senior|esq|ph\.?d|i{2,3}|iv|vi{1,3})\.?", re.IGNORECASE)
_LONGEST_SUFFIX = 8  # "junior", with a dot and room
_PLAIN_SUFFIX = re.compile(r"(?:[Jj]r|[Ss]r|JR|SR|II|III|IV)\.?")
_PARTICLES_TEXT = (
    "van von der den de del della dello degli di da dal dos das du la le ten ter tot zu zum zur "
    "vom af av el al bin ibn"
)
_PARTICLES = frozenset(_PARTICLES_TEXT.split())
_LEADING = _PARTICLES - {"al", "el", "bin", "ibn", "le"}  # also when capital: De Angelis
_BODY = re.compile(
    r"\b(?:collaborations?|consortium|team|group|committee|project|institute|university|society"
    r"|association|organi[sz]ation|foundation|members|alliance|laborator(?:y|ies))\b",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_EXTENDED = re.compile(r"\s*(family|given|middle|prefix|suffix)\s*=\s*(.*)", re.DOTALL)
_ET_AL = re.compile(r"[\s,]+et\.?[\s~]+al\.?$")
_INITIALED = re.compile(r"(?:[A-Z]\.[ ~-]?){1,4}[^\W\d_]{2}")  # A. Foo: no family is named so
_WHOLE_WORD = re.compile(r"[^\W\d_]{2}")  # not initials alone
_SPACE = re.compile(r"(?<!\\)\\\s")
_COLLABORATION = re.compile(r"collaborations?", re.IGNORECASE)


def is_others(author: Author) -> bool:
    """Tell whether this is the ``and others`` at the end of a list."""
    return author.is_literal and author.family == "others"


def parse_names(field: str) -> tuple[Author, ...]:
    """Return the people of a BibTeX author field, its LaTeX decoded; empty names are left out."""
    is_plain = not has_markup(field)
    if "\\ifmmode" in field:
        field = take_text_branch(field)
    names = _split_names(field)
    if ";" in field or " al" in field or "~al" in field:
        names = [part for name in names for part in _split_loose(name)]
    if len(names) == 1 and "," in names[0]:
        names = _split_list(names[0])
    authors = [_parse_plain(name) if is_plain else _parse_name(name) for name in names]
    return tuple(author for author in authors if author.family)


def render_names(authors: tuple[Author, ...]) -> str:
    """Return a BibTeX author field that :func:`parse_names` reads back to the same people."""
    people = [tidy_author(author) for author in authors]
    return " and ".join(_render_name(author) for author in people if author.family)


def split_name(text: str) -> Author:
    """Return a plain name in its parts: ``Laurens van der Maaten``, ``Martin Luther King Jr.``.

    A body is recognised by its words (Collaboration, Team …); a name of one word and one in
    Chinese, Japanese or Korean letters without a space is all family name.
    """
    name = fold(to_unicode(text)).strip(" ,;")
    if "," in name and not _BODY.search(name):
        return _parse_plain_commas(name)
    if _BODY.search(name):
        return Author(family=name, is_literal=True)
    words = name.split()
    if len(words) > 1 and _HAN.match(words[0]):
        return Author(family=words[0], given=" ".join(words[1:]))
    suffix = ""
    if len(words) > 2 and _PLAIN_SUFFIX.fullmatch(words[-1]):  # given, family, suffix
        suffix = words.pop()
    if len(words) < 2:  # a name of one word
        return Author(family=" ".join(words), suffix=suffix)
    first = len(words) - 1
    while first > 1 and words[first - 1].lower() in _LEADING | _joining(words[first - 1]):
        first -= 1
    particles = first
    while particles < len(words) - 1 and words[particles].islower():
        particles += 1
    return Author(
        family=" ".join(words[particles:]),
        given=" ".join(words[:first]),
        particle=" ".join(words[first:particles]),
        suffix=suffix,
    )


def tidy_author(author: Author) -> Author:
    """Return the author in the form that BibTeX can hold: spaces folded, parts where they belong.

    A literal has only a family; a particle that does not end in a lower-case word is part of the
    family; a given name alone is the family.
    """
    family, given, particle, suffix = (
        fold(part) for part in (author.family, author.given, author.particle, author.suffix)
    )
    affiliations = tuple(filter(None, (fold(place) for place in author.affiliations)))
    if author.is_literal:
        name = " ".join(filter(None, (given, particle, family, suffix)))
        return Author(name, is_literal=True, affiliations=affiliations)
    if particle and (not _is_lower(particle.split()[-1]) or not _is_plain(particle)):
        family, particle = f"{particle} {family}".strip(), ""
    if not family:
        family, given, particle = (given, "", particle) if given else (particle, "", "")
    if not family:
        return Author(suffix, affiliations=affiliations)
    return Author(family, given, particle, suffix, affiliations=affiliations)


def fold(text: str) -> str:
    """Return ``text`` on one line: white space folded to single spaces, control characters gone."""
    if not text.isprintable():
        text = _UNPRINTABLE.sub("", text)
    elif "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    return " ".join(text.split())


def split_top(text: str, separators: str) -> list[str]:
    """Return the parts of ``text`` between separators (single characters) outside braces.

    The end of ``&amp;`` is no separator.
    """
    if "{" not in text and "&" not in text and "\\" not in text:
        return re.split(f"[{re.escape(separators)}]", text)
    parts: list[str] = []
    start = depth = 0
    marks = rf"\\.|&#?\w{{2,8}};|[{{}}{re.escape(separators)}]"
    for match in re.finditer(marks, text, re.DOTALL):
        char = match[0]
        if char == "{":
            depth += 1
        elif char == "}":
            depth = max(depth - 1, 0)
        elif depth == 0 and len(char) == 1:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]


def split_and(text: str) -> list[str]:
    """Return the parts of ``text`` between the word ``and`` outside braces, stripped."""
    text = f" {text} "
    if "{" not in text:
        return [part.strip() for part in _AND.split(text)]
    parts: list[str] = []
    start = depth = counted = 0
    for match in _AND.finditer(text):
        depth += text.count("{", counted, match.start()) - text.count("}", counted, match.start())
        counted = match.start()
        if depth <= 0:
            parts.append(text[start : match.start()].strip())
            start = match.end()
    return [*parts, text[start:].strip()]


def _split_names(field: str) -> list[str]:
    if "{" not in field:
        field = " ".join(field.split())
        lower = f" {field.lower()} "
        if lower.count(" and ") == field.count(" and ") and " and and " not in lower:
            return field.split(" and ") if field else []
    return [part for part in split_and(field) if part]


def _split_loose(name: str) -> list[str]:
    """Return ``Foo, A.; Bar, B. et al.`` as its names and ``others``."""
    names: list[str] = []
    for part in split_top(name, ";"):
        text = part.strip()
        is_cut = _ET_AL.search(f" {text}")
        names += [text[: max(is_cut.start() - 1, 0)], "others"] if is_cut else [text]
    return [text for text in names if text]


def _split_list(text: str) -> list[str]:
    """Return ``A. Foo, B. Bar, C. Baz`` as names, which is wrong BibTeX but common."""
    parts = [part.strip() for part in split_top(text, ",")]
    parts = [part for part in parts if part]
    is_list = len(parts) > 1 and all(map(_INITIALED.match, parts))
    is_long = len(parts) > 3 and all(" " in part or part.startswith("{") for part in parts)
    is_han = len(parts) > 2 and all(map(_HAN.match, parts))
    return parts if is_list or is_long or is_han or _are_three(parts) else [text]


def _are_three(parts: list[str]) -> bool:
    """Tell whether these are ``Ann Foo, Bo Bar, Cy Baz`` and not a family, a suffix and a name."""
    whole = all(" " in part and part[0] != "{" and _WHOLE_WORD.search(part) for part in parts)
    return len(parts) == 3 and whole and not any(map(_SUFFIX.fullmatch, parts))


def _parse_plain(name: str) -> Author:
    """Return a name without LaTeX; by far the most are ``Last, First``."""
    family, comma, given = name.partition(", ")
    if not comma and "," not in name:
        return _first_von_last(name.split(), is_plain=True)
    is_simple = family.isalpha() and "," not in given and "=" not in given
    if is_simple and _COLLABORATION.fullmatch(family):
        return _parse_name(name)
    if is_simple and not _is_suffix(given, [family]):
        return Author(family, given)
    return _parse_name(name)


def _parse_name(name: str) -> Author:
    is_plain = not has_markup(name)
    if not is_plain and _is_one_group(name):
        return Author(family=_decode(name[1:-1]), is_literal=True)
    if "=" in name and (author := _parse_extended(name)):
        return author
    parts = name.split(",") if is_plain else split_top(name, ",")
    while len(parts) > 2 and not parts[-1].strip():
        parts.pop()
    if len(parts) == 1:
        return _first_von_last(_words(name), is_plain=False)
    if len(parts) == 2:  # von Last, First
        given = parts[1].strip()
        if _is_suffix(given, words := _words(parts[0])):
            author = _first_von_last(words, is_plain=is_plain)
            return Author(author.family, author.given, author.particle, given)
        if given and _COLLABORATION.fullmatch(parts[0].strip()):
            return Author(_decode(f"{given} {parts[0]}"), is_literal=True)
        return _von_last(parts[0], given, "", is_plain=is_plain)
    suffix, given = parts[1].strip(), ", ".join(parts[2:]).strip()
    is_turned = _PLAIN_SUFFIX.fullmatch(given) and not _PLAIN_SUFFIX.fullmatch(suffix)
    if suffix and is_turned:  # King, Martin Luther, Jr.
        suffix, given = given, suffix
    return _von_last(parts[0], given, suffix, is_plain=is_plain)


def _is_suffix(text: str, before: list[str]) -> bool:
    """Tell whether what stands behind the only comma is no given name: ``Martin King, III``.

    Behind one word capitals are initials, without their dots: ``Arnold, VI``, ``Smith, JR``.
    """
    if len(text) > _LONGEST_SUFFIX or not _SUFFIX.fullmatch(text):
        return False
    return len(before) > 1 or not text.isupper()


def _first_von_last(words: list[str], *, is_plain: bool) -> Author:
    if not words:
        return Author(family="")
    if len(words) == 1 and words[0].lower() == "others":
        return OTHERS
    decode = str if is_plain else _decode
    if _is_body(words):
        return Author(decode(" ".join(words)), is_literal=True)
    if len(words) > 1 and all(map(_HAN.match, words)):
        return Author(words[0], " ".join(words[1:]))
    suffix = words.pop() if len(words) > 2 and _PLAIN_SUFFIX.fullmatch(words[-1]) else ""
    start = next((i for i, word in enumerate(words[:-1]) if _is_lower(word)), len(words) - 1)
    end = start
    for i in range(start, len(words) - 1):
        if _is_lower(words[i]):
            end = i + 1
    family, given, particle = (
        decode(" ".join(part)) for part in (words[end:], words[:start], words[start:end])
    )
    return Author(family, given, particle, suffix)


def _is_body(words: list[str]) -> bool:
    """Tell whether these are ``CMS Collaboration`` or ``University of Oxford``, without braces."""
    if len(words) < 2:
        return False
    if words[1] in {"of", "for"} and _BODY.fullmatch(words[0]):
        return True
    return _BODY.fullmatch(words[-1]) is not None


def _von_last(last: str, given: str, suffix: str, *, is_plain: bool) -> Author:
    words = last.split() if is_plain else _words(last)
    if not suffix and len(words) > 1 and _PLAIN_SUFFIX.fullmatch(words[-1]):  # Hero III, Alfred
        suffix = words.pop()
    end = 0
    for i in range(len(words) - 1):
        if _is_lower(words[i]):
            end = i + 1
    texts = (" ".join(words[end:]), given, " ".join(words[:end]), suffix)
    family, given, particle, suffix = map(fold if is_plain else _decode, texts)
    if not family:
        family, given = given, ""
    return Author(family, given, particle, suffix)


def _parse_extended(name: str) -> Author | None:
    """Return a name in biblatex's own form: ``family=Cruz, given=Juan, prefix=de la``."""
    parts = dict.fromkeys(("family", "given", "middle", "prefix", "suffix"), "")
    for part in split_top(name, ","):
        match = _EXTENDED.fullmatch(part.strip().strip('"'))
        if match:
            parts[match[1]] = _decode(match[2].strip().strip('"'))
        elif part.strip() and "=" not in part:
            return None
    if not parts["family"]:
        return None
    given = f"{parts['given']} {parts['middle']}".strip()
    return tidy_author(Author(parts["family"], given, parts["prefix"], parts["suffix"]))


def _parse_plain_commas(name: str) -> Author:
    head, *rest = [part.strip() for part in name.split(",")]
    suffix = next((part for part in rest if _PLAIN_SUFFIX.fullmatch(part)), "")
    others = [part for part in rest if part != suffix]
    if others:
        return tidy_author(Author(head, " ".join(others), suffix=suffix))
    author = split_name(head)
    return Author(author.family, author.given, author.particle, suffix)


def _joining(word: str) -> frozenset[str]:
    return _PARTICLES if word.islower() else frozenset()


def _decode(text: str) -> str:
    return fold(to_unicode(text))


def _words(text: str) -> list[str]:
    r"""Return the words of a name, split at white space, ``\ `` and ``~`` outside braces."""
    return [word for word in split_top(_SPACE.sub(" ", text), " \t\n\r~") if word]


def _is_one_group(name: str) -> bool:
    """Tell whether braces hold the whole name."""
    if name[0] != "{" or name[-1] != "}":
        return False
    depth = 0
    for match in re.finditer(r"\\.|[{}]", name, re.DOTALL):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if depth == 0:
                return match.end() == len(name)
    return False


def _is_lower(word: str) -> bool:
    r"""Tell whether BibTeX takes the word for a particle: its first letter is lower-case.

    That is the first one outside braces or in a special character, a group like ``{\'e}``.
    """
    if word[0].isalpha():
        return word[0].islower()
    if word[0] == "{" and word[1:2] != "\\":
        word = word[match_braces(word).get(0, len(word)) + 1 :]
        if word[:1] == "{":
            return False
    return next((char for char in to_unicode(word) if char.isalpha()), "").islower()


def _is_plain(part: str) -> bool:
    """Tell whether a part can be written without braces."""
    return (
        "," not in part
        and "=" not in part
        and '"' not in part
        and ";" not in part
        and escape(part) == part
        and "and" not in part.lower().split()
        and not ("al" in part and _ET_AL.search(f" {part}"))
    )


def _render_name(author: Author) -> str:
    if is_others(author):
        return "others"
    if author.is_literal:
        return f"{{{escape(author.family)}}}"
    family, given, suffix = author.family, author.given, author.suffix
    is_alone = not (author.particle or given or suffix)
    words = family.split()
    is_bare = _is_plain(family) and not any(_is_lower(word) for word in words[:-1])
    if is_bare and is_alone and len(words) == 1 and family.lower() != "others":
        return family
    if not is_bare or _would_be_split(words):
        family = f"{{{escape(family)}}}"
    last = f"{author.particle} {family}" if author.particle else family
    if not suffix and not _is_suffix(given, [*author.particle.split(), *words]):
        return f"{last}, {_render_part(given)}".rstrip()
    is_known = not suffix or _PLAIN_SUFFIX.fullmatch(suffix)
    is_given = given and (is_known or not _PLAIN_SUFFIX.fullmatch(given))
    written = _render_part(given) if is_given else f"{{{escape(given)}}}"
    return f"{last}, {_render_part(suffix) if is_known else f'{{{escape(suffix)}}}'}, {written}"


def _would_be_split(words: list[str]) -> bool:
    """Tell whether a family name would be taken for more than one: ``Foo Jr.``, ``A. Foo``."""
    first, last = words[0], words[-1]
    return bool(
        (len(last) <= _LONGEST_SUFFIX and _PLAIN_SUFFIX.fullmatch(last))
        or ("." in first and _INITIALED.match(" ".join(words)))
        or _COLLABORATION.fullmatch(first)
    )


def _render_part(part: str) -> str:
    return part if _is_plain(part) else f"{{{escape(part)}}}"
