"""The embedded PostgreSQL: started beside the application when no address of another one is set.

Every process that uses it holds a lock on a file of the data folder, which the system takes away with the process,
however that ends; the last one to go stops the server, and one that was killed leaves it to the next to take over.
Started by root it runs as the user `pgserver`, who must be able to walk to it: rather than open folders that are not
ours, another place is asked for, and the programs are copied into the data folder when they lie somewhere closed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from maskqms.db.postmaster import PORT, Postmaster, is_root, unwalkable
from maskqms.errors import Reason, Refused
from maskqms.i18n import _

LONGEST_SOCKET_FOLDER = 90
"""Characters that a socket's path may have, less its name."""

OURS = frozenset({"postgres", "postgres.new", "start.lock", "in-use.lock", "seal.key", "seal.head", "secret"})
"""What lies in a data folder of ours, so that one that is closed may be opened to walk through."""


@contextmanager
def _locked(file: Path, mode: int) -> Iterator[int]:
    """A lock of this process on a file; the system lets go of it when the process ends."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, mode)
        yield handle
    finally:
        os.close(handle)


class Embedded:
    """A running embedded server; `url(owner_role)` for migrations, `url(role)` for everybody else."""

    def __init__(self, data: Path) -> None:
        self.data = data.expanduser().absolute()
        self.cluster = self.data / "postgres"
        self.postmaster = Postmaster(self.cluster)
        self._use: int | None = None

    def start(self) -> None:
        """Start the server, or join the one that runs. Raises Refused when the folder cannot be used."""
        self._check()
        self.data.mkdir(parents=True, exist_ok=True)
        if is_root():
            self.data.chmod(self.data.stat().st_mode | 0o711)
        with _locked(self.data / "start.lock", fcntl.LOCK_EX):
            use = os.open(self.data / "in-use.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(use, fcntl.LOCK_SH)
                self.postmaster.check()
                self.postmaster.make()
                self.postmaster.start()
            except BaseException:
                os.close(use)
                raise
            self._use = use

    def _check(self) -> None:
        reasons = []
        if len(str(self.cluster.resolve()).encode()) > LONGEST_SOCKET_FOLDER:
            reasons.append(
                Reason(
                    "data.path-too-long",
                    _("The path of the data folder is too long for a database socket: {path}", path=str(self.data)),
                    _("Choose a shorter one with --data or MASKQMS_DATA."),
                )
            )
        if is_root():
            reasons += [
                Reason(
                    "data.parent-closed",
                    _("Folder {path} is closed to other users, and the database does not run as root.", path=str(path)),
                    _("Choose a data folder elsewhere with --data or MASKQMS_DATA, such as /var/lib/maskqms."),
                )
                for path in unwalkable(self.cluster)
                if path != self.data.resolve() or not self._is_ours()
            ]
        if reasons:
            raise Refused(_("The embedded database cannot start"), reasons)

    def _is_ours(self) -> bool:
        """Whether a folder is one of ours or empty: `--data /root` must not open root's home to everybody."""
        present = {entry.name for entry in self.data.iterdir()}
        return not present or bool(present & OURS)

    def stop(self) -> None:
        """Let go of the server; it stops when nobody else uses it."""
        if self._use is None:
            return
        with _locked(self.data / "start.lock", fcntl.LOCK_EX):
            fcntl.flock(self._use, fcntl.LOCK_UN)
            os.close(self._use)
            self._use = None
            if self._is_last():
                self.postmaster.stop()

    def _is_last(self) -> bool:
        try:
            with _locked(self.data / "in-use.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
                return True
        except BlockingIOError:
            return False

    def url(self, role: str, database: str = "maskqms") -> str:
        folder = quote(str(self.postmaster.cluster), safe="")
        return f"postgresql://{quote(role)}@/{quote(database)}?host={folder}&port={PORT}"

    @property
    def owner_role(self) -> str:
        return "postgres"

    @property
    def programs(self) -> Path:
        """Where pg_dump and pg_restore are."""
        return self.postmaster.home / "bin"
