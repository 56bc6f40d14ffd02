"""Evidence kits over HTTP: open, seal, call, give and take by both hands, result. No route destroys a kit (C58)."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event, Personal
from services.forensic_clinic.kit import decisions, handovers
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.decisions import Consent, Opening, Result
from services.forensic_clinic.kit.handovers import Found, Purpose, Receiver, Recovery, Seal
from services.forensic_clinic.kit.kits import Kits, kit_of, record_of
from services.forensic_clinic.kit.numbers import Numbers
from services.forensic_clinic.kit.page import KitPage, kit_page
from services.forensic_clinic.kit.state import UNSET, Kit, evolve
from services.kernel.batch import Effect
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import NeverAllowed, NotFound
from services.kernel.http.reading import SealedText
from services.kernel.store import Change, Changes, Loaded
from services.kernel.stored_form import Happening

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(min_length=3, max_length=2_000)]
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
NO_STATEMENT = ""


class OpenKit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`number` as printed on the box. `consent` is the patient's own choice; of an unreported kit nobody is told."""

    exam: UUID
    number: Number
    consent: Consent
    opened_at: Moment


class FindKit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The number as printed on the box. It goes in the body, so no log or address bar keeps it."""

    number: Number


class SealKit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many items, not what they are."""

    items: int
    seal_number: Number
    sealed_at: Moment


class ResealKit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The new seal, and why the kit was opened."""

    seal_number: Number
    reason: Text
    sealed_at: Moment


class ReportKit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the patient said so."""

    reported_at: Moment


class CallPolice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which agency was called, when, and who answered."""

    agency: str
    called_at: Moment
    spoke_with: Text


class CorrectCall(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the first call was in truth."""

    called_at: Moment
    reason: Text


class OfferKit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To one account, or without `account` to anyone of the agency with the role. Say what you see of the seal."""

    agency: str
    role: str
    account: UUID | None = None
    purpose: Purpose
    seal: Seal = "whole"
    statement: Text | None = None
    offered_at: Moment


class RecoverKit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The kit of somebody who left: where you found it and how it came to be there, and to whom you offer it."""

    agency: str
    role: str
    account: UUID | None = None
    purpose: Purpose
    seal: Seal = "whole"
    statement: Text | None = None
    place: Text
    reason: Text
    recovered_at: Moment


class AcceptKit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read the number from the seal. Where it is broken or another, `statement` says what you see; you take the kit."""

    seal_number: Number
    seal: Seal = "whole"
    statement: Text | None = None
    accepted_at: Moment


class WithReason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In your own words; it is sealed and shown only to those who work with the kit."""

    reason: Text


class MakeStatement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What you know of the seal in this handover."""

    handover: int
    statement: Text


class RecordResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That it was done, never what was found."""

    result: Result
    result_at: Moment


class TextOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed text; null where a court had it destroyed. `handover` is null for what belongs to none."""

    event: str
    field: str
    handover: int | None
    recorded_at: datetime | None
    text: str | None


class KitController(Controller):
    """One kit. Times are when it happened, and may be typed in afterwards."""

    path = "/kits"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/", opt={"action": "open_kit"}, status_code=201)
    async def open(
        self, data: OpenKit, intent: Intent, commands: Commands, kits: Kits, numbers: Numbers
    ) -> Response[Done]:
        """A new kit for an exam, by the nurse who examines."""
        nurse = hand_of(intent)

        async def decide(now: datetime) -> Decided:
            loaded = await kits.clinic.exam(data.exam)
            exam = loaded.state
            # Asked of an exam there is not, too: it must not be told from a hidden one by the time the answer takes.
            case = await kits.case(exam.tip)
            if exam.slot is None:
                raise NotFound
            planned = Kit(tip=exam.tip, clinic=exam.clinic, nurse=exam.slot.nurse)
            kits.gate.require(intent.caller, "open_kit", record_of(planned, case))
            new = kit_of(data.exam, len(await kits.of_exam(data.exam)) + 1)
            carried_by = await numbers.carried_by(data.number)
            opening = Opening(kit=new, exam=data.exam, tip=exam.tip, person=exam.person)
            events = decisions.open_kit(
                opening, nurse, data.number, data.consent, data.opened_at, now, taken=carried_by is not None
            )
            changes = Changes([Change(new, 0, events)], (numbers.reservation(data.number, new),))
            return Decided(changes, new, len(events), loaded.case or exam.tip, data.opened_at, status=201)

        return await commands.run(intent, decide)

    @post("/find", opt={"action": "find_kit"}, status_code=200)
    async def find(
        self, data: FindKit, kits: Kits, numbers: Numbers, request: Request[Any, Any, Any]
    ) -> Response[KitPage]:
        """The kit that carries a number, for whoever has the box before them."""
        carried_by = await numbers.carried_by(data.number) or UNSET
        return await _shown(kits, request, await kits.visible(caller_of(request), "find_kit", carried_by))

    @get("/{kit:uuid}", opt={"action": "read_kit"})
    async def read(self, kit: UUID, kits: Kits, request: Request[Any, Any, Any]) -> Response[KitPage]:
        """The chain of custody, its clocks, and what is due next. That you were shown them is put on record."""
        return await _shown(kits, request, await kits.visible(caller_of(request), "read_kit", kit))

    @get("/{kit:uuid}/texts", opt={"action": "read_kit_texts"})
    async def texts(self, kit: UUID, kits: Kits, request: Request[Any, Any, Any]) -> list[TextOnPage]:
        """Numbers, reasons and statements. That you read them is put on record before you see them."""
        caller = caller_of(request)
        loaded = await kits.visible(caller, "read_kit_texts", kit)
        told = [each for each in await kits.store.happenings(kit) if _sealed_fields(each.event)]
        await kits.reader.record(caller, "texts of a kit", loaded.case or kit, told)
        return [await _text(kits, each, field) for each in told for field in _sealed_fields(each.event)]

    @post("/{kit:uuid}/setting-aside", opt={"action": "set_kit_aside"}, status_code=200)
    async def set_aside(
        self, kit: UUID, data: WithReason, intent: Intent, commands: Commands, kits: Kits, numbers: Numbers
    ) -> Response[Done]:
        """Opened by mistake, and nothing is in it."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await kits.visible(intent.caller, "set_kit_aside", kit))
            events = decisions.set_aside(loaded.state, data.reason)
            return await _on_kit(kits, loaded, events, now, now, numbers.release(kit))

        return await commands.run(intent, decide)

    @post("/{kit:uuid}/seal", opt={"action": "seal_kit"}, status_code=200)
    async def seal(self, kit: UUID, data: SealKit, intent: Intent, commands: Commands, kits: Kits) -> Response[Done]:
        """Closes the kit. From here on you answer for it until somebody accepts it from you."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return decisions.seal(state, hand_of(intent), data.items, data.seal_number, data.sealed_at, now)

        return await _run(kits, commands, intent, "seal_kit", kit, data.sealed_at, act)

    @post("/{kit:uuid}/new-seal", opt={"action": "reseal_kit"}, status_code=200)
    async def reseal(
        self, kit: UUID, data: ResealKit, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """You opened the kit you hold for your work, and closed it again."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return decisions.reseal(state, hand_of(intent), data.seal_number, data.reason, data.sealed_at, now)

        return await _run(kits, commands, intent, "reseal_kit", kit, data.sealed_at, act)

    @post("/{kit:uuid}/report", opt={"action": "report_kit"}, status_code=200)
    async def report(
        self, kit: UUID, data: ReportKit, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """The patient of an unreported kit chose to report: its clocks run from then."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return decisions.report(state, data.reported_at, now)

        return await _run(kits, commands, intent, "report_kit", kit, data.reported_at, act)

    @post("/{kit:uuid}/calls", opt={"action": "call_police"}, status_code=200)
    async def call(self, kit: UUID, data: CallPolice, intent: Intent, commands: Commands, kits: Kits) -> Response[Done]:
        """Law enforcement was called: the kit is ready."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return decisions.call_police(state, data.agency, data.called_at, data.spoke_with, kits.jurisdiction, now)

        return await _run(kits, commands, intent, "call_police", kit, data.called_at, act)

    @post("/{kit:uuid}/call-correction", opt={"action": "call_police"}, status_code=200)
    async def correct_call(
        self, kit: UUID, data: CorrectCall, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """The first call was at another time. What was known before stays on record."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return decisions.correct_call(state, data.called_at, data.reason, now)

        return await _run(kits, commands, intent, "call_police", kit, data.called_at, act)

    @post("/{kit:uuid}/offers", opt={"action": "offer_kit"}, status_code=200)
    async def offer(self, kit: UUID, data: OfferKit, intent: Intent, commands: Commands, kits: Kits) -> Response[Done]:
        """Gives the kit you hold to somebody. You answer for it until they accept."""
        to = Receiver(agency=data.agency, role=data.role, account=data.account)
        found = Found(seal=data.seal, statement=data.statement or NO_STATEMENT)

        def act(state: Kit, now: datetime) -> list[Event]:
            return handovers.offer(
                state, hand_of(intent), to, data.purpose, found, data.offered_at, kits.jurisdiction, now
            )

        return await _run(kits, commands, intent, "offer_kit", kit, data.offered_at, act)

    @post("/{kit:uuid}/recovery", opt={"action": "recover_kit"}, status_code=200)
    async def recover(
        self, kit: UUID, data: RecoverKit, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """Somebody of your agency left with the kit in their hand: you found it, and offer it for them.

        An exception, and on record as one. Another must take it, in their own name.
        """
        to = Receiver(agency=data.agency, role=data.role, account=data.account)
        found = Found(seal=data.seal, statement=data.statement or NO_STATEMENT)
        recovery = Recovery(place=data.place, reason=data.reason, recovered_at=data.recovered_at)
        hand = hand_of(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await kits.visible(intent.caller, "recover_kit", kit))
            left_at = await kits.holder_left_at(loaded.state)
            events = handovers.recover(
                loaded.state, hand, to, data.purpose, recovery, found, left_at, kits.jurisdiction, now
            )
            return await _on_kit(kits, loaded, events, data.recovered_at, now)

        return await commands.run(intent, decide)

    @post("/{kit:uuid}/acceptance", opt={"action": "accept_kit"}, status_code=200)
    async def accept(
        self, kit: UUID, data: AcceptKit, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """Takes the kit, in your own name. A seal that is not as it should be goes on record with your statement."""
        hand = hand_of(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await kits.visible(intent.caller, "accept_kit", kit))
            matches = loaded.state.sealed_at is None or await kits.seal_matches(kit, data.seal_number)
            seal = data.seal if matches or data.seal == "broken" else "other_number"
            found = Found(seal=seal, statement=data.statement or NO_STATEMENT)
            events = handovers.accept(loaded.state, hand, found, data.accepted_at, now)
            return await _on_kit(kits, loaded, events, data.accepted_at, now)

        return await commands.run(intent, decide)

    @post("/{kit:uuid}/refusal", opt={"action": "accept_kit"}, status_code=200)
    async def refuse(
        self, kit: UUID, data: WithReason, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """Does not take the kit: it stays with who offered it."""

        def act(state: Kit, _: datetime) -> list[Event]:
            return handovers.refuse(state, hand_of(intent), data.reason)

        return await _run(kits, commands, intent, "accept_kit", kit, None, act)

    @post("/{kit:uuid}/withdrawal", opt={"action": "offer_kit"}, status_code=200)
    async def withdraw(
        self, kit: UUID, data: WithReason, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """Takes back an offer of yours that nobody answered."""

        def act(state: Kit, _: datetime) -> list[Event]:
            return handovers.withdraw(state, hand_of(intent), data.reason)

        return await _run(kits, commands, intent, "offer_kit", kit, None, act)

    @post("/{kit:uuid}/statements", opt={"action": "state_on_seal"}, status_code=200)
    async def state_on_seal(
        self, kit: UUID, data: MakeStatement, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """The other side of a handover in which the seal was doubted is heard."""

        def act(state: Kit, _: datetime) -> list[Event]:
            return handovers.state_on_seal(state, data.handover, hand_of(intent), data.statement)

        return await _run(kits, commands, intent, "state_on_seal", kit, None, act)

    @post("/{kit:uuid}/results", opt={"action": "record_result"}, status_code=200)
    async def result(
        self, kit: UUID, data: RecordResult, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """The laboratory tested the kit, or gave it to another to test."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return decisions.record_result(state, hand_of(intent), data.result, data.result_at, now)

        return await _run(kits, commands, intent, "record_result", kit, data.result_at, act)


def hand_of(intent: Intent) -> Hand:
    """Who acts, in their own name."""
    caller = intent.caller
    if caller.account is None:
        raise NeverAllowed
    return Hand(account=caller.account, agency=caller.agency, roles=caller.roles)


async def _run(
    kits: Kits,
    commands: Commands,
    intent: Intent,
    action: str,
    kit: UUID,
    happened_at: datetime | None,
    act: Callable[[Kit, datetime], list[Event]],
) -> Response[Done]:
    async def decide(now: datetime) -> Decided:
        loaded = intent.expect(await kits.visible(intent.caller, action, kit))
        return await _on_kit(kits, loaded, act(loaded.state, now), happened_at or now, now)

    return await commands.run(intent, decide)


async def _on_kit(
    kits: Kits, loaded: Loaded[Kit], events: list[Event], happened_at: datetime, now: datetime, *effects: Effect
) -> Decided:
    """The kit's events, and the end of each clock that they meet, in one commit."""
    after = loaded.state
    for event in events:
        after = evolve(after, event)
    return decided_on(loaded, events, happened_at, *await kits.settled(after, now), effects=effects)


async def _shown(kits: Kits, request: Request[Any, Any, Any], loaded: Loaded[Kit]) -> Response[KitPage]:
    page = await kit_page(kits, loaded)
    await kits.reader.shown(caller_of(request), "kit", loaded)
    return Response(page, headers={"ETag": f'"{page.version}"'})


def _sealed_fields(event: Event) -> list[str]:
    return [name for name in event.__struct_fields__ if isinstance(getattr(event, name), Personal)]


async def _text(kits: Kits, told: Happening, field: str) -> TextOnPage:
    sealed = SealedText(getattr(told.event, field), told.event_id, field)
    return TextOnPage(
        event=told.event.NAME,
        field=field,
        handover=getattr(told.event, "handover", None),
        recorded_at=told.recorded_at,
        text=await kits.reader.open(sealed),
    )
