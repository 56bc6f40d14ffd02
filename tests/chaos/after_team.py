"""What follows a team: an exam at the clinic, a kit from hand to hand, a case at the district attorney's office."""

import asyncio
import random
from datetime import timedelta
from typing import Any

from services.forensic_clinic.cases import room_of
from tests.chaos.load import Acknowledged, Answer, Load
from tests.chaos.people import CLINIC, OFFICE, ROOMS, Person

HOUR = timedelta(hours=1)
# So few hours that bookings meet.
HOURS_AROUND = (-1, 1)
TIMES_TO_TRY = 4
HEARD_AGAIN_AFTER = 0.5
TRAFFICKING = "MS-97-3-54.1-1c-MINOR"
TO_POLICE = {"agency": "LOCAL-LE", "role": "law_enforcement", "purpose": "pickup"}


class AfterTeam:
    """One client's work in the clinic and at the office, tip by tip."""

    def __init__(self, load: Load, dice: random.Random) -> None:
        self._load = load
        self._dice = dice

    async def play(self, tip: str) -> None:
        """Some tips come to an exam, some to a prosecution, some to both."""
        if self._dice.random() < 0.5:
            await self._examine(tip)
        if self._dice.random() < 0.4:
            await self._prosecute(tip)

    async def _examine(self, tip: str) -> None:
        body = {"tip": tip, "clinic": CLINIC, "age_band": "child", "consent": "cps_custodian"}
        exam = await self._begin("forensic_clinic", "/exams", body, self._one("cps_coordinator"))
        booked = await self._book(exam) if exam is not None else None
        if exam is None or booked is None:
            return
        nurse, since = booked
        chance = self._dice.random()
        if chance < 0.15:
            await self._on(f"/exams/{exam}", "release", {"reason": "Example: the road is closed"}, self._clinic)
        elif chance < 0.25:
            gone = {"cause": "patient", "reason": "Example: said no"}
            await self._on(f"/exams/{exam}", "cancellation", gone, self._clinic)
        else:
            await self._kit(exam, nurse, since)

    async def _book(self, exam: str) -> tuple[Person, Any] | None:
        """An hour with a nurse in a room, by trying; None when everything was taken."""
        for _ in range(TIMES_TO_TRY):
            nurse = self._dice.choice(self._load.people.of("forensic_nurse"))
            since = self._load.house.told().replace(minute=0, second=0, microsecond=0)
            since += self._dice.randint(*HOURS_AROUND) * HOUR
            slot = {
                "nurse": str(nurse.account),
                "room": str(room_of(CLINIC, self._dice.randint(1, ROOMS))),
                "since": since.isoformat(),
                "until": (since + HOUR).isoformat(),
            }
            if self._dice.random() < 0.2:
                await self._on(f"/exams/{exam}", "hold", slot, self._clinic)
            if await self._on(f"/exams/{exam}", "booking", slot, self._clinic):
                return nurse, since
        return None

    async def _kit(self, exam: str, nurse: Person, since: Any) -> None:
        number = f"EXAMPLE-{self._dice.getrandbits(48):012x}"
        opened = {"exam": exam, "number": number, "consent": "reported", "opened_at": self._now()}
        kit = await self._begin("forensic_clinic", "/kits", opened, nurse)
        if since < self._load.house.told():
            await self._on(f"/exams/{exam}", "completion", {"completed_at": self._now()}, nurse)
        if kit is None:
            return
        place = f"/kits/{kit}"
        seal = f"SEAL-{number}"
        await self._on(place, "seal", {"items": 7, "seal_number": seal, "sealed_at": self._now()}, nurse)
        called = {"agency": "LOCAL-LE", "called_at": self._now(), "spoke_with": "Example Officer"}
        await self._on(place, "calls", called, nurse)
        if not await self._on(place, "offers", TO_POLICE | {"offered_at": self._now()}, nurse):
            return
        if self._dice.random() < 0.2:
            await self._on(place, "withdrawal", {"reason": "Example: nobody came"}, nurse)
        else:
            taken = {"seal_number": seal, "accepted_at": self._now()}
            await self._on(place, "acceptance", taken, self._one("law_enforcement"), seen_by=nurse)

    async def _prosecute(self, tip: str) -> None:
        body = {"tip": tip, "office": OFFICE}
        case = await self._begin("prosecution", "/cases", body, self._one("trafficking_investigator"))
        if case is None:
            return
        place, prosecutor = f"/cases/{case}", self._one("prosecutor")
        if self._dice.random() < 0.2:
            await self._on(place, "decline", {"reason": "insufficient_evidence"}, prosecutor, "prosecution")
            return
        await self._on(place, "acceptance", {}, prosecutor, "prosecution")
        count = {"offence": TRAFFICKING, "act_on": "2026-08-14"}
        charged = {"name": "Example Accused", "born": "1990-05-17", "counts": [count]}
        await self._on(place, "accused", charged, prosecutor, "prosecution")
        page = await self._load.read("prosecution", place, prosecutor)
        for accused in (page or {}).get("accused", []):
            path = f"accused/{accused['accused']}/stages"
            await self._on(place, path, {"stage": "arrest", "at": self._now()}, prosecutor, "prosecution")

    async def _begin(self, service: str, path: str, body: Any, by: Person) -> str | None:
        """The reference of what is new. Tried again while the service has not heard of the tip yet."""
        for _ in range(TIMES_TO_TRY):
            answer = await self._send(service, path, body, by)
            if isinstance(answer, Acknowledged):
                return str(answer.reference)
            if answer.status != 404:
                return None
            await asyncio.sleep(HEARD_AGAIN_AFTER)
        return None

    async def _on(
        self,
        place: str,
        path: str,
        body: Any,
        by: Person,
        service: str = "forensic_clinic",
        seen_by: Person | None = None,
    ) -> bool:
        """Reads the page, sends the command with its version, and reads again when it was stale."""
        for _ in range(TIMES_TO_TRY):
            page = await self._load.read(service, place, seen_by or by)
            if page is None:
                return False
            answer = await self._send(service, f"{place}/{path}", body, by, page["version"])
            if isinstance(answer, Acknowledged) or answer.status != 412:
                return isinstance(answer, Acknowledged)
        return False

    async def _send(self, service: str, path: str, body: Any, by: Person, version: int | None = None) -> Answer:
        return await self._load.command(service, path, body, by, self._dice, version)

    def _now(self) -> str:
        return self._load.house.told().isoformat()

    def _one(self, role: str) -> Person:
        return self._dice.choice(self._load.people.of(role))

    @property
    def _clinic(self) -> Person:
        return self._one("clinic_coordinator")
