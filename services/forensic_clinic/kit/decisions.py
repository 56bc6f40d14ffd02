"""What may be done with a kit beside handing it on (handovers.py). Pure: who acts and what time it is come in.

Events or a refusal go out.

No decision ends an unreported kit, and none may be added before the period for them is on file (C58; Miss. Code
99-51-1(1)(g): the definition V, the period U). How a reported one ends is in by_two.py.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.events.forensic_clinic import KitResult, ReportedKitSealed
from contracts.jurisdictions import Jurisdiction
from contracts.language import Event, InvalidValue, Personal, Refused, not_in_future
from services.forensic_clinic.kit.checks import (
    Hand,
    holds,
    in_order,
    known_agency,
    must_be_reported,
    plain_number,
    sealed_text,
)
from services.forensic_clinic.kit.events import (
    CallCorrected,
    KitOpened,
    KitReported,
    KitResealed,
    KitSealed,
    KitSetAside,
    PoliceCalled,
)
from services.forensic_clinic.kit.fold import evolve
from services.forensic_clinic.kit.refusals import KitRefusal
from services.forensic_clinic.kit.serials import printed_number
from services.forensic_clinic.kit.state import CLINIC, Kit
from services.forensic_clinic.kit.testing import must_be_tested, must_be_with_laboratory

Consent = Literal["reported", "unreported"]
Result = Literal["tested", "outsourced"]

MOST_ITEMS = 200


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """The exam a kit is opened for."""

    kit: UUID
    exam: UUID
    tip: UUID
    person: UUID


def open_kit(
    opening: Opening, nurse: Hand, number: str, consent: Consent, opened_at: datetime, now: datetime, *, taken: bool
) -> list[Event]:
    """`taken` says whether another kit carries the number. Raises `InvalidValue`, `Refused`."""
    not_in_future("opened_at", opened_at, now)
    printed = printed_number("number", number)
    if taken:
        raise Refused(
            KitRefusal.NUMBER_TAKEN,
            "A kit with this number is on record already. If you scanned this box before, open its page; if not, read"
            " the number from the box once more.",
        )
    return [
        KitOpened(
            kit=opening.kit,
            exam=opening.exam,
            tip=opening.tip,
            person=opening.person,
            clinic=nurse.agency,
            nurse=nurse.account,
            consent=consent,
            number=Personal(person=opening.person, text=printed),
            opened_at=opened_at,
        )
    ]


def set_aside(kit: Kit, reason: str) -> list[Event]:
    """A kit opened by mistake. Once it is sealed there is evidence in it, and it stays."""
    _is_open(kit)
    return [KitSetAside(kit=kit.kit, reason=sealed_text(kit, reason))]


def seal(kit: Kit, hand: Hand, items: int, seal_number: str, sealed_at: datetime, now: datetime) -> list[Event]:
    """Raises `InvalidValue`, `Refused`. From here on somebody always answers for the kit."""
    _is_open(kit)
    in_order("sealed_at", sealed_at, kit.opened_at, now)
    if not 1 <= items <= MOST_ITEMS:
        raise InvalidValue("items", f"Count what is in the kit: 1 to {MOST_ITEMS}.")
    sealed = KitSealed(
        kit=kit.kit,
        items=items,
        seal_number=sealed_text(kit, plain_number("seal_number", seal_number)),
        sealed_by=hand.account,
        sealed_at=sealed_at,
    )
    return [sealed, *_told_when_ready(evolve(kit, sealed))]


def reseal(kit: Kit, hand: Hand, seal_number: str, reason: str, sealed_at: datetime, now: datetime) -> list[Event]:
    """A laboratory opens the kit to test it: the seal put on afterwards is the one the next receiver must find."""
    holder = holds(kit, hand)
    in_order("sealed_at", sealed_at, holder.since, now)
    return [
        KitResealed(
            kit=kit.kit,
            seal_number=sealed_text(kit, plain_number("seal_number", seal_number)),
            reason=sealed_text(kit, reason),
            sealed_by=hand.account,
            sealed_at=sealed_at,
        )
    ]


def report(kit: Kit, reported_at: datetime, now: datetime) -> list[Event]:
    """The patient of an unreported kit chose to report. Whether clocks start at that moment is to be confirmed (U)."""
    if kit.phase not in {"open", "sealed"}:
        raise Refused(KitRefusal.NOT_OPEN, "This kit was set aside. Nothing of the exam is in it.")
    if kit.reported:
        raise Refused(KitRefusal.REPORTED_ALREADY, "This kit is a reported one already.")
    in_order("reported_at", reported_at, kit.opened_at, now)
    reported = KitReported(kit=kit.kit, reported_at=reported_at)
    return [reported, *_told_when_ready(evolve(kit, reported))]


def call_police(
    kit: Kit, agency: str, called_at: datetime, spoke_with: str, tables: Jurisdiction, now: datetime
) -> list[Event]:
    """The clinic's call that a kit is ready (C54). Raises `Refused` for an unreported kit: nobody is told of it."""
    if kit.phase not in {"open", "sealed"}:
        raise Refused(KitRefusal.NOT_OPEN, "This kit was set aside. Nothing of the exam is in it.")
    must_be_reported(kit, tables)
    if kit.legacy is not None and kit.stage != CLINIC:
        raise Refused(KitRefusal.WENT_ON, "This kit left the clinic long ago. There is nothing to pick up there.")
    in_order("called_at", called_at, kit.reported_at, now)
    known_agency(agency, tables)
    return [PoliceCalled(kit=kit.kit, agency=agency, called_at=called_at, spoke_with=sealed_text(kit, spoke_with))]


def correct_call(kit: Kit, called_at: datetime, reason: str, now: datetime) -> list[Event]:
    """The first call was at another time. Its clock then shows what is true, beside what was known."""
    if kit.called_at is None:
        raise Refused(KitRefusal.NOT_CALLED, "No call to law enforcement is on record for this kit.")
    in_order("called_at", called_at, kit.reported_at, now)
    return [CallCorrected(kit=kit.kit, called_at=called_at, reason=sealed_text(kit, reason))]


def record_result(kit: Kit, hand: Hand, result: Result, result_at: datetime, now: datetime) -> list[Event]:
    """That the kit was tested, or given to another laboratory to test: never what was found."""
    must_be_with_laboratory(kit, hand)
    must_be_tested(kit)
    in_order("result_at", result_at, kit.received_at, now)
    if kit.tested_at is not None or (result == "outsourced" and kit.outsourced):
        raise Refused(KitRefusal.RESULT_RECORDED, "This is on record for the kit already.")
    return [KitResult(kit=kit.kit, tip=kit.tip, result=result, result_at=result_at)]


def _told_when_ready(kit: Kit) -> list[Event]:
    """Others learn of a kit when it is sealed and reported, and of an unreported one never."""
    if not kit.reported or kit.sealed_at is None or kit.reported_at is None or kit.holder is None:
        return []
    return [
        ReportedKitSealed(
            kit=kit.kit,
            tip=kit.tip,
            stage=kit.holder.stage,
            sealed_at=kit.sealed_at,
            reported_at=kit.reported_at,
        )
    ]


def _is_open(kit: Kit) -> None:
    if kit.phase != "open":
        raise Refused(KitRefusal.NOT_OPEN, "This kit is sealed, or was set aside.")
