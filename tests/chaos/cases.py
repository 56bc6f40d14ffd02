"""One client's work: case after case, each played by the people whose part it is, with chance deciding what happens."""

import asyncio
import random
from datetime import timedelta
from typing import Any

from tests.chaos.after_team import AfterTeam
from tests.chaos.load import Acknowledged, Answer, Load, long_ago
from tests.chaos.people import SEATS, Person
from tests.chaos.records import COPIED_SERVICES
from tests.support.waiting import eventually

COUNTIES = ("Hinds", "Harrison", "DeSoto", "Neshoba", "Lauderdale", "Jackson")
CHANNELS = ("cps_hotline", "web_form", "officer_request", "agency_referral")
AGES = ("child", "child", "child", "not_known", "not_known", "adult")
TIMES_TO_READ_AGAIN = 4
THINKING_SECONDS = 0.15
# A round's quiet and its looking at everything count in.
OPENED_WITHIN = 180.0


class Client:
    """Works until cancelled."""

    def __init__(self, load: Load, number: int, dice: random.Random) -> None:
        self._load = load
        self._number = number
        self._dice = dice
        self._before: str | None = None
        self._after = AfterTeam(load, dice)

    async def work(self) -> None:
        """Case after case."""
        while True:
            chance = self._dice.random()
            if chance < 0.04:
                await self._open_account()
            elif chance < 0.06:
                await self._compare()
            else:
                await self._case()

    async def _case(self) -> None:
        age = self._dice.choice(AGES)
        tip = await self._receive(age)
        if tip is None:
            return
        if self._dice.random() < 0.7:
            await self._screen(tip, age)
        if age == "adult":
            if self._dice.random() < 0.5:
                await self._on_tip(tip, "referrals", {"agency": "CVP", "agreed": True})
            if self._dice.random() < 0.6:
                self._before = tip
                return
            await self._on_tip(tip, "corrections", {"reason": "Example: seen on papers", "age": "child"})
        if self._before is not None and self._dice.random() < 0.15:
            same = self._dice.random() < 0.5
            body = {"other": self._before, "same_person": same, "reason": "Example: looked at both"}
            await self._on_tip(tip, "duplicate-decisions", body)
        self._before = tip
        await self._team(tip)
        await self._after.play(tip)

    async def _team(self, tip: str) -> None:
        async def opened() -> bool:
            await asyncio.sleep(THINKING_SECONDS)
            return await self._page(tip) is not None

        await eventually(opened, OPENED_WITHIN)
        for seat in self._dice.sample(SEATS, self._dice.choice((1, 2, 3, 3, 3, 3))):
            await self._fill(tip, seat)
        await self._see_the_child(tip)
        chance = self._dice.random()
        if chance < 0.05:
            await self._on_team(tip, "stand-down", {"reason": "Example: nothing more to do"}, self._coordinator)
        elif chance < 0.1:
            await self._on_tip(tip, "corrections", {"reason": "Example: papers were found", "age": "adult"})

    async def _fill(self, tip: str, seat: str) -> None:
        """Asks one after the other until somebody takes the seat."""
        able = self._load.people.of(seat)
        for responder in self._dice.sample(able, len(able)):
            body = {"responder": str(responder.account)}
            if not await self._on_team(tip, f"seats/{seat}/proposal", body, self._coordinator):
                return
            if self._dice.random() < 0.75:
                await self._on_team(tip, f"seats/{seat}/acceptance", None, responder)
                return
            await self._on_team(tip, f"seats/{seat}/decline", {"reason": "Example: on leave"}, responder)

    async def _see_the_child(self, tip: str) -> None:
        chance = self._dice.random()
        if chance < 0.5:
            made_at = self._load.house.told() - long_ago(self._dice) / 10
            body = {"made_at": made_at.isoformat(), "place": "Example place"}
            await self._on_team(tip, "contact", body, self._coordinator)
        elif chance < 0.7:
            told = self._load.house.told()
            attempt = {"attempted_at": (told - long_ago(self._dice) / 10).isoformat(), "what": "Example: called"}
            step = {"planned_for": (told + timedelta(days=9)).isoformat(), "what": "Example: call again"}
            tried = {
                "attempts": [attempt | {"how": "telephone", "result": "no_answer"}],
                "planned_steps": [step | {"who": "cps_investigator"}],
            }
            await self._on_team(tip, "contact-impossible", tried, self._coordinator)

    async def _receive(self, age: str) -> str | None:
        body = {
            "channel": self._dice.choice(CHANNELS),
            "county": self._dice.choice(COUNTIES),
            "received_at": (self._load.house.told() - long_ago(self._dice)).isoformat(),
            "age": age,
            "persons": [
                {"part": "subject", "name": "Example Child One", "narrative": "An invented story."},
                {"part": "reporter", "contact": "example@example.org"},
            ],
        }
        answer = await self._send("tips", "/tips", body, self._intake)
        return str(answer.reference) if isinstance(answer, Acknowledged) else None

    async def _screen(self, tip: str, age: str) -> None:
        body = {"age": age, "exploitation": "sex", "indicators": ["sex_for_value", "debt"]}
        await self._on_tip(tip, "screening", body)

    async def _open_account(self) -> None:
        name = f"more-{self._number}-{self._dice.getrandbits(64):016x}@example.org"
        body = {"name": "Example Person", "sign_in_name": name, "agency": "MDCPS", "roles": ["cps_intake"]}
        await self._send("identity", "/accounts", body, self._load.people.administrator_of("MDCPS"))

    async def _compare(self) -> None:
        (auditor,) = self._load.people.of("auditor")
        await self._send("audit", "/comparisons", {"source": self._dice.choice(COPIED_SERVICES)}, auditor)

    async def _on_tip(self, tip: str, path: str, body: Any) -> bool:
        """Reads the tip, sends the command with its version, and reads again when it was stale."""
        for _ in range(TIMES_TO_READ_AGAIN):
            page = await self._load.read("tips", f"/tips/{tip}", self._intake)
            assert page is not None, "an acknowledged tip is not to be seen"
            answer = await self._send("tips", f"/tips/{tip}/{path}", body, self._intake, page["version"])
            if isinstance(answer, Acknowledged) or answer.status != 412:
                return isinstance(answer, Acknowledged)
        return False

    async def _on_team(self, tip: str, path: str, body: Any, by: Person) -> bool:
        for _ in range(TIMES_TO_READ_AGAIN):
            page = await self._page(tip)
            assert page is not None, "a team that was seen is not to be seen any more"
            version = page["contact_version"] if path.startswith("contact") else page["version"]
            address = f"/teams/{page['reference']}/{path}"
            answer = await self._send("rapid_assessment", address, body, by, version)
            if isinstance(answer, Acknowledged) or answer.status != 412:
                return isinstance(answer, Acknowledged)
        return False

    async def _page(self, tip: str) -> dict[str, Any] | None:
        return await self._load.read("rapid_assessment", f"/teams/of-tip/{tip}", self._coordinator)

    async def _send(self, service: str, path: str, body: Any, by: Person, version: int | None = None) -> Answer:
        await asyncio.sleep(self._dice.uniform(0.0, THINKING_SECONDS))
        return await self._load.command(service, path, body, by, self._dice, version)

    @property
    def _intake(self) -> Person:
        intake = self._load.people.of("cps_intake")
        return intake[self._number % len(intake)]

    @property
    def _coordinator(self) -> Person:
        (coordinator,) = self._load.people.of("cps_coordinator")
        return coordinator
