"""The tests of one mask: grades, variants, what is missing, and the factory's own rows, which only tighten or fill."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from maskqms.errors import Refused
from maskqms.standards.adjustments import Adjustment, adjust
from maskqms.standards.catalogue import catalogue, choose_edition
from maskqms.standards.editions import PassRule, Provenance, When
from maskqms.standards.limits import Kind
from maskqms.standards.requirement import Requirement
from maskqms.standards.requirements import find_grade, find_variants, missing_limits, requirements

Y11, Y23 = choose_edition("YY 0469-2011"), choose_edition("YY 0469-2023")
RESPIRATOR = choose_edition("GB 2626-2019")


def row(test: str, edition: str = "YY 0469-2011", **more: Any) -> Adjustment:
    return Adjustment(edition=edition, test=test, source="entered by Chen, internal standard Q/1", **more)


def one(code: str, *rows: Adjustment, edition: Any = Y11, grade: str | None = None, **more: Any) -> Requirement:
    return next(r for r in requirements(edition, grade, adjustments=rows, **more) if r.code == code)


def codes_refused(*rows: Adjustment, edition: Any = Y11) -> list[str]:
    with pytest.raises(Refused) as refused:
        requirements(edition, adjustments=rows)
    return [reason.code for reason in refused.value.reasons]


def test_no_test_stands_twice_for_any_grade_and_variants() -> None:
    for edition in catalogue().editions:
        chosen = [[], *([v.code] for v in edition.variants)]
        for grade in edition.grades:
            for variants in chosen:
                codes = [r.code for r in requirements(edition, grade.code, variants)]
                assert len(codes) == len(set(codes))
                assert codes


@pytest.mark.parametrize(
    ("edition", "written", "code"),
    [
        ("GB 19083-2010", "1级", "1"),
        ("GB 19083-2010", "Grade 3", "3"),
        ("EN 14683:2019", "type iir", "IIR"),
        ("ASTM F2100-21", "Level 2", "2"),
        ("GB/T 32610-2016", "A/II", "A-II"),
        ("GB/T 38880-2020", "儿童卫生口罩", "W"),
        ("YY 0469-2011", "-", "single"),
    ],
)
def test_a_grade_may_be_written_as_people_do(edition: str, written: str, code: str) -> None:
    assert find_grade(choose_edition(edition), written).code == code


def test_a_grade_is_needed_only_where_there_are_several() -> None:
    assert find_grade(Y11, None).code == "single"
    with pytest.raises(Refused, match="KN90, KN95, KN100"):
        find_grade(RESPIRATOR, None)
    with pytest.raises(Refused, match="no grade KN99; use KN90"):
        find_grade(RESPIRATOR, "KN99")
    with pytest.raises(Refused, match="no grade"):
        find_grade(RESPIRATOR, "")


def test_protection_a_cannot_have_the_lowest_filtration() -> None:
    with pytest.raises(Refused, match="no grade A-III"):
        find_grade(choose_edition("GB/T 32610-2016"), "A-III")


def test_variants_have_defaults_groups_and_consequences() -> None:
    assert find_variants(RESPIRATOR) == {"disposable"}
    assert find_variants(RESPIRATOR, ["valve"]) == {"disposable", "valve"}
    assert find_variants(RESPIRATOR, ["full_face"]) == {"full_face", "valve"}
    assert find_variants(choose_edition("EN 149:2001"), ["R"]) == {"R", "D"}


def test_an_unknown_variant_and_two_of_a_group_are_refused() -> None:
    with pytest.raises(Refused, match="no variant sterile; use disposable") as refused:
        find_variants(RESPIRATOR, ["sterile", "half_mask", "full_face"])
    assert len(refused.value.reasons) == 2
    with pytest.raises(Refused, match="use -"):
        find_variants(choose_edition("ASTM F2100-21"), ["sterile"])


def test_salt_is_for_kn_and_oil_for_kp() -> None:
    assert {r.code for r in requirements(RESPIRATOR, "KN95")} & {"PFE", "PFE_OIL"} == {"PFE"}
    assert {r.code for r in requirements(RESPIRATOR, "KP95")} & {"PFE", "PFE_OIL"} == {"PFE_OIL"}


def test_a_test_of_other_variants_can_be_had_unasked_when_it_is_one_and_the_same() -> None:
    found = {r.code: r for r in requirements(Y11, unasked=True)}
    assert not found["EO"].asked
    assert not found["EO"].for_release
    assert found["BFE"].asked
    # Two entries of other facepieces exist: which of them would be a guess.
    assert "VALVE_COVER" not in {r.code for r in requirements(RESPIRATOR, "KN95", unasked=True)}
    assert "VALVE_LEAK" in {r.code for r in requirements(RESPIRATOR, "KN95", unasked=True)}


def test_missing_limits_are_those_that_block_release_or_all() -> None:
    asked = requirements(Y23)
    assert "CYTO" not in {r.code for r in missing_limits(asked)}
    assert "CYTO" in {r.code for r in missing_limits(asked, release_only=False)}
    assert not missing_limits(requirements(Y11, variants=["sterile", "eo"]))


def test_words_without_a_known_number_show_the_gap() -> None:
    covers = requirements(RESPIRATOR, "KN95", ["full_face"])
    assert next(r for r in covers if r.code == "VALVE_COVER").words == "no slip or break at ? N"
    assert one("STRAP").words is None


def test_a_factory_may_tighten() -> None:
    tightened = one("BFE", row("BFE", limit="98"))
    assert tightened.limit_text == ">= 98"
    assert tightened.provenance is Provenance.FACTORY
    assert tightened.source == "entered by Chen, internal standard Q/1"
    assert one("DP", row("DP", limit="< 49")).limit_text == "< 49"
    assert one("STRAP", row("STRAP", specimens=5)).specimens == 5
    assert one("SPLASH", row("SPLASH", limit="21.3", when=When.RELEASE)).for_release


def test_loosening_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="BFE: >= 94 is looser than >= 95") as refused:
        requirements(Y11, adjustments=[row("BFE", limit="94"), row("DP", limit="49.1"), row("STRAP", specimens=2)])
    codes = [reason.code for reason in refused.value.reasons]
    assert codes == ["adjustment.looser", "adjustment.looser", "adjustment.specimens"]


def test_a_second_row_cannot_undo_the_first() -> None:
    assert codes_refused(row("BFE", limit="98"), row("BFE", limit="96")) == ["adjustment.looser"]


def test_a_release_test_stays_one_unless_the_standard_leaves_it_open() -> None:
    assert codes_refused(row("STRAP", when=When.PERIODIC)) == ["adjustment.when"]
    assert one("BFE", row("BFE", when=When.PERIODIC)).when is When.PERIODIC


def test_a_missing_limit_is_entered_with_its_clause_and_can_then_only_be_tightened() -> None:
    edition = "YY/T 0969-2023"
    entered = row("BFE", edition, limit=">= 95", clause="4.5")
    found = one("BFE", entered, edition=choose_edition(edition))
    assert (found.limit_text, found.clause, found.provenance) == (">= 95", "4.5", Provenance.ENTERED)
    looser = row("BFE", edition, limit="90")
    assert codes_refused(entered, looser, edition=choose_edition(edition)) == ["adjustment.looser"]


def test_a_missing_limit_without_a_clause_is_refused_unless_the_clause_is_known() -> None:
    edition = choose_edition("YY/T 0969-2023")
    assert codes_refused(row("BFE", edition.edition, limit="95"), edition=edition) == ["adjustment.clause"]
    assert one("BFE", row("BFE", Y23.edition, limit="95"), edition=Y23).clause == "4.6"


def test_an_entered_limit_may_show_that_the_test_is_of_the_other_kind() -> None:
    nothing = row("MICRO_FUNGI", Y23.edition, limit="ND", kind=Kind.ATTRIBUTE)
    assert one("MICRO_FUNGI", nothing, edition=Y23).limit_text == "ND"
    counted = row("MICRO_COLI", Y23.edition, limit="<= 3", kind=Kind.VARIABLE)
    assert one("MICRO_COLI", counted, edition=Y23).limit_text == "<= 3"
    assert codes_refused(row("MICRO_BACT", limit="ND", kind=Kind.ATTRIBUTE)) == ["adjustment.kind"]


@pytest.mark.parametrize("limit", ["", "<= 95", "ninety-five", "pass", "4 to 8"])
def test_what_is_no_limit_of_the_test_is_refused(limit: str) -> None:
    assert codes_refused(row("BFE", Y23.edition, limit=limit), edition=Y23) == ["adjustment.limit"]


def test_a_mean_of_pass_and_fail_cannot_be_entered() -> None:
    asked = one("BFE", edition=Y23)
    averaged = asked.model_copy(update={"rule": PassRule(kind="mean")})
    with pytest.raises(Refused, match="no mean"):
        adjust(Y23, "single", [averaged], [row("BFE", Y23.edition, limit="pass", kind=Kind.ATTRIBUTE)])
    with pytest.raises(ValidationError, match="no mean"):
        Requirement.model_validate(asked.as_json() | {"kind": "attribute", "comparator": None, "rule": "mean"})
    with pytest.raises(ValidationError, match="no limit 'pass'"):
        Requirement.model_validate(asked.as_json() | {"limit": {"word": "pass"}})


def test_rows_of_other_editions_grades_and_variants_do_not_matter() -> None:
    rows = [row("BFE", "YY 0469-2023", limit="99"), row("BFE", limit="99", grade="other"), row("EO", limit="5")]
    assert requirements(Y11, adjustments=rows) == requirements(Y11)
    assert one("EO", *rows, variants=["eo"]).limit_text == "<= 5"


def test_a_row_for_a_test_that_does_not_exist_is_refused() -> None:
    assert codes_refused(row("WARMTH", limit="1")) == ["adjustment.test"]


@given(st.integers(9000, 10000))
def test_an_adjusted_limit_is_never_looser_than_the_standard(hundredths: int) -> None:
    text = f"{hundredths / 100:.2f}"
    try:
        found = one("BFE", row("BFE", limit=text))
    except Refused:
        assert hundredths < 9500
    else:
        assert hundredths >= 9500
        assert found.limit is not None
        assert found.limit.at_least_as_tight_as(one("BFE").limit or found.limit)
