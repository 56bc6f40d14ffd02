"""What two people decide about a kit, over HTTP: one proposes on the kit, a prosecutor answers what they were asked.

A prosecutor is shown what was proposed and why, and how far the kit has come; not its custody, numbers or statements.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.jurisdictions.kit import Decided as KindOfDecision
from contracts.language import Event
from services.forensic_clinic.kit import by_two
from services.forensic_clinic.kit.by_two import Proposal
from services.forensic_clinic.kit.commands import Moment, Text, WithReason, hand_of, on_kit, run
from services.forensic_clinic.kit.events import DecisionProposed
from services.forensic_clinic.kit.kits import Kits
from services.forensic_clinic.kit.state import NO_TEST, Kit
from services.forensic_clinic.kit.state import Decision as Proposed
from services.forensic_clinic.kit.states import state_of
from services.forensic_clinic.views.kit_decisions import record_of
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of
from services.kernel.http.problems import NotFound
from services.kernel.http.reading import SealedText
from services.kernel.store import Loaded


class Propose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For which reason of the list, to which prosecutor's office, and why in words; `paper` names a court's order."""

    decision: KindOfDecision
    reason: str
    office: str
    explanation: Text
    paper: Text | None = None


class Destroyed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When it was destroyed."""

    destroyed_at: Moment


class DecisionPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a prosecutor is asked. `explanation` and `paper` are null where a court had them destroyed, or unsaid."""

    kit: UUID
    version: int
    tip: UUID
    state: str
    decision: Proposed
    proposed_at: datetime
    sealed_at: datetime | None
    received_at: datetime | None
    tested_at: datetime | None
    explanation: str | None
    paper: str | None


class KitDecisionController(Controller):
    """For whoever proposes, and whoever holds the kit. `If-Match` is the kit's version."""

    path = "/kits/{kit:uuid}"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @post("/decisions", opt={"action": "propose_kit_decision"}, status_code=200)
    async def propose(self, kit: UUID, data: Propose, intent: Intent, commands: Commands, kits: Kits) -> Response[Done]:
        """That it is not tested, or is destroyed. Nothing changes until a prosecutor assents."""
        wanted = Proposal(**msgspec.structs.asdict(data))

        def act(state: Kit, _: datetime) -> list[Event]:
            return by_two.propose(state, hand_of(intent), wanted, kits.jurisdiction)

        return await run(kits, commands, intent, "propose_kit_decision", kit, None, act)

    @post("/decisions/{number:int}/withdrawal", opt={"action": "propose_kit_decision"}, status_code=200)
    async def withdraw(
        self, kit: UUID, number: int, data: WithReason, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """Takes back what you proposed while nobody has answered."""

        def act(state: Kit, _: datetime) -> list[Event]:
            return by_two.take_back(state, hand_of(intent), number, data.reason)

        return await run(kits, commands, intent, "propose_kit_decision", kit, None, act)

    @post("/destruction", opt={"action": "destroy_kit"}, status_code=200)
    async def destroy(
        self, kit: UUID, data: Destroyed, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """You held it and destroyed it, as a prosecutor had assented to by a court's order."""

        def act(state: Kit, now: datetime) -> list[Event]:
            return by_two.destroy(state, hand_of(intent), data.destroyed_at, kits.jurisdiction, now)

        return await run(kits, commands, intent, "destroy_kit", kit, data.destroyed_at, act)


class AskedDecisionController(Controller):
    """For the prosecutor's office it was proposed to. `If-Match` is the kit's version."""

    path = "/kit-decisions/{kit:uuid}"
    tags = ["Kits"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_kit_decision"})
    async def read(self, kit: UUID, kits: Kits, request: Request[Any, Any, Any]) -> Response[DecisionPage]:
        """What was proposed last, and why. That you read it is put on record before you see it."""
        caller = caller_of(request)
        loaded = await _asked(kits, caller, "read_kit_decision", kit)
        told = [each for each in await kits.store.happenings(kit) if isinstance(each.event, DecisionProposed)][-1]
        asked = loaded.state.decisions[-1]
        await kits.reader.record(caller, "why a decision on a kit is proposed", loaded.case or kit, [told])
        explanation, paper = [
            await kits.reader.open(SealedText(getattr(told.event, field), told.event_id, field))
            for field in ("explanation", "paper")
        ]
        page = DecisionPage(
            kit=kit,
            version=loaded.version,
            tip=loaded.state.tip,
            state=state_of(loaded.state),
            decision=asked,
            proposed_at=told.happened_at,
            sealed_at=loaded.state.sealed_at,
            received_at=loaded.state.received_at,
            tested_at=loaded.state.tested_at,
            explanation=explanation,
            paper=paper,
        )
        return Response(page, headers={"ETag": f'"{page.version}"'})

    @post("/{number:int}/assent", opt={"action": "answer_kit_decision"}, status_code=200)
    async def assent(self, kit: UUID, number: int, intent: Intent, commands: Commands, kits: Kits) -> Response[Done]:
        """You agree. What need not be tested need not be delivered either: clocks that run for that are excused."""
        hand = hand_of(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _asked(kits, intent.caller, "answer_kit_decision", kit))
            events = by_two.assent(loaded.state, hand, number)
            decided = next(each for each in loaded.state.decisions if each.number == number).decision
            excused = await kits.not_to_be_tested(loaded.state, now) if decided == NO_TEST else []
            return await on_kit(kits, intent, loaded, events, now, now, *excused)

        return await commands.run(intent, decide)

    @post("/{number:int}/denial", opt={"action": "answer_kit_decision"}, status_code=200)
    async def deny(
        self, kit: UUID, number: int, data: WithReason, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """You do not agree: the kit goes its way as before."""
        hand = hand_of(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _asked(kits, intent.caller, "answer_kit_decision", kit))
            return await on_kit(kits, intent, loaded, by_two.deny(loaded.state, hand, number, data.reason), now, now)

        return await commands.run(intent, decide)

    @post("/{number:int}/taking-back", opt={"action": "answer_kit_decision"}, status_code=200)
    async def take_back(
        self, kit: UUID, number: int, data: WithReason, intent: Intent, commands: Commands, kits: Kits
    ) -> Response[Done]:
        """Your office assented, and it was not carried out: it holds no more."""
        hand = hand_of(intent)

        async def decide(now: datetime) -> Decided:
            loaded = intent.expect(await _asked(kits, intent.caller, "answer_kit_decision", kit))
            events = by_two.take_back(loaded.state, hand, number, data.reason)
            return await on_kit(kits, intent, loaded, events, now, now)

        return await commands.run(intent, decide)


async def _asked(kits: Kits, caller: Caller, action: str, kit: UUID) -> Loaded[Kit]:
    """Raises `NotFound` for a kit that is absent, or about which this office was asked nothing."""
    loaded = await kits.load(kit)
    # Asked of a kit there is not, too: it must not be told from a hidden one by the time the answer takes.
    case = await kits.case(loaded.state.tip)
    last = loaded.state.decisions[-1] if loaded.state.decisions else None
    if not loaded.exists or last is None:
        raise NotFound
    kits.gate.require(caller, action, record_of(kit, last.office, case.kept_out))
    return loaded
