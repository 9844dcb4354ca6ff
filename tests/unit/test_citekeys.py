from __future__ import annotations

import json
import lzma
import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from papernotes import bib
from papernotes.citekeys import (
    DEFAULT_TEMPLATE,
    FILTERS,
    PARTS,
    compose,
    make_citekey,
    parse_template,
    signature,
)
from papernotes.config import SETTINGS
from papernotes.errors import ConfigError
from papernotes.models import Author, Paper
from papernotes.names import OTHERS, split_name

ROOT = Path(__file__).parents[2]
RECORDS = ROOT.parent / "shared" / "corpora" / "arxiv_records.jsonl.xz"
LEGAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:.+-]*")


def paper(title: str, *authors: Author, year: int | None = 2017) -> Paper:
    published = datetime(year, 6, 12, tzinfo=UTC) if year else None
    return Paper("", title, authors, published=published)


ATTENTION = replace(
    paper(
        "Attention Is All You Need",
        *map(split_name, ["Ashish Vaswani", "Noam M. Shazeer", "Niki Parmar", "Jakob Uszkoreit"]),
        split_name("Llion Jones"),
    ),
    entry_type="inproceedings",
    arxiv_id="1706.03762",
    categories=("cs.CL", "cs.LG"),
    doi="10.1000/X.1",
    extra=(
        ("booktitle", "Adv. {N}eural Inf. Process. Syst."),
        ("volume", "30"),
        ("pages", "5998--6008"),
        ("editor", "Guyon, Isabelle and von Luxburg, Ulrike"),
    ),
)


def key(title: str, *authors: Author, year: int | None = 2017) -> str:
    return make_citekey(paper(title, *authors, year=year), is_taken=lambda _: False)


@pytest.mark.parametrize(
    ("expected", "title", "author"),
    [
        ("vaswani2017attention", "Attention Is All You Need", Author("Vaswani")),
        ("vandermaaten2017visualizing", "Visualizing Data", Author("Maaten", "L.", "van der")),
        ("nguyen20170", "0", Author("Nguyen")),
        ("mullerorsted2017vae", "$\\beta$-VAE", Author("Müller-Ørsted")),
        ("weiss2017big", "The \\emph{Big} Picture", Author("Weiß")),
        ("godel2017newtons", "Newton's laws", Author('G{\\"o}del')),
        ("lukasiewicz2017etude", "{\\'E}tude", Author("Łukasiewicz")),
        ("obrien2017x", "$x$", Author("O'Brien")),
        ("king2017x", "X", Author("King", "Martin Luther", suffix="Jr.")),
        ("atlas2017the", "The", Author("The ATLAS Collaboration", is_literal=True)),
        ("anon2017x", "X", OTHERS),
    ],
)
def test_citation_keys(expected: str, title: str, author: Author) -> None:
    assert key(title, author) == expected


@pytest.mark.parametrize(
    ("expected", "title", "author"),
    [
        ("tao2017shendu", "深度学习的数学", Author("陶", "哲轩")),
        ("taozhexuan2017shui", "水", Author("陶哲轩")),
        ("ivanov2017skhodimosti", "О сходимости рядов", Author("Иванов", "Пётр")),
        ("papadopoylos2017theoria", "Η θεωρία", Author("Παπαδόπουλος")),
        ("mhmd2017ltlm", "التعلم العميق", Author("محمد", "علي")),
        ("gim2017gigye", "기계 학습", Author("김", "민준")),
        ("gupta2017hindi", "हिन्दी भाषा", Author("गुप्ता")),
        ("li2017bert", "BERT: 深度", Author("Li")),
        ("li2017vae", "β-VAE", Author("Li")),  # one Greek letter is a symbol
        ("li2017cdm", "ΛCDM", Author("Li")),
    ],
)
def test_other_scripts_are_written_in_latin_letters(
    expected: str, title: str, author: Author
) -> None:
    assert key(title, author) == expected


def test_citation_keys_without_author_or_year() -> None:
    assert key("Attention", year=None) == "anonndattention"
    assert key("", year=None) == "anonnd"
    assert compose(paper("", year=None), "auth + year + title") == "anon"


def test_a_clash_counts_with_letters() -> None:
    taken: set[str] = set()
    for _ in range(30):
        taken.add(make_citekey(paper("X ray", Author("Ada")), is_taken=taken.__contains__))
    assert {"ada2017x", "ada2017xa", "ada2017xz", "ada2017xaa", "ada2017xac"} <= taken
    assert len(taken) == 30


def test_thousands_of_equal_keys_cost_a_few_questions_each() -> None:
    taken: set[str] = set()
    asked = 0

    def is_taken(one: str) -> bool:
        nonlocal asked
        asked += 1
        return one in taken

    for _ in range(3000):
        taken.add(make_citekey(paper("X"), template="{year}", is_taken=is_taken))
    assert len(taken) == 3000
    assert "2017dki" in taken  # the 2,999th
    assert asked < 3000 * 60


def test_the_default_is_the_setting_s() -> None:
    (setting,) = [one for one in SETTINGS if one.name == "citekey.template"]
    assert setting.default == DEFAULT_TEMPLATE


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{auth.capitalize}{year}", "Vaswani2017"),
        ("{auth.lower}{year}{shorttitle(2)}-{journal.abbr}", "vaswani2017attentionall-anips"),
        ("{year}:{auth}_Ü {shorttitle(1,1)}", "2017:vaswani_uAttention"),
        ("{category}-{arxiv}", "cs.cl-1706.03762"),
        ("{volume}-{firstpage}-{lastpage}", "30-5998-6008"),
        ("{doi.replace('/', '-')}", "10.1000-x.1"),
        ("{title.max(8)}", "attentio"),
        ("{auth(m=2)}{auth(m=9)}{year}", "shazeer2017"),
        ("{series|auth}{year}", "vaswani2017"),
        ("{auth.match('smith')|shorttitle}", "attention"),
        ("{editor}{year}", "guyon2017"),
        ("{month}{date('%d')}", "jun12"),
        ("auth.lower + shorttitle(3,3) + year", "vaswaniAttentionAllYou2017"),
        ("auth.lower + shortTitle3_3 + year", "vaswaniAttentionAllYou2017"),
        ("authEtal2.fold + '-' + year", "Vaswani.etal-2017"),
        ("authEtal2.lower.postfix(_) + year", "vaswani.etal_2017"),
        ("authEtAl + year", "VaswaniEtAl2017"),
        ("authorsn(2) + year", "VaswaniShazeerEtAl2017"),
        ("authors(n=2, etal='EtAl', sep='-') + date('%Y%m')", "Vaswani-Shazeer-EtAl201706"),
        ("authors(3, name='%(f).1s%(i)s')", "VASNPN"),
        ("authorsAlpha + shortyear", "VSP+17"),
        ("authIni(2) + authorIni", "Va.Sh.Pa.Us.JoVaswa.S.P.U.J"),
        ("authAuthEa + authshort", "Vaswani.Shazeer.eaV.S.P+"),
        ("authorLast + authForeIni + authorLastForeIni", "JonesAL"),
        ("auth(3) + auth(0, 2, 'author', true)", "VasShazeerNM"),
        ("auth(creator=editor) + '+' + authorLast('editor')", "Guyon+vonLuxburg"),
        ("Title.skipwords.select(1,3).condense('_').lower", "attention_all_you"),
        ("title.select(-1) + title.substring(1, 3)", "NeedAtt"),
        ("title.select(n = 1).lower.skipwords + veryshorttitle.upper", "attentionATTENTION"),
        ("journal(abbrev=auto).abbr + PublicationTitle.nopunct.abbr(2)", "ANIPSAdNeInPrSy"),
        ("type + '.' + type('conferencePaper') + year", "inproceedings.2017"),
        ("type('book') + title | auth + year", "Vaswani2017"),
        ("type(book, thesis) + title; auth + '_' + shortyear;", "Vaswani_17"),
        ("authors(max=2) + year | auth + '+'", "Vaswani+"),
        ("auth.len('>', 20) + year || series | shortyear", "17"),
        ("extra('ADS Bibcode') | auth.lower + year + shorttitle(1,0)", "vaswani2017Attention"),
        ("(series || auth).lower + (year.numeric)", "vaswani2017"),
        ("series.default('s') + series.prefix('x') + auth.nopunctordash.alphanum", "sVaswani"),
        ("'a\\'b' + \"c\\\"d\"", "abcd"),
        ("[auth:lower][year]", "vaswani2017"),
        ("[auth:lower]_[year][shorttitle3_3]", "vaswani_2017AttentionAllYou"),
        ("[authors2][year]", "VaswaniShazeerEtAl2017"),
        ("[authors2_1+-][year]", "V-S-EtAl2017"),
        ("[auth.etal]-[authEtal2]-[auth3_2]", "Vaswani.etal-Vaswani.etal-Sha"),
        ("[auth+initials][edtr]", "VaswaniAGuyon"),
        ("[Title:lower:select=1,3:condense,_]", "attention_is_all"),
        ("[series][>0][year]|[auth:lower:abbr]", "v"),
        ("[=book/thesis][title]|[=inproceedings]in:[year]", "in:2017"),
        ("[series:(none)][year]", "none2017"),
        ("x[auth]", "xVaswani"),
        ("[][auth][ ]", "Vaswani"),
    ],
)
def test_templates(template: str, expected: str) -> None:
    assert compose(ATTENTION, template) == expected


def test_two_authors_and_others() -> None:
    two = paper("X", Author("Ho"), Author("Abbeel"))
    assert compose(two, "authEtAl + authEtal2") == "HoAbbeelHo.Abbeel"
    assert compose(two, "authorsAlpha + authshort") == "HAH.A"
    open_ended = paper("X", Author("Ho"), OTHERS)
    assert compose(open_ended, "authEtAl + authorsn(1) + authorLast") == "HoEtAlHoEtAlHo"


def test_editors_stand_in_for_authors() -> None:
    edited = replace(ATTENTION, authors=())
    assert compose(edited, DEFAULT_TEMPLATE) == "guyon2017attention"
    assert compose(edited, "auth(creator='author') + year") == "2017"


def test_a_name_keeps_its_case_in_a_formula() -> None:
    mixed = paper("BERT and GPT-2: a Study of the {T}ransformer", Author("de la McAdam-Ünal"))
    assert compose(mixed, "auth + shorttitle(4)") == "delaMcAdam-UnalBERTGPT2StudyTransformer"
    assert compose(mixed, "{auth}{shorttitle(4)}") == "delamcadamunalbertgpt2study"
    assert compose(mixed, "{auth.capitalize}") == "DeLaMcAdamUnal"


@pytest.mark.parametrize(
    ("template", "column", "said"),
    [
        ("{auth}{yaer}", 8, "did you mean year?"),
        ("{auth.lowr}", 7, "did you mean lower?"),
        ("auth + yaer", 8, "did you mean year?"),
        ("auth + blah", 8, "shorttitle"),
        ("[auth][yaer]", 8, "did you mean year?"),
        ("[auth:lowr]", 2, "did you mean lower?"),
        ("{auth", 1, "never closed"),
        ("auth}", 5, "'}'"),
        ("{auth}|{title}", 7, "{auth|title}"),
        ("{}", 2, "it ends"),
        ("auth +", 7, "it ends"),
        ("auth year", 6, "the end"),
        ("auth + 3", 8, "not '3'"),
        ("auth.", 6, "a filter"),
        ("auth.replace(/x/, 'y')", 14, "regular expressions"),
        ("auth.replace('x')", 6, "needs replace"),
        ("auth.select(1,2,3)", 17, "no more than 2"),
        ("auth(x)", 6, "is a number"),
        ("auth(initials=1)", 15, "true or false"),
        ("auth(size=1)", 11, "no 'size'"),
        ("Volume(1)", 1, "takes no values"),
        ("'auth", 1, "never closed"),
        ("auth & year", 6, "'&'"),
        ("(((auth", 2, "not '('"),
        ("(auth", 6, "')'"),
        ("[auth", 1, "other half"),
        ("[auth][0]", 8, "letters"),
        ("   ", 1, "{auth}{year}{shorttitle}"),
        ("{year}" * 20_000, 1001, "longer"),
        ("(" * 100_000, 1001, "longer"),
    ],
)
def test_what_is_no_template_and_where(template: str, column: int, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_template(template)
    assert f"column {column}: " in str(caught.value)
    assert said in f"{caught.value} {caught.value.hint}"
    assert "docs/citekeys.md" in caught.value.hint
    assert len(str(caught.value)) < 200


def test_every_part_and_filter_can_be_written() -> None:
    for name in PARTS:
        values = "('volume')" if name == "field" else ""
        parse_template(f"{{{name}{values}}}")
        parse_template(name + values)
    needed = {"max": "(3)", "replace": "('a', 'b')", "len": ""}
    for name, function in FILTERS.items():
        is_bare = "(" not in signature(name, function) or "=" in signature(name, function)
        values = needed.get(name, "" if is_bare else "('x')")
        assert parse_template(f"title.{name}{values}") != parse_template("title")
    assert signature("select", FILTERS["select"]) == "select(start=1, n)"


@pytest.mark.parametrize(
    "template",
    [
        DEFAULT_TEMPLATE,
        "authors + title + journal",
        "authorLast + " + " + ".join(["title"] * 120),
        "title" + ".replace('a', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')" * 18,
        "[authorsn][Title]",
    ],
)
def test_hostile_metadata_gives_a_legal_key(template: str) -> None:
    for filling in (
        "a " * 500_000,
        "{" * 1_000_000,
        "\\'" * 500_000,
        "水β" * 500_000,
        "$" * 99_999,
    ):
        huge = Paper(
            "",
            filling,
            (Author(filling), *[Author("Li", "王")] * 5000, Author("Zoë")),
            year=10**9,
            journal_ref=filling,
        )
        made = compose(huge, template)
        assert LEGAL.fullmatch(made)
        assert len(made) <= 120


def test_the_sample_library_has_the_keys_of_today() -> None:
    files = sorted((ROOT / "bib").glob("*.bib"))
    assert files
    for path in files:
        papers, _ = bib.parse(path.read_text("utf-8"), path.name)
        for one in papers:
            assert one.citekey.startswith(compose(one, DEFAULT_TEMPLATE)), path.name


@pytest.mark.skipif(not RECORDS.exists(), reason="the corpora are not beside us")
def test_real_records_get_legal_keys_of_their_own() -> None:
    taken: set[str] = set()
    clashes = nameless = 0
    with lzma.open(RECORDS, "rt", encoding="utf-8") as lines:
        for line in islice(lines, 5000):
            record = json.loads(line)
            year = int(record["published"][:4])
            authors = tuple(map(split_name, record["authors"]))
            one = Paper("", record["title"], authors, year=year)
            made = make_citekey(one, is_taken=taken.__contains__)
            assert re.fullmatch(r"[a-z0-9][a-z0-9_:.+-]*", made)
            clashes += made != compose(one, DEFAULT_TEMPLATE)
            nameless += made.startswith("anon")
            taken.add(made)
    assert len(taken) == 5000
    assert clashes < 100
    assert nameless == 0
