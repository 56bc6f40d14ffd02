"""A case as it is shown: accused, counts with penalty and limitation, hearings, clocks. No names."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from contracts.jurisdictions import Limitation
from contracts.jurisdictions.charging import NOT_ON_FILE
from services.kernel import clock as clocks
from services.kernel.clock import Clock, ClockExtended, ClockStarted
from services.kernel.store import Loaded
from services.prosecution.case.state import Accused, Case, Continuance, Count, Hearing, Step
from services.prosecution.cases import Cases, clock_of
from services.prosecution.evidence.folder import EVIDENCE, evidence_stream
from services.prosecution.evidence.state import Evidence
from services.prosecution.evidence.support import without_support


class ClockOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`phase` is running or the end as recorded, `found` what a later entry showed. `arithmetic` is line by line."""

    rule: str
    name: str
    number: int
    citation: str
    phase: str
    found: str
    started_at: datetime
    due_at: datetime
    warned: tuple[datetime, ...]
    late_seconds: int
    arithmetic: tuple[str, ...]


class OffenceOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """The row of the table, and what it says in words. What is not on file is said so, and null as a number.

    The table carries no day a text came into force: `amendments` is what is known of changes.
    """

    offence: str
    statute: str
    short_name: str
    elements: str
    level: str
    prison: str
    least_years: int | None
    most_years: int | None
    for_life: bool
    fine: str
    lowest_fine: int | None
    highest_fine: int | None
    penalty_status: str
    amendments: str
    registrable: str


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """An element of a count that nothing on file supports; `not_on_file`, where its offence has none on file.

    `words` is empty where there are none: then the element's code says it.
    """

    element: str
    words: str


class CountOnPage(msgspec.Struct, frozen=True, kw_only=True):
    """`may_enter` and `may_record` are what can come next; `without_support` is looked at before an indictment."""

    count: UUID
    phase: str
    victim: UUID
    act_on: date
    age_at_act: str
    offence: OffenceOnPage
    limitation: Limitation
    stage: str
    entered_at: datetime
    steps: tuple[Step, ...]
    outcome: str
    supersedes: UUID | None
    may_enter: tuple[str, ...]
    may_record: tuple[str, ...]
    without_support: tuple[Gap, ...]


class AccusedOnCase(msgspec.Struct, frozen=True, kw_only=True):
    """By reference; names are read on a page of their own."""

    accused: UUID
    born_on_file: bool
    counts: tuple[CountOnPage, ...]
    clocks: tuple[ClockOnPage, ...]
    continuances: tuple[Continuance, ...]
    causes: tuple[str, ...]


class CasePage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a prosecutor needs at a glance. `believed_age` is the tip's, of the person it is about."""

    reference: UUID
    version: int
    case: UUID
    tip: UUID
    person: UUID
    phase: str
    reason: str
    office: str
    county: str
    tribal_land: bool
    believed_age: str
    accused: tuple[AccusedOnCase, ...]
    hearings: tuple[Hearing, ...]


async def case_page(cases: Cases, loaded: Loaded[Case]) -> CasePage:
    """Put together from the streams themselves, so it is never behind."""
    case = loaded.state
    matter = (await cases.matter(case.tip)).state
    evidence = (await cases.store.load(EVIDENCE, evidence_stream(case.case))).state
    return CasePage(
        reference=loaded.id,
        version=loaded.version,
        case=loaded.case or loaded.id,
        tip=case.tip,
        person=case.person,
        phase=case.phase,
        reason=case.reason,
        office=case.office,
        county=matter.county,
        tribal_land=matter.tribal_land,
        believed_age=matter.age,
        accused=tuple([await _accused(cases, case, evidence, each) for each in case.accused.values()]),
        hearings=tuple(sorted(case.hearings.values(), key=lambda each: each.set_for)),
    )


async def _accused(cases: Cases, case: Case, evidence: Evidence, accused: Accused) -> AccusedOnCase:
    numbered = [(rule, number) for rule, last in accused.clocks.items() for number in range(1, last + 1)]
    return AccusedOnCase(
        accused=accused.accused,
        born_on_file=accused.born_on_file,
        counts=tuple(_count(cases, evidence, each) for each in case.counts.values() if each.accused == accused.accused),
        clocks=tuple([await _clock(cases, accused, rule, number) for rule, number in numbered]),
        continuances=accused.continuances,
        causes=accused.causes,
    )


def _count(cases: Cases, evidence: Evidence, count: Count) -> CountOnPage:
    charging = cases.charging
    offence = charging.offences[count.offence]
    is_open = count.phase == "open"
    return CountOnPage(
        count=count.count,
        phase=count.phase,
        victim=count.victim,
        act_on=count.act_on,
        age_at_act=count.age_at_act,
        offence=offence_on_page(cases, count.offence),
        limitation=charging.limitation_of(offence, count.act_on),
        stage=count.stage,
        entered_at=count.entered_at,
        steps=count.steps,
        outcome=count.outcome,
        supersedes=count.supersedes,
        may_enter=charging.next_stages(count.stage, count.outcomes) if is_open else (),
        may_record=charging.next_outcomes(count.stage, count.outcomes) if is_open else (),
        without_support=_gaps(cases, evidence, count) if is_open else (),
    )


def _gaps(cases: Cases, evidence: Evidence, count: Count) -> tuple[Gap, ...]:
    words = {each.element: each.words or "" for each in cases.charging.elements_of(count.offence)}
    gaps = without_support(evidence, count, cases.charging)
    return tuple(Gap(element=each, words=words.get(each, "")) for each in gaps)


def offence_on_page(cases: Cases, offence_id: str) -> OffenceOnPage:
    """A row of the table in words."""
    offence = cases.charging.offences[offence_id]
    return OffenceOnPage(
        offence=offence.offence_id,
        statute=offence.statute,
        short_name=offence.short_name,
        elements=offence.elements_paraphrase,
        level=offence.level or NOT_ON_FILE,
        prison=offence.prison,
        least_years=offence.prison_min_years,
        most_years=offence.prison_max_years,
        for_life=offence.prison_max_life == "yes",
        fine=offence.fine,
        lowest_fine=offence.fine_min_usd,
        highest_fine=offence.fine_max_usd,
        penalty_status=offence.penalty_status,
        amendments=offence.amendments or NOT_ON_FILE,
        registrable=offence.registrable_sex_offence or NOT_ON_FILE,
    )


async def _clock(cases: Cases, accused: Accused, rule: str, number: int) -> ClockOnPage:
    clock, arithmetic, citation = Clock(), list[str](), ""
    for happening in await cases.store.happenings(clock_of(accused.accused, rule, number)):
        clock = clocks.evolve(clock, happening.event)
        match happening.event:
            case ClockStarted() as started:
                citation = started.citation
                arithmetic += started.arithmetic.splitlines()
            case ClockExtended() as extended:
                arithmetic.append(f"{extended.reason}: due {extended.due_at.isoformat()}")
            case _:
                pass
    return ClockOnPage(
        rule=rule,
        name=cases.jurisdiction.clock_rule(rule, version=clock.rule_version).name,
        number=number,
        citation=citation,
        phase=clock.phase,
        found=clock.found,
        started_at=clock.started_at,
        due_at=clock.due_at,
        warned=clock.warned,
        late_seconds=clock.late_seconds,
        arithmetic=tuple(arithmetic),
    )
