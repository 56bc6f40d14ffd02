"""On the day that `make demo` plays, an auditor finds the missed clock, how it came to it, and takes a proof of it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from services.audit.case_file import verify
from tests.browser.house import House, a_browser
from tests.browser.jobs import until_all_is_signed
from tests.browser.looking import take_picture
from tests.browser.people import Device, Holder
from tests.end_to_end.demonstration import SECOND_KEY, demonstration_day
from tests.end_to_end.town import Town
from tests.support.servers import in_memory, temporary_folder

RULE, COUNTY = "C06", "Harrison"
"""A team within 24 hours; and where the child of tip 2 is, for whom no advocate was found in time."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]


@pytest.fixture(scope="module")
def day() -> Iterator[Town]:
    """Once for all ways of doing it."""
    with temporary_folder(in_memory()) as folder, demonstration_day(folder / "data") as town:
        yield town


@pytest.mark.parametrize("width", [1280, 390])
async def test_an_auditor_finds_the_missed_clock_of_the_day_steps_through_asks_why_and_takes_a_file_that_verifies(
    day: Town, width: int, tmp_path: Path
) -> None:
    auditor = day.people["auditor"]
    assert auditor.device
    auditor.device = device = Device.holding(auditor.device)
    async with day.open() as visit, a_browser() as browser:
        holder = Holder(auditor, device, app="", codes=[])
        house = House(day, visit, browser, {"auditor": holder})
        async with house.door(width) as page:
            await holder.sign_in_with_passkey(page)
            case = await finds_the_missed_clock(page)
            await asks_why(page)
            await steps_over_the_miss(page)
            await page.goto(f"/audit/cases/{case}/file")
            await until_all_is_signed(house, case)
            taken, key = await takes_the_file(page, tmp_path)
    second = verify.fingerprint((day.stack.folder.proof / SECOND_KEY).read_text().strip())
    verified = checked(taken, key, second)
    assert verified.returncode == 0, verified.stdout
    assert f"Case {case}" in verified.stdout
    assert "VERIFIED" in verified.stdout
    other = bytearray(taken.read_bytes())
    other[len(other) // 2] ^= 1
    taken.write_bytes(other)
    assert checked(taken, key, second).returncode == 1


async def finds_the_missed_clock(page: Page) -> str:
    """From how many teams did not stand in time in the county to which, and its path. The reference of its case."""
    await page.get_by_role("link", name="Deadlines kept", exact=True).click()
    await page.select_option("#rule", RULE)
    await page.select_option("#county", COUNTY)
    await page.get_by_role("button", name="Count").click()
    line = page.locator("section[aria-labelledby=by-rule] tbody tr", has_text=RULE)
    missed = line.locator("td.late-word a")
    await expect(missed).to_have_text("1")
    await missed.click()
    await expect(page.locator(".lead")).to_contain_text("1 deadline")
    await expect(page.locator("td.late-word")).to_contain_text("missed")
    link = page.get_by_role("link", name=re.compile(r"^Case "))
    case = str(await link.get_attribute("href")).rpartition("/")[2]
    await link.click()
    await take_picture(page, "done-missed")
    return case


async def asks_why(page: Page) -> None:
    """Of the miss: the rule that ran out, by which law, and back to the tip."""
    step = page.locator(".story > li", has=page.get_by_role("heading", name=RULE))
    await expect(step).to_contain_text("missed")
    await step.locator("p:not(:has(b))", has_text="missed").get_by_role("link", name="Why?").first.click()
    causes = page.locator(".causes > li")
    await expect(causes.first).to_contain_text("43-26-3")
    await expect(causes.last).to_contain_text("With this it began")
    await expect(page.locator("svg.chain:visible")).to_have_count(1)
    await take_picture(page, "done-missed-why")


async def steps_over_the_miss(page: Page) -> None:
    """The case's page as the clock ran out; event by event back to where there was time left; and on again."""
    await page.locator(".causes > li").first.get_by_role("link", name="The page then").click()
    clock = page.locator(".pressing > li", has_text="Team of three formed")
    await expect(clock).to_contain_text("missed")
    await steps(page, "Previous event", clock, re.compile("left"))
    await expect(clock).to_have_class("is-soon")
    await expect(clock).not_to_contain_text("missed")
    await take_picture(page, "done-missed-before")
    await steps(page, "Next event", clock, re.compile("missed"))
    await expect(clock).to_have_class("is-late")
    await take_picture(page, "done-missed-after")


async def steps(page: Page, which: str, place: Locator, until: re.Pattern[str]) -> None:
    """Event by event until it stands there."""
    for _ in range(30):
        async with page.expect_navigation():
            await page.get_by_role("link", name=which).click()
        if until.search(await place.inner_text()):
            return
    pytest.fail(f"{until.pattern!r} came at none of the steps.")


async def takes_the_file(page: Page, folder: Path) -> tuple[Path, str]:
    """For a court, by its order; with the key that the page shows."""
    key = await page.locator("#key ~ p code").inner_text()
    await page.select_option("#profile", "court")
    await page.select_option("#authority", "youth_court_order")
    await page.fill("#number", "26-YC-0117")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Make and download").click()
    taken = folder / "case.zip"
    await (await download.value).save_as(taken)
    return taken, key


def checked(file: Path, *keys: str) -> subprocess.CompletedProcess[str]:
    """By the program that comes along, as a process that has nothing of Muster."""
    program = file.with_name("verify.py")
    program.write_bytes(Path(str(verify.__file__)).read_bytes())
    named = [word for key in keys for word in ("--key", key)]
    command = [sys.executable, "-I", "-S", str(program), str(file), *named]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
