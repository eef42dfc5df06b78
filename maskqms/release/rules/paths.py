"""From the batch to the culprit: the shortest way up through what went into what."""

from __future__ import annotations

from collections import deque
from urllib.parse import urlencode

from maskqms.errors import Link
from maskqms.release.rules.facts import GateFacts
from maskqms.trace.states import UnitKind

PAGES = {UnitKind.BATCH: "batches", UnitKind.LOT: "lots"}


def limits_href(edition: str, grade: str | None = None) -> str:
    """The page on which the limits of an edition are read and entered."""
    return f"/release/limits?{urlencode({'edition': edition, **({'grade': grade} if grade else {})})}"


class Paths:
    """The shortest path to every ancestor, found once for one set of facts."""

    def __init__(self, facts: GateFacts) -> None:
        self._facts = facts
        parents: dict[int, list[int]] = {}
        for link in facts.links:
            parents.setdefault(link.child, []).append(link.parent)
        self._came_from: dict[int, int] = {}
        waiting = deque([facts.batch.id])
        while waiting:
            child = waiting.popleft()
            for parent in sorted(parents.get(child, ())):
                if parent not in self._came_from and parent != facts.batch.id:
                    self._came_from[parent] = child
                    waiting.append(parent)

    def to(self, unit: int) -> tuple[Link, ...]:
        """Links from the batch to this unit, both included."""
        steps = [unit]
        while steps[-1] in self._came_from:
            steps.append(self._came_from[steps[-1]])
        if steps[-1] != self._facts.batch.id:
            steps.append(self._facts.batch.id)
        return tuple(self._link(step) for step in reversed(steps))

    def _link(self, unit: int) -> Link:
        batch = self._facts.batch
        if unit == batch.id:
            return Link(batch.code, f"/batches/{batch.code}")
        known = self._facts.ancestors[unit]
        return Link(known.code, f"/{PAGES.get(known.kind, 'units')}/{known.code}")
