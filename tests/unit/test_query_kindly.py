"""Text that is nearly a query: what it is taken for, and what is said about that."""

from __future__ import annotations

import pytest

from papernotes.errors import QueryError
from papernotes.query import parse, parse_kindly, render


@pytest.mark.parametrize(
    ("text", "taken", "says"),
    [
        ('a "b c', 'a "b c"', "quote at column 3"),
        ('title:"b c', 'title:"b c"', "quote at column 7"),
        ('"a" "b', '"a" "b"', "quote at column 5"),
        ('"a\\', '"a"', "quote at column 1"),
        ("(a OR b", "a OR b", "( at column 1 is never closed"),
        ("-(a b", "-(a b)", "( at column 2 is never closed"),
        ("author:(hinton", "author:hinton", "( at column 1 is never closed"),
        ("a) b", "a b", "ignored: ) at column 2"),
        ("a () b", "a b", "ignored: ( at column 3, ) at column 4"),
        ("a OR", "a", "ignored: OR at column 3"),
        ("OR a", "a", "ignored: OR at column 1"),
        ("a OR OR b", "a OR b", "ignored: OR at column"),
        ("(a NOT) b", "a b", "ignored: NOT at column 4"),
        ("a ) ) ) ) )", "a", "ignored: ) at column 3, ) at column 5, ) at column 7, 2 more"),
        ("author: hinton", "author:hinton", "the word behind author:"),
        ('author: "G Hinton" x', 'author:"G Hinton" x', "the word behind author:"),
        ("year: 2017", "year:2017", "the word behind year:"),
        ("https://arxiv.org/abs/1706.03762v5", "1706.03762", "was read as 1706.03762"),
        ("doi.org/10.1000/x", "10.1000/x", "was read as 10.1000/x"),
        ("arXiv:1706.03762v5  [cs.CL]  2 Aug 2023", "arxiv:1706.03762", "[cs.CL] 2 Aug 2023 was"),
        ("1706.03762v5 [cs.CL] x", "1706.03762v5 x", "was read as 1706.03762v5"),
        (
            '@article{vas2017,\n title = {The {BERT}: (OR) Schr{\\"o}dinger}, year={2017}}',
            'The BERT or Schr\\"odinger',
            "the BibTeX entry vas2017 was read as The BERT",
        ),
        ('@misc(k, title = "A \\"b\\" -c", x=1)', 'A \\"b\\" c', "entry k"),
        ("@misc{k1, year = 2017}", "key:k1", "entry k1"),
        ("@misc{k1, title = {unended title", "unended title", "entry k1"),
    ],
)
def test_what_is_nearly_a_query_is_one(text: str, taken: str, says: str) -> None:
    found = parse_kindly(text)
    assert found.node == parse(taken)
    assert len(found.notices) == 1
    assert says in found.notices[0]
    assert parse(render(found.node)) == found.node


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("“smart” „quotes“ «too»", '"smart" "quotes" "too"'),
        ("–not this (−nor that)", "-not this -nor that"),
        ("author：hinton （x OR y）", "author:hinton (x OR y)"),
        ("BERT：x 5 –10 a – b", "BERT：x 5 –10 a b"),
        ("it is", "it is"),
        ("math/0201001* doi.org/10.1000/x~", "math/0201001* doi.org/10.1000/x~"),
        ("to be or not to be", "to be or not to be"),
        ("Vaswani, A., et al. (2017). Attention.", "Vaswani, A., et al. 2017 Attention."),
    ],
)  # fmt: skip
def test_other_keyboards_and_plain_text_need_no_word(text: str, taken: str) -> None:
    assert parse_kindly(text) == (parse(taken), ())
    assert parse(text) == parse(taken)


def test_of_too_many_words_the_longest_are_taken_in_their_order() -> None:
    words = [f"{'x' * (9 + number % 2)}{number:02}" for number in range(50)]
    found = parse_kindly(" ".join((*words, "an", words[0])))
    assert render(found.node).split() == sorted(
        [word for word in words if len(word) == 12]
        + [word for word in words if len(word) == 11][:7],
        key=words.index,
    )
    assert found.notices == ("of 52 words only the 32 longest were looked for",)
    with pytest.raises(QueryError, match="32 words and conditions"):
        parse_kindly(" ".join(f"-{word}" for word in words))


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("AND", 1),
        ("NOT", 1),
        ("()", 1),
        ('"', 1),
        ("- - -", 1),
        ("  (((", 3),
        ("author:", 8),
        ("nofield:x", 1),
        ("x year:2018..2015", 8),
        ("a \ud800", 3),
        ("x" * 1_001, 1_001),
        ("(" * 11 + "a", 11),
        ("*", 1),
        ("?????*", 1),
        ("[a TO zz*y]", 9),
        ("~5", 1),
    ],
)
def test_what_means_nothing_is_still_an_error_with_a_column(text: str, column: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse_kindly(text)
    assert caught.value.column == column
