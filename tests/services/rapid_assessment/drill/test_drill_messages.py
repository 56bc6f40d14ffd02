"""One row for a page and a channel, in a real database: what may go out, and what may not."""

from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

import services.rapid_assessment
from services.kernel.install import install_tables
from services.rapid_assessment.drill.messages import KeptDrillMessages
from services.rapid_assessment.seat_messages import Leave
from tests.support.running_service import NOON
from tests.support.servers import LOGIN, Database

TABLES = Path(services.rapid_assessment.__file__).parent / "tables.sql"


async def test_each_channel_of_a_page_goes_out_once_and_what_is_unknown_once_more(database: Database) -> None:
    install_tables(database.owner, LOGIN, TABLES.read_text())
    page = uuid4()
    async with AsyncConnectionPool(database.login, min_size=1, max_size=2) as pool:
        kept = KeptDrillMessages(pool)
        assert await kept.begin(page, "sms", NOON) is Leave.GO
        # Nothing was heard of it: the process died.
        assert await kept.begin(page, "sms", NOON) is Leave.ONCE_MORE
        assert await kept.begin(page, "sms", NOON) is Leave.REFUSED
        for channel, taken, known in (("voice", True, Leave.TAKEN), ("email", False, Leave.REFUSED)):
            assert await kept.begin(page, channel, NOON) is Leave.GO
            await kept.end(page, channel, taken=taken)
            assert await kept.begin(page, channel, NOON) is known
        assert await kept.begin(uuid4(), "voice", NOON) is Leave.GO
        # Whatever is asked of it, the database lets nothing go out a third time.
        async with pool.connection() as connection:
            with pytest.raises(psycopg.errors.CheckViolation):
                await connection.execute("UPDATE drill_messages SET tries = 3")
            await connection.rollback()
