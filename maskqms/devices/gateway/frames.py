"""Bytes as they arrive, put together to frames.

What can never become a frame (half a line at unplugging, 4 KiB without an end) is kept under its own name and never
read as a value.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from maskqms.devices.drivers.contract import FRAME_CAP, Driver


class Piece(StrEnum):
    """What a stretch of received bytes is."""

    FRAME = "frame"
    TRUNCATED = "truncated"
    GARBAGE = "garbage"


@dataclass(slots=True)
class Assembler:
    """One port's buffer, new at every opening."""

    driver: Driver
    _rest: bytes = field(default=b"", init=False)
    _flooded: bool = field(default=False, init=False)
    _midway: bool | None = field(default=None, init=False)

    def feed(self, data: bytes, *, just_opened: bool = False) -> list[tuple[Piece, bytes]]:
        """The pieces that `data` completes, in order; `just_opened`: the bytes may start in the middle of a frame."""
        if self._midway is None:
            self._midway = just_opened and not self.driver.shows_cut
        return self._cut(*self.driver.frame(self._rest + data))

    def idle(self) -> list[tuple[Piece, bytes]]:
        """The pieces that silence completes."""
        return self._cut(*(self.driver.at_idle or self.driver.frame)(self._rest)) if self._rest else []

    def _cut(self, frames: list[bytes], rest: bytes) -> list[tuple[Piece, bytes]]:
        pieces: list[tuple[Piece, bytes]] = []
        for raw in frames:
            cut = self._flooded or self._midway
            self._flooded = self._midway = False
            if cut or len(raw) > FRAME_CAP:
                pieces += [(Piece.GARBAGE, raw[at : at + FRAME_CAP]) for at in range(0, len(raw), FRAME_CAP)]
            else:
                pieces.append((Piece.FRAME, raw))
        while len(rest) > FRAME_CAP:
            pieces.append((Piece.GARBAGE, rest[:FRAME_CAP]))
            rest = rest[FRAME_CAP:]
            self._flooded = True
        self._rest = rest
        return pieces

    def end(self) -> list[tuple[Piece, bytes]]:
        """What the unplugged cable cut off, unless it is no more than an empty line."""
        pieces = self.idle()
        tail, self._rest = self._rest, b""
        return [*pieces, (Piece.TRUNCATED, tail)] if tail.strip() else pieces
