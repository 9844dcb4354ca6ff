"""TeX in arXiv's metadata → plain Unicode."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from papernotes.arxiv.tex import decode_metadata

GOLDEN = Path(__file__).parents[3] / "shared/corpora/golden/arxiv_parse_and_bibtex.jsonl"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"Sch\"utz, \'{e}t\'e, {\'e}, {\'{\i}}, \'{\^a}", "Schütz, été, é, í, ấ"),
        (r"\v{s} \v s \c{c}\~ao \H{o} Erd\H os \k{a} \.Z", "š š ção ő Erdős ą Ż"),
        (r"{\o} \o{}re S\o rensen \ss \L \ae \aa \OE", "ø øre Sørensen ß Ł æ å Œ"),
        (r"G\" odel, It\^ o, Cr{\' e}mer", "Gödel, Itô, Crémer"),
        (r"360{\deg}, PI{\lambda}D{\mu}, \alpha >= 1, \Omega", "360°, PIλDμ, α >= 1, Ω"),
        (r"\c{opyright} 2019, 3\b{eta}, \r{ho}-x", "© 2019, 3β, ρ-x"),
        (r"A_{\eta}, \hat{\eta}, \hat{g}, \frac{a}{b}", r"A_{η}, \hat{η}, \hat{g}, \frac{a}{b}"),
        (r"\emph{a \textbf{b $x_{1}$}} {\it \`a la} \texttt{x\_y}", "a b $x_{1}$ à la x_y"),
        (r"$\"u$ $\emph{x}$ $$\alpha$$ $^{\rm TM}$", r"$\"u$ $\emph{x}$ $$\alpha$$ $^{\rm TM}$"),
        (r"5\% of R\&D, a\_b, C\#, et al.\ x", "5% of R&D, a_b, C#, et al. x"),
        (r"\$5 and \$6", "$5 and $6"),
        (r"\$5 and $x$", r"\$5 and $x$"),
        (r"i\.e\. x/\~user \\ss \cite{a} \'s \qquad", r"i\.e\. x/~user \\ss \cite{a} ś \qquad"),
        ("a -- b --- ``c'' {GPU}~x", "a -- b --- ``c'' {GPU}~x"),
        ("\\", "\\"),
        (r"\"", r"\""),
    ],
)
def test_what_is_decoded_and_what_stays(written: str, text: str) -> None:
    assert decode_metadata(written) == text


def test_titles_as_arxiv_itself_shows_them() -> None:
    """Outside math, and but for spaces, which arXiv eats behind commands."""
    if not GOLDEN.exists():
        pytest.skip("arXiv's own reading of its titles is not on this machine")
    rows = [json.loads(line) for line in GOLDEN.read_text("utf-8").splitlines()]
    assert len(rows) == 373
    for row in rows:
        ours, theirs = (
            re.sub(r"\$[^$]*\$|\s", "", text)
            for text in (decode_metadata(row["title"]), row["title_utf8"])
        )
        assert ours == theirs, row["arxiv_id"]


@pytest.mark.parametrize(
    "piece", [r"\emph{", r"{\it ", "$", r"\$", r"\emph{$", r"\'{", "{\\", r"\v{", r"\c{ab}", "{$"]
)
def test_hostile_nesting_ends(piece: str) -> None:
    assert isinstance(decode_metadata(piece * 20_000), str)
