"""Clients who send commands over the public interfaces, and send each again, with its key, until it is answered."""

import asyncio
import random
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec

from tests.chaos.house import House
from tests.chaos.people import People, Person
from tests.support.waiting import eventually

ANSWERED_WITHIN = 120.0
PATIENCE = 12.0
IMPATIENCE = 0.02
AGAIN_AFTER = 0.1
NOT_NOW = frozenset({429, 503})


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """A command that was answered as done."""

    service: str
    what: str
    key: str
    reference: UUID
    version: int
    position: int


class Declined(msgspec.Struct, frozen=True, kw_only=True):
    """A command that was answered as refused: it changes nothing."""

    service: str
    what: str
    key: str
    status: int


Answer = Acknowledged | Declined


class Load:
    """What all clients share: the gate that pauses them, and the book of what they were told.

    `per_second` is how many commands go out at most, one after the other at even distance.
    """

    def __init__(self, house: House, people: People, http: httpx.AsyncClient, per_second: float | None = None) -> None:
        self.people = people
        self.house = house
        self.acknowledged: list[Acknowledged] = []
        self.declined: list[Declined] = []
        self.faults: list[str] = []
        self.sent_again = 0
        self._http = http
        self._distance = 0.0 if per_second is None else 1.0 / per_second
        self._next_at = 0.0
        self._gate = asyncio.Event()
        self._unanswered: dict[str, str] = {}

    def go_on(self) -> None:
        """Opens the gate."""
        self._gate.set()

    async def pause(self) -> None:
        """Returns when no command is without its answer. Raises AssertionError when one stays without, and says which,
        with what came of it last.
        """
        self._gate.clear()

        async def all_answered() -> bool:
            return not self._unanswered

        try:
            await eventually(all_answered, ANSWERED_WITHIN)
        except AssertionError as error:
            raise AssertionError(f"{error}: {sorted(self._unanswered.values())}") from error

    async def read(self, service: str, path: str, by: Person) -> dict[str, Any] | None:
        """A page, or None when there is nothing to see. Asked again while the service is down."""
        while True:
            await self._gate.wait()
            try:
                headers = {"Authorization": f"Bearer {await self.people.token(by)}"}
                answer = await self._http.get(f"{self.house.url(service)}{path}", headers=headers, timeout=PATIENCE)
            except httpx.HTTPError:
                await asyncio.sleep(AGAIN_AFTER)
                continue
            if answer.status_code == 200:
                page: dict[str, Any] = answer.json()
                return page
            if answer.status_code == 404:
                return None
            self._note_fault(answer, service, "a page")
            await asyncio.sleep(AGAIN_AFTER)

    async def command(
        self, service: str, path: str, body: Any, by: Person, dice: random.Random, version: int | None = None
    ) -> Answer:
        """Sent with one key until it is answered; its answer is in the book when this returns."""
        await self._turn()
        await self._gate.wait()
        return await self.command_beside(service, path, body, by, dice, version)

    async def command_beside(
        self, service: str, path: str, body: Any, by: Person, dice: random.Random, version: int | None = None
    ) -> Answer:
        """The same while the others wait."""
        key = f"{dice.getrandbits(128):032x}"
        self._unanswered[key] = f"{service} {path}"
        try:
            # Some callers hang up early and ask again while the first request is still under way.
            patience = IMPATIENCE if dice.random() < 0.05 else PATIENCE
            answer = await self._until_answered(service, path, body, by, key, version, patience)
            if isinstance(answer, Declined):
                self.declined.append(answer)
                return answer
            self.acknowledged.append(answer)
            if dice.random() < 0.05:
                again = await self._until_answered(service, path, body, by, key, version, PATIENCE)
                if again != answer:
                    self.faults.append(f"a repeated key was answered otherwise: {answer} then {again}")
            return answer
        finally:
            del self._unanswered[key]

    async def _turn(self) -> None:
        """Waits for this command's own moment."""
        now = time.monotonic()
        mine = self._next_at = max(now, self._next_at + self._distance)
        await asyncio.sleep(mine - now)

    async def _until_answered(
        self, service: str, path: str, body: Any, by: Person, key: str, version: int | None, patience: float
    ) -> Answer:
        what = path.rsplit("/", 1)[-1]
        headers = {"Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        while True:
            try:
                headers["Authorization"] = f"Bearer {await self.people.token(by)}"
                url = f"{self.house.url(service)}{path}"
                answer = await self._http.post(url, json=body, headers=headers, timeout=patience)
            except httpx.HTTPError as error:
                self.sent_again += 1
                self._unanswered[key] = f"{service} {path}: {type(error).__name__}"
                patience = PATIENCE
                await asyncio.sleep(AGAIN_AFTER)
                continue
            status = answer.status_code
            if status in {200, 201}:
                return Acknowledged(service=service, what=what, key=key, **_place(answer))
            if status == 401:
                by.token = None
            elif status >= 500 or status in NOT_NOW:
                self.sent_again += 1
                self._unanswered[key] = f"{service} {path}: {status} {answer.text[:200]}"
                self._note_fault(answer, service, what)
            else:
                return Declined(service=service, what=what, key=key, status=status)
            await asyncio.sleep(AGAIN_AFTER)

    def _note_fault(self, answer: httpx.Response, service: str, what: str) -> None:
        if answer.status_code == 503 and not answer.headers.get("Retry-After", "").isdigit():
            self.faults.append(f"{service} answered 503 to {what} and did not say when to try again")
        if answer.status_code not in NOT_NOW and answer.status_code != 401:
            self.faults.append(f"{service} answered {answer.status_code} to {what}: {answer.text[:200]}")


def _place(answer: httpx.Response) -> dict[str, Any]:
    """Where a command stands, by its answer; a comparison says so in a header alone."""
    told = answer.json()
    if "position" not in told:
        return {"reference": UUID(int=0), "version": 0, "position": int(answer.headers["Muster-Position"])}
    return {"reference": UUID(told["reference"]), "version": told["version"], "position": told["position"]}


def long_ago(dice: random.Random) -> timedelta:
    """How long before it is typed a tip was received: often so that its clocks warn or run out within seconds."""
    low, high = dice.choice([(0.05, 2.0), (10.5, 12.5), (18.5, 23.9), (22.0, 24.2), (24.0, 26.0)])
    return timedelta(hours=dice.uniform(low, high))
