"""A number is read from a label by a scanner that types, always; by the camera where the browser reads codes itself.

Chromium on Linux reads none (`BarcodeDetector` is not there), so what reads the code is stood in for here: it takes the
picture that really came through the camera to pieces, and knows the label by its modules. The label is the product's.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect
from reportlab.graphics.barcode.qr import QrCodeWidget

from services.console.frame.words import CONSOLE
from services.forensic_clinic.kit.serials import new_serial
from tests.support.browser import find_browser

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

SCRIPT = CONSOLE / "frame" / "assets" / "scan.js"
EDGE, SCALE = 4, 8
"""Modules of white around the code, and pixels of a module."""

PAGE = """
<!doctype html><title>Kit</title>
<form action="/sent">
<div data-scan="Use the camera" data-scanning="Hold it" data-stop="Stop" data-no-camera="No camera">
<input id="number" name="number"></div><input id="seal" name="seal"></form><script src="/scan.js"></script>
"""
STANDS_IN = """
window.BarcodeDetector = class {
  async detect(video) {
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight), drawn = canvas.getContext("2d");
    drawn.drawImage(video, 0, 0);
    const { data, width } = drawn.getImageData(0, 0, canvas.width, canvas.height);
    const dark = (x, y) => data[4 * (y * width + x)] < 128;
    const modules = [];
    for (let y = 0; y < SIZE; y++) for (let x = 0; x < SIZE; x++) modules.push(dark(at(x), at(y)) ? "1" : "0");
    const read = await window.known(modules.join(""));
    return read ? [{ rawValue: read }] : [];
  }
};
const at = (place) => (EDGE + place) * SCALE + SCALE / 2;
"""


def modules_of(serial: str) -> Sequence[Sequence[bool]]:
    """The code on a label, as services/forensic_clinic/kit/labels.py draws it."""
    code = QrCodeWidget(serial, barLevel="M").qr
    code.make()
    return [[bool(cell) for cell in row] for row in code.modules]


def a_film(file: Path, modules: Sequence[Sequence[bool]]) -> Path:
    """Of a label that is held still: a second in grey, as a camera of Chromium's takes it from a file."""
    side = (len(modules) + 2 * EDGE) * SCALE
    white = [False] * EDGE
    blank = [[False] * (len(modules) + 2 * EDGE)] * EDGE
    rows = [*blank, *([*white, *row, *white] for row in modules), *blank]
    grey = b"".join(
        bytes(16 if dark else 235 for dark in row for _ in range(SCALE)) for row in rows for _ in range(SCALE)
    )
    frame = b"FRAME\n" + grey + bytes([128]) * (side * side // 2)
    file.write_bytes(f"YUV4MPEG2 W{side} H{side} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 10)
    return file


@asynccontextmanager
async def a_page(film: Path | None = None, before: str = "") -> AsyncIterator[Page]:
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    args = [*camera, f"--use-file-for-fake-video-capture={film}"] if film else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=args)
        page = await browser.new_page()
        await page.route("**/*", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        await page.route("**/scan.js", lambda route: route.fulfill(path=SCRIPT, content_type="text/javascript"))
        if before:
            await page.add_init_script(before)
        await page.goto("http://localhost/")
        yield page
        await browser.close()


async def test_where_the_browser_reads_no_codes_there_is_no_button_and_a_scanner_that_types_works() -> None:
    serial = new_serial()
    async with a_page() as page:
        reads = await page.evaluate("'BarcodeDetector' in window")
        await expect(page.get_by_role("button")).to_have_count(1 if reads else 0)
        await page.locator("#number").focus()
        await page.keyboard.type(serial)
        await page.keyboard.press("Enter")
        assert await page.input_value("#number") == serial
        await expect(page.locator("#seal")).to_be_focused()
        assert page.url == "http://localhost/", "a scanner's Enter sends no form half filled in"


async def test_the_camera_puts_what_it_reads_from_a_label_into_the_field_and_is_let_go(tmp_path: Path) -> None:
    serial = new_serial()
    modules = modules_of(serial)
    bits = "".join("1" if dark else "0" for row in modules for dark in row)
    numbers = f"const SIZE = {len(modules)}, EDGE = {EDGE}, SCALE = {SCALE};"
    async with a_page(a_film(tmp_path / "label.y4m", modules), numbers + STANDS_IN) as page:
        seen: list[str] = []

        def known(read: str) -> str:
            seen.append(read)
            return serial if read == bits else ""

        await page.expose_function("known", known)
        await page.get_by_role("button", name="Use the camera").click()
        await expect(page.locator("#number")).to_have_value(serial)
        await expect(page.locator("video")).to_have_count(0)
        await expect(page.locator("#number")).to_be_focused()
        assert bits in seen


async def test_without_a_camera_it_says_so_and_the_field_stays(tmp_path: Path) -> None:
    numbers = f"const SIZE = 1, EDGE = {EDGE}, SCALE = {SCALE};"
    async with a_page(before=numbers + STANDS_IN) as page:
        await page.get_by_role("button", name="Use the camera").click()
        await expect(page.get_by_role("status")).to_have_text("No camera")
        await page.fill("#number", "ZQX-1")
        assert await page.input_value("#number") == "ZQX-1"
