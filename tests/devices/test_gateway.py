"""The gateway against real pseudo-terminals: what an instrument said is kept once, whatever happens to cables,
processes and servers."""

import base64
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from maskqms.devices.drivers import mt_sics
from maskqms.devices.gateway.configuration import Port, read_configuration
from maskqms.devices.gateway.run import Wiring, leave_for_gateway, run_gateway, server_left_in
from maskqms.devices.gateway.spool import Spool
from maskqms.devices.simulator import PseudoPort
from maskqms.devices.simulator import mt_sics as weight
from maskqms.errors import Refused

GATEWAY = [sys.executable, "-c", "from maskqms.devices.cli import gateway; gateway()"]


@dataclass
class Server:
    """A server of readings of the test: keeps what it is sent, and can refuse, forget to answer or be away."""

    readings: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    posts: int = 0
    drop_answers: int = 0
    status: int = 200
    token: str = "t0ken"
    unknown: frozenset[str] = frozenset()
    most: int = 1000
    port: int = 0
    _http: ThreadingHTTPServer | None = None

    def up(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_args: object) -> None: ...

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["readings"]
                outer.posts += 1
                if self.headers["Authorization"] != f"Bearer {outer.token}":
                    return self.answer(401, {})
                if outer.status != 200:
                    return self.answer(outer.status, {})
                if len(body) > outer.most:
                    return self.answer(413, {})
                answer = outer.take(body)
                if outer.drop_answers:
                    outer.drop_answers -= 1
                    self.close_connection = True
                    return None
                return self.answer(200, answer)

            def answer(self, status: int, body: dict[str, Any]) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._http = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._http.server_port
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def down(self) -> None:
        if self._http:
            self._http.shutdown()
            self._http.server_close()
            self._http = None

    def take(self, body: list[dict[str, Any]]) -> dict[str, Any]:
        answer: dict[str, list[Any]] = {"accepted": [], "conflicting": [], "refused": []}
        for one in body:
            held = self.readings.setdefault((one["epoch"], one["seq"]), one)
            if one["instrument"] in self.unknown:
                del self.readings[one["epoch"], one["seq"]]
                answer["refused"].append({"seq": one["seq"], "code": "instrument.unknown", "text": "unknown"})
            elif held["raw"] != one["raw"]:
                answer["conflicting"].append(one["seq"])
            else:
                answer["accepted"].append(one["seq"])
        return answer

    def values(self, piece: str = "frame") -> list[Decimal]:
        held = list(self.readings.values())  # the server's thread goes on storing
        frames = [mt_sics.parse(base64.b64decode(r["raw"])) for r in held if r["piece"] == piece]
        return [parsed.value for parsed in frames if parsed and parsed.value is not None]


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def collector() -> Iterator[Server]:
    server = Server()
    server.up()
    yield server
    server.down()


@pytest.fixture
def scale(tmp_path: Path) -> Iterator[PseudoPort]:
    port = PseudoPort(tmp_path / "by-id" / "scale")
    port.plug()
    yield port
    port.unplug()


@dataclass
class Running:
    """A gateway in threads of this process."""

    folder: Path
    server: Server
    ports: tuple[Port, ...]
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def __enter__(self) -> "Running":
        token = self.folder / "gateway.token"
        self.folder.mkdir(exist_ok=True)
        token.write_text("t0ken\n")
        wiring = Wiring(self.folder, f"http://127.0.0.1:{self.server.port}", token, self.ports)
        self.thread = threading.Thread(target=run_gateway, args=(wiring, self.stop), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop.set()
        assert self.thread is not None
        self.thread.join(10)
        assert not self.thread.is_alive()

    def rows(self) -> list[tuple[str, bytes, str]]:
        if not (self.folder / "spool.db").exists():
            return []
        database = sqlite3.connect(self.folder / "spool.db", timeout=10)
        try:
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'reading_unsent'").fetchall():
                return []
            return database.execute("SELECT piece, raw, state FROM reading ORDER BY seq").fetchall()
        finally:
            database.close()

    def frames(self) -> list[bytes]:
        return [raw.strip() for piece, raw, _state in self.rows() if piece == "frame"]


def port_of(scale: PseudoPort) -> Port:
    return Port(path=str(scale.link), instrument="SC-01", driver="mt-sics")


def line(number: int) -> bytes:
    return weight(Decimal(number), stable=True)


def test_unplugging_loses_and_doubles_nothing(tmp_path: Path, scale: PseudoPort, collector: Server) -> None:
    with Running(tmp_path / "gw", collector, (port_of(scale),)) as gateway:
        number = 0
        for _cable in range(6):
            for _line in range(13):
                number += 1
                scale.say(line(number), patience=5)
            heard = number
            until(lambda heard=heard: len(gateway.frames()) == heard)
            scale.say(b"S S    77", patience=5)
            time.sleep(0.15)
            scale.unplug()
            time.sleep(0.1)
            scale.plug()
            # It talks the moment it has power, before anybody has opened the port.
        until(lambda: len(collector.values()) == number)
        assert gateway.frames() == [line(n).strip() for n in range(1, number + 1)]
    assert collector.values() == [Decimal(n) for n in range(1, number + 1)]
    assert collector.values("truncated") == []
    assert [raw for piece, raw, _state in gateway.rows() if piece == "truncated"] == [b"S S    77"] * 6


def test_what_was_said_before_opening_is_heard(tmp_path: Path, scale: PseudoPort, collector: Server) -> None:
    scale.say(line(1) + line(2))
    with Running(tmp_path / "gw", collector, (port_of(scale),)):
        until(lambda: collector.values() == [1, 2])


def test_byte_by_byte_two_in_one_and_garbage(tmp_path: Path, scale: PseudoPort, collector: Server) -> None:
    chance = random.Random(3)
    with Running(tmp_path / "gw", collector, (port_of(scale),)) as gateway:
        for byte in line(1):
            scale.say(bytes([byte]))
            time.sleep(0.004)
        scale.say(line(2) + line(3))
        noise = bytes(chance.choice(b"\x00\x01\x80\xffABC ,.+-0123456789") for _ in range(300))
        scale.say(noise + b"\r\n", patience=5)
        for _ in range(10):
            scale.say(b"\xfe" * 900, patience=5)
        scale.say(b"\r\n" + line(4), patience=5)
        until(lambda: len(collector.values()) == 4)
        assert collector.values() == [1, 2, 3, 4]
        said = b"".join(line(n) for n in (1, 2, 3)) + noise + b"\r\n" + b"\xfe" * 9000 + b"\r\n" + line(4)
        assert b"".join(raw for _piece, raw, _state in gateway.rows()) == said


def test_the_server_goes_and_comes_back(tmp_path: Path, scale: PseudoPort, collector: Server) -> None:
    collector.down()
    with Running(tmp_path / "gw", collector, (port_of(scale),)) as gateway:
        for number in range(1, 151):
            scale.say(line(number), patience=5)
        until(lambda: len(gateway.frames()) == 150)
        assert {state for _piece, _raw, state in gateway.rows()} == {"waiting"}
        collector.drop_answers = 2  # stored, but the gateway never learns it
        collector.up()
        until(lambda: {state for _piece, _raw, state in gateway.rows()} == {"sent"}, 20)
    assert collector.values() == [Decimal(n) for n in range(1, 151)]
    assert len(collector.readings) == 150


def test_a_wrong_token_a_small_server_and_an_unknown_instrument_keep_everything(
    tmp_path: Path, scale: PseudoPort, collector: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maskqms.devices.gateway.uploader.REFUSED_AGAIN", 0.5)
    collector.token, collector.most, collector.unknown = "another", 3, frozenset({"SC-01"})
    with Running(tmp_path / "gw", collector, (port_of(scale),)) as gateway:
        for number in range(1, 21):
            scale.say(line(number), patience=5)
        until(lambda: collector.posts >= 2)
        assert not collector.readings
        (tmp_path / "gw" / "gateway.token").write_text("another")
        until(lambda: {state for _piece, _raw, state in gateway.rows()} == {"refused"})
        collector.unknown = frozenset()
        until(lambda: {state for _piece, _raw, state in gateway.rows()} == {"sent"}, 20)
    assert sorted(collector.values()) == [Decimal(n) for n in range(1, 21)]


def test_a_spool_set_back_to_an_older_copy_is_not_taken_for_a_replay(
    tmp_path: Path, scale: PseudoPort, collector: Server
) -> None:
    folder = tmp_path / "gw"
    with Running(folder, collector, (port_of(scale),)) as gateway:
        until(lambda: (folder / "spool.db").exists())
    old = (folder / "spool.db").read_bytes()
    with Running(folder, collector, (port_of(scale),)) as gateway:
        scale.say(line(1))
        until(lambda: collector.values() == [1])
    for file in folder.glob("spool.db*"):
        file.unlink()
    (folder / "spool.db").write_bytes(old)
    with Running(folder, collector, (port_of(scale),)) as gateway:
        scale.say(line(2))
        until(lambda: collector.values() == [1, 2])
        until(lambda: {state for _piece, _raw, state in gateway.rows()} == {"sent"})


def test_killed_while_writing_it_goes_on_where_it_was(tmp_path: Path, scale: PseudoPort, collector: Server) -> None:
    folder = tmp_path / "data"
    leave_for_gateway(folder, server=f"http://127.0.0.1:{collector.port}", token="t0ken")
    (folder / "gateway").mkdir()
    (folder / "gateway" / "gateway.toml").write_text(
        f'[[port]]\npath = "{scale.link}"\ninstrument = "SC-01"\ndriver = "mt-sics"\n'
    )
    stop, said = threading.Event(), []

    def talk() -> None:
        while not stop.is_set():
            number = len(said) + 1
            said.append(number)
            scale.say(line(number)[:9], patience=5)
            time.sleep(0.002)
            scale.say(line(number)[9:], patience=5)
            time.sleep(0.008)

    def rows() -> list[tuple[str, bytes, str]]:
        return Running(folder / "gateway", collector, ()).rows()

    talker = threading.Thread(target=talk, daemon=True)
    kept: set[bytes] = set()
    for kill in range(3):
        process = subprocess.Popen([*GATEWAY, "--data", str(folder)], stderr=subprocess.DEVNULL)
        if kill == 0:
            talker.start()
        until(lambda: len(collector.readings) > 30 * (kill + 1), 30)  # noqa: B023
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        now = {raw for _piece, raw, _state in rows()}
        assert kept <= now
        kept = now
    stop.set()
    talker.join(10)
    process = subprocess.Popen([*GATEWAY, "--data", str(folder)], stderr=subprocess.DEVNULL)
    scale.say(line(999_999), patience=5)
    until(lambda: Decimal(999_999) in collector.values(), 30)
    process.terminate()
    assert process.wait(10) == 0
    values = collector.values()
    assert len(values) == len(set(values))
    assert set(values) <= {Decimal(n) for n in (*said, 999_999)}
    assert {parsed.value for _piece, raw, _state in rows() if (parsed := mt_sics.parse(raw))} == set(values)
    # Killed between reading and committing, at most the lines of one read are gone each time.
    assert len(said) + 1 - len(values) <= 3 * 3


def test_two_gateways_do_not_share_a_spool(tmp_path: Path, scale: PseudoPort, collector: Server) -> None:
    with Running(tmp_path / "gw", collector, (port_of(scale),)):
        until(lambda: (tmp_path / "gw" / "spool.db").exists())
        wiring = Wiring(tmp_path / "gw", "http://127.0.0.1:1", tmp_path / "gateway.token", ())
        with pytest.raises(Refused) as refused:
            run_gateway(wiring, threading.Event())
        assert refused.value.reasons[0].code == "gateway.running"


def test_a_polled_instrument_is_asked(tmp_path: Path, scale: PseudoPort, collector: Server) -> None:
    port = port_of(scale).model_copy(update={"poll": 0.1})
    asked = b""
    with Running(tmp_path / "gw", collector, (port,)):
        until(lambda: b"SI\r\n" in scale.asked(), 5)
    assert asked == b""


def test_nothing_unsent_is_ever_purged(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.db")
    spool.add("SC-01", "p", "mt-sics", [("frame", line(1)), ("frame", line(2))])
    spool.sent([1])
    assert spool.purge(-1) == 1
    assert spool.counts() == {"waiting": 1, "refused": 0, "sent": 0}
    spool.add("SC-01", "p", "mt-sics", [("frame", line(3))])
    assert [kept.seq for kept in spool.waiting(10)] == [2, 3]
    spool.close()


FAULTS = {
    "gateway.toml": "[[port]\n",
    "gateway.setting": '[[port]]\npath = "/dev/x"\ninstrument = "A"\ndriver = "mt-sics"\nbaud = 1\n'
    "[[port]]\ncolour = 1\n",
    "gateway.no_port": 'server = "http://localhost:8000"\n',
    "gateway.driver": '[[port]]\npath = "/dev/x"\ninstrument = "A"\ndriver = "nonsense"\n',
    "gateway.poll": '[[port]]\npath = "/dev/x"\ninstrument = "A"\ndriver = "scanner"\npoll = 1.0\n',
    "gateway.port_twice": '[[port]]\npath = "/dev/x"\ninstrument = "A"\ndriver = "scanner"\n'
    '[[port]]\npath = "/dev/x"\ninstrument = "B"\ndriver = "scanner"\n',
    "gateway.instrument_twice": '[[port]]\npath = "/dev/x"\ninstrument = "A"\ndriver = "scanner"\n'
    '[[port]]\npath = "/dev/y"\ninstrument = "A"\ndriver = "scanner"\n',
}


@pytest.mark.parametrize("code", FAULTS)
def test_a_wrong_file_is_refused_with_what_is_wrong(tmp_path: Path, code: str) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(FAULTS[code])
    with pytest.raises(Refused) as refused:
        read_configuration(file)
    assert {reason.code for reason in refused.value.reasons} == {code}
    if code == "gateway.setting":
        assert len(refused.value.reasons) == 5
        assert "port 1: baud" in refused.value.reasons[0].text.in_locale("en")


def test_no_file_and_no_token_are_refused_on_the_command_line(tmp_path: Path) -> None:
    run = subprocess.run([*GATEWAY, "--data", str(tmp_path), "--check", "--json"], capture_output=True, check=False)
    assert run.returncode == 1
    assert json.loads(run.stdout)["refused"][0]["code"] == "gateway.no_file"
    file = tmp_path / "gateway.toml"
    file.write_text('[[port]]\npath = "/dev/x"\ninstrument = "A"\ndriver = "mt-sics"\n')
    check = [*GATEWAY, "--config", str(file), "--data", str(tmp_path)]
    run = subprocess.run([*check, "--check", "--json"], capture_output=True, check=False)
    assert (run.returncode, json.loads(run.stdout)["ports"][0]["instrument"]) == (0, "A")
    run = subprocess.run(check, capture_output=True, check=False)
    assert run.returncode == 1
    assert b"gateway.token" in run.stderr


def test_simulated_instruments_need_no_hand(tmp_path: Path, collector: Server) -> None:
    leave_for_gateway(tmp_path, server=f"http://127.0.0.1:{collector.port}", token="t0ken")
    assert server_left_in(tmp_path) == f"http://127.0.0.1:{collector.port}"
    assert os.stat(tmp_path / "gateway.token").st_mode & 0o777 == 0o600
    process = subprocess.Popen([*GATEWAY, "--simulate", "--data", str(tmp_path)], stderr=subprocess.DEVNULL)
    until(lambda: {r["instrument"] for r in collector.readings.values()} == {"SC-01", "FT-01"}, 20)
    until(lambda: len(collector.values()) >= 6, 20)
    process.terminate()
    assert process.wait(15) == 0
