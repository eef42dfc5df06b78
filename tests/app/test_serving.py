"""The server as it is run: started, killed, started again, backed up, restored. Real processes, real database."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

MASKQMS = Path(sys.executable).parent / "maskqms"


def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MASKQMS_")}
    return {**kept, "MASKQMS_LANGUAGE": "en"}


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([MASKQMS, *map(str, words)], capture_output=True, text=True, env=environment(), timeout=120)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, port: int) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(
        [MASKQMS, "serve", "--port", str(port), "--data", str(data)],
        env=environment(),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _try in range(300):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                return server
        except httpx.TransportError:
            pass
        assert server.poll() is None, "the server ended"
        time.sleep(0.2)
    raise AssertionError("the server did not become healthy within a minute")


def postgres_of(data: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres" and str(data / "postgres") in (process.info["cmdline"] or [])
    ]


def test_the_server_survives_kill_9_and_stops_cleanly(data: Path) -> None:
    port = free_port()
    first = start(data, port)
    added = run("user", "add", "chen", "--name", "陈", "--role", "quality", "--json", "--data", data)
    assert added.returncode == 0, added.stderr
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    second = start(data, port)
    assert "chen" in run("user", "list", "--data", data).stdout
    second.send_signal(signal.SIGTERM)
    assert second.wait(40) == 0
    assert not postgres_of(data)


def test_workers_leave_when_their_server_is_killed(data: Path) -> None:
    """They used to stay, with the port and without a database."""
    port = free_port()
    server = start(data, port)
    workers = psutil.Process(server.pid).children(recursive=True)
    assert len(workers) >= 2
    server.kill()
    server.wait()
    _gone, alive = psutil.wait_procs(workers, timeout=30)
    assert not alive
    again = start(data, port)
    again.send_signal(signal.SIGTERM)
    assert again.wait(40) == 0
    assert not postgres_of(data)


def test_commands_beside_the_server_neither_stop_its_database_nor_disturb_its_work(data: Path) -> None:
    port = free_port()
    server = start(data, port)
    statuses: list[int] = []
    running = [subprocess.Popen(
        [MASKQMS, "user", "add", f"chen{n}", "--name", "陈", "--role", "quality", "--data", data],
        env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) for n in range(3)]  # fmt: skip
    while any(process.poll() is None for process in running):
        statuses.append(httpx.get(f"http://127.0.0.1:{port}/sign-in").status_code)
        time.sleep(0.1)
    assert [process.returncode for process in running] == [0, 0, 0]
    assert set(statuses) == {200}
    assert httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    server.send_signal(signal.SIGTERM)
    assert server.wait(40) == 0
    verified = json.loads(run("audit", "verify", "--json", "--data", data).stdout)
    assert (verified["ok"], verified["unsealed"]) == (True, 0)


def test_a_port_in_use_is_said_once(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = run("serve", "--port", str(taken.getsockname()[1]), "--data", data)
    assert refused.returncode == 1
    assert "cannot be used" in refused.stderr
    assert not postgres_of(data)


def test_no_factory_is_served_from_a_demo_with_its_shifted_clock(data: Path) -> None:
    script = "import asyncio,sys; from pathlib import Path; from maskqms.db.opening import place, prepare\n"
    script += "with place(Path(sys.argv[1])) as where: asyncio.run(prepare(where, kind='demo'))"
    subprocess.run([sys.executable, "-c", script, str(data)], env=environment(), check=True, timeout=120)
    refused = run("serve", "--port", str(free_port()), "--data", data)
    assert refused.returncode == 1
    assert "it is: demo" in refused.stderr


def test_an_owner_without_an_application_is_no_choice_of_a_database(data: Path) -> None:
    """`MASKQMS_OWNER_URL=.. maskqms backup` used to back up an empty embedded database instead."""
    refused = subprocess.run(
        [MASKQMS, "backup", data / "x.backup", "--data", data],
        env={**environment(), "MASKQMS_OWNER_URL": "postgresql://owner@localhost/factory"},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert refused.returncode == 1
    assert "Set both, or neither" in refused.stderr
    assert not (data / "postgres").exists()


def test_a_command_that_is_told_to_go_leaves_no_database_behind(data: Path) -> None:
    script = "import time; from maskqms.app.main import main; from maskqms.audit import cli\n"
    script += "async def wait(): print('up', flush=True); time.sleep(60)\n"
    script += "cli.verify = wait; main()"
    with subprocess.Popen(
        [sys.executable, "-c", script, "audit", "verify", "--data", data], env=environment(), stdout=subprocess.PIPE
    ) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == b"up\n"
        command.terminate()
        assert command.wait(40) == 128 + signal.SIGTERM
    assert not postgres_of(data)


def test_a_database_killed_with_its_lock_and_socket_left_behind_starts_again(data: Path) -> None:
    assert run("migrate", "--data", data).returncode == 0
    server = start(data, free_port())
    for process in postgres_of(data):
        process.kill()
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    assert (data / "postgres" / "postmaster.pid").exists()
    assert run("user", "list", "--json", "--data", data).stdout.strip() == "[]"


def test_root_is_told_where_the_database_can_live() -> None:
    if os.geteuid() != 0:
        folder = Path.home() / ("x" * 100)
        assert run("user", "list", "--data", folder).returncode == 1
        return
    closed = Path(tempfile.mkdtemp(prefix="closed-"))
    closed.chmod(0o700)
    refused = run("user", "list", "--json", "--data", closed / "data")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["refused"][0]["code"] == "data.parent-closed"
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(closed)


def test_a_wrong_command_is_exit_2() -> None:
    assert run("no-such-command").returncode == 2
