"""Each role's main job, from sign-in with a second factor to done: on a phone, on a desk, with and without script."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.house import House
from tests.browser.looking import faults_of, take_picture
from tests.browser.people import PASSPHRASE, app_of, code_of
from tests.end_to_end.clinic_and_court import a_booked_exam, referred
from tests.end_to_end.town import SEATS, administrator_of, ok
from tests.support.credentials import granted
from tests.support.waiting import eventually

RECEIPT = re.compile(r"^[A-Z0-9]{4}(-[A-Z0-9]{4})+$")

WAYS = (
    pytest.param(1280, True, id="1280"),
    pytest.param(390, False, id="390-no-script"),
    # With what the other two try, this one is left for `make browser`.
    pytest.param(390, True, id="390", marks=pytest.mark.slow),
)

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    # Without the script a page is laid out as with it: that they work is seen on a phone.
    pytest.mark.parametrize(("width", "script"), WAYS),
]


async def test_a_coordinator_records_a_tip_asks_three_people_sees_the_team_stand_keeps_rotas_and_tries_one(
    house: House, further: Mapping[str, str], width: int, script: bool
) -> None:
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "cps_coordinator", page, script)
        await expect(page).to_have_title("Open cases · Muster")
        await page.get_by_role("link", name="Record a tip").first.click()
        tip = await record_a_tip(page)
        for seat in SEATS:
            await ask_for(page, seat, house.town.people[seat].account)
            await expect(page.locator(f"#seat-{seat}")).to_contain_text("asked, no answer yet")
        for seat in SEATS:
            ok(await house.visit.act(tip, seat, f"seats/{seat}/acceptance"))
        # With the script nobody has to ask for the page again.
        await shows(page, "#team", "formed", by_itself=script)
        await expect(page.locator(".seat-filled")).to_have_count(3)
        await take_picture(page, f"done-team-stands{'' if script else '-without-script'}")
        await record_the_custody(page)
        await take_picture(page, f"done-custody{'' if script else '-without-script'}")
        await page.get_by_role("link", name="Where the child is kept").click()
        await expect(page.locator("main")).to_contain_text("Example Shelter")
        await screen(page, tip)
        await take_picture(page, f"done-screening{'' if script else '-without-script'}")
        await say_state_lines_were_crossed(page, tip)
        await take_picture(page, f"done-state-lines{'' if script else '-without-script'}")
        await set_up_a_rota(page, house.town.people["victim_advocate"].account)
        await page.goto(f"/rotas/{further['rota']}")
        await take_over_a_turn(page, house.town.people["cps_investigator"].account)
        await take_picture(page, f"done-turn-taken-over{'' if script else '-without-script'}")
        await try_who_would_come(page)
        await take_picture(page, f"done-drill{'' if script else '-without-script'}")
        await page.goto("/rules")
        await page.get_by_role("link", name="A rule has changed: move running clocks").click()
        await expect(page.locator("main")).to_contain_text("so no running clock can move")


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
        await expect(page.locator("h1")).to_contain_text("two people?")
        if script:
            assert await faults_of(page, by_night=True) == []
        await take_picture(page, f"part-two-tips{'' if script else '-without-script'}")
        await page.get_by_role("button", name="Yes, they are two people").click()
        await expect(page.locator(".person", has_text="Kept apart")).to_contain_text(first[:8])
    team = await house.visit.until_team(later, lambda page: page["phase"] == "open")
    assert team["opening"] == 2


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
            assert await faults_of(page, by_night=True) == []
            await take_picture(page, "set-up")
        await page.get_by_role("button", name="Set up", exact=True).click()
        await expect(page.locator(".codes li")).to_have_count(10)
        if script:
            assert await faults_of(page, by_night=True) == []
            await take_picture(page, "set-up-done")
        await page.get_by_role("link", name="sign in").click()
        await page.fill("#sign_in_name", name)
        await page.fill("#passphrase", PASSPHRASE)
        await page.fill("#code", code_of(app, steps=1))
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await expect(page).to_have_title("Tips to do · Muster")


async def test_an_auditor_finds_a_case_its_story_and_its_readers_and_compares_a_log(
    house: House, width: int, script: bool
) -> None:
    tip = await a_standing_team(house)
    ok(await house.visit.get("cps_coordinator", "tips", f"/tips/{tip}/persons"))
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "auditor", page, script)
        await expect(page).to_have_title("Find a case · Muster")
        await page.fill("#reference", tip[:8])
        await page.get_by_role("button", name="Find", exact=True).click()
        async with page.expect_download() as taken:
            await page.get_by_role("button", name="Download as CSV").click()
        assert tip in (await (await taken.value).path()).read_text(encoding="utf-8-sig")
        await page.get_by_role("link", name=f"Case {tip[:8]}").click()
        clock = page.locator("details[id^=clock-]", has_text="Team of three formed")
        await clock.locator("summary").first.click()
        await expect(clock).to_contain_text("C06, version")
        await page.get_by_role("button", name="True then").click()
        await expect(page.locator(".lead")).to_contain_text("What was true at")
        await page.get_by_role("link", name="Who has read it").click()
        await shows(page, "main", "Opened sealed fields")
        await take_picture(page, f"done-readers{'' if script else '-without-script'}")
        await page.get_by_role("link", name="Findings").click()
        await page.select_option("#source", "tips")
        await page.get_by_role("button", name="Compare now").click()
        await expect(page.locator(".note")).to_contain_text("log and copy are the same")


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
        await page.click(f"a[href='/court/{case}/accused']")
        await expect(page.locator("main")).to_contain_text("Example Accused Zqx")


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
            assert await faults_of(page, by_night=True) == []
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


async def sign_in(house: House, role: str, page: Page, script: bool) -> None:
    """By a passkey where there is script; else by passphrase, and a code of the app or off the paper."""
    holder = house.holders[role]
    await (holder.sign_in_with_passkey(page) if script else holder.sign_in_with_passphrase(page))


async def record_a_tip(page: Page) -> str:
    """As it is told on the telephone; answers the case's reference, at whose page it ends."""
    await page.fill("#county", "Hinds")
    await page.get_by_label("a child", exact=True).check()
    await page.fill("#subject_narrative", "Invented: somebody was told so.")
    await page.get_by_role("button", name="Record the tip").click()
    await expect(page.locator(".receipt .code")).to_have_text(RECEIPT)
    await page.get_by_role("link", name="Open the case").click()
    return page.url.rpartition("/")[2]


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


async def shows(page: Page, where: str, words: str, *, by_itself: bool = False) -> None:
    """The page comes to show it, asked for again and again unless it does so by itself."""
    place = page.locator(where)
    if by_itself:
        await expect(place).to_contain_text(words, timeout=15_000)
        return

    async def there() -> bool:
        if await place.count() and words in await place.inner_text():
            return True
        await page.reload()
        return False

    await eventually(there)


async def a_standing_team(house: House) -> str:
    """Of a case of two hours ago."""
    tip = await house.visit.tip(age="child", received_at=house.town.now - timedelta(hours=2))
    await house.visit.until_team(tip, lambda page: page["phase"] == "open")
    await house.visit.fill(tip, *SEATS)
    await house.visit.until_team(tip, lambda page: page["phase"] == "formed")
    return tip


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
        await expect(page).to_have_title("My work · Muster")
        await expect(page.locator(hands_over)).to_have_count(0)
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
