"""Shares over a genealogy: along a path the product, over several paths the sum, in one pass.

The pass goes in topological order, so that every unit is final before anything flows on from it: the cost is that of
the edges, however many paths they form. Works forward (fraction of the root in the unit) and backward alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FAR = 1 << 30


@dataclass(frozen=True, slots=True)
class Spread:
    """Share and fewest links from the root of every unit; `order` without the root, `loop` what has no order."""

    order: list[int]
    share: dict[int, float]
    depth: dict[int, int]
    loop: list[int]


def spread(root: int, sources: Sequence[int], targets: Sequence[int], shares: Sequence[float]) -> Spread:
    """Let 1 flow from the root along the edges. Units on a loop, or behind one, are named and get no share."""
    runs = _runs(sources)
    if runs is None:
        by_source = sorted(range(len(sources)), key=sources.__getitem__)
        sources, targets = [sources[at] for at in by_source], [targets[at] for at in by_source]
        shares = [shares[at] for at in by_source]
        runs = _runs(sources) or {}
    share_of = dict.fromkeys(targets, 0.0)
    depth_of = dict.fromkeys(targets, FAR)
    waiting = dict.fromkeys(targets, 0)
    for target in targets:
        waiting[target] += 1
    share_of[root], depth_of[root] = 1.0, 0
    order = [root] if root not in waiting else []
    for unit in order:
        if (run := runs.get(unit)) is None:
            continue
        flowing, depth = share_of[unit], depth_of[unit] + 1
        for at in range(*run):
            target = targets[at]
            share_of[target] += flowing * shares[at]
            if depth < depth_of[target]:
                depth_of[target] = depth
            left = waiting[target] - 1
            waiting[target] = left
            if not left:
                order.append(target)
    loop = [unit for unit, left in waiting.items() if left] if len(order) <= len(waiting) else []
    return Spread(order[1:], share_of, depth_of, loop)


def _runs(sources: Sequence[int]) -> dict[int, tuple[int, int]] | None:
    """Where each source's edges begin and end; None when they do not lie together."""
    runs: dict[int, tuple[int, int]] = {}
    begin, last = 0, None
    for at, source in enumerate(sources):
        if source != last:
            if last is not None:
                runs[last] = (begin, at)
            if source in runs:
                return None
            begin, last = at, source
    if last is not None:
        runs[last] = (begin, len(sources))
    return runs
