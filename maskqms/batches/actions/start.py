"""Start a batch: every condition of the day at once, then the snapshot by which it is made and judged (R59, R60)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.batches.actions.lock import lock_batch
from maskqms.batches.queries.batches import label_facts
from maskqms.batches.queries.conditions import conditions, snapshot_of
from maskqms.db import sql
from maskqms.db.clock import end_of_day
from maskqms.db.transaction import explain
from maskqms.errors import refuse
from maskqms.i18n import _
from maskqms.products.rules import last_valid_day
from maskqms.trace.actions.units import set_identifiers, set_state, set_usable_until
from maskqms.trace.states import UnitState

explain("batch_line_busy", "line.busy", _("Another batch was started on this line a moment ago."))
explain("batch_snapshot_stays", "batch.snapshot", _("What a batch was started with cannot be changed."))


@dataclass(frozen=True, slots=True)
class Started:
    """What the tablet says: the edition of the day, and its tests that have no limit yet (they stop the release)."""

    code: str
    edition: str
    made_on: date
    expires_on: date
    open_tests: tuple[str, ...]


async def start_batch(*, batch: str, actor: Actor) -> Started:
    """Begin production. The production date is today's; with it come edition and expiry, and nothing changes them."""
    async with act(Tag.BATCH_START, actor=actor, subject=batch) as this:
        row, _units = await lock_batch(batch)
        found = await conditions(row, this.at)
        refuse(_("Batch not started"), actor.lacks(Role.OPERATOR, Role.PLANT_MANAGER) + list(found.reasons))
        assert found.master is not None
        assert found.chosen is not None
        assert found.chosen.edition is not None
        assert found.clearance is not None
        expires_on = last_valid_day(found.day, found.product.shelf_life_months)
        snapshot = snapshot_of(found, row.line, expires_on, row.validates)
        await sql.execute(
            "UPDATE batch SET state = 'in_production', master_record = $2, snapshot = $3, standard = $4, edition = $5,"
            " made_on = $6, expires_on = $7, started_by = $8, started_at = $9 WHERE id = $1",
            row.id,
            found.master.id,
            json.dumps(snapshot, ensure_ascii=False),
            found.master.standard,
            found.chosen.edition,
            found.day,
            expires_on,
            actor.account_id,
            this.at,
        )
        await set_state(row.id, UnitState.IN_PROCESS, actor=actor)
        await set_usable_until(row.id, end_of_day(expires_on), actor=actor)
        await set_identifiers(row.id, {**label_facts(snapshot), "batch": batch}, actor=actor)
        await sql.execute("UPDATE trace_unit SET made_on = $2 WHERE id = $1", row.id, found.day)
        await this.record(subject=batch, before={"state": row.state}, after={"state": "in_production", **snapshot})
        return Started(batch, found.chosen.edition, found.day, expires_on, found.chosen.open_tests)
