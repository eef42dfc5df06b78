"""A thread for each port, for ever: open, listen, keep, and begin again when the cable comes back.

Measured: opening a port the usual way throws away what the instrument said before, so `NoFlushSerial`; a port that
vanishes raises OSError or termios.error depending on the call, and TypeError when it is closed from elsewhere.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import serial

from maskqms.devices.drivers.contract import Driver
from maskqms.devices.gateway.configuration import Port
from maskqms.devices.gateway.frames import Assembler, Piece
from maskqms.devices.gateway.spool import Spool

try:
    import termios
except ImportError:  # Windows
    GONE: tuple[type[Exception], ...] = (OSError, TypeError)
else:
    GONE = (OSError, termios.error, TypeError)

log = logging.getLogger("maskqms.gateway")

SHORTEST_WAIT, LONGEST_WAIT = 0.05, 2.0
READ_TIMEOUT = 0.1
OPENING = 0.1
"""Seconds after opening in which the first bytes may belong to a frame that began earlier."""


class NoFlushSerial(serial.Serial):  # type: ignore[misc]
    """Keeps what the operating system buffered before the port was opened."""

    def _reset_input_buffer(self) -> None:
        """pyserial flushes here while opening."""


class Listener(threading.Thread):
    """Listens to one port until `stop` is set."""

    def __init__(self, port: Port, driver: Driver, spool: Spool, stop: threading.Event, heard: threading.Event) -> None:
        super().__init__(name=port.instrument, daemon=True)
        self.port, self.driver, self.spool = port, driver, spool
        self.stopping, self.heard = stop, heard
        self.open = False
        self._wait = SHORTEST_WAIT
        self._complained: str | None = None

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self._listen()
            except GONE as error:
                self._lost(error)
            except Exception:  # a fault of ours must not silence the instrument for ever
                log.exception("%s: fault in the listener; it begins again", self.port.instrument)
            self.open = False
            self.stopping.wait(self._wait)
            self._wait = min(self._wait * 2, LONGEST_WAIT)

    def _lost(self, error: Exception) -> None:
        """Say it once, not at every attempt."""
        if self._complained != str(error):
            self._complained = str(error)
            log.warning("%s: port %s: %s", self.port.instrument, self.port.path, error)

    def _connect(self) -> Any:
        line: dict[str, Any] = {
            "baudrate": self.port.baud,
            "bytesize": self.port.bits,
            "parity": self.port.parity,
            "stopbits": self.port.stop_bits,
            "timeout": READ_TIMEOUT,
            "write_timeout": 1,
        }
        if "://" in self.port.path:
            return serial.serial_for_url(self.port.path, **line)
        return NoFlushSerial(self.port.path, exclusive=True, **line)

    def _listen(self) -> None:
        assembler = Assembler(self.driver)
        with self._connect() as device:
            opened = time.monotonic()
            self.open, self._wait, self._complained = True, SHORTEST_WAIT, None
            log.info("%s: listening on %s (%s)", self.port.instrument, self.port.path, self.driver.name)
            asked = 0.0
            try:
                while not self.stopping.is_set():
                    if self.port.poll and time.monotonic() - asked >= self.port.poll:
                        asked = time.monotonic()
                        device.write(self.driver.commands["poll"])
                    if data := device.read(device.in_waiting or 1):
                        self._keep(assembler.feed(data, just_opened=time.monotonic() - opened < OPENING))
                    else:
                        self._keep(assembler.idle())
            finally:
                self._keep(assembler.end())
                with suppress(*GONE):
                    device.close()

    def _keep(self, pieces: Sequence[tuple[Piece, bytes]]) -> None:
        """Commit first; only then look. While the disk refuses, the port waits with us and nothing is thrown away."""
        if not pieces:
            return
        wait = SHORTEST_WAIT
        while True:
            try:
                self.spool.add(self.port.instrument, self.port.path, self.driver.name, pieces)
                break
            except sqlite3.Error as error:
                log.error("%s: the spool cannot be written: %s", self.port.instrument, error)
                if self.stopping.wait(wait):
                    log.error("%s: lost at the end: %r", self.port.instrument, pieces)
                    return
                wait = min(wait * 2, LONGEST_WAIT)
        self.heard.set()
        for piece, raw in pieces:
            self._tell(piece, raw)

    def _tell(self, piece: Piece, raw: bytes) -> None:
        """What the people who watch the gateway see; the server reads the frame for itself."""
        if piece is not Piece.FRAME:
            log.warning("%s: %s: %r", self.port.instrument, piece, raw[:80])
        elif (parsed := self.driver.parse(raw)) is None:
            log.warning("%s: not understood: %r", self.port.instrument, raw[:80])
        else:
            log.info(
                "%s: %s %s%s",
                self.port.instrument,
                parsed.value_text or parsed.fault,
                parsed.unit_raw or "",
                {True: " stable", False: " unstable", None: ""}[parsed.stable],
            )
