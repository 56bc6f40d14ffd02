"""Once somebody may not see a case any more, no way leads to it: not page, list, file, live stream or interface."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from deploy.demo.interfaces import Person
from tests.end_to_end.town import Town, Visit, ok, origin_of
from tests.support.waiting import eventually

WAYS = {
    "tip": ("GET", "tips", "/tips/{tip}"),
    "persons": ("GET", "tips", "/tips/{tip}/persons"),
    "history of the tip": ("GET", "tips", "/tips/{tip}/history"),
    "tips": ("GET", "tips", "/tips"),
    "file of tips": ("POST", "tips", "/tips/export"),
    "team": ("GET", "rapid_assessment", "/teams/of-tip/{tip}"),
    "history of the team": ("GET", "rapid_assessment", "/teams/{team}/history"),
    "teams": ("GET", "rapid_assessment", "/teams"),
    "file of teams": ("POST", "rapid_assessment", "/teams/export"),
    "open cases": ("GET", "rapid_assessment", "/teams/open"),
    "file of open cases": ("POST", "rapid_assessment", "/teams/open/export"),
    "own seats": ("GET", "rapid_assessment", "/mine/seats"),
    "file of own seats": ("POST", "rapid_assessment", "/mine/seats/export"),
    "notices": ("GET", "rapid_assessment", "/notices"),
    "file of notices": ("POST", "rapid_assessment", "/notices/export"),
    "waiting notices": ("GET", "rapid_assessment", "/notices/waiting"),
    "file of waiting notices": ("POST", "rapid_assessment", "/notices/waiting/export"),
    "told duties": ("GET", "tips", "/duties/told"),
    "file of told duties": ("POST", "tips", "/duties/told/export"),
}
OF_POLICE = {"notices", "file of notices", "waiting notices", "file of waiting notices"} | {
    "told duties",
    "file of told duties",
}
PAGE = "page"
OF_THE_TIP = {"tip", "history of the tip"}
OF_THE_TEAM = {"team", "history of the team"}
LISTS = {"teams", "file of teams", "open cases", "file of open cases"}
BY_A_SHARE = {"persons", "tips", "file of tips", PAGE} | OF_THE_TIP | OF_THE_TEAM | LISTS
BY_AN_OPENING = {"persons", PAGE} | OF_THE_TIP | OF_THE_TEAM
BY_A_SEAT = {"own seats", "file of own seats", PAGE} | OF_THE_TEAM | LISTS
DAY = timedelta(days=1)


class Case:
    """One case of the town, and by which ways somebody comes to it now."""

    def __init__(self, visit: Visit, tip: str, team: str) -> None:
        self.visit = visit
        self.tip = tip
        self.team = team

    async def ways(self, role: str) -> set[str]:
        """What answers and shows the case, of whatever kind."""
        found = {way for way in WAYS if self._shows(await self._asked(role, way), named="{" in WAYS[way][2])}
        async with browser(self.visit, self.visit.town.people[role]) as http:
            page = await http.get(f"/cases/{self.tip}")
        return found | ({PAGE} if self._shows(page, named=True) else set())

    async def until(self, role: str, ways: set[str]) -> None:
        """What one service tells another comes in its time."""

        async def so() -> bool:
            return await self.ways(role) == ways

        await eventually(so)

    async def _asked(self, role: str, way: str) -> httpx.Response:
        method, service, path = WAYS[way]
        place = path.format(tip=self.tip, team=self.team)
        ask = self.visit.post if method == "POST" else self.visit.get
        return await ask(role, service, place)

    def _shows(self, answer: httpx.Response, *, named: bool) -> bool:
        """What was asked for by the case's reference shows it by answering at all."""
        return answer.status_code == 200 and (named or self.tip in answer.text)


@asynccontextmanager
async def browser(visit: Visit, who: Person) -> AsyncIterator[httpx.AsyncClient]:
    """At the console, with the cookie of their session."""
    origin = origin_of(visit.town.stack)
    async with httpx.AsyncClient(
        base_url=origin, cookies={"session": who.session}, timeout=60, trust_env=False
    ) as http:
        yield http


@asynccontextmanager
async def a_case(town: Town) -> AsyncIterator[Case]:
    """About a child, with a team that is open."""
    async with town.open() as visit:
        tip = await visit.tip(age="child", received_at=town.now)
        team = await visit.until_team(tip, lambda page: page["phase"] == "open")
        yield Case(visit, tip, team["reference"])


async def shared(case: Case, purpose: str, **reader: str) -> str:
    body = {"purpose": purpose, "reason": "For a test.", "until": (case.visit.town.now + DAY).isoformat(), **reader}
    answer = ok(await case.visit.post("cps_coordinator", "tips", f"/tips/{case.tip}/shares", body))
    return str(answer.json()["reference"])


async def test_a_share_that_was_ended(town: Town) -> None:
    async with a_case(town) as case:
        await case.until("prosecutor", set())
        share = await shared(case, "prosecution", agency="DA-07", role="prosecutor")
        await case.until("prosecutor", BY_A_SHARE)

        ok(await case.visit.post("cps_coordinator", "tips", f"/tips/{case.tip}/shares/{share}/end"))

        await case.until("prosecutor", set())


async def test_a_conflict_that_was_declared(town: Town) -> None:
    async with a_case(town) as case:
        who = case.visit.town.people["cps_investigator"]
        await shared(case, "investigation", account=who.account)
        asked = {"responder": who.account}
        ok(await case.visit.act(case.tip, "cps_coordinator", "seats/cps_investigator/proposal", asked))
        await case.until("cps_investigator", BY_A_SHARE | BY_A_SEAT)

        ok(await case.visit.act(case.tip, "cps_investigator", "conflicts", {"reason": "Kin of mine."}))

        await case.until("cps_investigator", set())


async def test_a_seat_that_was_released(town: Town) -> None:
    async with a_case(town) as case:
        await case.visit.fill(case.tip, "trafficking_investigator")
        await case.until("trafficking_investigator", BY_A_SEAT)

        reason = {"reason": "Relieved."}
        ok(await case.visit.act(case.tip, "cps_coordinator", "seats/trafficking_investigator/release", reason))

        await case.until("trafficking_investigator", set())


async def test_an_emergency_that_is_over(town: Town) -> None:
    async with a_case(town) as case:
        reason = {"reason": "The child is at the door."}
        ok(await case.visit.post("forensic_nurse", "tips", f"/tips/{case.tip}/openings", reason))
        await case.until("forensic_nurse", BY_AN_OPENING)

        town.turn_to(town.now + timedelta(minutes=30))
        await case.visit.sign_in("forensic_nurse")

        await case.until("forensic_nurse", set())


Revoke = Callable[[Case, Person], Awaitable[None]]


async def role_removed(case: Case, who: Person) -> None:
    await on_account(case, who, "remove-role", {"role": "law_enforcement"})


async def account_closed(case: Case, who: Person) -> None:
    await on_account(case, who, "close", {"left_at": case.visit.town.now.isoformat()})


async def on_account(case: Case, who: Person, path: str, body: object) -> None:
    administrator = "administrator of LOCAL-LE"
    place = f"/accounts/{who.account}"
    ok(await case.visit.on_page(administrator, administrator, "identity", place, path, body))


@pytest.mark.parametrize(("revoke", "ends"), [(role_removed, False), (account_closed, True)])
async def test_a_role_that_was_removed_and_an_account_that_was_closed(town: Town, revoke: Revoke, ends: bool) -> None:
    async with a_case(town) as case:
        who = await an_officer(case)
        await shared(case, "investigation", account=who.account)
        acknowledged = await told_to_police(case)
        await case.until("officer", BY_A_SHARE | OF_POLICE)
        async with browser(case.visit, who) as http, http.stream("GET", "/live") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "event: open"

            await revoke(case, who)
            # A token holds for a minute. Whoever is let in no more has that token and a session, and nothing else.
            who.device = None if ends else who.device
            town.turn_to(town.now + timedelta(seconds=61))

            await case.until("officer", set())
            answer = await case.visit.post("officer", "rapid_assessment", acknowledged)
            assert answer.status_code == (401 if ends else 403)
            # Something changes, which nobody is told of who watches no cases any more: only that it is over.
            await case.visit.tip(age="child", received_at=town.now)
            assert await first_of(lines, {"event: changed", "event: over"}) == "event: over"


async def first_of(lines: AsyncIterator[str], wanted: set[str]) -> str:
    async for line in lines:
        if line in wanted:
            return line
    raise AssertionError("The stream ended and said nothing.")


async def told_to_police(case: Case) -> str:
    """That the child cannot be found, which they must be told of, and of the report; how the first is acknowledged."""
    now = case.visit.town.now
    attempt = {"attempted_at": now.isoformat(), "how": "visit", "result": "nobody_there", "what": "Called at the door."}
    step = {"planned_for": (now + timedelta(days=1)).isoformat(), "who": "cps_investigator", "what": "Ask the school."}
    tried = {"attempts": [attempt], "planned_steps": [step]}
    ok(await case.visit.act(case.tip, "cps_coordinator", "contact-impossible", tried))
    part = f"/tips/{case.tip}/duties/C10/parts/law_enforcement"
    duties = ok(await case.visit.get("cps_intake", "tips", f"/tips/{case.tip}/duties")).json()
    (version,) = [each["version"] for each in duties if each["rule"] == "C10"]
    done = {"done_at": case.visit.town.now.isoformat(), "how": "telephone"}
    ok(await case.visit.post("cps_intake", "tips", part, done, version=version))

    async def notices() -> list[str]:
        rows = ok(await case.visit.get("officer", "rapid_assessment", "/notices", tip=case.tip)).json()
        return [row["notice"] for row in rows]

    async def told() -> bool:
        return bool(await notices())

    await eventually(told)
    return f"/notices/{(await notices())[0]}/acknowledgement"


async def an_officer(case: Case) -> Person:
    """Somebody new, since they are not let in again."""
    town = case.visit.town
    who = Person("officer", sign_in_name=f"officer.{case.tip[:8]}@example.org")
    body = {
        "name": "Example Officer",
        "sign_in_name": who.sign_in_name,
        "agency": "LOCAL-LE",
        "roles": ["law_enforcement", "agency_reporter"],
        "counties": ["Hinds"],
    }
    opened = ok(await case.visit.post("administrator of LOCAL-LE", "identity", "/accounts", body))
    who.account = opened.json()["reference"]
    await case.visit.interfaces.set_up(who, opened.json()["invitation"])
    town.people["officer"] = who
    return who
