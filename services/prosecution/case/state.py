"""A case as its events tell it: the accused, their counts, the hearings."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from contracts.events.prosecution import CaseAccepted, CaseDeclined, OutcomeRecorded
from contracts.language import Event
from services.prosecution.case.events import (
    AccountKeptOut,
    AccusedAdded,
    AgeCorrected,
    CaseReferred,
    CauseNumberEntered,
    ClockBegun,
    ConflictDeclared,
    ContinuanceEnteredInError,
    ContinuanceGranted,
    ContinuancePlaced,
    CountAgeCorrected,
    CountCleared,
    CountEnteredInError,
    CountFiled,
    CountSuperseded,
    ExclusionEnded,
    HearingConcluded,
    HearingHeld,
    HearingMoved,
    HearingOnClosedDay,
    HearingPurposeStated,
    HearingSet,
    HearingVacated,
    NewTrialMoved,
    StageEntered,
    TransferAccepted,
    TransferOffered,
    TransferRefused,
    TransferWithdrawn,
)

UNSET = UUID(int=0)

Phase = Literal["none", "referred", "accepted", "declined"]
CountPhase = Literal["open", "ended", "superseded", "entered_in_error", "vacated", "expunged"]


class Step(msgspec.Struct, frozen=True):
    """A stage the count came to, and when."""

    stage: str
    entered_at: datetime


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """`outcomes` are those recorded since the present stage was entered; `outcome` is the last of all.

    `in_error` stays where a court vacates a conviction that was entered in error before.
    """

    count: UUID
    accused: UUID
    victim: UUID
    offence: str
    act_on: date
    age_at_act: str
    steps: tuple[Step, ...]
    phase: CountPhase = "open"
    outcomes: tuple[str, ...] = ()
    outcome: str = ""
    supersedes: UUID | None = None
    in_error: bool = False

    @property
    def stage(self) -> str:
        return self.steps[-1].stage

    @property
    def entered_at(self) -> datetime:
        return self.steps[-1].entered_at


class Continuance(msgspec.Struct, frozen=True):
    """One continuance, with its arithmetic: by `days` it put the trial off, less where its days did not count already.

    `since` and `until`, both included, and `motion` are empty where they are not on file. `in_error`, it holds no more.
    """

    ground: str
    days: int
    granted_at: datetime
    arithmetic: str
    since: date | None = None
    until: date | None = None
    motion: str = ""
    in_error: str = ""


class Accused(msgspec.Struct, frozen=True, kw_only=True):
    """`clocks` holds the number of each rule's latest clock; the clock itself is a stream of its own.

    `new_trial_moved_at`: when the latest motion for a new trial was filed. `causes`: the courts
    of which the number is on file.
    """

    accused: UUID
    born_on_file: bool
    clocks: dict[str, int] = {}
    continuances: tuple[Continuance, ...] = ()
    new_trial_moved_at: datetime | None = None
    causes: tuple[str, ...] = ()


class Hearing(msgspec.Struct, frozen=True, kw_only=True):
    """`moved` counts how often it was put to another time. `closed`: why courts are closed on its day, if they are.

    `outcome` and `next` are empty until it is recorded what came of it.
    """

    hearing: UUID
    kind: str
    court: str
    accused: tuple[UUID, ...]
    set_for: datetime
    phase: Literal["set", "held", "vacated"] = "set"
    held_at: datetime | None = None
    moved: int = 0
    purpose: str = ""
    closed: str = ""
    outcome: str = ""
    next: str = ""
    next_hearing: UUID | None = None


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """An offer of the case to another office; `number` counts them all."""

    number: int
    to_office: str
    phase: Literal["offered", "accepted", "refused", "withdrawn"] = "offered"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """`office` is the agency of the district attorney who has it, `transfer` the latest offer to another.

    `conflicts` are those of `kept_out` who said themselves that they must not see the case.
    """

    phase: Phase = "none"
    case: UUID = UNSET
    tip: UUID = UNSET
    person: UUID = UNSET
    office: str = ""
    referrals: int = 0
    reason: str = ""
    transfer: Transfer | None = None
    kept_out: tuple[UUID, ...] = ()
    conflicts: tuple[UUID, ...] = ()
    accused: dict[UUID, Accused] = {}
    counts: dict[UUID, Count] = {}
    hearings: dict[UUID, Hearing] = {}

    @property
    def offered_to(self) -> str:
        """The office that is asked to take the case; empty when none is."""
        return self.transfer.to_office if self.transfer is not None and self.transfer.phase == "offered" else ""

    @property
    def victims(self) -> tuple[UUID, ...]:
        """The person the tip is about, and whom the counts name."""
        return tuple(dict.fromkeys((self.person, *(each.victim for each in self.counts.values()))))

    @property
    def open_counts(self) -> int:
        """Of all accused."""
        return sum(each.phase == "open" for each in self.counts.values())

    def counts_of(self, accused: UUID) -> tuple[Count, ...]:
        """Those that are still open."""
        return tuple(each for each in self.counts.values() if each.accused == accused and each.phase == "open")


def evolve(case: Case, event: Event) -> Case:
    """Never fails; an event of another kind changes nothing."""
    change = msgspec.structs.replace
    match event:
        case AccountKeptOut():
            return change(case, kept_out=(*case.kept_out, event.account))
        case ConflictDeclared():
            conflicts = (*case.conflicts, event.account)
            return change(case, kept_out=(*case.kept_out, event.account), conflicts=conflicts)
        case ExclusionEnded():
            return change(case, kept_out=tuple(each for each in case.kept_out if each != event.account))
        case CaseReferred():
            return change(
                case,
                phase="referred",
                case=event.case,
                tip=event.tip,
                person=event.person,
                office=event.office,
                referrals=event.referral,
                reason="",
            )
        case CaseAccepted():
            return change(case, phase="accepted")
        case CaseDeclined():
            return change(case, phase="declined", reason=event.reason)
        case AccusedAdded():
            return _with_accused(case, Accused(accused=event.accused, born_on_file=event.born is not None))
        case AgeCorrected():
            known = case.accused[event.accused]
            return _with_accused(case, change(known, born_on_file=event.born is not None))
        case ClockBegun():
            known = case.accused[event.accused]
            return _with_accused(case, change(known, clocks={**known.clocks, event.rule: event.number}))
        case ContinuanceGranted():
            known = case.accused[event.accused]
            granted = Continuance(event.ground, event.days, event.granted_at, event.arithmetic)
            return _with_accused(case, change(known, continuances=(*known.continuances, granted)))
        case ContinuancePlaced():
            since, until = date.fromisoformat(event.since_on), date.fromisoformat(event.until_on)
            return _with_continuance(case, event.accused, event.number, since=since, until=until, motion=event.motion)
        case ContinuanceEnteredInError():
            return _with_continuance(case, event.accused, event.number, in_error=event.reason)
        case NewTrialMoved():
            return _with_accused(case, change(case.accused[event.accused], new_trial_moved_at=event.filed_at))
        case CauseNumberEntered():
            known = case.accused[event.accused]
            others = tuple(each for each in known.causes if each != event.court)
            causes = others if event.number is None else (*others, event.court)
            return _with_accused(case, change(known, causes=causes))
        case _:
            return _on_counts(_transferred(_on_hearings(case, event), event), event)


def _on_hearings(case: Case, event: Event) -> Case:
    change = msgspec.structs.replace
    match event:
        case HearingSet():
            return _with_hearing(
                case,
                Hearing(
                    hearing=event.hearing,
                    kind=event.kind,
                    court=event.court,
                    accused=event.accused,
                    set_for=event.set_for,
                ),
            )
        case HearingMoved():
            moved = case.hearings[event.hearing]
            return _with_hearing(case, change(moved, set_for=event.set_for, moved=moved.moved + 1, closed=""))
        case HearingHeld():
            return _with_hearing(case, change(case.hearings[event.hearing], phase="held", held_at=event.held_at))
        case HearingVacated():
            return _with_hearing(case, change(case.hearings[event.hearing], phase="vacated"))
        case HearingPurposeStated():
            return _with_hearing(case, change(case.hearings[event.hearing], purpose=event.purpose))
        case HearingOnClosedDay():
            return _with_hearing(case, change(case.hearings[event.hearing], closed=event.why))
        case HearingConcluded():
            held = case.hearings[event.hearing]
            following = event.next_hearing or held.next_hearing
            return _with_hearing(case, change(held, outcome=event.outcome, next=event.next, next_hearing=following))
        case _:
            return case


def _transferred(case: Case, event: Event) -> Case:
    change = msgspec.structs.replace
    match event:
        case TransferOffered():
            return change(case, transfer=Transfer(number=event.transfer, to_office=event.to_office))
        case TransferAccepted() if case.transfer is not None:
            return change(case, office=event.to_office, transfer=change(case.transfer, phase="accepted"))
        case TransferRefused() if case.transfer is not None:
            return change(case, transfer=change(case.transfer, phase="refused"))
        case TransferWithdrawn() if case.transfer is not None:
            return change(case, transfer=change(case.transfer, phase="withdrawn"))
        case _:
            return case


def _on_counts(case: Case, event: Event) -> Case:
    change = msgspec.structs.replace
    match event:
        case CountFiled():
            return _with_count(
                case,
                Count(
                    count=event.count,
                    accused=event.accused,
                    victim=event.victim,
                    offence=event.offence,
                    act_on=date.fromisoformat(event.act_on),
                    age_at_act=event.age_at_act,
                    steps=(Step(event.stage, event.filed_at),),
                    supersedes=event.supersedes,
                ),
            )
        case CountAgeCorrected():
            return _with_count(case, change(case.counts[event.count], age_at_act=event.age_at_act))
        case CountEnteredInError():
            return _with_count(case, change(case.counts[event.count], phase="entered_in_error", in_error=True))
        case CountCleared():
            how: CountPhase = "expunged" if event.how == "expunged" else "vacated"
            return _with_count(case, change(case.counts[event.count], phase=how))
        case CountSuperseded():
            return _with_count(case, change(case.counts[event.count], phase="superseded"))
        case StageEntered():
            count = case.counts[event.count]
            steps = (*count.steps, Step(event.stage, event.entered_at))
            return _with_count(case, change(count, steps=steps, outcomes=()))
        case OutcomeRecorded():
            count = case.counts[event.count]
            return _with_count(
                case,
                change(
                    count,
                    outcomes=(*count.outcomes, event.outcome),
                    outcome=event.outcome,
                    phase="ended" if event.ends else count.phase,
                ),
            )
        case _:
            return case


def _with_accused(case: Case, accused: Accused) -> Case:
    return msgspec.structs.replace(case, accused={**case.accused, accused.accused: accused})


def _with_continuance(case: Case, accused: UUID, number: int, **changes: Any) -> Case:
    known = case.accused[accused]
    continuances = tuple(
        msgspec.structs.replace(each, **changes) if n == number else each
        for n, each in enumerate(known.continuances, start=1)
    )
    return _with_accused(case, msgspec.structs.replace(known, continuances=continuances))


def _with_count(case: Case, count: Count) -> Case:
    return msgspec.structs.replace(case, counts={**case.counts, count.count: count})


def _with_hearing(case: Case, hearing: Hearing) -> Case:
    return msgspec.structs.replace(case, hearings={**case.hearings, hearing.hearing: hearing})
