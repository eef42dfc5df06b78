"""granian in front of the application: workers that share nothing but the database."""

from __future__ import annotations

import os
import socket
import tempfile

from granian import Granian
from granian.constants import Interfaces

from maskqms.app.background import SERVER
from maskqms.app.packages import modules
from maskqms.db.opening import Place
from maskqms.errors import Reason, Refused
from maskqms.i18n import _
from maskqms.settings import settings

LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "WARNING", "handlers": []}}
"""granian's own lines stay as they are; the workers write JSON (web/requests.py)."""


def _refuse_taken(host: str, port: int) -> None:
    """Workers that cannot listen would be started again for ever; a person is told once."""
    family, _kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            words = _("Port {port} of {host} cannot be used: {words}", port=port, host=host, words=error.strerror)
            reason = Reason("serve.port-taken", words, _("Choose another one with --port, or end what uses it."))
            raise Refused(_("The server does not start"), [reason]) from error


def serve(where: Place, *, host: str, port: int, workers: int) -> None:
    """Serve until told to stop; running requests get their answer first.

    The workers learn the application's address of the database and never the owner's. They count together: each writes
    its figures into one folder, from which `/metrics` adds them up.
    """
    _refuse_taken(host, port)
    os.environ["MASKQMS_DATABASE_URL"] = where.app_url
    os.environ["MASKQMS_OWNER_URL"] = ""  # stronger than a line in .env, which a worker would read again
    os.environ[SERVER] = str(os.getpid())
    settings.cache_clear()
    with tempfile.TemporaryDirectory(prefix="maskqms-metrics-") as figures:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = figures
        modules("controllers")  # loaded once, before the workers are forked: they start sooner and share its memory
        Granian(
            "maskqms.app.application:served",
            address=host,
            port=port,
            workers=workers,
            interface=Interfaces.ASGI,
            factory=True,
            log_dictconfig=LOGGING,
            workers_kill_timeout=20,
            respawn_failed_workers=True,
        ).serve()
