"""A claim as its events tell it: the steps that stand."""

from datetime import date
from typing import Literal

import msgspec

from contracts.language import Event
from services.forensic_clinic.claim.events import ClaimPaid, ClaimRefused, ClaimSent, ClaimStepTakenBack

Stage = Literal["not_sent", "sent", "paid", "refused"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it on which day; `cents` of what was paid, where it is known."""

    stage: Stage
    on: date
    cents: int | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """`steps` in order, without those that were taken back."""

    steps: tuple[Step, ...] = ()

    @property
    def last(self) -> Step | None:
        return self.steps[-1] if self.steps else None

    @property
    def stage(self) -> Stage:
        return self.steps[-1].stage if self.steps else "not_sent"


def evolve(claim: Claim, event: Event) -> Claim:
    """Never fails; an event of another kind changes nothing."""
    match event:
        case ClaimSent():
            return _with(claim, Step(stage="sent", on=event.sent_on))
        case ClaimPaid():
            return _with(claim, Step(stage="paid", on=event.paid_on, cents=event.cents))
        case ClaimRefused():
            return _with(claim, Step(stage="refused", on=event.refused_on))
        case ClaimStepTakenBack():
            return Claim(steps=claim.steps[:-1])
        case _:
            return claim


def _with(claim: Claim, step: Step) -> Claim:
    return Claim(steps=(*claim.steps, step))
