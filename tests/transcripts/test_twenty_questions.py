"""Questions a person would ask of the sample library; the answer is in the first three hits."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.factories import open_library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papernotes.library import Library

ROOT = Path(__file__).parents[2]
QUESTIONS = [
    ("who introduced batch normalization", "ioffe2015batch"),
    ("why divide by the square root of d in attention?", "vaswani2017attention"),
    ("does adam need bias correction", "adam-bias-correction"),
    ("what is the difference between L2 and weight decay", "kingma2014adam"),
    ("softmax gives nan with a mask", "attention-in-thirty-lines"),
    ("schrodinger", "debortoli2021diffusion"),
    ("word2vec", "mikolov2013efficient"),
    ("the paper by kingma and welling from 2013", "kingma2013auto"),
    ("kingma 2014", "kingma2014adam"),
    ("ELBO", "kingma2013auto"),
    ("what is the reparameterization trick", "kingma2013auto"),
    ("fine-tuning with low rank matrices", "hu2021lora"),
    ("knowledge distilation temperture", "hinton2015distilling"),
    ("https://arxiv.org/abs/1512.03385v1", "he2015deep"),
    ("ResNet50 bottleneck", "he2015deep"),
    ("t-sne", "vandermaaten2008visualizing"),
    ("how many seeds should I run?", "your-baseline-is-undertuned"),
    ("what should i read about generative models", "reading-list-generative-models"),
    ("np.einsum", "attention-in-thirty-lines"),
    ("DDPM loss", "ho2020denoising"),
    ("GPT-3 few shot", "brown2020language"),
    ("text and images from captions on the web", "radford2021learning"),
    ("two networks that play against each other", "goodfellow2014generative"),
    ("translation that looks back at the source", "bahdanau2014neural"),
    ("warmup steps", "vaswani2017attention"),
    ("layer norm vs batch norm", "inbox"),
    ("vaswani 2017", "vaswani2017attention"),
    ("van der Maaten", "vandermaaten2008visualizing"),
    ("beta_2 0.9999", "adam-bias-correction"),
    ("posterior collapse", "kingma2013auto"),
]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root = tmp_path_factory.mktemp("sample") / "library"
    with open_library(root) as library:
        for folder in ("notes", "bib"):
            shutil.copytree(ROOT / folder, root / folder, dirs_exist_ok=True)
        yield library


@pytest.mark.parametrize(("question", "answer"), QUESTIONS)
def test_the_answer_is_in_the_first_three_hits(sample: Library, question: str, answer: str) -> None:
    hits = list(sample.search(question, limit=3))
    assert answer in [hit.ref for hit in hits]
    (found,) = (hit for hit in hits if hit.ref == answer)
    assert found.fragments or "arxiv.org" in question, "it says why"
