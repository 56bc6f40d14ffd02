"""Two hundred bookings for one hour at once, over real connections: what the tests and the slow suite both run.

Nurse, room, patient, interpreter and advocate's place are fought over together.
"""

import asyncio
import contextlib
import random
import secrets
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations, cycle, product
from typing import Any
from uuid import UUID, uuid4

import httpx
import uvicorn

from contracts.events.tips import TipReceived
from tests.services.forensic_clinic.house import CLINIC, COORDINATOR, HOUR, House, span
from tests.support.running_service import NOON, Person, RunningService
from tests.support.servers import free_ports
from tests.support.waiting import eventually

PATIENTS = 200
CLIENTS = 20
TWICE_ASKED = 20
"""For so many patients there are two exams: nobody may win with both."""

SEED = 20_261_103
APART = HOUR * 9 / 4
"""Between the hours of two rounds: a nurse rests an hour, and examines twelve hours of a day at most."""

Parts = Mapping[str, UUID]
PARTS = ("nurse", "room", "interpreter", "advocate")
CODES = frozenset({"nurse_taken", "room_taken", "helper_taken", "patient_taken"})


class Race:
    """A clinic with more patients than hours. Every nurse could work in every room, with everybody beside her."""

    def __init__(self, house: House, nurses: int, rooms: int, beside: int) -> None:
        self._house = house
        self._random = random.Random(SEED)
        self._nurses = [Person(("forensic_nurse",), agency=CLINIC) for _ in range(nurses)]
        self._rooms = rooms
        self._beside = beside
        self.possible = min(nurses, rooms, beside)
        self._all: Mapping[str, Sequence[UUID]] = {}
        self._waiting: list[UUID] = []
        self._last: Mapping[UUID, httpx.Response] = {}
        self._persons: dict[UUID, UUID] = {}

    async def prepare(self, patients: int) -> None:
        """Nurses, rooms and who is beside them for days, and so many exams that wait for an hour."""
        for nurse in self._nurses:
            await self._house.nurse(nurse)
        numbers = range(1, self._beside + 1)
        self._all = {
            "nurse": [each.account for each in self._nurses],
            "room": [await self._house.room(number) for number in range(1, self._rooms + 1)],
            "interpreter": [await self._house.attendant("interpreter", ["es"], number=each) for each in numbers],
            "advocate": [await self._house.attendant("advocate", number=each) for each in numbers],
        }
        tips = [uuid4() for _ in range(patients - TWICE_ASKED)]
        persons = {tip: uuid4() for tip in tips}
        for tip, person in persons.items():
            await self._house.tips.tell(tip, _received(tip, person))
        await eventually(lambda: self._heard(len(tips)), within=100)
        asked = [*tips, *tips[:TWICE_ASKED]]
        # A few at a time: what is put to the test comes afterwards.
        for few in range(0, len(asked), CLIENTS):
            some = asked[few : few + CLIENTS]
            exams = await asyncio.gather(*(self._house.request(tip, language="es") for tip in some))
            self._persons |= {exam: persons[tip] for exam, tip in zip(exams, some, strict=True)}
        self._waiting = list(self._persons)

    async def _heard(self, patients: int) -> bool:
        # Seldom, so that the looking takes no time from the work that is waited for.
        await asyncio.sleep(0.25)
        return self._house.count("clinic_case.noted") == patients

    async def run(self, clients: Sequence[httpx.AsyncClient], since: datetime) -> None:
        """All who wait ask for the hour from `since` on at once. Exactly the possible ones get it."""
        asked = list(self._waiting)
        self._random.shuffle(asked)
        callers = zip(cycle(clients), asked, self._parts(), strict=False)
        answers = await asyncio.gather(*(self._book(*each, since) for each in callers))
        told = Counter((answer.status_code, answer.json().get("code", "")) for answer in answers)
        booked = [exam for exam, answer in zip(asked, answers, strict=True) if answer.status_code == 200]
        assert len(booked) == self.possible, told
        assert {status for status, _ in told} <= {200, 409}, told
        assert {code for status, code in told if status == 409} <= CODES, told
        won = [(since, since + HOUR, self._taken_by(exam)) for exam in booked]
        for one, other in combinations(won, 2):
            assert not one[2] & other[2], "two are kept with one and the same"
        assert all(len(those) == len(PARTS) + 1 for _, _, those in won)
        lost = {exam: answer for exam, answer in zip(asked, answers, strict=True) if answer.status_code == 409}
        self._look_at_alternatives(lost, since)
        self._waiting = [exam for exam in asked if exam not in booked]

    def _parts(self) -> Iterator[Parts]:
        """Every nurse with every room and everybody beside, as often as any other, in no order."""
        every = [dict(zip(PARTS, each, strict=True)) for each in product(*(self._all[part] for part in PARTS))]
        while True:
            self._random.shuffle(every)
            yield from every

    def _taken_by(self, exam: UUID) -> set[UUID]:
        return {each.resource for each in self._house.reserved() if each.holder == exam}

    def _look_at_alternatives(self, lost: Mapping[UUID, httpx.Response], since: datetime) -> None:
        """Each has one beyond the hour that was fought over, and it is free now that the hour is settled."""
        reserved = self._house.reserved()
        for exam, answer in lost.items():
            beyond = [each for each in answer.json()["instead"] if not _meets(each, since - HOUR, since + 2 * HOUR)]
            assert beyond, answer.text
            for each in beyond:
                wanted = {UUID(each[part]) for part in PARTS} | {self._persons[exam]}
                apart = [row for row in reserved if row.resource in wanted and row.holder != exam]
                assert not any(_meets(each, row.since, row.until) for row in apart), each
                rest = [row for row in apart if row.resource == UUID(each["nurse"])]
                assert not any(_meets(each, row.since - HOUR, row.until + HOUR) for row in rest), each
        # Two hundred who are refused are not all sent to one time.
        assert len({str(answer.json()["instead"][0]) for answer in lost.values()}) > 1
        self._last = lost

    async def take_what_was_offered(self, clients: Sequence[httpx.AsyncClient], since: datetime) -> None:
        """One who lost the hour books what was named instead, and has it."""
        exam, answer = next(iter(self._last.items()))
        each = next(each for each in answer.json()["instead"] if not _meets(each, since - HOUR, since + 2 * HOUR))
        body = {name: each[name] for name in (*PARTS, "since", "until")}
        answer = await self._send(clients[0], exam, body)
        assert answer.status_code == 200, answer.text
        assert len(self._taken_by(exam)) == len(PARTS) + 1

    async def _book(self, http: httpx.AsyncClient, exam: UUID, parts: Parts, since: datetime) -> httpx.Response:
        body = {name: str(each) for name, each in parts.items()} | span(since, since + HOUR)
        return await self._send(http, exam, body)

    async def _send(self, http: httpx.AsyncClient, exam: UUID, body: Mapping[str, str]) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {self._house.service.token(COORDINATOR)}",
            "Idempotency-Key": secrets.token_hex(8),
            # Asked for, described, by whom, and in which language.
            "If-Match": '"4"',
        }
        while True:
            answer = await http.post(f"/exams/{exam}/booking", json=body, headers=headers)
            if answer.status_code != 503:
                return answer
            # Too many for this machine at once: a client asks again with the same key, and nothing is done twice.
            await asyncio.sleep(int(answer.headers["Retry-After"]))


def _meets(offer: Mapping[str, str], since: datetime, until: datetime) -> bool:
    return datetime.fromisoformat(offer["since"]) < until and since < datetime.fromisoformat(offer["until"])


async def race(house: House, rounds: int, *, nurses: int = 3, rooms: int = 2, beside: int = 3) -> None:
    """So many rounds, each for another hour, with those who got none before and as many new patients."""
    runners = Race(house, nurses, rooms, beside)
    await runners.prepare(PATIENTS + (rounds - 1) * runners.possible)
    since = NOON + HOUR
    async with served(house.service) as clients:
        for round_ in range(rounds):
            since = NOON + HOUR + APART * round_
            await runners.run(clients, since)
        assert house.count("forensic_clinic.exam_booked") == rounds * runners.possible
        await runners.take_what_was_offered(clients, since)


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
                    httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", verify=plain, timeout=600)
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


def _received(tip: UUID, person: UUID) -> TipReceived:
    return TipReceived(
        tip=tip,
        person=person,
        received_at=NOON,
        channel="cps_hotline",
        county="Hinds",
        tribal_land=False,
        age="child",
    )
