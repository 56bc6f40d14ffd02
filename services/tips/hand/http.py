"""Who has a tip in hand, over HTTP; with the notes it was handed on with, which are read on record."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of
from services.kernel.http.problems import NeverAllowed
from services.kernel.http.reading import Reader, SealedText
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.views import Views
from services.tips.hand import decisions
from services.tips.hand.decisions import Case, Note, holder_of
from services.tips.hand.events import HandedOver, HandPutBack, HandStep, HandTakenOver
from services.tips.hand.state import Hand
from services.tips.tip.state import Tip
from services.tips.tip.tips import Tips, hand_of
from services.tips.views.takers import takers_of_late

Noted = HandTakenOver | HandedOver | HandPutBack


class Say(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What whoever has it next must know, or why it is taken over; it is sealed."""

    note: Note


class HandOver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To whom, and what they must know; the note is sealed."""

    to: UUID
    note: Note


class StepOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """One time it changed hands: `what` is taken, taken_over, handed_over, put_back or finished.

    `note` is null where none belongs to it, or a court had it destroyed.
    """

    what: str
    at: datetime
    account: UUID
    to: UUID | None
    note: str | None


class HandPage(msgspec.Struct, frozen=True, kw_only=True):
    """`holder` has the tip, `offered_to` was handed it and did not take it yet, since `since`.

    `takers` are those who had a tip in hand of late and are not kept out of this one: whom it may be handed to.
    """

    holder: UUID | None
    offered_to: UUID | None
    since: datetime | None
    takers: Sequence[UUID]
    steps: Sequence[StepOnPage]


class HandController(Controller):
    """For those who take tips in. It is no lock: others may do all they could before."""

    path = "/tips/{tip:uuid}/hand"
    tags = ["Hand"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_hand"})
    async def read(
        self, tip: UUID, tips: Tips, views: Views, reader: Reader, request: Request[Any, Any, Any]
    ) -> HandPage:
        """Who has it, and every note it was handed on with. That you read the notes is put on record first."""
        caller = caller_of(request)
        loaded = await tips.visible(caller, "read_hand", tip)
        told = [each for each in await tips.store.happenings(hand_of(tip)) if isinstance(each.event, HandStep)]
        await reader.record(caller, "how a tip was handed on", loaded.case or tip, told)
        hand = (await tips.hand(tip)).state
        takers = await takers_of_late(views, tips.time.now())
        return HandPage(
            holder=holder_of(hand, loaded.state.named_accounts),
            offered_to=hand.offered_to,
            since=told[-1].happened_at if told else None,
            takers=[each for each in takers if each not in loaded.state.named_accounts],
            steps=[await _step(reader, each) for each in reversed(told)],
        )

    @post("/taking", opt={"action": "hold_tip"}, status_code=200)
    async def take(self, tip: UUID, intent: Intent, commands: Commands, tips: Tips) -> Response[Done]:
        """From now on you have it, and the others see that."""
        return await _changed(tip, intent, commands, tips, decisions.take)

    @post("/taking-over", opt={"action": "hold_tip"}, status_code=200)
    async def take_over(self, tip: UUID, data: Say, intent: Intent, commands: Commands, tips: Tips) -> Response[Done]:
        """From somebody who has it and cannot see to it."""
        return await _changed(
            tip, intent, commands, tips, lambda hand, of, who: decisions.take_over(hand, of, who, data.note)
        )

    @post("/handing-over", opt={"action": "hold_tip"}, status_code=200)
    async def hand_over(
        self, tip: UUID, data: HandOver, intent: Intent, commands: Commands, tips: Tips
    ) -> Response[Done]:
        """To somebody, with a note. It waits, for all to see, until they or others take it."""
        return await _changed(
            tip, intent, commands, tips, lambda hand, of, who: decisions.hand_over(hand, of, who, data.to, data.note)
        )

    @post("/putting-back", opt={"action": "hold_tip"}, status_code=200)
    async def put_back(self, tip: UUID, data: Say, intent: Intent, commands: Commands, tips: Tips) -> Response[Done]:
        """For whoever takes it next, with a note."""
        return await _changed(
            tip, intent, commands, tips, lambda hand, of, who: decisions.put_back(hand, of, who, data.note)
        )

    @post("/finishing", opt={"action": "hold_tip"}, status_code=200)
    async def finish(self, tip: UUID, intent: Intent, commands: Commands, tips: Tips) -> Response[Done]:
        """You have done what is to be done at intake."""
        return await _changed(tip, intent, commands, tips, decisions.finish)


def case_of(tip: Tip) -> Case:
    """What of a tip decides who may have it in hand."""
    waits = not tip.screened_age or tip.looked_at < tip.additions
    return Case(tip=tip.tip, person=tip.person, kept_out=tip.named_accounts, work_waits=waits)


async def _changed(
    tip: UUID, intent: Intent, commands: Commands, tips: Tips, decided: Callable[[Hand, Case, UUID], list[Event]]
) -> Response[Done]:
    """Rests on the tip: whom it names, and what of it waits, may change meanwhile."""

    async def decide(now: datetime) -> Decided:
        if intent.caller.account is None:
            raise NeverAllowed
        loaded = await tips.visible(intent.caller, "hold_tip", tip)
        hand = await tips.hand(tip)
        events = decided(hand.state, case_of(loaded.state), intent.caller.account)
        changes = Changes([Change(hand.id, hand.version, events)], rests_on=(loaded,))
        return Decided(changes, tip, hand.version + len(events), loaded.case or tip, now, status=200)

    return await commands.run(intent, decide)


async def _step(reader: Reader, told: Happening) -> StepOnPage:
    event = told.event
    if not isinstance(event, HandStep):
        raise TypeError(event.NAME)
    note = event.note if isinstance(event, Noted) else None
    return StepOnPage(
        what=event.NAME.partition(".")[2],
        at=told.happened_at,
        account=event.account,
        to=getattr(event, "to", None),
        note=await reader.open(SealedText(note, told.event_id, "note")),
    )
