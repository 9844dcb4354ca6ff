"""Which keys documents cite: LaTeX and its helpers, Markdown, Typst, and the files they take in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papernotes.bibliography.cited import read_citations
from papernotes.bibliography.prose import parse_markdown, parse_typst
from papernotes.bibliography.tex import parse_aux, parse_bcf, parse_tex
from papernotes.files import FileError

if TYPE_CHECKING:
    from pathlib import Path


def tex_keys(text: str) -> list[str]:
    return [mention.key for mention in parse_tex(text)[0]]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (r"\cite{a}", ["a"]),
        (r"\cite{a,b , c}", ["a", "b", "c"]),
        ("\\citep{a,%\n  b,\n  c}", ["a", "b", "c"]),
        (r"\citep[see][p.~3]{a}", ["a"]),
        (r"\citep[][]{a}", ["a"]),
        (r"\citet*{a} \citeauthor*{b} \Citealp{c}", ["a", "b", "c"]),
        (r"\citep[see {\cite{b}, [sic]}]{a}", ["a", "b"]),
        (r"\cite [p. 1] {a}", ["a"]),
        ("\\cite\n[p. 1]\n{a}", ["a"]),
        (r"\parencite{a}\footcite[2]{b}\textcite{c}\autocite{d}\supercite{e}", list("abcde")),
        (r"\fullcite{a}\footfullcite{b}\smartcite{c}\citetitle{d}\citeyear{e}", list("abcde")),
        (r"\cites(see)(end)[1][2]{a}[3]{b}{c}", ["a", "b", "c"]),
        (r"\parencites{a}[][4]{b,c}", ["a", "b", "c"]),
        (r"\volcite{2}[3]{a} \pvolcite[x]{1}{b}", ["a", "b"]),
        (r"\volcites{1}[2]{a}{3}{b}", ["a", "b"]),
        (r"\citeA{a} \citeNP<e.g.>[p. 4]{b} \shortcite{c} \citeauthorNP{d}", list("abcd")),
        (r"\citeasnoun{a} \possessivecite{b} \onlinecite{c} \newcite{d}", list("abcd")),
        (r"\nocite{a,b} \bibentry{c}", ["a", "b", "c"]),
        (r"\defcitealias{a}{Paper I} \citetext{see \citealp{b}}", ["a", "b"]),
        (r"\cite{doi:10.1000/x_y} \cite{DBLP:conf/x/Y20}", ["doi:10.1000/x_y", "DBLP:conf/x/Y20"]),
        (r"\cite{wang2013,易2013}", ["wang2013", "易2013"]),
        ("% \\cite{a}\n\\cite{b} % \\cite{c}", ["b"]),
        (r"100\% \cite{a} \\% \cite{b}", ["a"]),
        (r"\verb|\cite{a}| \verb*+\cite{b}+ \lstinline[x]!\cite{c}! \cite{d}", ["d"]),
        (r"\url{x%20y} \cite{a}", ["a"]),
        ("\\begin{verbatim}\n\\cite{a}\n\\end{verbatim}\\cite{b}", ["b"]),
        ("\\begin{lstlisting}[language=TeX]\n\\cite{a}\n\\end{lstlisting}\\cite{b}", ["b"]),
        ("\\begin{comment}\\cite{a}\\end{comment}\\cite{b}", ["b"]),
        (r"\begin{comment}\cite{a}", []),
        (r"\iffalse \ifx\a\b x\fi \cite{a} \fi \cite{b}", ["b"]),
        (r"\iffalse \cite{a} \ifx\a\b \else x\fi \else \cite{b} \fi \cite{c}", ["b", "c"]),
        (r"\textcquote[3]{a}[.]{t} \blockcquote{b}{t} \textcquote*{c}{\cite{d}}", list("abcd")),
        (r"\foreigntextcquote{german}[3]{a}{t} \hyphenblockcquote{german}{b}{t}", ["a", "b"]),
        (r"\begin{displaycquote}[3]{a} t \end{displaycquote}", ["a"]),
        (r"\begin{foreigndisplaycquote}{german}{a} t \end{foreigndisplaycquote}", ["a"]),
        (r"\cite{a}\end{document}\cite{b}", ["a"]),
        (r"\newcommand{\mycite}[1]{\cite{#1}} \renewcommand\citeleft{(} \setcitestyle{round}", []),
        (r"\citestyle{nature} \excite{x} \ifciteseen{a}{b} \newcites{own}{Own work}", []),
        (r"\cite{} \cite \cite{\key} \cite{", []),
        (r"\cite{*} \nocite{*}", ["*"]),
    ],
)
def test_keys_of_latex(text: str, keys: list[str]) -> None:
    assert tex_keys(text) == keys


def test_lines_of_latex_count_from_one_through_comments_and_verbatim() -> None:
    text = "% one\n\\cite{a}\n\\begin{verbatim}\nx\n\\end{verbatim}\n\\cite{b,\n  c}"
    assert [(m.key, m.line) for m in parse_tex(text)[0]] == [("a", 2), ("b", 6), ("c", 7)]


@pytest.mark.parametrize(
    "piece",
    [
        r"\cite{",
        r"\cite[",
        r"\verb|",
        r"\begin{verbatim}",
        r"\iffalse ",
        "%",
        r"\cites(",
        "{",
        "\\",
    ],
)
def test_hostile_latex_ends(piece: str) -> None:
    assert parse_tex(piece * 50_000)[0] == []


def test_included_files_of_latex() -> None:
    text = "\\input{a} \\include{b/c}\n\\input d.tex\n\\import{e/}{f} \\input{#1}"
    found = [(each.name, each.line) for each in parse_tex(text)[1]]
    assert found == [("a", 1), ("b/c", 1), ("d.tex", 2), ("e/f", 3)]


def test_aux_of_bibtex_and_of_biblatex() -> None:
    text = (
        "\\relax\n\\citation{a,b}\n\\abx@aux@cite{0}{c}\n\\abx@aux@segm{0}{0}{c}\n"
        "\\abx@aux@cite{d}\n\\@input{one.aux}\n\\bibcite{a}{1}\n\\citation{*}\n"
    )
    mentions, inclusions = parse_aux(text)
    found = [(mention.key, mention.line) for mention in mentions]
    assert found == [("a", 2), ("b", 2), ("c", 3), ("d", 5), ("*", 8)]
    assert [each.name for each in inclusions] == ["one.aux"]


def test_control_file_of_biber() -> None:
    text = (
        '<bcf:section number="0">\n<bcf:citekey order="1" intorder="1">a&amp;b</bcf:citekey>\n'
        '<bcf:citekey order="2" nocite="1">*</bcf:citekey></bcf:section>'
    )
    assert [(m.key, m.line) for m in parse_bcf(text)] == [("a&b", 2), ("*", 3)]


def test_keys_of_markdown() -> None:
    text = (
        "---\ntitle: x@y\nnocite: |\n  @n1, @{n2}\n---\n\n"
        "As [see @a, p. 3; -@b] and @c say, @{d:e}.\n`@code` me@example.org [[f|F]]\n\n"
        "```\n@g\n```\n"
    )
    found = [(mention.key, mention.line) for mention in parse_markdown(text)]
    assert found == [("n1", 4), ("n2", 4), ("a", 7), ("b", 7), ("c", 7), ("d:e", 7), ("f", 8)]


def test_markdown_may_cite_everything() -> None:
    assert [m.key for m in parse_markdown('---\nnocite: "@*"\n---\nText\n')] == ["*"]


def test_cross_references_of_quarto_and_wiki_links_need_not_be_papers() -> None:
    found = {mention.key: mention.is_sure for mention in parse_markdown("@fig-one @a [[b]]")}
    assert found == {"fig-one": False, "a": True, "b": False}


def test_keys_of_typst() -> None:
    text = (
        'See @a, #cite(<b>, form: "prose") and cite(label("c d")). // @e\n'
        "`@f` /* @g\n*/ https://x.org/@h me@i.org \\@j\n= Results <res>\n@res @k.\n"
    )
    found = [(m.key, m.line, m.is_sure) for m in parse_typst(text)]
    assert found == [
        ("a", 1, True),
        ("b", 1, True),
        ("c d", 1, True),
        ("h", 3, True),
        ("res", 5, False),
        ("k", 5, True),
    ]


def test_included_files_are_followed_once_from_the_folder_of_the_document(tmp_path: Path) -> None:
    (tmp_path / "chapters/figures").mkdir(parents=True)
    (tmp_path / "main.tex").write_text("\\cite{a}\n\\input{chapters/one}\n\\include{two}\n")
    (tmp_path / "chapters/one.tex").write_text("\\cite{b}\\input{figures/f}\\input{main}\n")
    (tmp_path / "chapters/figures/f.tex").write_text("\\cite{c}\\input{chapters/one}")
    (tmp_path / "two.tex").write_text("\n\\cite{d,a}\\input{nowhere}")
    found = read_citations([str(tmp_path / "main.tex")])
    assert [each.key for each in found.cited] == ["a", "b", "c", "d"]
    assert found.cited[3].path == str(tmp_path / "two.tex")
    assert found.cited[3].line == 2
    (problem,) = found.problems
    assert (problem.code, problem.line) == ("cited-input", 2)
    assert "nowhere" in problem.message


def test_several_documents_of_several_kinds_and_each_key_once(tmp_path: Path) -> None:
    (tmp_path / "a.tex").write_text(r"\cite{x}")
    (tmp_path / "b.qmd").write_text("[@x; @y]")
    names = [str(tmp_path / "a.tex"), str(tmp_path / "b.qmd"), "-"]
    found = read_citations(names, r"\documentclass{x} \textcite{z} \nocite{*}")
    assert [(each.key, each.path) for each in found.cited] == [
        ("x", names[0]),
        ("y", names[1]),
        ("z", "-"),
    ]
    assert found.is_all


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("\\relax \n\\citation{a}", ["a"]),
        ('<?xml?><bcf:citekey order="1">a</bcf:citekey>', ["a"]),
        ("\\section{x} \\cite{a} @b", ["a"]),
        ("See [@a].", ["a"]),
    ],
)
def test_a_text_without_a_name_is_known_by_what_stands_in_it(text: str, keys: list[str]) -> None:
    assert [each.key for each in read_citations(["-"], text).cited] == keys


def test_a_document_that_is_a_link_is_read_and_one_that_is_missing_is_an_error(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.tex").write_text(r"\cite{x}")
    (tmp_path / "b.tex").symlink_to(tmp_path / "a.tex")
    assert [each.key for each in read_citations([str(tmp_path / "b.tex")]).cited] == ["x"]
    with pytest.raises(FileError, match=r"c\.tex"):
        read_citations([str(tmp_path / "c.tex")])
