"""From a unit as it stands to what its label says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from maskqms.errors import Refused
from maskqms.labels.content import BoxLabel, CartonLabel, LotLabel, RollLabel
from maskqms.labels.states import LabelStatus
from maskqms.labels.units import Printing, label_of, status_of
from maskqms.trace.queries.units import UnitRow
from maskqms.trace.states import UnitKind, UnitState

HOW = Printing(
    at=datetime(2026, 11, 22, 3, tzinfo=UTC), zone=ZoneInfo("Asia/Shanghai"), base_url="http://localhost:8000"
)

YESTERDAY = datetime(2026, 11, 21, 16, tzinfo=UTC)


def unit(kind=UnitKind.LOT, **facts):
    known = {
        "id": 1,
        "kind": kind,
        "code": "ML-20261121-001",
        "item": "熔喷非织造布",
        "quantity": Decimal("1200"),
        "unit": "m",
        "on_hand": Decimal("1200"),
        "state": UnitState.QUARANTINE,
        "held": False,
        "made_on": None,
        "usable_until": datetime(2027, 5, 20, 16, tzinfo=UTC),
        "supplier": "江苏瑞熔新材料有限公司",
        "supplier_lot": "RR-2611-088",
        "location": None,
        "identifiers": {},
        "import_id": None,
        "created_at": datetime(2026, 11, 21, 17, tzinfo=UTC),
    }
    return UnitRow(**{**known, **facts})


def carton(**facts):
    identifiers = {
        "product_name": "医用外科口罩",
        "model": "17.5 cm × 9.5 cm",
        "standard": "YY 0469-2011",
        "gtin": "16901234567899",
        "batch": "MB-20261121-003",
        "serial": "20261121003C0001",
        "sscc": "069012340000000016",
    }
    given = facts.pop("identifiers", {})
    known = {
        "code": "MB-20261121-003-C0001",
        "item": "医用外科口罩",
        "quantity": Decimal(2000),
        "unit": "piece",
        "made_on": date(2026, 11, 21),
        "usable_until": datetime(2028, 11, 20, 16, tzinfo=UTC),
        "supplier": None,
        "supplier_lot": None,
        "identifiers": {**identifiers, "pieces_per_box": 50, **given},
    }
    return unit(UnitKind.CARTON, **{**known, **facts})


class TestStatus:
    @pytest.mark.parametrize(
        ("facts", "status"),
        [
            ({"state": UnitState.QUARANTINE}, LabelStatus.QUARANTINE),
            ({"state": UnitState.RELEASED}, LabelStatus.QUALIFIED),
            ({"state": UnitState.REJECTED}, LabelStatus.REJECTED),
            ({"state": UnitState.SCRAPPED}, LabelStatus.REJECTED),
            ({"state": UnitState.CONDITIONAL}, LabelStatus.QUARANTINE),
            ({"state": UnitState.RELEASED, "held": True}, LabelStatus.QUARANTINE),
            ({"state": UnitState.RELEASED, "usable_until": YESTERDAY}, LabelStatus.QUARANTINE),
            ({"state": UnitState.REJECTED, "held": True}, LabelStatus.REJECTED),
        ],
    )
    def test_only_what_may_be_used_now_is_qualified(self, facts, status):
        assert status_of(unit(**facts), HOW.at) is status


class TestLot:
    def test_days_are_those_of_the_factory(self):
        label = label_of(unit(), HOW)
        assert isinstance(label, LotLabel)
        assert label.received_on == date(2026, 11, 22)
        assert label.usable_until == date(2027, 5, 20)
        assert label.blockers() == []

    def test_who_released_it_stands_only_on_a_qualified_label(self):
        facts = {"released_by": "陈质量", "released_on": "2026-11-22", "received_on": "2026-11-20"}
        released = label_of(unit(state=UnitState.RELEASED, identifiers=facts), HOW)
        held = label_of(unit(state=UnitState.RELEASED, held=True, identifiers=facts), HOW)
        assert (released.released_by, released.released_on) == ("陈质量", date(2026, 11, 22))
        assert released.received_on == date(2026, 11, 20)
        assert (held.released_by, held.released_on) == (None, None)

    def test_a_lot_without_supplier_is_not_printed(self):
        codes = [r.code for r in label_of(unit(supplier=None, supplier_lot=None), HOW).blockers()]
        assert codes == ["label.supplier_missing", "label.supplier_lot_missing"]


def test_a_roll_knows_its_lot_and_number_from_its_code():
    label = label_of(unit(UnitKind.ROLL, code="ML-20261121-001-R01", identifiers={"kilograms": "13.250"}), HOW)
    assert isinstance(label, RollLabel)
    assert (label.lot, label.number, label.kilograms) == ("ML-20261121-001", "R01", Decimal("13.250"))
    assert label.blockers() == []


class TestGoods:
    def test_a_carton_counts_its_boxes(self):
        label = label_of(carton(), HOW)
        assert isinstance(label, CartonLabel)
        assert (label.pieces, label.boxes, label.expires_on) == (2000, 40, date(2028, 11, 20))
        assert label.blockers() == []

    def test_boxes_of_a_carton_make_its_pieces(self):
        label = label_of(carton(quantity=Decimal(40), unit="box"), HOW)
        assert (label.pieces, label.boxes) == (2000, 40)

    def test_the_unit_s_own_snapshot_wins_over_the_product(self):
        product = {"standard": "YY 0469-2023", "maker": "苏州净安医疗用品有限公司"}
        label = label_of(carton(), HOW, product=product)
        assert (label.standard, label.maker) == ("YY 0469-2011", "苏州净安医疗用品有限公司")

    def test_a_box(self):
        row = carton(quantity=Decimal(50), identifiers={"gtin": "6901234567892"})
        label = label_of(unit(UnitKind.BOX, **{n: getattr(row, n) for n in FROM_CARTON}), HOW)
        assert isinstance(label, BoxLabel)
        assert label.blockers() == []
        assert label.elements()[0].value == "06901234567892"

    def test_everything_that_is_missing_at_once(self):
        row = carton(identifiers=dict.fromkeys(("sscc", "serial", "model", "standard"), ""), made_on=None)
        assert [r.code for r in label_of(row, HOW).blockers()] == [
            "label.model_missing",
            "label.standard_missing",
            "label.made_on_missing",
            "label.serial_missing",
            "label.sscc_missing",
        ]

    def test_no_public_code_without_a_public_address(self):
        with pytest.raises(Refused) as caught:
            label_of(carton(), HOW, link=True)
        assert [r.code for r in caught.value.reasons] == ["label.no_public_url"]

    def test_the_public_code_is_a_digital_link(self):
        how = Printing(HOW.at, HOW.zone, "https://check.example", "https://check.example")
        label = label_of(carton(), how, link=True)
        address = "https://check.example/01/16901234567899/10/MB-20261121-003/21/20261121003C0001"
        assert label.link == address


FROM_CARTON = ("code", "item", "quantity", "unit", "made_on", "usable_until", "identifiers")


@pytest.mark.parametrize("kind", [UnitKind.BATCH, UnitKind.PALLET, UnitKind.LOAD])
def test_kinds_without_a_label_are_refused_by_name(kind):
    with pytest.raises(Refused) as caught:
        label_of(unit(kind), HOW)
    assert [r.code for r in caught.value.reasons] == ["label.no_kind"]
