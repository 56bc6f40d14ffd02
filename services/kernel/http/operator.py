"""What every service offers its operators and the auditors: parked events, views, the log published again, raw rows."""

import base64
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4, uuid5

import msgspec
from litestar import Controller, Response, get, post
from psycopg_pool import AsyncConnectionPool

from contracts.language import Event
from services.kernel.batch import Effect
from services.kernel.follower import RETRY, UNPARK
from services.kernel.http.commands import Commands, Decide, Decided, Done, Intent
from services.kernel.http.problems import NotFound
from services.kernel.keys import KeyStore
from services.kernel.log import Log
from services.kernel.operations import (
    ParkedDiscarded,
    ParkedRetried,
    PersonKeyDestroyed,
    PublishedAgain,
    ViewRebuilt,
)
from services.kernel.relay import PUBLISH_AGAIN
from services.kernel.store import Change, Changes
from services.kernel.views import Views

ROWS_LIMIT = 200

Reason = Annotated[str, msgspec.Meta(min_length=3, max_length=200, pattern=r"^[\w .,:/()-]+$")]


class Parked(msgspec.Struct, frozen=True):
    """An event that could not be processed; its content stays where it is."""

    follower: str
    position: int
    stream: UUID
    name: str
    reason: str
    parked_at: datetime


class Discard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the event's effect will not be had here."""

    reason: Reason


class PublishAgain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole log after this position goes out once more; readers skip what they have."""

    after: Annotated[int, msgspec.Meta(ge=0)]


class CourtOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order's number, as the court gave it."""

    order: Reason


class RawRow(msgspec.Struct, frozen=True):
    """One row of the log as it is stored; `state` in base64."""

    position: int
    stream: UUID
    version: int
    name: str
    state: str


class OperatorController(Controller):
    """The same in every service."""

    path = "/operator"
    tags = ["Operators"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/parked", opt={"action": "list_parked"})
    async def parked(self, pool: AsyncConnectionPool) -> list[Parked]:
        """Events that wait for a decision, oldest first."""
        async with pool.connection() as connection:
            found = await connection.execute(
                "SELECT follower, position, originator_id, topic, reason, parked_at FROM parked_events"
                " ORDER BY parked_at, follower, position"
            )
            return [Parked(*row) for row in await found.fetchall()]

    @post("/parked/{follower:str}/{position:int}/retry", opt={"action": "handle_parked"}, status_code=200)
    async def retry(
        self, follower: str, position: int, intent: Intent, commands: Commands, pool: AsyncConnectionPool
    ) -> Response[Done]:
        """Tries the event, and what waits behind it, again."""
        event = ParkedRetried(follower=follower, at=position)
        decide = _operation(event, Effect(RETRY, (follower, position)))
        return await commands.run(intent, _if_parked(pool, follower, position, decide))

    @post("/parked/{follower:str}/{position:int}/discard", opt={"action": "handle_parked"}, status_code=200)
    async def discard(
        self, follower: str, position: int, data: Discard, intent: Intent, commands: Commands, pool: AsyncConnectionPool
    ) -> Response[Done]:
        """Gives up on the event's effect, on record."""
        event = ParkedDiscarded(follower=follower, at=position, reason=data.reason)
        decide = _operation(event, Effect(UNPARK, (follower, position)))
        return await commands.run(intent, _if_parked(pool, follower, position, decide))

    @post("/views/{view:str}/rebuild", opt={"action": "rebuild_view"}, status_code=200)
    async def rebuild(self, view: str, intent: Intent, commands: Commands, views: Views) -> Response[Done]:
        """Builds a view anew beside the old one, which answers until the new has caught up."""
        if view not in views.names:
            raise NotFound
        return await commands.run(intent, _operation(ViewRebuilt(view=view), views.rebuilding(view)))

    @get("/views", opt={"action": "rebuild_view"})
    async def views(self, views: Views) -> dict[str, int]:
        """Each view, and how far in the log it has come."""
        return {name: await views.position(name) for name in views.names}

    @post("/publish-again", opt={"action": "publish_again"}, status_code=200)
    async def publish_again(self, data: PublishAgain, intent: Intent, commands: Commands) -> Response[Done]:
        """For a message server that lost its streams."""
        effect = Effect(PUBLISH_AGAIN, (data.after,))
        return await commands.run(intent, _operation(PublishedAgain(after=data.after), effect))

    @post("/persons/{person:uuid}/destroy-key", opt={"action": "destroy_person_key"}, status_code=200)
    async def destroy_key(
        self, person: UUID, data: CourtOrder, intent: Intent, commands: Commands, keys: KeyStore
    ) -> Response[Done]:
        """Nothing sealed about this person opens afterwards. This cannot be undone.

        Of who is spoken of in no tip: an account, a reviewer. A tip's persons are for a court and two people to decide.
        """
        event = PersonKeyDestroyed(person=person, order=data.order)

        async def destroy_first(now: datetime) -> Decided:
            await keys.destroy(uuid5(person, data.order), person, [person])
            return await _operation(event)(now)

        return await commands.run(intent, destroy_first)

    @get("/rows", opt={"action": "read_rows"})
    async def rows(self, events: Log, after: int = 0) -> list[RawRow]:
        """The log's rows as stored, for the audit service to compare with its copy."""
        return [
            RawRow(n.id, n.originator_id, n.originator_version, n.topic, base64.b64encode(n.state).decode())
            for n in await events.after(after, ROWS_LIMIT)
        ]


def _operation(event: Event, *effects: Effect) -> Decide:
    operation = uuid4()

    async def decide(now: datetime) -> Decided:
        changes = Changes([Change(operation, 0, [event])], effects)
        return Decided(changes, operation, 1, operation, now)

    return decide


def _if_parked(pool: AsyncConnectionPool, follower: str, position: int, decide: Decide) -> Decide:
    async def decide_if_parked(now: datetime) -> Decided:
        async with pool.connection() as connection:
            found = await connection.execute(
                "SELECT 1 FROM parked_events WHERE follower = %s AND position = %s", (follower, position)
            )
            if await found.fetchone() is None:
                raise NotFound
        return await decide(now)

    return decide_if_parked
