"""Holds run down to everything that was made of a held unit, and nothing slips through between looking and locking.

What was found is locked in order of id and looked for again; when somebody linked something new meanwhile, the locks
are let go and taken anew, so that the one lock order is kept even then.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from maskqms.db import sql

Finder = Callable[[], Awaitable[set[int]]]


async def descendants(roots: Iterable[int]) -> set[int]:
    """The units and everything that anything of them went into."""
    return set(await sql.fetch_value(sql.load("maskqms.trace", "descendants.sql"), sorted(set(roots))))


async def lock_until_still(find: Finder) -> list[int]:
    """Lock all that `find` finds, until finding again under the locks brings nothing new."""
    wanted = await find()
    while True:
        await sql.execute("SAVEPOINT trace_cascade")
        await sql.execute(
            "SELECT count(*) FROM ("
            "SELECT 1 FROM trace_unit WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE) locked",
            sorted(wanted),
        )
        found = await find()
        if found <= wanted:
            await sql.execute("RELEASE SAVEPOINT trace_cascade")
            return sorted(found)
        await sql.execute("ROLLBACK TO SAVEPOINT trace_cascade")
        wanted |= found


async def spread_holds(origin: int, units: Iterable[int]) -> None:
    """Put every active hold of the origin on the units too, each keeping where it came from."""
    wanted = sorted(set(units))
    await sql.execute(
        "INSERT INTO hold_unit (hold, unit, inherited, at)"
        " SELECT hu.hold, u.id, true, maskqms_now()"
        " FROM hold_unit hu JOIN hold h ON h.id = hu.hold AND h.state = 'active'"
        " CROSS JOIN unnest($2::bigint[]) AS u (id) WHERE hu.unit = $1 ON CONFLICT (hold, unit) DO NOTHING",
        origin,
        wanted,
    )
    await sql.execute("UPDATE trace_unit SET held = true WHERE id = ANY($1::bigint[]) AND NOT held", wanted)
