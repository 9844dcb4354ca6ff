"""``add`` with .bib files: what is printed where, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

REFS = """@book{Knuth1997, author={Donald E. Knuth}, title={The Art of Things}, year=1997}
@article{doe, author={Doe, Jane}, title={On Learning Things}, year=2019}
"""


def test_keys_go_to_stdout_and_the_rest_to_stderr(library: Shell) -> None:
    (library.folder / "refs.bib").write_text(REFS)
    done = library("add", "refs.bib")
    assert (done.status, done.out) == (0, "Knuth1997\ndoe\n")
    assert "papernotes: doe: On Learning Things: written to bib/doe.bib\n" in done.err
    again = library("add", "refs.bib")
    assert (again.status, again.out) == (0, "")
    assert "already have doe as doe: On Learning Things (same in every field)" in again.err


def test_standard_input_and_any_name_are_taken_with_bib(library: Shell) -> None:
    assert library("add", "--bib", "-", stdin=REFS).out == "Knuth1997\ndoe\n"
    (library.folder / "export.txt").write_text("@misc{web, title={A Page of the Web}}")
    assert library("add", "--bib", "export.txt").out == "web\n"


def test_ids_and_files_can_be_added_at_once(library: Shell) -> None:
    (library.folder / "refs.bib").write_text(REFS)
    done = library("add", "1706.03762", "refs.bib")
    assert (done.status, done.out) == (0, "vaswani2017attention\nKnuth1997\ndoe\n")
    assert (library.folder / "notes/vaswani2017attention.md").exists()
    assert not (library.folder / "notes/doe.md").exists()


def test_an_imported_preprint_is_known_to_add_and_a_published_version_to_import(
    library: Shell,
) -> None:
    assert library("add", "1706.03762", "--no-note").status == 0
    text = (
        "@inproceedings{Vaswani17, title={Attention is all you need}, author={Vaswani, A.},"
        " year=2017, booktitle={NeurIPS}, pages={1--11}}"
    )
    done = library("add", "--bib", "-", stdin=text)
    assert (done.status, done.out) == (0, "")
    assert "already have Vaswani17 as vaswani2017attention" in done.err
    assert "filled type, booktitle, pages; Vaswani17 leads to it too" in done.err
    entry = (library.folder / "bib/vaswani2017attention.bib").read_text()
    assert "booktitle = {NeurIPS}" in entry
    assert library("show", "Vaswani17").out == library("show", "vaswani2017attention").out


def test_notes_are_written_when_something_is_to_stand_in_them(library: Shell) -> None:
    (library.folder / "refs.bib").write_text(REFS)
    assert library("add", "refs.bib", "--tag", "old").status == 0
    assert "tags: [old]" in (library.folder / "notes/doe.md").read_text()


def test_a_broken_entry_is_named_and_shows_in_the_status(library: Shell) -> None:
    (library.folder / "refs.bib").write_text("@misc{a, title={x\n" + REFS)
    done = library("add", "refs.bib")
    assert (done.status, done.out) == (1, "Knuth1997\ndoe\n")
    assert "papernotes: refs.bib:1: " in done.err


def test_a_dry_run_shows_the_whole_plan(library: Shell) -> None:
    (library.folder / "refs.bib").write_text(REFS)
    done = library("add", "refs.bib", "--dry-run")
    assert (done.status, done.out) == (0, "Knuth1997\ndoe\n")
    assert "doe: On Learning Things: would be written to bib/doe.bib" in done.err
    assert list((library.folder / "bib").iterdir()) == []


def test_json_accounts_for_every_entry(library: Shell) -> None:
    (library.folder / "refs.bib").write_text(REFS + "@misc{b, title={x")
    done = library("add", "refs.bib", "--json")
    assert [each["outcome"] for each in done.data["results"]] == ["added", "added"]
    assert done.status == 1


def test_a_file_that_is_not_there_is_an_error_of_one_line(library: Shell) -> None:
    done = library("add", "gone.bib")
    assert (done.status, done.out) == (1, "")
    assert done.err == "papernotes: gone.bib: No such file or directory\n"


def test_a_large_import_says_only_what_is_worth_a_look(library: Shell) -> None:
    many = "".join(f"@misc{{k{n}, title={{Thing number {n} of many}}}}\n" for n in range(60))
    done = library("add", "--bib", "-", stdin=many + "@misc{x y, title={Another Thing}}")
    assert len(done.out.splitlines()) == 61
    assert len(done.err.splitlines()) == 2
    assert "the key 'x y' cannot be cited" in done.err
    assert done.err.endswith("61 asked: 61 added\n")


def test_one_file_that_cannot_be_read_stops_no_other(library: Shell) -> None:
    (library.folder / "refs.bib").write_text(REFS)
    (library.folder / "folder.bib").mkdir()
    done = library("add", "gone.bib", "refs.bib", "folder.bib")
    assert (done.status, done.out) == (1, "Knuth1997\ndoe\n")
    assert "papernotes: gone.bib: " in done.err
    assert "papernotes: folder.bib: " in done.err
