"""The ground under every record: one PostgreSQL, one transaction per act, one clock, numbers without gaps."""
