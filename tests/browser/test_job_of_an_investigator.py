"""An investigator records that the child was seen, and is shown who reported, by a court's order."""

from playwright.async_api import Page, expect

from tests.browser.house import House
from tests.browser.jobs import EACH_WAY, a_standing_team, shared_with_investigators, sign_in
from tests.browser.looking import faults_of, take_picture
from tests.end_to_end.town import ok

pytestmark = EACH_WAY


async def test_an_investigator_records_that_the_child_was_seen_and_is_shown_who_reported(
    house: House, width: int, script: bool
) -> None:
    end = "" if script else "-without-script"
    tip = await a_standing_team(house, reporter="Example Neighbor")
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "cps_investigator", page, script)
        await page.goto(f"/cases/{tip}")
        await page.click("details[data-at=contact] summary")
        await page.fill("#place", "Example school office")
        if not script:
            # Of two ways to another language the one is there that costs nothing typed.
            for language in ("Español", "English"):
                await page.get_by_role("button", name=language).click()
                await expect(page.locator("#place")).to_have_value("Example school office")
        await page.get_by_role("button", name="Enter", exact=True).click()
        await expect(page.locator("#contact + div")).to_contain_text("seen")
        await take_picture(page, f"done-child-seen{end}")
        await shared_with_investigators(house, tip)
        await page.reload()
        await page.get_by_role("link", name="Who reported").click()
        await ask_who_reported(page)
        await expect(page.locator("#problems")).to_contain_text("State the order: which court, when, and its number.")
        if script:
            assert await faults_of(page) == []
        await take_picture(page, f"part-order-needed{end}")
        await ask_by_an_order(page)
        await take_picture(page, f"done-asked-who-reported{end}")
        await the_coordinator_agrees(house, tip)
        await page.reload()
        await page.get_by_role("link", name="Show who reported").click()
        await expect(page.locator("main")).to_contain_text("Example Neighbor")
        await take_picture(page, f"done-who-reported{end}")


async def ask_who_reported(page: Page) -> None:
    """As law enforcement may, without a court's order."""
    await page.select_option("#purpose", "speak_with_the_reporter")
    await page.fill("#reason", "Invented: only they know the house.")
    await page.fill("#to_whom", "The team alone.")
    await page.fill("#authority", "43-21-353")
    await page.get_by_role("button", name="Ask", exact=True).click()


async def ask_by_an_order(page: Page) -> None:
    """What was typed before is still there; asked once, it is not offered again."""
    await page.fill("#court", "Example Youth Court")
    await page.fill("#ordered_on", "2026-11-02")
    await page.fill("#number", "904")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator(".duties")).to_contain_text("Example Youth Court, 2 Nov, 904")
    await expect(page.locator(".duties")).to_contain_text("waits for an answer")
    await expect(page.locator("#purpose")).to_have_count(0)


async def the_coordinator_agrees(house: House, tip: str) -> None:
    """Their page is in their own job."""
    place = f"/tips/{tip}/reporter/releases"
    (asked,) = ok(await house.visit.get("cps_coordinator", "tips", place)).json()
    ok(await house.visit.post("cps_coordinator", "tips", f"{place}/{asked['release']}/agreement"))
