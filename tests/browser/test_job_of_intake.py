"""Intake takes back that two tips are about one person."""

from datetime import timedelta

from playwright.async_api import expect

from tests.browser.house import House
from tests.browser.jobs import EACH_WAY, sign_in
from tests.browser.looking import faults_of, take_picture
from tests.end_to_end.town import ok

pytestmark = EACH_WAY


async def test_intake_takes_back_that_two_tips_are_about_one_person(house: House, width: int, script: bool) -> None:
    first, later = [
        await house.visit.tip(age="child", received_at=house.town.now - timedelta(hours=hours)) for hours in (30, 29)
    ]
    same = {"other": first, "same_person": True, "reason": "Invented: one motel."}
    ok(await house.visit.on_page("cps_intake", "cps_intake", "tips", f"/tips/{later}", "duplicate-decisions", same))
    await house.visit.until_team(later, lambda page: page["phase"] == "stood_down")
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "cps_intake", page, script)
        await page.goto(f"/cases/{later}/beside/{first}")
        await page.get_by_role("link", name="If that was wrong, take it back").click()
        if not script:
            # With the script the form that the address names stands open.
            await page.click("#partings > summary")
        await page.select_option("#partings-other", first)
        await page.fill("#partings-reason", "Invented: two cousins of one name.")
        await page.get_by_role("button", name="Show what follows").click()
        # Another language costs nothing of what was typed, and leads nowhere else.
        for language, question in (("Español", "de dos personas?"), ("English", "two people?")):
            await page.get_by_role("button", name=language).click()
            await expect(page.locator("h1")).to_contain_text(question)
        if script:
            assert await faults_of(page) == []
        await take_picture(page, f"part-two-tips{'' if script else '-without-script'}")
        await page.get_by_role("button", name="Yes, they are two people").click()
        await expect(page.locator(".person", has_text="Kept apart")).to_contain_text(first[:8])
    team = await house.visit.until_team(later, lambda page: page["phase"] == "open")
    assert team["opening"] == 2
