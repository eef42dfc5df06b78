"""Loops among links: no unit can be made of itself. Each loop is named once, with the codes that form it."""

from __future__ import annotations

from collections.abc import Sequence

from maskqms.trace.importer.history import LinkIn


def loops(links: Sequence[LinkIn]) -> list[tuple[LinkIn, list[str]]]:
    """Of every knot of units that lead to each other: one loop, and the link of it that comes last in the file."""
    outgoing: dict[str, list[LinkIn]] = {}
    waiting: dict[str, int] = {}
    for link in links:
        outgoing.setdefault(link.parent, []).append(link)
        waiting[link.child] = waiting.get(link.child, 0) + 1
        waiting.setdefault(link.parent, 0)
    free = [code for code, count in waiting.items() if not count]
    for code in free:
        for link in outgoing.get(code, ()):
            waiting[link.child] -= 1
            if not waiting[link.child]:
                free.append(link.child)
    left = {code for code, count in waiting.items() if count}
    found = []
    while left:
        loop, harmless = _one_loop(min(left), outgoing, left)
        left -= harmless
        if loop is None:
            continue
        found.append((max(loop, key=lambda link: link.line), [link.parent for link in loop]))
        left -= {link.parent for link in loop}
    return found


def _one_loop(start: str, outgoing: dict[str, list[LinkIn]], left: set[str]) -> tuple[list[LinkIn] | None, set[str]]:
    """A loop that can be reached from `start` over units not yet named, and the units that lead to none.

    Depth first without recursion: chains of history are longer than Python's stack.
    """
    path: list[LinkIn] = []
    on_path = {start: 0}
    done: set[str] = set()
    stack = [iter(outgoing.get(start, ()))]
    while stack:
        link = next(stack[-1], None)
        if link is None:
            stack.pop()
            if path:
                gone = path.pop().child
                del on_path[gone]
                done.add(gone)
            continue
        if link.child in on_path:
            return [*path[on_path[link.child] :], link], done
        if link.child in left and link.child not in done:
            path.append(link)
            on_path[link.child] = len(path)
            stack.append(iter(outgoing.get(link.child, ())))
    return None, done | {start}
