"""Every page, in both widths, by day and by night, in both languages: nobody is shut out, nothing is cut off.

Light and dark differ in colours alone, English and Spanish in length alone, so not everything is looked at in every
way each time: of every tenth page all that can be wrong but colours is looked for in English and in one of the widths,
in turn. Of every third of these what could be pushed out is looked for in Spanish and enlarged, another third is walked
by the keyboard, of the last the colours are looked at, by day and by night. `make browser` looks at every page in every
way, and takes pictures.
"""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.house import HEIGHTS, House
from tests.browser.looking import cut_off, faults_of, take_picture, unfold
from tests.browser.pages import LOOKS, Look
from tests.browser.walking import faults_by_keyboard, skips_its_head
from tests.end_to_end.town import SEATS, ok

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHARE = 10
"""One page in so many is looked at in each test run."""
LANGUAGES = {"en": "en-US", "es": "es-MX"}
# Twice as large on a desk, and as large as the narrowest screens ask for (WCAG 2.2, 1.4.10).
ENLARGED = (640, 320)
IN_SPANISH, WALKED, IN_ITS_COLOURS = range(3)
"""What a page is looked at in beside, in turn."""

BY_NAME = pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)


@BY_NAME
@pytest.mark.one_in(SHARE)
async def test_a_page_shuts_nobody_out(house: House, case: str, further: Mapping[str, str], look: Look) -> None:
    path = _path(house, case, further, look)
    found: list[str] = []
    in_both = _turn(look) == IN_SPANISH
    for language, locale in LANGUAGES.items() if in_both else [("en", LANGUAGES["en"])]:
        async with house.page_of(look.role, 390, locale=locale) as page:
            answer = await page.goto(path)
            assert answer
            assert answer.headers["content-type"].startswith("text/html")
            assert await page.get_attribute("html", "lang") == language
            await unfold(page)
            faults = await (_all_faults(page, look) if language == "en" else _cut_off_at(page, *ENLARGED, *HEIGHTS))
            found += [f"{language} {each}" for each in faults]
    assert not found, "\n".join(found)


@pytest.mark.slow
@BY_NAME
@pytest.mark.parametrize("locale", LANGUAGES.values(), ids=LANGUAGES)
async def test_a_page_shuts_nobody_out_in_any_way(
    house: House, case: str, further: Mapping[str, str], look: Look, locale: str
) -> None:
    for width in HEIGHTS:
        async with house.page_of(look.role, width, locale=locale) as page:
            await page.goto(_path(house, case, further, look))
            assert await page.get_attribute("html", "lang") == locale[:2]
            if locale == LANGUAGES["en"]:
                await take_picture(page, look.name)
            await unfold(page)
            assert await faults_of(page) == []
            assert await faults_by_keyboard(page) == []
            await skips_its_head(page)
            assert await _cut_off_at(page, *ENLARGED) == []


def _path(house: House, case: str, further: Mapping[str, str], look: Look) -> str:
    advocate, now = house.town.people["victim_advocate"].account, f"{house.town.now:%Y-%m-%dT%H:%M:%SZ}"
    return look.path.format(case=case, advocate=advocate, now=now, **further)


def _turn(look: Look) -> int:
    return LOOKS.index(look) // SHARE % 3


async def _all_faults(page: Page, look: Look) -> list[str]:
    found = []
    in_turn = LOOKS.index(look) // SHARE % len(HEIGHTS)
    for number, (width, height) in enumerate(HEIGHTS.items()):
        await page.set_viewport_size({"width": width, "height": height})
        colours = _turn(look) == IN_ITS_COLOURS
        faults = await (faults_of(page, colours=colours) if number == in_turn else cut_off(page))
        found += [f"{width} {each}" for each in faults]
    if _turn(look) == WALKED:
        found += await faults_by_keyboard(page)
        await skips_its_head(page)
    return found


async def _cut_off_at(page: Page, *widths: int) -> list[str]:
    found = []
    for width in widths:
        await page.set_viewport_size({"width": width, "height": 800})
        found += [f"{width} {each}" for each in await cut_off(page)]
    return found


async def test_a_board_that_was_narrowed_comes_to_show_a_new_case_of_its_own_and_no_other(house: House) -> None:
    async def comes_in(county: str) -> str:
        tip = await house.visit.tip(age="child", received_at=house.town.now, county=county)
        await house.visit.until_team(tip, lambda page: page["phase"] == "open")
        return f"#board a[data-at][href='/cases/{tip}']"

    async with house.page_of("cps_coordinator", 390) as page:
        await page.goto("/board?county=Rankin")
        await page.evaluate("window.asItWasOpened = true")
        other, own = await comes_in("Hinds"), await comes_in("Rankin")
        await expect(page.locator(own)).to_be_visible(timeout=15_000)
        await expect(page.locator(other)).to_have_count(0)
        # Whom a seat calls, too: what is said of it changes by itself.
        await expect(page.locator("#board")).to_contain_text("Nobody is asked yet")
        asked = {"responder": house.town.people["victim_advocate"].account}
        tip = own.rpartition("/")[2].removesuffix("']")
        ok(await house.visit.act(tip, "cps_coordinator", "seats/victim_advocate/proposal", asked))
        await expect(page.locator("#board")).to_contain_text(
            "Example Person victim_advocate was asked at", timeout=15_000
        )
        assert await page.evaluate("window.asItWasOpened"), "nobody has loaded it anew"
        await page.goto("/board")
        await expect(page.locator(other)).to_be_visible()


async def test_a_page_that_renews_itself_keeps_what_was_typed_and_not_sent_and_where_somebody_was(house: House) -> None:
    tip = await house.visit.tip(age="child", received_at=house.town.now - timedelta(hours=2))
    await house.visit.until_team(tip, lambda page: page["phase"] == "open")
    people = {seat: {"responder": house.town.people[seat].account} for seat in SEATS}
    await house.visit.fill(tip, "cps_investigator")
    async with house.page_of("cps_coordinator", 390) as page:
        await page.goto(f"/cases/{tip}")
        await page.click("#seat-cps_investigator summary")
        await page.fill("#seat-cps_investigator-reason", "Invented.")
        await page.click("h1")
        # Another language costs nothing of it, either.
        for language, words in (("Español", "Motivo"), ("English", "Reason")):
            await page.get_by_role("button", name=language).click()
            await expect(page.locator("label[for=seat-cps_investigator-reason]")).to_have_text(words)
            await expect(page.locator("#seat-cps_investigator-reason")).to_have_value("Invented.")
        chosen = people["trafficking_investigator"]["responder"]
        await page.select_option("#responder-trafficking_investigator", chosen)
        fold = page.locator("#seat-cps_investigator summary")
        await fold.focus()
        ok(await house.visit.act(tip, "cps_coordinator", "seats/victim_advocate/proposal", people["victim_advocate"]))
        await expect(page.locator("#seat-victim_advocate")).to_contain_text("asked, no answer yet", timeout=15_000)
        await expect(page.locator("#seat-cps_investigator-reason")).to_have_value("Invented.")
        await expect(page.locator("#seat-cps_investigator-reason")).to_be_visible()
        await expect(fold).to_be_focused()
        await expect(page.locator("#responder-trafficking_investigator")).to_have_value(chosen)
