"""What may be done with a team. Pure: responders and time come in, events or a refusal go out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from contracts.events.rapid_assessment import AccountKeptOut, TeamFormed, TeamOpened, TeamStoodDown
from contracts.jurisdictions import ClockRule, DutyRule, Jurisdiction, Seat
from contracts.language import Event, InvalidValue, Personal, Refused
from contracts.periods import Period
from services.rapid_assessment.team.events import (
    AccountExcluded,
    ConflictDeclared,
    CountyNoted,
    ExclusionEnded,
    SeatAccepted,
    SeatDeclined,
    SeatFellSilent,
    SeatLapsed,
    SeatProposed,
    SeatReleased,
    SeatUnderWay,
    SeatVacated,
    StandDownExplained,
    TeamJoined,
    TeamParted,
)
from services.rapid_assessment.team.state import Team, evolve

Cause = Literal["coordinator", "shown_adult", "linked"]
RULE = "C06"


class TeamRefusal(StrEnum):
    """Why a command on a team is refused."""

    NOT_OPEN = "team_not_open"
    NO_SUCH_RESPONDER = "no_such_responder"
    CONFLICT = "conflict"
    CREDENTIAL = "credential"
    NOT_AVAILABLE = "not_available"
    ALREADY_ASKED = "already_asked"
    ALREADY_ON_TEAM = "already_on_team"
    SEAT_FILLED = "seat_filled"
    NOT_PROPOSED = "not_proposed"
    NOT_HELD = "seat_not_held"
    NOT_FORMED = "team_not_formed"
    DUTIES_OPEN = "duties_open"
    CANNOT_TAKE_OVER = "cannot_take_over"


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """One credential of a candidate; valid from the first moment and before the last."""

    kind: str
    issuer: str
    valid_from: datetime
    valid_until: datetime


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """What a team asks about a responder."""

    account: UUID
    certificates: tuple[Certificate, ...]
    available: tuple[datetime, datetime] | None
    leave: tuple[Period, ...] = ()
    on_rota: bool = False

    def valid_for(self, seat: Seat, at: datetime) -> datetime | None:
        """Until when a credential for the seat holds, of those valid at that moment; None when none is."""
        ends = [
            each.valid_until
            for each in self.certificates
            if each.kind == seat.credential and each.issuer in seat.issuers and each.valid_from <= at < each.valid_until
        ]
        return max(ends, default=None)

    def can_be_called(self, at: datetime) -> bool:
        """Whether the responder takes turns or said to be available at that moment, and is not on leave."""
        if any(each.since <= at < each.until for each in self.leave):
            return False
        return self.on_rota or (self.available is not None and self.available[0] <= at < self.available[1])


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """The tip a team opens for."""

    team: UUID
    tip: UUID
    person: UUID
    received_at: datetime
    due_at: datetime


def open_team(team: Team, opening: Opening) -> list[Event]:
    """Opens once, and again when the tip speaks of a child after the team ended. Not for a joined tip.

    However it ended: a team too many is stood down once more, a child without one is lost.
    """
    if team.phase in {"open", "formed"} or team.joined is not None:
        return []
    return [
        TeamOpened(
            team=opening.team,
            tip=opening.tip,
            person=opening.person,
            received_at=opening.received_at,
            due_at=opening.due_at,
            opening=team.opening + 1,
        )
    ]


def note_county(team: Team, team_id: UUID, county: str, *, tribal_land: bool) -> list[Event]:
    """Kept before the team opens, too: a tip thought adult may turn out to be about a child."""
    if (team.county, team.tribal_land) == (county, tribal_land):
        return []
    return [CountyNoted(team=team_id, county=county, tribal_land=tribal_land)]


def propose(team: Team, seat: Seat, candidate: Candidate | None, now: datetime) -> list[Event]:
    """Asks a responder to take a seat. A proposal nobody answered is replaced by the next."""
    _is_open(team)
    if candidate is None:
        raise Refused(TeamRefusal.NO_SUCH_RESPONDER, "No such responder is registered.")
    if candidate.account in team.excluded:
        raise Refused(TeamRefusal.CONFLICT, "This responder is kept out of this case. Ask someone else.")
    if team.seat(seat.seat).filled:
        raise Refused(TeamRefusal.SEAT_FILLED, "This seat is filled. Release it first.")
    if candidate.account == team.seat(seat.seat).proposed:
        raise Refused(
            TeamRefusal.ALREADY_ASKED,
            "This responder is asked for this seat already. Wait for the answer, or ask someone else.",
        )
    if candidate.account in team.members:
        raise Refused(TeamRefusal.ALREADY_ON_TEAM, "The three seats need three different people. Ask someone else.")
    _has_credential(candidate, seat, now)
    if not candidate.can_be_called(now):
        raise Refused(TeamRefusal.NOT_AVAILABLE, "This responder is not available now. Ask someone else.")
    return [SeatProposed(team=team.team, seat=seat.seat, responder=candidate.account)]


def accept(
    team: Team, seat: Seat, responder: UUID, candidates: Mapping[UUID, Candidate], tables: Jurisdiction, now: datetime
) -> list[Event]:
    """The responder takes the seat. Forms the team when all three are filled by people whose credentials hold now.

    `candidates` holds the responder and everyone who holds a seat.
    """
    _is_open(team)
    if team.seat(seat.seat).proposed != responder:
        raise Refused(TeamRefusal.NOT_PROPOSED, "You are not asked for this seat at present. Call the coordinator.")
    until = _has_credential(candidates[responder], seat, now)
    accepted = SeatAccepted(
        team=team.team, seat=seat.seat, responder=responder, accepted_at=now, credential_until=until
    )
    return [accepted, *form(evolve(team, accepted), candidates, tables, now)]


def form(team: Team, candidates: Mapping[UUID, Candidate], tables: Jurisdiction, now: datetime) -> list[Event]:
    """Formed, if three different people hold the three seats and every credential holds now; else which lapsed."""
    seats = seats_of(team, tables)
    holders = {seat.seat: team.seat(seat.seat).held_by for seat in seats}
    people = {who for who in holders.values() if who is not None}
    if not all(team.seat(name).filled for name in holders) or len(people) != len(holders):
        return []
    lapsed: list[Event] = [
        SeatLapsed(team=team.team, seat=seat.seat, responder=who)
        for seat in seats
        if (who := holders[seat.seat]) is not None and candidates[who].valid_for(seat, now) is None
    ]
    if lapsed:
        return lapsed
    late = team.due_at is not None and now >= team.due_at
    return [TeamFormed(team=team.team, tip=team.tip, formed_at=now, late=late)]


def decline(team: Team, seat: Seat, responder: UUID, reason: str) -> list[Event]:
    """The responder says no to an open proposal."""
    if team.seat(seat.seat).proposed != responder:
        raise Refused(TeamRefusal.NOT_PROPOSED, "You are not asked for this seat at present.")
    text = Personal(person=team.person, text=reason)
    return [SeatDeclined(team=team.team, seat=seat.seat, responder=responder, reason=text)]


def release(team: Team, seat: Seat, reason: str) -> list[Event]:
    """Whoever holds the seat leaves it. A formed team no longer stands until it is filled again."""
    if team.phase == "stood_down":
        raise Refused(TeamRefusal.NOT_OPEN, "This team has ended.")
    holder = team.seat(seat.seat).held_by
    if holder is None:
        raise Refused(TeamRefusal.NOT_HELD, "Nobody holds this seat.")
    text = Personal(person=team.person, text=reason)
    return [SeatReleased(team=team.team, seat=seat.seat, responder=holder, reason=text)]


def say_under_way(team: Team, seat: Seat, responder: UUID) -> list[Event]:
    """Whoever holds the seat is on their way; saying it again changes nothing."""
    held = team.seat(seat.seat)
    if team.phase not in {"open", "formed"} or held.held_by != responder:
        raise Refused(TeamRefusal.NOT_HELD, "You do not hold this seat any more. Call the coordinator.")
    return [] if held.under_way else [SeatUnderWay(team=team.team, seat=seat.seat, responder=responder)]


def fall_silent(team: Team, seat: str, responder: UUID) -> list[Event]:
    """Who did not say that they are on their way leaves the seat; nothing of anybody else, or who said so."""
    held = team.seat(seat)
    if team.phase not in {"open", "formed"} or held.held_by != responder or held.under_way:
        return []
    return [SeatFellSilent(team=team.team, seat=seat, responder=responder)]


def vacate(team: Team, account: UUID, seats: Collection[str]) -> list[Event]:
    """Takes an account that is given no work any more off those of the seats that it holds or is asked for.

    A formed team no longer stands until they are filled again. Nothing of a team that has ended.
    """
    if team.phase not in {"open", "formed"}:
        return []
    return [
        SeatVacated(team=team.team, seat=name, responder=account)
        for name, seat in team.seats.items()
        if name in seats and account in {seat.held_by if seat.filled else None, seat.proposed}
    ]


def declare_conflict(team: Team, responder: UUID, reason: str) -> list[Event]:
    """The responder is out of this case for good; a second declaration changes nothing."""
    if responder in team.excluded:
        return []
    text = Personal(person=team.person, text=reason)
    return [
        ConflictDeclared(team=team.team, responder=responder, reason=text),
        AccountKeptOut(tip=team.tip, account=responder),
    ]


def exclude(team: Team, team_id: UUID, account: UUID) -> list[Event]:
    """Someone the tip names is out of this case for good, even before its team opens."""
    return [] if account in team.excluded else [AccountExcluded(team=team_id, account=account)]


def keep_out(team: Team, team_id: UUID, accounts: Iterable[UUID]) -> list[Event]:
    """Whoever is kept out of another case about the same person is kept out of this one, too."""
    return [event for account in accounts for event in exclude(team, team_id, account)]


def readmit(team: Team, team_id: UUID, account: UUID) -> list[Event]:
    """No tip names the account to this case any more. Whoever declared a conflict of interest stays out for good."""
    if account not in team.excluded or account in team.conflicts:
        return []
    return [ExclusionEnded(team=team_id, account=account)]


def refuse_with_open_duties(open_duties: Sequence[ClockRule | DutyRule]) -> None:
    """Raises `Refused` that names them all: who is owed something by law is not closed (Miss. Code 43-26-3(2)(a))."""
    if not open_duties:
        return
    named = ", ".join(f"{rule.name} ({rule.rule})" for rule in open_duties)
    raise Refused(
        TeamRefusal.DUTIES_OPEN,
        f"This is still to be done, so the team stays: {named}.",
        rule=", ".join(rule.rule for rule in open_duties),
        citation=open_duties[0].citation,
    )


def refuse_unless_formed(team: Team) -> None:
    """Raises `Refused`: a team that does not stand was not in time, whatever a paper says."""
    if team.phase != "formed":
        raise Refused(TeamRefusal.NOT_FORMED, "Fill the three seats first: a team that does not stand was not in time.")


def stand_down(team: Team, cause: Cause, reason: str | None = None) -> list[Event]:
    """Ends the team. Raises `Refused` for one that is not open or formed."""
    if team.phase not in {"open", "formed"}:
        raise Refused(TeamRefusal.NOT_OPEN, "There is no open team to end.")
    ended: list[Event] = [TeamStoodDown(team=team.team, tip=team.tip, cause=cause)]
    if reason is not None:
        text = Personal(person=team.person, text=reason)
        ended.append(StandDownExplained(team=team.team, reason=text))
    return ended


def join(team: Team, team_id: UUID, first: UUID) -> list[Event]:
    """The person's team stands under another tip: an open one here ends. What was told last holds."""
    if team.joined == first:
        return []
    ended = stand_down(team, "linked") if team.phase in {"open", "formed"} else []
    return [TeamJoined(team=team_id, first=first), *ended]


def part(team: Team, team_id: UUID) -> list[Event]:
    """The tip is about another person than the one whose team it joined; nothing for one that joined none."""
    return [] if team.joined is None else [TeamParted(team=team_id, first=team.joined)]


def seats_of(team: Team, tables: Jurisdiction) -> tuple[Seat, ...]:
    """Those it must have: of the day its tip was received, whenever it is asked and however often it opened."""
    return tables.seats if team.received_at is None else tables.seats_at(team.received_at)


def seat_named(name: str, team: Team, tables: Jurisdiction) -> Seat:
    """Raises `InvalidValue`."""
    seats = seats_of(team, tables)
    for seat in seats:
        if seat.seat == name:
            return seat
    raise InvalidValue("seat", f"The seats are {', '.join(seat.seat for seat in seats)}.")


def empty_seats(team: Team, tables: Jurisdiction) -> tuple[str, ...]:
    """Each seat that keeps the team from standing, in the rule's order."""
    return tuple(seat.seat for seat in seats_of(team, tables) if not team.seat(seat.seat).filled)


def _is_open(team: Team) -> None:
    if team.phase != "open":
        raise Refused(TeamRefusal.NOT_OPEN, "This team stands or has ended, so its seats are not open.")


def _has_credential(candidate: Candidate, seat: Seat, now: datetime) -> datetime:
    until = candidate.valid_for(seat, now)
    if until is None:
        raise Refused(
            TeamRefusal.CREDENTIAL,
            f"No credential for the seat of {seat.words} is valid now. Ask someone else.",
            rule=RULE,
            citation=seat.citation,
        )
    return until
