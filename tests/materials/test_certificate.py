"""The supplier's certificate beside the own values: kept apart, compared, never in their place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.lab.actions.certificate import enter_certificate_value
from maskqms.lab.queries.certificates import certificate_values, drifts
from maskqms.lab.queries.sheets import sheet
from maskqms.materials.actions.receive import receive_lot
from maskqms.materials.queries.drift import last_lots_like
from maskqms.materials.queries.lots import lot_by_code
from tests.conftest import ClientAs, People
from tests.make import materials as make


def words(refused: pytest.ExceptionInfo[Refused], locale: str) -> str:
    with in_locale(locale):
        return " ".join(f"{reason.text} {reason.remedy or ''}" for reason in refused.value.reasons)


async def test_the_certificate_never_stands_in_place_of_an_own_value(people: People) -> None:
    made = await make.received(people)
    await enter_certificate_value(
        made.inspection, test="PFE", value="96.5", certificate="COA-1", actor=people.warehouse
    )
    found = await sheet(made.inspection)
    assert found.current("PFE", 1) is None
    assert people.warehouse.account_id not in found.analysts
    with pytest.raises(Refused) as refused:
        await enter_certificate_value(made.inspection, test="PFE", value="x", certificate=" ", actor=people.operator)
    assert [reason.code for reason in refused.value.reasons] == [
        "actor.role", "result.value", "certificate.number", "certificate.exists",
    ]  # fmt: skip
    assert "哪份质保书" in words(refused, "zh")
    assert "已有质保书数值 96.5" in words(refused, "zh")
    assert "stands there already: 96.5" in words(refused, "en")
    await enter_certificate_value(
        made.inspection, test="PFE", value="96.4", certificate="COA-1", reason="抄错", actor=people.inspector
    )
    assert [(one.text, one.certificate) for one in await certificate_values(found.inspection.id)] == [("96.4", "COA-1")]


async def test_the_drift_over_the_last_lots_of_the_same_source(people: People, client_as: ClientAs) -> None:
    where = await make.source(people)
    for number, said in enumerate(("96", "97"), start=1):
        made = await receive_lot(
            supplier=where.supplier,
            material=where.material,
            receipt=make.receipt(supplier_lot=f"RP-{number}"),
            actor=people.warehouse,
        )
        await enter_certificate_value(
            made.inspection, test="PFE", value=said, certificate=f"COA-{number}", actor=people.inspector
        )
        await make.inspected(people, made.inspection)
    lot = await lot_by_code(made.lot)
    found = await drifts(await last_lots_like(lot.id))
    assert [(one.certificate, one.own, one.drift) for one in found] == [
        (Decimal(96), Decimal(95), Decimal(-1)), (Decimal(97), Decimal(95), Decimal(-2)),
    ]  # fmt: skip
    client = await client_as(people.quality)
    page = (await client.get(f"/lots/{made.lot}/certificate")).text
    assert "drift-PFE" in page
    assert "-2" in page
    given = {"test": "RES", "value": "30", "certificate": "COA-2", "key": "certificate-1"}
    for _time in range(2):
        assert (await client.post(f"/lots/{made.lot}/certificate", data=given)).status_code == 303
    assert (await client.post(f"/lots/{made.lot}/certificate", data={"test": "RES"})).status_code == 422
    assert "质保书与自检对比" in (await client.get(f"/lots/{made.lot}/certificate")).text
