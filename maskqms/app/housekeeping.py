"""What nobody will ask for again goes away: sessions that ended, answers to keys that no client can still hold."""

from __future__ import annotations

from maskqms.db import sql
from maskqms.settings import settings

EVERY = 3600.0
"""Seconds between two sweeps."""

KEYS_KEPT_DAYS = 30
"""A tablet that was off for longer asks again with a new key."""


async def tidy() -> None:
    """Sweep. What happened stays in the trail; these rows only helped it to happen."""
    await sql.execute(
        "DELETE FROM session WHERE opened_at < clock_timestamp() - make_interval(hours => $1)",
        settings().session_hours + 24,
    )
    await sql.execute("DELETE FROM act_reply WHERE at < maskqms_now() - make_interval(days => $1)", KEYS_KEPT_DAYS)
