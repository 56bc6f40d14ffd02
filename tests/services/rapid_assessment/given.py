"""Teams, responders and duties as events made them, for tests of decisions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from contracts.events.rapid_assessment import TeamFormed, TeamOpened, TeamStoodDown
from contracts.jurisdictions import Jurisdiction, Seat, load_mississippi
from contracts.language import Event, Personal
from services.rapid_assessment.cases import team_of
from services.rapid_assessment.contact import contact as contacts
from services.rapid_assessment.contact.contact import Contact
from services.rapid_assessment.contact.events import ContactMade, ContactOwed
from services.rapid_assessment.custody import custody as custodies
from services.rapid_assessment.custody.custody import Custody, Taking
from services.rapid_assessment.custody.events import (
    ChildReleased,
    ChildTaken,
    CustodyAuthorised,
    HearingHeld,
    JudgeNotified,
    OrderWritten,
)
from services.rapid_assessment.ladder.events import RungReached
from services.rapid_assessment.responder import state as responders
from services.rapid_assessment.responder.events import CredentialRecorded, ResponderRegistered
from services.rapid_assessment.responder.state import Responder
from services.rapid_assessment.team.decisions import Candidate, Certificate, Opening
from services.rapid_assessment.team.events import (
    AccountExcluded,
    ConflictDeclared,
    SeatAccepted,
    SeatLapsed,
    SeatProposed,
    SeatReleased,
)
from services.rapid_assessment.team.state import Team, evolve
from tests.support.running_service import NOON

TIP = UUID("11111111-1111-4111-8111-111111111111")
PERSON = UUID("22222222-2222-4222-8222-222222222222")
TEAM = team_of(TIP)
INVESTIGATOR = UUID("aaaaaaaa-0001-4000-8000-000000000000")
DETECTIVE = UUID("aaaaaaaa-0002-4000-8000-000000000000")
ADVOCATE = UUID("aaaaaaaa-0003-4000-8000-000000000000")
SPARE = UUID("aaaaaaaa-0004-4000-8000-000000000000")

MISSISSIPPI: Jurisdiction = load_mississippi()
CPS, POLICE, VICTIM = (MISSISSIPPI.seat(seat.seat) for seat in MISSISSIPPI.seats)
USUAL: Mapping[str, UUID] = {CPS.seat: INVESTIGATOR, POLICE.seat: DETECTIVE, VICTIM.seat: ADVOCATE}
DAY = timedelta(hours=24)
YEAR = timedelta(days=365)
REASON = "On another case tonight."


def text() -> Personal:
    return Personal(person=PERSON, text=REASON)


def certificate(seat: Seat, *, since: datetime = NOON - YEAR, until: datetime = NOON + YEAR) -> Certificate:
    return Certificate(kind=seat.credential, issuer=seat.issuers[0], valid_from=since, valid_until=until)


def candidate(
    account: UUID,
    *certificates: Certificate,
    available: tuple[datetime, datetime] | None = (NOON - DAY, NOON + 3 * DAY),
) -> Candidate:
    return Candidate(account=account, certificates=certificates, available=available)


def everybody() -> dict[UUID, Candidate]:
    """The three usual people, each with the certificate of their seat, and a second advocate."""
    people = {who: candidate(who, certificate(MISSISSIPPI.seat(seat))) for seat, who in USUAL.items()}
    return people | {SPARE: candidate(SPARE, certificate(VICTIM))}


def opening(**changes: UUID) -> Opening:
    ids = {"team": TEAM, "tip": TIP, "person": PERSON} | changes
    return Opening(**ids, received_at=NOON, due_at=NOON + DAY)


def opened(number: int = 1) -> TeamOpened:
    return TeamOpened(team=TEAM, tip=TIP, person=PERSON, received_at=NOON, due_at=NOON + DAY, opening=number)


def proposed(seat: Seat, who: UUID | None = None) -> SeatProposed:
    return SeatProposed(team=TEAM, seat=seat.seat, responder=who or USUAL[seat.seat])


def accepted(seat: Seat, who: UUID | None = None, *, at: datetime = NOON) -> SeatAccepted:
    return SeatAccepted(
        team=TEAM,
        seat=seat.seat,
        responder=who or USUAL[seat.seat],
        accepted_at=at,
        credential_until=NOON + YEAR,
    )


def held(*seats: Seat) -> list[Event]:
    """The seats are held by their usual people."""
    return [event for seat in seats for event in (proposed(seat), accepted(seat))]


def reached(
    seat: Seat, who: UUID, *, rung: int = 1, by: tuple[str, ...] = (), until: datetime = NOON + timedelta(minutes=10)
) -> RungReached:
    return RungReached(team=TEAM, seat=seat.seat, climb=1, rung=rung, responder=who, by=by, until=until)


def formed(*, late: bool = False) -> list[Event]:
    """Opened, filled and formed."""
    return [opened(), *held(CPS, POLICE, VICTIM), TeamFormed(team=TEAM, tip=TIP, formed_at=NOON, late=late)]


def stood_down(cause: str = "shown_adult") -> TeamStoodDown:
    return TeamStoodDown(team=TEAM, tip=TIP, cause=cause)


def lapsed(seat: Seat) -> SeatLapsed:
    return SeatLapsed(team=TEAM, seat=seat.seat, responder=USUAL[seat.seat])


def released(seat: Seat) -> SeatReleased:
    return SeatReleased(team=TEAM, seat=seat.seat, responder=USUAL[seat.seat], reason=text())


def excluded(account: UUID) -> AccountExcluded:
    return AccountExcluded(team=TEAM, account=account)


def conflicted(account: UUID) -> ConflictDeclared:
    return ConflictDeclared(team=TEAM, responder=account, reason=text())


def team(*events: Event) -> Team:
    """Folded from its events; without any, a team that was never opened."""
    state = Team()
    for event in events:
        state = evolve(state, event)
    return state


def registered(account: UUID = ADVOCATE) -> ResponderRegistered:
    return ResponderRegistered(account=account, agency="CVP")


def certified(*, since: datetime = NOON - YEAR, until: datetime = NOON + YEAR) -> CredentialRecorded:
    return CredentialRecorded(
        account=ADVOCATE, kind="victim_advocate", issuer="AG-BVA", valid_from=since, valid_until=until
    )


def responder(*events: Event) -> Responder:
    state = Responder()
    for event in events:
        state = responders.evolve(state, event)
    return state


def owed() -> ContactOwed:
    return ContactOwed(tip=TIP, person=PERSON, since=NOON)


def seen(at: datetime = NOON) -> ContactMade:
    return ContactMade(tip=TIP, made_at=at, worker=INVESTIGATOR, place=text())


def contact(*events: Event) -> Contact:
    state = Contact()
    for event in events:
        state = contacts.evolve(state, event)
    return state


TAKING = Taking(tip=TIP, person=PERSON, case_stands=True, taken_at=NOON, agency="MDCPS", county="Hinds")


def taken(at: datetime = NOON, *, number: int = 1) -> ChildTaken:
    return ChildTaken(tip=TIP, person=PERSON, number=number, taken_at=at, agency="MDCPS", county="Hinds", place=None)


def told(at: datetime = NOON) -> JudgeNotified:
    return JudgeNotified(tip=TIP, number=1, notified_at=at, how="telephone", whom=None)


def authorised(form: str = "oral_emergency", at: datetime = NOON, *, number: int = 1) -> CustodyAuthorised:
    return CustodyAuthorised(tip=TIP, number=number, authorised_at=at, form=form, by=None)


def written_up(form: str = "oral_emergency", at: datetime = NOON, *, number: int = 1) -> OrderWritten:
    return OrderWritten(tip=TIP, number=number, form=form, written_at=at)


def heard(order: str = "continued", at: datetime = NOON) -> HearingHeld:
    return HearingHeld(tip=TIP, number=1, held_at=at, order=order)


def let_go(at: datetime = NOON, *, number: int = 1) -> ChildReleased:
    return ChildReleased(tip=TIP, number=number, released_at=at, to="parent", whom=None)


def custody(*events: Event) -> Custody:
    state = Custody()
    for event in events:
        state = custodies.evolve(state, event)
    return state
