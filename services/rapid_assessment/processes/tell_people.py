"""Who is told when something happens: a notice for each role the rule names, once for each cause.

An adult's tip goes to the task force and its rapid-response advocate. A warned or missed clock goes to the roles of its
rule; of warnings that come together after a standstill the last does, and none of a clock that has ended. While seats
are empty after the due time, or of a team that stood before (its clock has ended, so nothing else would tell), every
change of a seat tells the coordinator, naming them.

What is told to the role of a seat is told of the tip whose team stands: where a tip was found to be about the person of
an earlier one, nobody sits on its own team any more, and the page of its case is not theirs.
"""

from collections.abc import Iterable
from uuid import UUID, uuid5

from contracts.events.forensic_clinic import ExamPressing, KitDecisionPressing, KitDutyPressing
from contracts.events.tips import (
    AdditionArrived,
    DutyPressing,
    GlassBroken,
    ReporterAskedFor,
    ReviewPressing,
    TimedDutyPressing,
    TipCorrected,
    TipReceived,
    TipScreened,
)
from contracts.jurisdictions import ClockRule, DutyRule
from services.kernel import clock as clocks
from services.kernel.clock import Clock, ClockMissed, ClockWarned
from services.kernel.due import CLOCK
from services.kernel.http.caller import of_agency
from services.kernel.store import Change, Changes
from services.kernel.stored_form import Happening
from services.kernel.time_source import TimeSource
from services.rapid_assessment.cases import NOTICE, TEAM_RULE, Cases, clock_of, team_of
from services.rapid_assessment.contact.events import ContactImpossible
from services.rapid_assessment.ladder.events import NobodyLeft
from services.rapid_assessment.ladder.ladder import WhyNobody
from services.rapid_assessment.notice.events import NoticeRequested
from services.rapid_assessment.notice.notice import Why, notice_id
from services.rapid_assessment.team.decisions import empty_seats
from services.rapid_assessment.team.events import (
    AccountExcluded,
    ConflictDeclared,
    SeatAccepted,
    SeatDeclined,
    SeatFellSilent,
    SeatLapsed,
    SeatReleased,
    SeatUnreached,
    SeatVacated,
)

ADULT_ROLES = ("task_force", "rapid_response_advocate")
ADULT_RULE = "adult pathway"
NO_CONTACT_DUTY = "C03"
ADMINISTRATOR = "administrator"
OPENING_ROLES = ("cps_coordinator", ADMINISTRATOR)
ADDITION_ROLES = ("cps_intake", "cps_coordinator")
RELEASE_ROLES = ("cps_coordinator",)


class TellOfAdult:
    """Reacts to tips; a second word about the same adult tells nobody twice."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case TipReceived() | TipScreened() | TipCorrected() as tip if tip.age == "adult":
                cause = uuid5(tip.tip, ADULT_RULE)
                return await _requests(self._cases, cause, tip.tip, ADULT_ROLES, Why.ADULT_TIP, ADULT_RULE, "")
            case _:
                return None


class TellOfReporters:
    """Reacts to reporters who add to their tip, and to those who ask who they are: whoever must look at it is told."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        cause = happening.event_id
        match happening.event:
            case AdditionArrived(tip=tip):
                return await _requests(self._cases, cause, tip, ADDITION_ROLES, Why.TOLD_MORE, "", "")
            case ReporterAskedFor(tip=tip):
                why = Why.REPORTER_ASKED_FOR
                law = self._cases.jurisdiction.sharing.reporter_citation
                return await _requests(self._cases, cause, tip, RELEASE_ROLES, why, "", law)
            case _:
                return None


class TellOfKits:
    """Reacts to the forensic clinic: whom the rule of a kit names is told as of every other clock."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, KitDutyPressing):
            return None
        why = Why.KIT_DUTY_MISSED if event.missed else Why.KIT_DUTY_WARNED
        return await _requests(self._cases, happening.event_id, event.tip, event.told, why, event.rule, event.citation)


class TellOfKitDecisions:
    """Reacts to the forensic clinic: the office whose assent is waited for is told that, and the case, alone."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, KitDecisionPressing):
            return None
        why = Why.KIT_DECISION_WAITS
        return await _requests(self._cases, happening.event_id, event.tip, event.told, why, "", "")


class TellOfExams:
    """Reacts to the forensic clinic: whoever must look at an exam now is told, of no nurse, time or place."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, ExamPressing):
            return None
        return await _requests(self._cases, happening.event_id, event.tip, event.told, Why(f"exam_{event.why}"), "", "")


class TellOfDuties:
    """Reacts to what is to be done for a tip at once, or by a due time: whom its rule names is told each time."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        match event:
            case DutyPressing():
                why = Why.DUTY_PRESSING
            case TimedDutyPressing():
                why = Why.DUTY_MISSED if event.missed else Why.DUTY_WARNED
            case _:
                return None
        cause = happening.event_id
        return await _requests(self._cases, cause, event.tip, event.told, why, event.rule, event.citation)


class TellOfOpenings:
    """Reacts to emergency openings of a case: a second person is told at once, of the case and of the agency."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        cause, tables = happening.event_id, self._cases.jurisdiction
        match happening.event:
            case GlassBroken() as e:
                rule = tables.enforced(tables.break_glass.rule, happening.happened_at)
                told = _of(e.agency, OPENING_ROLES)
                return await _requests(self._cases, cause, e.tip, told, Why.GLASS_BROKEN, rule.rule, rule.citation)
            case ReviewPressing() as e:
                why = Why.REVIEW_MISSED if e.missed else Why.REVIEW_WARNED
                told = _of(e.agency, e.told)
                return await _requests(self._cases, cause, e.tip, told, why, e.rule, e.citation)
            case _:
                return None


def _of(agency: str, roles: Iterable[str]) -> list[str]:
    """Administrators are told of what people of their own agency did, and of nobody else."""
    return [of_agency(role, agency) if role == ADMINISTRATOR else role for role in roles]


class TellOfUnreached:
    """Reacts to somebody on call who could not be reached: the coordinator is told at once, whatever time is left."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        team = (await self._cases.team(happening.stream)).state
        if not isinstance(happening.event, SeatUnreached) or team.phase != "open" or team.due_at is None:
            return None
        rule = await _rule_of(self._cases, clock_of(team.tip, TEAM_RULE, team.opening))
        cause, why = happening.event_id, Why.ON_CALL_UNREACHED
        return await _requests(self._cases, cause, team.tip, rule.told_at_warning, why, rule.rule, rule.citation)


class TellOfSilence:
    """Reacts to somebody who accepted and was not heard of since: the coordinator is told at once."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        team = (await self._cases.team(happening.stream)).state
        if not isinstance(happening.event, SeatFellSilent) or team.phase != "open":
            return None
        rule = await _rule_of(self._cases, clock_of(team.tip, TEAM_RULE, team.opening))
        cause, why = happening.event_id, Why.SEAT_SILENT
        return await _requests(self._cases, cause, team.tip, rule.told_at_warning, why, rule.rule, rule.citation)


class TellOfNobodyLeft:
    """Reacts to a ladder that has nobody left to call: whom it names is told, once of all seats at once.

    That a house sends nothing is so for every case of it, and no news of one: a board full of it would hide the rest.
    """

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    async def __call__(self, happening: Happening) -> Changes | None:
        event = happening.event
        if not isinstance(event, NobodyLeft) or event.why == WhyNobody.NOTHING_SENT:
            return None
        team = (await self._cases.team(event.team)).state
        if team.phase != "open" or team.due_at is None or team.seat(event.seat).filled:
            return None
        rule = await _rule_of(self._cases, clock_of(team.tip, TEAM_RULE, team.opening))
        # Ladders of one team go in step, and each has a moment of its own: what came at one time is told once.
        cause = uuid5(event.team, f"{NobodyLeft.NAME} {happening.happened_at.isoformat()}")
        why = Why.NOBODY_LEFT
        return await _requests(self._cases, cause, team.tip, event.told, why, rule.rule, rule.citation)


class TellPeople:
    """Reacts to this service's own events."""

    def __init__(self, cases: Cases, time: TimeSource) -> None:
        self._cases = cases
        self._time = time

    async def __call__(self, happening: Happening) -> Changes | None:
        match happening.event:
            case ClockWarned(subject=tip, warn_at=moment):
                rule = await _rule_of(self._cases, happening.stream)
                warns = clocks.still_warns(await _clock(self._cases, happening.stream), moment, self._time.now())
                return await self._tell(happening, tip, rule, rule.told_at_warning, Why.CLOCK_WARNED) if warns else None
            case ClockMissed(subject=tip):
                rule = await _rule_of(self._cases, happening.stream)
                return await self._tell(happening, tip, rule, rule.told_at_miss, Why.CLOCK_MISSED)
            case ContactImpossible(tip=tip):
                duty = self._cases.jurisdiction.duty_rule_at(NO_CONTACT_DUTY, happening.happened_at)
                return await self._tell(happening, tip, duty, duty.told, Why.CONTACT_IMPOSSIBLE) if duty else None
            case ConflictDeclared() | AccountExcluded():
                return await self._escalate(happening)
            case SeatAccepted() | SeatDeclined() | SeatReleased() | SeatLapsed() | SeatVacated() | SeatFellSilent():
                return await self._escalate(happening)
            case _:
                return None

    async def _tell(
        self, happening: Happening, tip: UUID, rule: ClockRule | DutyRule, roles: Iterable[str], why: Why
    ) -> Changes | None:
        return await _requests(self._cases, happening.event_id, tip, roles, why, rule.rule, rule.citation)

    async def _escalate(self, happening: Happening) -> Changes | None:
        team = (await self._cases.team(happening.stream)).state
        if team.phase != "open" or team.due_at is None:
            return None
        if team.formed_at is None and self._time.now() < team.due_at:
            return None
        rule = await _rule_of(self._cases, clock_of(team.tip, TEAM_RULE, team.opening))
        return await self._tell(happening, team.tip, rule, rule.told_at_miss, Why.SEATS_STILL_EMPTY)


async def _clock(cases: Cases, clock: UUID) -> Clock:
    return (await cases.store.load(CLOCK, clock)).state


async def _rule_of(cases: Cases, clock: UUID) -> ClockRule:
    """The version the clock began by."""
    state = await _clock(cases, clock)
    return cases.jurisdiction.clock_rule(state.rule, version=state.rule_version)


async def _requests(
    cases: Cases, cause: UUID, tip: UUID, roles: Iterable[str], why: Why, rule: str, citation: str
) -> Changes | None:
    own = await cases.team(team_of(tip))
    team, stands = own.state, await cases.first(own)
    empty = empty_seats(team, cases.jurisdiction) if team.phase == "open" and rule == TEAM_RULE else ()
    of_seats = {each.seat for each in cases.jurisdiction.seats} if stands.id != own.id else set[str]()
    changes = []
    for role in roles:
        loaded = await cases.store.load(NOTICE, notice_id(cause, role))
        if loaded.exists:
            continue
        about, case = (stands.state.tip, stands.case) if role in of_seats else (tip, None)
        requested = NoticeRequested(
            notice=loaded.id, tip=about, role=role, why=why, rule=rule, citation=citation, empty_seats=empty
        )
        changes.append(Change(loaded.id, 0, [requested], case=case))
    return Changes(changes) if changes else None
