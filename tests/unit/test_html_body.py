from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes import markdown
from papernotes.export import apply, plan
from papernotes.export.html.body import render_body
from papernotes.export.html.cleaning import clean_html
from papernotes.export.html.picturing import find_size
from papernotes.export.making.build import build_post
from papernotes.export.making.draft import Shelf
from papernotes.export.post import Placement, Site
from papernotes.notes import read
from tests.exporting import SETTINGS, TODAY, make_note, make_source
from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from papernotes.export.html.body import Body

POSTS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "posts"
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
        ("- a\n  ```\n  b\n  ```\n- c", '<li>a\n<div class="highlight"><pre tabindex="0">'),
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
        ("2*$x$*$y$", '2*<math alttext="x"><mi>x</mi></math>*<math'),
        ("*`a`*, **[[other]]**", "<em><code>a</code></em>, <strong><a href"),
        ("> q\n```\nb\n```\nc", '</blockquote>\n<div class="highlight">'),
        ("```\na\n```\n===\n", "</div>\n<p>===</p>"),
        ("## B {#own}\n\n[b](#own)", '<h2 id="own">B <a class="anchor" href="#own"'),
        ('<a name="x"></a>[y](#x)', '<a id="x"></a><a href="#x">y</a>'),
        ('<a name="x">\n\n## B', '<p><a id="x"></a></p>\n<h2 id="b">B <a class="anchor"'),
        ('<a href="https://e.org">\n\n## B', '<h2 id="b">B #</h2>'),
        ('<table id="t">\n</table>', '<div class="table" tabindex="0"><table id="t">'),
        ("<center>\na\n</center>", '<div class="center">\na\n</div>'),
        ("> <table>\n> <tr><td>a</td></tr>\n> </table>", "<tr><td>a</td></tr>"),
        ("[a [[other|b]] c](https://e.org)", '<a href="https://e.org">a b c</a>'),
        ('<a href="https://e.org">at https://e.org</a>', '">at https://e.org</a>'),
        ("$$\na = b \\tag{3}\n$$", "<mtext>(3)</mtext>"),
        ("$$\n\\begin{align}a\\label{e}\\end{align}\n$$\n\n$\\eqref{e}$", '<a href="#eq:e">(1)'),
        ("$$\n\\newcommand{\\Rn}{\\mathbb{R}}\n$$\n\n$\\Rn$", "<mi>ℝ</mi>"),
        ("$$\n\\begin{aligned}a &= b \\\\\n&= c\\end{aligned} \\tag{4}\n$$", "<mtext>(4)</mtext>"),
        ("$$\n\\begin{split}a &= b \\\\\n&= c\\end{split}\n$$", '<mtd class="m-left m-l0">'),
        ("$\\mathbbm{1}, \\sum_{\\substack{i\\\\j}}, \\pmb{x}$", "<mi>𝟙</mi>"),
        ("$\\color{red}{x}$", '<mrow mathcolor="#FF0000">'),
        ("%%private%% a", "<p>a</p>"),
        ("Term\n: meaning", "<p>Term\n: meaning</p>"),
    ],
)  # fmt: skip
def test_constructs(given: str, expected: str) -> None:
    assert expected in body_of(given).html


def test_levels_of_headings_begin_at_two_and_skip_none() -> None:
    found = body_of("#### A\n\n###### B\n\n#### A\n\n##### `C` $x$\n").headings
    assert [(each.level, each.id, each.text) for each in found] == [
        (2, "a", "A"), (3, "b", "B"), (2, "a-1", "A"), (3, "c-x", "C x"),
    ]  # fmt: skip


def test_a_link_to_a_heading_of_a_page_finds_it() -> None:
    text = "# Here\n\n## Here\n\n## A $x_1$ `c`\n\n## Part\n\n## Part\n\n"
    found = body_of(f"{text}[a](#here-1) [[#A $x_1$ `c`]] [b](#part-1) [c](#part)")
    ids = [each.id for each in found.headings]
    assert ids == ["here", "a-x_1-c", "part", "part-1"]
    links = [value for tag, name, value in attributes(found.html) if (tag, name) == ("a", "href")]
    assert links[-4:] == ["#here", "#a-x_1-c", "#part-1", "#part"]


def test_ids_of_an_author_give_way_to_those_of_headings() -> None:
    text = '<a id="part"></a> <b id="mine">x</b> <i id="mine">y</i> <u id="fn:1">z</u>'
    found = body_of(f'{text} id="mine"[^1]\n\n## Part\n\n[^1]: n')
    ids = [value for _, name, value in attributes(found.html) if name == "id"]
    assert sorted(ids) == ["fn:1", "fnref:1", "mine", "part"]
    assert '<h2 id="part">' in found.html
    assert '<b id="mine">' in found.html
    assert ' id="mine"<sup>' in found.html


def test_the_words_of_a_body_are_parted_where_a_reader_sees_them_parted() -> None:
    text = "H<sub>2</sub>O *ab*c[^1] (see @kingma2014adam)\n\n- d $x$\n- `e`f\n\n[^1]: g"
    assert body_of(text).text.startswith("H2O abc (see Kingma and Ba (2014)) d x ef g")


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
    assert [flaw.source for flaw in found.flaws] == [tex]
    assert not found.has_math
    assert tex.replace("&", "&amp;") in found.html


def test_a_formula_that_is_refused_is_told_with_its_line_again_and_again(tmp_path: Path) -> None:
    note = make_note("notes/a.md", "---\ntitle: A\n---\ntext\n\n$$\n\\no{x}\n$$\n\nand $\\bad$.\n")
    source = make_source(tmp_path, [note])
    first = plan(source, target="html", directory=tmp_path / "blog", settings=SETTINGS)
    told = [(one.code, one.path, one.line) for one in first.problems]
    assert told == [("formula", "notes/a.md", 7), ("formula", "notes/a.md", 10)]
    apply(first)
    second = plan(
        source, target="html", directory=tmp_path / "blog", settings=SETTINGS, memory=first.memory
    )
    assert second.problems == first.problems


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
    '![`" onerror="alert(1)`](x|y) [a](x|y "`" onclick="alert(1)`") [`"`]: x',
    '![[@kingma2014adam] `" onerror="alert(1)`](\\|%%)',
    '<img alt="`" onerror="alert(1)`">',
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
        is_picture = tag == "img" and re.match(r"data:image/(?:png|jpeg|gif|webp);", scheme)
        is_live = re.match(r"(?:javascript|data|vbscript):", scheme) and not is_picture
        if name in {"href", "src"} and is_live:
            found.append(f"{tag} {name} {value}")
    return found


class Outline(HTMLParser):
    """Finds what does not nest: end tags that close nothing, elements left open, links in links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag == "a" and "a" in self.open:
            self.faults.append("a link in a link")
        if tag not in {"br", "hr", "img", "input", "col", "wbr"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")


def misplaced(source: str) -> list[str]:
    outline = Outline()
    outline.feed(source)
    outline.close()
    return [*outline.faults, *outline.open]


@pytest.mark.parametrize("text", SCRIPTS)
def test_nothing_of_an_author_runs(text: str) -> None:
    assert unsafe(body_of(f"before\n\n{text}\n\nafter").html) == []


PIECES = st.sampled_from(
    [
        *("*", "**", "_", "`", "```", "~~", "==", "$", "$$", "\n", "\n\n", "- ", "1. ", "> ", "# "),
        *("[", "](", ")", "![", "[[other]]", "[^1]", "[^1]: ", "^[", "|", "|---|\n", "<div>"),
        *("</div>", "<b>", "</b>", "<!--", "-->", "%%", "word", "two words", "é", "深度"),
        *(" ", "\\", "<", "&amp;", '<a name="x">', '<a href="https://e.org">', "</a>", "<p>"),
        *('<table id="t">', "</table>", "<tr><td>", "<h1>", "<center>", "<figure>", "$x_1$", "`c`"),
        *("> [!note]- t\n> ", "[@kingma2014adam]", "https://e.org", "<details>", "- [ ] ", "    "),
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_note_is_safe_balanced_and_whole(text: str) -> None:
    found = body_of(f"---\ntitle: Of its own\n---\n{text}")
    assert unsafe(found.html) == []
    assert misplaced(found.html) == []
    assert not re.search(r"[\x00-\x08\x0e-\x1f]", found.html)
    ids = [value for _, name, value in attributes(found.html) if name == "id"]
    assert len(ids) == len(set(ids))
    said = WORD.findall(markdown.plain_text(markdown.parse(text)))
    if (
        "<!--" not in text
        and "[^" not in text
        and "](" not in text
        and "\\" not in text
        and "|" not in text
    ):
        assert found.text.count("word") >= said.count("word")


MANY = (
    *(">", "> ", "- ", "1. ", "[", "![", "[x](", "[[a", "*a ", "a**b", "~~a", "_a ", "^[", "$a "),
    *("`a ", "\\(", "<b>", "<div>", "<div>\n\n", "</div>", "[^a]", "|", "> [!note]\n", "&", "==a"),
)  # fmt: skip


@pytest.mark.parametrize("mark", MANY)
def test_thousands_of_marks_lose_no_word(mark: str) -> None:
    found = body_of(f"{mark * 5_000} word")
    assert "word" in found.text


@pytest.mark.parametrize("lead", [" ", "  ", "\t", "> ", "- "])
def test_what_is_nested_deeper_and_deeper_stays(lead: str) -> None:
    found = body_of("".join(f"{lead * depth}- a{depth}\n" for depth in range(300)))
    assert [f"a{depth}" for depth in range(300)] == re.findall(r"a\d+", found.text)


def test_real_posts_are_safe_and_nest() -> None:
    files = sorted(each for each in POSTS.rglob("*") if each.suffix in {".md", ".markdown", ".qmd"})
    if not files:
        pytest.skip("the real posts are not on this machine")
    for file in files:
        note = read(file.read_text("utf-8", "replace"), f"notes/{file.name}").note
        places = {note.ref: Placement("here", TODAY, "/notes/here/")}
        post, _ = build_post(Shelf(make_source(file.parent, [note]), places), note)
        found = render_body(post, Site(places, SETTINGS))
        assert unsafe(found.html) == [], file.name
        assert misplaced(found.html) == [], file.name


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<img src="data:image/png;base64,AA==">', '<img src="data:image/png;base64,AA==">'),
        ('<img src="data:image/svg+xml;base64,AA==">', "<img>"),
        ('<img src="data:image/png;base64,AA==,x">', "<img>"),
        ('<a href="data:image/png;base64,AA==">a</a>', "<a>a</a>"),
        ('<a href=" da&#9;ta:text/html,x">a</a>', "<a>a</a>"),
        ('<blockquote cite="data:x">a</blockquote>', "<blockquote>a</blockquote>"),
    ],
)
def test_only_pictures_may_stand_in_the_page_itself(source: str, expected: str) -> None:
    assert clean_html(source) == expected


def test_cleaning_keeps_what_is_allowed_and_nothing_else() -> None:
    assert clean_html('<p class="x" id="a b">t</p>') == "<p>t</p>"
    assert clean_html('<td class="right x">t</td>').count("x") == 0
    assert clean_html("<nav><center>t</center></nav>") == "t"


def test_what_an_author_left_open_ends_with_its_block() -> None:
    html = body_of("## One <b>two\n\ntext <i>*three*\n\n<small>\n\nfour\n\n</small>\n\nfive").html
    assert "two <a" in html
    assert html.count("<b>") == html.count("</b>") == 1
    assert "</b></h2>\n<p>text <i><em>three</em></i></p>" in html
    assert html.endswith("<p>five</p>\n")
    words = [one.getparent().tag for one in lxml.html.fromstring(f"<div>{html}</div>").iter("em")]
    assert words == ["i"]


def test_the_only_line_of_a_session_is_there() -> None:
    html = body_of("```console\n$ echo one\n```").html
    assert lxml.html.fromstring(html).xpath("string()").strip() == "$ echo one"


def test_formulas_that_may_be_wide_can_be_scrolled_by_keys() -> None:
    wide = "+".join(f"x_{number}" for number in range(30))
    html = body_of(f"$a$ and ${wide}$\n\n$$\na\n$$\n\n$$\n{wide}\n$$\n").html
    assert html.count('<span class="wide" tabindex="0"><math') == 1
    assert html.count('<div class="formula"><math') == 1
    assert html.count('<div class="formula" tabindex="0"><math') == 1


def test_a_header_that_is_a_formula_has_a_name() -> None:
    html = body_of("| $a$ | b $c$ |\n|---|---|\n| $d$ | |\n").html
    assert html.count("aria-label=") == 1
    assert '<th><math role="math" aria-label="a" alttext="a">' in html


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://e.org/s?q[]=1#[a]", "https://e.org/s?q%5B%5D=1#%5Ba%5D"),
        ("http://[::1]:80/a[b]", "http://[::1]:80/a%5Bb%5D"),
    ],
)
def test_brackets_of_an_address_are_as_urls_have_them(url: str, href: str) -> None:
    for text in (f"<{url}>", f"[it](<{url}>)"):
        assert lxml.html.fromstring(body_of(text).html).xpath("//@href") == [href]


def test_a_caption_keeps_its_backslashes(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/a.png").write_bytes(make_png())
    html = body_of('![x](a.png "Loss $\\mathcal{L}$ \\"now\\"")', tmp_path).html
    said = lxml.html.fromstring(html).xpath("string(//figcaption)")
    assert said == 'Loss $\\mathcal{L}$ "now"'
