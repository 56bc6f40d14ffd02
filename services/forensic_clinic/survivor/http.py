"""A survivor's page as the clinic that collected the kit sees it: receipts given, questions answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from services.forensic_clinic.kit.commands import Text, hand_of
from services.forensic_clinic.survivor import decisions
from services.forensic_clinic.survivor.page import Question, questions_told
from services.forensic_clinic.survivor.public_http import Pin
from services.forensic_clinic.survivor.state import Sees, Told
from services.forensic_clinic.survivor.survivors import Survivors, followed
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on


class GiveAccess(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The survivor chooses the PIN, types it, and tells it to nobody; what they want to see; and how to be told."""

    pin: Pin
    sees: tuple[Sees, ...]
    told: Told


class AnswerQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the survivor is answered, on their page. It may be read by whoever looks over their shoulder."""

    number: int
    answer: Text


class ReceiptGiven(msgspec.Struct, frozen=True):
    """To be written down. It is told again to whoever repeats the same request, and to nobody else."""

    receipt: str


class SurvivorOnKit(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a receipt opens a page of the kit, what its holder chose, and what they asked; never the PIN."""

    version: int
    given: int
    open: bool
    sees: tuple[str, ...]
    told: str
    waits: int | None
    questions: tuple[Question, ...]


class SurvivorController(Controller):
    """Under a kit's path. `If-Match`, where something is answered or closed, is the version of this page."""

    path = "/kits/{kit:uuid}/survivor"
    tags = ["Survivors"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "read_survivor"})
    async def read(self, kit: UUID, survivors: Survivors, request: Request[Any, Any, Any]) -> Response[SurvivorOnKit]:
        """What was asked and answered. That you read it is put on record before you see it."""
        caller = caller_of(request)
        loaded = await survivors.kits.visible(caller, "read_survivor", kit)
        survivor = await survivors.of_kit(kit)
        happenings = await survivors.kits.store.happenings(survivor.id)
        await survivors.kits.reader.shown(caller, "survivor of a kit", loaded, *([survivor] if survivor.exists else []))
        page = SurvivorOnKit(
            version=survivor.version,
            given=survivor.state.given,
            open=survivor.state.open,
            sees=survivor.state.sees,
            told=survivor.state.told,
            waits=survivor.state.waits,
            questions=await questions_told(survivors, happenings, loaded.state, caller),
        )
        return Response(page, headers={"ETag": f'"{page.version}"'})

    @post("/access", opt={"action": "give_survivor_page"}, status_code=201)
    async def give(
        self, kit: UUID, data: GiveAccess, intent: Intent, commands: Commands, survivors: Survivors
    ) -> Response[ReceiptGiven]:
        """A receipt for the survivor; with a later one an earlier opens nothing any more."""
        # First: of a kit that is hidden nothing is said, not even of a PIN.
        await survivors.kits.visible(intent.caller, "give_survivor_page", kit)
        verifier = await survivors.pins.verifier_of(decisions.good_pin("pin", data.pin))
        intent = survivors.without_pin(intent, "give", str(kit), *data.sees, data.told)

        async def decide(now: datetime) -> Decided:
            loaded = await survivors.kits.visible(intent.caller, "give_survivor_page", kit)
            survivor = await survivors.of_kit(kit)
            events = decisions.give(followed(loaded.state), verifier, data.sees, data.told)
            effects = survivors.reservation(kit, survivor.version + len(events))
            return decided_on(survivor, events, now, effects=effects, case=loaded.state.tip, status=201)

        done, status = await commands.perform(intent, decide)
        return Response(ReceiptGiven(survivors.code(kit, done.version)), status_code=status)

    @post("/answers", opt={"action": "answer_survivor"}, status_code=200)
    async def answer(
        self, kit: UUID, data: AnswerQuestion, intent: Intent, commands: Commands, survivors: Survivors
    ) -> Response[Done]:
        """Answers what the survivor asked; its clock ends."""
        by = hand_of(intent).account

        async def decide(now: datetime) -> Decided:
            loaded = await survivors.kits.visible(intent.caller, "answer_survivor", kit)
            survivor = intent.expect(await survivors.of_kit(kit))
            events = decisions.answer(survivor.state, followed(loaded.state), data.number, by, data.answer)
            also = await survivors.answered(kit, events, now)
            return decided_on(survivor, events, now, *also, case=loaded.state.tip)

        return await commands.run(intent, decide)

    @post("/closing", opt={"action": "give_survivor_page"}, status_code=200)
    async def close(self, kit: UUID, intent: Intent, commands: Commands, survivors: Survivors) -> Response[Done]:
        """The receipt is lost, or in the wrong hands: it opens nothing from now on."""

        async def decide(now: datetime) -> Decided:
            loaded = await survivors.kits.visible(intent.caller, "give_survivor_page", kit)
            survivor = intent.expect(await survivors.of_kit(kit))
            events = decisions.close(survivor.state, "clinic")
            also = await survivors.closed(survivor.state, now)
            effects = [survivors.release(kit)]
            return decided_on(survivor, events, now, *also, effects=effects, case=loaded.state.tip)

        return await commands.run(intent, decide)
