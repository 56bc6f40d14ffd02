"""What a paper says of a legacy kit that was found after the kit came in: recorded, or taken back. Pure.

One paper holds at a time. Another that says otherwise comes in when the first was taken back, with a reason; both stay
on record. No paper makes a kit reported that is on file as unreported: only its patient does (C58; Miss. Code
99-51-1(1)(g)). Towards unreported a paper leads as long as nothing was done that only a reported kit goes through.
"""

from datetime import date, datetime
from typing import Literal

import msgspec

from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.forensic_clinic.kit.checks import UNREPORTED_RULE, Hand, known_agency, sealed_text
from services.forensic_clinic.kit.duties import CALLED, PICKUP_RULE
from services.forensic_clinic.kit.events import PaperFound, PaperTakenBack
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.state import NOT_ON_FILE, REPORTED, UNREPORTED, Kit, Legacy
from services.forensic_clinic.legacy.judging import EARLIEST

Choice = Literal["reported", "unreported"]
Call = Literal["called", "not_called", "not_on_file"]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the paper says. `called_at` is the hour of the call, where the paper has it beside the day.

    `paper` is which paper it is and where it was found, in words.
    """

    consent: Choice
    reported_on: date | None = None
    call: Call = NOT_ON_FILE  # type: ignore[assignment]  # the same word
    police: str = ""
    called_on: date | None = None
    called_at: datetime | None = None
    paper: str


def find_paper(
    kit: Kit, hand: Hand, said: Said, found_at: datetime, tables: Jurisdiction, now: datetime
) -> list[Event]:
    """Raises `InvalidValue`, `Refused`."""
    legacy = _legacy(kit)
    not_in_future("found_at", found_at, now)
    _holds_together(said, legacy, tables, now)
    if legacy.paper is not None:
        raise Refused(
            KitRefusal.PAPER_ON_RECORD,
            "A paper is on record for this kit. If it was misread, take it back with a reason first.",
        )
    if said.consent == REPORTED:
        _may_be_reported(kit, legacy, hand, tables)
    elif kit.reported:
        _is_unused(kit)
    return [
        PaperFound(
            kit=kit.kit,
            number=len(legacy.papers) + 1,
            by=hand.account,
            agency=hand.agency,
            found_at=found_at,
            consent=said.consent,
            reported_on=said.reported_on,
            call=said.call,
            police=said.police,
            called_on=said.called_on or (tables.day_of(said.called_at) if said.called_at else None),
            called_at=said.called_at,
            runs=said.called_at is not None and _held_then(said.called_at, tables),
            paper=sealed_text(kit, said.paper),
        )
    ]


def take_back_paper(kit: Kit, hand: Hand, number: int, reason: str) -> list[Event]:
    """Raises `Refused`."""
    paper = _legacy(kit).paper
    if paper is None or paper.number != number:
        raise Refused(KitRefusal.NO_PAPER, "This paper was taken back already, or never was on record.")
    _is_unused(kit)
    taken_back = PaperTakenBack(
        kit=kit.kit, number=number, by=hand.account, agency=hand.agency, reason=sealed_text(kit, reason)
    )
    return [taken_back]


def _legacy(kit: Kit) -> Legacy:
    if kit.legacy is None:
        raise Refused(
            KitRefusal.NOT_LEGACY, "This kit was opened here, and what its patient chose is on record from then."
        )
    if kit.phase != "sealed":
        raise Refused(KitRefusal.NOT_SEALED, "This kit was destroyed. Nothing more is recorded of it.")
    return kit.legacy


def _held_then(called_at: datetime, tables: Jurisdiction) -> bool:
    """Whether the pick-up had its period that day. Whether the law of 2023 reaches back is not on file (U)."""
    day = tables.day_of(called_at)
    rule = tables.rule_on(PICKUP_RULE, day)
    return rule is not None and rule.in_force_from <= day


def _holds_together(said: Said, legacy: Legacy, tables: Jurisdiction, now: datetime) -> None:
    _days_fit(said, legacy, tables, now)
    if said.consent == UNREPORTED and (said.reported_on is not None or said.call == CALLED):
        raise InvalidValue("consent", "Of a kit that was not reported there is no day of reporting, and no call.")
    if said.call != CALLED and (said.police or said.called_on is not None or said.called_at is not None):
        raise InvalidValue("call", "You say who was called, or when. Say that they were called.")
    if said.police:
        known_agency(said.police, tables, "police")


def _days_fit(said: Said, legacy: Legacy, tables: Jurisdiction, now: datetime) -> None:
    if said.called_at is not None:
        not_in_future("called_at", said.called_at, now)
        if said.called_on not in {None, tables.day_of(said.called_at)}:
            raise InvalidValue("called_at", "The hour of the call is of another day than the one given.")
    called_on = tables.day_of(said.called_at) if said.called_at is not None else said.called_on
    called_in = "called_at" if said.called_at is not None else "called_on"
    for field, day in (("reported_on", said.reported_on), (called_in, called_on)):
        if day is None:
            continue
        if not EARLIEST <= day <= tables.day_of(now):
            raise InvalidValue(field, "This day has not come yet, or no kit is that old.")
        if legacy.collected_on is not None and day < legacy.collected_on:
            raise InvalidValue(field, "This is before the day on which the kit was collected.")


def _may_be_reported(kit: Kit, legacy: Legacy, hand: Hand, tables: Jurisdiction) -> None:
    if kit.consent == UNREPORTED:
        raise Refused(
            KitRefusal.PAPER_SAYS_OTHERWISE,
            "It is on file that the patient did not choose to report. A paper does not undo that: they do, with the"
            " clinic.",
            rule=UNREPORTED_RULE,
            citation=tables.duty_rule(UNREPORTED_RULE).citation,
        )
    taken_back = legacy.papers[-1].taken_back_by if legacy.papers else None
    if not kit.reported and taken_back == hand.account:
        raise Refused(
            KitRefusal.OWN_READING,
            "You took back what a paper was read to say. Somebody else must read that the patient reported.",
        )


def _is_unused(kit: Kit) -> None:
    """Raises `Refused` once the patient chose anew, or something was done that only a reported kit goes through."""
    used = (
        kit.reported_at is not None
        or kit.called_here
        or kit.offer is not None
        or kit.picked_up_at is not None
        or kit.received_at is not None
        or bool(kit.told_elsewhere or kit.decisions)
    )
    if used:
        raise Refused(
            KitRefusal.PAPER_USED,
            "Since then the patient chose anew, or the kit went on as a reported one. What the paper said stands.",
        )
