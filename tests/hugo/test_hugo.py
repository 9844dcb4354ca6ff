"""Posts of the target hugo, built by the real Hugo. A warning or a bad formula fails a test."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html
import pytest
import yaml

from papernotes.export import Settings, apply, find_target, plan, publishable
from papernotes.export.dialects.gfm import heading_id
from papernotes.export.dialects.goldmark import shortcodes
from tests.exporting import SETTINGS, TODAY, make_note, make_source
from tests.programs import require
from tests.unit.test_export_metadata import make_png

if TYPE_CHECKING:
    from papernotes.models import Note
    from papernotes.reports.writing import ExportReport

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parents[1] / "golden/fastpages/library"
BASE = "/blog/"
PLAIN = (
    'title = "A blog"\nbaseURL = "https://example.org/blog/"\ndisableKinds = ["taxonomy", "RSS"]\n'
)
# As Hugo's own page on mathematics has it; other sites add the dollar sign.
SHOWS = """
[markup.goldmark.renderer]
unsafe = true
[markup.goldmark.extensions.passthrough]
enable = true
[markup.goldmark.extensions.passthrough.delimiters]
block = [['\\[', '\\]'], ['$$', '$$']]
inline = [['\\(', '\\)']]
"""
WITH_DOLLARS = SHOWS.replace("inline = [[", "inline = [['$', '$'], [")
LAYOUTS = {
    "_default/single.html": "<title>{{ .Title }}</title><main>{{ .Content }}</main>"
    "<aside>{{ .Summary }}</aside>{{ range .Params.images }}<i>{{ . }}</i>{{ end }}",
    "_default/list.html": "<ul>{{ range .Pages }}<li>{{ .Title }}</li>{{ end }}</ul>",
    "_default/_markup/render-passthrough.html": '{{- $o := dict "output" "mathml" "displayMode" '
    '(eq .Type "block") }}{{- with try (transform.ToMath .Inner $o) }}{{ with .Err }}'
    '{{ errorf "math: %s: see %s" . $.Position }}{{ else }}{{ .Value }}{{ end }}{{ end -}}',
}
ALERTS = (
    "<blockquote class='{{ .AlertType }}'><b>{{ .AlertTitle }}</b> {{ .AlertSign }} {{ .Text }}"
    "</blockquote>"
)


def export(
    root: Path, *notes: Note, settings: Settings = SETTINGS, config: str = PLAIN + WITH_DOLLARS
) -> ExportReport:
    """Export notes to a blog in ``root / "blog"``."""
    blog = root / "blog"
    for name, text in {f"layouts/{name}": text for name, text in LAYOUTS.items()}.items():
        (blog / name).parent.mkdir(parents=True, exist_ok=True)
        (blog / name).write_text(text)
    (blog / "hugo.toml").write_text(config)
    source = make_source(root, notes)
    return apply(plan(source, target="hugo", directory=blog, settings=settings))


def build(root: Path) -> tuple[dict[str, lxml.html.HtmlElement], list[str]]:
    """Return the built pages by their paths, and the lines in which Hugo complains."""
    out = root / "out"
    done = subprocess.run(
        [require("hugo"), "--destination", str(out), "--noBuildLock", "--buildFuture"],
        cwd=root / "blog",
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = re.findall(r"^.*(?:WARN|ERROR|Error).*$", done.stdout + done.stderr, re.MULTILINE)
    assert done.returncode == 0, complaints
    pages = {
        path.relative_to(out).as_posix(): lxml.html.fromstring(path.read_text("utf-8"))
        for path in sorted(out.rglob("*.html"))
    }
    return pages, complaints


def built(root: Path) -> dict[str, lxml.html.HtmlElement]:
    pages, complaints = build(root)
    assert complaints == []
    return pages


def body(page: lxml.html.HtmlElement) -> lxml.html.HtmlElement:
    return page.find(".//main")


def words(element: lxml.html.HtmlElement) -> str:
    """The text as a typewriter has it, with single spaces; formulas as their TeX."""
    for math in element.findall(".//math"):
        tex = math.find(".//annotation").text
        math.tail = f"«{' '.join(tex.split())}»{math.tail or ''}"
        math.clear(keep_tail=True)
    text = element.text_content().translate(str.maketrans("“”‘’\u00a0", "\"\"'' "))
    return " ".join(text.replace("—", "---").replace("–", "--").replace("…", "...").split())


# --- what Goldmark and Hugo read otherwise ------------------------------------------------------

# A paragraph or block of a note → what is to be seen of it.
AS_IT_STANDS = [
    ("mail me@example.org, ask @nobody and www.example.org", None),
    ("it costs $5 and $6, or 5 $, US$7", None),
    (r"escaped \(no formula\), \[neither\], \$x\$", "escaped (no formula), [neither], $x$"),
    ("{{< youtube x >}} and {{% figure %}} and {{</* x */>}}", None),
    ('`{{< ref "nowhere" >}}` in a line', '{{< ref "nowhere" >}} in a line'),
    ("{{ .Title }} and {% raw %} stand", None),
    ("Term\n: no definition", "Term : no definition"),
    ("x^2^ and H~2~O and ~~struck~~", "x^2^ and H~2~O and struck"),
    ("run --force and --all, a << b >> c -->> d", None),
    ("## A heading {.class}", "A heading {.class}"),
    ("a $x_1*y_1*z$ b $p(a|b)$ c", "a «x_1*y_1*z» b «p(a|b)» c"),
    (
        "$a \\\\ b$ and $\\{c\\}$ and $$\\text{if $d$}$$ too",
        "«a \\\\ b» and «\\{c\\}» and «\\text{if $d$}» too",
    ),
    ("in a line $$e_1$$ of text", "in a line «e_1» of text"),
    ("> a quote\n>\n> $$\n> f = g % why\n> h_{1}\n> $$", "a quote «f = g h_{1}»"),
    ("- item\n\n  $$\n  i\n  = j\n  $$\n- $k$", "item «i = j» «k»"),
    ("| a | b |\n|---|---|\n| `x\\|y` | $p(x\\|y)$ |", "a b x|y «p(x\\vert y)»"),
    ("| a |\n|---|\n| $\\|v\\|w$ |", "a «\\vert v\\vert w»"),
    ("` x ` and `` a`b ``", "x and a`b"),
    ("<hr>\n## Behind HTML", "Behind HTML"),
    ("<div>\n*raw*\n</div>\ntext *behind* it", "*raw* text behind it"),
    ("<div><pre>a\n\n    b</pre></div>", "a b"),
    ("> <br>\n> quoted *text*", "quoted text"),
    ("a <span title='$5'>$6</span> and $7", "a $6 and $7"),
    ("see https://example.org/x_y?z=$1 and https://example.org/ü", None),
    ("wow! [[#Last]]", "wow! Last"),
    ("a note[^1]\n\n[^1]: Its text.", "a note1"),
    ("snake_case, a_b_ and 1986\\. a year", "snake_case, a_b_ and 1986. a year"),
    ("```python title=\"a.py\"\nprint('{{< x >}}')\n```", "a.py print('{{< x >}}')"),
]


@pytest.fixture(scope="module")
def sections(tmp_path_factory: pytest.TempPathFactory) -> list[lxml.html.HtmlElement]:
    """What Hugo makes of each of them, all in one note."""
    root = tmp_path_factory.mktemp("library")
    text = "".join(
        f"<h2>part {number}</h2>\n\n{source}\n\n" for number, (source, _) in enumerate(AS_IT_STANDS)
    )
    export(root, make_note("notes/a.md", f"---\ntitle: A\n---\n{text}\n## Last\n"))
    found: list[lxml.html.HtmlElement] = []
    for element in list(body(built(root)["posts/a/index.html"])):
        if element.get("id") == "last":
            break
        if element.tag == "h2" and element.text_content().startswith("part "):
            found.append(lxml.html.fromstring("<section></section>"))
        elif found:
            found[-1].append(element)
    return found


@pytest.mark.parametrize(
    ("number", "source", "expected"),
    [(number, *pair) for number, pair in enumerate(AS_IT_STANDS)],
)
def test_what_hugo_reads_otherwise_is_seen_as_it_stands(
    sections: list[lxml.html.HtmlElement], number: int, source: str, expected: str | None
) -> None:
    assert words(sections[number]) == " ".join((expected or source).split())


CODE = {
    "lone": "{{< begins\nand no end",
    "both": "{{% begins, {{< x >}}\nand no end {{<",
    "divided": "above\n<!--more-->\nbelow {{< y >}}",
    "commented": "{{</* a */>}}\n{{%/* b */%}}\n*/>}}",
    "backwards": ">}} %}} {{<>}} {{%}} {{{<",
}


@pytest.mark.fault(61)
def test_no_shortcode_of_a_note_runs_and_none_is_lost(tmp_path: Path) -> None:
    front = "---\ntitle: '{{< x >}}'\nslug: SLUG\n---\n"
    notes = [
        make_note(
            f"notes/{name}.md",
            f"{front.replace('SLUG', name)}Before.\n\n```\n{code}\n```\n\nAfter.\n",
        )
        for name, code in CODE.items()
    ]
    export(tmp_path, *notes)
    pages = built(tmp_path)
    for name, code in CODE.items():
        page = pages[f"posts/{name}/index.html"]
        assert body(page).find(".//pre").text_content().rstrip("\n") == code
        assert words(body(page)).startswith("Before.")
        assert words(body(page)).endswith("After.")
        assert page.findtext(".//title") == "{{< x >}}"


def test_text_without_shortcodes_is_untouched() -> None:
    text = "Text {{ with }} {% braces %} */>}} and > }}.\n"
    assert shortcodes(text) == text


# --- the whole of a post ------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[SHOWS, WITH_DOLLARS], ids=["documented", "dollars"])
def golden(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, lxml.html.HtmlElement]]:
    """The golden library and a post at a URL of its own, built: where, and its pages."""
    root = tmp_path_factory.mktemp("blog")
    notes = [
        make_note(path.relative_to(GOLDEN).as_posix(), path.read_text("utf-8"))
        for path in sorted((GOLDEN / "notes").glob("*.md"))
    ]
    chosen = [note for note in notes if publishable(note, "hugo")[0]]
    pinned = make_note(
        "notes/pinned.md",
        "---\ntitle: Pinned\npermalink: /Deep/2020/Old-Post.html\nredirect_from: /old/\n---\n"
        "![[curve.png]] and [[other-note]] and [[pinned]].\n",
    )
    blog = root / "blog"
    blog.mkdir()
    (blog / "hugo.toml").write_text(PLAIN + request.param)
    for name, text in LAYOUTS.items():
        (blog / "layouts" / name).parent.mkdir(parents=True, exist_ok=True)
        (blog / "layouts" / name).write_text(text)
    source = make_source(GOLDEN, [*chosen, pinned])
    report = apply(plan(source, target="hugo", directory=blog, settings=SETTINGS))
    assert "blog" not in {problem.code for problem in report.problems}
    return root / "out", built(root)


def test_links_and_images_lead_to_what_is_there(
    golden: tuple[Path, dict[str, lxml.html.HtmlElement]],
) -> None:
    out, pages = golden
    checked = set()
    for name, page in pages.items():
        if body(page) is None:
            continue
        for element in body(page).xpath(".//*[@href or @src]"):
            to = urljoin(f"{BASE}{name}", element.get("href") or element.get("src"))
            parts = urlsplit(to)
            if parts.scheme:
                continue
            path = unquote(parts.path).removeprefix(BASE)
            place = f"{path}index.html" if path.endswith("/") or not path else path
            assert (out / place).is_file(), to
            if parts.fragment:
                ids = pages[place].xpath(".//@id")
                assert unquote(parts.fragment) in ids, to
            checked.add((name, to))
    assert len(checked) > 20
    assert ("Deep/2020/Old-Post.html", f"{BASE}Deep/2020/Old-Post/curve.png") in checked
    assert "url=https://example.org/blog/Deep/2020/Old-Post.html" in (
        out / "old/index.html"
    ).read_text("utf-8")


def test_formulas_and_references_are_what_they_are(
    golden: tuple[Path, dict[str, lxml.html.HtmlElement]],
) -> None:
    page = next(page for name, page in golden[1].items() if "everything" in name)
    formulas = body(page).findall(".//math")
    assert len(formulas) == 18
    assert sum(one.get("display") == "block" for one in formulas) == 3
    anchors = [one.get("id") for one in body(page).findall(".//li/a[@id]")]
    assert anchors == [
        "ref-kingma2014adam",
        "ref-maaten2008visualizing",
        "ref-vaswani2017attention",
    ]
    assert page.findtext(".//i") == "curve.png"


def test_ids_of_headings_are_hugos(tmp_path: Path) -> None:
    headings = ["Code & Liquid", "1. Über-Größe: 注意", "What's New? C++ & C#", "a_b.c ☃", "½ x²"]
    text = "".join(f"## {heading}\n\n" for heading in [*headings, "1. One", "1. One"])
    export(tmp_path, make_note("notes/a.md", f"---\ntitle: A\n---\n{text}"))
    page = built(tmp_path)["posts/a/index.html"]
    wanted = [*map(heading_id, headings), heading_id("1. One"), heading_id("1. One", 1)]
    assert [one.get("id") for one in body(page).findall(".//h2")] == wanted


# --- settings of the site -----------------------------------------------------------------------

MATH_AND_HTML = "---\ntitle: A\n---\nA formula $x_1$ and [@kingma2014adam] and H<sub>2</sub>O.\n"


def test_what_the_site_leaves_out_is_said(tmp_path: Path) -> None:
    note = make_note("notes/a.md", MATH_AND_HTML)
    said = {}
    for name, config in {
        "plain": PLAIN,
        "off": PLAIN + SHOWS.replace("true", "false"),
        "remark": PLAIN + SHOWS.replace("unsafe = true", "# unsafe = true"),
        "only dollars": PLAIN + SHOWS.replace("\\(", "$").replace("\\)", "$"),
        "all": PLAIN + SHOWS,
    }.items():
        found = export(tmp_path, note, config=config).problems
        said[name] = [one.message.split(";")[0] for one in found if one.code == "blog"]
    assert [len(one) for one in said.values()] == [2, 2, 1, 1, 0]
    assert said["remark"][0].startswith("posts have HTML")
    assert said["only dollars"] == ["posts have formulas"]
    words_alone = make_note("notes/a.md", "---\ntitle: A\n---\nText.\n")
    assert export(tmp_path, words_alone, config=PLAIN).problems == ()


def test_the_settings_may_stand_in_any_of_hugos_files() -> None:
    target = find_target("hugo")
    names = target.config.split()
    assert names[0] == "hugo.toml"
    assert {"config.yaml", "hugo.json", "config/_default/markup.toml"} <= set(names)


def test_without_any_setting_all_words_are_there(tmp_path: Path) -> None:
    export(tmp_path, make_note("notes/a.md", MATH_AND_HTML), config=PLAIN)
    pages, complaints = build(tmp_path)
    assert words(body(pages["posts/a/index.html"])).startswith(
        "A formula (x_1) and (Kingma & Ba, 2014) and H2O. References Kingma"
    )
    assert len(complaints) == 1  # HTML was left out, as the export says


def test_boxes_are_quotes_or_alerts_where_the_theme_has_them(tmp_path: Path) -> None:
    text = "> [!warning]- Mind *this*\n> Text.\n>\n> > [!tip]\n> > Inside.\n"
    note = make_note("notes/a.md", f"---\ntitle: A\n---\n{text}")
    export(tmp_path, note)
    page = body(built(tmp_path)["posts/a/index.html"])
    assert words(page) == "Mind this Text. Tip Inside."
    assert len(page.findall(".//blockquote/p/strong")) == 2
    export(tmp_path, note, settings=Settings(today=TODAY, theme="alerts"))
    hook = tmp_path / "blog/layouts/_default/_markup/render-blockquote.html"
    hook.write_text(ALERTS)
    page = body(built(tmp_path)["posts/a/index.html"])
    assert [one.get("class") for one in page.findall(".//blockquote")] == ["warning", "tip"]
    assert words(page) == "Mind this - Text. Tip Inside."


# --- front matter -------------------------------------------------------------------------------


def test_front_matter_is_ours_and_what_the_note_carries_for_its_blog(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/fig.png").write_bytes(make_png())
    note = make_note(
        "notes/a.md",
        '---\ntitle: "A: {{< x >}}"\ndescription: "Less < *more*"\ncreated: 2026-01-02\n'
        "tags: [c#]\ncategories: [x y]\nslug: a\npaper: kingma2014adam\n"
        "blog: {weight: 3, draft: true, published: false, URL: /no/, toc: false, markup: html}\n"
        "---\nText $x$. ![[fig.png]]\n",
    )
    export(tmp_path, note)
    text = (tmp_path / "blog/content/posts/a/index.md").read_text("utf-8")
    assert yaml.safe_load(text.split("---\n")[1]) == {
        "title": "A: {{< x >}}",
        "description": "Less < *more*",
        "date": date(2026, 1, 2),
        "url": "/posts/a/",
        "tags": ["c#"],
        "categories": ["x y"],
        "author": "Ada Blogger",
        "images": ["fig.png"],
        "math": True,
        "summary": r"Less &lt; \*more\*",
        "weight": 3,
        "toc": False,
    }
    page = built(tmp_path)["posts/a/index.html"]
    assert words(page.find(".//aside")) == "Less < *more*"
    assert words(body(page)).startswith("Paper: Adam: A Method for Stochastic Optimization · ")
