"""Somebody without an account tells what happened, comes back with the code, and is gone from the page in a moment."""

import re

import pytest
from playwright.async_api import Page, Route, expect

from services.kernel.settings import LEAVE_TO
from tests.browser.house import House
from tests.browser.jobs import WAYS
from tests.browser.looking import faults_of, take_picture
from tests.end_to_end.town import ok
from tests.support.waiting import eventually

WHAT = "Invented: a child was seen at a motel."
ADDED = "Invented: they went to Memphis."
CODE = re.compile(r"^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$")

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(("width", "script"), WAYS)
@pytest.mark.one_in(len(WAYS))
async def test_somebody_tells_what_happened_and_comes_back_with_the_code(
    house: House, width: int, script: bool
) -> None:
    end = "" if script else "-without-script"
    async with house.door(width, java_script_enabled=script) as page:
        await page.goto("/welcome")
        await page.fill("#what", WHAT)
        for language, title in (("Español", "¿Le hacen daño"), ("English", "Is somebody being hurt")):
            await page.get_by_role("button", name=language).click()
            await expect(page.locator("h1")).to_contain_text(title)
            await expect(page.locator("#what")).to_have_value(WHAT)
        await page.click("form[action='/welcome'] .button")
        await expect(page.locator("h1")).to_have_text("It has arrived")
        code = (await page.inner_text(".receipt .code")).strip()
        assert CODE.match(code)
        assert await page.title() == "Welcome"
        if script:
            assert await faults_of(page) == []
        await take_picture(page, f"welcome-sent{end}")
        await page.click("a[href='/welcome/back']")
        await page.fill("#code", code.lower().replace("-", " "))
        await page.click("form[action='/welcome/back'] button")
        await expect(page.locator("main")).to_contain_text("Nobody has judged it yet.")
        before = await tips_added_to(house)
        await page.fill("#what", ADDED)
        await page.click("form[action='/welcome/back'] button")
        await expect(page.locator("h1")).to_have_text("What you added has arrived")
        if script:
            assert await faults_of(page) == []
        await take_picture(page, f"welcome-told-more{end}")
        assert [each["name"] for each in await page.context.cookies()] == ["language"]
    (tip,) = await tips_added_to(house) - before
    await the_hotline_reads_what_was_added(house, tip, width, end)


async def tips_added_to(house: House) -> set[str]:
    """Those that wait at the hotline because somebody added to them."""
    answer = ok(await house.visit.get("cps_intake", "tips", "/tips/to-do", only="added_to"))
    return {row["tip"] for row in answer.json()["tips"]}


async def the_hotline_reads_what_was_added(house: House, tip: str, width: int, end: str) -> None:
    """It waits on their first page until they have read it."""
    place = f"a[href='/cases/{tip}/people#told-later']"
    async with house.page_of("cps_intake", width) as page:
        await page.goto("/")
        await page.click(place)
        await expect(page.locator("#told-later")).to_contain_text(ADDED)
        await take_picture(page, f"done-addition-read{end}")
        await page.get_by_role("button", name="I have read it").click()
        await expect(page).to_have_title("Tips to do · Muster")
        await expect(page.locator(place)).to_have_count(0)


async def elsewhere(page: Page) -> list[str]:
    """Answers for the page left to, which no test asks for; and what was asked of it, with which referrer."""
    asked: list[str] = []

    async def answer(route: Route) -> None:
        asked.append(f"{route.request.url} {await route.request.header_value('referer')}")
        await route.fulfill(body="<title>Weather</title>", content_type="text/html")

    await page.route(re.compile("^https://"), answer)
    return asked


async def is_gone(page: Page) -> None:
    async def gone() -> bool:
        return page.url == LEAVE_TO

    await eventually(gone)


@pytest.mark.parametrize(("how", "width"), [("button", 390), ("button", 1280), ("keys", 1280)])
async def test_the_page_is_left_in_a_moment_and_stands_in_no_history(house: House, how: str, width: int) -> None:
    async with house.door(width) as page:
        asked = await elsewhere(page)
        await page.goto("/health/live")
        await page.goto("/welcome")
        assert asked == [], "the page itself asks for nothing elsewhere"
        await page.fill("#what", WHAT)
        entries = await page.evaluate("history.length")
        if how == "button":
            await page.click("[data-leave]")
        else:
            for _ in range(3):
                await page.keyboard.press("Shift")
        await is_gone(page)
        assert asked == [f"{LEAVE_TO} None"]
        assert await page.evaluate("history.length") == entries
        await page.go_back()
        assert page.url.endswith("/health/live")


async def test_capitals_are_typed_without_leaving(house: House) -> None:
    async with house.door(1280) as page:
        asked = await elsewhere(page)
        await page.goto("/welcome")
        await page.focus("#what")
        for letter in "ABCD":
            await page.keyboard.press(f"Shift+{letter}")
        await page.keyboard.press("Shift")
        await page.keyboard.press("Shift")
        await page.keyboard.press("x")
        await page.keyboard.press("Shift")
        assert await page.input_value("#what") == "ABCDx"
        assert (asked, page.url.endswith("/welcome")) == ([], True)


async def test_without_a_script_the_button_is_a_link_that_says_nothing_of_where_it_was(house: House) -> None:
    async with house.door(390, java_script_enabled=False) as page:
        asked = await elsewhere(page)
        await page.goto("/welcome/back")
        await page.click("[data-leave]")
        await is_gone(page)
        assert asked == [f"{LEAVE_TO} None"]
