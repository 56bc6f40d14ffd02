"""The lines a scenario may hold: who there is, and what is done about a tip, its duties and its team.

One class per line kind. What is done in the clinic, before the courts and with rotas: clinic_steps.py, court_steps.py,
rota_steps.py.
"""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from contracts.jurisdictions import Setting, StateLines
from deploy.demo.calling_steps import CallingStep
from deploy.demo.care_steps import CareStep
from deploy.demo.census_steps import CensusStep
from deploy.demo.clinic_steps import ClinicStep
from deploy.demo.court_steps import CourtStep
from deploy.demo.lines import Line, Step, Time, Words
from deploy.demo.rota_steps import RotaStep, SeatName
from deploy.demo.scarce_steps import ScarceStep

Age = Literal["child", "adult", "not_known"]
How = Literal["telephone", "in_person", "email", "fax", "letter", "online_system"]
Mark = Literal["1", "2", "3", "4", "5a", "5b", "6a", "6b", "7a", "7b", "7c", "7d"]

# Who and what there is before the first step.


class Start(Line, frozen=True, kw_only=True, tag_field="do", tag="start"):
    """The first line. `told` is the moment T+00:00 stands for; `rate` is told seconds in one real second."""

    told: datetime
    rate: Annotated[int, msgspec.Meta(ge=1)]


class Account(Line, frozen=True, kw_only=True, tag_field="do", tag="account"):
    """Somebody who signs in but holds no seat. `agency` is an id of agencies.csv, `role` a code of roles.json.

    Who is of a local agency works in certain `counties`.
    """

    account: Words
    person: Words
    agency: Words
    role: Words
    counties: tuple[Words, ...] = ()


class Credential(Line, frozen=True, kw_only=True):
    """Valid from the start of the first day to the end of the last, in Central time. `issuer` is an agency id."""

    kind: Words
    issuer: Words
    valid_from: date
    valid_until: date


class Window(Line, frozen=True, kw_only=True):
    """When a responder can be called."""

    since: Time
    until: Time


class Responder(Line, frozen=True, kw_only=True, tag_field="do", tag="responder"):
    """Somebody who can hold a seat; signs in under the same word with the role given. `counties` as of an `Account`."""

    responder: Words
    person: Words
    agency: Words
    role: Words
    counties: tuple[Words, ...] = ()
    credentials: tuple[Credential, ...]
    available: tuple[Window, ...]


class NurseCertificate(Line, frozen=True, kw_only=True):
    """As `Credential`, of a forensic nurse."""

    certificate: Words
    issuer: Words
    valid_from: date
    valid_until: date


class Nurse(Line, frozen=True, kw_only=True, tag_field="do", tag="nurse"):
    """A forensic nurse of a clinic, who signs in as one."""

    nurse: Words
    person: Words
    agency: Words
    certificates: tuple[NurseCertificate, ...]
    available: tuple[Window, ...]

    @property
    def role(self) -> str:
        return "forensic_nurse"


class Room(Line, frozen=True, kw_only=True, tag_field="do", tag="room"):
    """A room of a clinic, and when it can be used."""

    room: Words
    clinic: Words
    number: int
    available: tuple[Window, ...]


# What is done. `by` is anybody who signs in; without `by` the responder named acts.


class Leap(Step, frozen=True, kw_only=True, tag="leap"):
    """Time goes from `at` to `to` at once; what comes due between is due then. It is about no tip."""

    tip: str = ""
    to: Time


class Pace(Step, frozen=True, kw_only=True, tag="pace"):
    """How time goes from here on. With `lines` it stands, and goes to the next line's time once all before is done:
    rungs of ten minutes would pass before anybody had read a mail. It is about no tip.
    """

    tip: str = ""
    time: Literal["lines", "clock"]


class ReceiveTip(Step, frozen=True, kw_only=True, tag="receive_tip"):
    """A tip is typed in at `at`; CPS had it at `received`. `age` is what the reporter believes.

    `reporter` is absent when the reporter gave no name. `case` marks one of the issue's cases, `title` says it.
    """

    by: Words
    channel: Words
    county: Words
    received: Time
    age: Age
    about: Words
    narrative: Words
    reporter: Words | None = None
    tribal_land: bool = False
    state_lines: StateLines = "not_known"
    setting: Setting = "not_known"
    case: Mark | None = None
    title: Words | None = None


class ScreenTip(Step, frozen=True, kw_only=True, tag="screen_tip"):
    """`indicators` are codes of screening.json."""

    by: Words
    age: Age
    exploitation: Literal["sex", "labour", "both", "not_known"]
    indicators: tuple[Words, ...]


class CorrectTip(Step, frozen=True, kw_only=True, tag="correct_tip"):
    """What was entered before turns out otherwise; only what changes is given."""

    by: Words
    reason: Words
    age: Age | None = None
    county: Words | None = None
    tribal_land: bool | None = None
    setting: Setting | None = None


class ReportDuty(Step, frozen=True, kw_only=True, tag="report_duty"):
    """Those of `parts` of a reporting duty were told, at `done` or else at `at`.

    `told` names the office where none is on file.
    """

    by: Words
    rule: Words
    parts: Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]
    how: How
    done: Time | None = None
    told: Words | None = None


class AcknowledgeDuty(Step, frozen=True, kw_only=True, tag="acknowledge_duty"):
    """Somebody of the agency told says so."""

    by: Words
    rule: Words
    part: Words


class DecideDuplicate(Step, frozen=True, kw_only=True, tag="decide_duplicate"):
    """Whether `tip` is about the same child as `of`."""

    by: Words
    of: Words
    decision: Literal["linked", "kept_apart"]
    reason: Words


class ReferAdult(Step, frozen=True, kw_only=True, tag="refer_adult"):
    """Only ever with the person's agreement."""

    by: Words
    agency: Words
    agreement: bool


class Propose(Step, frozen=True, kw_only=True, tag="propose"):
    """A responder is asked to take a seat."""

    by: Words
    seat: SeatName
    responder: Words


class Accept(Step, frozen=True, kw_only=True, tag="accept"):
    """The responder takes the seat."""

    seat: SeatName
    responder: Words


class Decline(Step, frozen=True, kw_only=True, tag="decline"):
    """The responder does not take the seat."""

    seat: SeatName
    responder: Words
    reason: Words


class Release(Step, frozen=True, kw_only=True, tag="release"):
    """The responder leaves a seat already accepted."""

    by: Words
    seat: SeatName
    responder: Words
    reason: Words


class DeclareConflict(Step, frozen=True, kw_only=True, tag="declare_conflict"):
    """The responder has a conflict of interest in this case and is kept out of it."""

    responder: Words
    reason: Words


class ContactMade(Step, frozen=True, kw_only=True, tag="contact_made"):
    """Face to face with the child, at `place`."""

    responder: Words
    place: Words


class Attempt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One try to see the child."""

    at: Time
    how: Words
    result: Words
    what: Words


class PlannedStep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a role will do by then."""

    by: Time
    who: Words
    what: Words


class ContactImpossible(Step, frozen=True, kw_only=True, tag="contact_impossible"):
    """Contact within 24 hours cannot be made: what was tried, and what will be done to find the child."""

    responder: Words
    attempts: Annotated[tuple[Attempt, ...], msgspec.Meta(min_length=1)]
    planned_steps: Annotated[tuple[PlannedStep, ...], msgspec.Meta(min_length=1)]


class RuleOnClock(Step, frozen=True, kw_only=True, tag="rule_on_clock"):
    """Something is decided about a clock of the case, on an authority its rule lists and by a paper."""

    by: Words
    clock: Words
    what: Literal["extended", "excused", "found_met"]
    authority: Words
    document: Words


class StandDown(Step, frozen=True, kw_only=True, tag="stand_down"):
    """The team is ended with a reason on record."""

    by: Words
    reason: Words


AnySetup = Start | Account | Responder | Nurse | Room
TipStep = ReceiveTip | ScreenTip | CorrectTip | DecideDuplicate | ReferAdult
DutyStep = ReportDuty | AcknowledgeDuty
TeamStep = Propose | Accept | Decline | Release | DeclareConflict | RuleOnClock | StandDown
ContactStep = ContactMade | ContactImpossible
CareDeed = CareStep | ScarceStep | CensusStep
AnyDeed = TipStep | DutyStep | TeamStep | ContactStep | RotaStep | CallingStep | ClinicStep | CareDeed | CourtStep
AnyStep = Leap | Pace | AnyDeed
