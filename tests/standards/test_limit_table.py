"""The limits of the files against a table written by hand from the published requirements: a slip in either shows."""

import pytest

from maskqms.standards.catalogue import choose_edition
from maskqms.standards.editions import Provenance, When
from maskqms.standards.requirements import requirements

# edition, grade, variants, test, limit, unit, clause, rule, specimens
TABLE = """
GB 19083-2010         |1    |       |PFE         |>= 95        |%         |4.4   |each    |6
GB 19083-2010         |2    |       |PFE         |>= 99        |%         |4.4   |each    |6
GB 19083-2010         |3    |       |PFE         |>= 99.97     |%         |4.4   |each    |6
GB 19083-2010         |1    |       |STRAP       |>= 10        |N         |4.3   |each    |3
GB 19083-2010         |2    |       |RES_IN      |<= 343.2     |Pa        |4.5   |each    |6
GB 19083-2010         |1    |       |SPLASH      |pass at 10.7 |kPa       |4.6   |each    |5
GB 19083-2010         |1    |       |WETRES      |>= 3         |grade     |4.7   |each    |3
GB 19083-2010         |1    |       |MICRO_BACT  |<= 200       |CFU/g     |4.8   |each    |1
GB 19083-2010         |1    |       |MICRO_FUNGI |<= 100       |CFU/g     |4.8   |each    |1
GB 19083-2010         |1    |       |MICRO_COLI  |ND           |          |4.8   |each    |1
GB 19083-2010         |1    |eo     |EO          |<= 10        |µg/g      |4.9   |each    |2
GB 19083-2010         |1    |       |FLAME       |<= 5         |s         |4.10  |each    |4
GB 19083-2010         |1    |       |IRRIT       |<= 1         |score     |4.11  |each    |
GB 19083-2010         |1    |       |FIT         |>= 100       |          |4.12  |8 of 10 |10
YY 0469-2011          |     |       |DIM         |<= 5         |%         |4.2   |each    |3
YY 0469-2011          |     |       |NOSECLIP_LEN|>= 8.0       |cm        |4.3   |each    |3
YY 0469-2011          |     |       |STRAP       |>= 10        |N         |4.4   |each    |3
YY 0469-2011          |     |       |SPLASH      |pass at 16.0 |kPa       |4.5   |each    |3
YY 0469-2011          |     |       |BFE         |>= 95        |%         |4.6.1 |each    |3
YY 0469-2011          |     |       |PFE         |>= 30        |%         |4.6.2 |each    |3
YY 0469-2011          |     |       |DP          |<= 49        |Pa        |4.7   |each    |3
YY 0469-2011          |     |       |FLAME       |<= 5         |s         |4.8   |each    |3
YY 0469-2011          |     |       |MICRO_BACT  |<= 100       |CFU/g     |4.9   |each    |1
YY 0469-2011          |     |       |MICRO_FUNGI |ND           |          |4.9   |each    |1
YY 0469-2011          |     |sterile|STERILE     |pass         |          |4.9   |each    |1
YY 0469-2011          |     |eo     |EO          |<= 10        |µg/g      |4.10  |each    |2
YY 0469-2011          |     |       |IRRIT       |<= 0.4       |score     |4.11  |each    |
YY 0469-2011          |     |       |CYTO        |<= 2         |grade     |4.12  |each    |
YY 0469-2011          |     |       |SENS        |<= 1         |grade     |4.13  |each    |
YY 0469-2023          |     |       |APPEAR      |pass         |          |4.1   |each    |1
YY 0469-2023          |     |       |SPLASH      |pass at 16.0 |kPa       |4.5   |each    |3
YY 0469-2023          |     |       |FLAME       |<= 5         |s         |4.8   |each    |3
YY 0469-2023          |     |eo     |EO          |<= 10        |µg/g      |4.10  |each    |2
YY 0469-2023          |     |       |IRRIT       |<= 0.4       |score     |4.11.2|each    |
YY/T 0969-2013        |     |       |BFE         |>= 95        |%         |4.5   |each    |3
YY/T 0969-2013        |     |       |DP          |<= 49        |Pa/cm2    |4.6   |each    |3
YY/T 0969-2013        |     |       |NOSECLIP_LEN|>= 8.0       |cm        |4.3   |each    |3
YY/T 0969-2013        |     |       |STRAP       |>= 10        |N         |4.4   |each    |3
YY/T 0969-2013        |     |       |DIM         |<= 5         |%         |4.2   |each    |3
YY/T 0969-2013        |     |       |MICRO_BACT  |<= 100       |CFU/g     |4.7   |each    |1
YY/T 0969-2013        |     |eo     |EO          |<= 10        |µg/g      |4.8   |each    |2
YY/T 0969-2013        |     |       |CYTO        |<= 2         |grade     |4.9   |each    |
GB 2626-2019          |KN90 |       |PFE         |>= 90.0      |%         |5.3   |each    |
GB 2626-2019          |KN95 |       |PFE         |>= 95.0      |%         |5.3   |each    |
GB 2626-2019          |KN100|       |PFE         |>= 99.97     |%         |5.3   |each    |
GB 2626-2019          |KP95 |       |PFE_OIL     |>= 95.0      |%         |5.3   |each    |
GB 2626-2019          |KN95 |       |TIL         |<= 11        |%         |5.4   |46 of 50|50
GB 2626-2019          |KN95 |       |TIL_MEAN    |<= 8         |%         |5.4   |8 of 10 |10
GB 2626-2019          |KN100|half_mask|TIL       |<= 5         |%         |5.4   |46 of 50|50
GB 2626-2019          |KN90 |full_face|TIL       |<= 0.05      |%         |5.4   |each    |50
GB 2626-2019          |KN90 |       |RES_IN      |<= 170       |Pa        |5.5   |each    |4
GB 2626-2019          |KN95 |       |RES_IN      |<= 210       |Pa        |5.5   |each    |4
GB 2626-2019          |KN100|       |RES_EX      |<= 250       |Pa        |5.5   |each    |4
GB 2626-2019          |KN95 |valve  |RES_IN      |<= 250       |Pa        |5.5   |each    |4
GB 2626-2019          |KP100|valve  |RES_IN      |<= 300       |Pa        |5.5   |each    |4
GB 2626-2019          |KN95 |valve  |RES_EX      |<= 150       |Pa        |5.5   |each    |4
GB 2626-2019          |KN100|half_mask|RES_IN    |<= 350       |Pa        |5.5   |each    |4
GB 2626-2019          |KN95 |valve  |VALVE_LEAK  |<= 30        |mL/min    |5.6.1 |each    |4
GB 2626-2019          |KN95 |valve  |VALVE_COVER |pass at 10   |N         |5.6.2 |each    |3
GB 2626-2019          |KN95 |       |DEADSPACE   |<= 1         |%         |5.7   |mean    |3
GB 2626-2019          |KN95 |       |FOV         |>= 35        |degree    |5.8   |each    |1
GB 2626-2019          |KN95 |       |STRAP       |>= 10        |N         |5.9   |each    |2
GB 2626-2019          |KN95 |full_face|STRAP     |>= 150       |N         |5.9   |each    |2
GB/T 32610-2016       |I    |       |PFE         |>= 99        |%         |5.4   |each    |10
GB/T 32610-2016       |A    |       |PFE         |>= 95        |%         |5.4   |each    |10
GB/T 32610-2016       |D    |       |PFE         |>= 90        |%         |5.4   |each    |10
GB/T 32610-2016       |III  |       |PFE_OIL     |>= 80        |%         |5.4   |each    |10
GB/T 32610-2016       |A-I  |       |PROTECT     |>= 90        |%         |5.5   |each    |
GB/T 32610-2016       |B    |       |PROTECT     |>= 85        |%         |5.5   |each    |
GB/T 32610-2016       |C    |       |PROTECT     |>= 75        |%         |5.5   |each    |
GB/T 32610-2016       |D-II |       |PROTECT     |>= 65        |%         |5.5   |each    |
GB/T 32610-2016       |B    |       |RES_IN      |<= 175       |Pa        |5.3   |each    |
GB/T 32610-2016       |B    |       |RES_EX      |<= 145       |Pa        |5.3   |each    |
GB/T 32610-2016       |B    |       |STRAP       |>= 20        |N         |5.3   |each    |
GB/T 32610-2016       |B    |       |PH          |4.0 to 8.5   |          |5.3   |each    |
GB/T 32610-2016       |B    |       |FORMALD     |<= 20        |mg/kg     |5.3   |each    |
GB/T 32610-2016       |B    |dyed   |FASTNESS    |>= 4         |grade     |5.3   |each    |
GB/T 32610-2016       |B    |       |MICRO_BACT  |<= 200       |CFU/g     |5.3   |each    |
GB/T 32610-2016       |B    |       |FOV         |>= 60        |degree    |5.3   |each    |
GB/T 38880-2020       |F    |       |PFE         |>= 95        |%         |      |each    |8
GB/T 38880-2020       |W    |       |PFE         |>= 90        |%         |      |each    |8
GB/T 38880-2020       |F    |       |PROTECT     |>= 90        |%         |      |each    |8
GB/T 38880-2020       |W    |       |BFE         |>= 95        |%         |      |each    |
GB/T 38880-2020       |F    |       |RES_EX      |<= 45        |Pa        |      |each    |4
GB/T 38880-2020       |W    |       |DP          |<= 30        |Pa        |      |each    |
EN 14683:2019+AC:2019 |I    |       |BFE         |>= 95        |%         |5.2.2 |each    |5
EN 14683:2019+AC:2019 |II   |       |BFE         |>= 98        |%         |5.2.2 |each    |5
EN 14683:2019+AC:2019 |II   |       |DP          |< 40         |Pa/cm2    |5.2.3 |each    |5
EN 14683:2019+AC:2019 |IIR  |       |DP          |< 60         |Pa/cm2    |5.2.3 |each    |5
EN 14683:2019+AC:2019 |IIR  |       |SPLASH      |pass at 16.0 |kPa       |5.2.4 |29 of 32|32
EN 14683:2019+AC:2019 |I    |       |BIOBURDEN   |<= 30        |CFU/g     |5.2.5 |each    |5
EN 149:2001+A1:2009   |FFP1 |       |PEN_NACL    |<= 20        |%         |7.9.2 |each    |9
EN 149:2001+A1:2009   |FFP2 |       |PEN_OIL     |<= 6         |%         |7.9.2 |each    |9
EN 149:2001+A1:2009   |FFP3 |       |PEN_NACL    |<= 1         |%         |7.9.2 |each    |9
EN 149:2001+A1:2009   |FFP2 |       |TIL         |<= 11        |%         |7.9.1 |46 of 50|50
EN 149:2001+A1:2009   |FFP3 |       |TIL_MEAN    |<= 2         |%         |7.9.1 |8 of 10 |10
EN 149:2001+A1:2009   |FFP2 |       |RES_IN_30   |<= 0.7       |mbar      |7.16  |each    |9
EN 149:2001+A1:2009   |FFP2 |       |RES_IN_95   |<= 2.4       |mbar      |7.16  |each    |9
EN 149:2001+A1:2009   |FFP1 |       |RES_EX_160  |<= 3.0       |mbar      |7.16  |each    |9
EN 149:2001+A1:2009   |FFP3 |D      |CLOG_IN     |<= 5         |mbar      |7.17  |each    |3
ASTM F2100-19         |1    |       |BFE         |>= 95        |%         |      |AQL 4.0 |
ASTM F2100-21         |3    |       |BFE         |>= 98        |%         |      |AQL 4.0 |
ASTM F2100-23         |2    |       |DP          |< 6.0        |mmH2O/cm2 |      |AQL 4.0 |
ASTM F2100-23         |1    |       |DP          |< 5.0        |mmH2O/cm2 |      |AQL 4.0 |
ASTM F2100-21         |1    |       |SPLASH      |pass at 80   |mmHg      |      |29 of 32|32
ASTM F2100-23         |3    |       |SPLASH      |pass at 160  |mmHg      |      |29 of 32|32
42 CFR Part 84        |N95  |       |PFE         |>= 95        |%         |84.181|each    |20
42 CFR Part 84        |N100 |       |PFE         |>= 99.97     |%         |84.181|each    |20
42 CFR Part 84        |N95  |       |RES_IN      |<= 35        |mmH2O     |84.180|each    |3
42 CFR Part 84        |N95  |       |RES_EX      |<= 25        |mmH2O     |84.180|each    |3
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:4]))
def test_the_file_holds_the_published_limit(row: list[str]) -> None:
    name, grade, variants, code, limit, unit, clause, rule, specimens = row
    edition = choose_edition(name)
    assert edition.edition == name
    found = next(r for r in requirements(edition, grade or None, variants.split()) if r.code == code)
    assert found.limit_text == limit
    assert (found.unit or "", found.clause or "") == (unit, clause)
    assert (str(found.rule), str(found.specimens or "")) == (rule, specimens)


NOT_FOUND = {
    "GB 19083-2023": "APPEAR STRAP PFE RES_IN RES_EX DEADSPACE TIL SPLASH MICRO_BACT MICRO_FUNGI MICRO_COLI MICRO_PATH "
    "FLAME CYTO IRRIT SENS",
    "YY 0469-2023": "DIM NOSECLIP_LEN STRAP BFE PFE DP MICRO_BACT MICRO_FUNGI MICRO_COLI MICRO_PATH CYTO SENS",
    "YY/T 0969-2023": "APPEAR DIM NOSECLIP_LEN STRAP BFE DP MICRO_BACT MICRO_FUNGI MICRO_COLI MICRO_PATH CYTO "
    "IRRIT SENS",
    "EN 14683:2025": "BFE DP BIOBURDEN BIOCOMP",
    "GB/T 38880-2020": "FASTNESS FORMALD PH AZO FLUORESCENCE NOSECLIP_LEN NOSECLIP_BEND STRAP FLAME SHARP MICRO_BACT "
    "MICRO_FUNGI MICRO_COLI MICRO_PATH",
}


@pytest.mark.parametrize(("name", "codes"), NOT_FOUND.items())
def test_a_limit_that_nobody_found_is_empty(name: str, codes: str) -> None:
    edition = choose_edition(name)
    missing = [r for r in requirements(edition, edition.grades[0].code) if r.limit is None]
    assert [r.code for r in missing] == codes.split()
    assert {r.provenance for r in missing} == {Provenance.NOT_FOUND}


def test_what_is_only_expected_stays_a_prefill() -> None:
    asked = {r.code: r for r in requirements(choose_edition("GB 19083-2023"), "3", ["eo"])}
    assert [asked[code].expected for code in ("STRAP", "PFE", "DEADSPACE", "EO", "FLAME", "RES_IN")] == [
        "10", "99.97", "1", "10", "5", None,
    ]  # fmt: skip
    assert all(asked[code].limit is None for code in ("STRAP", "PFE", "DEADSPACE", "EO", "FLAME"))


def test_provenance_says_how_a_limit_is_known() -> None:
    asked = {r.code: r for r in requirements(choose_edition("YY 0469-2011"))}
    assert asked["STRAP"].provenance is Provenance.VERIFIED
    assert "test house" in asked["STRAP"].source
    assert asked["BFE"].provenance_of == {"condition": Provenance.RECALLED, "specimens": Provenance.RECALLED}
    later = {r.code: r for r in requirements(choose_edition("YY 0469-2023"))}
    assert later["IRRIT"].provenance is Provenance.INFERRED
    assert later["BFE"].provenance_of == {"clause": Provenance.VERIFIED}


def test_the_customary_release_tests_of_a_surgical_mask() -> None:
    edition = choose_edition("YY 0469-2011")
    plain = [r.code for r in requirements(edition) if r.for_release]
    assert plain == (
        "APPEAR DIM NOSECLIP_LEN STRAP BFE PFE DP MICRO_BACT MICRO_FUNGI MICRO_COLI MICRO_PATH".split()  # noqa: SIM905
    )
    sterile = [r.code for r in requirements(edition, variants=["sterile", "eo"]) if r.for_release]
    assert sterile == ["APPEAR", "DIM", "NOSECLIP_LEN", "STRAP", "BFE", "PFE", "DP", "STERILE", "EO"]


def test_blood_penetration_is_a_periodic_or_type_test() -> None:
    splash = next(r for r in requirements(choose_edition("YY 0469-2011")) if r.code == "SPLASH")
    assert (splash.when, splash.when_allowed) == (When.PERIODIC, (When.PERIODIC, When.TYPE))
    assert splash.words == "no penetration at 16.0 kPa"
