"""Why a carton may not leave: every reason by itself, and all together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from maskqms.shipping.rules import (
    Source,
    Standing,
    Terms,
    buyer_blockers,
    check_blockers,
    label_blockers,
    leave_blockers,
    sale_blockers,
    standing_blockers,
)
from maskqms.trace.states import ShipmentState, UnitState

AT = datetime(2026, 12, 1, 2, tzinfo=UTC)
TODAY = date(2026, 12, 1)
TERMS = Terms("C1", "医院", "路 1 号", "王 0371", "CN", 180, "许 1", date(2026, 12, 1))
SOURCE = Source(9, "MB-1", False, "COC-1", "P-01", "口罩", "平面", ("CN",))


@dataclass(frozen=True)
class Carton:
    code: str = "MB-1-C0001"
    state: UnitState = UnitState.RELEASED
    held: bool = False
    holds: tuple[str, ...] = ()
    usable_until: datetime | None = AT + timedelta(days=700)
    on_hand: Decimal = Decimal(200)
    unit: str = "piece"


def codes(carton: Carton, *sources: Source, terms: Terms = TERMS, today: date = TODAY) -> set[str]:
    return {reason.code for reason in leave_blockers(carton, sources or (SOURCE,), terms, AT, today)}


def test_a_released_carton_leaves() -> None:
    assert codes(Carton()) == set()


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("unit.not_released", {"state": UnitState.QUARANTINE}),
        ("unit.not_released", {"state": UnitState.REJECTED}),
        ("unit.not_released", {"state": UnitState.CONDITIONAL}),
        ("unit.held", {"held": True, "holds": ("HD-1",)}),
        ("unit.expired", {"usable_until": AT}),
        ("unit.remaining_life", {"usable_until": AT + timedelta(days=180, seconds=-1)}),
    ],
)
def test_a_fault_of_the_carton(code: str, changes: dict[str, Any]) -> None:
    assert codes(replace(Carton(), **changes)) == {code}


def test_the_last_day_that_still_suffices() -> None:
    assert codes(Carton(usable_until=AT + timedelta(days=180))) == set()


@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("batch.no_certificate", replace(SOURCE, certificate=None)),
        ("batch.market", replace(SOURCE, markets=("DE", "FR"))),
    ],
)
def test_a_fault_of_the_batch(code: str, source: Source) -> None:
    assert codes(Carton(), source) == {code}


def test_history_needs_no_certificate_and_names_no_market() -> None:
    assert codes(Carton(), Source(9, "B-1", True)) == set()


def test_a_carton_of_no_batch_does_not_leave() -> None:
    assert {reason.code for reason in leave_blockers(Carton(), [], TERMS, AT, TODAY)} == {"carton.no_batch"}


def test_a_buyer_whose_licence_ended_yesterday() -> None:
    assert codes(Carton(), today=date(2026, 12, 2)) == {"consignee.credential"}


def test_every_reason_at_once_and_each_with_a_remedy() -> None:
    bad = Carton(state=UnitState.REJECTED, held=True, holds=("HD-1", "HD-2"), usable_until=AT - timedelta(days=1))
    reasons = leave_blockers(bad, [replace(SOURCE, certificate=None)], TERMS, AT, date(2027, 1, 1))
    assert [reason.code for reason in reasons] == [
        "unit.not_released", "unit.held", "unit.held", "unit.expired", "batch.no_certificate", "consignee.credential",
    ]  # fmt: skip
    assert all(reason.remedy and reason.path for reason in reasons)


def test_a_carton_stands_on_one_shipment() -> None:
    assert standing_blockers("C", None, "SH-1") == []
    assert standing_blockers("C", Standing("SH-1", ShipmentState.OPEN), "SH-1")[0].code == "carton.on_this_shipment"
    assert standing_blockers("C", Standing("SH-2", ShipmentState.CONFIRMED), "SH-1")[0].code == "carton.on_shipment"


def test_a_label_that_contradicts_the_record() -> None:
    identifiers = {"batch": "MB-1"}
    last = date(2028, 11, 30)
    assert label_blockers("C", {"10": "MB-1", "17": "281130"}, identifiers, last) == []
    assert label_blockers("C", {}, identifiers, last) == []
    found = label_blockers("C", {"10": "MB-2", "17": "281201"}, identifiers, last)
    assert [reason.code for reason in found] == ["label.contradicts", "label.contradicts"]


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("carton.not_picked", {"on_it": False, "picked_by": None, "checked_by": None}),
        ("carton.checked", {"on_it": True, "picked_by": "a", "checked_by": "周"}),
        ("carton.same_person", {"on_it": True, "picked_by": "b", "checked_by": None}),
        (None, {"on_it": True, "picked_by": "a", "checked_by": None}),
    ],
)
def test_the_second_check(code: str | None, facts: dict[str, Any]) -> None:
    assert [reason.code for reason in check_blockers("C", checker="b", **facts)] == ([code] if code else [])


def test_no_field_of_the_sales_record_is_empty() -> None:
    assert buyer_blockers(TERMS) == []
    assert len(buyer_blockers(replace(TERMS, address=None, contact=" "))) == 2
    assert sale_blockers("C", SOURCE, TODAY) == []
    assert len(sale_blockers("C", Source(9, "B-1", True), None)) == 3
