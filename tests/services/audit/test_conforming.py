"""A case beside the path the rules expect: what went as it should is no deviation, what did not says why."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from contracts.events.rapid_assessment import TeamFormed, TeamOpened
from contracts.events.tips import TipCorrected, TipLinked
from contracts.language import Event, Personal
from contracts.rules import KEPT_BY
from services.audit.compliance.conforming import Conformance, conformance
from services.audit.compliance.path import expected_path
from services.audit.replay.telling import Told, read
from services.forensic_clinic.main import DEFINITION as FORENSIC_CLINIC
from services.kernel.definition import Definition
from services.prosecution.main import DEFINITION as PROSECUTION
from services.rapid_assessment.main import DEFINITION as RAPID_ASSESSMENT
from services.rapid_assessment.team.events import SeatDeclined
from services.tips.main import DEFINITION as TIPS
from services.tips.tip.events import MoreTold, TipClosed
from tests.services.audit.clocks import HOUR, TABLES, Act, ran
from tests.services.audit.given import EVENING, a_tip, row

TIP = UUID("aaaaaaaa-0000-4000-8000-000000000001")
TEAM = UUID("aaaaaaaa-0000-4000-8000-000000000002")
OPENED = TeamOpened(
    team=TEAM, tip=TIP, person=uuid4(), received_at=EVENING, due_at=EVENING + timedelta(hours=24), opening=1
)
REPORTS = ("C11", "C12", "C13", "C31")
"""What every tip about a child obliges to by a clock, whatever else holds."""


def told(*events: tuple[Event, int] | Event, source: str = "rapid_assessment") -> list[Told]:
    """Each by its service's log, so many hours after the evening."""
    found = []
    for number, each in enumerate(events, 100):
        event, hours = each if isinstance(each, tuple) else (each, 0)
        at = EVENING + hours * HOUR
        found.append(read(row(event, source=source, position=number, recorded_at=at, case=TIP)))
    return found


def a_case(
    *more: Told, closed: bool = True, team: Sequence[Act] = (("meet", 3),), reports: Sequence[str] = REPORTS
) -> Conformance:
    """Of a child, of whom everything was done in time but what is said otherwise."""
    ends: list[Any] = [(TipClosed(tip=TIP), 1_000)] if closed else []
    events = [
        *told(a_tip(TIP), *ends, source="tips"),
        *told(OPENED),
        *ran("C06", team, case=TIP),
        *ran("C02", [("meet", 3)], case=TIP),
        *(each for rule in reports for each in ran(rule, [("meet", 3)], case=TIP)),
    ]
    return conformance(TIP, [*events, *more], TABLES)


def deviations(found: Conformance) -> list[tuple[str, str]]:
    return [(step.rule, each.kind) for step in found.steps for each in step.deviations]


def test_a_case_of_which_everything_was_done_in_time_has_no_deviation() -> None:
    found = a_case()
    assert deviations(found) == []
    assert (found.deviations, found.closed_at) == (0, EVENING + 1_000 * HOUR)
    assert [step.rule for step in found.steps] == ["C02", "C06", *REPORTS]
    assert {step.outcome for step in found.steps} == {"met"}


def test_a_clock_that_the_rules_expect_and_that_never_ran_is_told() -> None:
    found = a_case(reports=REPORTS[:-1])
    assert deviations(found) == [("C31", "not_started")]
    (step,) = [each for each in found.steps if each.clock is None]
    assert (step.began_at, step.outcome, step.due_at) == (EVENING, None, None)


def test_a_missed_team_says_how_often_whoever_was_asked_said_no() -> None:
    no = Personal(person=uuid4(), text="Away")
    declined = SeatDeclined(team=TEAM, seat="victim_advocate", responder=uuid4(), reason=no)
    formed = TeamFormed(team=TEAM, tip=TIP, formed_at=EVENING + 26 * HOUR, late=True)
    found = a_case(*told((declined, 2), (declined, 5), (formed, 26), (declined, 40)), team=[("time", 24)])
    assert deviations(found) == [("C06", "missed")]
    (step,) = [each for each in found.steps if each.rule == "C06"]
    assert step.done_at == EVENING + 26 * HOUR
    (why,) = step.deviations[0].reasons
    assert (why.code, why.what, why.seat, why.times) == ("event", "team.seat_declined", "victim_advocate", 2)


def test_that_nothing_on_record_says_why_is_said_and_so_is_that_the_house_recorded_it_late() -> None:
    (on_time,) = [each for each in a_case(team=[("time", 24)]).steps if each.rule == "C06"]
    assert [each.code for each in on_time.deviations[0].reasons] == ["none_on_record"]
    (late,) = [each for each in a_case(team=[("time", 30)]).steps if each.rule == "C06"]
    assert [each.code for each in late.deviations[0].reasons] == ["recorded_late"]


def test_orders_excuses_and_corrections_are_told_with_their_authority() -> None:
    assert deviations(a_case(team=[("extend", 3), ("meet", 20)])) == [("C06", "extended")]
    found = a_case(team=[("excuse_by_law", 3)])
    assert deviations(found) == [("C06", "excused")]
    (step,) = [each for each in found.steps if each.rule == "C06"]
    assert [(each.code, each.what) for each in step.deviations[0].reasons] == [("authority", "held_elsewhere")]
    assert deviations(a_case(team=[("time", 25), ("found_met", 1)])) == [("C06", "corrected")]


def test_a_clock_that_runs_is_a_deviation_only_of_a_closed_case_and_what_came_later_opens_it() -> None:
    assert deviations(a_case(team=())) == [("C06", "left_open")]
    assert deviations(a_case(closed=False, team=())) == []
    more = MoreTold(tip=TIP, person=uuid4(), narrative=Personal(person=uuid4(), text="More"))
    opened = a_case(*told((more, 2_000), source="tips"), team=())
    assert (opened.closed_at, deviations(opened)) == (None, [])


def test_an_adult_and_a_tip_whose_team_stands_elsewhere_owe_no_team() -> None:
    first = uuid4()
    linked = told(TipLinked(tip=TIP, other=first, first=first), source="tips")
    (tip,) = told(a_tip(TIP), source="tips")
    assert {step.rule for step in conformance(TIP, [tip, *linked], TABLES).steps} == set(REPORTS)
    grown = TipCorrected(
        tip=TIP,
        person=uuid4(),
        received_at=EVENING,
        county="Hinds",
        tribal_land=False,
        age="adult",
    )
    assert conformance(TIP, [tip, *told(grown, source="tips")], TABLES).steps == []


def test_a_team_that_opened_again_has_a_clock_for_each_opening() -> None:
    again = [*told(msgspec.structs.replace(OPENED, opening=2)), *ran("C06", [("meet", 5)], case=TIP)]
    found = deviations(a_case(*again))
    assert ("C06", "began_again") in found
    # The contact's clock of the second opening is not on record.
    assert ("C02", "not_started") in found


def test_the_events_of_the_path_are_those_that_the_services_have_and_its_rules_are_on_file() -> None:
    services: Sequence[Definition] = (TIPS, RAPID_ASSESSMENT, FORENSIC_CLINIC, PROSECUTION)
    events = {event.NAME: event for each in services for event in (*each.events, *each.contract)}
    for each in expected_path():
        assert not each.rule or each.rule in KEPT_BY
        assert {each.begins, *each.reasons} - {""} <= set(events), each
        if not each.begins:
            continue
        fields = set(events[each.begins].__struct_fields__)
        assert each.answers != "whom_it_names" or "agency" in events[each.begins].__struct_fields__
        assert {*each.where, *({each.at} if each.at else ()), *(() if each.rule else ("rule",))} <= fields
        if each.done is not None:
            assert each.done.at in events[each.done.event].__struct_fields__
