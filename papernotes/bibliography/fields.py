"""Which fields of an entry are its keeper's own and stay out of a bibliography that is given away.

Named are the fields in which programs and people keep notes, files and marks of their own:
JabRef's manual (special fields, groups, ownerships), Zotero's and Better BibTeX's exports,
Mendeley, BibDesk, Papers, Citavi, and what papernotes writes itself. ``note``, ``howpublished``,
``urldate`` and whatever no one listed are part of the bibliography and stay.
"""

from __future__ import annotations

from difflib import get_close_matches

from papernotes.errors import UsageError

EVERY_FIELD = "all"

_PRIVATE_TEXT = (
    # files, on this machine
    "file files pdf localfile local-url localurl posted-at attachments attachment "
    # abstracts and subjects, which are not cited
    "abstract keywords keyword mesh-terms mesh tags tag "
    # what somebody noted
    "annote annotation annotations review comment comments notes citeulike-article-id "
    # marks of reference managers
    "__markedentry owner timestamp groups groupsearch groupsyntax creationdate modificationdate "
    "date-added date-modified dateadded datemodified added-at biburl bibsource interhash intrahash "
    "read readstatus priority ranking rating rate relevance qualityassured printed cited favorite "
    "searchrank markedentry citationkey creation-date modified added username "
    "zotero-key zoterokey itemid libraryid uuid "
    # of other keepers of papers
    "localfile localpath doc_url"
)
_PRIVATE = frozenset(_PRIVATE_TEXT.split())
_PREFIXES = ("arxiv_", "bdsk-", "mendeley-", "citeulike-", "jabref-", "zotero-", "papers3-", "x-")


def is_private(name: str) -> bool:
    """Tell whether a field (name in lower case) stays out unless it is asked for."""
    return name in _PRIVATE or name.startswith(_PREFIXES)


def public_fields(fields: dict[str, str], wanted: frozenset[str]) -> dict[str, str]:
    """Return the fields that may go out, in their order: the public ones and those ``wanted``."""
    if EVERY_FIELD in wanted:
        return dict(fields)
    return {name: value for name, value in fields.items() if name in wanted or not is_private(name)}


def check_wanted(names: frozenset[str]) -> None:
    """Raise UsageError for a name that is no field which stays out unless it is asked for."""
    for name in sorted(names):
        if name != EVERY_FIELD and not is_private(name):
            near = get_close_matches(name, [*_PRIVATE, EVERY_FIELD], n=1)
            hint = f"did you mean {near[0]}?" if near else "fields that are not private are there"
            raise UsageError(f"{name!r} is no field that stays out", hint=hint)
