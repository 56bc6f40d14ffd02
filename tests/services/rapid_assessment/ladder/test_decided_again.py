"""What a ladder decided on a team that changes meanwhile is not stored: it looks again. With the store as it runs."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from contracts.events.rapid_assessment import TeamOpened
from contracts.jurisdictions import Seat
from contracts.language import Event
from services.kernel.due import DueWorker
from services.kernel.follower import Follower, Reactions
from services.kernel.messages import Incoming
from services.kernel.store import Change, Changes, EventStore, Loaded
from services.kernel.stored_form import Registry
from services.kernel.time_source import HeldTime
from services.rapid_assessment.cases import Cases, ladder_of
from services.rapid_assessment.ladder.events import LADDER_EVENTS, LadderWaits
from services.rapid_assessment.processes.climb_ladders import MOMENT, ClimbLadders
from services.rapid_assessment.ranking import Order
from services.rapid_assessment.responder.events import RESPONDER_EVENTS
from services.rapid_assessment.team.events import TEAM_EVENTS
from services.rapid_assessment.team.state import Team
from tests.kernel.toy import Kernel, kernel, origin
from tests.services.rapid_assessment.given import CPS, POLICE, TEAM, VICTIM, opened, proposed
from tests.services.rapid_assessment.ladder.given import MINUTE, SECOND, THIRD, order, tables
from tests.services.rapid_assessment.streams import GATE
from tests.support.running_service import NOON
from tests.support.servers import Database

REGISTRY = Registry.of(TEAM_EVENTS, LADDER_EVENTS, RESPONDER_EVENTS)
ACTOR = "service:rapid_assessment"


class Meanwhile:
    """A team of one log. While a ladder looks for people, and finds none, something happens to its team."""

    def __init__(self, parts: Kernel, time: HeldTime, happens: Mapping[str, Event]) -> None:
        self.store = EventStore(parts.recorder, parts.log, REGISTRY, parts.keys)
        self.cases = Cases(self.store, GATE, tables(), time)
        self.climb = ClimbLadders(self.cases, self.order_for, time, sends=lambda: True)
        self._parts, self._time = parts, time
        self.happens = dict(happens)

    async def order_for(self, team: Loaded[Team], seat: Seat, now: datetime) -> Order:
        if event := self.happens.pop(seat.seat, None):
            await self.add(event)
        return order()

    async def add(self, event: Event) -> None:
        version = (await self.cases.team(TEAM)).version
        await self.store.append(Changes([Change(TEAM, version, [event])]), origin(TEAM), self._time.now())

    async def open(self) -> None:
        """The reaction is told that the team opened, as by its follower."""
        await self.add(opened())
        reactions = Reactions(REGISTRY, {TeamOpened: [self.climb]}, self._time, ACTOR, "tests")
        follower = Follower("climb_ladders", reactions, self.store, self._parts.log, self._parts.pool, self._time)
        (told,) = await self._parts.log.after(0, 1)
        await follower.take(Incoming("rapid_assessment", told))

    async def look(self) -> None:
        """The timer handles what is due."""
        worker = DueWorker(self._parts.pool, self.store, self._time, self._parts.recorder.appended, ACTOR, "tests")
        worker.handle(MOMENT, self.climb.on_time)
        await worker.fire_due()

    async def told_of(self, seat: Seat) -> list[str]:
        return [each.event.NAME for each in await self.store.happenings(ladder_of(TEAM, seat.seat))]


@pytest.mark.parametrize("of", [VICTIM, CPS], ids=["of the last seat", "of a seat looked at before"])
async def test_a_team_that_changes_between_the_look_and_the_append_is_looked_at_again(
    database: Database, tmp_path: Path, of: Seat
) -> None:
    time = HeldTime(NOON)
    async with kernel(database, tmp_path, time) as parts:
        house = Meanwhile(parts, time, {VICTIM.seat: proposed(of, SECOND)})
        await house.open()
        # Whom a coordinator asked meanwhile is waited for, and nobody is told that nobody is left.
        assert await house.told_of(of) == ["ladder.opened", LadderWaits.NAME]
        others = [each for each in (CPS, POLICE, VICTIM) if each.seat != of.seat]
        assert [await house.told_of(each) for each in others] == [["ladder.opened", "ladder.nobody_left"]] * 2


async def test_a_moment_that_finds_the_team_changed_is_decided_again(database: Database, tmp_path: Path) -> None:
    time = HeldTime(NOON)
    async with kernel(database, tmp_path, time) as parts:
        house = Meanwhile(parts, time, {VICTIM.seat: proposed(VICTIM, SECOND)})
        await house.open()
        house.happens = {VICTIM.seat: proposed(VICTIM, THIRD)}
        time.turn(30 * MINUTE)
        await house.look()
        assert await house.told_of(VICTIM) == ["ladder.opened", LadderWaits.NAME, LadderWaits.NAME]
        assert (await house.cases.ladder(TEAM, VICTIM.seat)).state.asked == THIRD
