"""One row for a seat, a rung, a person and a channel, in a real database: what may go out, and what may not."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

import services.rapid_assessment
from services.kernel.install import install_tables
from services.rapid_assessment.seat_messages import KeptMessages, Leave, Message
from tests.services.rapid_assessment.given import VICTIM
from tests.support.running_service import NOON
from tests.support.servers import LOGIN, Database

HOUR = timedelta(hours=1)
WHO = UUID(int=7)
TABLES = Path(services.rapid_assessment.__file__).parent / "tables.sql"


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[AsyncConnectionPool]:
    install_tables(database.owner, LOGIN, TABLES.read_text())
    async with AsyncConnectionPool(database.login, min_size=1, max_size=4, open=False) as opened:
        yield opened


def message(responder: UUID = WHO) -> Message:
    return Message(uuid4(), VICTIM.seat, uuid4(), responder)


async def test_each_channel_of_a_rung_goes_out_once_and_what_is_unknown_once_more(pool: AsyncConnectionPool) -> None:
    kept, sent = KeptMessages(pool, an_hour=50), message()
    assert await kept.begin(sent, "sms", 0, NOON) is Leave.GO
    # Nothing was heard of it: the process died.
    assert await kept.begin(sent, "sms", 0, NOON) is Leave.ONCE_MORE
    assert await kept.begin(sent, "sms", 0, NOON) is Leave.REFUSED
    for channel, taken, known in (("voice", True, Leave.TAKEN), ("email", False, Leave.REFUSED)):
        assert await kept.begin(sent, channel, 0, NOON) is Leave.GO
        await kept.end(sent, channel, taken=taken)
        assert await kept.begin(sent, channel, 0, NOON) is known


async def test_nothing_goes_out_where_the_team_stands_elsewhere_than_it_was_read(pool: AsyncConnectionPool) -> None:
    kept, sent = KeptMessages(pool, an_hour=50), message()
    assert await kept.begin(sent, "sms", 3, NOON) is Leave.CHANGED
    assert await kept.begin(sent, "sms", 0, NOON) is Leave.GO


async def test_the_brake_counts_what_one_person_was_sent_within_an_hour_for_all_cases(
    pool: AsyncConnectionPool,
) -> None:
    kept, refused = KeptMessages(pool, an_hour=2), message()
    assert await kept.begin(refused, "sms", 0, NOON) is Leave.GO
    await kept.end(refused, "sms", taken=False)
    assert [await kept.begin(message(), "sms", 0, NOON) for _ in range(3)] == [Leave.GO, Leave.GO, Leave.BRAKED]
    assert await kept.begin(message(UUID(int=8)), "sms", 0, NOON) is Leave.GO
    assert await kept.begin(message(), "sms", 0, NOON + HOUR) is Leave.GO


async def test_the_database_itself_refuses_a_second_row_and_a_third_try(pool: AsyncConnectionPool) -> None:
    kept, sent = KeptMessages(pool, an_hour=50), message()
    await kept.begin(sent, "sms", 0, NOON)
    second = "INSERT INTO seat_messages VALUES (%s, %s, %s, %s, 'sms', 1, 'unknown', %s)"
    async with pool.connection() as connection:
        for statement, values, refusal in (
            (second, (*sent, NOON), psycopg.errors.UniqueViolation),
            ("UPDATE seat_messages SET tries = 3", (), psycopg.errors.CheckViolation),
            ("DELETE FROM seat_messages", (), psycopg.errors.InsufficientPrivilege),
        ):
            with pytest.raises(refusal):
                async with connection.transaction():
                    await connection.execute(statement, values)
