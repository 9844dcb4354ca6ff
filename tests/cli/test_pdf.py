from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from papernotes.demo.typeset import Annotated, render_pdf

if TYPE_CHECKING:
    from pathlib import Path

    from papernotes.demo.standin import StandIn
    from tests.cli.conftest import Shell

KEY = "vaswani2017attention"


@pytest.fixture
def papers(library: Shell) -> Shell:
    assert library("add", "1706.03762", "1412.6980").status == 0
    return library


def pdf_requests(stand_in: StandIn) -> list[str]:
    return [each.path for each in stand_in.requests if each.path.startswith("/pdf/")]


def test_pdf_fetches_names_and_makes_searchable(papers: Shell, stand_in: StandIn) -> None:
    ended = papers("pdf", KEY)
    assert (ended.status, ended.out) == (0, f"pdf/{KEY}-v7.pdf\n")
    data = (papers.folder / f"pdf/{KEY}-v7.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert papers("list", "has:pdf").out.split("\t")[0] == KEY
    found = papers("search", "--json", "pdf:attention").data["hits"]
    assert [hit["ref"] for hit in found] == [KEY]
    assert found[0]["fragments"][0]["field"] == "pdf"
    assert found[0]["fragments"][0]["page"] == 1
    again = papers("pdf", "vaswani")
    assert (again.status, again.out) == (0, f"pdf/{KEY}-v7.pdf\n")
    assert "was there already" in again.err
    assert len(pdf_requests(stand_in)) == 1
    assert f"pdf         pdf/{KEY}-v7.pdf" in papers("show", KEY).out


@pytest.mark.fault(56)
def test_a_version_may_be_asked_for_and_both_are_kept(papers: Shell) -> None:
    assert papers("pdf", "1706.03762v1").out == f"pdf/{KEY}-v1.pdf\n"
    assert papers("pdf", "1706.03762").out == f"pdf/{KEY}-v7.pdf\n"
    assert sorted(path.name for path in (papers.folder / "pdf").iterdir()) == [
        f"{KEY}-v1.pdf",
        f"{KEY}-v7.pdf",
    ]
    assert papers("open", "--print", KEY).out == f"{papers.folder}/pdf/{KEY}-v7.pdf\n"


def test_add_can_fetch_pdfs_and_a_missing_one_costs_no_paper(
    library: Shell, stand_in: StandIn
) -> None:
    ended = library("add", "--pdf", "1706.03762", "1412.6980")
    assert (ended.status, ended.out.split()) == (0, [KEY, "kingma2014adam"])
    assert len(list((library.folder / "pdf").glob("*.pdf"))) == 2
    for path in (library.folder / "pdf").iterdir():
        path.unlink()
    stand_in.play("status:404")
    ended = library("add", "--pdf", "1706.03762")
    assert ended.status == 1
    assert "arXiv has no PDF" in ended.err
    assert (library.folder / f"notes/{KEY}.md").is_file()


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        ("status:404", 3, "arXiv has no PDF"),
        ("status:429", 5, "pause"),
        ("html200", 5, ""),
        ("redirect:https://evil.example/x.pdf", 5, "refused to go"),
    ],
)
def test_what_goes_wrong_is_said_and_leaves_no_pdf(
    papers: Shell, stand_in: StandIn, fault: str, status: int, said: str
) -> None:
    stand_in.play_forever(fault)
    ended = papers("pdf", KEY)
    assert (ended.status, ended.out) == (status, "")
    assert said in ended.err
    assert len(ended.err.splitlines()) <= 3
    assert list((papers.folder / "pdf").glob("*.pdf")) == []
    assert papers("sync").status == 0


def test_one_bad_ref_does_not_stop_the_others(papers: Shell) -> None:
    ended = papers("pdf", "nothing-like-it", KEY)
    assert (ended.status, ended.out) == (1, f"pdf/{KEY}-v7.pdf\n")
    assert "nothing is called 'nothing-like-it'" in ended.err
    assert papers("pdf", "nothing-like-it").status == 3
    assert papers("pdf").status == 2


def test_a_dry_run_fetches_nothing(papers: Shell, stand_in: StandIn) -> None:
    ended = papers("pdf", "--dry-run", "--annotations", KEY)
    assert (ended.status, ended.out) == (0, f"pdf/{KEY}-v7.pdf\n")
    assert "would be fetched" in ended.err
    assert pdf_requests(stand_in) == []


MARKED = render_pdf(
    ["Attention is a weighted mean.\nIt is soft.", "The second page says more about memory."],
    annotations=[
        Annotated(1, "highlight", "weighted mean", comment="Of what?"),
        Annotated(2, "note", comment="See the appendix."),
    ],
)


def test_annotations_go_into_the_note_once(papers: Shell) -> None:
    (papers.folder / "pdf").mkdir(exist_ok=True)
    (papers.folder / f"pdf/{KEY}-v7.pdf").write_bytes(MARKED)
    ended = papers("pdf", "--annotations", KEY)
    assert ended.status == 0
    assert f"2 new highlights for notes/{KEY}.md" in ended.err
    note = (papers.folder / f"notes/{KEY}.md").read_text("utf-8")
    assert f"> weighted mean [@{KEY}, p. 1] %%pdf " in note
    assert "\nOf what?\n" in note
    assert f"See the appendix. [@{KEY}, p. 2] %%pdf " in note
    again = papers("pdf", "--annotations", "--json", KEY)
    assert again.data["results"][0]["added"] == 0
    assert (papers.folder / f"notes/{KEY}.md").read_text("utf-8") == note
    assert papers("search", "appendix").out.startswith(KEY)


def test_a_paper_without_a_note_gets_one_for_its_highlights(library: Shell) -> None:
    library("add", "--no-note", "1706.03762")
    (library.folder / f"pdf/{KEY}-v7.pdf").parent.mkdir(exist_ok=True)
    (library.folder / f"pdf/{KEY}-v7.pdf").write_bytes(MARKED)
    assert library("pdf", "--annotations", KEY).status == 0
    assert "weighted mean" in (library.folder / f"notes/{KEY}.md").read_text("utf-8")


def test_any_pdf_put_there_is_read_and_a_broken_one_is_named(papers: Shell) -> None:
    folder = papers.folder / "pdf"
    folder.mkdir(exist_ok=True)
    (folder / f"{KEY.upper()}.PDF").write_bytes(MARKED)
    (folder / "kingma2014adam.pdf").write_bytes(MARKED[:200])
    ended = papers("sync")
    assert ended.status == 1
    assert "pdf/kingma2014adam.pdf: " in ended.err
    assert "[pdf-unreadable]" in ended.err
    assert papers("search", "pdf:memory").out.startswith(KEY)
    (folder / f"{KEY.upper()}.PDF").unlink()
    assert papers("search", "--exact", "pdf:memory").out == ""
    (folder / "kingma2014adam.pdf").write_bytes(MARKED)
    assert papers("sync").status == 0
    assert papers("search", "pdf:memory").out.startswith("kingma2014adam")


def test_without_the_index_the_answers_are_the_same(papers: Shell) -> None:
    papers("pdf", KEY)
    before = papers("search", "--json", "pdf:attention OR adam").data
    for path in sorted((papers.folder / "index").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert papers("search", "--json", "pdf:attention OR adam").data == before


def test_open_shows_the_pdf_or_the_page(papers: Shell, tmp_path: Path) -> None:
    opener = tmp_path / "opener.py"
    opener.write_text(
        f"import sys; open({str(tmp_path / 'opened')!r}, 'a').write(sys.argv[1] + '\\n')"
    )
    papers.environ["PAPERNOTES_OPENER"] = f"{sys.executable} {opener}"
    page = "https://arxiv.org/abs/1706.03762"
    assert papers("open", KEY).out == f"{page}\n"
    papers("pdf", KEY)
    pdf = f"{papers.folder}/pdf/{KEY}-v7.pdf"
    assert papers("open", "attention", "is", "all").out == f"{pdf}\n"
    assert papers("open", "--page", KEY).out == f"{page}\n"
    assert (tmp_path / "opened").read_text().splitlines() == [page, pdf, page]
    papers.environ["PAPERNOTES_OPENER"] = "no-such-program"
    ended = papers("open", KEY)
    assert (ended.status, ended.out) == (1, f"{pdf}\n")
    assert "PAPERNOTES_OPENER" in ended.err


def test_open_refuses_what_has_nothing_to_open(papers: Shell) -> None:
    papers("new", "A thought")
    ended = papers("open", "a-thought")
    assert ended.status == 2
    assert "has no PDF and no page" in ended.err


@pytest.mark.fault(63)
def test_without_the_extra_pdfs_are_kept_and_searchable_once_it_is_there(
    papers: Shell, tmp_path: Path
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys; sys.modules['pypdfium2'] = None")
    papers.environ["PYTHONPATH"] = str(hidden)
    ended = papers("pdf", KEY)
    assert (ended.status, ended.out) == (0, f"pdf/{KEY}-v7.pdf\n")
    assert 'pip install "papernotes[pdf]"' in ended.err
    assert papers("list", "has:pdf").out.startswith(KEY)
    assert papers("sync").status == 0
    ended = papers("pdf", "--annotations", KEY)
    assert ended.status == 1
    assert 'pip install "papernotes[pdf]"' in ended.err
    ended = papers("search", "--exact", "pdf:attention")
    assert ended.out == ""
    assert 'before the PDF in pdf/ can be read: pip install "papernotes[pdf]"' in ended.err
    del papers.environ["PYTHONPATH"]
    assert papers("search", "pdf:attention").out.startswith(KEY)


def test_ctrl_c_during_a_download_keeps_what_came(papers: Shell, stand_in: StandIn) -> None:
    import hashlib
    import signal
    import time

    from papernotes.demo.paperfiles import paper_pdf
    from tests.downloading import RECORDS, answer_of, speaking

    pdf = paper_pdf(RECORDS["1706.03762v7"])
    size = len(pdf) // 2
    headers = {
        "Content_Type": "application/pdf",
        "Content_Length": str(len(pdf)),
        "ETag": f'"sha256:{hashlib.sha256(pdf).hexdigest()}"',
    }
    answer = answer_of("200 OK", pdf[:size], **headers)
    hurried = dict(papers.environ)
    papers.environ |= {
        "PAPERNOTES_ARXIV_READ_TIMEOUT_SECONDS": "60",
        "PAPERNOTES_ARXIV_PDF_TIMEOUT_SECONDS": "60",
    }
    with speaking(answer, is_silent_after=True) as (api_url, _):
        papers.environ["PAPERNOTES_ARXIV_API_URL"] = api_url
        with papers.start("pdf", KEY) as process:
            deadline = time.monotonic() + 30
            while [part.stat().st_size for part in papers.folder.glob("pdf/.*.part")] != [size]:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert "stopped" in err
    assert "Traceback" not in err
    papers.environ = hurried
    assert papers("pdf", KEY).status == 0
    (request,) = [one for one in stand_in.requests if one.path.startswith("/pdf/")]
    assert request.range == f"bytes={size}-"
    assert (papers.folder / f"pdf/{KEY}-v7.pdf").read_bytes() == pdf


def test_a_refusal_or_no_network_ends_the_asking(papers: Shell, stand_in: StandIn) -> None:
    papers("add", "1512.03385", "1810.04805")
    stand_in.play_forever("status:403")
    ended = papers("pdf", KEY, "kingma2014adam", "he2015deep", "devlin2018bert")
    assert ended.status == 5
    assert len(pdf_requests(stand_in)) == 1
    assert ended.err.count("access is denied") == 1
    assert "not fetched: vaswani2017attention, kingma2014adam, he2015deep, dev" in ended.err


def test_a_link_in_pdf_is_not_followed(papers: Shell, tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(MARKED)
    (papers.folder / "pdf").mkdir(exist_ok=True)
    (papers.folder / f"pdf/{KEY}-v7.pdf").symlink_to(tmp_path / "secret.pdf")
    before = (papers.folder / f"notes/{KEY}.md").read_bytes()
    ended = papers("pdf", "--annotations", KEY)
    assert ended.status == 4
    assert "symbolic link" in ended.err
    assert (papers.folder / f"notes/{KEY}.md").read_bytes() == before
    (papers.folder / f"pdf/{KEY}-v7.pdf").unlink()
    (papers.folder / "pdf").rmdir()
    (papers.folder / "pdf").symlink_to(tmp_path)
    ended = papers("pdf", "--annotations", KEY)
    assert ended.status == 4
    assert not list(tmp_path.glob(f"{KEY}*"))


def test_a_dry_run_counts_only_what_is_new(papers: Shell) -> None:
    (papers.folder / "pdf").mkdir(exist_ok=True)
    (papers.folder / f"pdf/{KEY}-v7.pdf").write_bytes(MARKED)
    before = (papers.folder / f"notes/{KEY}.md").read_bytes()
    dry = papers("pdf", "--annotations", "--dry-run", KEY)
    assert f"would be 2 new highlights for notes/{KEY}.md" in dry.err
    assert (papers.folder / f"notes/{KEY}.md").read_bytes() == before
    papers("pdf", "--annotations", KEY)
    assert "highlight" not in papers("pdf", "--annotations", "--dry-run", KEY).err


def test_show_names_what_is_wrong_with_the_pdf(papers: Shell) -> None:
    (papers.folder / "pdf").mkdir(exist_ok=True)
    (papers.folder / f"pdf/{KEY}-v7.pdf").write_bytes(b"no PDF at all")
    found = json.loads(papers("show", "--json", KEY).out)["problems"]
    assert [each["code"] for each in found] == ["pdf-unreadable"]
    assert str(papers.folder) not in found[0]["message"]


def test_the_version_named_to_add_is_the_one_fetched(papers: Shell) -> None:
    ended = papers("add", "--pdf", "https://arxiv.org/abs/1706.03762v1")
    assert ended.status == 0
    assert [path.name for path in (papers.folder / "pdf").iterdir()] == [f"{KEY}-v1.pdf"]


def test_an_entry_without_a_version_gets_the_newest(papers: Shell) -> None:
    source = "@article{z1, title={He}, eprint={1512.03385}, archivePrefix={arXiv}}\n"
    (papers.folder / "bib/zotero.bib").write_text(source)
    ended = papers("pdf", "z1")
    assert (ended.status, ended.out) == (0, "pdf/z1-v1.pdf\n")
    assert [path.name for path in (papers.folder / "pdf").iterdir()] == ["z1-v1.pdf"]
    assert papers("pdf", "z1").out == "pdf/z1-v1.pdf\n"
    assert papers("list", "has:pdf").out.startswith("z1\t")


def test_open_takes_the_version_that_was_named(papers: Shell) -> None:
    papers("pdf", "1706.03762v1", "1706.03762")
    assert papers("open", "--print", "1706.03762v1").out.endswith(f"pdf/{KEY}-v1.pdf\n")
    assert papers("open", "--print", "1706.03762v2").out.endswith(f"pdf/{KEY}-v7.pdf\n")
