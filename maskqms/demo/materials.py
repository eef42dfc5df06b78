"""The materials of a flat mask and a folded one, each with a specification in force: the customary tests, made the
factory's own where they have to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from maskqms.accounts.signing import content_digest
from maskqms.demo.clockwork import Story
from maskqms.demo.days import Calendar, at
from maskqms.demo.people import Staff
from maskqms.devices.states import InstrumentKind
from maskqms.lab.states import Evidence
from maskqms.materials.actions.specifications import (
    approve_specification,
    draft_specification,
    enter_material,
    write_test,
)
from maskqms.materials.queries.materials import specification
from maskqms.materials.specification import SpecificationTest
from maskqms.materials.states import Category, Measure

EAR_LOOP = "M-EL-27"
MELTBLOWN = "M-MB-25"
MELTBLOWN_KN = "M-MB-KN"


@dataclass(frozen=True, slots=True)
class Material:
    code: str
    name_zh: str
    name_en: str
    category: Category
    unit: Measure
    storage_life_days: int | None = None


MATERIALS = (
    Material(MELTBLOWN, "熔喷布 BFE95+ 25 g/m² 175 mm", "Meltblown BFE95+, 25 g/m², 175 mm", Category.MELTBLOWN,
             Measure.METRE, 180),
    Material(MELTBLOWN_KN, "熔喷布 KN95 级 40 g/m² 260 mm", "Meltblown KN95, 40 g/m², 260 mm", Category.MELTBLOWN,
             Measure.METRE, 180),
    Material("M-SB-OUT", "纺粘布 外层 蓝色 25 g/m²", "Spunbond, outer, blue, 25 g/m²", Category.SPUNBOND,
             Measure.METRE, 365),
    Material("M-SB-IN", "纺粘布 内层 白色 25 g/m²", "Spunbond, inner, white, 25 g/m²", Category.SPUNBOND,
             Measure.METRE, 365),
    Material(EAR_LOOP, "耳带 圆形 2.7 mm", "Ear loop, round, 2.7 mm", Category.EAR_LOOP, Measure.METRE, 365),
    Material("M-NW-40", "鼻梁条 全塑 4.0 mm", "Nose wire, plastic, 4.0 mm", Category.NOSE_WIRE, Measure.METRE),
    Material("M-PK-SM50", "彩盒 医用外科口罩 50 只", "Box, surgical mask, 50", Category.PACKAGING, Measure.PIECE),
    Material("M-PK-DM50", "彩盒 一次性使用医用口罩 50 只", "Box, single-use mask, 50", Category.PACKAGING,
             Measure.PIECE),
    Material("M-PK-KN20", "彩盒 KN95 口罩 20 只", "Box, KN95, 20", Category.PACKAGING, Measure.PIECE),
    Material("M-PK-CTN", "瓦楞外箱 五层", "Carton, five-ply", Category.PACKAGING, Measure.PIECE),
)  # fmt: skip


def _test(
    code: str, zh: str, en: str, unit: str, least: str, most: str, specimens: int, **more: Any
) -> SpecificationTest:
    """A measured range of our own; `more` is said as in the customary tests."""
    requirement = {
        "code": code,
        "name": {"zh": zh, "en": en},
        "unit": unit,
        "kind": "variable",
        "comparator": "range",
        "limit": {"comparator": "range", "number": least, "upper": most},
        "specimens": specimens,
        "provenance": "verified",
        "source": "与供应商签订的质量协议",
        **more,
    }
    return SpecificationTest.model_validate({"requirement": requirement})


OWN_TESTS = {
    MELTBLOWN_KN: (
        _test("GSM", "单位面积质量", "Mass per area", "g/m2", "38.0", "42.0", 5, rule="mean", clause="GB/T 24218.1"),
        _test("WIDTH", "幅宽", "Width", "mm", "259", "263", 3, clause="GB/T 4666"),
    ),
    EAR_LOOP: (_test("MASS10", "10 米质量", "Mass of 10 m", "g", "22.0", "28.0", 3),),
}
"""What the factory agreed beside the customary tests, or instead of them. The last one is weighed."""


MEASURED_WITH = {
    "PFE": InstrumentKind.FILTER_TESTER,
    "STRENGTH": InstrumentKind.FORCE_GAUGE,
    "STRENGTH_MD": InstrumentKind.FORCE_GAUGE,
    "STRENGTH_CD": InstrumentKind.FORCE_GAUGE,
    "MASS10": InstrumentKind.SCALE,
}
"""Tests whose values this laboratory always takes with an instrument of its register."""


async def enter_materials(staff: Staff, calendar: Calendar) -> Story:
    """Quality enters materials; one person drafts a specification, the head of quality puts it in force."""
    moment = at(calendar.setup, "09:40")
    for one in MATERIALS:
        yield (moment := moment + timedelta(minutes=4))
        await enter_material(
            code=one.code,
            name_zh=one.name_zh,
            name_en=one.name_en,
            category=one.category,
            unit=one.unit,
            storage_life_days=one.storage_life_days,
            actor=staff["sun"],
        )
        yield (moment := moment + timedelta(minutes=3))
        draft = await draft_specification(one.code, actor=staff["sun"])
        for test in OWN_TESTS.get(one.code, ()):
            yield (moment := moment + timedelta(minutes=1))
            await write_test(one.code, draft.version, test, actor=staff["sun"])
        for test in (await specification(one.code, draft.version)).tests.tests:
            kind = MEASURED_WITH.get(test.code)
            if kind is None or test.evidence is not Evidence.OWN:
                continue
            yield (moment := moment + timedelta(seconds=20))
            measured = test.model_copy(update={"instrument": kind})
            await write_test(one.code, draft.version, measured, actor=staff["sun"])
        yield (moment := moment + timedelta(minutes=4))
        shown = await specification(one.code, draft.version)
        await approve_specification(
            one.code, draft.version, digest=content_digest(shown.content), signer=staff.signer("zhou")
        )
