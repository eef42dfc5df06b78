"""Every fault of a history folder is found at once, each with file, line and column. Pure: no database."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maskqms.i18n import in_locale
from maskqms.settings import settings
from maskqms.trace.importer.checks import check
from maskqms.trace.importer.files import Fault
from tests.make.trace import history_files

Files = dict[str, bytes]


def faults(files: Files) -> list[Fault]:
    return check(files, zone=settings().timezone)[1].faults


def places(files: Files) -> list[tuple[str, int, str | None]]:
    return [(fault.file, fault.line, fault.column) for fault in faults(files)]


def edit(files: Files, name: str, line: int, change: Callable[[bytes], bytes]) -> None:
    lines = files[name].split(b"\n")
    lines[line - 1] = change(lines[line - 1])
    files[name] = b"\n".join(lines)


def with_field(files: Files, name: str, line: int, column: str, value: str) -> None:
    """Change one field of a record without quoted commas."""
    header = files[name].split(b"\n")[0].strip().decode().split(",")

    def change(text: bytes) -> bytes:
        fields = text.decode().rstrip("\r").split(",")
        assert len(fields) == len(header), "choose a line without commas in its fields"
        fields[header.index(column)] = value
        return ",".join(fields).encode()

    edit(files, name, line, change)


def test_the_small_history_has_no_fault_and_known_oddities() -> None:
    history, findings = check(history_files(), zone=settings().timezone)
    assert findings.faults == []
    assert history.counts() == {
        "units.csv": 507, "links.csv": 2261, "consignees.csv": 20, "shipments.csv": 223, "shipment_lines.csv": 890,
    }  # fmt: skip
    assert {(w.file, w.reason.message) for w in findings.warnings} == {
        ("links.csv", "{code} was used on {day}, after its last day {last}."),
        ("shipment_lines.csv", "{unit} stands on {shipment} already in line {line}."),
    }
    assert history.consignees["C00000"].address == "人民路0号\n东区"


ONE_FIELD = [
    ("units.csv", 300, "kind", "reel"),
    ("units.csv", 300, "kind", ""),
    ("units.csv", 300, "code", ""),
    ("units.csv", 300, "quantity", "-5"),
    ("units.csv", 300, "quantity", "1,5"),
    ("units.csv", 300, "quantity", "1e3"),
    ("units.csv", 300, "quantity", "NaN"),
    ("units.csv", 300, "unit", ""),
    ("units.csv", 300, "made_on", "2024-02-30"),
    ("units.csv", 300, "made_on", "17.02.2024"),
    ("units.csv", 300, "expires_on", "2026-13-01"),
    ("units.csv", 300, "expires_on", "9999-12-31"),
    ("units.csv", 300, "made_on", "0001-01-01"),
    ("links.csv", 400, "at", "9999-12-31T23:00:00-05:00"),
    ("links.csv", 400, "at", "1900-01-00"),
    ("shipments.csv", 40, "shipped_on", "2999-01-01"),
    ("units.csv", 300, "state", "good"),
    ("links.csv", 400, "parent", "NOBODY"),
    ("links.csv", 400, "child", "NOBODY"),
    ("links.csv", 400, "activity", "glue"),
    ("links.csv", 400, "quantity", "-1"),
    ("links.csv", 400, "quantity", "0"),
    ("links.csv", 400, "unit", "kg"),
    ("links.csv", 400, "at", "yesterday"),
    ("shipments.csv", 40, "consignee", "NOBODY"),
    ("shipments.csv", 40, "shipped_on", "2024-2-1"),
    ("shipment_lines.csv", 50, "shipment", "NOBODY"),
    ("shipment_lines.csv", 50, "unit", "NOBODY"),
    ("shipment_lines.csv", 50, "quantity", "-4"),
    ("shipment_lines.csv", 50, "unit_of_measure", "box"),
]


@pytest.mark.parametrize(("name", "line", "column", "value"), ONE_FIELD)
def test_one_wrong_field_is_one_fault_at_its_place(name: str, line: int, column: str, value: str) -> None:
    files = history_files()
    with_field(files, name, line, column, value)
    if "1,5" in value:
        assert places(files) == [(name, line, None)]
        return
    found = [place for place in places(files) if place[0] == name]
    assert (name, line, column) in found
    assert len([place for place in found if place[1] == line]) == 1


def test_a_wrong_field_makes_nobody_else_unknown() -> None:
    files = history_files()
    with_field(files, "units.csv", 4, "state", "good")
    assert places(files) == [("units.csv", 4, "state")]


def test_a_missing_column_is_named_and_hides_no_other_file() -> None:
    files = history_files()
    edit(files, "units.csv", 1, lambda text: text.replace(b"quantity", b"qty"))
    with_field(files, "shipments.csv", 40, "shipped_on", "soon")
    assert places(files) == [("units.csv", 1, "quantity"), ("shipments.csv", 40, "shipped_on")]


def test_a_missing_file_is_one_fault() -> None:
    files = history_files()
    del files["shipments.csv"]
    assert places(files) == [("shipments.csv", 0, None)]


def test_an_empty_file_is_one_fault() -> None:
    assert places(history_files() | {"consignees.csv": b""}) == [("consignees.csv", 1, None)]


def test_a_code_that_stands_twice_names_both_lines() -> None:
    files = history_files()
    files["units.csv"] = files["units.csv"].rstrip(b"\n") + b"\n" + files["units.csv"].split(b"\n")[1] + b"\n"
    (fault,) = faults(files)
    assert (fault.file, fault.line, fault.column) == ("units.csv", 509, "code")
    with in_locale("en"):
        assert str(fault.reason) == "MBL-0000001 stands twice: first in line 2."


def test_a_loop_is_named_by_its_codes_at_the_link_that_closes_it() -> None:
    files = history_files()
    files["links.csv"] += b"B-0000233,B-0000114,rework,5,piece,2026-04-01T08:00:00+08:00\n"
    (fault,) = faults(files)
    assert (fault.file, fault.line) == ("links.csv", 2263)
    assert "B-0000114 → B-0000233 → B-0000114" in str(fault.reason)


def test_each_loop_is_named_once_and_what_hangs_on_them_is_not() -> None:
    files = history_files()
    files["links.csv"] += (
        b"B-0000001,B-0000001,rework,1,piece,2026-04-01\n"
        b"B-0000002,B-0000003,rework,1,piece,2026-04-01\n"
        b"B-0000003,B-0000004,rework,1,piece,2026-04-01\n"
        b"B-0000004,B-0000002,rework,1,piece,2026-04-01\n"
        b"B-0000004,B-0000005,rework,1,piece,2026-04-01\n"
    )
    assert [line for _file, line, _column in places(files)] == [2263, 2266]


def test_broken_utf8_is_named_with_its_line_and_column() -> None:
    files = history_files()
    edit(files, "units.csv", 3, lambda text: text.replace("纺粘布".encode(), "纺粘布".encode("gbk")))
    assert places(files) == [("units.csv", 3, "item")]


def test_a_whole_file_in_another_encoding_names_every_line() -> None:
    files = history_files()
    text = "kind,code,item,quantity,unit,made_on,expires_on,supplier,supplier_lot,state\nlot,A,布,1,m,,,,,released\n"
    found = places(files | {"units.csv": text.encode("gbk"), "links.csv": files["links.csv"].split(b"\n")[0]})
    assert found[0] == ("units.csv", 2, "item")


def test_broken_quoting_is_a_fault() -> None:
    files = history_files()
    files["consignees.csv"] += b'C999,"open,never closed\n'
    assert places(files)[0][0] == "consignees.csv"


def test_a_row_without_its_shape_is_a_fault() -> None:
    files = history_files()
    edit(files, "links.csv", 10, lambda text: text + b",more")
    edit(files, "links.csv", 12, lambda text: text.rsplit(b",", 2)[0])
    assert places(files) == [("links.csv", 10, None), ("links.csv", 12, None)]


def test_all_faults_of_all_files_come_together() -> None:
    files = history_files()
    with_field(files, "units.csv", 300, "quantity", "-5")
    with_field(files, "links.csv", 400, "parent", "NOBODY")
    with_field(files, "shipments.csv", 40, "shipped_on", "soon")
    with_field(files, "shipment_lines.csv", 50, "quantity", "x")
    with_field(files, "shipment_lines.csv", 50, "unit", "NOBODY")
    assert places(files) == [
        ("units.csv", 300, "quantity"),
        ("links.csv", 400, "parent"),
        ("shipments.csv", 40, "shipped_on"),
        ("shipment_lines.csv", 50, "unit"),
        ("shipment_lines.csv", 50, "quantity"),
    ]


def test_excels_byte_order_mark_and_line_ends_do_no_harm() -> None:
    for end in (b"\n", b"\r\n"):
        files = {
            name: b"\xef\xbb\xbf" + content.replace(b"\r\n", b"\n").replace(b"\n", end)
            for name, content in history_files().items()
        }
        assert faults(files) == []


def test_more_out_than_in_is_a_warning() -> None:
    files = history_files()
    with_field(files, "units.csv", 508, "quantity", "5")
    findings = check(files, zone=settings().timezone)[1]
    assert findings.faults == []
    assert ("units.csv", 508, "quantity") in [(w.file, w.line, w.column) for w in findings.warnings]
