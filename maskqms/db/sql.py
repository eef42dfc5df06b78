"""SQL where SQL is the clearest language, with asyncpg's `$1` and rows checked at the boundary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from maskqms.db.engine import connection

Row = TypeVar("Row")


@cache
def load(package: str, name: str) -> str:
    """The text of `sql/<name>` of a package: `load(__package__, "forward.sql")`."""
    return (files(package) / "sql" / name).read_text(encoding="utf-8")


@cache
def _adapter(row: Any) -> TypeAdapter[Any]:
    return TypeAdapter(list[row])


async def fetch(query: str, *args: Any) -> list[Any]:
    async with connection() as link:
        return await link.fetch(query, *args)  # type: ignore[no-any-return]


async def fetch_one(query: str, *args: Any) -> Any | None:
    async with connection() as link:
        return await link.fetchrow(query, *args)


async def fetch_value(query: str, *args: Any) -> Any:
    async with connection() as link:
        return await link.fetchval(query, *args)


async def fetch_as(row: type[Row], query: str, *args: Any) -> list[Row]:
    """Rows as a dataclass; a renamed column fails here and not in a template."""
    rows: list[Row] = _adapter(cast(Any, row)).validate_python([dict(record) for record in await fetch(query, *args)])
    return rows


async def one_as(row: type[Row], query: str, *args: Any) -> Row | None:
    found = await fetch_as(row, query, *args)
    return found[0] if found else None


async def execute(query: str, *args: Any) -> str:
    async with connection() as link:
        return await link.execute(query, *args)  # type: ignore[no-any-return]


async def execute_many(query: str, rows: Iterable[Sequence[Any]]) -> None:
    async with connection() as link:
        await link.executemany(query, rows)
