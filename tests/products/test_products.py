"""Products and certificates: what is registered, which certificate counts on which day, when a mask expires."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskqms.db import sql
from maskqms.errors import Refused
from maskqms.labels.gs1.keys import gtin14
from maskqms.products.actions.register import change_product, register_product, set_product_state
from maskqms.products.gtin import carton_gtin
from maskqms.products.queries import licence_blockers, licences_of, of_kind, product_by_code
from maskqms.products.rules import last_valid_day, standing
from maskqms.products.states import LicenceKind, LicenceStanding, ProductKind, ProductState
from tests.conftest import People
from tests.make.products import SURGICAL, make_licence, make_product


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


@pytest.mark.parametrize(
    ("made_on", "months", "last"),
    [
        (date(2026, 11, 21), 24, date(2028, 11, 20)),
        (date(2026, 12, 1), 24, date(2028, 11, 30)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 8, 29), 6, date(2027, 2, 28)),
        (date(2026, 8, 28), 6, date(2027, 2, 27)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 24, date(2030, 2, 28)),
        (date(2028, 3, 1), 36, date(2031, 2, 28)),
    ],
)
def test_the_last_valid_day(made_on: date, months: int, last: date) -> None:
    assert last_valid_day(made_on, months) == last


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 240))
def test_made_later_never_expires_earlier(made_on: date, months: int) -> None:
    assert last_valid_day(made_on, months) <= last_valid_day(made_on + timedelta(days=1), months)
    assert last_valid_day(made_on, months) > made_on


def test_the_carton_gtin_is_that_of_gs1() -> None:
    assert carton_gtin("6901234000016") == gtin14("6901234000016", 1)


async def test_a_product_is_registered_whole_or_not_at_all(people: People) -> None:
    wrong = replace(SURGICAL, standard="YY 9999", gtin="6901234000017", shelf_life_months=0, pieces_per_box=0)
    with pytest.raises(Refused) as refused:
        await register_product(code=" P-01", details=wrong, actor=people.inspector)
    assert codes(refused) == {
        "actor.role",
        "product.code",
        "standard.unknown",
        "gtin.check_digit",
        "product.shelf_life",
        "product.packing",
    }
    made = await make_product(people)
    assert made.carton_gtin == "16901234000013"
    assert made.pieces_per_carton == 200
    with pytest.raises(Refused) as refused:
        await register_product(code="P-01", details=SURGICAL, actor=people.manager)
    assert codes(refused) == {"product.exists"}
    with pytest.raises(Refused) as refused:
        await register_product(code="P-02", details=SURGICAL, actor=people.manager)
    assert codes(refused) == {"product.gtin_taken"}


async def test_a_standard_with_grades_wants_one(people: People) -> None:
    with pytest.raises(Refused) as refused:
        await make_product(people, kind=ProductKind.PPE, standard="GB 2626", grade="KN96")
    assert codes(refused) == {"standard.grade"}
    assert (await make_product(people, kind=ProductKind.PPE, standard="GB 2626", grade="KN95")).grade == "KN95"


async def test_a_change_needs_its_reason_and_is_kept(people: People) -> None:
    await make_product(people)
    with pytest.raises(Refused) as refused:
        await change_product(code="P-01", details=SURGICAL, reason=" ", actor=people.quality)
    assert codes(refused) == {"reason.missing"}
    await change_product(
        code="P-01", details=replace(SURGICAL, boxes_per_carton=40), reason="改用大箱", actor=people.quality
    )
    entry = await sql.fetch_one(
        "SELECT after::text AS after, reason FROM audit_entry WHERE tag = 'product:change' AND kind = 'act'"
    )
    assert entry is not None
    assert (entry["after"], entry["reason"]) == ('{"boxes_per_carton": 40}', "改用大箱")


async def test_a_product_is_withdrawn_and_taken_up_again(people: People) -> None:
    await make_product(people)
    await set_product_state(code="P-01", state=ProductState.WITHDRAWN, reason="停产", actor=people.manager)
    with pytest.raises(Refused) as refused:
        await set_product_state(code="P-01", state=ProductState.WITHDRAWN, reason="停产", actor=people.manager)
    assert codes(refused) == {"state.move"}
    again = await set_product_state(code="P-01", state=ProductState.ACTIVE, reason="恢复", actor=people.manager)
    assert again.state is ProductState.ACTIVE


async def test_every_missing_certificate_is_named(people: People) -> None:
    product = await make_product(people, licensed=False)
    reasons = await licence_blockers(product, date(2026, 11, 21))
    assert [reason.code for reason in reasons] == ["licence.missing", "licence.missing"]


async def test_a_certificate_counts_from_its_first_to_its_last_day(people: People) -> None:
    product = await make_product(people, licensed=False)
    await make_licence(people, ["P-01"], LicenceKind.PRODUCTION_LICENCE, number="生产许", valid_until=None)
    await make_licence(people, ["P-01"], valid_from=date(2021, 5, 1), valid_until=date(2026, 4, 30))

    async def why(day: date) -> list[str]:
        return [reason.code for reason in await licence_blockers(product, day)]

    assert await why(date(2021, 4, 30)) == ["licence.not_yet"]
    assert await why(date(2021, 5, 1)) == []
    assert await why(date(2026, 4, 30)) == []
    assert await why(date(2026, 5, 1)) == ["licence.expired"]
    await make_licence(people, ["P-01"], valid_from=date(2026, 5, 1), valid_until=date(2031, 4, 30))
    assert await why(date(2026, 5, 1)) == []
    rows = await licences_of("P-01")
    shown = of_kind(rows, "P-01", date(2026, 5, 1), LicenceKind.REGISTRATION)
    assert shown is not None
    assert shown.valid_until == date(2031, 4, 30)
    assert {standing(row, date(2026, 4, 1)) for row in rows} == {
        LicenceStanding.VALID,
        LicenceStanding.ENDING,
        LicenceStanding.NOT_YET,
    }


async def test_an_emergency_registration_counts_as_one(people: People) -> None:
    product = await make_product(people, licensed=False)
    await make_licence(people, ["P-01"], LicenceKind.EMERGENCY_REGISTRATION, number="应急 1")
    await make_licence(people, ["P-01"], LicenceKind.PRODUCTION_LICENCE, number="生产许")
    assert await licence_blockers(product, date(2026, 11, 21)) == []


async def test_a_certificate_as_it_was_typed(people: People) -> None:
    await make_product(people, licensed=False)
    with pytest.raises(Refused) as refused:
        await make_licence(people, ["P-01", "P-77"], valid_from=date(2026, 1, 2), valid_until=date(2026, 1, 1))
    assert codes(refused) == {"licence.unknown-product", "licence.dates"}
    await make_licence(people, ["P-01"])
    with pytest.raises(Refused) as refused:
        await make_licence(people, ["P-01"])
    assert codes(refused) == {"licence.exists"}
    assert (await product_by_code("P-01")).kind is ProductKind.MEDICAL
