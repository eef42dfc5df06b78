"""Quality rules, with a signature, how a supplier's lots of a material are sampled; a receipt asks how they stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.errors import Stale, refuse
from maskqms.i18n import _
from maskqms.lab.actions.draw import seal_list
from maskqms.lab.plan import PlannedTest
from maskqms.lab.queries.inspections import InspectionRow
from maskqms.materials.queries.materials import MaterialRow, SpecificationRow, locked_material
from maskqms.materials.queries.sampling import Series, series_of, skipped_since
from maskqms.materials.queries.suppliers import locked_supplier
from maskqms.materials.rules import sampling as rules
from maskqms.materials.rules.receipt import Receipt, sampling_size
from maskqms.materials.rules.sampling import Skip
from maskqms.materials.states import SamplingRule
from maskqms.trace.queries.units import UnitRow


def ruling_content(supplier: str, material: str, series: Series) -> dict[str, Any]:
    """What is shown when a ruling is signed: where the series stands, from which lots."""
    standing = series.standing
    return {
        "supplier": supplier,
        "material": material,
        "inspecting": str(standing.inspecting),
        "why": standing.why.as_json(),
        "score": standing.score,
        "events": len(series.steps),
        "rulings": len(series.rulings),
    }


async def rule_sampling(
    supplier: str,
    *,
    material: str,
    rule: SamplingRule,
    reason: str,
    digest: str,
    signer: Signer,
    after: int | None = None,
    one_of: int | None = None,
) -> None:
    """Sign consent to reduced inspection, its end, a resumption, or skip-lot on and off."""
    async with act(Tag.SAMPLING_RULE, actor=signer.actor, subject=supplier) as this:
        source = await locked_supplier(supplier)
        about = await locked_material(material)
        series = await series_of(source.id, about.id)
        numbers = (after, one_of) if rule is SamplingRule.SKIP_ON else (None, None)
        refuse(
            _("Ruling not signed"),
            signer.actor.lacks(Role.QUALITY)
            + rules.ruling_blockers(
                rule, series.standing, reason=reason, after=after, one_of=one_of, skips=series.skip_rule is not None
            ),
        )
        content = ruling_content(supplier, material, series)
        if digest != content_digest(content):
            raise Stale(_("Ruling not signed"))
        ruled = {"ruling": rule, "reason": reason.strip(), "after": numbers[0], "one_of": numbers[1]}
        signature = await sign(signer, Meaning.APPROVED, subject=supplier, content={**content, **ruled})
        await sql.execute(
            "INSERT INTO sampling_ruling (supplier, material, ruling, reason, after, one_of, decided_by, decided_at,"
            " signature) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            source.id,
            about.id,
            rule,
            reason.strip(),
            *numbers,
            signer.account.id,
            this.at,
            signature,
        )
        await this.record(
            subject=supplier, before={"inspecting": content["inspecting"]}, after={"material": material, **ruled}
        )


async def next_skip(supplier: int, material: int, series: Series) -> Skip | None:
    """Whether the lot that is being received is skipped."""
    rule = series.skip_rule
    if rule is None:
        return None
    skipped = await skipped_since(supplier, material)
    return rules.skip_for(series.standing, series.streak, rule.after, rule.one_of, skipped)


def sampled_tests(
    about: MaterialRow, specification: SpecificationRow, receipt: Receipt, series: Series, skip: Skip | None
) -> tuple[PlannedTest, ...]:
    """The tests of a lot under the severity that its series has come to."""
    tests = specification.tests.plan(
        sampling_size(about.unit, receipt),
        specification.level,
        specification.aql,
        series.standing.severity,
        len(receipt.rolls),
    )
    return tests if skip is None else rules.without_skipped(tests, about.category)


async def note_sampling(
    lot: UnitRow,
    inspection: InspectionRow,
    *,
    rolls: Sequence[str],
    series: Series,
    skip: Skip | None,
    actor: Actor,
) -> None:
    """Keep with the lot how it is inspected and why, and seal the list of its rolls to draw from."""
    await sql.execute(
        "INSERT INTO lot_sampling (lot, severity, why, skipped) VALUES ($1, $2, $3, $4)",
        lot.id,
        series.standing.severity,
        json.dumps(series.standing.why.as_json(), ensure_ascii=False),
        None if skip is None else json.dumps(skip.as_json()),
    )
    if rolls:
        await seal_list(inspection, rolls, rules.draw_size(inspection.plan.tests, len(rolls)), actor=actor)
