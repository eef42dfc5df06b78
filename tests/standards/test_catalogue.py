"""Which edition rules a mask of a given day, and files that contradict themselves."""

from datetime import date

import pytest
from pydantic import ValidationError

from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.standards.catalogue import Catalogue, catalogue, choose_edition, edition_in_force, read_edition
from maskqms.standards.editions import Provenance, When

SMALL = """
standard = "X 1"
edition = "X 1-2020"
title = { zh = "某", en = "some" }
effective_from = 2020-01-01
dates = { provenance = "verified", sources = ["page"] }
grades = [{ code = "single", name = { zh = "一", en = "one" } }]
variants = [{ code = "valve", name = { zh = "阀", en = "valve" } }]
sources = { page = "a page" }
[[tests]]
code = "BFE"
name = { zh = "效率", en = "efficiency" }
kind = "variable"
comparator = ">="
limit = "95"
when = ["release"]
provenance = "verified"
sources = ["page"]
"""


@pytest.mark.parametrize(
    ("standard", "day", "edition"),
    [
        ("YY 0469", date(2013, 6, 1), "YY 0469-2011"),
        ("YY 0469", date(2026, 11, 30), "YY 0469-2011"),
        ("YY 0469", date(2026, 12, 1), "YY 0469-2023"),
        ("yy0469", date(2026, 12, 1), "YY 0469-2023"),
        ("GB 19083", date(2025, 11, 30), "GB 19083-2010"),
        ("GB 19083", date(2025, 12, 1), "GB 19083-2023"),
        ("YY/T 0969", date(2025, 11, 30), "YY/T 0969-2013"),
        ("YY/T 0969", date(2026, 11, 21), "YY/T 0969-2023"),
        ("GB 2626", date(2020, 7, 1), "GB 2626-2019"),
        ("GB/T 32610", date(2026, 11, 21), "GB/T 32610-2016"),
        ("GB/T 38880", date(2020, 5, 6), "GB/T 38880-2020"),
    ],
)
def test_the_production_date_chooses_the_edition(standard: str, day: date, edition: str) -> None:
    assert edition_in_force(standard, day).edition == edition
    assert choose_edition(standard, day).edition == edition


@pytest.mark.parametrize("standard", ["EN 14683", "EN 149", "ASTM F2100"])
def test_an_edition_without_a_known_day_is_never_chosen_by_date(standard: str) -> None:
    with pytest.raises(Refused, match="No effective day is known") as refused:
        choose_edition(standard, date(2026, 11, 21))
    assert refused.value.reasons[0].code == "standard.undated"


@pytest.mark.parametrize(
    "name",
    ["EN 14683:2019+AC:2019", "EN 14683:2019", "en 14683-2019", "EN 149:2001+A1:2009", "ASTM F2100-21", "42 CFR 84"],
)
def test_a_full_name_chooses_whatever_the_date(name: str) -> None:
    assert choose_edition(name, date(1999, 1, 1)) is choose_edition(name)


def test_before_its_first_edition_a_standard_has_none() -> None:
    with pytest.raises(Refused, match="No known edition of YY 0469 was in force on 2013-05-31"):
        edition_in_force("YY 0469", date(2013, 5, 31))


def test_a_standard_without_a_date_is_not_enough() -> None:
    with pytest.raises(Refused, match="YY 0469-2011, YY 0469-2023"):
        choose_edition("YY 0469")


def test_an_unknown_standard_is_refused_naming_the_known_ones() -> None:
    for choose, name in ((choose_edition, "GB 1"), (catalogue().edition, "YY 0469"), (choose_edition, "")):
        with pytest.raises(Refused, match=r"known are .*GB 19083.*YY/T 0969"):
            choose(name)
    assert catalogue().edition("YY 0469-2011").edition == "YY 0469-2011"


def test_every_edition_of_the_sheet_is_there() -> None:
    assert [e.edition for e in catalogue().editions] == [
        "42 CFR Part 84", "ASTM F2100-19", "ASTM F2100-21", "ASTM F2100-23", "EN 14683:2019+AC:2019", "EN 14683:2025",
        "EN 149:2001+A1:2009", "GB 19083-2010", "GB 19083-2023", "GB 2626-2019", "GB/T 32610-2016", "GB/T 38880-2020",
        "YY 0469-2011", "YY 0469-2023", "YY/T 0969-2013", "YY/T 0969-2023",
    ]  # fmt: skip


def test_every_fact_says_in_words_where_it_comes_from() -> None:
    for edition in catalogue().editions:
        for text in edition.sources.values():
            assert len(text) > 15
        assert set(edition.sources) == {s for item in edition.tests for s in item.sources} | set(edition.dates.sources)


def test_words_follow_the_language_of_the_reader() -> None:
    title = choose_edition("YY 0469-2011").title
    assert str(title) == "Surgical masks"
    with in_locale("zh"):
        assert str(title) == "医用外科口罩"
    assert all(str(p.label) for p in Provenance)
    assert all(str(w.label) for w in When)


def test_a_small_file_is_an_edition() -> None:
    edition = read_edition(SMALL)
    assert edition.complete
    assert not edition.in_force_on(date(2019, 12, 31))
    assert edition.in_force_on(date(2099, 1, 1))
    assert edition.as_json()["effective_from"] == "2020-01-01"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('limit = "95"', "", "one of `limit` and `limits`"),
        ('limit = "95"', 'limit = "95"\nlimits = { single = "95" }', "one of `limit` and `limits`"),
        ('limit = "95"', 'limits = { two = "95" }', "BFE: grade two is not declared"),
        ('limit = "95"', 'limit = ""', "empty if and only if"),
        ('provenance = "verified"\nsources = ["page"]\n', 'provenance = "not found"\nsources = ["page"]\n', "empty if"),
        (
            'provenance = "verified"\nsources = ["page"]\n',
            'provenance = "entered"\nsources = ["page"]\n',
            "a file holds",
        ),
        ('comparator = ">="', "", "needs a comparator"),
        ('limit = "95"', 'limit = "<= 95"', "points the other way"),
        ('limit = "95"', 'limit = "pass"', "is not a limit"),
        (
            'kind = "variable"\ncomparator = ">="\nlimit = "95"',
            'kind = "attribute"\nlimit = "pass"\nrule = "mean"',
            "no mean",
        ),
        ('when = ["release"]', "when = []", "at least 1 item"),
        ('when = ["release"]', 'when = ["release"]\nonly = ["sterile"]', "variant sterile is not declared"),
        ('when = ["release"]', 'when = ["release"]\nrule = "most"', "is no rule"),
        ('when = ["release"]', 'when = ["release"]\nrule = "4 of 3"', "is no rule"),
        ('when = ["release"]', 'when = ["release"]\nrule = "AQL 3"', "is no rule"),
        ('when = ["release"]', 'when = ["release"]\nrule = "2 of 3"\nspecimens = 2', "needs 3 specimens"),
        ('when = ["release"]', 'when = ["release"]\nwhenever = 1', "Extra inputs"),
        ('sources = ["page"]\n', 'sources = ["S8"]\n', "source S8 is not declared"),
        (
            "effective_from = 2020-01-01",
            "effective_from = 2020-01-02\neffective_to = 2020-01-01",
            "ends before it begins",
        ),
        ("effective_from = 2020-01-01", "effective_to = 2020-01-01", "ends before it begins"),
        (
            '{ code = "single"',
            '{ code = "single", name = { zh = "一", en = "one" } }, { code = "single"',
            "stands twice",
        ),
        ('{ code = "valve"', '{ code = "valve", implies = ["nose"]', "variant nose is not declared"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(old: str, new: str, complaint: str) -> None:
    assert old in SMALL
    with pytest.raises(ValidationError, match=complaint):
        read_edition(SMALL.replace(old, new))


def test_two_editions_cannot_rule_the_same_day() -> None:
    later = read_edition(SMALL.replace("X 1-2020", "X 1-2022").replace("2020-01-01", "2022-01-01"))
    with pytest.raises(ValueError, match="X 1-2020 and X 1-2022 are in force on the same day"):
        Catalogue([read_edition(SMALL), later])
    ended = read_edition(SMALL.replace("effective_from", "effective_to = 2021-12-31\neffective_from"))
    assert Catalogue([later, ended]).edition_in_force("X 1", date(2021, 12, 31)) is ended


def test_two_editions_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        Catalogue([read_edition(SMALL), read_edition(SMALL)])
