"""Severity and skip-lot from the decided lots: computed at receipt, refused when discontinued, ruled by quality."""

from __future__ import annotations

import pytest

from maskqms.accounts.signing import content_digest
from maskqms.errors import Reason, Refused, Stale
from maskqms.i18n import in_locale
from maskqms.lab.queries.inspections import inspection
from maskqms.materials.actions.sampling import rule_sampling, ruling_content
from maskqms.materials.customary import template
from maskqms.materials.queries.lots import lot_by_code
from maskqms.materials.queries.sampling import sampling_of
from maskqms.materials.rules import sampling as rules
from maskqms.materials.specification import SpecifiedTests
from maskqms.materials.states import Category, SamplingRule
from maskqms.standards.switching import DecidedLot, Inspecting, Standing, standing_after
from tests.conftest import PASSWORD, ClientAs, Clock, People
from tests.make import sampling as make

SERIES = f"/suppliers/S001/materials/{make.LABELS}/sampling"


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


def both(reason: Reason) -> tuple[str, str]:
    words = []
    for locale in ("zh", "en"):
        with in_locale(locale):
            words.append(str(reason.text))
    return words[0], words[1]


async def test_bad_lots_tighten_then_discontinue_and_quality_resumes(people: People, client_as: ClientAs) -> None:
    await make.source(people)
    assert (await make.series()).standing.inspecting is Inspecting.NORMAL
    for number in (1, 2):
        await make.decided(people, number, good=False)
    third = await make.received(people, 3)
    lot = await lot_by_code(third.lot)
    kept = await sampling_of(lot.id)
    assert kept is not None
    assert kept.severity == "tightened"
    tally = (await inspection(third.inspection)).plan.tests[0].tally
    assert tally is not None
    assert tally.severity == "tightened"
    client = await client_as(people.quality)
    assert "加严：最近 2 批中有 2 批不接收" in (await client.get(f"/lots/{third.lot}/sampling")).text
    for number in (4, 5, 6, 7, 8):
        await make.decided(people, number, good=False)
    with pytest.raises(Refused) as refused:
        await make.received(people, 9)
    assert [reason.code for reason in refused.value.reasons] == ["sampling.discontinued"]
    assert both(refused.value.reasons[0]) == (
        "S001 的 M-LB-01 不予收货：中止：加严检验期间累计 5 批不接收。",
        "M-LB-01 of S001 is not received: discontinued: 5 lots not accepted under tightened inspection.",
    )
    assert refused.value.reasons[0].path[0].href == SERIES
    page = (await client.get(SERIES)).text
    assert "检验中止" in page
    assert 'value="resume"' in page
    assert 'value="allow_reduced"' not in page
    shown = content_digest(ruling_content("S001", make.LABELS, await make.series()))
    signed = {"rule": "resume", "reason": "供方整改完成", "username": "quality", "password": PASSWORD,
              "digest": shown, "key": "resume-key-1"}  # fmt: skip
    assert (await client.post(SERIES, data={**signed, "rule": ""})).status_code == 422
    for _twice in range(2):
        assert (await client.post(SERIES, data=signed)).status_code == 303
    assert len((await make.series()).rulings) == 1
    assert (await sampling_of((await lot_by_code((await make.received(people, 9)).lot)).id)).severity == "tightened"  # type: ignore[union-attr]
    assert "供应商整改后经质量部恢复" in (await client.get(SERIES)).text


async def test_a_lot_submitted_again_does_not_count(people: People) -> None:
    await make.source(people)
    await make.decided(people, 1, good=False)
    again = make.make.receipt(quantity=make.Decimal(500), rolls=(), supplier_lot="LB-1", delivery_note="SH-1b")
    made = await make.receive_lot(supplier="S001", material=make.LABELS, receipt=again, actor=people.warehouse)
    await make.make.inspected(people, made.inspection, bad={"PRINT": "5"})
    await make.make.decide(people, made.lot, make.LotDecision.REJECT, reason="仍不合格")
    assert len((await make.series()).steps) == 1
    assert (await make.series()).standing.inspecting is Inspecting.NORMAL


async def test_skip_lot_is_off_until_signed_and_inspects_one_of_three(people: People) -> None:
    await make.source(people)
    for number in (1, 2):
        made = await make.decided(people, number, good=True)
        assert (await sampling_of((await lot_by_code(made.lot)).id)).skipped is None  # type: ignore[union-attr]
    assert (await make.series()).standing.score == 4
    await make.rule(people, SamplingRule.SKIP_ON, after=2, one_of=3)
    skipped = []
    for number in (3, 4, 5, 6):
        made = await make.received(people, number)
        kept = await sampling_of((await lot_by_code(made.lot)).id)
        assert kept is not None
        codes = [test.code for test in (await inspection(made.inspection)).plan.tests]
        assert codes == (["IDENTITY"] if kept.skipped else ["PRINT", "UDI"])
        skipped.append(kept.skipped is not None)
        if kept.skipped:
            assert str(rules.skip_words(kept.skipped)).startswith("跳批：已连续接收 2 批（规则 2 批）；每 3 批检 1 批")
    assert skipped == [True, True, False, True]
    await make.rule(people, SamplingRule.SKIP_OFF)
    assert (await make.series()).skip_rule is None


def test_the_filtration_of_a_key_material_is_never_skipped() -> None:
    found = template(Category.MELTBLOWN)
    tests = SpecifiedTests(tests=found.tests).plan(10, found.level, found.aql)
    assert [test.code for test in rules.without_skipped(tests, Category.MELTBLOWN)] == ["IDENTITY", "PFE", "BFE"]


def test_nothing_is_skipped_under_tightened_inspection_or_before_enough_lots() -> None:
    tightened = standing_after([DecidedLot("1", False), DecidedLot("2", False)])
    assert rules.skip_for(tightened, 9, 2, 3, 0) is None
    assert rules.skip_for(Standing(), 1, 2, 3, 0) is None
    assert rules.skip_for(Standing(), 2, None, None, 0) is None
    assert rules.skip_for(Standing(), 2, 2, 3, 2) is None


@pytest.mark.parametrize(
    ("rule", "numbers", "code", "words"),
    [
        (SamplingRule.RESUME, (None, None), "sampling.not_discontinued", "检验未中止。"),
        (SamplingRule.END_REDUCED, (None, None), "sampling.not_allowed", "尚未同意放宽检验。"),
        (SamplingRule.SKIP_OFF, (None, None), "sampling.no_skip", "没有启用跳批。"),
        (SamplingRule.SKIP_ON, (0, 1), "sampling.skip_numbers",
         "跳批须填两个数：连续接收多少批之后，每多少批检验一批。"),
    ],
)  # fmt: skip
def test_a_ruling_that_does_not_fit_is_refused(
    rule: SamplingRule, numbers: tuple[int | None, int | None], code: str, words: str
) -> None:
    after, one_of = numbers
    found = rules.ruling_blockers(rule, Standing(), reason=" ", after=after, one_of=one_of, skips=False)
    assert {reason.code for reason in found} == {code, "sampling.reason"}
    assert words in [both(reason)[0] for reason in found]
    assert all(zh != en for zh, en in map(both, found))


def test_reduced_inspection_is_allowed_once_and_only_from_normal() -> None:
    for standing in (Standing(allowed=True), Standing(inspecting=Inspecting.TIGHTENED)):
        found = rules.ruling_blockers(
            SamplingRule.ALLOW_REDUCED, standing, reason="x", after=None, one_of=None, skips=False
        )
        assert [reason.code for reason in found] == ["sampling.allow"]
        assert both(found[0]) == (
            "只能在正常检验期间同意放宽，且只需一次。",
            "Reduced inspection can be allowed once, while inspection is normal.",
        )


async def test_only_quality_rules_and_only_what_was_shown(people: People) -> None:
    await make.source(people)
    with pytest.raises(Refused) as refused:
        await make.rule(people, SamplingRule.ALLOW_REDUCED, who="inspector")
    assert [reason.code for reason in refused.value.reasons] == ["actor.role"]
    with pytest.raises(Stale):
        await rule_sampling(
            "S001", material=make.LABELS, rule=SamplingRule.ALLOW_REDUCED, reason="稳定", digest="0" * 64,
            signer=await people.signer("quality"),
        )  # fmt: skip
    await make.rule(people, SamplingRule.ALLOW_REDUCED)
    assert (await make.series()).standing.allowed
    with pytest.raises(Refused):
        await make.rule(people, SamplingRule.ALLOW_REDUCED)


async def test_the_calculator_shows_plan_curve_and_risks(people: People, client_as: ClientAs) -> None:
    client = await client_as(people.inspector)
    page = (await client.get("/sampling?lot=2000&level=II&aql=1.0&severity=normal")).text
    assert "抽 125 个，不合格不超过 3 个则接收" in page
    assert "data-chart" in page
    assert "使用方风险" in page
    wrong = await client.get("/sampling?lot=many&level=IV&aql=1.0")
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.text
    assert "请填 1 至" in wrong.text
