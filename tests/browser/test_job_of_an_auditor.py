"""An auditor finds a case, its story, its page as it stood, and its readers, and compares a log: in `make test`.

They play it, see it with other eyes, open a number, and take a sealed file: in `make browser`.
"""

import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from services.audit.case_file import verify
from tests.browser.house import House
from tests.browser.jobs import EACH_WAY, a_standing_team, shows, sign_in, until_all_is_signed
from tests.browser.looking import take_picture
from tests.end_to_end.town import ok

pytestmark = EACH_WAY


async def steps_back(page: Page, script: bool) -> None:
    """From what is known of the present, event by event, until the team does not stand yet; and on again."""
    await expect(page.locator(".then-bar")).to_contain_text("As of")
    await goes(page, "Known then")
    await goes(page, "As of now")
    team = page.locator("#team .state")
    await expect(team).to_have_text("formed")
    for _ in range(20):
        if await team.inner_text() != "formed":
            break
        await step(page, "Previous event", "ArrowLeft", script)
    await expect(team).to_have_text("not complete")
    await step(page, "Next event", "ArrowRight", script)
    await expect(team).to_have_text("formed")
    await marks(page)
    await expect(page.locator("#team .was")).to_have_text("Before: Team not complete")


async def unfolds(page: Page) -> None:
    """What a phone has folded of the head; a desk has it open."""
    if not await page.locator("#seen-by-title").is_visible():
        await page.locator(".then-rest > summary").click()
    await expect(page.locator("#seen-by-title")).to_be_visible()


async def goes(page: Page, words: str) -> None:
    """By a link of the head."""
    await unfolds(page)
    await page.get_by_role("link", name=words).click()


async def marks(page: Page) -> None:
    """From here on each step is compared with the one before."""
    await unfolds(page)
    await page.locator(".then-more summary").click()
    await page.select_option("#compared-with", "before")
    await page.get_by_role("button", name="Mark").click()
    await expect(page.locator(".compared h2")).to_contain_text("on this page since")


async def slides_and_plays(page: Page, script: bool) -> None:
    """To the first moment on the slider, and from there on by itself until a key is pressed; and back."""
    stood = page.url
    await unfolds(page)
    async with page.expect_navigation():
        await page.fill("#step", "1")
        if not script:
            await page.get_by_role("button", name="Go there").click()
    bar = page.locator(".then-bar > p")
    await expect(bar).to_contain_text(re.compile("events? 1 "))
    await unfolds(page)
    await expect(page.locator("[data-player]")).to_be_visible(visible=script)
    if script:
        began = await bar.inner_text()
        await page.select_option("#pace", "1")
        await page.get_by_role("button", name="Play from here").click()
        await expect(bar).not_to_have_text(began)
        await page.keyboard.press("Escape")
        await expect(page.locator("[data-player] [role=status]")).to_have_text("Stopped.")
    await page.goto(stood)


async def sees_it_as_a_role_did(page: Page, script: bool) -> None:
    """The same page with a coordinator's eyes, said where nothing is folded; and with one's own again."""
    for chosen, said in (("cps_coordinator.MDCPS-HTC", 1), ("", 0)):
        await unfolds(page)
        if not await page.locator("#seen-by").is_visible():
            await page.locator("#seen-by-title").click()
        await page.select_option("#seen-by", chosen)
        await page.get_by_role("button", name="Show it so").click()
        await expect(page.locator(".then-bar", has_text="As seen by: CPS Coordinator")).to_have_count(said)
        await expect(page.locator("#team .state")).to_have_text("formed")
        if chosen:
            await unfolds(page)
            await expect(page.locator(".then-eyes")).to_contain_text("This is a re-enactment")
            await take_picture(page, f"done-eyes{'' if script else '-without-script'}")


async def step(page: Page, words: str, key: str, script: bool) -> None:
    async with page.expect_navigation():
        await (page.keyboard.press(key) if script else page.get_by_role("link", name=words).click())


async def opens_into_its_cause(page: Page, script: bool) -> None:
    """From the sentence that the team stands back to the tip, whatever the picture shows told in words as well."""
    formed = page.locator(".story > li", has_text="was formed at").last
    await formed.get_by_role("link", name="Why?").click()
    causes = page.locator(".causes > li")
    await expect(causes.first).to_contain_text("Came with this, by the same act")
    await expect(causes.last).to_contain_text("With this it began")
    await expect(page.locator("svg.chain:visible")).to_have_count(1)
    assert await page.locator("svg.chain:visible .event").count() >= await causes.count()
    await take_picture(page, f"done-why{'' if script else '-without-script'}")
    await page.get_by_role("link", name="Back to the story").click()


async def takes_a_sealed_file(house: House, page: Page, tip: str) -> None:
    """For a court, by an order; refused while its number is none; then held against the key that the page shows."""
    await page.get_by_role("link", name="Make a sealed case file").click()
    key = await page.locator("#key ~ p code").inner_text()
    await page.select_option("#profile", "court")
    await page.select_option("#authority", "youth_court_order")
    await page.fill("#number", "the order")
    await page.get_by_role("button", name="Make and download").click()
    await expect(page.locator("#problems")).to_contain_text("Give the number alone")
    await page.fill("#number", "26-YC-0117")
    await take_picture(page, "done-case-file")
    await until_all_is_signed(house, tip)
    async with page.expect_download() as taken:
        await page.get_by_role("button", name="Make and download").click()
    case_file = verify.CaseFile((await (await taken.value).path()).read_bytes())
    assert case_file.manifest["case"] == tip
    assert case_file.entries["timeline.pdf"].startswith(b"%PDF-")
    shown, _ = case_file.check_rows()
    assert shown
    case_file.check_keys([key])
    await page.get_by_role("link", name="Back to the story").click()


async def opens_a_number(page: Page, tip: str, script: bool) -> None:
    """From how many deadlines of a rule were missed to which, from one of them to its case beside the path, and why."""
    await page.get_by_role("link", name="Deadlines kept", exact=True).click()
    await expect(page.locator(".headline")).to_contain_text("met")
    await take_picture(page, f"done-compliance{'' if script else '-without-script'}")
    team = page.locator("section[aria-labelledby=by-rule] tbody tr", has_text="C06")
    number = team.locator("td[data-of=missed] a")
    many = await number.inner_text()
    await number.click()
    await expect(page.locator(".lead")).to_contain_text(f"{many} deadline")
    await page.get_by_role("link", name=f"Case {tip[:8]}").first.click()
    await expect(page.locator(".lead")).to_contain_text("still open")
    step = page.locator(".story > li", has=page.get_by_role("heading", name="C06"))
    await expect(step.locator(".late-word")).to_have_text("missed")
    await take_picture(page, f"done-path{'' if script else '-without-script'}")
    await step.get_by_role("link", name="Why?").first.click()
    await expect(page.locator(".causes > li").last).to_contain_text("With this it began")


async def test_an_auditor_finds_a_case_its_story_its_page_as_it_stood_and_its_readers_and_compares_a_log(
    house: House, width: int, script: bool
) -> None:
    tip = await a_standing_team(house, takes=timedelta(seconds=1))
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
        await opens_into_its_cause(page, script)
        await page.get_by_role("button", name="True then").click()
        await expect(page.locator(".lead")).to_contain_text("What was true at")
        await page.get_by_role("link", name="The case’s page then").click()
        await steps_back(page, script)
        await take_picture(page, f"done-past{'' if script else '-without-script'}")
        await goes(page, "The board then")
        await expect(page.locator("#board")).to_be_visible()
        await expect(page.locator("main form[method=post]")).to_have_count(0)
        await page.go_back()
        await goes(page, "Back to the story")
        await page.get_by_role("link", name="Who has read it").click()
        await shows(page, "main", "Opened sealed fields")
        await take_picture(page, f"done-readers{'' if script else '-without-script'}")
        await page.get_by_role("link", name="Findings").click()
        await page.select_option("#source", "tips")
        await page.get_by_role("button", name="Compare now").click()
        await expect(page.locator(".note")).to_contain_text("log and copy are the same")


@pytest.mark.slow
async def test_an_auditor_plays_a_case_sees_it_with_other_eyes_opens_a_number_and_takes_a_sealed_file(
    house: House, width: int, script: bool
) -> None:
    tip = await a_standing_team(house, takes=timedelta(seconds=1))
    late = await house.visit.tip(age="child", received_at=house.town.now - timedelta(hours=25))
    await house.visit.until_told(late, "clock.missed")
    async with house.door(width, java_script_enabled=script) as page:
        await sign_in(house, "auditor", page, script)
        await page.goto(f"/audit/cases/{tip}")
        await page.get_by_role("link", name="The case’s page then").click()
        await goes(page, "As of now")
        await expect(page.locator("#team .state")).to_have_text("formed")
        await slides_and_plays(page, script)
        await sees_it_as_a_role_did(page, script)
        await opens_a_number(page, late, script)
        if script:
            # By now the house has signed what happened at the beginning of this.
            await page.goto(f"/audit/cases/{late}")
            await takes_a_sealed_file(house, page, late)
