"""Somebody invited makes a passkey at a browser, and signs in with it and nothing else."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.house import HEIGHTS, House
from tests.browser.looking import faults_of, take_picture
from tests.browser.people import authenticator_of
from tests.end_to_end.town import ok

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.one_in(len(HEIGHTS))
async def test_somebody_invited_makes_a_passkey_and_signs_in_with_it(house: House, width: int) -> None:
    invitation = await invited(house, f"passkey.{width}@example.org")
    async with house.door(width) as page, authenticator_of(page) as authenticator:
        await page.goto("/set-up")
        await page.fill("#invitation", invitation)
        await page.get_by_role("button", name="Go on").click()
        await page.get_by_role("button", name="Make a passkey").click()
        await expect(page.locator("h1")).to_have_text("You are set up")
        await expect(page.locator(".codes")).to_have_count(0)
        assert await faults_of(page) == []
        await take_picture(page, "set-up-with-passkey")
        (made,) = await authenticator.kept()
        assert (made["rpId"], made["isResidentCredential"]) == ("localhost", True)
        await page.get_by_role("link", name="Sign in").click()
        await signs_in(page)
        await page.get_by_role("button", name="Sign out").click()
        await expect(page).to_have_title("Sign in · Muster")
        await page.goto("/intake")
        await expect(page).to_have_title("Sign in · Muster")
        await signs_in(page)
        (used,) = await authenticator.kept()
        assert used["signCount"] == made["signCount"] + 2, "once for each time"


async def test_a_device_without_the_passkey_lets_nobody_in_and_says_so(house: House) -> None:
    async with house.door(390) as page, authenticator_of(page):
        await page.goto("/sign-in")
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await expect(page.locator("[data-failed]")).to_contain_text("passkey")
        await expect(page).to_have_title("Sign in · Muster")


async def invited(house: House, name: str) -> str:
    """To take tips in."""
    body = {"name": "Example Newcomer", "sign_in_name": name, "agency": "MDCPS", "roles": ["cps_intake"]}
    opened = ok(await house.visit.post("operator", "identity", "/accounts", body))
    return str(opened.json()["invitation"])


async def signs_in(page: Page) -> None:
    """One button, no name, nothing typed."""
    await page.locator("form[action='/sign-in/passkey'] button").click()
    await expect(page).to_have_title("Tips to do · Muster")
