"""A team as its events tell it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.events.rapid_assessment import TeamFormed, TeamOpened, TeamStoodDown
from contracts.language import Event
from services.rapid_assessment.team.events import (
    AccountExcluded,
    ConflictDeclared,
    CountyNoted,
    DueTimeChanged,
    ExclusionEnded,
    SeatAccepted,
    SeatDeclined,
    SeatFellSilent,
    SeatHandedOver,
    SeatLapsed,
    SeatProposed,
    SeatReleased,
    SeatUnderWay,
    SeatVacated,
    TeamJoined,
    TeamParted,
)

UNSET = UUID(int=0)
Phase = Literal["none", "open", "formed", "stood_down"]


class SeatOnTeam(msgspec.Struct, frozen=True, kw_only=True):
    """A seat is filled while someone holds it whose credential has not lapsed.

    `under_way`: whoever holds it said that they are on their way. `named`: whom a colleague named for it in their
    place, until they answer no or leave.
    """

    proposed: UUID | None = None
    held_by: UUID | None = None
    lapsed: bool = False
    under_way: bool = False
    named: UUID | None = None

    @property
    def filled(self) -> bool:
        return self.held_by is not None and not self.lapsed


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """`opening` counts how often it was opened; `late` whether it last formed after its due time.

    `conflicts` are those of `excluded` who said themselves that they must not see the case.
    """

    phase: Phase = "none"
    team: UUID = UNSET
    tip: UUID = UNSET
    person: UUID = UNSET
    county: str = ""
    tribal_land: bool = False
    received_at: datetime | None = None
    due_at: datetime | None = None
    opening: int = 0
    seats: dict[str, SeatOnTeam] = {}
    excluded: tuple[UUID, ...] = ()
    conflicts: tuple[UUID, ...] = ()
    joined: UUID | None = None
    formed_at: datetime | None = None
    late: bool = False

    @property
    def members(self) -> tuple[UUID, ...]:
        """Everyone who holds a seat or is asked to. Whose credential lapsed holds none until asked anew."""
        seats = self.seats.values()
        asked = (who for seat in seats for who in (seat.held_by if seat.filled else None, seat.proposed))
        return tuple(who for who in asked if who is not None)

    @property
    def in_role(self) -> dict[str, tuple[UUID, ...]]:
        """The same by their seat, which is named as the role that it is for."""
        seats = {name: (seat.held_by if seat.filled else None, seat.proposed) for name, seat in self.seats.items()}
        return {name: tuple(who for who in those if who is not None) for name, those in seats.items()}

    def seat(self, name: str) -> SeatOnTeam:
        """A seat nobody was asked for yet is empty."""
        return self.seats.get(name, SeatOnTeam())


def evolve(team: Team, event: Event) -> Team:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case TeamOpened():
            return change(
                team,
                phase="open",
                team=event.team,
                tip=event.tip,
                person=event.person,
                received_at=event.received_at,
                due_at=event.due_at,
                opening=event.opening,
                seats={},
                formed_at=None,
                late=False,
            )
        case CountyNoted():
            return change(team, county=event.county, tribal_land=event.tribal_land)
        case DueTimeChanged():
            return change(team, due_at=event.due_at)
        case SeatProposed():
            named = event.responder if team.seat(event.seat).named == event.responder else None
            return _with_seat(team, event.seat, proposed=event.responder, named=named)
        case SeatHandedOver():
            return _with_seat(team, event.seat, named=event.colleague)
        case SeatAccepted():
            return _with_seat(team, event.seat, proposed=None, held_by=event.responder, lapsed=False, under_way=False)
        case SeatDeclined():
            return _with_seat(team, event.seat, proposed=None, named=None)
        case SeatUnderWay():
            return _with_seat(team, event.seat, under_way=True)
        case SeatReleased() | SeatFellSilent():
            return _opened(_with_seat(team, event.seat, held_by=None, lapsed=False, named=None))
        case SeatLapsed():
            return _opened(_with_seat(team, event.seat, lapsed=True))
        case SeatVacated():
            return _opened(_with_seat(team, event.seat, proposed=None, held_by=None, lapsed=False, named=None))
        case ConflictDeclared():
            declared = (*team.conflicts, event.responder)
            excluded = change(team, excluded=(*team.excluded, event.responder), conflicts=declared)
            return _without(excluded, event.responder)
        case AccountExcluded():
            return _without(change(team, excluded=(*team.excluded, event.account)), event.account)
        case ExclusionEnded():
            return change(team, excluded=tuple(each for each in team.excluded if each != event.account))
        case TeamFormed():
            return change(team, phase="formed", formed_at=event.formed_at, late=event.late)
        case TeamStoodDown():
            return change(team, phase="stood_down")
        case TeamJoined():
            return change(team, joined=event.first)
        case TeamParted():
            return change(team, joined=None)
        case _:
            return team


def _with_seat(team: Team, name: str, **changes: object) -> Team:
    seat = msgspec.structs.replace(team.seat(name), **changes)
    return msgspec.structs.replace(team, seats={**team.seats, name: seat})


def _opened(team: Team) -> Team:
    """A formed team that loses a seat no longer stands."""
    return msgspec.structs.replace(team, phase="open") if team.phase == "formed" else team


def _without(team: Team, account: UUID) -> Team:
    """Takes an account off every seat."""
    left = team
    for name, seat in team.seats.items():
        if seat.proposed == account:
            left = _with_seat(left, name, proposed=None)
        if seat.held_by == account:
            left = _opened(_with_seat(left, name, held_by=None, lapsed=False))
    return left
