"""What only the database knows: acts of the laboratory that are refused, in the words that a person reads."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maskqms.lab.actions.certificate import enter_certificate_value
from maskqms.lab.actions.files import take_file
from maskqms.lab.actions.finish import finish_entry, send_back
from maskqms.lab.actions.investigate import open_investigation
from maskqms.lab.actions.outside import record_report, register_laboratory
from maskqms.lab.actions.samples import move_sample
from maskqms.lab.actions.tally import count_pieces, enter_count, undo_count
from maskqms.lab.plan import planned
from maskqms.lab.states import DefectClass, Evidence, Recheck, SampleState
from tests.conftest import Clock, People
from tests.lab.test_files import COLUMNS, GOOD, brought
from tests.lab.test_outside import laboratory
from tests.lab.test_rechecks import fail, weighed
from tests.lab.test_samples import taken
from tests.make import devices, investigations, lab
from tests.refusals import DAY, MOMENT, Tried, code_of, refused, wanted


async def certified(people: People, test: str = "PFE", value: str = "96", paper: str = "Z-7", times: int = 1) -> None:
    row = await lab.inspection(people.quality)
    for _time in range(times):
        await enter_certificate_value(row.code, test=test, value=value, certificate=paper, actor=people.inspector)


async def take_twice(people: People) -> None:
    code, file = await brought(people, GOOD)
    for _time in range(2):
        await take_file(code, file, columns=COLUMNS, actor=people.inspector)


async def back_without_a_word(people: People) -> None:
    row = await lab.inspection(people.quality)
    await lab.fill(row.code, people.inspector)
    await finish_entry(row.code, actor=people.inspector)
    await send_back(row.code, reason=" ", actor=people.inspector2)


async def look_into(people: People, *, filled: bool) -> None:
    row = await lab.inspection(people.quality)
    if filled:
        await lab.fill(row.code, people.inspector)
    for _time in range(2 if filled else 1):
        await open_investigation(row.code, test="PFE", why="数值偏低", actor=people.inspector)


async def laboratory_of(people: People, days: int = 30, scope: tuple[str, ...] = ("PFE",)) -> None:
    await register_laboratory(
        code="LAB-1",
        name="省医疗器械检验所",
        accreditation="CNAS L0000",
        scope=scope,
        valid_until=DAY + timedelta(days=days),
        actor=people.quality,
    )


async def laboratory_twice(people: People) -> None:
    await laboratory_of(people)
    await laboratory_of(people)


async def report_twice(people: People) -> None:
    row = await lab.inspection(people.quality, tests=[planned(lab.PFE, evidence=Evidence.COMMISSIONED)])
    await laboratory(people)
    for _time in range(2):
        await record_report(
            row.code, test="PFE", laboratory="LAB-1", report="R-1", reported_on=DAY, actor=people.inspector
        )


async def recheck_twice(people: People) -> None:
    await devices.scale(people.quality)
    row = await weighed(people)
    await fail(people)
    for _time in range(2):
        await investigations.recheck(people, row.code, Recheck.VALID)


async def hand_to_nobody(people: People) -> None:
    await move_sample(await taken(people), SampleState.HANDED, to="nobody", actor=people.inspector)


async def undo(people: People, *, entered: bool) -> None:
    row = await lab.inspection(people.quality)
    for _piece in range(2):
        entry = await count_pieces(
            row.code, test="APPEAR", defect_class=DefectClass.MAJOR, defect="破洞", actor=people.inspector
        )
    if entered:
        await enter_count(row.code, test="APPEAR", actor=people.inspector)
    for _time in range(1 if entered else 2):
        await undo_count(row.code, test="APPEAR", entry=entry, reason="看错", actor=people.inspector)


TRIED = (
    Tried(
        "result.test",
        lambda people: certified(people, test="BFE"),
        "检验方案中没有项目 BFE。",
        "The plan has no test BFE.",
    ),
    Tried(
        "result.value",
        lambda people: certified(people, value="好"),
        "PFE：“好”不是数值。",
        "PFE: '好' is not a number.",
    ),
    Tried(
        "certificate.number",
        lambda people: certified(people, paper=" "),
        "请写明是哪份质保书。",
        "Say which certificate says so.",
    ),
    Tried(
        "certificate.exists",
        lambda people: certified(people, times=2),
        "已有质保书数值 96。 → 请写明原因后更正，原值仍可查。",
        "A value of the certificate stands there already: 96. → Correct it with a reason; it stays readable.",
    ),
    Tried("file.taken", take_twice, "8130A.csv 已录入本检验单。", "8130A.csv was taken into this sheet already."),
    Tried("reason.missing", back_without_a_word, "请写明需要重新核对的内容。", "Say what has to be looked at again."),
    Tried(
        "investigation.no_result",
        lambda people: look_into(people, filled=False),
        "PFE 尚无结果。",
        "PFE has no result yet.",
    ),
    Tried(
        "investigation.exists",
        lambda people: look_into(people, filled=True),
        "PFE 已有调查 OOS-20261121-001。",
        "Investigation OOS-20261121-001 of PFE exists already.",
    ),
    Tried(
        "laboratory.expired",
        lambda people: laboratory_of(people, -1),
        "该实验室的认可已到期。",
        "The accreditation has ended already.",
    ),
    Tried(
        "laboratory.scope",
        lambda people: laboratory_of(people, scope=()),
        "请至少填写一个认可范围内的检验项目。",
        "Name at least one test that the accreditation covers.",
    ),
    Tried(
        "laboratory.exists",
        laboratory_twice,
        "该编号的实验室已登记。",
        "A laboratory with this code is registered already.",
    ),
    Tried("report.exists", report_twice, "该项目已登记过此报告。", "This report is recorded for the test already."),
    Tried(
        "recheck.nothing",
        recheck_twice,
        "IN-20261121-001 没有结果等待本次重新评价。",
        "No result of IN-20261121-001 waits for this re-evaluation.",
    ),
    Tried("sample.unknown_person", hand_to_nobody, "没有账号 nobody。", "Nobody signs in as nobody."),
    Tried(
        "tally.undone",
        lambda people: undo(people, entered=False),
        "该记录已撤销。",
        "This entry was taken back already.",
    ),
    Tried(
        "tally.closed",
        lambda people: undo(people, entered=True),
        "该项目的计数已录入。 → 请写明原因后更正数值。",
        "The count of this test was entered already. → Correct the value with a reason.",
    ),
)


@pytest.mark.parametrize("row", TRIED, ids=code_of)
async def test_an_act_s_refusal_says_why_in_both_languages(row: Tried, people: People, clock: Clock) -> None:
    await clock.set(MOMENT)
    assert await refused(row, people) == wanted(row)
