"""The people and steps the tests of this service share."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from contracts.events.tips import TipReceived
from services.rapid_assessment.cases import team_of
from tests.support.credentials import ISSUERS, ISSUING, granted
from tests.support.running_service import NOON, Person, RunningService, Upstream
from tests.support.waiting import eventually

COORDINATOR = Person(("cps_coordinator",), agency="MDCPS-HTC")
INVESTIGATOR = Person(("cps_investigator",))
DETECTIVE = Person(("trafficking_investigator",), agency="MBI-HTSVU")
ADVOCATE = Person(("victim_advocate",), agency="CVP")
SPARE_ADVOCATE = Person(("victim_advocate",), agency="CVP")
LAW_ENFORCEMENT = Person(("law_enforcement",), agency="LOCAL-LE")
SEATS: Mapping[str, Person] = {
    "cps_investigator": INVESTIGATOR,
    "trafficking_investigator": DETECTIVE,
    "victim_advocate": ADVOCATE,
}
ATTEMPT = {"attempted_at": NOON.isoformat(), "how": "telephone", "result": "no_answer", "what": "Called there."}
STEP = {"planned_for": (NOON + timedelta(hours=8)).isoformat(), "who": "cps_investigator", "what": "Ask the school."}
TRIED = {"attempts": [ATTEMPT], "planned_steps": [STEP]}
"""What is entered where the child cannot be seen in time."""
TAKEN_OVER = {"what": "excused", "authority": "taken_over_elsewhere", "document": "Their letter of today."}


NOBODY_LEFT, NOBODY_LEFT_NAME, NOTHING_SENT = "nobody_left", "ladder.nobody_left", "nothing_sent"


class House:
    """A running service with its responders, and the tips service's stream."""

    def __init__(self, service: RunningService) -> None:
        self.service = service
        self.tips: Upstream = service.upstream("tips")

    async def register(self, who: Person, *, until: str = "2028-06-30", hours: int = 72) -> None:
        """Registers a responder with the credential of the role, available from now on."""
        kind = who.roles[0]
        path = f"/responders/{who.account}"
        issuing = ISSUING[ISSUERS[kind]]
        now = self.service.time.now()
        window = {"since": now.isoformat(), "until": (now + timedelta(hours=hours)).isoformat()}
        body = {"account": str(who.account), "agency": who.agency}
        on_list = await self.service.post("/responders", body, by=COORDINATOR)
        _ok(on_list)
        version = on_list.json()["version"]
        _ok(await self.service.post(f"{path}/credentials", granted(kind, until=until), by=issuing, version=version))
        _ok(await self.service.post(f"{path}/availability", window, by=who, version=version + 1))

    async def revoke(self, who: Person, *, version: int) -> None:
        """Their issuer takes back the credential of the role, from now on."""
        issuing, path = ISSUING[ISSUERS[who.roles[0]]], f"/responders/{who.account}/credentials"
        (own,) = (await self.service.get(path, by=issuing)).json()["credentials"]
        body = {"revoked_at": self.service.time.now().isoformat(), "reason": "No longer of this agency."}
        place = f"{path}/{own['credential']}/revocation"
        _ok(await self.service.post(place, body, by=issuing, version=version))

    async def tip(self, *, age: str = "child", received_at: datetime = NOON, tip: UUID | None = None) -> UUID:
        """The tips service tells of a new tip."""
        tip = tip or uuid4()
        event = TipReceived(
            tip=tip,
            person=uuid4(),
            received_at=received_at,
            channel="cps_hotline",
            county="Hinds",
            tribal_land=False,
            age=age,
        )
        await self.tips.tell(tip, event, happened_at=received_at)
        return tip

    async def open_team(self, **changes: Any) -> UUID:
        """A tip about a child, and the team that opened for it."""
        tip = await self.tip(**changes)

        async def opened() -> bool:
            return (await self.page(tip)) != {}

        await eventually(opened)
        await eventually(lambda: self._ladders_stand(tip))
        return tip

    async def _ladders_stand(self, tip: UUID) -> bool:
        """Whether each seat's ladder was opened, and whoever is to be told that it names nobody was told.

        That the house sends nothing is told to nobody.
        """
        rows = self.service.rows()
        of_team = [(name, state["data"]) for *_, name, state in rows if state["data"].get("team") == str(team_of(tip))]
        ladders = [name for name, told in of_team if name.startswith("ladder.") and told.get("why") != NOTHING_SENT]
        asked_for = {stream for stream, _, name, state in rows if state["data"].get("why") == NOBODY_LEFT}
        sent = {stream for stream, _, name, _ in rows if name == "notice.sent"}
        nobody = NOBODY_LEFT_NAME in ladders
        told = {state["data"]["tip"] for _, _, name, state in rows if state["data"].get("why") == NOBODY_LEFT}
        return ladders.count("ladder.opened") == len(SEATS) and (not nobody or (str(tip) in told and asked_for <= sent))

    async def page(self, tip: UUID, by: Person = COORDINATOR) -> dict[str, Any]:
        """The team as it is shown; empty when there is none to see."""
        answer = await self.service.get(f"/teams/of-tip/{tip}", by=by)
        page: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        return page

    async def act(self, tip: UUID, path: str, body: Any = None, *, by: Person) -> httpx.Response:
        """A command on the team as it stands now."""
        team = team_of(tip)
        page = await self.page(tip)
        version = page["contact_version"] if path.startswith("contact") else page["version"]
        return await self.service.post(f"/teams/{team}/{path}", body, by=by, version=version)

    async def rule_on(self, tip: UUID, clock: str, ruling: Any, *, by: Person = COORDINATOR) -> httpx.Response:
        """A decision about a clock as it stands now."""
        path = f"/teams/{team_of(tip)}/clocks/{clock}"
        version = (await self.service.get(path, by=COORDINATOR)).json()["version"]
        return await self.service.post(f"{path}/rulings", ruling, by=by, version=version)

    async def end(self, tip: UUID) -> httpx.Response:
        """Stands the team down: another state has the child, so that it need not be seen here any more."""
        _ok(await self.rule_on(tip, "C02", TAKEN_OVER))
        return await self.act(tip, "stand-down", {"reason": "Another state has the child."}, by=COORDINATOR)

    async def propose(self, tip: UUID, seat: str, who: Person) -> httpx.Response:
        """Asks somebody."""
        body = {"responder": str(who.account)}
        return await self.act(tip, f"seats/{seat}/proposal", body, by=COORDINATOR)

    async def fill(self, tip: UUID, *seats: str) -> None:
        """Proposes and accepts each seat by its usual person."""
        for seat in seats or SEATS:
            _ok(await self.propose(tip, seat, SEATS[seat]))
            _ok(await self.act(tip, f"seats/{seat}/acceptance", by=SEATS[seat]))

    def clock_events(self, tip: UUID, rule: str) -> list[str]:
        """What happened to the tip's clock of a rule, in order."""
        return [
            name
            for _, _, name, state in self.service.rows()
            if name.startswith("clock.") and state["data"]["rule"] == rule and state["data"]["subject"] == str(tip)
        ]

    async def until_clock(self, tip: UUID, rule: str, event: str) -> None:
        """Waits for an event of the clock."""

        async def came() -> bool:
            return event in self.clock_events(tip, rule)

        await eventually(came)

    async def told(self, tip: UUID, by: Person = COORDINATOR) -> set[tuple[str, str]]:
        """Which roles were told, and why."""
        rows = (await self.service.get("/notices", by=by, params={"tip": str(tip)})).json()
        return {(row["role"], row["why"]) for row in rows}

    async def until_told(self, tip: UUID, *notices: tuple[str, str]) -> None:
        """Waits until each of these went out."""

        async def all_told() -> bool:
            return set(notices) <= await self.told(tip)

        await eventually(all_told)


def _ok(answer: httpx.Response) -> None:
    assert answer.status_code < 300, answer.text
