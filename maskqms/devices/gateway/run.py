"""One gateway process: a spool that no other process writes, a listener for each port, one uploader.

Stops on SIGINT and SIGTERM; being killed loses nothing that was committed.
"""

import logging
import signal
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from maskqms.devices.drivers.registry import drivers
from maskqms.devices.gateway.configuration import Port
from maskqms.devices.gateway.listener import Listener
from maskqms.devices.gateway.spool import Spool
from maskqms.devices.gateway.uploader import Uploader
from maskqms.errors import Reason, Refused
from maskqms.i18n import _

try:
    import fcntl
except ImportError:  # Windows: the exclusive open of the ports has to do
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger("maskqms.gateway")

FOLDER = "gateway"
TOKEN_FILE = "gateway.token"  # noqa: S105
SERVER_FILE = "gateway.server"
KEEP_DAYS = 90
PURGE_EVERY = 3600.0


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a gateway needs to know to run."""

    folder: Path
    """Holds the spool; a folder of its own below the data folder."""
    server: str
    token_file: Path
    ports: Sequence[Port]
    ca_file: Path | None = None


def leave_for_gateway(data: Path, *, server: str, token: str) -> None:
    """Write into the data folder what a gateway on the same computer needs: the demo does, nobody types anything."""
    data.mkdir(parents=True, exist_ok=True)
    (data / SERVER_FILE).write_text(server + "\n", "utf-8")
    path = data / TOKEN_FILE
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(token + "\n", "utf-8")


def server_left_in(data: Path) -> str | None:
    """The address that a server on this computer left, if one did."""
    with suppress(OSError):
        return (data / SERVER_FILE).read_text("utf-8").strip() or None
    return None


def _lock(folder: Path) -> IO[bytes]:
    """Held as long as the process lives: two gateways on one spool would offer each other's readings."""
    file = (folder / "lock").open("ab")
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise Refused(
                _("The gateway cannot start"),
                [
                    Reason(
                        "gateway.running",
                        _("Another gateway already works in {folder}.", folder=folder),
                        _("Stop it, or give this one another folder with --data."),
                    )
                ],
            ) from error
    return file


def run_gateway(wiring: Wiring, stop: threading.Event) -> None:
    """Listen and send until `stop` is set."""
    wiring.folder.mkdir(parents=True, exist_ok=True)
    with _lock(wiring.folder):
        spool = Spool(wiring.folder / "spool.db")
        heard = threading.Event()
        threads: list[threading.Thread] = [
            Listener(port, drivers()[port.driver], spool, stop, heard) for port in wiring.ports
        ]
        threads.append(Uploader(spool, wiring.server, wiring.token_file, stop, heard, wiring.ca_file))
        for thread in threads:
            thread.start()
        log.info("gateway: %s ports, server %s, spool %s", len(wiring.ports), wiring.server, wiring.folder)
        while not stop.wait(PURGE_EVERY):
            spool.purge(KEEP_DAYS)
        heard.set()
        for thread in threads:
            thread.join(timeout=15)
        log.info("gateway: stopped; %s", spool.counts())
        spool.close()


def stop_on_signals() -> threading.Event:
    """An event that SIGINT and SIGTERM set: in a thread of its own, for a handler that takes the event's lock while the
    interrupted thread, or an earlier signal, holds it would never end."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: threading.Thread(target=stop.set, daemon=True).start())
    return stop
