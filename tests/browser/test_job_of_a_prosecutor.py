"""A prosecutor accepts a referral, enters an accused and a count, and hears the victim before it ends."""

from datetime import timedelta

from playwright.async_api import Page, expect

from tests.browser.house import House
from tests.browser.jobs import EACH_WAY, sign_in
from tests.browser.looking import take_picture
from tests.end_to_end.clinic_and_court import referred

pytestmark = EACH_WAY


async def test_a_prosecutor_accepts_a_referral_and_enters_an_accused_and_a_count(
    house: House, width: int, script: bool
) -> None:
    tip = await house.visit.tip(age="child", received_at=house.town.now - timedelta(hours=2))
    case = await referred(house.visit, tip)
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "prosecutor", page, script)
        await expect(page).to_have_title("Cases of your office · Muster")
        await page.click(f"a[href='/court/{case}']")
        await page.fill("#accept-note", "Invented.")
        await page.locator("#accept .button").click()
        await page.click("#add-accused > summary")
        await page.fill("#add-accused-name", "Example Accused Zqx")
        await page.select_option("#add-accused-offence", "MS-97-3-54.1-1a-MINOR")
        await page.fill("#add-accused-act_on", "2026-01-05")
        await page.select_option("#add-accused-age_at_act", "adult")
        await page.locator("#add-accused form .button").click()
        await expect(page.locator(".counts li")).to_have_count(1)
        await expect(page.locator("main")).to_contain_text("Accused 1")
        await expect(page.locator("body")).not_to_contain_text("Zqx")
        await take_picture(page, f"done-charged{'' if script else '-without-script'}")
        await _hear_the_victim(page)
        await take_picture(page, f"done-heard{'' if script else '-without-script'}")
        await page.click(f"a[href='/court/{case}/accused']")
        await expect(page.locator("main")).to_contain_text("Example Accused Zqx")


async def _hear_the_victim(page: Page) -> None:
    """A contact that reaches the accused is not taken; then something is proposed, and the victim conferred with."""
    lane = page.locator(".lanes > li")
    await lane.locator("[id^=contact-] > summary").first.click()
    contact = lane.locator("[id^=contact-] form").first
    await contact.locator("[name=channel]").select_option("letter")
    await contact.locator("[name=contact]").fill("Example Road 1")
    await contact.get_by_text("Yes", exact=True).click()
    await contact.locator(".button").click()
    await expect(page.locator("#problems")).to_contain_text("so it is not put on file")
    await contact.get_by_text("No", exact=True).click()
    await contact.locator(".button").click()
    await expect(lane).to_contain_text("Safe contact on file: Letter")
    await lane.locator("[id^=propose-] > summary").click()
    await lane.locator("[id^=propose-] [name=outcome]").select_option("nolle_prosequi")
    await lane.locator("[id^=propose-] form .button").click()
    await expect(lane).to_contain_text("Confer first: it cannot be recorded before")
    await lane.locator("[id^=confer-] > summary").click()
    await lane.locator("[id^=confer-] [name=way]").select_option("in_person")
    await lane.locator("[id^=confer-] form").get_by_text("Objects", exact=True).click()
    await lane.locator("[id^=confer-] form .button").click()
    await expect(lane).to_contain_text("Conferred")
    await expect(page.locator("body")).not_to_contain_text("Example Road")
