"""The rows of the fault matrix, in words."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """What breaks and what papernotes does; ``why_none`` says why no test shows it."""

    number: int
    breaks: str
    does: str
    why_none: str = ""


_KILLED = "killed (SIGKILL) at any write"

ROWS = (
    Row(1, f"`add`, {_KILLED}", "entry and note are there whole, or neither; `add` again goes on"),
    Row(2, f"`sync`, {_KILLED}", "notes untouched; the next run ends as a store made anew"),
    Row(
        3,
        f"`export`, {_KILLED}",
        "each file is the old or the new; the ledger comes last; a rerun completes it",
    ),
    Row(
        4,
        f"`rename`, `remove`, `restore`, {_KILLED}",
        "done wholly or not at all, once the next command has run",
    ),
    Row(5, "killed between the note and the store", "the next command takes the note in"),
    Row(
        6,
        "killed while the editor is open",
        "the editor works on the note itself: what it saves is there, and found",
    ),
    Row(7, "Ctrl-C at any moment", "status 130, one line; nothing is half done"),
    Row(
        8,
        "SIGTERM, SIGHUP, a pipe without a reader",
        "ends at once (143, 129, 141); nothing is half done",
    ),
    Row(9, "Ctrl-C twice", "as once"),
    Row(
        10,
        "the disk is full",
        "status 1, says so; the old file is whole and no temporary one stays; reading goes on",
    ),
    Row(
        11,
        "the disk is full while the search index is written",
        "the note is saved, status 1; the next run completes the index",
    ),
    Row(
        12,
        "the disk is full while the store is written",
        "rolled back, status 1; the next run takes everything in",
    ),
    Row(13, "a limit on the size of files", "as 10"),
    Row(
        14,
        "a note cannot be read (EIO)",
        "it is named, the others are read, status 1; it does not count as deleted",
    ),
    Row(
        15,
        "a flush fails once (EIO)",
        "counts as not written: taken back, status 1, not tried again",
    ),
    Row(
        16,
        "a library that cannot be written",
        "what reads answers; what writes ends with 1 and names the file",
    ),
    Row(17, "32 open files and no more", "works"),
    Row(18, "300 MB of memory and no more", "works; a note over 50 MB is left out and named"),
    Row(
        19,
        "the library vanishes while a command runs",
        "nothing is forgotten, nothing written elsewhere; status 1",
    ),
    Row(
        20,
        "a bit of the store flips",
        "healed at once, found by `doctor`, or harmless; made anew",
    ),
    Row(21, "a store that is cut, empty, zeros, text", "made anew from the files, one line said"),
    Row(22, "a journal or WAL of another database", "never a wrong answer: made anew"),
    Row(23, "a store of a newer papernotes", "refused with 7, untouched to the byte"),
    Row(24, "a store of an older papernotes", "made anew, for all in it comes from the files"),
    Row(25, "files of the search index are missing", "made anew, one line said"),
    Row(
        26,
        "bits of the search index flip",
        "healed at once, found by `doctor` by its digest, or harmless",
    ),
    Row(27, "an index of another library, machine or owner", "never opened; made anew"),
    Row(28, "a hostile pickle in the index", "never loaded"),
    Row(
        29,
        "eight processes add different papers at once",
        "all are there; one request at a time, at the pace",
    ),
    Row(
        30,
        "several processes add the same paper at once",
        "one is made, the others are told it is there; status 0",
    ),
    Row(31, "readers while others write", "no error and no half state"),
    Row(
        32,
        "an editor saves what a command is changing",
        "the editor's bytes win; the command tries again or ends with 4",
    ),
    Row(
        33,
        "a lock held by another process, or by a dead one",
        "waits 10 s, then 4 with the number of the process; a dead one's is free",
    ),
    Row(
        34,
        "the database is locked by another program",
        "what reads answers from what is there or ends with 4; a note that was made is said to be",
    ),
    Row(
        35,
        "the clock is wrong: years ahead, years behind",
        "edits are seen; waits are never longer than asked",
    ),
    Row(
        36,
        "bytes changed, but not size and time",
        "seen, by the time of change, the inode, or the digest of a young file",
    ),
    Row(37, "`A.md` beside `a.md`", "two notes; `doctor` says so; posts get two names"),
    Row(38, "one name in NFC and in NFD", "both are reached; `doctor` says so"),
    Row(
        39,
        "odd names: 255 bytes, CON, line feeds, no UTF-8",
        "listed, shown escaped, exported under safe names; no UTF-8 is a problem of that file",
    ),
    Row(
        40,
        "notes of 20 and 51 MB",
        "the first is read up to a limit of marks, the second left out; both said",
    ),
    Row(
        41,
        "100,000 notes, killed midway",
        "the next run goes on; speed is measured in [performance](performance-building.md)",
    ),
    Row(
        42,
        "CRLF, lone CR, no end of line at the end",
        "lines that are not edited stay, to the byte",
    ),
    Row(43, "a byte order mark", "front matter is seen, the mark stays"),
    Row(
        44,
        "Latin-1, UTF-16, NUL, invalid UTF-8",
        "that file is named, its bytes stay; the others are read",
    ),
    Row(
        45,
        "front matter that is no front matter",
        "named with its line; the text is found; never rewritten",
    ),
    Row(46, "keys, comments, order, quotes we do not know", "stay, to the byte"),
    Row(
        47,
        "no network, no name, no server",
        "status 5, nothing written; `add --offline` makes a stub until then",
    ),
    Row(48, "a server that is slow or silent", "status 5 after the limits of the settings"),
    Row(49, "an answer that is cut", "status 5, nothing written"),
    Row(
        50,
        "429 and 503, once and for ever",
        "Retry-After is kept, over runs too; what was got is kept; status 5",
    ),
    Row(
        51,
        "200 with a refusal, HTML, garbage, a bomb",
        "told as what it is, status 5; never as 'no such paper'",
    ),
    Row(52, "one bad id in a batch", "the others are added; the bad one is named"),
    Row(
        53,
        "unknown ids, withdrawn papers, odd records",
        "3 for what there is not; a withdrawal is marked; the rest is added",
    ),
    Row(54, "redirects: loops, other hosts, other schemes", "status 5, never followed off arXiv"),
    Row(
        55,
        "a PDF that is HTML, empty, cut, broken off",
        "no .pdf until it is whole; gone on with where the server vouches for it",
    ),
    Row(56, "a PDF that has another version", "both are kept, by version in the name"),
    Row(57, "a .bib file changed between read and write", "not replaced; tried again or 4"),
    Row(
        58,
        "a .bib file with a broken entry among good ones",
        "read but for that one, named; every other byte stays",
    ),
    Row(
        59,
        "an export into a folder with files of others",
        "only what is in our ledger is replaced or removed; `/`, home and library are refused",
    ),
    Row(60, "an export stopped, or run twice", "the same bytes"),
    Row(
        61,
        "text that a blog's program would take for its own",
        "escaped; the real programs build it",
    ),
    Row(
        62,
        "closed or full output, no HOME, LANG=C, one column",
        "one line, a status of the contract; no traceback",
    ),
    Row(
        63,
        "an extra that is not installed",
        "said with what to install; the rest works. Versions are pip's: ranges in pyproject.toml",
    ),
    Row(
        64,
        "copies of programs that synchronise, swap files of editors",
        "the first are notes and `doctor` says what they are; the others are passed over",
    ),
    Row(65, "git checks out another branch", "as if made anew; asked only where most vanish"),
)
