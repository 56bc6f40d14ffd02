"""Two hundred bookings for one hour at once, over real connections: what the tests and the slow suite both run."""

import asyncio
import contextlib
import random
import secrets
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

import httpx
import uvicorn

from contracts.events.tips import TipReceived
from services.forensic_clinic.cases import room_of
from tests.services.forensic_clinic.house import CLINIC, COORDINATOR, HOUR, House, slot
from tests.support.running_service import NOON, Person, RunningService
from tests.support.servers import free_ports
from tests.support.waiting import eventually

PATIENTS = 200
CLIENTS = 20
SEED = 20_261_103


class Race:
    """A clinic with more patients than hours. Every nurse could work in every room."""

    def __init__(self, house: House, nurses: int, rooms: int) -> None:
        self._house = house
        self._random = random.Random(SEED)
        self.nurses = [Person(("forensic_nurse",), agency=CLINIC) for _ in range(nurses)]
        self.rooms = [room_of(CLINIC, number) for number in range(1, rooms + 1)]
        self.possible = min(nurses, rooms)
        self._waiting: list[UUID] = []

    async def prepare(self, patients: int) -> None:
        """Nurses and rooms for days, and so many exams that wait for an hour."""
        for nurse in self.nurses:
            await self._house.nurse(nurse)
        for number in range(1, len(self.rooms) + 1):
            await self._house.room(number)
        tips = [uuid4() for _ in range(patients)]
        for tip in tips:
            await self._house.tips.tell(tip, _received(tip))
        await eventually(lambda: self._heard(patients), within=100)
        # A few at a time: what is put to the test comes afterwards.
        for few in range(0, len(tips), CLIENTS):
            asked = (self._house.request(tip) for tip in tips[few : few + CLIENTS])
            self._waiting.extend(await asyncio.gather(*asked))

    async def _heard(self, patients: int) -> bool:
        # Seldom, so that the looking takes no time from the work that is waited for.
        await asyncio.sleep(0.25)
        return self._house.count("clinic_case.noted") == patients

    async def run(self, clients: Sequence[httpx.AsyncClient], since: datetime) -> None:
        """All who wait ask for the hour from `since` on at once. Exactly the possible ones get it."""
        asked = list(self._waiting)
        callers = zip(cycle(clients), asked, strict=False)
        answers = await asyncio.gather(*(self._book(http, exam, since) for http, exam in callers))
        told = Counter((answer.status_code, answer.json().get("code", "")) for answer in answers)
        booked = [exam for exam, answer in zip(asked, answers, strict=True) if answer.status_code == 200]
        assert len(booked) == self.possible, told
        assert {status for status, _ in told} <= {200, 409}, told
        assert {code for status, code in told if status == 409} <= {"nurse_taken", "room_taken"}, told
        # Each of the others is told what may be had instead, and not all of them the same.
        instead = [answer.json()["instead"] for answer in answers if answer.status_code == 409]
        assert all(instead)
        assert len({str(each[0]) for each in instead}) > 1
        pages = [await self._house.page(exam) for exam in booked]
        for part in ("nurse", "room"):
            assert len({page["slot"][part] for page in pages}) == self.possible
        assert all(page["slot"]["since"] == pages[0]["slot"]["since"] for page in pages)
        self._waiting = [exam for exam in asked if exam not in booked]

    async def _book(self, http: httpx.AsyncClient, exam: UUID, since: datetime) -> httpx.Response:
        nurse, room = self._random.choice(self.nurses), self._random.choice(self.rooms)
        service = self._house.service
        headers = {
            "Authorization": f"Bearer {service.token(COORDINATOR)}",
            "Idempotency-Key": secrets.token_hex(8),
            "If-Match": '"3"',
        }
        body = slot(since, nurse=nurse, room=room)
        while True:
            answer = await http.post(f"/exams/{exam}/booking", json=body, headers=headers)
            if answer.status_code != 503:
                return answer
            # Too many for this machine at once: a client asks again with the same key, and nothing is done twice.
            await asyncio.sleep(int(answer.headers["Retry-After"]))


async def race(house: House, rounds: int, *, nurses: int = 3, rooms: int = 2, patients: int = PATIENTS) -> None:
    """So many rounds, each for another hour, with those who got none before and as many new patients."""
    runners = Race(house, nurses, rooms)
    await runners.prepare(patients + (rounds - 1) * runners.possible)
    async with served(house.service) as clients:
        for round_ in range(rounds):
            # Two hours apart: a nurse rests an hour between exams.
            await runners.run(clients, NOON + HOUR * (1 + 2 * round_))
    assert house.count("forensic_clinic.exam_booked") == rounds * runners.possible
    assert house.taken(*runners.rooms) == rounds * runners.possible


@contextlib.asynccontextmanager
async def served(service: RunningService) -> AsyncIterator[Sequence[httpx.AsyncClient]]:
    """The running service on a port of its own, and clients with a connection for everyone who asks."""
    transport: Any = service.http._transport
    (port,) = free_ports(1)
    config = uvicorn.Config(
        transport.app,
        host="127.0.0.1",
        port=port,
        lifespan="off",
        access_log=False,
        log_config=None,
        # A connection is not to be closed by one side while the other picks it for the next round.
        timeout_keep_alive=120,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    # One client looks at all its connections for each request: many with few are quicker than one with many.
    plain = ssl.create_default_context()
    try:
        async with contextlib.AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(
                    httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", verify=plain, timeout=60)
                )
                for _ in range(CLIENTS)
            ]
            await eventually(lambda: _started(server))
            yield clients
    finally:
        server.should_exit = True
        await serving


async def _started(server: uvicorn.Server) -> bool:
    return server.started


def _received(tip: UUID) -> TipReceived:
    return TipReceived(
        tip=tip,
        person=uuid4(),
        received_at=NOON,
        channel="cps_hotline",
        county="Hinds",
        tribal_land=False,
        age="child",
    )
