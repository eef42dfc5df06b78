"""Instruments that are not there: pseudo-terminals that speak as scales and testers do.

For trying the product without a laboratory and for tests: noise, a weight that settles, frames in pieces, a cable that
is pulled and put back. The gateway sees ordinary serial ports with stable names.
"""

import os
import random
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

Play: TypeAlias = Callable[[random.Random], Iterator[tuple[bytes, float]]]
"""An endless performance: bytes to write, and the seconds to wait after them."""


@dataclass(slots=True)
class PseudoPort:
    """A serial port under a stable name. Plugging makes the link, pulling removes it as udev would."""

    link: Path
    _master: int | None = None
    _slave: int | None = None

    def plug(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)  # else the terminal echoes what is written
        os.set_blocking(self._master, False)
        self.link.parent.mkdir(parents=True, exist_ok=True)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        self.link.unlink(missing_ok=True)
        for end in (self._master, self._slave):
            if end is not None:
                os.close(end)
        self._master = self._slave = None

    def say(self, data: bytes, *, patience: float = 0.0) -> None:
        """Write; when nobody listens and the buffer is full the bytes fall on the floor, as with a real instrument."""
        if self._master is None:
            return
        until = time.monotonic() + patience
        while data:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                if time.monotonic() >= until:
                    return
                time.sleep(0.002)

    def asked(self) -> bytes:
        """What the other side sent; a command nobody reads would fill the buffer."""
        if self._master is None:
            return b""
        with suppress(OSError):
            return os.read(self._master, 4096)
        return b""


def mt_sics(value: Decimal, *, stable: bool, unit: str = "g") -> bytes:
    """A weight as a balance sends it."""
    return f"S {'S' if stable else 'D'} {value:>10} {unit}\r\n".encode("ascii")


def weighing(chance: random.Random) -> Iterator[tuple[bytes, float]]:
    """A person weighs pieces of about 25 g for ever: the pan moves, settles, is read, is emptied."""
    step = Decimal("0.001")
    while True:
        mass = Decimal(str(chance.gauss(25.0, 0.4))).quantize(step)
        for part in (0.35, 0.81, 1.04, 0.995):
            swing = Decimal(str(part + chance.uniform(-0.02, 0.02)))
            yield mt_sics((mass * swing).quantize(step), stable=False), 0.2
        for _ in range(3):
            yield mt_sics(mass + step * chance.choice((-1, 0, 0, 0, 1)), stable=True), 0.4
        yield mt_sics((mass / 3).quantize(step), stable=False), 0.3
        yield mt_sics(Decimal("0.000"), stable=True), 3.0


def testing(chance: random.Random) -> Iterator[tuple[bytes, float]]:
    """A filter tester prints one filtration efficiency after another."""
    while True:
        value = Decimal(str(min(99.99, chance.gauss(97.6, 0.6)))).quantize(Decimal("0.01"))
        yield f"PFE,{value},%\r\n".encode("ascii"), 6.0


@dataclass
class Simulated:
    """One simulated instrument: its code, what it plays, and the driver that reads it."""

    code: str
    driver: str
    play: Play
    folder: Path
    seed: int = 1
    splits: bool = True
    pulled_every: int = 0
    """Pull and put back the cable in the middle of every n-th frame; 0: never."""
    port: PseudoPort = field(init=False)

    def __post_init__(self) -> None:
        self.port = PseudoPort(self.folder / self.code)

    def perform(self, stop: threading.Event) -> None:
        """Play until `stop` is set."""
        chance = random.Random(self.seed)  # noqa: S311
        self.port.plug()
        for number, (data, pause) in enumerate(self.play(chance), 1):
            if stop.is_set():
                break
            self.port.asked()
            middle = chance.randrange(1, len(data)) if self.splits else len(data)
            self.port.say(data[:middle])
            if self.pulled_every and number % self.pulled_every == 0:
                self.port.unplug()
                stop.wait(0.5)
                self.port.plug()
            else:
                stop.wait(0.01)
                self.port.say(data[middle:])
            stop.wait(pause)
        self.port.unplug()

    def start(self, stop: threading.Event) -> threading.Thread:
        thread = threading.Thread(target=self.perform, args=(stop,), name=f"simulated {self.code}", daemon=True)
        thread.start()
        return thread


def laboratory(folder: Path) -> list[Simulated]:
    """The instruments of the demo factory."""
    return [
        Simulated("SC-01", "mt-sics", weighing, folder, pulled_every=40),
        Simulated("FT-01", "delimited", testing, folder, seed=2),
    ]
