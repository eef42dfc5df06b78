"""Why an instrument gives no value and a gateway does not start, in the words that a person reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import chdir
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from maskqms.devices.cli import _token_there
from maskqms.devices.gateway.configuration import read_configuration
from maskqms.devices.gateway.run import _lock
from maskqms.devices.rules import InstrumentFacts, LeaseFacts, lease_blockers, unit_blockers, use_blockers
from maskqms.devices.states import InstrumentKind, InstrumentState
from maskqms.errors import Reason, Refused
from tests.devices.test_gateway import FAULTS
from tests.refusals import DAY, MOMENT, Row, code_of, said, wanted

BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
SCALE = InstrumentFacts("SC-01", InstrumentKind.SCALE, InstrumentState.IN_USE, "g", None, None, AFTER)
WAITED_FOR = LeaseFacts("IQ-001/GSM/1", 7, "李检验", MOMENT + timedelta(minutes=1))


def of(act: Callable[[], object]) -> Sequence[Reason]:
    """What it refuses by, in an empty folder."""
    with TemporaryDirectory() as folder, chdir(folder), pytest.raises(Refused) as refused:
        act()
    return refused.value.reasons


def configured(code: str, text: str | None = None) -> Sequence[Reason]:
    def read() -> None:
        Path("gateway.toml").write_text(text or FAULTS[code])
        read_configuration(Path("gateway.toml"))

    return of(read)


def twice() -> None:
    folder = Path("spool")
    folder.mkdir()
    with _lock(folder):
        _lock(folder)


ROWS = (
    Row(
        "instrument.out_of_service",
        lambda: use_blockers(replace(SCALE, state=InstrumentState.OUT_OF_SERVICE), DAY),
        "仪器 SC-01 不在用：停用。 → 请改用其他仪器，或请质量部恢复使用。",
        (
            "Instrument SC-01 is not in use: Out of service. → Use another instrument, or have quality put it "
            "back into service."
        ),
    ),
    Row(
        "instrument.not_calibrated",
        lambda: use_blockers(replace(SCALE, calibration_due=None), DAY),
        "仪器 SC-01 没有有效校准。 → 请送校并登记证书。",
        "Instrument SC-01 has no valid calibration. → Have it calibrated and record the certificate.",
    ),
    Row(
        "instrument.calibration_overdue",
        lambda: use_blockers(replace(SCALE, calibration_due=BEFORE), DAY),
        "仪器 SC-01 的校准已于 2026-11-20 到期。 → 请改用其他仪器，或送校并登记证书。",
        (
            "The calibration of instrument SC-01 ended on 2026-11-20. → Use another instrument, or have it "
            "calibrated and record the certificate."
        ),
    ),
    Row(
        "instrument.not_verified",
        lambda: use_blockers(replace(SCALE, check_days=7, check_due=BEFORE), DAY),
        "仪器 SC-01 的期间核查已到期：每 7 天一次。 → 请用标准物核查，并记录其示值。",
        (
            "The intermediate check of instrument SC-01 is due: every 7 days. → Check it with its reference and "
            "record what it showed."
        ),
    ),
    Row(
        "instrument.armed",
        lambda: lease_blockers(SCALE, WAITED_FOR, 8, MOMENT),
        "李检验 正在等待仪器 SC-01 的数值（IQ-001/GSM/1）。 → 请稍后再试；等待两分钟后自动结束。",
        (
            "李检验 is waiting for a value of instrument SC-01 (IQ-001/GSM/1). → Try again in a moment; the wait "
            "ends by itself after two minutes."
        ),
    ),
    Row(
        "instrument.unit",
        lambda: unit_blockers(SCALE, "Pa"),
        "仪器 SC-01 的单位为 g，需要 Pa。 → 请使用该单位的仪器。",
        "Instrument SC-01 measures in g, wanted is Pa. → Use an instrument of that unit.",
    ),
    Row(
        "gateway.no_file",
        lambda: of(lambda: read_configuration(Path("gateway.toml"))),
        "没有文件 gateway.toml。 → 请编写该文件：每台仪器一段 [[port]]，写明 path、instrument 和 driver。",
        (
            "There is no file gateway.toml. → Write it: one [[port]] with path, instrument and driver for each "
            "instrument."
        ),
    ),
    Row(
        "gateway.toml",
        lambda: configured("gateway.toml"),
        "该文件不是有效的 TOML：Expected ']]' at the end of an array declaration (at line 1, column 7)",
        "The file is not TOML: Expected ']]' at the end of an array declaration (at line 1, column 7)",
    ),
    Row(
        "gateway.setting",
        lambda: configured("gateway.setting")[:1],
        "端口 1：baud：Input should be greater than or equal to 110",
        "port 1: baud: Input should be greater than or equal to 110",
    ),
    Row(
        "gateway.setting",
        lambda: configured("gateway.setting", "speed = 9600\n"),
        "设置 speed：Extra inputs are not permitted",
        "setting speed: Extra inputs are not permitted",
    ),
    Row("gateway.no_port", lambda: configured("gateway.no_port"), "文件中没有端口。", "The file names no port."),
    Row(
        "gateway.driver",
        lambda: configured("gateway.driver"),
        "端口 1：没有驱动 nonsense；可用的有 delimited, mt-sics, scanner, st-us。",
        "port 1: there is no driver nonsense; known are delimited, mt-sics, scanner, st-us.",
    ),
    Row(
        "gateway.poll",
        lambda: configured("gateway.poll"),
        "端口 1：驱动 scanner 不支持轮询。",
        "port 1: driver scanner cannot be polled.",
    ),
    Row(
        "gateway.port_twice",
        lambda: configured("gateway.port_twice"),
        "端口 /dev/x 出现了 2 次。",
        "Port /dev/x is named 2 times.",
    ),
    Row(
        "gateway.instrument_twice",
        lambda: configured("gateway.instrument_twice"),
        "仪器 A 出现了 2 次。",
        "Instrument A is named 2 times.",
    ),
    Row(
        "gateway.no_token",
        lambda: of(lambda: _token_there(Path("gateway.token"))),
        "gateway.token 中没有令牌。 → 请在服务器的“仪器”页登记网关，并把令牌写入该文件。",
        (
            "There is no token in gateway.token. → Register the gateway on the server's page Instruments and "
            "write its token into this file."
        ),
    ),
    Row(
        "gateway.running",
        lambda: of(twice),
        "spool 中已有另一个网关在运行。 → 请停止它，或用 --data 为本网关指定其他文件夹。",
        "Another gateway already works in spool. → Stop it, or give this one another folder with --data.",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_a_device_s_refusal_says_why_in_both_languages(row: Row) -> None:
    assert said(row.asked()) == wanted(row)
