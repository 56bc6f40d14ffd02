"""A case beside the path the rules expect: what went as it should is no deviation, what did not says why."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from contracts.events.forensic_clinic import ExamCompleted, KitHandedOver, ReportedKitSealed
from contracts.events.rapid_assessment import TeamFormed, TeamOpened
from contracts.events.tips import TipCorrected, TipLinked
from contracts.language import Event, Personal
from contracts.rules import KEPT_BY
from services.audit.compliance.conforming import Conformance, conformance
from services.audit.compliance.path import expected_path
from services.audit.replay.telling import Told, read
from services.forensic_clinic.kit.events import DecisionAssented, KitOpened, PoliceCalled
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
KIT = UUID("aaaaaaaa-0000-4000-8000-000000000003")
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


def a_kit(*handed: tuple[str, int], consent: str = "reported", completed: int | None = 2) -> list[Told]:
    """Of the child's exam, sealed after an hour, and with whom it was after so many; the police called after three."""
    exam, person = uuid4(), uuid4()
    opened = KitOpened(
        kit=KIT,
        exam=exam,
        tip=TIP,
        person=person,
        clinic="BRIDGE",
        nurse=uuid4(),
        consent=consent,
        number=Personal(person=person, text="EX-1"),
        opened_at=EVENING,
    )
    sealed = ReportedKitSealed(kit=KIT, tip=TIP, stage="clinic", sealed_at=EVENING + HOUR, reported_at=EVENING)
    called = PoliceCalled(
        kit=KIT, agency="LOCAL-LE", called_at=EVENING + 3 * HOUR, spoke_with=Personal(person=person, text="Desk")
    )
    ended = [] if completed is None else [ExamCompleted(exam=exam, tip=TIP, completed_at=EVENING + completed * HOUR)]
    stages = [(KitHandedOver(kit=KIT, tip=TIP, stage=to, handed_over_at=EVENING + at * HOUR), at) for to, at in handed]
    reported = [(sealed, 1), *((each, 2) for each in ended), (called, 3), *stages]
    return told((opened, 0), *(reported if consent == "reported" else []), source="forensic_clinic")


def lacking(*events: Told) -> list[tuple[str, datetime]]:
    """The clocks that never ran, with when they were to begin."""
    return [(step.rule, step.began_at) for step in a_case(*events).steps if step.clock is None]


def test_of_a_reported_kit_each_clock_that_never_ran_is_told_from_the_moment_it_was_to_begin() -> None:
    at = {hours: EVENING + hours * HOUR for hours in range(60)}
    bringing = [("C54", at[2]), ("C55", at[3])]
    assert lacking(*a_kit()) == bringing
    assert lacking(*a_kit(("law_enforcement", 4))) == [*bringing, ("C56", at[4])]
    # Given back to the police by the laboratory, and there once more, it is brought and tested once.
    there_and_back = [("law_enforcement", 4), ("laboratory", 9), ("law_enforcement", 20), ("laboratory", 50)]
    assert lacking(*a_kit(*there_and_back)) == [*bringing, ("C56", at[4]), ("C57", at[9])]
    assert lacking(*a_kit(("laboratory", 9), ("law_enforcement", 20))) == [*bringing, ("C57", at[9])]
    ran_all = [each for rule in ("C54", "C55", "C56", "C57") for each in ran(rule, [("meet", 3)], case=TIP)]
    assert lacking(*a_kit(*there_and_back), *ran_all) == []


def test_of_a_kit_nothing_is_asked_that_is_unreported_and_no_call_before_the_exam_has_ended() -> None:
    assert lacking(*a_kit(consent="unreported")) == []
    assert [rule for rule, _ in lacking(*a_kit(completed=None))] == ["C55"]
    assented = DecisionAssented(kit=KIT, number=1, by=uuid4(), agency="DA-07")
    (decided,) = told((assented, 4), source="forensic_clinic")
    # What a prosecutor assented not to test need be neither brought nor tested.
    kit = a_kit(("law_enforcement", 5), ("laboratory", 9))
    assert [rule for rule, _ in lacking(*kit[:4], decided, *kit[4:])] == ["C54", "C55"]


def test_a_missed_clock_of_a_kit_is_told_with_when_it_was_done_after_all() -> None:
    kit = a_kit(("law_enforcement", 40))
    started, *rest = ran("C55", [("time", 36)], since=EVENING + 3 * HOUR, case=TIP)
    clock = [msgspec.structs.replace(started, data=started.data | {"subject": str(KIT)}), *rest]
    (step,) = [each for each in a_case(*kit, *clock).steps if each.rule == "C55"]
    assert step.outcome == "missed"
    assert step.done_at == EVENING + 40 * HOUR


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
        about = each.of or "tip"
        assert not each.of or each.of in fields
        if each.done is not None:
            assert {each.done.at, *each.done.where, about} <= set(events[each.done.event].__struct_fields__)
        for other in each.unless:
            assert {*other.where, about} <= set(events[other.event].__struct_fields__)
        if each.after is not None:
            assert {each.after.by, each.after.at} <= set(events[each.after.event].__struct_fields__)
            assert {each.after.by, about} <= set(events[each.after.named_by].__struct_fields__)
