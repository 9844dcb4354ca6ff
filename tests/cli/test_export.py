"""papernotes export as people type it: blogs of the settings, status, diffs, force."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell
from tests.unit.test_export_metadata import make_png

POST = "blog/_posts/2026-01-02-pie.md"


@pytest.fixture
def baker(library: Shell) -> Shell:
    """Return a library with two published notes and one blog in its settings."""
    (library.folder / "papernotes.toml").write_text(
        '[export]\nauthor = "A. Baker"\n\n[export.blog]\ndir = "blog"\ntoc = false\n'
    )
    write(library, "pie", "Apples. ![](pie.png)")
    write(library, "tart", "Pears, unlike [[pie]].")
    (library.folder / "notes/pie.png").write_bytes(make_png())
    return library


def write(shell: Shell, name: str, body: str, more: str = "publish: true\n") -> None:
    text = f"---\ntitle: {name.title()}\ncreated: 2026-01-02\n{more}---\n{body}\n"
    (shell.folder / f"notes/{name}.md").write_text(text)


def test_a_blog_of_the_settings_needs_no_name(baker: Shell) -> None:
    ended = baker("export")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.endswith("blog: 3 new\n")
    post = (baker.folder / POST).read_text()
    assert "author: A. Baker" in post.replace('"', "")
    assert "toc: false" in post
    for words in (("export", "blog"), ("export", "blog", "pie"), ("export", "blog/_posts")):
        assert "unchanged" in baker(*words).out
        assert (baker.folder / POST).read_text() == post or words[1] != "blog"


def test_the_folder_of_a_blog_is_meant_from_the_library(baker: Shell) -> None:
    below = Shell(baker.folder / "notes", baker.environ)
    assert below("export").status == 0
    assert (baker.folder / POST).is_file()


def test_which_blog_is_asked_where_there_are_several_or_none(baker: Shell) -> None:
    toml = baker.folder / "papernotes.toml"
    toml.write_text('[export.a]\ndir = "a"\n[export.b]\ndir = "b"\n[export.c]\ntitle = "C"\n')
    ended = baker("export")
    assert (ended.status, ended.out) == (2, "")
    assert "a, b, c" in ended.err
    assert "dir" in baker("export", "c").err
    assert baker("export", "b").status == 0
    assert (baker.folder / "b/_posts").is_dir()
    ended = baker("export", "d")
    assert ended.status == 2
    assert "./d" in ended.err
    assert baker("export", "./d").status == 0
    toml.write_text("")
    ended = baker("export")
    assert ended.status == 2
    assert "[export.blog]" in ended.err
    assert baker("export", "e", "--to", "geocities").status == 2


def test_settings_of_a_blog_are_checked_and_listed(baker: Shell) -> None:
    toml = baker.folder / "papernotes.toml"
    shown = baker("config").out
    assert 'export.blog.dir = "blog"' in shown
    assert baker("config", "--json").data["export.blog.toc"]["value"] is False
    for text, said in (
        ("[export.blog]\ndri = 'x'\n", "did you mean export.blog.dir?"),
        ("[export.blog]\nbase_url = 'example.org'\n", "http"),
        ("[export.blog]\nlanguage = 'British English'\n", "language"),
        ("[export.blog]\nstyle = 'mla'\n", "numeric"),
        ("[export.blog]\ntoc = 'perhaps'\n", "true or false"),
        ("[export.blog]\nallow = [1]\n", "a list of texts"),
        ("[export.status]\ndir = 'x'\n", "status"),
        ("[export.'My Blog']\ndir = 'x'\n", "unknown setting"),
        ("[export.a.b]\ndir = 'x'\n", "unknown setting"),
    ):
        toml.write_text(text)
        ended = baker("config")
        assert (ended.status, ended.out) == (2, "")
        assert said in ended.err, text


def test_status_says_how_it_stands_with_each_post_and_changes_nothing(baker: Shell) -> None:
    fresh = baker("export", "status")
    assert [line.split("\t")[:3] for line in fresh.out.splitlines()] == [
        ["new", "pie", "/notes/pie/"],
        ["new", "tart", "/notes/tart/"],
    ]
    assert not (baker.folder / "blog").exists()
    assert "no description" in fresh.err
    assert "no description" not in baker("export").err
    write(baker, "pie", "Apples and plums. ![](pie.png)")
    write(baker, "tart", "Pears.", more="")
    write(baker, "cake", "Flour.")
    ended = baker("export", "status", "blog")
    assert [line.split("\t") for line in ended.out.splitlines()] == [
        ["new", "cake", "/notes/cake/", ""],
        ["changed", "pie", "/notes/pie/", "the note"],
        ["removed", "tart", "/notes/tart/", "the note is not marked publish: true"],
    ]
    write(baker, "home", "x", more="publish: true\nprivate: true\n")
    write(baker, "wrong", "x", more='publish: "true"\n')
    told = {
        line.split("\t")[1]: line.split("\t") for line in baker("export", "status").out.splitlines()
    }
    assert told["home"] == ["blocked", "home", "", "private: true"]
    assert told["wrong"][0] == "blocked"
    assert "without quotes" in told["wrong"][3]
    for name in ("home", "wrong"):
        (baker.folder / f"notes/{name}.md").unlink()
    posts = baker("export", "status", "--json").data["posts"]
    assert [post["outcome"] for post in posts] == ["new", "changed", "removed"]
    (baker.folder / "notes/tart.md").unlink()
    assert "the note is gone" in baker("export", "status").out
    assert baker("export").status == 0
    assert {line.split("\t")[0] for line in baker("export", "status").out.splitlines()} == {
        "unchanged"
    }
    (baker.folder / "status").mkdir()
    assert "new" in baker("export", "./status").out
    assert (baker.folder / "status/_posts").is_dir()


def test_a_diff_shows_lines_and_sizes_and_changes_nothing(baker: Shell) -> None:
    baker("export")
    before = (baker.folder / POST).read_text()
    write(baker, "pie", "Plums. ![](pie.png)")
    image = baker.folder / "blog/images/papernotes/pie/pie.png"
    image.unlink()
    ended = baker("export", "--diff")
    assert ended.status == 0
    assert "+Plums." in ended.out
    assert "-Apples." in ended.out
    assert "@@\n" in ended.out.replace(" @@", "@@").replace("@@ ", "@@")
    assert "binary: 0 to " in ended.out
    assert (baker.folder / POST).read_text() == before
    assert not image.exists()


def test_force_takes_over_what_was_edited_but_nothing_foreign(baker: Shell) -> None:
    baker("export")
    post, foreign = baker.folder / POST, baker.folder / "blog/_posts/2026-01-02-cake.md"
    whole = post.read_text()
    post.write_text("by hand\n")
    foreign.write_text("mine\n")
    write(baker, "cake", "Flour.")
    stopped = baker("export")
    assert stopped.status == 1
    assert "edited by hand" in stopped.err
    assert post.read_text() == "by hand\n"
    listed = baker("export", "--force", "--dry-run")
    assert f"~ {POST.removeprefix('blog/')}" in listed.out
    assert post.read_text() == "by hand\n"
    taken = baker("export", "--force")
    assert "taken over" in taken.err
    assert post.read_text() == whole
    assert (taken.status, foreign.read_text()) == (1, "mine\n")
    post.write_text("by hand again\n")
    write(baker, "pie", "At home.", more="private: true\n")
    baker("export")
    assert post.exists()
    baker("export", "--force")
    assert not post.exists()


def test_doctor_and_an_export_without_to_keep_to_the_kind_a_folder_has(baker: Shell) -> None:
    assert baker("export", "other", "--to", "fastpages").status == 2  # the blog is called blog
    assert baker("export", "./other", "--to", "fastpages").status == 0
    assert baker("doctor", "--blog", "other").status in {0, 1}


def test_verify_reads_posts_back_and_writes_as_an_export_does(baker: Shell) -> None:
    ended = baker("export", "--verify")
    assert (ended.status, ended.err) == (0, "")
    post = (baker.folder / POST).read_bytes()
    assert "unchanged" in baker("export").out
    assert (baker.folder / POST).read_bytes() == post


@pytest.mark.parametrize("place", [".", "notes", "templates", "index/x", ".trash"])
def test_no_blog_is_made_of_the_librarys_own_folders(baker: Shell, place: str) -> None:
    (baker.folder / "templates").mkdir(exist_ok=True)
    ended = baker("export", place, "--to", "html")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.count("\n") == 1
    assert not (baker.folder / place / "index.html").exists()


def test_a_kind_of_blog_that_there_is_not_is_told_with_its_setting(baker: Shell) -> None:
    (baker.folder / "papernotes.toml").write_text('[export.blog]\nto = "word"\ndir = "blog"\n')
    ended = baker("export")
    assert (ended.status, ended.out) == (2, "")
    assert "export.blog.to must be one of fastpages, " in ended.err


@pytest.mark.parametrize(
    ("missing", "words"),
    [("jinja2", ["--to", "html"]), ("markdown_it", ["--to", "markdown", "--build"])],
)
@pytest.mark.fault(63)
def test_what_the_extra_brings_is_named_where_it_is_missing(
    library: Shell, missing: str, words: list[str]
) -> None:
    hidden = library.folder.parent / "hidden" / missing
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text(f"raise ModuleNotFoundError(name={missing!r})\n")
    library.environ["PYTHONPATH"] = str(hidden.parent)
    (library.folder / "notes/one.md").write_text("---\npublish: true\n---\nText.\n")
    done = library("export", "../blog", *words)
    assert (done.status, done.out) == (2, "")
    assert f"needs {missing}, which is not installed" in done.err
    assert "papernotes[html]" in done.err
    assert not (library.folder.parent / "blog").exists()
