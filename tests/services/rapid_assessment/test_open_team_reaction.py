"""A tip speaks of a person's age: a team opens, ends or opens again, and its clocks with it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from contracts.events.rapid_assessment import TeamOpened
from contracts.events.tips import AccountNamed, TipLinked
from contracts.language import Event
from services.kernel.clock import ClockMissed, ClockStarted
from services.rapid_assessment.cases import CONTACT_RULE, TEAM_RULE, contact_of, team_of
from services.rapid_assessment.contact.events import ContactMade
from services.rapid_assessment.processes.exclude_named import ExcludeNamed
from services.rapid_assessment.processes.open_team import OpenTeam
from tests.services.rapid_assessment.given import ADVOCATE, DAY, INVESTIGATOR, TIP, text
from tests.services.rapid_assessment.streams import (
    HOUR,
    RULES,
    Case,
    corrected,
    happening_of,
    linked,
    received,
    screened,
)
from tests.support.running_service import NOON


def opening(case: Case) -> OpenTeam:
    return OpenTeam(case.cases, case.time)


async def told(case: Case, *events: Event) -> None:
    for event in events:
        await case.tell(opening(case), event)


async def phase(case: Case) -> tuple[str, int]:
    team = (await case.cases.team(team_of(TIP))).state
    return team.phase, team.opening


@pytest.mark.parametrize("age", ["child", "not_known", "anything else"])
async def test_whoever_is_not_said_to_be_adult_gets_a_team_and_both_clocks_from_receipt(age: str) -> None:
    case = Case()
    case.time.turn(9 * HOUR)

    await told(case, received(age))

    assert await phase(case) == ("open", 1)
    started = [each.event for each in case.streams.all if isinstance(each.event, ClockStarted)]
    assert {(e.rule, e.started_at, e.due_at) for e in started} == {(rule, NOON, NOON + DAY) for rule in RULES}
    assert all(moment > case.time.now() for e in started for moment in e.warn_at)
    assert (await case.cases.contact(TIP)).state.duty_open


@pytest.mark.parametrize("event", [received("adult"), screened("adult"), corrected("adult")])
async def test_an_adult_gets_neither_team_nor_clock(event: Event) -> None:
    case = Case()

    await told(case, event)

    assert await phase(case) == ("none", 0)
    assert (case.clocks(), contact_of(TIP) in case.streams.events) == ([], False)


AGES = ("child", "adult", "not_known")


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        (("child", "child", "not_known"), ("open", 1)),
        (("not_known", "child"), ("open", 1)),
        (("not_known", "adult"), ("stood_down", 1)),
        (("child", "adult", "adult"), ("stood_down", 1)),
        (("adult", "child"), ("open", 1)),
        (("adult", "not_known"), ("open", 1)),
        (("child", "adult", "child"), ("open", 2)),
        (("child", "adult", "not_known", "adult", "child"), ("open", 3)),
    ],
)
async def test_only_adult_ends_it_and_anything_else_opens_it(ages: Sequence[str], expected: tuple[str, int]) -> None:
    for say in (screened, corrected):
        case = Case()
        await told(case, received(ages[0]), *(say(age) for age in ages[1:]))
        assert await phase(case) == expected


async def test_each_opening_has_clocks_of_its_own_and_each_clock_ends_once() -> None:
    case = Case()

    await told(case, received("child"), screened("adult"), corrected("child"), screened("adult"), corrected("child"))

    assert len(set(case.clocks())) == 6
    for rule in RULES:
        assert case.clock_names(rule) == [
            "clock.started",
            "clock.excused",
            "clock.started",
            "clock.excused",
            "clock.started",
        ]


async def test_found_a_child_after_the_day_is_over_the_second_clock_is_missed_at_once() -> None:
    case = Case()
    await told(case, received("child"), screened("adult"))
    case.time.turn(DAY + HOUR)

    await told(case, corrected("child"))

    missed = [each.event for each in case.streams.all if isinstance(each.event, ClockMissed)]
    assert {(e.rule, e.late_seconds) for e in missed} == {(rule, 3600) for rule in RULES}


async def test_shown_adult_after_a_miss_the_miss_stays() -> None:
    case = Case()
    await told(case, received("child", at=NOON - 25 * HOUR), screened("adult"))

    assert case.clock_names() == ["clock.started", "clock.missed", "clock.excused"]


async def test_the_same_event_delivered_twice_has_one_effect() -> None:
    case = Case()
    for event in (received("child"), screened("adult"), corrected("not_known")):
        happening = happening_of(event)
        await case.tell(opening(case), happening)
        before = len(case.streams.all)
        assert await case.tell(opening(case), happening) == []
        assert len(case.streams.all) == before


async def test_a_child_that_was_seen_is_not_missed_by_a_second_clock() -> None:
    case = Case()
    await told(case, received("child"))
    made = ContactMade(tip=TIP, made_at=NOON + 3 * HOUR, worker=INVESTIGATOR, place=text())
    case.time.turn(5 * HOUR)
    case.streams.add(contact_of(TIP), made, case.time.now())

    await told(case, screened("adult"), corrected("child"))

    assert await phase(case) == ("open", 2)
    assert case.clock_names(CONTACT_RULE)[-2:] == ["clock.started", "clock.met"]
    assert not (await case.cases.contact(TIP)).state.duty_open
    assert case.clock_names(TEAM_RULE)[-1] == "clock.started"


async def test_seen_in_time_and_found_a_child_too_late_the_miss_is_shown_to_be_none() -> None:
    case = Case()
    await told(case, received("child"))
    made = ContactMade(tip=TIP, made_at=NOON + 3 * HOUR, worker=INVESTIGATOR, place=text())
    case.streams.add(contact_of(TIP), made, case.time.now())
    await told(case, screened("adult"))
    case.time.turn(30 * HOUR)

    await told(case, corrected("child"))

    assert case.clock_names(CONTACT_RULE)[-3:] == ["clock.started", "clock.missed", "clock.found_met"]


async def test_who_was_named_before_the_team_opened_is_out_of_it_from_the_first_moment() -> None:
    case = Case()
    named = happening_of(AccountNamed(tip=TIP, account=ADVOCATE))
    for _ in range(2):
        await case.tell(ExcludeNamed(case.cases), named)

    await told(case, received("child"))

    team = (await case.cases.team(team_of(TIP))).state
    assert (team.excluded, team.phase) == ((ADVOCATE,), "open")
    assert case.names().count("team.account_excluded") == 1


async def test_the_team_carries_what_the_tip_says_of_receipt_and_not_when_it_was_told() -> None:
    case = Case()
    case.time.turn(timedelta(days=2))

    followed = await case.tell(opening(case), received("child", at=NOON - 7 * HOUR))

    (opened,) = [each.event for each in followed if isinstance(each.event, TeamOpened)]
    assert (opened.received_at, opened.due_at) == (NOON - 7 * HOUR, NOON + 17 * HOUR)


async def test_what_is_not_about_an_age_concerns_it_not() -> None:
    case = Case()
    link: TipLinked = linked(TIP, ADVOCATE, ADVOCATE)

    assert await case.tell(opening(case), link) == []
    assert team_of(TIP) not in case.streams.events
    assert TEAM_RULE not in case.clock_names()
