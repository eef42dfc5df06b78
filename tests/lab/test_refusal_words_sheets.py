"""Why a value, a review or a decision does not stand on a sheet, in the words that a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from maskqms.errors import Reason
from maskqms.lab import rules
from maskqms.lab.drawing import list_blockers, opening_blockers
from maskqms.lab.instrument_files import ColumnNames, LineFault, import_reasons, opened, read_lines
from maskqms.lab.plan import Plan, planned
from maskqms.lab.rules import JudgedSheet, judge_sheet
from maskqms.lab.states import Decision, InspectionState, Outcome
from maskqms.lab.tallying import Count, Entry, close_blockers, count_blockers
from tests.make.lab import APPEAR, PFE
from tests.refusals import MOMENT, Row, code_of, said, wanted

COUNTED = planned(APPEAR, lot_size=500, level="II", aql="1.0")
PLAN = Plan(tests=(planned(PFE), COUNTED))
EYE = Plan(tests=(planned(APPEAR),))
OPEN, ENTERED, REVIEWED = InspectionState.OPEN, InspectionState.ENTERED, InspectionState.REVIEWED
ROLLS = ("ML-001-R01", "ML-001-R02", "ML-001-R03")
TALLY = COUNTED.counted
assert TALLY is not None


@dataclass(frozen=True)
class Value:
    test: str
    specimen: int
    text: str


def sheet(*filtered: str) -> JudgedSheet:
    values = [Value("PFE", n, value) for n, value in enumerate(filtered, start=1)]
    return judge_sheet(PLAN, [*values, Value("APPEAR", 1, "0")])


def value(test: str = "PFE", specimen: int = 1, text: str = "96", **facts: Any) -> list[Reason]:
    return rules.value_blockers(PLAN, test, specimen, text, **{"has_value": False, "reason": None, **facts})


def decided(decision: Decision, outcome: Outcome = Outcome.PASS, state: InspectionState = REVIEWED) -> list[Reason]:
    return rules.decision_blockers("IQ-001", state, outcome, decision)


def drawn(opened: tuple[str, ...], chosen: tuple[str, ...] | None = ROLLS[:1]) -> list[Reason]:
    return opening_blockers("IQ-001", ROLLS, chosen, opened, None)


def counting(entries: tuple[Entry, ...] = (), pieces: int = 1, **facts: Any) -> list[Reason]:
    assert TALLY is not None
    return count_blockers(entries, TALLY, pieces=pieces, **{"same_piece": False, "has_value": False, **facts})


def file(text: str, name: str = "8130A.csv") -> list[Reason]:
    """What is said about an instrument's file."""
    found = opened(name, text.encode())
    columns = ColumnNames(value="Result", test="Item", specimen="No", unit="Unit")
    if not hasattr(found, "head"):
        return import_reasons(name, [LineFault(0, found)])
    return import_reasons(name, read_lines(found, columns, PLAN, frozenset()).faults)


GOOD = Entry(1, 1, TALLY.n - 1, None, None, "李检验", MOMENT, None)

ROWS = (
    Row(
        "inspection.closed",
        lambda: rules.open_blockers("IQ-001", ENTERED),
        "检验 IQ-001 不再接受录入：待复核。 → 复核人可写明原因后退回。",
        (
            "Inspection IQ-001 takes no values any more: Waits for review. → The reviewer can send it back with "
            "a reason."
        ),
    ),
    Row("result.test", lambda: value("BFE"), "检验方案中没有项目 BFE。", "The plan has no test BFE."),
    Row(
        "result.specimen",
        lambda: value(specimen=4),
        "PFE 的试样编号为 1 至 3，没有 4。",
        "PFE has specimens 1 to 3, not 4.",
    ),
    Row(
        "result.value",
        lambda: value("APPEAR", text="51"),
        "APPEAR：“51”不是 0 到 50 之间的件数。",
        "APPEAR: '51' is not a number of pieces from 0 to 50.",
    ),
    Row(
        "result.exists",
        lambda: value(has_value=True),
        "PFE 试样 1 已有数值，不能覆盖。 → 请写明原因后更正，原值仍保留可查。",
        (
            "PFE, specimen 1 already has a value. It is never overwritten. → Correct it with a reason; the first "
            "value stays readable."
        ),
    ),
    Row(
        "result.test",
        lambda: rules.instrument_blockers(PLAN, "BFE", 1, "SC-01", "g"),
        "检验方案中没有项目 BFE。",
        "The plan has no test BFE.",
    ),
    Row(
        "result.specimen",
        lambda: rules.instrument_blockers(PLAN, "PFE", 9, "FT-01", "%"),
        "PFE 的试样编号为 1 至 3，没有 9。",
        "PFE has specimens 1 to 3, not 9.",
    ),
    Row(
        "result.not_measured",
        lambda: rules.instrument_blockers(EYE, "APPEAR", 1, "SC-01", "g"),
        "APPEAR 为目视判定，不由仪器测量。",
        "APPEAR is judged by eye, not measured.",
    ),
    Row(
        "result.unit",
        lambda: rules.instrument_blockers(PLAN, "PFE", 1, "SC-01", "g"),
        "SC-01 的单位是 g，PFE 的单位是 %。 → 请使用该单位的仪器。",
        "SC-01 measures in g, PFE is in %. → Use an instrument of that unit.",
    ),
    Row(
        "result.missing",
        lambda: rules.finish_blockers("IQ-001", OPEN, sheet("96")),
        "PFE（过滤效率）：还缺 2 个数值。 → 请先录入。",
        "PFE (Filtration efficiency): 2 values are missing. → Enter them first.",
    ),
    Row(
        "person.analyst",
        lambda: rules.person_blockers(7, analysts={7: "李检验"}),
        "李检验 参与过本次检验的取样或录入。 → 须由未参与检验的人员办理（R10）。",
        (
            "李检验 took samples or entered values of this inspection. → Somebody who took no part in the "
            "testing must do it (R10)."
        ),
    ),
    Row(
        "person.reviewer",
        lambda: rules.person_blockers(8, analysts={7: "李检验"}, reviewer=8, reviewer_name="赵检验"),
        "本次检验由 赵检验 复核。 → 须由第三人判定（R10）。",
        "赵检验 reviewed this inspection. → A third person must decide (R10).",
    ),
    Row(
        "inspection.not_reviewed",
        lambda: decided(Decision.ACCEPTED, state=ENTERED),
        "检验 IQ-001 尚未复核：待复核。 → 请先由第二人复核检验单。",
        "Inspection IQ-001 is not reviewed: Waits for review. → A second person reviews the sheet first.",
    ),
    Row(
        "inspection.verdict",
        lambda: decided(Decision.ACCEPTED, Outcome.FAIL),
        "检验 IQ-001 的判定为：不合格。 → 未判合格的不能接收。",
        "The verdict of inspection IQ-001 is: Fail. → What did not pass cannot be accepted.",
    ),
    Row(
        "inspection.verdict",
        lambda: decided(Decision.REJECTED),
        "检验 IQ-001 的全部项目合格。 → 请先开启偏差写明问题，再判不合格。",
        "All tests of inspection IQ-001 passed. → Open a deviation that says what is wrong, then reject.",
    ),
    Row(
        "draw.listed",
        lambda: list_blockers(12, 3, True),
        "抽取清单已经封存。 → 清单只能做一次；若可重做，就能挑选抽中的卷或箱。",
        "The list to draw from is sealed already. → A list that could be made again could be chosen.",
    ),
    Row(
        "draw.cartons",
        lambda: list_blockers(5001, 3, False),
        "抽取清单可列 1 至 5000 箱。",
        "1 to 5000 cartons can be drawn from.",
    ),
    Row(
        "draw.cartons",
        lambda: list_blockers(0, 3, False),
        "抽取清单可列 1 至 5000 箱。",
        "1 to 5000 cartons can be drawn from.",
    ),
    Row(
        "draw.count",
        lambda: list_blockers(12, 13, False),
        "12 箱中可开 1 至 12 箱。",
        "Of 12 cartons 1 to 12 can be opened.",
    ),
    Row(
        "draw.waiting",
        lambda: drawn(ROLLS[:1], None),
        "IQ-001 尚未抽取。 → 请等待封存：清单生成约一秒后完成。",
        "The draw of IQ-001 is not made yet. → Wait for the seal: about a second after the list was made.",
    ),
    Row(
        "draw.empty",
        lambda: drawn(()),
        "没有填写打开的卷或箱。 → 请扫描已打开的卷或箱。",
        "No unit was named. → Scan the rolls or cartons that were opened.",
    ),
    Row(
        "draw.unknown",
        lambda: drawn(("ML-009-R01",)),
        "不属于本次到货：ML-009-R01。 → 请再核对标签。",
        "Not of this delivery: ML-009-R01. → Look at the label again.",
    ),
    Row(
        "draw.other",
        lambda: drawn(ROLLS[1:]),
        "抽中的是 ML-001-R01，不是 ML-001-R02, ML-001-R03。 → 请打开抽中的卷或箱；否则请写明原因，并将开启偏差。",
        (
            "Drawn were ML-001-R01, not ML-001-R02, ML-001-R03. → Open the drawn ones, or say why not: a "
            "deviation is opened."
        ),
    ),
    Row(
        "tally.closed",
        lambda: counting(has_value=True),
        "该项目的计数已录入。 → 请写明原因后更正数值。",
        "The count of this test was entered already. → Correct the value with a reason.",
    ),
    Row("tally.pieces", lambda: counting(pieces=0), "至少计一件。", "At least one piece is counted."),
    Row(
        "tally.no_piece",
        lambda: counting((GOOD,), same_piece=True),
        "上一件没有缺陷，不能追加缺陷。 → 请按新的一件计数。",
        "The last piece has no defect that another one could join. → Count it as a new piece.",
    ),
    Row(
        "tally.too_many",
        lambda: counting((GOOD,), pieces=2),
        "共 50 件，已检查 49 件，再计 2 件就超出了。 → 请撤销重复的计数。",
        "49 of 50 pieces were looked at; 2 more are too many. → Take back what was counted twice.",
    ),
    Row(
        "tally.unfinished",
        lambda: close_blockers(Count(20, 0, {}, 21), COUNTED.counted or TALLY),
        "共 50 件，已检查 20 件。 → 请检查其余各件，除非提前达到 Re。",
        "20 of 50 pieces were looked at. → Look at the rest, unless Re is reached before.",
    ),
    Row(
        "file.line",
        lambda: file("Item,No,Result,Unit\nPFE,9,96,%\n"),
        "8130A.csv 第 2 行：PFE 的试样编号为 1 至 3，没有 9。 → 整个文件均未录入，请更正文件或列对应后重试。",
        (
            "8130A.csv, line 2: PFE has specimens 1 to 3, not 9. → Nothing of the file was entered. Correct the "
            "file or the columns and take it again."
        ),
    ),
    Row(
        "file.line",
        lambda: file("Item,No,Result,Unit\nPFE,1,96,Pa\n"),
        "8130A.csv 第 2 行：PFE 的单位是 %，该行写的是 Pa。 → 整个文件均未录入，请更正文件或列对应后重试。",
        (
            "8130A.csv, line 2: PFE is in %, the line says Pa. → Nothing of the file was entered. Correct the "
            "file or the columns and take it again."
        ),
    ),
    Row(
        "file.unreadable",
        lambda: file("Item,No,Result,Unit\n"),
        "8130A.csv：文件表头下没有数据。 → 整个文件均未录入，请更正文件或列对应后重试。",
        (
            "8130A.csv: The file has no line under its head. → Nothing of the file was entered. Correct the file "
            "or the columns and take it again."
        ),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_a_sheet_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
