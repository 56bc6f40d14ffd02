"""An administrator invites somebody, closes the account of who left, and reports an incident."""

from playwright.async_api import Page, expect

from tests.browser.house import House
from tests.browser.jobs import EACH_WAY, sign_in
from tests.browser.looking import faults_of, take_picture

pytestmark = EACH_WAY


async def test_an_administrator_invites_somebody_and_closes_the_account_of_who_left(
    house: House, width: int, script: bool
) -> None:
    end = "" if script else "-without-script"
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "administrator", page, script)
        await page.get_by_role("link", name="People").click()
        await page.get_by_role("link", name="Open an account").click()
        await page.fill("#name", f"Example Colleague {width} {script}")
        await page.fill("#sign_in_name", f"colleague.{width}.{script}@example.org".lower())
        await page.check("#role_victim_advocate")
        await page.get_by_role("button", name="Open the account").click()
        await expect(page.locator(".secret")).to_have_count(2)
        if script:
            assert await faults_of(page) == []
        await take_picture(page, f"done-invited{end}")
        await page.get_by_role("link", name="I have handed it over").click()
        await expect(page.locator("h1")).to_have_text(f"Example Colleague {width} {script}")
        await page.click("details[data-at=leaving] > summary")
        await page.get_by_role("button", name="Enter that the person leaves").click()
        await expect(page.locator("main")).to_contain_text("This account is closed and stays so.")
        await take_picture(page, f"done-closed{end}")
        await report_an_incident(page)
        await page.get_by_role("button", name="I am at it").click()
        await page.click("details[data-at=close] > summary")
        await page.fill("#note", "It was locked from afar.")
        await page.get_by_role("button", name="Close it").click()
        await expect(page.locator("main")).to_contain_text("No incident is open.")


async def report_an_incident(page: Page) -> None:
    """From the foot of whatever page it is; ends at its own."""
    await page.get_by_role("link", name="Report an incident").click()
    await page.get_by_label("A phone, laptop or key was lost or stolen").check()
    await page.fill("#text", "Invented: left on a train.")
    await page.get_by_role("button", name="Report", exact=True).click()
    await expect(page.locator(".lead")).to_contain_text("Reported within the hour.")
