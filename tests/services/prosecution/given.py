"""Cases as events made them, for tests of decisions."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.events.prosecution import CaseAccepted, CaseDeclined, CaseOpened, OutcomeRecorded
from contracts.jurisdictions import Charging, Jurisdiction, load_mississippi, load_mississippi_charging
from contracts.language import Event, Personal
from services.prosecution.case.charges import NewCount
from services.prosecution.case.events import (
    AccusedAdded,
    CaseReferred,
    ClockBegun,
    CountFiled,
    HearingSet,
    StageEntered,
)
from services.prosecution.case.state import Case, Count, Hearing, evolve
from services.prosecution.cases import case_of
from tests.support.running_service import NOON

TIP = UUID("11111111-1111-4111-8111-111111111111")
PERSON = UUID("22222222-2222-4222-8222-222222222222")
OFFICE = "DA-07"
CASE = case_of(TIP, OFFICE)
ACCUSED = UUID("aaaaaaaa-0001-4000-8000-000000000000")
SECOND = UUID("aaaaaaaa-0002-4000-8000-000000000000")
ONE = UUID("cccccccc-0001-4000-8000-000000000000")
TWO = UUID("cccccccc-0002-4000-8000-000000000000")
HEARING = UUID("dddddddd-0001-4000-8000-000000000000")
ACCOUNT = UUID("bbbbbbbb-0001-4000-8000-000000000000")

MISSISSIPPI: Jurisdiction = load_mississippi()
CHARGING: Charging = load_mississippi_charging()
TRAFFICKING = "MS-97-3-54.1-1c-MINOR"
PROSTITUTION = "MS-97-29-49"
ACT_ON = date(2026, 8, 14)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def text(person: UUID = PERSON, said: str = "Nobody was seen.") -> Personal:
    return Personal(person=person, text=said)


def referred(number: int = 1) -> list[Event]:
    case = CaseReferred(case=CASE, tip=TIP, person=PERSON, office=OFFICE, referral=number)
    return [CaseOpened(case=CASE, tip=TIP), case] if number == 1 else [case]


def accepted() -> list[Event]:
    return [*referred(), CaseAccepted(case=CASE, tip=TIP)]


def declined() -> list[Event]:
    return [*referred(), CaseDeclined(case=CASE, tip=TIP, reason="no_offence")]


def added(accused: UUID = ACCUSED) -> AccusedAdded:
    return AccusedAdded(case=CASE, accused=accused, name=text(accused), born=None)


def filed(
    count: UUID = ONE,
    *,
    accused: UUID = ACCUSED,
    offence: str = TRAFFICKING,
    age: str = "adult",
    stage: str = "charged",
    at: datetime = NOON,
) -> CountFiled:
    return CountFiled(
        case=CASE,
        count=count,
        accused=accused,
        victim=PERSON,
        offence=offence,
        act_on=ACT_ON.isoformat(),
        age_at_act=age,
        stage=stage,
        filed_at=at,
        supersedes=None,
    )


def entered(stage: str, count: UUID = ONE, *, at: datetime = NOON) -> StageEntered:
    return StageEntered(case=CASE, count=count, stage=stage, entered_at=at)


def came(outcome: str, stage: str, count: UUID = ONE) -> OutcomeRecorded:
    ends = CHARGING.outcomes[outcome].ends
    return OutcomeRecorded(case=CASE, tip=TIP, count=count, stage=stage, outcome=outcome, ends=ends)


def begun(rule: str, accused: UUID = ACCUSED, number: int = 1) -> ClockBegun:
    return ClockBegun(case=CASE, accused=accused, rule=rule, number=number)


def hearing_set(kind: str = "arraignment", *accused: UUID) -> HearingSet:
    who = accused or (ACCUSED,)
    return HearingSet(case=CASE, hearing=HEARING, kind=kind, court="circuit", accused=who, set_for=NOON + DAY)


def charged(*counts: Event) -> list[Event]:
    """One accused of an accepted case, with these counts or one."""
    return [*accepted(), added(), *(counts or (filed(),))]


def indicted(*, at: datetime = NOON) -> list[Event]:
    """One count, indicted and served."""
    return [
        *charged(filed(stage="grand_jury", at=at)),
        came("true_bill", "grand_jury"),
        entered("indictment_served", at=at),
    ]


def case(*events: Event) -> Case:
    """Folded from its events; without any, a case that was never referred."""
    state = Case()
    for event in events:
        state = evolve(state, event)
    return state


def count_of(state: Case, count: UUID = ONE) -> Count:
    return state.counts[count]


def hearing_of(state: Case) -> Hearing:
    return state.hearings[HEARING]


def new_count(offence: str = TRAFFICKING, **changes: object) -> NewCount:
    fields: dict[str, object] = {"offence": offence, "act_on": ACT_ON} | changes
    return NewCount(**fields)  # type: ignore[arg-type]  # each value is of its field's type


def names(events: Sequence[Event]) -> list[str]:
    return [event.NAME for event in events]
