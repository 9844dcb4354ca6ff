"""Questions of people who look for one paper they know, made from the papers by fixed seeds.

Words are cut here by plain rules of their own, so that no engine's analysis is at an advantage.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from papernotes.models import Paper

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PLAIN_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_COMMON = frozenset({
    "a", "an", "and", "are", "as", "at", "based", "be", "by", "can", "do", "does", "for",
    "from", "has", "have", "how", "in", "into", "is", "it", "its", "new", "not", "of", "on",
    "or", "our", "over", "that", "the", "their", "this", "to", "toward", "towards", "under",
    "using", "via", "was", "we", "were", "what", "when", "where", "which", "who", "why",
    "will", "with", "without",
})  # fmt: skip
_TELLING = 0.02  # of all abstracts have a telling word at most


@dataclass(frozen=True, slots=True)
class Question:
    """Words as typed, and the citation key of the paper they are after."""

    kind: str
    text: str
    wanted: str


class Asker:
    """Makes questions about papers; ``rng`` decides all that is left to chance."""

    def __init__(self, papers: Sequence[Paper], rng: random.Random) -> None:
        self._rng = rng
        counts = Counter(
            word for paper in papers for word in set(_WORD.findall(paper.abstract.lower()))
        )
        most = _TELLING * len(papers)
        self._telling = {word for word, count in counts.items() if 1 < count <= most}

    def ask(self, kind: str, paper: Paper) -> str:
        """Return a question of a kind, or nothing where the paper gives none."""
        return KINDS[kind](self, paper)

    def title_words(self, paper: Paper) -> str:
        """Two to four telling words of the title; one time in three in another order."""
        words = _content(paper.title)
        if len(words) < 2:
            return ""
        chosen = sorted(self._rng.sample(range(len(words)), min(len(words), self._some(2, 4))))
        if self._rng.random() < 1 / 3:
            self._rng.shuffle(chosen)
        return " ".join(words[at] for at in chosen)

    def whole_title(self, paper: Paper) -> str:
        """The title as it stands."""
        return paper.title

    def phrase(self, paper: Paper) -> str:
        """Three to five words of the title in a row, in quotes."""
        words = _PLAIN_WORD.findall(paper.title)
        length = self._some(3, 5)
        if len(words) < length or "$" in paper.title or "\\" in paper.title:
            return ""
        start = self._rng.randrange(len(words) - length + 1)
        found = paper.title[self._place(paper.title, start) : self._end(paper.title, start, length)]
        return f'"{found}"' if not set('"“”') & set(found) else ""

    def abstract_words(self, paper: Paper) -> str:
        """Three to five words of the abstract that few other abstracts have."""
        words = dict.fromkeys(_WORD.findall(_without_tex(paper.abstract).lower()))
        telling = [word for word in words if len(word) > 3 and word in self._telling]
        count = self._some(3, 5)
        return " ".join(self._rng.sample(telling, count)) if len(telling) >= count else ""

    def author_and_year(self, paper: Paper) -> str:
        """The first author's family name and the year."""
        return f"{_family(paper)} {paper.year}" if _family(paper) else ""

    def author_and_word(self, paper: Paper) -> str:
        """The first author's family name and a word of the title."""
        words = _content(paper.title)
        return f"{_family(paper)} {self._rng.choice(words)}" if words and _family(paper) else ""

    def one_slip(self, paper: Paper) -> str:
        """Words of the title, one of them mistyped behind its first letter."""
        return self._slipped(paper, 1)

    def two_slips(self, paper: Paper) -> str:
        """Words of the title, two of them mistyped, or one twice."""
        return self._slipped(paper, 2)

    def first_letter(self, paper: Paper) -> str:
        """Words of the title, one of them mistyped in its first letter."""
        return self._slipped(paper, 1, is_first=True)

    def author_slip(self, paper: Paper) -> str:
        """The first author's name mistyped, and a word of the title."""
        family, words = _family(paper), _content(paper.title)
        if len(family) < 5 or not words:
            return ""
        return f"{self._slip(family.lower())} {self._rng.choice(words)}"

    def hyphens(self, paper: Paper) -> str:
        """A compound of the title written in another way, beside another word of it."""
        words = _content(paper.title)
        compounds = [word for word in words if re.fullmatch(r"[^\W\d_]{2,}-[^\W\d_]{2,}", word)]
        if compounds:
            found = self._rng.choice(compounds)
            written = found.replace("-", self._rng.choice(["", " "]))
        else:
            pairs = re.findall(r"(?=(?<![\w-])([^\W\d_]{4,}) ([^\W\d_]{4,})(?![\w-]))", paper.title)
            pairs = [pair for pair in pairs if not _COMMON & set(" ".join(pair).lower().split())]
            if not pairs or self._rng.random() < 2 / 3:
                return ""
            found = " ".join(self._rng.choice(pairs))
            written = found.replace(" ", "-")
        others = [word for word in words if word not in re.split("[ -]", found.lower())]
        return f"{written} {self._rng.choice(others)}" if others else ""

    def accents(self, paper: Paper) -> str:
        """A name with accents written without them, and a word of the title."""
        names = [each.family for each in paper.authors if each.family != _bare(each.family)]
        words = _content(paper.title)
        names = [name for name in names if _bare(name).isascii()]
        if not names or not words:
            return ""
        return f"{_bare(self._rng.choice(names))} {self._rng.choice(words)}"

    def inflected(self, paper: Paper) -> str:
        """Words of the title, one of them in another form."""
        words = self.title_words(paper).lower().split()
        forms = {at: form for at, word in enumerate(words) if (form := self._inflect(word))}
        if not forms:
            return ""
        at = self._rng.choice(sorted(forms))
        return " ".join([*words[:at], forms[at], *words[at + 1 :]])

    def _some(self, least: int, most: int) -> int:
        return self._rng.randint(least, most)

    def _place(self, text: str, number: int) -> int:
        return [match.start() for match in _PLAIN_WORD.finditer(text)][number]

    def _end(self, text: str, start: int, length: int) -> int:
        return [match.end() for match in _PLAIN_WORD.finditer(text)][start + length - 1]

    def _slipped(self, paper: Paper, slips: int, *, is_first: bool = False) -> str:
        words = self.title_words(paper).lower().split()
        long = [at for at, word in enumerate(words) if len(word) > 4 and word.isalpha()]
        if not long:
            return ""
        for at in self._rng.choices(long, k=slips):
            words[at] = self._slip(words[at], is_first=is_first)
        return " ".join(words)

    def _slip(self, word: str, *, is_first: bool = False) -> str:
        """Return a word with a letter changed, swapped with the next, dropped or doubled."""
        while True:
            at = 0 if is_first else self._some(1, len(word) - 1)
            how = self._rng.choice(["change", "swap", "drop", "double"])
            other = self._rng.choice(_LETTERS)
            mistyped = {
                "change": word[:at] + other + word[at + 1 :],
                "swap": word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
                "drop": word[:at] + word[at + 1 :],
                "double": word[:at] + word[at] + word[at:],
            }[how]
            if mistyped != word:
                return mistyped

    def _inflect(self, word: str) -> str:
        """Return another form of an English word, or nothing."""
        if len(word) < 5 or not word.isalpha() or not word.isascii():
            return ""
        if word.endswith("ies"):
            return word[:-3] + "y"
        if word.endswith("y") and word[-2] not in "aeiou":
            return word[:-1] + "ies"
        if word.endswith("s") and not word.endswith(("ss", "us", "is", "ics")):
            return word[:-1]
        if word.endswith("ing") and len(word) > 6:
            return word[:-3] + "ed"
        if word.endswith(("al", "ed", "ic", "ive", "ous", "ly", "s", "ism")):
            return ""
        return word + ("es" if word.endswith(("ch", "sh", "x", "z")) else "s")


KINDS: dict[str, Callable[[Asker, Paper], str]] = {
    "2–4 words of the title": Asker.title_words,
    "the whole title": Asker.whole_title,
    "a phrase of the title": Asker.phrase,
    "3–5 words of the abstract": Asker.abstract_words,
    "first author and year": Asker.author_and_year,
    "author and a title word": Asker.author_and_word,
    "compounds written otherwise": Asker.hyphens,
    "accents left out": Asker.accents,
    "other forms of words": Asker.inflected,
    "one slip": Asker.one_slip,
    "two slips": Asker.two_slips,
    "a wrong first letter": Asker.first_letter,
    "a slip in the author": Asker.author_slip,
}
MISSPELT = ("one slip", "two slips", "a wrong first letter", "a slip in the author")


def make_questions(papers: Sequence[Paper], each: int, *, is_tuning: bool) -> list[Question]:
    """Return so many questions of each kind, about one half of the papers or the other.

    Ranking was tuned on one half; what is reported is asked about the other.
    """
    asker = Asker(papers, random.Random("tuning" if is_tuning else "report"))
    shuffled = list(papers)
    random.Random("halves").shuffle(shuffled)
    half = shuffled[: len(papers) // 2] if is_tuning else shuffled[len(papers) // 2 :]
    questions = []
    for number, kind in enumerate(KINDS):
        order = half[:]
        random.Random(number).shuffle(order)
        asked = ((asker.ask(kind, paper), paper.citekey) for paper in order)
        found = (Question(kind, text, citekey) for text, citekey in asked if text)
        questions += [question for question, _ in zip(found, range(each), strict=False)]
    return questions


def _content(title: str) -> list[str]:
    """Return the words of a title that say something, in lower case."""
    words = dict.fromkeys(word.lower() for word in _WORD.findall(_without_tex(title)))
    return [word for word in words if len(word) > 2 and word not in _COMMON]


def _family(paper: Paper) -> str:
    return paper.authors[0].family if paper.authors else ""


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.translate(str.maketrans("øłØŁ", "olOL")))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _without_tex(text: str) -> str:
    """Return a text without math, and without words that hold a LaTeX accent."""
    return re.sub(r"\$[^$]*\$|\S*[\\^{}]\S*", " ", text)
