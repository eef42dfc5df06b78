"""A person at a screen of the factory: what hands do there, in the words that stand on the page.

`floor.desk("quality")` and `floor.tablet("operator")` sign a person in once and give the same window again, in that
size. Every step leaves a picture in tests/screenshots; when a step fails, so does what each window showed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.async_api import APIResponse, Locator, Page, expect

from tests.browsing import OFFICE, TABLET, PageAs
from tests.conftest import PASSWORD, People

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
READY = "document.documentElement.dataset.ready !== undefined"


class Hands:
    """One person's window."""

    def __init__(self, page: Page, username: str) -> None:
        self.page = page
        self.username = username

    async def open(self, path: str) -> None:
        await self.page.goto(path)
        await self.page.wait_for_function(READY)

    @property
    def path(self) -> str:
        return re.sub(r"^https?://[^/]+", "", self.page.url)

    @property
    def code(self) -> str:
        """The code of the record whose page is open: the last part of its address."""
        return self.path.split("?")[0].rstrip("/").rsplit("/", 1)[-1]

    async def sees(self, *words: str) -> None:
        for one in words:
            await expect(self.page.get_by_text(one).first).to_be_visible()

    async def write(self, form: str, **fields: str) -> None:
        """Fill fields of a form by name: text, lists and choices alike."""
        for name, value in fields.items():
            field = self.page.locator(f"{form} [name={name}]")
            kind = await field.first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName")
            if kind == "SELECT":
                await field.select_option(value)
            elif kind in ("radio", "checkbox"):
                await self.page.locator(f"{form} [name={name}][value='{value}']").check(force=True)
            else:
                await field.fill(value)

    async def attach(self, field: str, name: str, content: bytes) -> None:
        """Choose a PDF from the disk."""
        await self.page.set_input_files(field, {"name": name, "mimeType": "application/pdf", "buffer": content})

    async def type_password(self, form: str) -> None:
        await self.page.locator(f"{form} [name=password]").fill(PASSWORD)

    async def press(self, label: str, within: str = "body") -> None:
        """A button with exactly these words."""
        await self.page.locator(within).get_by_role("button", name=label, exact=True).click()

    async def send(self, form: str) -> None:
        """The button that sends a form, wherever it stands on the page."""
        buttons = f"[type=submit][form={form}], form#{form} [type=submit]:not([hidden], .visually-hidden)"
        await self.page.locator(buttons).first.click()

    async def follow(self, label: str, within: str = "body") -> None:
        await self.page.locator(within).get_by_role("link", name=label, exact=True).first.click()

    async def arrive(self, pattern: str) -> None:
        """Wait until the address ends as the pattern says."""
        await self.page.wait_for_url(re.compile(pattern + "$"))
        await self.page.wait_for_function(READY)

    async def sign(self, dialog: str, *, opened: bool = False, **fields: str) -> None:
        """Open a signature dialog, fill it, type name and password, and press its button."""
        if not opened:
            await self.page.locator(f"[data-opens='{dialog}']").first.click()
        box = self.page.locator(f"dialog#{dialog}")
        await expect(box).to_be_visible()
        await self.write(f"dialog#{dialog}", **fields)
        await box.locator("[name=username]").fill(self.username)
        await self.type_password(f"dialog#{dialog}")
        await box.locator(".dialog-foot [type=submit]").click()

    async def scan(self, code: str) -> Locator:
        """What a scanner does: the characters and Enter. Gives the answer's card."""
        field = self.page.locator("form[data-scan] input[name=code]")
        await expect(field).to_be_focused()
        async with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            await self.page.keyboard.type(code)
            await self.page.keyboard.press("Enter")
        return self.page.locator(".scan-answer")

    async def scans(self, code: str, *words: str) -> None:
        """A scan that is done, with what the green card says."""
        answer = await self.scan(code)
        await expect(answer.locator("[data-answer=done]")).to_contain_text(code)
        for one in words:
            await expect(answer).to_contain_text(one)

    async def is_refused_scan(self, code: str, reason: str, remedy: str) -> None:
        """A scan that is refused: one sentence why, one what to do."""
        answer = await self.scan(code)
        card = answer.locator("[data-answer=refused]")
        await expect(card.locator(".reason-text").filter(has_text=reason)).to_have_count(1)
        await expect(card.locator(".reason-remedy").filter(has_text=remedy)).to_have_count(1)

    def card(self, within: str = "body") -> Locator:
        """The refusal card."""
        return self.page.locator(f"{within} [data-answer=refused]")

    async def is_refused(self, *words: str, within: str = "body") -> None:
        await expect(self.card(within)).to_be_visible()
        for one in words:
            await expect(self.card(within)).to_contain_text(one)

    async def fetch(self, path: str) -> APIResponse:
        """A file behind a link, with this person's session."""
        return await self.page.context.request.get(path)

    async def takes(self, button: str) -> bytes:
        """What a button hands over as a file."""
        async with self.page.expect_download() as waiting:
            await self.page.locator(button).click()
        return Path(await (await waiting.value).path()).read_bytes()

    async def shot(self, name: str, *, whole: bool = False) -> None:
        await self.page.evaluate("whole => { if (whole) scrollTo(0, 0); return document.fonts.ready; }", whole)
        # hiding the caret would leave style attributes behind, which the page's policy forbids to copy
        path = SCREENSHOTS / f"{name}.png"
        await self.page.screenshot(path=path, full_page=whole, animations="disabled", caret="initial")


class Floor:
    """Everybody's windows."""

    def __init__(self, page_as: PageAs, people: People) -> None:
        self.page_as = page_as
        self.people = people
        self.windows: dict[str, Hands] = {}
        SCREENSHOTS.mkdir(exist_ok=True)

    async def desk(self, name: str) -> Hands:
        return await self._window(name, OFFICE)

    async def tablet(self, name: str) -> Hands:
        return await self._window(name, TABLET)

    async def _window(self, name: str, size: tuple[int, int]) -> Hands:
        if name not in self.windows:
            actor: Any = getattr(self.people, name)
            page = await self.page_as(actor, size=size)
            await page.emulate_media(reduced_motion="reduce")
            self.windows[name] = Hands(page, actor.username)
        hands = self.windows[name]
        await hands.page.set_viewport_size({"width": size[0], "height": size[1]})
        return hands

    async def show_failure(self) -> None:
        for name, hands in self.windows.items():
            await hands.shot(f"failed-{name}", whole=True)
