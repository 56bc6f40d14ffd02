"""The people, rooms and steps the tests of this service share."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg

from contracts.events.rapid_assessment import AccountKeptOut
from contracts.events.tips import AccountNamed, TipReceived
from contracts.language import Event
from services.forensic_clinic.cases import attendant_of, case_of, room_of
from services.kernel.periods import Taken
from tests.support.running_service import NOON, Person, RunningService, Upstream
from tests.support.waiting import eventually

CLINIC = "BRIDGE"
COORDINATOR = Person(("clinic_coordinator",), agency=CLINIC)
CPS = Person(("cps_coordinator",), agency="MDCPS-HTC")
NURSE = Person(("forensic_nurse",), agency=CLINIC)
SECOND_NURSE = Person(("forensic_nurse",), agency=CLINIC)
THIRD_NURSE = Person(("forensic_nurse",), agency=CLINIC)
ROOM = room_of(CLINIC, 1)
SECOND_ROOM = room_of(CLINIC, 2)
HOUR = timedelta(hours=1)


class House:
    """A running clinic, and the streams it listens to."""

    def __init__(self, service: RunningService) -> None:
        self.service = service
        self.tips: Upstream = service.upstream("tips")
        self.teams: Upstream = service.upstream("rapid_assessment")
        self.identity: Upstream = service.upstream("identity")

    async def nurse(
        self,
        who: Person = NURSE,
        *certificates: str,
        until: str = "2028-06-30",
        available: tuple[datetime, datetime] | None = (NOON, NOON + timedelta(days=5)),
    ) -> None:
        """Registers a nurse, certified for everybody unless it is said for whom, and available for days."""
        path = f"/nurses/{who.account}"
        ok(await self.service.post("/nurses", {"account": str(who.account), "clinic": who.agency}, by=COORDINATOR))
        version = 1
        for certificate in certificates or ("sane_pediatric", "sane_adult_adolescent"):
            body = {"certificate": certificate, "issuer": "IAFN", "valid_from": "2025-07-01", "valid_until": until}
            ok(await self.service.post(f"{path}/certificates", body, by=COORDINATOR, version=version))
            version += 1
        if available is not None:
            ok(await self.service.post(f"{path}/availability", span(*available), by=who, version=version))

    async def room(self, number: int = 1, *, available: tuple[datetime, datetime] | None = None) -> UUID:
        """Opens a room of the clinic, usable for days."""
        room = room_of(CLINIC, number)
        body = span(*(available or (NOON, NOON + timedelta(days=5))))
        ok(await self.service.post("/rooms", {"clinic": CLINIC, "number": number}, by=COORDINATOR))
        ok(await self.service.post(f"/rooms/{room}/availability", body, by=COORDINATOR, version=1))
        return room

    async def attendant(self, kind: str, languages: Sequence[str] = (), *, number: int = 1) -> UUID:
        """Enters an interpreter, or an advocate's place, of the clinic, there for days."""
        attendant = attendant_of(CLINIC, kind, number)
        body = {"clinic": CLINIC, "kind": kind, "number": number, "languages": list(languages)}
        ok(await self.service.post("/attendants", body, by=COORDINATOR))
        days = span(NOON, NOON + timedelta(days=5))
        ok(await self.service.post(f"/attendants/{attendant}/availability", days, by=COORDINATOR, version=1))
        return attendant

    async def tip(self, *, age: str = "child", tip: UUID | None = None, person: UUID | None = None) -> UUID:
        """The tips service tells of a new tip, and the clinic knows of it."""
        tip = tip or uuid4()
        event = TipReceived(
            tip=tip,
            person=person or uuid4(),
            received_at=self.service.time.now(),
            channel="cps_hotline",
            county="Hinds",
            tribal_land=False,
            age=age,
        )
        await self.told(tip, event)
        return tip

    async def told(self, tip: UUID, event: Event) -> None:
        """The tips service tells something of a tip, and it was heard: the case has one event more."""
        before = self.versions(tip)
        await self.tips.tell(tip, event)

        async def heard() -> bool:
            return self.versions(tip) > before

        await eventually(heard)

    async def shut_out(self, tip: UUID, who: Person) -> None:
        """The tip names somebody who has an account."""
        await self.told(tip, AccountNamed(tip=tip, account=who.account))

    async def kept_out(self, tip: UUID, who: Person) -> None:
        """Somebody declared a conflict in the rapid assessment service."""
        before = self.versions(tip)
        await self.teams.tell(uuid4(), AccountKeptOut(tip=tip, account=who.account), case=tip)

        async def heard() -> bool:
            return self.versions(tip) > before

        await eventually(heard)

    def versions(self, tip: UUID) -> int:
        """How many events the clinic's case has."""
        return sum(stream == case_of(tip) for stream, _, _, _ in self.service.rows())

    async def request(self, tip: UUID | None = None, *, by: Person = CPS, **changes: Any) -> UUID:
        """An exam of a child, by a tip of its own unless one is given."""
        answer = ok(await self.service.post("/exams", wanted(tip or await self.tip(), **changes), by=by))
        return UUID(answer.json()["reference"])

    async def act(self, exam: UUID, path: str, body: Any, *, by: Person = COORDINATOR) -> httpx.Response:
        """A command on the exam as it stands now."""
        version = (await self.service.get(f"/exams/{exam}", by=COORDINATOR)).json()["version"]
        return await self.service.post(f"/exams/{exam}/{path}", body, by=by, version=version)

    async def page(self, exam: UUID, by: Person = COORDINATOR) -> dict[str, Any]:
        """The exam as it is shown; empty when there is none to see."""
        answer = await self.service.get(f"/exams/{exam}", by=by)
        page: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        return page

    async def done(self, exam: UUID) -> None:
        """The booked exam ends now, and what follows it is planned."""
        before = self.count("follow_up.planned")
        ok(await self.act(exam, "completion", {"completed_at": self.service.time.now().isoformat()}))

        async def planned() -> bool:
            return self.count("follow_up.planned") > before

        await eventually(planned)

    async def on(self, exam: UUID, part: str, path: str, body: Any, *, by: Person = NURSE) -> httpx.Response:
        """A command on the exam's examination or follow-up as it stands now."""
        place = f"/exams/{exam}/{part}"
        version = (await self.service.get(place, by=COORDINATOR)).json()["version"]
        return await self.service.post(f"{place}/{path}", body, by=by, version=version)

    def count(self, name: str) -> int:
        """How many events of a name the log holds."""
        with psycopg.connect(self.service.database.admin) as connection:
            row = connection.execute("SELECT count(*) FROM stored_events WHERE topic = %s", (name,)).fetchone()
        return int(row[0]) if row else 0

    def reserved(self) -> list[Taken]:
        """Every reservation the database holds."""
        with psycopg.connect(self.service.database.admin) as connection:
            rows = connection.execute("SELECT holder, resource, lower(during), upper(during) FROM taken_periods")
            return [Taken(*row) for row in rows.fetchall()]

    def taken(self, *resources: UUID) -> int:
        """How many reservations the database holds of these."""
        with psycopg.connect(self.service.database.admin) as connection:
            row = connection.execute(
                "SELECT count(*) FROM taken_periods WHERE resource = ANY(%s)", (list(resources),)
            ).fetchone()
        return int(row[0]) if row else 0


def wanted(tip: UUID, **changes: Any) -> dict[str, Any]:
    """A request as it is sent."""
    return {"tip": str(tip), "clinic": CLINIC, "age_band": "child", "consent": "cps_custodian"} | changes


def slot(
    since: datetime = NOON + HOUR,
    until: datetime | None = None,
    *,
    nurse: Person = NURSE,
    room: UUID = ROOM,
) -> dict[str, str]:
    """An hour with a nurse in a room, as it is sent."""
    return {"nurse": str(nurse.account), "room": str(room), **span(since, until or since + HOUR)}


def span(since: datetime, until: datetime) -> dict[str, str]:
    """As it is sent."""
    return {"since": since.isoformat(), "until": until.isoformat()}


def ok(answer: httpx.Response) -> httpx.Response:
    """The answer, which must be a success."""
    assert answer.status_code < 300, answer.text
    return answer


def refused(answer: httpx.Response) -> str:
    """The code of a refusal."""
    assert answer.status_code == 409, answer.text
    return str(answer.json()["code"])
