"""Who could be asked to move where nothing is free in time, and what it costs them. Nobody is moved by it."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from contracts.periods import Period
from services.forensic_clinic.exam.ground import Patient
from services.forensic_clinic.exam.making_room import TOLD, Move, Planned, moves
from services.forensic_clinic.exam.offers import Wanted
from tests.services.forensic_clinic.given import HOUR, NURSE, RULES
from tests.services.forensic_clinic.test_offers import LENGTH, NEAR, SECOND, nurse, of, site, wanted
from tests.support.running_service import NOON

ROOM = UUID(int=len(NEAR))
URGENT = wanted(of("child", 60))
"""Whose evidence is lost in twelve hours."""

NOTICE = timedelta(hours=RULES.planning.move_notice_hours)


def at(*hours: float) -> tuple[Period, ...]:
    """Times an exam long."""
    return tuple(Period(NOON + each * HOUR, NOON + each * HOUR + LENGTH) for each in hours)


def planned(number: int, hours: float, hours_ago: float, *free: Period, who: UUID = NURSE) -> Planned:
    """The exam of another patient, with `who` in so many hours; she has `free`, that time included."""
    person = UUID(int=1000 + number)
    asked = msgspec.structs.replace(
        wanted(of("child", hours_ago)), patient=Patient(person=person, age="child", kept_out=())
    )
    return Planned(
        exam=UUID(int=number),
        clinic=NEAR,
        nurse=who,
        during=at(hours)[0],
        keeps=(who, ROOM, person),
        wanted=asked,
        sites=(site(NEAR, nurse(who, *free)),),
    )


def found(asked: Wanted, *others: Planned, free: tuple[Period, ...]) -> list[Move]:
    taken = {
        resource: [each.during for each in others if resource in each.keeps]
        for resource in {resource for each in others for resource in each.keeps}
    }
    return moves(asked, [site(NEAR, nurse(NURSE, *free))], taken, others, RULES, NOON)


def test_whoever_loses_nothing_by_it_is_named_with_what_they_could_have_and_what_that_frees() -> None:
    free = at(7, 30)
    (move,) = found(URGENT, planned(1, 7, 2, *free), free=free)
    assert (move.exam, move.since, move.at_risk, move.care_late) == (UUID(int=1), NOON + 7 * HOUR, (), ())
    assert (move.freed.since, move.freed.lost) == (NOON + 7 * HOUR, ())
    assert move.instead.since == NOON + 30 * HOUR


def test_nobody_is_named_who_would_lose_evidence_has_no_other_time_or_begins_too_soon() -> None:
    free = at(7, 30)
    # By then evidence of that child would be lost, too: 45 hours and 30 are more than 72.
    assert found(URGENT, planned(1, 7, 45, *free), free=free) == []
    assert found(URGENT, planned(1, 7, 2, *at(7)), free=at(7)) == []
    assert found(URGENT, planned(1, 5, 2, *at(5, 30)), free=at(5, 30)) == [], "within the notice"
    assert found(URGENT, planned(1, 13, 2, *at(13, 30)), free=at(13, 30)) == [], "freed too late"
    assert found(wanted(of("child", None)), planned(1, 7, 2, *free), free=free) == [], "nothing known to be at stake"


def test_a_move_that_costs_less_comes_first_and_what_it_costs_is_told() -> None:
    free = (*at(7, 30), *at(60))
    # The second child would have its first dose against HIV too late by that; nothing of evidence is lost.
    adult = msgspec.structs.replace(planned(2, 7, 80, *free), wanted=wanted(of("adolescent", 46)))
    (move,) = found(URGENT, adult, free=free)
    assert (move.care_late, move.at_risk) == (("hiv_prophylaxis",), ())
    near = planned(1, 7, 2, *at(7, 30))
    both = moves(
        URGENT,
        [site(NEAR, nurse(NURSE, *free), nurse(SECOND, *free))],
        {NURSE: list(at(7)), SECOND: list(at(7)), ROOM: list(at(7))},
        [adult, near],
        RULES,
        NOON,
    )
    assert [each.exam for each in both] == [near.exam, adult.exam]


@given(
    waits=st.integers(0, 71),
    others=st.dictionaries(st.sampled_from([7, 12, 17, 22]), st.integers(0, 100)),
    spare=st.lists(st.sampled_from([27, 32, 40, 50, 64]), max_size=3, unique=True),
)
def test_whoever_is_named_keeps_their_evidence_and_frees_a_time_before_the_other_is_lost(
    waits: int, others: dict[int, int], spare: list[int]
) -> None:
    free = at(*others, *spare)
    asked = [planned(number, hours, ago, *free) for number, (hours, ago) in enumerate(others.items())]
    waiting = wanted(of("child", waits))
    told = found(waiting, *asked, free=free)
    assert len(told) <= TOLD
    for move in told:
        of_it = next(each for each in asked if each.exam == move.exam)
        assert move.since == of_it.during.since >= NOON + NOTICE
        assert all(each.at(move.freed.since) != "closed" for each in waiting.windows if each.purpose == "evidence")
        for window in of_it.wanted.windows:
            if window.purpose == "evidence" and window.at(move.since) != "closed":
                assert window.at(move.instead.since) != "closed"
        now = [Period(move.instead.since, move.instead.until), Period(move.freed.since, move.freed.until)]
        now += [each.during for each in asked if each is not of_it]
        ordered = sorted(now, key=lambda each: each.since)
        rest = timedelta(minutes=RULES.planning.rest_minutes)
        assert all(one.until + rest <= next_.since for one, next_ in pairwise(ordered))
