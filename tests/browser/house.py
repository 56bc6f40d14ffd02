"""The real house with a real browser before it, and a night's cases in it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import Error as PlaywrightError

from tests.browser.newer_rules import COUNTED_AT
from tests.browser.people import Holder, equip
from tests.end_to_end.town import AGENCIES, Town, Visit, administrator_of, ok, origin_of
from tests.support.browser import find_browser
from tests.support.waiting import eventually

HEIGHTS = {390: 844, 1280: 800}
"""Of the screens that are that wide."""

KEEPERS = {"operator": "operator", "administrator": administrator_of("CVP")}
"""Who keeps the accounts, and which of the town's people that is."""


@dataclass
class House:
    """`holders` are by role."""

    town: Town
    visit: Visit
    browser: Browser
    holders: Mapping[str, Holder]
    standing: dict[tuple[str | None, str], BrowserContext] = field(default_factory=dict)
    idle: dict[tuple[str | None, str], list[Page]] = field(default_factory=dict)

    @asynccontextmanager
    async def door(self, width: int, **how: Any) -> AsyncIterator[Page]:
        """A browser that nobody has signed in with, of that width."""
        context = await self._context(width, **how)
        try:
            page = await context.new_page()
            async with telling_what_stood_there(page):
                yield page
        finally:
            await context.close()

    @asynccontextmanager
    async def page_of(self, role: str | None, width: int, locale: str = "en-US") -> AsyncIterator[Page]:
        """A tab of the browser of somebody who is signed in; of nobody for None."""
        if (role, locale) not in self.standing:
            context = await self._context(width, locale=locale)
            if role is not None:
                await self._sign_in(role, context)
            self.standing[role, locale] = context
        # To open a tab takes this browser longer than to show a page in it.
        idle = self.idle.setdefault((role, locale), [])
        page = idle.pop() if idle else await self.standing[role, locale].new_page()
        try:
            await page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            async with telling_what_stood_there(page):
                yield page
            await page.goto("about:blank")
        except BaseException:
            await page.close()
            raise
        idle.append(page)

    async def _sign_in(self, role: str, context: BrowserContext) -> None:
        """Without the pages of it, which the roles' jobs go by: here they would cost more than what is looked at."""
        who, origin = self.holders[role].person, self.visit.interfaces.origin
        await self.visit.interfaces.sign_in(who)
        await context.add_cookies([{"name": "session", "value": who.session, "url": origin, "sameSite": "Strict"}])

    async def _context(self, width: int, **how: Any) -> BrowserContext:
        size = {"width": width, "height": HEIGHTS[width]}
        options = {"base_url": origin_of(self.town.stack), "viewport": size, "locale": "en-US"} | how
        context = await self.browser.new_context(**options)
        context.set_default_timeout(15_000)
        return context


@asynccontextmanager
async def telling_what_stood_there(page: Page) -> AsyncIterator[None]:
    """A test that fails tells it: a browser's error says alone what was not found."""
    try:
        yield
    except BaseException as error:
        with suppress(PlaywrightError):
            error.add_note(f"At {page.url} stood:\n{(await page.inner_text('body', timeout=1_000))[:1_500]}")
        raise


@asynccontextmanager
async def opened(town: Town) -> AsyncIterator[House]:
    """Everybody of the town has a passkey, a passphrase and an app; no tab is open yet."""
    program = find_browser()
    assert program, "These tests are left out where there is no browser: tests/conftest.py."
    async with town.open() as visit, async_playwright() as playwright:
        holders = {
            role: await equip(visit.interfaces, town.people[administrator_of(agency)], town.people[role])
            for role, agency in AGENCIES.items()
        }
        for role, who in KEEPERS.items():
            holders[role] = await equip(visit.interfaces, town.people[who], town.people[who])
        # Else each page gets a process of its own, for a sixth more of the processor.
        browser = await playwright.chromium.launch(executable_path=program, args=["--renderer-process-limit=1"])
        try:
            yield House(town, visit, browser, holders)
        finally:
            await browser.close()


async def a_night(house: House) -> str:
    """One case past its day, one of a calm hour, and one with little left, which is answered: two of three accepted,
    the child in custody.

    Somebody told something on the public page, and came back to it.
    """
    visit, now = house.visit, house.town.now
    told = {"what": "Invented.", "county": "Hinds"}
    sent = ok(await visit.interfaces.post(None, "tips", "/public-tips", told)).json()
    ok(await visit.interfaces.post(None, "tips", "/receipts/additions", sent | {"what": "Invented: they moved on."}))
    for hours in (24.7, 2.5):
        tip = await visit.tip(age="child", received_at=now - timedelta(hours=hours))
        await visit.until_team(tip, lambda page: page["phase"] == "open")
    tip = await visit.tip(age="not_known", received_at=now - timedelta(hours=21.3))
    await visit.until_team(tip, lambda page: page["phase"] == "open")
    await visit.fill(tip, "cps_investigator", "trafficking_investigator")
    advocate = {"responder": house.town.people["victim_advocate"].account}
    asked = await visit.act(tip, "cps_coordinator", "seats/victim_advocate/proposal", advocate)
    assert asked.is_success, asked.text
    taken = {"taken_at": (now - timedelta(hours=20)).isoformat(), "county": "Hinds", "agency": "MDCPS"}
    ok(await visit.act(tip, "cps_coordinator", "custody/taken", taken | {"place": "Example Shelter"}))
    return tip


async def a_kit_of_nobody(house: House) -> str:
    """The laboratory stated yesterday a box that nobody knows, and the count of that day was made: its matter."""
    visit, who, clinic = house.visit, "laboratory", "forensic_clinic"
    counted_at = (house.town.now - timedelta(days=1)).isoformat()
    stated = {"place": "freezer", "counted_at": counted_at, "numbers": ["EX-1998-17"]}
    ok(await visit.post(who, clinic, "/census/statements", stated))
    house.town.turn_to(COUNTED_AT)
    found: list[dict[str, Any]] = []

    async def counted() -> bool:
        found[:] = ok(await visit.get(who, clinic, "/census/matters")).json()
        return bool(found)

    await eventually(counted)
    return str(found[0]["matter"])
