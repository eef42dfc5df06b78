"""Chromium for the tests, walking the real application over HTTP in the test's own event loop.

A test that needs the browser fails without one, and says what to install; it is never skipped. Fixtures: `browser`,
`site` (address of the running application) and `page_as(actor, size=..., locale=..., dark=...)`.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from maskqms.actor import Actor
from maskqms.web.locale import LANGUAGE_COOKIE

CANDIDATES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The shell draws the same pages without the windows of a whole browser, at half the work."""

NEEDLESS = (
    # prepared in a process of its own for the address bar of every window, which nobody sees
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup",
    # Playwright's own, again: Chromium hears only the last list
    "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying",
    "OptimizationHints", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
)  # fmt: skip
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(NEEDLESS)}",
)
OFFICE = (1280, 800)
TABLET = (820, 1180)
PASSWORD = "Mask-2026-test"

PageAs = Callable[..., Awaitable[Page]]


def chromium() -> str:
    """The system's Chromium; playwright's own download is not used, so that any machine of ours can run the tests."""
    for name in CANDIDATES:
        if path := shutil.which(name):
            return path
    pytest.fail("The browser tests need Chromium, Debian's package `chromium`: apt-get install chromium fonts-noto-cjk")


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """The application at an address of this machine, in this very event loop, so it shares the test's pool."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGINL, log_enabled=False)
    server.workers_kill_timeout = 5  # the browser may keep a connection open that would be waited for without end
    running = asyncio.create_task(server.serve())
    for _ in range(200):
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            await writer.wait_closed()
            break
    yield f"http://127.0.0.1:{port}"
    server.stop()
    with suppress(TimeoutError):
        await asyncio.wait_for(running, 20)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield opened
        await opened.close()


@pytest.fixture(scope="session")
async def site(app: Any) -> AsyncIterator[str]:
    """Address of the real application."""
    async with served(app) as address:
        yield address


async def new_page(
    browser: Browser, address: str, *, size: tuple[int, int] = OFFICE, locale: str = "zh", dark: bool = False
) -> Page:
    """A window of its own; anything the page reports as an error fails the test when the page is closed."""
    context: BrowserContext = await browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        locale="zh-CN" if locale == "zh" else "en-GB",
        timezone_id="Asia/Shanghai",
    )
    await context.add_cookies([{"name": LANGUAGE_COOKIE, "value": locale, "url": address}])
    page = await context.new_page()
    page.set_default_timeout(10_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            faults.append(f"{page.url} {message.location}: {message.text}")

    page.on("console", heard)
    page.faults = faults  # type: ignore[attr-defined]
    return page


async def close(pages: list[Page]) -> None:
    """Close the windows and fail the test for what their consoles said. A window in the middle of a navigation may
    never close: that fails as well, instead of waiting without end."""
    faults = [fault for page in pages for fault in page.faults]  # type: ignore[attr-defined]
    for page in pages:
        await asyncio.wait_for(page.context.close(), 20)
    assert not faults, faults


@pytest.fixture
async def page_as(browser: Browser, site: str) -> AsyncIterator[PageAs]:
    """`page = await page_as(people.inspector)`: signed in through the sign-in page, or signed out with None."""
    opened: list[Page] = []

    async def make(actor: Actor | None, **look: Any) -> Page:
        page = await new_page(browser, site, **look)
        opened.append(page)
        if actor is not None:
            await page.goto("/sign-in")
            await page.fill("#username", actor.username)
            await page.fill("#password", PASSWORD)
            await page.press("#password", "Enter")
            await page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield make
    await close(opened)
