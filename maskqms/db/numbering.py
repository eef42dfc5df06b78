"""Human numbers, `ML-20261121-003`: made by rule, never reused, without gaps (R58).

The counter's row is locked until the act ends, so an act that is rolled back leaves no hole.
"""

from __future__ import annotations

from maskqms.db import sql
from maskqms.db.clock import today


async def next_number(prefix: str, digits: int = 3) -> str:
    """The next number of today's series; inside an act's transaction."""
    day = await today()
    last = await sql.fetch_value(
        "INSERT INTO number_series (prefix, day, last) VALUES ($1, $2, 1)"
        " ON CONFLICT (prefix, day) DO UPDATE SET last = number_series.last + 1 RETURNING last",
        prefix,
        day,
    )
    return f"{prefix}-{day:%Y%m%d}-{last:0{digits}d}"
