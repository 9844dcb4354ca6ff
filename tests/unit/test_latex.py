"""LaTeX text ⇄ Unicode."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes.latex import escape, is_balanced, to_unicode

HOSTILE = st.text(st.sampled_from("ab Z1\\{}$$%#&_^~-'`\"@,=()[]\nüé"), max_size=60)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"{\"u}", "ü"),
        (r"\"{u}", "ü"),
        (r"\"u", "ü"),
        (r"\" u", "ü"),
        (r"\v{s}", "š"),
        (r"\v s", "š"),
        (r"{\'\i}", "í"),
        (r"\"{\i}", "ï"),
        (r"\'{\^a}", "ấ"),
        (r"\c{c}\c c", "çç"),
        (r"\H{o}\k{a}\r{a}\u{g}\d{a}", "őąåğạ"),
        (r"{\L}\'od\'z", "Łódź"),
        (r"Gr{\"o}{\ss}e \o re \aa \AE{}on", "Größe øre åÆon"),
        (r"{\'E}cole", "École"),
        (r"\~{}", "~"),
        (r"pages 1--2 --- end", "pages 1–2 — end"),
        ("``so'' he said", "“so” he said"),
        ("Theorem~1", "Theorem 1"),
        (r"R\&D, 5\% \#1 a\_b \$3 \{x\}", "R&D, 5% #1 a_b $3 {x}"),
        ("100% sure", "100% sure"),
        ("{BERT}: {{Deep}} nets", "BERT: Deep nets"),
        (r"\emph{very} {\bf bold} \textsc{Sc}", "very bold Sc"),
        (r"\noopsort{a}de", "de"),
        (r"\url{http://a.b/~c_d%20e}", "http://a.b/~c_d%20e"),
        (r"\href{http://a.b/~c}{there}", "there"),
        (r"$O(n\log n)$ and $\alpha_{1}$ -- x", r"$O(n\log n)$ and $\alpha_{1}$ – x"),
        (r"$$a$$ \(b\) \[c\]", "$$a$$ $b$ $$c$$"),
        (r"\unknown{M\"uller} \citep[a]{b}", r"\unknown{Müller} \citep[a]{b}"),
        (r"\textbackslash{}foo", r"\foo"),
        (r"costs \$5 and \$6", "costs $5 and $6"),
        ("trailing \\", "trailing \\"),
        (r"\LaTeX{} \ldots", "LaTeX …"),
        (r"\'", "´"),
        ("-{}-", "--"),
    ],
)
def test_to_unicode(latex: str, text: str) -> None:
    assert to_unicode(latex) == text


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("R&D 5% #1 a_b", r"R\&D 5\% \#1 a\_b"),
        ("$x_1^2$ & $5", r"$x_1^2$ \& \$5"),
        ("$5 and $6", r"\$5 and \$6"),
        ("Größe – “so”", "Größe – “so”"),
        ("a -- b", "a -{}- b"),
        (r"\foo{x}", r"\textbackslash{}foo\textbraceleft{}x\textbraceright{}"),
        ("one }, title={x}", r"one \textbraceright{}, title=\textbraceleft{}x\textbraceright{}"),
        ("x\n@article(y", "x\n{@}article(y"),
        ("$\\{x$", r"\$\textbackslash{}\textbraceleft{}x\$"),
    ],
)
def test_escape(text: str, latex: str) -> None:
    assert escape(text) == latex
    assert to_unicode(latex) == text


@pytest.mark.parametrize(
    ("title", "latex"),
    [
        ("Attention Is All You Need", "Attention {Is All You Need}"),
        ("Adam: a method", "Adam: a method"),
        ("On Adam", "On {Adam}"),
        ("BERT: pre-training of GPT-4", "{BERT}: pre-training of {GPT}-4"),
        ("The $X$ of arXiv & MNIST_x", r"The $X$ of {arXiv} \& {MNIST}\_x"),
        ("Über Österreich", "Über {Österreich}"),
        ("“Quoted” first", "“{Quoted}” first"),
    ],
)
def test_capitals_are_kept(title: str, latex: str) -> None:
    assert escape(title, keep_capitals=True) == latex
    assert to_unicode(latex) == title


@given(HOSTILE | st.text(max_size=60), st.booleans())
@settings(max_examples=200)
def test_escape_reads_back(text: str, keep_capitals: bool) -> None:
    latex = escape(text, keep_capitals=keep_capitals)
    assert to_unicode(latex) == text
    assert is_balanced(latex)


@pytest.mark.parametrize(
    "piece", ["{", "}", "\\", "$", "\\$", "\\url{", "\\(", "\\'{", "$$", "\\foo{", "-"]
)
def test_hostile_nesting_ends(piece: str) -> None:
    text = piece * 20_000
    assert isinstance(to_unicode(text), str)
    assert to_unicode(escape(text)) == text
