"""One demo factory of three days for these tests, made and served by the command itself, as a visitor starts it."""

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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from maskqms.db.embedded import Embedded
from maskqms.demo.people import PASSWORD

PATIENCE = 240
"""Seconds for the making of three days on a busy machine."""


def environment(data: Path) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("MASKQMS_")}
    return mine | {"MASKQMS_DATA": str(data), "PYTHONUNBUFFERED": "1"}


def shell(data: Path, *words: str) -> tuple[int, Any]:
    """A command beside the running demo, with its JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "maskqms.app.main", *words, "--json"],
        env=environment(data), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@dataclass
class Demo:
    """The running demo: its folder, address, what it printed, and the codes that its tour names."""

    data: Path
    address: str
    printed: str
    badges: dict[str, str]
    codes: dict[str, str]

    @contextmanager
    def visitor(self, username: str) -> Iterator[httpx.Client]:
        """Somebody signed in through the page, in English."""
        with httpx.Client(base_url=self.address, timeout=60, headers={"accept-language": "en"}) as client:
            client.get("/sign-in")
            client.headers["x-csrftoken"] = client.cookies["maskqms_csrf"]
            answer = client.post("/sign-in", data={"username": username, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
            yield client

    async def ask(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """Read the demo's database, as its owner."""
        server = Embedded(self.data)
        server.start()
        try:
            link = await asyncpg.connect(server.url(server.owner_role))
            try:
                return await link.fetch(query, *arguments)
            finally:
                await link.close()
        finally:
            server.stop()


def start(data: Path, *options: str) -> tuple[subprocess.Popen[bytes], str, Path]:
    """`maskqms demo`, and where its words go."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = data / "told.txt"
    with told.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "maskqms.app.main", "demo", "--port", str(port), *options],
            env=environment(data), stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    return process, f"http://localhost:{port}", told


def wait_for(process: subprocess.Popen[bytes], address: str, told: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, told.read_text()
        try:
            if httpx.get(f"{address}/sign-in", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    pytest.fail(f"the demo did not start in {PATIENCE} s:\n{told.read_text()}")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    data = Path(tempfile.mkdtemp(prefix="mq-demo-"))
    data.chmod(0o755)
    process, address, told = start(data, "--days", "3")
    try:
        wait_for(process, address, told)
        book = json.loads((data / "demo.json").read_text("utf-8"))
        yield Demo(data, address, told.read_text("utf-8"), book["badges"], book["codes"])
    finally:
        if process.poll() is None:
            stop(process)
        shutil.rmtree(data, ignore_errors=True)
