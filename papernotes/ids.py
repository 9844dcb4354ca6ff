"""Identifiers: arXiv ids in every form people paste, DOIs, slugs. No I/O.

The grammar of arXiv ids is arXiv's own (``YYMM.NNNN`` to 1412, ``YYMM.NNNNN`` from 1501,
``archive/YYMMNNN`` to 0703, ``vN``); the canonical form drops the subject class and lowers the
archive, as arXiv does. What cannot exist (month 13, too many digits for its year) is refused,
never mended: a guess could name another paper.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from papernotes.errors import ArxivIdError
from papernotes.models import ArxivId

_OLD_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|"
    "cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|"
    "nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_YOUNG_ARCHIVES = "econ|eess|q-fin|stat"  # never had ids of the old form
_FIRST_OLD, _LAST_OLD, _FIRST_NEW, _FIRST_FIVE_DIGITS = 199107, 200703, 200704, 201501
_LAST_YEAR_OF_NEW = 90  # two-digit years 91 to 99 and 00 to 06 belong to the old form

_ARCHIVE = f"{_OLD_ARCHIVES}|{_YOUNG_ARCHIVES}"
_CORE = (
    rf"(?:(?P<archive>{_ARCHIVE})(?:\.[a-z][a-z-]{{1,7}})?(?:/+|_)"
    r"(?:(?P<old>[0-9]{7})|(?P<prefixed>[0-9]{4}\.[0-9]{4,5}))"
    r"|(?P<new>[0-9]{4}\.[0-9]{4,5}))(?![0-9])(?:v(?P<version>[0-9]{1,4}))?"
)
_ENDING = r"(?:\.(?:pdf|ps|ps\.gz|gz|tar\.gz|html?))?"
_SEGMENT = r"(?:abs|pdf|html|ps|src|e-?print|format|other|list(?:ing)?|overview|papers?|arxiv)"
_STAMP = r"(?:\s*\[[a-z-]+(?:\.[a-z-]+)?\]?)?(?:\s+[0-9]{1,2} [a-z]{3,9} [0-9]{4})?"
_FLAGS = re.IGNORECASE | re.ASCII

# Patterns as text: compiled when first used, for most commands never meet an id.
_WHOLE = (
    r"(?:(?:doi\s*:\s*)?10\.48550/arxiv\.|(?:oai:)?(?:arxiv(?:\.org)?\s*(?:e-?print|preprint)?"
    rf"\s*[:.]?\s*){{0,2}})(?:/*{_SEGMENT}/+|/+)?{_CORE}{_ENDING}/*{_STAMP}"
)
_PATH = rf"(?:/+[a-z][a-z0-9_-]*)*?(?:/+papers/[0-9]{{4}})?/+(?:arxiv:\s*)?{_CORE}{_ENDING}/*"
_HTML_PATH = rf"/+html/+(?:arxiv:)?{_CORE}(?:/.*)?"
_FTP_PATH = (
    rf"/ftp/(?P<archive>{_ARCHIVE})/(?:papers|pdf|ps|html)/[0-9]{{4}}/"
    rf"(?P<old>[0-9]{{7}})(?:v(?P<version>[0-9]{{1,4}}))?{_ENDING}"
)
_MARKED_PATH = rf".*?/arxiv[:.]\s*{_CORE}{_ENDING}/*"
_DOI_PATH = rf"/+10\.48550/arxiv\.{_CORE}/*"
_ARXIV_HOST = re.compile(
    r"(?:.+\.)?(?:arxiv\.org|arxiv\.com|ar5iv\.org|alphaxiv\.org|arxiv-vanity\.com|xxx\.lanl\.gov"
    r"|xxx\.itp\.ac\.cn|scirate\.com|papers\.cool|emergentmind\.com|talk2arxiv\.org)"
)
_PAPER_HOSTS = {"huggingface.co", "www.huggingface.co", "hf.co"}  # arXiv's only below /papers/
_DOI_HOST = re.compile(r"(?:.+\.)?doi\.org")
_SCHEMELESS = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?=/)", _FLAGS)

# In running text a bare number needs clean surroundings; a marked one ("arXiv:", "/abs/") less.
_IN_TEXT = rf"(?<![0-9]){_CORE}"
_MARKED_BEFORE = (
    r"(?:(?<![a-z0-9])arxiv(?:\.org)?(?:\s*(?:e-?print|preprint|id|identifier|no\.?))?"
    rf"[\s:./#~=]{{1,3}}[\[({{<\"']{{0,2}}|(?<![a-z0-9.-]){_SEGMENT}/+"
    r"|/papers/[0-9]{4}/|(?<![a-z])(?:id|id_list|eprint|arxivid)\s?=\s?[{\"']?)\Z"
)
_FTP_IN_TEXT = rf"(?<=arxiv\.org){_FTP_PATH}(?![0-9a-z])"
_BAD_BEFORE = re.compile(r"[a-z0-9À-ɏ./=+$€£±@#&%^\\-]\Z|[0-9]:\Z", re.IGNORECASE)
_BAD_AFTER = re.compile(r"[a-z0-9À-ɏ%°±]|\.[0-9]|\([0-9]|/[0-9]", re.IGNORECASE)
_BAD_AFTER_MARKED = re.compile(r"[a-z0-9]", _FLAGS)
_CONTEXT = 60

_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x200E, 0x200F])
_PLAIN = (
    _INVISIBLE
    | dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63], "-")
    | dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
    | {0x2044: "/", 0x2215: "/"}
    | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
)
_AROUND = " \t\r\n\f\v<>()[]{}\"'`.,;:!?*_|\u2018\u2019\u201c\u201d\u00ab\u00bb\u3001\u3002"
_MOST_TEXT = 2000
_LOST_ZEROS = re.compile(
    r"[0-9]{3}\.[0-9]{1,5}|[0-9]{4}\.[0-9]{1,3}|(?:1[5-9]|[2-8][0-9])[0-9]{2}\.[0-9]{4}"
)


def parse_arxiv_id(text: str) -> ArxivId:
    """Return the id that the whole of ``text`` is meant to be: bare, prefixed, a URL or a DOI.

    Raises ArxivIdError, naming the text and the reason.
    """
    plain = " ".join(text[: _MOST_TEXT + 1].translate(_PLAIN).split()).strip(_AROUND)
    if not plain or len(text) > _MOST_TEXT:
        raise _refusal(text, "empty" if not plain else "too long")
    match = _match_url(plain) if _is_url(plain) else re.fullmatch(_WHOLE, plain, _FLAGS)
    if match is None:
        raise _refusal(text, "it has not the form of one", plain)
    found, reason = _checked(match)
    if found is None:
        raise _refusal(text, reason, plain)
    return found


def find_arxiv_ids(text: str) -> tuple[ArxivId, ...]:
    """Return the ids in running text, a mail, a README or a .bib file: in order, each once."""
    plain = re.sub("%2f", "/", text.translate(_PLAIN), flags=re.IGNORECASE)
    plain = re.sub("%3a", ":", plain, flags=re.IGNORECASE)
    hits: list[tuple[int, re.Match[str]]] = [
        (match.start(), match)
        for match in re.finditer(_IN_TEXT, plain, _FLAGS)
        if _stands_free(plain, match)
    ]
    hits += [(match.start(), match) for match in re.finditer(_FTP_IN_TEXT, plain, _FLAGS)]
    found = (_checked(match)[0] for _, match in sorted(hits, key=lambda hit: hit[0]))
    return tuple(dict.fromkeys(arxiv_id for arxiv_id in found if arxiv_id is not None))


def arxiv_month(arxiv_id: ArxivId) -> tuple[int, int]:
    """Return the year and month that an arXiv id itself tells: when version 1 came in."""
    digits = arxiv_id.id.rpartition("/")[2]
    year = int(digits[:2])
    return (1900 if year > _LAST_YEAR_OF_NEW else 2000) + year, int(digits[2:4])


def _refusal(text: str, reason: str, plain: str = "") -> ArxivIdError:
    hint = None
    if _LOST_ZEROS.fullmatch(plain):
        hint = (
            "a number has lost its zeros here: look the id up and keep it in quotes; "
            + ArxivIdError.default_hint
        )
    shown = text if len(text) <= 80 else f"{text[:79]}…"
    return ArxivIdError(f"not an arXiv id: {shown!r} ({reason})", hint=hint)


def _is_url(text: str) -> bool:
    if re.match(r"[a-z][a-z0-9+.-]*://", text, _FLAGS):
        return True
    found = _SCHEMELESS.match(text)
    host = found[0].lower() if found else ""
    return bool(_ARXIV_HOST.fullmatch(host) or _DOI_HOST.fullmatch(host)) or host in _PAPER_HOSTS


def _match_url(text: str) -> re.Match[str] | None:
    """Return the match of the core in a URL that names one arXiv paper."""
    try:
        parts = urlsplit(text if "://" in text[:12] else f"https://{text}")
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return None
    path = unquote(parts.path)
    if parts.scheme not in {"http", "https", "ftp"}:
        return None
    if _DOI_HOST.fullmatch(host):
        return re.fullmatch(_DOI_PATH, path, _FLAGS)
    if _ARXIV_HOST.fullmatch(host) or (host in _PAPER_HOSTS and path.startswith("/papers/")):
        return _match_arxiv_url(parts, path)
    inner = re.search(r"/(https?://.+)", text[8:])  # in the address of an archive or a proxy
    return _match_url(inner[1]) if inner else re.fullmatch(_MARKED_PATH, path, _FLAGS)


def _match_arxiv_url(parts: SplitResult, path: str) -> re.Match[str] | None:
    asked = parse_qs(parts.query).get("id_list")
    if path.endswith("/api/query") and asked:
        return re.fullmatch(_WHOLE, asked[0], _FLAGS)
    for pattern in (_FTP_PATH, _PATH, _HTML_PATH, _MARKED_PATH):
        if match := re.fullmatch(pattern, path, _FLAGS):
            return match
    return None


def _stands_free(text: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    before, after = text[max(0, start - _CONTEXT) : start], text[end : end + 2]
    if re.search(_MARKED_BEFORE, before, _FLAGS):
        return _BAD_AFTER_MARKED.match(after) is None
    return _BAD_BEFORE.search(before) is None and _BAD_AFTER.match(after) is None


def _checked(match: re.Match[str]) -> tuple[ArxivId | None, str]:
    """Return the id of a match of the core, or None and why it cannot exist."""
    parts = match.groupdict()
    version = int(parts["version"]) if parts["version"] else None
    if version == 0:
        return None, "versions count from 1"
    if parts.get("old"):
        archive, digits = parts["archive"].lower(), parts["old"]
        reason = _old_reason(archive, digits)
        return (None, reason) if reason else (ArxivId(f"{archive}/{digits}", version), "")
    digits = parts.get("prefixed") or parts["new"]
    reason = _new_reason(digits)
    return (None, reason) if reason else (ArxivId(digits, version), "")


def _old_reason(archive: str, digits: str) -> str:
    year, month = int(digits[:2]), digits[2:4]
    yyyymm = (1900 if year > _LAST_YEAR_OF_NEW else 2000) * 100 + int(digits[:4])
    if archive in _YOUNG_ARCHIVES.split("|"):
        return f"{archive} has no ids of the old form"
    if not "01" <= month <= "12":
        return f"month {month} does not exist"
    if not _FIRST_OLD <= yyyymm <= _LAST_OLD:
        return "ids of this form were given from 9107 to 0703"
    return "numbers count from 1" if digits[4:] == "000" else ""


def _new_reason(digits: str) -> str:
    yymm, number = digits.split(".")
    yyyymm = 200_000 + int(yymm)
    if not "01" <= yymm[2:] <= "12":
        return f"month {yymm[2:]} does not exist"
    if yyyymm < _FIRST_NEW or int(yymm[:2]) > _LAST_YEAR_OF_NEW:
        return "ids of this form begin with 0704"
    width = 4 if yyyymm < _FIRST_FIVE_DIGITS else 5
    if len(number) != width:
        return f"ids of {yymm} have {width} digits after the dot"
    return "numbers count from 1" if int(number) == 0 else ""


_DOI = re.compile(
    r"(?:doi\s*:\s*|https?://(?:doi\.acm\.org|(?:[a-z0-9.-]+\.)?doi\.org)/+|(?:dx\.)?doi\.org/+)?"
    r"(?P<doi>10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+)",
    _FLAGS,
)


def parse_doi(text: str) -> str | None:
    """Return the DOI that ``text`` is (bare, ``doi:`` or a doi.org URL), in its own case, or None.

    DOIs are the same whatever their case: compare them with ``casefold``.
    """
    plain = text[: _MOST_TEXT + 1].translate(_INVISIBLE).strip().strip("<>\"'{}").rstrip(".,;")
    match = _DOI.fullmatch(plain)
    if match is None or len(text) > _MOST_TEXT:
        return None
    doi = unquote(match["doi"]) if "//" in plain[:8] or "%2f" in plain.lower() else match["doi"]
    return doi if doi.isprintable() and " " not in doi else None


_LETTERS = {
    ord(letter): plain
    for letter, plain in zip(
        "ßẞæÆœŒøØłŁđĐðÐþÞıħĦŋŊŧŦə–—‐‑’‘ʼ",
        re.findall(r"\S+", "ss SS ae AE oe OE o O l L d D d D th Th i h H n N t T e - - - - ' ' '"),
        strict=True,
    )
}


def ascii_fold(text: str) -> str:
    """Return ``text`` in ASCII: accents dropped, ß → ss, ø → o; what has no Latin letter goes."""
    return (
        unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()
    )


def name_key(text: str) -> str:
    """Return what names of notes and citation keys are compared by: NFC, casefolded, trimmed."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return unicodedata.normalize("NFC", folded).strip()


_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{device}{number}" for device in ("com", "lpt") for number in range(10)]
)
_LONGEST_SLUG = 100
_HASHED = re.compile(r"-[0-9a-f]{10}$")


def portable_slug(key: str) -> str:
    """Return a file name, without ending, that is safe on every system, for any citation key.

    It matches ``[a-z0-9_][a-z0-9._+-]*`` and has at most 100 characters. A key that is such a
    name already, but for its case, is its own slug; any other gets a hash of itself at the end,
    so that two keys share a slug only where a file system might take them for one.
    """
    slug = re.sub(r"[^a-z0-9._+]+", "-", ascii_fold(key).lower())
    slug = re.sub(r"\.{2,}", ".", slug).lstrip(".-+").rstrip(".-")
    if is_reserved(slug):
        slug = f"{slug.replace('.', '-')}-"
    is_lossless = (
        slug == key.lower() != "" and len(slug) <= _LONGEST_SLUG and not _HASHED.search(slug)
    )
    if is_lossless:
        return slug
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    stem = slug[: _LONGEST_SLUG - 11].rstrip(".-") or "key"
    return f"{stem}-{digest}"


_PDF = re.compile(r"(?P<slug>.+?)(?:-v(?P<version>[1-9][0-9]{0,3}))?\.pdf", _FLAGS)


def pdf_name(path: str) -> tuple[str, int | None]:
    """Return the slug of the citation key and the version that the name of a PDF tells."""
    name = path.rpartition("/")[2]
    match = _PDF.fullmatch(name)
    if match is None:
        return name.lower(), None
    return match["slug"].lower(), int(match["version"]) if match["version"] else None


def is_reserved(name: str) -> bool:
    """Tell whether Windows keeps a file name for a device: ``con``, ``Nul.txt``."""
    return name.lower().split(".", maxsplit=1)[0] in _RESERVED


_LONGEST_TITLE_SLUG = 60


def slugify(title: str) -> str:
    """Return ``title`` as lower-case ASCII words joined by hyphens, at most 60 characters.

    It is cut between words; it is empty when the title has no Latin letter or digit.
    """
    words = re.split(r"[^a-z0-9]+", ascii_fold(title).lower().replace("'", ""))
    slug = ""
    for word in filter(None, words):
        longer = f"{slug}-{word}" if slug else word[:_LONGEST_TITLE_SLUG]
        if len(longer) > _LONGEST_TITLE_SLUG:
            break
        slug = longer
    return f"note-{slug}" if is_reserved(slug) else slug
