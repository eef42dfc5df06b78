"""The gateway's own store: what an instrument said is on the disk before anybody looks at it, and stays until the
server has it.

A reading is known everywhere by (epoch, seq). The epoch is drawn when the file is made, so a lost or replaced spool
cannot hand out a number that the server has already seen; when the server knows a number with other content (a disk
copied or set back), the reading gets a new epoch instead of being dropped.
"""

import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS epoch (epoch TEXT PRIMARY KEY, since REAL NOT NULL);
CREATE TABLE IF NOT EXISTS reading (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    epoch TEXT NOT NULL REFERENCES epoch,
    instrument TEXT NOT NULL,
    port TEXT NOT NULL,
    driver TEXT NOT NULL,
    piece TEXT NOT NULL CHECK (piece IN ('frame', 'truncated', 'garbage')),
    raw BLOB NOT NULL,
    received_at REAL NOT NULL,
    monotonic REAL NOT NULL,
    boot TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'refused', 'sent')),
    answer TEXT,
    retry_at REAL
);
CREATE INDEX IF NOT EXISTS reading_unsent ON reading (seq) WHERE state <> 'sent';
"""


def _boot() -> str:
    """What tells one run of this computer from the next: monotonic times compare only within it."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return f"process-{uuid.uuid4()}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece as stored."""

    seq: int
    epoch: str
    instrument: str
    port: str
    driver: str
    piece: str
    raw: bytes
    received_at: float
    age: float
    """Seconds since it was heard, by the clock that nobody sets where possible."""


class Spool:
    """One SQLite file, one connection, one lock: the writers are a few threads with a few lines a second."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._boot = _boot()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)
        newest = self._db.execute("SELECT epoch FROM epoch ORDER BY since DESC, rowid DESC LIMIT 1").fetchone()
        self._epoch = newest[0] if newest else self._new_epoch()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _new_epoch(self) -> str:
        epoch = str(uuid.uuid4())
        self._db.execute("INSERT INTO epoch VALUES (?, ?)", (epoch, time.time()))
        return epoch

    def add(self, instrument: str, port: str, driver: str, pieces: Iterable[tuple[str, bytes]]) -> None:
        """Keep the pieces of one read; on return they are on the disk."""
        at, monotonic = time.time(), time.monotonic()
        rows = [
            (self._epoch, instrument, port, driver, str(piece), raw, at, monotonic, self._boot) for piece, raw in pieces
        ]
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "INSERT INTO reading (epoch, instrument, port, driver, piece, raw, received_at, monotonic, boot)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )

    def waiting(self, limit: int) -> list[Kept]:
        """The oldest pieces the server does not have yet."""
        now, monotonic = time.time(), time.monotonic()
        with self._lock:
            rows = self._db.execute(
                "SELECT seq, epoch, instrument, port, driver, piece, raw, received_at, monotonic, boot FROM reading"
                " WHERE state <> 'sent' AND (retry_at IS NULL OR retry_at <= ?) ORDER BY seq LIMIT ?",
                (now, limit),
            ).fetchall()
        # After a restart of the computer the clock may have been set; at least its whole uptime has passed.
        ages = [monotonic - row[8] if row[9] == self._boot else max(now - row[7], monotonic) for row in rows]
        return [Kept(*row[:8], *[age]) for row, age in zip(rows, ages, strict=True)]

    def sent(self, seqs: Sequence[int]) -> None:
        """The server has these."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "UPDATE reading SET state = 'sent', answer = NULL, retry_at = NULL WHERE seq = ?",
                [(seq,) for seq in seqs],
            )

    def refused(self, answers: Sequence[tuple[int, str]], *, again_after: float) -> None:
        """The server has no place for these yet (an instrument not registered): keep them and ask again later."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(
                "UPDATE reading SET state = 'refused', answer = ?, retry_at = ? WHERE seq = ?",
                [(text, time.time() + again_after, seq) for seq, text in answers],
            )

    def renumber(self, seqs: Sequence[int]) -> None:
        """The server knows these numbers with other content: give them a name nobody else has."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._epoch = self._new_epoch()
            self._db.executemany("UPDATE reading SET epoch = ? WHERE seq = ?", [(self._epoch, seq) for seq in seqs])

    def purge(self, older_than_days: float) -> int:
        """Forget what the server confirmed long ago; what it does not have stays whatever its age."""
        with self._lock:
            return self._db.execute(
                "DELETE FROM reading WHERE state = 'sent' AND received_at < ?",
                (time.time() - older_than_days * 86400,),
            ).rowcount

    def counts(self) -> dict[str, int]:
        """How many pieces are waiting, refused and sent."""
        with self._lock:
            found = dict(self._db.execute("SELECT state, count(*) FROM reading GROUP BY state").fetchall())
        return {state: found.get(state, 0) for state in ("waiting", "refused", "sent")}
