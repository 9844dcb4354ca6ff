from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes import markdown
from papernotes.export.html.body import render_body
from papernotes.export.html.cleaning import clean_html
from papernotes.export.html.picturing import find_size
from papernotes.export.making.build import build_post
from papernotes.export.making.draft import Shelf
from papernotes.export.post import Placement, Site
from tests.exporting import SETTINGS, TODAY, make_note, make_source
from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from papernotes.export.html.body import Body

WORD = re.compile(r"[^\W_]+")


def body_of(text: str, folder: Path = Path("nowhere")) -> Body:
    note = make_note("notes/here.md", text)
    other = make_note("notes/other.md", "# Other\n\n## A part\n")
    places = {
        "here": Placement("here", TODAY, "/notes/here/"),
        "other": Placement("other", TODAY, "/a/other.html"),
    }
    post, _ = build_post(Shelf(make_source(folder, [note, other]), places), note)
    return render_body(post, Site(places, SETTINGS))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a *b* **c** ~~d~~ ==e==", "<em>b</em> <strong>c</strong> <s>d</s> <mark>e</mark></p>"),
        ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>"),
        ("`a <b>`", "<p><code>a &lt;b&gt;</code></p>"),
        ("$5 and $6", "<p>$5 and $6</p>"),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ('[x](https://e.org/?a=1&b=2 "t")', '<a href="https://e.org/?a=1&amp;b=2" title="t">x</a>'),
        ("<https://e.org/a_b>", '<a href="https://e.org/a_b">https://e.org/a_b</a>'),
        ("[[other#A part|there]]", '<a href="../../a/other.html#a-part">there</a>'),
        ("## B\n\n[b](#b)", '<h2 id="b">B '),
        ("## B\n\n[b](#b)", '<a href="#b">b</a>'),
        ("- [ ] a\n- [x] b", '<input type="checkbox" disabled aria-label="to do"> a'),
        ("- [ ] a\n- [x] b", '<input type="checkbox" checked disabled aria-label="done"> b'),
        ("| a | b |\n|--:|---|\n| `x|y` | $|z|$ |", '<td class="right"><code>x|y</code></td>'),
        ("| a |\n|---|\n| 1 |", '<div class="table" tabindex="0"><table>'),
        ("a[^1]\n\n[^1]: *n*", '<sup><a href="#fn:1" id="fnref:1" role="doc-noteref">1</a></sup>'),
        ("a[^1]\n\n[^1]: *n*", '<li id="fn:1"><p><em>n</em> <a href="#fnref:1"'),
        ("a^[in *line*]", "<em>line</em>"),
        ("```python\nx = 1\n```", '<code class="language-python"><span class="n">x</span>'),
        ("```nolang\na <b>\n```", "a &lt;b&gt;</code></pre></div>"),
        ('```py title="f.py"\nx\n```', "<figcaption>f.py</figcaption>"),
        ("- a\n  ```\n  b\n  ```\n- c", "<li>a\n<div class=\"highlight\"><pre tabindex=\"0\"><code>b</code>"),
        ("text\n```\nb\n```\nmore", "<p>text</p>\n<div"),
        ("> [!tip] A *t*\n> b", '<p class="callout-title" id="b:0">A <em>t</em></p><p>b</p>'),
        ("> [!tip]- T\n> b", '<details class="callout tip"><summary>T</summary><p>b</p>'),
        ("> [!note]\n> - a\n>\n> b\n\nc", "</div><p>c</p>"),
        ('![a "b"](https://e.org/i.png "C")', "<figcaption>C</figcaption></figure>"),
        ("x ![a](https://e.org/i.png) y", '<img src="https://e.org/i.png" alt="a" loading="lazy">'),
        ("$$\nx^2\n$$", '<div class="formula"><math alttext="x^2" display="block">'),
        ("so $x < y$", 'alttext="x &lt; y"'),
        ("[@kingma2014adam]", '<a id="c:ref-kingma2014adam:1" href="#ref-kingma2014adam">'),
        ("[@kingma2014adam]", '<h2 id="references">References</h2>'),
        ("[@kingma2014adam]", '<a href="#c:ref-kingma2014adam:1" role="doc-backlink"'),
        ("<div>\n\n*a*\n\n</div>", "<div><p><em>a</em></p>\n</div>"),
        ("<pre>\na\n\nb\n</pre>", "a\n\nb\n</pre>"),
        ("<h1>T</h1>", "<h2>T</h2>"),
        ("---", "<hr>"),
    ],
)  # fmt: skip
def test_constructs(given: str, expected: str) -> None:
    assert expected in body_of(given).html


def test_levels_of_headings_begin_at_two_and_skip_none() -> None:
    found = body_of("#### A\n\n###### B\n\n#### A\n\n##### `C` $x$\n").headings
    assert [(each.level, each.id, each.text) for each in found] == [
        (2, "a", "A"), (3, "b", "B"), (2, "a-1", "A"), (3, "c-x", "C x"),
    ]  # fmt: skip


def test_an_image_of_the_library_has_its_size(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/fig.png").write_bytes(make_png())
    size = find_size(make_png())
    assert size is not None
    assert f'src="fig.png" alt="fig" width="{size[0]}" height="{size[1]}"' in (
        body_of("![[fig.png]]", tmp_path).html
    )


@pytest.mark.parametrize("tex", [r"\nosuchcommand{x}", "{" * 3_000 + "x" + "}" * 3_000, "x^"])
def test_a_formula_that_is_refused_shows_as_it_was_typed(tex: str) -> None:
    found = body_of(f"a\n\n$$\n{tex}\n$$\n\nb")
    assert found.refused == (tex,)
    assert not found.has_math
    assert tex.replace("&", "&amp;") in found.html


SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](javascript:alert(1))",
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext></p><style><img src=x onerror=alert(1)>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<form action='javascript:alert(1)'><button>x</button></form>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    '<div data-box="0" onclick="alert(1)">x</div>',
    '> [!x" onclick="alert(1)]\n> a',
    '```"><script>alert(1)</script>\nx\n```',
    '![" onerror="alert(1)](https://e.org/x.png "\\" onload=\\"alert(1)")',
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'><base href='//e.org'>",
    "$\\href{javascript:alert(1)}{x}$ $\\htmlData{onclick=alert(1)}{x}$",
]  # fmt: skip


def attributes(source: str) -> list[tuple[str, str, str]]:
    tree = lxml.html.fragment_fromstring(source, create_parent="main")
    return [
        (str(node.tag), name, value)
        for node in tree.iter()
        if isinstance(node.tag, str)
        for name, value in node.attrib.items()
    ]


def unsafe(source: str) -> list[str]:
    tree = lxml.html.fragment_fromstring(source, create_parent="main")
    found = [
        str(node.tag)
        for node in tree.iter()
        if node.tag
        in {"script", "style", "iframe", "object", "embed", "form", "meta", "base", "svg"}
    ]
    for tag, name, value in attributes(source):
        scheme = re.sub(r"[\s\x00-\x20]", "", value).lower()
        if name.startswith("on") or name in {"style", "srcdoc"}:
            found.append(f"{tag} {name}")
        if name in {"href", "src"} and re.match(r"(?:javascript|data|vbscript):", scheme):
            found.append(f"{tag} {name} {value}")
    return found


@pytest.mark.parametrize("text", SCRIPTS)
def test_nothing_of_an_author_runs(text: str) -> None:
    assert unsafe(body_of(f"before\n\n{text}\n\nafter").html) == []


PIECES = st.sampled_from(
    [
        *("*", "**", "_", "`", "```", "~~", "==", "$", "$$", "\n", "\n\n", "- ", "1. ", "> ", "# "),
        *("[", "](", ")", "![", "[[other]]", "[^1]", "[^1]: ", "^[", "|", "|---|\n", "<div>"),
        *("</div>", "<b>", "</b>", "<!--", "-->", "%%", "word", "two words", "é", "深度"),
        *(" ", "\\", "<", "&amp;"),
        *("> [!note]- t\n> ", "[@kingma2014adam]", "https://e.org", "<details>", "- [ ] ", "    "),
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_note_is_safe_balanced_and_whole(text: str) -> None:
    found = body_of(text)
    assert unsafe(found.html) == []
    assert "\x02" not in found.html
    again = lxml.html.fragment_fromstring(found.html, create_parent="main")
    outline = [node.tag for node in again.iter()]
    tidied = lxml.html.fragment_fromstring(
        lxml.html.tostring(again, encoding="unicode"), create_parent=False
    )
    assert [node.tag for node in tidied.iter()] == outline
    ids = [value for _, name, value in attributes(found.html) if name == "id"]
    assert len(ids) == len(set(ids))
    said = WORD.findall(markdown.plain_text(markdown.parse(text)))
    if "[^" not in text and "](" not in text and "\\" not in text and "|" not in text:
        assert found.text.count("word") >= said.count("word") - text.count("<!--")


def test_thousands_of_marks_take_bounded_time() -> None:
    for mark in (">", "[", "![", "*", "<div>", "- ", "$", "`", "\\(", "> [!note]\n"):
        assert body_of(f"{mark * 3_000} word").html


def test_cleaning_keeps_what_is_allowed_and_nothing_else() -> None:
    assert clean_html('<p class="x" id="a b">t</p>') == "<p>t</p>"
    assert clean_html('<td class="right x">t</td>').count("x") == 0
    assert clean_html("<nav><center>t</center></nav>") == "t"
