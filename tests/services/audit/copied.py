"""Looking at the copy from outside the service."""

import psycopg

from tests.support.running_service import RunningService
from tests.support.waiting import eventually


def copied(audit: RunningService, source: str) -> list[tuple[int, str, bytes]]:
    """Position, name and bytes of every copied row of a source, in order."""
    with psycopg.connect(audit.database.owner) as connection:
        found = connection.execute(
            "SELECT position, topic, state FROM copied_events WHERE source = %s ORDER BY position", (source,)
        )
        return [(position, name, bytes(state)) for position, name, state in found]


async def wait_for_copy(audit: RunningService, source: str, rows: int) -> None:
    """Returns when so many rows of the source are in the copy."""

    async def there() -> bool:
        return len(copied(audit, source)) >= rows

    await eventually(there)
