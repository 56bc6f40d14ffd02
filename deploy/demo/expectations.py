"""What a scenario may expect, one class per kind: looked at when `at` has come, over the public interfaces.

README.md says how long the player goes on looking, as news between services takes a moment.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec

from deploy.demo.care_expectations import CareExpectation
from deploy.demo.census_expectations import CensusExpectation
from deploy.demo.lines import Expectation, Time, Tried, Words
from deploy.demo.rota_steps import InTurn, SeatName


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


class ProposalRefused(Tried, frozen=True, kw_only=True, tag="proposal_refused"):
    """The proposal is refused for this cause."""

    seat: SeatName
    responder: Words
    because: Literal["conflict", "credential", "not_available", "already_on_team"]


class StoodDown(Expectation, frozen=True, kw_only=True, tag="stood_down"):
    """The team ended with a reason."""


class ClockExpectation(Expectation, frozen=True, kw_only=True):
    """About the clock a rule started: for the tip, or for a kit or an accused of it, where one is named."""

    rule: Words
    kit: Words | None = None
    accused: Words | None = None


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


class ClockMissedThenMet(ClockExpectation, frozen=True, kw_only=True, tag="clock_missed_then_met"):
    """Ended as missed; what was typed in later shows that it was met."""


class ClockExcused(ClockExpectation, frozen=True, kw_only=True, tag="clock_excused"):
    """Ended once, as excused."""


class ClockExplained(ClockExpectation, frozen=True, kw_only=True, tag="clock_explained"):
    """Step by step it comes to `reckoned`, over these turns of the state's clocks and without these days.

    `extended_to`: somebody put it off until then, and it says who.
    """

    reckoned: Time
    turned: tuple[Literal["forward", "back"], ...] = ()
    left_out: tuple[Words, ...] = ()
    extended_to: Time | None = None


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


class DutyIs(Expectation, frozen=True, kw_only=True, tag="duty"):
    """How a reporting duty stands, and exactly which parts of it are missing."""

    rule: Words
    phase: Literal["open", "done", "fell_away"]
    missing: tuple[Words, ...] = ()


class NoDuty(Expectation, frozen=True, kw_only=True, tag="no_duty"):
    """The rule never asked anything for the tip."""

    rule: Words


class ExamIs(Expectation, frozen=True, kw_only=True, tag="exam"):
    """How an exam stands; `nurse` and `room` are kept for it."""

    exam: Words
    phase: Literal["requested", "held", "booked", "completed", "cancelled"]
    nurse: Words | None = None
    room: Words | None = None


class ExamRefused(Tried, frozen=True, kw_only=True, tag="exam_refused"):
    """The request for an exam is refused for this cause."""

    clinic: Words
    age_band: Words
    consent: Words
    because: Literal["not_shown_adult"]


class BookingRefused(Tried, frozen=True, kw_only=True, tag="booking_refused"):
    """The booking is refused for this cause."""

    exam: Words
    nurse: Words
    room: Words
    since: Time
    until: Time
    because: Literal["nurse_taken", "room_taken", "patient_taken", "nurse_not_certified"]


class KitHeld(Expectation, frozen=True, kw_only=True, tag="kit_held"):
    """Who answers for the kit, where; `offered` is whether it is on offer to somebody else."""

    kit: Words
    holder: Words
    stage: Literal["clinic", "law_enforcement", "laboratory"]
    offered: bool = False


class KitIs(Expectation, frozen=True, kw_only=True, tag="kit"):
    """How a kit stands."""

    kit: Words
    phase: Literal["open", "sealed", "set_aside"]
    consent: Literal["reported", "unreported"]
    tested: bool = False


class CallRefused(Tried, frozen=True, kw_only=True, tag="call_refused"):
    """Telling law enforcement of the kit is refused for this cause."""

    kit: Words
    agency: Words
    because: Literal["kit_unreported"]


class CaseIs(Expectation, frozen=True, kw_only=True, tag="case"):
    """How the tip's case stands at the office."""

    office: Words
    phase: Literal["referred", "accepted", "declined"]


class CaseHidden(Expectation, frozen=True, kw_only=True, tag="case_hidden"):
    """Somebody of the office itself is shown no such case."""

    hidden_from: Words


class ReferralRefused(Tried, frozen=True, kw_only=True, tag="referral_refused"):
    """Referring the matter without naming an office is refused for this cause."""

    because: Literal["name_the_office"]


class AccusedRefused(Tried, frozen=True, kw_only=True, tag="accused_refused"):
    """Adding an accused with one count is refused for this cause, by this citation."""

    name: Words
    offence: Words
    act_on: date
    because: Literal["minor_never_accused", "age_not_known"]
    citation: Words
    born: date | None = None


class CountShown(Expectation, frozen=True, kw_only=True, tag="count_shown"):
    """What the count's page says of penalty and limitation; what is not on file is said so."""

    count: Words
    prison: Words
    fine: Words
    limitation: Literal["never", "until", "not_on_file"]
    until: date | None = None


class CountIs(Expectation, frozen=True, kw_only=True, tag="count"):
    """Where a count stands, and what came of it last, if anything did."""

    count: Words
    stage: Words
    phase: Literal["open", "ended"]
    outcome: str = ""


class OnCall(Expectation, frozen=True, kw_only=True, tag="on_call"):
    """The responder is on call by the rota now; without one nobody is. It is about no tip."""

    tip: str = ""
    rota: Words
    responder: Words | None = None


class TurnsRefused(Tried, frozen=True, kw_only=True, tag="turns_refused"):
    """Setting these turns is refused until somebody says "all the same": the `holder` lacks this. About no tip."""

    tip: str = ""
    rota: Words
    responders: InTurn
    hours: int
    starts: Time
    holder: Words
    lacks: Literal["no_channel", "channel_not_proven", "no_credential", "credential_ends"]


class RotaGap(Expectation, frozen=True, kw_only=True, tag="rota_gap"):
    """The board of the next days shows that nobody is on call for the seat in the county, from then until then."""

    tip: str = ""
    county: Words
    seat: SeatName
    since: Time
    until: Time


class Called(Expectation, frozen=True, kw_only=True, tag="called"):
    """Since the team opened the ladder of the seat has called exactly these, in this order."""

    seat: SeatName
    responders: tuple[Words, ...]


class NobodyLeft(Expectation, frozen=True, kw_only=True, tag="nobody_left"):
    """The ladder of the seat has nobody left to call and rests; exactly these roles were told that of the tip."""

    seat: SeatName
    told: tuple[Words, ...]


class UnderWay(Expectation, frozen=True, kw_only=True, tag="under_way"):
    """The responder holds the seat and is on their way."""

    seat: SeatName
    responder: Words


class MailsGot(Expectation, frozen=True, kw_only=True, tag="mails_got"):
    """So many mails have asked the responder for a seat until now, and so many were of a drill. About no tip."""

    tip: str = ""
    responder: Words
    asks: Annotated[int, msgspec.Meta(ge=0)]
    of_drills: Annotated[int, msgspec.Meta(ge=0)] = 0


class DrillShows(Expectation, frozen=True, kw_only=True, tag="drill_shows"):
    """What came of a seat of the drill: whom it reached, and after how many minutes they answered. About no tip."""

    tip: str = ""
    drill: Words
    seat: SeatName
    standing: Literal["nobody", "unreached", "waiting", "comes", "cannot", "no_answer"]
    responder: Words | None = None
    minutes: Annotated[int, msgspec.Meta(ge=0)] | None = None


class NothingMoved(Expectation, frozen=True, kw_only=True, tag="nothing_moved"):
    """Figures, teams and notices are word for word what they were when the drill began. About no tip."""

    tip: str = ""
    drill: Words


class LogKept(Expectation, frozen=True, kw_only=True, tag="log_kept"):
    """The service's whole log is in order, and the auditors' copy of it is the same. It is about no tip."""

    tip: str = ""
    service: Words


class FiguresRecounted(Expectation, frozen=True, kw_only=True, tag="figures_recounted"):
    """Every month of the figures is what the service's own rows come to, counted again. It is about no tip."""

    tip: str = ""


class ReplayTells(Expectation, frozen=True, kw_only=True, tag="replay_tells"):
    """The replayed case has sentences of each of these services."""

    services: Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]


class ReplayMentions(Expectation, frozen=True, kw_only=True, tag="replay_mentions"):
    """The replayed case holds each of these words, in any case."""

    words: Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]


TipExpectation = ReceiptGiven | Routed | Referred | Linked | KeptApart
DutyExpectation = DutyIs | NoDuty
TeamExpectation = TeamOpened | NoTeam | TeamFormed | NotFormed | SeatEmpty | StoodDown
AnyClock = (
    NoClock
    | ClockDue
    | ClockWarned
    | ClockMet
    | ClockMissedOnce
    | ClockMissedThenMet
    | ClockExcused
    | ClockExplained
    | DutyOpen
)
NoticeExpectation = EscalationTold | NoticesTold
ClinicExpectation = ExamIs | ExamRefused | BookingRefused | KitHeld | KitIs | CallRefused
CourtExpectation = CaseIs | CaseHidden | ReferralRefused | AccusedRefused | CountShown | CountIs
RotaExpectation = OnCall | TurnsRefused | RotaGap
CallingExpectation = Called | NobodyLeft | UnderWay | MailsGot | DrillShows | NothingMoved
AuditExpectation = LogKept | FiguresRecounted | ReplayTells | ReplayMentions
AnyExpectation = (
    TipExpectation
    | DutyExpectation
    | TeamExpectation
    | ProposalRefused
    | AnyClock
    | NoticeExpectation
    | ClinicExpectation
    | CareExpectation
    | CensusExpectation
    | CourtExpectation
    | RotaExpectation
    | CallingExpectation
    | AuditExpectation
)
