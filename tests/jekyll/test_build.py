"""Exported posts, built by the real Jekyll with minima, say what the notes say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from papernotes.export import apply, plan, publishable
from tests.exporting import SETTINGS, make_note, make_source
from tests.jekyll.site import Page, build, faults, make_blog, read_pages, require_jekyll

if TYPE_CHECKING:
    from papernotes.models import Note

pytestmark = [pytest.mark.jekyll, pytest.mark.slow]

GOLDEN = Path(__file__).parent.parent / "golden/fastpages/library"
EVERYTHING = "/notes/everything-one-note-with-all-of-it-more/"


@dataclass(frozen=True)
class Built:
    """A blog, its built site, Jekyll's complaints, and the notes and pages by URL."""

    blog: Path
    out: Path
    complaints: list[str]
    notes: dict[str, Note]
    pages: dict[str, Page]


def export(library: Path, blog: Path) -> dict[str, Note]:
    paths = sorted((library / "notes").rglob("*.md"))
    notes = [make_note(p.relative_to(library).as_posix(), p.read_text("utf-8")) for p in paths]
    chosen = [note for note in notes if publishable(note, "fastpages")[0]]
    source = make_source(library, chosen, others=[note for note in notes if note not in chosen])
    planned = plan(source, target="fastpages", directory=blog / "_posts", settings=SETTINGS)
    apply(planned)
    by_ref = {note.ref: note for note in chosen}
    return {entry.placement.url: by_ref[ref] for ref, entry in planned.after.entries.items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    require_jekyll()
    folder = tmp_path_factory.mktemp("jekyll")
    blog = make_blog(folder / "blog")
    notes = export(GOLDEN, blog)
    complaints = build(blog, folder / "site")
    return Built(blog, folder / "site", complaints, notes, read_pages(folder / "site"))


def test_jekyll_has_nothing_to_complain_about(built: Built) -> None:
    assert built.complaints == []
    assert set(built.pages) == set(built.notes)


# Words of the golden note that are no words of the post: sizes of images.
EXPECTED = {EVERYTHING: {f"lost: {word}" for word in ("120x80", "width", "50")}}


def test_every_word_link_image_and_table_is_there(built: Built) -> None:
    for url, note in built.notes.items():
        found = faults(note, built.pages[url], built.pages, built.out)
        assert set(found) - EXPECTED.get(url, set()) == set(), url


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
