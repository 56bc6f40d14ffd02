"""One round: load, a fault at a random moment, load goes on, then quiet, and everything that must hold is looked at."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import httpx

from contracts.jurisdictions import load_mississippi
from services.kernel.keys import Digester
from services.kernel.recorder import GIVE_UP_AFTER_SECONDS
from tests.chaos import checks
from tests.chaos.cases import Client
from tests.chaos.faults import Fault, rotation
from tests.chaos.house import NAMES, House
from tests.chaos.load import Load
from tests.chaos.people import People, found_house
from tests.chaos.rebuilding import rebuild_all
from tests.chaos.records import COPIED_SERVICES, Ledger, behind, connected, read_copy, read_ledger, read_progress
from tests.support.waiting import eventually

CLIENTS = 16
CAUGHT_UP_WITHIN = 300.0
STANDS_STILL_AFTER = 30.0
LOOK_AGAIN_SECONDS = 0.1
MOVES_WITHIN = 90.0
# Every view of the largest service, twice, with what is written about that.
ROOM = 400_000_000
# Building every view anew takes as long as a round, so not in each.
VIEWS_EVERY = 5
# Commands answered between one fault and the next.
LONGEST = 150
# What the recorder waits for a lost database, and a little.
UNDER_WAY_SECONDS = GIVE_UP_AFTER_SECONDS + 5.0


class Round(NamedTuple):
    """What one round came to. `faults` is empty when everything held."""

    number: int
    kind: str
    what: str
    back_after: float
    caught_up_after: float
    acknowledged: int
    sent_again: int
    events: int
    faults: list[str]

    def line(self) -> str:
        """One line for a person."""
        held = "all held" if not self.faults else f"{len(self.faults)} FAULTS"
        return (
            f"round {self.number:>3}: {self.kind + ', ' + self.what:<31} back after {self.back_after:5.1f} s,"
            f" caught up after {self.caught_up_after:5.1f} s; {self.acknowledged} acknowledged,"
            f" {self.sent_again} sent again, {self.events} events; {held}"
        )


class Rest(NamedTuple):
    """What a house at rest came to: how many events stand in all its logs, and what does not hold."""

    after: float
    events: int
    faults: list[str]


class Siege:
    """A house under load, and those who attack it. The same seed kills the same parts in the same order."""

    def __init__(self, house: House, load: Load, clients: Sequence["asyncio.Task[None]"], seed: int) -> None:
        self._house = house
        self.load = load
        self._clients = clients
        self._dice = random.Random(seed)
        self._bag: list[Fault] = []
        with connected(house) as connections:
            self._since = {name: each.last for name, each in read_progress(connections, house.told()).items()}
        self._digesters = {name: Digester(house.digest_key(name)) for name in NAMES}

    async def play(self, number: int) -> Round:
        """Raises AssertionError when the house does not come back, or a client finds what cannot be."""
        fault = self._next_fault()
        back_after = await self.strike(fault, LONGEST)
        rest = await self.come_to_rest(views=number % VIEWS_EVERY == 0)
        return Round(
            number,
            fault.kind,
            fault.what,
            back_after,
            rest.after,
            len(self.load.acknowledged),
            self.load.sent_again,
            rest.events,
            rest.faults,
        )

    async def strike(self, fault: Fault, longest: int) -> float:
        """After so many commands at most, and more afterwards; in how many seconds the house was back.

        Raises AssertionError as `play` does.
        """
        self.go_on()
        await self.until_acknowledged(self._dice.randrange(min(5, longest - 1), longest))
        await fault.strike(self._house, self._dice)
        over = time.monotonic()
        await self._house.until_ready()
        back = time.monotonic()
        least = min(20, longest)
        await self.until_acknowledged(self._dice.randrange(least, least + longest // 3))
        return back - over

    def go_on(self) -> None:
        """Time runs and the clients work."""
        self._house.run_time()
        self.load.go_on()

    async def until_acknowledged(self, more: int) -> None:
        """Raises AssertionError when so many more are not within a time, or a client found what cannot be."""
        wanted = len(self.load.acknowledged) + more

        async def enough() -> bool:
            for client in self._clients:
                if client.done():
                    client.result()
            return len(self.load.acknowledged) >= wanted

        await eventually(enough, MOVES_WITHIN)

    async def come_to_rest(self, *, views: bool) -> Rest:
        """The clients pause, time stands, everybody reads to the end; then all that must hold is looked at."""
        await self.load.pause()
        quiet = time.monotonic()
        if self._house.disk.left() < ROOM:
            # A database that finds no room in the midst of its work ends, and that would look like a fault of ours.
            return Rest(0.0, 0, [f"the run has outgrown its disk: {self._house.disk.left()} bytes are left of it"])
        late = await self._catch_up()
        caught_up = time.monotonic()
        if views and not late:
            late = await rebuild_all(self._house, self.load, self._dice) + await self._catch_up()
        ledgers = {name: await asyncio.to_thread(read_ledger, self._house, name) for name in NAMES}
        faults = late + self._look(ledgers) + self.load.faults
        self.load.faults = []
        return Rest(caught_up - quiet, sum(len(ledger.rows) for ledger in ledgers.values()), faults)

    def _next_fault(self) -> Fault:
        """Each in turn, in an order of chance."""
        if not self._bag:
            every = rotation(self._house)
            self._bag = self._dice.sample(every, len(every))
        return self._bag.pop()

    async def _catch_up(self) -> list[str]:
        """Holds time and waits; answers who is still behind when nothing moves any more, or the time is up."""
        now = self._house.hold_time()
        began = moved = time.monotonic()
        before: list[str] = []
        with connected(self._house) as connections:
            # In a thread of its own: the wires to the message server go through this one.
            while late := behind(await asyncio.to_thread(read_progress, connections, now)):
                if late != before:
                    before, moved = late, time.monotonic()
                if time.monotonic() > min(began + CAUGHT_UP_WITHIN, moved + STANDS_STILL_AFTER):
                    return late
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
        return []

    def _look(self, ledgers: dict[str, Ledger]) -> list[str]:
        now = self._house.told()
        faults = checks.nothing_is_parked(ledgers)
        for name, ledger in ledgers.items():
            done = [each for each in self.load.acknowledged if each.service == name]
            refused = [each for each in self.load.declined if each.service == name]
            digester = self._digesters[name]

            def digest(key: str, by: Digester = digester) -> bytes:
                return by.digest("key", key.encode())

            faults += checks.log_is_whole(name, ledger.rows)
            faults += checks.nothing_acknowledged_is_missing(ledger, done, digest)
            faults += checks.nothing_refused_left_a_trace(ledger, refused, digest)
            faults += checks.each_key_has_one_effect(ledger, done, self._since[name])
            faults += checks.reactions_happened_once(name, ledger.rows)
        teams = ledgers["rapid_assessment"].rows
        tips = ledgers["tips"].rows
        faults += checks.every_tip_has_its_team(tips, teams)
        faults += checks.every_tip_has_its_duties(tips, _owed_by_every_childs_tip())
        faults += checks.tips_heard_of_their_teams(tips, teams)
        faults += checks.everybody_was_told(teams)
        faults += checks.teams_form_once_an_opening(teams)
        clinic = ledgers["forensic_clinic"].rows
        faults += checks.nobody_is_examined_in_two_places(clinic) + checks.kits_are_in_one_hand(clinic)
        for ledger in ledgers.values():
            faults += checks.clocks_end_once(ledger.rows, now, timedelta(seconds=UNDER_WAY_SECONDS * self._house.rate))
        for source in COPIED_SERVICES:
            faults += checks.copy_is_equal(source, ledgers[source].rows, read_copy(self._house, source))
        faults += checks.nobody_is_accused(ledgers["audit"].rows)
        return faults


@asynccontextmanager
async def besieged(
    house: House, seed: int, per_second: float | None = None, clients_at_work: int = CLIENTS, several: int = 3
) -> AsyncIterator[Siege]:
    """Founds the house and sets the clients to work, as fast as they can or so fast; they wait for the first round.

    `several` people have each part that one alone cannot be left with. Time stands meanwhile.
    """
    house.hold_time()
    async with httpx.AsyncClient(trust_env=False, timeout=20.0) as http:
        people = People(house, http)
        await found_house(people, several)
        load = Load(house, people, http, per_second)
        clients = [
            asyncio.create_task(Client(load, number, random.Random(f"{seed} {number}")).work())
            for number in range(clients_at_work)
        ]
        try:
            yield Siege(house, load, clients, seed)
        finally:
            for client in clients:
                client.cancel()
            await asyncio.gather(*clients, return_exceptions=True)


def _owed_by_every_childs_tip() -> list[str]:
    """By the rules that are on today: no rule changes in the days that are told within a run."""
    state = load_mississippi()
    always = [each for each in state.reporting if not (each.settings or each.channels or each.on or each.when_stated)]
    return [duty.rule for duty in always if state.is_on(duty.rule, state.day_of(datetime.now(UTC)))]
