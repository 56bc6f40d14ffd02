"""The people and steps the tests of kits share. An exam is put in the log as the clinic's own commands would."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from contracts.events.forensic_clinic import ExamBooked, ExamCompleted, ExamRequested
from contracts.language import Event
from services.forensic_clinic.case.events import AccountShutOut, CaseNoted
from services.forensic_clinic.cases import CASE, case_of
from services.forensic_clinic.exam.events import ExamAssigned, ExamDescribed
from services.forensic_clinic.kit.kits import KIT, clock_of, record_of
from services.forensic_clinic.nurse.events import NurseLeft
from services.kernel.definition import Parts
from services.kernel.log import Log
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Origin
from tests.services.forensic_clinic.kit.given import HOUR
from tests.services.policy import caller_of
from tests.support.running_service import NOON, ORIGIN_OF_TESTS, Person, RunningService
from tests.support.waiting import eventually

NURSE = Person(("forensic_nurse",), agency="BRIDGE")
SECOND_NURSE = Person(("forensic_nurse",), agency="BRIDGE")
COORDINATOR = Person(("clinic_coordinator",), agency="BRIDGE")
OFFICER = Person(("law_enforcement",), agency="LOCAL-LE")
SECOND_OFFICER = Person(("law_enforcement",), agency="LOCAL-LE")
AGENT = Person(("trafficking_investigator",), agency="MBI-HTSVU")
ANALYST = Person(("laboratory",), agency="MS-LAB")
PROSECUTOR = Person(("prosecutor",), agency="DA-07")
OPERATOR = Person(("operator",))
AUDITOR = Person(("auditor",), agency="AG-BVA")

NUMBER = "ZQX-2417-KIT"
SEAL = "ZQX-SEAL-9"
REASON = "Zqx the box was for another room."
TO_POLICE = {"agency": "LOCAL-LE", "role": "law_enforcement", "purpose": "pickup"}
TO_LABORATORY = {"agency": "MS-LAB", "role": "laboratory", "purpose": "laboratory"}


class House:
    """A running service, and its own store to put exams in."""

    def __init__(self, service: RunningService, parts: Parts) -> None:
        self.service = service
        self._parts = parts

    @property
    def now(self) -> datetime:
        return self.service.time.now()

    async def exam(self, *, tip: UUID | None = None, nurse: Person = NURSE) -> UUID:
        """Booked with the nurse, begun an hour ago."""
        exam, tip = uuid4(), tip or uuid4()
        since, until = NOON - HOUR, NOON + 2 * HOUR
        await self._append(
            exam,
            0,
            ExamRequested(exam=exam, tip=tip, clinic=nurse.agency),
            ExamDescribed(
                exam=exam, tip=tip, person=uuid4(), requested_by=uuid4(), age_band="adolescent", consent="guardian"
            ),
            ExamBooked(exam=exam, tip=tip, clinic=nurse.agency, since=since, until=until),
            ExamAssigned(exam=exam, nurse=nurse.account, room=uuid4(), since=since, until=until),
            case=tip,
        )
        return exam

    async def complete(self, exam: UUID, at: datetime | None = None) -> None:
        """The nurse says when the exam ended."""
        loaded = (await self._parts.store.happenings(exam))[0]
        tip = loaded.origin.correlation_id
        await self._append(exam, 4, ExamCompleted(exam=exam, tip=tip, completed_at=at or self.now), case=tip)

    async def noted(self, tip: UUID, county: str) -> None:
        """Where the tips service said that it happened."""
        await self._append(case_of(tip), 0, CaseNoted(tip=tip, person=uuid4(), age="child", county=county), case=tip)

    async def shut_out(self, tip: UUID, who: Person) -> None:
        """The case is never shown to them."""
        known = len(await self._parts.store.happenings(case_of(tip)))
        await self._append(case_of(tip), known, AccountShutOut(tip=tip, account=who.account), case=tip)

    async def appended(self, stream: UUID, *events: Event, case: UUID) -> None:
        """A stream that begins so."""
        await self._append(stream, 0, *events, case=case)

    async def left(self, who: Person) -> None:
        """Their account is closed, as it is noted here of every account."""
        await self._append(who.account, 0, NurseLeft(account=who.account, left_at=self.now), case=who.account)

    async def open(self, exam: UUID, *, by: Person = NURSE, **changes: Any) -> httpx.Response:
        """A kit, as the command is answered."""
        body = {"exam": str(exam), "number": NUMBER, "consent": "reported", "opened_at": self.now.isoformat()}
        return await self.service.post("/kits", body | changes, by=by)

    async def opened(self, exam: UUID | None = None, **changes: Any) -> UUID:
        """A kit that was opened."""
        answer = await self.open(exam or await self.exam(), **changes)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["reference"])

    async def sealed(self, exam: UUID | None = None, **changes: Any) -> UUID:
        """A kit under seal, with the nurse."""
        kit = await self.opened(exam, **changes)
        await self.done(kit, "seal", {"items": 12, "seal_number": SEAL, "sealed_at": self.at()}, by=NURSE)
        return kit

    async def with_police(self, **changes: Any) -> UUID:
        """A reported kit that was called for and picked up."""
        kit = await self.sealed(**changes)
        await self.call(kit)
        await self.hand_over(kit, NURSE, OFFICER, **TO_POLICE)
        return kit

    async def in_laboratory(self, **changes: Any) -> UUID:
        """A reported kit that went all the way."""
        kit = await self.with_police(**changes)
        await self.hand_over(kit, OFFICER, ANALYST, **TO_LABORATORY)
        return kit

    async def call(self, kit: UUID, at: datetime | None = None) -> None:
        """The clinic calls the police."""
        body = {"agency": "LOCAL-LE", "called_at": self.at(at), "spoke_with": "Example Officer Zqx"}
        await self.done(kit, "calls", body, by=NURSE)

    async def offer(self, kit: UUID, giver: Person, **offer: Any) -> None:
        """One hand."""
        await self.done(kit, "offers", {"offered_at": self.at(), **offer}, by=giver)

    async def accept(self, kit: UUID, who: Person, **changes: Any) -> httpx.Response:
        """The other hand, as the command is answered."""
        return await self.act(kit, "acceptance", {"seal_number": SEAL, "accepted_at": self.at()} | changes, by=who)

    async def hand_over(self, kit: UUID, giver: Person, receiver: Person, **offer: Any) -> None:
        """Both hands."""
        await self.offer(kit, giver, **offer)
        answer = await self.accept(kit, receiver)
        assert answer.status_code == 200, answer.text

    async def act(self, kit: UUID, path: str, body: Any = None, *, by: Person) -> httpx.Response:
        """A command on the kit as it stands now."""
        version = len(await self._parts.store.happenings(kit))
        return await self.service.post(f"/kits/{kit}/{path}", body, by=by, version=version)

    async def done(self, kit: UUID, path: str, body: Any = None, *, by: Person) -> httpx.Response:
        """A command that is taken."""
        answer = await self.act(kit, path, body, by=by)
        assert answer.status_code == 200, answer.text
        return answer

    async def page(self, kit: UUID, by: Person = COORDINATOR) -> dict[str, Any]:
        """The kit as it is shown; empty when there is none to see."""
        answer = await self.service.get(f"/kits/{kit}", by=by)
        page: dict[str, Any] = answer.json() if answer.status_code == 200 else {}
        return page

    async def board(self, by: Person, **params: Any) -> dict[UUID, dict[str, Any]]:
        """The board as it is shown, by kit, in its order."""
        answer = await self.service.get("/kits", by=by, params=params)
        assert answer.status_code == 200, answer.text
        return {UUID(row["kit"]): row for row in answer.json()}

    async def may_list(self, kit: UUID, who: Person) -> bool:
        """Whether the policies let somebody see the kit on a board, asked of Cedar itself."""
        loaded = await self._parts.store.load(KIT, kit)
        case = await self._parts.store.load(CASE, case_of(loaded.state.tip))
        record = record_of(loaded.state, case.state)
        return self._parts.gate.may_touch(caller_of(who), "list_kits", record)

    def clock_events(self, kit: UUID, rule: str) -> list[str]:
        """What happened to the kit's clock of a rule, in order."""
        clock = clock_of(kit, rule)
        return [name for stream, _, name, _ in self.service.rows() if stream == clock]

    async def until_clock(self, kit: UUID, rule: str, *events: str) -> None:
        """Waits until just this happened to the clock."""

        async def came() -> bool:
            return self.clock_events(kit, rule) == [f"clock.{event}" for event in events]

        await eventually(came)

    async def until_idle(self) -> None:
        """Waits until the reactions to all that is stored are stored too."""
        events: Log = self._parts.events

        async def caught_up() -> bool:
            return (await events.tracked("kit_clocks") or 0) >= await events.last_position()

        await eventually(caught_up)

    def at(self, moment: datetime | None = None) -> str:
        return (moment or self.now).isoformat()

    async def _append(self, stream: UUID, after: int, *events: Event, case: UUID) -> None:
        origin = Origin(
            actor=ORIGIN_OF_TESTS,
            agency="BRIDGE",
            command_id=uuid4(),
            causation_id=None,
            correlation_id=case,
            policy="tests",
        )
        await self._parts.store.append(Changes([Change(stream, after, events)]), origin, self.now)
