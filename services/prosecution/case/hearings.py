"""What a hearing is for, whether courts are open that day, what came of it, and what follows. Pure."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.jurisdictions import Charging, Jurisdiction
from contracts.jurisdictions.sitting import closed_on
from contracts.language import Event, InvalidValue, Personal, Refused
from services.prosecution.case import proceedings
from services.prosecution.case.decisions import CaseRefusal, is_accepted
from services.prosecution.case.events import (
    CauseNumberEntered,
    HearingConcluded,
    HearingOnClosedDay,
    HearingPurposeStated,
)
from services.prosecution.case.proceedings import SetHearing
from services.prosecution.case.state import Case, Hearing
from services.prosecution.court_dates.rows import cause_number

ANOTHER = "hearing"

WORDS = {"saturday": "a Saturday", "sunday": "a Sunday"}


class SetPurposefully(SetHearing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A hearing with its purpose. `although_closed`: the court set it for a day on which courts are closed."""

    purpose: str = ""
    although_closed: bool = False


class Conclude(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of a hearing, and what follows; `next_hearing` is set with it, where that is another hearing."""

    outcome: str
    next: str
    next_hearing: SetPurposefully | None = None


def set_hearing(
    case: Case, hearing: UUID, wanted: SetPurposefully, charging: Charging, tables: Jurisdiction, now: datetime
) -> list[Event]:
    """A date is set, with what for; one on a weekend or holiday only where somebody says that the court set it so."""
    events = proceedings.set_hearing(case, hearing, wanted, charging, now)
    if wanted.purpose:
        if wanted.purpose not in charging.sittings.purposes:
            raise InvalidValue("purpose", f"The purposes are {', '.join(charging.sittings.purposes)}.")
        events.append(HearingPurposeStated(case=case.case, hearing=hearing, purpose=wanted.purpose))
    closed = on_open_day(
        case, hearing, wanted.kind, wanted.set_for, charging, tables, although_closed=wanted.although_closed
    )
    return [*events, *closed]


def enter_cause_number(case: Case, accused: UUID, court: str, number: str | None, charging: Charging) -> list[Event]:
    """The court's number of an accused's cause, by which its dates are found; None takes back what was on file."""
    is_accepted(case)
    if court not in charging.courts:
        raise InvalidValue("court", f"The courts are {', '.join(charging.courts)}.")
    if number is None and court not in case.accused[accused].causes:
        raise Refused(CaseRefusal.NOTHING_CHANGES, "No number of a cause in this court is on file.")
    if number is not None and not cause_number(number):
        raise InvalidValue("number", "This cannot be the number of a cause. Copy it as the court writes it.")
    sealed = None if number is None else Personal(person=accused, text=cause_number(number))
    return [CauseNumberEntered(case=case.case, accused=accused, court=court, number=sealed)]


def on_open_day(
    case: Case,
    hearing: UUID,
    kind: str,
    set_for: datetime,
    charging: Charging,
    tables: Jurisdiction,
    *,
    although_closed: bool,
) -> list[Event]:
    """Nothing for a day on which courts are open, or a kind that is held on any day. Raises `Refused`."""
    rules, day = charging.sittings, tables.day_of(set_for)
    closed = closed_on(day, tables.holidays)
    if closed is None or kind in rules.any_day:
        return []
    if not although_closed:
        named = closed.name or WORDS[closed.why]
        raise Refused(
            CaseRefusal.COURT_CLOSED,
            f"That day is {named}, when courts are closed. Check the date. If the court set it so, say that.",
            citation=rules.closed_citation,
        )
    return [HearingOnClosedDay(case=case.case, hearing=hearing, day=day.isoformat(), why=closed.why)]


def conclude(
    case: Case,
    hearing: Hearing,
    following: UUID,
    concluded: Conclude,
    charging: Charging,
    tables: Jurisdiction,
    now: datetime,
) -> list[Event]:
    """What came of a hearing that was held. Stated anew, the later holds; a next hearing is set by it once."""
    rules, wanted = charging.sittings, concluded.next_hearing
    if hearing.phase != "held":
        raise Refused(CaseRefusal.NOT_HELD, "By the record this hearing was not held. Enter first that it began.")
    if concluded.outcome not in rules.outcomes:
        raise InvalidValue("outcome", f"It is one of {', '.join(rules.outcomes)}.")
    if concluded.next not in rules.nexts:
        raise InvalidValue("next", f"It is one of {', '.join(rules.nexts)}.")
    if (concluded.next == ANOTHER) != (wanted is not None):
        raise InvalidValue("next", "Give the next hearing with its date where another is set, and only there.")
    events: Sequence[Event] = ()
    if wanted is not None:
        if hearing.next_hearing is not None:
            raise Refused(CaseRefusal.NEXT_SET, "A next hearing was set after this one already. Move that one.")
        events = set_hearing(case, following, wanted, charging, tables, now)
    told = HearingConcluded(
        case=case.case,
        hearing=hearing.hearing,
        outcome=concluded.outcome,
        next=concluded.next,
        next_hearing=following if wanted is not None else None,
    )
    return [*events, told]
