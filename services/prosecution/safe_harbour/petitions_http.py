"""Petitions to vacate or expunge a conviction, over HTTP."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Response, post

from services.kernel.http.commands import Commands, Decided, Done, Intent, decided_on
from services.kernel.store import Change, Loaded
from services.prosecution.case import charges
from services.prosecution.case.proceedings import clock_steps
from services.prosecution.case.state import Case, evolve
from services.prosecution.cases import count_in
from services.prosecution.safe_harbour import petitions
from services.prosecution.safe_harbour.harbours import Harbours, of_accused, petition_in
from services.prosecution.safe_harbour.state import Petition

At = Annotated[datetime, msgspec.Meta(tz=True)]


class OpenPetition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """About a listed conviction, by a route of the list."""

    count: UUID
    route: str
    at: At


class IssueLetter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which kind of office issued it, and when. What it says stays on the paper."""

    issuer: str
    at: At


class FilePetition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With which kind of court, and when."""

    court: str
    at: At


class Heard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When it happened, with its zone."""

    at: At


class DecidePetition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the court decided, for a reason of the list of that decision."""

    decision: Literal["granted", "denied"]
    reason: str
    at: At


class WithdrawPetition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why it is not pursued, of the closed list."""

    reason: str
    at: At


class TellOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who of those to be told was told, and when."""

    whom: str
    at: At


class PetitionController(Controller):
    """`If-Match` is the version of the accused's safe harbour."""

    path = "/cases/{case:uuid}/accused/{accused:uuid}/safe-harbour/petitions"
    tags = ["Safe harbour"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "keep_safe_harbour"}, status_code=200)
    async def open(
        self, case: UUID, accused: UUID, data: OpenPetition, intent: Intent, commands: Commands, harbours: Harbours
    ) -> Response[Done]:
        """Work on it begins."""
        petition = uuid4()

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            of = of_accused(stands.state, accused)
            events = petitions.open_petition(
                loaded.state, of, petition, data.count, data.route, data.at, harbours.lists, now
            )
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/{petition:uuid}/letters", opt={"action": "keep_safe_harbour"}, status_code=200)
    async def issue_letter(
        self,
        case: UUID,
        accused: UUID,
        petition: UUID,
        data: IssueLetter,
        intent: Intent,
        commands: Commands,
        harbours: Harbours,
    ) -> Response[Done]:
        """A documentation letter for it; its reference is made here and written on the paper."""
        letter = uuid4()

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            found, of = petition_in(loaded.state, petition), of_accused(stands.state, accused)
            events = petitions.issue_letter(of, found, letter, data.issuer, data.at, harbours.lists, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/{petition:uuid}/filing", opt={"action": "keep_safe_harbour"}, status_code=200)
    async def file(
        self,
        case: UUID,
        accused: UUID,
        petition: UUID,
        data: FilePetition,
        intent: Intent,
        commands: Commands,
        harbours: Harbours,
    ) -> Response[Done]:
        """It is before a court."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            found, of = petition_in(loaded.state, petition), of_accused(stands.state, accused)
            tables, day = harbours.cases.charging, harbours.cases.jurisdiction.day_of(data.at)
            events = petitions.file(of, found, data.court, data.at, day, tables.courts, harbours.lists, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/{petition:uuid}/hearing", opt={"action": "keep_safe_harbour"}, status_code=200)
    async def hear(
        self,
        case: UUID,
        accused: UUID,
        petition: UUID,
        data: Heard,
        intent: Intent,
        commands: Commands,
        harbours: Harbours,
    ) -> Response[Done]:
        """The court heard it."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            found, of = petition_in(loaded.state, petition), of_accused(stands.state, accused)
            events = petitions.hear(of, found, data.at, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/{petition:uuid}/decision", opt={"action": "keep_safe_harbour"}, status_code=200)
    async def decide(
        self,
        case: UUID,
        accused: UUID,
        petition: UUID,
        data: DecidePetition,
        intent: Intent,
        commands: Commands,
        harbours: Harbours,
    ) -> Response[Done]:
        """Granted or denied. A vacatur that is granted takes the conviction back in the same commit."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            found, of = petition_in(loaded.state, petition), of_accused(stands.state, accused)
            granted = data.decision == "granted"
            events = petitions.decide(of, found, data.reason, data.at, harbours.lists, now, granted=granted)
            cleared: list[Change] = []
            if granted and found.route == "vacatur":
                cleared = await _cleared(harbours, stands, found, "vacated", data.at, intent, now)
            rests_on = () if cleared else (stands,)
            return decided_on(loaded, events, data.at, *cleared, rests_on=rests_on, case=stands.case)

        return await commands.run(intent, decide)

    @post("/{petition:uuid}/withdrawal", opt={"action": "keep_safe_harbour"}, status_code=200)
    async def withdraw(
        self,
        case: UUID,
        accused: UUID,
        petition: UUID,
        data: WithdrawPetition,
        intent: Intent,
        commands: Commands,
        harbours: Harbours,
    ) -> Response[Done]:
        """It is not pursued any more."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            found, of = petition_in(loaded.state, petition), of_accused(stands.state, accused)
            events = petitions.withdraw(of, found, data.reason, data.at, harbours.lists, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)

    @post("/{petition:uuid}/expungement", opt={"action": "keep_safe_harbour"}, status_code=200)
    async def expunge(
        self,
        case: UUID,
        accused: UUID,
        petition: UUID,
        data: Heard,
        intent: Intent,
        commands: Commands,
        harbours: Harbours,
    ) -> Response[Done]:
        """The record was expunged by the order. What is written here goes by a court's order of destruction alone."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            found, of = petition_in(loaded.state, petition), of_accused(stands.state, accused)
            events = petitions.expunge(of, found, data.at, now)
            cleared = await _cleared(harbours, stands, found, "expunged", data.at, intent, now)
            rests_on = () if cleared else (stands,)
            return decided_on(loaded, events, data.at, *cleared, rests_on=rests_on, case=stands.case)

        return await commands.run(intent, decide)

    @post("/{petition:uuid}/told", opt={"action": "keep_safe_harbour"}, status_code=200)
    async def tell(
        self,
        case: UUID,
        accused: UUID,
        petition: UUID,
        data: TellOrder,
        intent: Intent,
        commands: Commands,
        harbours: Harbours,
    ) -> Response[Done]:
        """One of those to be told of the decision was told."""

        async def decide(now: datetime) -> Decided:
            stands, loaded = await harbours.named(intent, case, accused)
            found, of = petition_in(loaded.state, petition), of_accused(stands.state, accused)
            events = petitions.tell(of, found, data.whom, data.at, now)
            return decided_on(loaded, events, data.at, rests_on=(stands,), case=stands.case)

        return await commands.run(intent, decide)


async def _cleared(
    harbours: Harbours,
    stands: Loaded[Case],
    petition: Petition,
    how: Literal["vacated", "expunged"],
    at: datetime,
    intent: Intent,
    now: datetime,
) -> list[Change]:
    """What it does to the case, and to the clocks of an accused who has no open count left by it."""
    cases, case = harbours.cases, stands.state
    events = charges.clear(case, count_in(case, petition.count), petition.petition, how, at, cases.charging)
    steps = clock_steps(case, events, cases.charging, at)
    for event in events:
        case = evolve(case, event)
    begun, clocks = await cases.move_clocks(case, steps, intent.command_id, now)
    return [Change(stands.id, stands.version, [*events, *begun]), *clocks] if events else []
