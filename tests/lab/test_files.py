"""Values from an instrument's file: columns said once per instrument, all or nothing, each cell with file and line."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from openpyxl import Workbook

from maskqms.db import sql
from maskqms.devices.states import InstrumentKind
from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.lab.actions.files import keep_file, save_columns, take_file
from maskqms.lab.instrument_files import ColumnNames, OpenedFile, opened
from maskqms.lab.queries.files import column_map, result_file
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.states import Outcome
from tests.conftest import ClientAs, People
from tests.make import devices
from tests.make import lab as make

COLUMNS = ColumnNames(value="Result", test="Item", specimen="No", unit="Unit")
GOOD = "Item,No,Result,Unit\nPFE,1,95.5,%\n过滤效率,2,94.2,%\nfiltration efficiency,3,97,%\n"


def words(refused: pytest.ExceptionInfo[Refused], locale: str) -> str:
    with in_locale(locale):
        return " ".join(f"{reason.text} {reason.remedy or ''}" for reason in refused.value.reasons)


async def brought(people: People, text: str, name: str = "8130A.csv") -> tuple[str, int]:
    """A sheet and the file that was kept for it."""
    row = await make.inspection(people.quality)
    await devices.scale(people.quality, "FT-01", kind=InstrumentKind.FILTER_TESTER, name="滤料测试台", unit="%")
    kept = await keep_file(row.code, instrument="FT-01", name=name, content=text.encode(), actor=people.inspector)
    return row.code, kept.file


async def test_a_whole_file_enters_the_sheet_with_its_lines(people: People) -> None:
    code, file = await brought(people, GOOD)
    done = await take_file(code, file, columns=COLUMNS, actor=people.inspector)
    assert done.values == 3
    found = await sheet(code)
    current = found.current("PFE", 2)
    assert current is not None
    assert (current.text, current.outcome, current.place) == ("94.2", Outcome.FAIL, "8130A.csv:3")
    assert current.line_text == "过滤效率\t2\t94.2\t%"
    assert current.instrument == "FT-01"
    kept = await result_file(code, file)
    assert kept.digest == hashlib.sha256(GOOD.encode()).hexdigest()
    assert kept.content == GOOD.encode()
    with pytest.raises(Refused) as refused:
        await take_file(code, file, columns=COLUMNS, actor=people.inspector)
    assert "file.taken" in {reason.code for reason in refused.value.reasons}
    assert "已录入本检验单" in words(refused, "zh")
    assert "was taken into this sheet already" in words(refused, "en")


async def test_every_fault_is_named_with_file_and_line_and_nothing_is_entered(people: People) -> None:
    bad = "Item,No,Result,Unit\nPFE,1,95.5,%\nPFE,x,96,%\nPFE,9,96,%\nXXX,1,1,%\nPFE,1,97,%\nPFE,2,abc,%\nPFE,3,96,Pa\n"
    code, file = await brought(people, bad)
    with pytest.raises(Refused) as refused:
        await take_file(code, file, columns=COLUMNS, actor=people.inspector)
    assert [reason.code for reason in refused.value.reasons] == ["file.line"] * 6
    with in_locale("zh"):
        texts = [str(reason.text) for reason in refused.value.reasons]
    assert [text.split("：", 1)[0] for text in texts] == [f"8130A.csv 第 {line} 行" for line in range(3, 9)]
    assert "整个文件均未录入" in words(refused, "zh")
    assert "8130A.csv, line 3:" in words(refused, "en")
    assert not (await sheet(code)).results
    assert await sql.fetch_value("SELECT count(*) FROM result_line") == 0


async def test_a_cell_that_has_its_value_stops_the_whole_file(people: People) -> None:
    code, file = await brought(people, GOOD)
    await make.enter_result(code, test="PFE", specimen=3, value="99", actor=people.inspector)
    with pytest.raises(Refused) as refused:
        await take_file(code, file, columns=COLUMNS, actor=people.inspector)
    assert "不能覆盖" in words(refused, "zh")
    assert [one.text for one in (await sheet(code)).results] == ["99"]


@pytest.mark.parametrize(
    ("name", "content", "zh", "en"),
    [
        ("a.pdf", b"%PDF", "既不是 CSV 也不是 XLSX", "neither CSV nor XLSX"),
        ("a.csv", b"Item,Result\n", "表头下没有数据", "no line under its head"),
        ("a.csv", b"a\x00b\n1\n", "不是文本", "not a text"),
        ("a.csv", b'a,b\n"1,2\n', "单元格中途中断", "breaks off"),
        ("a.csv", b"\xff\xff\xff\n\xff", "字符集", "character set"),
        ("a.xlsx", b"no workbook", "无法打开工作簿", "cannot be opened"),
    ],
)
async def test_what_is_no_table_is_refused_by_name(people: People, name: str, content: bytes, zh: str, en: str) -> None:
    row = await make.inspection(people.quality)
    await devices.scale(people.quality, "FT-01", kind=InstrumentKind.FILTER_TESTER, name="滤料测试台", unit="%")
    with pytest.raises(Refused) as refused:
        await keep_file(row.code, instrument="FT-01", name=name, content=content, actor=people.inspector)
    assert [reason.code for reason in refused.value.reasons] == ["file.unreadable"]
    assert name in words(refused, "zh")
    assert zh in words(refused, "zh")
    assert en in words(refused, "en")
    assert await sql.fetch_value("SELECT count(*) FROM result_file") == 0


async def test_columns_are_kept_per_instrument_and_must_be_in_the_file(people: People) -> None:
    code, file = await brought(people, GOOD)
    with pytest.raises(Refused) as refused:
        await save_columns(code, file, columns=ColumnNames(value="Wert"), actor=people.warehouse)
    assert {reason.code for reason in refused.value.reasons} == {"actor.role", "file.line", "file.unreadable"}
    assert "没有名为 Wert 的列" in words(refused, "zh")
    assert "no column Wert" in words(refused, "en")
    await save_columns(code, file, columns=COLUMNS, actor=people.inspector)
    kept = await column_map((await result_file(code, file)).instrument)
    assert kept is not None
    assert kept.columns == COLUMNS


def test_a_workbook_and_a_semicolon_file_are_tables_too() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Item", "Result"])
    book.active.append(["PFE", 95.1])
    content = BytesIO()
    book.save(content)
    for found in (opened("x.xlsx", content.getvalue()), opened("x.csv", "Item;Result\nPFE;95.1\n".encode("gb18030"))):
        assert isinstance(found, OpenedFile)
        assert (found.head, [line.cells for line in found.lines]) == (("Item", "Result"), [("PFE", "95.1")])


async def test_the_pages_from_upload_to_the_cell(people: People, client_as: ClientAs) -> None:
    row = await make.inspection(people.quality)
    await devices.scale(people.quality, "FT-01", kind=InstrumentKind.FILTER_TESTER, name="滤料测试台", unit="%")
    client = await client_as(people.inspector)
    assert "FT-01" in (await client.get(f"/inspections/{row.code}/files")).text
    text = "序号,数值\n1,95.5\n2,96\n3,94\n"
    sent = {"instrument": "FT-01", "key": "bring-file-1", "_csrf_token": client.headers["x-csrftoken"]}
    assert (await client.post(f"/inspections/{row.code}/files", data=sent)).status_code == 422
    for _time in range(2):
        answer = await client.post(
            f"/inspections/{row.code}/files",
            data=sent,
            files={"file": ("仪器.csv", text.encode("gb18030"), "text/csv")},
        )
        assert answer.status_code == 303, answer.text
    url = answer.headers["location"]
    page = (await client.get(url)).text
    assert "各列的含义" in page
    columns = {"value": "数值", "specimen": "序号", "fixed_test": "PFE"}
    assert (await client.post(f"{url}/columns", data={**columns, "value": ""})).status_code == 422
    assert (await client.post(f"{url}/columns", data={**columns, "key": "columns-0001"})).status_code == 303
    page = (await client.get(url)).text
    assert "可一并录入 3 个数值" in page
    assert "tone-stop" in page
    assert (await client.post(f"{url}/take", data={**columns, "key": "take-file-01"})).status_code == 303
    grid = (await client.get(f"/inspections/{row.code}")).text
    assert "仪器.csv:2" in grid
    cell = (await client.get(f"/inspections/{row.code}/cells/PFE/1")).text
    assert url in cell
    assert (await client.get(f"{url}/original")).content == text.encode("gb18030")
