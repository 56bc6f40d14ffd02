"""An investigator records that the child was seen."""

from playwright.async_api import expect

from tests.browser.house import House
from tests.browser.jobs import EACH_WAY, a_standing_team, sign_in
from tests.browser.looking import take_picture

pytestmark = EACH_WAY


async def test_an_investigator_records_that_the_child_was_seen(house: House, width: int, script: bool) -> None:
    tip = await a_standing_team(house)
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
        await take_picture(page, f"done-child-seen{'' if script else '-without-script'}")
