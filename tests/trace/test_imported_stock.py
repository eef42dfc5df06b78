"""Imported stock in new batches: issued like any other, and the gate says that only imported history released it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from maskqms.actor import SYSTEM
from maskqms.batches.actions.issue import issue_unit
from maskqms.i18n import in_locale
from maskqms.release.queries.gate import gate
from maskqms.trace.importer.load import import_history
from maskqms.trace.queries.units import unit_by_code
from tests.make.batches import MELTBLOWN, make_started

if TYPE_CHECKING:
    from tests.conftest import People

FILES = {
    "units.csv": f"""kind,code,item,quantity,unit,made_on,expires_on,supplier,supplier_lot,state
lot,OLD-1,{MELTBLOWN},1000,m,2025-01-01,2199-12-31,S001,X,released
roll,OLD-1-R01,{MELTBLOWN},1000,m,2025-01-01,2199-12-31,S001,X,released
""",
    "links.csv": """parent,child,activity,quantity,unit,at
OLD-1,OLD-1-R01,split,1000,m,2025-01-01
""",
    "consignees.csv": "code,name,address,contact,country\n",
    "shipments.csv": "code,consignee,shipped_on\n",
    "shipment_lines.csv": "shipment,unit,quantity,unit_of_measure\n",
}


async def test_an_imported_roll_of_a_known_material_is_issued_and_named_at_the_gate(people: People) -> None:
    batch = await make_started(people)
    loaded = await import_history({name: text.encode() for name, text in FILES.items()}, actor=SYSTEM)
    assert loaded.faults == []
    issued = await issue_unit(batch=batch.code, code="OLD-1-R01", quantity=Decimal(100), actor=people.operator)
    assert (issued.material, issued.left) == (MELTBLOWN, 900)
    assert (await unit_by_code("OLD-1-R01")).imported
    report = await gate(batch.code)
    with in_locale("en"):
        (evidence,) = [str(check.evidence) for check in report.checks if check.code == "materials.released"]
    assert "2 released by imported history, digest " in evidence
