"""What reaches the copy, and looking at it from outside the service."""

from datetime import datetime
from uuid import UUID, uuid4

import psycopg

from contracts.language import Event
from contracts.published import PUBLISHED
from services.kernel.messages import headers_of, subject_of
from services.kernel.stored_form import Logged
from tests.services.audit.given import row
from tests.support.running_service import ORIGIN_OF_TESTS, RunningService
from tests.support.waiting import eventually

CONTRACT = frozenset(event.NAME for events in PUBLISHED.values() for event in events)


class SourceLog:
    """Another service's log and relay in one: what is told gets the next position and goes out as that service would.

    What no contract names goes out where only the audit service may read.
    """

    def __init__(self, audit: RunningService, source: str) -> None:
        self._audit = audit
        self._source = source
        self._position = 0
        self._versions: dict[UUID, int] = {}

    async def tell(
        self,
        stream: UUID,
        event: Event,
        *,
        case: UUID,
        happened_at: datetime | None = None,
        actor: str = ORIGIN_OF_TESTS,
        cause: UUID | None = None,
    ) -> UUID:
        """Answers the event's id once the copy holds it. Without a cause it was decided by a command."""
        self._position += 1
        self._versions[stream] = self._versions.get(stream, 0) + 1
        event_id, command = uuid4(), uuid4()
        made = row(
            event,
            recorded_at=self._audit.time.now(),
            happened_at=happened_at,
            actor=actor,
            agency="" if actor.startswith("service:") else "MDCPS",
            event_id=event_id,
            cause=cause or command,
            command=command,
            case=case,
        )
        sent = Logged(stream, self._versions[stream], event.NAME, made.state, id=self._position)
        await publish(self._audit, self._source, sent)
        await wait_for_copy(self._audit, self._source, self._position)
        return event_id


async def publish(audit: RunningService, source: str, sent: Logged) -> None:
    """As the source's relay does it."""
    subject = subject_of(source, sent.topic, CONTRACT)
    await audit._server.jetstream().publish(subject, sent.state, headers=headers_of(source, sent))


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
