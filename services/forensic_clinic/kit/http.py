"""Evidence kits over HTTP: open, seal, report, call, result. How one ends is in by_two_http.py."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event
from services.forensic_clinic.kit import decisions
from services.forensic_clinic.kit.commands import Moment, Number, Text, WithReason, hand_of, on_kit, run
from services.forensic_clinic.kit.decisions import Consent, Opening, Result
from services.forensic_clinic.kit.kits import Kits, kit_of, record_of
from services.forensic_clinic.kit.numbers import Numbers
from services.forensic_clinic.kit.page import KitPage, kit_page
from services.forensic_clinic.kit.state import UNSET, Kit
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of
from services.kernel.http.problems import NotFound
from services.kernel.store import Change, Changes, Loaded


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


class RecordResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That it was done, never what was found."""

    result: Result
    result_at: Moment


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

    @post("/{kit:uuid}/setting-aside", opt={"action": "set_kit_aside"}, status_code=200)
    async def set_aside(
        self, kit: UUID, data: WithReason, intent: Intent, commands: Commands, kits: Kits, numbers: Numbers
    ) -> Response[Done]:
        """Opened by mistake, and nothing is in it."""

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await kits.visible(intent.caller, "set_kit_aside", kit))
            events = decisions.set_aside(loaded.state, data.reason)
            return await on_kit(kits, intent, loaded, events, now, now, effects=[numbers.release(kit)])

        return await commands.run(intent, decide)

    @post("/{kit:uuid}/seal", opt={"action": "seal_kit"}, status_code=200)
    async def seal(self, kit: UUID, data: SealKit, intent: Intent, commands: Commands, kits: Kits) -> Response[Done]:
        """Closes the kit. From here on you answer for it until somebody accepts it from you."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return decisions.seal(state, hand_of(intent), data.items, data.seal_number, data.sealed_at, now)

        return await run(kits, commands, intent, "seal_kit", kit, data.sealed_at, act)

    @post("/{kit:uuid}/new-seal", opt={"action": "reseal_kit"}, status_code=200)
    async def reseal(
        self, kit: UUID, data: ResealKit, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """You opened the kit you hold for your work, and closed it again."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return decisions.reseal(state, hand_of(intent), data.seal_number, data.reason, data.sealed_at, now)

        return await run(kits, commands, intent, "reseal_kit", kit, data.sealed_at, act)

    @post("/{kit:uuid}/report", opt={"action": "report_kit"}, status_code=200)
    async def report(
        self, kit: UUID, data: ReportKit, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """The patient of an unreported kit chose to report: its clocks run from then."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return decisions.report(state, data.reported_at, now)

        return await run(kits, commands, intent, "report_kit", kit, data.reported_at, act)

    @post("/{kit:uuid}/calls", opt={"action": "call_police"}, status_code=200)
    async def call(self, kit: UUID, data: CallPolice, intent: Intent, commands: Commands, kits: Kits) -> Response[Done]:
        """Law enforcement was called: the kit is ready."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return decisions.call_police(state, data.agency, data.called_at, data.spoke_with, kits.jurisdiction, now)

        return await run(kits, commands, intent, "call_police", kit, data.called_at, act)

    @post("/{kit:uuid}/call-correction", opt={"action": "call_police"}, status_code=200)
    async def correct_call(
        self, kit: UUID, data: CorrectCall, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """The first call was at another time. What was known before stays on record."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return decisions.correct_call(state, data.called_at, data.reason, now)

        return await run(kits, commands, intent, "call_police", kit, data.called_at, act)

    @post("/{kit:uuid}/results", opt={"action": "record_result"}, status_code=200)
    async def result(
        self, kit: UUID, data: RecordResult, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """The laboratory tested the kit, or gave it to another to test."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return decisions.record_result(state, hand_of(intent), data.result, data.result_at, now)

        return await run(kits, commands, intent, "record_result", kit, data.result_at, act)


async def _shown(kits: Kits, request: Request[Any, Any, Any], loaded: Loaded[Kit]) -> Response[KitPage]:
    page = await kit_page(kits, loaded)
    await kits.reader.shown(caller_of(request), "kit", loaded)
    return Response(page, headers={"ETag": f'"{page.version}"'})
