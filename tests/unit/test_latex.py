"""LaTeX text ⇄ Unicode."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papernotes.latex import escape, is_balanced, to_ascii, to_unicode

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
        (r"{\'\i} \={\i} \.{I} \t{oo} \'{\ae} \h{a} {\'{\ohorn}}", "í ī İ o͡o ǽ ả ớ"),
        (r"\textcommabelow{s} (11\=20) \G{a}", "ș (112̄0) ȁ"),
        (r"\enquote{a \enquote{b} c}, \enquote*{E} \mkbibquote{x} y", "“a ‘b’ c”, ‘E’ “x” y"),
        (r"H\textsubscript{2}O, 10\textsuperscript{{-3}} 4\textsuperscript{th}", "H₂O, 10⁻³ 4th"),
        (
            r"\ensuremath{\alpha}-x, \ensuremath{x^2} \ensuremath{<} 2\gamma and",
            "α-x, $x^2$ < 2γ and",
        ),
        (r"\mathrm{d}x \ce{H2} \texorpdfstring{$a$}{b} \foreignlanguage{german}{c}", "dx H2 b c"),
        (r"\_\{1-\vphantom\}{{X}}\vphantom\{\} a\hspace{1em}b\vspace{2em}", "_{1-X} a b"),
        (r"\href {http://a.b/{c}} {there} \url{http://a.b/{c}~d}", " there http://a.b/{c}~d"),
        (r"\thanks{With {a} grant}{\mnras} ?`Qu\'e!", "MNRAS ¿Qué!"),
        (
            "R&amp;D &lt;x&gt; M&uuml;ller &#8211; {\\&}amp; &foo; &#0;",
            "R&D <x> Müller – & &foo; &#0;",
        ),
        ("CO<sub>2</sub> <i>in <B>vivo</B></i> <scp>RNA</scp>", "CO₂ in vivo RNA"),
        ("<p> of momentum, a <b c> d, </i>", "<p> of momentum, a <b c> d, </i>"),
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
        ("<i>a</i> &amp; ?`", r"<i>a{<}/i> \&amp; ?{}`"),
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


@pytest.mark.parametrize(
    ("latex", "spelled"),
    [
        ("é ø Ł ß Å", r"{\'e} {\o} {\L} {\ss} {\AA}"),
        ("ế ậ ớ ả ị", r"{\'{\^e}} {\^{\d{a}}} {\'\ohorn} {\h{a}} {\d{i}}"),
        ("í ı ǰ ȷ̌ ș ç ő", r"{\'\i} {\i} {\v{\j}} ȷ̌ {\textcommabelow{s}} {\c{c}} {\H{o}}"),
        ("{É}cole {ø}", r"{\'E}cole {\o}"),
        ("e\u0301t\u0323", r"{\'e}{\d{t}}"),
        ("1–2 — “x” ‘y’ …", r"1--2 --- ``x'' {\textquoteleft}y{\textquoteright} {\textellipsis}"),
        ("-– `“", r"-{\textendash} `{\textquotedblleft}"),
        ("a\u00a0b\u202fc", r"a~b\,c"),
        ("é\u200b a\u2060b", r"{\'e} ab"),
        ("α-helix, β ≤", r"\ensuremath{\alpha}-helix, \ensuremath{\beta} \ensuremath{\leq}"),
        ("x² H₂ − €", r"x\textsuperscript{2} H\textsubscript{2} \ensuremath{-} {\texteuro}"),
        ("$α+β_é$ α", r"$\alpha +\beta _é$ \ensuremath{\alpha}"),
        ("Περὶ ψυχῆς, 陶哲轩, Иван, 김", "Περὶ ψυχῆς, 陶哲轩, Иван, 김"),
        (
            r"\url{http://é} \href{é}{é} \foo é \foo{x}é",
            r"\url{http://é} \href{é}{é} \foo é \foo{x}é",
        ),
        (r"\href{é}{é} \é \emph{é}", r"\href{é}{\'e} \é \emph{\'e}"),
        ("plain \\'e $x$", "plain \\'e $x$"),
    ],
)
def test_to_ascii(latex: str, spelled: str) -> None:
    assert to_ascii(latex) == spelled


@given(HOSTILE | st.text(max_size=60), st.booleans())
@settings(max_examples=200)
def test_escape_reads_back(text: str, keep_capitals: bool) -> None:
    latex = escape(text, keep_capitals=keep_capitals)
    assert to_unicode(latex) == text
    assert is_balanced(latex)


@pytest.mark.parametrize(
    "piece",
    ["{", "}", "\\", "$", "\\$", "\\url{", "\\(", "\\'{", "$$", "\\foo{", "-", "\\begin", "\\'",
     "&a;", "<i>", "</i>", "\\ensuremath{", "\\textsuperscript{2}", "\\enquote{", "\\vphantom\\{",
     "\\href{", "{é"],
)  # fmt: skip
def test_hostile_nesting_ends(piece: str) -> None:
    text = piece * 20_000
    assert isinstance(to_unicode(text), str)
    assert to_unicode(escape(text)) == text
    assert to_unicode(to_ascii(f"{text} é")) == to_unicode(f"{text} é")


def test_deep_groups_are_read() -> None:
    text = "{" * 100_000 + "é" + "}" * 100_000
    assert to_unicode(text) == to_unicode(to_ascii(text)) == "é"
