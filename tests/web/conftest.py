"""The gallery in a browser: every part with sample data, without a database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from tests.browsing import browser, close, new_page, served
from tests.web.gallery import Gallery, make_gallery

__all__ = ["browser"]

Open = Callable[..., Awaitable[Page]]


@pytest.fixture
def gallery() -> Gallery:
    """The sample application and what it was told."""
    return make_gallery()


@pytest.fixture
async def open_page(browser: Browser, gallery: Gallery) -> AsyncIterator[Open]:
    """`page = await open_page("/form", size=TABLET)`; errors in the browser's console fail the test."""
    opened: list[Page] = []
    async with served(gallery.app) as address:

        async def go(path: str, **look: Any) -> Page:
            page = await new_page(browser, address, **look)
            opened.append(page)
            await page.goto(path)
            await page.wait_for_function("document.documentElement.dataset.ready !== undefined")
            return page

        yield go
        await close(opened)
