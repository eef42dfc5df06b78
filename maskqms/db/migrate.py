"""Migrations, run by the owner, then the privileges of the application's role: all of it in one transaction."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncpg
from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration

from maskqms.db.engine import DB, configure
from maskqms.db.privileges import amiss, lay
from maskqms.db.registry import app_configs
from maskqms.db.transaction import transaction
from maskqms.errors import Reason, Refused
from maskqms.i18n import _

APP_ROLE = "maskqms_app"
KINDS = ("production", "demo", "test")

MIGRATING = 7_201_000
"""Advisory lock: one process at a time prepares a database."""

EVERYTHING = "everything"


async def ensure_database(server_url: str, name: str) -> bool:
    """Create the database when it is missing; `server_url` is the owner's, to any database. True when it is new."""
    link = await asyncpg.connect(server_url)
    try:
        await link.execute("SELECT pg_advisory_lock($1)", MIGRATING)
        if await link.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            return False
        await link.execute(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0')
        return True
    finally:
        await link.close()


def role_of(app_url: str) -> str:
    """The role that the application signs in with."""
    return unquote(urlsplit(app_url).username or APP_ROLE)


async def ensure_role(link: Any, app_url: str) -> str:
    """The application's role; made from its address when it does not exist."""
    role = role_of(app_url)
    if role == await link.fetchval("SELECT current_user"):
        raise _unfit(
            Reason(
                "database.owner-serves",
                _("MASKQMS_DATABASE_URL and MASKQMS_OWNER_URL name the same role, {role}.", role=role),
                _("The application needs a role of its own that owns nothing."),
            )
        )
    if not await link.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
        await link.execute(f'CREATE ROLE "{role}" LOGIN')
        if password := urlsplit(app_url).password:
            quoted = await link.fetchval("SELECT quote_literal($1)", unquote(password))
            await link.execute(f'ALTER ROLE "{role}" PASSWORD {quoted}')
    if await link.fetchval("SELECT pg_has_role($1::name, current_user, 'MEMBER')", role):
        raise _unfit(
            Reason(
                "database.role-too-strong",
                _("Role {role} may do whatever the owner may, so history would not be safe from it.", role=role),
                _("The application needs a role of its own that owns nothing."),
            )
        )
    return role


def _unfit(reason: Reason) -> Refused:
    return Refused(_("The database is not prepared"), [reason])


async def migrate(owner_url: str, app_url: str, *, kind: str = "production") -> list[str]:
    """Bring a database up to date and mark a new one as `kind`. Returns the migrations that ran. Outside a server."""
    if kind not in KINDS:
        raise ValueError(kind)
    before = dict(DB.config)
    configure(owner_url)
    try:
        async with transaction() as link:
            await link.execute("SET LOCAL lock_timeout = '5min'")
            await link.execute("SELECT pg_advisory_xact_lock($1)", MIGRATING)
            role = await ensure_role(link, app_url)
            with redirect_stdout(io.StringIO()):
                ran = await _run()
            await link.execute(
                "INSERT INTO database_mark (id, kind, created_at) VALUES (1, $1, now()) ON CONFLICT (id) DO NOTHING",
                kind,
            )
            await lay(link, role)
    finally:
        DB.config.clear()
        DB.config.update(before)
    return ran


async def _run() -> list[str]:
    """What was missing, package by package, lowest first; Piccolo joins the transaction that is open."""
    await Migration.create_table(if_not_exists=True)
    ran: list[str] = []
    for app in app_configs():
        done = set(await Migration.get_migrations_which_ran(app_name=app.app_name))
        await ForwardsMigrationManager(app_name=app.app_name).run_migrations(app)
        now = await Migration.get_migrations_which_ran(app_name=app.app_name)
        ran += [f"{app.app_name}: {name}" for name in now if name not in done]
    return ran


async def pending(url: str) -> list[str]:
    """Migrations that this program has and the database has not: a server refuses to start with any.

    Raises Refused when the database has some that this program has not.
    """
    link = await asyncpg.connect(url)
    try:
        return await _pending(link)
    finally:
        await link.close()


async def _pending(link: asyncpg.Connection) -> list[str]:
    if not await link.fetchval("SELECT to_regclass('public.migration') IS NOT NULL"):
        return [EVERYTHING]
    done = {(r["app_name"], r["name"]) for r in await link.fetch("SELECT app_name, name FROM migration")}
    known = [(app.app_name, name) for app in app_configs() for name in _ids(app)]
    if newer := done - set(known):
        raise Refused(
            _("The database is newer than this program"),
            [
                Reason(
                    "database.newer",
                    _("{count} migrations in it are unknown here.", count=len(newer)),
                    _("Install the version of maskqms that worked with it last, or a newer one."),
                )
            ],
        )
    return [f"{app}: {name}" for app, name in known if (app, name) not in done]


def _ids(app: Any) -> list[str]:
    manager = ForwardsMigrationManager(app_name=app.app_name)
    return manager.get_migration_ids(manager.get_migration_modules(app.resolved_migrations_folder_path))


async def in_order(owner_url: str, app_url: str) -> bool:
    """Whether there is nothing to do: every migration has run, and every table is as its rule says."""
    link = await asyncpg.connect(owner_url)
    try:
        return not await _pending(link) and not await amiss(link, role_of(app_url))
    finally:
        await link.close()
