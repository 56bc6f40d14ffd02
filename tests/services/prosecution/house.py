"""The people and steps the tests of this service share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from contracts.events.rapid_assessment import AccountKeptOut
from contracts.events.tips import AccountNamed, TipReceived
from tests.support.running_service import NOON, Person, RunningService, Upstream
from tests.support.waiting import eventually

HINDS = "DA-07"
RANKIN = "DA-20"
PROSECUTOR = Person(("prosecutor",), agency=HINDS)
COLLEAGUE = Person(("prosecutor",), agency=HINDS)
OTHER_OFFICE = Person(("prosecutor",), agency=RANKIN)
DETECTIVE = Person(("trafficking_investigator",), agency="MBI-HTSVU")
OFFICER = Person(("law_enforcement",), agency="LOCAL-LE")
COORDINATOR = Person(("cps_coordinator",), agency="MDCPS-HTC")

NAME = "Example Accused Qzxolm"
BORN = "1990-05-17"
ACT_ON = "2026-08-14"
TRAFFICKING = "MS-97-3-54.1-1c-MINOR"
PROSTITUTION = "MS-97-29-49"


class House:
    """A running service, and the streams of the two it listens to."""

    def __init__(self, service: RunningService) -> None:
        self.service = service
        self.tips: Upstream = service.upstream("tips")
        self.teams: Upstream = service.upstream("rapid_assessment")

    async def tip(self, *, county: str = "Hinds", tribal_land: bool = False, named: tuple[Person, ...] = ()) -> UUID:
        """The tips service tells of a new tip; whom it names first."""
        tip = uuid4()
        for who in named:
            await self.tips.tell(tip, AccountNamed(tip=tip, account=who.account), case=tip)
        event = TipReceived(
            tip=tip,
            person=uuid4(),
            received_at=NOON,
            channel="cps_hotline",
            county=county,
            tribal_land=tribal_land,
            age="child",
        )
        await self.tips.tell(tip, event, case=tip)
        await self.until(lambda: "matter.noted" in [name for stream, name in self.of_case(tip)])
        return tip

    async def keep_out(self, tip: UUID, who: Person) -> None:
        """The team's service tells that somebody has a conflict of interest."""
        before = self.service.names().count("matter.account_shut_out")
        await self.teams.tell(tip, AccountKeptOut(tip=tip, account=who.account), case=tip)
        await self.until(lambda: self.service.names().count("matter.account_shut_out") > before)

    async def referred(self, tip: UUID | None = None, *, office: str | None = None) -> UUID:
        """A case at the office of Hinds County, or another."""
        body: dict[str, Any] = {"tip": str(tip or await self.tip())}
        if office is not None:
            body["office"] = office
        return UUID(ok(await self.service.post("/cases", body, by=DETECTIVE))["reference"])

    async def accepted(self, tip: UUID | None = None) -> UUID:
        """A case the office prosecutes."""
        case = await self.referred(tip)
        ok(await self.act(case, "acceptance", {}))
        return case

    async def charged(self, *offences: str, born: str | None = BORN, act_on: str = ACT_ON) -> UUID:
        """A case with one accused and these counts."""
        case = await self.accepted()
        counts = [{"offence": offence, "act_on": act_on} for offence in offences or (TRAFFICKING,)]
        ok(await self.act(case, "accused", {"name": NAME, "born": born, "counts": counts}))
        return case

    async def alerted(self, case: UUID, by: Person = PROSECUTOR) -> UUID:
        """The office accepts a referred case, and its one accused, an adult, shows indicators."""

        async def on_case(path: str, body: Any) -> dict[str, Any]:
            version = (await self.page(case, by))["version"]
            ok(await self.service.post(f"/cases/{case}/{path}", body, by=by, version=version))
            return await self.page(case, by)

        await on_case("acceptance", {})
        shown = await on_case("accused", {"name": NAME, "born": BORN})
        accused = UUID(shown["accused"][0]["accused"])
        body = {"indicators": ["debt"], "at": NOON.isoformat()}
        place = f"/cases/{case}/accused/{accused}/safe-harbour/indicators"
        ok(await self.service.post(place, body, by=by, version=0))
        return accused

    async def page(self, case: UUID, by: Person = PROSECUTOR) -> dict[str, Any]:
        """The case as it is shown; empty when there is none to see."""
        answer = await self.service.get(f"/cases/{case}", by=by)
        page: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        return page

    async def accused(self, case: UUID) -> dict[str, Any]:
        """The first accused on the page."""
        found: dict[str, Any] = (await self.page(case))["accused"][0]
        return found

    async def counts(self, case: UUID) -> list[dict[str, Any]]:
        """The counts of the first accused."""
        found: list[dict[str, Any]] = (await self.accused(case))["counts"]
        return found

    async def act(self, case: UUID, path: str, body: Any = None, *, by: Person = PROSECUTOR) -> httpx.Response:
        """A command on the case as it stands now."""
        version = (await self.page(case)).get("version", 1)
        return await self.service.post(f"/cases/{case}/{path}", body, by=by, version=version)

    async def stage(self, case: UUID, stage: str, at: datetime) -> httpx.Response:
        """A stage for all counts of the first accused."""
        accused = (await self.accused(case))["accused"]
        return await self.act(case, f"accused/{accused}/stages", {"stage": stage, "at": at.isoformat()})

    async def not_conferred(self, case: UUID, count: str, outcome: str, at: datetime) -> None:
        """The first victim of the case declined to confer about what is proposed: the outcome may be recorded."""
        path = f"/cases/{case}/victims"

        async def on_victim(further: str, body: dict[str, str]) -> dict[str, Any]:
            shown: dict[str, Any] = ok(await self.service.get(path, by=PROSECUTOR))[0]  # type: ignore[index]
            place = f"{path}/{shown['victim']}/proposals{further}"
            sent = body | {"at": at.isoformat()}
            ok(await self.service.post(place, sent, by=PROSECUTOR, version=shown["version"]))
            found: dict[str, Any] = ok(await self.service.get(path, by=PROSECUTOR))[0]  # type: ignore[index]
            return found

        proposed = await on_victim("", {"count": count, "outcome": outcome})
        await on_victim(f"/{proposed['proposals'][-1]['proposal']}/not-held", {"reason": "declined"})

    async def outcome(self, case: UUID, outcome: str, at: datetime, number: int = 0) -> httpx.Response:
        """An outcome of one count of the first accused."""
        count = (await self.counts(case))[number]
        seen = [gap["element"] for gap in count["without_support"]] if outcome == "true_bill" else []
        body = {"outcome": outcome, "at": at.isoformat(), "without_support_seen": seen}
        return await self.act(case, f"counts/{count['count']}/outcomes", body)

    async def hearing(self, case: UUID, kind: str, set_for: datetime, *, court: str = "circuit") -> UUID:
        """A hearing set for the first accused, on whatever day that is."""
        before = {each["hearing"] for each in (await self.page(case))["hearings"]}
        body = {
            "kind": kind,
            "court": court,
            "accused": [(await self.accused(case))["accused"]],
            "set_for": set_for.isoformat(),
            "although_closed": True,
        }
        ok(await self.act(case, "hearings", body))
        (new,) = {each["hearing"] for each in (await self.page(case))["hearings"]} - before
        return UUID(new)

    async def held(self, case: UUID, kind: str, at: datetime) -> httpx.Response:
        """A hearing set and held."""
        hearing = await self.hearing(case, kind, at)
        return await self.act(case, f"hearings/{hearing}/holding", {"at": at.isoformat()})

    async def clock(self, case: UUID, rule: str) -> dict[str, Any]:
        """The latest clock of a rule of the first accused."""
        found: dict[str, Any] = [each for each in (await self.accused(case))["clocks"] if each["rule"] == rule][-1]
        return found

    def of_case(self, tip: UUID) -> list[tuple[UUID, str]]:
        """Everything under the correlation of a tip."""
        return [(stream, name) for stream, _, name, state in self.service.rows() if state["correlation_id"] == str(tip)]

    async def until(self, condition: Any) -> None:
        """Waits for something of the log."""

        async def came() -> bool:
            return bool(condition())

        await eventually(came)


def ok(answer: httpx.Response) -> Mapping[str, Any]:
    """The answer to a command that went through."""
    assert answer.status_code < 300, answer.text
    body: Mapping[str, Any] = answer.json()
    return body
