"""What the roles' main jobs have in common: the ways each is done, signing in, and waiting for what a page shows.

A role's job goes from sign-in with a second factor to done: on a phone, on a desk, with and without script.
"""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.house import House
from tests.end_to_end.town import SEATS, ok
from tests.support.waiting import eventually

# Without the script a page is laid out as with it: that they work is seen on a phone.
WAYS = (
    pytest.param(1280, True, id="1280"),
    pytest.param(390, False, id="390-no-script"),
    pytest.param(390, True, id="390"),
)

EACH_WAY = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.parametrize(("width", "script"), WAYS),
    pytest.mark.one_in(len(WAYS)),
]
"""The marks of a module of such jobs."""


async def sign_in(house: House, role: str, page: Page, script: bool) -> None:
    """By a passkey where there is script; else by passphrase, and a code of the app or off the paper."""
    holder = house.holders[role]
    await (holder.sign_in_with_passkey(page) if script else holder.sign_in_with_passphrase(page))


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


async def a_standing_team(house: House, *, reporter: str = "", takes: timedelta = timedelta()) -> str:
    """Of a case of two hours ago; `reporter` is who told of it. Time stands, but for what it `takes` to fill it."""
    tip = await house.visit.tip(age="child", received_at=house.town.now - timedelta(hours=2), reporter=reporter)
    await house.visit.until_team(tip, lambda page: page["phase"] == "open")
    if takes:
        house.town.turn_to(house.town.now + takes)
    await house.visit.fill(tip, *SEATS)
    await house.visit.until_team(tip, lambda page: page["phase"] == "formed")
    return tip


async def shared_with_investigators(house: House, tip: str) -> None:
    """Of CPS, for a day: they read who is who in it, and may ask who reported."""
    until = (house.town.now + timedelta(days=1)).isoformat()
    shared = {"purpose": "investigation", "agency": "MDCPS", "role": "cps_investigator", "until": until}
    ok(await house.visit.post("cps_coordinator", "tips", f"/tips/{tip}/shares", shared | {"reason": "Invented."}))


async def asked_who_reported(house: House, tip: str) -> None:
    """By an investigator of CPS, who needs a court's order for it and states one."""
    await shared_with_investigators(house, tip)
    order = {"court": "Example Youth Court", "ordered_on": "2026-11-02", "number": "904"}
    asked = {"purpose": "court_order", "reason": "Invented.", "to_whom": "The team.", "authority": "43-21-353"}
    ok(await house.visit.post("cps_investigator", "tips", f"/tips/{tip}/reporter/releases", asked | {"order": order}))


async def until_all_is_signed(house: House, tip: str) -> None:
    """Of each service, all that the case was when this was asked."""
    moments = ok(await house.visit.get("auditor", "audit", f"/cases/{tip}/moments")).json()["moments"]
    last = {each["service"]: each["position"] for each in moments}

    async def signed() -> bool:
        answers = [
            await house.visit.get("auditor", service, f"/proof/inclusion/{position}")
            for service, position in last.items()
        ]
        return all(answer.is_success for answer in answers)

    await eventually(signed, within=60.0)
