"""What people do with the parts of a page, in Chromium: scan, sign, fill in, walk a worksheet, read a chart."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import zint
from playwright.async_api import Page, expect

from tests.browsing import OFFICE, TABLET
from tests.web.gallery import Gallery
from tests.web.page_checks import CONTRAST, NAMELESS, TARGETS

pytestmark = pytest.mark.browser
Open = Callable[..., Awaitable[Page]]
SCREENSHOTS = os.environ.get("MASKQMS_SCREENSHOTS")
PAGES = ["/", "/record", "/form", "/station", "/station/issue", "/grid", "/gate", "/sign-in", "/empty", "/refused"]


async def scan(page: Page, code: str) -> None:
    """As a wedge scanner does it: keys, then Enter."""
    await page.keyboard.type(code)
    await page.keyboard.press("Enter")


async def test_a_scan_is_done_said_and_the_field_keeps_the_focus(open_page: Open, gallery: Gallery) -> None:
    page = await open_page("/station/issue", size=TABLET)
    await scan(page, "ML-20261121-001-R01")
    await expect(page.locator("[data-answer=done]")).to_contain_text("ML-20261121-001-R01")
    await expect(page.locator("#scan-code")).to_be_focused()
    await expect(page.locator("#scan-code")).to_have_value("")
    await expect(page.locator("#live")).to_contain_text("ML-20261121-001-R01")
    assert [code.text for code, _ in gallery.scans] == ["ML-20261121-001-R01"]


async def test_a_refused_scan_shows_every_reason_and_an_unknown_code_is_grey(open_page: Open) -> None:
    page = await open_page("/station/issue", size=TABLET)
    await scan(page, "BAD-1")
    await expect(page.locator("[data-answer=refused] .reasons > li")).to_have_count(2)
    await scan(page, "?what")
    await expect(page.locator("[data-answer=unknown]")).to_contain_text("?what")
    await expect(page.locator("[data-answer=refused]")).to_have_count(0)


async def test_the_group_separator_of_a_wedge_scanner_survives(open_page: Open, gallery: Gallery) -> None:
    page = await open_page("/station/issue", size=TABLET)
    await page.keyboard.type("]C10106901234000016" + "10B1")
    await page.keyboard.press("Control+BracketRight")
    await page.keyboard.type("2112")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-answer=done]")).to_be_visible()
    code = gallery.scans[0][0]
    assert (code.symbology, code.text) == ("]C1", "010690123400001610B1\x1d2112")


async def test_keys_typed_at_nothing_go_to_the_scan_field(open_page: Open, gallery: Gallery) -> None:
    page = await open_page("/station/issue", size=TABLET)
    await page.locator(".card-title").first.click()
    await scan(page, "ML-2")
    await expect(page.locator("[data-answer=done]")).to_contain_text("ML-2")


async def test_scans_wait_for_the_connection_and_are_sent_once(open_page: Open, gallery: Gallery) -> None:
    page = await open_page("/station/issue", size=TABLET)
    await page.context.set_offline(True)
    await scan(page, "ML-3")
    await scan(page, "ML-4")
    await expect(page.locator(".station-off")).to_be_visible()
    await expect(page.locator("[data-waiting]")).to_have_text("2")
    assert gallery.scans == []
    await page.context.set_offline(False)
    await expect(page.locator("[data-answer=done]")).to_contain_text("ML-4", timeout=15_000)
    assert [code.text for code, _ in gallery.scans] == ["ML-3", "ML-4"]
    assert len({key for _, key in gallery.scans}) == 2
    page.faults.clear()  # type: ignore[attr-defined]  (the browser reports the lost connection)


async def test_a_scan_after_the_session_ended_waits_for_the_sign_in(open_page: Open, gallery: Gallery) -> None:
    page = await open_page("/station/issue", size=TABLET)
    gallery.signed_in = False
    await scan(page, "ML-5")
    await expect(page.locator("#scan-answer a[href='/sign-in']")).to_be_visible()
    gallery.signed_in = True
    await page.reload()
    await expect(page.locator("[data-answer=done]")).to_contain_text("ML-5")


async def test_fast_scans_are_answered_in_order(open_page: Open, gallery: Gallery) -> None:
    gallery.slow = 0.2
    page = await open_page("/station/issue", size=TABLET)
    for at in range(4):
        await scan(page, f"ML-{at}")
    await expect(page.locator("[data-answer=done]")).to_contain_text("ML-3")
    assert [code.text for code, _ in gallery.scans] == ["ML-0", "ML-1", "ML-2", "ML-3"]


async def test_a_form_keeps_what_was_typed_and_shows_errors_beside_the_fields(open_page: Open) -> None:
    page = await open_page("/form")
    await page.fill("#supplier_lot", "B2026")
    await page.fill("#quantity", "-5")
    await page.click("#receive button[type=submit]")
    await expect(page.locator("#quantity-error")).to_have_text("必须大于 0。")
    await expect(page.locator("#made_on-error")).to_be_visible()
    await expect(page.locator("#supplier_lot")).to_have_value("B2026")
    await expect(page.locator("#quantity")).to_have_value("-5")
    await expect(page.locator("#quantity")).to_be_focused()


async def fill_form(page: Page, note: str) -> None:
    await page.fill("#supplier_lot", "B2026")
    await page.fill("#made_on", "2026-11-20")
    await page.locator(".form-selectgroup-label").first.click()
    await page.fill("#note", note)
    await page.click("#receive button[type=submit]")


async def test_a_refusal_lands_in_the_form_and_a_corrected_repeat_goes_on(open_page: Open, gallery: Gallery) -> None:
    page = await open_page("/form")
    await fill_form(page, "refuse")
    await expect(page.locator("#receive [data-answer=refused] .reasons > li")).to_have_count(2)
    await expect(page.locator("#supplier_lot")).to_have_value("B2026")
    await page.fill("#note", "ok")
    await page.click("#receive button[type=submit]")
    await page.wait_for_url("**/record")
    keys = [act["key"] for act in gallery.acts]
    assert len(keys) == 2
    assert all(len(key) == 32 for key in keys)
    assert keys[0] != keys[1]


async def test_a_form_works_without_script(open_page: Open, gallery: Gallery) -> None:
    page = await open_page("/form")
    await page.context.route("**/*.js", lambda route: route.abort())
    await page.reload()
    await fill_form(page, "plain")
    await page.wait_for_url("**/record")
    assert len(gallery.acts[0]["key"]) == 32
    page.faults.clear()  # type: ignore[attr-defined]


async def test_a_wrong_password_keeps_the_signature_dialog_open(open_page: Open, gallery: Gallery) -> None:
    page = await open_page("/gate")
    await page.click("[data-opens=rel]")
    dialog = page.locator("#rel")
    await expect(dialog).to_be_visible()
    await expect(dialog.locator(".signature-digest")).to_contain_text("9f86 d081")
    await page.fill("#rel-username", "li.na")
    await page.fill("#rel-password", "wrong")
    await page.keyboard.press("Enter")
    await expect(dialog.locator("[data-answer=refused]")).to_be_visible()
    await expect(page.locator("#rel-password")).to_have_value("")
    await page.fill("#rel-password", "right")
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    assert gallery.acts[1]["digest"].startswith("9f86d081")


async def test_the_worksheet_is_walked_by_keys_and_judged_on_leaving(open_page: Open, gallery: Gallery) -> None:
    page = await open_page("/grid")
    first = page.locator("[data-row='1'][data-column='1'] [data-value]")
    await first.click()
    await page.keyboard.type("31.2")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-row='2'][data-column='1'] [data-value]")).to_be_focused()
    await expect(page.locator("[data-row='1'][data-column='1']")).to_have_class("cell tone-ok")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await first.click()
    await page.keyboard.press("ArrowRight")  # the locked cell in between is passed over
    await expect(page.locator("[data-row='1'][data-column='3'] [data-value]")).to_be_focused()
    await page.keyboard.type("abc")
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("[data-row='1'][data-column='3'] .cell-error")).to_be_visible()
    assert gallery.cells == [("dp", 1, "31.2"), ("dp", 3, "abc")]


async def test_a_block_from_a_spreadsheet_spreads_over_the_cells(open_page: Open, gallery: Gallery) -> None:
    page = await open_page("/grid")
    await page.locator("[data-row='0'][data-column='1'] [data-value]").click()
    await page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "40.1\\t39\\t38\\r\\n12\\t13\\t60\\r\\n");
          const facts = {clipboardData: data, bubbles: true, cancelable: true};
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", facts));
        }"""
    )
    await expect(page.locator("[data-row='1'][data-column='3']")).to_have_class("cell tone-stop")
    assert gallery.cells == [("pfe", 1, "40.1"), ("pfe", 2, "39"), ("pfe", 3, "38"), ("dp", 1, "12"), ("dp", 3, "60")]


async def test_a_chart_is_drawn_and_follows_the_theme(open_page: Open) -> None:
    page = await open_page("/grid")
    await expect(page.locator("#c canvas")).to_be_visible()
    await page.emulate_media(color_scheme="dark")
    await expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    await expect(page.locator("#c canvas")).to_be_visible()
    await page.hover("#c canvas", position={"x": 300, "y": 150})


async def test_a_chart_is_never_wider_than_its_place(open_page: Open) -> None:
    """Also in the moment between the turn of a tablet and the chart's own new size."""
    page = await open_page("/grid")
    await expect(page.locator("#c[data-drawn] canvas")).to_be_visible()
    narrowed = """figure => {
        const place = figure.parentElement;
        place.style.inlineSize = "200px";
        return place.scrollWidth - place.clientWidth;
    }"""
    assert await page.locator("#c").evaluate(narrowed) == 0


async def test_the_slash_key_leads_to_the_search_box(open_page: Open) -> None:
    page = await open_page("/record")
    await page.keyboard.press("/")
    await expect(page.locator("#search")).to_be_focused()
    await page.keyboard.type("ML-9/1")
    async with page.expect_response(lambda answer: "/c?code=" in answer.url) as answered:
        await page.keyboard.press("Enter")
    answer = await answered.value
    assert answer.headers["location"] == "/c/ML-9%2F1"
    await page.wait_for_url("**/c/ML-9%2F1")


async def test_a_row_opens_its_record(open_page: Open) -> None:
    page = await open_page("/record")
    await page.locator("tr[data-href] td.num").first.click()
    await page.wait_for_url("**/record?ML-20261121-001-R01")


async def test_steppers_add_without_binary_fractions(open_page: Open) -> None:
    page = await open_page("/form")
    more = page.locator("[data-step='0.5']")
    for _ in range(3):
        await more.click()
    await expect(page.locator("#rolls")).to_have_value("1.5")
    await page.locator("[data-step='-0.5']").click(click_count=5)
    await expect(page.locator("#rolls")).to_have_value("0.0")


async def test_the_language_is_switched_and_remembered(open_page: Open) -> None:
    page = await open_page("/gate")
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page).to_have_url(re.compile("/gate$"))
    await page.goto("/form")
    await expect(page.locator("html")).to_have_attribute("lang", "en")


async def test_a_photo_of_a_label_is_read_in_the_browser(open_page: Open, gallery: Gallery, tmp_path: Path) -> None:
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.DATAMATRIX
    symbol.input_mode = zint.InputMode.GS1
    symbol.scale = 4
    symbol.outfile = str(tmp_path / "label.png")
    symbol.encode("[01]06901234000016[10]B1[21]12")
    symbol.print()
    page = await open_page("/station/issue", size=TABLET)
    await page.evaluate("() => { navigator.mediaDevices.getUserMedia = async () => { throw new Error('none'); }; }")
    async with page.expect_file_chooser() as chosen:
        await page.click("[data-camera]")
    await (await chosen.value).set_files(tmp_path / "label.png")
    await expect(page.locator("[data-answer=done]")).to_be_visible()
    code = gallery.scans[0][0]
    assert code.symbology == "]d2"
    assert code.text.replace("\x1d", "|") == "010690123400001610B1|2112"


@pytest.mark.parametrize("path", ["/station", "/station/issue"])
async def test_targets_at_a_station_are_big_enough_for_gloves(open_page: Open, path: str) -> None:
    page = await open_page(path, size=TABLET)
    assert await page.evaluate(TARGETS, 47.5) == []
    heights = await page.eval_on_selector_all(
        ".station-primary .btn, .scan-go", "all => all.map((e) => e.getBoundingClientRect().height)"
    )
    assert all(height >= 64 for height in heights)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_named_readable_and_fits(open_page: Open, path: str) -> None:
    """Every control has a name, no page scrolls sideways, words stand out from their ground, in both themes."""
    page = await open_page(path)
    for size in (OFFICE, TABLET):
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        assert await page.evaluate(NAMELESS) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
        for theme in ("light", "dark"):
            await page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            await expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
            await asyncio.sleep(0.3)  # colours change over a moment
            assert await page.evaluate(CONTRAST) == [], (size, theme)
            if SCREENSHOTS:
                name = f"{path.strip('/').replace('/', '-') or 'today'}-{size[0]}-{theme}.png"
                await page.screenshot(path=Path(SCREENSHOTS) / name)
