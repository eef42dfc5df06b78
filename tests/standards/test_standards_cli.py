"""The commands as people script them: one JSON document, exit 0, 1 or 2, refusals with every reason."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from maskqms.i18n import translate
from maskqms.standards.cli import COMMANDS

MAIN = click.Group("maskqms", commands={command.name or "": command for command in COMMANDS})
GOOD = {
    "APPEAR": ["pass"], "DIM": ["1", "-2", "0.5"], "NOSECLIP_LEN": ["8.0", "8.2", "9"], "STRAP": ["10", "11", "12"],
    "BFE": ["95", "99.1", "> 99.9"], "PFE": ["30", "41", "50"], "DP": ["49", "30.5", "20"], "MICRO_BACT": ["< 10"],
    "MICRO_FUNGI": ["pass"], "MICRO_COLI": ["pass"], "MICRO_PATH": ["pass"],
}  # fmt: skip


def run(*arguments: str) -> Result:
    return CliRunner().invoke(MAIN, arguments)


def answer(*arguments: str, exit_code: int = 0) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def results(values: dict[str, list[str]] | str | bytes) -> str:
        file = tmp_path / "results.csv"
        if isinstance(values, dict):
            lines = [f"{test},{n},{v}" for test, vs in values.items() for n, v in enumerate(vs, 1)]
            values = "\n".join(["test,specimen,value", *lines]) + "\n"
        file.write_bytes(values.encode() if isinstance(values, str) else values)
        return str(file)

    return results


def test_a_sampling_plan_is_printed_after_arrows() -> None:
    plan = answer("sampling-plan", "--lot-size", "2000", "--level", "II", "--aql", "1.0")
    assert plan == {"letter": "K", "n": 125, "ac": 3, "re": 4, "full": False}
    reduced = answer("sampling-plan", "--lot-size", "2000", "--aql", "1", "--severity", "reduced")
    assert reduced == {"letter": "K", "n": 50, "ac": 2, "re": 3, "full": False}
    small = answer("sampling-plan", "--lot-size", "5", "--aql", "0.65")
    assert small == {"letter": "F", "n": 5, "ac": 0, "re": 1, "full": True}


def test_a_sampling_plan_is_readable() -> None:
    assert "inspect 125 items" in run("sampling-plan", "--lot-size", "2000", "--aql", "1.0").output
    assert "Inspect all 5 items" in run("sampling-plan", "--lot-size", "5", "--aql", "0.65").output


def test_a_plan_that_the_tables_do_not_have_is_wrong_usage_and_says_what_they_have() -> None:
    refused = answer("sampling-plan", "--lot-size", "0", "--level", "V", "--aql", "3", exit_code=2)["refused"]
    assert [r["code"] for r in refused] == ["sampling.lot_size", "sampling.level", "sampling.aql"]
    result = run("sampling-plan", "--lot-size", "9", "--aql", "3")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "0.65, 1.0, 1.5" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["sampling-plan"],
        ["sampling-plan", "--lot-size", "many", "--aql", "1.0"],
        ["judge", "YY 0469"],
        ["judge", "YY 0469", "no-such-file.csv"],
        ["standards", "show", "YY 0469", "--made-on", "tomorrow"],
        ["standards", "frob"],
    ],
)
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_the_list_tells_dates_provenance_and_missing_limits() -> None:
    editions = {e["edition"]: e for e in answer("standards", "list")["editions"]}
    old, new = editions["YY 0469-2011"], editions["YY 0469-2023"]
    assert (old["effective_from"], old["effective_to"], old["provenance"]) == ("2013-06-01", "2026-11-30", "verified")
    assert (old["complete"], old["incomplete"]) == (True, [])
    assert (new["effective_from"], new["effective_to"], new["complete"]) == ("2026-12-01", None, False)
    assert {"test": "BFE", "clause": "4.6", "when": "release", "grades": ["single"], "only": [], "unless": []} in new[
        "incomplete"
    ]
    assert editions["EN 14683:2025"]["effective_from"] is None
    splash = [m["grades"] for m in editions["EN 14683:2025"]["incomplete"] if m["test"] == "SPLASH"]
    assert splash == [["IIR"]]
    shown = run("standards", "list").output
    assert "2026-12-01 - ..." in shown
    assert "limits missing" in shown
    assert "effective day unknown" in shown


def test_an_edition_is_shown_with_limits_and_sources() -> None:
    shown = answer("standards", "show", "EN 14683:2019+AC:2019")
    dp = next(test for test in shown["tests"] if test["code"] == "DP")
    assert dp["limits"] == {"I": "< 40", "II": "< 40", "IIR": "< 60"}
    assert dp["provenance"] == "verified"
    assert "test laboratory" in dp["source"]
    assert answer("standards", "show", "YY 0469", "--made-on", "2026-12-01")["edition"] == "YY 0469-2023"
    assert answer("standards", "show", "GB 2626")["edition"] == "GB 2626-2019"
    assert next(t for t in answer("standards", "show", "YY 0469-2023")["tests"] if t["code"] == "BFE")["limits"] == {
        "single": None
    }


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("GB 2626-2019", ["KN95", "half_mask (replaceable half mask)", "<= 170 / 210 / 250 Pa", "limit unknown"]),
        ("YY 0469-2011", ["2013-06-01 - 2026-11-30", "single (one grade)", ">= 95 %", "sterility"]),
        ("GB/T 32610-2016", ["4.0 to 8.5", "dyed"]),
        ("ASTM F2100-21", ["effective day unknown", "level 3"]),
    ],
)
def test_an_edition_is_readable(name: str, words: list[str]) -> None:
    shown = run("standards", "show", name).output
    for word in words:
        assert word in shown


def test_an_unknown_standard_is_refused() -> None:
    refused = answer("standards", "show", "ISO 9001", exit_code=1)["refused"]
    assert [set(r) for r in refused] == [{"code", "text", "path"}]
    assert run("standards", "show", "ISO 9001").exit_code == 1


def test_a_good_batch_passes(write: Any) -> None:
    judged = answer("judge", "YY 0469", "--made-on", "2026-11-30", write(GOOD))
    assert (judged["edition"], judged["verdict"]) == ("YY 0469-2011", "pass")
    assert set(judged) == {"edition", "verdict", "tests"}
    assert {test["verdict"] for test in judged["tests"]} == {"pass"}
    bfe = next(test for test in judged["tests"] if test["test"] == "BFE")
    assert bfe == {
        "test": "BFE", "verdict": "pass", "limit": ">= 95", "values": ["95", "99.1", "> 99.9"],
        "reason": "3 of 3 specimens meet the limit.",
    }  # fmt: skip


def test_one_day_later_the_same_results_are_incomplete(write: Any) -> None:
    judged = answer("judge", "YY 0469", "--made-on", "2026-12-01", write(GOOD), exit_code=1)
    assert (judged["edition"], judged["verdict"]) == ("YY 0469-2023", "incomplete")
    bfe = next(test for test in judged["tests"] if test["test"] == "BFE")
    assert (bfe["verdict"], bfe["limit"]) == ("incomplete", None)


def test_a_missing_test_or_specimen_is_incomplete_and_a_fail_outweighs_it(write: Any) -> None:
    without = {test: values for test, values in GOOD.items() if test != "PFE"}
    judged = answer("judge", "YY 0469-2011", write(without), exit_code=1)
    assert judged["verdict"] == "incomplete"
    assert next(t for t in judged["tests"] if t["test"] == "PFE")["values"] == []
    assert answer("judge", "YY 0469-2011", write(GOOD | {"DP": ["1", "2"]}), exit_code=1)["verdict"] == "incomplete"
    failed = answer("judge", "YY 0469-2011", write(without | {"DP": ["49.01"]}), exit_code=1)
    assert failed["verdict"] == "fail"


def test_variants_add_and_remove_release_tests(write: Any) -> None:
    sterile = {test: values for test, values in GOOD.items() if not test.startswith("MICRO")}
    options = ("--variant", "sterile", "--variant", "eo")
    judged = answer("judge", "YY 0469-2011", *options, write(sterile), exit_code=1)
    assert [t["test"] for t in judged["tests"] if t["verdict"] == "incomplete"] == ["STERILE", "EO"]
    full = sterile | {"STERILE": ["pass"], "EO": ["3.2", "< 1"]}
    assert answer("judge", "YY 0469-2011", *options, write(full))["verdict"] == "pass"


def test_a_result_measured_though_not_asked_counts(write: Any) -> None:
    assert answer("judge", "YY 0469-2011", write(GOOD | {"EO": ["11", "2"]}), exit_code=1)["verdict"] == "fail"
    assert answer("judge", "YY 0469-2011", write(GOOD | {"SPLASH": ["pass"] * 3}))["verdict"] == "pass"


def test_a_test_of_another_grade_is_named_and_not_judged(write: Any) -> None:
    file = write({"BFE": ["99"] * 5, "DP": ["39.9"] * 5, "BIOBURDEN": ["3"] * 5, "SPLASH": ["pass"] * 32})
    judged = answer("judge", "EN 14683:2019", "--grade", "II", file)
    assert (judged["verdict"], judged["not_asked"]) == ("pass", ["SPLASH"])
    assert "Not asked of this grade: SPLASH" in run("judge", "EN 14683:2019", "--grade", "II", file).output
    assert "not_asked" not in answer("judge", "EN 14683:2019", "--grade", "IIR", file)


def test_the_grade_decides(write: Any) -> None:
    file = write({"BFE": ["96"] * 5, "DP": ["39.9"] * 5, "BIOBURDEN": ["3"] * 5})
    assert answer("judge", "EN 14683:2019", "--grade", "I", file)["verdict"] == "pass"
    assert answer("judge", "EN 14683:2019", "--grade", "II", file, exit_code=1)["verdict"] == "fail"
    refused = answer("judge", "EN 14683:2019", "--grade", "IV", file, exit_code=1)["refused"]
    assert refused[0]["code"] == "standard.grade"
    assert "I, II, IIR" in refused[0]["text"]
    assert answer("judge", "EN 14683", "--made-on", "2026-01-01", file, exit_code=1)["refused"][0]["code"] == (
        "standard.undated"
    )
    assert answer("judge", "YY 0469", file, exit_code=1)["refused"][0]["code"] == "standard.no_date"


def test_every_bad_row_is_named_with_its_line(write: Any) -> None:
    text = (
        "\ufefftest,specimen,value\r\nBFE,1,95\r\nBFE,1,96\r\n\r\nBFE,2,high\r\nAPPEAR,1,nice\r\nWARMTH,1,3\r\n"
        "BFE,,97\r\nDP,1\r\n,1,2\r\n"
    )
    refused = answer("judge", "YY 0469-2011", write(text), exit_code=1)["refused"]
    assert [(r["code"], r["path"]) for r in refused] == [
        ("results.twice", ["results.csv:3"]),
        ("result.value", ["results.csv:5"]),
        ("result.value", ["results.csv:6"]),
        ("results.test", ["results.csv:7"]),
        ("results.specimen", ["results.csv:8"]),
        ("results.columns", ["results.csv:9"]),
        ("results.test", ["results.csv:10"]),
    ]
    assert "Line 3: specimen 1 of BFE stands already on line 2." in [r["text"] for r in refused]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "results.header"),
        (b"test,value\nBFE,1\n", "results.header"),
        (b"test,specimen,value,extra\n", "results.header"),
        (b"test,specimen,value\nBFE,1,\xff\n", "results.encoding"),
        (b'test,specimen,value\n"BFE"x,1,2\n', "results.csv"),
    ],
)
def test_a_file_that_is_not_a_table_of_results_is_refused(write: Any, content: bytes, code: str) -> None:
    refused = answer("judge", "YY 0469-2011", write(content), exit_code=1)["refused"]
    assert [r["code"] for r in refused] == [code]


def test_a_file_with_columns_in_another_order_and_loose_codes_is_read(write: Any) -> None:
    rows = "\n".join(f"{n}, 0.5 ,Res_in 30" for n in range(9))
    file = write("Specimen, Value, Test\n" + rows)
    judged = answer("judge", "EN 149:2001+A1:2009", "--grade", "FFP1", file, exit_code=1)
    tests = {test["test"]: test["verdict"] for test in judged["tests"]}
    assert tests["RES_IN_30"] == "pass"
    assert judged["verdict"] == "incomplete"


def test_an_empty_table_is_incomplete(write: Any) -> None:
    judged = answer("judge", "YY 0469-2011", write("test,specimen,value\n"), exit_code=1)
    assert judged["verdict"] == "incomplete"


def test_a_verdict_is_readable_and_an_old_edition_is_pointed_out(write: Any) -> None:
    result = run("judge", "YY 0469-2011", "--made-on", "2026-12-01", write(GOOD))
    assert result.exit_code == 0
    assert "was not in force on 2026-12-01" in result.output
    assert "Verdict: pass" in result.output
    assert "limit unknown" in run("judge", "YY 0469-2023", write(GOOD)).output


def test_judging_loads_neither_database_nor_web() -> None:
    script = (
        "import sys, maskqms.standards.cli; "
        "sys.exit(any(name.split('.')[0] in ('piccolo', 'litestar', 'asyncpg') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_every_refusal_of_this_package_is_said_in_chinese() -> None:
    for message in ("No such sampling plan", "{test}: {new} is looser than {old} of the standard.", "limit unknown"):
        assert translate(message, "zh") != message
