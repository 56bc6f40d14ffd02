"""Periods taken: the database refuses what overlaps, with its events; and decisions rest on streams."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from contracts.periods import Period
from services.kernel.batch import Append, Effect, EffectRefused, PeriodTaken, StaleVersion, Stored
from services.kernel.install import install_tables
from services.kernel.periods import Periods, Taken, nothing_new, release, shorten, take
from tests.kernel.test_recorder import copies, recorder_of
from tests.kernel.toy import chain, moment
from tests.support.servers import LOGIN, Database

EIGHT, NINE, TEN, ELEVEN = (moment(f"{hour:02}:00") for hour in (8, 9, 10, 11))


def taking(resource: UUID, since: object, until: object, holder: UUID | None = None) -> Append:
    """One event, with a period of a thing."""
    return Append(chain(uuid4(), 1), effects=[take(holder or uuid4(), resource, since, until)])  # type: ignore[arg-type]  # moments


async def rows(database: Database) -> int:
    async with await psycopg.AsyncConnection.connect(database.admin) as connection:
        found = await connection.execute("SELECT count(*) FROM taken_periods")
        row = await found.fetchone()
    return row[0] if row else -1


async def test_what_overlaps_is_refused_with_its_events_and_what_touches_is_not(database: Database) -> None:
    room, other = uuid4(), uuid4()
    async with recorder_of(database.login) as recorder:
        await recorder.append(taking(room, EIGHT, TEN))
        for since, until in ((EIGHT, TEN), (NINE, ELEVEN), (EIGHT - timedelta(hours=1), ELEVEN), (NINE, TEN)):
            refused = taking(room, since, until)
            with pytest.raises(PeriodTaken):
                await recorder.append(refused)
            assert await copies(database, UUID(str(refused.events[0].originator_id))) == []
        await recorder.append(taking(room, TEN, ELEVEN))
        await recorder.append(taking(other, EIGHT, TEN))
    assert await rows(database) == 3


async def test_a_refused_period_refuses_no_neighbour_of_its_batch(database: Database) -> None:
    room = uuid4()
    async with recorder_of(database.login) as recorder:
        wanted = [taking(room, NINE, TEN) for _ in range(20)]
        neighbours = [Append(chain(uuid4(), 1)) for _ in range(20)] + [taking(uuid4(), NINE, TEN) for _ in range(20)]
        told = await asyncio.gather(*(recorder.append(each) for each in (*wanted, *neighbours)), return_exceptions=True)
    assert sum(isinstance(each, Stored) for each in told[:20]) == 1
    assert sum(isinstance(each, PeriodTaken) for each in told[:20]) == 19
    assert all(isinstance(each, Stored) for each in told[20:])
    assert await rows(database) == 21


async def test_two_instances_never_take_one_period_both(database: Database) -> None:
    room = uuid4()
    async with recorder_of(database.login) as one, recorder_of(database.login) as other:
        told = await asyncio.gather(
            *(recorder.append(taking(room, NINE, TEN)) for recorder in (one, other) * 10), return_exceptions=True
        )
    assert sum(isinstance(each, Stored) for each in told) == 1
    assert await rows(database) == 1


async def test_all_of_a_holder_is_released_with_the_event_that_ends_it_or_not_at_all(database: Database) -> None:
    holder, nurse, room, stream = uuid4(), uuid4(), uuid4(), uuid4()
    async with recorder_of(database.login) as recorder:
        both = [take(holder, nurse, NINE, TEN), take(holder, room, NINE, TEN)]
        await recorder.append(Append(chain(stream, 1), effects=both))
        with pytest.raises(StaleVersion):
            await recorder.append(Append(chain(stream, 1), effects=[release(holder)]))
        assert await rows(database) == 2
        # Moved in one commit: what it had before does not stand in its own way.
        later = [release(holder), take(holder, nurse, NINE, ELEVEN), take(holder, room, NINE, ELEVEN)]
        await recorder.append(Append(chain(uuid4(), 1), effects=later))
        assert await rows(database) == 2
        await recorder.append(Append(chain(uuid4(), 1), effects=[release(holder)]))
    assert await rows(database) == 0


async def test_what_takes_and_releases_at_once_is_refused_while_it_is_taken_and_leaves_nothing(
    database: Database,
) -> None:
    nurse, for_a_moment = uuid4(), uuid4()

    def guarded() -> Append:
        return Append(chain(uuid4(), 1), effects=[take(for_a_moment, nurse, NINE, TEN), release(for_a_moment)])

    async with recorder_of(database.login) as recorder:
        await recorder.append(guarded())
        assert await rows(database) == 0
        await recorder.append(taking(nurse, EIGHT, ELEVEN))
        with pytest.raises(PeriodTaken):
            await recorder.append(guarded())


async def test_taken_periods_are_told_as_they_stand(database: Database) -> None:
    holder, nurse, room = uuid4(), uuid4(), uuid4()
    async with (
        recorder_of(database.login) as recorder,
        AsyncConnectionPool(database.login, min_size=1, max_size=2, open=False) as pool,
    ):
        await recorder.append(taking(nurse, NINE, TEN, holder))
        await recorder.append(taking(room, EIGHT, TEN))
        periods = Periods(pool)
        assert await periods.taken([nurse], EIGHT, ELEVEN) == [Taken(holder, nurse, NINE, TEN)]
        assert await periods.taken([nurse], TEN, ELEVEN) == []
        assert [each.resource for each in await periods.taken([nurse, room], NINE, TEN)] == [room, nurse]
        assert await periods.taken([uuid4()], EIGHT, ELEVEN) == []


async def test_a_decision_rests_on_a_stream_that_it_leaves_as_it_is(database: Database) -> None:
    nurse = uuid4()
    async with recorder_of(database.login) as recorder:
        await recorder.append(Append(chain(nurse, 1)))
        stands = Append(chain(uuid4(), 1), rests_on=[(nurse, 1)])
        await recorder.append(stands)
        moved_on = chain(nurse, 2)[1:]
        # In one batch the order decides: the second is told of the first.
        told = await asyncio.gather(
            recorder.append(Append(moved_on)),
            recorder.append(Append(chain(uuid4(), 1), rests_on=[(nurse, 1)])),
            return_exceptions=True,
        )
        assert isinstance(told[0], Stored)
        assert isinstance(told[1], StaleVersion)
        with pytest.raises(StaleVersion):
            await recorder.append(Append(chain(uuid4(), 1), rests_on=[(nurse, 1)]))
        await recorder.append(Append(chain(uuid4(), 1), rests_on=[(nurse, 2)]))
        await recorder.append(Append(chain(uuid4(), 1), rests_on=[(uuid4(), 0)]))


async def test_the_tables_are_made_once_and_a_folder_from_before_gets_them(database: Database) -> None:
    with psycopg.connect(database.admin) as connection:
        connection.execute("DROP TABLE taken_periods")
        connection.execute("DROP TYPE uuid_range")
    install_tables(database.owner, LOGIN)
    install_tables(database.owner, LOGIN)
    async with recorder_of(database.login) as recorder:
        room = uuid4()
        await recorder.append(taking(room, NINE, TEN))
        install_tables(database.owner, LOGIN)
        with pytest.raises(PeriodTaken):
            await recorder.append(taking(room, NINE, TEN))


async def test_an_empty_period_takes_nothing_and_is_refused(database: Database) -> None:
    async with recorder_of(database.login) as recorder:
        with pytest.raises(EffectRefused):
            await recorder.append(taking(uuid4(), NINE, NINE))
    assert await rows(database) == 0


async def test_a_statement_beside_a_taken_period_is_undone_with_it(database: Database) -> None:
    room = uuid4()
    reserve = "INSERT INTO reservations (kind, value, holder) VALUES ('example', %s, %s)"
    async with recorder_of(database.login) as recorder:
        await recorder.append(taking(room, NINE, TEN))
        effects = [Effect(reserve, (b"a", room)), take(uuid4(), room, NINE, TEN)]
        with pytest.raises(PeriodTaken):
            await recorder.append(Append(chain(uuid4(), 1), effects=effects))
        await recorder.append(Append(chain(uuid4(), 1), effects=[Effect(reserve, (b"a", room))]))


async def test_what_is_shortened_frees_its_end_alone_and_never_grows(database: Database) -> None:
    holder, nurse = uuid4(), uuid4()
    async with recorder_of(database.login) as recorder:
        await recorder.append(Append(chain(uuid4(), 1), effects=[take(holder, nurse, NINE, ELEVEN)]))
        await recorder.append(Append(chain(uuid4(), 1), effects=[shorten(holder, TEN)]))
        await recorder.append(Append(chain(uuid4(), 1), effects=[shorten(holder, ELEVEN)]))
        await recorder.append(taking(nurse, TEN, ELEVEN))
        with pytest.raises(PeriodTaken):
            await recorder.append(taking(nurse, NINE, TEN))


async def test_a_decision_that_rests_on_what_is_taken_is_made_again_when_more_is(database: Database) -> None:
    nurse, hers, other = uuid4(), uuid4(), uuid4()
    within, known = Period(EIGHT, ELEVEN), [Period(NINE, TEN)]

    def resting() -> Append:
        return Append(chain(uuid4(), 1), effects=[nothing_new(hers, nurse, within, known)])

    async with recorder_of(database.login) as recorder:
        # Nothing of what was known, all of it, some of it, what is the asker's own, or what is outside: it stands.
        await recorder.append(resting())
        await recorder.append(taking(nurse, NINE, TEN, other))
        await recorder.append(resting())
        await recorder.append(Append(chain(uuid4(), 1), effects=[shorten(other, NINE + timedelta(minutes=30))]))
        await recorder.append(taking(nurse, TEN, ELEVEN, hers))
        await recorder.append(taking(nurse, ELEVEN, ELEVEN + timedelta(hours=1)))
        await recorder.append(taking(uuid4(), EIGHT, NINE))
        await recorder.append(resting())
        assert await rows(database) == 4
        # The same holder at another time is news.
        await recorder.append(Append(chain(uuid4(), 1), effects=[release(other), take(other, nurse, EIGHT, NINE)]))
        with pytest.raises(PeriodTaken):
            await recorder.append(resting())
        assert await rows(database) == 4
