"""Which instrument hangs on which port: a TOML file that a person writes.

Every fault of the file is named at once, with the port it belongs to; nothing is guessed and no unknown key passes.

    server = "http://192.168.1.10:8000"       # optional
    token_file = "/etc/maskqms/gateway.token" # optional
    ca_file = "/etc/maskqms/factory-ca.pem"   # optional: the factory's own certificate authority

    [[port]]
    path = "/dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0"
    instrument = "SC-01"
    driver = "mt-sics"
    baud = 9600
    poll = 1.0                                # optional: ask every second
"""

import tomllib
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from maskqms.devices.drivers.registry import drivers
from maskqms.errors import Reason, Refused, refuse
from maskqms.i18n import _


class Port(BaseModel):
    """One serial line and the instrument at its end. `path` may be `socket://host:port` of a serial server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(min_length=1)
    instrument: str = Field(min_length=1, max_length=40)
    driver: str
    baud: int = Field(9600, ge=110, le=4_000_000)
    bits: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1
    poll: float | None = Field(None, ge=0.1, le=3600)


class Configuration(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: str | None = Field(None, pattern=r"^https?://\S+$")
    token_file: Path | None = None
    ca_file: Path | None = None
    port: tuple[Port, ...] = ()


def read_configuration(path: Path) -> Configuration:
    """The file's content, or a refusal with all that is wrong in it."""
    what = _("The gateway cannot start with {file}", file=path)
    if not path.is_file():
        raise Refused(what, [_absent(path)])
    try:
        configuration = Configuration.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(what, [Reason("gateway.toml", _("The file is not TOML: {error}", error=error))]) from error
    except ValidationError as error:
        raise Refused(what, [_fault(part["loc"], part["msg"]) for part in error.errors()]) from error
    refuse(what, _conflicts(configuration.port, drivers().keys()))
    return configuration


def _absent(path: Path) -> Reason:
    return Reason(
        "gateway.no_file",
        _("There is no file {file}.", file=path),
        _("Write it: one [[port]] with path, instrument and driver for each instrument."),
    )


def _fault(loc: tuple[str | int, ...], problem: str) -> Reason:
    """`port 2: baud: ...` for the second port's baud."""
    port, rest = (loc[1] + 1, loc[2:]) if len(loc) > 1 and isinstance(loc[1], int) else (None, loc)
    where = ".".join(str(part) for part in rest)
    text = (
        _("setting {where}: {problem}", where=where, problem=problem)
        if port is None
        else _("port {number}: {where}: {problem}", number=port, where=where or "-", problem=problem)
    )
    return Reason("gateway.setting", text)


def _conflicts(ports: tuple[Port, ...], known: Collection[str]) -> list[Reason]:
    """What is wrong between the lines: unknown drivers, a port or an instrument named twice, nothing to poll with."""
    reasons = []
    if not ports:
        reasons.append(Reason("gateway.no_port", _("The file names no port.")))
    for number, port in enumerate(ports, 1):
        if port.driver not in known:
            reasons.append(
                Reason(
                    "gateway.driver",
                    _(
                        "port {number}: there is no driver {driver}; known are {known}.",
                        number=number,
                        driver=port.driver,
                        known=", ".join(sorted(known)),
                    ),
                )
            )
        elif port.poll and "poll" not in drivers()[port.driver].commands:
            reasons.append(
                Reason(
                    "gateway.poll",
                    _("port {number}: driver {driver} cannot be polled.", number=number, driver=port.driver),
                )
            )
    for path, times in Counter(port.path for port in ports).items():
        if times > 1:
            twice = _("Port {path} is named {times} times.", path=path, times=times)
            reasons.append(Reason("gateway.port_twice", twice))
    for code, times in Counter(port.instrument for port in ports).items():
        if times > 1:
            twice = _("Instrument {code} is named {times} times.", code=code, times=times)
            reasons.append(Reason("gateway.instrument_twice", twice))
    return reasons
