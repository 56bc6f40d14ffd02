"""Timers on the real database, with time turned by hand: every moment once, none early, whatever happens between."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from contracts.deadline import Terms
from contracts.language import Event
from services.kernel import clock as clocks
from services.kernel import due, due_moments
from services.kernel.clock import Clock, ClockMet, ClockMissed, ClockStarted, ClockWarned
from services.kernel.due import CLOCK, OVERDUE_AFTER, DueMoment, DueWorker, Fired
from services.kernel.store import Change, Changes, EventStore
from services.kernel.time_source import HeldTime
from tests.kernel.toy import Kernel, eventually, job, kernel, moment, origin
from tests.support.servers import Database
from tests.support.terms import elapsed

START, DUE = moment("08:00"), moment("12:00")
TERMS = elapsed(START, timedelta(hours=4), timedelta(hours=2), timedelta(hours=3))


class SetBack(HeldTime):
    """Right at the first look; then somebody sets it back."""

    def __init__(self, moment: datetime, by: timedelta) -> None:
        super().__init__(moment)
        self._by = by

    def now(self) -> datetime:
        seen = super().now()
        self.turn(-self._by)
        self._by = timedelta()
        return seen


class ComesMeanwhile(HeldTime):
    """Tells the moment from the third look on: what is set for it comes due when nothing due was just found."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(moment)
        self._looks = 0

    def now(self) -> datetime:
        self._looks += 1
        return super().now() - timedelta(minutes=1 if self._looks < 3 else 0)


class House:
    """Two instances of a service on one database, under one time, with a worker each."""

    def __init__(self, one: Kernel, other: Kernel, time: HeldTime) -> None:
        self.one = one
        self.other = other
        self.time = time

    def worker(
        self, of: Kernel | None = None, store: EventStore | None = None, time: HeldTime | None = None
    ) -> DueWorker:
        """A worker of one instance, with a store or a time of its own if need be."""
        of = of or self.one
        return DueWorker(of.pool, store or of.store, time or self.time, of.recorder.appended, "service:tips", "none")

    async def start(self, terms: Terms = TERMS) -> UUID:
        """A clock that runs."""
        stream = uuid4()
        await self.decide(stream, clocks.start(Clock(), terms, uuid4(), uuid4(), self.time.now()), 0)
        return stream

    async def decide(self, stream: UUID, events: Sequence[Event], after: int) -> None:
        """Stores what was decided."""
        await self.one.store.append(Changes([Change(stream, after, events)]), origin(), self.time.now())

    async def meet(self, stream: UUID) -> None:
        """Done now."""
        loaded = await self.one.store.load(CLOCK, stream)
        now = self.time.now()
        await self.decide(stream, clocks.meet(loaded.state, now, now), loaded.version)

    async def events(self, stream: UUID) -> list[Event]:
        """The clock's story."""
        return [happening.event for happening in await self.one.store.happenings(stream)]

    async def names(self, stream: UUID) -> list[str]:
        """The same in short, without `clock.`."""
        return [event.NAME.removeprefix("clock.") for event in await self.events(stream)]

    def moments_left(self) -> int:
        """Rows in the table of due moments."""
        with psycopg.connect(self.one.database.admin) as connection:
            row = connection.execute("SELECT count(*) FROM due_moments").fetchone()
        return row[0] if row else 0


async def test_a_moment_of_a_services_own_comes_once_and_not_early(house: House) -> None:
    stream, came = uuid4(), list[DueMoment]()

    async def handle(due: DueMoment, now: datetime) -> Fired | None:
        came.append(due)
        loaded = await house.one.store.load(CLOCK, due.clock)
        terms = elapsed(now, timedelta(hours=4), timedelta(hours=2), timedelta(hours=3))
        started = clocks.start(loaded.state, terms, uuid4(), uuid4(), now)
        return Fired(loaded, Changes([Change(loaded.id, loaded.version, started)]), due.due_at) if started else None

    worker = house.worker()
    worker.handle("hold", handle)
    await house.one.store.append_beside([due_moments.at(stream, "hold", DUE)] * 2, None)
    house.time.turn(DUE - START - timedelta(seconds=1))
    assert await worker.fire_due() == 0
    house.time.turn(timedelta(seconds=1))
    assert await worker.fire_due() == 1
    assert await worker.fire_due() == 0
    assert came == [DueMoment(stream, "hold", DUE)]
    # What it led to is stored, and is a clock that has moments of its own now.
    assert await house.names(stream) == ["started"]
    assert house.moments_left() == 3


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    time = HeldTime(START)
    async with kernel(database, tmp_path, time) as one, kernel(database, tmp_path, time) as other:
        yield House(one, other, time)


async def test_warnings_come_at_their_points_and_the_miss_at_its_time_and_none_early(house: House) -> None:
    stream, worker = await house.start(), house.worker()
    step = timedelta(minutes=1)
    seen: dict[str, datetime] = {}
    while house.time.now() < DUE + 5 * step:
        await worker.fire_due()
        for place, name in enumerate(await house.names(stream)):
            seen.setdefault(f"{place} {name}", house.time.now())
        house.time.turn(step * 15 if house.time.now() + step * 15 < DUE else step)
    assert seen == {
        "0 started": START,
        "1 warned": moment("10:00"),
        "2 warned": moment("11:00"),
        "3 missed": DUE,
    }
    assert house.moments_left() == 0


async def test_a_second_before_its_time_nothing_is_due(house: House) -> None:
    stream, worker = await house.start(), house.worker()
    house.time.turn(timedelta(hours=4) - timedelta(microseconds=1))
    await worker.fire_due()
    assert "missed" not in await house.names(stream)
    house.time.turn(timedelta(microseconds=1))
    await worker.fire_due()
    await worker.fire_due()
    assert (await house.names(stream)).count("missed") == 1


@pytest.mark.parametrize(("at", "ends"), [("10:00", ["started", "warned"]), ("12:00", ["started", "missed"])])
async def test_a_time_set_back_while_it_fires_loses_nothing_and_records_nothing_early(
    house: House, at: str, ends: list[str]
) -> None:
    stream = await house.start()
    await house.worker(time=SetBack(moment(at), timedelta(hours=3))).fire_due()
    assert await house.names(stream) == ends
    last = (await house.one.store.happenings(stream))[-1]
    assert last.recorded_at == moment(at)
    # Told again that it is early, and then that it is time: everything once, as if nothing had been.
    worker = house.worker()
    assert await worker.fire_due() == 0
    house.time.turn(timedelta(hours=5))
    await worker.fire_due()
    names = await house.names(stream)
    assert names[-1] == "missed"
    assert names.count("missed") == 1


async def test_after_a_downtime_what_came_due_is_handled_once_with_its_lateness(house: House) -> None:
    streams = [await house.start() for _ in range(60)]
    house.time.turn(timedelta(hours=9))
    worker = house.worker()
    assert await worker.fire_due() == 60 * 3
    assert await worker.fire_due() == 0
    for stream in streams:
        events = await house.events(stream)
        assert [type(event) for event in events] == [ClockStarted, ClockMissed]
        assert isinstance(events[1], ClockMissed)
        assert events[1].late_seconds == 5 * 3600


async def test_what_came_due_in_a_downtime_is_handled_in_the_order_in_which_it_was_due(house: House) -> None:
    periods = [timedelta(minutes=minutes) for minutes in (*range(240, 40, -1), *range(1, 40))]
    streams = {await house.start(elapsed(START, period)): period for period in periods}
    house.time.turn(timedelta(hours=9))
    await house.worker().fire_due()
    with psycopg.connect(house.one.database.admin) as connection:
        order = connection.execute(
            "SELECT originator_id FROM stored_events WHERE topic = 'clock.missed' ORDER BY notification_id"
        ).fetchall()
    assert len(order) == len(streams)
    assert [streams[stream] for (stream,) in order] == sorted(streams.values())


async def test_warnings_and_misses_of_many_clocks_come_in_the_order_in_which_they_were_due(house: House) -> None:
    # Each with its due time, and its warnings, in minutes; the last is extended.
    given = [(240, 60, 90), (1200, 80), (100, 70), (50,), (110,)]
    streams = [await house.start(elapsed(START, *(timedelta(minutes=each) for each in one))) for one in given]
    extended = await house.one.store.load(CLOCK, streams[-1])
    later = clocks.extend(extended.state, START + timedelta(minutes=170), "ordered", house.time.now())
    await house.decide(extended.id, later, extended.version)
    house.time.turn(timedelta(hours=3))
    await house.worker().fire_due()
    told = [each for stream in streams for each in (await house.one.store.happenings(stream))]
    fired = [each for each in told if isinstance(each.event, ClockWarned | ClockMissed)]
    assert [
        (each.event.NAME, (each.happened_at - START) / timedelta(minutes=1))
        for each in sorted(fired, key=lambda each: each.position)
    ] == [
        ("clock.missed", 50),
        ("clock.warned", 60),
        ("clock.warned", 80),
        ("clock.warned", 90),
        ("clock.missed", 100),
        ("clock.missed", 170),
    ]


async def test_back_from_a_downtime_before_the_due_time_each_open_warning_is_given_once(house: House) -> None:
    stream = await house.start()
    house.time.turn(timedelta(hours=3, minutes=30))
    await house.worker().fire_due()
    assert await house.names(stream) == ["started", "warned", "warned"]


async def test_a_clock_past_due_when_it_starts_is_missed_at_once_without_stale_warnings(house: House) -> None:
    house.time.turn(timedelta(hours=25))
    stream = await house.start()
    assert await house.names(stream) == ["started", "missed"]
    await house.worker().fire_due()
    assert await house.names(stream) == ["started", "missed"]
    assert house.moments_left() == 0


async def test_two_workers_side_by_side_fire_each_moment_once(house: House) -> None:
    streams = [await house.start() for _ in range(40)]
    one, other = house.worker(house.one), house.worker(house.other)
    house.time.turn(timedelta(hours=2))
    warned = await asyncio.gather(one.fire_due(), other.fire_due(), one.fire_due(), other.fire_due())
    house.time.turn(timedelta(hours=2))
    ended = await asyncio.gather(one.fire_due(), other.fire_due(), one.fire_due(), other.fire_due())
    assert sum(warned) == 40
    assert sum(ended) == 80
    for stream in streams:
        assert await house.names(stream) == ["started", "warned", "missed"]


class DiesAfterAppend(EventStore):
    """A store whose process ends between the append and whatever comes next."""

    def __init__(self, real: EventStore) -> None:
        self._real = real

    def fold(self, *arguments: Any) -> Any:
        return self._real.fold(*arguments)

    async def append(self, *arguments: Any, **options: Any) -> Any:
        await self._real.append(*arguments, **options)
        raise asyncio.CancelledError


async def test_killed_between_the_append_and_the_removal_of_the_row_it_is_missed_once(house: House) -> None:
    stream = await house.start()
    house.time.turn(timedelta(hours=5))
    dying = house.worker(store=DiesAfterAppend(house.one.store))
    with pytest.raises(asyncio.CancelledError):
        await dying.fire_due()
    assert await house.names(stream) == ["started", "missed"]
    assert house.moments_left() > 0
    await house.worker(house.other).fire_due()
    assert await house.names(stream) == ["started", "missed"]
    assert house.moments_left() == 0


async def test_met_just_before_it_is_not_missed(house: House) -> None:
    stream, worker = await house.start(), house.worker()
    house.time.turn(timedelta(hours=4) - timedelta(seconds=1))
    await house.meet(stream)
    house.time.turn(timedelta(seconds=1))
    await worker.fire_due()
    assert await house.names(stream) == ["started", "met"]
    assert house.moments_left() == 0


class MetMeanwhile(EventStore):
    """A store in which someone else meets the clock after the worker has read it and before it appends."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._interfered = False

    def fold(self, *arguments: Any) -> Any:
        return self._house.one.store.fold(*arguments)

    async def load(self, kind: Any, stream: UUID, **options: Any) -> Any:
        return await self._house.one.store.load(kind, stream, **options)

    async def append(self, changes: Changes, *arguments: Any, **options: Any) -> Any:
        if not self._interfered:
            self._interfered = True
            for change in changes.streams:
                loaded = await self.load(CLOCK, change.stream)
                met = ClockMet(rule="C01", subject=loaded.state.subject, met_at=START)
                await self._house.decide(loaded.id, [met], loaded.version)
        return await self._house.one.store.append(changes, *arguments, **options)


async def test_met_in_the_very_moment_it_fires_the_clock_ends_once(house: House) -> None:
    stream = await house.start()
    house.time.turn(timedelta(hours=5))
    await house.worker(store=MetMeanwhile(house)).fire_due()
    assert await house.names(stream) == ["started", "met"]


async def test_an_extended_clock_is_missed_at_the_new_time_only(house: House) -> None:
    stream, worker = await house.start(), house.worker()
    loaded = await house.one.store.load(CLOCK, stream)
    later = clocks.extend(loaded.state, moment("15:00"), "ordered", house.time.now())
    await house.decide(stream, later, loaded.version)
    house.time.turn(timedelta(hours=4))
    await worker.fire_due()
    assert await house.names(stream) == ["started", "extended"]
    house.time.turn(timedelta(hours=3))
    await worker.fire_due()
    assert await house.names(stream) == ["started", "extended", "missed"]
    assert house.moments_left() == 0


async def test_a_clock_that_cannot_be_read_holds_up_no_other_and_the_watchdog_tells(house: House) -> None:
    earlier = elapsed(START - timedelta(minutes=1), timedelta(hours=4), timedelta(hours=2), timedelta(hours=3))
    broken, sound = await house.start(earlier), await house.start()
    with psycopg.connect(house.one.database.admin) as connection:
        connection.execute(
            "INSERT INTO stored_events SELECT %s, 2, 'clock.unheard_of', '{}', max(notification_id) + 1"
            " FROM stored_events",
            (broken,),
        )
    worker = house.worker()
    house.time.turn(timedelta(hours=4) + OVERDUE_AFTER)
    assert await worker.overdue() > 0
    await worker.fire_due()
    assert await house.names(sound) == ["started", "missed"]
    house.time.turn(timedelta(seconds=1))
    assert await worker.overdue() == 3  # the broken clock's two warnings and its due time
    assert house.moments_left() == 3


async def test_a_running_worker_sleeps_until_the_next_moment_and_wakes_for_a_new_clock(house: House) -> None:
    async with job(house.worker().run()):
        stream = await house.start()

        async def warned_once() -> bool:
            return await house.names(stream) == ["started", "warned"]

        house.time.turn(timedelta(hours=2))
        await eventually(warned_once)
        second = await house.start(elapsed(house.time.now(), timedelta(minutes=1), rule="C02"))

        async def missed() -> bool:
            return await house.names(second) == ["started", "missed"]

        house.time.turn(timedelta(minutes=1))
        await eventually(missed)
        assert await warned_once()


async def test_what_comes_due_since_the_look_is_not_taken_for_held_by_another_instance(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "HELD_ELSEWHERE_SECONDS", 3600.0)
    stream = await house.start()
    async with job(house.worker(time=ComesMeanwhile(moment("10:00"))).run()):

        async def warned() -> bool:
            return await house.names(stream) == ["started", "warned"]

        await eventually(warned)


async def test_what_a_timer_records_is_tied_to_the_clocks_case_and_cause(house: House) -> None:
    stream = await house.start()
    house.time.turn(timedelta(hours=2, minutes=7))
    await house.worker().fire_due()
    first, second = await house.one.store.happenings(stream)
    assert isinstance(second.event, ClockWarned)
    assert second.origin.actor == "service:tips"
    assert second.origin.causation_id == first.event_id
    assert second.origin.correlation_id == first.origin.correlation_id
    assert second.happened_at == moment("10:00")
    assert second.recorded_at == house.time.now()
