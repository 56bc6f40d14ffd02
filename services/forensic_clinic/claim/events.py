"""What becomes of a claim to victim compensation. Nothing here says of which exam it is, nor of whom."""

from datetime import date
from typing import Annotated

from contracts.language import Code, Event, Measure, Reference, classified

Day = Annotated[date, classified("moment")]
Cents = Annotated[int | None, classified("measure")]


class ClaimSent(Event, frozen=True, kw_only=True):
    """It went to whoever pays, for the first time or after a refusal."""

    NAME = "claim.sent"

    claim: Reference
    by: Reference
    agency: Code
    sent_on: Day


class ClaimPaid(Event, frozen=True, kw_only=True):
    """The clinic was paid. `cents` is how much, where it is known."""

    NAME = "claim.paid"

    claim: Reference
    by: Reference
    agency: Code
    paid_on: Day
    cents: Cents = None


class ClaimRefused(Event, frozen=True, kw_only=True):
    """Whoever pays said no. The patient is sent no bill all the same."""

    NAME = "claim.refused"

    claim: Reference
    by: Reference
    agency: Code
    refused_on: Day


class ClaimStepTakenBack(Event, frozen=True, kw_only=True):
    """Step `step` of the claim, its last, was entered by mistake: it stands as before."""

    NAME = "claim.step_taken_back"

    claim: Reference
    by: Reference
    agency: Code
    step: Measure


CLAIM_EVENTS: tuple[type[Event], ...] = (ClaimSent, ClaimPaid, ClaimRefused, ClaimStepTakenBack)
