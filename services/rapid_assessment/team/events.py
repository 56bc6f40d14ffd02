"""What happens to a team and stays in this service (and, sealed, with the auditors)."""

from typing import Annotated

from contracts.events.rapid_assessment import RAPID_ASSESSMENT_EVENTS
from contracts.language import Code, Event, Locating, Moment, Personal, Reference, classified

Text = Annotated[Personal, classified("personal")]
Codes = Annotated[tuple[str, ...], classified("code")]
LocatingFlag = Annotated[bool, classified("locating")]


class CountyNoted(Event, frozen=True, kw_only=True):
    """Where the tip says it happens, so that people who serve that county are asked."""

    NAME = "team.county_noted"

    team: Reference
    county: Locating
    tribal_land: LocatingFlag


class DueTimeChanged(Event, frozen=True, kw_only=True):
    """The team's clock runs under another version of its rule: it must stand by this moment."""

    NAME = "team.due_time_changed"

    team: Reference
    due_at: Moment


class SeatProposed(Event, frozen=True, kw_only=True):
    """A responder was asked to take a seat; it replaces an open proposal for the same seat."""

    NAME = "team.seat_proposed"

    team: Reference
    seat: Code
    responder: Reference


class SeatAccepted(Event, frozen=True, kw_only=True):
    """The responder took the seat, with a credential valid at that moment."""

    NAME = "team.seat_accepted"

    team: Reference
    seat: Code
    responder: Reference
    accepted_at: Moment
    credential_until: Moment


class SeatDeclined(Event, frozen=True, kw_only=True):
    """The responder said no, and why."""

    NAME = "team.seat_declined"

    team: Reference
    seat: Code
    responder: Reference
    reason: Text


class SeatReleased(Event, frozen=True, kw_only=True):
    """A seat that was held is empty again."""

    NAME = "team.seat_released"

    team: Reference
    seat: Code
    responder: Reference
    reason: Text


class SeatHandedOver(Event, frozen=True, kw_only=True):
    """Whoever was asked for the seat, or held it, named a colleague, who is asked in their place.

    That they said no, or left, and that the colleague is asked, is recorded beside it.
    """

    NAME = "team.seat_handed_over"

    team: Reference
    seat: Code
    responder: Reference
    colleague: Reference


class SeatLapsed(Event, frozen=True, kw_only=True):
    """When the team would have formed, this holder's credential was no longer valid: the seat counts as empty."""

    NAME = "team.seat_lapsed"

    team: Reference
    seat: Code
    responder: Reference


class SeatVacated(Event, frozen=True, kw_only=True):
    """Whoever held the seat, or was asked to, is given no work any more: they left, or their account says so."""

    NAME = "team.seat_vacated"

    team: Reference
    seat: Code
    responder: Reference


class SeatUnderWay(Event, frozen=True, kw_only=True):
    """Whoever holds the seat said that they are on their way."""

    NAME = "team.seat_under_way"

    team: Reference
    seat: Code
    responder: Reference


class SeatFellSilent(Event, frozen=True, kw_only=True):
    """Whoever accepted did not say in time that they are on their way: the seat is empty again."""

    NAME = "team.seat_fell_silent"

    team: Reference
    seat: Code
    responder: Reference


class SeatUnreached(Event, frozen=True, kw_only=True):
    """Nothing told the person on call that they were asked, or whoever was asked in their place.

    These kinds of channels refused; none where none is stated.
    """

    NAME = "team.seat_unreached"

    team: Reference
    seat: Code
    responder: Reference
    refused: Codes


class ConflictDeclared(Event, frozen=True, kw_only=True):
    """A responder has a conflict of interest: out of the team, never proposed or shown the case again."""

    NAME = "team.conflict_declared"

    team: Reference
    responder: Reference
    reason: Text


class AccountExcluded(Event, frozen=True, kw_only=True):
    """The tip names someone with this account: never proposed, paged or shown the case."""

    NAME = "team.account_excluded"

    team: Reference
    account: Reference


class TeamJoined(Event, frozen=True, kw_only=True):
    """The tip is about a person whose team stands under an earlier tip."""

    NAME = "team.joined"

    team: Reference
    first: Reference


class ExclusionEnded(Event, frozen=True, kw_only=True):
    """Only a linked tip kept this account out of the case, and that link was taken back."""

    NAME = "team.exclusion_ended"

    team: Reference
    account: Reference


class TeamParted(Event, frozen=True, kw_only=True):
    """The tip is not about the person of the earlier tip, `first`, whose team it had joined: it has its own again."""

    NAME = "team.parted"

    team: Reference
    first: Reference


class StandDownExplained(Event, frozen=True, kw_only=True):
    """Why a coordinator ended the team."""

    NAME = "team.stand_down_explained"

    team: Reference
    reason: Text


TEAM_EVENTS: tuple[type[Event], ...] = (
    *RAPID_ASSESSMENT_EVENTS,
    CountyNoted,
    DueTimeChanged,
    SeatProposed,
    SeatAccepted,
    SeatDeclined,
    SeatReleased,
    SeatHandedOver,
    SeatLapsed,
    SeatUnderWay,
    SeatFellSilent,
    SeatUnreached,
    SeatVacated,
    ConflictDeclared,
    AccountExcluded,
    ExclusionEnded,
    TeamJoined,
    TeamParted,
    StandDownExplained,
)
