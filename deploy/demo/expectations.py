"""What a scenario may expect, one class per kind: looked at when `at` has come, over the public interfaces.

README.md says how long the player goes on looking, as news between services takes a moment.
"""

from typing import Annotated, Literal

import msgspec

from deploy.demo.steps import Line, SeatName, Time, Words


class Expectation(Line, frozen=True, kw_only=True, tag_field="expect"):
    """Something that must be so at a told time, asked over the public interfaces."""

    at: Time
    tip: Words


class ReceiptGiven(Expectation, frozen=True, kw_only=True, tag="receipt_given"):
    """The reporter has a receipt code."""


class Routed(Expectation, frozen=True, kw_only=True, tag="routed"):
    """`agencies` are among those to tell."""

    circuit: int
    federal_district: Literal["northern", "southern"]
    federal_division: Words
    agencies: tuple[Words, ...]


class TeamOpened(Expectation, frozen=True, kw_only=True, tag="team_opened"):
    """A team exists for the tip."""


class NoTeam(Expectation, frozen=True, kw_only=True, tag="no_team"):
    """No team is open for the tip."""


class TeamFormed(Expectation, frozen=True, kw_only=True, tag="team_formed"):
    """Three seats are filled; `late` is whether that was after the due time."""

    late: bool


class NotFormed(Expectation, frozen=True, kw_only=True, tag="not_formed"):
    """A team is open and does not stand."""


class SeatEmpty(Expectation, frozen=True, kw_only=True, tag="seat_empty"):
    """The seat is named as empty."""

    seat: SeatName


class ProposalRefused(Expectation, frozen=True, kw_only=True, tag="proposal_refused"):
    """The player tries the proposal as `by`; it is refused for this cause and changes nothing."""

    by: Words
    seat: SeatName
    responder: Words
    because: Literal["conflict", "credential", "not_available", "already_on_team"]


class StoodDown(Expectation, frozen=True, kw_only=True, tag="stood_down"):
    """The team ended with a reason."""


class ClockExpectation(Expectation, frozen=True, kw_only=True):
    """About the clock a rule started for the tip."""

    rule: Words


class NoClock(ClockExpectation, frozen=True, kw_only=True, tag="no_clock"):
    """The rule never started a clock."""


class ClockDue(ClockExpectation, frozen=True, kw_only=True, tag="clock_due"):
    """The due time, to the second."""

    due: Time


class ClockWarned(ClockExpectation, frozen=True, kw_only=True, tag="clock_warned"):
    """Exactly these warnings were sent, in hours after the start, each once; `[]` is none."""

    points: tuple[int, ...]


class ClockMet(ClockExpectation, frozen=True, kw_only=True, tag="clock_met"):
    """Ended once, as met."""


class ClockMissedOnce(ClockExpectation, frozen=True, kw_only=True, tag="clock_missed_once"):
    """Ended once, as missed, with a lateness of at least `late_by` and less than an hour more."""

    late_by: Time


class ClockExcused(ClockExpectation, frozen=True, kw_only=True, tag="clock_excused"):
    """Ended once, as excused."""


class DutyOpen(ClockExpectation, frozen=True, kw_only=True, tag="duty_open"):
    """The clock has ended and the duty behind it is still to be done."""


class EscalationTold(ClockExpectation, frozen=True, kw_only=True, tag="escalation_told"):
    """After the miss, this role was told."""

    role: Words


class NoticesTold(Expectation, frozen=True, kw_only=True, tag="notices_told"):
    """Each of these roles was told of the tip."""

    roles: Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]


class Referred(Expectation, frozen=True, kw_only=True, tag="referred"):
    """The adult was referred to this agency, the agreement on record."""

    agency: Words


class Linked(Expectation, frozen=True, kw_only=True, tag="linked"):
    """Both tips stand, each naming the other."""

    to: Words


class KeptApart(Expectation, frozen=True, kw_only=True, tag="kept_apart"):
    """Both tips stand alone, and the decision is on record."""

    other: Words


class ReplayMentions(Expectation, frozen=True, kw_only=True, tag="replay_mentions"):
    """The replayed case holds each of these words, in any case."""

    words: Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]


AnyExpectation = (
    ReceiptGiven
    | Routed
    | TeamOpened
    | NoTeam
    | TeamFormed
    | NotFormed
    | SeatEmpty
    | ProposalRefused
    | StoodDown
    | NoClock
    | ClockDue
    | ClockWarned
    | ClockMet
    | ClockMissedOnce
    | ClockExcused
    | DutyOpen
    | EscalationTold
    | NoticesTold
    | Referred
    | Linked
    | KeptApart
    | ReplayMentions
)
