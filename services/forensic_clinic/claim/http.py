"""One claim over HTTP: how it stands, and each step that is recorded of it. It says of nobody whose exam it is for."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post

from contracts.language import Event
from services.forensic_clinic.cases import Clinic
from services.forensic_clinic.claim import decisions
from services.forensic_clinic.claim.state import Claim, evolve
from services.forensic_clinic.kit.checks import Hand
from services.forensic_clinic.kit.commands import hand_of
from services.forensic_clinic.views.claims import ONE, ClaimRow, record_of, row_of
from services.kernel.http.caller import Caller
from services.kernel.http.commands import Commands, Decided, Done, Intent, caller_of, decided_on
from services.kernel.http.problems import NotFound, Stale
from services.kernel.store import Kind
from services.kernel.views import Views

CLAIM = Kind("claim", Claim(), evolve)


class StepOfClaim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of it, on which day in Central time; `cents` of what was paid, where it is known."""

    step: Literal["sent", "paid", "refused"]
    on: date
    cents: int | None = None


class StepOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """A step that stands."""

    stage: str
    on: date
    cents: int | None


class ClaimPage(msgspec.Struct, frozen=True, kw_only=True):
    """The line of the list, and its steps in order. `version` is for If-Match, 0 while nothing was recorded."""

    version: int
    line: ClaimRow
    steps: tuple[StepOnPage, ...]


class OneClaimController(Controller):
    """For whoever bills at the clinic."""

    path = "/claims/{claim:uuid}"
    tags = ["Claims"]  # noqa: RUF012  # Litestar reads a class attribute

    @get("/", opt={"action": "list_claims"})
    async def claim(
        self, claim: UUID, views: Views, clinic: Clinic, request: Request[Any, Any, Any]
    ) -> Response[ClaimPage]:
        """As it stands."""
        row = await _visible(views, clinic, caller_of(request), "list_claims", claim)
        loaded = await clinic.store.load(CLAIM, claim)
        page = ClaimPage(
            version=loaded.version,
            line=row_of(row, clinic.jurisdiction),
            steps=tuple(StepOnPage(stage=each.stage, on=each.on, cents=each.cents) for each in loaded.state.steps),
        )
        return Response(page, headers={"ETag": f'"{loaded.version}"'})

    @post("/steps", opt={"action": "record_claim"}, status_code=200)
    async def step(
        self, claim: UUID, data: StepOfClaim, intent: Intent, commands: Commands, clinic: Clinic, views: Views
    ) -> Response[Done]:
        """That it was sent, paid or refused."""
        hand, tables = hand_of(intent), clinic.jurisdiction

        async def decide(now: datetime) -> Decided:
            row = await _visible(views, clinic, intent.caller, "record_claim", claim)
            loaded = await clinic.store.load(CLAIM, claim)
            if (intent.expected or 0) != loaded.version:
                raise Stale
            events = _step(claim, loaded.state, data, hand, tables.day_of(row["completed_at"]), tables.day_of(now))
            # In a case of its own: from the claim nobody comes to the patient's.
            return decided_on(loaded, events, now, case=claim)

        return await commands.run(intent, decide)

    @post("/correction", opt={"action": "record_claim"}, status_code=200)
    async def correction(
        self, claim: UUID, intent: Intent, commands: Commands, clinic: Clinic, views: Views
    ) -> Response[Done]:
        """Takes the last step back: it was entered by mistake."""
        hand = hand_of(intent)

        async def decide(now: datetime) -> Decided:
            await _visible(views, clinic, intent.caller, "record_claim", claim)
            loaded = await clinic.store.load(CLAIM, claim)
            if (intent.expected or 0) != loaded.version:
                raise Stale
            return decided_on(
                loaded, decisions.take_back(claim, loaded.state, hand.account, hand.agency), now, case=claim
            )

        return await commands.run(intent, decide)


def _step(claim: UUID, before: Claim, data: StepOfClaim, hand: Hand, exam_on: date, today: date) -> list[Event]:
    by = (hand.account, hand.agency)
    if data.step == "sent":
        return decisions.send(claim, before, *by, data.on, exam_on, today)
    if data.step == "paid":
        return decisions.pay(claim, before, *by, data.on, data.cents, today)
    return decisions.refuse(claim, before, *by, data.on, today)


async def _visible(views: Views, clinic: Clinic, caller: Caller, action: str, claim: UUID) -> dict[str, Any]:
    """Raises `NotFound` for a claim that is absent, of an exam not done yet, or not the caller's to touch."""
    found = await views.query("claims", ONE, {"claim": claim}, current=True)
    if not found:
        raise NotFound
    clinic.gate.require(caller, action, record_of(found[0]))
    return found[0]
