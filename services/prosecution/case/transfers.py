"""How a case goes from one district attorney's office to another. Pure.

One office offers it, the other accepts or refuses it; until it accepts, the case stays where it is and goes on there.
"""

from datetime import datetime

from contracts.events.prosecution import CaseTransferred
from contracts.jurisdictions import Charging, Jurisdiction
from contracts.language import Event, InvalidValue, Personal, Refused
from services.prosecution.case.decisions import CaseRefusal, office_for
from services.prosecution.case.events import (
    TransferAccepted,
    TransferExplained,
    TransferOffered,
    TransferRefused,
    TransferWithdrawn,
)
from services.prosecution.case.state import Case, Transfer


def offer(
    case: Case, to_office: str, reason: str, note: str | None, tables: Jurisdiction, charging: Charging, now: datetime
) -> list[Event]:
    """For a reason of the list. Raises `InvalidValue`, `Refused`."""
    if reason not in charging.reasons.transfer:
        raise InvalidValue("reason", f"The reasons are {', '.join(charging.reasons.transfer)}.")
    office = office_for(to_office, county="", tribal_land=False, tables=tables, today=now.date())
    if office == case.office:
        raise Refused(CaseRefusal.OWN_OFFICE, "Your office has this case. Name the one that is to have it.")
    if case.phase == "declined":
        raise Refused(CaseRefusal.CASE_DECLINED, "Your office declined this case. It can be referred to the other one.")
    if case.offered_to:
        raise Refused(
            CaseRefusal.OFFERED_ALREADY,
            "This case is offered to an office that has not answered. Take that back first.",
        )
    number = (case.transfer.number if case.transfer is not None else 0) + 1
    offered = TransferOffered(
        case=case.case,
        tip=case.tip,
        transfer=number,
        from_office=case.office,
        to_office=office,
        reason=reason,
        phase=case.phase,
        accused=len(case.accused),
        open_counts=case.open_counts,
    )
    if note is None:
        return [offered]
    return [offered, TransferExplained(case=case.case, transfer=number, note=Personal(person=case.person, text=note))]


def accept(case: Case, number: int) -> list[Event]:
    """The other office has it from now on, with everything in it. Raises `Refused` for an offer that is over."""
    offered = _offered(case, number)
    return [
        TransferAccepted(
            case=case.case,
            transfer=number,
            from_office=case.office,
            to_office=offered.to_office,
            phase=case.phase,
            accused=len(case.accused),
            open_counts=case.open_counts,
        ),
        CaseTransferred(case=case.case, tip=case.tip),
    ]


def refuse(case: Case, number: int, reason: str) -> list[Event]:
    """It stays with the first office, and the refusal on record."""
    _offered(case, number)
    return [TransferRefused(case=case.case, transfer=number, reason=Personal(person=case.person, text=reason))]


def withdraw(case: Case, reason: str) -> list[Event]:
    """The first office takes its offer back. Raises `Refused` where there is none."""
    number = case.transfer.number if case.transfer is not None else 0
    _offered(case, number)
    return [TransferWithdrawn(case=case.case, transfer=number, reason=Personal(person=case.person, text=reason))]


def already_with(cases: list[Case], office: str) -> bool:
    """Whether one of a matter's cases is at the office by now, however it came there."""
    return any(case.office == office and case.phase in {"referred", "accepted"} for case in cases)


def _offered(case: Case, number: int) -> Transfer:
    found = case.transfer
    if found is None or found.phase != "offered" or found.number != number:
        raise Refused(
            CaseRefusal.NOT_OFFERED, "This offer of a case was answered or taken back. Look at the list anew."
        )
    return found
