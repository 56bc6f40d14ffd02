"""A difference as a matter to settle: opened by a count, settled by a person or by a later count. Pure."""

from typing import Literal
from uuid import UUID

import msgspec

from contracts.jurisdictions.census import CensusRules
from contracts.language import Event, InvalidValue, Personal, Refused
from services.forensic_clinic.census.counting import Difference
from services.forensic_clinic.census.events import MatterGone, MatterOpened, MatterSettled
from services.forensic_clinic.census.refusals import CensusRefusal
from services.forensic_clinic.kit.checks import Hand

Phase = Literal["none", "open", "settled", "gone"]


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """`outcome` is the last that was said of it, while the difference is not gone; `day` when it was opened last."""

    phase: Phase = "none"
    matter: UUID = UUID(int=0)
    kind: str = ""
    subject: UUID = UUID(int=0)
    agency: str = ""
    county: str = ""
    stated_by: tuple[str, ...] = ()
    day: str = ""
    outcome: str = ""


def evolve(matter: Matter, event: Event) -> Matter:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case MatterOpened():
            return Matter(
                phase="open",
                matter=event.matter,
                kind=event.kind,
                subject=event.subject,
                agency=event.agency,
                county=event.county,
                stated_by=event.stated_by,
                day=event.day,
            )
        case MatterSettled():
            return change(matter, phase="settled", outcome=event.outcome)
        case MatterGone():
            return change(matter, phase="gone", outcome="")
        case _:
            return matter


def found(matter: Matter, difference: Difference, day: str, rules: CensusRules) -> list[Event]:
    """The count of `day` found the difference. Nothing happens to a matter that is open, or is explained for good."""
    explained = rules.settlement(matter.outcome, matter.kind) if matter.phase == "settled" else None
    if matter.phase == "open" or (explained is not None and explained.stands):
        return []
    return [
        MatterOpened(
            matter=difference.matter,
            kind=difference.kind,
            subject=difference.subject,
            agency=difference.agency,
            county=difference.county,
            stated_by=difference.stated_by,
            day=day,
        )
    ]


def not_found(matter: Matter, day: str) -> list[Event]:
    """The count of `day` shows it no more."""
    return [MatterGone(matter=matter.matter, day=day)] if matter.phase in {"open", "settled"} else []


def settle(matter: Matter, hand: Hand, outcome: str, reason: str, person: UUID, rules: CensusRules) -> list[Event]:
    """The reason is sealed under `person`. Raises `InvalidValue`, `Refused`."""
    if matter.phase != "open":
        raise Refused(CensusRefusal.MATTER_NOT_OPEN, "This is settled already. What was said of it is on its page.")
    if rules.settlement(outcome, matter.kind) is None:
        raise InvalidValue("outcome", "Choose one of the outcomes listed for this difference.")
    return [
        MatterSettled(
            matter=matter.matter,
            outcome=outcome,
            by=hand.account,
            agency=hand.agency,
            reason=Personal(person=person, text=reason),
        )
    ]
