"""The real thing under every test: an embedded PostgreSQL of this run, migrated once, cloned for each worker."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import asyncpg
import httpx
import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
HERE = Path(__file__).parent
DATA = Path(tempfile.mkdtemp(prefix=f"mq-{WORKER}-"))
os.environ.update(
    MASKQMS_DATA=str(DATA),
    MASKQMS_LANGUAGE="zh",
    MASKQMS_BASE_URL="http://localhost:8000",
    MASKQMS_GS1_COMPANY_PREFIX="6901234",
    MASKQMS_PUBLIC_URL="https://check.example",
)
for name in ("MASKQMS_DATABASE_URL", "MASKQMS_OWNER_URL"):
    os.environ.pop(name, None)

from maskqms.accounts import passwords  # noqa: E402
from maskqms.accounts.actions.people import create_account  # noqa: E402
from maskqms.accounts.queries import account_named  # noqa: E402
from maskqms.accounts.signing import Signer, reauthenticate  # noqa: E402
from maskqms.actor import SYSTEM, Actor, Role  # noqa: E402
from maskqms.app.application import create_app  # noqa: E402
from maskqms.db.engine import DB, configure, start_pool, stop_pool  # noqa: E402
from maskqms.db.opening import Place, place, prepare  # noqa: E402
from tests.browsing import browser, page_as, site  # noqa: E402, F401

settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")

passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2 as ever, without the work that makes guessing dear: a test signs many times. The product's own cost is looked
at by `accounts/test_passwords.py`, and paid by every test that runs the program as a process."""

LONGEST = (
    "stories/test_main_job.py",
    "stories/test_first_look.py",
    "app/test_serving.py",
    "app/test_backups.py",
    "web/test_pages_in_browser.py",
    "demo/test_demo.py",
    "stories/test_killed_act.py",
    "materials/test_browser.py",
    "trace/test_cli.py",
    "lab/test_browser.py",
    "trace/test_in_browser.py",
    "trace/test_damaged.py",
    "db/test_embedded.py",
    "app/test_wheel.py",
)
"""The files that take longest, longest first: begun first, so that no worker is left alone with one at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {HERE / name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(LONGEST)))


PASSWORD = "Mask-2026-test"
PEOPLE = {
    "operator": ("张操作", {Role.OPERATOR}),
    "operator2": ("王操作", {Role.OPERATOR}),
    "inspector": ("李检验", {Role.INSPECTOR}),
    "inspector2": ("赵检验", {Role.INSPECTOR}),
    "quality": ("陈质量", {Role.QUALITY}),
    "quality2": ("周质量", {Role.QUALITY}),
    "warehouse": ("吴仓管", {Role.WAREHOUSE}),
    "warehouse2": ("郑仓管", {Role.WAREHOUSE}),
    "manager": ("孙厂长", {Role.PLANT_MANAGER}),
    "manager2": ("钱厂长", {Role.PLANT_MANAGER}),
    "admin": ("管理员", {Role.ADMINISTRATOR}),
    "regulator": ("监管员", {Role.REGULATOR}),
}


@pytest.fixture(scope="session")
def server() -> Iterator[Place]:
    """The embedded server of this run."""
    DATA.chmod(0o755)
    with place(DATA, "template_maskqms") as where:
        yield where
    shutil.rmtree(DATA, ignore_errors=True)


@pytest.fixture(scope="session")
async def database(server: Place) -> AsyncIterator[Place]:
    """A migrated database marked `test`, the pool open as the application's role."""
    await prepare(server, kind="test")
    await _forget_safety(server)
    configure(server.app_url)
    await start_pool(10)
    yield server
    await stop_pool()


async def _forget_safety(server: Place) -> None:
    """Nothing of a test outlives the machine's power: writes wait for no disk. The tests that kill programs have their
    own servers, as a factory has them."""
    assert server.owner_url
    link = await asyncpg.connect(server.owner_url)
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        await link.execute(f"ALTER SYSTEM SET {setting} = off")
    await link.execute("SELECT pg_reload_conf()")
    await link.close()


EMPTY = """
DO $$
DECLARE
    place text;
    filled boolean;
BEGIN
    FOR place IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
        AND tablename NOT IN ('migration', 'database_mark', 'audit_epoch')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', place) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM %I', place);
            PERFORM setval(pg_get_serial_sequence(place, column_name), 1, false)
            FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name = place AND column_default LIKE 'nextval(%';
        END IF;
    END LOOP;
END $$
"""
"""Most tables are empty after most tests; to delete from a few is much faster than to truncate all."""


@pytest.fixture
async def owner(database: Place) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the owner, for what the application's role may not."""
    assert database.owner_url
    link = await asyncpg.connect(database.owner_url)
    yield link
    await link.close()


@pytest.fixture
async def db(database: Place, owner: asyncpg.Connection) -> Place:
    """An empty, migrated database: emptied by the owner with the triggers off."""
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(EMPTY)
    await owner.execute("SET session_replication_role = origin")
    (DATA / "seal.head").unlink(missing_ok=True)
    return database


@pytest.fixture
async def asked(db: object) -> AsyncIterator[list[str]]:
    """Every statement that the application sends, as the driver reports it."""
    statements: list[str] = []

    def note(query: asyncpg.connection.LoggedQuery) -> None:
        statements.append(query.query)

    assert DB.pool is not None
    for add in (True, False):
        links = [await DB.pool.acquire() for _link in range(DB.pool.get_max_size())]
        for link in links:
            (link.add_query_logger if add else link.remove_query_logger)(note)
        for link in links:
            await DB.pool.release(link)
        if add:
            yield statements


class People:
    """One account a role, made when first asked for; every password is PASSWORD."""

    def __init__(self) -> None:
        self._actors: dict[str, Actor] = {}
        self._hash: str | None = None

    async def make(self, owner: asyncpg.Connection) -> None:
        first = True
        for username, (name, roles) in PEOPLE.items():
            if first:
                await create_account(
                    username=username, name=name, roles=roles, password=PASSWORD, actor=SYSTEM, must_change=False
                )
                self._hash = (await account_named(username)).password_hash
                first = False
            else:
                await owner.execute(
                    "INSERT INTO account (username, name, roles, heads_production, heads_quality, active, locale,"
                    " password_hash, password_set_at, must_change, failures, created_at)"
                    " VALUES ($1, $2, $3, false, false, true, 'zh', $4, now(), false, 0, now())",
                    username,
                    name,
                    [str(role) for role in roles],
                    self._hash,
                )
            self._actors[username] = (await account_named(username)).actor()

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.__dict__["_actors"][name]
        except KeyError:
            raise AttributeError(name) from None

    async def signer(self, name: str) -> Signer:
        """The person with a fresh password check."""
        actor: Actor = getattr(self, name)
        return await reauthenticate(actor, username=actor.username, password=PASSWORD)


@pytest.fixture
async def people(db: Place, owner: asyncpg.Connection) -> People:
    made = People()
    await owner.execute("SET session_replication_role = replica")
    await made.make(owner)
    await owner.execute("SET session_replication_role = origin")
    return made


class Clock:
    """Sets the one clock of a test database."""

    def __init__(self, owner: asyncpg.Connection) -> None:
        self.owner = owner

    async def set(self, moment: str | datetime) -> None:
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        shift = at - await self.owner.fetchval("SELECT clock_timestamp()")
        await self.shift(shift)

    async def shift(self, shift: timedelta) -> None:
        await self.owner.execute(
            "INSERT INTO clock_offset (id, shift) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET shift = $1", shift
        )


@pytest.fixture
async def clock(db: Place, owner: asyncpg.Connection) -> Clock:
    return Clock(owner)


@pytest.fixture(scope="session")
async def app(database: Place) -> AsyncIterator[object]:
    """The application, in this event loop; its life begins and ends in one task, as anyio demands."""
    application = create_app(manage_database=False)
    ready, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with application.lifespan():
            ready.set()
            await stop.wait()

    task = asyncio.create_task(live())
    await ready.wait()
    yield application
    stop.set()
    await task


ClientAs = Callable[[Actor | None], Awaitable[httpx.AsyncClient]]
ADDRESSES = (f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in count(1))
"""A machine for each client, as in the factory: how often one address may sign in is counted by the address."""


@pytest.fixture
async def client_as(app: object, db: Place) -> AsyncIterator[ClientAs]:
    """`client = await client_as(people.inspector)`: signed in through the real page, CSRF token sent along."""
    opened: list[httpx.AsyncClient] = []

    async def make(actor: Actor | None) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app, client=(next(ADDRESSES), 50_000))  # type: ignore[arg-type]
        client = httpx.AsyncClient(transport=transport, base_url="https://test")
        opened.append(client)
        await client.get("/sign-in")
        client.headers["x-csrftoken"] = client.cookies.get("maskqms_csrf", "")
        if actor is not None:
            answer = await client.post("/sign-in", data={"username": actor.username, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return client

    yield make
    await asyncio.gather(*(client.aclose() for client in opened))
