"""A nurse seals a kit and offers it, and the police take it."""

from collections.abc import Mapping
from datetime import timedelta

from playwright.async_api import expect

from tests.browser.house import House
from tests.browser.jobs import EACH_WAY, sign_in
from tests.browser.looking import take_picture
from tests.end_to_end.clinic_and_court import a_booked_exam

pytestmark = EACH_WAY


async def test_a_nurse_seals_a_kit_and_offers_it_and_the_police_take_it(
    house: House, further: Mapping[str, str], width: int, script: bool
) -> None:
    assert further, "the clinic is there"
    # One after another: a nurse and a room are in one exam at a time.
    began = 22 - 4 * ((width == 390) + 2 * script)
    tip = await house.visit.tip(age="child", received_at=house.town.now - timedelta(hours=23))
    exam, _ = await a_booked_exam(house.visit, tip, hours_ago=(began, began - 3))
    end = "" if script else "-without-script"
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "forensic_nurse", page, script)
        await expect(page).to_have_title("Clinic · Muster")
        await page.click(f"a[href='/exams/{exam}']")
        await page.click("#kit > summary")
        await page.fill("#kit-number", f"EX {width} {script}")
        await page.check("#kit-consent [value=reported]")
        await page.get_by_role("button", name="Open the kit").click()
        await page.click("#seal > summary")
        await page.fill("#seal-items", "5")
        await page.fill("#seal-seal_number", "S-904")
        await page.get_by_role("button", name="Seal the kit").click()
        await expect(page.locator("main")).to_contain_text("sealed it with 5 items in it.")
        kit = page.url.partition("#")[0]
        await page.get_by_role("link", name="Its exam").click()
        await page.click("#complete > summary")
        await page.get_by_role("button", name="Enter that it was done").click()
        await expect(page.locator(".held .done-word")).to_be_visible()
        await page.goto(kit)
        await page.click("#call > summary")
        await page.select_option("#call-agency", "LOCAL-LE")
        await page.fill("#call-spoke_with", "Example Dispatcher")
        await page.get_by_role("button", name="Enter the call").click()
        await page.click("#offer > summary")
        await page.select_option("#offer-to", "law_enforcement LOCAL-LE")
        await page.select_option("#offer-purpose", "pickup")
        await page.get_by_role("button", name="Offer the kit").click()
        await expect(page.locator("main")).to_contain_text("Take the offer back")
        await take_picture(page, f"done-kit-offered{end}")
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "law_enforcement", page, script)
        await expect(page.locator(".queues")).to_contain_text("Offered to you")
        await page.click(f"a[href='{kit[kit.index('/kits/') :]}']")
        await page.fill("#accept-seal_number", "s 904")
        await page.locator("#accept > form .button").click()
        await expect(page.locator(".held")).to_contain_text("Example Person law_enforcement")
        await take_picture(page, f"done-kit-taken{end}")
