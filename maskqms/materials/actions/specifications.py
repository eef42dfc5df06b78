"""Materials and what they must be: drafted by one person, put in force by another with a signature (R48)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from maskqms.accounts.signing import Meaning, Signer, content_digest, sign
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.db.transaction import explain
from maskqms.errors import Reason, Stale, refuse
from maskqms.i18n import _
from maskqms.materials.customary import template, templates
from maskqms.materials.queries.materials import (
    MaterialRow,
    SpecificationRow,
    locked_material,
    material_by_code,
    specification,
    specifications_of,
)
from maskqms.materials.rules import specifications as specification_rules
from maskqms.materials.specification import SpecificationTest, SpecifiedTests
from maskqms.materials.states import Category, Measure, SpecificationState
from maskqms.settings import settings

WRITERS = (Role.QUALITY, Role.INSPECTOR)

explain("material_code_key", "material.code", _("A material of this code is known already."))


async def enter_material(
    *,
    code: str,
    name_zh: str,
    category: Category,
    unit: Measure,
    actor: Actor,
    name_en: str | None = None,
    storage_life_days: int | None = None,
) -> MaterialRow:
    """A new material; nothing of it is received before a specification is in force."""
    async with act(Tag.MATERIAL_CREATE, actor=actor, subject=code) as this:
        refuse(_("Material not entered"), actor.lacks(Role.QUALITY, Role.WAREHOUSE))
        await sql.execute(
            "INSERT INTO material (code, name_zh, name_en, category, unit, storage_life_days, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            code,
            name_zh,
            name_en,
            category,
            unit,
            storage_life_days,
            this.at,
        )
        await this.record(
            subject=code,
            after={"name": name_zh, "category": category, "unit": unit, "storage_life_days": storage_life_days},
        )
        return await material_by_code(code)


async def draft_specification(material: str, *, actor: Actor, start: str | None = None) -> SpecificationRow:
    """A new version to work on: a copy of the latest one, or the customary tests of the template `start`, or, for the
    first version, those of the category."""
    async with act(Tag.SPECIFICATION_DRAFT, actor=actor, subject=material) as this:
        about = await locked_material(material)
        versions = await specifications_of(about.id)
        reasons = actor.lacks(*WRITERS)
        if versions and versions[0].state is SpecificationState.DRAFT:
            text = _("Version {version} is a draft already.", version=versions[0].version)
            reasons.append(Reason("specification.draft_exists", text, _("Work on it.")))
        chosen = next((one for one in templates() if one.key == start), None)
        if start is not None:
            reasons += specification_rules.template_blockers(about.category, chosen.category if chosen else None)
        refuse(_("Not drafted"), reasons)
        version = versions[0].version + 1 if versions else 1
        if versions and chosen is None:
            level, aql, tests = versions[0].level, versions[0].aql, versions[0].tests
        else:
            customary = chosen or template(about.category)
            level, aql, tests = customary.level, customary.aql, SpecifiedTests(tests=customary.tests)
        await sql.execute(
            "INSERT INTO specification (material, version, state, level, aql, tests, drafted_by, drafted_at)"
            " VALUES ($1, $2, 'draft', $3, $4, $5, $6, $7)",
            about.id,
            version,
            level,
            aql,
            tests.model_dump_json(exclude_none=True),
            actor.account_id,
            this.at,
        )
        await this.record(
            subject=material,
            after={
                "version": version,
                "tests": [test.code for test in tests.tests],
                "template": chosen.key if chosen else None,
            },
        )
        return await specification(material, version)


async def write_test(material: str, version: int, test: SpecificationTest, *, actor: Actor) -> SpecificationRow:
    """Set a test of a draft, or add it."""
    async with act(Tag.SPECIFICATION_CHANGE, actor=actor, subject=material) as this:
        row = await _draft(material, version, actor)
        before = row.tests.test(test.code)
        await _store(row, row.tests.with_test(test))
        await this.record(
            subject=material,
            before=None if before is None else before.model_dump(mode="json", exclude_none=True),
            after=test.model_dump(mode="json", exclude_none=True),
        )
        return await specification(material, version)


async def remove_test(material: str, version: int, code: str, *, actor: Actor) -> SpecificationRow:
    """Take a test out of a draft."""
    async with act(Tag.SPECIFICATION_CHANGE, actor=actor, subject=material) as this:
        row = await _draft(material, version, actor)
        await _store(row, row.tests.without(code))
        await this.record(subject=material, before={"test": code}, after=None)
        return await specification(material, version)


async def set_sampling(material: str, version: int, *, level: str, aql: str, actor: Actor) -> SpecificationRow:
    """How many rolls or pieces of a lot are looked at."""
    async with act(Tag.SPECIFICATION_CHANGE, actor=actor, subject=material) as this:
        row = await _draft(material, version, actor)
        refuse(_("Not changed"), specification_rules.sampling_blockers(level, aql))
        await sql.execute("UPDATE specification SET level = $2, aql = $3 WHERE id = $1", row.id, level, aql)
        await this.record(
            subject=material, before={"level": row.level, "aql": row.aql}, after={"level": level, "aql": aql}
        )
        return await specification(material, version)


async def _draft(material: str, version: int, actor: Actor) -> SpecificationRow:
    await locked_material(material)
    row = await specification(material, version)
    refuse(_("Not changed"), actor.lacks(*WRITERS) + specification_rules.draft_blockers(row.state))
    return row


async def _store(row: SpecificationRow, tests: SpecifiedTests) -> None:
    await sql.execute(
        "UPDATE specification SET tests = $2 WHERE id = $1 AND state = 'draft'",
        row.id,
        tests.model_dump_json(exclude_none=True),
    )


async def approve_specification(
    material: str, version: int, *, digest: str, signer: Signer, from_day: date | None = None
) -> SpecificationRow:
    """Put a draft in force: from now on, or from 00:00 of a later day. What held until then needs no act to end."""
    async with act(Tag.SPECIFICATION_APPROVE, actor=signer.actor, subject=material) as this:
        about = await locked_material(material)
        row = await specification(material, version)
        today = local(this.at).date()
        day = from_day or today
        refuse(
            _("Not put in force"),
            signer.actor.lacks(Role.QUALITY)
            + specification_rules.approval_blockers(
                row.state, row.tests, about.category, material, drafter=row.drafted_by, approver=signer.account.id
            )
            + specification_rules.day_blockers(day, today, _latest(await specifications_of(about.id))),
        )
        if digest != content_digest(row.content):
            raise Stale(_("Not put in force"))
        later = day > today
        content = row.content_from(day) if later else row.content
        signature = await sign(signer, Meaning.APPROVED, subject=material, content=content)
        await sql.execute(
            "UPDATE specification SET state = 'in_force', in_force_from = $2, approved_by = $3, signature = $4"
            " WHERE id = $1 AND state = 'draft'",
            row.id,
            datetime.combine(day, time(), tzinfo=settings().timezone) if later else this.at,
            signer.account.id,
            signature,
        )
        await this.record(
            subject=material, before={"version": about.version}, after={"version": version, "in_force_from": day}
        )
        return await specification(material, version)


def _latest(versions: Sequence[SpecificationRow]) -> tuple[int, date] | None:
    """The newest version that was put in force, and its day."""
    days = [(row.version, local(row.in_force_from).date()) for row in versions if row.in_force_from is not None]
    return days[0] if days else None
