"""English words → stems, by the Porter2 algorithm of the Snowball project (M. F. Porter, 2001).

Written from the algorithm's public definition, because the Porter stemmer Whoosh brings keeps
``optimized`` and ``optimize`` apart. Ours are that British ``-ise`` and ``-our`` count as ``-ize``
and ``-or``, that letters have a plural (``LLMs``), some plurals of Latin and Greek (``matrices``),
and a few families the algorithm tears apart or throws together, named in ``_FAMILIES``.
"""

from __future__ import annotations

import re

_FAMILIES = re.compile(
    "analy[sz]|classif|communit|generat|general|importan|internal|internat|numeric|organi[sz]|relativ"
    "|universal|universit"
)
_BRITISH = re.compile("(?<=[a-z]{3}i)s(?=ations?$)|(?<=[aeio][lmnr]i)s(?=(?:e|ed|es|ing|er|ers)$)")
_BRITISH_OUR = re.compile(
    "^(arm|behavi|col|endeav|fav|flav|harb|hon|hum|lab|neighb|rig|rum|sav|tum|vap|vig)our"
)
_WHOLE = {
    "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "idly": "idl",
    "gently": "gentl", "ugly": "ugli", "early": "earli", "only": "onli", "singly": "singl",
    "sky": "sky", "news": "news", "atlas": "atlas", "cosmos": "cosmos", "bias": "bias",
    "inning": "inning", "outing": "outing", "canning": "canning", "herring": "herring",
    "proceed": "proceed", "exceed": "exceed", "succeed": "succeed",
    "matrices": "matrix", "indices": "index", "vertices": "vertex", "vortices": "vortex",
    "simplices": "simplex", "appendices": "appendix", "axes": "axi", "criteria": "criterion",
    "phenomena": "phenomenon", "corpora": "corpus", "maxima": "maximum", "minima": "minimum",
    "optima": "optimum", "spectra": "spectrum", "formulae": "formula", "theses": "thesi",
    "hypotheses": "hypothesi", "children": "child", "centre": "center", "centred": "center",
}  # fmt: skip
_BEGINNINGS = re.compile("arsen|commun|emerg|gener|inter|later|organ|past|univers")
_REGION = re.compile("[aeiouy][^aeiouy]")
_VOWEL = re.compile("[aeiouy]")
_SHORT_END = re.compile("(?:^[aeiouy][^aeiouy]|[^aeiouy][aeiouy][^aeiouywxY])$")
_DOUBLE = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")
_STEP_2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "abli": "able",
    "entli": "ent", "ization": "ize", "izer": "ize", "ation": "ate", "ator": "ate",
    "alism": "al", "aliti": "al", "alli": "al", "fulness": "ful", "ousli": "ous",
    "ousness": "ous", "iveness": "ive", "iviti": "ive", "biliti": "ble", "bli": "ble",
    "fulli": "ful", "lessli": "less", "ogist": "og",
}  # fmt: skip
_STEP_3 = {
    "ational": "ate", "tional": "tion", "alize": "al", "icate": "ic", "iciti": "ic",
    "ical": "ic", "ful": "", "ness": "",
}  # fmt: skip
_STEP_4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ism", "ate",
    "iti", "ous", "ive", "ize",
)  # fmt: skip


_FIND_2 = re.compile(f"(?:{'|'.join(_STEP_2)}|ogi|li)$")
_FIND_3 = re.compile(f"(?:{'|'.join(_STEP_3)}|ative)$")
_FIND_4 = re.compile(f"(?:{'|'.join(_STEP_4)}|ion)$")


def stem(word: str) -> str:
    """Return the stem of a word of the letters a to z; words of one or two are their own."""
    if len(word) < 3:
        return word
    if (known := _WHOLE.get(word)) is not None:
        return known
    if (family := _FAMILIES.match(word)) is not None:
        return re.sub("s$", "z", family.group())
    if "our" in word:
        word = _BRITISH_OUR.sub(r"\1or", word)
    word = re.sub("(?:^|(?<=[aeiouy]))y", "Y", _BRITISH.sub("z", word))
    begun = _BEGINNINGS.match(word)
    first = _region(word, 0) if begun is None else begun.end()
    second = _region(word, first)
    word = _without_plural(word)
    if word in _WHOLE:
        return _WHOLE[word]
    word = _without_tense(word, first)
    if len(word) > 2 and word[-1] in "yY" and word[-2] not in "aeiouy":
        word = word[:-1] + "i"
    word = _step_2(word, first)
    word = _step_3(word, first, second)
    word = _step_4(word, second)
    return _step_5(word, first, second).lower()


def first_letters(stemmed: str) -> set[str]:
    """Return one or two letters, of which some begin every word with that stem."""
    others = {word[:2] for word, whole in _WHOLE.items() if whole == stemmed}
    return {stemmed[:2], *others}


def _region(word: str, start: int) -> int:
    """Return where the region after the first vowel and consonant behind ``start`` begins."""
    found = _REGION.search(word, start)
    return len(word) if found is None else found.end()


def _without_plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith(("ied", "ies")):
        return word[:-2] if len(word) > 4 else word[:-1]
    if (
        word.endswith("s")
        and not word.endswith(("us", "ss"))
        and (_VOWEL.search(word, 0, len(word) - 2) or _is_letters(word))
    ):
        return word[:-1]
    return word


def _is_letters(word: str) -> bool:
    """Say whether a word looks like the plural of letters: ``llms``, ``lstms``."""
    return len(word) > 3 and _VOWEL.search(word) is None


def _without_tense(word: str, first: int) -> str:
    for ending in ("eedly", "eed"):
        if word.endswith(ending):
            return word[: -len(ending)] + "ee" if len(word) - len(ending) >= first else word
    for ending in ("ingly", "edly", "ing", "ed"):
        if not word.endswith(ending):
            continue
        rest = word[: -len(ending)]
        if not _VOWEL.search(rest):
            return word
        if rest.endswith(("at", "bl", "iz")):
            return rest + "e"
        if rest.endswith(_DOUBLE):
            return rest if len(rest) == 3 and rest[0] in "aeo" else rest[:-1]
        return rest + "e" if len(rest) <= first and _SHORT_END.search(rest) else rest
    return word


def _step_2(word: str, first: int) -> str:
    found = _FIND_2.search(word)
    if found is None or found.start() < first:
        return word
    rest, ending = word[: found.start()], found.group()
    if ending == "ogi":
        return rest + "og" if rest.endswith("l") else word
    if ending == "li":
        return rest if rest[-1:] in tuple("cdeghkmnrt") else word
    return rest + _STEP_2[ending]


def _step_3(word: str, first: int, second: int) -> str:
    found = _FIND_3.search(word)
    if found is None or found.start() < first:
        return word
    rest, ending = word[: found.start()], found.group()
    if ending == "ative":
        return rest if found.start() >= second else word
    return rest + _STEP_3[ending]


def _step_4(word: str, second: int) -> str:
    found = _FIND_4.search(word)
    if found is None or found.start() < second:
        return word
    rest = word[: found.start()]
    return word if found.group() == "ion" and not rest.endswith(("s", "t")) else rest


def _step_5(word: str, first: int, second: int) -> str:
    last = len(word) - 1
    if word.endswith("e"):
        rest = word[:-1]
        if last >= second or (last >= first and not _SHORT_END.search(rest)):
            return rest
    elif word.endswith("ll") and last >= second:
        return word[:-1]
    return word
