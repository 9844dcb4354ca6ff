"""Forty-eight names that lead out, hide, collide or command, for keys, slugs and files."""

from __future__ import annotations

NAMES = (
    # ways up and out
    *("../canary", "../../canary", "..", ".", "../", "./../canary", "notes/../../x"),
    *(
        "/etc/papernotes-canary",
        "//etc/papernotes-canary",
        "~/canary",
        "~",
        "~root/x",
        "$HOME/canary",
        "file:///x",
    ),
    # the same in other spellings
    *("%2e%2e%2fcanary", "%2e%2e/%2e%2e/canary", "..%c0%afcanary", "..\\..\\canary", "C:\\canary"),
    *(
        "\uff0e\uff0e/canary",
        "\u2025/canary",
        "..\u2215canary",
        "..\u2044canary",
        ".\u200b./canary",
    ),
    # what systems take for something else
    *("CON", "nul.md", "aux", "COM1.png", "name.", "name ", " name", "-rf", "--force", "-"),
    *(".git/config", ".htaccess", "a:b", "a|b", "a*?b", '"<>"'),
    # what programs take for a command, or a line for two
    *("$(touch PWNED)", "`touch PWNED`", ";touch PWNED", "a\nb", "a\x00b", "\x1b]0;x\x07"),
    # long ones, and ones of no letters
    *("x" * 300, "\u202egnp.canary"),
)
assert len(set(NAMES)) == 48
