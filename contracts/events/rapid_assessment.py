"""What the rapid assessment service tells the others. It names nobody, and no responder."""

from typing import Annotated

from contracts.language import Code, Event, Flag, Measure, Moment, Reference, classified

Positions = Annotated[tuple[int, ...], classified("measure")]


class TeamOpened(Event, frozen=True, kw_only=True):
    """A team must stand for the tip by `due_at`. `opening` counts: thought adult, found a child, it opens again."""

    NAME = "rapid_assessment.team_opened"

    team: Reference
    tip: Reference
    person: Reference
    received_at: Moment
    due_at: Moment
    opening: Measure


class TeamFormed(Event, frozen=True, kw_only=True):
    """The three seats are filled by three different people with valid credentials."""

    NAME = "rapid_assessment.team_formed"

    team: Reference
    tip: Reference
    formed_at: Moment
    late: Flag


class TeamStoodDown(Event, frozen=True, kw_only=True):
    """The team ended. `cause` is coordinator, shown_adult or linked."""

    NAME = "rapid_assessment.team_stood_down"

    team: Reference
    tip: Reference
    cause: Code


class AccountKeptOut(Event, frozen=True, kw_only=True):
    """A conflict of interest, or another tip about the same person that names the account: never show it this case.

    Whom the tip itself names, the tips service tells.
    """

    NAME = "rapid_assessment.account_kept_out"

    tip: Reference
    account: Reference


class KeysDestroyed(Event, frozen=True, kw_only=True):
    """By the court's order `order` nothing opens here any more that was sealed under `keys` keys of the person.

    They had sealed `fields` texts, in the events at these `positions` of this service's log.
    """

    NAME = "rapid_assessment.keys_destroyed"

    order: Reference
    tip: Reference
    keys: Measure
    fields: Measure
    positions: Positions


RAPID_ASSESSMENT_EVENTS: tuple[type[Event], ...] = (
    TeamOpened,
    TeamFormed,
    TeamStoodDown,
    AccountKeptOut,
    KeysDestroyed,
)
