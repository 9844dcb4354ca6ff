"""Names, codes and scripts as people write them in notes, and as people type them to find them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories import entry, open_library, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.library import Library

NOTES = {
    "cpp": "Rewritten in C++ for speed.",
    "csharp": "A port to C# exists.",
    "fsharp": "F# has units of measure.",
    "c": "Plain C is enough.",
    "dotnet": "It runs on .NET 8 and ASP.NET.",
    "gpt4": "We ask GPT-4 for labels.",
    "betavae": "A β-VAE disentangles its code.",
    "resnet": "The backbone is a ResNet-50.",
    "threed": "Meshes in 3D from one picture, by 1x1 convolutions.",
    "kmeans": "Cluster with k-means, then an L2 penalty.",
    "word2vec": "Vectors of word2vec.",
    "alphago": "AlphaGo plays Go.",
    "tsne": "A plot made with t-SNE.",
    "obrien": "As O'Brien said.",
    "naive": "A naïve Bayes classifier.",
    "wave": r"The Schr{\"o}dinger equation and M\"uller's proof.",
    "selfsup": "Self-supervised learning without labels.",
    "selfsup2": "Another selfsupervised method.",
    "sota": "This is state-of-the-art on ImageNet.",
    "loss": r"The loss $\mathcal{L}(\theta)$ has a weight $\alpha$.",
    "elbo": r"Maximise the ELBO: the bound holds $\mathrm{KL}(q\|p)$ down.",
    "klplain": "The term KL(q||p) vanishes.",
    "chinese": "我们研究深度学习的方法。",
    "japanese": "機械学習のノート。ニューラルネットワーク",
    "korean": "딥러닝 기초",
    "russian": "Глубокое обучение и Колмогоров",
    "emoji": "Ship it 🚀 today.",
    "tagged": "About #meta-learning and #rl/offline here.",
    "code": "Call `torch_geometric_loader` of the DataLoader, then `model.eval()`.",
    "email": "Send an e-mail to me.",
    "numbers": "Costs 1,000 GPU hours at a rate of 2.5e-4 or 0.001.",
    "node": "A server in node.js.",
    "link": "See https://distill.pub/2016/misread-tsne/ for pictures.",
    "shown": "The repository openai/gym on GitHub.",
    "greek": "Greek words: μέθοδος.",
    "umlaut": "Größe und Straße.",
    "ligature": "An ef\ufb01cient scheme for na\u00efvet\u00e9.",
    "order": "It takes O(n log n) steps, or O(n^2).",
    "quoted": "So-called “emergent” abilities—without proof.",
    "version": "Needs Python 3.11 and CUDA 12.1.",
    "doi": "Also as doi:10.1145/3292500.3330701 somewhere.",
    "arxivnote": "Compare arXiv:1607.06450v1 and hep-th/9711200.",
    "hyphen": "Pre-training and co-training, fine-tuning of LLMs.",
    "plural": "Analyses of GANs and matrices.",
}
ASKED = [
    ("c++", "cpp"), ("C++", "cpp"), ("c#", "csharp"), ("F#", "fsharp"), (".NET", "dotnet"),
    ("asp.net", "dotnet"), ("GPT-4", "gpt4"), ("gpt4", "gpt4"), ("gpt 4", "gpt4"),
    ("β-VAE", "betavae"), ("beta-vae", "betavae"), ("beta vae", "betavae"), ("betavae", "betavae"),
    ("ResNet-50", "resnet"), ("resnet50", "resnet"), ("resnet", "resnet"), ("3D", "threed"),
    ("3d", "threed"), ("1x1", "threed"), ("k-means", "kmeans"), ("kmeans", "kmeans"),
    ("k means", "kmeans"), ("L2", "kmeans"), ("word2vec", "word2vec"), ("alphago", "alphago"),
    ("t-SNE", "tsne"), ("tsne", "tsne"), ("t sne", "tsne"), ("O'Brien", "obrien"),
    ("O’Brien", "obrien"), ("obrien", "obrien"), ("naive", "naive"), ("naïve", "naive"),
    ("schrodinger", "wave"), ("Schrödinger", "wave"), (r"Schr{\"o}dinger", "wave"),
    ("SCHRÖDINGER", "wave"), ("muller", "wave paper2016"), ("Müller", "wave paper2016"),
    ("self-supervised", "selfsup selfsup2"), ("selfsupervised", "selfsup selfsup2"),
    ("self supervised", "selfsup selfsup2"), ("state of the art", "sota"),
    ("state-of-the-art", "sota"), ('"state of the art"', "sota"), ("alpha", "loss"),
    ("α", "loss"), (r"\alpha", "loss"), ("$\\alpha$", "loss"), ("theta", "loss"),
    (r"\mathcal{L}", "loss"), ("elbo", "elbo"), ("ELBO", "elbo"), ("KL(q||p)", "klplain elbo"),
    ("kl", "klplain elbo"), ("深度学习", "chinese"), ("深度", "chinese"),
    ("学", "chinese japanese"),
    ("機械学習", "japanese"), ("ニューラル", "japanese"), ("딥러닝", "korean"),
    ("обучение", "russian"), ("КОЛМОГОРОВ", "russian"), ("🚀", "emoji"),
    ("#meta-learning", "tagged"), ("meta learning", "tagged"), ("tag:rl", "tagged"),
    ("torch_geometric_loader", "code"), ("torch geometric", "code"), ("DataLoader", "code"),
    ("dataloader", "code"), ("model.eval()", "code"), ("e-mail", "email"), ("email", "email"),
    ("1,000", "numbers"), ("1000", "numbers"), ("2.5e-4", "numbers"), ("0.001", "numbers"),
    ("node.js", "node"), ("nodejs", "node"), ("openai/gym", "shown"), ("μέθοδος", "greek"),
    ("strasse", "umlaut"), ("Straße", "umlaut"), ("grosse", "umlaut"), ("efficient", "ligature"),
    ("naivete", "ligature"), ("O(n log n)", "order"), ("“emergent”", "quoted"),
    ("emergent abilities", "quoted"), ("python 3.11", "version"), ("3.11", "version"),
    ("10.1145/3292500.3330701", "doi"), ("https://doi.org/10.1145/3292500.3330701", "doi"),
    ("1607.06450", "arxivnote paper2016"), ("arXiv:1607.06450v2", "paper2016"),
    ("https://arxiv.org/pdf/1607.06450v1.pdf", "arxivnote paper2016"),
    ("hep-th/9711200", "arxivnote"), ("hep-th/9711200v3", "arxivnote"), ("pretraining", "hyphen"),
    ("pre-training", "hyphen"), ("finetuning", "hyphen"), ("LLM", "hyphen"), ("gan", "plural"),
    ("matrix", "plural"), ("analysis", "plural"), ("brown", "paper2016"),
    ("müller brown", "paper2016"),
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root = tmp_path_factory.mktemp("findable") / "library"
    with open_library(root) as library:
        for name, body in NOTES.items():
            write(root, f"notes/{name}.md", f'---\ntitle: "{name.title()}x"\n---\n{body}\n')
        author = r"M{\"u}ller, J{\'e}r{\^o}me and Brown, A. N."
        fields = {"eprint": "1607.06450", "archivePrefix": "arXiv", "year": "2016"}
        write(root, "bib/paper2016.bib", entry("paper2016", "A Title", author, **fields))
        yield library


@pytest.mark.parametrize(("query", "expected"), ASKED)
def test_what_a_person_types_finds_what_a_person_wrote(
    library: Library, query: str, expected: str
) -> None:
    hits = library.search(query, limit=0)
    assert not hits.suggestion
    assert {hit.ref for hit in hits} >= set(expected.split())
    assert {hit.ref for hit in list(hits)[: len(expected.split())]} == set(expected.split())
