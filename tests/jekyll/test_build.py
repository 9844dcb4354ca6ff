"""Exported posts, built by the real Jekyll with minima, say what the notes say."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.export import apply, find_target, plan, publishable
from tests.exporting import SETTINGS, make_note, make_source
from tests.jekyll.site import Page, build, faults, make_blog, read_pages
from tests.programs import require

if TYPE_CHECKING:
    from papernotes.models import Note

pytestmark = [pytest.mark.jekyll, pytest.mark.slow]

GOLDEN = Path(__file__).parent.parent / "golden/fastpages/library"
EVERYTHING = "/notes/everything-one-note-with-all-of-it-more/"
ATTENTION = "/notes/attention-what-it-is-why/"
THEMES = find_target("jekyll").themes


@dataclass(frozen=True)
class Built:
    """A blog, its built site, Jekyll's complaints, and the notes and pages by URL.

    ``themed`` are the pages of the posts that were written for each theme of jekyll.
    """

    blog: Path
    out: Path
    complaints: list[str]
    notes: dict[str, Note]
    pages: dict[str, Page]
    themed: dict[str, dict[str, Page]]


def export(
    library: Path, blog: Path, target: str = "fastpages", theme: str = ""
) -> dict[str, Note]:
    paths = sorted((library / "notes").rglob("*.md"))
    notes = [make_note(p.relative_to(library).as_posix(), p.read_text("utf-8")) for p in paths]
    chosen = [note for note in notes if publishable(note, "fastpages")[0]]
    source = make_source(library, chosen, others=[note for note in notes if note not in chosen])
    settings = replace(SETTINGS, theme=theme)
    planned = plan(source, target=target, directory=blog / "_posts", settings=settings)
    apply(planned)
    by_ref = {note.ref: note for note in chosen}
    return {entry.placement.url: by_ref[ref] for ref, entry in planned.after.entries.items()}


TRICKY = """\
---
title: Tricky
publish: true
date: 2026-01-05
---
1. one
2. two
- bullet
# Head
Li*, Chen*, and *this*; `{:.a}` and {:.b} stay, [so](does this) {{ here }}.
Text on
three
lines
---
2\\. is no list, and here
2. neither
***
> - quoted
- not quoted

See <d-note>*Inside* $x_i$ https://example.org/a_b</d-note> <<https://example.org/c>, end\\

1. step:
   ```yaml
   ---
   a: 1
   ```
"""


def add_themed(theme: str, blog: Path, scratch: Path) -> None:
    """Put the posts for a theme into the blog at places of their own, ``/theme/…``."""
    export(GOLDEN, scratch, "jekyll", theme)
    for post in (scratch / "_posts").glob("*.md"):
        text = post.read_text("utf-8").replace("/notes/", f"/{theme}/")
        if theme == "chirpy":
            text = text.replace('layout: "post"', 'layout: "chirpy"')
        (blog / "_posts" / theme).mkdir(exist_ok=True)
        (blog / "_posts" / theme / post.name).write_text(text, "utf-8")
    for images in ("images", "assets"):
        if (scratch / images).is_dir():
            shutil.copytree(scratch / images, blog / images, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Everything in one site, as a build takes two seconds."""
    require("jekyll")
    folder = tmp_path_factory.mktemp("jekyll")
    blog = make_blog(folder / "blog")
    notes = export(GOLDEN, blog)
    for theme in THEMES:
        add_themed(theme, blog, folder / theme)
    (folder / "tricky/notes").mkdir(parents=True)
    (folder / "tricky/notes/tricky.md").write_text(TRICKY, "utf-8")
    export(folder / "tricky", folder / "tricky-blog")
    for post in (folder / "tricky-blog/_posts").iterdir():
        text = post.read_text("utf-8").replace("/notes/", "/tricky/")
        (blog / "_posts" / post.name).write_text(text, "utf-8")
    out = folder / "site"
    complaints = build(blog, out)
    themed = {theme: read_pages(out, theme) for theme in THEMES}
    return Built(blog, out, complaints, notes, read_pages(out), themed)


@pytest.mark.fault(61)
def test_jekyll_has_nothing_to_complain_about(built: Built) -> None:
    assert built.complaints == []
    assert set(built.pages) == set(built.notes)


# Words of the golden note that are no words of the post: sizes of images.
EXPECTED = {EVERYTHING: {f"lost: {word}" for word in ("120x80", "width", "50")}}


def test_every_word_link_image_and_table_is_there(built: Built) -> None:
    for url, note in built.notes.items():
        found = faults(note, built.pages[url], built.pages, built.out)
        assert set(found) - EXPECTED.get(url, set()) == set(), url


@pytest.mark.parametrize("theme", THEMES)
def test_so_it_is_with_the_posts_for_every_theme(theme: str, built: Built) -> None:
    pages = built.themed[theme]
    assert len(pages) == len(built.notes)
    for url, note in built.notes.items():
        page = pages[url.replace("/notes/", f"/{theme}/")]
        found = faults(note, page, pages, built.out)
        assert set(found) - EXPECTED.get(url, set()) == set(), url


def test_what_only_a_theme_knows_arrives(built: Built) -> None:
    def source(theme: str, url: str) -> str:
        return (built.out / url.strip("/").replace("notes", theme, 1) / "index.html").read_text()

    chirpy, al_folio = (source(theme, EVERYTHING) for theme in ("chirpy", "al-folio"))
    assert chirpy.count('<blockquote class="prompt-warning">') == 1
    assert chirpy.count('<blockquote class="prompt-tip">') == 1
    assert 'file="train.py"' in chirpy
    assert al_folio.count('<blockquote class="block-warning">') == 1
    assert al_folio.count('<blockquote class="block-tip">') == 1
    for theme in ("chirpy", "al-folio"):
        assert "prompt-info" in source("chirpy", ATTENTION)
        caption = '<em class="caption">A *caption* with <span>$</span>5 | {{ x }}</em>'
        assert caption in source(theme, ATTENTION)


@pytest.mark.parametrize("place", ["notes", *THEMES])
def test_the_paper_is_a_card(place: str, built: Built) -> None:
    pages = built.pages if place == "notes" else built.themed[place]
    page = pages[ATTENTION.replace("notes", place)]
    text = " ".join("".join(page.text).split())
    assert "https://arxiv.org/abs/1706.03762v5" in page.hrefs
    assert "Paper: Attention Is All You Need · Vaswani, A., Shazeer, N." in text
    assert "Polosukhin, I. · 2017 · version 5 read" in text
    assert ("1 min read" in text) is (place == "minima")


def test_the_list_of_posts_shows_the_words_of_the_post_not_its_card(built: Built) -> None:
    feed = (built.out / "feed.xml").read_text("utf-8")
    summaries = [one.split("</summary>")[0] for one in feed.split("<summary type=")[1:]]
    assert sum("a link of its first paragraph." in one for one in summaries) == 4
    assert not [one for one in summaries if "Paper:" in one or "min read" in one]


def test_html_proofer_finds_nothing(built: Built) -> None:
    command = [require("htmlproofer"), str(built.out), "--disable-external", "--allow-hash-href"]
    # Debian's minima has no style sheet; what the made-up front matter names is not there
    command += ["--url-swap", "^/blog/:/", "--url-ignore", "/assets/css/style.css"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "Ran on" in done.stdout
    assert "Ran on 0 files" not in done.stdout
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_is_what_was_meant(built: Built) -> None:
    page = built.pages[EVERYTHING]
    text = " ".join("".join(page.text).split())
    assert "{{ jinja }}" in text
    assert "prose {{ page.secret }} with {% include x %}" in text
    assert "an escaped {{ y }} and an {% endraw %} alone" in text
    assert r"\(p(y\vert x)\)" in text
    assert r"\(E = mc^2\)" in text
    assert r"\(\sum_i x_i\) and on; right after text: \[\prod_i x_i\]" in text
    assert "money: $5 or $6, also $7" in text
    assert "Options --force and --all-of-it, a << b >> c" in text
    assert "planted" not in text.lower()
    assert page.tags.count("mark") == 2
    assert page.tags.count("details") == 2
    assert page.tags.count("input") == 2
    assert not {"dl", "abbr"} & set(page.tags)
    assert "ref-kingma2014adam" in page.ids


def test_kramdown_reads_lines_as_commonmark_does(built: Built) -> None:
    page = (built.out / "tricky/tricky/index.html").read_text("utf-8")
    page = page[page.index('itemprop="articleBody">') : page.index("</article>")]
    found = " ".join(page.split())
    assert "<ol> <li>one</li> <li>two</li> </ol>" in found
    assert "<ul> <li>bullet</li> </ul> <h1" in found
    assert "Li*, Chen*, and <em>this</em>; <code" in found
    assert "{:.b} stay, [so](does this) {{ here }}. Text on three lines</h2>" in found
    assert "2. is no list, and here 2. neither</p> <hr />" in found
    assert "<blockquote> <ul> <li>quoted</li> </ul> </blockquote> <ul> <li>not quoted" in found
    assert r"<em>Inside</em> \(x_i\) <a href" in found
    assert '&lt;<a href="https://example.org/c">' in found
    assert "end\\</p>" in found
    assert found.count("<ol>") == 2
    assert 'class="language-yaml' in found


def test_the_day_is_the_same_in_every_time_zone(built: Built) -> None:
    assert (built.out / "notes/other-note/index.html").read_text().count("Jan 3, 2026") == 1


def test_no_secret_and_no_ledger_in_the_site(built: Built) -> None:
    for path in built.out.rglob("*"):
        if path.is_file():
            assert b"planted" not in path.read_bytes().lower(), path
            assert not path.name.startswith("."), path


MUTANTS = {
    "live Liquid in code": ("{% raw %}{{ jinja }}{% endraw %}", "{{ jinja }}"),
    "live Liquid in prose": ("{% raw %}{{ page.secret }}{% endraw %}", "{{ page.secret }}"),
    "live Liquid in a fence": ("{% raw %}{{ z }}{% endraw %}", "{{ z }}"),
    "a bar in prose": (r"nested \| bar", "nested | bar"),
    "a bar in math": (r"$$p(y\vert x)$$", "$$p(y|x)$$"),
    "a wiki link": (
        "label of its own]({{ site.baseurl }}/notes/other-note/)",
        "label of its own]]",
    ),
    "a dead link": ("/notes/other-note/#second-part", "/notes/other-note/#no-such-part"),
    "a missing image": ("curve.png", "curved.png"),
    "a private comment": ("It ends here.", "It ends here. %%private%%"),
    "a table in a paragraph": ("right after text:\n\n|", "right after text:\n|"),
    "a lost paragraph": ("Its second paragraph with", ""),
    "Markdown in a box": ('margin-bottom: 15px" markdown="1">', 'margin-bottom: 15px">'),
    "a broken fence": ("```python\nprint", "```{.python title='x'}\nprint"),
    "an unresolved citation": (
        "[Kingma and Ba (2014, sec. 2)](#ref-kingma2014adam)",
        "[@kingma2014, sec. 2]",
    ),
}


@pytest.fixture(scope="module")
def mutants(built: Built, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Faults found in each mutant of the golden post, all built in one site."""
    blog = make_blog(tmp_path_factory.mktemp("mutants") / "blog")
    post = next((built.blog / "_posts").glob("*everything*")).read_text("utf-8")
    export(GOLDEN, blog)
    for number, (before, after) in enumerate(MUTANTS.values()):
        assert before in post, before
        text = post.replace(before, after).replace(EVERYTHING, f"/notes/mutant-{number}/", 1)
        (blog / f"_posts/2026-02-02-mutant-{number}.md").write_text(text, "utf-8")
    build(blog, blog.parent / "site")
    pages = read_pages(blog.parent / "site")
    note = built.notes[EVERYTHING]
    return {
        name: faults(note, pages[f"/notes/mutant-{number}/"], pages, blog.parent / "site")
        for number, name in enumerate(MUTANTS)
    }


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_the_checks_catch(name: str, mutants: dict[str, list[str]], built: Built) -> None:
    own = faults(built.notes[EVERYTHING], built.pages[EVERYTHING], built.pages, built.out)
    assert set(mutants[name]) - set(own), name


def test_a_title_that_is_no_yaml_fails_the_build(built: Built, tmp_path: Path) -> None:
    blog = make_blog(tmp_path / "blog")
    post = next((built.blog / "_posts").glob("*other-note*")).read_text("utf-8")
    (blog / "_posts").mkdir()
    broken = post.replace('title: "Other Note"', "title: Other: Note")
    (blog / "_posts/2026-01-03-other-note.md").write_text(broken)
    assert build(blog, tmp_path / "site") != []
