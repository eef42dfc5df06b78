"""Damaged copies of the small history, as `maskqms import --json` answers them: file, line, reason; nothing loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.make.trace import history_files
from tests.trace.conftest import Shell

Files = dict[str, bytes]


def with_line(files: Files, name: str, line: int, old: bytes, new: bytes) -> None:
    lines = files[name].split(b"\n")
    assert old in lines[line - 1], lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    files[name] = b"\n".join(lines)


def missing_column(files: Files) -> None:
    with_line(files, "links.csv", 1, b"quantity", b"amount")


def unknown_parent(files: Files) -> None:
    with_line(files, "links.csv", 3, b"MBL-0000001,", b"MBL-9999999,")


def loop(files: Files) -> None:
    files["links.csv"] += b"B-0000233,B-0000114,rework,5,piece,2026-04-01T08:00:00+08:00\n"


def duplicate_code(files: Files) -> None:
    files["units.csv"] += files["units.csv"].split(b"\n")[1] + b"\n"


def negative_quantity(files: Files) -> None:
    with_line(files, "units.csv", 3, b"6667000", b"-6667000")


def wrong_date(files: Files) -> None:
    with_line(files, "units.csv", 4, b"2024-02-15", b"2024-02-30")


def day_without_end(files: Files) -> None:
    with_line(files, "units.csv", 4, b"2026-02-14", b"9999-12-31")


def broken_utf8(files: Files) -> None:
    with_line(files, "units.csv", 3, "纺粘布".encode(), "纺粘布".encode("gbk"))


DAMAGED: list[tuple[Callable[[Files], None], tuple[str, int, str | None], str]] = [
    (missing_column, ("links.csv", 1, "quantity"), "missing"),
    (unknown_parent, ("links.csv", 3, "parent"), "MBL-9999999 is unknown"),
    (loop, ("links.csv", 2263, "child"), "B-0000114 → B-0000233 → B-0000114"),
    (duplicate_code, ("units.csv", 509, "code"), "MBL-0000001 stands twice: first in line 2."),
    (negative_quantity, ("units.csv", 3, "quantity"), "The quantity is negative: -6667000"),
    (wrong_date, ("units.csv", 4, "made_on"), "Not a date: 2024-02-30."),
    (day_without_end, ("units.csv", 4, "expires_on"), "9999-12-31 is not between 1980-01-01 and 2199-12-31."),
    (broken_utf8, ("units.csv", 3, "item"), "Broken UTF-8"),
]


@pytest.mark.parametrize(("damage", "place", "reason"), DAMAGED, ids=[each[0].__name__ for each in DAMAGED])
def test_a_damaged_copy_is_refused_with_file_line_and_reason(
    shell: Shell, tmp_path: Path, damage: Callable[[Files], None], place: tuple[str, int, str | None], reason: str
) -> None:
    files = history_files()
    damage(files)
    write(files, tmp_path)
    code, document = shell.json("import", str(tmp_path))
    assert code == 1
    assert list(document) == ["faults"]
    (fault,) = document["faults"]
    assert list(fault) == ["file", "line", "column", "reason"]
    assert (fault["file"], fault["line"], fault["column"]) == place
    assert reason in fault["reason"]


def test_every_damage_at_once_is_listed_at_once_and_nothing_of_any_was_loaded(shell: Shell, tmp_path: Path) -> None:
    files = history_files()
    for damage in (unknown_parent, loop, duplicate_code, negative_quantity, wrong_date, broken_utf8):
        damage(files)
    write(files, tmp_path)
    code, document = shell.json("import", str(tmp_path))
    assert code == 1
    places = {(fault["file"], fault["line"]) for fault in document["faults"]}
    assert places == {("links.csv", 3), ("links.csv", 2263), ("units.csv", 509), ("units.csv", 3), ("units.csv", 4)}
    assert len(document["faults"]) == 6
    for root in ("MBL-0000001", "B-0000153"):
        assert shell.json("trace", root)[0] == 1
    assert shell.json("audit", "verify")[1]["first_broken"] is None


def write(files: Files, folder: Path) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)
