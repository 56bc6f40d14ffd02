"""Courts' orders to destroy, the second person's word on them, what became of them, and legal holds, over HTTP."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event, Personal
from services.kernel.due import CLOCK
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.tips.destruction import decisions
from services.tips.destruction.decisions import Words
from services.tips.destruction.destructions import Destructions, Found, clock_of, destruction_of, record_of
from services.tips.destruction.events import (
    DestructionCarriedOut,
    DestructionConfirmed,
    DestructionDropped,
    DestructionRequested,
    HoldPlaced,
)
from services.tips.destruction.state import Order


class Drop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why nothing is to be destroyed by this order. It is sealed."""

    reason: Words


class HoldWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By which authority the records must be kept, or need not be any more: a case, an order. It is sealed."""

    authority: Words


class HoldOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """A hold of an agency, which alone lifts it; by which authority it was placed."""

    hold: UUID
    agency: str
    lifted: bool
    authority: str | None


class CarriedOut(msgspec.Struct, frozen=True, kw_only=True):
    """What one service destroyed: so many keys, by which so many texts were sealed, at these positions of its log.

    That it said so is event `event` at position `at` of that log: `/proof/inclusion/{at}` there proves it.
    """

    service: str
    said_at: datetime
    keys: int
    fields: int
    positions: tuple[int, ...]
    event: UUID
    at: int


class OrderPage(msgspec.Struct, frozen=True, kw_only=True):
    """An order and the certificate of what was done by it; `outstanding` are the services that have not answered.

    `phase` is requested, confirmed, completed or dropped.
    """

    order: UUID
    persons: tuple[UUID, ...]
    phase: str
    court: str | None
    number: str | None
    ordered_at: datetime
    due_at: datetime | None
    requested_by: UUID
    requested_at: datetime
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    reason: str | None
    held: bool
    carried_out: tuple[CarriedOut, ...]
    outstanding: tuple[str, ...]


class DestructionController(Controller):
    """An order is entered by whoever answers for the case, and confirmed by another person of another agency."""

    path = "/tips/{tip:uuid}"
    tags = ["Destruction"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/destructions", opt={"action": "request_destruction"}, status_code=201)
    async def request(
        self, tip: UUID, data: decisions.Request, intent: Intent, commands: Commands, destructions: Destructions
    ) -> Response[Done]:
        """Enters a court's order. Nothing is destroyed by that: a second person must confirm it."""
        new = uuid4()

        async def decide(now: datetime) -> Decided:
            loaded = await destructions.tips.visible(intent.caller, "request_destruction", tip)
            found = await destructions.found(loaded)
            events = decisions.request(found.group, tip, _who(intent), data, new, now)
            clock = destructions.begun(tip, new, data.ordered_at, data.by, intent.command_id, now)
            return _decided(found, events, new, now, *clock, status=201)

        return await commands.run(intent, decide)

    @post("/destructions/{order:uuid}/confirmation", opt={"action": "confirm_destruction"}, status_code=200)
    async def confirm(
        self, tip: UUID, order: UUID, intent: Intent, commands: Commands, destructions: Destructions
    ) -> Response[Done]:
        """You compared it with the court's paper. What is destroyed now cannot be brought back by anybody."""

        async def decide(now: datetime) -> Decided:
            found, waiting = await destructions.order_seen(intent.caller, "confirm_destruction", tip, order)
            events = decisions.confirm(waiting, tip, _who(intent), found.group)
            return _decided(found, events, order, now)

        return await commands.run(intent, decide)

    @post("/destructions/{order:uuid}/dropping", opt={"action": "drop_destruction"}, status_code=200)
    async def drop(
        self, tip: UUID, order: UUID, data: Drop, intent: Intent, commands: Commands, destructions: Destructions
    ) -> Response[Done]:
        """Takes it back, or refuses it: nothing is destroyed by it."""

        async def decide(now: datetime) -> Decided:
            found, waiting = await destructions.order_seen(intent.caller, "drop_destruction", tip, order)
            events = decisions.drop(waiting, tip, _who(intent), data.reason)
            return _decided(found, events, order, now, *await destructions.excused(order, now))

        return await commands.run(intent, decide)

    @get("/destructions", opt={"action": "read_destruction"})
    async def orders(
        self, tip: UUID, destructions: Destructions, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[OrderPage]:
        """The orders about this case, with what was done by each. That you read it is put on record first."""
        caller, tips = caller_of(request), destructions.tips
        loaded, own = await tips.load(tip), await destructions.load(tip)
        seen = [
            each
            for each in own.state.orders
            if tips.gate.may_touch(caller, "read_destruction", record_of(loaded.state, each))
        ]
        if not seen:
            # Whoever sees the case sees that there is none.
            await tips.visible(caller, "read_destruction", tip)
            return []
        told = await tips.store.happenings(destruction_of(tip))
        await reader.record(caller, "orders to destroy", loaded.case or tip, told)
        held = any(each.held for each in (await destructions.found(loaded)).group.destructions)
        return [await _page(destructions, reader, each, told, held=held) for each in seen]

    @get("/holds", opt={"action": "place_hold"})
    async def holds(
        self, tip: UUID, destructions: Destructions, reader: Reader, request: Request[Any, Any, Any]
    ) -> list[HoldOnPage]:
        """Which hold stands, whose it is and why. That you read it is put on record before you see it."""
        caller, tips = caller_of(request), destructions.tips
        loaded = await tips.visible(caller, "place_hold", tip)
        state = (await destructions.load(tip)).state
        told = [each for each in await tips.store.happenings(destruction_of(tip)) if isinstance(each.event, HoldPlaced)]
        await reader.record(caller, "legal holds", loaded.case or tip, told)
        return [
            HoldOnPage(
                hold=each.event.hold,
                agency=each.event.agency,
                lifted=found.lifted,
                authority=await _opened(reader, each, each.event.authority, "authority"),
            )
            for each in told
            if isinstance(each.event, HoldPlaced) and (found := state.hold(each.event.hold)) is not None
        ]

    @post("/holds", opt={"action": "place_hold"}, status_code=201)
    async def place_hold(
        self, tip: UUID, data: HoldWords, intent: Intent, commands: Commands, destructions: Destructions
    ) -> Response[Done]:
        """While it stands nothing of this case is destroyed, by whichever order."""
        new = uuid4()

        async def decide(now: datetime) -> Decided:
            found = await destructions.found(await destructions.tips.visible(intent.caller, "place_hold", tip))
            events = decisions.place_hold(found.group, tip, _who(intent), data.authority, new)
            return _decided(found, events, new, now, status=201)

        return await commands.run(intent, decide)

    @post("/holds/{hold:uuid}/lifting", opt={"action": "place_hold"}, status_code=200)
    async def lift_hold(
        self, tip: UUID, hold: UUID, data: HoldWords, intent: Intent, commands: Commands, destructions: Destructions
    ) -> Response[Done]:
        """By the agency that placed it."""

        async def decide(now: datetime) -> Decided:
            found = await destructions.found(await destructions.tips.visible(intent.caller, "place_hold", tip))
            if found.own.state.hold(hold) is None:
                raise NotFound
            events = decisions.lift_hold(found.own.state, tip, hold, _who(intent), data.authority)
            return _decided(found, events, hold, now)

        return await commands.run(intent, decide)


def _who(intent: Intent) -> decisions.Who:
    if intent.caller.account is None:
        raise NeverAllowed
    return decisions.Who(account=intent.caller.account, agency=intent.caller.agency)


def _decided(
    found: Found, events: Sequence[Event], reference: UUID, now: datetime, *also: Change, status: int = 200
) -> Decided:
    changes = Changes([Change(found.own.id, found.own.version, events), *also], rests_on=found.others)
    version = found.own.version + len(events)
    return Decided(changes, reference, version, found.tip.case or found.tip.id, now, status=status)


async def _page(
    destructions: Destructions, reader: Reader, order: Order, told: Sequence[Happening], *, held: bool
) -> OrderPage:
    """Call it when the read is on record."""
    of = [each for each in told if getattr(each.event, "order", None) == order.order]
    entered = next(each for each in of if isinstance(each.event, DestructionRequested))
    requested = entered.event
    if not isinstance(requested, DestructionRequested):
        raise TypeError(requested.NAME)
    confirmed = next((each for each in of if isinstance(each.event, DestructionConfirmed)), None)
    by = confirmed.event.account if confirmed and isinstance(confirmed.event, DestructionConfirmed) else None
    clock = await destructions.tips.store.load(CLOCK, clock_of(order.order))
    return OrderPage(
        order=order.order,
        persons=order.persons,
        phase=order.phase,
        court=await _opened(reader, entered, requested.court, "court"),
        number=await _opened(reader, entered, requested.number, "number"),
        ordered_at=requested.ordered_at,
        due_at=clock.state.due_at if clock.exists else None,
        requested_by=requested.account,
        requested_at=entered.happened_at,
        confirmed_by=by,
        confirmed_at=confirmed.happened_at if confirmed else None,
        reason=await _reason(reader, of),
        held=held,
        carried_out=tuple(
            CarriedOut(
                service=each.event.service,
                said_at=each.happened_at,
                keys=each.event.keys,
                fields=each.event.fields,
                positions=each.event.positions,
                event=each.event.event,
                at=each.event.at,
            )
            for each in of
            if isinstance(each.event, DestructionCarriedOut)
        ),
        outstanding=order.outstanding if order.phase == "confirmed" else (),
    )


async def _reason(reader: Reader, of: Sequence[Happening]) -> str | None:
    for each in of:
        if isinstance(each.event, DestructionDropped):
            return await _opened(reader, each, each.event.reason, "reason")
    return None


async def _opened(reader: Reader, happening: Happening, text: Personal, field: str) -> str | None:
    return await reader.open(SealedText(text, happening.event_id, field))
