"""The commands as people script them: JSON shapes, exit codes, against a database of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from maskqms.trace.invented import Invention
from tests.make.trace import HISTORY
from tests.trace.conftest import Shell

ROOTS = json.loads((HISTORY / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def imported(shell: Shell) -> Any:
    code, document = shell.json("import", str(HISTORY))
    assert code == 0
    return document


def test_import_says_what_was_loaded(imported: Any) -> None:
    assert imported["loaded"]["links.csv"] == 2261
    assert set(imported) == {"loaded", "digests", "warnings"}
    assert len(imported["digests"]["units.csv"]) == 64
    assert set(imported["warnings"][0]) == {"file", "line", "column", "reason"}


def test_importing_again_is_refused_whole(shell: Shell, imported: Any) -> None:
    code, document = shell.json("import", str(HISTORY))
    assert code == 1
    assert {fault["file"] for fault in document["faults"]} == {"units.csv", "consignees.csv", "shipments.csv"}
    assert document["faults"][0]["line"] == 2
    assert len(document["faults"]) == 507 + 20 + 223


def test_a_damaged_copy_loads_nothing(shell: Shell, imported: Any, tmp_path: Path) -> None:
    for path in HISTORY.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text.replace("MB", "XB").replace("B-0", "Z-0").replace("SH-", "ZH-"))
    links = tmp_path / "links.csv"
    links.write_text(links.read_text() + "Z-0000233,Z-0000114,rework,5,piece,2026-04-01\n")
    code, document = shell.json("import", str(tmp_path))
    assert code == 1
    (loop,) = [fault for fault in document["faults"] if fault["file"] == "links.csv"]
    assert (loop["line"], "Z-0000114" in loop["reason"]) == (2263, True)
    assert any("already present" in fault["reason"] for fault in document["faults"])
    assert shell.json("trace", "Z-0000114")[0] == 1


def test_a_folder_without_files_is_five_faults(shell: Shell, tmp_path: Path) -> None:
    code, document = shell.json("import", str(tmp_path))
    assert code == 1
    assert len(document["faults"]) == 5
    assert shell.run("import", str(tmp_path / "nowhere"))[0] == 2


@pytest.mark.parametrize("expected", ROOTS, ids=[root["name"] for root in ROOTS])
def test_trace_gives_the_documented_shape_and_the_right_answer(shell: Shell, imported: Any, expected: Any) -> None:
    words = ["trace", expected["root"], "--prove"] + (["--backward"] if expected["direction"] == "backward" else [])
    code, document = shell.json(*words)
    assert code == 0
    assert list(document) == ["root", "direction", "units", "shipments", "lists", "proof"]
    assert list(document["units"][0]) == ["code", "kind", "depth", "quantity", "unit", "share", "state"]
    assert list(document["proof"]) == ["units", "links", "frontier_empty", "recount", "as_of", "digest"]
    assert list(document["lists"]) == ["shipped", "stoppable", "on_hand"]
    assert {u["code"]: pytest.approx(u["share"], abs=1e-6) for u in document["units"]} == expected["units"]
    assert [shipment["code"] for shipment in document["shipments"]] == sorted(expected["shipments"])
    assert {shipment["consignee"] for shipment in document["shipments"]} == set(expected["consignees"])
    if document["shipments"]:
        assert list(document["shipments"][0]) == ["code", "consignee", "date", "units"]
        assert list(document["lists"]["shipped"][0]) == ["code", "kind", "quantity", "unit", "where"]


def test_without_prove_nothing_is_recounted(shell: Shell, imported: Any) -> None:
    _code, document = shell.json("trace", "MBL-0000003", "--as-of", "2024-06-01")
    assert document["proof"]["recount"] is None
    assert document["proof"]["as_of"].startswith("2024-06-01T23:59:59.999999+08:00")


def test_balance_adds_up(shell: Shell, imported: Any) -> None:
    code, document = shell.json("balance", "MBR-0000052")
    assert code == 0
    parts = ["out", "scrap", "samples", "returned", "on_hand", "residue"]
    assert document["in"] == sum(document[part] for part in parts)
    assert list(document)[3:10] == ["in", *parts]


def test_unknown_codes_exit_1_and_wrong_usage_2(shell: Shell, imported: Any) -> None:
    for command in ("trace", "balance"):
        code, document = shell.json(command, "NOBODY")
        assert code == 1
        assert document["refused"][0]["path"] == ["NOBODY"]
    assert shell.run("trace")[0] == 2
    assert shell.run("trace", "X", "--as-of", "soon")[0] == 2
    assert shell.run("trace", "X", "--as-of", "9999-12-31")[0] == 2
    assert "means its end" in " ".join(shell.run("trace", "--help")[1].split())
    assert shell.run("hold", "X")[0] == 2


def test_hold_cascades_and_lifting_wants_a_person(shell: Shell, imported: Any) -> None:
    code, document = shell.json("hold", "MBR-0000052", "--reason", "supplier's notice")
    assert code == 0
    assert set(document) == {"hold", "units"}
    assert document["units"]["roll"] == 1
    assert document["units"]["batch"] > 1
    code, refused = shell.json("lift", document["hold"], "--reason", "retested")
    assert code == 1
    assert refused["refused"][0]["code"] == "signature.missing"


def test_the_audit_chain_still_verifies_after_an_import(shell: Shell, imported: Any) -> None:
    code, document = shell.json("audit", "verify")
    assert (code, document["first_broken"]) == (0, None)


def test_for_people_there_are_words_and_a_bar(shell: Shell, imported: Any) -> None:
    code, out, _err = shell.run("trace", "B-0000153", "--backward")
    assert code == 0
    assert "MBL-0000006" in out
    code, out, _err = shell.run("balance", "B-0000153")
    assert "on_hand" in out


def test_the_list_pages_ask_no_more_of_a_larger_factory(shell: Shell) -> None:
    code, document = shell.json("bench", "lists", "--lots", "500", "--repeats", "1")
    assert code == 0
    assert document["kept"] is True
    assert {case["statements"] for case in document["cases"]} <= set(range(3, 40))
    assert all(case["sql_ms"] > 0 and case["bare_ms"] > 0 for case in document["cases"])


def test_bench_measures_beside_its_floor_and_leaves_nothing_behind(shell: Shell) -> None:
    code, document = shell.json("bench", "trace", "--batches", "300", "--repeats", "1")
    assert code in {0, 1}
    assert [case["case"] for case in document["cases"]] == [
        "forward, widest lot",
        "forward, median lot",
        "backward, carton",
        "backward, batch",
    ]
    for case in document["cases"]:
        assert case["units"] > 0
        assert min(case["product_ms"], case["bare_ms"], case["ratio"]) > 0
    assert document["rows"]["trace_edge"] > 2000


def test_the_same_seed_invents_the_same_factory() -> None:
    first, second = (list(Invention(250).chunks()) for _ in range(2))
    assert first == second
    assert sum(len(rows["trace_unit"]) for rows in first) > 250
