"""Somebody invited sets up signing in, and signs in."""

from playwright.async_api import expect

from tests.browser.house import House
from tests.browser.jobs import EACH_WAY
from tests.browser.looking import faults_of, take_picture
from tests.browser.people import PASSPHRASE, app_of, code_of
from tests.end_to_end.town import ok

pytestmark = EACH_WAY


async def test_somebody_invited_sets_up_signing_in_and_signs_in(house: House, width: int, script: bool) -> None:
    name = f"new.{width}.{script}@example.org".lower()
    body = {"name": "Example Newcomer", "sign_in_name": name, "agency": "MDCPS", "roles": ["cps_intake"]}
    opened = ok(await house.visit.post("operator", "identity", "/accounts", body)).json()
    async with house.door(width, java_script_enabled=script) as page:
        await page.goto("/set-up")
        await page.fill("#invitation", opened["invitation"])
        await page.get_by_role("button", name="Go on").click()
        app = app_of(await page.inner_text(".secret"))
        await page.fill("#totp_code", code_of(app))
        await page.fill("#passphrase", PASSPHRASE)
        await page.fill("#again", PASSPHRASE)
        if script:
            assert await faults_of(page) == []
            await take_picture(page, "set-up")
        await page.get_by_role("button", name="Set up", exact=True).click()
        await expect(page.locator(".codes li")).to_have_count(10)
        if script:
            assert await faults_of(page) == []
            await take_picture(page, "set-up-done")
        await page.get_by_role("link", name="sign in").click()
        await page.fill("#sign_in_name", name)
        await page.fill("#passphrase", PASSPHRASE)
        await page.fill("#code", code_of(app, steps=1))
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await expect(page).to_have_title("Tips to do · Muster")
