"""A member of a team takes the seat they are asked for, and hands it over to a colleague."""

from datetime import timedelta

from playwright.async_api import expect

from tests.browser.house import House
from tests.browser.jobs import EACH_WAY, sign_in
from tests.browser.looking import take_picture
from tests.end_to_end.town import administrator_of, ok
from tests.support.credentials import granted
from tests.support.waiting import eventually

pytestmark = EACH_WAY


async def test_a_member_takes_the_seat_they_are_asked_for_and_hands_it_over(
    house: House, width: int, script: bool
) -> None:
    end = "" if script else "-without-script"
    tip = await house.visit.tip(age="child", received_at=house.town.now - timedelta(hours=3))
    team = await house.visit.until_team(tip, lambda page: page["phase"] == "open")
    asked = {"responder": house.town.people["victim_advocate"].account}
    ok(await house.visit.act(tip, "cps_coordinator", "seats/victim_advocate/proposal", asked))
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "victim_advocate", page, script)
        await expect(page).to_have_title("My work · Muster")
        await page.click(f"form[action='/mine/seats/{team['reference']}/victim_advocate/accept'] button")
        await expect(page.locator(f"main a[href='/cases/{tip}']").first).to_be_visible()
        await take_picture(page, f"done-seat-taken{end}")
        stands = (await house.visit.team(tip))["seats"]["victim_advocate"]
        assert stands["held_by"] == asked["responder"]
        colleague = await a_colleague(house, team["reference"])
        hands_over = f"a[href='/mine/seats/{team['reference']}/victim_advocate/hand-over']"
        await page.click(hands_over)
        await expect(page.locator("main")).to_contain_text("it is empty until your colleague accepts")
        await page.check(f"input[value='{colleague}']")
        await page.fill("#reason", "Invented: called into court.")
        await take_picture(page, f"hand-over{end}")
        await page.get_by_role("button", name="Ask this colleague").click()
        await expect(page.locator(".note[role=status]")).to_contain_text("Your colleague was asked")
        await expect(page).to_have_title("My work · Muster")
        await expect(page.locator(hands_over)).to_have_count(0)
        await take_picture(page, f"done-handed-over{end}")
    stands = (await house.visit.team(tip))["seats"]["victim_advocate"]
    assert (stands["proposed"], stands["filled"]) == (colleague, False)


async def a_colleague(house: House, team: str) -> str:
    """A second advocate, on call: somebody of the same agency. Answers the account once it may be named."""
    visit, colleague = house.visit, house.town.people[administrator_of("CVP")]
    service, path = "rapid_assessment", f"/responders/{colleague.account}"
    body = {"account": colleague.account, "agency": "CVP"}
    listed = await visit.post("cps_coordinator", service, "/responders", body)
    if listed.is_success:
        now = house.town.now
        hours = {"since": now.isoformat(), "until": (now + timedelta(days=3)).isoformat()}
        certified = granted("victim_advocate")
        ok(await visit.post("credential_issuer", service, f"{path}/credentials", certified, version=1))
        ok(await visit.post("cps_coordinator", service, f"{path}/availability", hours, version=2))

    async def may_be_named() -> bool:
        shown = await visit.get("victim_advocate", service, f"/teams/{team}/seats/victim_advocate/colleagues")
        return str(colleague.account) in shown.text

    await eventually(may_be_named)
    return str(colleague.account)
