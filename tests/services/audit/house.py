"""Audit and tips as they really run beside each other, and what only a superuser of their databases can do."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from services.audit.main import DEFINITION as AUDIT
from services.tips.main import DEFINITION as TIPS
from tests.deploy.asked import on_a_port
from tests.services.audit.copied import copied, wait_for_copy
from tests.services.tips.house import INTAKE, NAMELESS, a_tip
from tests.support.running_service import Person, RunningService, running_service
from tests.support.servers import Database, Nats, Servers, fresh_database
from tests.support.waiting import eventually

AUDITOR = Person(("auditor",), agency="AG-PID")
OPERATOR = Person(("operator",), agency="AG-PID")
NOWHERE = "http://127.0.0.1:1"


class House:
    """Two services of one house."""

    def __init__(self, audit: RunningService, tips: RunningService) -> None:
        self.audit = audit
        self.tips = tips

    async def receive(self, tips: int = 1) -> None:
        """So many tips, and the copy holds all that was recorded of them."""
        for _ in range(tips):
            await self.receive_unseen()
        await wait_for_copy(self.audit, "tips", len(self.log()))

    async def receive_unseen(self) -> None:
        """A tip that nobody waits for."""
        answer = await self.tips.post("/tips", a_tip(persons=NAMELESS), by=INTAKE)
        assert answer.status_code == 201, answer.text

    async def verify(self, service: str = "tips") -> dict[str, Any]:
        """The audit service's answer."""
        answer = await self.audit.post("/comparisons", {"source": service}, by=AUDITOR)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def findings(self, **params: Any) -> list[dict[str, Any]]:
        """The list, as fresh as the log."""
        last = len(self.audit.rows())
        answer = await self.audit.http.get(
            "/findings",
            params=params,
            headers={"Authorization": f"Bearer {self.audit.token(AUDITOR)}", "Muster-At-Least": str(last)},
        )
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["findings"]
        return found

    def log(self) -> Sequence[tuple[int, str, bytes]]:
        """Position, name and bytes of every row of the tips service's log, in order."""
        with psycopg.connect(self.tips.database.owner) as connection:
            found = connection.execute(
                "SELECT notification_id, topic, state FROM stored_events ORDER BY notification_id"
            )
            return [(position, name, bytes(state)) for position, name, state in found]

    def copy(self) -> Sequence[tuple[int, str, bytes]]:
        """The same of the copy."""
        return copied(self.audit, "tips")

    def tamper(self, statement: str, *, copy: bool = False, own: bool = False) -> None:
        """As a superuser who knows how to pass the triggers, in the tips service's database or in audit's."""
        self.tamper_at_once([statement], copy=copy, own=own)

    def tamper_at_once(self, statements: Sequence[str], *, copy: bool = False, own: bool = False) -> None:
        """The same, in one transaction."""
        database = self.audit.database if copy or own else self.tips.database
        with psycopg.connect(database.admin) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                changed = connection.execute(statement.encode())
                assert changed.rowcount > 0, "nothing was tampered with"

    async def lose_the_next(self) -> None:
        """The relay passes over the next event as if it had been published."""
        last = len(self.log())
        await eventually(lambda: self._relayed(last))
        self.tamper(f"UPDATE checkpoints SET position = {last + 1} WHERE name = 'relay'")
        await self.receive_unseen()

    async def publish_again(self) -> None:
        """As an operator orders it."""
        answer = await self.tips.post("/operator/publish-again", {"after": 0}, by=OPERATOR)
        assert answer.status_code == 200, answer.text

    async def _relayed(self, position: int) -> bool:
        with psycopg.connect(self.tips.database.owner) as connection:
            row = connection.execute("SELECT position FROM checkpoints WHERE name = 'relay'").fetchone()
        return row is not None and row[0] >= position


@asynccontextmanager
async def a_house(servers: Servers, database: Database, nats_server: Nats) -> AsyncIterator[House]:
    """Audit knows where tips is; of the other services, that they do not answer."""
    async with running_service(AUDIT, database, nats_server) as audit:
        with fresh_database(servers) as other:
            async with running_service(TIPS, other, nats_server, beside=audit) as tips, on_a_port(tips) as port:
                audit.settings.peers["tips"] = f"http://127.0.0.1:{port}"
                yield House(audit, tips)


def places(found: Mapping[str, Any]) -> list[tuple[str, int, int, str]]:
    """Kind, positions and how it was resolved of what a comparison tells of."""
    return [(each["kind"], each["first"], each["last"], each["how"]) for each in found["findings"]]
