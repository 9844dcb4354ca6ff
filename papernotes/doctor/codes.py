"""Everything that sync and doctor can say: one table, which docs/doctor.md shows."""

from __future__ import annotations

from typing import NamedTuple

LEVELS = {
    "fault": "something is wrong: exit status 1",
    "hint": "it may be meant: said, but it does not count",
}


class Code(NamedTuple):
    """What a code means and what to do; ``fix`` is what ``--fix`` does, if it does anything."""

    name: str
    meaning: str
    remedy: str
    fix: str = ""
    level: str = "fault"


class Group(NamedTuple):
    """Codes about one matter."""

    title: str
    codes: tuple[Code, ...]


GROUPS = (
    Group(
        "Links",
        (
            Code(
                "dangling-link",
                "A link leads to no note, paper or file.",
                "Correct the name, or write the note: then the link leads to it.",
            ),
            Code(
                "unknown-citation",
                "A citation names a paper that is not in the library.",
                "Correct the key, or add the paper.",
            ),
            Code(
                "unlikely-citation",
                "A word such as `@somebody` is a citation to Pandoc, and no paper has such a key.",
                "Write `\\@somebody`, if a person is meant.",
                level="hint",
            ),
            Code(
                "ambiguous-link",
                "Several notes or papers have the name in a link.",
                "Write more of the path, or the citation key.",
            ),
            Code(
                "missing-heading",
                "A link names a heading or block that its note does not have.",
                "Correct it; rename NOTE#OLD NEW keeps such links.",
            ),
            Code(
                "outside-link",
                "A relative link leads out of the library, where papernotes follows nothing.",
                "Bring the file into the library, or link to its address on the web.",
            ),
            Code(
                "missing-image",
                "An image is neither beside the note nor where else it is looked for.",
                "Correct its name, or bring it back. Capitals count.",
            ),
            Code(
                "image-outside",
                "An image lies outside the library: it is not exported, nor there on any other"
                " machine.",
                "Copy it to notes/images/.",
            ),
        ),
    ),
    Group(
        "Papers",
        (
            Code(
                "duplicate-paper",
                "Two entries are one paper: by arXiv id, by DOI, or by title, first author and"
                " year, with nothing that speaks against it.",
                "Keep one; the key of the other goes into its field ids, so that links still"
                " find it.",
            ),
            Code(
                "alike-papers",
                "Two entries look alike and differ in year, type or id: a preprint and the"
                " article, perhaps.",
                "Look whether they are one.",
                level="hint",
            ),
            Code(
                "duplicate-key",
                "An entry has the key of another in another file, and is not used.",
                "Rename one of them, or remove it.",
            ),
            Code(
                "key-clash",
                "Two citation keys differ in capitals alone, or would have files of one name.",
                "papernotes rename OLD NEW.",
            ),
            Code(
                "no-paper",
                "A note names in paper: a key that no paper has.",
                "Correct the key, or add the paper.",
                "writes the key of the paper with the note's arXiv id, if there is just one",
            ),
            Code(
                "no-note",
                "Papers that no note is about, counted: after an import there may be thousands.",
                "papernotes edit KEY begins one.",
                level="hint",
            ),
            Code(
                "orphaned-pdf",
                "A PDF in pdf/ is named after no paper.",
                "Rename it to the slug of a citation key, or move it away.",
            ),
            Code(
                "lost-attachment",
                "An entry names a PDF that is not on this machine.",
                "Put it into pdf/, named after the key.",
                level="hint",
            ),
            Code(
                "pdf-unreadable",
                "A PDF cannot be read.",
                "Fetch it again: papernotes pdf KEY.",
            ),
            Code(
                "pdf-cut",
                "A PDF is so long that only its first pages are searched.",
                "Nothing, or take it apart.",
                level="hint",
            ),
        ),
    ),
    Group(
        "Front matter",
        (
            Code(
                "front-matter-unterminated",
                "The front matter has no closing `---`.",
                "Add the line.",
            ),
            Code(
                "front-matter-invalid",
                "A line of the front matter is no YAML.",
                'Mostly a value with a colon, which needs quotes: title: "a: b".',
            ),
            Code(
                "front-matter-duplicate-key",
                "A key stands twice; the last one counts.",
                "Remove one.",
            ),
            Code(
                "front-matter-too-deep",
                "The front matter is nested beyond all use, and not read.",
                "Write lists and texts.",
            ),
            Code(
                "front-matter-too-large",
                "The front matter is larger than 64 kB, and not read.",
                "Was the closing `---` lost?",
            ),
            Code(
                "field-type",
                "A value is of the wrong kind: a list for a text, a date that is none.",
                "Correct it; the message says what is wanted.",
            ),
            Code(
                "unquoted-id",
                "An arXiv id without quotes is a number to YAML: other tools read 2301.00010 as"
                " 2301.0001.",
                "Write it in quotes.",
                "puts quotes round it",
            ),
            Code(
                "damaged-id",
                "An arXiv id has lost a zero at its beginning or end, as when another program has"
                " read it as a number and written it again.",
                "Look it up and write it in quotes.",
                "restores it where the entry of the note's own paper has the whole id",
            ),
            Code(
                "unquoted-text",
                "A tag, title or other text without quotes is a number, a day or yes/no to YAML.",
                "Write it in quotes.",
                "puts quotes round it",
            ),
            Code(
                "near-key",
                "A key that means nothing is one letter away from one that does.",
                "Correct it, if it is a slip. Keys that three notes have are taken as meant.",
                level="hint",
            ),
        ),
    ),
    Group(
        "Text of notes",
        (
            Code(
                "encoding",
                "A note is not UTF-8, or holds NUL.",
                "Convert it to UTF-8; papernotes leaves its bytes alone.",
            ),
            Code(
                "note-too-large",
                "A note is so large that not all of it is read.",
                "Cut it into parts.",
            ),
            Code(
                "comment-unterminated",
                "A comment is never closed: all below it is hidden, in exports too.",
                "Close it with %% or `-->`.",
            ),
            Code(
                "merge-marker",
                "Git could not merge a file, and two versions of a place stand in it.",
                "Keep one, and remove the three marks.",
            ),
            Code(
                "money-as-math",
                "Two dollar signs that mean money are taken for math by the rule of Pandoc and"
                " Obsidian.",
                "Write \\$.",
                "writes \\$ for both",
            ),
            Code(
                "unlikely-tag",
                "A colour such as #ff8800 or a name such as #C++ is a tag to every tool.",
                "Write \\# or put it into backticks, if no tag is meant.",
                level="hint",
            ),
        ),
    ),
    Group(
        "Files",
        (
            Code(
                "conflict-copy",
                "A program for synchronising has put its copy of a file beside it.",
                "Compare the two and keep one.",
            ),
            Code(
                "file-clash",
                "Two names differ in capitals or in the form of accents alone: on macOS and"
                " Windows they are one.",
                "Rename one.",
            ),
            Code("file-name", "A name is not UTF-8, and the file is not read.", "Rename the file."),
            Code(
                "symlink",
                "A symbolic link below notes/, bib/ or pdf/ is not followed.",
                "Move the file itself there.",
            ),
            Code("unreadable", "The system does not let papernotes read it.", "See who owns it."),
            Code(
                "vanished",
                "More than half of the library has vanished at once; it is kept in the store.",
                "Is a disk missing? Else: papernotes sync --force.",
            ),
            Code(
                "unfinished-write",
                "A write was interrupted, and cannot be finished now.",
                "Let papernotes sync run where it can write.",
            ),
        ),
    ),
    Group(
        "BibTeX",
        (
            Code("bib-encoding", "A .bib file is not UTF-8.", "Convert it."),
            Code("bib-syntax", "Something in a .bib file is no entry.", "Correct it."),
            Code("bib-cut", "A .bib file ends within an entry.", "Close the entry."),
            Code("bib-no-key", "An entry has no key.", "Give it one."),
            Code("bib-missing-comma", "A comma is missing.", "Add it."),
            Code("bib-duplicate-key", "A key stands twice in one file.", "Rename one."),
            Code("bib-duplicate-field", "A field stands twice.", "Remove one."),
            Code("bib-long-field", "A field is too long to be read whole.", "Shorten it."),
            Code("bib-undefined-string", "A `@string` is used and not defined.", "Define it."),
            Code("bib-crossref", "The parent of an entry is not there.", "Add the parent."),
        ),
    ),
    Group(
        "The blog",
        (
            Code(
                "post-outdated",
                "With --blog: a published note has changed since it was exported.",
                "papernotes export.",
            ),
            Code(
                "post-blocked",
                "With --blog: a post was edited by hand, or its place is taken.",
                "Carry the change over into the note, or move the file away.",
            ),
            Code(
                "post-missing",
                "With --blog: a note is marked for publishing and not in the blog yet.",
                "papernotes export.",
                level="hint",
            ),
        ),
    ),
    Group(
        "Index and installation",
        (
            Code(
                "store-differs",
                "What the store holds is not what reading all files afresh gives.",
                "papernotes sync --rebuild. A new version of papernotes may read a file otherwise;"
                " else please report it.",
                "makes index/ anew",
            ),
            Code(
                "store-damaged",
                "SQLite finds its file damaged.",
                "papernotes sync --rebuild; is the disk well?",
                "makes index/ anew",
            ),
            Code(
                "index-differs",
                "The search index lacks documents, has some that are gone, or old texts (looked"
                " at in 500 documents, spread evenly).",
                "papernotes sync --rebuild.",
                "makes index/ anew",
            ),
            Code(
                "index-damaged",
                "A file of the search index is not what papernotes wrote.",
                "papernotes sync --rebuild; is the disk well?",
                "makes index/ anew",
            ),
            Code(
                "whoosh-clash",
                "Another package than whoosh3, or several, bring the module whoosh.",
                "Uninstall them all and install papernotes again.",
            ),
        ),
    ),
)
CODES = {code.name: code for group in GROUPS for code in group.codes}
