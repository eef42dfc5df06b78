"""Backup and restore, as commands on real databases: nothing is lost by a broken file, and nothing is overheard."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from maskqms.app import backups
from tests.app.test_serving import environment, free_port, run, start


def people(folder: Path) -> list[str]:
    return [person["username"] for person in json.loads(run("user", "list", "--json", "--data", folder).stdout)]


def add(folder: Path, username: str) -> None:
    done = run("user", "add", username, "--name", "陈", "--role", "quality", "--data", folder)
    assert done.returncode == 0, done.stderr


def code(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout
    return str(json.loads(done.stdout)["refused"][0]["code"])


def test_a_backup_restores_into_an_empty_database_and_proves_its_chain(data: Path) -> None:
    assert run("user", "add", "chen", "--name", "陈", "--role", "quality", "--data", data).returncode == 0
    file = data / "factory.backup"
    assert run("backup", file, "--data", data).returncode == 0
    again = run("backup", file, "--data", data)
    assert again.returncode == 1
    assert "exists already" in again.stderr
    assert file.stat().st_mode & 0o777 == 0o600, "it holds every password's hash"

    refused = run("restore", file, "--json", "--data", data)
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["refused"][0]["code"] == "restore.not-empty"

    other = data / "other"
    other.mkdir(mode=0o755)
    shutil.copy(data / "seal.key", other / "seal.key")
    restored = run("restore", file, "--json", "--data", other)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert json.loads(restored.stdout)["ok"] is True
    assert run("user", "add", "zhou", "--name", "周", "--role", "quality", "--data", other).returncode == 0
    verified = json.loads(run("audit", "verify", "--json", "--data", other).stdout)
    assert (verified["ok"], verified["unsealed"]) == (True, 0)
    assert verified["entries"] > json.loads(restored.stdout)["entries"]

    second = data / "second.backup"
    assert run("backup", second, "--data", other).returncode == 0
    forced = run("restore", second, "--force", "--json", "--data", other)
    assert forced.returncode == 0, forced.stdout + forced.stderr
    assert people(other) == ["chen", "zhou"]
    older = run("restore", file, "--force", "--json", "--data", other)
    assert older.returncode == 0, older.stdout + older.stderr
    assert people(other) == ["chen"]
    assert json.loads(run("audit", "verify", "--json", "--data", other).stdout)["ok"] is True


def test_a_broken_file_leaves_everything_as_it_was(data: Path) -> None:
    add(data, "chen")
    whole, broken, other = data / "whole.backup", data / "broken.backup", data / "other.backup"
    assert run("backup", whole, "--data", data).returncode == 0
    broken.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    other.write_text("no backup at all")
    add(data, "zhou")
    for file in (broken, other):
        assert code(run("restore", file, "--force", "--json", "--data", data)) == "backup.failed"
        assert people(data) == ["chen", "zhou"]
    assert json.loads(run("audit", "verify", "--json", "--data", data).stdout)["ok"] is True


def test_nothing_is_restored_under_a_running_server(data: Path) -> None:
    add(data, "chen")
    file = data / "x.backup"
    assert run("backup", file, "--data", data).returncode == 0
    server = start(data, free_port())
    try:
        assert code(run("restore", file, "--force", "--json", "--data", data)) == "restore.in-use"
        assert people(data) == ["chen"]
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(40) == 0


def test_a_demo_is_not_restored_into_a_factory(data: Path) -> None:
    script = "import asyncio,sys; from pathlib import Path; from maskqms.db.opening import place, prepare\n"
    script += "with place(Path(sys.argv[1])) as where: asyncio.run(prepare(where, kind='demo'))"
    demo, factory, file = data / "demo", data / "factory", data / "demo.backup"
    subprocess.run([sys.executable, "-c", script, str(demo)], env=environment(), check=True, timeout=120)
    assert run("backup", file, "--data", demo).returncode == 0
    assert code(run("restore", file, "--json", "--data", factory)) == "restore.other-kind"
    assert people(factory) == []


def test_a_password_never_stands_among_the_arguments(tmp_path: Path) -> None:
    """Every user of the machine can read those of every process."""
    told = tmp_path / "told"
    program = tmp_path / "pg"
    program.write_text(f'#!/bin/sh\necho "$@" > {told}; echo "$PGPASSWORD" >> {told}\n')
    program.chmod(0o755)
    backups._run([str(program)], "postgresql://owner:p%40ss@db.lan:5433/factory?sslmode=require")
    arguments, password = told.read_text().splitlines()
    assert arguments == "--dbname=postgresql://owner@db.lan:5433/factory?sslmode=require"
    assert password == "p@ss"
