"""Tips as events made them, for tests of decisions."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.events.tips import AccountNamed, TipCorrected, TipLinked, TipReceived, TipScreened
from contracts.jurisdictions import Jurisdiction, load_mississippi
from contracts.language import Event, Personal
from services.tips.tip.decisions import Identifiers, PersonInTip, ReceiveTip
from services.tips.tip.events import PersonDescribed, TipKeptApart
from services.tips.tip.state import Tip, evolve
from tests.support.running_service import NOON

FIRST = UUID("11111111-1111-4111-8111-111111111111")
SECOND = UUID("22222222-2222-4222-8222-222222222222")
THIRD = UUID("33333333-3333-4333-8333-333333333333")
PERSON = UUID("44444444-4444-4444-8444-444444444444")
ACCOUNT = UUID("55555555-5555-4555-8555-555555555555")
TEAM = UUID("66666666-6666-4666-8666-666666666666")
MISSISSIPPI: Jurisdiction = load_mississippi()
SUBJECT = PersonInTip(part="subject", name="Example Child One", narrative="Seen at a motel; invented.")
REASON = "The same girl, the same motel."


def command(**changes: Any) -> ReceiveTip:
    """A tip about one child, typed in ten minutes after it was received."""
    given: dict[str, Any] = {
        "channel": "cps_hotline",
        "county": "Hinds",
        "received_at": NOON - timedelta(minutes=10),
        "age": "child",
        "persons": (SUBJECT,),
    }
    return ReceiveTip(**(given | changes))


def identifiers(persons: int = 1, tip: UUID = FIRST) -> Identifiers:
    return Identifiers(tip=tip, persons=(PERSON, *(uuid4() for _ in range(persons - 1))))


def received(tip: UUID = FIRST, *, age: str = "child", at: datetime = NOON, county: str = "Hinds") -> TipReceived:
    return TipReceived(
        tip=tip, person=PERSON, received_at=at, channel="cps_hotline", county=county, tribal_land=False, age=age
    )


def described(tip: UUID = FIRST) -> PersonDescribed:
    text = Personal(person=PERSON, text="Example Child One")
    return PersonDescribed(tip=tip, person=PERSON, part="subject", name=text, contact=None, narrative=None)


def screened(age: str, tip: UUID = FIRST) -> TipScreened:
    return TipScreened(tip=tip, person=PERSON, received_at=NOON, county="Hinds", age=age, exploitation="sex")


def corrected(age: str, tip: UUID = FIRST) -> TipCorrected:
    return TipCorrected(tip=tip, person=PERSON, received_at=NOON, county="Hinds", tribal_land=False, age=age)


def named(account: UUID = ACCOUNT, tip: UUID = FIRST) -> AccountNamed:
    return AccountNamed(tip=tip, account=account)


def linked(tip: UUID, other: UUID, first: UUID) -> TipLinked:
    return TipLinked(tip=tip, other=other, first=first)


def kept_apart(tip: UUID, other: UUID) -> TipKeptApart:
    return TipKeptApart(tip=tip, other=other, reason=Personal(person=PERSON, text=REASON))


def a_tip(*events: Event) -> Tip:
    """Folded from its events; without any, a tip that was never received."""
    state = Tip()
    for event in events:
        state = evolve(state, event)
    return state
