"""A coordinator records a tip, asks three people and sees the team stand: their main job, and so in `make test`.

They enter what came of a case, keep rotas, try one, and move clocks: in `make browser`.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.house import House
from tests.browser.jobs import EACH_WAY, a_standing_team, asked_who_reported, shows, sign_in
from tests.browser.looking import faults_of, take_picture
from tests.end_to_end.town import SEATS, ok

RECEIPT = re.compile(r"^[A-Z0-9]{4}(-[A-Z0-9]{4})+$")

pytestmark = EACH_WAY


async def test_a_coordinator_records_a_tip_asks_three_people_and_sees_the_team_stand(
    house: House, width: int, script: bool
) -> None:
    end = "" if script else "-without-script"
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "cps_coordinator", page, script)
        await expect(page).to_have_title("Open cases · Muster")
        await page.get_by_role("link", name="Record a tip").first.click()
        tip = await record_a_tip(page)
        for seat in SEATS:
            await ask_for(page, seat, house.town.people[seat].account)
            await expect(page.locator(f"#seat-{seat}")).to_contain_text("asked, no answer yet")
        await find_on_the_board_who_was_asked(page, tip)
        await page.goto(f"/cases/{tip}")
        for seat in SEATS:
            ok(await house.visit.act(tip, seat, f"seats/{seat}/acceptance"))
        # With the script nobody has to ask for the page again.
        await shows(page, "#team", "formed", by_itself=script)
        await expect(page.locator(".seat-filled")).to_have_count(3)
        await take_picture(page, f"done-team-stands{end}")


@pytest.mark.slow
async def test_a_coordinator_enters_what_came_of_a_case(house: House, width: int, script: bool) -> None:
    end = "" if script else "-without-script"
    tip = await a_standing_team(house)
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "cps_coordinator", page, script)
        await page.goto(f"/cases/{tip}")
        await record_the_custody(page)
        await take_picture(page, f"done-custody{end}")
        await page.get_by_role("link", name="Where the child is kept").click()
        await expect(page.locator("main")).to_contain_text("Example Shelter")
        await screen(page, tip)
        await take_picture(page, f"done-screening{end}")
        await say_state_lines_were_crossed(page, tip)
        await take_picture(page, f"done-state-lines{end}")
        await agree_that_who_reported_is_shown(house, page, tip)
        await take_picture(page, f"done-agreed{end}")


@pytest.mark.slow
async def test_a_coordinator_keeps_rotas_and_tries_one(
    house: House, further: Mapping[str, str], width: int, script: bool
) -> None:
    end = "" if script else "-without-script"
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "cps_coordinator", page, script)
        await set_up_a_rota(page, house.town.people["victim_advocate"].account)
        await page.goto(f"/rotas/{further['rota']}")
        await take_over_a_turn(page, house.town.people["cps_investigator"].account)
        await take_picture(page, f"done-turn-taken-over{end}")
        await look_at_the_next_days(page)
        await take_picture(page, f"part-next-days{end}")
        await try_who_would_come(page)
        await take_picture(page, f"done-drill{end}")


@pytest.mark.slow
async def test_a_coordinator_moves_the_clocks_of_a_case_when_a_rule_has_changed(
    house: House, width: int, script: bool
) -> None:
    end = "" if script else "-without-script"
    old = await house.visit.tip(age="child", received_at=house.town.now - timedelta(hours=40))
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "cps_coordinator", page, script)
        await find_what_would_move(page, old)
        if script:
            assert await faults_of(page) == []
        await take_picture(page, f"part-clocks-that-move{end}")
        await move_the_clocks_of(page, old)
        await take_picture(page, f"done-clocks-moved{end}")


async def record_a_tip(page: Page) -> str:
    """As it is told on the telephone; answers the case's reference, at whose page it ends."""
    await page.fill("#county", "Hinds")
    await page.get_by_label("a child", exact=True).check()
    await page.fill("#subject_narrative", "Invented: somebody was told so.")
    await page.get_by_role("button", name="Record the tip").click()
    await expect(page.locator(".receipt .code")).to_have_text(RECEIPT)
    await page.get_by_role("link", name="Open the case").click()
    return page.url.rpartition("/")[2]


async def find_on_the_board_who_was_asked(page: Page, tip: str) -> None:
    """Among the cases that have time left and nobody yet: of each seat a line of its own."""
    await page.goto("/board")
    await page.click(".narrowing > summary")
    await page.select_option("#standing", "in_time")
    await page.select_option("#seat", "cps_investigator")
    await page.get_by_role("button", name="Show", exact=True).click()
    case = f".cases > li:has(a[href='/cases/{tip}'])"
    for seat in SEATS:
        await shows(page, case, f"Example Person {seat} was asked at")


async def record_the_custody(page: Page) -> None:
    """Taken, the judge told, authorised by word of mouth, written up, heard: each clock shows until it is met."""
    await page.click("#custody-taken > summary")
    await page.select_option("#custody-taken-agency", "MDCPS")
    await page.select_option("#custody-taken-county", "Hinds")
    await page.fill("#custody-taken-place", "Example Shelter")
    await enter(page, "custody-taken")
    await expect(page.locator(".pressing")).to_contain_text("Custody without an order")
    for step, choice in (("judge-notified", "how"), ("authorised", "form")):
        await page.click(f"#custody-{step} > summary")
        chosen = {"how": "telephone", "form": "oral_emergency"}[choice]
        await page.check(f"#custody-{step}-{choice} [value={chosen}]")
        await enter(page, f"custody-{step}")
    await expect(page.locator(".pressing")).not_to_contain_text("Custody without an order")
    await expect(page.locator(".pressing")).to_contain_text("Oral emergency order written up")
    await expect(page.locator(".pressing")).to_contain_text("Hearing after temporary custody")
    await page.click("#custody-written-order > summary")
    await enter(page, "custody-written-order")
    await expect(page.locator(".pressing")).not_to_contain_text("Oral emergency order")
    await page.click("#custody-hearing > summary")
    await page.check("#custody-hearing-order [value=continued]")
    await enter(page, "custody-hearing")
    await expect(page.locator(".pressing")).not_to_contain_text("Hearing after temporary custody")


async def screen(page: Page, tip: str) -> None:
    """One sign found, one asked for in vain; what comes of it is a sentence."""
    await page.goto(f"/cases/{tip}/tip")
    await page.click("#screening > summary")
    await page.check("#screening-age [value=child]")
    await page.check("#screening-exploitation [value=sex]")
    await page.check("#screening-sign_debt [value=present]")
    await page.check("#screening-sign_drugs [value=not_present]")
    await page.locator("#screening .button").click()
    await expect(page.locator(".person")).to_contain_text("Treat as suspected trafficking")


async def say_state_lines_were_crossed(page: Page, tip: str) -> None:
    """Federal investigators are to be told then, and it stands among the reports of the case."""
    await page.click("#state-lines > summary")
    await page.check("#state-lines-state_lines [value=crossed]")
    await page.check("#state-lines-said_by [value=reporter]")
    await page.locator("#state-lines .button").click()
    await expect(page.locator(".person dd", has_text="crossed")).to_be_visible()
    await page.goto(f"/cases/{tip}")
    await expect(page.locator("#case")).to_contain_text("state lines crossed")
    await expect(page.locator("#duty-C86-federal_investigation")).to_contain_text("not told yet")


async def agree_that_who_reported_is_shown(house: House, page: Page, tip: str) -> None:
    """An investigator asks by a court's order, and it waits on the board; then they read it, for hours."""
    await asked_who_reported(house, tip)
    await page.goto("/board")
    waits = f"#board a[href='/cases/{tip}/reporter']"
    await shows(page, waits, tip[:8])
    await page.click(waits)
    await expect(page.locator(".duties")).to_contain_text("Example Youth Court, 2 Nov, 904")
    await page.click("details[data-at^=agree-] > summary")
    await page.get_by_role("button", name="Agree, for 4 hours").click()
    await expect(page.locator(".duties")).to_contain_text("may be read until")


async def set_up_a_rota(page: Page, advocate: str) -> None:
    """For the whole state, with somebody in turn; it ends again, so that the house stays as it was."""
    await page.goto("/rotas")
    await page.select_option("#open-seat", "victim_advocate")
    await page.check("#open-statewide")
    await page.get_by_role("button", name="Open it").click()
    await page.click("#rotation > summary")
    await page.select_option("#rotation-place_0", advocate)
    await put_on(page, "rotation")
    await expect(page.locator("#rota > p b")).to_have_text("Example Person victim_advocate")
    await page.click("#end > summary")
    await page.locator("#end .button").click()
    await expect(page.locator("#rota > .note")).to_contain_text("This rota ended")


async def take_over_a_turn(page: Page, account: str) -> None:
    """The whole next day, and back again."""
    await page.click("#overrides > summary")
    await page.select_option("#overrides-account", account)
    begins = date.fromisoformat(await page.input_value("#overrides-since_day"))
    await page.fill("#overrides-until_day", (begins + timedelta(days=1)).isoformat())
    await put_on(page, "overrides")
    stands_in = page.get_by_text("Example Person cps_investigator stands in from")
    await expect(stands_in).to_be_visible()
    await page.get_by_role("button", name="Take this back").click()
    await expect(stands_in).to_have_count(0)


async def look_at_the_next_days(page: Page) -> None:
    """Of every county: where nobody is on call, and whom nobody has seen to be reached."""
    await page.goto("/rotas")
    await page.get_by_role("link", name="What is missing in the next days").click()
    await expect(page.locator("h1")).to_have_text("The next 14 days, by county")
    unproven = "No way to reach Example Person victim_advocate was seen to work of late"
    await expect(page.locator("section[aria-labelledby=seat-victim_advocate]")).to_contain_text(unproven)
    without = page.locator("details[data-at=without-trafficking_investigator]")
    await without.locator("summary").click()
    await expect(without.locator("p")).to_contain_text("Hinds")


async def try_who_would_come(page: Page) -> None:
    """Who will be paged is seen before anybody is; in this house nothing reaches them, and the result says so."""
    await page.goto("/drills")
    drills = page.locator("section[aria-labelledby=past] li > a")
    before = await drills.count()
    await page.select_option("#county", "Hinds")
    await page.get_by_role("button", name="Show who would be paged").click()
    await expect(page.locator("#start h2")).to_have_text("A drill for Hinds County would page, now")
    await expect(page.locator("#start")).to_contain_text("Example Person victim_advocate")
    await expect(drills).to_have_count(before)
    await page.get_by_role("button", name="Start the drill and page them").click()
    await expect(page.locator("#drill h1")).to_have_text("A drill: Hinds County")
    await shows(page, "#drill", "nothing reached Example Person victim_advocate")
    await expect(page.locator("#drill")).to_contain_text("nobody was reached")
    await expect(page.locator("#drill")).to_contain_text("They stand in no figure of real teams.")
    await page.goto("/drills")
    await expect(drills).to_have_count(before + 1)


async def find_what_would_move(page: Page, tip: str) -> None:
    """Each case with the time it has and the time it would get. Nothing moves by looking."""
    await page.goto("/rules")
    await page.get_by_role("link", name="A rule has changed: move running clocks").click()
    await shows(page, f"#case-{tip}", tip[:8])
    case = page.locator("section.person", has=page.locator(f"#case-{tip}"))
    await expect(case).to_contain_text("due now 20:00")
    await expect(case).to_contain_text("under version 2 Wed 08:00")
    await expect(case).to_contain_text("under version 2 the same time")


async def move_the_clocks_of(page: Page, tip: str) -> None:
    """Of this case and no other, which then is listed no more."""
    for each in await page.locator("[name^=with_]").all():
        await each.uncheck()
    await page.check(f"#with_{tip}")
    await page.check("#because [value=law_changed]")
    await page.get_by_role("button", name="Move them, on record").click()
    await expect(page.locator(".note[role=status]")).to_have_text("Done: the clocks of one case were moved, on record.")
    await expect(page.locator(f"#case-{tip}")).to_have_count(0)


async def put_on(page: Page, place: str) -> None:
    """All the same: nobody here has said yet how they are reached."""
    await page.locator(f"#{place} .button").click()
    await page.check(f"#{place}-all_the_same")
    await page.locator(f"#{place} .button").click()
    await expect(page.locator(f"#{place}-all_the_same")).to_have_count(0)


async def enter(page: Page, place: str) -> None:
    """Sends the form at a place of the case, which then is entered no more."""
    await page.locator(f"#{place} .button").click()
    await expect(page.locator(f"#{place}")).to_have_count(0)


async def ask_for(page: Page, seat: str, account: str) -> None:
    """Once the team is open, which takes the services a moment."""
    await shows(page, f"#seat-{seat}", "")
    await page.select_option(f"#responder-{seat}", account)
    await page.locator(f"#seat-{seat}").get_by_role("button").click()
