"""Bad arguments for every command, made from the commands themselves.

New commands and options are in it as soon as they are declared.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import click

from papernotes.cli import COMMANDS, papernotes

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = (
    *("", " ", "\t", "\n", "-", "--", "---", "-x", "--no-such", "-1", "0", "1", "007", "=", ":"),
    *("99999999999999999999", "1e309", "nan", "0x10", "\u0663", "\uff11", "1_000", "+5", "-0"),
    *("attention", "doe2020first", "doe2020", "plain", "Plain", "2002.01234", "1706.03762v99"),
    *("arXiv:1706.03762", "https://arxiv.org/abs/1412.6980", "hep-th/9901001", "0000.00000"),
    *(
        "https://[::1",
        "http://a@b:c/",
        "file:///etc/hostname",
        "javascript:alert(1)",
        "//x",
        "10.1/",
    ),
    *(
        "tag:rl",
        "year:2018..2015",
        "title:(",
        '"open',
        "x:y",
        "a OR",
        "NOT",
        "*",
        "aaa~9",
        "added:1d",
    ),
    *("added:99999999999d", "year:99999999999999999999", "rating:>9", "is:", "has:pdf", "key:*"),
    *(
        "../x",
        "../../x",
        "./.",
        "a/../b",
        "notes/plain.md",
        "notes",
        "bib",
        "index",
        ".",
        "nowhere/x",
    ),
    *("a\x00b", "\x1b[2J\x1b]0;x\x07", "\x9b31m", "a\u202eb", "\u2066x", "\udcff\udcfe", "\ud800"),
    *(
        "\ufeff",
        "\u200b",
        "e\u0301",
        "\u6ce8\u610f",
        "\U0001f600",
        "\U000e0041",
        "I\u0307",
        "\ufdfa",
    ),
    *(
        "$(touch PWNED)",
        "`touch PWNED`",
        "; touch PWNED",
        "| touch PWNED",
        "&& touch PWNED",
        "$HOME",
    ),
    *(
        "%s%n",
        "%(x)s",
        "{}",
        "{0.__class__}",
        "{{ 7*7 }}",
        "{% x %}",
        "\\",
        "'",
        '"',
        "\\N{DIGIT ONE}",
    ),
    *(
        "@nobody",
        "@file",
        "#",
        "#a",
        "[[x]]",
        "x#y",
        "x^z",
        "x|y",
        "a=b",
        "a,b",
        "+a",
        "+",
        "unread",
    ),
    *(
        "read",
        "reading",
        "{auth}{year}",
        "{auth:lower}{{",
        "[auth][year]",
        "{",
        "}",
        "{nope}",
        "<b>",
    ),
    *("x" * 300, "x" * 100_000, "x/" * 3_000, "../" * 30 + "tmp-x", "(" * 2_000, "- " * 3_000),
    *("a OR " * 300, "\u0301" * 5_000, "[" * 5_000, "{" * 5_000, "{a|" * 2_000, "\\" * 2_000),
)
FILES = (
    *(
        "binary",
        "empty",
        "huge.bib",
        "refs.bib",
        "broken.bib",
        "nested.bib",
        "utf16.bib",
        "latin.bib",
    ),
    *("folder", "loop", "dangling", "link", "a b.bib", "-dash.bib", "no-end", "doc.tex", "doc.md"),
    *(
        "style.csl",
        "nul.md",
        "blog",
        "hugo",
        "folder/deep",
        "unreadable/x",
        "paper.pdf",
        "\udcff.bib",
    ),
)
_COMMON = ("-q", "-v", "--no-color", "--help", "-h")


def make_files(folder: Path) -> None:
    """Put files of every bad kind into a folder: those that :data:`FILES` name."""
    entry = "@misc{k%d, title = {T %d}, author = {Doe, Jane}, year = {2020}}\n"
    texts: dict[str, bytes] = {
        "binary": bytes(range(256)) * 64,
        "empty": b"",
        "huge.bib": b"".join((entry % (n, n)).encode() for n in range(300)) + b"x" * 1_000_000,
        "refs.bib": (entry % (1, 1) + entry % (2, 2)).encode(),
        "broken.bib": b"@article{a, title = {x\n@article{\n@@@ } } , = =\n@string{x = y # z}",
        "nested.bib": b"@article{a, title = " + b"{" * 20_000,
        "utf16.bib": (entry % (3, 3)).encode("utf-16"),
        "latin.bib": b"@misc{caf\xe9, title = {\xe9}}",
        "a b.bib": (entry % (4, 4)).encode(),
        "-dash.bib": (entry % (5, 5)).encode(),
        "no-end": b"---\ntitle: [",
        "doc.tex": b"\\cite{doe2020first} \\bibliography{refs}\\input{doc}" + b"\\cite{" * 5_000,
        "doc.md": b"[@doe2020first; -@nobody, p. 3] @doe2020second " + b"[@" * 5_000,
        "style.csl": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]>"
        b"<style xmlns='http://purl.org/net/xbiblio/csl'>&b;</style>",
        "nul.md": b"a\x00b",
        "paper.pdf": b"%PDF-1.4\n" + bytes(range(256)) + b"%%EOF",
    }
    for name, data in texts.items():
        (folder / name).write_bytes(data)
    (folder / "\udcff.bib").write_bytes(texts["refs.bib"])
    for name in ("folder/deep", "blog/_posts", "hugo/content"):
        (folder / name).mkdir(parents=True)
    (folder / "blog/_config.yml").write_text("title: [broken\n")
    (folder / "blog/_posts/2020-01-02-a.md").write_text("---\ntitle: {{ x }}\n---\n{% if %}\n")
    (folder / "hugo/hugo.toml").write_text("baseURL = ''\n")
    (folder / "loop").symlink_to("loop")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "link").symlink_to("folder")


def arguments(name: str, chance: random.Random) -> list[str]:
    """Return one list of arguments for a command, most of them bad."""
    command = papernotes.get_command(click.Context(papernotes), name)
    assert command is not None
    words = []
    if chance.random() < 0.05:
        words += ["--library", _value(chance)]
    words += [name]
    for param in command.params:
        if isinstance(param, click.Option) and chance.random() < 0.2:
            words += _option(param, chance)
    if chance.random() < 0.1:
        words.append(chance.choice(_COMMON))
    if chance.random() < 0.05:
        words.append("--" + "".join(chance.choices("abcdefgh-=", k=chance.randint(0, 9))))
    if chance.random() < 0.1:
        words.append("--")
    words += [_value(chance) for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 6)))]
    return words


def _option(option: click.Option, chance: random.Random) -> list[str]:
    spelling = chance.choice((*option.opts, *option.secondary_opts))
    if spelling == "--library":
        return []
    if chance.random() < 0.05:
        spelling = spelling[:-1] if len(spelling) > 3 else spelling * 2
    if option.is_flag:
        return [spelling if chance.random() < 0.95 else f"{spelling}={_value(chance)}"]
    values = [_fitting(option, chance) for _ in range(option.nargs)]
    if chance.random() < 0.1:
        values.pop()
    return [spelling, *values]


def _fitting(option: click.Option, chance: random.Random) -> str:
    """Return a value, half the time one that the option takes."""
    if isinstance(option.type, click.Choice) and chance.random() < 0.6:
        return str(chance.choice(option.type.choices))
    if isinstance(option.type, click.IntRange) and chance.random() < 0.6:
        return str(chance.randint(0, 6))
    return _value(chance)


def _value(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.55:
        return chance.choice(TEXTS)
    if kind < 0.75:
        return chance.choice(FILES)
    if kind < 0.85:
        return chance.choice(TEXTS) + chance.choice(TEXTS)[:500]
    every = chance.choice((range(1, 0x110000), range(0x20, 0x7F), range(1, 0x300)))
    return "".join(map(chr, chance.choices(every, k=chance.randint(1, 40))))


def lists_of_arguments(count: int, seed: int) -> dict[str, list[list[str]]]:
    """Return ``count`` lists of arguments for each command."""
    found = {}
    for name in COMMANDS:
        chance = random.Random(f"{seed} {name}")
        found[name] = [arguments(name, chance) for _ in range(count)]
    return found
