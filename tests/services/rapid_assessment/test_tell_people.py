"""Who is told when something happens: each role the rule names, once for each cause."""

from uuid import UUID, uuid4

import msgspec
import pytest

from contracts.events.tips import TimedDutyPressing, TipReceived
from contracts.language import Event
from services.kernel import clock as clocks
from services.kernel.clock import Clock, ClockMet, ClockMissed, ClockWarned
from services.kernel.stored_form import Happening
from services.rapid_assessment.cases import clock_of, contact_of, ladder_of, team_of
from services.rapid_assessment.contact.events import ContactImpossible
from services.rapid_assessment.ladder.events import NobodyLeft
from services.rapid_assessment.notice.events import NoticeRequested
from services.rapid_assessment.notice.notice import Why
from services.rapid_assessment.processes.tell_people import (
    TellOfAdult,
    TellOfDuties,
    TellOfNobodyLeft,
    TellOfUnreached,
    TellPeople,
)
from services.rapid_assessment.team.events import (
    SeatAccepted,
    SeatDeclined,
    SeatReleased,
    SeatUnreached,
    SeatVacated,
    TeamJoined,
)
from tests.services.rapid_assessment.given import (
    ADVOCATE,
    CPS,
    DAY,
    DETECTIVE,
    INVESTIGATOR,
    MISSISSIPPI,
    POLICE,
    SPARE,
    TEAM,
    TIP,
    VICTIM,
    accepted,
    conflicted,
    excluded,
    formed,
    held,
    lapsed,
    opened,
    proposed,
    stood_down,
    text,
)
from tests.services.rapid_assessment.streams import HOUR, RULES, Case, corrected, happening_of, received, screened
from tests.support.running_service import NOON

SEATS = (CPS.seat, POLICE.seat, VICTIM.seat)


def requests(followed: object) -> list[NoticeRequested]:
    assert isinstance(followed, list)
    return [each.event for each in followed if isinstance(each.event, NoticeRequested)]


async def test_that_the_last_was_not_reached_and_that_nobody_is_left_are_told_each_and_once_of_all_seats_at_once() -> (
    None
):
    case = with_team(opened())
    unreached = case.streams.add(TEAM, SeatUnreached(team=TEAM, seat=VICTIM.seat, responder=ADVOCATE, refused=()), NOON)
    told = requests(await case.tell(TellOfUnreached(case.cases), unreached))
    roles = ("cps_coordinator", "statewide_coordinator")
    # Of each seat by a moment of its own, or all by what happened to one: told in no other way.
    left = [
        msgspec.structs.replace(
            happening_of(
                NobodyLeft(team=TEAM, seat=seat, climb=1, called=1, why="all_called", again_at=NOON + HOUR, told=roles),
                stream=ladder_of(TEAM, seat),
                at=at,
            ),
            origin=msgspec.structs.replace(unreached.origin, causation_id=uuid4()),
        )
        for at in (NOON, NOON + HOUR)
        for seat in SEATS
    ]
    told += [each for happening in left for each in requests(await case.tell(TellOfNobodyLeft(case.cases), happening))]

    assert [(each.role, each.why) for each in told] == [
        ("cps_coordinator", Why.ON_CALL_UNREACHED), *((role, Why.NOBODY_LEFT) for role in roles * 2)
    ]  # fmt: skip


def with_team(*events: Event) -> Case:
    case = Case()
    for event in events:
        case.streams.add(team_of(TIP), event, NOON)
    for rule in RULES if events else ():
        for event in clocks.start(Clock(), MISSISSIPPI.enforced(rule, NOON), TIP, TIP, NOON):
            case.streams.add(clock_of(TIP, rule, 1), event, NOON)
    return case


def tell(case: Case) -> TellPeople:
    return TellPeople(case.cases, case.time)


async def told_twice(case: Case, happening: Happening) -> list[NoticeRequested]:
    """What follows, having made sure that nothing follows the second time."""
    followed = requests(await case.tell(tell(case), happening))
    assert await case.tell(tell(case), happening) == []
    return followed


@pytest.mark.parametrize(
    ("rule", "roles"), [("C06", ["cps_coordinator"]), ("C02", ["cps_investigator", "cps_coordinator"])]
)
async def test_a_warning_goes_to_the_roles_of_its_rule(rule: str, roles: list[str]) -> None:
    case = with_team(opened(), *held(CPS))
    warned = ClockWarned(rule=rule, subject=TIP, warn_at=NOON + 12 * HOUR, due_at=NOON + DAY)

    followed = await told_twice(case, happening_of(warned, stream=clock_of(TIP, warned.rule, 1)))

    assert [e.role for e in followed] == roles
    assert {(e.why, e.tip, e.rule) for e in followed} == {(Why.CLOCK_WARNED, TIP, rule)}
    assert all(e.citation for e in followed)


@pytest.mark.parametrize(
    ("rule", "roles"), [("C06", ["cps_coordinator"]), ("C02", ["cps_coordinator", "law_enforcement"])]
)
async def test_a_miss_goes_to_the_roles_of_its_rule(rule: str, roles: list[str]) -> None:
    case = with_team(opened(), *held(CPS))
    missed = ClockMissed(rule=rule, subject=TIP, due_at=NOON + DAY, late_seconds=0)

    followed = await told_twice(case, happening_of(missed, stream=clock_of(TIP, missed.rule, 1)))

    assert [(e.role, e.why) for e in followed] == [(role, Why.CLOCK_MISSED) for role in roles]


async def test_a_notice_of_the_team_clock_names_each_seat_that_is_empty() -> None:
    case = with_team(opened(), *held(POLICE), *held(VICTIM), lapsed(VICTIM))
    missed = ClockMissed(rule="C06", subject=TIP, due_at=NOON + DAY, late_seconds=0)

    (notice,) = await told_twice(case, happening_of(missed, stream=clock_of(TIP, missed.rule, 1)))

    assert notice.empty_seats == (CPS.seat, VICTIM.seat)


@pytest.mark.parametrize(("stood_until", "notices"), [(12, 2), (21, 1), (24, 0)])
async def test_a_second_warning_is_a_second_notice_unless_both_come_together_after_a_standstill(
    stood_until: int, notices: int
) -> None:
    case, told = with_team(opened()), []
    for hours in (12, 20):
        case.time.turn(NOON + max(hours, stood_until) * HOUR - case.time.now())
        warned = ClockWarned(rule="C06", subject=TIP, warn_at=NOON + hours * HOUR, due_at=NOON + DAY)
        told += await told_twice(case, happening_of(warned, stream=clock_of(TIP, warned.rule, 1)))

    assert len({e.notice for e in told}) == notices


async def test_a_child_that_cannot_be_found_is_told_to_coordinator_and_police_each_time() -> None:
    case = with_team(opened())
    impossible = ContactImpossible(tip=TIP, known_at=NOON, attempts=(text(),), planned_steps=(text(),))

    first = await told_twice(case, happening_of(impossible, stream=contact_of(TIP)))
    second = await told_twice(case, happening_of(impossible, stream=contact_of(TIP)))

    for followed in (first, second):
        assert [(e.role, e.why, e.rule) for e in followed] == [
            ("cps_coordinator", Why.CONTACT_IMPOSSIBLE, "C03"),
            ("law_enforcement", Why.CONTACT_IMPOSSIBLE, "C03"),
        ]
    assert len({e.notice for e in (*first, *second)}) == 4


CHANGES: dict[str, tuple[list[Event], Event, tuple[str, ...]]] = {
    "accepted": ([opened(), *held(CPS), proposed(VICTIM)], accepted(VICTIM), (POLICE.seat,)),
    "declined": (
        [opened(), *held(CPS), proposed(VICTIM)],
        SeatDeclined(team=TEAM, seat=VICTIM.seat, responder=ADVOCATE, reason=text()),
        (POLICE.seat, VICTIM.seat),
    ),
    "released": (
        formed(),
        SeatReleased(team=TEAM, seat=CPS.seat, responder=INVESTIGATOR, reason=text()),
        (CPS.seat,),
    ),
    "vacated": (formed(), SeatVacated(team=TEAM, seat=POLICE.seat, responder=DETECTIVE), (POLICE.seat,)),
    "lapsed": ([opened(), *held(CPS, POLICE, VICTIM)], lapsed(POLICE), (POLICE.seat,)),
    "a conflict": (formed(), conflicted(DETECTIVE), (POLICE.seat,)),
    "an exclusion": (formed(), excluded(ADVOCATE), (VICTIM.seat,)),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_after_the_due_time_each_change_of_a_seat_names_the_seats_that_are_empty(what: str) -> None:
    given, change, empty = CHANGES[what]
    case = with_team(*given)
    case.time.turn(DAY)
    happening = case.streams.add(team_of(TIP), change, case.time.now())

    (notice,) = await told_twice(case, happening)

    assert (notice.role, notice.why, notice.empty_seats) == ("cps_coordinator", Why.SEATS_STILL_EMPTY, empty)


@pytest.mark.parametrize("what", ["accepted", "declined", "lapsed"])
async def test_before_the_due_time_a_change_of_an_open_team_tells_nobody(what: str) -> None:
    given, change, _ = CHANGES[what]
    case = with_team(*given)
    case.time.turn(DAY - HOUR)

    assert await told_twice(case, case.streams.add(team_of(TIP), change, case.time.now())) == []


@pytest.mark.parametrize("what", ["released", "vacated", "a conflict", "an exclusion"])
async def test_a_team_that_stood_and_loses_a_seat_tells_at_once_since_its_clock_has_ended(what: str) -> None:
    given, change, empty = CHANGES[what]
    case = with_team(*given)
    case.time.turn(HOUR)

    (notice,) = await told_twice(case, case.streams.add(team_of(TIP), change, case.time.now()))

    assert (notice.why, notice.empty_seats) == (Why.SEATS_STILL_EMPTY, empty)


async def test_nobody_is_told_of_empty_seats_once_the_team_stands_or_has_ended() -> None:
    ended = [*formed(), stood_down("coordinator")]
    taken: SeatAccepted = accepted(VICTIM)
    for given in (formed(late=True), ended):
        case = with_team(*given)
        case.time.turn(2 * DAY)
        assert await told_twice(case, happening_of(taken, stream=team_of(TIP))) == []


async def test_somebody_kept_out_before_any_team_opened_tells_nobody() -> None:
    case = with_team()
    case.time.turn(2 * DAY)

    assert await told_twice(case, case.streams.add(team_of(TIP), excluded(SPARE), NOON)) == []


async def test_what_names_no_role_tells_nobody() -> None:
    case = with_team(opened())
    for event in (ClockMet(rule="C06", subject=TIP, met_at=NOON), opened(), proposed(VICTIM)):
        assert await told_twice(case, happening_of(event, stream=team_of(TIP))) == []


@pytest.mark.parametrize("event", [received("adult"), screened("adult"), corrected("adult")])
async def test_an_adult_is_told_to_the_task_force_and_its_advocate(event: TipReceived) -> None:
    case = Case()

    followed = requests(await case.tell(TellOfAdult(case.cases), event))

    assert [(e.role, e.why, e.tip, e.empty_seats) for e in followed] == [
        ("task_force", Why.ADULT_TIP, TIP, ()),
        ("rapid_response_advocate", Why.ADULT_TIP, TIP, ()),
    ]


async def test_a_second_word_about_the_same_adult_tells_nobody_again_and_another_tip_does() -> None:
    case = Case()
    handler = TellOfAdult(case.cases)
    for event in (received("adult"), screened("adult"), corrected("child"), corrected("adult")):
        await case.tell(handler, event)
    other: UUID = uuid4()
    await case.tell(handler, received("adult", other))

    notices = [each.event for each in case.streams.all if isinstance(each.event, NoticeRequested)]
    assert [(e.tip, e.role) for e in notices] == [
        (tip, role) for tip in (TIP, other) for role in ("task_force", "rapid_response_advocate")
    ]


@pytest.mark.parametrize("event", [received("child"), screened("not_known"), corrected("child")])
async def test_a_child_is_not_told_to_those_who_serve_adults(event: TipReceived) -> None:
    case = Case()

    assert await case.tell(TellOfAdult(case.cases), event) == []


async def test_whoever_holds_a_seat_is_told_of_the_case_whose_team_stands_and_all_others_of_the_tip_itself() -> None:
    case, later, last = Case(), uuid4(), uuid4()
    for event in formed():
        case.streams.add(team_of(TIP), event, NOON)
    for tip, first in ((later, TIP), (last, later)):
        case.streams.add(team_of(tip), TeamJoined(team=team_of(tip), first=first), NOON)
    told = ("cps_investigator", "cps_coordinator", "law_enforcement")
    event = TimedDutyPressing(tip=last, rule="C31", citation="42 U.S.C. 671(a)(34)(A)", missed=True, told=told)
    heard = happening_of(event, stream=uuid4())

    followed = requests(await case.tell(TellOfDuties(case.cases), heard))

    assert [(e.role, e.tip) for e in followed] == [(told[0], TIP), (told[1], last), (told[2], last)]
    assert await case.tell(TellOfDuties(case.cases), heard) == []
