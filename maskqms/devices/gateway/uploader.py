"""Carries the spool to the server: oldest first, again after every failure, and nothing is marked sent that the server
did not name in its answer.
"""

import base64
import logging
import ssl
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from maskqms.devices.gateway.spool import Kept, Spool

log = logging.getLogger("maskqms.gateway")

BATCH = 100
FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0
REFUSED_AGAIN = 60.0
"""Seconds until a reading that the server refused (an instrument not registered yet) is offered again."""
PATH = "/api/v1/readings"


class Uploader(threading.Thread):
    """Sends until `stop` is set; the token file is read at every attempt, so a new token needs no restart."""

    def __init__(
        self,
        spool: Spool,
        server: str,
        token_file: Path,
        stop: threading.Event,
        heard: threading.Event,
        ca_file: Path | None = None,
    ) -> None:
        super().__init__(name="uploader", daemon=True)
        self.spool, self.server, self.token_file = spool, server.rstrip("/"), token_file
        self.stopping, self.heard = stop, heard
        self._verify = ssl.create_default_context(cafile=ca_file) if server.startswith("https") else True
        self._wait = FIRST_WAIT
        self._size = BATCH
        self._complained: str | None = None

    def run(self) -> None:
        with httpx.Client(base_url=self.server, timeout=10, verify=self._verify, trust_env=False) as client:
            while not self.stopping.is_set():
                self.heard.clear()
                try:
                    busy = self.send_once(client)
                except Exception:  # a fault of ours must not end the sending for ever
                    log.exception("fault in the uploader; it begins again")
                    self._failed("internal fault")
                    continue
                if not busy:
                    self.heard.wait(0.5)

    def send_once(self, client: httpx.Client) -> bool:
        """One batch; True when it went through and there may be more."""
        kept = self.spool.waiting(self._size)
        if not kept:
            return False
        try:
            token = self.token_file.read_text("utf-8").strip()
            response = client.post(PATH, json=_message(kept), headers={"Authorization": f"Bearer {token}"})
            answer = response.json() if response.is_success else {}
        except OSError as error:
            return self._failed(f"no token in {self.token_file}: {error.strerror}")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return self._failed(f"no answer from {self.server}: {error}")
        if not response.is_success:
            return self._no(response, kept)
        return self._yes(answer, kept)

    def _yes(self, answer: dict[str, Any], kept: Sequence[Kept]) -> bool:
        offered = {piece.seq for piece in kept}
        accepted = offered.intersection(answer.get("accepted", []))
        conflicting = offered.intersection(answer.get("conflicting", []))
        refused = [(no["seq"], no["text"]) for no in answer.get("refused", []) if no["seq"] in offered]
        if not (accepted or conflicting or refused):
            return self._failed(f"{self.server} did not answer as a server of readings")
        self.spool.sent(sorted(accepted))
        if conflicting:
            log.error("the server knows %s of these numbers with other content; they are renumbered", len(conflicting))
            self.spool.renumber(sorted(conflicting))
        if refused:
            log.error("the server refused %s readings, kept here: %s", len(refused), refused[0][1])
            self.spool.refused(refused, again_after=REFUSED_AGAIN)
        if self._complained:
            log.info("the server takes readings again")
        self._wait, self._complained, self._size = FIRST_WAIT, None, min(self._size * 2, BATCH)
        return True

    def _no(self, response: httpx.Response, kept: Sequence[Kept]) -> bool:
        status = response.status_code
        if status in (400, 409, 413, 422):
            # Something in this batch: look for it in ever smaller ones, so that it cannot stop the rest.
            if len(kept) == 1:
                log.error("the server does not take reading %s (%s), kept here", kept[0].seq, status)
                self.spool.refused([(kept[0].seq, f"HTTP {status}")], again_after=REFUSED_AGAIN)
                return True
            self._size = max(1, len(kept) // 2)
            return True
        if status in (401, 403):
            return self._failed(f"the server does not know the token in {self.token_file}")
        if status == 429:
            after = response.headers.get("Retry-After", "")
            self._wait = max(self._wait, float(after) if after.isdigit() else 1.0)
        return self._failed(f"{self.server} answers {status}")

    def _failed(self, why: str) -> bool:
        """Say it once, then wait longer each time."""
        if self._complained != why:
            self._complained = why
            log.warning("%s; readings are kept here", why)
        self.stopping.wait(self._wait)
        self._wait = min(self._wait * 2, LONGEST_WAIT)
        return False


def _message(kept: Sequence[Kept]) -> dict[str, Any]:
    """The body of one post: raw bytes and what only the gateway knows; the server parses for itself."""
    return {
        "sent_at": datetime.now(UTC).isoformat(),
        "readings": [
            {
                "seq": piece.seq,
                "epoch": piece.epoch,
                "instrument": piece.instrument,
                "port": piece.port,
                "driver": piece.driver,
                "piece": piece.piece,
                "raw": base64.b64encode(piece.raw).decode("ascii"),
                "received_at": datetime.fromtimestamp(piece.received_at, UTC).isoformat(),
                "age": round(max(piece.age, 0.0), 3),
            }
            for piece in kept
        ],
    }
