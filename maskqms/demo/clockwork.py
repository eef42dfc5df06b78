"""The month goes by: stories wait for their hour, and the one clock of the demo database stands there when they act.

A story is an asynchronous generator: `yield moment` waits until then. One story runs at a time, always the one whose
hour comes next, so the same plan makes the same factory.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import asyncpg

Story = AsyncIterator[datetime]
Seen = Callable[[datetime], None]
"""Told of every moment that has passed."""

STEP = timedelta(seconds=2)
"""Two stories of the same minute act one after the other."""

SHIFT = (
    "INSERT INTO clock_offset (id, shift) VALUES (1, $1 - clock_timestamp())"
    " ON CONFLICT (id) DO UPDATE SET shift = excluded.shift"
)


class Clockwork:
    """Sets the clock, as the owner of the database; `moment` is where it was set last."""

    def __init__(self, owner: asyncpg.Connection, beginning: datetime) -> None:
        self.owner = owner
        self.moment = beginning
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._told = 0

    async def set(self, moment: datetime) -> None:
        """Let it be that time; the clock runs on from there."""
        self.moment = moment
        await self.owner.execute(SHIFT, moment)

    def begin(self, story: Story, *, at: datetime | None = None) -> None:
        """Let a story wait for its first hour: now, when none is said."""
        self._told += 1
        heapq.heappush(self._waiting, (at or self.moment, self._told, story))

    async def run(self, *, until: datetime, seen: Seen | None = None) -> None:
        """Tell all stories up to a moment; what would come later stays undone, as in any factory at five o'clock."""
        while self._waiting and self._waiting[0][0] <= until:
            moment, number, story = heapq.heappop(self._waiting)
            await self.set(max(moment, self.moment + STEP))
            began = time.perf_counter()
            try:
                later = await anext(story)
            except StopAsyncIteration:
                pass
            else:
                heapq.heappush(self._waiting, (later, number, story))
            self.moment += timedelta(seconds=time.perf_counter() - began)
            if seen is not None:
                seen(self.moment)
