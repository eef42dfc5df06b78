"""Run a script of several statements inside a migration's transaction (Piccolo's own way takes one at a time)."""

from __future__ import annotations

from maskqms.db.engine import DB


async def run_script(*scripts: str) -> None:
    """Run scripts on the connection of the running migration."""
    running = DB.current_transaction.get()
    if running is None:
        raise RuntimeError("a migration's script runs inside its transaction")
    for script in scripts:
        await running.connection.execute(script)
